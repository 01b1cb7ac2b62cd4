package rules

import (
	"accrue/ce"
)

// MaxCycles is how many cycles [Cycles] returns at most.
const MaxCycles = 200

// CurrentCycle returns the cycle that concerns the holder on the day: the earliest one that ended since the
// certification was tracked and that no renewal closed, else the one that has the day, else, when that is closed
// already, the next one. Earlier cycles are presumed closed. A renewal later than the day has not happened yet. ok is
// false while nothing tells when the holder's cycles end.
func CurrentCycle(p *Program, cert *ce.Certification, asOf ce.Date) (cycle ce.Cycle, ok bool) {
	f, ok := framesOf(p, cert, asOf, known(cert, asOf))
	if !ok {
		return ce.Cycle{}, false
	}
	fr := f.list[f.current(asOf)]
	h := fr.in(p, cert, nil, asOf)
	return fr.cycle(&h), true
}

// current returns the place of the current frame, see CurrentCycle.
func (f *framer) current(asOf ce.Date) int {
	i := f.containing(earlier(tracked(f.holder.cert, asOf), asOf))
	// A cycle is closed once, so this ends after as many steps as there are renewals.
	for closed(f.holder.cert, f.list[i].key, asOf) != nil && (i+1 < len(f.list) || f.grow()) {
		i++
	}
	return i
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
	return earlier(day, asOf)
}

// known returns a day of the first cycle that is known: that of the issue, else that in which tracking began or that
// of the earliest renewal.
func known(cert *ce.Certification, asOf ce.Date) ce.Date {
	if !cert.IssuedOn.IsZero() {
		return cert.IssuedOn
	}
	day := tracked(cert, asOf)
	for _, r := range cert.Renewals {
		if from := yearOf(r.Cycle); !from.IsZero() {
			day = earlier(day, from)
		}
	}
	return day
}

// yearOf returns the first day of the year in which the cycle ends, or no day for what is no key.
func yearOf(key ce.CycleKey) ce.Date {
	text := string(key)
	if len(text) < 4 {
		return ce.Date{}
	}
	day, err := ce.ParseDate(text[:4] + "-01-01")
	if err != nil {
		return ce.Date{}
	}
	return day
}

// Cycles returns the cycles of the certification, newest first: from the one after the current down to the
// first that is known, which is that of the issue, else that in which tracking began or that of the earliest
// renewal. There are at most [MaxCycles], and none while nothing tells when they end.
func Cycles(p *Program, cert *ce.Certification, asOf ce.Date) []ce.Cycle {
	f, ok := framesOf(p, cert, asOf, known(cert, asOf))
	if !ok {
		return nil
	}
	last := f.current(asOf)
	if last+1 < len(f.list) || f.grow() {
		last++
	}
	var cycles []ce.Cycle
	for i := last; i >= 0 && len(cycles) < MaxCycles; i-- {
		h := f.list[i].in(p, cert, nil, asOf)
		cycles = append(cycles, f.list[i].cycle(&h))
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
