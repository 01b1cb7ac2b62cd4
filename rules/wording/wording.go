// Package wording turns what is said to people (the messages of an evaluation, notifications, calendars, letters) into sentences of a
// language. The sentences are data: en.txt holds the English ones, es.txt the Spanish ones, and another language is
// another file, which must have each sentence.
package wording

import (
	_ "embed"
	"strconv"
	"strings"

	"accrue/ce"
)

//go:embed en.txt
var englishText string

//go:embed es.txt
var spanishText string

// Language is the sentences of one language, and how it writes days and decimals.
type Language struct {
	tag       string
	templates map[string]string
	day       func(ce.Date) string
	decimal   string
}

// English is the language that every other falls back to.
var English = read("en", englishText, func(d ce.Date) string {
	year, month, n := d.YMD()
	return strconv.Itoa(n) + " " + month.String() + " " + strconv.Itoa(year)
}, ".")

func read(tag, text string, day func(ce.Date) string, decimal string) *Language {
	l := &Language{tag: tag, templates: map[string]string{}, day: day, decimal: decimal}
	for line := range strings.Lines(text) {
		if id, sentence, ok := strings.Cut(line, " = "); ok && line[0] != '#' {
			l.templates[id] = strings.TrimSpace(sentence)
		}
	}
	return l
}

// Tag is the language's BCP 47 tag: "en", "es".
func (l *Language) Tag() string { return l.tag }

// Render writes the text's sentences, one after the other. A message without a template is left out.
func (l *Language) Render(text ce.Text) string {
	var out strings.Builder
	for _, m := range text.Messages() {
		template, ok := l.templates[m.ID]
		if !ok {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		l.fill(&out, template, m.Values)
	}
	return out.String()
}

// Say writes the sentence of that id with the values in it; "" when there is none.
func (l *Language) Say(id string, values ...string) string {
	var out strings.Builder
	l.fill(&out, l.templates[id], values)
	return out.String()
}

func (l *Language) fill(out *strings.Builder, template string, values []string) {
	for template != "" {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return
		}
		place, after, _ := strings.Cut(rest, "}")
		template = after
		number, form := place, ""
		if i := strings.IndexAny(place, ":?"); i >= 0 {
			number, form = place[:i], place[i:]
		}
		n, err := strconv.Atoi(number)
		if err != nil || n >= len(values) {
			continue
		}
		out.WriteString(l.form(form, values[n]))
	}
}

// form writes a value as the template asks.
func (l *Language) form(form, value string) string {
	if forms, ok := strings.CutPrefix(form, "?"); ok {
		one, other, _ := strings.Cut(forms, "|")
		if number, _, _ := strings.Cut(value, " "); number == "1" {
			return one
		}
		return other
	}
	switch form {
	case ":day":
		if day, err := ce.ParseDate(value); err == nil {
			return l.day(day)
		}
	case ":word":
		return l.word(value)
	case ":amount":
		return l.amount(value)
	case ":amounts":
		parts := strings.Split(value, ", ")
		for i := range parts {
			parts[i] = l.amount(parts[i])
		}
		return strings.Join(parts, ", ")
	}
	return value
}

// amount writes "1.5 hours" with the decimal mark and the name of the unit in the language.
func (l *Language) amount(value string) string {
	number, unit, more := strings.Cut(value, " ")
	if _, err := ce.ParseAmount(number); err != nil {
		return value
	}
	number = strings.Replace(number, ".", l.decimal, 1)
	if !more {
		return number
	}
	return number + " " + l.word(unit)
}

// word is the name of a unit or the like in the language; one that the language has no name for stays as it is.
func (l *Language) word(name string) string {
	if word, ok := l.templates["word:"+name]; ok {
		return word
	}
	return name
}
