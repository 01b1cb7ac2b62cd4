package factsfile_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/catalog"
	"accrue/catalog/factsfile"
	"accrue/ce"
	"accrue/rules"
)

const everyKey = `
holder:
  timeZone: America/Chicago
  facts:
    - {questionId: status, value: retired, since: 2030-01-01}
    - {questionId: born-on, value: 1980-05-17}
certification:
  id: 2F1C4C5E-8a3b-4b62-9a51-3f6a3f0c9d10
  number: 0123.50
  issuedOn: 2016-09-30
  expiresOn: 2026-12-31
  timeZone: America/Denver
  trackedFrom: 2024-03-01
  facts:
    - questionId: status
      value: practising
      since: 2016-09-30
  renewals:
    - {cycle: 2025, renewedOn: 2025-12-01, newExpiresOn: 2026-12-31, number: 1e3}
credits:
  - title: 1.50
    completedOn: 2026-10-05
    minutes: 400
    provider: " Example Society "
    format: Live Online
    role: participant
    topics: [ethics, Ethics]
    approvals: []
    notes: |
      Two
      lines
    certificationIds: [2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10]
  - id: 11111111-1111-4111-8111-111111111111
    title: no
    completedOn: 2026-11-02
    amount: 2.50
    unit: iia.cpe-hour
    topics: null
    certificationIds: []
`

func load(t testing.TB) (*catalog.Catalog, *rules.Program) {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	program, ok := c.Program("iia-cia")
	if !ok {
		t.Fatal("no program iia-cia")
	}
	return c, program
}

func TestInput(t *testing.T) {
	c, program := load(t)
	asOf := ce.MustDate(2026, time.November, 22)
	file, err := factsfile.Parse("facts.yaml", []byte(everyKey))
	if err != nil {
		t.Fatal(err)
	}
	in, err := file.Input(c, program, asOf)
	if err != nil {
		t.Fatal(err)
	}
	denver, err := ce.LoadZone("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	const id = "2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10"
	want := ce.Certification{
		ID: id, Program: "iia-cia", Number: "0123.50", TimeZone: "America/Denver",
		IssuedOn: ce.MustDate(2016, time.September, 30), ExpiresOn: ce.MustDate(2026, time.December, 31),
		Facts: []ce.Fact{ // the holder's first; what the program does not ask is left out
			{Question: "status", Value: "retired", Since: ce.MustDate(2030, time.January, 1)},
			{Question: "status", Value: "practising", Since: ce.MustDate(2016, time.September, 30)},
		},
		Renewals: []ce.Renewal{{
			Cycle: "2025", RenewedOn: ce.MustDate(2025, time.December, 1), ExpiresOn: ce.MustDate(2026, time.December, 31), Number: "1e3",
		}},
		CreatedAt: ce.MustDate(2024, time.March, 1).Start(denver),
	}
	credits := []ce.Credit{
		{
			ID: "00000000-0000-4000-8000-000000000001", Title: "1.50", CompletedOn: ce.MustDate(2026, time.October, 5),
			Amount: ce.Int(400), Unit: ce.UnitMinute, Provider: "Example Society", Format: "live-online", Role: "participant",
			Topics: []ce.Term{"ethics"}, Approvals: []ce.Term{}, Notes: "Two\nlines", Certifications: []ce.CertificationID{id},
		},
		{
			ID: "11111111-1111-4111-8111-111111111111", Title: "no", CompletedOn: ce.MustDate(2026, time.November, 2),
			Amount: ce.Fraction(5, 2), Unit: "iia.cpe-hour", Certifications: []ce.CertificationID{},
		},
	}
	exact := cmp.Options{cmp.Comparer(ce.Amount.Equal), cmp.Comparer(func(a, b ce.Date) bool { return a == b })}
	if diff := cmp.Diff(want, in.Certification, exact); diff != "" {
		t.Errorf("certification (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(credits, in.Credits, exact); diff != "" {
		t.Errorf("credits (-want +got):\n%s", diff)
	}
	if in.Program != program || in.AsOf != asOf || in.Cycle != "" {
		t.Errorf("%+v", in)
	}
}

// Without a time zone of its own a certification has the program's, then the holder's; it is tracked from the day asked for.
func TestWhatIsAbsent(t *testing.T) {
	c, program := load(t)
	asOf := ce.MustDate(2026, time.November, 22)
	for text, zone := range map[string]string{
		"credits: []":                             "UTC",
		"holder: {timeZone: America/Chicago}":     "America/Chicago",
		"certification:\nholder:\ncredits:\n":     "UTC",
		"certification: {timeZone: Asia/Kolkata}": "Asia/Kolkata",
	} {
		file, err := factsfile.Parse("facts.yaml", []byte(text))
		if err != nil {
			t.Fatal(text, err)
		}
		in, err := file.Input(c, program, asOf)
		if err != nil {
			t.Fatal(text, err)
		}
		if program.TimeZone != "" && in.Certification.TimeZone == "UTC" {
			zone = program.TimeZone
		}
		if cert := in.Certification; cert.TimeZone != zone || ce.DateOf(cert.CreatedAt, cert.Zone()) != asOf {
			t.Errorf("%q: zone %s, want %s; tracked from %s", text, cert.TimeZone, zone, cert.CreatedAt)
		}
	}
	// A file that was read may be evaluated for several programs: nothing of one stays for the next.
	file, err := factsfile.Parse("facts.yaml", []byte("holder: {facts: [{questionId: status, value: ' practising '}]}"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := file.Input(c, program, asOf)
	if err != nil || len(first.Certification.Facts) != 1 || first.Certification.Facts[0].Value != "practising" {
		t.Errorf("%+v %v", first.Certification, err)
	}
	other, _ := c.Program("us-ga-cpa")
	if second, err := file.Input(c, other, asOf); err != nil || len(second.Certification.Facts) != 0 {
		t.Errorf("%+v %v", second.Certification, err)
	}
}

// The example in the manual is a facts file.
func TestManual(t *testing.T) {
	c, program := load(t)
	page, err := os.ReadFile("../../docs/authoring.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\nholder:")
	example, _, _ = strings.Cut(example, "```")
	file, err := factsfile.Parse("docs/authoring.md", []byte("holder:"+example))
	if err != nil {
		t.Fatal(err)
	}
	if in, err := file.Input(c, program, ce.MustDate(2026, time.November, 22)); err != nil || len(in.Credits) != 2 {
		t.Error(len(in.Credits), err)
	}
}

func TestLimits(t *testing.T) {
	c, program := load(t)
	credit := "- {completedOn: 2026-01-01, minutes: 50, title: A}\n"
	for _, test := range []struct{ name, text, want string }{
		{"as many credits as there may be", "credits:\n" + strings.Repeat(credit, ce.MaxCredits), ""},
		{"one credit more", "credits:\n" + strings.Repeat(credit, ce.MaxCredits+1), "f:2: credits must have at most 20000 entries"},
		{"as long as it may be", "credits: []\n" + strings.Repeat("#", factsfile.MaxFileSize-12), ""},
		{"one byte more", "credits: []\n" + strings.Repeat("#", factsfile.MaxFileSize-11), "f: must be at most 1024 kB long"},
		{"too many problems to tell", "credits:\n" + strings.Repeat("- {}\n", 1000), "and 2900 more problems"},
		{"deep", "credits: " + strings.Repeat("[", 1000), "f:1: has too many brackets open"},
		{"an alias", "holder: &a {timeZone: UTC}\ncertification: *a", "f:1: anchors, aliases, merges and tags are not allowed"},
		{"a list for a text", "credits: [{title: [A]}]", "f:1: sequence was used where string is expected"},
		{"many renewals", "certification:\n  renewals:\n" + strings.Repeat("    - {cycle: 1, renewedOn: 2025-01-01}\n", ce.MaxRenewals+1), "f:3: certification.renewals must have at most 200 entries"},
		{"many facts", "certification:\n  facts:\n" + strings.Repeat("    - {questionId: status, value: retired}\n", ce.MaxFacts+1), "f:3: certification.facts has too many entries"},
		{"many facts together", "holder:\n  facts:\n" + strings.Repeat("    - {questionId: status, value: retired}\n", ce.MaxFacts) + "certification: {facts: [{questionId: status, value: retired}]}", "f:203: certification.facts has too many entries together"},
		{"a wrong answer of the holder", "holder:\n  facts:\n    - {questionId: other, value: 1}\n    - {questionId: status, value: 7}\n", "f:4: holder.facts.1.value must be one of: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := factsfile.Parse("f", []byte(test.text))
			if err == nil {
				_, err = file.Input(c, program, ce.MustDate(2026, time.November, 22))
			}
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %.300v\nwant %q", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	c, program := load(f)
	f.Add([]byte(everyKey))
	f.Add([]byte(`{"credits": [{"title": "A", "completedOn": "2026-01-01", "amount": 1.5, "unit": "iia.cpe-hour"}]}`))
	f.Add([]byte("certification: {issuedOn: 2199-12-31, renewals: [{cycle: 2199, renewedOn: 2199-12-31}]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := factsfile.Parse("file", text)
		if (file == nil) == (err == nil) {
			t.Fatal("neither facts nor an error")
		}
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "file:") {
				t.Fatalf("an error without a place: %s", text)
			}
			return
		}
		in, err := file.Input(c, program, ce.MustDate(2026, time.November, 22))
		if err == nil { // whatever is accepted can be evaluated
			if _, err := rules.Evaluate(in); ce.CodeOf(err) == ce.CodeInternal {
				t.Fatal(err)
			}
		}
	})
}
