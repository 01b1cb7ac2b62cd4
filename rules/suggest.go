package rules

import (
	"cmp"
	"slices"

	"accrue/ce"
)

// Suggestion is a set of activities that would earn what a certification still asks for.
type Suggestion struct {
	Activities []SuggestedActivity // what is asked for most narrowly first
	Total      ce.Amount           // of all activities, in the program's unit
	// Open are the requirements that no activity of the day fulfils: cards, examinations, answers that are missing, minimums of
	// later years.
	Open []ce.RequirementID
}

// SuggestedActivity is a kind of activity and how much of it: a credit that states these terms.
type SuggestedActivity struct {
	Amount       ce.Amount // in the program's unit
	Topics       []ce.Term
	Format, Role ce.Term // "" where the program does not tell them apart
	Approvals    []ce.Term
	Until        ce.Date            // the last day on which it helps
	Requirement  ce.RequirementID   // for whose sake it is suggested
	Serves       []ce.RequirementID // all minimums that it would serve, in the program's order
}

// Limits of what is suggested.
const (
	maxSuggestions = 3
	maxWaysTried   = 8
	maxKindsTried  = 20_000 // in search of one activity
)

// Suggest returns the smallest sets of activities that would complete the certification's cycle if they were completed on
// the day: the smallest in all first, then those of fewest kinds. Where requirements can be fulfilled in several ways each
// way is tried. There is none where nothing is missing that activities could earn, or where it is too late for them. Errors
// are those of [Evaluate].
func Suggest(in Input) ([]Suggestion, error) {
	in = in.counting()
	f, place, err := in.frame()
	if err != nil || f == nil {
		return nil, err
	}
	start := newEvaluation(&in, f, place)
	if start.version == nil {
		return nil, nil
	}
	if err := start.evaluate(); err != nil {
		return nil, err
	}
	if start.whole[shownCase] {
		return nil, nil
	}
	var list []Suggestion
	ways := start.version.tree.ways
	for _, way := range ways[:min(len(ways), maxWaysTried)] {
		s := suggester{in: in, way: way, seen: start}
		found, ok, err := s.complete()
		if err != nil {
			return nil, err
		}
		if ok && !slices.ContainsFunc(list, found.same) {
			list = append(list, found)
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(len(a.Open), len(b.Open)), a.Total.Cmp(b.Total), cmp.Compare(len(a.Activities), len(b.Activities)))
	})
	// Ways that leave more open than another are no good advice.
	list = slices.DeleteFunc(list, func(s Suggestion) bool { return len(s.Open) > len(list[0].Open) })
	return list[:min(len(list), maxSuggestions)], nil
}

func (s Suggestion) same(other Suggestion) bool {
	return s.Total.Equal(other.Total) && slices.EqualFunc(s.Activities, other.Activities, func(a, b SuggestedActivity) bool {
		return a.Amount.Equal(b.Amount) && a.Requirement == b.Requirement
	})
}

// suggester adds invented credits until all minimums of one way are met.
type suggester struct {
	in   Input
	way  []int
	seen *evaluation // with what was added so far
}

// complete adds, for the narrowest minimum that is not met, what it lacks, again and again.
func (s *suggester) complete() (found Suggestion, ok bool, err error) {
	credits := s.in.Credits
	for range s.way {
		i := s.next()
		if i < 0 {
			break
		}
		kind, possible := s.kind(i)
		if !possible {
			return Suggestion{}, false, nil
		}
		it := &s.seen.items[i]
		kind.ID = ce.CreditID("suggested-" + string(rune('a'+len(found.Activities))))
		kind.Title, kind.Amount = string(kind.ID), it.remaining() // no title twice, lest it be taken for a repeat
		found.Activities = append(found.Activities, SuggestedActivity{
			Amount: kind.Amount, Topics: kind.Topics, Format: kind.Format, Role: kind.Role, Approvals: kind.Approvals,
			Until: it.due, Requirement: it.id(),
		})
		found.Total = found.Total.Add(kind.Amount)
		credits = append(slices.Clip(credits), kind)
		s.in.Credits = credits
		if err := s.evaluate(); err != nil {
			return Suggestion{}, false, err
		}
		if !s.seen.items[i].met[shownCase] { // something forbids it to count
			return Suggestion{}, false, nil
		}
	}
	s.tell(&found)
	return found, len(found.Activities) > 0, nil
}

func (s *suggester) evaluate() error {
	f, place, err := s.in.frame()
	if err != nil {
		return err
	}
	s.seen = newEvaluation(&s.in, f, place)
	return s.seen.evaluate()
}

// next returns the minimum of the way that is not met and that asks for the narrowest kind of credits: what serves it may serve
// the wider ones, too. -1 when there is none.
func (s *suggester) next() int {
	narrowest := -1
	for i := range s.seen.items {
		it := &s.seen.items[i]
		inWay := slices.ContainsFunc(s.way, func(r int) bool { return &s.seen.version.tree.rules[r] == it.rule })
		if !inWay || !it.applies(shownCase) || it.met[shownCase] || !it.window[shownCase].has(s.in.AsOf) {
			continue
		}
		if narrowest < 0 || len(it.rule.selections) >= len(s.seen.items[narrowest].rule.selections) {
			narrowest = i
		}
	}
	return narrowest
}

// tell adds what each activity serves, and what stays open.
func (s *suggester) tell(found *Suggestion) {
	for n := range found.Activities {
		for k := range s.seen.entries {
			if s.seen.entries[k].credit.ID != ce.CreditID("suggested-"+string(rune('a'+n))) {
				continue
			}
			for _, part := range s.seen.parts(k, k+1) {
				found.Activities[n].Serves = append(found.Activities[n].Serves, part.Requirement)
			}
		}
	}
	for i := range s.seen.items {
		it := &s.seen.items[i]
		leaf := it.rule.kind == ce.KindMinimum || it.rule.kind == ce.KindCondition
		if leaf && it.rule.force == ce.Binding && it.applies(shownCase) && !it.met[shownCase] && s.needed(i) {
			found.Open = append(found.Open, it.id())
		}
	}
}

// needed reports whether nothing above the item is satisfied without it.
func (s *suggester) needed(i int) bool {
	for above := s.seen.items[i].parent; above >= 0; above = s.seen.items[above].parent {
		it := &s.seen.items[above]
		if it.rule.kind == ce.KindAtLeast && it.met[shownCase] {
			return false
		}
	}
	return true
}

// kind invents a credit of today that surely counts for the item, under as few maximums as can be.
func (s *suggester) kind(i int) (best ce.Credit, ok bool) {
	e := s.seen
	it := &e.items[i]
	wants := [fieldCount]uint64{}
	for _, sel := range it.rule.selections {
		sel.wants(&wants)
	}
	least, tried := -1, 0
	for _, format := range e.program.options(formats, wants[formats]) {
		for _, role := range e.program.options(roles, wants[roles]) {
			for _, approved := range e.program.sets(approvals, wants[approvals]) {
				for _, about := range e.program.sets(topics, wants[topics]) {
					credit := ce.Credit{
						CompletedOn: s.in.AsOf, Amount: it.remaining(), Unit: e.program.Unit.ID,
						Format: format, Role: role, Topics: about, Approvals: approved,
					}
					if limits, counts := s.counts(i, &credit); counts && (least < 0 || limits < least) {
						best, least = credit, limits
					}
					if tried++; least == 0 || tried == maxKindsTried {
						return best, least >= 0
					}
				}
			}
		}
	}
	return best, least >= 0
}

// wants adds the terms by which a selection picks: of alternatives the first.
func (s *selection) wants(bits *[fieldCount]uint64) {
	for field := range s.bits {
		if s.bits[field] != 0 {
			bits[field] |= s.bits[field] & -s.bits[field]
		}
	}
	for _, part := range s.all {
		part.wants(bits)
	}
	if len(s.any) > 0 {
		s.any[0].wants(bits)
	}
}

// OtherTerm is the format or role of an activity that should have none of those that the program tells apart.
const OtherTerm ce.Term = "other"

// options returns the terms of a field that may be tried: the wanted one, else each and one that is none of them; none where the
// program does not tell any apart.
func (p *Program) options(field int, wanted uint64) []ce.Term {
	var list []ce.Term
	for i, v := range p.words[field].vocables {
		if wanted == 0 || wanted&(1<<i) != 0 {
			list = append(list, v.ID)
		}
	}
	switch {
	case len(list) == 0:
		return []ce.Term{""}
	case wanted == 0:
		list = append(list, OtherTerm)
	}
	return list
}

// sets returns the lists of terms that may be tried: the wanted ones, the same with each other one, and all.
func (p *Program) sets(field int, wanted uint64) [][]ce.Term {
	base := []ce.Term{}
	all := []ce.Term{}
	for i, v := range p.words[field].vocables {
		if wanted&(1<<i) != 0 {
			base = append(base, v.ID)
		}
		all = append(all, v.ID)
	}
	list := [][]ce.Term{base}
	for i, v := range p.words[field].vocables {
		if wanted&(1<<i) == 0 {
			list = append(list, append(slices.Clone(base), v.ID))
		}
	}
	return append(list, all)
}

// counts reports whether the credit would surely count for the item at its full amount, and under how many maximums it is.
func (s *suggester) counts(i int, credit *ce.Credit) (limits int, ok bool) {
	e := s.seen
	entry := entry{
		credit: credit, terms: e.program.terms(credit), reported: credit.Amount, share: credit.Amount, excluded: -1, doubted: -1,
	}
	h := e.holder
	e.version.appraise(&entry, &h)
	if entry.value.Cmp(credit.Amount) < 0 || !entry.value.Equal(entry.best) {
		return 0, false
	}
	if e.items[i].rule.picks(&entry, &h) != yes {
		return 0, false
	}
	for k := range e.items {
		it := &e.items[k]
		switch {
		case it.rule.kind != ce.KindMaximum || it.truth == no:
		case it.rule.never:
			if it.rule.excludes(&entry, &h) != no {
				return 0, false
			}
		case it.rule.picks(&entry, &h) != no:
			limits++
		}
	}
	return limits, true
}
