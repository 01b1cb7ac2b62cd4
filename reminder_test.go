package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"accrue/ce"
	"accrue/storage"
)

// The reminders of a certification from the day on which it is added, 91 days before it is due, through the credits that
// are logged, to the renewal: exactly these, at these local times, and none after.
func TestRemindersOfACycle(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		newYork, err := ce.LoadZone("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, time.October, 1, 10, 30, 0, 0, newYork) // 91 days before the last day of the year
		a.clock.Set(now)
		request := func(query string, variables any) map[string]any {
			t.Helper()
			a.renew(t)
			_, answer := a.ask(t, "jordan", query, variables)
			if answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
			return answer
		}
		// At each step whatever is due is issued, by one of two servers; every six hours a sweep comes by.
		other := newAPI(t, store)
		servers := []*api{a, other}
		passUntil := func(until time.Time, step time.Duration) {
			t.Helper()
			for now = now.Truncate(step).Add(step); !now.After(until); now = now.Add(step) {
				a.clock.Set(now)
				other.clock.Set(now)
				if err := servers[now.Hour()%2].tracker.Issue(t.Context()); err != nil {
					t.Fatal(err)
				}
				if now.Hour()%6 == 0 {
					if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
						t.Fatal(err)
					}
				}
			}
			now = until
			a.clock.Set(now)
		}
		on := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 12, 0, 0, 0, newYork) }
		inbox := func() (lines []string) {
			t.Helper()
			answer := request(`{ me { notifications(first: 100) { nodes { createdAt on kind items { kind dueOn daysBefore status title remaining unitName programName } } } } }`, nil)
			nodes := at(t, answer, "data", "me", "notifications", "nodes").([]any)
			for i := len(nodes) - 1; i >= 0; i-- {
				created, err := time.Parse(time.RFC3339, at(t, nodes[i], "createdAt").(string))
				if err != nil {
					t.Fatal(err)
				}
				line := created.In(newYork).Format("2006-01-02 15:04")
				for _, item := range at(t, nodes[i], "items").([]any) {
					line += fmt.Sprintf(" | %v %v %v: %v", at(t, item, "kind"), at(t, item, "daysBefore"), at(t, item, "status"), at(t, item, "title"))
				}
				lines = append(lines, line)
			}
			return lines
		}
		expect := func(what string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, inbox()); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", what, diff)
			}
		}
		log := func(hours int, day string) {
			t.Helper()
			request(`mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { id } } }`, map[string]any{"input": map[string]any{
				"title": "Course", "completedOn": day, "amount": fmt.Sprint(hours), "unit": uuid(1) + ".hour",
			}})
		}

		request(`mutation { createProgram(input: {id: "`+uuid(1)+`", name: "Yoga teacher", hours: {amount: "30", years: 1, endsOn: "2026-12-31"}}) { program { id } } }`, nil)
		request(`mutation { addCertification(input: {id: "`+uuid(2)+`", programId: "`+uuid(1)+`", issuedOn: "2020-03-02"}) { certification { id } } }`, nil)
		answer := request(`{ me { certifications { nodes { reminders { nodes { at timeZone daysBefore dueOn deadline { kind } } } } } } }`, nil)
		if got := len(at(t, answer, "data", "me", "certifications", "nodes", 0, "reminders", "nodes").([]any)); got == 0 {
			t.Fatalf("no reminders are planned: %s", indented(answer))
		}
		passUntil(time.Date(2026, time.October, 2, 8, 59, 0, 0, newYork), time.Hour)
		expect("the day before the ladder begins")

		passUntil(on(time.October, 3), time.Hour)
		told := []string{"2026-10-02 09:00 | EARN 90 UPCOMING: Yoga teacher: earn 30 more hours | RENEWAL 90 UPCOMING: Yoga teacher: renew"}
		expect("the first notice", told...)

		passUntil(on(time.November, 15), time.Hour)
		told = append(told, "2026-11-01 09:00 | EARN 60 UPCOMING: Yoga teacher: earn 30 more hours")
		expect("nothing was earned, so that it is at risk", told...)

		log(20, "2026-11-15")
		passUntil(on(time.December, 10), time.Hour)
		told = append(told, "2026-12-01 09:00 | EARN 30 UPCOMING: Yoga teacher: earn 10 more hours | RENEWAL 30 UPCOMING: Yoga teacher: renew")
		expect("a month before", told...)

		log(10, "2026-12-10")
		passUntil(on(time.December, 18), time.Hour)
		told = append(told, "2026-12-17 09:00 | RENEWAL 14 UPCOMING: Yoga teacher: renew")
		expect("what is earned is silent", told...)

		request(`mutation { updateProfile(input: {version: 1, timeZone: "America/Los_Angeles"}) { professional { id } } }`, nil)
		request(`mutation { updateReminderPreferences(input: {version: 0, hour: "07:15", quietFrom: "00:00", quietUntil: "00:00"}) { reminderPreferences { version } } }`, nil)
		passUntil(time.Date(2026, time.December, 24, 9, 0, 0, 0, newYork), time.Hour)
		passUntil(on(time.December, 24), 15*time.Minute)
		told = append(told, "2026-12-24 10:15 | RENEWAL 7 UPCOMING: Yoga teacher: renew")
		expect("at another hour in another place", told...)

		request(`mutation { recordRenewal(input: {certificationId: "`+uuid(2)+`", version: 1, renewedOn: "2026-12-24", newExpiresOn: "2027-12-31"}) { certification { id } } }`, nil)
		passUntil(time.Date(2027, time.January, 3, 12, 0, 0, 0, newYork), time.Hour)
		expect("renewed", told...)
		passUntil(time.Date(2027, time.October, 1, 12, 0, 0, 0, newYork), 6*time.Hour)
		expect("until the next ladder", told...)
		answer = request(`{ me { unreadCount } }`, nil)
		if got := at(t, answer, "data", "me", "unreadCount"); got != float64(len(told)) {
			t.Errorf("%v are unread", got)
		}
		passUntil(time.Date(2027, time.October, 2, 13, 0, 0, 0, time.UTC), time.Hour)
		passUntil(time.Date(2027, time.October, 2, 18, 0, 0, 0, time.UTC), 15*time.Minute)
		told = append(told, "2027-10-02 10:15 | EARN 90 UPCOMING: Yoga teacher: earn 30 more hours | RENEWAL 90 UPCOMING: Yoga teacher: renew")
		expect("the next ladder", told...)
	})
}

// A deadline that she entered herself is told like the others until it is done; the one that follows it then is. One of a
// certification stands under its name, and under none when that has been removed.
func TestRemindersOfOwnDeadlines(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		request := func(query string) map[string]any {
			t.Helper()
			a.renew(t)
			_, answer := a.ask(t, "jordan", query, nil)
			if answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
			return answer
		}
		passUntil := func(year int, month time.Month, day int) {
			t.Helper()
			for now, until := a.clock.Now().Truncate(time.Hour), time.Date(year, month, day, 18, 0, 0, 0, time.UTC); !now.After(until); now = now.Add(time.Hour) {
				a.clock.Set(now)
				if err := a.tracker.Issue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		expect := func(what string, want ...string) {
			t.Helper()
			var got []string
			answer := request(`{ me { notifications(first: 100) { nodes { on items { kind daysBefore status title programName certificationId } } } } }`)
			nodes := at(t, answer, "data", "me", "notifications", "nodes").([]any)
			for i := len(nodes) - 1; i >= 0; i-- {
				for _, item := range at(t, nodes[i], "items").([]any) {
					got = append(got, fmt.Sprintf("%v: %v %v %v %v of %v", at(t, nodes[i], "on"), at(t, item, "kind"), at(t, item, "daysBefore"),
						at(t, item, "status"), at(t, item, "title"), item.(map[string]any)["programName"]))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", what, diff)
			}
		}

		a.clock.Set(time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC))
		request(`mutation { updateReminderPreferences(input: {version: 0, ladder: [14, 1, 0]}) { reminderPreferences { version } } }`)
		request(`mutation { addDeadline(input: {id: "` + uuid(1) + `", title: "CPR card", dueOn: "2026-12-10", timeZone: "UTC", repeats: {every: 1, unit: MONTHS}}) { deadline { id } } }`)
		passUntil(2026, time.December, 9)
		told := []string{"2026-11-26: OTHER 14 UPCOMING CPR card of <nil>", "2026-12-09: OTHER 1 UPCOMING CPR card of <nil>"}
		expect("before it is due", told...)

		request(`mutation { completeDeadline(input: {id: "` + uuid(1) + `", version: 1}) { next { id dueOn } } }`)
		passUntil(2026, time.December, 28)
		told = append(told, "2026-12-27: OTHER 14 UPCOMING CPR card of <nil>")
		expect("after it is done the next one is told of", told...)

		request(`mutation { addCertification(input: {id: "` + uuid(2) + `", programId: "us-ga-cpa", issuedOn: "2020-03-02"}) { certification { id } } }`)
		request(`mutation { updateReminderPreferences(input: {version: 1, ladder: [3], certifications: [{certificationId: "` + uuid(2) + `", ladder: [2]}]}) { reminderPreferences { version } } }`)
		request(`mutation { addDeadline(input: {id: "` + uuid(3) + `", title: "Dues", dueOn: "2027-01-31", certificationId: "` + uuid(2) + `"}) { deadline { id } } }`)
		answer := request(`{ me { certifications { nodes { reminders(first: 100) { nodes { daysBefore deadline { title } } } } } } }`)
		if planned := indented(answer); !strings.Contains(planned, `"Dues"`) {
			t.Errorf("not among what is planned of its certification: %s", planned)
		}
		passUntil(2027, time.January, 29)
		answer = request(`{ me { notifications(first: 1) { nodes { on items { daysBefore title programName } } } } }`)
		if got := indented(answer); !strings.Contains(got, `"Dues"`) || !strings.Contains(got, `"programName": "Georgia CPA"`) || !strings.Contains(got, `"2027-01-29"`) {
			t.Errorf("the ladder of its certification does not tell of it: %s", got)
		}
	})
}

// addDue adds a certification of the person's that is due on the day, with a program of her own.
func (a *api) addDue(t testing.TB, person string, n int, day string) {
	t.Helper()
	for _, query := range []string{
		`mutation { createProgram(input: {id: "` + uuid(n) + `", name: "Yoga teacher", hours: {amount: "30", years: 1, endsOn: "` + day + `"}}) { program { id } } }`,
		`mutation { addCertification(input: {id: "` + uuid(n+1) + `", programId: "` + uuid(n) + `", issuedOn: "2020-03-02"}) { certification { id } } }`,
	} {
		if _, answer := a.ask(t, person, query, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
	}
}

// told returns the steps of each notification in the person's inbox, newest first, with the hour of UTC.
func (a *api) told(t testing.TB, person string) []string {
	t.Helper()
	_, answer := a.ask(t, person, `{ me { notifications(first: 100) { nodes { createdAt items { daysBefore status } } } } }`, nil)
	lines := []string{}
	for _, node := range at(t, answer, "data", "me", "notifications", "nodes").([]any) {
		line := at(t, node, "createdAt").(string)[:16] + "Z"
		for _, item := range at(t, node, "items").([]any) {
			line += fmt.Sprintf(" %v %v", at(t, item, "daysBefore"), at(t, item, "status"))
		}
		lines = append(lines, line)
	}
	return lines
}

// What servers that were down, or that are several, make of reminders.
func TestRemindersUnderFaults(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		issue := func(instant string) {
			t.Helper()
			now, err := time.Parse(time.RFC3339, instant)
			if err != nil {
				t.Fatal(err)
			}
			a.clock.Set(now)
			a.renew(t)
			if err := a.tracker.Issue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(what, person string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(append([]string{}, want...), a.told(t, person)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		both := func(step int, status string) string { return strings.Repeat(fmt.Sprintf(" %d %s", step, status), 2) }

		// Down from before the hour until the quiet hours: told the next morning, as it stands then.
		a.addDue(t, "late", 10, "2026-11-29")
		a.addDue(t, "missed", 40, "2026-11-29")
		a.addDue(t, "passed", 50, "2026-12-08")
		if _, answer := a.ask(t, "missed", preferencesWith("ladder: [-1]"), nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		issue("2026-11-23T03:00:00Z")
		expect("in the quiet hours", "late")
		issue("2026-11-23T14:00:00Z")
		expect("the next morning", "late", "2026-11-23T14:00Z"+both(7, "UPCOMING"))

		// A refresh that did not see what was told, since it began before, has the same day planned once more.
		late := store.Professional(ce.ProfessionalID(a.person(t, "late").id))
		turn, err := late.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		deadlines, err := late.ListDeadlines(t.Context(), storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 1})
		if err != nil {
			t.Fatal(err)
		}
		again := ce.PlannedReminder{Deadline: deadlines.Items[0].ID, Certification: deadlines.Items[0].Certification, Step: 3, At: a.clock.Now(), DueOn: deadlines.Items[0].DueOn}
		if _, err := late.SaveDerived(t.Context(), storage.Derived{
			Sequence: turn.Sequence, Standings: []ce.Standing{{Certification: deadlines.Items[0].Certification, Deadlines: deadlines.Items}},
			Plan: ce.Plan{Items: []ce.PlannedReminder{again}, NextAt: again.At},
		}); err != nil {
			t.Fatal(err)
		}
		issue("2026-11-23T14:00:05Z")
		expect("once a day", "late", "2026-11-23T14:00Z"+both(7, "UPCOMING"))

		issue("2026-11-26T19:00:00Z")
		expect("down until the afternoon", "late", "2026-11-26T19:00Z"+both(3, "UPCOMING"), "2026-11-23T14:00Z"+both(7, "UPCOMING"))
		expect("the day of the step is over: told at the next hour", "passed", "2026-11-23T14:00Z"+both(30, "UPCOMING"))
		issue("2026-11-27T14:00:00Z")
		expect("the next hour", "passed", "2026-11-27T14:00Z"+both(14, "UPCOMING"), "2026-11-23T14:00Z"+both(30, "UPCOMING"))
		// Down for days: one message that says it all, and no steps that were missed; nobody swept.
		issue("2026-11-30T15:00:00Z")
		expect("told as it stands on the day, which nobody evaluated before", "missed", "2026-11-30T15:00Z"+both(-1, "MISSED"))
		expect("down for days", "late", "2026-11-30T15:00Z"+both(-1, "MISSED"), "2026-11-26T19:00Z"+both(3, "UPCOMING"), "2026-11-23T14:00Z"+both(7, "UPCOMING"))
		issue("2026-12-30T15:00:00Z")
		if got := len(a.told(t, "late")); got != 3 {
			t.Errorf("%d notifications a month later", got)
		}

		// Removed between the plan and its hour.
		a.clock.Set(time.Date(2026, time.December, 1, 17, 0, 0, 0, time.UTC))
		a.renew(t)
		a.addDue(t, "removed", 20, "2026-12-15")
		a.renew(t)
		if _, answer := a.ask(t, "removed", `mutation { removeCertification(input: {id: "`+uuid(21)+`", version: 1}) { removedCertificationId } }`, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		issue("2026-12-02T15:00:00Z")
		expect("removed", "removed")

		// The clock jumps back a month after something was told: it is not told again.
		a.addDue(t, "jump", 30, "2026-12-05")
		issue("2026-12-02T15:00:05Z")
		issue("2026-11-03T15:00:00Z")
		issue("2026-12-03T16:00:00Z")
		expect("the clock jumped", "jump", "2026-12-02T15:00Z"+both(3, "UPCOMING"))
	})
}

// Of several servers that issue at once, each reminder is told once.
func TestManyServersIssueOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		const people = 12
		for n := range people {
			a.addDue(t, fmt.Sprint("person", n), 100+2*n, "2026-11-29")
		}
		a.clock.Set(time.Date(2026, time.November, 23, 14, 0, 0, 0, time.UTC))
		var working sync.WaitGroup
		for range 3 {
			server := newAPI(t, store)
			server.clock.Set(a.clock.Now())
			working.Go(func() {
				for range 3 {
					if err := server.tracker.Issue(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		working.Wait()
		a.renew(t)
		for n := range people {
			if told := a.told(t, fmt.Sprint("person", n)); len(told) != 1 {
				t.Errorf("person %d was told %v", n, told)
			}
		}
		if count, lag, err := a.tracker.Overdue(t.Context()); count != 0 || lag != 0 || err != nil {
			t.Errorf("%d are overdue for %v: %v", count, lag, err)
		}
	})
}

// What operators see: something waits, then it was issued, and a test waits to be delivered.
func TestMetricsOfReminders(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.tracker.Deliver(ce.ChannelPush)
		registry := prometheus.NewRegistry()
		registry.MustRegister(newReminderMetrics(&services{tracker: a.tracker}, slog.New(slog.NewTextHandler(t.Output(), nil))))
		expect := func(what string, pushLag int, want string) {
			t.Helper()
			answer := httptest.NewRecorder()
			promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
			var got []string
			for line := range strings.Lines(answer.Body.String()) {
				line = strings.TrimPrefix(strings.TrimSpace(line), "accrue_")
				if text, ok := strings.CutPrefix(line, `deliveries_lag_seconds{channel="PUSH"} `); ok {
					// It is due some time within four minutes.
					lag, err := strconv.ParseFloat(text, 64)
					if err != nil || lag > float64(pushLag) || lag < float64(pushLag-240) {
						t.Errorf("%s: the lag of push is %s, want up to 240 less than %d", what, text, pushLag)
					}
				} else if !strings.HasPrefix(line, "#") {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(strings.Fields(want), strings.Fields(strings.ReplaceAll(strings.Join(got, "\n"), " ", "="))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		metrics := func(pending, issued, lag, overdue int) string {
			return fmt.Sprintf(`
				deliveries{channel="EMAIL",state="FAILED"}=0 deliveries{channel="EMAIL",state="PENDING"}=0
				deliveries{channel="PUSH",state="FAILED"}=0 deliveries{channel="PUSH",state="PENDING"}=%d
				deliveries_lag_seconds{channel="EMAIL"}=0
				reminders_issued_total=%d reminders_lag_seconds=%d reminders_overdue=%d`, pending, issued, lag, overdue)
		}
		a.addDue(t, "jordan", 1, "2026-11-30")
		expect("planned", 0, metrics(0, 0, 0, 0))
		a.clock.Set(time.Date(2026, time.November, 23, 14, 1, 30, 0, time.UTC))
		expect("overdue", 0, metrics(0, 0, 90, 1))
		if err := a.tracker.Issue(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect("issued", 0, metrics(1, 1, 0, 0))
		a.clock.Set(a.clock.Now().Add(time.Minute))
		expect("not delivered", 60, metrics(1, 1, 0, 0))
	})
}

func TestLimitsOfReminders(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	for _, test := range []struct{ name, query, code string }{
		{"a token of 4 kB", `mutation { registerDevice(input: {token: "` + strings.Repeat("x", ce.MaxTokenLength) + `", platform: WEB}) { device { id } } }`, ""},
		{"a token of 10 kB", `mutation { registerDevice(input: {token: "` + strings.Repeat("x", 10<<10) + `", platform: WEB}) { device { id } } }`, "INVALID_INPUT"},
		{"no token", `mutation { registerDevice(input: {token: " ", platform: WEB}) { device { id } } }`, "INVALID_INPUT"},
		{"a token with a line end", `mutation { registerDevice(input: {token: "a\nb", platform: WEB}) { device { id } } }`, "INVALID_INPUT"},
		{"an unknown time zone", `mutation { registerDevice(input: {token: "a", platform: WEB, timeZone: "Mars/Olympus"}) { device { id } } }`, "INVALID_INPUT"},
		{"an app version of 200 bytes", `mutation { registerDevice(input: {token: "a", platform: WEB, appVersion: "` + strings.Repeat("1", 200) + `"}) { device { id } } }`, "INVALID_INPUT"},
		{"neither token nor id", `mutation { unregisterDevice(input: {}) { unregisteredDeviceId } }`, "INVALID_INPUT"},
		{"both token and id", `mutation { unregisterDevice(input: {token: "a", id: "b"}) { unregisteredDeviceId } }`, "INVALID_INPUT"},
		{"21 steps", preferencesWith("ladder: [" + strings.TrimSuffix(strings.Repeat("1,", ce.MaxLadder+1), ",") + "]"), "INVALID_INPUT"},
		{"two years and a day before", preferencesWith("ladder: [731]"), "INVALID_INPUT"},
		{"three months and a day after", preferencesWith("ladder: [-91]"), "INVALID_INPUT"},
		{"an hour that is none", preferencesWith(`hour: "24:00"`), "INVALID_INPUT"},
		{"a language that is none", preferencesWith(`language: "?"`), "INVALID_INPUT"},
		{"muted for a thousand years", preferencesWith(`muteUntil: "3026-01-01"`), "INVALID_INPUT"},
		{"an old version", strings.Replace(preferencesWith(`hour: "10:00"`), "version: 0", "version: 7", 1), "CONFLICT"},
		{"101 ids", `mutation { markNotificationsRead(input: {ids: [` + strings.TrimSuffix(strings.Repeat(`"x",`, 101), ",") + `]}) { unreadCount } }`, "INVALID_INPUT"},
		{"a page of nothing", `{ me { notifications(first: 0) { nodes { id } } } }`, "INVALID_INPUT"},
		{"a cursor that is none", `{ me { notifications(after: "x") { nodes { id } } } }`, "INVALID_INPUT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, answer := a.ask(t, "jordan", test.query, nil); codeOf(t, answer) != test.code {
				t.Errorf("code %q, want %q: %s", codeOf(t, answer), test.code, indented(answer["errors"]))
			}
		})
	}
	t.Run("tests in an hour", func(t *testing.T) {
		test := func(id string) string {
			t.Helper()
			_, answer := a.ask(t, "jordan", `mutation { sendTestNotification(input: {`+id+`}) { notification { id } } }`, nil)
			if code := codeOf(t, answer); code != "" {
				return code + fmt.Sprint(" ", at(t, answer, "errors", 0, "extensions", "retryAfterSeconds"))
			}
			return ""
		}
		for range 5 {
			if code := test(`id: "`+uuid(7)+`"`) + test(""); code != "" && code != "RATE_LIMITED 3600" {
				t.Fatal(code)
			}
		}
		if code := test(""); code != "RATE_LIMITED 3600" {
			t.Errorf("one too many: %q", code)
		}
		if code := test(`id: "` + uuid(7) + `"`); code != "" {
			t.Errorf("a repeated one: %q", code)
		}
		a.clock.Set(a.clock.Now().Add(time.Hour))
		a.renew(t)
		if code := test(""); code != "" {
			t.Errorf("an hour later: %q", code)
		}
		_, answer := a.ask(t, "jordan", `{ me { unreadCount } }`, nil)
		if got := at(t, answer, "data", "me", "unreadCount"); got != 6.0 {
			t.Errorf("%v are unread", got)
		}
	})
}

func preferencesWith(fields string) string {
	return `mutation { updateReminderPreferences(input: {version: 0, ` + fields + `}) { reminderPreferences { version } } }`
}
