package scan

import (
	"slices"
	"strings"
	"unicode"

	"accrue/ce"
)

// NameMatch says how the participant's name compares with the account's.
type NameMatch string

// The outcomes of a comparison.
const (
	NameUnknown   NameMatch = ""          // one of the two is not known, or is but a given name
	NameSame      NameMatch = "SAME"      // but for order, case, accents, titles, degrees, initials and middle names
	NameDifferent NameMatch = "DIFFERENT" // the certificate may be somebody else's: warn
)

// What speaks for a text being the participant's name.
const (
	nameLabelled = 1.4 // more than the label's place gives
	nameNext     = 5.0 // "This is to certify that …"
	nameTo       = 2.5 // "to …", which says less
	nameAlone    = 0.8 // a line that looks like a name
	nameLarge    = 1.2 // in larger letters than usual
	nameBefore   = 3.0 // "… has completed", "… attended" come next
	nameAccount  = 3.0 // it is the account's name
	nameStrange  = 3.0 // less, for what does not look like a name
	nameNotOne   = 5.0 // less, for organizations and headings
	nameSigner   = 2.0 // less, where "Director" stands below

	nameStated = 4.4 // enough to be the participant, beside another: more than a title with "to" in it has
)

func (r *recognizer) findNames() []finding[string] {
	var found []finding[string]
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				switch m.meaning {
				case "participant":
					if at, evidence := s.value(b, m); evidence >= labelBelow {
						found = r.addName(found, at, evidence+nameLabelled)
					}
				case "name next":
					evidence := nameNext
					if m.to-m.from == 1 && b.tokens[m.from].key == "to" {
						evidence = nameTo
					}
					if m.to < len(b.tokens) {
						found = r.addName(found, span{b, m.to, min(len(b.tokens), m.to+longest)}, evidence)
					} else if next := s.next(b); next != nil {
						found = r.addName(found, span{next, 0, min(len(next.tokens), longest)}, evidence)
					}
				case "title next":
					if m.from > 0 && m.from <= 7 && b.sentenceStart(m.from) == 0 {
						found = r.addName(found, span{b, 0, m.from}, nameBefore)
					}
				}
			}
			if len(b.tokens) <= 8 && r.looksLikeName(trimDegrees(r.words, b.tokens)) {
				evidence := nameAlone
				if next := s.next(b); next != nil {
					after := s.next(next) // a licence number may stand between
					anchored := func(m match) bool { return m.meaning == "title next" && m.from <= 1 }
					if slices.ContainsFunc(next.found, anchored) || after != nil && len(next.tokens) < 6 && !r.looksLikeName(next.tokens) && slices.ContainsFunc(after.found, anchored) {
						evidence = nameBefore
					}
					if slices.ContainsFunc(next.found, func(m match) bool { return m.meaning == "signer" }) {
						evidence -= nameSigner
					}
				}
				found = r.addName(found, span{b, 0, len(b.tokens)}, evidence)
			}
		}
	}
	return weigh(found)
}

func (r *recognizer) addName(found []finding[string], at0 span, evidence float64) []finding[string] {
	tokens := at0.tokens()
	c := at0.block.cellAt(at0.from)
	if line := c.first + len(c.tokens) - at0.from; line >= 2 && line < len(tokens) {
		tokens = tokens[:line] // names are not broken, but what follows may be as large
	}
	for len(tokens) > 0 && (r.words.is(strings.TrimSuffix(tokens[0].key, "."), "salutation") || tokens[0].key == "" ||
		len(tokens) > 2 && r.words.is(tokens[0].key, "participant")) {
		tokens = tokens[1:]
	}
	end := 0
	for end < len(tokens) && end < 6 {
		t := tokens[end]
		if strings.ContainsAny(t.text, "0123456789@/") {
			evidence -= nameStrange
		}
		if t.key == "" || strings.ContainsAny(t.text, "0123456789@/") || end > 0 && lower(t.text) && !r.words.is(t.key, "name particle") || strings.HasPrefix(t.text, "(") {
			break
		}
		end++
		familyFirst := end == 1 && len(tokens) > 1 && !r.words.is(tokens[1].key, "credential")
		if strings.HasSuffix(t.text, ",") && !familyFirst {
			break // degrees come after; "Doe, Jane" goes on
		}
	}
	tokens = trimDegrees(r.words, tokens[:end])
	text := strings.Trim(phrase(tokens), " ,;.:\"'-")
	if len(text) < 2 || len(text) > ce.MaxNameLength {
		return found
	}
	if len(tokens) == 0 || r.words.is(tokens[0].key, "stop word") || lower(tokens[0].text) && len(tokens) == 1 {
		return found
	}
	if at0.block.size >= 1.15*at0.block.sheet.size {
		evidence += nameLarge
	}
	if !r.looksLikeName(tokens) {
		evidence -= nameStrange
	}
	if r.hasOrganization(tokens) || r.isHeading(tokens) {
		evidence -= nameNotOne
	}
	if compareNames(r.options.Name, text) == NameSame {
		evidence += nameAccount
	}
	return append(found, at(text, nameKey(text), evidence, at0.block.sheet, tokens))
}

// trimDegrees drops degrees and licences behind a name.
func trimDegrees(words *vocabulary, tokens []token) []token {
	for len(tokens) > 1 {
		last := tokens[len(tokens)-1]
		comma := strings.HasSuffix(tokens[len(tokens)-2].text, ",")
		if !words.is(strings.TrimSuffix(last.key, "."), "credential") || isSuffix(last.key) && !comma && len(tokens) > 2 {
			break
		}
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

func isSuffix(key string) bool { return key == "jr" || key == "sr" || key == "ii" || key == "iii" }

// looksLikeName reports whether tokens are two to five words such as people's names are made of.
func (r *recognizer) looksLikeName(tokens []token) bool {
	words := 0
	for _, t := range tokens {
		switch {
		case strings.ContainsAny(t.text, "0123456789@/:&#%\"") || t.key == "":
			return false
		case r.words.is(t.key, "name particle"):
			continue
		case lower(t.text), r.words.is(t.key, "organization"), r.words.is(t.key, "organization perhaps"), r.words.is(t.key, "stop word"):
			return false
		case r.words.is(t.key, "heading"), r.words.is(t.key, "title kind"), r.words.is(t.key, "signer"), r.words.is(t.key, "method"):
			return false
		}
		words++
	}
	return words >= 2 && words <= 5 && len(tokens) <= 7
}

func compareField(account string, field Field[string]) NameMatch {
	if field.Chosen == nil {
		return NameUnknown
	}
	return compareNames(account, field.Chosen.Value)
}

// compareNames compares two names of people. Each word of the shorter must be in the longer, as itself, as its initial
// or with one letter misread, and one of them as itself.
func compareNames(a, b string) NameMatch {
	one, other := nameWords(a), nameWords(b)
	if len(one) == 0 || len(other) == 0 {
		return NameUnknown
	}
	if len(one) > len(other) {
		one, other = other, one
	}
	whole, left := 0, slices.Clone(other)
	for _, word := range one {
		i := slices.IndexFunc(left, func(o string) bool { return sameWord(word, o) })
		if i >= 0 {
			whole++
		} else if i = slices.IndexFunc(left, func(o string) bool { return isInitial(word, o) || isInitial(o, word) }); i < 0 {
			return NameDifferent
		}
		left = slices.Delete(left, i, i+1)
	}
	switch {
	case whole == 0:
		return NameDifferent // nothing but initials
	case len(one) == 1 && len(other) > 1:
		return NameUnknown // a given name alone
	}
	return NameSame
}

func sameWord(a, b string) bool {
	return a == b || len(a) >= 5 && len(b) >= 5 && distanceWithin(a, b, 1)
}

func isInitial(a, b string) bool { return len(a) == 1 && strings.HasPrefix(b, a) }

// nameWords returns the words of a name in small letters, without accents, titles and degrees.
func nameWords(name string) []string {
	const most = 12 // more is no name
	if len(name) > 2*ce.MaxNameLength {
		return nil
	}
	words := strings.FieldsFunc(fold(visible(name)), func(r rune) bool {
		return !unicode.IsLetter(r) && r != '\''
	})
	words = slices.DeleteFunc(words, func(word string) bool {
		return english.is(word, "salutation") || english.is(word, "credential") && len(words) > 2
	})
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "'", "")
	}
	return words[:min(len(words), most)]
}
