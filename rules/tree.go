package rules

import (
	"slices"

	"accrue/ce"
)

// tree is a version's requirements, ready for evaluation.
type tree struct {
	rules []rule  // parents before children, in the program's order
	slots int     // see rule.slot
	outer []int   // of each slot, the one around it
	apart [][]int // slots no two of which one hour may serve
	ways  [][]int // see alternatives
	daily bool    // something in it looks at today
}

// rule is one requirement of a tree.
type rule struct {
	id     ce.RequirementID
	title  string
	kind   ce.RequirementKind
	force  ce.Force
	source *ce.Source
	note   string

	parent     int // -1 at the top
	end        int // the rules below it are those between it and end
	selections []*selection
	amount     amountRule
	cases      []kase
	when       *condition // nil: always
	holds      *condition // of a CONDITION
	due        *dayRule   // of a CONDITION
	within     *windowRule
	each       each
	never      bool
	atLeast    int
	why        string // of an OTHER
	// slot tells in which share of a credit the rule measures: 0 is what counts at all; a minimum that stands apart
	// from another one has a slot of its own, which the rules inside it share.
	slot int
}

// each is what a rule holds in, one by one.
type each int8

const (
	eachNot each = iota
	eachCalendarYear
	eachCycleYear
	eachMonth
	eachDay
	eachEvent
	eachProvider
	eachActivity
)

var eachWords = map[string]each{
	"calendar-year": eachCalendarYear, "cycle-year": eachCycleYear, "month": eachMonth, "day": eachDay,
	"event": eachEvent, "provider": eachProvider, "activity": eachActivity,
}

// yearly reports whether the rule holds in each year, so that each has an item of its own.
func (e each) yearly() bool { return e == eachCalendarYear || e == eachCycleYear }

// grouped reports whether the rule holds in each group of credits.
func (e each) grouped() bool { return e > eachCycleYear }

func (r *rule) isLeaf() bool { return r.kind == ce.KindMinimum || r.kind == ce.KindMaximum }

// measured reports whether the rule is about a sum of credits, not about their number.
func (r *rule) measured() bool { return r.isLeaf() && r.amount.count == countNot && !r.never }

// picks says whether the rule is about the entry.
func (r *rule) picks(e *entry, h *holder) truth {
	found := yes
	for _, s := range r.selections {
		if found = min(found, s.picks(e, h)); found == no {
			break
		}
	}
	return found
}

// amountRule is how much a rule asks.
type amountRule struct {
	amount  ce.Amount
	of      int  // a share of what an earlier rule requires, or, where counted, of what counts for it; -1 for none
	counted bool // see of
	count   counted
	none    bool
	// Times a number of periods, or a number that the holder states.
	per      span
	from, to *dayRule
	begun    bool // a period begun counts
	times    int  // a question; -1 for none
	over     *ce.Amount
	most     *ce.Amount
	least    *ce.Amount
}

// counted is what a rule counts instead of adding credits.
type counted int8

const (
	countNot counted = iota
	countActivities
	countTopics
	countFormats
	countRoles
	countProviders
)

var countWords = map[string]counted{
	"activities": countActivities, "activity": countActivities, "topics": countTopics, "topic": countTopics, "formats": countFormats, "format": countFormats,
	"roles": countRoles, "role": countRoles, "providers": countProviders, "provider": countProviders,
}

// kase is a case: an amount that holds under a condition.
type kase struct {
	when   *condition
	amount amountRule
	source *ce.Source
}

// maxAlternatives is how many ways of choosing among alternatives are tried.
const maxAlternatives = 64

// alternatives returns the ways of choosing which minimums to aim for: each is a list of rules. There is one
// way for each combination of "at least n of" choices; it stops soon after maxAlternatives.
func (t *tree) alternatives() [][]int { return t.waysOf(0, len(t.rules), [][]int{nil}) }

// waysOf extends each of the lists by the minimums of the rules from first to before end.
func (t *tree) waysOf(first, end int, lists [][]int) [][]int {
	for i := first; i < end && len(lists) <= maxAlternatives; i = t.rules[i].end {
		r := &t.rules[i]
		if r.force == ce.Advisory {
			continue
		}
		if r.kind == ce.KindMinimum && r.measured() {
			for k := range lists {
				lists[k] = append(lists[k][:len(lists[k]):len(lists[k])], i)
			}
		}
		if r.kind != ce.KindAtLeast {
			lists = t.waysOf(i+1, r.end, lists)
			continue
		}
		lists = t.choose(i+1, r.end, r.atLeast, lists)
	}
	return lists
}

// choose extends the lists by each choice of n of the rules that lie side by side from first to before end.
func (t *tree) choose(first, end, n int, lists [][]int) [][]int {
	switch {
	case n == 0 || len(lists) > maxAlternatives:
		return lists
	case first >= end:
		return nil
	}
	r := &t.rules[first]
	with := t.choose(r.end, end, n-1, t.one(first, lists))
	return append(with, t.choose(r.end, end, n, lists)...)
}

func (t *tree) one(i int, lists [][]int) [][]int {
	copied := slices.Clone(lists)
	return t.waysOf(i, t.rules[i].end, copied)
}

// cliques returns the greatest sets of slots of which each two are apart, each in ascending order.
func cliques(slots int, apart func(a, b int) bool) [][]int {
	var found [][]int
	var extend func(set []int, rest []int)
	extend = func(set, rest []int) {
		if len(found) >= maxCliques {
			return
		}
		grown := false
		for i, s := range rest {
			var next []int
			for _, t := range rest[i+1:] {
				if apart(s, t) {
					next = append(next, t)
				}
			}
			grown = true
			extend(append(set[:len(set):len(set)], s), next)
		}
		if !grown && len(set) > 1 {
			for _, other := range found {
				if !slices.ContainsFunc(set, func(s int) bool { return !slices.Contains(other, s) }) {
					return // part of a greater one
				}
			}
			found = append(found, set)
		}
	}
	all := make([]int, 0, slots)
	for s := 1; s <= slots; s++ {
		all = append(all, s)
	}
	extend(nil, all)
	return found
}

const maxCliques = 64
