package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"accrue/identity/identitytest"
)

// browse runs a script of dashboard/test, which drives a browser, and returns what it prints.
func browse(t testing.TB, script string, arguments ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join("dashboard", "test", script)}, arguments...)...)
	var wrong bytes.Buffer
	command.Stderr = &wrong
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, wrong.Bytes())
	}
	return out
}

// Everything that a professional does in the browser works, on a phone in the dark and at a desk by day, without a fault in the console, a
// request to another host or a breach of WCAG 2.2 AA.
func TestAProfessionalInTheBrowser(t *testing.T) {
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "professional.mjs", strings.TrimSuffix(p.url, "graphql"), device)
		})
	}
}

// A manager founds an organization and invites a nurse, who joins and is seen, each in a browser of her own.
func TestAnOrganizationInTheBrowser(t *testing.T) {
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "organization.mjs", strings.TrimSuffix(p.url, "graphql"), device)
		})
	}
}

// A manager posts a training day by a roster, decides on a dispute, shares a program and exempts a nurse, who sees each as it happens.
func TestPostingInTheBrowser(t *testing.T) {
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "posting.mjs", strings.TrimSuffix(p.url, "graphql"), device)
		})
	}
}

// The lists of an organization show what comes after their first page, and what waits for approval is approved together.
func TestListsInTheBrowser(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	browse(t, "lists.mjs", strings.TrimSuffix(p.url, "graphql"), "desktop")
}

// A nurse finds in her inbox what an organization did with her credits, which leads to those that are there, and mutes what is sent of it.
func TestNewsOfCreditsInTheBrowser(t *testing.T) {
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			a := newAPI(t, stores["sqlite"](t))
			a.clock.Set(time.Now().Add(-2 * time.Hour)) // the browser has no other clock
			a.found(t, "olga")
			a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
			a.mutate(t, "nina", `updateReminderPreferences(input: {version: 0, quietFrom: "00:00", quietUntil: "00:00"}) { reminderPreferences { version } }`)
			tell := func() {
				t.Helper()
				a.clock.Set(a.clock.Now().Add(time.Hour))
				a.renew(t)
				if err := a.tracker.Issue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			for n, title := range []string{"Fire drill", "Lifting"} {
				_, answer := a.ask(t, "olga", postCredits, drill(map[string]any{
					"id": uuid(801 + n), "title": title, "completedOn": a.clock.Now().AddDate(0, 0, -2).Format(time.DateOnly), "memberIds": []string{a.memberID("nina", 1)},
				}))
				if answer["errors"] != nil {
					t.Fatal(indented(answer))
				}
			}
			tell()
			a.mutate(t, "olga", `withdrawPosting(input: {id: "`+uuid(802)+`", version: 1, reason: "It is next week."}) { posting { version } }`)
			tell()
			browse(t, "credit-news.mjs", strings.TrimSuffix(a.url, "graphql"), device, "nina@example.com", passwordOf("nina"))
		})
	}
}

// A photo becomes a credit in the browser, on a phone and at a desk.
func TestAPhotoInTheBrowser(t *testing.T) {
	photo := filepath.Join("scan", "testdata", "tuning", "pharmacy-statement-4.jpg")
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "photo.mjs", strings.TrimSuffix(p.url, "graphql"), device, photo)
		})
	}
}

// What was put off or recorded can be taken back, and reminders and credits be told more exactly.
func TestChoicesInTheBrowser(t *testing.T) {
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "choices.mjs", strings.TrimSuffix(p.url, "graphql"), device)
		})
	}
}

// Files with several certificates, with a day that is asked for, and sent over a network that is lost, become credits.
func TestFilesInTheBrowser(t *testing.T) {
	several := filepath.Join("scan", "testdata", "several", "one-person.pdf")
	for _, device := range []string{"phone", "desktop"} {
		t.Run(device, func(t *testing.T) {
			p := start(t, nil, "--data-dir", t.TempDir())
			browse(t, "files.mjs", strings.TrimSuffix(p.url, "graphql"), device, several)
		})
	}
}

// People whose accounts Firebase keeps sign in by its REST API, with the session in cookies.
func TestFirebaseInTheBrowser(t *testing.T) {
	emulator := identitytest.StartEmulator(t)
	p := start(t, []string{
		"FIREBASE_PROJECT_ID=" + identitytest.Project, "FIREBASE_WEB_API_KEY=any", "FIREBASE_AUTH_EMULATOR_HOST=" + emulator.Host, "ACCRUE_ALLOW_AUTH_EMULATOR=true",
	}, "--data-dir", t.TempDir())
	browse(t, "firebase.mjs", strings.TrimSuffix(p.url, "graphql"), "http://"+emulator.Host+"/")
}

// Without the key of a web app the page says what is missing.
func TestFirebaseWithoutAKeyInTheBrowser(t *testing.T) {
	p := start(t, []string{
		"FIREBASE_PROJECT_ID=" + identitytest.Project, "FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:1", "ACCRUE_ALLOW_AUTH_EMULATOR=true",
	}, "--data-dir", t.TempDir())
	browse(t, "firebase-missing.mjs", strings.TrimSuffix(p.url, "graphql"))
}

// BenchmarkHomeOnPhone loads the home page of a professional with 3 certifications and 100 credits on a slow phone with an empty cache, until it
// can be used: see dashboard/test/speed.mjs. On a machine that is busy with other things the least time says most.
func BenchmarkHomeOnPhone(b *testing.B) {
	p := start(b, nil, "--data-dir", b.TempDir())
	var times []int
	if err := json.Unmarshal(browse(b, "speed.mjs", strings.TrimSuffix(p.url, "graphql"), strconv.Itoa(b.N)), &times); err != nil {
		b.Fatal(err)
	}
	slices.Sort(times)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(times[0]), "least-ms")
	b.ReportMetric(float64(times[len(times)/2]), "median-ms")
}
