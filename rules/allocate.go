package rules

import (
	"math/bits"
	"slices"

	"accrue/ce"
)

// maxClasses is how many kinds of credits under caps are told apart before an evaluation gives up.
const maxClasses = 100

// mode is which way everything not stated of a credit is taken to turn out.
type mode int8

const (
	worstCase mode = iota // it is not what minimums ask for, and is what maximums limit
	bestCase              // the other way round
)

// members returns the leaves to which an entry belongs under the mode.
func (b *branch) members(e *entry, m mode) uint64 {
	either := e.sure | e.maybe
	if m == worstCase {
		return e.sure&b.minimum | either&b.maximum
	}
	return either&b.minimum | e.sure&b.maximum
}

// allocate decides how much of each entry counts: what no maximum forbids, and where maximums bind, so much of
// each that the minimums fall short least, then that the most counts, then that earlier credits count first. An
// entry that serves no minimum counts nothing.
func (b *branch) allocate(m mode) ([]ce.Amount, error) {
	amounts := make([]ce.Amount, len(b.entries))
	for k := range b.entries {
		if e := &b.entries[k]; b.members(e, m)&b.minimum != 0 {
			amounts[k] = e.value
		}
	}
	limits := b.limiting(amounts, m)
	if limits == 0 {
		return amounts, nil
	}
	ways := b.tree.goals
	var best []ce.Amount
	var least ce.Amount
	for i, way := range ways {
		found, shortfall, err := b.solve(amounts, limits, b.bitsOf(way), m)
		if err != nil {
			return nil, err
		}
		if i == 0 || shortfall.Cmp(least) < 0 {
			best, least = found, shortfall
		}
	}
	return best, nil
}

// limiting returns the maximums that are exceeded by these amounts.
func (b *branch) limiting(amounts []ce.Amount, m mode) uint64 {
	var limits uint64
	for i := range b.items {
		it := &b.items[i]
		if it.bit&b.maximum == 0 {
			continue
		}
		var sum ce.Amount
		for k := range b.entries {
			if b.members(&b.entries[k], m)&it.bit != 0 {
				sum = sum.Add(amounts[k])
			}
		}
		if sum.Cmp(it.required) > 0 {
			limits |= it.bit
		}
	}
	return limits
}

// bitsOf returns the leaves of the rules.
func (b *branch) bitsOf(rules []int) uint64 {
	var found uint64
	for i := range b.items {
		it := &b.items[i]
		if it.bit != 0 && slices.ContainsFunc(rules, func(r int) bool { return &b.tree.rules[r] == it.rule }) {
			found |= it.bit
		}
	}
	return found
}

// solve allocates under the maximums that bind, aiming at the goals, and returns by how much the goals are missed.
// Credits that are alike for these purposes are one class, so the problem stays small.
func (b *branch) solve(full []ce.Amount, limits, goals uint64, m mode) ([]ce.Amount, ce.Amount, error) {
	amounts := slices.Clone(full)
	goals, open := b.openGoals(full, limits, goals, m)
	var classes []uint64
	var problem linear
	place := make([]int, len(b.entries))
	for k := len(b.entries) - 1; k >= 0; k-- { // the earliest first
		place[k] = -1
		members := b.members(&b.entries[k], m)
		if members&limits == 0 || full[k].Sign() == 0 {
			continue
		}
		class := slices.Index(classes, members&(limits|goals))
		if class < 0 {
			if class = len(classes); class == maxClasses {
				return nil, ce.Amount{}, ce.Errorf(ce.CodeTooComplex, "these credits differ in too many ways under the program's limits: more than %d", maxClasses)
			}
			classes = append(classes, members&(limits|goals))
			problem.values = append(problem.values, ce.Amount{})
		}
		place[k] = class
		problem.values[class] = problem.values[class].Add(full[k])
	}
	for i := range b.items {
		it := &b.items[i]
		r := row{amount: it.required, classes: membership(classes, it.bit)}
		switch {
		case it.bit&limits != 0:
			problem.caps = append(problem.caps, r)
		case it.bit&goals != 0:
			r.amount = open[bits.TrailingZeros64(it.bit)]
			problem.goals = append(problem.goals, r)
		}
	}
	counted := problem.solve()
	shortfall := problem.shortfall(counted)
	for k := len(b.entries) - 1; k >= 0; k-- {
		if class := place[k]; class >= 0 {
			amounts[k] = ce.Min(full[k], counted[class])
			counted[class] = counted[class].Sub(amounts[k])
		}
	}
	return amounts, shortfall, nil
}

// openGoals returns the goals that are not reached by the entries that nothing limits, and what each still needs.
func (b *branch) openGoals(full []ce.Amount, limits, goals uint64, m mode) (uint64, [MaxLeaves]ce.Amount) {
	var open [MaxLeaves]ce.Amount
	for i := range b.items {
		it := &b.items[i]
		if it.bit&goals == 0 {
			continue
		}
		need := it.required
		for k := range b.entries {
			if members := b.members(&b.entries[k], m); members&it.bit != 0 && members&limits == 0 {
				need = need.Sub(full[k])
			}
		}
		if open[bits.TrailingZeros64(it.bit)] = need; need.Sign() <= 0 {
			goals &^= it.bit
		}
	}
	return goals, open
}

func membership(classes []uint64, bit uint64) []bool {
	has := make([]bool, len(classes))
	for i, class := range classes {
		has[i] = class&bit != 0
	}
	return has
}

// shortfall returns by how much the amounts miss the goals altogether.
func (l *linear) shortfall(amounts []ce.Amount) ce.Amount {
	var total ce.Amount
	for _, goal := range l.goals {
		need := goal.amount
		for i, has := range goal.classes {
			if has {
				need = need.Sub(amounts[i])
			}
		}
		total = total.Add(ce.Max(need, ce.Amount{}))
	}
	return total
}
