package ce

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func FuzzParseTimeOfDay(f *testing.F) {
	for _, seed := range []string{"00:00", "09:00", "23:59", "24:00", "9:00", "09:60", "09:00:00", "", "٠٩:٠٠"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTimeOfDay(text)
		if err != nil {
			return
		}
		if got < 0 || got >= minutesOfDay || got.String() != text {
			t.Errorf("%q reads as %d, which is written %q", text, got, got)
		}
	})
}

func TestParseTimeOfDay(t *testing.T) {
	for text, want := range map[string]TimeOfDay{"00:00": 0, "09:05": 545, "23:59": 1439} {
		if got, err := ParseTimeOfDay(text); err != nil || got != want {
			t.Errorf("%q reads as %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "9:00", "24:00", "12:60", "09:00:00", "09.00", " 09:00", "-1:00", "9am"} {
		if got, err := ParseTimeOfDay(text); err == nil {
			t.Errorf("%q reads as %s", text, got)
		}
	}
}

// On every day the clock shows a time of it at At, or, where it skips the time, the end of the gap; and never before.
func TestAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := LoadZone(rapid.SampledFrom([]string{"America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "UTC"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := MustDate(2005, time.January, 1).AddDays(rapid.IntRange(0, 9000).Draw(t, "day"))
		clock := TimeOfDay(rapid.IntRange(0, minutesOfDay-1).Draw(t, "clock"))
		at := day.At(clock, loc)
		shows := func(at time.Time) (Date, TimeOfDay) {
			local := at.In(loc)
			return DateOf(at, loc), TimeOfDay(local.Hour()*60 + local.Minute())
		}
		before := func(d Date, c TimeOfDay) bool { return d.Before(day) || d == day && c < clock }
		if d, c := shows(at); before(d, c) {
			t.Fatalf("at %v it is not %s %s yet", at, day, clock)
		}
		if d, c := shows(at.Add(-time.Minute)); !before(d, c) {
			t.Fatalf("%v is not the first time that it is %s %s", at, day, clock)
		}
	})
}

func TestCleanReminderPreferences(t *testing.T) {
	p := DefaultReminderPreferences()
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	if standard := DefaultReminderPreferences(); !p.Equal(&standard) {
		t.Errorf("the default is cleaned to %+v", p)
	}
	p.Channels, p.Ladder, p.Language = []Channel{ChannelEmail, ChannelPush, ChannelEmail}, []int{-1, 90, 0, 90}, " es_MX "
	p.Certifications = []CertificationReminders{{Certification: "a", Ladder: []int{}, Channels: []Channel{}}, {Certification: "b"}}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Channels, Channels) || !slices.Equal(p.Ladder, []int{90, 0, -1}) || p.Language != "es-MX" ||
		p.Certifications[0].Ladder == nil || p.Certifications[0].Channels == nil || p.Certifications[1].Ladder != nil || p.Certifications[1].Channels != nil {
		t.Errorf("cleaned to %+v", p)
	}
	for path, spoil := range map[string]func(*ReminderPreferences){
		"channels.0":                       func(p *ReminderPreferences) { p.Channels = []Channel{"FAX"} },
		"ladder":                           func(p *ReminderPreferences) { p.Ladder = make([]int, MaxLadder+1) },
		"ladder.1":                         func(p *ReminderPreferences) { p.Ladder = []int{1, MaxStep + 1} },
		"ladder.0":                         func(p *ReminderPreferences) { p.Ladder = []int{MinStep - 1} },
		"hour":                             func(p *ReminderPreferences) { p.Hour = 1440 },
		"quietFrom":                        func(p *ReminderPreferences) { p.QuietFrom = -1 },
		"quietUntil":                       func(p *ReminderPreferences) { p.QuietUntil = 1440 },
		"language":                         func(p *ReminderPreferences) { p.Language = "?" },
		"muteUntil":                        func(p *ReminderPreferences) { p.MuteUntil = MustDate(3000, time.January, 1) },
		"detail":                           func(p *ReminderPreferences) { p.Detail = "SOME" },
		"certifications":                   func(p *ReminderPreferences) { p.Certifications = make([]CertificationReminders, MaxCertifications+1) },
		"certifications.1.certificationId": func(p *ReminderPreferences) { p.Certifications[1].Certification = "a" },
		"certifications.0.ladder.0":        func(p *ReminderPreferences) { p.Certifications[0].Ladder = []int{1000} },
		"certifications.1.channels.0":      func(p *ReminderPreferences) { p.Certifications[1].Channels = []Channel{""} },
		"certifications.1.muteUntil":       func(p *ReminderPreferences) { p.Certifications[1].MuteUntil = MustDate(1, time.January, 1) },
		"snooze":                           func(p *ReminderPreferences) { p.Snooze = Snooze{"a": MustDate(1, time.January, 1)} },
	} {
		spoiled := p
		spoiled.Certifications = slices.Clone(p.Certifications)
		spoil(&spoiled)
		err := spoiled.Clean()
		if CodeOf(err) != CodeInvalidInput || !strings.Contains(err.Error(), string(CodeInvalidInput)+" "+path+":") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNewNotificationID(t *testing.T) {
	items := []NotificationItem{{Deadline: "a", Step: 7}, {Deadline: "b", Step: 1}}
	day := MustDate(2026, time.March, 1)
	id := NewNotificationID("p", day, items)
	if _, err := ParseUUID(string(id)); err != nil || id != NewNotificationID("p", day, slices.Clone(items)) {
		t.Errorf("%s: %v", id, err)
	}
	items[0].Title, items[0].Status = "x", DeadlineMissed
	if id != NewNotificationID("p", day, items) {
		t.Error("how it stands makes another id")
	}
	others := []NotificationID{NewNotificationID("q", day, items), NewNotificationID("p", day.AddDays(1), items), NewNotificationID("p", day, items[:1])}
	items[1].Step = 0
	if others = append(others, NewNotificationID("p", day, items)); slices.Contains(others, id) {
		t.Errorf("%v holds %s", others, id)
	}
}

func TestLeavingAChannel(t *testing.T) {
	before := DefaultReminderPreferences()
	before.Channels = []Channel{ChannelPush, ChannelEmail}
	before.Certifications = []CertificationReminders{
		{Certification: "own", Channels: []Channel{ChannelEmail}}, {Certification: "none", Channels: []Channel{}}, {Certification: "of all"},
	}
	left := before
	left.Leave(ChannelEmail)
	want := DefaultReminderPreferences()
	want.Channels = []Channel{ChannelPush}
	want.Certifications = []CertificationReminders{
		{Certification: "own", Channels: []Channel{}}, {Certification: "none", Channels: []Channel{}}, {Certification: "of all"},
	}
	if !left.Equal(&want) || left.By(ChannelEmail) || !left.By(ChannelPush) {
		t.Errorf("%+v", left)
	}
	if !before.By(ChannelEmail) || !slices.Equal(before.Channels, []Channel{ChannelPush, ChannelEmail}) || !slices.Equal(before.Certifications[0].Channels, []Channel{ChannelEmail}) {
		t.Errorf("those of before have changed: %+v", before)
	}
	left.Certifications[0].Channels = []Channel{ChannelEmail}
	if !left.By(ChannelEmail) {
		t.Error("one certification is not seen")
	}
}

func TestQuietEnd(t *testing.T) {
	const newYork, lordHowe, apia = "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
	for _, tt := range []struct{ name, zone, from, until, at, want string }{
		{"after midnight", newYork, "21:00", "08:00", "2026-06-30T02:00:00-04:00", "2026-06-30T08:00:00-04:00"},
		{"before midnight", newYork, "21:00", "08:00", "2026-06-30T21:00:00-04:00", "2026-07-01T08:00:00-04:00"},
		{"the last second", newYork, "21:00", "08:00", "2026-06-30T07:59:59-04:00", "2026-06-30T08:00:00-04:00"},
		{"at noon", newYork, "12:00", "13:30", "2026-06-30T12:10:30-04:00", "2026-06-30T13:30:00-04:00"},
		{"until midnight", newYork, "21:00", "00:00", "2026-06-30T23:00:00-04:00", "2026-07-01T00:00:00-04:00"},
		{"no clock ever changes", "UTC", "21:00", "08:00", "2026-06-30T22:00:00Z", "2026-07-01T08:00:00Z"},
		{"before a leap day", "UTC", "21:00", "08:00", "2028-02-28T22:00:00Z", "2028-02-29T08:00:00Z"},
		{"where February has none", "UTC", "21:00", "08:00", "2027-02-28T22:00:00Z", "2027-03-01T08:00:00Z"},

		{"a night that is an hour shorter", newYork, "21:00", "08:00", "2026-03-07T22:00:00-05:00", "2026-03-08T08:00:00-04:00"},
		{"02:30 never comes", newYork, "21:00", "02:30", "2026-03-07T22:00:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"the end is where the gap begins", newYork, "21:00", "02:00", "2026-03-08T01:59:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"the end is where the gap ends", newYork, "21:00", "03:00", "2026-03-08T01:59:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"the only decent half hour never comes", newYork, "03:00", "02:30", "2026-03-08T01:00:00-05:00", "2026-03-09T02:30:00-04:00"},

		{"a night that is an hour longer", newYork, "21:00", "08:00", "2026-10-31T22:00:00-04:00", "2026-11-01T08:00:00-05:00"},
		{"01:30 comes twice, before the first", newYork, "21:00", "01:30", "2026-11-01T01:10:00-04:00", "2026-11-01T01:30:00-04:00"},
		{"01:30 comes twice, between both", newYork, "21:00", "01:30", "2026-11-01T01:10:00-05:00", "2026-11-01T01:30:00-05:00"},
		{"02:00 comes once, an hour after 01:00 came again", newYork, "21:00", "02:00", "2026-11-01T01:59:00-04:00", "2026-11-01T02:00:00-05:00"},
		{"02:30 comes twice", "Europe/Berlin", "21:00", "02:30", "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"},
		{"the clock goes back to before the quiet hours", newYork, "01:30", "05:00", "2026-11-01T01:40:00-04:00", "2026-11-01T01:00:00-05:00"},
		{"they begin again", newYork, "01:30", "05:00", "2026-11-01T01:30:00-05:00", "2026-11-01T05:00:00-05:00"},
		{"midnight comes twice", "America/Havana", "21:00", "00:00", "2026-10-31T23:30:00-04:00", "2026-11-01T00:00:00-04:00"},

		{"half an hour never comes", lordHowe, "21:00", "02:15", "2026-10-03T22:00:00+10:30", "2026-10-04T02:30:00+11:00"},
		{"half an hour comes twice, before the first", lordHowe, "21:00", "01:45", "2026-04-05T01:40:00+11:00", "2026-04-05T01:45:00+11:00"},
		{"half an hour comes twice, between both", lordHowe, "21:00", "01:45", "2026-04-05T01:40:00+10:30", "2026-04-05T01:45:00+10:30"},

		{"the next day was left out", apia, "21:00", "08:00", "2011-12-29T22:00:00-10:00", "2011-12-31T08:00:00+14:00"},
		{"the next day was left out, until midnight", apia, "21:00", "00:00", "2011-12-29T22:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		{"the day before was left out", apia, "21:00", "08:00", "2011-12-31T00:00:00+14:00", "2011-12-31T08:00:00+14:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			loc := zone(t, tt.zone)
			p := ReminderPreferences{QuietFrom: timeOfDay(t, tt.from), QuietUntil: timeOfDay(t, tt.until)}
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Quiet(at, loc) {
				t.Fatalf("it is not quiet at %v", at.In(loc))
			}
			if got := p.QuietEnd(at, loc).In(loc).Format(time.RFC3339); got != tt.want {
				t.Errorf("over at %s, want %s", got, tt.want)
			}
		})
	}
}

func timeOfDay(t testing.TB, text string) TimeOfDay {
	t.Helper()
	clock, err := ParseTimeOfDay(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return clock
}

// The quiet hours end at the first instant that is not quiet, also where the clocks go forward or back meanwhile.
func TestQuietEndIsTheFirstInstantAfter(t *testing.T) {
	changes := []struct {
		zone string
		near time.Time
	}{
		{"America/New_York", time.Date(2026, time.March, 8, 7, 0, 0, 0, time.UTC)},
		{"America/New_York", time.Date(2026, time.November, 1, 6, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2026, time.April, 4, 15, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2026, time.October, 3, 15, 30, 0, 0, time.UTC)},
		{"Asia/Beirut", time.Date(2026, time.March, 28, 22, 0, 0, 0, time.UTC)},
		{"America/Havana", time.Date(2026, time.November, 1, 5, 0, 0, 0, time.UTC)},
		{"Pacific/Apia", time.Date(2011, time.December, 30, 10, 0, 0, 0, time.UTC)},
	}
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.SampledFrom(changes).Draw(t, "change")
		loc, err := LoadZone(change.zone)
		if err != nil {
			t.Fatal(err)
		}
		quarter := rapid.IntRange(0, 95)
		p := ReminderPreferences{QuietFrom: TimeOfDay(15 * quarter.Draw(t, "from")), QuietUntil: TimeOfDay(15 * quarter.Draw(t, "until"))}
		at := change.near.Add(time.Duration(rapid.IntRange(-24*60, 24*60).Draw(t, "minutes")) * time.Minute)
		if !p.Quiet(at, loc) {
			return
		}
		want := at
		for p.Quiet(want, loc) {
			want = want.Add(time.Minute)
		}
		if got := p.QuietEnd(at, loc); !got.Equal(want) {
			t.Fatalf("at %v, quiet from %s until %s: it ends at %v, want %v", at.In(loc), p.QuietFrom, p.QuietUntil, got.In(loc), want.In(loc))
		}
	})
}
