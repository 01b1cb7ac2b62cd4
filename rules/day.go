package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"accrue/ce"
)

// dayRule is a day as a program writes it: a word or a date, and steps from there.
type dayRule struct {
	base     dayBase
	date     ce.Date // of baseDate
	question int     // of baseQuestion, its place in the program
	steps    []dayStep
}

type dayBase int8

const (
	baseDate dayBase = iota
	baseCycleStart
	baseCycleEnd
	baseIssue
	baseExpiry
	baseRenewal
	baseToday
	baseYearStart
	baseYearEnd
	baseQuestion
)

var dayWords = map[string]dayBase{
	"cycle-start": baseCycleStart, "cycle-end": baseCycleEnd, "issue": baseIssue,
	"expiry": baseExpiry, "renewal": baseRenewal, "today": baseToday, "year-start": baseYearStart, "year-end": baseYearEnd,
}

type dayStep struct {
	op           stepOp
	months, days int
	of           *dayRule
}

type stepOp int8

const (
	stepAdd stepOp = iota
	stepStartOfMonth
	stepEndOfMonth
	stepStartOfYear
	stepEndOfYear
	stepMonthOf
	stepYearOf
)

var snaps = map[string]stepOp{
	"start of month": stepStartOfMonth, "end of month": stepEndOfMonth, "start of year": stepStartOfYear, "end of year": stepEndOfYear,
}

// The calendar's ends: days outside are held at them, so that arithmetic never fails.
var (
	firstDay = ce.MustDate(1, 1, 1)
	lastDay  = ce.MustDate(9999, 12, 31)
)

const maxSteps = 8

// span is a length of time.
type span struct{ months, days int }

var spanPattern = regexp.MustCompile(`^([0-9]{1,3}) (day|month|year)s?$`)

func parseSpan(text string) (span, bool) {
	parts := spanPattern.FindStringSubmatch(text)
	if parts == nil {
		return span{}, false
	}
	n, _ := strconv.Atoi(parts[1])
	switch parts[2] {
	case "month":
		return span{months: n}, true
	case "year":
		return span{months: 12 * n}, true
	}
	return span{days: n}, true
}

// bases are the words that a day may use at some place.
type bases map[dayBase]bool

var (
	anyBase   = bases{baseDate: true, baseCycleStart: true, baseCycleEnd: true, baseIssue: true, baseExpiry: true, baseRenewal: true, baseToday: true, baseYearStart: true, baseYearEnd: true, baseQuestion: true}
	endBase   = bases{baseDate: true, baseIssue: true, baseExpiry: true, baseRenewal: true, baseQuestion: true}
	startBase = bases{baseRenewal: true}
	firstBase = bases{baseDate: true, baseIssue: true, baseQuestion: true}
	cycleBase = bases{baseDate: true, baseCycleStart: true, baseCycleEnd: true, baseIssue: true, baseRenewal: true, baseQuestion: true}
)

// day reads a day; an empty text gives nil.
func (c *compiler) day(text string, allowed bases, path ...any) *dayRule {
	if text == "" {
		return nil
	}
	read, problem := c.parseDay(text, allowed, 0)
	if problem != "" {
		c.Add(problem, path...)
		return nil
	}
	return read
}

func (c *compiler) parseDay(text string, allowed bases, depth int) (*dayRule, string) {
	const form = `must be a day such as 2026-12-31, "issue + 2 years" or "cycle-end - 6 months, end of month"`
	if len(text) > 200 || depth > 2 {
		return nil, form
	}
	head, rest, _ := strings.Cut(strings.TrimSpace(text), ",")
	words := strings.Fields(head)
	if len(words) == 0 {
		return nil, form
	}
	read := &dayRule{}
	base, known := dayWords[words[0]]
	question := slices.IndexFunc(c.program.Questions, func(q ce.Question) bool {
		return string(q.ID) == words[0] && q.Type == ce.QuestionDate
	})
	switch {
	case known:
		read.base = base
		switch base {
		case baseIssue:
			c.asked |= asksIssue
		case baseExpiry:
			c.asked |= asksExpiry
		}
	case question >= 0:
		read.base, read.question = baseQuestion, question
		c.asked |= 1 << question
	default:
		date, err := ce.ParseDate(words[0])
		switch {
		case err != nil && words[0][0] >= '0' && words[0][0] <= '9':
			return nil, err.Error()
		case err != nil:
			return nil, fmt.Sprintf(`%q is neither a day nor one of cycle-start, cycle-end, issue, expiry, renewal, today and the program's questions of type date`, words[0])
		}
		read.date = date
	}
	if !allowed[read.base] {
		return nil, fmt.Sprintf("cannot depend on %s here", words[0])
	}
	steps := []string{strings.Join(words[1:], " ")}
	if rest != "" {
		steps = append(steps, strings.Split(rest, ",")...)
	}
	for _, step := range steps {
		if problem := c.parseSteps(read, strings.TrimSpace(step), allowed, depth); problem != "" {
			return nil, problem
		}
	}
	if len(read.steps) > maxSteps {
		return nil, fmt.Sprintf("must have at most %d steps", maxSteps)
	}
	return read, ""
}

// parseSteps reads one step between commas, which may be followed by + and - steps.
func (c *compiler) parseSteps(read *dayRule, text string, allowed bases, depth int) string {
	const form = `%q is no step of a day: "+ 2 years", "- 30 days", "start of month", "end of month", "start of year", "end of year", "month of …" or "year of …"`
	for text != "" {
		if text[0] == '+' || text[0] == '-' {
			sign := 1
			if text[0] == '-' {
				sign = -1
			}
			words := strings.Fields(text[1:])
			if len(words) < 2 {
				return fmt.Sprintf(form, text)
			}
			s, ok := parseSpan(words[0] + " " + words[1])
			if !ok {
				return fmt.Sprintf(form, text)
			}
			read.steps = append(read.steps, dayStep{op: stepAdd, months: sign * s.months, days: sign * s.days})
			text = strings.Join(words[2:], " ")
			continue
		}
		place := strings.IndexAny(text, "+-")
		// A date or a word with a hyphen after "month of" is no step.
		if of, isOf := strings.CutPrefix(text, "month of "); isOf {
			return c.stepOf(read, stepMonthOf, of, allowed, depth)
		}
		if of, isOf := strings.CutPrefix(text, "year of "); isOf {
			return c.stepOf(read, stepYearOf, of, allowed, depth)
		}
		word := text
		if place > 0 {
			word = text[:place]
		}
		op, ok := snaps[strings.TrimSpace(word)]
		if !ok {
			return fmt.Sprintf(form, text)
		}
		read.steps = append(read.steps, dayStep{op: op})
		text = strings.TrimSpace(text[len(word):])
	}
	return ""
}

// stepOf reads "born-on" or "issue + 30 days" after "month of" or "year of": the word belongs to
// it, the steps after it to the day around it.
func (c *compiler) stepOf(read *dayRule, op stepOp, text string, allowed bases, depth int) string {
	word, steps, _ := strings.Cut(text, " ")
	of, problem := c.parseDay(word, allowed, depth+1)
	if problem != "" {
		return problem
	}
	read.steps = append(read.steps, dayStep{op: op, of: of})
	return c.parseSteps(read, strings.TrimSpace(steps), allowed, depth)
}

// depends reports whether the day depends on the word.
func (d *dayRule) depends(base dayBase) bool {
	if d == nil {
		return false
	}
	return d.base == base || slices.ContainsFunc(d.steps, func(s dayStep) bool { return s.of.depends(base) })
}

// steady reports whether the day lies as many steps after its word for every holder.
func (d *dayRule) steady() bool {
	return !slices.ContainsFunc(d.steps, func(s dayStep) bool { return s.of != nil })
}

// after returns the day if the word it counts from were the given one; a date stays what it is.
func (d *dayRule) after(day ce.Date) ce.Date {
	if d.base == baseDate {
		day = d.date
	}
	for i := range d.steps {
		day = d.steps[i].apply(day, nil)
	}
	return day
}

// window is a run of days, both ends included.
type window struct{ from, to ce.Date }

func (w window) has(day ce.Date) bool { return !day.Before(w.from) && !day.After(w.to) }

// exactly is the run of one day.
func exactly(day ce.Date) window { return window{day, day} }

func (w window) known() bool { return w.from == w.to }

var anyDay = window{firstDay, lastDay}

// in returns the days that the rule may mean for the holder: one when all is known.
func (d *dayRule) in(h *holder) window {
	var w window
	switch d.base {
	case baseDate:
		w = exactly(d.date)
	case baseCycleStart:
		w = exactly(h.start)
	case baseCycleEnd:
		w = exactly(h.end)
	case baseIssue:
		w = h.issue()
	case baseExpiry:
		w = h.known(h.cert.ExpiresOn, asksExpiry)
	case baseRenewal:
		w = h.known(h.renewal, 0)
	case baseToday:
		w = exactly(h.today)
	case baseYearStart:
		w = exactly(h.year.from)
	case baseYearEnd:
		w = exactly(h.year.to)
	case baseQuestion:
		w = h.dayAnswer(d.question)
	}
	for _, step := range d.steps {
		if !w.known() && step.op != stepAdd {
			return anyDay
		}
		w = window{step.apply(w.from, h), step.apply(w.to, h)}
		if step.of != nil && !step.of.in(h).known() {
			return anyDay
		}
	}
	return w
}

func (s *dayStep) apply(day ce.Date, h *holder) ce.Date {
	if day == firstDay || day == lastDay {
		return day // an open end stays open
	}
	year, month, n := day.YMD()
	switch s.op {
	case stepAdd:
		return day.AddMonths(s.months).AddDays(s.days)
	case stepStartOfMonth:
		return day.AddDays(1 - n)
	case stepEndOfMonth:
		return endOfMonth(day)
	case stepStartOfYear:
		return ce.MustDate(year, 1, 1)
	case stepEndOfYear:
		return ce.MustDate(year, 12, 31)
	case stepMonthOf:
		_, other, _ := s.of.in(h).from.YMD()
		return day.AddMonths(int(other - month))
	}
	other, _, _ := s.of.in(h).from.YMD()
	return day.AddMonths(12 * (other - year))
}

func endOfMonth(day ce.Date) ce.Date {
	year, month, n := day.YMD()
	if lastYear, lastMonth, _ := lastDay.YMD(); year == lastYear && month == lastMonth {
		return lastDay // there is no next month
	}
	return day.AddDays(1 - n).AddMonths(1).AddDays(-1)
}
