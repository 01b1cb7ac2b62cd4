package rules

import (
	"fmt"

	"accrue/ce"
)

// carry is what the next cycle inherits.
type carry struct {
	of         int // place of the minimum above which something may be carried
	most       *ce.Amount
	parts      []carryPart
	evenly     bool
	overLimits bool
	when       *condition
	as         ce.Credit // its terms
}

type carryPart struct {
	credits *selection
	within  *windowRule
	above   int // -1 for none
	most    *ce.Amount
	as      ce.Credit
}

// carriedOver is the answer that says what was carried into a cycle whose forerunner is not known.
const carriedOver ce.QuestionID = "carried-over"

func (c *compiler) readCarry(spec *CarrySpec, path []any) *carry {
	if spec == nil {
		return nil
	}
	read := &carry{of: c.minimumCalled(spec.Of, at(path, "of")), most: c.optionalAmount(spec.Most, at(path, "most"))}
	read.when = c.condition(spec.When, 0, at(path, "when"))
	read.as = c.terms(spec.As, at(path, "as"))
	switch spec.Share {
	case "":
	case "evenly":
		read.evenly = true
	default:
		c.Add("must be evenly", at(path, "share")...)
	}
	if spec.OverLimits != "" {
		read.overLimits = c.yes(spec.OverLimits, at(path, "over-limits")...)
	}
	c.source(spec.Source, at(path, "source")...)
	c.limit(len(spec.Parts), at(path, "parts")...)
	for i := range spec.Parts {
		part, here := &spec.Parts[i], at(path, "parts", i)
		p := carryPart{
			credits: c.selection(part.Credits, 0, at(here, "credits")), within: c.window(part.Within, anyBase, at(here, "within")...),
			most: c.optionalAmount(part.Most, at(here, "most")), above: -1, as: c.terms(part.As, at(here, "as")),
		}
		if part.Above != "" {
			p.above = c.minimumCalled(part.Above, at(here, "above"))
		}
		if part.Source != "" {
			c.source(part.Source, at(here, "source")...)
		}
		read.parts = append(read.parts, p)
	}
	if len(spec.Parts) > 0 && spec.As != nil {
		c.Add("stands in each part where there are parts", at(path, "as")...)
	}
	if len(spec.Parts) == 0 {
		read.parts = []carryPart{{above: -1, as: read.as}}
	}
	return read
}

func (c *compiler) minimumCalled(id string, path []any) int {
	place, found := c.byID[id]
	if !found || c.tree.rules[place].kind != ce.KindMinimum || c.tree.rules[place].each != eachNot || c.tree.rules[place].amount.count != countNot {
		c.Add(fmt.Sprintf("%q is not the id of a minimum of the whole cycle", id), path...)
		return -1
	}
	return place
}

// terms reads what a carried credit states: what is not given it states to be none.
func (c *compiler) terms(spec *TermSpec, path []any) ce.Credit {
	as := ce.Credit{Topics: []ce.Term{}, Approvals: []ce.Term{}, Format: CarriedTerm, Role: CarriedTerm}
	if spec == nil {
		return as
	}
	c.termBits(topics, spec.Topics, path)
	c.termBits(approvals, spec.Approvals, path)
	for _, t := range spec.Topics {
		as.Topics = append(as.Topics, ce.Term(t))
	}
	for _, t := range spec.Approvals {
		as.Approvals = append(as.Approvals, ce.Term(t))
	}
	c.termBits(formats, spec.Formats, path)
	c.termBits(roles, spec.Roles, path)
	if len(spec.Formats) > 1 || len(spec.Roles) > 1 {
		c.Add("must have at most one format and one role, as a credit has", path...)
		return as
	}
	for _, t := range spec.Formats {
		as.Format = ce.Term(t)
	}
	for _, t := range spec.Roles {
		as.Role = ce.Term(t)
	}
	return as
}

// CarriedTerm is the format and the role of what was carried over, where it has none of the program's.
const CarriedTerm ce.Term = "carried-over"

// entry is what was carried as it counts in the cycle that it came to.
func (c *carriedCredit) entry(e *evaluation) entry {
	return entry{
		credit: &c.credit, carried: true, terms: e.program.terms(&c.credit), reported: c.credit.Amount, share: c.credit.Amount,
		value: c.credit.Amount, best: c.credit.Amount, event: -1, excluded: -1, doubted: -1,
	}
}

// carriedCredit is an amount that arrived from the cycle before.
type carriedCredit struct{ credit ce.Credit }

// inherit finds what the cycle before hands over, and what it used of the credits that both might.
func (e *evaluation) inherit() error {
	granted := false
	if value, ok := grant(&e.holder, carriedOver); ok {
		granted = true
		if amount, err := ce.ParseAmount(value); err == nil && amount.Sign() > 0 {
			as := ce.Credit{Topics: []ce.Term{}, Approvals: []ce.Term{}, Format: CarriedTerm, Role: CarriedTerm}
			if c := e.version.carry; c != nil && len(c.parts) == 1 {
				as = c.parts[0].as
			}
			e.arrive(amount, as, 0)
		}
	}
	if e.place == 0 {
		return nil
	}
	before := newEvaluation(e.in, e.framer, e.place-1)
	before.order = e.order
	if e.version.looksAtEvents() {
		e.numberEvents()
		before.events = e.events
	}
	reach := before.earning[bestCase]
	// A cycle that ended before the certification was tracked is presumed to be closed.
	overlaps := !reach.to.Before(e.earning[bestCase].from) && !before.frame.end.Before(tracked(&e.in.Certification, e.in.AsOf))
	hands := before.version != nil && before.version.carry != nil && !granted
	first, end := before.completedIn(reach)
	if before.version == nil || !overlaps && !hands || first == end && (!hands || e.place == 1) {
		return nil
	}
	if overlaps {
		e.before = before
	} else { // what was earned after its end is not its own
		for m := range before.earning {
			before.earning[m].to = earlier(before.earning[m].to, before.frame.end)
		}
	}
	if err := before.evaluate(); err != nil {
		return err
	}
	if hands {
		for i, c := range before.carries() {
			e.arrive(c.Amount, ce.Credit{Topics: c.Topics, Approvals: c.Approvals, Format: c.Format, Role: c.Role}, i)
		}
	}
	return nil
}

func (e *evaluation) arrive(amount ce.Amount, as ce.Credit, place int) {
	as.ID = ce.CreditID(fmt.Sprintf("carried-over-%d", place))
	as.CompletedOn, as.Amount, as.Unit = e.earning[worstCase].from, amount, e.program.Unit.ID
	e.carriedIn = append(e.carriedIn, carriedCredit{as})
}

// carries returns what the cycle hands to the next one, as it stands on the day.
func (e *evaluation) carries() []ce.Carried {
	c := e.version.carry
	if c == nil || c.when.holds(&e.assumed) != yes {
		return nil
	}
	p := e.passes[shownCase]
	surplus := e.surplusOf(c.of, c.overLimits)
	if c.most != nil {
		surplus = ce.Min(surplus, *c.most)
	}
	limits := make([]ce.Amount, len(c.parts))
	for i := range c.parts {
		limits[i] = e.partLimit(p, &c.parts[i], c.overLimits)
	}
	amounts := inOrder(surplus, limits)
	if c.evenly {
		amounts = evenly(surplus, limits)
	}
	var list []ce.Carried
	for i, amount := range amounts {
		if amount.Sign() > 0 {
			as := &c.parts[i].as
			list = append(list, ce.Carried{Amount: amount, Unit: e.program.Unit.ID, Topics: as.Topics, Approvals: as.Approvals, Format: as.Format, Role: as.Role})
		}
	}
	return list
}

// surplusOf is what counts above a minimum, what was carried into the cycle being used up first.
func (e *evaluation) surplusOf(rule int, overLimits bool) ce.Amount {
	place := e.placeOf(rule)
	it := &e.items[place]
	p := e.passes[shownCase]
	var earned, carried ce.Amount
	for k := range e.entries {
		entry := &e.entries[k]
		if belongs := p.members[k]&it.bit != 0; !belongs && (it.applies(shownCase) || it.rule.picks(entry, &e.assumed) != yes) {
			continue
		}
		amount := p.counted[it.rule.slot][k]
		if overLimits {
			amount = entry.value
		}
		if entry.carried {
			carried = carried.Add(amount)
		} else {
			earned = earned.Add(amount)
		}
	}
	required := it.required[shownCase]
	if !it.applies(shownCase) {
		required = ce.Amount{}
	}
	return ce.Max(earned.Sub(ce.Max(required.Sub(carried), ce.Amount{})), ce.Amount{})
}

// partLimit is the most that a part may hand over.
func (e *evaluation) partLimit(p *pass, part *carryPart, overLimits bool) ce.Amount {
	var limit ce.Amount
	window := anyDay
	if part.within != nil {
		window, _ = e.assumed.window(part.within)
	}
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.carried || !window.has(entry.credit.CompletedOn) || entry.excluded >= 0 || !e.earning[shownCase].has(entry.credit.CompletedOn) ||
			part.credits.picks(entry, &e.assumed) != yes {
			continue
		}
		amount := p.counted[0][k]
		if overLimits {
			amount = entry.value
		}
		limit = limit.Add(amount)
	}
	if part.above >= 0 {
		limit = ce.Min(limit, e.surplusOf(part.above, overLimits))
	}
	if part.most != nil {
		limit = ce.Min(limit, *part.most)
	}
	return limit
}

// inOrder gives each its limit until nothing is left.
func inOrder(amount ce.Amount, limits []ce.Amount) []ce.Amount {
	given := make([]ce.Amount, len(limits))
	for i, limit := range limits {
		given[i] = ce.Min(amount, limit)
		amount = amount.Sub(given[i])
	}
	return given
}

// evenly gives each the same, and what one cannot take to the others.
func evenly(amount ce.Amount, limits []ce.Amount) []ce.Amount {
	given := make([]ce.Amount, len(limits))
	for amount.Sign() > 0 {
		open := 0
		for i := range limits {
			open += count(given[i].Cmp(limits[i]) < 0)
		}
		if open == 0 {
			break
		}
		share := amount.Div(ce.Int(int64(open)))
		for i := range limits {
			more := ce.Min(share, limits[i].Sub(given[i]))
			given[i], amount = given[i].Add(more), amount.Sub(more)
		}
	}
	return given
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// maxGivenBack is how many of the latest credits are given back one by one; of more they are in bundles.
const maxGivenBack = 64
