package tracker

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"accrue/ce"
	"accrue/storage"
)

const planned = ce.CertificationID("00000000-0000-4000-8000-000000000001")

// standingDue is a standing with a renewal due on each of the days, which asks for no amount.
func standingDue(certification ce.CertificationID, days ...string) ce.Standing {
	standing := ce.Standing{Certification: certification, Cycle: &ce.Cycle{StartsOn: ce.MustDate(2025, time.January, 1)}}
	for i, day := range days {
		standing.Deadlines = append(standing.Deadlines, ce.Deadline{
			ID:            ce.NewDeadlineID(certification, "c", ce.DeadlineRenew, ce.RequirementID(fmt.Sprint(i))),
			Certification: certification, Kind: ce.DeadlineRenew, DueOn: dateOf(day), TimeZone: "America/New_York", Status: ce.DeadlineUpcoming,
		})
	}
	return standing
}

// earning makes the deadlines ask for an amount.
func earning(standing ce.Standing, startsOn string, earned, remaining int64) ce.Standing {
	e, r := ce.Int(earned), ce.Int(remaining)
	required := e.Add(r)
	standing.Cycle.StartsOn = dateOf(startsOn)
	standing.Requirements = []ce.RequirementStanding{
		{ID: "all", Kind: ce.KindAllOf, Force: ce.Binding},
		{ID: "total", Kind: ce.KindMinimum, Force: ce.Binding, Required: &required, Earned: &e, Remaining: &r, Unit: "hour"},
	}
	for i := range standing.Deadlines {
		standing.Deadlines[i].Kind, standing.Deadlines[i].Requirement, standing.Deadlines[i].Remaining, standing.Deadlines[i].Unit = ce.DeadlineEarn, "", &r, "hour"
	}
	return standing
}

func dateOf(text string) ce.Date {
	d, err := ce.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func instantOf(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at
}

// shownPlan writes a plan as lines: the local time, the steps told then.
func shownPlan(plan ce.Plan, zone string) string {
	loc, err := ce.LoadZone(zone)
	if err != nil {
		loc = time.UTC
	}
	var lines []string
	var last time.Time
	for _, item := range plan.Items {
		if item.At.Equal(last) {
			lines[len(lines)-1] += fmt.Sprint(" ", item.Step)
			continue
		}
		last = item.At
		lines = append(lines, item.At.In(loc).Format("2006-01-02 15:04 MST")+": "+fmt.Sprint(item.Step))
	}
	return strings.Join(lines, "\n")
}

func TestPlan(t *testing.T) {
	const newYork = "America/New_York"
	renewal := func(days ...string) []ce.Standing { return []ce.Standing{standingDue(planned, days...)} }
	id := func(i int) ce.DeadlineID {
		return standingDue(planned, slices.Repeat([]string{"2026-01-01"}, i+1)...).Deadlines[i].ID
	}
	in := func(now string, standings ...ce.Standing) planning {
		return planning{standings: standings, preferences: ce.DefaultReminderPreferences(), timeZone: newYork, now: instantOf(now)}
	}
	for _, test := range []struct {
		name string
		in   planning
		edit func(*planning)
		want string
	}{
		{"the ladder of what asks for no amount: once, then from a month before", in("2026-01-01T12:00:00Z", renewal("2026-06-30")...), nil, `
			2026-04-01 09:00 EDT: 90
			2026-05-31 09:00 EDT: 30
			2026-06-16 09:00 EDT: 14
			2026-06-23 09:00 EDT: 7
			2026-06-27 09:00 EDT: 3
			2026-06-29 09:00 EDT: 1
			2026-06-30 09:00 EDT: 0
			2026-07-01 09:00 EDT: -1`},
		{"at risk: the whole ladder", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2024-07-01", 10, 70)), func(p *planning) {
			p.preferences.Ladder = []int{120, 90, 60, 30}
		}, `
			2026-03-02 09:00 EST: 120
			2026-04-01 09:00 EDT: 90
			2026-05-01 09:00 EDT: 60
			2026-05-31 09:00 EDT: 30`},
		{"on her way: once, then from a month before", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2024-07-01", 78, 2)), func(p *planning) {
			p.preferences.Ladder = []int{120, 90, 60, 30}
		}, `
			2026-03-02 09:00 EST: 120
			2026-05-31 09:00 EDT: 30`},
		{"on her way until then, at risk later: 70 of 80 in two years leave 10 for 60 days", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2024-07-01", 70, 10)), func(p *planning) {
			p.preferences.Ladder = []int{150, 120, 90, 60, 30}
		}, `
			2026-01-31 09:00 EST: 150
			2026-04-01 09:00 EDT: 90
			2026-05-01 09:00 EDT: 60
			2026-05-31 09:00 EDT: 30`},
		{"met is silent", in("2026-01-01T12:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.standings[0].Deadlines[0].Status = ce.DeadlineMet
		}, ""},
		{"several of one day are one", in("2026-06-20T12:00:00Z", renewal("2026-06-30", "2026-06-30", "2026-07-03")...), func(p *planning) {
			p.preferences.Ladder = []int{3, 0}
		}, `
			2026-06-27 09:00 EDT: 3 3
			2026-06-30 09:00 EDT: 0 0 3
			2026-07-03 09:00 EDT: 0`},
		{"late: only the latest step that was missed, at the next hour", in("2026-05-16T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{90, 60, 50, 30}
			earning(p.standings[0], "2026-01-01", 0, 5)
		}, `
			2026-05-17 09:00 EDT: 50
			2026-05-31 09:00 EDT: 30`},
		{"late, and it was told", in("2026-05-16T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{90, 60, 50, 30}
			p.told = storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{id(0): {Step: 50, DueOn: dateOf("2026-06-30")}}, At: instantOf("2026-05-11T13:00:00Z")}
		}, `
			2026-05-31 09:00 EDT: 30`},
		{"the step of today, whose hour is past, is told at once", in("2026-05-31T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{30, 0}
		}, `
			2026-05-31 12:00 EDT: 30
			2026-06-30 09:00 EDT: 0`},
		{"but not in the quiet hours", in("2026-06-01T01:30:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{30, 0}
		}, `
			2026-06-01 09:00 EDT: 30
			2026-06-30 09:00 EDT: 0`},
		{"but when they end, if that is today", in("2026-05-31T16:15:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{30, 0}, 12*60, 14*60
		}, `
			2026-05-31 14:00 EDT: 30
			2026-06-30 09:00 EDT: 0`},
		{"nor when something was told today", in("2026-05-31T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{30, 0}
			p.told.At = instantOf("2026-05-31T13:00:00Z")
		}, `
			2026-06-01 09:00 EDT: 30
			2026-06-30 09:00 EDT: 0`},
		{"what is over by the next hour is told at once", in("2026-06-30T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{7, -1}
		}, `
			2026-06-30 12:00 EDT: 7
			2026-07-01 09:00 EDT: -1`},
		{"the day before, late: at once, and the day itself", in("2026-06-29T16:00:00Z", renewal("2026-06-30")...), nil, `
			2026-06-29 12:00 EDT: 1
			2026-06-30 09:00 EDT: 0
			2026-07-01 09:00 EDT: -1`},
		{"over for two weeks: told once", in("2026-07-14T12:00:00Z", renewal("2026-06-30")...), nil, `
			2026-07-14 09:00 EDT: -1`},
		{"over for longer: silent", in("2026-07-16T16:00:00Z", renewal("2026-06-30")...), nil, ""},
		{"told for another day: told again", in("2026-05-16T16:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{50, 1}
			p.told.Steps = map[ce.DeadlineID]storage.ToldStep{id(0): {Step: 1, DueOn: dateOf("2026-05-17")}}
		}, `
			2026-05-17 09:00 EDT: 50
			2026-06-29 09:00 EDT: 1`},
		{"ladder of a certification", in("2026-01-01T12:00:00Z", standingDue(planned, "2026-06-30"), standingDue("other", "2026-06-30")), func(p *planning) {
			p.preferences.Ladder = []int{1}
			p.preferences.Certifications = []ce.CertificationReminders{{Certification: planned, Ladder: []int{2}}, {Certification: "none", Ladder: []int{5}}}
		}, `
			2026-06-28 09:00 EDT: 2
			2026-06-29 09:00 EDT: 1`},
		{"a certification without a ladder", in("2026-01-01T12:00:00Z", standingDue(planned, "2026-06-30"), standingDue("other", "2026-06-30")), func(p *planning) {
			p.preferences.Ladder = []int{1}
			p.preferences.Certifications = []ce.CertificationReminders{{Certification: planned, Ladder: []int{}}}
		}, `
			2026-06-29 09:00 EDT: 1`},
		{"muted until the day: what was missed is told then", in("2026-01-01T12:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.MuteUntil = dateOf("2026-06-20")
		}, `
			2026-06-20 09:00 EDT: 14
			2026-06-23 09:00 EDT: 7
			2026-06-27 09:00 EDT: 3
			2026-06-29 09:00 EDT: 1
			2026-06-30 09:00 EDT: 0
			2026-07-01 09:00 EDT: -1`},
		{"muted for good", in("2026-01-01T12:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Certifications = []ce.CertificationReminders{{Certification: planned, MuteUntil: dateOf("2199-12-31")}}
		}, ""},
		{"snoozed", in("2026-06-01T12:00:00Z", renewal("2026-06-30", "2026-06-30")...), func(p *planning) {
			p.preferences.Ladder = []int{14, 7}
			p.preferences.Snooze = ce.Snooze{id(0): dateOf("2026-06-23")}
		}, `
			2026-06-16 09:00 EDT: 14
			2026-06-23 09:00 EDT: 7 7`},
		{"snoozed after it was told: once more on the day, and further down the ladder", in("2026-06-23T14:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Snooze = ce.Snooze{id(0): dateOf("2026-06-25")}
			p.told = storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{id(0): {Step: 7, DueOn: dateOf("2026-06-30")}}, At: instantOf("2026-06-23T13:00:00Z")}
		}, `
			2026-06-25 09:00 EDT: 5
			2026-06-27 09:00 EDT: 3
			2026-06-29 09:00 EDT: 1
			2026-06-30 09:00 EDT: 0
			2026-07-01 09:00 EDT: -1`},
		{"snoozed for long: on the day, though she is on her way", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2024-07-01", 78, 2)), func(p *planning) {
			p.preferences.Ladder, p.preferences.Snooze = []int{120, 90, 60, 30}, ce.Snooze{id(0): dateOf("2026-05-21")}
		}, `
			2026-05-21 09:00 EDT: 40
			2026-05-31 09:00 EDT: 30`},
		{"snoozed, and nothing is to be told", in("2026-06-23T14:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Snooze = []int{}, ce.Snooze{id(0): dateOf("2026-06-25")}
		}, ""},
		{"an hour in the quiet hours moves to their end", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour = []int{1}, 6*60
		}, `
			2026-06-29 08:00 EDT: 1`},
		{"also one before midnight", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour = []int{1}, 22*60
		}, `
			2026-06-29 08:00 EDT: 1`},
		{"quiet hours at noon", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{1}, 12*60, 11*60, 13*60+30
		}, `
			2026-06-29 13:30 EDT: 1`},
		{"no quiet hours", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{1}, 3*60, 60, 60
		}, `
			2026-06-29 03:00 EDT: 1`},
		{"an hour that New York's clocks skip", in("2026-03-01T00:00:00Z", renewal("2026-03-09")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{2, 1, 0}, 150, 0, 0
		}, `
			2026-03-07 02:30 EST: 2
			2026-03-08 03:00 EDT: 1
			2026-03-09 02:30 EDT: 0`},
		{"an hour that comes twice in New York", in("2026-10-25T00:00:00Z", renewal("2026-11-02")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{2, 1, 0}, 90, 0, 0
		}, `
			2026-10-31 01:30 EDT: 2
			2026-11-01 01:30 EDT: 1
			2026-11-02 01:30 EST: 0`},
		{"half an hour that Lord Howe's clocks skip", in("2026-09-25T00:00:00Z", renewal("2026-10-05")...), func(p *planning) {
			p.timeZone = "Australia/Lord_Howe"
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{2, 1, 0}, 135, 0, 0
		}, `
			2026-10-03 02:15 +1030: 2
			2026-10-04 02:30 +11: 1
			2026-10-05 02:15 +11: 0`},
		{"half an hour that comes twice on Lord Howe", in("2026-04-01T00:00:00Z", renewal("2026-04-06")...), func(p *planning) {
			p.timeZone = "Australia/Lord_Howe"
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{2, 1, 0}, 105, 0, 0
		}, `
			2026-04-04 01:45 +11: 2
			2026-04-05 01:45 +11: 1
			2026-04-06 01:45 +1030: 0`},
		{"quiet hours that end in the hour that is skipped", in("2026-03-01T00:00:00Z", renewal("2026-03-08")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{0}, 60, 21*60, 150
		}, `
			2026-03-08 03:00 EDT: 0`},
		{"a day without a decent time", in("2026-03-01T00:00:00Z", renewal("2026-03-08")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{0}, 60, 180, 150
		}, `
			2026-03-09 02:30 EDT: 0`},
		{"a day that Samoa left out", in("2011-12-20T00:00:00Z", renewal("2011-12-31")...), func(p *planning) {
			p.timeZone = "Pacific/Apia"
			p.preferences.Ladder, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{2, 1, 0}, 0, 0
		}, `
			2011-12-29 09:00 -10: 2
			2011-12-31 09:00 +14: 0`},
		{"the ends of months", in("2026-01-01T00:00:00Z", renewal("2026-03-31", "2028-02-29")...), func(p *planning) {
			p.preferences.Ladder = []int{31, 30, 1, -1}
		}, `
			2026-02-28 09:00 EST: 31
			2026-03-01 09:00 EST: 30
			2026-03-30 09:00 EDT: 1
			2026-04-01 09:00 EDT: -1
			2028-01-29 09:00 EST: 31
			2028-01-30 09:00 EST: 30
			2028-02-28 09:00 EST: 1
			2028-03-01 09:00 EST: -1`},
		{"ladders over a leap day", in("2027-01-01T00:00:00Z", renewal("2028-02-29", "2028-03-01", "2029-02-28")...), func(p *planning) {
			p.timeZone = "UTC"
			p.preferences.Ladder = []int{366, 0}
		}, `
			2027-02-28 09:00 UTC: 366
			2027-03-01 09:00 UTC: 366
			2028-02-28 09:00 UTC: 366
			2028-02-29 09:00 UTC: 0
			2028-03-01 09:00 UTC: 0
			2029-02-28 09:00 UTC: 0`},
		{"a year of a cycle that begins on a leap day has 366 days: 1 a day is earned and needed", in("2028-03-01T00:00:00Z", earning(standingDue(planned, "2029-02-28"), "2026-03-01", 305, 60)), func(p *planning) {
			p.standings[0].Deadlines[0].Kind = ce.DeadlineAnnual
			p.preferences.Ladder = []int{90, 60, 59}
		}, `
			2028-11-30 09:00 EST: 90
			2028-12-31 09:00 EST: 59`},
		{"a year of a cycle that ends on a leap day", in("2027-03-01T00:00:00Z", earning(standingDue(planned, "2028-02-29"), "2026-03-01", 304, 61)), func(p *planning) {
			p.standings[0].Deadlines[0].Kind = ce.DeadlineAnnual
			p.preferences.Ladder = []int{90, 61, 60}
		}, `
			2027-12-01 09:00 EST: 90
			2027-12-31 09:00 EST: 60`},
		{"before the cycle begins, with enough of the cycle before", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2026-05-15", 5, 1)), func(p *planning) {
			p.preferences.Ladder = []int{90, 60, 31, 30}
		}, `
			2026-04-01 09:00 EDT: 90
			2026-05-31 09:00 EDT: 30`},
		{"before the cycle begins, with nothing earned", in("2026-01-01T12:00:00Z", earning(standingDue(planned, "2026-06-30"), "2026-05-15", 0, 1)), func(p *planning) {
			p.preferences.Ladder = []int{90, 60, 31, 30}
		}, `
			2026-04-01 09:00 EDT: 90
			2026-05-01 09:00 EDT: 60
			2026-05-30 09:00 EDT: 31
			2026-05-31 09:00 EDT: 30`},
		{"at once between two ends of the quiet hours", in("2026-11-01T06:10:00Z", renewal("2026-11-01")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{0}, 30, 21*60, 90
		}, `
			2026-11-01 01:30 EST: 0`},
		{"02:30 comes twice in Berlin, and both are past", in("2026-10-25T01:45:00Z", renewal("2026-10-25")...), func(p *planning) {
			p.timeZone = "Europe/Berlin"
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{0, -1}, 150, 0, 0
		}, `
			2026-10-25 02:45 CET: 0
			2026-10-26 02:30 CET: -1`},
		{"the only decent half hour of today never comes", in("2026-03-08T06:00:00Z", renewal("2026-03-08")...), func(p *planning) {
			p.preferences.Ladder, p.preferences.Hour, p.preferences.QuietFrom, p.preferences.QuietUntil = []int{0, -1}, 150, 180, 150
		}, `
			2026-03-09 02:30 EDT: -1`},
		{"an unknown time zone", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.timeZone, p.preferences.Ladder = "", []int{1}
		}, `
			2026-06-29 09:00 UTC: 1`},
		{"a time zone that was removed", in("2026-06-20T00:00:00Z", renewal("2026-06-30")...), func(p *planning) {
			p.timeZone, p.preferences.Ladder = "America/Atlantis", []int{1}
		}, `
			2026-06-29 09:00 UTC: 1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.edit != nil {
				test.edit(&test.in)
			}
			plan := test.in.plan()
			want := strings.TrimSpace(strings.ReplaceAll(test.want, "\t", ""))
			if diff := cmp.Diff(want, shownPlan(plan, test.in.timeZone)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := ce.LoadZone(test.in.timeZone); (plan.TimeZone == "") != (err != nil) {
				t.Errorf("the plan is in the zone %q", plan.TimeZone)
			}
			if len(plan.Items) > 0 && plan.NextAt != plan.Items[0].At {
				t.Errorf("NextAt is %v", plan.NextAt)
			}
		})
	}
}

// A plan must be made anew on the first day on which a standing may differ.
func TestPlanIsEvaluatedAnew(t *testing.T) {
	sydney, err := ce.LoadZone("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	one, two := standingDue(planned, "2026-06-30"), standingDue("two", "2026-06-30")
	one.ChangesOn, two.ChangesOn = dateOf("2026-03-02"), dateOf("2026-03-02")
	plan := planning{
		standings: []ce.Standing{one, two, standingDue("three")}, zones: map[ce.CertificationID]*time.Location{planned: time.UTC, "two": sydney, "three": time.UTC},
		preferences: ce.DefaultReminderPreferences(), now: instantOf("2026-01-01T00:00:00Z"),
	}.plan()
	if want := instantOf("2026-03-01T13:00:00Z"); !plan.EvaluateAt.Equal(want) {
		t.Errorf("EvaluateAt is %v, want %v", plan.EvaluateAt, want)
	}
}

func TestPlanOfMany(t *testing.T) {
	in := planning{preferences: ce.DefaultReminderPreferences(), now: instantOf("2026-01-01T12:00:00Z")}
	for n := range ce.MaxCertifications {
		days := slices.Repeat([]string{ce.MustDate(2026, time.September, 1).AddDays(n).String()}, 6)
		in.standings = append(in.standings, standingDue(ce.CertificationID(fmt.Sprint(n)), days...))
	}
	plan := in.plan()
	if n := len(plan.Items); n < maxPlanned || n > maxPlanned+6*9 {
		t.Errorf("%d items", n)
	}
	last := plan.Items[len(plan.Items)-1].At
	if !plan.EvaluateAt.After(last) || ce.DateOf(last, time.UTC).DaysUntil(ce.DateOf(plan.EvaluateAt, time.UTC)) > 1 {
		t.Errorf("the last item is at %v, and the plan is made anew at %v", last, plan.EvaluateAt)
	}
	for i := range in.standings {
		for k := range in.standings[i].Deadlines {
			in.standings[i].Deadlines[k].DueOn = dateOf("2026-06-30")
		}
	}
	in.preferences.Ladder = []int{1}
	if plan = in.plan(); len(plan.Items) != 6*ce.MaxCertifications || !plan.EvaluateAt.IsZero() {
		t.Errorf("all of one day: %d items", len(plan.Items))
	}
}

// Whatever else she is reminded of, each deadline is told when it would be told alone; of many the soonest are planned.
func TestPlanOfManyIsTheSoonestOfEach(t *testing.T) {
	alone := planning{preferences: ce.DefaultReminderPreferences(), timeZone: "America/New_York", now: instantOf("2026-03-07T12:00:00Z")}
	alone.preferences.Ladder = nil
	for step := range ce.MaxLadder {
		alone.preferences.Ladder = append(alone.preferences.Ladder, ce.MaxStep-step*(ce.MaxStep-ce.MinStep)/(ce.MaxLadder-1))
	}
	all := alone
	all.preferences.Snooze = ce.Snooze{}
	first := ce.DateOf(alone.now, time.UTC).AddDays(-100)
	for n := range ce.MaxCertifications {
		id := ce.CertificationID(fmt.Sprint(n))
		days := make([]string, 8)
		for i := range days {
			days[i] = first.AddDays(n*5 + i*37).String()
		}
		standing := earning(standingDue(id, days...), "2025-03-01", int64(n%50), 40)
		all.standings = append(all.standings, standing)
		all.preferences.Certifications = append(all.preferences.Certifications, ce.CertificationReminders{
			Certification: id, Ladder: alone.preferences.Ladder[n%ce.MaxLadder:], MuteUntil: first.AddDays(n),
		})
	}
	for n := range ce.MaxOwnDeadlines {
		all.own = append(all.own, ce.Deadline{ID: ce.DeadlineID(fmt.Sprint("own", n)), Kind: ce.DeadlineOther, DueOn: first.AddDays(3 * n), Status: ce.DeadlineUpcoming})
	}
	for n := range ce.MaxSnoozes {
		all.preferences.Snooze[all.standings[n%ce.MaxCertifications].Deadlines[n/ce.MaxCertifications].ID] = first.AddDays(n)
	}
	preferences := all.preferences
	if err := preferences.Clean(); err != nil {
		t.Fatal(err)
	}
	if !preferences.Equal(&all.preferences) {
		t.Fatal("the preferences are not as they would be stored")
	}
	alone.preferences = preferences
	var items []ce.PlannedReminder
	for i := range all.standings {
		alone.standings = all.standings[i : i+1]
		items = append(items, alone.plan().Items...)
	}
	alone.standings, alone.own = nil, all.own
	items = append(items, alone.plan().Items...)
	slices.SortFunc(items, ce.PlannedReminder.Compare)

	plan := all.plan()
	if n := len(plan.Items); n < maxPlanned || n == len(items) {
		t.Fatalf("%d of %d are planned", n, len(items))
	}
	if diff := cmp.Diff(items[:len(plan.Items)], plan.Items, cmp.AllowUnexported(ce.Date{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if next := items[len(plan.Items)].At; !plan.EvaluateAt.Equal(next) || next.Equal(plan.Items[len(plan.Items)-1].At) {
		t.Errorf("the plan is made anew at %v, and the next is due at %v", plan.EvaluateAt, next)
	}
}

// anyPlanning draws what a plan may be made of.
func anyPlanning(t *rapid.T) planning {
	day := func(name string) ce.Date {
		return ce.MustDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 420).Draw(t, name))
	}
	preferences := ce.DefaultReminderPreferences()
	preferences.Ladder = rapid.SliceOfNDistinct(rapid.IntRange(-20, 120), 0, 9, rapid.ID[int]).Draw(t, "ladder")
	clock := rapid.Custom(func(t *rapid.T) ce.TimeOfDay { return ce.TimeOfDay(rapid.IntRange(0, 95).Draw(t, "quarter") * 15) })
	preferences.Hour, preferences.QuietFrom, preferences.QuietUntil = clock.Draw(t, "hour"), clock.Draw(t, "from"), clock.Draw(t, "until")
	if rapid.Bool().Draw(t, "muted") {
		preferences.MuteUntil = day("mute")
	}
	if err := preferences.Clean(); err != nil {
		t.Fatal(err)
	}
	p := planning{
		preferences: preferences,
		timeZone:    rapid.SampledFrom([]string{"America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Africa/Cairo", "America/Havana", "", "No/Where"}).Draw(t, "zone"),
		now:         instantOf("2026-01-01T00:00:00Z").Add(time.Duration(rapid.IntRange(0, 420*24*60).Draw(t, "now")) * time.Minute),
		told:        storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{}},
	}
	for c := range rapid.IntRange(1, 3).Draw(t, "certifications") {
		standing := standingDue(ce.CertificationID(fmt.Sprint(c)))
		for range rapid.IntRange(0, 3).Draw(t, "deadlines") {
			standing.Deadlines = append(standing.Deadlines, standingDue(standing.Certification, day("due").String()).Deadlines...)
			d := &standing.Deadlines[len(standing.Deadlines)-1]
			d.ID += ce.DeadlineID(fmt.Sprint(len(standing.Deadlines)))
			if rapid.Bool().Draw(t, "told") {
				p.told.Steps[d.ID] = storage.ToldStep{Step: rapid.IntRange(-20, 120).Draw(t, "step"), DueOn: d.DueOn}
			}
		}
		if rapid.Bool().Draw(t, "amount") {
			standing = earning(standing, "2025-06-01", int64(rapid.IntRange(0, 40).Draw(t, "earned")), int64(rapid.IntRange(0, 40).Draw(t, "remaining")))
		}
		p.standings = append(p.standings, standing)
	}
	if rapid.Bool().Draw(t, "told before") {
		p.told.At = p.now.Add(-time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
	}
	return p
}

func TestPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPlanning(t)
		plan := p.plan()
		if diff := cmp.Diff(plan, p.plan(), cmp.AllowUnexported(ce.Date{})); diff != "" {
			t.Fatalf("planned twice:\n%s", diff)
		}
		loc, err := ce.LoadZone(p.timeZone)
		if err != nil {
			loc = time.UTC
		}
		type told struct {
			deadline ce.DeadlineID
			step     int
		}
		seen := map[told]time.Time{}
		days := map[ce.Date]time.Time{}
		last := map[ce.DeadlineID]int{}
		for i, item := range plan.Items {
			if _, ok := seen[told{item.Deadline, item.Step}]; ok {
				t.Fatalf("two items for %s, %d", item.Deadline, item.Step)
			}
			seen[told{item.Deadline, item.Step}] = item.At
			if item.At.Before(p.now) {
				t.Fatalf("%v is before now, %v", item.At, p.now)
			}
			if p.preferences.Quiet(item.At, loc) {
				t.Fatalf("%v lies in the quiet hours %s to %s", item.At.In(loc), p.preferences.QuietFrom, p.preferences.QuietUntil)
			}
			day := ce.DateOf(item.At, loc)
			if at, ok := days[day]; ok && !at.Equal(item.At) {
				t.Fatalf("on %s at %v and at %v", day, at, item.At)
			}
			days[day] = item.At
			if !p.told.At.IsZero() && day == ce.DateOf(p.told.At, loc) {
				t.Fatalf("told on %s, and again", day)
			}
			if i > 0 && plan.Items[i-1].Compare(item) >= 0 {
				t.Fatal("out of order")
			}
			if step, ok := last[item.Deadline]; ok && (item.Step >= step || item.At.Equal(seen[told{item.Deadline, step}])) {
				t.Fatalf("step %d after %d", item.Step, step)
			}
			last[item.Deadline] = item.Step
			if p.told.Covers(item) {
				t.Fatalf("step %d although %d was told", item.Step, p.told.Steps[item.Deadline].Step)
			}
			if day.Before(item.DueOn.AddDays(-item.Step)) || day.Before(p.preferences.MuteUntil) {
				t.Fatalf("on %s, too early", day)
			}
		}
		if len(plan.Items) == 0 {
			return
		}

		// Made anew before the first time it says the same of all that it says; so whoever acts on it sees no other.
		before := p
		gap := plan.NextAt.Sub(p.now)
		before.now = p.now.Add(time.Duration(rapid.Int64Range(0, int64(gap)).Draw(t, "later")).Truncate(time.Millisecond))
		if ce.DateOf(before.now, loc) == ce.DateOf(p.now, loc) {
			if diff := cmp.Diff(plan, before.plan(), cmp.AllowUnexported(ce.Date{})); diff != "" {
				t.Fatalf("made anew at %v, before it is due:\n%s", before.now, diff)
			}
		}

		// Once what is due was told, it is never planned again, and nothing else comes sooner than it was planned.
		after := p
		after.now, after.told = plan.NextAt, storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{}, At: plan.NextAt}
		for id, step := range p.told.Steps {
			after.told.Steps[id] = step
		}
		for _, item := range plan.Items {
			if item.At.Equal(plan.NextAt) {
				after.told.Steps[item.Deadline] = storage.ToldStep{Step: item.Step, DueOn: item.DueOn}
			}
		}
		for _, item := range after.plan().Items {
			at, ok := seen[told{item.Deadline, item.Step}]
			if ok && item.At.Before(at) || !item.At.After(plan.NextAt) {
				t.Fatalf("told at %v; then planned anew: %d at %v, was %v", plan.NextAt, item.Step, item.At, at)
			}
		}
	})
}

// Told through to the end, whatever is planned anew in between, each deadline is told of step by step and at most once a day.
func TestPlanToTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPlanning(t)
		loc, err := ce.LoadZone(p.timeZone)
		if err != nil {
			loc = time.UTC
		}
		days := map[ce.Date]bool{}
		for range 200 {
			plan := p.plan()
			if len(plan.Items) == 0 {
				return
			}
			// Issued a little late, as it happens.
			p.now = plan.NextAt.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "late")) * time.Second)
			day := ce.DateOf(plan.NextAt, loc)
			if days[day] {
				t.Fatalf("told twice on %s", day)
			}
			days[day] = true
			for _, item := range plan.Items {
				if item.At.Equal(plan.NextAt) {
					p.told.Steps[item.Deadline] = storage.ToldStep{Step: item.Step, DueOn: item.DueOn}
				}
			}
			p.told.At = plan.NextAt
		}
		t.Fatal("there is no end")
	})
}
