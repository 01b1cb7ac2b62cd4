package rules

import (
	"slices"

	"accrue/ce"
)

// standing puts together what the branches found.
func (e *evaluation) standing() ce.Standing {
	s := e.blank()
	whole := state{true, true}
	for n := range e.branches {
		whole.worstMet = whole.worstMet && e.branches[n].whole.worstMet
		whole.bestMet = n > 0 && whole.bestMet || e.branches[n].whole.bestMet
	}
	s.Outcome = whole.outcome()
	s.Requirements = e.requirements()
	s.Uses = e.uses()
	s.Questions = e.questions()
	s.Deadlines = e.deadlines(&s)
	s.ChangesOn = e.changesOn(&s)
	return s
}

// outcome is what all branches together say of the item at that place.
func (e *evaluation) outcome(place int) ce.Outcome {
	first := e.branches[0].items[place].outcome()
	same, whole := true, state{true, false}
	for n := range e.branches {
		it := &e.branches[n].items[place]
		same = same && it.outcome() == first
		whole.worstMet = whole.worstMet && it.worstMet
		whole.bestMet = whole.bestMet || it.bestMet
	}
	if same {
		return first
	}
	return whole.outcome()
}

func (e *evaluation) requirements() []ce.RequirementStanding {
	shown := &e.branches[0]
	list := make([]ce.RequirementStanding, len(shown.items))
	amounts := make([]ce.Amount, 0, 3*len(shown.items)) // never grows, so that pointers into it hold
	keep := func(a ce.Amount) *ce.Amount {
		amounts = append(amounts, a)
		return &amounts[len(amounts)-1]
	}
	for i := range shown.items {
		it := &shown.items[i]
		r := &list[i]
		*r = ce.RequirementStanding{
			ID: it.id(), Kind: it.rule.kind, Force: it.rule.force, Title: it.title(), Outcome: e.outcome(i), Source: it.source,
		}
		if it.parent >= 0 {
			r.ParentID = shown.items[it.parent].id()
		}
		r.Explanation = e.explain(it, r.Outcome)
		if !it.applies {
			continue
		}
		switch it.rule.kind {
		case ce.KindMinimum:
			r.Required, r.Earned, r.Unit = keep(it.required), keep(it.worst), e.program.Unit.ID
			r.Remaining = keep(it.remaining())
		case ce.KindMaximum:
			r.Required, r.Earned, r.Unit = keep(it.required), keep(it.worst), e.program.Unit.ID
		case ce.KindAtLeast:
			r.Required, r.Earned = keep(ce.Int(int64(it.rule.atLeast))), keep(ce.Int(int64(it.worstCount)))
			r.Remaining = keep(ce.Int(int64(max(0, it.rule.atLeast-it.worstCount))))
		}
	}
	return list
}

// remaining is what a minimum still needs.
func (it *item) remaining() ce.Amount {
	if it.worst.Cmp(it.required) >= 0 {
		return ce.Amount{}
	}
	return it.required.Sub(it.worst)
}

// uses says of each credit of the cycle how much of it counted.
func (e *evaluation) uses() []ce.CreditUse {
	b := &e.branches[0]
	entries := b.within()
	list := make([]ce.CreditUse, len(entries))
	amounts := make([]ce.Amount, len(entries))
	parts := make([]ce.CreditPart, 0, len(entries)*min(4, len(b.items)))
	ids := make([]ce.RequirementID, len(b.items))
	for i := range b.items {
		ids[i] = b.items[i].id()
	}
	x := explainer{words: e.units, branch: b, full: b.usedUp()}
	for k := range entries {
		entry := &entries[k]
		use := &list[k]
		*use = ce.CreditUse{
			Certification: e.in.Certification.ID, Credit: entry.credit.ID,
			Reported: entry.reported, Unit: e.program.Unit.ID,
		}
		if entry.foreign {
			use.Unit = entry.credit.Unit
			use.Explanation = x.foreign(entry)
			continue
		}
		if b.worst[k].Equal(b.best[k]) {
			amounts[k] = b.worst[k]
			use.Counted = &amounts[k]
		}
		begin := len(parts)
		if b.worst[k].Sign() > 0 {
			for i := range b.items {
				if entry.sure&b.minimum&b.items[i].bit != 0 {
					parts = append(parts, ce.CreditPart{Requirement: ids[i], Amount: b.worst[k]})
				}
			}
		}
		if len(parts) > begin {
			use.Parts = parts[begin:len(parts):len(parts)]
		}
		use.Explanation = x.use(k)
	}
	return list
}

// questions are those whose answers would decide something.
func (e *evaluation) questions() []ce.Question {
	var list []ce.Question
	stride := 1
	for i := range e.axes {
		a := &e.axes[i]
		if e.matters(stride, a.len()) {
			if a.issue {
				list = append(list, issueQuestion())
			} else {
				list = append(list, e.program.Questions[a.question])
			}
		}
		stride *= a.len()
	}
	return append(list, e.creditQuestions()...)
}

// matters reports whether two branches that differ in one axis only differ in what is satisfied.
func (e *evaluation) matters(stride, length int) bool {
	for n := range e.branches {
		if n/stride%length == 0 {
			continue
		}
		a, b := &e.branches[n], &e.branches[n-n/stride%length*stride]
		if a.whole != b.whole {
			return true
		}
		for i := range a.items {
			if a.items[i].state != b.items[i].state {
				return true
			}
		}
	}
	return false
}

// creditQuestions ask for what credits do not state, where something depends on it.
func (e *evaluation) creditQuestions() []ce.Question {
	b := &e.branches[0]
	matter, repeats := b.undecided()
	if matter == 0 && len(repeats) == 0 {
		return nil
	}
	var credits [fieldCount][]ce.CreditID
	for k := range b.within() {
		entry := &b.entries[k]
		var fields [fieldCount]bool
		for i := range b.items {
			if entry.maybe&matter&b.items[i].bit != 0 {
				for _, s := range b.items[i].rule.selections {
					s.unstated(&entry.terms, &fields)
				}
			}
		}
		for _, open := range repeats {
			if _, found := slices.BinarySearch(open.entries, k); found {
				open.selection.unstated(&entry.terms, &fields)
			}
		}
		for field, asked := range fields {
			if asked {
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
	return list
}

// openRepeat is a selection of repeats that some entries leave open.
type openRepeat struct {
	selection *selection
	entries   []int
}

// undecided returns the leaves on which something depends that credits do not state, and such repeats.
func (b *branch) undecided() (leaves uint64, repeats []openRepeat) {
	for i := range b.items {
		it := &b.items[i]
		if it.bit&b.minimum != 0 && it.worstMet != it.bestMet {
			leaves |= it.bit
		}
		if it.open {
			repeats = append(repeats, it.rule.when.openRepeats(b)...)
		}
	}
	if leaves == 0 {
		return leaves, repeats
	}
	full := make([]ce.Amount, len(b.entries))
	for k := range b.entries {
		full[k] = b.entries[k].value
	}
	return leaves | b.limiting(full, worstCase), repeats
}

func (k *condition) openRepeats(b *branch) []openRepeat {
	var found []openRepeat
	if k.op == opRepeats {
		if truth, open := repeatsOf(k.repeats, b.within()); truth == maybe {
			found = append(found, openRepeat{k.repeats, open})
		}
	}
	for _, below := range k.below {
		found = append(found, below.openRepeats(b)...)
	}
	return found
}
