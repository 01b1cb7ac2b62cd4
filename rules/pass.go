package rules

import (
	"math/bits"
	"slices"

	"accrue/ce"
)

// pass is the evaluation in one case.
type pass struct {
	*evaluation
	mode    mode
	members []uint64      // of each entry, the leaves to which it belongs
	against []uint64      // of each entry, the minimums to which it belongs where that makes more be asked, see bases
	full    []ce.Amount   // of each entry, what would count without maximums
	cut     []int         // of each entry, the maximum that drops it altogether, or -1
	counted [][]ce.Amount // of each slot, how much of each entry counts
	result  result
	// What the allocation had to obey: limits that bind, minimums that stand apart, groups.
	limits, contested uint64
	groups            grouping
	bases             uint64 // the minimums of which others ask a share of what counts
}

// result is what a pass says of each item.
type result struct {
	earned    []ce.Amount
	required  []ce.Amount
	met       []bool
	found     []children
	whole     bool
	shortfall ce.Amount
	settled   []bool // whether each minimum is met, where that is decided otherwise
}

// pass evaluates in the case.
func (e *evaluation) pass(m mode) (*pass, error) {
	p := &pass{evaluation: e, mode: m}
	p.belong()
	p.cutCounts()
	if err := p.allocate(); err != nil {
		return nil, err
	}
	return p, nil
}

// belong finds the members of each leaf that applies in the case.
func (p *pass) belong() {
	var minimum, maximum uint64
	for i := range p.items {
		it := &p.items[i]
		if !it.applies(p.mode) {
			continue
		}
		minimum |= it.bit & p.minimum
		maximum |= it.bit & p.maximum
		if it.bit&p.minimum != 0 && it.rule.amount.counted {
			p.bases |= p.items[p.placeOf(it.rule.amount.of)].bit
		}
	}
	n := len(p.entries)
	p.members, p.against, p.full, p.cut = make([]uint64, n), make([]uint64, n), make([]ce.Amount, n), make([]int, n)
	for k := range p.entries {
		e := &p.entries[k]
		either := e.sure | e.maybe
		p.against[k] = (e.shown | either) & p.bases
		switch p.mode {
		case shownCase:
			p.members[k] = e.shown&minimum | (e.shown|either)&maximum
		case worstCase:
			p.members[k] = e.sure&minimum | either&maximum
		default:
			p.members[k] = either&minimum | e.sure&maximum
			p.against[k] = e.sure & p.bases
		}
		p.cut[k] = -1
		value := e.value
		if p.mode == bestCase {
			value = e.best
		}
		if e.doubted >= 0 && p.mode != bestCase {
			p.cut[k] = e.doubted
			continue
		}
		if p.members[k]&p.minimum != 0 {
			p.full[k] = value
		}
	}
}

// cutCounts drops what is over a maximum that is a number of activities: those of greatest value stay, earlier ones
// before later ones.
func (p *pass) cutCounts() {
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.maximum == 0 || it.rule.amount.count == countNot || !it.applies(p.mode) {
			continue
		}
		worth := map[ce.CreditID]ce.Amount{}
		var ids []ce.CreditID // the earliest first
		for k := len(p.entries) - 1; k >= 0; k-- {
			if p.members[k]&it.bit == 0 || p.full[k].Sign() == 0 {
				continue
			}
			id := p.entries[k].credit.ID
			if _, seen := worth[id]; !seen {
				ids = append(ids, id)
			}
			worth[id] = worth[id].Add(p.full[k])
		}
		allowed := int(it.required[p.mode].Rat().Num().Int64())
		if len(ids) <= allowed {
			continue
		}
		slices.SortStableFunc(ids, func(a, b ce.CreditID) int { return worth[b].Cmp(worth[a]) })
		dropped := map[ce.CreditID]bool{}
		for _, id := range ids[allowed:] {
			dropped[id] = true
		}
		for k := range p.entries {
			if p.members[k]&it.bit != 0 && dropped[p.entries[k].credit.ID] {
				p.full[k], p.cut[k] = ce.Amount{}, i
			}
		}
	}
}

// measure sums what counts towards each leaf under an allocation, and decides each item.
func (p *pass) measure(counted [][]ce.Amount) result {
	n := len(p.items)
	r := result{earned: make([]ce.Amount, n), required: make([]ce.Amount, n), met: make([]bool, n), found: make([]children, n), whole: true}
	for i := range p.items {
		it := &p.items[i]
		r.required[i] = it.required[p.mode]
		switch {
		case it.bit == 0:
		case it.rule.amount.count != countNot:
			r.earned[i] = p.number(it)
		default:
			r.earned[i] = p.sum(it, counted[it.rule.slot])
		}
	}
	for i := range p.items {
		if a := &p.items[i].rule.amount; a.counted && p.items[i].rule.isLeaf() && len(p.items[i].rule.cases) == 0 {
			r.required[i] = a.amount.Mul(p.base(&p.items[i], counted))
		}
	}
	p.judge(&r)
	return r
}

func (p *pass) sum(it *item, amounts []ce.Amount) ce.Amount { return sumOf(it, p.members, amounts) }

// sumOf adds the amounts of the item's members.
func sumOf(it *item, of []uint64, amounts []ce.Amount) (sum ce.Amount) {
	for k, members := range of {
		if members&it.bit != 0 && amounts[k].Sign() != 0 {
			sum = sum.Add(amounts[k])
		}
	}
	return sum
}

// base is what counts towards the minimum of which the item is a share.
func (p *pass) base(it *item, counted [][]ce.Amount) ce.Amount {
	base := &p.items[p.placeOf(it.rule.amount.of)]
	members := p.members
	if it.rule.kind == ce.KindMinimum {
		members = p.against
	}
	return sumOf(base, members, counted[base.rule.slot])
}

// placeOf returns the item of a rule that has one.
func (e *evaluation) placeOf(place int) int {
	r := &e.version.tree.rules[place]
	return slices.IndexFunc(e.items, func(it item) bool { return it.rule == r })
}

// number counts activities, or different words, among the entries that belong to the item.
func (p *pass) number(it *item) ce.Amount {
	var found int
	var last *ce.Credit
	var known uint64 // terms of the program that were found
	var others map[ce.Term]bool
	for k := range p.entries {
		e := &p.entries[k]
		if p.members[k]&it.bit == 0 || p.cut[k] >= 0 || e.value.Sign() == 0 && e.best.Sign() == 0 {
			continue
		}
		switch it.rule.amount.count {
		case countActivities: // a credit's entries lie side by side
			found += count(e.credit != last)
			last = e.credit
		case countTopics:
			known |= e.terms.bits[topics] & it.rule.named(topics)
		default:
			if word := it.rule.amount.count.word(e.credit); word != "" {
				if others == nil {
					others = map[ce.Term]bool{}
				}
				others[word] = true
			}
		}
	}
	return ce.Int(int64(found + bits.OnesCount64(known) + len(others)))
}

// word returns what is counted of the credit, "" for nothing.
func (c counted) word(credit *ce.Credit) ce.Term {
	switch c {
	case countFormats:
		return credit.Format
	case countRoles:
		return credit.Role
	}
	return ce.Term(fold(credit.Provider))
}

// named returns the terms of the field that the rule's selections name, all where they name none.
func (r *rule) named(field int) uint64 {
	named := ^uint64(0)
	for _, s := range r.selections {
		if s.bits[field] != 0 {
			named &= s.bits[field]
		}
	}
	return named
}

// judge decides each item, from the last to the first, so that what lies below an item is known before it.
func (p *pass) judge(r *result) {
	for i := range r.found {
		r.found[i].all = true
	}
	for i := len(p.items) - 1; i >= 0; i-- {
		it := &p.items[i]
		satisfied := p.decide(i, r)
		if it.rule.force == ce.Advisory {
			continue
		}
		if it.parent < 0 {
			r.whole = r.whole && (satisfied || !it.applies(p.mode))
			continue
		}
		above := &r.found[it.parent]
		above.present++
		above.all = above.all && (satisfied || !it.applies(p.mode))
		if p.offers(it) {
			above.applicable++
			above.met += count(satisfied)
		}
	}
}

// offers reports whether the item is one of the ways among which a requirement lets choose: what may not apply
// surely is none, and perhaps is one.
func (p *pass) offers(it *item) bool {
	switch p.mode {
	case worstCase:
		return it.own == yes && it.truth != no && !it.none[bestCase]
	case bestCase:
		return it.truth != no && !it.none[worstCase]
	}
	return it.own == yes && it.assumed != no && !it.none[shownCase]
}

// decide sets whether the item's own rule is met, and returns whether it is with all that binds below it.
func (p *pass) decide(i int, r *result) bool {
	it, rule := &p.items[i], p.items[i].rule
	met := true
	switch rule.kind {
	case ce.KindMinimum:
		met = !it.applies(p.mode) && it.none[p.mode] || r.earned[i].Cmp(r.required[i]) >= 0
		if r.settled != nil {
			met = r.settled[i]
		}
		if !met && it.applies(p.mode) && rule.force != ce.Advisory {
			r.shortfall = r.shortfall.Add(r.required[i].Sub(r.earned[i]))
		}
	case ce.KindAllOf:
		met = r.found[i].all
	case ce.KindAtLeast:
		r.met[i] = r.found[i].met >= rule.atLeast
		return r.met[i]
	case ce.KindCondition:
		met = p.conditionMet(it)
	case ce.KindOther:
		met = p.mode == bestCase
	}
	r.met[i] = met
	return met && r.found[i].all
}

func (p *pass) conditionMet(it *item) bool {
	switch p.mode {
	case shownCase:
		return it.assumedHolds == yes
	case bestCase:
		return it.holds != no
	}
	return it.holds == yes
}

// publish writes the pass's result into the items.
func (p *pass) publish(m mode) {
	for i := range p.items {
		it := &p.items[i]
		it.earned[m], it.met[m], it.found[m] = p.result.earned[i], p.result.met[i], p.result.found[i]
		it.required[m] = p.result.required[i]
	}
	p.whole[m] = p.result.whole
	if m == shownCase {
		p.showMaximums()
	}
}

// showMaximums tells of maximums what is stated to be under them, and how much of that counts.
func (p *pass) showMaximums() {
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.maximum == 0 {
			continue
		}
		it.full = it.earned[shownCase].Cmp(it.required[shownCase]) >= 0
		if it.rule.amount.count != countNot {
			continue
		}
		it.stated, it.earned[shownCase] = ce.Amount{}, ce.Amount{}
		for k := range p.entries {
			if p.entries[k].shown&it.bit != 0 {
				it.stated = it.stated.Add(p.entries[k].value)
				it.earned[shownCase] = it.earned[shownCase].Add(p.counted[it.rule.slot][k])
			}
		}
	}
}
