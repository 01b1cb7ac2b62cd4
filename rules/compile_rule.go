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
		source: c.source(spec.Source, at(path, "source")...), selections: above.selections, amount: amountRule{of: -1, times: -1},
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
	r.within = c.window(spec.Within, anyBase, at(path, "within")...)
	r.due = c.day(spec.Due, anyBase, at(path, "due")...)
	below := c.readKind(spec, &r, path)
	r.when = c.condition(spec.When, 0, at(path, "when"))
	c.readEach(spec, &r, path)
	c.checkFields(spec, &r, path)
	if slices.ContainsFunc([]bool{r.when.depends(baseToday), r.holds.depends(baseToday), r.due.depends(baseToday), r.within.depends(baseToday), r.amount.daily()}, func(b bool) bool { return b }) {
		c.tree.daily = true
	}

	place := len(c.tree.rules)
	c.byID[spec.ID] = place
	if len(spec.ApartFrom) > 0 {
		c.apart[place] = spec.ApartFrom
	}
	c.tree.rules, c.paths = append(c.tree.rules, r), append(c.paths, path)
	next := ruleContext{parent: place, depth: above.depth + 1, selections: r.selections}
	c.readRules(below.rules, next, at(path, below.field))
	c.tree.rules[place].end = len(c.tree.rules)
}

func (a *amountRule) daily() bool { return a.from.depends(baseToday) || a.to.depends(baseToday) }

type belowRules struct {
	field string
	rules []RuleSpec
}

// readKind reads the one field that says what the rule asks, and returns the rules below it.
func (c *compiler) readKind(spec *RuleSpec, r *rule, path []any) belowRules {
	given := 0
	below := belowRules{"inside", spec.Inside}
	if spec.Minimum != nil {
		given++
		r.kind = ce.KindMinimum
		r.amount = c.quantity(spec.Minimum, false, at(path, "minimum"))
	}
	if spec.Maximum != nil {
		given++
		r.kind = ce.KindMaximum
		r.amount = c.quantity(spec.Maximum, false, at(path, "maximum"))
		if r.amount.count > countActivities {
			c.Add("must be an amount or a number of activities", at(path, "maximum")...)
		}
	}
	if spec.Never != nil {
		given++
		r.kind, r.never = ce.KindMaximum, true
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
		r.holds = c.condition(spec.Condition, 0, at(path, "condition"))
	}
	if spec.Other != "" {
		given++
		r.kind, r.why = ce.KindOther, spec.Other
	}
	if given != 1 {
		c.Add("must have exactly one of minimum, maximum, never, all, at-least with of, condition and other", path...)
	}
	for i := range spec.Cases {
		k := &spec.Cases[i]
		if k.When == nil {
			c.Add("must be given", at(path, "cases", i, "when")...)
		}
		if k.Amount == nil {
			c.Add("must be given", at(path, "cases", i, "amount")...)
			continue
		}
		read := kase{
			when:   c.condition(k.When, 0, at(path, "cases", i, "when")),
			amount: c.quantity(k.Amount, true, at(path, "cases", i, "amount")),
			source: r.source,
		}
		if k.Source != "" {
			read.source = c.source(k.Source, at(path, "cases", i, "source")...)
		}
		if read.amount.counted || r.amount.counted && !read.amount.none {
			c.Add("cannot change a share of what counts, nor be one", at(path, "cases", i, "amount")...)
		}
		if read.amount.count != r.amount.count && !read.amount.none {
			c.Add("must count the same as the requirement", at(path, "cases", i, "amount")...)
		}
		if read.when.depends(baseToday) || read.amount.daily() {
			c.tree.daily = true
		}
		r.cases = append(r.cases, read)
	}
	c.limit(len(spec.Cases), at(path, "cases")...)
	return below
}

func (c *compiler) readEach(spec *RuleSpec, r *rule, path []any) {
	if spec.Each == "" {
		return
	}
	each, ok := eachWords[spec.Each]
	r.each = each
	switch {
	case !ok:
		c.Add("must be calendar-year, cycle-year, month, day, event, provider or activity", at(path, "each")...)
	case !r.isLeaf() || r.never:
		c.Add("is for minimums and maximums only", at(path, "each")...)
	case each.grouped() && r.kind == ce.KindMinimum:
		c.Add("must be calendar-year or cycle-year for a minimum", at(path, "each")...)
	case each.grouped() && r.amount.count != countNot:
		c.Add("goes with an amount, not with a number", at(path, "each")...)
	case each.grouped() && r.amount.counted:
		c.Add("goes with an amount of its own", at(path, "each")...)
	case each.yearly() && r.within != nil:
		c.Add("cannot be combined with within", at(path, "each")...)
	}
}

// checkFields refuses fields that would mean nothing for the rule's kind.
func (c *compiler) checkFields(spec *RuleSpec, r *rule, path []any) {
	only := func(given, allowed bool, field, text string) {
		if given && !allowed {
			c.Add(text, at(path, field)...)
		}
	}
	only(len(spec.Cases) > 0, r.isLeaf() && !r.never, "cases", "are for minimums and maximums only")
	only(spec.Credits != nil, !r.never && r.kind != ce.KindOther && r.kind != ce.KindCondition, "credits", "has no meaning here")
	only(len(spec.Inside) > 0, r.kind == ce.KindMinimum && r.each == eachNot, "inside", "is for minimums of the whole cycle only")
	only(r.kind == ce.KindMaximum && r.force == ce.Advisory, false, "force", "must be binding: a maximum that does not bind limits nothing")
	only(spec.Within != nil, r.isLeaf() && !r.never, "within", "is for minimums and maximums only")
	only(spec.Due != "", r.kind == ce.KindCondition, "due", "is for conditions only")
	only(len(spec.ApartFrom) > 0, r.kind == ce.KindMinimum && r.amount.count == countNot, "apart-from", "is for minimums that are amounts")
}

// quantity reads an amount: "80", "1/2 of total", "3 activities", a computed one and, in cases, "none".
func (c *compiler) quantity(spec *AmountSpec, inCase bool, path []any) amountRule {
	a := amountRule{of: -1, times: -1}
	if inCase && spec.Amount == "none" {
		a.none = true
		return a
	}
	c.readAmount(spec.Amount, &a, path)
	a.most, a.least = c.optionalAmount(spec.Most, at(path, "most")), c.optionalAmount(spec.Least, at(path, "least"))
	plain := true
	if spec.Per != "" || spec.From != "" || spec.To != "" || spec.Part != "" {
		plain = false
		per, ok := parseSpan(spec.Per)
		if !ok || per == (span{}) {
			c.Add(`must be a time such as "1 month"`, at(path, "per")...)
			per = span{months: 1}
		}
		a.per = per
		a.from, a.to = c.day(spec.From, anyBase, at(path, "from")...), c.day(spec.To, anyBase, at(path, "to")...)
		if spec.From == "" || spec.To == "" {
			c.Add("must have from and to with per", path...)
		}
		switch spec.Part {
		case "", "dropped":
		case "counts":
			a.begun = true
		default:
			c.Add("must be counts or dropped", at(path, "part")...)
		}
	}
	if spec.Times != "" {
		plain = false
		a.times = c.question(spec.Times, []ce.QuestionType{ce.QuestionNumber}, at(path, "times"))
		if a.over = c.optionalAmount(spec.Over, at(path, "over")); a.over != nil && a.over.Sign() == 0 {
			c.Add("must be above 0", at(path, "over")...)
			a.over = nil
		}
	} else if spec.Over != "" {
		c.Add("goes with times", at(path, "over")...)
	}
	if !plain && (a.of >= 0 || a.count != countNot) {
		c.Add("must be a plain amount where it is computed", at(path, "amount")...)
	}
	return a
}

func (c *compiler) readAmount(text string, a *amountRule, path []any) {
	const form = `must be an amount such as 80, a share of a minimum above it such as "1/2 of total", or a number such as "3 activities"`
	if share, id, isShare := strings.Cut(text, " of "); isShare {
		id, a.counted = strings.CutPrefix(id, "counted ")
		amount, ok := fraction(share)
		of, found := c.byID[id]
		if !ok {
			c.Add(form, path...)
			return
		}
		if !found || c.tree.rules[of].kind != ce.KindMinimum || c.tree.rules[of].each != eachNot || c.tree.rules[of].amount.count != countNot {
			c.Add(fmt.Sprintf("%q is not the id of a minimum above this one", id), path...)
			return
		}
		if c.tree.rules[of].amount.counted && !a.counted {
			c.Add(fmt.Sprintf("%q requires a share of what counts, which is no amount of its own", id), path...)
		}
		a.amount, a.of = amount, of
		return
	}
	if number, word, isCount := strings.Cut(text, " "); isCount {
		n, err := strconv.Atoi(number)
		what, ok := countWords[word]
		if err != nil || !ok || n < 0 || n > 1000 {
			c.Add(form, path...)
			return
		}
		a.amount, a.count = ce.Int(int64(n)), what
		return
	}
	amount, err := ce.ParseAmount(text)
	if err != nil || amount.Sign() < 0 {
		c.Add(form, path...)
	}
	a.amount = amount
}

// standApart gives slots to the minimums that stand apart.
func (c *compiler) standApart(path []any) {
	t := c.tree
	slotOf := map[int]int{} // by place
	pairs := map[[2]int]bool{}
	slot := func(place int) int {
		if slotOf[place] == 0 {
			t.slots++
			slotOf[place] = t.slots
		}
		return slotOf[place]
	}
	for place := range t.rules {
		for i, id := range c.apart[place] {
			other, found := c.byID[id]
			if !found || t.rules[other].kind != ce.KindMinimum || t.rules[other].amount.count != countNot || other == place ||
				inside(t, place, other) || inside(t, other, place) {
				c.Add(fmt.Sprintf("%q is not the id of another minimum that is neither around this one nor inside it", id), at(c.paths[place], "apart-from", i)...)
				continue
			}
			a, b := slot(place), slot(other)
			pairs[[2]int{min(a, b), max(a, b)}] = true
		}
	}
	if t.slots > maxSlots {
		c.Add(fmt.Sprintf("stand apart too often: more than %d minimums", maxSlots), path...)
		return
	}
	t.outer = make([]int, t.slots+1)
	for i := range t.rules {
		r := &t.rules[i]
		if r.parent >= 0 {
			r.slot = t.rules[r.parent].slot
		}
		if own := slotOf[i]; own > 0 {
			t.outer[own], r.slot = r.slot, own
		}
	}
	t.apart = cliques(t.slots, func(a, b int) bool { return pairs[[2]int{min(a, b), max(a, b)}] })
}

// checkMaximums refuses a maximum below a minimum that nothing but its credits can fill: that could never be met.
func (c *compiler) checkMaximums() {
	rules := c.tree.rules
	for i := range rules {
		most := &rules[i]
		if most.kind != ce.KindMaximum || !most.plain() {
			continue
		}
		for k := range rules {
			least := &rules[k]
			around := most.parent < 0 || k == most.parent || inside(c.tree, most.parent, k)
			if least.kind == ce.KindMinimum && least.plain() && least.force != ce.Advisory && around &&
				most.amount.amount.Cmp(least.amount.amount) < 0 && covers(most.selections, least.selections) {
				c.Add(fmt.Sprintf("is below the minimum %q of the same credits, which could never be met", least.id), at(c.paths[i], "maximum")...)
			}
		}
	}
}

// plain reports whether the rule always asks the same amount in the whole cycle.
func (r *rule) plain() bool {
	return r.measured() && r.when == nil && len(r.cases) == 0 && r.within == nil && r.each == eachNot &&
		r.amount.of < 0 && r.amount.times < 0 && r.amount.from == nil
}

// covers reports whether credits that all of the narrow selections pick are surely picked by all of the wide ones.
func covers(wide, narrow []*selection) bool {
	for _, w := range wide {
		if !slices.ContainsFunc(narrow, func(n *selection) bool { return n == w || w.onlyTerms() && w.wider(n) }) {
			return false
		}
	}
	return true
}

// onlyTerms reports whether the selection picks by terms alone.
func (s *selection) onlyTerms() bool {
	return s.completed == nil && s.from == nil && s.to == nil && s.repeats == repeatsNot && len(s.any)+len(s.all) == 0 && s.except == nil
}

// wider reports whether the selection's terms let pass whatever those of the other one do.
func (s *selection) wider(narrow *selection) bool {
	for field, bits := range s.bits {
		if bits != 0 && (narrow.bits[field] == 0 || narrow.bits[field]&^bits != 0) {
			return false
		}
	}
	return true
}

// inside reports whether one rule lies inside the other.
func inside(t *tree, place, other int) bool { return place > other && place < t.rules[other].end }
