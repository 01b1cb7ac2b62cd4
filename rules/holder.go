package rules

import (
	"time"

	"accrue/ce"
)

// holder is what days and conditions are asked of: a certification in one cycle, on one day.
type holder struct {
	program *Program
	cert    *ce.Certification
	others  []ce.Certification // the holder's other certifications
	start   ce.Date            // of the cycle, and its end
	end     ce.Date
	number  int     // of the cycle, the holder's first being 1; 0 when not known
	renewal ce.Date // of the cycle before; no day when there is none
	settled bool    // the issue lies before the cycle, though it is not known when
	closed  ce.Date // from this day on nothing of the cycle is open: it was renewed, or ended before it was tracked
	today   ce.Date
	year    window // of a rule for each year, else the cycle
	// assumed lets an issue that is not known lie before the cycle.
	assumed bool
	// asks are the questions that were met and not answered: bits by place in the program, and those below.
	asks uint64
}

// Bits of what is asked besides the program's own questions.
const (
	asksIssue  uint64 = 1 << 63
	asksExpiry uint64 = 1 << 62
	maxAsked          = 60
)

// factDay is the day on which answers are looked up: today, held within the cycle.
func (h *holder) factDay() ce.Date {
	day := h.today
	if day.After(h.end) {
		day = h.end
	}
	if day.Before(h.start) {
		day = h.start
	}
	return day
}

// answer returns the answer to the question that holds on the day.
func (h *holder) answer(place int) (value string, ok bool) {
	if value, ok = h.cert.FactOn(h.program.Questions[place].ID, h.factDay()); !ok {
		h.asks |= 1 << place
	}
	return value, ok
}

func (h *holder) dayAnswer(place int) window {
	value, ok := h.answer(place)
	if day, err := ce.ParseDate(value); ok && err == nil {
		return exactly(day)
	}
	return anyDay
}

func (h *holder) numberAnswer(place int) (ce.Amount, bool) {
	value, ok := h.answer(place)
	if !ok {
		return ce.Amount{}, false
	}
	amount, err := ce.ParseAmount(value)
	return amount, err == nil
}

// issue returns the days on which the certification may have been issued.
func (h *holder) issue() window {
	if day := h.cert.IssuedOn; !day.IsZero() {
		return exactly(day)
	}
	if h.settled {
		return window{firstDay, h.start.AddDays(-1)}
	}
	h.asks |= asksIssue
	if h.assumed {
		return window{firstDay, h.start.AddDays(-1)}
	}
	return window{firstDay, h.today}
}

func (h *holder) known(day ce.Date, ask uint64) window {
	if !day.IsZero() {
		return exactly(day)
	}
	h.asks |= ask
	return anyDay
}

// window returns the days of a window as far as they surely, and as far as they perhaps, belong to it.
func (h *holder) window(w *windowRule) (sure, perhaps window) {
	sure, perhaps = anyDay, anyDay
	if w == nil {
		return sure, perhaps
	}
	if w.from != nil {
		from := w.from.in(h)
		sure.from, perhaps.from = from.to, from.from
	}
	if w.to != nil {
		to := w.to.in(h)
		sure.to, perhaps.to = to.from, to.to
	}
	if w.before != nil {
		before := w.before.in(h)
		sure.to, perhaps.to = before.from.AddDays(-1), before.to.AddDays(-1)
	}
	return sure, perhaps
}

// windowRule is a window as a program writes it; a side that is nil is open.
type windowRule struct{ from, to, before *dayRule }

func (w *windowRule) depends(base dayBase) bool {
	return w != nil && (w.from.depends(base) || w.to.depends(base) || w.before.depends(base))
}

func (c *compiler) window(spec *WindowSpec, allowed bases, path ...any) *windowRule {
	if spec == nil {
		return nil
	}
	w := &windowRule{
		from: c.day(spec.From, allowed, at(path, "from")...), to: c.day(spec.To, allowed, at(path, "to")...),
		before: c.day(spec.Before, allowed, at(path, "before")...),
	}
	switch {
	case spec.To != "" && spec.Before != "":
		c.Add("must have to or before, not both", path...)
	case spec.From == "" && spec.To == "" && spec.Before == "":
		c.Add("must have from, to or before", path...)
	case w.impossible():
		c.Add("ends before it begins", path...)
	}
	return w
}

// impossible reports whether the window ends before it begins for every holder. Sides that count from different words
// are not compared, but that a cycle's start does not lie after its end.
func (w *windowRule) impossible() bool {
	to := w.to
	if to == nil {
		to = w.before
	}
	if w.from == nil || to == nil || !w.from.steady() || !to.steady() {
		return false
	}
	backwards := w.from.base == baseCycleEnd && to.base == baseCycleStart
	if w.from.base != to.base && !backwards || w.from.base == baseQuestion && w.from.question != to.question {
		return false
	}
	for month := range 24 { // what a step of months means differs from month to month
		day := ce.MustDate(2023, time.January, 15).AddMonths(month)
		from, last := w.from.after(day), to.after(day)
		if backwards {
			from = w.from.after(day.AddMonths(1)) // the shortest cycle
		}
		if !last.Before(from) && (w.before == nil || last != from) {
			return false
		}
	}
	return true
}

func (h *holder) orUnknown(day ce.Date) window {
	if day.IsZero() {
		return window{firstDay, h.today}
	}
	return exactly(day)
}

// within compares the runs of days that the day and the window's sides may be.
func (h *holder) within(w *windowRule, day window) truth {
	sure, perhaps := h.window(w)
	switch {
	case !day.from.Before(sure.from) && !day.to.After(sure.to):
		return yes
	case day.to.Before(perhaps.from) || day.from.After(perhaps.to):
		return no
	}
	return maybe
}
