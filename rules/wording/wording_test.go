package wording

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"accrue/ce"
)

var place = regexp.MustCompile(`\{(\d+)([^}]*)\}`)

// TestCatalogsAreComplete compares each language's sentences with the English ones, and those with what the rules say.
func TestCatalogsAreComplete(t *testing.T) {
	places := func(template string) []string {
		var list []string
		for _, m := range place.FindAllStringSubmatch(template, -1) {
			if !strings.HasPrefix(m[2], "?") {
				list = append(list, m[1])
			}
			if forms, ok := strings.CutPrefix(m[2], "?"); ok && strings.Count(forms, "|") != 1 {
				t.Errorf("%q: %s has not two forms", template, m[0])
			} else if !ok && !slices.Contains([]string{"", ":day", ":word", ":amount", ":amounts"}, m[2]) {
				t.Errorf("%q: unknown form %s", template, m[0])
			}
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	for id, english := range English.templates {
		for _, l := range []*Language{spanishComma} {
			template, ok := l.templates[id]
			if !ok {
				t.Errorf("%s: %s is missing", l.Tag(), id)
			} else if got, want := places(template), places(english); !slices.Equal(got, want) {
				t.Errorf("%s: %s uses the values %v, the English one %v", l.Tag(), id, got, want)
			}
		}
	}
	for id := range spanishComma.templates {
		if _, ok := English.templates[id]; !ok && !strings.HasPrefix(id, "word:") {
			t.Errorf("es: %s is not an English sentence", id)
		}
	}
	said := regexp.MustCompile(`\b(?:say|x\.limit)\("([a-z-]+)"|\bid :?= "([a-z-]+)"`)
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			found++
			if id := m[1] + m[2]; English.templates[id] == "" {
				t.Errorf("%s says %s, which has no sentence", file, id)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d messages found in the rules", found)
	}
}

func TestFor(t *testing.T) {
	for tag, want := range map[string]*Language{
		"": English, "en": English, "en-US": English, "fr-CA": English, "est": English, "e": English, "-": English, "es-" + strings.Repeat("x", 10_000): English,
		"es": spanishComma, "ES": spanishComma, "es-ES": spanishComma, "es_AR": spanishComma, "es-x-MX": spanishComma, "es-ES-u-rg-mx": spanishComma,
		"es-MX": spanishPoint, "es_us": spanishPoint, "es-Latn-PR": spanishPoint, "es-419": spanishPoint,
	} {
		if got := For(tag); got != want {
			t.Errorf("For(%q) is %s with %q", tag, got.Tag(), got.decimal)
		}
	}
}

// TestDecimalMarks compares the marks with those of CLDR.
func TestDecimalMarks(t *testing.T) {
	for region := range strings.FieldsSeq("419 AR BO BR BZ CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PH PR PY SV US UY VE") {
		tag := "es-" + region
		want := message.NewPrinter(language.MustParse(tag)).Sprint(number.Decimal(1.5))
		if got := For(tag).amount("1.5"); got != want {
			t.Errorf("%s writes %s; CLDR has %s", tag, got, want)
		}
	}
}

func TestRender(t *testing.T) {
	due := ce.MustDate(2026, time.December, 31).String()
	for _, c := range []struct {
		message     ce.Message
		english, es string
	}{
		{
			ce.Message{ID: "minimum-more", Values: []string{"29.5", "30 hours", "0.5", due}},
			"29.5 of 30 hours; 0.5 more by 31 December 2026.",
			"29,5 de 30 horas; faltan 0,5 a más tardar el 31 de diciembre de 2026.",
		},
		{
			ce.Message{ID: "title-earn", Values: []string{"Georgia CPA", "1", "CPE credit"}},
			"Georgia CPA: earn 1 more CPE credit", "Georgia CPA: te falta 1 crédito CPE",
		},
		{
			ce.Message{ID: "title-earn", Values: []string{"Georgia CPA", "12.25", "unheard-ofs"}},
			"Georgia CPA: earn 12.25 more unheard-ofs", "Georgia CPA: te faltan 12,25 unheard-ofs",
		},
		{ce.Message{ID: "at-least", Values: []string{"1", "2"}}, "1 of the requirements below is met; at least 2 are needed.", "De los requisitos de abajo se cumple 1; hacen falta al menos 2."},
		{ce.Message{ID: "at-least", Values: []string{"0", "1"}}, "0 of the requirements below are met; at least 1 is needed.", "De los requisitos de abajo se cumplen 0; hace falta al menos 1."},
		{ce.Message{ID: "maximum-activities", Values: []string{"3", "1 activity"}}, "At most 3 of such activities count; 1 activity so far.", "De estas actividades cuentan como máximo 3; hasta ahora, 1 actividad."},
		{ce.Message{ID: "of-which", Values: []string{"1.5 Ethics, 3 Law, live"}}, "Of these: 1.5 Ethics, 3 Law, live.", "De lo que falta: 1,5 Ethics, 3 Law, live."},
		{ce.Message{ID: "use-steps", Values: []string{"0.5", "down"}}, "Activities count in steps of 0.5, rounded down.", "Las actividades cuentan en pasos de 0,5, con redondeo hacia abajo."},
		{ce.Message{ID: "due-in", Values: []string{"1", due}}, "Due in 1 day, on 31 December 2026.", "Vence dentro de 1 día, el 31 de diciembre de 2026."},
		{ce.Message{ID: "due-in", Values: []string{"7", due}}, "Due in 7 days, on 31 December 2026.", "Vence dentro de 7 días, el 31 de diciembre de 2026."},
		{ce.Message{ID: "condition-by", Values: []string{"no day"}}, "To be fulfilled by no day.", "Debe cumplirse a más tardar el no day."},
		{ce.Message{ID: "title-earn", Values: []string{"{1}"}}, "{1}: earn  more ", "{1}: te   "},
		{ce.Message{ID: "unheard-of", Values: []string{"1"}}, "", ""},
	} {
		text := ce.NewText(c.message)
		if got := English.Render(text); got != c.english {
			t.Errorf("%s in English: %q; want %q", c.message.ID, got, c.english)
		}
		if got := For("es").Render(text); got != c.es {
			t.Errorf("%s in Spanish: %q; want %q", c.message.ID, got, c.es)
		}
	}
}

func TestNotificationIsShort(t *testing.T) {
	long := ce.NotificationItem{Title: ce.NewText(ce.Message{ID: "text", Values: []string{strings.Repeat("ñandú ", 5000)}}), DueOn: ce.MustDate(2026, time.May, 1)}
	n := ce.Notification{Kind: ce.NotificationReminder, On: ce.MustDate(2026, time.April, 1)}
	for range 200 {
		n.Items = append(n.Items, long)
	}
	title, body := For("es").Notification(&n, ce.DetailFull)
	if title != "200 plazos, el primero dentro de 30 días" || len(body) > maxListed*(maxLine+1)+40 || !strings.HasSuffix(body, "\n… y 195 más.") {
		t.Errorf("%q, %d bytes: %q", title, len(body), body)
	}
	n.Items = n.Items[:1]
	if title, _ = For("es").Notification(&n, ce.DetailFull); len(title) > maxTitle || !strings.HasSuffix(title, "…") {
		t.Errorf("%d bytes: %q", len(title), title)
	}
}
