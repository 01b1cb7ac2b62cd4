package rules

import (
	"slices"

	"accrue/ce"
)

// What tests outside must know of a program that nobody else must.

// Shrinks reports whether another credit may take from what was met: under a maximum of a number of activities, where
// repeats count otherwise, where sums are rounded, and where a share of what counts is asked.
func (p *Program) Shrinks() bool {
	for i := range p.Versions {
		v := &p.Versions[i]
		if v.repeats || v.rounding != nil && v.rounding.of != "" {
			return true
		}
		if slices.ContainsFunc(v.tree.rules, func(r rule) bool {
			return r.amount.counted || r.kind == ce.KindMaximum && r.amount.count != countNot
		}) {
			return true
		}
	}
	return false
}

// Shares reports whether requirements share what counts, so that one may have more only if another has less.
func (p *Program) Shares() bool {
	return slices.ContainsFunc(p.Versions, func(v Version) bool {
		return v.tree.slots > 0 || slices.ContainsFunc(v.tree.rules, func(r rule) bool { return r.kind == ce.KindMaximum && !r.never })
	})
}

// Apart returns which requirements no hour may serve both.
func (v *Version) Apart() (pairs [][2]ce.RequirementID) {
	t := &v.tree
	opens := func(slot int) ce.RequirementID {
		return t.rules[slices.IndexFunc(t.rules, func(r rule) bool { return r.slot == slot })].id
	}
	for _, clique := range t.apart {
		for i, a := range clique {
			for _, b := range clique[:i] {
				pairs = append(pairs, [2]ce.RequirementID{opens(a), opens(b)})
			}
		}
	}
	return pairs
}

// Values returns what each credit is worth at most under the version that governs the cycle, and that version; none
// where there is none.
func Values(in Input) (*Version, map[ce.CreditID]ce.Amount, error) {
	f, place, err := in.frame()
	if err != nil || f == nil {
		return nil, nil, err
	}
	e := newEvaluation(&in, f, place)
	if e.version == nil {
		return nil, nil, nil
	}
	if err := e.evaluate(); err != nil {
		return nil, nil, err
	}
	values := map[ce.CreditID]ce.Amount{}
	for k := range e.entries {
		entry := &e.entries[k]
		values[entry.credit.ID] = values[entry.credit.ID].Add(entry.best)
	}
	return e.version, values, nil
}
