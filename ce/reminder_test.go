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
