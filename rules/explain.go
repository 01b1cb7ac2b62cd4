package rules

import (
	"fmt"
	"strconv"
	"strings"

	"accrue/ce"
)

// All texts that an evaluation makes are made here, in plain English, from the rule and the numbers.

const (
	promptIssuedOn = "On which day were you first licensed or certified?"
	titleReport    = "report continuing education"
	titleRenew     = "renew"
	titleGrace     = "last day for a late renewal"
)

var creditPrompts = [fieldCount]string{
	"Which of these topics do the activities have?",
	"How were the activities held?",
	"What was your part in the activities?",
	"Which of these approvals do the activities have?",
}

// words writes amounts in a program's unit.
type words struct{ unit ce.Unit }

// amount writes "1 CPE credit", "1.5 CPE credits".
func (w words) amount(a ce.Amount) string {
	return a.String() + " " + w.name(a)
}

func (w words) name(a ce.Amount) string {
	if a.Equal(ce.Int(1)) {
		return w.unit.Name
	}
	return w.unit.Plural
}

// day writes "31 December 2027".
func day(d ce.Date) string {
	year, month, n := d.YMD()
	return strconv.Itoa(n) + " " + month.String() + " " + strconv.Itoa(year)
}

func outsideCatalog(from ce.Date) string {
	return "The catalog has this program's rules only for cycles that begin on or after " + day(from) + "; this one began earlier and is not evaluated."
}

// title is the rule's title, with the year where the rule is one of a single year.
func (it *item) title() string {
	if it.year == 0 {
		return it.rule.title
	}
	return it.rule.title + " " + strconv.Itoa(it.year)
}

// explain says why the requirement stands as it does.
func (e *evaluation) explain(it *item, outcome ce.Outcome) string {
	text := e.reason(it, outcome)
	if it.rule.note != "" {
		text += " " + it.rule.note
	}
	return text
}

func (e *evaluation) reason(it *item, outcome ce.Outcome) string {
	const depends = " It depends on an answer that is missing."
	open := "" // what to add when answers of the holder are missing, rather than of credits
	if outcome == ce.Undetermined && it.outcome() != ce.Undetermined {
		open = depends
	}
	if !it.applies {
		if it.none {
			return "Nothing is asked in this cycle." + open
		}
		return "Does not apply in this cycle." + open
	}
	switch it.rule.kind {
	case ce.KindMinimum:
		return e.minimumReason(it) + open
	case ce.KindMaximum:
		return e.maximumReason(it) + open
	case ce.KindAtLeast:
		return fmt.Sprintf("%d of the requirements below are met; at least %d are needed.", it.worstCount, it.rule.atLeast) + open
	case ce.KindOther:
		if it.open {
			return it.rule.why + " Whether it applies depends on what is not stated of some credits."
		}
		return it.rule.why + open
	case ce.KindCondition:
		if it.worstMet {
			return "Fulfilled." + open
		}
		return "Not fulfilled." + open
	}
	if it.worstMet {
		return "Each of the requirements below is met." + open
	}
	return "Not each of the requirements below is met." + open
}

func (e *evaluation) minimumReason(it *item) string {
	text := it.worst.String() + " of " + e.units.amount(it.required)
	if it.worstMet {
		return text + "; nothing more is needed."
	}
	due := it.window.to
	if e.frame.end.Before(due) {
		due = e.frame.end
	}
	text += "; " + it.remaining().Shown(true).String()
	if e.in.AsOf.After(due) {
		text += " missing on " + day(due) + "."
	} else {
		text += " more by " + day(due) + "."
	}
	if it.best.Cmp(it.worst) > 0 {
		text += " Up to " + it.best.String() + " may count, depending on what is not stated of some credits."
	}
	return text
}

func (e *evaluation) maximumReason(it *item) string {
	if it.rule.never {
		excluded := 0
		for k := range e.branches[0].entries {
			if x := e.branches[0].entries[k].excluded; x >= 0 && e.branches[0].items[x].rule == it.rule {
				excluded++
			}
		}
		return "Such activities do not count; " + strconv.Itoa(excluded) + " left out."
	}
	text := "At most " + it.required.String() + " of such " + e.units.unit.Plural + " count; "
	if it.stated.Cmp(it.worst) > 0 {
		return text + it.worst.String() + " of " + it.stated.String() + " do."
	}
	return text + it.worst.String() + " so far."
}

// explainer says of credits what became of them.
type explainer struct {
	words
	branch *branch
	buf    []byte
	full   uint64 // the maximums that are used up
}

func (x *explainer) foreign(e *entry) string {
	return "Not counted: an amount in this unit cannot be converted into " + x.unit.Plural + "."
}

// use explains the entry at that place.
func (x *explainer) use(k int) string {
	b := x.branch
	e := &b.entries[k]
	counted := b.worst[k]
	x.buf = x.buf[:0]
	if e.excluded >= 0 {
		return "Not counted: " + b.items[e.excluded].title() + "."
	}
	full := counted.Equal(e.reported)
	reported := e.reported.String()
	if full {
		x.add(reported)
	} else {
		x.add(counted.String())
	}
	x.add(" of ", reported, " ", x.name(e.reported), " counted")
	separator := ": "
	if counted.Sign() > 0 {
		for i := range b.items {
			it := &b.items[i]
			if e.sure&b.minimum&it.bit == 0 {
				continue
			}
			x.add(separator, it.rule.title)
			if it.year != 0 {
				x.buf = strconv.AppendInt(append(x.buf, ' '), int64(it.year), 10)
			}
			separator = ", "
		}
	}
	x.add(".")
	if !full {
		x.rest(k)
	}
	if e.maybe&b.minimum != 0 || !b.best[k].Equal(counted) {
		x.add(" It may count for more once what is not stated of it or of other credits is known.")
	}
	return string(x.buf)
}

func (x *explainer) add(texts ...string) {
	for _, text := range texts {
		x.buf = append(x.buf, text...)
	}
}

// rest says why not the whole of a credit counted.
func (x *explainer) rest(k int) {
	b := x.branch
	e := &b.entries[k]
	if b.members(e, worstCase)&b.minimum == 0 {
		x.add(" It serves no requirement of this cycle.")
		return
	}
	if !e.value.Equal(e.reported) {
		x.add(" Activities count in steps of ", b.tree.rounding.step.String(), ", rounded ", b.tree.rounding.direction, ".")
	}
	if b.worst[k].Cmp(e.value) >= 0 {
		return
	}
	var limits []string
	for i := range b.items {
		it := &b.items[i]
		if b.members(e, worstCase)&x.full&it.bit != 0 {
			limits = append(limits, it.rule.title+" (at most "+it.required.String()+")")
		}
	}
	x.add(" The rest is over a limit: ", strings.Join(limits, "; "), ".")
}

// usedUp returns the maximums of which nothing is left in the worst case.
func (b *branch) usedUp() uint64 {
	var full uint64
	for i := range b.items {
		it := &b.items[i]
		if it.bit&b.maximum == 0 {
			continue
		}
		var sum ce.Amount
		for k := range b.entries {
			if b.members(&b.entries[k], worstCase)&it.bit != 0 {
				sum = sum.Add(b.worst[k])
			}
		}
		if sum.Cmp(it.required) >= 0 {
			full |= it.bit
		}
	}
	return full
}

// earn is the title of the deadline to earn what a cycle asks.
func (w words) earn(s *ce.Standing, total *ce.RequirementStanding) string {
	switch {
	case total.Remaining.Sign() > 0:
		return "earn " + w.extra(*total.Remaining)
	case s.Outcome == ce.Met:
		return "all " + w.unit.Plural + " earned"
	case s.Outcome == ce.NotMet:
		return "earn what is missing of the " + w.unit.Plural + " required"
	}
	return "answer what is open about the " + w.unit.Plural + " required"
}

// extra writes "78 more CPE credits".
func (w words) extra(a ce.Amount) string {
	a = a.Shown(true)
	return a.String() + " more " + w.name(a)
}

// earnInYear is the title of the deadline to earn what a single year asks.
func (w words) earnInYear(r *ce.RequirementStanding, year int) string {
	if r.Remaining.Sign() > 0 {
		return "earn " + w.extra(*r.Remaining) + " in " + strconv.Itoa(year)
	}
	return "all " + w.unit.Plural + " of " + strconv.Itoa(year) + " earned"
}
