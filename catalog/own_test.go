package catalog

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"accrue/ce"
	"accrue/rules"
)

const ownID ce.ProgramID = "00000000-0000-4000-8000-0000000000aa"

// goodOwn uses a word, a question and a unit, so that each can be changed.
const goodOwn = `name: Example card
own-body:
  name: Example Guild
  time-zone: Europe/Rome
  units:
    - {id: own.credit, symbol: c, name: credit, plural: credits, minutes: 45}
    - {id: own.point, symbol: p, name: point, plural: points}
unit: own.credit
sources:
  - {id: letter, title: Letter of the guild, date: 2026-01-01, confidence: MEDIUM}
questions:
  - {id: retired, prompt: Are you retired?, type: boolean}
topics:
  - {id: ethics, name: Ethics}
cycle:
  length: 2 years
  ends: 2027-12-31
  source: letter
versions:
  - from: 2024-01-01
    source: letter
    requirements:
      - id: total
        title: Total
        minimum: 30
        when: {question: retired, is: [no]}
        inside:
          - {id: ethics, title: Ethics, minimum: 2, credits: {topics: [ethics]}, source: letter}
        source: letter
`

// laterVersion is what may be added to goodOwn.
const laterVersion = `  - from: 2028-01-01
    source: letter
    requirements:
      - {id: total, title: Total, minimum: 40, source: letter}
`

// part returns what of goodOwn begins with the one text and ends before the next place of the other.
func part(from, to string) string {
	_, text, _ := strings.Cut(goodOwn, from)
	text, _, _ = strings.Cut(text, to)
	return from + text
}

func loaded(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompileOwn(t *testing.T) {
	c := loaded(t)
	p, problems := c.CompileOwn(ownID, goodOwn)
	if problems != nil {
		t.Fatal(problems)
	}
	if p.ID != ownID || p.Name != "Example card" || p.BodyName != "Example Guild" || p.TimeZone != "Europe/Rome" || p.Verified {
		t.Errorf("%+v", p)
	}
	if p.Unit.ID != ce.UnitID(ownID)+".credit" || p.Unit.Plural != "credits" || !p.Unit.Minutes.Equal(ce.Int(45)) || len(p.Units) != 2 || p.Units[1].Minutes != nil {
		t.Errorf("unit %+v of %+v", p.Unit, p.Units)
	}
	if p.Sources[0].URL != "" {
		t.Errorf("source %+v", p.Sources[0])
	}

	lent, problems := c.CompileOwn(ownID, strings.NewReplacer(part("own-body", "sources:"),
		"body: us-ga-board-of-pharmacy\nverified: yes\nunit: us-ga-board-of-pharmacy.ceu\n", "confidence", "url: https://example.com/letter, confidence").Replace(goodOwn))
	if problems != nil {
		t.Fatal(problems)
	}
	if lent.Unit.ID != "us-ga-board-of-pharmacy.ceu" || lent.BodyName != "Georgia State Board of Pharmacy" || !lent.Verified || lent.Sources[0].URL != "https://example.com/letter" {
		t.Errorf("with a body of the catalog: %+v", lent)
	}
}

func TestOwnProblemsNameLineAndPath(t *testing.T) {
	c := loaded(t)
	for _, test := range []struct {
		name, old, new string
		line           int
		path, text     string
	}{
		{"unknown key", "minimum: 30", "minimun: 30", 25, "", `"minimun" is not a field here`},
		{"unknown key of the body", "  time-zone:", "  zone:", 4, "", `"zone" is not a field here`},
		{"a number for a key", "length: 2 years", "length: 2 years\n  3: 4", 17, "", `"3" is not a field here`},
		{"key given twice", "length: 2 years", "length: 2 years\n  length: 2 years", 17, "", `mapping key "length" already defined`},
		{"a rule", "minimum: 30", "minimum: -30", 25, "versions.0.requirements.0.minimum", "must be an amount"},
		{"an id", "name: Example card", "id: example-card\nname: Example card", 1, "id", "must be left out"},
		{"two bodies", "own-body:", "body: iia\nown-body:", 2, "body", "must be left out where own-body is given"},
		{"no such body", part("own-body", "unit:"), "body: nobody\n", 2, "body", "must be the id of a body in the catalog; for any other write own-body"},
		{"no name", "  name: Example Guild\n", "", 3, "own-body.name", "must be given"},
		{"time zone", "Europe/Rome", "Rome", 4, "own-body.time-zone", ""},
		{"no units", part("  units", "unit:"), "", 3, "own-body.units", "must have 1 to 50 entries"},
		{"unit of another", "id: own.point", "id: iia.cpe-hour", 7, "own-body.units.1.id", `must be "own." and a word`},
		{"unit with a strange id", "id: own.point", "id: own.Point!", 7, "own-body.units.1.id", `must be "own." and a word`},
		{"unit given twice", "id: own.point", "id: own.credit", 7, "own-body.units.1.id", "is the id of another unit"},
		{"unit without a name", "plural: points", "plural: ''", 7, "own-body.units.1.plural", "must be given"},
		{"minutes", "minutes: 45", "minutes: 0", 6, "own-body.units.0.minutes", "must be above 0"},
		{"unit that is not there", "unit: own.credit", "unit: own.hour", 8, "unit", "must be the id of a unit of the body"},
		{"anchor", "name: Example card", "name: &a Example card", 1, "", "anchors, aliases"},
		{"deep", "name: Example card", "name:\n" + strings.Repeat("- ", 1000), 2, "", "is nested too deep"},
		{"a list", goodOwn, "- 1\n", 1, "", ""},
		{"nothing", goodOwn, "", 0, "", "must hold one YAML document"},
		{"size", "name: Example card", "name: Example card # " + strings.Repeat("x", ce.MaxProgramTextLength), 0, "", "must be at most 64 kB long"},
		{"blanks count", goodOwn, goodOwn + strings.Repeat("\n", ce.MaxProgramTextLength), 0, "", "must be at most 64 kB long"},
		{"lines", "name: Example card", "name: Example card" + strings.Repeat("\n", ce.MaxProgramLines), 0, "", "must have at most 4000 lines"},
		{"control characters", "Example card", "Example\x01card", 0, "", "must not hold control characters"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(goodOwn, test.old) {
				t.Fatal("the test replaces nothing")
			}
			p, problems := c.CompileOwn(ownID, strings.Replace(goodOwn, test.old, test.new, 1))
			if p != nil || len(problems) == 0 {
				t.Fatalf("%v, %v", p, problems)
			}
			got := problems[0]
			if got.Line != test.line || strings.Join(got.Path, ".") != test.path || !strings.Contains(got.Text, test.text) {
				t.Errorf("got %+v", problems)
			}
		})
	}
}

func TestCheckChange(t *testing.T) {
	c := loaded(t)
	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", "name", "name", ""},
		{"comments and form", "minimum: 30", "minimum: \"30\" # thirty", ""},
		{"names", "name: Example card", "name: Example card, renamed", ""},
		{"the body's name", "Example Guild", "Guild of Examples", ""},
		{"the body's time zone", "Europe/Rome", "Europe/Paris", ""},
		{"notes", "cycle:", "notes: [Ask the guild for the form.]\ncycle:", ""},
		{"a source", "Letter of the guild, date: 2026-01-01", "Second letter of the guild, date: 2026-02-01", ""},
		{"verified", "name: Example card", "name: Example card\nverified: yes", ""},
		{"the prompt of a question", "Are you retired?", "Have you retired?", ""},
		{"the plural of a unit", "plural: points", "plural: pts", ""},
		{"a version more", part("versions:", "\x00"), part("versions:", "\x00") + laterVersion, ""},
		{"a topic more", "  - {id: ethics, name: Ethics}", "  - {id: law, name: Law}\n  - {id: ethics, name: Ethics}", ""},
		{"formats", "topics:\n  -", "formats:\n  - {id: live, name: Live}\ntopics:\n  -", ""},
		{"a unit more", "unit: own.credit", "    - {id: own.day, symbol: d, name: day, plural: days, minutes: 480}\nunit: own.credit", ""},

		{"an amount", "minimum: 30", "minimum: 31", "25 versions.0.requirements.0.minimum"},
		{"a title", "title: Total", "title: All", "24 versions.0.requirements.0.title"},
		{"a rule less", part("        inside", "        source"), "", "23 versions.0.requirements.0.inside"},
		{"a rule more", "    requirements:\n", "    requirements:\n      - {id: x, title: X, minimum: 1, source: letter}\n", "23 versions.0.requirements.0.id"},
		{"the day of a version", "from: 2024-01-01", "from: 2023-01-01", "20 versions.0.from"},
		{"a version before", "versions:\n", "versions:\n" + strings.Replace(laterVersion, "2028", "2020", 1), "20 versions.0.from"},
		{"the cycle", "length: 2 years", "length: 3 years", "16 cycle.length"},
		{"the end of the cycle", "ends: 2027-12-31", "ends: 2026-12-31", "17 cycle.ends"},
		{"a grace", "ends: 2027-12-31", "ends: 2027-12-31\n  grace: cycle-end + 1 month", "18 cycle.grace"},
		{"the unit", "unit: own.credit", "unit: own.point", "8 unit"},
		{"the length of a unit", "minutes: 45", "minutes: 50", "6 own-body.units.0.minutes"},
		{"a unit less", "    - {id: own.point, symbol: p, name: point, plural: points}\n", "", "6 own-body.units"},
		{"the type of a question", "type: boolean", "type: choice, choices: [{id: no, name: No}, {id: yes, name: Yes}]", "12 questions.0.type"},
		{"a topic renamed", "ethics", "morals", "14 topics"},
		{"another body", part("own-body", "sources:"), "body: iia\nunit: iia.cpe-hour\n", "2 body"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(goodOwn, test.old) {
				t.Fatal("the test replaces nothing")
			}
			after := strings.ReplaceAll(goodOwn, test.old, test.new)
			if _, problems := c.CompileOwn(ownID, after); problems != nil {
				t.Fatal("does not compile: ", problems)
			}
			got := ""
			problems := c.CheckChange(goodOwn, after)
			if len(problems) > 0 {
				got = fmt.Sprintf("%d %s", problems[0].Line, strings.Join(problems[0].Path, "."))
			}
			if got != test.want {
				t.Errorf("got %q, want %q: %v", got, test.want, problems)
			}
		})
	}
	if problems := c.CheckChange(goodOwn+laterVersion, goodOwn); len(problems) != 1 || !strings.Contains(problems[0].Text, "later `from`") {
		t.Errorf("a version less: %v", problems)
	}
}

func TestHoursText(t *testing.T) {
	c := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		hours := ce.HoursProgram{
			Name:           rapid.String().Draw(t, "name"),
			Body:           rapid.String().Draw(t, "body"),
			Amount:         ce.Fraction(rapid.Int64Range(1, 1_000_000).Draw(t, "amount"), 1000),
			Years:          rapid.IntRange(1, ce.MaxProgramYears).Draw(t, "years"),
			EndsOn:         ce.MustDate(2026, time.January, 1).AddDays(rapid.IntRange(-9999, 9999).Draw(t, "end")),
			MinutesPerHour: rapid.IntRange(1, ce.MaxMinutesPerHour).Draw(t, "minutes"),
		}
		if hours.Clean() != nil {
			t.Skip("no name")
		}
		text, err := HoursText(hours)
		if err != nil {
			t.Fatal(err)
		}
		p, problems := c.CompileOwn(ownID, text)
		if problems != nil {
			t.Fatalf("%v in\n%s", problems, text)
		}
		if p.Name != hours.Name || p.BodyName != hours.Body || !p.Unit.Minutes.Equal(ce.Int(int64(hours.MinutesPerHour))) {
			t.Fatalf("%+v of\n%s", p, text)
		}
		standing, err := rules.Evaluate(rules.Input{Program: p, Units: c, AsOf: hours.EndsOn})
		if err != nil || standing.Cycle.EndsOn != hours.EndsOn || len(standing.Requirements) != 1 || !standing.Requirements[0].Required.Equal(hours.Amount) {
			t.Fatalf("%+v, %v of\n%s", standing, err, text)
		}
	})
}

func FuzzCompileOwn(f *testing.F) {
	c := loaded(f)
	hours, err := HoursText(ce.HoursProgram{Name: "x", Body: "y", Amount: ce.Int(30), Years: 2, EndsOn: ce.MustDate(2027, time.December, 31), MinutesPerHour: 60})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(goodOwn, hours)
	f.Add(hours, goodOwn)
	f.Add(goodOwn, goodOwn+laterVersion)
	f.Fuzz(func(t *testing.T, before, after string) {
		p, problems := c.CompileOwn(ownID, after)
		if (p == nil) == (problems == nil) {
			t.Fatal("neither a program nor a problem")
		}
		for _, problem := range problems {
			if problem.Text == "" || problem.Line < 0 || problem.Line > 1+strings.Count(after, "\n")+strings.Count(after, "\r") {
				t.Fatalf("%+v", problem)
			}
		}
		if p == nil {
			return
		}
		if problems := c.CheckChange(after, after); problems != nil {
			t.Fatal("a text changes itself: ", problems)
		}
		if _, problems := c.CompileOwn(ownID, before); problems == nil {
			c.CheckChange(before, after)
		}
		day := ce.MustDate(2026, time.June, 1)
		_, _ = rules.Evaluate(rules.Input{Program: p, Units: c, AsOf: day, Credits: []ce.Credit{{ID: "1", CompletedOn: day, Amount: ce.Int(90), Unit: p.Unit.ID}}})
	})
}

// The example of the manual is one that can be used.
func TestManualOfOwnPrograms(t *testing.T) {
	manual, err := os.ReadFile("../docs/own-programs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(manual), "```yaml\n")
	text, _, found := strings.Cut(text, "```")
	if p, problems := loaded(t).CompileOwn(ownID, text); !found || problems != nil || p.Name != "Advanced yoga teacher" {
		t.Errorf("%v", problems)
	}
}
