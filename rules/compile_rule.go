package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"accrue/ce"
)

// ruleContext is what a rule has from those above it.
type ruleContext struct {
	parent     int
	depth      int
	selections []*selection
}

func (c *compiler) readRules(list []RuleSpec, above ruleContext, path []any) {
	if !c.limit(len(list), path...) {
		return
	}
	if above.depth > maxDepth {
		c.Add(fmt.Sprintf("must not be nested deeper than %d", maxDepth), path...)
		return
	}
	for i := range list {
		if c.count++; c.count > MaxRequirements {
			if c.count == MaxRequirements+1 {
				c.Add(fmt.Sprintf("must be at most %d in a version", MaxRequirements), path...)
			}
			return
		}
		c.readRule(&list[i], above, at(path, i))
	}
}

// at extends a path without sharing its memory.
func at(path []any, more ...any) []any {
	return append(slices.Clip(slices.Clone(path)), more...)
}

func (c *compiler) readRule(spec *RuleSpec, above ruleContext, path []any) {
	c.id(spec.ID, at(path, "id")...)
	c.text(spec.Title, at(path, "title")...)
	if _, taken := c.byID[spec.ID]; taken {
		c.Add("is the id of another requirement", at(path, "id")...)
	}
	r := rule{
		id: ce.RequirementID(spec.ID), title: spec.Title, note: spec.Note, parent: above.parent,
		source: c.source(spec.Source, at(path, "source")...), selections: above.selections,
	}
	switch spec.Force {
	case "", "binding":
		r.force = ce.Binding
	case "advisory":
		r.force = ce.Advisory
	default:
		c.Add("must be binding or advisory", at(path, "force")...)
	}
	if spec.Credits != nil {
		r.selections = append(slices.Clone(r.selections), c.selection(spec.Credits, 0, at(path, "credits")))
	}
	below := c.readKind(spec, &r, path)
	r.when = c.condition(spec.When, &r, 0, r.kind == ce.KindOther, at(path, "when"))
	c.checkFields(spec, &r, path)

	place := len(c.tree.rules)
	c.byID[spec.ID] = place
	c.tree.rules = append(c.tree.rules, r)
	next := ruleContext{parent: place, depth: above.depth + 1, selections: r.selections}
	c.readRules(below.rules, next, at(path, below.field))
	c.tree.rules[place].end = len(c.tree.rules)
}

type belowRules struct {
	field string
	rules []RuleSpec
}

// readKind reads the one field that says what the rule asks, and returns the rules below it.
func (c *compiler) readKind(spec *RuleSpec, r *rule, path []any) belowRules {
	given := 0
	below := belowRules{"inside", spec.Inside}
	if spec.Minimum != "" {
		given++
		r.kind = ce.KindMinimum
		r.amount = c.quantity(spec.Minimum, false, at(path, "minimum"))
	}
	if spec.Maximum != "" {
		given++
		r.kind = ce.KindMaximum
		r.amount = c.quantity(spec.Maximum, false, at(path, "maximum"))
	}
	if spec.Never != nil {
		given++
		r.kind, r.never, r.amount = ce.KindMaximum, true, quantity{of: -1}
		r.selections = append(slices.Clone(r.selections), c.selection(spec.Never, 0, at(path, "never")))
	}
	if spec.All != nil {
		given++
		r.kind, below = ce.KindAllOf, belowRules{"all", spec.All}
	}
	if spec.Of != nil || spec.AtLeast != 0 {
		given++
		r.kind, r.atLeast, below = ce.KindAtLeast, spec.AtLeast, belowRules{"of", spec.Of}
		if spec.AtLeast < 1 || spec.AtLeast > len(spec.Of) {
			c.Add("must be from 1 to the number of entries in of", at(path, "at-least")...)
		}
	}
	if spec.Condition != nil {
		given++
		r.kind = ce.KindCondition
		r.holds = c.condition(spec.Condition, r, 0, false, at(path, "condition"))
	}
	if spec.Other != "" {
		given++
		r.kind, r.why = ce.KindOther, spec.Other
	}
	if given != 1 {
		c.Add("must have exactly one of minimum, maximum, never, all, at-least with of, condition and other", path...)
	}
	switch spec.Each {
	case "":
	case "calendar-year":
		r.each = true
		if f := c.program.calendar.first; f != nil && f.cycles > 1 {
			c.Add("cannot be combined with a first period of several cycles yet", at(path, "each")...)
		}
		if r.kind != ce.KindMinimum {
			c.Add("is for minimums only", at(path, "each")...)
		}
	default:
		c.Add("must be calendar-year", at(path, "each")...)
	}
	for i := range spec.Cases {
		k := &spec.Cases[i]
		if k.When == nil {
			c.Add("must be given", at(path, "cases", i, "when")...)
		}
		read := kase{
			when:   c.condition(k.When, r, 0, false, at(path, "cases", i, "when")),
			amount: c.quantity(k.Amount, true, at(path, "cases", i, "amount")),
			source: r.source,
		}
		if k.Source != "" {
			read.source = c.source(k.Source, at(path, "cases", i, "source")...)
		}
		r.cases = append(r.cases, read)
	}
	c.limit(len(spec.Cases), at(path, "cases")...)
	return below
}

// checkFields refuses fields that would mean nothing for the rule's kind.
func (c *compiler) checkFields(spec *RuleSpec, r *rule, path []any) {
	if len(spec.Cases) > 0 && (!r.isLeaf() || r.never) {
		c.Add("are for minimums and maximums only", at(path, "cases")...)
	}
	if spec.Credits != nil && (r.never || r.kind == ce.KindOther || r.kind == ce.KindCondition) {
		c.Add("has no meaning here", at(path, "credits")...)
	}
	if len(spec.Inside) > 0 && (r.kind != ce.KindMinimum || r.each) {
		c.Add("is for minimums of the whole cycle only", at(path, "inside")...)
	}
	if r.kind == ce.KindMaximum && r.force == ce.Advisory {
		c.Add("must be binding: a maximum that does not bind limits nothing", at(path, "force")...)
	}
}

// quantity reads "80", "1/2 of total" and, in cases, "none".
func (c *compiler) quantity(text string, inCase bool, path []any) quantity {
	if inCase && text == "none" {
		return quantity{of: -1, none: true}
	}
	const form = `must be an amount such as 80, or a share of a minimum above it such as "1/2 of total"`
	share, id, isShare := strings.Cut(text, " of ")
	if !isShare {
		amount, err := ce.ParseAmount(text)
		if err != nil || amount.Sign() < 0 {
			c.Add(form, path...)
		}
		return quantity{amount: amount, of: -1}
	}
	num, den, ok := strings.Cut(share, "/")
	n, err1 := strconv.ParseInt(num, 10, 32)
	d, err2 := strconv.ParseInt(den, 10, 32)
	if !ok || err1 != nil || err2 != nil || n < 0 || d < 1 {
		c.Add(form, path...)
		return quantity{of: -1}
	}
	of, found := c.byID[id]
	if !found || c.tree.rules[of].kind != ce.KindMinimum || c.tree.rules[of].each {
		c.Add(fmt.Sprintf("%q is not the id of a minimum above this one", id), path...)
		return quantity{of: -1}
	}
	return quantity{amount: ce.Fraction(n, d), of: of}
}

func (c *compiler) selection(spec *Selection, depth int, path []any) *selection {
	s := &selection{}
	if depth > maxDepth {
		c.Add("is nested too deep", path...)
		return s
	}
	given := spec.Except != nil
	for field, list := range [fieldCount][]string{spec.Topics, spec.Formats, spec.Roles, spec.Approvals} {
		c.limit(len(list), at(path, fieldPaths[field])...)
		given = given || len(list) > 0
		for i, term := range list {
			bit := c.program.words[field].bits[ce.Term(term)]
			if bit == 0 {
				c.Add(fmt.Sprintf("%q is not among the program's %s", term, fieldPaths[field]), at(path, fieldPaths[field], i)...)
			}
			s.bits[field] |= bit
		}
	}
	if !given {
		c.Add("must have topics, formats, roles, approvals or except", path...)
	}
	if spec.Except != nil {
		s.except = c.selection(spec.Except, depth+1, at(path, "except"))
	}
	return s
}
