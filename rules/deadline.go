package rules

import (
	"slices"

	"accrue/ce"
)

// deadlines derives what is due from the standing, in the order in which it is due.
func (e *evaluation) deadlines(s *ce.Standing) []ce.Deadline {
	list := make([]ce.Deadline, 0, 8)
	add := func(kind ce.DeadlineKind, requirement ce.RequirementID, due ce.Date, status ce.DeadlineStatus, title string) *ce.Deadline {
		cert := &e.in.Certification
		list = append(list, ce.Deadline{
			ID:            ce.NewDeadlineID(cert.ID, e.cycle.Key, kind, requirement),
			Certification: cert.ID, Cycle: e.cycle.Key, Kind: kind, Requirement: requirement,
			DueOn: due, TimeZone: cert.TimeZone, Status: status, Title: e.program.Name + ": " + title,
		})
		return &list[len(list)-1]
	}
	for _, place := range e.yearly() {
		it, r := &e.branches[0].items[place], &s.Requirements[place]
		d := add(ce.DeadlineAnnual, r.ID, earlier(it.window.to, e.frame.end), e.earned(r.Outcome, earlier(it.window.to, e.frame.end)), e.units.earnInYear(r, it.year))
		d.Remaining, d.Unit = r.Remaining, r.Unit
	}
	if total, ok := e.headline(s); ok {
		d := add(ce.DeadlineEarn, "", e.cycle.EarnBy, e.earned(s.Outcome, e.cycle.EarnBy), e.units.earn(s, total))
		d.Remaining, d.Unit = total.Remaining, total.Unit
	}
	if !e.cycle.ReportBy.IsZero() {
		add(ce.DeadlineReport, "", e.cycle.ReportBy, e.settled(e.cycle.ReportBy), titleReport)
	}
	add(ce.DeadlineRenew, "", e.cycle.EndsOn, e.settled(e.cycle.EndsOn), titleRenew)
	if s.Phase == ce.Grace || s.Phase == ce.Lapsed && !e.cycle.GraceEndsOn.IsZero() {
		add(ce.DeadlineGrace, "", e.cycle.GraceEndsOn, e.settled(e.cycle.GraceEndsOn), titleGrace)
	}
	slices.SortStableFunc(list, func(a, b ce.Deadline) int { return a.DueOn.Compare(b.DueOn) })
	return list
}

// yearly returns the places of the binding minimums of single years that apply.
func (e *evaluation) yearly() []int {
	var places []int
	if len(e.branches) == 0 {
		return nil
	}
	for i := range e.branches[0].items {
		it := &e.branches[0].items[i]
		if it.year != 0 && it.applies && it.rule.force == ce.Binding {
			places = append(places, i)
		}
	}
	return places
}

// headline returns the requirement by which the cycle's earning is measured: the first binding minimum that
// asks something. ok is false when the cycle asks for no credits.
func (e *evaluation) headline(s *ce.Standing) (r *ce.RequirementStanding, ok bool) {
	i := slices.IndexFunc(s.Requirements, func(r ce.RequirementStanding) bool {
		return r.Kind == ce.KindMinimum && r.Force == ce.Binding && r.Required != nil
	})
	if i < 0 {
		return nil, false
	}
	return &s.Requirements[i], true
}

// earned is the status of something to be earned by the day. What is not known to be earned stays upcoming, so
// that it is not called missed before anybody knows.
func (e *evaluation) earned(outcome ce.Outcome, due ce.Date) ce.DeadlineStatus {
	switch {
	case outcome == ce.Met || outcome == ce.NotApplicable || e.renewed:
		return ce.DeadlineMet
	case e.in.AsOf.After(due) && outcome == ce.NotMet:
		return ce.DeadlineMissed
	}
	return ce.DeadlineUpcoming
}

// settled is the status of a step that only the recorded renewal tells of.
func (e *evaluation) settled(due ce.Date) ce.DeadlineStatus {
	switch {
	case e.renewed:
		return ce.DeadlineMet
	case e.in.AsOf.After(due):
		return ce.DeadlineMissed
	}
	return ce.DeadlineUpcoming
}

// changesOn returns the first day after AsOf on which something in the standing may differ.
func (e *evaluation) changesOn(s *ce.Standing) ce.Date {
	var first ce.Date
	on := func(day ce.Date) {
		if day.After(e.in.AsOf) && (first.IsZero() || day.Before(first)) {
			first = day
		}
	}
	after := func(day ce.Date) {
		if !day.IsZero() {
			on(day.AddDays(1))
		}
	}
	on(e.cycle.StartsOn)
	after(e.frame.end)
	for i := range s.Deadlines {
		after(s.Deadlines[i].DueOn)
	}
	for i := range e.in.Credits {
		if c := &e.in.Credits[i]; c.AllowsCertification(e.in.Certification.ID) {
			on(c.CompletedOn)
		}
	}
	for _, fact := range e.in.Certification.Facts {
		on(fact.Since)
	}
	for _, renewal := range e.in.Certification.Renewals {
		on(renewal.RenewedOn)
	}
	for _, day := range e.watch {
		on(day)
	}
	return first
}
