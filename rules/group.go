package rules

import (
	"slices"

	"accrue/ce"
)

// group is the credits of one day, event, … under a maximum for each of them.
type group struct {
	item    int
	entries []int
	limit   ce.Amount
}

// grouping is the groups that bind.
type grouping []group

func (g grouping) bind() bool { return len(g) > 0 }

// grouped finds the groups that are over their limit. Where all of a group are alike, what is over is dropped at once,
// the latest first; the others are left to the linear program.
func (p *pass) grouped() (binding grouping) {
	over := p.overGroups()
	in := make([][]int, len(p.entries)) // of each entry, its places in over
	for g := range over {
		for _, k := range over[g].entries {
			in[k] = append(in[k], g)
		}
	}
	for g := range over {
		first := over[g].entries[0]
		alike := p.items[over[g].item].rule.slot == 0
		for _, k := range over[g].entries {
			alike = alike && p.members[k] == p.members[first] && slices.Equal(in[k], in[first])
		}
		if !alike {
			binding = append(binding, over[g])
			continue
		}
		left := over[g].limit
		for _, k := range over[g].entries {
			p.full[k] = ce.Min(p.full[k], left)
			left = left.Sub(p.full[k])
		}
	}
	return binding
}

// overGroups returns the groups that are over their limit, by item, each with its entries, the earliest first.
func (p *pass) overGroups() (over []group) {
	for i := range p.items {
		it := &p.items[i]
		if it.bit&p.maximum == 0 || !it.applies(p.mode) || !it.rule.each.grouped() {
			continue
		}
		places := map[any]int{}
		var groups []group
		for k := len(p.entries) - 1; k >= 0; k-- {
			if p.members[k]&it.bit == 0 || p.full[k].Sign() == 0 {
				continue
			}
			key := groupKey(it.rule.each, &p.entries[k])
			g, known := places[key]
			if !known {
				g = len(groups)
				places[key], groups = g, append(groups, group{item: i, limit: it.required[p.mode]})
			}
			groups[g].entries = append(groups[g].entries, k)
		}
		for _, g := range groups {
			var sum ce.Amount
			for _, k := range g.entries {
				sum = sum.Add(p.full[k])
			}
			if sum.Cmp(g.limit) > 0 {
				over = append(over, g)
			}
		}
	}
	return over
}

func groupKey(each each, e *entry) any {
	switch each {
	case eachDay:
		return e.credit.CompletedOn
	case eachMonth:
		year, month, _ := e.credit.CompletedOn.YMD()
		return year*12 + int(month)
	case eachEvent:
		return e.event
	case eachProvider:
		return fold(e.credit.Provider)
	}
	return e.credit.ID
}
