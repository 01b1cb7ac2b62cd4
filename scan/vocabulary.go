package scan

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed vocabulary/*.txt
var vocabularyFiles embed.FS

// vocabulary is what words mean on certificates of a language.
type vocabulary struct {
	sections map[string][]entry
	// starts has all ways of writing by the first letters of their first word.
	starts map[string][]entry
	// known has all words, none of which OCR is thought to have mistaken for another.
	known map[string]bool
}

// entry is one way of writing a meaning.
type entry struct {
	meaning string
	words   []string
	place   int // in its section, from 0: the value of a number word
}

// English is what is recognised today. A language is a file of vocabulary.
var english = mustVocabulary("en")

func mustVocabulary(language string) *vocabulary {
	data, err := vocabularyFiles.ReadFile("vocabulary/" + language + ".txt")
	if err != nil {
		panic(err) // the file is part of the program
	}
	v, err := parseVocabulary(string(data))
	if err != nil {
		panic(err)
	}
	return v
}

func parseVocabulary(text string) (*vocabulary, error) {
	v := &vocabulary{sections: map[string][]entry{}, starts: map[string][]entry{}, known: map[string]bool{}}
	meaning := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			meaning = strings.Trim(line, "[]")
			if _, ok := v.sections[meaning]; ok {
				return nil, fmt.Errorf("section %q is there twice", meaning)
			}
			v.sections[meaning] = nil
		default:
			if meaning == "" {
				return nil, fmt.Errorf("%q stands before the first section", line)
			}
			var words []string
			for field := range strings.FieldsSeq(line) {
				for _, t := range tokens(Word{Text: field}) {
					if t.key != "" {
						words = append(words, t.key)
					}
				}
			}
			if line == "-" {
				words = []string{"-"}
			}
			if len(words) == 0 {
				return nil, fmt.Errorf("%q has no word", line)
			}
			for _, word := range words {
				v.known[word] = true
			}
			e := entry{meaning, words, len(v.sections[meaning])}
			v.sections[meaning] = append(v.sections[meaning], e)
			v.starts[start(words[0])] = append(v.starts[start(words[0])], e)
		}
	}
	return v, nil
}

// start is a letter: OCR may mistake later ones.
func start(word string) string {
	for i := range word {
		if i > 0 {
			return word[:i]
		}
	}
	return word
}

// match is a phrase found in a block: its meaning and where it stands.
type match struct {
	entry
	from, to int // places of tokens
}

// find returns all phrases in the tokens, by their start, of one start and meaning the longest.
func (v *vocabulary) find(tokens []token) []match {
	var found []match
	for i, t := range tokens {
		if t.key == "" {
			if t.text == "-" {
				found = append(found, match{entry{meaning: "to", words: []string{"-"}}, i, i + 1})
			}
			continue
		}
		for _, e := range v.starts[start(t.key)] {
			to := v.matchesAt(tokens, i, e.words)
			if to == 0 {
				continue
			}
			m := match{e, i, to}
			if at := slices.IndexFunc(found, func(o match) bool { return o.from == i && o.meaning == e.meaning }); at >= 0 {
				if found[at].to < to {
					found[at] = m
				}
				continue
			}
			found = append(found, m)
		}
	}
	return found
}

// matchesAt returns where the words end when they stand at the place, else 0.
func (v *vocabulary) matchesAt(tokens []token, at int, words []string) int {
	for _, word := range words {
		for at < len(tokens) && tokens[at].key == "" && at > 0 && tokens[at].text != "-" {
			at++ // a stroke or a bracket of its own
		}
		switch {
		case at >= len(tokens):
			return 0
		case word == "#" && len(tokens[at].key) > 1 && tokens[at].key[0] == '#':
			continue // the sign stands at the number itself: "Provider #123"
		case !v.alike(tokens[at].key, word):
			return 0
		}
		at++
	}
	return at
}

// alike reports whether two words are the same but for one letter that OCR may have mistaken in a long one.
func (v *vocabulary) alike(read, word string) bool {
	if read == word {
		return true
	}
	if len(word) < 6 || v.known[read] || len(read) < len(word)-1 || len(read) > len(word)+1 || read+"s" == word || word+"s" == read {
		return false
	}
	return distanceWithin(read, word, 1)
}

// distanceWithin reports whether so many changes of a letter make one text the other.
func distanceWithin(a, b string, most int) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	if most == 0 || a == "" || b == "" {
		return max(len(a), len(b)) <= most
	}
	return distanceWithin(a[1:], b, most-1) || distanceWithin(a, b[1:], most-1) || distanceWithin(a[1:], b[1:], most-1)
}

// is reports whether a word alone has the meaning.
func (v *vocabulary) is(word, meaning string) bool {
	return slices.ContainsFunc(v.starts[start(word)], func(e entry) bool {
		return e.meaning == meaning && len(e.words) == 1 && e.words[0] == word
	})
}

// place returns the place of a word in its section, from 0.
func (v *vocabulary) place(word, meaning string) (int, bool) {
	for _, e := range v.starts[start(word)] {
		if e.meaning == meaning && len(e.words) == 1 && v.alike(word, e.words[0]) {
			return e.place, true
		}
	}
	return 0, false
}
