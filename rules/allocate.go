package rules

import (
	"slices"

	"accrue/ce"
)

// allocate decides how much of each entry counts, and where: what no maximum forbids, and where maximums bind or
// minimums stand apart, so that the minimums fall short least in all, then that the most counts, then that earlier
// credits count first. An entry that serves no minimum counts nothing. Among alternatives the way is taken that
// satisfies the whole, then the one that falls short least.
func (p *pass) allocate() error {
	p.groups = p.grouped()
	p.limits = p.limiting()
	p.contested = p.contestedBits() | p.limitedSlots()
	p.limits |= p.shares()
	p.contested |= p.sharedSlots()
	simple := make([][]ce.Amount, p.version.tree.slots+1)
	for s := range simple {
		simple[s] = p.full
	}
	if !p.bound() {
		p.counted, p.result = simple, p.measure(simple)
		return nil
	}
	for i, way := range p.version.tree.ways {
		counted, err := p.solve(p.bitsOf(way))
		if err != nil {
			return err
		}
		found := p.measure(counted)
		if i == 0 || found.whole && !p.result.whole || found.whole == p.result.whole && found.shortfall.Cmp(p.result.shortfall) < 0 {
			p.counted, p.result = counted, found
		}
	}
	return nil
}

// bound reports whether not everything counts everywhere.
func (p *pass) bound() bool { return p.limits|p.contested != 0 || p.groups.bind() }

// limiting returns the maximums of the cycle or of a year that bind when everything counts.
func (p *pass) limiting() uint64 {
	var limits uint64
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.maximum == 0 || !it.applies(p.mode) || it.rule.each.grouped() || it.rule.amount.count != countNot {
			continue
		}
		sum := p.sum(it, p.full)
		limit := it.required[p.mode]
		if a := &it.rule.amount; a.counted {
			// What it is a share of may yet shrink, so it binds where it has members.
			if sum.Sign() > 0 {
				limits |= it.bit
			}
			continue
		}
		if sum.Cmp(limit) > 0 {
			limits |= it.bit
		}
	}
	return limits
}

// shares returns the minimums that are a share of what counts, where less may count than everything: for other reasons,
// or since one of them is short of its share of everything.
func (p *pass) shares() uint64 {
	var found uint64
	bound := p.bound()
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.minimum == 0 || !it.applies(p.mode) || !it.rule.amount.counted {
			continue
		}
		found |= it.bit
		base := &p.items[p.placeOf(it.rule.amount.of)]
		asked := it.rule.amount.amount.Mul(sumOf(base, p.against, p.full))
		bound = bound || p.sum(it, p.full).Cmp(asked) < 0
	}
	if !bound {
		return 0
	}
	return found
}

// limitedSlots returns the bits of the minimums that stand apart and have a limit inside that binds: it limits what
// counts there, and not what counts at all.
func (p *pass) limitedSlots() (found uint64) {
	if p.version.tree.slots == 0 {
		return 0
	}
	for i := range p.items {
		if it := &p.items[i]; it.bit&p.limits&p.maximum != 0 && it.rule.slot > 0 {
			found |= p.slotBits(it.rule.slot)
		}
	}
	for _, g := range p.groups {
		if slot := p.items[g.item].rule.slot; slot > 0 {
			found |= p.slotBits(slot)
		}
	}
	return found
}

// sharedSlots returns the bits of the minimums that stand apart and of which others ask a share: less may count there.
func (p *pass) sharedSlots() (found uint64) {
	for i := range p.items {
		if it := &p.items[i]; it.bit&p.limits&p.minimum != 0 {
			if base := &p.items[p.placeOf(it.rule.amount.of)]; base.rule.slot > 0 {
				found |= p.slotBits(base.rule.slot)
			}
		}
	}
	return found
}

// contestedBits returns the bits of the minimums that stand apart and have an entry between them.
func (p *pass) contestedBits() uint64 {
	t := &p.version.tree
	if t.slots == 0 {
		return 0
	}
	var found uint64
	for _, clique := range t.apart {
		var all uint64
		several := false
		masks := make([]uint64, len(clique))
		for i, slot := range clique {
			masks[i] = p.slotBits(slot)
			all |= masks[i]
		}
		for k := range p.members {
			in := 0
			for _, mask := range masks {
				in += count(p.members[k]&mask != 0)
			}
			if several = in > 1 && p.full[k].Sign() > 0; several {
				break
			}
		}
		if several {
			found |= all
		}
	}
	return found
}

// slotBits returns the bits of the minimums that open the slot.
func (p *pass) slotBits(slot int) (found uint64) {
	for i := range p.items {
		it := &p.items[i]
		if it.rule.slot == slot && it.bit&p.minimum != 0 && it.applies(p.mode) && p.opens(it) {
			found |= it.bit
		}
	}
	return found
}

// opens reports whether the item's rule is the one that opens its slot.
func (p *pass) opens(it *item) bool {
	return it.rule.slot > 0 && (it.parent < 0 || p.items[it.parent].rule.slot != it.rule.slot)
}

// bitsOf returns the leaves of the rules.
func (p *pass) bitsOf(way []int) uint64 {
	var found uint64
	for i := range p.items {
		it := &p.items[i]
		if it.bit != 0 && it.applies(p.mode) && slices.ContainsFunc(way, func(r int) bool { return &p.version.tree.rules[r] == it.rule }) {
			found |= it.bit
		}
	}
	return found
}
