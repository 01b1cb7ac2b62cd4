package scan

import (
	"strings"
	"unicode"

	"accrue/ce"
)

// What speaks for a text being the certificate's number.
const (
	numberLabelled = 1.5 // more than the label's place gives
	numberLinked   = 1.5 // a link or a bar code has it, too
	numberTaken    = 5.0 // less, for an approval's
	numberNoDigit  = 4.0 // less, without a figure
)

// findNumbers finds the certificate's number by its label. Numbers of people, courses and providers have labels of
// their own, which win by saying more.
func (r *recognizer) findNumbers(approvals []finding[Approval], links []finding[string]) []finding[string] {
	var found []finding[string]
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				if m.meaning != "number" || b.within(m, "other number") {
					continue
				}
				if len(m.words) == 1 && (m.to >= len(b.tokens) || b.cellAt(m.from).first != m.from || len(b.tokens[m.to].text) < 5 || !isNumber(b.tokens[m.to].text)) {
					continue // "Certificate" alone is a label only of what can be nothing but a number
				}
				value, evidence := s.numberValue(b, m)
				if value.from >= value.to {
					continue
				}
				text, tokens := numberIn(value)
				if text == "" {
					continue
				}
				evidence += numberLabelled
				if !strings.ContainsFunc(text, unicode.IsDigit) {
					if strings.ContainsFunc(text, unicode.IsLower) || len(text) < 6 {
						continue // a word
					}
					evidence -= numberNoDigit
				}
				for i, l := range links {
					if i < 4 && strings.Contains(linkKey(l.value), fold(text)) {
						evidence += numberLinked
						break
					}
				}
				for _, a := range approvals {
					if a.value.Number == text {
						evidence -= numberTaken
						break
					}
				}
				found = append(found, at(text, fold(text), evidence, s, tokens))
			}
		}
	}
	return weigh(found)
}

// within reports whether a phrase of the meaning covers the match and more.
func (b *block) within(m match, meaning string) bool {
	for _, o := range b.found {
		if o.meaning == meaning && o.from <= m.from && o.to >= m.to && o.to-o.from >= m.to-m.from {
			return true
		}
	}
	return false
}

// numberValue returns what a label of numbers is the label of; the label may stand within a line.
func (s *sheet) numberValue(b *block, m match) (span, float64) {
	if m.to < len(b.tokens) && (isNumber(b.tokens[m.to].text) || isNumber(strings.TrimLeft(b.tokens[m.to].text, "#:"))) {
		return span{b, m.to, b.valueEnd(m.to)}, labelBefore
	}
	if !b.opens(m) && m.to < len(b.tokens) {
		return span{}, 0
	}
	c := b.cellAt(m.from)
	if m.to < c.first+len(c.tokens) {
		if !strings.HasSuffix(b.tokens[m.to-1].text, ":") {
			return span{}, 0 // running text after the label
		}
		return span{b, m.to, b.valueEnd(m.to)}, labelBefore
	}
	for _, near := range []struct {
		cell     *cell
		evidence float64
	}{{s.rightOf(c), labelLeft}, {s.below(c), labelAbove}, {s.above(c), labelBelow}} {
		if near.cell != nil && isNumber(near.cell.tokens[0].text) {
			return near.cell.whole(), near.evidence
		}
	}
	return s.value(b, m)
}

func isNumber(text string) bool {
	text = strings.Trim(text, "#:()[],;.")
	return len(text) >= 2 && strings.ContainsFunc(text, unicode.IsDigit)
}

// numberIn returns the number at the start of a value: a word, or groups of capitals and figures with blanks between.
func numberIn(value span) (string, []token) {
	tokens := value.tokens()
	for len(tokens) > 0 && strings.Trim(tokens[0].text, "#:") == "" {
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		return "", nil
	}
	n := 1
	for n < len(tokens) && n < 5 && (tokens[n].glued || isGroup(tokens[n].text) && isGroup(tokens[n-1].text) || strings.HasSuffix(tokens[n-1].text, "-")) {
		n++
	}
	text := strings.TrimLeft(strings.Trim(phrase(tokens[:n]), " ,;.:()[]\"'"), "#")
	if len(text) < 3 || len(text) > ce.MaxNumberLength || strings.Contains(text, "://") {
		return "", nil
	}
	return text, tokens[:n]
}

// isGroup reports whether a word is a group of a number in groups: short, capitals and figures.
func isGroup(text string) bool {
	text = strings.TrimLeft(text, "#")
	if len(text) > 5 || len(text) < 2 {
		return false
	}
	digits := false
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits = true
		case r < 'A' || r > 'Z':
			return false
		}
	}
	return digits
}
