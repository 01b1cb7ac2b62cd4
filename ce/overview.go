package ce

import (
	"cmp"
	"slices"
	"time"
)

// RiskPeriod is how long before its deadline what is not met is called at risk: in so much time most courses can still be found, booked and
// taken. No body names such a period; it is Accrue's own.
const RiskPeriod = 90 * 24 * time.Hour

// MaxMissing is how many unmet requirements an Overview names of one certification.
const MaxMissing = 10

// Overview is what the lists of an organisation show of a member: where each of her certifications stands. It is derived with her standings.
type Overview struct {
	Certifications []CertificationOverview // those with the most urgent need first, see CertificationOverview.RiskFrom
}

// CertificationOverview is a Standing in short.
type CertificationOverview struct {
	Certification CertificationID
	Program       ProgramID
	ProgramName   string
	Outcome       Outcome // Met, NotMet or Undetermined
	// DueOn is the last day of the soonest deadline that is not met, and EndsAt the instant at which it is over; no day and the zero time where
	// there is none.
	DueOn  Date
	EndsAt time.Time
	Title  Text // of that deadline
	// Required is the minimum by which a cycle's earning is measured, the program's first, and Earned how much of that is there, both in the program's
	// unit; nil where there is none, or it is not known.
	Required, Earned *Amount
	Missing          []MissingRequirement // the binding requirements that are not met, without those that only hold others together, in the program's order, at most MaxMissing
}

// ProgramName names a program.
type ProgramName struct {
	ID   ProgramID
	Name string
}

// MissingRequirement is a requirement that is not met, or not known to be.
type MissingRequirement struct {
	Title     string
	Remaining *Amount // nil where it is no amount, or not known
	Unit      string  // its name in the singular; "" without an amount
}

// RiskFrom is the instant from which the certification needs somebody's attention: RiskPeriod before the deadline while the standing is not
// met, else when the deadline is over. The zero time is never.
func (c *CertificationOverview) RiskFrom() time.Time {
	if c.EndsAt.IsZero() || c.Outcome == Met {
		return c.EndsAt
	}
	return c.EndsAt.Add(-RiskPeriod)
}

// Sort puts those with the most urgent need first.
func (o *Overview) Sort() {
	slices.SortFunc(o.Certifications, func(a, b CertificationOverview) int {
		return cmp.Or(Never(a.RiskFrom()).Compare(Never(b.RiskFrom())), cmp.Compare(a.ProgramName, b.ProgramName), cmp.Compare(a.Certification, b.Certification))
	})
}

// Never returns the instant, and for the zero time, where that stands for never, one after all others.
func Never(at time.Time) time.Time {
	if at.IsZero() {
		return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	return at
}

// Sometime is the zero time where Never stands for it, and the instant else.
func Sometime(at time.Time) time.Time {
	if at.Equal(Never(time.Time{})) {
		return time.Time{}
	}
	return at
}

// Listing is by what a member is found in lists: all of her certifications, or those of one program, taken together.
type Listing struct {
	Program  ProgramID // "" for all
	State    Outcome   // the worst: NotMet, Undetermined, Met, or NotApplicable where there is none
	EndsAt   time.Time // when the soonest deadline that is not met is over; the zero time is never
	RiskFrom time.Time // see CertificationOverview.RiskFrom; the zero time is never
	// Required and Earned are hundredths of the program's unit, see CertificationOverview, rounded so that nothing is there that was not earned. They are
	// 0 for all programs, whose units differ.
	Required, Earned int64
}

// states are the states of a Listing, the worst last.
var states = []Outcome{NotApplicable, Met, Undetermined, NotMet}

// Listing returns that of the certification alone, under its program.
func (c *CertificationOverview) Listing() Listing {
	l := Listing{Program: c.Program, State: c.Outcome, EndsAt: c.EndsAt, RiskFrom: c.RiskFrom()}
	if c.Required != nil && c.Earned != nil {
		l.Required, l.Earned = hundredths(c.Required.Ceil(hundredth)), hundredths(Min(*c.Earned, *c.Required).Floor(hundredth))
	}
	return l
}

var hundredth = Fraction(1, 100)

// hundredths are how many of them the amount has.
func hundredths(a Amount) int64 { return a.Div(hundredth).Rat().Num().Int64() }

// Listing returns that of all certifications. That of a nil overview is of none.
func (o *Overview) Listing() Listing {
	all := Listing{State: NotApplicable}
	if o != nil {
		for i := range o.Certifications {
			all.add(o.Certifications[i].Listing())
		}
	}
	all.Required, all.Earned = 0, 0
	return all
}

// Listings returns the listing of all certifications, then one for each program, by its id.
func (o *Overview) Listings() []Listing {
	listings := []Listing{o.Listing()}
	if o == nil {
		return listings
	}
	for i := range o.Certifications {
		one := o.Certifications[i].Listing()
		if place := slices.IndexFunc(listings[1:], func(l Listing) bool { return l.Program == one.Program }); place >= 0 {
			listings[1+place].add(one)
		} else {
			listings = append(listings, one)
		}
	}
	slices.SortFunc(listings[1:], func(a, b Listing) int { return cmp.Compare(a.Program, b.Program) })
	return listings
}

// add takes another listing together with this one.
func (l *Listing) add(other Listing) {
	if slices.Index(states, other.State) > slices.Index(states, l.State) {
		l.State = other.State
	}
	sooner := func(at *time.Time, other time.Time) {
		if Never(other).Before(Never(*at)) {
			*at = other
		}
	}
	sooner(&l.EndsAt, other.EndsAt)
	sooner(&l.RiskFrom, other.RiskFrom)
	l.Required, l.Earned = l.Required+other.Required, l.Earned+other.Earned
}

// MemberOutcome says in one word how a member stands.
type MemberOutcome string

// The outcomes of members.
const (
	MemberOverdue      MemberOutcome = "OVERDUE"      // a deadline is over and was not met
	MemberAtRisk       MemberOutcome = "AT_RISK"      // something is not known to be met, and its deadline is within RiskPeriod
	MemberUndetermined MemberOutcome = "UNDETERMINED" // all else is met or on track, later
	MemberOnTrack      MemberOutcome = "ON_TRACK"     // something is not met, and its deadline is later
	MemberMet          MemberOutcome = "MET"          // all that is asked is met
	MemberNone         MemberOutcome = "NONE"         // she holds no certification
)

// MemberOutcomes are all outcomes of members, the most urgent first.
var MemberOutcomes = []MemberOutcome{MemberOverdue, MemberAtRisk, MemberUndetermined, MemberOnTrack, MemberMet, MemberNone}

// IsValid reports whether it is one of the outcomes.
func (o MemberOutcome) IsValid() bool { return slices.Contains(MemberOutcomes, o) }

// Outcome returns how the member stands at the instant.
func (l *Listing) Outcome(now time.Time) MemberOutcome {
	over := func(at time.Time) bool { return !at.IsZero() && !at.After(now) }
	switch {
	case over(l.EndsAt):
		return MemberOverdue
	case over(l.RiskFrom):
		return MemberAtRisk
	}
	return MemberOutcome(laterOutcomes[l.State])
}

// laterOutcomes are what the states are called before RiskFrom.
var laterOutcomes = map[Outcome]MemberOutcome{
	NotMet: MemberOnTrack, Undetermined: MemberUndetermined, Met: MemberMet, NotApplicable: MemberNone,
}

// StateOf returns the state of listings that have the outcome before RiskFrom; false for the outcomes that are decided by dates alone.
func (o MemberOutcome) StateOf() (Outcome, bool) {
	for state, outcome := range laterOutcomes {
		if outcome == o {
			return state, true
		}
	}
	return "", false
}

// MemberOrder is the order of a list of members.
type MemberOrder string

// The orders of members. Equals come by id.
const (
	MembersByName     MemberOrder = "NAME"          // without regard to case
	MembersByDeadline MemberOrder = "NEXT_DEADLINE" // the soonest deadline that is not met first, those without any last
	MembersByRisk     MemberOrder = "RISK"          // whoever needs attention for longest, or will soonest, first, see Listing.RiskFrom
)

// IsValid reports whether it is one of the orders.
func (o MemberOrder) IsValid() bool {
	return slices.Contains([]MemberOrder{MembersByName, MembersByDeadline, MembersByRisk}, o)
}
