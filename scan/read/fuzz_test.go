package read

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/scan"
)

func FuzzKind(f *testing.F) {
	for _, seed := range []string{"", "%PDF-1.7", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF\x00\x00\x00\x00WEBP", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "\x00\x00\x00\x00ftyp"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		k, err := mediaTypeOf(content)
		if (k == "") != (err != nil) {
			t.Errorf("%q %v", k, err)
		}
	})
}

func FuzzOrientation(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		tiff := exif(order, 6)
		f.Add(jpegWithEXIF([]byte{0xff, 0xd8, 0xff, 0xda}, tiff))
		f.Add(pngWithEXIF(pngHeader(3, 3), tiff))
		f.Add(append(binary.LittleEndian.AppendUint32([]byte("RIFF\x00\x00\x00\x00WEBPEXIF"), uint32(len(tiff))), tiff...))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, k := range []ce.MediaType{ce.MediaJPEG, ce.MediaPNG, ce.MediaWebP, ce.MediaHEIC} {
			if o := orientation(content, k); o < 1 || o > 8 {
				t.Errorf("%s: %d", k, o)
			}
		}
		progressive(content)
	})
}

func FuzzTSV(f *testing.F) {
	f.Add([]byte("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"+
		"5\t1\t1\t1\t1\t1\t10\t20\t30\t10\t96.5\tMaya\n5\t1\t1\t1\t1\t2\t45\t20\t40\t10\t91\tOkafor\n5\t1\t2\t1\t1\t1\t200\t21\t40\t10\t-1\t \n"), 300, 200)
	f.Add([]byte("5\t1\t1\t1\t1\t1\t-9\t9999999999999999999\t3\t1\tNaN\tx\n5\t1\t1\t1\t1\t1\t-9\t-3\t300000\t1\t250\tx\xff\n"), 1, 1)
	f.Add([]byte("Rotate: 90\nOrientation confidence: 5.91\n"), 1, 1)
	f.Fuzz(func(t *testing.T, table []byte, width, height int) {
		if width < 1 || height < 1 {
			return
		}
		words := arrange(parseTSV(table, width, height))
		check(t, &scan.Document{Pages: []scan.Page{{Readings: []scan.Reading{{Words: words}}}}})
		if turn := parseOrientation(table); turn < 0 || turn > 3 {
			t.Error(turn)
		}
	})
}

// Whole files: each kind has a target of its own, so that none is left out by chance; FuzzRead has what is of no kind, or of two.

func FuzzRead(f *testing.F) {
	pdf, png := onePage(landscape+fonts, drawn(sample...)), asPNG(f, rendered(f, 64))
	for _, seed := range [][]byte{
		nil, []byte("Certificate of Completion"), []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), []byte("<!doctype html><script>1</script>"),
		[]byte("PK\x03\x04\x14\x00\x00\x00"), append(append([]byte{}, png...), pdf...), append(append([]byte{}, pdf...), png...),
		append(append([]byte("GIF89a"), pdf...), "<script>1</script>"...),
	} {
		f.Add(seed)
	}
	fuzzFiles(f, "")
}

func FuzzPDF(f *testing.F) {
	f.Add(onePage(landscape+fonts, drawn(sample...)))
	f.Add(onePage("/MediaBox[0 0 595 842]/Rotate 90"+fonts, "0 1 -1 0 595 0 cm "+drawn(sample...)))
	f.Add(onePage("/MediaBox[0 0 1e9 -1]/CropBox[9 9 9 9]/UserUnit 99999/Rotate 45"+fonts, drawn(sample...)))
	f.Add(manyPages(3))
	f.Add(laughing())
	f.Add(pictured(f, rendered(f, 64), ""))
	f.Add(onePage(landscape+"/Annots[6 0 R]", "", "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://evil.example.com/\\u202e)>>>>"))
	f.Add(pdfOf("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while\\(1\\){})>>>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>"))
	f.Add(pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[2 0 R]>>")) // its own child
	f.Add(onePage(landscape, "", stream("/Filter[/FlateDecode/FlateDecode]", deflated(f, 1<<20))))
	f.Add(pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R"+landscape+">>", stream("/Filter/FlateDecode", deflated(f, 1<<20))))
	fuzzFiles(f, ce.MediaPDF)
}

// FuzzPage has what a page draws and is: what whole files, whose tables no longer fit, seldom reach.
func FuzzPage(f *testing.F) {
	f.Add(landscape+fonts, drawn(sample...), "")
	f.Add("/MediaBox[0 0 595 842]/Rotate 270"+fonts, "BT /F1 1e9 Tf 1 0 0 1 1e38 -1e38 Tm 3 Tr (x) Tj [(a) -99999 (b)] TJ ET", "")
	f.Add(landscape+fonts+"/Annots[6 0 R 6 0 R]", "q 0 0 0 0 0 0 cm BI /W 9 /H 9 /BPC 8 /CS /G ID 123 EI Q", "<</Type/Annot/Subtype/Link/Rect[9 9 -9 -9]/A<</S/URI/URI(x)>>>>")
	f.Add(landscape+"/Resources<</XObject<</X 6 0 R>>>>", "/X Do", stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>", "/X Do"))
	r := fuzzReader(f)
	f.Fuzz(func(t *testing.T, entries, content, object string) {
		readAny(t, r, onePage(entries, content, object))
	})
}

func FuzzJPEG(f *testing.F) {
	whole := asJPEG(f, rendered(f, 64))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(jpegHeader(10, 10, false))
	f.Add(jpegHeader(10, 10, true))
	f.Add(jpegHeader(65_535, 65_535, false))
	f.Add(jpegWithEXIF(whole, exif(binary.BigEndian, 6)))
	f.Add(append(append([]byte{}, whole...), "%PDF-1.7"...))
	fuzzFiles(f, ce.MediaJPEG)
}

func FuzzPNG(f *testing.F) {
	whole := asPNG(f, rendered(f, 64))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(pngHeader(10, 10))
	f.Add(pngHeader(30_000, 30_000))
	f.Add(pngWithEXIF(whole, exif(binary.LittleEndian, 8)))
	f.Add(append(append([]byte{}, whole...), "<script>1</script>"...))
	fuzzFiles(f, ce.MediaPNG)
}

func FuzzWebP(f *testing.F) {
	whole := file(f, "certificate.webp")
	f.Add(whole[:2000])
	tiff := exif(binary.LittleEndian, 5)
	f.Add(append(binary.LittleEndian.AppendUint32([]byte("RIFF\x40\x00\x00\x00WEBPEXIF"), uint32(len(tiff))), tiff...))
	// One pixel, without loss.
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Add([]byte("RIFF\xff\xff\xff\xffWEBPVP8X\x0a\x00\x00\x00\x08\x00\x00\x00\xff\xff\xff\xff\xff\xff"))
	fuzzFiles(f, ce.MediaWebP)
}

// FuzzHEIC has the refusal where no program reads it: nothing of the file is looked at but its type.
func FuzzHEIC(f *testing.F) {
	f.Add(file(f, "certificate.heic")[:2000])
	f.Add([]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"))
	f.Add([]byte("\xff\xff\xff\xffftypheic\x00\x00\x00\x00"))
	fuzzFiles(f, ce.MediaHEIC)
}

// FuzzCodes looks for codes in pictures of any pixels.
func FuzzCodes(f *testing.F) {
	for _, text := range []string{verification, "javascript:alert(1)", "http://[::1]:80/\x00\u202e", strings.Repeat("9", 1000)} {
		picture := qrCode(f, text, 120)
		f.Add(picture.Pix, picture.Stride)
	}
	stripes := make([]byte, 200*40)
	for i := range stripes {
		stripes[i] = byte(i%200/3%2) * 255
	}
	f.Add(stripes, 200)
	f.Fuzz(func(t *testing.T, pixels []byte, width int) {
		if width < 1 || width > len(pixels) || len(pixels) > 1<<16 {
			return
		}
		picture := &image.Gray{Pix: pixels, Stride: width, Rect: image.Rect(0, 0, width, len(pixels)/width)}
		var page scan.Page
		addCodes(&page, codesIn(picture)...)
		check(t, &scan.Document{Pages: []scan.Page{page}})
	})
}

func fuzzReader(f *testing.F) *Reader {
	return newReader(f, Options{Tesseract: "no-tesseract", HEIFConvert: "no-heif-convert", PageTime: time.Second, FileTime: 2 * time.Second, MaxPixels: 1_000_000})
}

// fuzzFiles reads files of one kind, or of all when it is "", without OCR: any is read or refused, in time.
func fuzzFiles(f *testing.F, kind ce.MediaType) {
	r := fuzzReader(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		if k, err := mediaTypeOf(content); kind != "" && (err != nil || k != kind) {
			return
		}
		readAny(t, r, content)
	})
}

func readAny(t *testing.T, r *Reader, content []byte) {
	document, err := r.Read(context.Background(), bytes.NewReader(content), int64(len(content)))
	check(t, &document)
	refused := new(Error)
	if err != nil && !errors.As(err, &refused) {
		t.Errorf("%v, code %s", err, ce.CodeOf(err))
	}
	if refused.Details != nil && strings.HasPrefix(refused.Details.Error(), "panic: ") {
		t.Error(refused.Details)
	}
}
