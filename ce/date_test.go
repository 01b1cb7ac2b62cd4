package ce

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the tests' zones, whatever the machine has

	"pgregory.net/rapid"
)

var (
	firstDay = MustDate(1, time.January, 1)
	lastDay  = MustDate(9999, time.December, 31)
)

func day(t *testing.T, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := LoadZone(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return loc
}

func TestParseDate(t *testing.T) {
	for _, text := range []string{"0001-01-01", "1900-02-28", "2000-02-29", "2024-02-29", "2026-11-22", "9999-12-31"} {
		d, err := ParseDate(text)
		if err != nil || d.String() != text || d.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v", text, d, err)
		}
	}
	for _, text := range []string{
		"", "0000-12-31", "0000-01-01", "1900-02-29", "2026-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
		"2026-1-1", "26-01-01", "10000-01-01", "-001-01-01", "2026/11/22", "2026-11-22T00:00:00Z", " 2026-11-2", "２026-11-2", "2026-1-022",
	} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", text, d)
		}
	}
}

func TestNewDate(t *testing.T) {
	for _, tt := range []struct {
		year  int
		month time.Month
		day   int
		ok    bool
	}{
		{2026, time.November, 22, true},
		{2024, time.February, 29, true},
		{2026, time.February, 29, false},
		{2026, 13, 1, false},
		{2026, 0, 1, false},
		{2026, time.January, 0, false},
		{2026, time.January, 32, false},
		{0, time.December, 31, false},
		{10_000, time.January, 1, false},
		{math.MaxInt, time.January, 1, false},
		{math.MinInt, time.January, 1, false},
	} {
		d, err := NewDate(tt.year, tt.month, tt.day)
		if (err == nil) != tt.ok {
			t.Errorf("NewDate(%d, %d, %d) = %v, %v", tt.year, tt.month, tt.day, d, err)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2026-05-31", 1, "2026-06-30"},
		{"2026-05-30", 0, "2026-05-30"},
		{"9999-12-01", 1, "9999-12-31"},
		{"0001-01-31", -1, "0001-01-01"},
		{"2026-05-31", math.MaxInt, "9999-12-31"},
		{"2026-05-31", math.MinInt, "0001-01-01"},
	} {
		if got := day(t, tt.from).AddMonths(tt.months).String(); got != tt.want {
			t.Errorf("%s and %d months = %s, want %s", tt.from, tt.months, got, tt.want)
		}
	}
}

func TestAddDays(t *testing.T) {
	for _, tt := range []struct {
		from string
		days int
		want string
	}{
		{"2024-02-28", 1, "2024-02-29"},
		{"2026-02-28", 1, "2026-03-01"},
		{"2026-01-01", -1, "2025-12-31"},
		{"9999-12-31", 1, "9999-12-31"},
		{"0001-01-01", -1, "0001-01-01"},
		{"2026-05-31", math.MaxInt, "9999-12-31"},
		{"2026-05-31", math.MinInt, "0001-01-01"},
	} {
		if got := day(t, tt.from).AddDays(tt.days).String(); got != tt.want {
			t.Errorf("%s and %d days = %s, want %s", tt.from, tt.days, got, tt.want)
		}
	}
}

func anyDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date {
		return firstDay.AddDays(rapid.IntRange(0, firstDay.DaysUntil(lastDay)).Draw(t, "days"))
	})
}

func TestDatesAgreeWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := anyDate().Draw(t, "d"), anyDate().Draw(t, "e")
		at := func(d Date) time.Time {
			y, m, n := d.YMD()
			return time.Date(y, m, n, 0, 0, 0, 0, time.UTC)
		}
		if got := at(d).Compare(at(e)); got != sign(d.Compare(e)) || d.Before(e) != (got < 0) || d.After(e) != (got > 0) || (d == e) != (got == 0) {
			t.Fatalf("%s and %s are not ordered as their times", d, e)
		}
		if back := d.AddDays(d.DaysUntil(e)); back != e {
			t.Fatalf("%s and its %d days until %s = %s", d, d.DaysUntil(e), e, back)
		}
		var again Date
		text, _ := d.MarshalText()
		if err := again.UnmarshalText(text); err != nil || again != d {
			t.Fatalf("%s read back is %s: %v", d, again, err)
		}
		if got := DateOf(at(d), time.UTC); got != d {
			t.Fatalf("DateOf %s = %s", d, got)
		}
	})
}

func sign(n int) int { return compare(int64(n), 0) }

func TestNoDay(t *testing.T) {
	var none Date
	if !none.IsZero() || none.String() != "" || !none.Before(firstDay) {
		t.Errorf("no day is %q", none)
	}
	d := lastDay
	if err := d.UnmarshalText(nil); err != nil || !d.IsZero() {
		t.Errorf("the empty text is %v, %v", d, err)
	}
	if err := d.UnmarshalText([]byte("soon")); err == nil {
		t.Error("soon is a day")
	}
}

func TestDayInZone(t *testing.T) {
	for _, tt := range []struct{ name, zone, day, start, end string }{
		{"an ordinary day", "America/New_York", "2026-11-22", "2026-11-22T05:00:00Z", "2026-11-23T05:00:00Z"},
		{"23 hours", "America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"},
		{"25 hours", "America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"midnight is skipped", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"the day before a skipped midnight", "America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"midnight is skipped in Asia", "Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"},
		{"the clock falls back at midnight", "Asia/Beirut", "2026-10-24", "2026-10-23T21:00:00Z", "2026-10-24T22:00:00Z"},
		{"the clock falls back on midnight", "America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"},
		{"midnight comes twice", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		{"the day that was left out", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"the day before it", "Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"the day after it", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"},
		{"the earliest zone", "Pacific/Kiritimati", "2026-11-22", "2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"},
		{"the latest zone", "Etc/GMT+12", "2026-11-22", "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"},
		{"local mean time", "Asia/Manila", "0001-01-01", "0001-01-01T15:56:08Z", "0001-01-02T15:56:08Z"},
		{"the last day", "UTC", "9999-12-31", "9999-12-31T00:00:00Z", "+10000-01-01T00:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, loc := day(t, tt.day), zone(t, tt.zone)
			if got := instant(d.Start(loc)); got != tt.start {
				t.Errorf("starts at %s, want %s", got, tt.start)
			}
			if got := instant(d.End(loc)); got != tt.end {
				t.Errorf("ends at %s, want %s", got, tt.end)
			}
		})
	}
}

func instant(t time.Time) string {
	text := t.UTC().Format(time.RFC3339)
	if t.UTC().Year() > 9999 {
		return "+" + text
	}
	return text
}

// The clock shows the day at its start and the day before just until then, in every zone
// and year, except where the clock fell back over midnight or left the day out.
func TestStartIsTheFirstInstant(t *testing.T) {
	zones := []string{
		"UTC", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/Santiago", "America/St_Johns", "Asia/Beirut", "Asia/Tehran",
		"Asia/Gaza", "Africa/Cairo", "Australia/Lord_Howe", "Europe/London", "Europe/Lisbon", "Pacific/Auckland", "Pacific/Kiritimati", "Asia/Manila",
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(zones).Draw(t, "zone")
		loc, err := LoadZone(name)
		if err != nil {
			t.Fatal(err)
		}
		d := MustDate(1900, time.January, 1).AddDays(rapid.IntRange(0, 140*365).Draw(t, "day"))
		start := d.Start(loc)
		if got := DateOf(start, loc); got != d && !leftOut(d, loc) {
			t.Fatalf("at its start, %s, it is %s", start, got)
		}
		if got := DateOf(start.Add(-1), loc); !got.Before(d) {
			t.Fatalf("before its start, %s, it is already %s", start, got)
		}
		if end := d.End(loc); end.Before(start) || !end.Equal(d.AddDays(1).Start(loc)) {
			t.Fatalf("it ends at %s", end)
		}
	})
}

// leftOut reports whether no hour of the days around d shows d.
func leftOut(d Date, loc *time.Location) bool {
	y, m, n := d.YMD()
	for hour := -30; hour < 54; hour++ {
		if DateOf(time.Date(y, m, n, hour, 30, 0, 0, time.UTC), loc) == d {
			return false
		}
	}
	return true
}

func TestLatestAndEarliestDate(t *testing.T) {
	now := time.Date(2026, time.November, 22, 11, 0, 0, 0, time.UTC)
	if got := LatestDate(now).String(); got != "2026-11-23" {
		t.Errorf("the latest day is %s", got)
	}
	if got := EarliestDate(now).String(); got != "2026-11-21" {
		t.Errorf("the earliest day is %s", got)
	}
	for _, name := range []string{"Pacific/Kiritimati", "Etc/GMT+12", "UTC"} {
		if today := DateOf(now, zone(t, name)); today.After(LatestDate(now)) || today.Before(EarliestDate(now)) {
			t.Errorf("in %s it is %s", name, today)
		}
	}
}

func TestLoadZone(t *testing.T) {
	for _, name := range []string{"America/New_York", "UTC", "Etc/GMT+12", "GB"} {
		if _, err := LoadZone(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{
		"", "Local", "localtime", "posixrules", "posix/America/New_York", "right/America/New_York", "tzdata.zi",
		"America", "America/Nowhere", "../../etc/localtime", "/etc/localtime", "EST5EDT\x00", "America/New_York ",
	} {
		if _, err := LoadZone(name); err == nil {
			t.Errorf("%q is a zone", name)
		}
	}
}

// What is stored under a name that a later database no longer has stays readable.
func TestZoneThatWasRemoved(t *testing.T) {
	if got := ZoneOrUTC("America/Atlantis"); got != time.UTC {
		t.Errorf("the zone is %s", got)
	}
	if got := ZoneOrUTC("America/New_York"); got != zone(t, "America/New_York") {
		t.Errorf("the zone is %s", got)
	}
	deadline := Deadline{DueOn: day(t, "2026-06-30"), TimeZone: "America/Atlantis"}
	if got := instant(deadline.EndsAt()); got != "2026-07-01T00:00:00Z" {
		t.Errorf("the day is over at %s", got)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-11-22", "2024-02-29", "2026-02-29", "0000-00-00", "9999-12-31", "٢٠٢٦-١١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err != nil {
			if !d.IsZero() {
				t.Errorf("an error and %s", d)
			}
			return
		}
		if d.String() != text || d.Before(firstDay) || d.After(lastDay) {
			t.Errorf("ParseDate(%q) = %s", text, d)
		}
	})
}
