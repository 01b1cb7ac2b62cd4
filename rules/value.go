package rules

import (
	"slices"
	"strings"

	"accrue/ce"
)

// entry is one credit as a program sees it, a portion of one, or what was carried over.
type entry struct {
	credit   *ce.Credit
	carried  bool // from the cycle before
	portion  int  // 0 for the credit itself, else the place of its portion plus 1
	terms    terms
	reported ce.Amount // in the program's unit
	share    ce.Amount // of the whole credit, what this portion is; for "of activity"
	value    ce.Amount // what it is worth to the program; 0 when it cannot be converted
	best     ce.Amount // the same, where what is not stated turns out well
	foreign  bool      // its unit cannot be converted
	event    int       // a number of its title and provider, where they matter; -1 for what was carried over
	// The credit is the second or a later one of its title and provider.
	repeatsCycle, repeatsEver bool
	overused                  bool // it may be used for so many certifications only, and the holder has not chosen

	excluded int // the item that never lets it count, or -1
	doubted  int // the item that may not let it count, or -1
	// The leaves that it belongs to, those that it may belong to, and those for which that is assumed.
	sure, maybe, shown uint64
}

// valueRule says what the credits that it picks are worth.
type valueRule struct {
	credits  *selection
	multiply *ce.Amount
	worth    *ce.Amount
	steps    []valueStep
	most     *ce.Amount
	ofWhole  bool // most is a share of the whole activity
	least    *ce.Amount
	atLeast  *ce.Amount
}

type valueStep struct{ from, worth ce.Amount }

// rounding is how values are rounded.
type rounding struct {
	step      ce.Amount
	direction string
	first     ce.Amount
	of        string // "" for each activity, event or day
}

func (r *rounding) apply(a ce.Amount) ce.Amount {
	switch {
	case r == nil:
		return a
	case a.Cmp(r.first) < 0:
		return ce.Amount{}
	case r.direction == "up":
		return a.Ceil(r.step)
	case r.direction == "down":
		return a.Floor(r.step)
	}
	return a.Round(r.step)
}

const maxValues = 100

func (c *compiler) readValues(list []ValueSpec, path []any) (values []valueRule) {
	if len(list) > maxValues {
		c.Add("has too many entries", path...)
		return nil
	}
	for i := range list {
		spec, here := &list[i], at(path, i)
		v := valueRule{
			credits:  c.selection(spec.Credits, 0, at(here, "credits")),
			multiply: c.optionalFraction(spec.Multiply, at(here, "multiply")), worth: c.optionalAmount(spec.Worth, at(here, "worth")),
			least: c.optionalAmount(spec.Least, at(here, "least")), atLeast: c.optionalAmount(spec.AtLeast, at(here, "at-least")),
		}
		most, ofWhole := strings.CutSuffix(spec.Most, " of activity")
		if v.ofWhole = ofWhole; ofWhole {
			v.most = c.optionalFraction(most, at(here, "most"))
		} else {
			v.most = c.optionalAmount(most, at(here, "most"))
		}
		c.limit(len(spec.Steps), at(here, "steps")...)
		for k, step := range spec.Steps {
			from, worth := c.amount(step.From, at(here, "steps", k, "from")), c.amount(step.Worth, at(here, "steps", k, "worth"))
			if k > 0 && from.Cmp(v.steps[k-1].from) <= 0 {
				c.Add("must be above that of the step before", at(here, "steps", k, "from")...)
			}
			v.steps = append(v.steps, valueStep{from, worth})
		}
		given := 0
		for _, one := range []bool{v.multiply != nil, v.worth != nil, len(v.steps) > 0} {
			given += count(one)
		}
		if given > 1 || given == 0 && v.most == nil && v.least == nil && v.atLeast == nil {
			c.Add("must have one of multiply, worth and steps, or most, least or at-least", here...)
		}
		if spec.Credits.selectsBySize() {
			c.Add("cannot depend on the value itself", at(here, "credits")...)
		}
		c.source(spec.Source, at(here, "source")...)
		values = append(values, v)
	}
	return values
}

func (s *Selection) selectsBySize() bool {
	if s == nil {
		return false
	}
	below := func(part Selection) bool { return part.selectsBySize() }
	return s.Size != nil || slices.ContainsFunc(s.Any, below) || slices.ContainsFunc(s.All, below) || s.Except.selectsBySize()
}

func (c *compiler) readRounding(r *Rounding, path []any) *rounding {
	if r == nil {
		return nil
	}
	read := &rounding{step: c.amount(r.Step, at(path, "step")), direction: r.Direction}
	if read.step.Sign() <= 0 {
		c.Add("must be above 0", at(path, "step")...)
		read.step = ce.Int(1)
	}
	if !slices.Contains([]string{"down", "up", "nearest"}, r.Direction) {
		c.Add("must be down, up or nearest", at(path, "direction")...)
	}
	if r.First != "" {
		read.first = c.amount(r.First, at(path, "first"))
	}
	switch r.Of {
	case "", "activity":
	case "event", "day":
		read.of = r.Of
	default:
		c.Add("must be activity, event or day", at(path, "of")...)
	}
	c.source(r.Source, at(path, "source")...)
	return read
}

// apply returns the value of an amount under the rule, without rounding.
func (v *valueRule) apply(amount, whole ce.Amount) ce.Amount {
	if v.least != nil && whole.Cmp(*v.least) < 0 {
		return ce.Amount{}
	}
	switch {
	case v.worth != nil:
		amount = *v.worth
	case v.multiply != nil:
		amount = amount.Mul(*v.multiply)
	case len(v.steps) > 0:
		reached := ce.Amount{}
		for _, step := range v.steps {
			if amount.Cmp(step.from) >= 0 {
				reached = step.worth
			}
		}
		amount = reached
	}
	if v.atLeast != nil && amount.Sign() > 0 {
		amount = ce.Max(amount, *v.atLeast)
	}
	if v.most != nil {
		most := *v.most
		if v.ofWhole {
			most = most.Mul(whole)
		}
		amount = ce.Min(amount, most)
	}
	return amount
}

// appraise sets the values of the entry: the first rule that picks it decides, and where it is not stated whether one
// does, both ways are weighed.
func (v *Version) appraise(e *entry, h *holder) {
	if e.foreign || e.carried {
		e.best = e.value
		return
	}
	base, first := e.reported, true
	consider := func(amount ce.Amount) {
		if v.rounding != nil && v.rounding.of == "" {
			amount = v.rounding.apply(amount)
		}
		if first {
			e.value, e.best, first = amount, amount, false
			return
		}
		e.value, e.best = ce.Min(e.value, amount), ce.Max(e.best, amount)
	}
	for i := range v.values {
		rule := &v.values[i]
		picked := rule.credits.picks(e, h)
		if picked == no {
			continue
		}
		consider(rule.apply(base, e.share))
		if picked == yes {
			return
		}
	}
	consider(base)
}

// roundTogether rounds the sums of what belongs together; the latest ones of it give or take the difference. Entries
// are the newest first.
func (v *Version) roundTogether(entries []entry) {
	if v.rounding == nil || v.rounding.of == "" {
		return
	}
	places := make(map[any]int, len(entries))
	var groups [][]int
	for k := range entries {
		if e := &entries[k]; !e.foreign && !e.carried {
			key := any(e.credit.CompletedOn)
			if v.rounding.of == "event" {
				key = e.event
			}
			g, known := places[key]
			if !known {
				g = len(groups)
				places[key], groups = g, append(groups, nil)
			}
			groups[g] = append(groups[g], k)
		}
	}
	for _, group := range groups {
		v.roundGroup(entries, group, func(e *entry) *ce.Amount { return &e.value })
		v.roundGroup(entries, group, func(e *entry) *ce.Amount { return &e.best })
	}
}

func (v *Version) roundGroup(entries []entry, group []int, of func(*entry) *ce.Amount) {
	var sum ce.Amount
	for _, k := range group {
		sum = sum.Add(*of(&entries[k]))
	}
	change := v.rounding.apply(sum).Sub(sum)
	for _, k := range group {
		value := of(&entries[k])
		after := ce.Max(value.Add(change), ce.Amount{})
		change = change.Sub(after.Sub(*value))
		*value = after
	}
}

// converter gives the amounts of credits in the program's unit.
type converter struct {
	program *Program
	units   Units
	// The unit that was converted last, and how many of the program's units it is.
	last   ce.UnitID
	factor ce.Amount
	known  bool
}

// convert returns the amount in the program's unit; ok is false when the unit cannot be converted.
func (c *converter) convert(amount ce.Amount, unit ce.UnitID) (converted ce.Amount, ok bool) {
	if c.last != unit || c.last == "" {
		c.last = unit
		c.factor, c.known = c.find(unit)
	}
	if !c.known || amount.Sign() < 0 {
		return amount, false
	}
	if unit == c.program.Unit.ID {
		return amount, true
	}
	return amount.Mul(c.factor), true
}

func (c *converter) find(id ce.UnitID) (factor ce.Amount, ok bool) {
	own := c.program.Unit
	if id == own.ID {
		return ce.Int(1), true
	}
	if worth, agreed := c.program.conversions[id]; agreed {
		return worth, true
	}
	switch {
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

func newestFirst(a, b *entry) int {
	if c := b.credit.CompletedOn.Compare(a.credit.CompletedOn); c != 0 {
		return c
	}
	if c := strings.Compare(string(b.credit.ID), string(a.credit.ID)); c != 0 {
		return c
	}
	return b.portion - a.portion
}
