package scan

import (
	"slices"
	"strings"
	"unicode"

	"accrue/ce"
)

// What speaks for a text being the provider.
const (
	providerLabelled = 1.2 // more than the label's place gives
	providerNext     = 4.6 // "presented by …"
	providerBy       = 2.5 // "by …"
	providerBefore   = 4.4 // "… certifies that", "… is accredited by"
	providerAlone    = 1.0 // a line with the word of an organization in it
	providerPerhaps  = 0.8 // a line with a word that other texts have, too: "Training", "Health"
	providerSigned   = 1.5 // "Director, …"
	providerTop      = 1.0 // it stands at the top, or is large
	providerWord     = 1.0 // it has the word of an organization in it
	providerDomain   = 2.0 // the link's host has its name
	providerApprover = 5.0 // less, for accreditors and what stands after "approved by"
	providerHeading  = 5.0 // less, for headings
	providerPerson   = 2.5 // less, for what looks like a person's name
	providerLong     = 2.0 // less, for more than ten words
	providerPlatform = 2.5 // less, for "offered through …"
)

func (r *recognizer) findProviders(names, links []finding[string]) []finding[string] {
	var found []finding[string]
	add := func(at span, evidence float64) { found = r.addProvider(found, at, evidence, links) }
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				switch m.meaning {
				case "provider":
					if at, evidence := s.value(b, m); evidence > 0 && evidence != 1.5 && strings.HasSuffix(b.tokens[m.to-1].text, ":") || evidence >= labelAbove {
						add(span{at.block, at.from, r.organizationEnd(at.block, at.from, at.to)}, evidence+providerLabelled)
					}
				case "provider next":
					r.addNext(b, m, add)
				case "provider before":
					from := b.sentenceStart(m.from)
					if m.from > from {
						start := r.organizationStart(b, max(from, m.from-longest), m.from)
						add(span{b, start, r.organizationEnd(b, start, m.from)}, providerBefore)
					} else if previous := s.previous(b); previous != nil && m.from == 0 {
						add(span{previous, 0, r.organizationEnd(previous, 0, len(previous.tokens))}, providerBefore-0.4)
					}
				case "copyright":
					if from := m.to + 1; from < len(b.tokens) && number(strings.Trim(b.tokens[m.to].key, "#%"), 4) > 0 {
						add(span{b, from, r.organizationEnd(b, from, len(b.tokens))}, providerSigned)
					}
				case "signer":
					if strings.HasSuffix(b.tokens[m.to-1].text, ",") && m.to < len(b.tokens) {
						add(span{b, m.to, r.organizationEnd(b, m.to, len(b.tokens))}, providerSigned)
					}
				}
			}
			for _, c := range b.cells {
				// A name may stand before an address, or behind a person: "Jane Doe, Lakeshore University".
				for from, to := c.first, c.first+len(c.tokens); from < to; {
					end := r.organizationEnd(b, from, to)
					if end-from <= 9 && r.hasOrganization(b.tokens[from:end]) {
						add(span{b, from, end}, providerAlone)
					} else if end-from <= 9 && r.hasWord(b.tokens[from:end], "organization perhaps") {
						add(span{b, from, end}, providerPerhaps)
					}
					from = max(end, from+1)
					if !strings.HasSuffix(b.tokens[from-1].text, ",") {
						break
					}
				}
			}
			if len(b.cells) > 1 && len(b.tokens) <= 12 && r.hasOrganization(b.tokens) {
				add(span{b, 0, len(b.tokens)}, providerAlone)
			}
		}
	}
	for i := range found {
		found[i].evidence -= likeOther(found[i].key, names, 5)
	}
	return weigh(found)
}

// notTitles takes off what is more likely the title.
func notTitles(providers, titles []finding[string]) []finding[string] {
	if len(titles) == 0 {
		return providers
	}
	best := titles[0]
	for i, p := range providers {
		if p.key == best.key && best.evidence > p.evidence {
			providers[i].evidence -= titleOther
		}
	}
	return weigh(providers)
}

func (r *recognizer) addNext(b *block, m match, add func(span, float64)) {
	if c := b.cellAt(m.from); m.from == c.first && m.to == c.first+len(c.tokens) && !c.alone && m.to-m.from > 1 {
		if right := b.sheet.rightOf(c); right != nil {
			at := right.whole()
			add(span{at.block, at.from, r.organizationEnd(at.block, at.from, at.to)}, providerNext)
			return
		}
	}
	evidence := providerNext
	if m.to-m.from == 1 {
		evidence = providerBy
	}
	if m.to < len(b.tokens) {
		to := r.organizationEnd(b, m.to, len(b.tokens))
		if !lower(b.tokens[m.to].text) || r.words.is(b.tokens[m.to].key, "article") {
			add(span{b, m.to, to}, evidence)
		}
		return
	}
	if next := b.sheet.next(b); next != nil && m.to-m.from > 1 {
		add(span{next, 0, r.organizationEnd(next, 0, len(next.tokens))}, evidence)
	}
}

// organizationEnd returns where a name ends that begins at the place: before a sign between sentences, a verb, a date.
func (r *recognizer) organizationEnd(b *block, from, to int) int {
	to = min(to, from+longest)
	for i := from; i < to; i++ {
		text := b.tokens[i].text
		if i > from {
			if _, day := r.words.dayAt(b.tokens, i); day > 0 {
				return i
			}
			if lower(text) && r.endsOrganization(b.tokens[i:to]) {
				return i
			}
			if strings.HasPrefix(text, "(") || text == "-" || strings.HasPrefix(text, "#") {
				return i
			}
			for _, m := range b.foundAt(i) {
				if m.meaning == "platform" || m.meaning == "provider next" && m.to > m.from+1 || m.meaning == "other number" && m.to > m.from+1 {
					return i
				}
			}
		}
		if i+1 < to && (strings.HasSuffix(text, ",") || strings.HasSuffix(text, ";")) {
			key := b.tokens[i+1].key
			if !r.isLegalForm(key) {
				return i + 1
			}
		}
		if b.sentenceEnds(i, i+1) && !r.isLegalForm(b.tokens[i].key) {
			return i + 1
		}
		if r.isLegalForm(b.tokens[i].key) && i > from {
			return i + 1
		}
	}
	return to
}

// endsOrganization reports whether the tokens after a name are no part of it: "is accredited", "on May 5", "in 2024", but
// not "for Legal Education".
func (r *recognizer) endsOrganization(tokens []token) bool {
	switch key := tokens[0].key; {
	case r.words.is(key, "name verb"):
		return true
	case r.words.is(key, "name link"):
		return len(tokens) == 1 || lower(tokens[1].text) || tokens[1].key == "" || unicode.IsDigit(firstRune(tokens[1].key))
	}
	return false
}

func (r *recognizer) isLegalForm(key string) bool { return r.words.is(key, "legal form") }

// organizationStart returns where the name before a verb begins: after the last sign or a preposition.
func (r *recognizer) organizationStart(b *block, from, to int) int {
	for i := to - 2; i >= from; i-- {
		text := b.tokens[i].text
		if strings.HasSuffix(text, ";") || text == "-" || strings.HasSuffix(text, ":") || strings.HasSuffix(text, ".") && len(text) > 4 {
			return i + 1
		}
	}
	return from
}

func (r *recognizer) hasOrganization(tokens []token) bool { return r.hasWord(tokens, "organization") }

// hasWord reports whether a word of the meaning is in a text, with a capital.
func (r *recognizer) hasWord(tokens []token, meaning string) bool {
	for _, t := range tokens {
		if r.words.is(t.key, meaning) && !lower(t.text) {
			return true
		}
	}
	return false
}

func (r *recognizer) addProvider(found []finding[string], at0 span, evidence float64, links []finding[string]) []finding[string] {
	if at0.from >= at0.to {
		return found
	}
	b := at0.block
	at0.from = r.afterSigner(at0)
	tokens := at0.tokens()
	text := strings.Trim(phrase(tokens), " ,;:-\"'")
	if cut := strings.Index(text, ", #"); cut > 0 {
		text = text[:cut]
	}
	if !r.isLegalForm(keyOf(lastWord(text))) {
		text = strings.TrimSuffix(text, ".")
	}
	if len(text) < 2 || len(text) > ce.MaxTitleLength || countLetters(text) < 2 || !unicode.IsUpper(firstLetter(text)) && !unicode.IsDigit([]rune(text)[0]) {
		return found
	}
	if r.words.is(tokens[0].key, "pronoun") {
		return found
	}
	switch {
	case r.hasOrganization(tokens):
		evidence += providerWord
	case r.hasWord(tokens, "organization perhaps"):
		evidence += providerWord / 2
	case r.looksLikeName(tokens):
		evidence -= providerPerson
	}
	if r.hasWord(tokens, "signer") && !r.hasOrganization(tokens) {
		evidence -= providerPerson
	}
	if b.box.Y < 0.2 || b.size > 1.15*b.sheet.size {
		evidence += providerTop
	}
	if r.isHeading(tokens) || r.hasFields(at0) {
		evidence -= providerHeading
	}
	if slices.ContainsFunc(tokens, func(t token) bool { n := number(t.key, 4); return len(t.key) == 4 && n > 1950 && n < 2100 }) {
		evidence -= providerPerson
	}
	if len(tokens) > 10 {
		evidence -= providerLong
	}
	if r.isAccreditor(text) || r.follows(at0, "approver", 3) {
		evidence -= providerApprover
	}
	if r.follows(at0, "platform", 1) {
		evidence -= providerPlatform
	}
	if hostNames(links, text) {
		evidence += providerDomain
	}
	return append(found, at(text, nameKey(text), evidence, b.sheet, tokens))
}

// afterSigner passes "CEO of" and "The Board of Directors of the" before a name.
func (r *recognizer) afterSigner(at span) int {
	b := at.block
	for i := at.from; i <= at.from+1 && i < at.to; i++ {
		for _, m := range b.foundAt(i) {
			if m.meaning != "signer" || m.to+1 >= at.to || !r.words.is(b.tokens[m.to].key, "of") {
				continue
			}
			from := m.to + 1
			if r.words.is(b.tokens[from].key, "article") && from+1 < at.to {
				from++
			}
			return from
		}
	}
	return at.from
}

// follows reports whether a phrase of the meaning ends before the place, with at most so many words between.
func (r *recognizer) follows(at span, meaning string, most int) bool {
	for _, m := range at.block.found {
		if m.meaning == meaning && m.to <= at.from && at.from-m.to <= most || m.meaning == meaning && m.from >= at.from && m.to <= at.to {
			return true
		}
	}
	return false
}

func firstLetter(text string) rune {
	for _, r := range text {
		if unicode.IsLetter(r) {
			return r
		}
	}
	return ' '
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return ' '
}

func lastWord(text string) string { return text[strings.LastIndexByte(text, ' ')+1:] }

// nameKey is the same for texts that differ in case, accents, punctuation and an article.
func nameKey(text string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold(text))
	if len(key) > 8 {
		key = strings.TrimPrefix(key, "the")
	}
	return key
}
