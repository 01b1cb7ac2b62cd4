// Package wording turns the messages of an evaluation into sentences of a language. The sentences are data: en.txt holds
// the English ones, and another language is another file.
package wording

import (
	_ "embed"
	"strconv"
	"strings"

	"accrue/ce"
)

//go:embed en.txt
var english string

// Language is the sentences of one language.
type Language struct {
	templates map[string]string
	day       func(ce.Date) string
}

// English is the language that every other falls back to.
var English = Read(english, func(d ce.Date) string {
	year, month, n := d.YMD()
	return strconv.Itoa(n) + " " + month.String() + " " + strconv.Itoa(year)
})

// Read returns the language whose sentences the text holds: each line is the id of a message, " = " and its sentence, as in
// en.txt. Day writes a day.
func Read(text string, day func(ce.Date) string) *Language {
	l := &Language{templates: map[string]string{}, day: day}
	for line := range strings.Lines(text) {
		if id, sentence, ok := strings.Cut(line, " = "); ok && line[0] != '#' {
			l.templates[id] = strings.TrimSpace(sentence)
		}
	}
	return l
}

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

func (l *Language) fill(out *strings.Builder, template string, values []string) {
	for template != "" {
		before, rest, found := strings.Cut(template, "{")
		out.WriteString(before)
		if !found {
			return
		}
		name, after, _ := strings.Cut(rest, "}")
		template = after
		name, isDay := strings.CutSuffix(name, ":day")
		n, err := strconv.Atoi(name)
		if err != nil || n >= len(values) {
			continue
		}
		value := values[n]
		if day, err := ce.ParseDate(value); isDay && err == nil {
			value = l.day(day)
		}
		out.WriteString(value)
	}
}
