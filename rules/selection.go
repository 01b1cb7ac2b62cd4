package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"accrue/ce"
)

// selection picks credits: by all that it names, and none that except picks.
type selection struct {
	bits      [fieldCount]uint64
	completed *windowRule
	from, to  *ce.Amount // of the value
	repeats   repeats
	any       []*selection
	all       []*selection
	except    *selection
}

type repeats int8

const (
	repeatsNot repeats = iota
	repeatsCycle
	repeatsEver
)

func (c *compiler) selection(spec *Selection, depth int, path []any) *selection {
	if spec == nil {
		return nil
	}
	s := &selection{}
	if depth > maxDepth {
		c.Add("is nested too deep", path...)
		return s
	}
	if c.selectionCount++; c.selectionCount > maxSelections {
		if c.selectionCount == maxSelections+1 {
			c.Add(fmt.Sprintf("must be at most %d selections in a version", maxSelections), path...)
		}
		return s
	}
	given := spec.Except != nil || spec.Completed != nil || spec.Size != nil || spec.Repeats != "" || spec.Any != nil || spec.All != nil
	for field, list := range [fieldCount][]string{spec.Topics, spec.Formats, spec.Roles, spec.Approvals} {
		given = given || len(list) > 0
		s.bits[field] = c.termBits(field, list, path)
	}
	if !given {
		c.Add("must have topics, formats, roles, approvals, completed, size, repeats, any, all or except", path...)
	}
	s.completed = c.window(spec.Completed, anyBase, at(path, "completed")...)
	if spec.Size != nil {
		s.from, s.to = c.optionalAmount(spec.Size.From, at(path, "size", "from")), c.optionalAmount(spec.Size.To, at(path, "size", "to"))
	}
	switch spec.Repeats {
	case "":
	case "cycle":
		s.repeats = repeatsCycle
	case "ever":
		s.repeats = repeatsEver
	default:
		c.Add("must be cycle or ever", at(path, "repeats")...)
	}
	s.any, s.all = c.selections(spec.Any, depth, at(path, "any")), c.selections(spec.All, depth, at(path, "all"))
	s.except = c.selection(spec.Except, depth+1, at(path, "except"))
	return s
}

func (c *compiler) selections(list []Selection, depth int, path []any) []*selection {
	if !c.limit(len(list), path...) {
		return nil
	}
	var read []*selection
	for i := range list {
		read = append(read, c.selection(&list[i], depth+1, at(path, i)))
	}
	return read
}

func (c *compiler) termBits(field int, list []string, path []any) (bits uint64) {
	c.limit(len(list), at(path, fieldPaths[field])...)
	for i, term := range list {
		bit := c.program.words[field].bits[ce.Term(term)]
		if bit == 0 {
			c.Add(fmt.Sprintf("%q is not among the program's %s", term, fieldPaths[field]), at(path, fieldPaths[field], i)...)
		}
		bits |= bit
	}
	return bits
}

// picks says whether the selection picks the entry; a nil selection picks all.
func (s *selection) picks(e *entry, h *holder) truth {
	if s == nil {
		return yes
	}
	found := s.positive(e, h)
	if s.except != nil && found != no {
		found = min(found, yes-s.except.picks(e, h))
	}
	return found
}

// positive is picks without except.
func (s *selection) positive(e *entry, h *holder) truth {
	found := yes
	for field, bits := range s.bits {
		switch {
		case bits == 0:
		case !e.terms.stated[field]:
			found = maybe
		case e.terms.bits[field]&bits == 0:
			return no
		}
	}
	if s.completed != nil && e.carried { // it has no day on which it was completed
		return no
	}
	if s.completed != nil {
		found = min(found, h.within(s.completed, exactly(e.credit.CompletedOn)))
	}
	if s.from != nil && e.value.Cmp(*s.from) < 0 || s.to != nil && e.value.Cmp(*s.to) > 0 {
		return no
	}
	switch s.repeats {
	case repeatsCycle:
		found = min(found, truthOf(e.repeatsCycle))
	case repeatsEver:
		found = min(found, truthOf(e.repeatsEver))
	}
	for _, part := range s.all {
		found = min(found, part.picks(e, h))
	}
	if len(s.any) > 0 {
		some := no
		for _, part := range s.any {
			some = max(some, part.picks(e, h))
		}
		found = min(found, some)
	}
	return found
}

// states reports that the selection is stated to hold but for what except asks: then it is in doubt, while a credit
// that does not state what is forbidden is taken not to be so.
func (s *selection) states(e *entry, h *holder) truth {
	found := s.positive(e, h)
	if found != yes {
		return no
	}
	if s.except != nil {
		return yes - s.except.picks(e, h)
	}
	return yes
}

// unstated adds the fields that the selection asks for and the credit does not state.
func (s *selection) unstated(e *entry, fields *[fieldCount]bool) {
	if s == nil {
		return
	}
	for field, bits := range s.bits {
		if bits != 0 && !e.terms.stated[field] {
			fields[field] = true
		}
	}
	for _, part := range s.all {
		part.unstated(e, fields)
	}
	for _, part := range s.any {
		part.unstated(e, fields)
	}
	s.except.unstated(e, fields)
}

// uses reports whether some part of the selection passes the test.
func (s *selection) uses(test func(*selection) bool) bool {
	if s == nil {
		return false
	}
	below := func(part *selection) bool { return part.uses(test) }
	return test(s) || slices.ContainsFunc(s.any, below) || slices.ContainsFunc(s.all, below) || s.except.uses(test)
}

// fold makes texts equal that differ in letter case and surrounding blanks only.
func fold(text string) string {
	text = strings.TrimSpace(text)
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(text) // the same, and mostly without memory of its own
	}
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, text)
}

// event is what makes two credits the same activity.
type event struct{ title, provider string }

func eventOf(c *ce.Credit) event { return event{fold(c.Title), fold(c.Provider)} }
