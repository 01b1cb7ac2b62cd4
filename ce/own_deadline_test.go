package ce

import (
	"strings"
	"testing"
	"time"
)

func TestRepetition(t *testing.T) {
	for _, test := range []struct {
		every           int
		unit            RepetitionUnit
		from, day, want string
	}{
		{1, RepeatMonths, "2026-01-31", "2026-01-31", "2026-02-28"},
		{1, RepeatMonths, "2026-01-31", "2026-02-28", "2026-03-31"},
		{2, RepeatYears, "2024-02-29", "2024-02-29", "2026-02-28"},
		{2, RepeatYears, "2024-02-29", "2026-02-28", "2028-02-29"},
		{6, RepeatMonths, "2026-08-31", "2026-08-31", "2027-02-28"},
		{1, RepeatYears, "2026-05-04", "2026-05-05", "2027-05-04"},
		{1, RepeatYears, "2026-05-04", "2026-05-03", "2026-05-04"},
		{50, RepeatYears, "2180-05-04", "2180-05-04", ""},
		{0, "", "", "2026-05-04", ""},
	} {
		from, _ := ParseDate(test.from)
		day, _ := ParseDate(test.day)
		if got := (Repetition{test.every, test.unit, from}).Next(day); got.String() != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestNextOwnDeadline(t *testing.T) {
	due := MustDate(2026, time.January, 31)
	d := OwnDeadline{
		ID: DeadlineID(NewUUID()), Title: "Fee", DueOn: due, DoneOn: due, TimeZone: "UTC",
		Repeats: Repetition{1, RepeatMonths, due},
	}
	next, ok := d.Next(Date{})
	again, _ := d.Next(Date{})
	if _, err := ParseUUID(string(next.ID)); err != nil || !ok || next != again || next.ID == d.ID || !next.DoneOn.IsZero() || next.DueOn != MustDate(2026, time.February, 28) {
		t.Errorf("next: %+v", next)
	}
	if after, _ := next.Next(Date{}); after.ID == next.ID || after.DueOn != MustDate(2026, time.March, 31) {
		t.Errorf("the one after: %+v", after)
	}
	chosen, ok := d.Next(MustDate(2026, time.February, 10))
	if after := chosen.Repeats.Next(chosen.DueOn); !ok || chosen.ID != next.ID || after != MustDate(2026, time.March, 10) {
		t.Errorf("on a chosen day: %+v, then %s", chosen, after)
	}
	d.Repeats = Repetition{}
	if _, ok := d.Next(Date{}); ok {
		t.Error("what does not repeat is followed by another")
	}
}

func TestOwnDeadlineStatus(t *testing.T) {
	d := OwnDeadline{ID: DeadlineID(NewUUID()), Title: "a\tb", DueOn: MustDate(2026, time.May, 4), TimeZone: "America/New_York"}
	for _, test := range []struct {
		now    string
		done   Date
		status DeadlineStatus
	}{
		{"2026-05-05T03:59:59Z", Date{}, DeadlineUpcoming},
		{"2026-05-05T04:00:00Z", Date{}, DeadlineMissed},
		{"2026-05-05T04:00:00Z", MustDate(2026, time.May, 6), DeadlineMet},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		d.DoneOn = test.done
		if got := d.Deadline(now); got.Status != test.status || got.ID.IsDerived() || got.Kind != DeadlineOther {
			t.Errorf("%s: %+v", test.now, got)
		}
	}
}

func TestCleanOwnDeadline(t *testing.T) {
	good := OwnDeadline{Title: " CPR card ", DueOn: MustDate(2026, time.May, 4), TimeZone: "UTC", Notes: strings.Repeat("x", MaxDeadlineNotesLength)}
	if err := good.Clean(); err != nil || good.Title != "CPR card" {
		t.Errorf("a good one: %v", err)
	}
	for path, spoil := range map[string]func(*OwnDeadline){
		"title":         func(d *OwnDeadline) { d.Title = " " },
		"title ":        func(d *OwnDeadline) { d.Title = strings.Repeat("x", MaxTitleLength+1) },
		"dueOn":         func(d *OwnDeadline) { d.DueOn = Date{} },
		"dueOn ":        func(d *OwnDeadline) { d.DueOn = MustDate(2200, time.January, 1) },
		"doneOn":        func(d *OwnDeadline) { d.DoneOn = MustDate(1899, time.December, 31) },
		"timeZone":      func(d *OwnDeadline) { d.TimeZone = "" },
		"notes":         func(d *OwnDeadline) { d.Notes += "x" },
		"repeats.every": func(d *OwnDeadline) { d.Repeats.Unit = RepeatYears },
		"repeats.every ": func(d *OwnDeadline) {
			d.Repeats = Repetition{Every: 51, Unit: RepeatYears}
		},
		"repeats.every  ":  func(d *OwnDeadline) { d.Repeats = Repetition{Every: 601, Unit: RepeatMonths} },
		"repeats.every   ": func(d *OwnDeadline) { d.Repeats = Repetition{Every: -1, Unit: RepeatMonths} },
	} {
		d := good
		spoil(&d)
		if got := paths(t, d.Clean()); len(got) != 1 || got[0] != strings.TrimSpace(path) {
			t.Errorf("%s: %v", path, got)
		}
	}
}
