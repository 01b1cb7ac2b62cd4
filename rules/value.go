package rules

import (
	"slices"
	"strings"

	"accrue/ce"
)

// entry is one credit as a program sees it.
type entry struct {
	credit   *ce.Credit
	terms    terms
	reported ce.Amount // in the program's unit
	value    ce.Amount // reported, rounded as the program rounds; 0 when it cannot be converted
	foreign  bool      // its unit cannot be converted
	excluded int       // the item that never lets it count, or -1
	// The leaves that it belongs to, and those that it may belong to.
	sure, maybe uint64
}

// converter gives the values of credits in the program's unit.
type converter struct {
	program  *Program
	rounding *rounding
	units    Units
	// The unit that was converted last, and how many of the program's units it is.
	last   ce.UnitID
	factor ce.Amount
	known  bool
}

// convert sets the entry's amounts.
func (c *converter) convert(e *entry) {
	if c.last != e.credit.Unit || c.last == "" {
		c.last = e.credit.Unit
		c.factor, c.known = c.find(c.last)
	}
	if !c.known || e.credit.Amount.Sign() < 0 {
		e.foreign = true
		e.reported = e.credit.Amount
		return
	}
	e.reported = e.credit.Amount
	if c.last != c.program.Unit.ID {
		e.reported = e.reported.Mul(c.factor)
	}
	e.value = c.rounding.apply(e.reported)
}

func (c *converter) find(id ce.UnitID) (factor ce.Amount, ok bool) {
	own := c.program.Unit
	switch {
	case id == own.ID:
		return ce.Int(1), true
	case own.Minutes == nil:
		return ce.Amount{}, false
	case id == ce.UnitMinute:
		return ce.Int(1).Div(*own.Minutes), true
	}
	i := slices.IndexFunc(c.program.Units, func(u ce.Unit) bool { return u.ID == id })
	var unit ce.Unit
	if i >= 0 {
		unit, ok = c.program.Units[i], true
	} else if c.units != nil {
		unit, ok = c.units.Unit(id)
	}
	if !ok || unit.Minutes == nil {
		return ce.Amount{}, false
	}
	return unit.Minutes.Div(*own.Minutes), true
}

// entries returns the credits that may count in one of the windows, newest first.
func entries(in *Input, v *Version, from, to ce.Date) []entry {
	list := make([]entry, 0, len(in.Credits))
	convert := converter{program: in.Program, rounding: v.tree.rounding, units: in.Units}
	for i := range in.Credits {
		credit := &in.Credits[i]
		if credit.CompletedOn.Before(from) || credit.CompletedOn.After(to) || credit.CompletedOn.IsZero() || !credit.AllowsCertification(in.Certification.ID) {
			continue
		}
		list = append(list, entry{credit: credit, terms: in.Program.terms(credit)})
		convert.convert(&list[len(list)-1])
	}
	slices.SortFunc(list, func(a, b entry) int {
		if c := b.credit.CompletedOn.Compare(a.credit.CompletedOn); c != 0 {
			return c
		}
		return strings.Compare(string(b.credit.ID), string(a.credit.ID))
	})
	return list
}
