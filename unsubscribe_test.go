package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/unsubscribe"
)

// letterTo returns the address in a letter at which the viewer ends reminders by e-mail.
func (a *api) letterTo(t *testing.T, viewer string) string {
	t.Helper()
	address, err := unsubscribeAddress(a.tracker, strings.TrimSuffix(a.url, "graphql"))(t.Context(), ce.ProfessionalID(a.person(t, viewer).id))
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// oneClick posts to the address as mail providers do: from somewhere else, and with nothing that says for whom.
func oneClick(t *testing.T, address, body string) (reply, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://mail.example.org", "Sec-Fetch-Site": "cross-site",
	} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header}, string(text)
}

const oneClickBody = "List-Unsubscribe=One-Click"

// channels says by which channels the viewer is reminded, of all and of single certifications, and in which version.
func (a *api) channels(t *testing.T, viewer string) string {
	t.Helper()
	_, answer := a.ask(t, viewer, `{ me { reminderPreferences { version channels hour certifications { channels } } } }`, nil)
	preferences := at(t, answer, "data", "me", "reminderPreferences").(map[string]any)
	text := fmt.Sprintf("%v %v %v", preferences["version"], preferences["channels"], preferences["hour"])
	for _, own := range preferences["certifications"].([]any) {
		text += fmt.Sprintf(" %v", own.(map[string]any)["channels"])
	}
	return text
}

const byEmail = `updateReminderPreferences(input: {version: %d, hour: "10:00", channels: [PUSH, EMAIL], certifications: [
	{certificationId: "%s", channels: [EMAIL]}, {certificationId: "%s", channels: []}, {certificationId: "%s", ladder: [7]}
]}) { reminderPreferences { version } }`

// remindByEmail sets the preferences so that there is e-mail for all and for one of three certifications.
func (a *api) remindByEmail(t *testing.T, viewer string, version int) {
	t.Helper()
	a.mutate(t, viewer, fmt.Sprintf(byEmail, version, uuid(1), uuid(2), uuid(3)))
}

// certify gives the viewer three certifications.
func (a *api) certify(t *testing.T, viewer string) {
	t.Helper()
	for i := range 3 {
		a.mutate(t, viewer, `addCertification(input: {id: "`+uuid(1+i)+`", programId: "us-ga-cpa", number: "CPA777", issuedOn: "2012-03-02"}) { certification { id } }`)
	}
}

func TestUnsubscribe(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.tracker.Deliver(ce.ChannelPush, ce.ChannelEmail)
		a.certify(t, "jordan")
		a.mutate(t, "jordan", `addDeadline(input: {id: "`+uuid(4)+`", title: "CPR card", dueOn: "2026-11-30"}) { deadline { id } }`)
		a.remindByEmail(t, "jordan", 0)
		const before, after = "1 [PUSH EMAIL] 10:00 [EMAIL] [] <nil>", "2 [PUSH] 10:00 [] [] <nil>"
		address, newer := a.letterTo(t, "jordan"), a.letterTo(t, "jordan")
		if address == newer {
			t.Error("two letters have one address")
		}
		// The state of the delivery by e-mail of what was told last.
		byMail := func() ce.DeliveryState {
			t.Helper()
			if err := a.tracker.Issue(t.Context()); err != nil {
				t.Fatal(err)
			}
			told, err := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id)).ListNotifications(t.Context(), false, storage.Page[storage.NotificationKey]{First: 1})
			if err != nil || len(told.Items) != 1 || told.Items[0].CreatedAt != a.clock.Now() {
				t.Fatal(told, err)
			}
			return told.Items[0].By(ce.ChannelEmail).State
		}
		a.clock.Set(time.Date(2026, time.November, 23, 15, 0, 0, 0, time.UTC))
		a.renew(t)
		if got := byMail(); got != ce.DeliveryPending {
			t.Errorf("before, it is %s by e-mail", got)
		}

		// Whatever follows links changes nothing.
		for range 2 {
			response, text := get(t, http.MethodGet, address)
			if response.StatusCode != http.StatusOK || !strings.Contains(text, `<form method="post"><button>Switch them off</button></form>`) || !strings.Contains(text, `<html lang="en">`) {
				t.Errorf("GET: status %d: %s", response.StatusCode, text)
			}
			if length := fmt.Sprint(len(text)); response.Header.Get("Content-Length") != length {
				t.Errorf("the length is %s", response.Header.Get("Content-Length"))
			}
			wantStrict(t, response, text)
			if response, text := get(t, http.MethodHead, address); response.StatusCode != http.StatusOK || text != "" {
				t.Errorf("HEAD: status %d: %s", response.StatusCode, text)
			}
		}
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "BREW"} {
			response, text := get(t, method, address)
			if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD, POST" || !strings.Contains(text, "in a browser") {
				t.Errorf("%s: status %d: %s", method, response.StatusCode, text)
			}
			wantStrict(t, response, text)
		}
		if got := a.channels(t, "jordan"); got != before {
			t.Errorf("after being looked at: %s", got)
		}

		for i := range 3 {
			response, text := oneClick(t, address, oneClickBody)
			if response.StatusCode != http.StatusOK || !strings.Contains(text, "Reminders by e-mail are off") || strings.Contains(text, "<form") || len(response.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("POST %d: status %d: %s", i, response.StatusCode, text)
			}
			wantStrict(t, response, text)
			if got := a.channels(t, "jordan"); got != after {
				t.Errorf("after POST %d: %s", i, got)
			}
		}
		for _, other := range []string{address, newer} {
			if _, text := get(t, http.MethodGet, other); !strings.Contains(text, "Reminders by e-mail are off") || strings.Contains(text, "<form") {
				t.Errorf("GET after: %s", text)
			}
		}
		if left, err := store.System().Unfinished(t.Context(), a.clock.Now().Add(time.Hour), 10); err != nil || len(left) != 0 {
			t.Errorf("not refreshed: %v, %v", left, err)
		}
		a.clock.Set(time.Date(2026, time.November, 27, 15, 0, 0, 0, time.UTC))
		a.renew(t)
		if got := byMail(); got != ce.DeliveryNone {
			t.Errorf("after, it is %s by e-mail", got)
		}

		// Switched on again, an older letter ends them again; a body that no mail provider sends does no harm.
		a.remindByEmail(t, "jordan", 2)
		if response, _ := oneClick(t, newer, strings.Repeat("x", 200_000)); response.StatusCode != http.StatusOK {
			t.Errorf("a long body: status %d", response.StatusCode)
		}
		if got, want := a.channels(t, "jordan"), "4"+after[1:]; got != want {
			t.Errorf("after it was switched on again: %s", got)
		}
		if got := a.channels(t, "sam"); !strings.HasPrefix(got, "0 [PUSH]") {
			t.Errorf("somebody else: %s", got)
		}
	})
}

// wantStrict checks what keeps a page from being kept, framed, scripted or told on.
func wantStrict(t *testing.T, response reply, text string) {
	t.Helper()
	_, rest, _ := strings.Cut(text, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Robots-Tag": "noindex",
		"Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, private := range []string{"jordan", "Jordan", "Georgia", "CPR", "CPA777", "<script", "/unsubscribe/"} {
		if strings.Contains(text, private) {
			t.Errorf("it tells %q: %s", private, text)
		}
	}
}

// The page is in the language of the reminders, else in that of the profile, whatever the browser or the mail provider speaks.
func TestTheLanguageOfUnsubscribing(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		address := a.letterTo(t, "jordan")
		look := func(want string) {
			t.Helper()
			response, text := get(t, http.MethodGet, address, "Accept-Language", "es")
			if !strings.Contains(text, want) || response.Header.Get("Content-Language") != want[len(`lang="`):len(want)-1] {
				t.Errorf("not %s: %s", want, text)
			}
		}
		look(`lang="en"`)
		a.mutate(t, "jordan", `updateProfile(input: {version: 1, locale: "es-MX"}) { professional { id } }`)
		look(`lang="es"`)
		a.mutate(t, "jordan", `updateReminderPreferences(input: {version: 0, language: "en", channels: [EMAIL]}) { reminderPreferences { version } }`)
		look(`lang="en"`)
		a.mutate(t, "jordan", `updateReminderPreferences(input: {version: 1, language: "es"}) { reminderPreferences { version } }`)
		if _, text := get(t, http.MethodGet, address); !strings.Contains(text, "¿Desactivar los recordatorios por correo?") || !strings.Contains(text, "<button>Desactivarlos</button>") {
			t.Error(text)
		}
		if _, text := oneClick(t, address, oneClickBody); !strings.Contains(text, "Los recordatorios por correo están desactivados") {
			t.Error(text)
		}
	})
}

// Addresses that are unknown, malformed, expired, of another kind of letter or of an erased account are told apart by nobody.
func TestUnsubscribingWithWhatIsNoAddress(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		erased := a.letterTo(t, "sam")
		sam := ce.ProfessionalID(a.people["sam"].id)
		a.mutate(t, "sam", `deleteAccount(input: {password: "`+passwordOf("sam")+`", confirm: true}) { deletedProfessionalId }`)
		delete(a.people, "sam")
		if _, err := a.tracker.UnsubscribeToken(t.Context(), sam); ce.CodeOf(err) != ce.CodeNotFound {
			t.Errorf("a letter to somebody erased: %v", err)
		}
		// A letter that was written while she was being erased.
		late := storage.MailToken{ID: ce.Digest(strings.Repeat("L", 43)), Purpose: storage.MailUnsubscribe, Professional: sam, ExpiresAt: a.clock.Now().Add(time.Hour), CreatedAt: a.clock.Now()}
		if err := store.Identity().CreateMailToken(t.Context(), late); err != nil {
			t.Fatal(err)
		}
		if err := a.tracker.Unsubscribe(t.Context(), strings.Repeat("L", 43)); ce.CodeOf(err) != ce.CodeNotFound {
			t.Errorf("by that letter: %v", err)
		}
		valid := a.letterTo(t, "jordan")
		a.mutate(t, "jordan", `updateReminderPreferences(input: {version: 0, channels: [EMAIL]}) { reminderPreferences { version } }`)
		folder := valid[:strings.LastIndex(valid, "/")+1]
		verification := a.letters.to(storage.MailVerification, "jordan@example.com")[0].Token
		first := ""
		try := func(name, address, acceptLanguage, want string) {
			t.Helper()
			response, text := get(t, http.MethodGet, address, "Accept-Language", acceptLanguage)
			if response.StatusCode != http.StatusNotFound || !strings.Contains(text, want) {
				t.Errorf("%s: status %d: %s", name, response.StatusCode, text)
			}
			wantStrict(t, response, text)
			if want == inEnglish {
				if first = cmp.Or(first, text); text != first {
					t.Errorf("%s: %q", name, text)
				}
			}
			if response, text := get(t, http.MethodHead, address); response.StatusCode != http.StatusNotFound || text != "" {
				t.Errorf("%s, HEAD: status %d: %s", name, response.StatusCode, text)
			}
			if response, text := oneClick(t, address, oneClickBody); response.StatusCode != http.StatusNotFound || !strings.Contains(text, inEnglish) {
				t.Errorf("%s, POST: status %d: %s", name, response.StatusCode, text)
			}
		}
		for name, address := range map[string]string{
			"of an erased account": erased, "made meanwhile": folder + strings.Repeat("L", 43), "unknown": folder + strings.Repeat("A", 43),
			"of another letter": folder + verification, "empty": folder, "short": folder + "A", "cut short": valid[:len(valid)-1], "longer": valid + "A",
			"long": folder + strings.Repeat("A", 5000), "a folder": valid + "/", "below": valid + "/x", "encoded": folder + "%2e%2e%2fx", "no text": folder + "%ff%00",
			"another case": folder + swapCase(valid[len(folder):]),
		} {
			try(name, address, "en-GB,en;q=0.9", inEnglish)
		}
		for acceptLanguage, want := range map[string]string{
			"": inEnglish, "es": inSpanish, "es-419,es;q=0.9,en;q=0.8": inSpanish, "en;q=0.5, es-MX": inSpanish, "fr, es;q=0.3": inSpanish,
			"fr": inEnglish, "de,en;q=0.9,es;q=0.1": inEnglish, "*": inEnglish, ";;q=": inEnglish, "es" + strings.Repeat(" ", 500) + ",es": inEnglish,
			strings.Repeat("a-", 5000): inEnglish,
		} {
			try(acceptLanguage, folder+"x", acceptLanguage, want)
		}

		a.clock.Set(a.clock.Now().Add(180*24*time.Hour - time.Millisecond))
		if response, _ := get(t, http.MethodGet, valid); response.StatusCode != http.StatusOK {
			t.Errorf("in its last moment: status %d", response.StatusCode)
		}
		a.clock.Set(a.clock.Now().Add(time.Millisecond))
		try("expired", valid, "en", inEnglish)
		a.clock.Set(a.clock.Now().Add(time.Minute))
		if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Identity().MailToken(t.Context(), ce.Digest(valid[len(folder):])); err == nil {
			t.Error("the expired one is kept")
		}
		a.renew(t)
		if got := a.channels(t, "jordan"); !strings.HasPrefix(got, "1 [EMAIL]") {
			t.Errorf("it was ended: %s", got)
		}
		if _, err := store.Professional(sam).Profile(t.Context()); err == nil {
			t.Error("the erased account is back")
		}
	})
}

const inEnglish, inSpanish = "This link does not work", "Este enlace no funciona"

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// Whoever ends them while the app changes something else loses neither.
func TestUnsubscribeWhileThePreferencesChange(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.certify(t, "jordan")
		a.remindByEmail(t, "jordan", 0)
		addresses := []string{a.letterTo(t, "jordan"), a.letterTo(t, "jordan"), a.letterTo(t, "jordan")}
		var group sync.WaitGroup
		for _, address := range addresses {
			group.Go(func() {
				response, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(oneClickBody))
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = response.Body.Close() }()
				if response.StatusCode != http.StatusOK {
					t.Errorf("status %d", response.StatusCode)
				}
			})
		}
		group.Go(func() {
			// An app that reads again and repeats its change when it hears of another.
			for version := 1; version < 10; version++ {
				_, answer := a.ask(t, "jordan", fmt.Sprintf(`mutation { updateReminderPreferences(input: {version: %d, hour: "18:30"}) { reminderPreferences { version } } }`, version), nil)
				if codeOf(t, answer) != "CONFLICT" {
					return
				}
			}
			t.Error("the app never succeeds")
		})
		group.Wait()
		if got, want := a.channels(t, "jordan"), "3 [PUSH] 18:30 [] [] <nil>"; got != want {
			t.Errorf("they are %s, want %s", got, want)
		}
		if left, err := store.System().Unfinished(t.Context(), a.clock.Now().Add(time.Hour), 10); err != nil || len(left) != 0 {
			t.Errorf("not refreshed: %v, %v", left, err)
		}
	})
}

// The secret of an address reaches no log, however the address is misspelt.
func TestUnsubscribeSecretsAreNotLogged(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	address := a.letterTo(t, "jordan")
	var log bytes.Buffer
	saved := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(saved)
	base, secret, _ := strings.Cut(address, "/unsubscribe/")
	for _, path := range []string{unsubscribe.Path(secret), unsubscribe.Path(secret) + "/", "//unsubscribe/" + secret, "/Unsubscribe/" + secret, "/" + secret, "/unsubscribe/?" + secret} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			get(t, method, base+path)
		}
	}
	if n := strings.Count(log.String(), "msg=request"); n != 18 || strings.Contains(log.String(), secret) {
		t.Errorf("%d requests are logged:\n%s", n, log.String())
	}
	if !strings.Contains(log.String(), "route=/unsubscribe/{secret...}") {
		t.Errorf("no route in the log:\n%s", log.String())
	}
}

func TestUnsubscribingIsRateLimited(t *testing.T) {
	settings := testServer
	settings.AddressRate = 3
	a := newAPIOf(t, stores["sqlite"](t), settings)
	address := a.letterTo(t, "jordan")
	for range settings.AddressRate {
		if response, _ := get(t, http.MethodGet, address); response.StatusCode != http.StatusOK {
			t.Errorf("status %d", response.StatusCode)
		}
	}
	if response, _ := oneClick(t, address, oneClickBody); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("once too often: status %d", response.StatusCode)
	}
}

func TestUnsubscribeWithoutDatabase(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	address := a.letterTo(t, "jordan")
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	response, text := oneClick(t, address, oneClickBody)
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || !strings.Contains(text, "That did not work just now") {
		t.Errorf("status %d: %s", response.StatusCode, text)
	}
	wantStrict(t, response, text)
}
