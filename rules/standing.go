package rules

import (
	"slices"

	"accrue/ce"
)

// standing puts together what the cases say.
func (e *evaluation) standing() ce.Standing {
	s := e.blank()
	switch {
	case e.whole[worstCase]:
		s.Outcome = ce.Met
	case e.whole[bestCase]:
		s.Outcome = ce.Undetermined
	default:
		s.Outcome = ce.NotMet
	}
	s.Requirements = e.requirements()
	s.Uses = e.uses()
	s.Questions = e.questions()
	for i := range e.carriedIn {
		c := &e.carriedIn[i].credit
		s.CarriedIn = append(s.CarriedIn, ce.Carried{Amount: c.Amount, Unit: c.Unit, Topics: c.Topics, Format: c.Format, Role: c.Role, Approvals: c.Approvals})
	}
	s.CarriesOver = e.carries()
	s.Deadlines = e.deadlines(&s)
	s.ChangesOn = e.changesOn(&s)
	return s
}

func (e *evaluation) requirements() []ce.RequirementStanding {
	list := make([]ce.RequirementStanding, len(e.items))
	amounts := make([]ce.Amount, 0, 3*len(e.items)) // never grows, so that pointers into it hold
	keep := func(a ce.Amount) *ce.Amount {
		amounts = append(amounts, a)
		return &amounts[len(amounts)-1]
	}
	for i := range e.items {
		it := &e.items[i]
		r := &list[i]
		*r = ce.RequirementStanding{
			ID: it.id(), Kind: it.rule.kind, Force: it.rule.force, Title: it.title(), Outcome: it.outcome(), Source: it.source,
		}
		if it.parent >= 0 {
			r.ParentID = e.items[it.parent].id()
		}
		r.Explanation = e.explain(i, r.Outcome)
		if !it.applies(shownCase) {
			continue
		}
		unit := e.program.Unit.ID
		if it.rule.amount.count != countNot {
			unit = ""
		}
		switch it.rule.kind {
		case ce.KindMinimum:
			r.Required, r.Earned, r.Unit = keep(it.required[shownCase]), keep(it.earned[shownCase]), unit
			r.Remaining = keep(it.remaining())
		case ce.KindMaximum:
			r.Required, r.Earned, r.Unit = keep(it.required[shownCase]), keep(it.earned[shownCase]), unit
		case ce.KindAtLeast:
			met := it.found[shownCase].met
			r.Required, r.Earned = keep(ce.Int(int64(it.rule.atLeast))), keep(ce.Int(int64(met)))
			r.Remaining = keep(ce.Int(int64(max(0, it.rule.atLeast-met))))
		}
	}
	return list
}

// remaining is what a minimum still needs.
func (it *item) remaining() ce.Amount {
	return ce.Max(it.required[shownCase].Sub(it.earned[shownCase]), ce.Amount{})
}

// uses says of each credit of the cycle how much of it counted.
func (e *evaluation) uses() []ce.CreditUse {
	list := slices.Grow([]ce.CreditUse(nil), len(e.entries))
	x := e.newExplainer()
	p := e.passes[shownCase]
	for k := 0; k < len(e.entries); {
		first := k
		credit := e.entries[k].credit
		for k++; k < len(e.entries) && e.entries[k].credit == credit; k++ {
		}
		if e.entries[first].carried || !e.concerns(first, k) {
			continue
		}
		use := ce.CreditUse{Certification: e.in.Certification.ID, Credit: credit.ID, Unit: e.program.Unit.ID}
		var counted ce.Amount
		known := true
		for i := first; i < k; i++ {
			use.Reported = use.Reported.Add(e.entries[i].reported)
			counted = counted.Add(p.counted[0][i])
			known = known && e.known(i)
		}
		if e.entries[first].foreign {
			use.Reported, use.Unit = credit.Amount, credit.Unit
			use.Explanation = x.foreign()
			list = append(list, use)
			continue
		}
		if known {
			use.Counted = &counted
		}
		use.Parts = e.parts(first, k)
		use.Explanation = x.use(first, k, use.Reported, counted)
		list = append(list, use)
	}
	return list
}

// concerns reports whether the credit lies in the cycle, or in the window of a requirement that applies.
func (e *evaluation) concerns(first, end int) bool {
	if e.earning[bestCase].has(e.entries[first].credit.CompletedOn) {
		return true
	}
	for _, entry := range e.entries[first:end] {
		if entry.sure|entry.maybe|entry.shown != 0 {
			return true
		}
	}
	return false
}

// known reports whether how much of the entry counts depends on nothing that is not stated of credits.
func (e *evaluation) known(k int) bool {
	worst, best := e.passes[worstCase], e.passes[bestCase]
	if worst == e.passes[shownCase] { // no fact of the holder is missing
		return worst.counted[0][k].Equal(best.counted[0][k])
	}
	entry := &e.entries[k]
	return entry.value.Equal(entry.best) && entry.doubted < 0 && (entry.maybe&^entry.shown)&e.minimum == 0
}

func (e *evaluation) parts(first, end int) []ce.CreditPart {
	p := e.passes[shownCase]
	var parts []ce.CreditPart
	for i := range e.items {
		it := &e.items[i]
		if it.bit&e.minimum == 0 || it.rule.amount.count != countNot {
			continue
		}
		var sum ce.Amount
		for k := first; k < end; k++ {
			if p.members[k]&it.bit != 0 {
				sum = sum.Add(p.counted[it.rule.slot][k])
			}
		}
		if sum.Sign() > 0 {
			parts = append(parts, ce.CreditPart{Requirement: it.id(), Amount: sum})
		}
	}
	return parts
}

// relevant reports whether answers about the item would decide something: it is open, and nothing above it is met anyway.
func (e *evaluation) relevant(i int) bool {
	if !e.items[i].open() {
		return false
	}
	for above := e.items[i].parent; above >= 0; above = e.items[above].parent {
		if it := &e.items[above]; it.rule.kind == ce.KindAtLeast && it.met[worstCase] {
			return false
		}
	}
	return true
}

// questions are those whose answers would decide something.
func (e *evaluation) questions() []ce.Question {
	var asks uint64
	// A limit decides something where anything is open.
	limits := e.whole[worstCase] != e.whole[bestCase]
	for i := range e.items {
		limits = limits || e.relevant(i)
	}
	var open uint64 // the leaves that are open
	for i := range e.items {
		it := &e.items[i]
		relevant := e.relevant(i)
		if relevant || it.rule.kind == ce.KindMaximum && limits && it.truth != no {
			asks |= it.asks
		}
		if relevant && it.truth == maybe {
			asks |= e.asksAround(it)
		}
		if relevant || it.rule.kind == ce.KindMaximum && limits {
			open |= it.bit
		}
	}
	if limits {
		asks |= e.holder.asks // what selections and values asked of the holder
	}
	return append(e.program.questions(asks), e.creditQuestions(open, limits)...)
}

// asksAround returns what must be known of the items around one to know whether it applies: they may be met already.
func (e *evaluation) asksAround(it *item) (asks uint64) {
	for it.parent >= 0 {
		if it = &e.items[it.parent]; it.own == maybe || it.none[worstCase] != it.none[bestCase] {
			asks |= it.asks
		}
	}
	return asks
}

// creditQuestions ask for what credits do not state, where something depends on it.
func (e *evaluation) creditQuestions(open uint64, limits bool) []ce.Question {
	var credits [fieldCount][]ce.CreditID
	var uses []ce.CreditID
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.carried || entry.foreign || entry.excluded >= 0 {
			continue
		}
		var fields [fieldCount]bool
		for i := range e.items {
			it := &e.items[i]
			if entry.maybe&open&it.bit != 0 {
				for _, s := range it.rule.selections {
					s.unstated(entry, &fields)
				}
				if entry.overused && !slices.Contains(uses, entry.credit.ID) {
					uses = append(uses, entry.credit.ID)
				}
			}
		}
		if entry.doubted >= 0 && limits {
			for _, s := range e.items[entry.doubted].rule.selections {
				s.unstated(entry, &fields)
			}
		}
		if !entry.value.Equal(entry.best) && (entry.sure|entry.maybe)&open != 0 {
			for i := range e.version.values {
				e.version.values[i].credits.unstated(entry, &fields)
			}
		}
		for field, asked := range fields {
			if asked && !slices.Contains(credits[field], entry.credit.ID) {
				credits[field] = append(credits[field], entry.credit.ID)
			}
		}
	}
	var list []ce.Question
	for field, ids := range credits {
		if len(ids) > 0 {
			list = append(list, e.program.creditQuestion(field, ids))
		}
	}
	if len(uses) > 0 {
		list = append(list, ce.Question{ID: "credit-certifications", Prompt: promptUses, Type: ce.QuestionTerms, Target: ce.TargetUses, Credits: uses})
	}
	return list
}
