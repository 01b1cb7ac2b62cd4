package rules

import (
	"fmt"
	"slices"

	"accrue/ce"
)

// calendar is one way in which cycles follow each other.
type calendar struct {
	until       ce.Date // the last day of its last cycle; no day for the program's last calendar
	months      int     // of one cycle
	ends        []endRule
	starts      []endRule
	firstFrom   *dayRule
	firstEnds   *dayRule
	earn        *windowRule
	report      *dayRule
	grace       *dayRule
	opens       *dayRule
	margin      int // days around the end within which a stated expiry is that of the cycle
	moved       []move
	fromRenewal bool // its ends depend on the renewal of the cycle before
}

type endRule struct {
	when *condition
	day  *dayRule
}

type move struct {
	from, to ce.Date
	when     *condition
}

const (
	maxCalendars  = 10
	maxCycleYears = 10
	defaultMargin = 92
)

func (c *compiler) readCalendars(list CycleSpecs) {
	if len(list) == 0 || len(list) > maxCalendars {
		c.Add(fmt.Sprintf("must be given, with at most %d entries", maxCalendars), "cycle")
		return
	}
	for i := range list {
		path := []any{"cycle"}
		if len(list) > 1 {
			path = append(path, i)
		}
		cal := c.readCalendar(&list[i], path)
		if last := i == len(list)-1; last != cal.until.IsZero() {
			c.Add("must be given for each cycle but the last", at(path, "until")...)
		}
		if i > 0 && !cal.until.IsZero() && !cal.until.After(c.program.calendars[i-1].until) {
			c.Add("must be later than that of the entry above it", at(path, "until")...)
		}
		c.program.calendars = append(c.program.calendars, cal)
	}
}

func (c *compiler) readCalendar(spec *CycleSpec, path []any) calendar {
	cal := calendar{months: 12, margin: defaultMargin}
	length, ok := parseSpan(spec.Length)
	if !ok || length.months < 1 || length.months > 12*maxCycleYears {
		c.Add(fmt.Sprintf(`must be a length such as "2 years" or "18 months", of at most %d years`, maxCycleYears), at(path, "length")...)
	} else {
		cal.months = length.months
	}
	if spec.Until != "" {
		var err error
		cal.until, err = ce.ParseDate(spec.Until)
		c.Check(err, at(path, "until")...)
	}
	if len(spec.Ends) == 0 {
		c.Add("must be given", at(path, "ends")...)
	}
	cal.ends = c.readEnds(spec.Ends, endBase, at(path, "ends"))
	cal.fromRenewal = slices.ContainsFunc(cal.ends, func(e endRule) bool { return e.day.depends(baseRenewal) })
	cal.starts = c.readEnds(spec.Starts, startBase, at(path, "starts"))
	if f := spec.First; f != nil {
		cal.firstFrom = c.day(f.From, firstBase, at(path, "first", "from")...)
		cal.firstEnds = c.day(f.Ends, firstBase, at(path, "first", "ends")...)
		if f.From == "" && f.Ends == "" {
			c.Add("must have from or ends", at(path, "first")...)
		}
		c.source(f.Source, at(path, "first", "source")...)
	}
	cal.earn = c.window(spec.Earn, cycleBase, at(path, "earn")...)
	cal.report = c.day(spec.Report, cycleBase, at(path, "report")...)
	cal.grace = c.day(spec.Grace, cycleBase, at(path, "grace")...)
	cal.opens = c.day(spec.Opens, cycleBase, at(path, "opens")...)
	if spec.Margin != "" {
		margin, ok := parseSpan(spec.Margin)
		if !ok || margin.days > 366 || margin.months > 12 {
			c.Add(`must be a time such as "0 days" or "2 months", of at most a year`, at(path, "margin")...)
		}
		cal.margin = margin.days + 31*margin.months
	}
	c.limit(len(spec.Moved), at(path, "moved")...)
	for i := range spec.Moved {
		m, here := &spec.Moved[i], at(path, "moved", i)
		read := move{when: c.condition(m.When, 0, at(here, "when"))}
		var err error
		read.from, err = ce.ParseDate(m.From)
		c.Check(err, at(here, "from")...)
		read.to, err = ce.ParseDate(m.To)
		c.Check(err, at(here, "to")...)
		c.source(m.Source, at(here, "source")...)
		cal.moved = append(cal.moved, read)
	}
	c.source(spec.Source, at(path, "source")...)
	return cal
}

// readEnds reads a day, or a list of days of which the first that is known and whose condition holds counts.
func (c *compiler) readEnds(list EndSpecs, allowed bases, path []any) (ends []endRule) {
	if !c.limit(len(list), path...) {
		return nil
	}
	for i := range list {
		here := path
		if len(list) > 1 {
			here = at(path, i)
		}
		end := endRule{when: c.condition(list[i].When, 0, at(here, "when")), day: c.day(list[i].Day, allowed, here...)}
		if list[i].Day == "" {
			c.Add("must be given", here...)
		}
		if end.day != nil {
			ends = append(ends, end)
		}
	}
	return ends
}
