package rules

import (
	"math/bits"
	"slices"

	"accrue/ce"
)

// maxClasses is how many kinds of credits under limits are told apart before an evaluation gives up.
const maxClasses = 150

// maxVariables bounds the linear program, whose rows are about as many: an evaluation of that size takes around a second.
const maxVariables = 400

// class is the credits that are alike for the limits and goals of a linear program.
type class struct {
	members uint64
	groups  string // the groups that bind it, as bytes of their places
	against uint64
}

// solve allocates under the limits that bind, aiming at the goals.
func (p *pass) solve(goals uint64) ([][]ce.Amount, error) {
	t := &p.version.tree
	n := len(p.entries)
	counted := make([][]ce.Amount, t.slots+1)
	for s := range counted {
		counted[s] = slices.Clone(p.full)
	}
	inGroups := make([][]byte, n)
	for g := range p.groups {
		for _, k := range p.groups[g].entries {
			inGroups[k] = append(inGroups[k], byte(g), byte(g>>8))
		}
	}
	// Shares of what counts need every credit of what they are a share of.
	relevant := p.limits | p.contested
	for i := range p.items {
		if it := &p.items[i]; it.bit&p.limits != 0 && it.rule.amount.counted {
			relevant |= p.items[p.placeOf(it.rule.amount.of)].bit
		}
	}
	free := func(k int) bool { return (p.members[k]|p.against[k])&relevant == 0 && inGroups[k] == nil }
	goals, open := p.openGoals(goals, free)
	program := &problem{pass: p, key: goals | relevant}
	place := make([]int, n)
	for k := n - 1; k >= 0; k-- { // the earliest first
		place[k] = -1
		if free(k) || p.full[k].Sign() == 0 {
			continue
		}
		var err error
		if place[k], err = program.class(class{p.members[k] & program.key, string(inGroups[k]), p.against[k]}, p.full[k]); err != nil {
			return nil, err
		}
	}
	solution, err := program.solve(goals, open)
	if err != nil {
		return nil, err
	}
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
	for _, s := range b.order {
		b.done[max(b.variable(c, s), 0)] = false
	}
	for _, s := range b.order {
		v := b.variable(c, s)
		switch {
		case v < 0: // the class has no part in the slot
			counted[s][k] = ce.Amount{}
			continue
		case b.done[v]: // the slot is not contested
			counted[s][k] = b.given[v]
			continue
		}
		most := b.full[k]
		if s > 0 {
			most = counted[b.version.tree.outer[s]][k]
			for _, clique := range b.version.tree.apart {
				if slices.Contains(clique, s) {
					most = ce.Min(most, b.left(clique, c, k, counted))
				}
			}
		}
		amount := ce.Min(most, solution[v])
		solution[v] = solution[v].Sub(amount)
		counted[s][k], b.given[v], b.done[v] = amount, amount, true
	}
}

// left is how much of an entry the slots of a clique have not been given yet.
func (b *problem) left(clique []int, c, k int, counted [][]ce.Amount) ce.Amount {
	left := counted[0][k]
	for _, s := range clique {
		if v := b.variable(c, s); v >= len(b.values) && b.done[v] {
			left = left.Sub(b.given[v])
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
	key       uint64
	classes   []class
	values    []ce.Amount
	index     map[class]int
	variables []int // by class and slot, -1 for none
	ofSlot    []int // of each variable
	ofClass   []int
	order     []int       // of slots, see slotOrder
	given     []ce.Amount // of each variable, what the entry that is looked at was given
	done      []bool      // which of them it was given
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
	return b.variables[c*(b.version.tree.slots+1)+slot]
}

func (b *problem) addVariables() {
	t := &b.version.tree
	width := t.slots + 1
	b.order = b.slotOrder()
	b.variables = make([]int, len(b.classes)*width)
	for c := range b.classes {
		b.variables[c*width] = c
		b.ofSlot, b.ofClass = append(b.ofSlot, 0), append(b.ofClass, c)
	}
	for _, slot := range b.order[1:] {
		mask := b.slotBits(slot)
		for c := range b.classes {
			outer := b.variable(c, t.outer[slot])
			v := outer
			switch {
			case b.classes[c].members&mask == 0 && mask&b.key != 0, outer < 0:
				v = -1
			case mask&b.contested != 0:
				v = len(b.ofSlot)
				b.ofSlot, b.ofClass = append(b.ofSlot, slot), append(b.ofClass, c)
			}
			b.variables[c*width+slot] = v
		}
	}
	b.given, b.done = make([]ce.Amount, len(b.ofSlot)), make([]bool, len(b.ofSlot))
}

// solve builds the linear program and returns the values of the variables.
func (b *problem) solve(goals uint64, open [MaxLeaves]ce.Amount) ([]ce.Amount, error) {
	b.addVariables()
	n := len(b.ofSlot)
	if n > maxVariables {
		return nil, ce.Errorf(ce.CodeTooComplex, "these credits can be split in too many ways between the minimums that stand apart: %d, more than %d", n, maxVariables)
	}
	l := &linear{variables: n, first: len(b.values), room: bits.OnesCount64(goals), caps: make([]row, 0, 2*n)}
	for c, value := range b.values {
		row := l.row(value)
		row.cells[c] = one
		l.caps = append(l.caps, row)
	}
	b.capSlots(l)
	for i := range b.items {
		it := &b.items[i]
		switch {
		case it.bit&b.limits&b.maximum != 0:
			l.caps = append(l.caps, b.itemRow(l, it, it.required[b.mode]))
		case it.bit&goals != 0:
			l.goals = append(l.goals, b.itemRow(l, it, open[bits.TrailingZeros64(it.bit)]))
		}
	}
	b.capGroups(l)
	return l.solve(), nil
}

// capSlots says that what counts in a slot counts around it, and in one only of those that stand apart.
func (b *problem) capSlots(l *linear) {
	t := &b.version.tree
	for v := len(b.values); v < l.variables; v++ {
		row := l.row(ce.Amount{})
		row.cells[v], row.cells[b.variable(b.ofClass[v], t.outer[b.ofSlot[v]])] = one, less
		l.caps = append(l.caps, row)
	}
	for c := range b.classes {
		for _, clique := range t.apart {
			if b.apartIn(c, clique) < 2 {
				continue
			}
			row := l.row(ce.Amount{})
			for _, slot := range clique {
				if v := b.variable(c, slot); v >= len(b.values) {
					row.cells[v] = one
				}
			}
			row.cells[c] = less
			l.caps = append(l.caps, row)
		}
	}
}

// capGroups adds the limits of groups.
func (b *problem) capGroups(l *linear) {
	rows := make([]row, len(b.groups))
	for g := range rows {
		rows[g] = l.row(b.groups[g].limit)
	}
	for c := range b.classes {
		groups := b.classes[c].groups
		for i := 0; i < len(groups); i += 2 {
			g := int(groups[i]) | int(groups[i+1])<<8
			if v := b.variable(c, b.items[b.groups[g].item].rule.slot); v >= 0 {
				rows[g].cells[v] = one
			}
		}
	}
	l.caps = append(l.caps, rows...)
}

var one, less = ce.Int(1), ce.Int(-1)

// apartIn counts the slots of the clique that have a part of the class to themselves.
func (b *problem) apartIn(c int, clique []int) (n int) {
	for i, slot := range clique {
		v := b.variable(c, slot)
		n += count(v >= len(b.values) && !slices.ContainsFunc(clique[:i], func(other int) bool { return b.variable(c, other) == v }))
	}
	return n
}

// itemRow is the sum of what counts towards an item, less what it is a share of where that is one of what counts.
func (b *problem) itemRow(l *linear, it *item, amount ce.Amount) row {
	if it.rule.amount.counted {
		amount = ce.Amount{}
	}
	r := l.row(amount)
	for c := range b.classes {
		if b.classes[c].members&it.bit == 0 {
			continue
		}
		if v := b.variable(c, it.rule.slot); v >= 0 {
			r.cells[v] = r.cells[v].Add(one)
		}
	}
	if it.rule.amount.counted {
		b.takeShare(&r, it)
	}
	return r
}

// takeShare takes from the row the share of what counts that its item asks.
func (b *problem) takeShare(r *row, it *item) {
	a := &it.rule.amount
	base := &b.items[b.placeOf(a.of)]
	factor := a.amount.Mul(less)
	for c := range b.classes {
		members := b.classes[c].members
		if it.rule.kind == ce.KindMinimum {
			members = b.classes[c].against
		}
		if members&base.bit == 0 {
			continue
		}
		if v := b.variable(c, base.rule.slot); v >= 0 {
			r.cells[v] = r.cells[v].Add(factor)
		}
	}
}
