package read

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"accrue/scan"
)

// shared is a reader with what scripts/test-setup installs.
var shared *Reader

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "accrue-read-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		if shared, err = New(Options{Workers: 2, CacheDir: dir}); err != nil {
			panic(err)
		}
		for _, program := range shared.Programs() {
			if program.Missing != "" {
				panic(program.Missing)
			}
		}
		code := m.Run()
		if err := shared.Close(); err != nil {
			panic(err)
		}
		if err := goleak.Find(); err != nil && code == 0 {
			panic(err)
		}
		return code
	}())
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func readWith(t testing.TB, r *Reader, content []byte) scan.Document {
	t.Helper()
	document, err := r.Read(context.Background(), bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	check(t, &document)
	return document
}

// check finds what no document may have.
func check(t testing.TB, document *scan.Document) {
	t.Helper()
	in := func(b scan.Box) bool {
		return b.X >= 0 && b.Y >= 0 && b.Width >= 0 && b.Height >= 0 && b.X+b.Width <= 1.000001 && b.Y+b.Height <= 1.000001
	}
	for _, page := range document.Pages {
		for _, reading := range page.Readings {
			line := 0
			for _, word := range reading.Words {
				if !in(word.Box) || word.Line < line || word.Confidence < 0 || word.Confidence > 1 || word.Text == "" {
					t.Errorf("%s %+v after line %d", reading.Source, word, line)
				}
				line = word.Line
			}
		}
		for _, code := range page.Codes {
			if !in(code.Box) || code.Kind == "" || code.Text == "" {
				t.Errorf("%+v", code)
			}
		}
	}
}

// lines returns the lines of a reading.
func lines(reading scan.Reading) []string {
	var out []string
	last := -1
	for _, word := range reading.Words {
		if word.Line != last {
			out = append(out, word.Text)
			last = word.Line
			continue
		}
		out[len(out)-1] += " " + word.Text
	}
	return out
}

// certificate is the first page of certificate.pdf.
var certificate = []string{
	"Certificate of Completion",
	"This is to certify that",
	"Maya Okafor",
	"has successfully completed the continuing education activity",
	"Safe Handling of Hazardous Medications",
	"offered by Riverbend Nursing Institute",
	"Date completed: March 14, 2026",
	"Contact hours: 2.5",
	"Certificate number: RNI-2026-004817",
	"Provider approval: CEP 16543, Georgia Board of Nursing",
	"Verify at verify.example.com/c/RNI-2026-004817",
	"Riverbend Nursing Institute, 12 Mill Lane, Springfield. Keep this certificate for four years.",
}

const verification = "https://verify.example.com/c/RNI-2026-004817"

// wants fails unless all lines but so many of the certificate are among those read.
func wants(t testing.TB, page scan.Page, missing int) {
	t.Helper()
	var read []string
	for _, reading := range page.Readings {
		read = append(read, lines(reading)...)
	}
	var absent []string
	for _, line := range certificate {
		if !slices.Contains(read, line) {
			absent = append(absent, line)
		}
	}
	if len(absent) > missing {
		t.Errorf("not read:\n%s\nread:\n%s", strings.Join(absent, "\n"), strings.Join(read, "\n"))
	}
}

func wantsCode(t testing.TB, page scan.Page, kind string) scan.Code {
	t.Helper()
	for _, code := range page.Codes {
		if code.Kind == kind && code.Text == verification {
			return code
		}
	}
	t.Errorf("no %s among %+v", kind, page.Codes)
	return scan.Code{}
}

// near tells whether the middle of a box is where it is expected.
func near(b scan.Box, x, y float64) bool {
	x -= b.X + b.Width/2
	y -= b.Y + b.Height/2
	return x > -0.03 && x < 0.03 && y > -0.03 && y < 0.03
}

func wordBox(t testing.TB, page scan.Page, text string) scan.Box {
	t.Helper()
	for _, reading := range page.Readings {
		for _, word := range reading.Words {
			if word.Text == text {
				return word.Box
			}
		}
	}
	t.Fatalf("no word %s", text)
	return scan.Box{}
}

func TestTextLayer(t *testing.T) {
	document := readWith(t, shared, file(t, "certificate.pdf"))
	if len(document.Pages) != 2 {
		t.Fatal(len(document.Pages), "pages")
	}
	page := document.Pages[0]
	if len(page.Readings) != 1 || page.Readings[0].Source != scan.SourceTextLayer {
		t.Fatalf("readings %+v", page.Readings)
	}
	if diff := cmp.Diff(certificate, lines(page.Readings[0])); diff != "" {
		t.Error(diff)
	}
	if page.Width/page.Height < 1.4 || page.Width/page.Height > 1.42 || page.Turn != 0 {
		t.Error(page.Width, page.Height, page.Turn)
	}
	// Where they stand on a picture of the page.
	for text, at := range map[string][2]float64{"Okafor": {0.553, 0.296}, "RNI-2026-004817": {0.514, 0.576}} {
		if box := wordBox(t, page, text); !near(box, at[0], at[1]) {
			t.Errorf("%s is at %+v", text, box)
		}
	}
	if link := wantsCode(t, page, KindLink); !near(link.Box, 0.535, 0.676) {
		t.Errorf("link at %+v", link.Box)
	}
	if qr := wantsCode(t, page, "QR"); !near(qr.Box, 0.885, 0.84) {
		t.Errorf("QR at %+v", qr.Box)
	}
	if got := lines(document.Pages[1].Readings[0]); !strings.HasPrefix(got[2], "Recognise hazardous") || len(got) != 5 {
		t.Errorf("second page %q", got)
	}
}

// Two columns of which the file has first one and then the other; a label and its value are one line.
func TestColumns(t *testing.T) {
	content := "BT /F1 18 Tf 60 500 Td (Name) Tj 0 -30 Td (Hours) Tj ET BT /F1 24 Tf 500 499 Td (Maya Okafor) Tj 0 -30 Td (2.5) Tj ET " +
		"BT /F1 18 Tf 60 540 Td (Certificate) Tj ET"
	document := readWith(t, shared, onePage(landscape+fonts, content))
	want := []string{"Certificate", "Name Maya Okafor", "Hours 2.5"}
	if diff := cmp.Diff(want, lines(document.Pages[0].Readings[0])); diff != "" {
		t.Error(diff)
	}
}

// A page stored on its side that says so, one that does not, and one that is cropped.
func TestTurnedPages(t *testing.T) {
	upright := drawn(sample...)
	for name, test := range map[string]struct {
		content []byte
		turn    int
	}{
		"as it is":         {onePage(landscape+fonts, upright), 0},
		"with a rotation":  {onePage("/MediaBox[0 0 595 842]/Rotate 90"+fonts, "0 1 -1 0 595 0 cm "+upright), 0},
		"text upwards":     {onePage("/MediaBox[0 0 595 842]"+fonts, "0 1 -1 0 595 0 cm "+upright), 1},
		"text downwards":   {onePage("/MediaBox[0 0 595 842]"+fonts, "0 -1 1 0 0 842 cm "+upright), 3},
		"upside down":      {onePage(landscape+fonts, "-1 0 0 -1 842 595 cm "+upright), 2},
		"rotated, cropped": {onePage("/MediaBox[-100 -100 800 1000]/CropBox[0 0 595 842]/Rotate 90"+fonts, "0 1 -1 0 595 0 cm "+upright), 0},
	} {
		t.Run(name, func(t *testing.T) {
			page := readWith(t, shared, test.content).Pages[0]
			if len(page.Readings) != 1 {
				t.Fatal(len(page.Readings), "readings")
			}
			if diff := cmp.Diff(sample, lines(page.Readings[0])); diff != "" {
				t.Error(diff)
			}
			if page.Turn != test.turn || page.Width < page.Height {
				t.Errorf("turn %d, %g x %g", page.Turn, page.Width, page.Height)
			}
			if box := wordBox(t, page, "Certificate"); !near(box, 0.12, 0.115) {
				t.Errorf("at %+v", box)
			}
			// The image, turned likewise, has ink where the box is.
			picture, err := shared.Image(context.Background(), bytes.NewReader(test.content), int64(len(test.content)), 0, page.Turn, 842)
			if err != nil {
				t.Fatal(err)
			}
			at := image.Rect(60, 50, 150, 80)
			if part := gray(fit(picture.(*image.RGBA).SubImage(at), 1000), luma); quantiles(part, 0.02)[0] > 100 {
				t.Error("nothing is drawn there")
			}
		})
	}
}

// What was filled into a form stands beside the page's own content.
func TestForm(t *testing.T) {
	field := func(name, value, at string) string {
		return fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/V(%s)/Rect[%s]/F 4/P 3 0 R/AP<</N 7 0 R>>>>", name, value, at)
	}
	content := onePage(landscape+fonts+"/Annots[6 0 R]", drawn(sample...), field("name", "Jordan Lee", "60 100 300 130"),
		stream("/Type/XObject/Subtype/Form/BBox[0 0 240 30]/Resources<</Font<</F1 5 0 R>>>>", "BT /F1 18 Tf 2 8 Td (Jordan Lee) Tj ET"))
	page := readWith(t, shared, content).Pages[0]
	if got := lines(page.Readings[0]); got[len(got)-1] != "Jordan Lee" {
		t.Errorf("read %q", got)
	}
}

// A scan in a PDF, with nothing and with a little text over it.
func TestPicturesInPDFs(t *testing.T) {
	picture := rendered(t, 1700)
	t.Run("no text", func(t *testing.T) {
		page := readWith(t, shared, pictured(t, picture, "")).Pages[0]
		if len(page.Readings) != 1 || page.Readings[0].Source != scan.SourceOCR {
			t.Fatalf("%d readings", len(page.Readings))
		}
		wants(t, page, 2) // at 145 for an inch points are lost
		wantsCode(t, page, "QR")
		if box := wordBox(t, page, "Okafor"); !near(box, 0.553, 0.296) {
			t.Errorf("at %+v", box)
		}
	})
	t.Run("a footer", func(t *testing.T) {
		page := readWith(t, shared, pictured(t, picture, "BT /F1 6 Tf 20 5 Td (Scanned by an app) Tj ET")).Pages[0]
		if len(page.Readings) != 2 || page.Readings[0].Source != scan.SourceTextLayer || page.Readings[1].Source != scan.SourceOCR {
			t.Fatalf("%d readings", len(page.Readings))
		}
		wants(t, page, 2)
	})
}

func TestMisleads(t *testing.T) {
	words := func(text string) (out []scan.Word) {
		for _, word := range strings.Fields(text) {
			out = append(out, scan.Word{Text: word})
		}
		return out
	}
	many := strings.Repeat("medication ", 50)
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"nothing":        {"", true},
		"only fields":    {"Maya Okafor March 14, 2026 RNI-2026-004817 Certificate", true},
		"no heading":     {many, true},
		"single letters": {many + "certificate " + strings.Repeat("a ", 20), true},
		"whole":          {many + "CERTIFICATE", false},
		"whole, Spanish": {many + "Certificado", false},
	} {
		if got := misleads(words(test.text)); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
