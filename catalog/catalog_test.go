package catalog

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"accrue/ce"
	"accrue/rules"
)

func TestLoad(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(os.DirFS("."), "programs/*.yaml")
	if err != nil || len(files) != len(c.Programs()) || len(files) < 34 {
		t.Errorf("%d programs of %d files: %v", len(c.Programs()), len(files), err)
	}
	for _, p := range c.Programs() {
		if p.Verified {
			t.Errorf("%s says that it is verified; nobody has checked it", p.ID)
		}
		if got, ok := c.Program(p.ID); !ok || got != p || p.Latest().Hash == "" || p.Latest().Label == "" {
			t.Errorf("%s is not found, or has no hash or label", p.ID)
		}
	}
	for id, minutes := range map[ce.UnitID]int64{
		"iia.cpe-hour": 50, "us-ga-board-of-accountancy.cpe-credit": 50,
		"us-ga-board-of-pharmacy.hour": 60, "us-ga-board-of-pharmacy.ceu": 600, ce.UnitMinute: 1,
	} {
		if u, ok := c.Unit(id); !ok || u.Minutes == nil || !u.Minutes.Equal(ce.Int(minutes)) {
			t.Errorf("%s: %+v", id, u)
		}
	}
	if _, ok := c.Unit("nobody.hour"); ok {
		t.Error("a unit that nobody has")
	}
}

const goodBody = `id: example
name: Example body
units:
  - {id: example.hour, symbol: h, name: hour, plural: hours, minutes: 60, source: https://example.com/rules}
`

const goodProgram = `id: example-card
name: Example card
body: example
verified: no
unit: example.hour
sources:
  - {id: rules, title: The rules, url: https://example.com/rules, date: 2026-01-01, confidence: HIGH}
cycle:
  length: 1 year
  ends: 2026-12-31
  source: rules
versions:
  - from: 2026-01-01
    source: rules
    requirements:
      - id: total
        title: Total
        minimum: 30
        source: rules
`

func read(body, program string) error {
	_, err := Read(fstest.MapFS{
		"bodies/example.yaml":        {Data: []byte(body)},
		"programs/example-card.yaml": {Data: []byte(program)},
	})
	return err
}

func TestErrorsNameTheLineAndWhatWouldBeRight(t *testing.T) {
	if err := read(goodBody, goodProgram); err != nil {
		t.Fatal(err)
	}
	const file = "programs/example-card.yaml"
	deep := strings.Repeat("[", 100_000)
	tests := []struct{ name, old, new, want string }{
		{"unknown key", "minimum: 30", "minimun: 30", file + `:18: "minimun" is not a field here; see docs/rules.md`},
		{"key given twice", "minimum: 30", "minimum: 30\n        minimum: 40", file + ":19: mapping key"},
		{"source", "minimum: 30\n        source: rules", "minimum: 30\n        source: rule", file + ":19: versions.0.requirements.0.source must be the id of one of the program's sources"},
		{"field left out", "        source: rules\n", "", file + ":16: versions.0.requirements.0.source must be"},
		{"amount", "minimum: 30", "minimum: -30", file + ":18: versions.0.requirements.0.minimum must be an amount such as 80"},
		{"type", "length: 1 year", "length: one year", file + ":9: "},
		{"day", "ends: 2026-12-31", "ends: 2026-12-32", file + ":10: cycle.ends must be a day of the calendar"},
		{"body", "body: example", "body: nobody", file + ":3: body must be the id of a body in the catalog"},
		{"word for a day", "ends: 2026-12-31", "ends: birthday", file + `:10: cycle.ends "birthday" is neither a day`},
		{"apart from itself", "minimum: 30", "minimum: 30\n        apart-from: [total]", file + `:19: versions.0.requirements.0.apart-from.0 "total" is not the id of another minimum`},
		{"a maximum below its minimum", "      - id: total", "      - {id: cap, title: Cap, maximum: 29, source: rules}\n      - id: total", file + `:16: versions.0.requirements.0.maximum is below the minimum "total"`},
		{"a window that ends before it begins", "minimum: 30", "minimum: 30\n        within: {from: cycle-end, to: cycle-start}", file + ":19: versions.0.requirements.0.within ends before it begins"},
		{"ten thousand requirements", "      - id: total", strings.Repeat("      - {id: a}\n", 10_000) + "      - id: total", file + ":16: versions.0.requirements must have at most 200 entries"},
		{"a billion laughs", "name: Example card", "name: Example card\na: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", file + ":3: anchors, aliases"},
		{"anchor", "name: Example card", "name: &a Example card", file + ":2: anchors, aliases"},
		{"merge", "cycle:\n", "cycle:\n  <<: {length: 2 years}\n", file + ":9: anchors, aliases, merges"},
		{"tag", "name: Example card", "name: !!str Example card", file + ":2: anchors, aliases, merges and tags"},
		{"brackets", "name: Example card", "name: " + deep, file + ":2: has too many brackets open"},
		{"dashes", "name: Example card", "name:\n" + strings.Repeat("- ", 1000), file + ":3: is nested too deep"},
		{"size", "name: Example card", "name: " + strings.Repeat("x", 300_000), file + ": must be at most 256 kB long"},
		{"two documents", "versions:", "---\nversions:", file + ": must hold one YAML document"},
		{"empty", goodProgram, "", file + ": must hold one YAML document"},
		{"a list", goodProgram, "- 1\n", file + ":1: "},
		{"no YAML", "name: Example card", "name: 'Example", file + ":"},
		{"file name", "id: example-card", "id: other-card", file + ": the file must have the name other-card.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(goodProgram, test.old) {
				t.Fatal("the test replaces nothing")
			}
			err := read(goodBody, strings.Replace(goodProgram, test.old, test.new, 1))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
	if err := read(strings.Replace(goodBody, "minutes: 60", "minutes: 0", 1), goodProgram); err == nil || !strings.Contains(err.Error(), "bodies/example.yaml:4: units.0.minutes must be above 0") {
		t.Error(err)
	}
}

func FuzzCompile(f *testing.F) {
	c, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"us-ga-pharmacist", "us-ga-cpa", "iia-cia"} {
		text, err := files.ReadFile("programs/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := c.Compile("file", text)
		if (p == nil) == (err == nil) {
			t.Fatal("neither a program nor an error")
		}
		if err == nil { // whatever compiles can be evaluated, though perhaps only to an error
			day := ce.MustDate(2026, time.June, 1)
			credit := ce.Credit{ID: "1", CompletedOn: day, Amount: ce.Int(90), Unit: p.Unit.ID}
			_, _ = rules.Evaluate(rules.Input{Program: p, Units: c, AsOf: day, Credits: []ce.Credit{credit}})
		}
	})
}
