package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
		answer := request(`{ me { certifications { nodes { reminders { at timeZone daysBefore dueOn deadline { kind } } } } } }`, nil)
		if got := len(at(t, answer, "data", "me", "certifications", "nodes", 0, "reminders").([]any)); got == 0 {
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
		passUntil(on(time.December, 24), 15*time.Minute)
		told = append(told, "2026-12-24 10:15 | RENEWAL 7 UPCOMING: Yoga teacher: renew")
		expect("at another hour in another place", told...)

		request(`mutation { recordRenewal(input: {certificationId: "`+uuid(2)+`", version: 1, renewedOn: "2026-12-24", newExpiresOn: "2027-12-31"}) { certification { id } } }`, nil)
		passUntil(time.Date(2027, time.January, 3, 12, 0, 0, 0, newYork), 15*time.Minute)
		expect("renewed", told...)
		passUntil(time.Date(2027, time.October, 1, 12, 0, 0, 0, newYork), 6*time.Hour)
		expect("until the next ladder", told...)
		answer = request(`{ me { unreadCount } }`, nil)
		if got := at(t, answer, "data", "me", "unreadCount"); got != float64(len(told)) {
			t.Errorf("%v are unread", got)
		}
		passUntil(time.Date(2027, time.October, 2, 18, 0, 0, 0, time.UTC), 15*time.Minute)
		told = append(told, "2027-10-02 10:15 | EARN 90 UPCOMING: Yoga teacher: earn 30 more hours | RENEWAL 90 UPCOMING: Yoga teacher: renew")
		expect("the next ladder", told...)
	})
}
