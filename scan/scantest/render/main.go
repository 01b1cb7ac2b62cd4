// Render makes the files of scan/testdata from the layouts of scantest. It wants chromium, weasyprint, wkhtmltopdf,
// LibreOffice, poppler-utils and qrencode, and the fonts that the layouts name (Debian: fonts-lato, fonts-ebgaramond,
// fonts-crosextra-carlito, fonts-dancingscript); the files are kept, so that nobody else needs them.
//
//	go run ./scan/scantest/render [-kind photo] [layout ...]
//
// With -more ROUNDS it makes other certificates of the held layouts instead, as many again for each round, in the folder that -into names: to be measured
// and thrown away.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"accrue/scan/scantest"
)

const layouts = "scan/scantest/layouts"

var producers = []string{"chromium", "weasyprint", "wkhtmltopdf", "libreoffice"}

func main() {
	var o options
	flag.StringVar(&o.kind, "kind", "", "only files of this kind: text, clean or photo")
	flag.StringVar(&o.into, "into", "scan/testdata", "folder of the files")
	flag.IntVar(&o.more, "more", 0, "rounds of other certificates of the held layouts, instead of the set's own")
	flag.Parse()
	if err := o.run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}

type options struct {
	kind, into string
	more       int
}

func (o options) run(wanted []string) error {
	work, err := os.MkdirTemp("", "render")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	for _, part := range []string{scantest.Tuning, scantest.Calibration, scantest.Held} {
		paths, err := filepath.Glob(filepath.Join(layouts, part, "*.html"))
		if err != nil {
			return err
		}
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".html")
			if len(wanted) > 0 && !slices.Contains(wanted, name) || o.more > 0 && part != scantest.Held {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			layout, err := scantest.ParseLayout(name, part, string(text))
			if err != nil {
				return err
			}
			for round := min(1, o.more); round <= o.more; round++ {
				if err := o.renderLayout(layout, round, work); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
			}
		}
	}
	return nil
}

// renderLayout makes the variants of a layout, in each round others: first text PDFs, then scans, then photos. Tuning needs fewer pictures.
func (o options) renderLayout(layout scantest.Layout, round int, work string) error {
	place := 0 // so that producers and kinds of pictures take turns
	for _, r := range layout.Name {
		place += int(r)
	}

	kinds := []string{scantest.Text, scantest.Text, scantest.Text}
	switch layout.Part {
	case scantest.Held:
		kinds = append(kinds, scantest.Text, scantest.Clean, scantest.Clean, scantest.Photo, scantest.Photo)
	case scantest.Calibration:
		kinds = append(kinds, scantest.Clean, scantest.Clean, scantest.Photo)
	default:
		kinds = append(kinds, []string{scantest.Clean, scantest.Photo}[place%2])
	}
	for i, kind := range kinds {
		if o.kind != "" && kind != o.kind {
			continue
		}
		variant := round*len(kinds) + i
		producer := producers[(place+variant)%len(producers)]
		page, truth, err := layout.Render(variant, drawQR)
		if err != nil {
			return err
		}
		truth.Kind, truth.Producer = kind, producer
		base := filepath.Join(o.into, layout.Part, fmt.Sprintf("%s-%d", layout.Name, variant+1))
		if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
			return err
		}
		pdf := filepath.Join(work, "page.pdf")
		if err := produce(producer, page, layout.Landscape(), pdf, work); err != nil {
			return err
		}
		file, err := finish(kind, pdf, base, place+variant)
		if err != nil {
			return err
		}
		data, err := json.MarshalIndent(truth, "", "\t")
		if err != nil {
			return err
		}
		if err := os.WriteFile(file+".json", append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func produce(producer, page string, landscape bool, pdf, work string) error {
	source := filepath.Join(work, "page.html")
	if producer == "libreoffice" { // which moves what is framed, and all after a page rule, to the next page
		page = strings.ReplaceAll(page, `class="frame"`, "")
		_, rest, _ := strings.Cut(page, "<style>@page")
		_, rest, _ = strings.Cut(rest, "}")
		page = "<!doctype html><html><head><meta charset=\"utf-8\"><title></title><style>" + rest
	}
	if err := os.WriteFile(source, []byte(page), 0o644); err != nil {
		return err
	}
	_ = os.Remove(pdf)
	switch producer {
	case "chromium":
		return command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf="+pdf, source)
	case "weasyprint":
		return command("weasyprint", "--quiet", source, pdf)
	case "wkhtmltopdf":
		orientation := "Portrait"
		if landscape {
			orientation = "Landscape"
		}
		return command("wkhtmltopdf", "--quiet", "--page-size", "Letter", "--orientation", orientation, source, pdf)
	default:
		return command("soffice", "--headless", "-env:UserInstallation=file://"+work+"/profile", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export", "--outdir", work, source)
	}
}

func command(name string, args ...string) error {
	var complaint bytes.Buffer
	c := exec.Command(name, args...)
	c.Stderr = &complaint
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, complaint.Bytes())
	}
	return nil
}

func drawQR(text string) (string, error) {
	out, err := exec.Command("qrencode", "-t", "SVG", "-m", "2", "-o", "-", text).Output()
	if err != nil {
		return "", fmt.Errorf("qrencode: %w", err)
	}
	_, svg, ok := strings.Cut(string(out), "<svg")
	if !ok {
		return "", errors.New("qrencode gives no SVG")
	}
	return "<svg" + svg, nil
}

// finish puts the file of the kind beside base and returns its path.
func finish(kind, pdf, base string, place int) (string, error) {
	if kind == scantest.Text {
		data, err := os.ReadFile(pdf)
		if err != nil {
			return "", err
		}
		return base + ".pdf", os.WriteFile(base+".pdf", data, 0o644)
	}
	prefix := strings.TrimSuffix(pdf, ".pdf")
	if err := command("pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", pdf, prefix); err != nil {
		return "", err
	}
	f, err := os.Open(prefix + ".png")
	if err != nil {
		return "", err
	}
	defer f.Close()
	page, err := png.Decode(f)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	random := rand.New(rand.NewPCG(uint64(len(base)), uint64(place))) //nolint:gosec // the same file each time
	switch {
	case kind == scantest.Photo:
		err = jpeg.Encode(&out, scantest.Photograph(page, random, 1750), &jpeg.Options{Quality: 42})
		base += ".jpg"
	case place%3 == 0:
		size := page.Bounds()
		plain := image.NewGray(size)
		draw.Draw(plain, size, grey(page, random), size.Min, draw.Src)
		err = jpeg.Encode(&out, plain, &jpeg.Options{Quality: 60})
		out = picturePDF(out.Bytes(), size.Dx(), size.Dy())
		base += ".pdf"
	default:
		err = png.Encode(&out, grey(page, random))
		base += ".png"
	}
	if err != nil {
		return "", err
	}
	return base, os.WriteFile(base, out.Bytes(), 0o644)
}

// grey gives the page in 16 greys with a few specks, as a scanner does.
func grey(page image.Image, random *rand.Rand) *image.Paletted {
	palette := make(color.Palette, 16)
	for i := range palette {
		palette[i] = color.Gray{uint8(i * 17)}
	}
	bounds := page.Bounds()
	out := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			v := color.GrayModel.Convert(page.At(x, y)).(color.Gray).Y
			if random.IntN(6000) == 0 {
				v = uint8(random.IntN(256))
			}
			out.SetColorIndex(x, y, v/17)
		}
	}
	return out
}

// picturePDF is a PDF whose one page, of 150 dots an inch, is the JPEG.
func picturePDF(picture []byte, width, height int) bytes.Buffer {
	var out bytes.Buffer
	var offsets []int
	object := func(text string, stream []byte) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\n", len(offsets), text)
		if stream != nil {
			out.WriteString("stream\n")
			out.Write(stream)
			out.WriteString("\nendstream\n")
		}
		out.WriteString("endobj\n")
	}
	w, h := float64(width)*72/150, float64(height)*72/150
	drawing := fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /P Do Q", w, h)
	out.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>", nil)
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", nil)
	object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>", w, h), nil)
	object(fmt.Sprintf("<< /Length %d >>", len(drawing)), drawing)
	object(fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>",
		width, height, len(picture)), picture)
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out
}
