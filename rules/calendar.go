package rules

import (
	"strconv"
	"time"

	"accrue/ce"
)

// calendar is how cycles follow each other: each ends on the same day of the year, every so many years. A cycle
// is known by the year in which it ends.
type calendar struct {
	years   int // of one cycle
	residue int // of the years in which cycles end, by years
	month   time.Month
	day     int
	report  *span
	grace   *span
	first   *first
}

// first is how a holder's first cycle differs.
type first struct {
	after  bool // it begins on the day after the issue, not on the day itself
	cycles int
}

// span is a length of time after a day.
type span struct{ days, months int }

func (s *span) after(day ce.Date) ce.Date {
	if s == nil {
		return ce.Date{}
	}
	return day.AddMonths(s.months).AddDays(s.days)
}

// The calendar's ends: days outside are held at them, so that arithmetic never fails.
var (
	firstDay = ce.MustDate(1, time.January, 1)
	lastDay  = ce.MustDate(9999, time.December, 31)
)

func (c *calendar) anchor(end ce.Date) {
	var year int
	year, c.month, c.day = end.YMD()
	c.residue = year % c.years
}

// end returns the last day of the cycle that ends in the year.
func (c *calendar) end(year int) ce.Date {
	switch {
	case year < 1:
		return firstDay.AddDays(-1)
	case year > 9999:
		return lastDay
	}
	day, err := ce.NewDate(year, c.month, c.day)
	if err != nil { // 29 February in a common year
		return ce.MustDate(year, c.month, c.day-1)
	}
	return day
}

// containing returns the year in which the cycle ends that has the day.
func (c *calendar) containing(day ce.Date) int {
	year := day.Year()
	end := year + (c.residue-year%c.years+c.years)%c.years
	if end <= 9999 && c.end(end).Before(day) {
		end += c.years
	}
	return end
}

// frame is one cycle of a holder.
type frame struct {
	year  int // in which it ends
	start ce.Date
	end   ce.Date
	// from is the first day whose credits count; it lies after the end when the licence was issued on the last day.
	from ce.Date
}

// frame returns the cycle that ends in the year for a holder with that day of issue, none if it is not known.
func (c *calendar) frame(year int, issued ce.Date) frame {
	f := frame{year: year, start: firstDay, end: c.end(year)}
	if year > c.years {
		f.start = c.end(year - c.years).AddDays(1)
	}
	f.from = f.start
	if c.first != nil && !issued.IsZero() && year == c.earliest(issued) {
		if f.from = issued; c.first.after {
			f.from = issued.AddDays(1)
		}
		if c.first.cycles > 1 {
			f.start = issued
		}
	}
	return f
}

// earliest returns the year in which the first cycle ends of a holder with that day of issue.
func (c *calendar) earliest(issued ce.Date) int {
	year := c.containing(issued)
	if c.first != nil {
		year += (c.first.cycles - 1) * c.years
	}
	return year
}

// exists reports whether a holder with that day of issue has the cycle that ends in the year.
func (c *calendar) exists(year int, issued ce.Date) bool {
	return year > 0 && year%c.years == c.residue && year < 10_000+c.years && (issued.IsZero() || year >= c.earliest(issued))
}

func keyOf(year int) ce.CycleKey { return ce.CycleKey(strconv.Itoa(year)) }

// yearOf reads a key; ok is false when it is none that keyOf makes.
func yearOf(key ce.CycleKey) (year int, ok bool) {
	year, err := strconv.Atoi(string(key))
	return year, err == nil && keyOf(year) == key
}

// expiryMargin is how long after the end of a cycle an expiry may lie that a holder states for it.
const expiryMargin = 92

// cycle turns a frame into what is shown of it.
func (c *calendar) cycle(f frame, cert *ce.Certification) ce.Cycle {
	cycle := ce.Cycle{
		Key: keyOf(f.year), StartsOn: f.from, EarnBy: f.end, EndsOn: f.end,
		ReportBy: c.report.after(f.end), GraceEndsOn: c.grace.after(f.end),
	}
	if cycle.StartsOn.After(f.end) {
		cycle.StartsOn = f.end
	}
	if e := cert.ExpiresOn; e.After(c.frame(f.year, ce.Date{}).start.AddDays(expiryMargin)) && !e.After(f.end.AddDays(expiryMargin)) && !e.Before(cycle.StartsOn) {
		cycle.EndsOn = e
	}
	if !cycle.GraceEndsOn.IsZero() && cycle.GraceEndsOn.Before(cycle.EndsOn) {
		cycle.GraceEndsOn = cycle.EndsOn
	}
	return cycle
}
