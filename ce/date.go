package ce

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Date is a calendar day of the proleptic Gregorian calendar, from 0001-01-01
// to 9999-12-31. It has no time zone: a deadline is a day, and becomes an
// instant only where it is met (see [Date.End]). The zero value is no day and
// stands for "not given"; IsZero tells. Dates compare with == and, by order in
// time, with < on the values of Compare.
type Date struct {
	n int32 // days since 0000-12-31; 0 is no day
}

const (
	secondsPerDay = 24 * 60 * 60
	// unixDay is the n of 1970-01-01.
	unixDay = 719163
	maxDay  = 3652059 // 9999-12-31
)

// NewDate returns the day, or an error where the calendar has none, such as 30 February.
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if y, m, d := t.Date(); y != year || m != month || d != day || year < 1 || year > 9999 {
		return Date{}, fmt.Errorf("%04d-%02d-%02d is not a day of the calendar", year, int(month), day)
	}
	return dateOf(t), nil
}

// MustDate is NewDate for constants; it panics where the calendar has no such day.
func MustDate(year int, month time.Month, day int) Date {
	d, err := NewDate(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDate reads a day written as 2026-11-22 and nothing else.
func ParseDate(text string) (Date, error) {
	if len(text) != len(time.DateOnly) {
		return Date{}, errNotDate
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, errNotDate
	}
	return dateOf(t), nil
}

var errNotDate = errors.New("must be a day of the calendar, written like 2026-11-22")

// DateOf returns the day that the wall clock shows in loc at the instant t.
func DateOf(t time.Time, loc *time.Location) Date {
	return dateOf(t.In(loc))
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/secondsPerDay) + unixDay}
}

// LatestDate returns the latest day that it is anywhere on Earth at the
// instant t (UTC+14): the bound for "not in the future" while a time zone is unknown.
func LatestDate(t time.Time) Date {
	return dateOf(t.UTC().Add(14 * time.Hour))
}

// EarliestDate returns the earliest day that it still is anywhere on Earth at the instant t (UTC-12).
func EarliestDate(t time.Time) Date {
	return dateOf(t.UTC().Add(-12 * time.Hour))
}

// IsZero reports that no day is given.
func (d Date) IsZero() bool { return d.n == 0 }

func (d Date) utc() time.Time {
	return time.Unix(int64(d.n-unixDay)*secondsPerDay, 0).UTC()
}

// YMD returns year, month and day of the month.
func (d Date) YMD() (int, time.Month, int) { return d.utc().Date() }

// Year returns the calendar year.
func (d Date) Year() int { return d.utc().Year() }

// String writes the day as 2026-11-22; no day is the empty string.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// Compare is negative when d is earlier than e, 0 when they are the same day, positive when d is later.
// No day is earlier than every day.
func (d Date) Compare(e Date) int { return int(d.n) - int(e.n) }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.n > e.n }

// AddDays returns the day n days later, or earlier for a negative n, held within the calendar that Date covers.
func (d Date) AddDays(n int) Date {
	n = min(max(n, -maxDay), maxDay) // lest the sum overflow
	return Date{int32(min(max(int(d.n)+n, 1), maxDay))}
}

// AddMonths returns the day n months later with the same number in the month,
// or the month's last day where it is shorter: one month after 31 January is
// the last day of February. The result is held within the calendar that Date covers.
func (d Date) AddMonths(n int) Date {
	n = min(max(n, -maxDay), maxDay) // lest the sum overflow
	y, m, day := d.YMD()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	switch {
	case first.Year() > 9999:
		return Date{maxDay}
	case first.Year() < 1:
		return Date{1}
	}
	last := first.AddDate(0, 1, -1).Day()
	return dateOf(first.AddDate(0, 0, min(day, last)-1))
}

// DaysUntil returns the number of days from d to e: 0 for the same day, negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.n) - int(d.n) }

// Start returns the first instant of the day in loc. Where the clocks skip
// midnight, that is the first instant after the gap; where midnight comes
// twice, it is the first one. On a day that a zone left out altogether it is the
// start of the next day that exists.
func (d Date) Start(loc *time.Location) time.Time { return d.At(0, loc) }

// At returns the instant at which the wall clock in loc shows the time on the day. Where the clocks skip it, that is the
// first instant after the gap; where it comes twice, it is the first one.
func (d Date) At(clock TimeOfDay, loc *time.Location) time.Time {
	shown := d.utc().Add(time.Duration(clock) * time.Minute)
	// No offset exceeds 14 hours, so at this instant the clock does not show it yet. From here each
	// period of one offset is asked whether its clock reaches it before it ends.
	t := shown.Add(-26 * time.Hour).In(loc)
	for {
		_, offset := t.Zone()
		_, ends := t.ZoneBounds()
		start := shown.Add(-time.Duration(offset) * time.Second)
		if start.Before(t) {
			start = t // the clock jumped over it
		}
		if ends.IsZero() || start.Before(ends) {
			return start.In(loc)
		}
		t = ends
	}
}

// End returns the instant at which the day is over in loc: the first instant of the next day.
func (d Date) End(loc *time.Location) time.Time {
	return Date{d.n + 1}.Start(loc) // not AddDays, which stops at the last day of the calendar
}

// MarshalText writes the day as 2026-11-22, no day as the empty string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// ZoneOrUTC returns the time zone of that name, UTC should there be none or the database no longer know it.
func ZoneOrUTC(name string) *time.Location {
	if loc, err := LoadZone(name); err == nil {
		return loc
	}
	return time.UTC
}

// LoadZone returns the IANA time zone of that name ("America/New_York"). The
// machine's own zone ("Local", "localtime") and the empty name are refused, since they mean
// something else on each server, and so are zones with leap seconds ("right/…").
func LoadZone(name string) (*time.Location, error) {
	// The names of the database begin with a capital; other files of its folder do not.
	if name == "" || name[0] < 'A' || name[0] > 'Z' || name == "Local" || len(name) > 64 {
		return nil, errNotZone
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, errNotZone
	}
	if zoneCount.Add(1) <= maxZones {
		zones.Store(name, loc)
	}
	return loc, nil
}

// The zones read so far, since each read opens a file. Paths to one zone can be written in many ways, so
// how many are kept has a limit, which is above the number of zones that there are.
var (
	zones     sync.Map // name -> *time.Location
	zoneCount atomic.Int64
)

const maxZones = 1000

var errNotZone = errors.New("must be a time zone of the IANA database, such as America/New_York")
