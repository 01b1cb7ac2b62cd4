package scan

import (
	"slices"
	"strings"
	"unicode"

	"accrue/ce"
)

// What speaks for a text being the title.
const (
	titleLabelled  = 1.6 // more than the label's place gives
	titleNext      = 5.0 // "has successfully completed …"
	titleInside    = 4.4 // the same within a sentence
	titleLarge     = 1.0 // larger than the usual letters
	titleLargest   = 1.2 // the largest that is no heading
	titleQuoted    = 1.5
	titleHeading   = 7.0 // less, for "Certificate of Completion"
	titleOther     = 4.0 // less, for what is the participant or the provider
	titleFields    = 3.0 // less, for what has a date or an amount or a label in it
	titleLowerCase = 3.0 // less, for what begins small
	titleShort     = 1.0 // less, for one word
	titleLong      = 3.0 // less, for more than 30 words
)

func (r *recognizer) findTitles(names, providers []finding[string]) []finding[string] {
	var found []finding[string]
	for _, s := range r.sheets {
		largest := r.largest(s)
		for _, b := range s.blocks {
			for _, m := range b.found {
				switch m.meaning {
				case "title":
					if at, evidence := s.value(b, m); evidence > 0 && !r.isMethod(at) {
						found = r.addTitle(found, at, evidence+titleLabelled, largest)
					}
				case "title next":
					if !b.inLabel(m) {
						found = r.addAnchored(found, b, m, largest)
					}
				}
			}
			if b.size >= 1.15*s.size {
				found = r.addTitle(found, span{b, 0, min(len(b.tokens), longest)}, 0.5, largest)
				if len(b.cells) > 1 && r.looksLikeName(trimDegrees(r.words, b.cells[0].tokens)) { // the name above is as large
					found = r.addTitle(found, span{b, b.cells[1].first, min(len(b.tokens), longest)}, 0.5, largest)
				}
			}
			if at, ok := quoted(b); ok {
				found = r.addTitle(found, at, 2, largest)
			}
		}
	}
	for i := range found {
		found[i].evidence -= likeOther(found[i].key, names, 5) + likeOther(found[i].key, providers, 4)
	}
	return weigh(found)
}

// likeOther returns what to take off for a text that more likely is another field's.
func likeOther(key string, others []finding[string], least float64) float64 {
	for i, o := range others {
		if i < 2 && o.evidence >= least && (o.key == key || len(o.key) > 6 && strings.HasPrefix(key, o.key)) {
			return titleOther
		}
	}
	return 0
}

// largest returns the height of the largest letters that are no heading's.
func (r *recognizer) largest(s *sheet) float64 {
	height := 0.0
	for _, b := range s.blocks {
		if b.size > height && len(b.tokens) > 1 && !r.isHeading(b.tokens) && !r.hasFields(span{b, 0, len(b.tokens)}) {
			height = b.size
		}
	}
	return height
}

// addAnchored adds what follows a phrase such as "has successfully completed": the rest of the sentence or the next block.
func (r *recognizer) addAnchored(found []finding[string], b *block, m match, largest float64) []finding[string] {
	from := r.afterKind(b, m.to)
	if from < len(b.tokens) {
		if _, day := r.words.dayAt(b.tokens, from); day > 0 {
			return found
		}
	}
	if c := b.cellAt(m.from); m.from == c.first && m.to == c.first+len(c.tokens) && !c.alone {
		if right := b.sheet.rightOf(c); right != nil {
			return r.addTitle(found, right.whole(), titleNext, largest)
		}
	}
	rest := span{b, from, r.titleEnd(b, from)}
	if strings.TrimFunc(phrase(b.tokens[from:min(from+longest, len(b.tokens))]), func(r rune) bool { return !unicode.IsLetter(r) }) != "" {
		if rest.from == rest.to {
			return found
		}
		return r.addTitle(found, rest, titleInside-0.2*float64(min(from-m.to, 3)), largest)
	}
	next := b.sheet.next(b)
	if next == nil {
		return found
	}
	if after := b.sheet.next(next); r.isKind(next) && after != nil {
		next = after
	}
	return r.addTitle(found, span{next, 0, r.titleEnd(next, 0)}, titleNext, largest)
}

// afterKind passes "the live webinar", "course" and "titled" before a title; a title that begins with such a word keeps it.
func (r *recognizer) afterKind(b *block, from int) int {
	i := from
	for i < len(b.tokens) && (b.tokens[i].key == "" || r.words.is(b.tokens[i].key, "article")) {
		i++
	}
	end := from
	if i < len(b.tokens) {
		if _, to := r.words.quantity(b.tokens, i); to > 0 { // "the 1.0 contact hour course"
			for _, m := range b.foundAt(to) {
				if isUnit(m.meaning) {
					i, end = m.to, m.to
				}
			}
		}
	}
	for again := true; again && i < len(b.tokens); {
		again = false
		for _, m := range b.foundAt(i) {
			kind := m.meaning == "title kind" || strings.HasPrefix(m.meaning, "format ")
			if (kind || m.meaning == "title next" && m.to-m.from == 1) && lower(b.tokens[i].text) {
				i, again = m.to, true
				break
			}
		}
		if again {
			end = i
		}
	}
	if end == from && i > from && i < len(b.tokens) && lower(b.tokens[from].text) && b.tokens[i].key != "" {
		return i // "the Course" without the article
	}
	return end
}

func lower(text string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) {
			return unicode.IsLower(r)
		}
	}
	return false
}

// isKind reports whether a block is only the kind of an activity ("Live Webinar").
func (r *recognizer) isKind(b *block) bool {
	for _, m := range b.found {
		if (m.meaning == "title kind" || strings.HasPrefix(m.meaning, "format ")) && m.from == 0 && m.to == len(b.tokens) {
			return true
		}
	}
	return false
}

// isKindOnly reports whether a text says only what kind of activity it was ("program"), or is a label ("Total hours").
func (r *recognizer) isKindOnly(at span) bool {
	return slices.ContainsFunc(at.block.found, func(m match) bool {
		return (m.meaning == "title kind" || isUnit(m.meaning) || isLabel(m.meaning)) && m.from <= at.from && m.to >= at.to
	})
}

// inLabel reports whether a phrase is part of a label, as "completed" is of "date completed".
func (b *block) inLabel(m match) bool {
	return slices.ContainsFunc(b.found, func(o match) bool {
		return isLabel(o.meaning) && o.from <= m.from && o.to >= m.to && o.to-o.from > m.to-m.from
	})
}

func (r *recognizer) isMethod(at span) bool {
	return at.from == 0 && at.to == len(at.block.tokens) && r.isKind(at.block)
}

// titleEnd returns where a title ends that begins at the place: at a closing quote, at words such as "presented by",
// at "on" before a date, or at the end of the sentence.
func (r *recognizer) titleEnd(b *block, from int) int {
	if from >= len(b.tokens) {
		return from
	}
	if quote := openingQuote(b.tokens[from].text); quote != 0 {
		for i := from; i < min(from+longest, len(b.tokens)); i++ {
			text := strings.TrimRight(b.tokens[i].text, ",.;")
			if strings.HasSuffix(text, string(quote)) && (i > from || len(text) > 2) {
				return i + 1
			}
		}
	}
	end := min(from+longest, len(b.tokens))
	for i := from + 1; i < end; i++ {
		if b.sentenceEnds(i-1, i) {
			return i
		}
		if _, to := r.words.dayAt(b.tokens, i); to > 0 {
			return i
		}
		for _, m := range b.foundAt(i) {
			if m.meaning == "title ends" && (m.to-m.from > 1 || r.endsBefore(b, m.to)) {
				return i
			}
		}
	}
	return end
}

// endsBefore reports whether a date or an amount follows, before which "on", "from" and "for" end a title.
func (r *recognizer) endsBefore(b *block, at int) bool {
	if at >= len(b.tokens) {
		return false
	}
	if _, to := r.words.dayAt(b.tokens, at); to > 0 {
		return true
	}
	if _, to := r.words.quantity(b.tokens, at); to > 0 {
		for i := to; i <= to+2; i++ {
			if slices.ContainsFunc(b.foundAt(i), func(m match) bool { return isUnit(m.meaning) }) {
				return true
			}
		}
	}
	return false
}

func openingQuote(text string) byte {
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		return text[0]
	}
	return 0
}

// quoted returns the text in quotes in a block, when it has several words.
func quoted(b *block) (span, bool) {
	for i, t := range b.tokens {
		quote := openingQuote(t.text)
		if quote == 0 {
			continue
		}
		for j := i + 1; j < len(b.tokens) && j < i+30; j++ {
			if strings.HasSuffix(strings.TrimRight(b.tokens[j].text, ",.;"), string(quote)) {
				return span{b, i, j + 1}, true
			}
		}
	}
	return span{}, false
}

// addTitle adds a text with what it looks like.
func (r *recognizer) addTitle(found []finding[string], at0 span, evidence, largest float64) []finding[string] {
	if at0.from >= at0.to {
		return found
	}
	b := at0.block
	if first := b.tokens[at0.from].text; first[0] == '#' && isNumber(first) && at0.from+1 < at0.to {
		at0.from++ // the course's number
	}
	text := cleanTitle(phrase(at0.tokens()))
	if len(text) < 3 || len(text) > ce.MaxTitleLength || countLetters(text) < 3 {
		return found
	}
	words := at0.to - at0.from
	whole := words >= len(b.tokens)-1
	if b.size >= 1.15*b.sheet.size {
		evidence += titleLarge
	}
	if whole && b.size >= 0.99*largest {
		evidence += titleLargest
	}
	if openingQuote(b.tokens[at0.from].text) != 0 {
		evidence += titleQuoted
	}
	if r.isHeading(at0.tokens()) {
		evidence -= titleHeading
	}
	if r.isKindOnly(at0) {
		evidence -= titleOther
	}
	if r.hasFields(at0) {
		evidence -= titleFields
	}
	if lower(text) {
		evidence -= titleLowerCase
	}
	switch {
	case words == 1:
		evidence -= titleShort
	case words > 30:
		evidence -= titleLong
	}
	return append(found, at(text, nameKey(text), evidence, b.sheet, at0.tokens()))
}

func cleanTitle(text string) string {
	text = strings.Trim(text, " \"'.,;:-")
	if strings.HasSuffix(text, ")") && !strings.Contains(text, "(") {
		text = strings.TrimSuffix(text, ")")
	}
	return text
}

func countLetters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// isHeading reports whether a text is the heading of certificates.
func (r *recognizer) isHeading(tokens []token) bool {
	for _, m := range r.words.find(tokens[:min(len(tokens), 12)]) {
		switch {
		case m.meaning == "heading" && m.to-m.from >= (len(tokens)*3+3)/4:
			return true
		case m.meaning == "heading start" && m.from == 0 && len(tokens) <= 6:
			return true
		case m.meaning == "heading end" && m.to == len(tokens) && len(tokens) <= 5:
			return true
		}
	}
	return false
}

// hasFields reports whether a text has a date, an amount with its unit, or a label with a colon in it.
func (r *recognizer) hasFields(at span) bool {
	tokens := at.tokens()
	for i, t := range tokens {
		if _, to := r.words.dayAt(tokens, i); to > 0 {
			return true
		}
		if strings.Contains(t.text, "@") || strings.Contains(t.text, "://") {
			return true
		}
	}
	for i := at.from; i < at.to; i++ {
		for _, m := range at.block.foundAt(i) {
			if m.to <= at.to && r.isField(at, m) {
				return true
			}
		}
	}
	return false
}

// isField reports whether a phrase in a text is a label with a colon, or a unit behind its number.
func (r *recognizer) isField(at span, m match) bool {
	if isLabel(m.meaning) && m.meaning != "title" && strings.HasSuffix(at.block.tokens[m.to-1].text, ":") {
		return true
	}
	if !isUnit(m.meaning) || m.from == at.from {
		return false
	}
	_, ok := figure(at.block.tokens[m.from-1].text)
	return ok
}
