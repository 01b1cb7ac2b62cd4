package rules

import (
	"math/bits"
	"slices"

	"accrue/ce"
)

// maxClasses is how many kinds of credits under limits are told apart before an evaluation gives up.
const maxClasses = 150

// allocate decides how much of each entry counts, and where: what no maximum forbids, and where maximums bind or
// minimums stand apart, so that the minimums fall short least in all, then that the most counts, then that earlier
// credits count first. An entry that serves no minimum counts nothing. Among alternatives the way is taken that
// satisfies the whole, then the one that falls short least.
func (p *pass) allocate() error {
	groups := p.groups()
	limits := p.limiting(groups)
	contested := p.contested()
	simple := make([][]ce.Amount, p.version.tree.slots+1)
	for s := range simple {
		simple[s] = p.full
	}
	if limits == 0 && contested == 0 && !groups.bind() {
		p.counted, p.result = simple, p.measure(simple)
		return nil
	}
	for i, way := range p.version.tree.ways {
		counted, err := p.solve(limits, contested, groups, p.bitsOf(way))
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

// limiting returns the maximums of the cycle or of a year that bind when everything counts.
func (p *pass) limiting(groups grouping) uint64 {
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
	for i := range p.items {
		// So does a minimum that is a share of what counts, where something else may shrink.
		if it := &p.items[i]; it.bit&p.minimum != 0 && it.applies(p.mode) && it.rule.amount.counted && (limits != 0 || groups.bind()) {
			limits |= it.bit
		}
	}
	return limits
}

// contested returns the bits of the minimums that stand apart and have an entry between them.
func (p *pass) contested() uint64 {
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

// group is the credits of one day, event, … under a maximum for each of them.
type group struct {
	item    int
	entries []int
	limit   ce.Amount
}

// grouping is the groups that bind.
type grouping []group

func (g grouping) bind() bool { return len(g) > 0 }

// groups finds the groups that are over their limit. Where all of a group are alike, what is over is dropped at once,
// the latest first; the others are left to the linear program.
func (p *pass) groups() grouping {
	var binding grouping
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.maximum == 0 || !it.applies(p.mode) || !it.rule.each.grouped() {
			continue
		}
		byKey := map[any]*group{}
		var inOrder []*group
		for k := len(p.entries) - 1; k >= 0; k-- { // the earliest first
			if p.members[k]&it.bit == 0 || p.full[k].Sign() == 0 {
				continue
			}
			key := groupKey(it.rule.each, &p.entries[k])
			if byKey[key] == nil {
				byKey[key] = &group{item: i, limit: it.required[p.mode]}
				inOrder = append(inOrder, byKey[key])
			}
			byKey[key].entries = append(byKey[key].entries, k)
		}
		for _, g := range inOrder {
			var sum ce.Amount
			alike := true
			for _, k := range g.entries {
				sum = sum.Add(p.full[k])
				alike = alike && p.members[k] == p.members[g.entries[0]]
			}
			switch {
			case sum.Cmp(g.limit) <= 0:
			case alike:
				left := g.limit
				for _, k := range g.entries {
					p.full[k] = ce.Min(p.full[k], left)
					left = left.Sub(p.full[k])
				}
			default:
				binding = append(binding, *g)
			}
		}
	}
	return binding
}

func groupKey(each each, e *entry) any {
	switch each {
	case eachDay:
		return e.credit.CompletedOn
	case eachMonth:
		year, month, _ := e.credit.CompletedOn.YMD()
		return year*12 + int(month)
	case eachEvent:
		return eventOf(e.credit)
	case eachProvider:
		return fold(e.credit.Provider)
	}
	return e.credit.ID
}

// class is the credits that are alike for the limits and goals of a linear program.
type class struct {
	members uint64
	groups  string // the groups that bind it, as bytes of their places
}

// solve allocates under the limits that bind, aiming at the goals.
func (p *pass) solve(limits, contested uint64, groups grouping, goals uint64) ([][]ce.Amount, error) {
	t := &p.version.tree
	n := len(p.entries)
	counted := make([][]ce.Amount, t.slots+1)
	for s := range counted {
		counted[s] = slices.Clone(p.full)
	}
	inGroups := make([][]byte, n)
	for g := range groups {
		for _, k := range groups[g].entries {
			inGroups[k] = append(inGroups[k], byte(g), byte(g>>8))
		}
	}
	// Shares of what counts need every credit of what they are a share of.
	relevant := limits | contested
	for i := range p.items {
		if it := &p.items[i]; it.bit&limits != 0 && it.rule.amount.counted {
			relevant |= p.items[p.placeOf(it.rule.amount.of)].bit
		}
	}
	free := func(k int) bool { return p.members[k]&relevant == 0 && inGroups[k] == nil }
	goals, open := p.openGoals(goals|limits&p.minimum, free)
	program := &problem{pass: p, contested: contested, key: limits | goals | relevant}
	place := make([]int, n)
	for k := n - 1; k >= 0; k-- { // the earliest first
		place[k] = -1
		if free(k) || p.full[k].Sign() == 0 {
			continue
		}
		var err error
		if place[k], err = program.class(class{p.members[k] & program.key, string(inGroups[k])}, p.full[k]); err != nil {
			return nil, err
		}
	}
	solution := program.solve(limits, goals, open, groups)
	for k := n - 1; k >= 0; k-- {
		c := place[k]
		if c < 0 {
			continue
		}
		program.share(c, k, solution, counted)
	}
	return counted, nil
}

// share gives an entry its part of what the solution says of its class, slot by slot, so that in slots that stand apart
// no hour is given twice.
func (b *problem) share(c, k int, solution []ce.Amount, counted [][]ce.Amount) {
	given := map[int]ce.Amount{} // by variable
	for _, s := range b.slotOrder() {
		v := b.variable(c, s)
		if v < 0 { // the class has no part in the slot
			counted[s][k] = ce.Amount{}
			continue
		}
		if amount, done := given[v]; done { // the slot is not contested
			counted[s][k] = amount
			continue
		}
		most := b.full[k]
		if s > 0 {
			most = counted[b.version.tree.outer[s]][k]
			for _, clique := range b.version.tree.apart {
				if slices.Contains(clique, s) {
					most = ce.Min(most, b.left(clique, c, k, given, counted))
				}
			}
		}
		amount := ce.Min(most, solution[v])
		solution[v] = solution[v].Sub(amount)
		counted[s][k], given[v] = amount, amount
	}
}

// left is how much of an entry the slots of a clique have not been given yet.
func (b *problem) left(clique []int, c, k int, given map[int]ce.Amount, counted [][]ce.Amount) ce.Amount {
	left := counted[0][k]
	for _, s := range clique {
		if v := b.variable(c, s); v >= len(b.values) {
			left = left.Sub(given[v])
		}
	}
	return left
}

// slotOrder returns the slots so that each comes after the one around it.
func (b *problem) slotOrder() []int {
	order := []int{0}
	for i := 0; i < len(order); i++ {
		for s := 1; s <= b.version.tree.slots; s++ {
			if b.version.tree.outer[s] == order[i] {
				order = append(order, s)
			}
		}
	}
	return order
}

// openGoals returns the goals that are not reached by the entries that are free, and what each still needs.
func (p *pass) openGoals(goals uint64, free func(k int) bool) (uint64, [MaxLeaves]ce.Amount) {
	var open [MaxLeaves]ce.Amount
	for i := range p.items {
		it := &p.items[i]
		if it.bit&goals == 0 || it.rule.amount.counted {
			continue
		}
		need := it.required[p.mode]
		for k := range p.entries {
			if p.members[k]&it.bit != 0 && free(k) {
				need = need.Sub(p.full[k])
			}
		}
		if open[bits.TrailingZeros64(it.bit)] = need; need.Sign() <= 0 {
			goals &^= it.bit
		}
	}
	return goals, open
}

// problem turns classes into a linear program. Its variables are how much of each class counts, and how much of it
// counts in each contested slot that it belongs to.
type problem struct {
	*pass
	contested uint64
	key       uint64
	classes   []class
	values    []ce.Amount
	index     map[class]int
	variables map[[2]int]int // by class and slot
	ofSlot    []int          // of each variable
	ofClass   []int
}

func (b *problem) class(c class, value ce.Amount) (int, error) {
	if b.index == nil {
		b.index = map[class]int{}
	}
	i, known := b.index[c]
	if !known {
		if i = len(b.classes); i == maxClasses {
			return 0, ce.Errorf(ce.CodeTooComplex, "these credits differ in too many ways under the program's limits: more than %d", maxClasses)
		}
		b.index[c] = i
		b.classes = append(b.classes, c)
		b.values = append(b.values, ce.Amount{})
	}
	b.values[i] = b.values[i].Add(value)
	return i, nil
}

// variable returns the variable of the class in the slot: that of the slot around it where the slot is not contested,
// -1 when the class has no part in it.
func (b *problem) variable(c, slot int) int {
	if slot == 0 {
		return c
	}
	if v, ok := b.variables[[2]int{c, slot}]; ok {
		return v
	}
	return -1
}

func (b *problem) addVariables() {
	t := &b.version.tree
	b.variables = map[[2]int]int{}
	for c := range b.classes {
		b.ofSlot, b.ofClass = append(b.ofSlot, 0), append(b.ofClass, c)
	}
	for slot := 1; slot <= t.slots; slot++ {
		mask := b.slotBits(slot)
		for c := range b.classes {
			outer := b.variable(c, t.outer[slot])
			switch {
			case b.classes[c].members&mask == 0 && mask&b.key != 0, outer < 0:
			case mask&b.contested == 0:
				b.variables[[2]int{c, slot}] = outer
			default:
				b.variables[[2]int{c, slot}] = len(b.ofSlot)
				b.ofSlot, b.ofClass = append(b.ofSlot, slot), append(b.ofClass, c)
			}
		}
	}
}

// solve builds the linear program and returns the values of the variables.
func (b *problem) solve(limits, goals uint64, open [MaxLeaves]ce.Amount, groups grouping) []ce.Amount {
	t := &b.version.tree
	b.addVariables()
	n := len(b.ofSlot)
	l := &linear{variables: n}
	one, less := ce.Int(1), ce.Int(-1)
	for c, value := range b.values {
		row := l.row(value)
		row.cells[c] = one
		l.caps = append(l.caps, row)
	}
	// What counts in a slot counts around it, and in one only of those that stand apart.
	for v := len(b.values); v < n; v++ {
		row := l.row(ce.Amount{})
		row.cells[v], row.cells[b.variable(b.ofClass[v], t.outer[b.ofSlot[v]])] = one, less
		l.caps = append(l.caps, row)
	}
	for c := range b.classes {
		for _, clique := range t.apart {
			row, several := l.row(ce.Amount{}), 0
			for _, slot := range clique {
				if v := b.variable(c, slot); v >= len(b.values) && row.cells[v].Sign() == 0 {
					row.cells[v] = one
					several++
				}
			}
			if several > 1 {
				row.cells[c] = less
				l.caps = append(l.caps, row)
			}
		}
	}
	for i := range b.items {
		it := &b.items[i]
		switch {
		case it.bit&limits&b.maximum != 0:
			row := b.itemRow(l, it, it.required[b.mode], one)
			b.shareOfCounted(&row, it, less)
			l.caps = append(l.caps, row)
		case it.bit&goals != 0:
			row := b.itemRow(l, it, open[bits.TrailingZeros64(it.bit)], one)
			b.shareOfCounted(&row, it, less)
			l.goals = append(l.goals, row)
		}
	}
	for g := range groups {
		row := l.row(groups[g].limit)
		for c := range b.classes {
			for i := 0; i < len(b.classes[c].groups); i += 2 {
				if int(b.classes[c].groups[i])|int(b.classes[c].groups[i+1])<<8 == g {
					if v := b.variable(c, b.items[groups[g].item].rule.slot); v >= 0 {
						row.cells[v] = one
					}
				}
			}
		}
		l.caps = append(l.caps, row)
	}
	l.first = len(b.values)
	return l.solve()
}

// itemRow is the sum of what counts towards an item.
func (b *problem) itemRow(l *linear, it *item, amount, cell ce.Amount) row {
	if it.rule.amount.counted {
		amount = ce.Amount{}
	}
	r := l.row(amount)
	for c := range b.classes {
		if b.classes[c].members&it.bit == 0 {
			continue
		}
		if v := b.variable(c, it.rule.slot); v >= 0 {
			r.cells[v] = r.cells[v].Add(cell)
		}
	}
	return r
}

// shareOfCounted adds what the row's item is a share of, where it is one of what counts.
func (b *problem) shareOfCounted(r *row, it *item, less ce.Amount) {
	a := &it.rule.amount
	if !a.counted {
		return
	}
	base := &b.items[b.placeOf(a.of)]
	factor := a.amount.Mul(less)
	for c := range b.classes {
		if b.classes[c].members&base.bit == 0 {
			continue
		}
		if v := b.variable(c, base.rule.slot); v >= 0 {
			r.cells[v] = r.cells[v].Add(factor)
		}
	}
}
