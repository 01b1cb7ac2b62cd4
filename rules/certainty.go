package rules

import (
	"slices"

	"accrue/ce"
)

// settle makes sure that what the worst and the best case say of single minimums holds in every case between them. Of
// the whole it always does; but where minimums share what a limit lets count, another case may satisfy other ones of
// them. There a minimum is surely met only if all that share with it are, and surely not met only if it cannot be
// reached even alone.
func (e *evaluation) settle() error {
	worst, best := e.passes[worstCase], e.passes[bestCase]
	if worst == best {
		return nil
	}
	shares := e.sharing()
	if len(shares) == 0 {
		return nil
	}
	sure, possible := slices.Clone(worst.result.met), slices.Clone(best.result.met)
	for i := range e.items {
		it := &e.items[i]
		if it.bit&e.minimum == 0 {
			continue
		}
		for _, share := range shares {
			if share&it.bit == 0 {
				continue
			}
			certain := worst.result.whole && e.always(i) || e.allMet(share, worst) || worst.guarantees(i)
			sure[i] = sure[i] && certain
			if !possible[i] {
				var err error
				if possible[i], err = best.reaches(i); err != nil {
					return err
				}
			}
		}
	}
	worst.resettle(sure)
	best.resettle(possible)
	return nil
}

// resettle decides everything again from which minimums are met; what the whole is stays.
func (p *pass) resettle(settled []bool) {
	again := p.result
	again.met, again.found = make([]bool, len(p.items)), make([]children, len(p.items))
	again.settled, again.shortfall = settled, ce.Amount{}
	p.judge(&again)
	for i := range p.items {
		// What the whole needs is met with it.
		if p.mode == worstCase && p.result.whole && p.always(i) {
			again.met[i] = p.result.met[i]
		}
	}
	p.result.met, p.result.found = again.met, again.found
}

// always reports whether the item binds whatever alternatives are chosen.
func (e *evaluation) always(i int) bool {
	for ; i >= 0; i = e.items[i].parent {
		if e.items[i].option || e.items[i].rule.force == ce.Advisory {
			return false
		}
	}
	return true
}

// allMet reports whether all of the minimums that bind are met in the case, as they all are then in any better one.
func (e *evaluation) allMet(minimums uint64, p *pass) bool {
	for i := range e.items {
		it := &e.items[i]
		if it.bit&minimums != 0 && it.applies(p.mode) && !p.result.met[i] && it.rule.force != ce.Advisory {
			return false
		}
	}
	return true
}

// guarantees reports whether the minimum is met by what counts for it in every case: credits that nothing limits, and of a
// limit that is for its credits alone, and they under no other, as much as that lets count.
func (p *pass) guarantees(i int) bool {
	it := &p.items[i]
	if it.rule.slot > 0 || it.rule.amount.counted || it.rule.amount.count != countNot || !it.applies(p.mode) {
		return false
	}
	under := make(map[int]ce.Amount) // the sum of its credits under each limit
	shared := make(map[int]bool)     // with credits that are not its, or are under another limit, too
	var binding []int
	for c := range p.items {
		if other := &p.items[c]; other.bit&p.minimum != 0 && other.rule.amount.counted {
			return false // less may count for its sake
		}
		if limit := &p.items[c]; limit.bit&p.maximum != 0 && (!limit.plain() || p.mayBind(limit)) {
			binding = append(binding, c)
		}
	}
	var sum ce.Amount
	for k := range p.entries {
		entry := &p.entries[k]
		var limits []int
		for _, c := range binding {
			if p.items[c].bit&entry.either() != 0 {
				limits = append(limits, c)
			}
		}
		its := entry.sure&it.bit != 0
		switch {
		case its && len(limits) == 0:
			sum = sum.Add(p.full[k])
		case its && len(limits) == 1 && p.items[limits[0]].plain():
			under[limits[0]] = under[limits[0]].Add(p.full[k])
		default:
			for _, c := range limits {
				shared[c] = true
			}
		}
	}
	for c, amount := range under {
		if !shared[c] {
			sum = sum.Add(ce.Min(amount, p.items[c].required[worstCase]))
		}
	}
	return sum.Cmp(it.required[worstCase]) >= 0
}

// plain reports whether the item limits a sum of all its credits.
func (it *item) plain() bool {
	return it.rule.slot == 0 && !it.rule.each.grouped() && it.rule.amount.count == countNot && !it.rule.amount.counted
}

// reaches reports whether the minimum is met where nothing else is aimed at.
func (p *pass) reaches(i int) (bool, error) {
	if !p.bound() || !p.items[i].applies(p.mode) || !p.items[i].rule.measured() {
		return p.result.met[i], nil
	}
	if it := &p.items[i]; !it.rule.amount.counted && p.sum(it, p.full).Cmp(it.required[p.mode]) < 0 {
		return false, nil
	}
	counted, err := p.solve(p.items[i].bit)
	if err != nil {
		return false, err
	}
	return p.measure(counted).met[i], nil
}

// sharing returns sets of minimums each of which may share what some limit lets count, in some case.
func (e *evaluation) sharing() []uint64 {
	var sets []uint64
	for i := range e.items {
		it := &e.items[i]
		switch {
		case it.bit == 0 || it.truth == no:
		case it.bit&e.maximum != 0 && (it.rule.amount.counted || it.rule.amount.count != countNot || e.mayBind(it)):
			sets = append(sets, e.beside(it.bit))
		case it.bit&e.minimum != 0 && it.rule.amount.counted:
			base := e.items[e.placeOf(it.rule.amount.of)].bit
			sets = append(sets, it.bit|base|e.beside(base))
		}
	}
	for _, clique := range e.version.tree.apart {
		sets = append(sets, e.disputed(clique))
	}
	return slices.DeleteFunc(joined(sets), func(set uint64) bool { return !e.varies(set) })
}

// disputed returns the minimums in the slots of which no two may have the same hour, where a credit may be for two.
func (e *evaluation) disputed(clique []int) uint64 {
	masks := make([]uint64, len(clique))
	var all uint64
	for i := range e.items {
		it := &e.items[i]
		if at := slices.Index(clique, it.rule.slot); at >= 0 {
			masks[at] |= it.bit & e.minimum
			all |= it.bit & e.minimum
		}
	}
	for k := range e.entries {
		in := 0
		for _, mask := range masks {
			in += count(e.entries[k].either()&mask != 0)
		}
		if in > 1 {
			return all
		}
	}
	return 0
}

// varies reports whether something about the minimums, their credits and the limits of those is not known.
func (e *evaluation) varies(minimums uint64) bool {
	leaves := minimums
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.either()&minimums == 0 {
			continue
		}
		if entry.maybe != 0 || entry.doubted >= 0 || !entry.value.Equal(entry.best) || entry.shown != entry.sure {
			return true
		}
		leaves |= entry.either()
	}
	for i := range e.items {
		it := &e.items[i]
		if it.bit&leaves != 0 && (it.truth == maybe || it.none[worstCase] != it.none[bestCase] || !it.low.Equal(it.high) || it.chosen(e)) {
			return true
		}
	}
	return false
}

// chosen reports whether the item lies in an alternative, so that whether it is aimed at depends on others.
func (it *item) chosen(e *evaluation) bool {
	for ; ; it = &e.items[it.parent] {
		if it.option {
			return true
		}
		if it.parent < 0 {
			return false
		}
	}
}

// either returns the leaves to which the entry belongs or may belong.
func (e *entry) either() uint64 { return e.sure | e.maybe | e.shown }

// mayBind reports whether more may be stated under the maximum than counts.
func (e *evaluation) mayBind(it *item) bool {
	stated := map[any]ce.Amount{}
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.either()&it.bit == 0 {
			continue
		}
		var key any
		if it.rule.each.grouped() {
			key = groupKey(it.rule.each, entry)
		}
		if stated[key] = stated[key].Add(entry.best); stated[key].Cmp(it.required[worstCase]) > 0 {
			return true
		}
	}
	return false
}

// beside returns the minimums that have a credit in common with the leaf.
func (e *evaluation) beside(leaf uint64) (found uint64) {
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.either()&leaf != 0 {
			found |= entry.either() & e.minimum
		}
	}
	return found
}

// joined joins sets that overlap.
func joined(sets []uint64) []uint64 {
	var apart []uint64
	for _, set := range sets {
		for i := 0; i < len(apart); i++ {
			if apart[i]&set != 0 {
				set |= apart[i]
				apart = slices.Delete(apart, i, i+1)
				i = -1 // one that did not overlap before may do so now
			}
		}
		if set != 0 {
			apart = append(apart, set)
		}
	}
	return apart
}
