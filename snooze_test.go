package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/storage"
)

// The limit of snoozes is not met by those that are over, nor by those of deadlines that are gone: the next change drops them.
func TestLimitOfSnoozes(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	handle := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
	now := a.clock.Now()
	soon, later, past := dateOf(t, "2026-12-01"), dateOf(t, "2026-12-02"), dateOf(t, "2026-11-22")
	for n := range ce.MaxSnoozes + 1 {
		_, err := handle.OwnDeadlines().Create(t.Context(), ce.OwnDeadline{
			ID: ce.DeadlineID(uuid(n)), Title: "Dues", DueOn: dateOf(t, "2027-01-31"), TimeZone: "UTC", CreatedAt: now, UpdatedAt: now,
		}, "digest")
		if err != nil {
			t.Fatal(err)
		}
	}
	// seed snoozes the first of the deadlines until soon, and what else there is to be.
	seed := func(count int, others ce.Snooze) {
		t.Helper()
		_, err := handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error {
			*p = p.OrDefault()
			p.Snooze, p.UpdatedAt = others, now
			for n := range count {
				p.Snooze[ce.DeadlineID(uuid(n))] = soon
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	snooze := func(n int, until string) string {
		t.Helper()
		_, answer := a.ask(t, "jordan", fmt.Sprintf(`mutation { snoozeDeadline(input: {id: "%s", until: %s}) { deadline { snoozedUntil } } }`, uuid(n), until), nil)
		return codeOf(t, answer)
	}
	expect := func(what string, count int, others ce.Snooze) {
		t.Helper()
		for n := range count {
			if id := ce.DeadlineID(uuid(n)); others[id].IsZero() {
				others[id] = soon
			}
		}
		preferences, err := handle.ReminderPreferences(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(others, preferences.Snooze, cmp.Comparer(func(a, b ce.Date) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	last := ce.MaxSnoozes
	seed(last, ce.Snooze{})
	if code := snooze(last, `"2026-12-02"`); code != "LIMIT_EXCEEDED" {
		t.Errorf("one too many: code %q", code)
	}
	expect("one too many changes nothing", last, ce.Snooze{})
	if code := snooze(0, `"2026-12-02"`); code != "" {
		t.Errorf("another day: code %q", code)
	}
	expect("another day", last, ce.Snooze{ce.DeadlineID(uuid(0)): later})

	seed(last-2, ce.Snooze{ce.DeadlineID(uuid(last - 1)): past, "gone": later})
	if code := snooze(last, `"2026-12-02"`); code != "" {
		t.Errorf("in the place of one that is over: code %q", code)
	}
	expect("those that are over and gone", last-2, ce.Snooze{ce.DeadlineID(uuid(last)): later})

	seed(3, ce.Snooze{"gone": later})
	if _, answer := a.ask(t, "jordan", `mutation { snoozeDeadline(input: {id: "`+uuid(2)+`"}) { deadline { snoozedUntil } } }`, nil); codeOf(t, answer) != "" {
		t.Error(indented(answer))
	}
	expect("ended", 2, ce.Snooze{})
}

func dateOf(t *testing.T, text string) ce.Date {
	t.Helper()
	date, err := ce.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// Snoozed deadlines are silent until the day where the professional lives, and are told of then as they stand.
func TestSnoozedAreTold(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		request := func(query string) {
			t.Helper()
			if _, answer := a.ask(t, "jordan", query, nil); answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
		}
		request(`mutation { updateReminderPreferences(input: {version: 0, ladder: [14, 7, 1]}) { reminderPreferences { version } } }`)
		for n, title := range []string{"CPR card", "Dues"} {
			request(fmt.Sprintf(`mutation { addDeadline(input: {id: "%s", title: "%s", dueOn: "2026-12-10", timeZone: "UTC"}) { deadline { id } } }`, uuid(n+1), title))
		}
		request(`mutation { snoozeDeadline(input: {id: "` + uuid(1) + `", until: "2026-12-05"}) { deadline { id } } }`)
		for now := a.clock.Now().Truncate(time.Hour); now.Before(time.Date(2026, time.December, 10, 0, 0, 0, 0, time.UTC)); now = now.Add(time.Hour) {
			a.clock.Set(now)
			if err := a.tracker.Issue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		a.renew(t)
		want := []string{"2026-12-09T14:00Z 1 UPCOMING 1 UPCOMING", "2026-12-05T14:00Z 5 UPCOMING", "2026-12-03T14:00Z 7 UPCOMING", "2026-11-26T14:00Z 14 UPCOMING"}
		if diff := cmp.Diff(want, a.told(t, "jordan")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
