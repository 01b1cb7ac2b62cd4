package scan_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/scantest"
)

func textOf(f scan.Field[string]) string {
	if f.Chosen == nil {
		return ""
	}
	return f.Chosen.Value
}

var certificate = []string{
	"^Lakeshore Nursing Institute", "",
	"^CERTIFICATE OF COMPLETION", "",
	"^This is to certify that", "",
	"^Jane Doe, RN", "",
	"^has successfully completed the live webinar", "",
	"^Recognizing Sepsis in the First Hour", "",
	"^on March 3, 2024 and is awarded 1.5 contact hours (0.15 CEU)", "",
	"^Provider approved by the California Board of Registered Nursing, Provider Number CEP 12345", "",
	"Certificate No. NC-123456",
}

func TestCertificate(t *testing.T) {
	got := only(scantest.Document(certificate...), scan.Options{Name: "jane doe", Today: today})
	for name, pair := range map[string][2]string{
		"title":       {textOf(got.Title), "Recognizing Sepsis in the First Hour"},
		"provider":    {textOf(got.Provider), "Lakeshore Nursing Institute"},
		"participant": {textOf(got.Participant), "Jane Doe"},
		"number":      {textOf(got.Number), "NC-123456"},
		"completed":   {dateOf(got.CompletedOn), "2024-03-03"},
		"amounts":     {amountsOf(got.Amounts), "1.5 contact-hour, 0.15 ceu"},
		"approvals":   {fmt.Sprint(got.Approvals[0].Chosen.Value), "{ca-brn 12345}"},
		"format":      {string(got.Format.Chosen.Value), "live-online"},
		"name":        {string(got.Name), string(scan.NameSame)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	box := got.CompletedOn.Chosen.Box
	if box.Y < 0.04+0.020*12-0.001 || box.Y > 0.05+0.020*12+0.001 || box.Width < 0.1 {
		t.Errorf("the date was seen at %+v", box)
	}
	if again := only(scantest.Document(certificate...), scan.Options{Name: "jane doe", Today: today}); !reflect.DeepEqual(got, again) {
		t.Error("the same document gives another scan")
	}
}

// Places are told on the page as it is, although tilted lines are made level to be read.
func TestPlacesOnATiltedPage(t *testing.T) {
	const slope = 0.03
	level := only(scantest.Document(certificate...), scan.Options{Today: today})
	document := scantest.Document(certificate...)
	words := document.Pages[0].Readings[0].Words
	for i := range words {
		words[i].Box.Y += slope * words[i].Box.X
	}
	tilted := only(document, scan.Options{Today: today})
	for name, pair := range map[string][2]scan.Box{
		"title": {level.Title.Chosen.Box, tilted.Title.Chosen.Box},
		"day":   {level.CompletedOn.Chosen.Box, tilted.CompletedOn.Chosen.Box},
	} {
		before, after := pair[0], pair[1]
		top, bottom := before.Y+slope*before.X, before.Y+before.Height+slope*(before.X+before.Width)
		if math.Abs(after.X-before.X) > 0.001 || math.Abs(after.Y-top) > 0.002 || after.Y+after.Height > bottom+0.001 || after.Y+after.Height < bottom-slope/2 {
			t.Errorf("the %s was seen at %+v, and at %+v on the level page", name, after, before)
		}
	}
}

func TestNothingIsMadeUp(t *testing.T) {
	for name, document := range map[string]scan.Document{
		"no page":     {},
		"empty page":  {Pages: []scan.Page{{}}},
		"a shopping":  scantest.Document("Milk", "Bread", "Two lemons"),
		"only a head": scantest.Document("Certificate of Completion"),
	} {
		got := only(document, scan.Options{Today: today})
		if got.Title.Chosen != nil || got.Provider.Chosen != nil || got.CompletedOn.Chosen != nil || len(got.Amounts) > 0 || got.Participant.Chosen != nil || got.Number.Chosen != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A certificate without any day leaves the day open, with nothing to choose from; the rest is found.
func TestNoDate(t *testing.T) {
	lines := slices.Clone(certificate)
	for i := range lines {
		lines[i] = strings.Replace(lines[i], "on March 3, 2024 and ", "and ", 1)
	}
	got := only(scantest.Document(lines...), scan.Options{Today: today})
	for name, f := range map[string]scan.Field[ce.Date]{"completed": got.CompletedOn, "started": got.StartedOn, "issued": got.IssuedOn, "expires": got.ExpiresOn} {
		if f.Chosen != nil || len(f.Others) > 0 || f.Question != "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if textOf(got.Title) != "Recognizing Sepsis in the First Hour" || amountsOf(got.Amounts) != "1.5 contact-hour, 0.15 ceu" {
		t.Errorf("%q, %q", textOf(got.Title), amountsOf(got.Amounts))
	}
}

// What a code says may do harm where it is followed: only an address that a person may follow is offered.
func TestHostileCode(t *testing.T) {
	for _, text := range []string{"javascript:alert(1)//verify/12345", "file:///etc/passwd", "https://jane:secret@example.com/verify/12345", "data:text/html,<script>1</script>", strings.Repeat("https://example.com/verify/12345", 100)} {
		document := scantest.Document(certificate...)
		document.Pages[0].Codes = []scan.Code{{Kind: "QR", Text: text}}
		if got := only(document, scan.Options{Today: today}); got.Verification.Chosen != nil || len(got.Verification.Others) > 0 {
			t.Errorf("%.60q gives %+v", text, got.Verification)
		}
	}
}

// Two readings of a page that agree make a value surer, and what only one has is found.
func TestReadingsTogether(t *testing.T) {
	page := scantest.Page("Name: Jane Doe", "Date completed: March 3, 2024")
	recognised := scantest.Page(certificate...).Readings[0]
	recognised.Source = scan.SourceOCR
	page.Readings = append(page.Readings, recognised)
	got := only(scan.Document{Pages: []scan.Page{page}}, scan.Options{Today: today})
	if textOf(got.Title) != "Recognizing Sepsis in the First Hour" || textOf(got.Participant) != "Jane Doe" || dateOf(got.CompletedOn) != "2024-03-03" {
		t.Errorf("%q, %q, %q", textOf(got.Title), textOf(got.Participant), dateOf(got.CompletedOn))
	}
}

func TestNumbers(t *testing.T) {
	for line, want := range map[string]string{
		"Certificate No. 0012345":            "0012345",
		"Certificate #: A-123":               "A-123",
		"Credential ID 1a2b3c4d5e6f":         "1a2b3c4d5e6f",
		"Serial No.: SEP/JUL/2021/011":       "SEP/JUL/2021/011",
		"Certificate Number: YGB4 7CD1 D8H2": "YGB4 7CD1 D8H2",
		"Verification code: AB12-CD34":       "AB12-CD34",
		"License number: RN123456":           "",
		"Course ID: 123456":                  "",
		"Bar number: 123456":                 "",
		"Provider number: 12345":             "",
		"Reference Number: 0004":             "",
		"Certificate number of attendees":    "",
	} {
		if got := textOf(recognize("Training", "", line).Number); got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

func TestApprovals(t *testing.T) {
	for line, want := range map[string]string{
		"UAN: 0123-0000-24-001-H01-P":          "acpe 0123-0000-24-001-H01-P",
		"0123-9999-24-001-L04-T":               "acpe 0123-9999-24-001-L04-T",
		"NASBA Sponsor ID: 103456":             "nasba 103456",
		"CE Broker Provider #: 50-12345":       "ce-broker 50-12345",
		"CE Broker Course Tracking #20-123456": "ce-broker-course 20-123456",
		"Approved by the California Board of Registered Nursing, Provider CEP 12345":    "ca-brn 12345",
		"Accredited by the American Nurses Credentialing Center. Provider number P0123": "ancc P0123",
		"NBCC, ACEP No. 6123":    "nbcc 6123",
		"REP ID: 1234":           "pmi-provider 1234",
		"Provider number: 12345": "", // whose it is nothing says
		"NASBA Sponsor ID: none": "",
	} {
		got := ""
		for _, f := range recognize("Training", "", line).Approvals {
			got += string(f.Chosen.Value.Accreditor) + " " + f.Chosen.Value.Number
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	for line, want := range map[string]string{
		"Verify at https://verify.example.com/c/AB12CD34":        "https://verify.example.com/c/AB12CD34",
		"Verify at verify.example.com/c/AB12CD34.":               "https://verify.example.com/c/AB12CD34",
		"https://example.com/certificate?id=12345#":              "https://example.com/certificate?id=12345",
		"https://example.com":                                    "",
		"Questions? info@example.com":                            "",
		"https://jane:secret@example.com/verify/12345":           "",
		"javascript://example.com/verify/12345":                  "",
		"Verify at https://verify.example.com/c/ AB12CD34 today": "",
	} {
		if got := textOf(recognize("Training", "", line).Verification); got != want && want != "" || want == "" && strings.Contains(got, "AB12CD34") {
			t.Errorf("%q gives %q, want %q", line, got, want)
		}
	}
	document := scantest.Document("Certificate")
	document.Pages[0].Codes = []scan.Code{{Kind: "QR", Text: "Jane Doe\nhttps://verify.example.com/c/AB12CD34\u202e"}, {Kind: scan.KindLink, Text: "https://example.com/"}}
	got := only(document, scan.Options{})
	if textOf(got.Verification) != "https://verify.example.com/c/AB12CD34" || len(got.Codes) != 1 || strings.ContainsRune(got.Codes[0].Text, '\u202e') {
		t.Errorf("%q, %+v", textOf(got.Verification), got.Codes)
	}
}

// What no eye sees and what looks alike is taken for what it looks like.
func TestInvisible(t *testing.T) {
	for text, want := range map[string]string{
		"Certi\ufb01cate no\u00ad. 12\u200b345":          "12345",
		"Certificate no. \u202e12345\u202c":              "12345",
		"Certificate no. \uff11\uff12\uff13\uff14\uff15": "12345",
		"Certificate no. ١٢٣٤٥":                          "12345",
		"Certificate no. 12\x00345":                      "12345",
	} {
		if got := textOf(recognize("Training", "", text).Number); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

// More than a certificate can hold is cut off; the work is bounded.
func TestTooMuch(t *testing.T) {
	words := make([]scan.Word, 100_000)
	for i := range words {
		words[i] = scan.Word{Text: [...]string{"Date:", "completed", "1/2/2024", "hours", "12", "certificate", "no"}[i%7], Line: i, Box: scan.Box{X: 0.5, Y: float64(i) / 100_000, Width: 0.1, Height: 0.01}}
	}
	many := scan.Document{}
	for range 1000 {
		many.Pages = append(many.Pages, scan.Page{Readings: []scan.Reading{{Words: words[:10]}}, Codes: make([]scan.Code, 1000)})
	}
	for name, document := range map[string]scan.Document{
		"a long word":  {Pages: []scan.Page{{Readings: []scan.Reading{{Words: []scan.Word{{Text: strings.Repeat("certificate no. 12345 ", 500_000), Box: scan.Box{Width: 1, Height: 1}}}}}}}},
		"many words":   {Pages: []scan.Page{{Readings: []scan.Reading{{Words: words}, {Words: words}, {Words: words}, {Words: words}}}}},
		"many pages":   many,
		"bad boxes":    {Pages: []scan.Page{{Width: math.NaN(), Height: -1, Readings: []scan.Reading{{Words: []scan.Word{{Text: "Date", Box: scan.Box{X: math.Inf(1)}}, {Text: "x", Box: scan.Box{Y: math.NaN()}}}}}}}},
		"one big line": {Pages: []scan.Page{{Readings: []scan.Reading{{Words: sameLine(words)}}}}},
	} {
		for _, got := range scan.Recognize(document, scan.Options{Name: strings.Repeat("x ", 100_000), Today: today}) {
			check(t, name, got)
		}
	}
}

func sameLine(words []scan.Word) []scan.Word {
	out := make([]scan.Word, len(words))
	for i, w := range words {
		w.Line = 0
		w.Box = scan.Box{X: float64(i) / 100_000, Y: 0.5, Width: 0.00001, Height: 0.01}
		out[i] = w
	}
	return out
}

// check looks at what each scan must be, whatever the document.
func check(t *testing.T, name string, got scan.Scan) {
	t.Helper()
	field(t, name+" title", got.Title, line(ce.MaxTitleLength))
	field(t, name+" provider", got.Provider, line(ce.MaxTitleLength))
	field(t, name+" participant", got.Participant, line(ce.MaxNameLength))
	field(t, name+" number", got.Number, line(ce.MaxNumberLength))
	field(t, name+" verification", got.Verification, line(2000))
	day := func(d ce.Date) bool { return !d.IsZero() }
	field(t, name+" completed", got.CompletedOn, day)
	field(t, name+" started", got.StartedOn, day)
	field(t, name+" issued", got.IssuedOn, day)
	field(t, name+" expires", got.ExpiresOn, day)
	for _, f := range append(append([]scan.Field[scan.Quantity]{got.Maximum}, got.Amounts...), got.Parts...) {
		field(t, name+" amount", f, func(q scan.Quantity) bool {
			return q.Amount.Sign() > 0 && q.Amount.Cmp(ce.Int(ce.MaxMinutes)) <= 0 && q.Unit != ""
		})
	}
	if len(got.Amounts) > 8 || len(got.Parts) > 8 || len(got.Approvals) > 10 || len(got.Topics) > 12 || len(got.Codes) > 1000 {
		t.Errorf("%s: too many values", name)
	}
}

func line(limit int) func(string) bool {
	return func(text string) bool {
		return text != "" && len(text) <= limit && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
		})
	}
}

func field[T any](t *testing.T, name string, f scan.Field[T], ok func(T) bool) {
	t.Helper()
	all := f.Others
	if f.Chosen != nil {
		all = append([]scan.Candidate[T]{*f.Chosen}, all...)
		if f.Question != "" || f.Chosen.Confidence < 0.5 {
			t.Errorf("%s: chosen with question %q and confidence %v", name, f.Question, f.Chosen.Confidence)
		}
	}
	if len(all) > 5 {
		t.Errorf("%s: %d candidates", name, len(all))
	}
	for _, c := range all {
		if !ok(c.Value) || !(c.Confidence >= 0 && c.Confidence <= 0.97) || math.IsNaN(c.Box.X+c.Box.Y+c.Box.Width+c.Box.Height) || c.Page < 0 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// FuzzDocument has any document: pages, readings and codes as a phone or a reader may send them.
func FuzzDocument(f *testing.F) {
	page := scantest.Page(certificate...)
	page.Codes = []scan.Code{{Kind: "QR", Text: "https://verify.example.com/c/AB12CD34"}, {Kind: scan.KindLink, Text: "javascript:alert(1)"}}
	other := scantest.Page("^TRANSCRIPT", "Name: Amir Haddad", "Course: Wound Care", "Date: 1/2/2024")
	for _, document := range []scan.Document{{}, {Pages: []scan.Page{{}, page, {}, other, page}}} {
		seed, err := json.Marshal(document)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte(`{"pages":[{"width":1e308,"height":1e-308,"readings":[{"source":"x","words":[{"text":"\u202eDate:\u0000","box":{"x":-1e300,"y":1e300,"width":-1},"line":-9},{"text":"1/2/2024","box":{"height":1},"confidence":-1e9}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var document scan.Document
		if len(data) > 100_000 || json.Unmarshal(data, &document) != nil {
			return
		}
		scans := scan.Recognize(document, scan.Options{Name: "Jane Doe", Today: today})
		var pages []int
		for _, got := range scans {
			check(t, "fuzz", got)
			pages = append(pages, got.Pages...)
		}
		for i, page := range pages {
			if i != page {
				t.Fatalf("pages %v", pages)
			}
		}
		if len(scans) == 0 || len(pages) != min(len(document.Pages), 20) {
			t.Errorf("%d scans of pages %v", len(scans), pages)
		}
	})
}

func FuzzRecognize(f *testing.F) {
	f.Add(strings.Join(certificate, "\n"), "Jane Doe", 3)
	f.Add("Date: 1/2/2024\t02 / 02 / 2019\nfrom March 3-5, 2023 to 6th and 7th June", "", 1)
	f.Add("one point five (1.5) CEU = two thousand and a half % #1234, 1½", "x", 2)
	f.Add("C E R T I F I C A T E\n___ | · \u202e \ufb01 ١٢٣ https://a.example/1\nCertificate no\n#", "Á B", 0)
	f.Fuzz(func(t *testing.T, text, name string, shape int) {
		if len(text) > 10_000 {
			return
		}
		page := scantest.Page(strings.Split(text, "\n")...)
		for i := range page.Readings[0].Words { // shake the boxes
			w := &page.Readings[0].Words[i]
			w.Box.Height *= 1 + float64((i*shape)%7)/5
			w.Box.Y += float64((i*shape)%3) / 90
			w.Confidence = float64(shape%5) / 2
		}
		if shape%2 == 1 {
			page.Readings[0].Source = scan.SourceOCR
		}
		page.Codes = []scan.Code{{Kind: "QR", Text: text}}
		check(t, "fuzz", only(scan.Document{Pages: []scan.Page{page}}, scan.Options{Name: name, Today: today}))
	})
}
