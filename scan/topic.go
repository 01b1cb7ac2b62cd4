package scan

import (
	"slices"
	"strings"

	"accrue/ce"
)

// What speaks for a topic or a format.
const (
	termNamed    = 3.0 // its name stands there
	termLabelled = 3.0 // more, behind "Field of study:" or "Delivery method:"
	termWord     = 0.5 // more, for each further word of the name
	termSmall    = 1.5 // less, in small print
)

const maxTopics = 12

// chooseTopics makes a field for each topic that is named. They are hints: a title that speaks of opioids names the topic.
func (r *recognizer) chooseTopics() []Field[ce.Term] {
	var found []finding[ce.Term]
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				if isTopic(m.meaning) {
					term := topicTerm(m.meaning)
					found = append(found, at(term, string(term), r.termEvidence(b, m, "field"), s, b.tokens[m.from:m.to]))
				}
			}
		}
	}
	var fields []Field[ce.Term]
	for _, f := range weigh(found) {
		if field := choose("topic", []finding[ce.Term]{f}); field.Chosen != nil && len(fields) < maxTopics {
			fields = append(fields, field)
		}
	}
	return fields
}

// findFormats finds how the activity was held.
func (r *recognizer) findFormats() []finding[ce.Term] {
	var found []finding[ce.Term]
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				format, ok := strings.CutPrefix(m.meaning, "format ")
				if !ok || slices.ContainsFunc(b.found, func(o match) bool { // "live" of "live webinar"
					return o.from <= m.from && o.to >= m.to && o.to-o.from > m.to-m.from && strings.HasPrefix(o.meaning, "format ")
				}) {
					continue
				}
				found = append(found, at(ce.Term(format), format, r.termEvidence(b, m, "method"), s, b.tokens[m.from:m.to]))
			}
		}
	}
	return weigh(found)
}

func (r *recognizer) termEvidence(b *block, m match, label string) float64 {
	evidence := termNamed + termWord*float64(len(m.words)-1)
	if hints := b.sheet.hints(span{b, m.from, m.to}, func(meaning string) bool { return meaning == label }); len(hints) > 0 {
		evidence += termLabelled
	}
	if b.size < 0.8*b.sheet.size {
		evidence -= termSmall
	}
	return evidence
}
