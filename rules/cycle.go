package rules

import (
	"accrue/ce"
)

// MaxCycles is how many cycles [Cycles] returns at most.
const MaxCycles = 200

// CurrentCycle returns the cycle that concerns the holder on the day: the earliest one that ended since the
// certification was tracked and that no renewal closed, else the one that has the day, else, when that is closed
// already, the next one. Earlier cycles are presumed closed. A renewal later than the day has not happened yet.
func CurrentCycle(p *Program, cert *ce.Certification, asOf ce.Date) ce.Cycle {
	f := p.calendar.frame(p.currentYear(cert, asOf), cert.IssuedOn)
	return p.calendar.cycle(f, cert)
}

func (p *Program) currentYear(cert *ce.Certification, asOf ce.Date) int {
	c := &p.calendar
	year := min(c.containing(tracked(cert, asOf)), c.containing(asOf))
	if !cert.IssuedOn.IsZero() {
		year = max(year, c.earliest(cert.IssuedOn))
	}
	// A cycle is closed once, so this ends after as many steps as there are renewals.
	for closed(cert, year, asOf) != nil && c.exists(year+c.years, ce.Date{}) {
		year += c.years
	}
	return year
}

// tracked returns the first day from which an end of a cycle counts as seen.
func tracked(cert *ce.Certification, asOf ce.Date) ce.Date {
	day := asOf
	if !cert.CreatedAt.IsZero() {
		day = ce.DateOf(cert.CreatedAt, cert.Zone())
	}
	if e := cert.ExpiresOn; !e.IsZero() && e.Before(day) {
		day = e
	}
	return day
}

// closed returns the renewal that had closed the cycle by the day, or nil.
func closed(cert *ce.Certification, year int, asOf ce.Date) *ce.Renewal {
	if len(cert.Renewals) == 0 {
		return nil
	}
	if r := cert.RenewalOf(keyOf(year)); r != nil && !r.RenewedOn.After(asOf) {
		return r
	}
	return nil
}

// Cycles returns the cycles of the certification, newest first: from the one after the current down to the
// first that is known, which is that of the issue, else that in which tracking began or that of the earliest
// renewal. There are at most [MaxCycles].
func Cycles(p *Program, cert *ce.Certification, asOf ce.Date) []ce.Cycle {
	c := &p.calendar
	current := p.currentYear(cert, asOf)
	earliest := min(current, c.containing(tracked(cert, asOf)))
	for _, r := range cert.Renewals {
		if year, ok := yearOf(r.Cycle); ok && c.exists(year, cert.IssuedOn) {
			earliest = min(earliest, year)
		}
	}
	if !cert.IssuedOn.IsZero() {
		earliest = c.earliest(cert.IssuedOn)
	}
	var cycles []ce.Cycle
	for year := current + c.years; year >= earliest && len(cycles) < MaxCycles; year -= c.years {
		if c.exists(year, cert.IssuedOn) {
			cycles = append(cycles, c.cycle(c.frame(year, cert.IssuedOn), cert))
		}
	}
	return cycles
}

// phase says where in the cycle the day lies. A cycle that a renewal closed stays OPEN after its end.
func phase(cycle *ce.Cycle, asOf ce.Date, renewed bool) ce.Phase {
	switch {
	case asOf.Before(cycle.StartsOn):
		return ce.NotStarted
	case renewed || !asOf.After(cycle.EndsOn):
		return ce.Open
	case !asOf.After(cycle.GraceEndsOn):
		return ce.Grace
	}
	return ce.Lapsed
}
