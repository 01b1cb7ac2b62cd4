package rules

import (
	"slices"

	"accrue/ce"
)

// frame is one cycle of a holder.
type frame struct {
	calendar *calendar
	key      ce.CycleKey
	start    ce.Date
	end      ce.Date // the last day to earn, before grace
	number   int     // the holder's first cycle is 1; 0 when it is not known
	first    bool    // it is the holder's first
	renewal  ce.Date // of the cycle before
}

// framer makes a holder's frames one after the other, oldest first.
type framer struct {
	holder holder // for days and conditions of calendars
	list   []frame
	issued ce.Date
	begins bool // with the holder's first cycle
	// Of the calendar that is being followed:
	place   int
	anchor  ce.Date
	snapped bool // ends are the last days of months
	base    dayBase
	k       int // the next end is that many lengths after the anchor
	last    ce.Date
	first   ce.Date // the end of the first cycle, where it is not an ordinary one
	done    bool
}

// maxFrames bounds the frames of one holder, see MaxCycles.
const maxFrames = 400

// framesOf prepares the frames of a certification, the first of which is the one that has the day, or the
// holder's first one when that is later. ok is false when nothing tells when cycles end.
func framesOf(p *Program, cert *ce.Certification, today, from ce.Date) (f *framer, ok bool) {
	f = &framer{issued: cert.IssuedOn}
	f.holder = holder{program: p, cert: cert, today: today, start: today, end: today}
	if !f.issued.IsZero() && !f.issued.Before(from) {
		from, f.begins = f.issued, true
	}
	for i := range p.calendars {
		if until := p.calendars[i].until; until.IsZero() || !from.After(until) {
			f.place = i
			break
		}
	}
	if !f.enter(from) {
		return f, false
	}
	f.grow()
	return f, len(f.list) > 0
}

// enter begins to follow the calendar at its place with the first end that is not before the day.
func (f *framer) enter(from ce.Date) bool {
	c := &f.holder.program.calendars[f.place]
	anchored := false
	for i := range c.ends {
		end := &c.ends[i]
		if end.when.holds(&f.holder) != yes {
			continue
		}
		if day := end.day.in(&f.holder); day.known() {
			f.anchor, f.base, anchored = day.from, end.day.base, true
			f.snapped = len(end.day.steps) > 0 && end.day.steps[len(end.day.steps)-1].op == stepEndOfMonth
			break
		}
	}
	if !anchored {
		return false
	}
	if !f.issued.IsZero() && c.firstEnds != nil && len(f.list) == 0 {
		if day := c.firstEnds.in(&f.holder); day.known() {
			f.first = day.from
			// The first cycle has the day while it lasts; later days lie in ordinary cycles.
			if !from.After(f.first) {
				from = f.first
			}
		}
	}
	ay, am, _ := f.anchor.YMD()
	y, m, _ := from.YMD()
	f.k = ((y-ay)*12+int(m-am))/c.months - 2
	if f.base == baseIssue {
		f.k = max(f.k, 0)
	}
	// Ends before the calendar's first day are held at it.
	for f.k < maxYears*12 && (f.end(f.k).Before(from) || f.end(f.k) == firstDay || f.base == baseExpiry && f.end(f.k) == f.issued) {
		if f.end(f.k) == lastDay {
			break
		}
		f.k++
	}
	f.last = f.end(f.k - 1)
	if f.base == baseIssue && f.k == 0 {
		f.last = f.issued.AddDays(-1)
	}
	if f.place > 0 && len(f.list) == 0 {
		if until := f.holder.program.calendars[f.place-1].until; until.After(f.last) {
			f.last = until
		}
	}
	return true
}

const maxYears = 10_000

// end returns the k-th end of the rhythm.
func (f *framer) end(k int) ce.Date {
	day := f.anchor.AddMonths(k * f.holder.program.calendars[f.place].months)
	if f.snapped {
		day = endOfMonth(day)
	}
	return day
}

// grow appends one more frame; it reports whether there is one.
func (f *framer) grow() bool {
	if f.done || len(f.list) >= maxFrames {
		return false
	}
	p := f.holder.program
	c := &p.calendars[f.place]
	fr := frame{calendar: c}
	var before *frame
	if len(f.list) > 0 {
		before = &f.list[len(f.list)-1]
		f.last = before.end
		if r := closed(f.holder.cert, before.key, f.holder.today); r != nil {
			fr.renewal = r.RenewedOn
		}
	}
	switch {
	case before == nil && !f.first.IsZero():
		fr.end, fr.start = f.first, f.issued
		for !f.end(f.k).After(f.first) && f.end(f.k) != lastDay {
			f.k++
		}
	case before != nil && c.fromRenewal && !fr.renewal.IsZero():
		fr.end = f.fromRenewal(c, fr.renewal)
		if !fr.end.After(f.last) { // a renewal from long before can be no renewal of it
			fr.end = f.last.AddMonths(c.months)
		}
		fr.start = f.last.AddDays(1)
	case before != nil && c.fromRenewal:
		fr.end, fr.start = f.last.AddMonths(c.months), f.last.AddDays(1)
	default:
		fr.end, fr.start = f.end(f.k), f.last.AddDays(1)
		f.k++
	}
	nominal := fr.end
	if !c.until.IsZero() && !fr.end.Before(c.until) {
		fr.end, nominal = c.until, c.until
		f.place++
		if !f.enter(c.until.AddDays(1)) {
			f.done = true
		}
	}
	for i := range c.moved {
		if m := &c.moved[i]; m.from == fr.end && m.when.holds(&f.holder) == yes {
			fr.end = m.to
			break
		}
	}
	if before != nil && !fr.renewal.IsZero() {
		if start := c.startAfter(f.holder, before, fr.renewal); !start.IsZero() {
			fr.start = start
		}
	}
	if fr.start.After(fr.end) {
		fr.start = fr.end
	}
	fr.key = ce.CycleKey(nominal.String()[:4])
	if before != nil && before.key == fr.key || c.months < 12 { // several may end in one year
		fr.key = ce.CycleKey(nominal.String())
	}
	if !f.issued.IsZero() {
		fr.number = 1
		if before != nil {
			fr.number = before.number + 1
		} else {
			fr.number = f.numberOf(&fr)
		}
		fr.first = fr.number == 1
	}
	if before != nil && !fr.end.After(before.end) { // the end of the calendar
		f.done = true
		return false
	}
	f.list = append(f.list, fr)
	return true
}

// startAfter returns the day on which the cycle after a renewed one begins, no day where the renewal does not move it.
func (c *calendar) startAfter(h holder, renewed *frame, renewal ce.Date) ce.Date {
	h.start, h.end, h.renewal = renewed.start, renewed.end, renewal
	for i := range c.starts {
		if start := &c.starts[i]; start.when.holds(&h) == yes {
			return start.day.in(&h).from
		}
	}
	return ce.Date{}
}

// fromRenewal returns the end that follows from the renewal of the cycle before.
func (f *framer) fromRenewal(c *calendar, renewal ce.Date) ce.Date {
	then := f.holder
	then.renewal = renewal
	for i := range c.ends {
		if end := &c.ends[i]; end.day.depends(baseRenewal) && end.when.holds(&then) == yes {
			return end.day.in(&then).from
		}
	}
	return renewal.AddMonths(c.months)
}

// numberOf counts the frames from the holder's first one.
func (f *framer) numberOf(fr *frame) int {
	if f.begins || !fr.start.After(f.issued) {
		return 1
	}
	earlier, ok := framesOf(f.holder.program, f.holder.cert, f.holder.today, f.issued)
	for n := 1; ok && n <= maxFrames; n++ {
		if last := &earlier.list[len(earlier.list)-1]; !last.end.Before(fr.end) {
			return n
		}
		if !earlier.grow() {
			break
		}
	}
	return 0
}

// containing returns the place of the frame that has the day, of the last one when none has.
func (f *framer) containing(day ce.Date) int {
	for i := 0; ; i++ {
		if i == len(f.list) && !f.grow() {
			return i - 1
		}
		if !f.list[i].end.Before(day) {
			return i
		}
	}
}

// closed returns the renewal that had closed the frame by the day, or nil.
func closed(cert *ce.Certification, key ce.CycleKey, asOf ce.Date) *ce.Renewal {
	if len(cert.Renewals) == 0 {
		return nil
	}
	if r := cert.RenewalOf(key); r != nil && !r.RenewedOn.After(asOf) {
		return r
	}
	return nil
}

// in returns the holder in the frame on a day.
func (fr *frame) in(p *Program, cert *ce.Certification, others []ce.Certification, today ce.Date) holder {
	h := holder{
		program: p, cert: cert, others: others, start: fr.start, end: fr.end, number: fr.number, renewal: fr.renewal,
		today: today, settled: cert.IssuedOn.IsZero() && renewedBefore(cert, fr), closed: lastDay,
	}
	if r := closed(cert, fr.key, today); r != nil {
		h.closed = r.RenewedOn
	} else if fr.end.Before(tracked(cert, today)) {
		h.closed = fr.end
	}
	return h
}

// renewedBefore reports whether an earlier cycle was renewed, so that the issue lies before this one.
func renewedBefore(cert *ce.Certification, fr *frame) bool {
	return !fr.renewal.IsZero() || slices.ContainsFunc(cert.Renewals, func(r ce.Renewal) bool {
		return r.Cycle < fr.key && len(r.Cycle) == len(fr.key)
	})
}

// extension is the answer that moves the last day to earn.
const extension ce.QuestionID = "extended"

// grant returns the answer that a body gave to this holder alone, where it began to hold in the cycle, or after its end while it
// was not closed.
func grant(h *holder, question ce.QuestionID) (string, bool) {
	var found *ce.Fact
	for i := range h.cert.Facts {
		fact := &h.cert.Facts[i]
		if fact.Question == question && !fact.Since.After(h.today) && !fact.Since.Before(h.start) && !fact.Since.After(later(h.end, earlier(h.closed, h.end.AddMonths(12)))) &&
			(found == nil || !fact.Since.Before(found.Since)) {
			found = fact
		}
	}
	if found == nil {
		return "", false
	}
	return found.Value, true
}

// earning returns the days whose credits count: surely, and perhaps.
func (fr *frame) earning(h *holder) (sure, perhaps window) {
	sure, perhaps = window{fr.start, fr.end}, window{fr.start, fr.end}
	c := fr.calendar
	if c.earn != nil {
		s, m := h.window(c.earn)
		if c.earn.from != nil {
			sure.from, perhaps.from = s.from, m.from
		}
		if c.earn.to != nil || c.earn.before != nil {
			sure.to, perhaps.to = s.to, m.to
		}
	}
	if c.firstFrom != nil && (fr.first || h.cert.IssuedOn.IsZero() && !h.settled) {
		from := c.firstFrom.in(h)
		sure.from, perhaps.from = later(sure.from, from.to), later(perhaps.from, from.from)
		if fr.first {
			sure.from, perhaps.from = from.to, from.from
		}
	}
	if c.firstEnds != nil && h.cert.IssuedOn.IsZero() && !h.settled && !h.assumed {
		// It may be the later part of a longer first cycle.
		h.asks |= asksIssue
		perhaps.from = perhaps.from.AddMonths(-c.months)
	}
	if r := closed(h.cert, fr.key, h.today); r != nil {
		// What was earned after the renewal, or after the next cycle began, is the next one's.
		to := later(r.RenewedOn, fr.end)
		if start := c.startAfter(*h, fr, r.RenewedOn); !start.IsZero() {
			to = start.AddDays(-1)
		}
		sure.to, perhaps.to = earlier(sure.to, to), earlier(perhaps.to, to)
	}
	if value, ok := grant(h, extension); ok {
		if day, err := ce.ParseDate(value); err == nil && day.After(sure.to) {
			sure.to, perhaps.to = day, day
		}
	}
	return sure, perhaps
}

func earlier(a, b ce.Date) ce.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b ce.Date) ce.Date {
	if b.After(a) {
		return b
	}
	return a
}

// cycle turns a frame into what is shown of it.
func (fr *frame) cycle(h *holder) ce.Cycle {
	shown := *h
	shown.assumed = true
	earn, _ := fr.earning(&shown)
	c := fr.calendar
	day := func(rule *dayRule) ce.Date {
		if rule == nil {
			return ce.Date{}
		}
		if d := rule.in(&shown); d.known() {
			return d.from
		}
		return ce.Date{}
	}
	cycle := ce.Cycle{
		Key: fr.key, StartsOn: fr.start, EarnBy: earlier(earn.to, fr.end), EndsOn: fr.end,
		ReportBy: day(c.report), GraceEndsOn: day(c.grace), OpensOn: day(c.opens),
	}
	if fr.first {
		cycle.StartsOn = earn.from
	}
	if cycle.StartsOn.After(fr.end) {
		cycle.StartsOn = fr.end
	}
	if _, ok := grant(h, extension); ok && earn.to.After(fr.end) {
		cycle.EarnBy, cycle.EndsOn = earn.to, earn.to
	}
	if e := h.cert.ExpiresOn; c.margin > 0 && !e.IsZero() && e.After(fr.start.AddDays(c.margin)) && !e.After(fr.end.AddDays(c.margin)) && !e.Before(cycle.StartsOn) {
		cycle.EndsOn = e
	}
	if !cycle.GraceEndsOn.IsZero() && cycle.GraceEndsOn.Before(cycle.EndsOn) {
		cycle.GraceEndsOn = cycle.EndsOn
	}
	return cycle
}
