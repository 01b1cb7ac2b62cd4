package rules

import (
	"sort"
	"strconv"
	"time"

	"accrue/ce"
)

// mode is which way everything that is not known is taken to turn out.
type mode int8

const (
	shownCase mode = iota // the worst, but that an unknown issue lies before the cycle
	worstCase             // nothing is as it would help
	bestCase              // all is
	modes
)

// item is one requirement of one holder in one cycle: a rule, or a rule in one year.
type item struct {
	rule    *rule
	year    int  // of a rule for each year, else 0
	parent  int  // -1 at the top
	option  bool // it is one of those of which so many are asked
	window  [modes]window
	truth   truth // whether it applies
	own     truth // the same, whatever lies around it
	assumed truth // the same in the shown case
	around  truth // whether what lies around it applies
	// holds and assumedHolds are the truths of a CONDITION.
	holds, assumedHolds truth
	waived              bool // the body waived it for this holder
	// required is what it asks, and none that it asks nothing, in each case.
	required [modes]ce.Amount
	none     [modes]bool
	low      ce.Amount // the least and the most that it may ask
	high     ce.Amount
	source   *ce.Source
	bit      uint64 // 0 when no credits belong to it
	asks     uint64 // the questions that it leaves open
	due      ce.Date

	earned [modes]ce.Amount
	met    [modes]bool
	stated ce.Amount // what was earned of a maximum, before the limit
	full   bool      // nothing is left of a maximum
	found  [modes]children
}

// children sums up the binding requirements directly below an item, each with all that lies below it.
type children struct {
	all                 bool
	met                 int
	applicable, present int
}

func (it *item) id() ce.RequirementID {
	if it.year == 0 {
		return it.rule.id
	}
	return it.rule.id + ce.RequirementID("-"+strconv.Itoa(it.year))
}

// applies reports whether the item asks something in the case.
func (it *item) applies(m mode) bool {
	switch {
	case m == bestCase && it.option && it.around == yes: // it would help
		return it.truth != no && !it.none[worstCase]
	case it.none[m]:
		return false
	case m == shownCase:
		return it.assumed != no
	case m == worstCase:
		return it.truth != no
	}
	return it.truth == yes
}

// outcome is what the item's own rule says, whatever lies below a minimum.
func (it *item) outcome() ce.Outcome {
	switch {
	case it.truth == no || it.none[worstCase] && it.none[bestCase]:
		return ce.NotApplicable
	case it.rule.kind == ce.KindOther && it.truth == yes:
		return ce.NotEvaluated
	case it.rule.kind == ce.KindAllOf && it.found[worstCase].present > 0 && it.found[worstCase].applicable == 0:
		return ce.NotApplicable
	case it.met[worstCase]:
		return ce.Met
	case it.met[bestCase] || it.truth == maybe || it.none[bestCase]:
		return ce.Undetermined
	}
	return ce.NotMet
}

// open reports whether answers would decide something about the item.
func (it *item) open() bool { return it.outcome() == ce.Undetermined }

// expand makes the items of the holder's cycle, and says what each asks.
func (e *evaluation) expand() {
	t := &e.version.tree
	places := make([]int, len(t.rules)) // the item of each rule; for rules of each year the first
	e.items = make([]item, 0, len(t.rules)+8)
	bits := 0
	for i := range t.rules {
		r := &t.rules[i]
		places[i] = len(e.items)
		parent := -1
		if r.parent >= 0 {
			parent = places[r.parent]
		}
		for _, year := range e.yearsOf(r) {
			it := item{rule: r, year: year.number, parent: parent, option: parent >= 0 && e.items[parent].rule.kind == ce.KindAtLeast, source: r.source, window: e.earning}
			if parent >= 0 {
				it.window = e.items[parent].window
			}
			for m := range it.window {
				if r.each.yearly() {
					it.window[m] = window{later(it.window[m].from, year.window.from), earlier(it.window[m].to, year.window.to)}
				}
			}
			it.due = earlier(year.window.to, e.earnBy())
			e.ask(&it, year.window, places)
			if r.isLeaf() && !r.never && it.truth != no && bits < 64 {
				it.bit = 1 << bits
				bits++
				if r.kind == ce.KindMinimum {
					e.minimum |= it.bit
				} else {
					e.maximum |= it.bit
				}
			}
			e.items = append(e.items, it)
		}
	}
}

type yearWindow struct {
	number int
	window window
}

// yearsOf returns the years in which the rule holds; for other rules one without a number.
func (e *evaluation) yearsOf(r *rule) []yearWindow {
	if !r.each.yearly() {
		return []yearWindow{{0, window{e.frame.start, e.earnBy()}}}
	}
	var list []yearWindow
	if r.each == eachCalendarYear {
		for year := e.frame.start.Year(); year <= e.frame.end.Year(); year++ {
			list = append(list, yearWindow{year, window{ce.MustDate(year, time.January, 1), ce.MustDate(year, time.December, 31)}})
		}
		return list
	}
	for n := 1; n <= maxCycleYears+1; n++ {
		from := e.frame.start.AddMonths(12 * (n - 1))
		if from.After(e.frame.end) || n > 1 && from == lastDay {
			break
		}
		to := e.frame.start.AddMonths(12 * n).AddDays(-1)
		if to.AddDays(31).After(e.frame.end) { // what is left is no year of its own
			list = append(list, yearWindow{n, window{from, e.frame.end}})
			break
		}
		list = append(list, yearWindow{n, window{from, to}})
	}
	return list
}

// waiver is the answer by which a body waives or changes one requirement for one holder.
func waiver(id ce.RequirementID) ce.QuestionID { return ce.QuestionID("waived." + string(id)) }

// ask decides whether the item applies, in which days, and how much it asks.
func (e *evaluation) ask(it *item, year window, places []int) {
	r := it.rule
	h, assumed := e.holder, e.assumed
	h.year, assumed.year = year, year
	it.truth, it.assumed = yes, yes
	if it.parent >= 0 {
		it.truth, it.assumed = e.items[it.parent].within()
	}
	it.around = it.truth
	it.own = yes
	if it.truth != no && r.when != nil {
		it.own = r.when.holds(&h)
		it.truth, it.assumed = min(it.truth, it.own), min(it.assumed, r.when.holds(&assumed))
	}
	asks := h.asks
	if value, ok := grant(&e.holder, waiver(r.id)); ok && value == "true" {
		it.truth, it.assumed, it.own, it.waived = no, no, no, true
	}
	if r.kind == ce.KindCondition && it.truth != no {
		it.holds, it.assumedHolds = r.holds.holds(&h), r.holds.holds(&assumed)
	}
	if r.within != nil {
		sure, perhaps := h.window(r.within)
		shown, _ := assumed.window(r.within)
		it.window = [modes]window{shownCase: shown, worstCase: sure, bestCase: perhaps}
		if !sure.to.Before(sure.from) && sure.to != lastDay {
			it.due = sure.to
		}
	}
	if r.due != nil {
		if due := r.due.in(&h); due.known() {
			it.due = due.from
		}
	}
	if r.isLeaf() && !r.never && it.truth != no {
		e.require(it, &h, &assumed, places)
	}
	switch { // what it asks is not asked before it is known to apply
	case it.own == maybe:
		h.asks = asks
	case it.truth == maybe:
		h.asks = 0
	}
	it.asks |= h.asks
}

// amounts is what an amount may be: from low to high, or, perhaps or always, that nothing is asked.
type amounts struct {
	low, high    ce.Amount
	none, always bool
}

// require computes what the item asks in each case.
func (e *evaluation) require(it *item, h, assumed *holder, places []int) {
	r := it.rule
	if value, ok := grant(h, waiver(r.id)); ok {
		if amount, err := ce.ParseAmount(value); err == nil && r.amount.count == countNot && !r.amount.counted {
			it.low, it.high = amount, amount
			it.required = [modes]ce.Amount{amount, amount, amount}
			return
		}
	}
	may, source := e.mayAsk(r, h, places)
	shown, _ := e.mayAsk(r, assumed, places)
	it.low, it.high, it.none[worstCase], it.none[bestCase] = may.low, may.high, may.always, may.none
	it.none[shownCase] = shown.always
	it.required = [modes]ce.Amount{shownCase: shown.high, worstCase: may.high, bestCase: may.low}
	if r.kind == ce.KindMaximum {
		it.required = [modes]ce.Amount{shownCase: shown.low, worstCase: may.low, bestCase: may.high}
	}
	if source != nil {
		it.source = source
	}
}

// mayAsk joins what the rule asks in each case that may hold; the source is that of the case that surely does.
func (e *evaluation) mayAsk(r *rule, h *holder, places []int) (may amounts, source *ce.Source) {
	found := false
	join := func(a amounts) {
		if !found {
			may, found = a, true
			return
		}
		switch {
		case a.none:
			may.none = true
		case may.always:
			may = amounts{low: a.low, high: a.high, none: true}
		default:
			may.low, may.high = ce.Min(may.low, a.low), ce.Max(may.high, a.high)
		}
		may.always = may.always && a.always
	}
	for i := range r.cases {
		holds := r.cases[i].when.holds(h)
		if holds == no {
			continue
		}
		join(e.amountIn(&r.cases[i].amount, h, places))
		if holds == yes {
			return may, r.cases[i].source
		}
	}
	join(e.amountIn(&r.amount, h, places))
	return may, nil
}

// within returns whether what is inside the item applies: only where the item itself asks something.
func (it *item) within() (sure, shown truth) {
	sure, shown = it.truth, it.assumed
	switch {
	case it.none[worstCase]:
		sure = no
	case it.none[bestCase]:
		sure = min(sure, maybe)
	}
	if it.none[shownCase] {
		shown = no
	}
	return sure, shown
}

// unbounded stands for an amount that may be anything.
var unbounded = ce.Int(1_000_000)

func (e *evaluation) amountIn(a *amountRule, h *holder, places []int) amounts {
	found := amounts{low: a.amount, high: a.amount, none: a.none, always: a.none}
	switch {
	case a.none:
		return found
	case a.of >= 0:
		base := &e.items[places[a.of]]
		sure, shown := base.within()
		if a.counted {
			if h.assumed {
				sure = shown
			}
			found.none, found.always = sure != yes, sure == no
			return found
		}
		low, high := base.low, base.high
		if h.assumed {
			sure, low, high = shown, base.required[shownCase], base.required[shownCase]
		}
		found.none, found.always = sure != yes, sure == no
		found.low, found.high = a.amount.Mul(low), a.amount.Mul(high)
	}
	if a.from != nil && a.to != nil {
		from, to := a.from.in(h), a.to.in(h)
		found.low = a.amount.Mul(ce.Int(int64(periods(from.to, to.from, a.per, a.begun))))
		found.high = a.amount.Mul(ce.Int(int64(periods(from.from, to.to, a.per, a.begun))))
	}
	if a.times >= 0 {
		number, ok := h.numberAnswer(a.times)
		if ok {
			if a.over != nil {
				number = number.Div(*a.over)
			}
			found.low, found.high = found.low.Mul(number), found.high.Mul(number)
		} else {
			found.low, found.high = ce.Amount{}, unbounded
		}
	}
	if a.most != nil {
		found.low, found.high = ce.Min(found.low, *a.most), ce.Min(found.high, *a.most)
	}
	if a.least != nil {
		found.low, found.high = ce.Max(found.low, *a.least), ce.Max(found.high, *a.least)
	}
	return found
}

// maxPeriods bounds what periods returns.
const maxPeriods = 10_000

// periods returns how many of the periods lie between two days, both included.
func periods(from, to ce.Date, per span, begun bool) int {
	starts := func(n int) ce.Date { return from.AddMonths(per.months * n).AddDays(per.days * n) }
	ends := func(n int) ce.Date { return from.AddMonths(per.months * (n + 1)).AddDays(per.days*(n+1) - 1) }
	return sort.Search(maxPeriods, func(n int) bool { // the first one that is not among them
		if n > 0 && (starts(n) == lastDay || ends(n-1) == lastDay) {
			return true // the calendar is over
		}
		return ends(n).After(to) && (!begun || starts(n).After(to))
	})
}
