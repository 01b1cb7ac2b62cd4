package rules

import (
	"slices"

	"accrue/ce"
)

// deadlines derives what is due from the standing, in the order in which it is due.
func (e *evaluation) deadlines(s *ce.Standing) []ce.Deadline {
	list := make([]ce.Deadline, 0, 8)
	add := func(kind ce.DeadlineKind, requirement ce.RequirementID, due ce.Date, status ce.DeadlineStatus, title ce.Message) *ce.Deadline {
		cert := &e.in.Certification
		list = append(list, ce.Deadline{
			ID:            ce.NewDeadlineID(cert.ID, e.cycle.Key, kind, requirement),
			Certification: cert.ID, Cycle: e.cycle.Key, Kind: kind, Requirement: requirement,
			DueOn: due, TimeZone: cert.TimeZone, Status: status, Title: explanation(title),
		})
		return &list[len(list)-1]
	}
	name := e.program.Name
	for i := range e.items {
		it := &e.items[i]
		kind, ok := e.dueApart(it)
		if !ok {
			continue
		}
		r := &s.Requirements[i]
		d := add(kind, r.ID, it.due, e.earned(r.Outcome, it.due), e.apartTitle(it, r))
		d.Remaining, d.Unit = r.Remaining, r.Unit
	}
	if total := e.headline(); total >= 0 {
		need := e.need(total)
		d := add(ce.DeadlineEarn, "", e.earnBy(), e.earned(s.Outcome, e.earnBy()), e.earnTitle(s, need))
		d.Remaining, d.Unit = &need, e.program.Unit.ID
	}
	if !e.cycle.ReportBy.IsZero() {
		add(ce.DeadlineReport, "", e.cycle.ReportBy, e.settled(e.cycle.ReportBy), say("title-report", name))
	}
	add(ce.DeadlineRenew, "", e.cycle.EndsOn, e.settled(e.cycle.EndsOn), say("title-renew", name))
	if s.Phase == ce.Grace || s.Phase == ce.Lapsed && !e.cycle.GraceEndsOn.IsZero() {
		add(ce.DeadlineGrace, "", e.cycle.GraceEndsOn, e.settled(e.cycle.GraceEndsOn), say("title-grace", name))
	}
	slices.SortStableFunc(list, func(a, b ce.Deadline) int { return a.DueOn.Compare(b.DueOn) })
	return list
}

// earnBy is the day by which what is missing must be earned: the cycle's, and when that is over, the last one on which
// it can still be made up.
func (e *evaluation) earnBy() ce.Date {
	if e.in.AsOf.After(e.cycle.EarnBy) && !e.renewed {
		return later(e.cycle.EarnBy, e.earning[shownCase].to)
	}
	return e.cycle.EarnBy
}

// dueApart says which deadline of its own the item has: binding minimums of single years, and what is due on another
// day than the cycle's credits.
func (e *evaluation) dueApart(it *item) (ce.DeadlineKind, bool) {
	if !it.applies(shownCase) || it.rule.force != ce.Binding || it.due.IsZero() {
		return "", false
	}
	switch {
	case it.rule.kind == ce.KindMinimum && it.year != 0:
		return ce.DeadlineAnnual, true
	case it.rule.kind == ce.KindMinimum && it.rule.within != nil, it.rule.kind == ce.KindCondition && it.rule.due != nil:
		rolls := it.rule.within.depends(baseToday) || it.rule.due.depends(baseToday)
		return ce.DeadlineOwn, it.due != e.earnBy() && it.due != lastDay && !rolls
	}
	return "", false
}

func (e *evaluation) apartTitle(it *item, r *ce.RequirementStanding) ce.Message {
	name := e.program.Name
	more := r.Remaining != nil && r.Remaining.Sign() > 0 && r.Unit != ""
	var left ce.Amount
	if more {
		left = r.Remaining.Shown(true)
	}
	switch {
	case it.rule.each == eachCalendarYear && more:
		return say("title-year-more", name, left, e.words.name(left), it.year)
	case it.rule.each == eachCalendarYear:
		return say("title-year-done", name, e.program.Unit.Plural, it.year)
	case more:
		return say("title-own-more", name, r.Title, left, e.words.name(left))
	}
	return say("title-own", name, r.Title)
}

func (e *evaluation) earnTitle(s *ce.Standing, need ce.Amount) ce.Message {
	name, plural := e.program.Name, e.program.Unit.Plural
	switch {
	case need.Sign() > 0:
		left := need.Shown(true)
		return say("title-earn", name, left, e.words.name(left))
	case s.Outcome == ce.Met:
		return say("title-earned", name, plural)
	case s.Outcome == ce.NotMet:
		return say("title-earn-missing", name, plural)
	}
	return say("title-earn-open", name, plural)
}

// headline returns the place of the requirement by which the cycle's earning is measured: the first binding minimum of the
// cycle that asks something, -1 when the cycle asks for no credits.
func (e *evaluation) headline() int {
	return slices.IndexFunc(e.items, func(it item) bool {
		return it.rule.kind == ce.KindMinimum && it.rule.force == ce.Binding && it.rule.amount.count == countNot && it.year == 0 &&
			it.rule.within == nil && it.applies(shownCase)
	})
}

// need is how much must be earned at least until the item and what lies directly or deeper inside it are met: what it lacks
// itself, or what they lack, those that stand apart taken together.
func (e *evaluation) need(i int) ce.Amount {
	need := e.items[i].remaining()
	slots := map[int]ce.Amount{} // what those that stand apart lack
	for k := i + 1; k < len(e.items); k++ {
		it := &e.items[k]
		if it.parent != i || it.rule.kind != ce.KindMinimum || it.rule.force != ce.Binding || it.rule.amount.count != countNot ||
			it.rule.within != nil || it.year != 0 || !it.applies(shownCase) {
			continue
		}
		inner := e.need(k)
		if it.rule.slot != e.items[i].rule.slot {
			slots[it.rule.slot] = inner
		}
		need = ce.Max(need, inner)
	}
	for _, clique := range e.version.tree.apart {
		var sum ce.Amount
		for _, slot := range clique {
			sum = sum.Add(slots[slot])
		}
		need = ce.Max(need, sum)
	}
	return need
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

// firstChange is the first day after asOf of the days that it is told.
type firstChange struct{ asOf, day ce.Date }

func (f *firstChange) on(day ce.Date) {
	if day.After(f.asOf) && (f.day.IsZero() || day.Before(f.day)) {
		f.day = day
	}
}

// recorded tells it the days from which what is recorded of the certification holds.
func (f *firstChange) recorded(cert *ce.Certification) {
	for i := range cert.Facts {
		f.on(cert.Facts[i].Since)
	}
	for i := range cert.Renewals {
		f.on(cert.Renewals[i].RenewedOn)
	}
}

// changesOn returns the first day after AsOf on which something in the standing may differ.
func (e *evaluation) changesOn(s *ce.Standing) ce.Date {
	first := firstChange{asOf: e.in.AsOf}
	on := first.on
	after := func(day ce.Date) {
		if !day.IsZero() {
			on(day.AddDays(1))
		}
	}
	on(e.cycle.StartsOn)
	on(e.frame.start)
	after(e.frame.end)
	after(e.cycle.EarnBy)
	after(e.cycle.GraceEndsOn)
	for i := range s.Deadlines {
		after(s.Deadlines[i].DueOn)
	}
	unknown := uint64(0)
	for i := range e.items {
		it := &e.items[i]
		unknown |= it.asks
		after(it.due)
	}
	for i := range e.in.Credits {
		if c := &e.in.Credits[i]; c.AllowsCertification(e.in.Certification.ID) {
			on(c.CompletedOn)
		}
	}
	first.recorded(&e.in.Certification)
	for i := range e.in.Others {
		for k := range e.in.Others[i].Renewals {
			on(e.in.Others[i].Renewals[k].RenewedOn)
		}
	}
	// While the day of issue is not known it may be any day up to today; what looks at today may change with it.
	if unknown&asksIssue != 0 || e.version != nil && e.version.tree.daily {
		after(e.in.AsOf)
	}
	return first.day
}
