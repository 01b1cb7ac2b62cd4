package scan

import (
	"slices"
	"strings"

	"accrue/ce"
)

// dates tells the dates of a document apart.
type dates struct {
	completed, started, issued, expires []finding[ce.Date]
	open                                bool // the best reading of the completion date is one of two
}

func isDateLabel(meaning string) bool {
	switch meaning {
	case "completed", "started", "issued", "expires", "valid from", "other date", "date", "range":
		return true
	}
	return false
}

// What a label says of a date, for its being the day of completion.
const (
	dateCompleted = 6.0 // "date of completion"
	dateBare      = 4.0 // "date", "on"
	dateAlone     = 3.0 // no label
	dateIssued    = 1.0 // "issued on": perhaps the same day, to be proposed beside
	smallPrint    = 1.5 // less, where the letters are small
	inFuture      = 6.0 // less
)

// findDates reads the dates of all sheets.
func (r *recognizer) findDates() dates {
	var all []day
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			all = append(all, r.words.days(b)...)
		}
	}
	open := r.order(all)
	var found dates
	for i := 0; i < len(all); i++ {
		d := all[i]
		s := d.block.sheet
		var start day
		if i+1 < len(all) && r.ranges(d, all[i+1]) {
			start, d = d, all[i+1]
			i++
		}
		whole := d.span
		if start.block != nil {
			whole = span{d.block, start.from, d.to}
		}
		role, evidence := r.role(whole)
		if role == "" && d.block.size < 0.9*s.size && r.speaksOfApproval(d.block) {
			role = "other date"
		}
		if d.block.size < 0.8*s.size || d.block.box.Y > 0.88 && role == "" {
			evidence -= smallPrint
		}
		future := !r.options.Today.IsZero() && d.date.After(r.options.Today)
		where := d.tokens()
		unsure := 0.0
		if d.figures && !d.swapped.IsZero() {
			unsure = 0.5
		}
		note := func(list *[]finding[ce.Date], date ce.Date, weight float64) {
			*list = append(*list, at(date, date.String(), weight-unsure, s, where))
		}
		switch role {
		case "expires":
			note(&found.expires, d.date, dateCompleted+evidence)
		case "issued":
			note(&found.issued, d.date, dateCompleted+evidence)
			note(&found.completed, d.date, dateIssued)
		case "started":
			note(&found.started, d.date, dateCompleted+evidence)
		case "valid from", "other date":
			// They say nothing of the activity.
		default:
			weight := dateAlone
			switch role {
			case "completed":
				weight = dateCompleted
			case "date", "range":
				weight = dateBare
			}
			if future {
				weight -= inFuture
			}
			note(&found.completed, d.date, weight+evidence)
			if open && !d.swapped.IsZero() && d.figures {
				note(&found.completed, d.swapped, weight+evidence)
			}
			if start.block != nil {
				note(&found.started, start.date, weight+evidence)
			}
		}
	}
	found.completed = weigh(found.completed)
	found.started = weigh(found.started)
	found.issued = weigh(found.issued)
	found.expires = weigh(found.expires)
	found.open = open && r.isOpen(all, found.completed)
	if len(found.completed) > 0 { // a course does not begin after it is completed
		end := found.completed[0].value
		found.started = slices.DeleteFunc(found.started, func(f finding[ce.Date]) bool { return f.value.After(end) })
	}
	return found
}

// isOpen reports whether the best completion date is a reading of figures that may be read otherwise.
func (r *recognizer) isOpen(all []day, completed []finding[ce.Date]) bool {
	if len(completed) == 0 {
		return false
	}
	for _, d := range all {
		if !d.swapped.IsZero() && d.figures && (d.date == completed[0].value || d.swapped == completed[0].value) {
			return true
		}
	}
	return false
}

// role returns what the label of a date says, and what its place adds to the evidence.
func (r *recognizer) role(value span) (string, float64) {
	hints := value.block.sheet.hints(value, isDateLabel)
	if len(hints) == 0 {
		return "", 0
	}
	h := hints[0]
	role := h.meaning
	if role == "range" {
		role = "date"
	}
	if role == "completed" && h.inside && h.to-h.from == 1 && !strings.HasSuffix(h.block.tokens[h.to-1].text, ":") && h.evidence < labelBefore-0.3 {
		role = "date" // "completed the course 5 May 2024" is a sentence
	}
	for _, other := range hints[1:] {
		if role == "date" && other.evidence >= h.evidence-0.5 && other.meaning != "date" && other.meaning != "range" {
			role = other.meaning
		}
	}
	return role, (h.evidence - labelBefore) / 2
}

// speaksOfApproval reports whether a paragraph is about an accreditor's approval, whose dates are not the activity's.
func (r *recognizer) speaksOfApproval(b *block) bool {
	for _, m := range b.found {
		if m.meaning == "approver" {
			return true
		}
	}
	for i := range accreditors {
		if accreditors[i].namedIn(r.words, b.tokens) {
			return true
		}
	}
	return false
}

// ranges reports whether two dates are the ends of a range: read as one, or joined by "to".
func (r *recognizer) ranges(a, b day) bool {
	if a.block != b.block || b.date.Before(a.date) {
		return false
	}
	if a.from == b.from {
		return true
	}
	if b.from-a.to != 1 {
		return false
	}
	t := a.block.tokens[a.to]
	return t.text == "-" || t.key == strings.ToLower(t.text) && r.words.is(t.key, "to")
}

// order settles whether dates in figures have the day or the month first, by everything on the document that tells,
// and gives each date its reading. It reports whether nothing tells.
func (r *recognizer) order(all []day) (open bool) {
	var monthFirst, dayFirst int
	written := map[ce.Date]bool{}
	for _, d := range all {
		if !d.figures {
			written[d.date] = true
		}
	}
	for _, d := range all {
		if !d.figures {
			continue
		}
		if d.swapped.IsZero() {
			_, _, dayOfMonth := d.date.YMD()
			if dayOfMonth <= 12 {
				continue // the same figure twice
			}
			if strings.HasPrefix(strings.TrimLeft(d.tokens()[0].text, "(0"), firstFigures(d.date)) {
				dayFirst += 4
			} else {
				monthFirst += 4
			}
			continue
		}
		// Another date in words, and what lies ahead of today, tell, too.
		if written[d.date] && !written[d.swapped] {
			monthFirst += 3
		}
		if written[d.swapped] && !written[d.date] {
			dayFirst += 3
		}
		if today := r.options.Today; !today.IsZero() {
			if d.date.After(today) && !d.swapped.After(today) {
				dayFirst++
			}
			if d.swapped.After(today) && !d.date.After(today) {
				monthFirst++
			}
		}
	}
	for i := 0; i+1 < len(all); i++ { // the ends of a range are in order
		a, b := all[i], all[i+1]
		if !a.figures || !b.figures || a.swapped.IsZero() || b.swapped.IsZero() || a.block != b.block || b.from-a.to > 2 {
			continue
		}
		if a.date.After(b.date) && !a.swapped.After(b.swapped) {
			dayFirst += 2
		}
		if a.swapped.After(b.swapped) && !a.date.After(b.date) {
			monthFirst += 2
		}
	}
	monthFirst += min(r.count("month first"), 2)
	dayFirst += min(r.count("day first"), 2)
	for i := range all {
		if d := &all[i]; dayFirst > monthFirst && d.figures && !d.swapped.IsZero() {
			d.date, d.swapped = d.swapped, d.date
		}
	}
	return dayFirst == monthFirst
}

func firstFigures(d ce.Date) string {
	_, _, dayOfMonth := d.YMD()
	return strings.TrimLeft(string(rune('0'+dayOfMonth/10))+string(rune('0'+dayOfMonth%10)), "0")
}

// count returns how many different phrases of the meaning the document has.
func (r *recognizer) count(meaning string) int {
	seen := map[int]bool{}
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				if m.meaning == meaning {
					seen[m.place] = true
				}
			}
		}
	}
	return len(seen)
}
