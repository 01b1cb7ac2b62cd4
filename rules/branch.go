package rules

import (
	"slices"
	"strconv"
	"time"

	"accrue/ce"
)

// window is a run of days, both ends included.
type window struct{ from, to ce.Date }

func (w window) has(day ce.Date) bool { return !day.Before(w.from) && !day.After(w.to) }

// item is one requirement of one holder in one cycle: a rule, or a rule in one year.
type item struct {
	rule     *rule
	year     int // of a rule for each year, else 0
	window   window
	parent   int // -1 at the top
	applies  bool
	none     bool // it does not apply because nothing is asked, see quantity
	open     bool // whether it applies depends on what is not stated of credits
	required ce.Amount
	source   *ce.Source
	bit      uint64 // 0 when no credits belong to it

	// What counts towards it in the worst and in the best case.
	worst, best ce.Amount
	// stated is what was earned of a maximum, before the limit.
	stated ce.Amount
	state
	children
}

// state says whether something is satisfied in the worst and in the best case of what is not known.
type state struct{ worstMet, bestMet bool }

func (s state) outcome() ce.Outcome {
	switch {
	case s.worstMet:
		return ce.Met
	case s.bestMet:
		return ce.Undetermined
	}
	return ce.NotMet
}

// children sums up the binding requirements directly below an item, each with all that lies below it.
type children struct {
	all                 state
	worstCount          int // those met
	bestCount           int
	applicable, present int
}

// outcome is what the item's own rule says, whatever lies below a minimum.
func (it *item) outcome() ce.Outcome {
	switch {
	case !it.applies:
		return ce.NotApplicable
	case it.rule.kind == ce.KindOther && !it.open:
		return ce.NotEvaluated
	}
	return it.state.outcome()
}

func (it *item) id() ce.RequirementID {
	if it.year == 0 {
		return it.rule.id
	}
	return it.rule.id + ce.RequirementID("-"+strconv.Itoa(it.year))
}

// branch is the evaluation under one way of answering what is unknown of the holder.
type branch struct {
	tree    *tree
	holder  holder
	entries []entry
	items   []item
	minimum uint64 // the bits of minimums, and of maximums
	maximum uint64
	unknown bool // some credit may belong to something
	// How much of each entry counts in the worst and in the best case.
	worst, best []ce.Amount
	whole       state
}

// expand makes the items of the holder's cycle, and says what each asks.
func (b *branch) expand() {
	places := make([]int, len(b.tree.rules)) // the item of each rule; for rules of each year the first
	b.items = make([]item, 0, len(b.tree.rules)+b.tree.years(b.holder.frame))
	bits := 0
	for i := range b.tree.rules {
		r := &b.tree.rules[i]
		places[i] = len(b.items)
		parent := -1
		if r.parent >= 0 {
			parent = places[r.parent]
		}
		first, last := 0, 0
		if r.each {
			first, last = b.holder.frame.start.Year(), b.holder.frame.end.Year()
		}
		for year := first; year <= last; year++ {
			it := item{rule: r, year: year, parent: parent, source: r.source, window: window{b.holder.frame.start, b.holder.frame.end}}
			if r.each {
				it.window = window{ce.MustDate(year, time.January, 1), ce.MustDate(year, time.December, 31)}
			}
			b.ask(&it, places)
			if it.applies && r.isLeaf() && !r.never {
				it.bit = 1 << bits
				bits++
				if r.kind == ce.KindMinimum {
					b.minimum |= it.bit
				} else {
					b.maximum |= it.bit
				}
			}
			b.items = append(b.items, it)
		}
	}
}

// ask decides whether the item applies and how much it asks.
func (b *branch) ask(it *item, places []int) {
	r := it.rule
	b.holder.window = it.window
	it.applies = it.parent < 0 || b.items[it.parent].applies
	if it.applies && r.when != nil {
		holds := r.when.holds(&b.holder)
		it.applies = holds != no
		it.open = holds == maybe
	}
	amount := r.amount
	for i := range r.cases {
		if it.applies && r.cases[i].when.holds(&b.holder) == yes {
			amount, it.source = r.cases[i].amount, r.cases[i].source
			break
		}
	}
	switch {
	case !it.applies:
	case amount.none:
		it.applies, it.none = false, true
	case r.isLeaf() && amount.of >= 0:
		base := &b.items[places[amount.of]]
		it.applies, it.none = base.applies, base.none
		it.required = amount.amount.Mul(base.required)
	case r.isLeaf():
		it.required = amount.amount
	}
}

// within returns the entries that lie in the holder's window.
func (b *branch) within() []entry {
	n, _ := slices.BinarySearchFunc(b.entries, b.holder.frame.from, func(e entry, from ce.Date) int {
		if e.credit.CompletedOn.Before(from) {
			return 1
		}
		return -1
	})
	return b.entries[:n]
}

// classify finds which items each entry belongs to. Entries outside the holder's window belong to none.
func (b *branch) classify() {
	from := b.holder.frame.from
	for k := range b.entries {
		e := &b.entries[k]
		e.sure, e.maybe, e.excluded = 0, 0, -1
		if e.credit.CompletedOn.Before(from) {
			continue
		}
		var last *rule
		picked := no
		for i := range b.items {
			it := &b.items[i]
			if !it.applies || !it.rule.isLeaf() {
				continue
			}
			if it.rule != last {
				last, picked = it.rule, it.rule.picks(&e.terms)
			}
			switch {
			case picked == no || it.year != 0 && !it.window.has(e.credit.CompletedOn):
			case it.rule.never:
				if picked == yes && e.excluded < 0 {
					e.excluded = i
				}
			case picked == yes:
				e.sure |= it.bit
			default:
				e.maybe |= it.bit
			}
		}
		if e.excluded >= 0 || e.foreign {
			e.sure, e.maybe = 0, 0
		}
		b.unknown = b.unknown || e.maybe != 0
	}
}

// evaluate fills in everything.
func (b *branch) evaluate() error {
	b.expand()
	b.classify()
	var err error
	if b.worst, err = b.allocate(worstCase); err != nil {
		return err
	}
	b.best = b.worst
	if b.unknown {
		if b.best, err = b.allocate(bestCase); err != nil {
			return err
		}
	}
	b.measure()
	b.judge()
	return nil
}

// measure sums what counts towards each leaf.
func (b *branch) measure() {
	for i := range b.items {
		it := &b.items[i]
		if it.bit == 0 {
			continue
		}
		for k := range b.entries {
			e := &b.entries[k]
			if e.sure&it.bit != 0 {
				it.worst = it.worst.Add(b.worst[k])
				if it.rule.kind == ce.KindMaximum {
					it.stated = it.stated.Add(e.value)
				}
			}
			if b.unknown && (e.sure|e.maybe)&it.bit != 0 {
				it.best = it.best.Add(b.best[k])
			}
		}
		if !b.unknown {
			it.best = it.worst
		}
	}
}

// judge decides each item, from the last to the first, so that what lies below an item is known before it.
func (b *branch) judge() {
	for i := range b.items {
		b.items[i].all = state{true, true}
	}
	b.whole = state{true, true}
	for i := len(b.items) - 1; i >= 0; i-- {
		it := &b.items[i]
		subtree := b.decide(it)
		if it.rule.force == ce.Advisory {
			continue
		}
		if it.parent < 0 {
			b.whole.and(subtree)
			continue
		}
		above := &b.items[it.parent].children
		above.all.and(subtree)
		above.present++
		if it.applies {
			above.applicable++
			above.worstCount += count(subtree.worstMet)
			above.bestCount += count(subtree.bestMet)
		}
	}
}

// decide sets the item's own state and returns that of the item with all that binds below it.
func (b *branch) decide(it *item) state {
	r := it.rule
	own := state{true, true}
	switch {
	case !it.applies:
		it.state = own
		return own
	case r.kind == ce.KindMinimum:
		own.worstMet = it.worst.Cmp(it.required) >= 0
		own.bestMet = own.worstMet || it.best.Cmp(it.required) >= 0
	case r.kind == ce.KindAllOf:
		own = it.all
		it.applies = it.applicable > 0 || it.present == 0
	case r.kind == ce.KindAtLeast:
		own = state{it.worstCount >= r.atLeast, it.bestCount >= r.atLeast}
		it.state = own
		return own
	case r.kind == ce.KindCondition:
		holds := r.holds.holds(&b.holder)
		own = state{holds == yes, holds != no}
	case r.kind == ce.KindOther:
		own.worstMet = false
	}
	it.state = own
	own.and(it.all)
	return own
}

func (s *state) and(t state) {
	s.worstMet = s.worstMet && t.worstMet
	s.bestMet = s.bestMet && t.bestMet
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
