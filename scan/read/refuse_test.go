package read

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/draw"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/scan"
)

func wantsReason(t testing.TB, want Reason, err error) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) || refused.Reason != want {
		t.Errorf("%v, not %s", err, want)
		return
	}
	// What an answer may show.
	var shown *ce.Error
	if !errors.As(err, &shown) || shown.Code != ce.CodeInvalidInput || shown.Text == "" || ce.CodeOf(err) != ce.CodeInvalidInput {
		t.Errorf("%+v is shown", shown)
	}
}

func readError(r *Reader, content []byte) error {
	_, err := r.Read(context.Background(), bytes.NewReader(content), int64(len(content)))
	return err
}

func newReader(t testing.TB, options Options) *Reader {
	t.Helper()
	if options.CacheDir == "" {
		options.CacheDir = shared.options.CacheDir
	}
	r, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// wantsWorking fails unless the reader reads a good file.
func wantsWorking(t testing.TB, r *Reader) {
	t.Helper()
	page := readWith(t, r, onePage(landscape+fonts, drawn(sample...))).Pages[0]
	if len(page.Readings) != 1 || !slices.Equal(lines(page.Readings[0]), sample) {
		t.Errorf("the next file: %+v", page)
	}
}

// pngHeader is a picture that claims a size and ends.
func pngHeader(width, height uint32) []byte {
	body := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	body = append(body, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}

// jpegHeader is a picture that claims a size, in one scan or several, and ends.
func jpegHeader(width, height uint16, progressive bool) []byte {
	marker := byte(0xc0)
	if progressive {
		marker = 0xc2
	}
	out := []byte{0xff, 0xd8, 0xff, marker, 0, 17, 8}
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, height), width)
	return append(out, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xda, 0, 12)
}

// manyPages is a PDF of n pages that share one content.
func manyPages(n int) []byte {
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>",
		fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", n, strings.Repeat("3 0 R ", n)),
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>")
}

// laughing is a PDF whose page draws a form that draws a form ten times, and so on: 10 to the power of 12 strokes.
func laughing() []byte {
	more := []string{}
	for i := range 12 {
		more = append(more, stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 842 595]/Resources<</XObject<</X %d 0 R>>>>", 7+i), strings.Repeat("/X Do ", 10)))
	}
	more = append(more, stream("/Type/XObject/Subtype/Form/BBox[0 0 842 595]", "0 0 m 842 595 l S"))
	return onePage(landscape+"/Resources<</XObject<</X 6 0 R>>>>", "/X Do", more...)
}

func TestRefusals(t *testing.T) {
	r := newReader(t, Options{Workers: 1, PageTime: 3 * time.Second, MaxPages: 20, MaxBytes: 2 << 20})
	whole := asJPEG(t, rendered(t, 1000))
	for name, test := range map[string]struct {
		content []byte
		want    Reason
	}{
		"no bytes":             {nil, ReasonEmpty},
		"text":                 {[]byte("Certificate of Completion"), ReasonUnsupported},
		"SVG":                  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><text>2.5</text></svg>`), ReasonUnsupported},
		"HTML":                 {[]byte("<!doctype html><p>Certificate"), ReasonUnsupported},
		"ZIP":                  {[]byte("PK\x03\x04\x14\x00\x00\x00"), ReasonUnsupported},
		"GIF":                  {[]byte("GIF89a\x01\x00\x01\x00"), ReasonUnsupported},
		"AVIF":                 {[]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1miaf"), ReasonUnsupported},
		"HTML before a PDF":    {append([]byte("<script>1</script>"), file(t, "certificate.pdf")...), ReasonUnsupported},
		"large":                {make([]byte, 2<<20+1), ReasonTooLarge},
		"half a JPEG":          {whole[:len(whole)/2], ReasonDamaged},
		"a JPEG's start":       {whole[:3], ReasonDamaged},
		"a PNG without pixels": {pngHeader(0, 10), ReasonDamaged},
		"half a WebP":          {file(t, "certificate.webp")[:5000], ReasonDamaged},
		"half a HEIC":          {file(t, "certificate.heic")[:5000], ReasonDamaged},
		"a PDF's start":        {[]byte("%PDF-1.7\n"), ReasonDamaged},
		"half a PDF":           {[]byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"), ReasonDamaged},
		"900 megapixels":       {pngHeader(30_000, 30_000), ReasonTooLarge},
		"4 billion wide":       {pngHeader(1<<31-1, 1<<31-1), ReasonDamaged},
		"JPEG, 900 megapixels": {jpegHeader(30_000, 30_000, false), ReasonTooLarge},
		"progressive":          {jpegHeader(5_000, 5_000, true), ReasonTooLarge},
		"password":             {file(t, "encrypted.pdf"), ReasonEncrypted},
		"no pages":             {manyPages(0), ReasonEmpty},
		"5,000 pages":          {manyPages(5_000), ReasonTooManyPages},
		"21 pages":             {manyPages(21), ReasonTooManyPages},
		"characters":           {onePage(landscape+fonts, "1 0 0 0.01 0 0 cm "+strings.Repeat("BT /F1 5 Tf 1 0 0 1 0 5 Tm ("+strings.Repeat("certificate ", 20)+") Tj ET 1 0 0 1 0 9 cm\n", 300)), ReasonTooLarge},
		"endless drawing":      {laughing(), ReasonTooComplex},
	} {
		t.Run(name, func(t *testing.T) {
			wantsReason(t, test.want, readError(r, test.content))
			wantsWorking(t, r)
		})
	}
}

// What looks dangerous and is read: nothing in it runs, and what is too much of it is left out.
func TestHarmless(t *testing.T) {
	r := newReader(t, Options{Workers: 1})
	script := "<</Type/Action/S/JavaScript/JS(app.launchURL\\('https://evil.example.com'\\); while \\(true\\) {})>>"
	for name, content := range map[string][]byte{
		"JavaScript": pdfOf("<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/AA<</WC 6 0 R>>>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
			"<</Type/Page/Parent 2 0 R/Contents 4 0 R/AA<</O 6 0 R>>"+landscape+fonts+">>", stream("", drawn(sample...)),
			"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", script),
		"a picture of 30,000 x 30,000 in it": onePage(landscape+"/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>", drawn(sample...)+"q 100 0 0 100 700 50 cm /I Do Q",
			stream("/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", deflated(t, 300<<20))),
		"a PDF with HTML behind": append(onePage(landscape+fonts, drawn(sample...)), "<script>alert(1)</script>"...),
	} {
		t.Run(name, func(t *testing.T) {
			err := readError(r, content)
			var refused *Error
			if err != nil && !errors.As(err, &refused) {
				t.Error(err)
			}
			if err != nil && !strings.Contains(name, "30,000") {
				t.Error(err)
			}
			wantsWorking(t, r)
		})
	}
	t.Run("a stream of 300 MB", func(t *testing.T) {
		bomb := pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R"+landscape+">>",
			stream("/Filter/FlateDecode", deflated(t, 300<<20)))
		var refused *Error
		if err := readError(r, bomb); err != nil && !errors.As(err, &refused) {
			t.Error(err)
		}
		wantsWorking(t, r)
	})
	// What is behind a picture is nothing, be it another file.
	for name, behind := range map[string]string{"HTML": "<script>alert(1)</script>", "a PDF": string(onePage(landscape+fonts, drawn("Jordan Lee")))} {
		t.Run("a picture with "+name+" behind", func(t *testing.T) {
			page := readWith(t, r, append(asPNG(t, rendered(t, 1700)), behind...)).Pages[0]
			wants(t, page, 2)
			wantsWorking(t, r)
		})
	}
	t.Run("10 MB of text", func(t *testing.T) {
		line := "BT /F1 5 Tf 1 0 0 1 0 5 Tm (" + strings.Repeat("certificate ", 80) + ") Tj ET 1 0 0 1 0 9 cm\n"
		content := onePage(landscape+fonts, "0.1 0 0 0.001 0 0 cm "+strings.Repeat(line, 10<<20/len(line)))
		if len(content) < 10_000_000 {
			t.Fatal(len(content), "bytes")
		}
		// Counting that many characters may take more memory than a file is given.
		var refused *Error
		if err := readError(r, content); !errors.As(err, &refused) || refused.Reason != ReasonTooLarge && refused.Reason != ReasonTooComplex {
			t.Error(err)
		}
		wantsWorking(t, r)
	})
}

// What codes and links lead to is told, and never fetched.
func TestNothingIsFetched(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	called := make(chan struct{}, 1)
	go func() {
		if connection, err := listener.Accept(); err == nil {
			connection.Close()
			called <- struct{}{}
		}
	}()
	r := newReader(t, Options{Workers: 1, Tesseract: "no-tesseract"})
	address := "http://" + listener.Addr().String() + "/c/RNI-2026-004817"
	link := fmt.Sprintf("<</Type/Annot/Subtype/Link/Rect[60 40 300 70]/A<</S/URI/URI(%s)>>>>", address)
	wide := image.NewRGBA(image.Rect(0, 0, 1684, 1190)) // as a page is
	draw.Draw(wide, wide.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(wide, image.Rect(600, 400, 1000, 800), qrCode(t, address, 400), image.Point{}, draw.Src)
	for name, test := range map[string]struct {
		content []byte
		kind    string
	}{
		"QR code":        {asPNG(t, qrCode(t, address, 400)), "QR"},
		"QR code in PDF": {pictured(t, wide, ""), "QR"},
		"link":           {onePage(landscape+fonts+"/Annots[6 0 R]", drawn(sample...), link), KindLink},
	} {
		page := readWith(t, r, test.content).Pages[0]
		if len(page.Codes) != 1 || page.Codes[0].Kind != test.kind || page.Codes[0].Text != address {
			t.Errorf("%s: %+v", name, page.Codes)
		}
		wantsWorking(t, r)
	}
	for _, text := range []string{"javascript:alert(1)", "file:///etc/passwd", "http://user:secret@127.0.0.1/"} {
		if page := readWith(t, r, asPNG(t, qrCode(t, text, 400))).Pages[0]; len(page.Codes) != 1 || page.Codes[0].Text != text {
			t.Errorf("%q: %+v", text, page.Codes)
		}
	}
	select {
	case <-called:
		t.Error("the address was fetched")
	default:
	}
}

// Without the programs all else works.
func TestWithoutPrograms(t *testing.T) {
	r := newReader(t, Options{Tesseract: "no-tesseract", HEIFConvert: "no-heif-convert"})
	for _, program := range r.Programs() {
		if !strings.Contains(program.Missing, "apt-get install") {
			t.Errorf("%+v", program)
		}
	}
	wantsWorking(t, r)
	wantsReason(t, ReasonHEICUnavailable, readError(r, file(t, "certificate.heic")))
	page := readWith(t, r, asPNG(t, rendered(t, 1000))).Pages[0]
	if len(page.Readings) != 0 {
		t.Errorf("%+v", page.Readings)
	}
	wantsCode(t, page, "QR")
}

func TestOptions(t *testing.T) {
	for _, options := range []Options{
		{MaxBytes: -1},
		{MaxPages: -1},
		{MaxPixels: -1},
		{PageTime: -1},
		{FileTime: -1},
		{Workers: -1},
		{MaxBytes: 1 << 31},
		{Languages: []string{"--psm"}},
		{Languages: []string{"../eng"}},
		{Languages: []string{"eng+spa"}},
		{Languages: []string{""}},
	} {
		if _, err := New(options); err == nil {
			t.Errorf("%+v", options)
		}
	}
	r := newReader(t, Options{Languages: []string{"eng", "tlh_Latn"}})
	if got := r.Programs()[0].Missing; got != "Tesseract has no language tlh_Latn; on Debian: apt-get install tesseract-ocr-tlh-latn" {
		t.Error(got)
	}
}

// Who gives up gets that error, and the reader is free for the next, whatever it was doing.
func TestCancel(t *testing.T) {
	r := newReader(t, Options{Workers: 1})
	wantsWorking(t, r)
	for name, content := range map[string][]byte{"drawing": laughing(), "recognising": asPNG(t, rendered(t, 2600))} {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		_, err := r.Read(ctx, bytes.NewReader(content), int64(len(content)))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		wantsWorking(t, r)
	}
	// While another is read, who waits can give up.
	r.slots <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	content := file(t, "certificate.pdf")
	if _, err := r.Read(ctx, bytes.NewReader(content), int64(len(content))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-r.slots
	wantsWorking(t, r)
}

func TestFileTime(t *testing.T) {
	r := newReader(t, Options{Workers: 1, FileTime: 700 * time.Millisecond})
	wantsReason(t, ReasonTooComplex, readError(r, laughing()))
	wantsWorking(t, r)
}

// When OCR's time is over, a page keeps its text.
func TestPageTime(t *testing.T) {
	r := newReader(t, Options{Workers: 1})
	r.tesseract.program = slow(t)
	r.options.PageTime = time.Second
	page := readWith(t, r, onePage(landscape+fonts, drawn("Maya Okafor"))).Pages[0]
	if len(page.Readings) != 1 || page.Readings[0].Source != scan.SourceTextLayer {
		t.Errorf("%+v", page)
	}
	wantsReason(t, ReasonTooComplex, readError(r, asPNG(t, rendered(t, 800))))
}

// slow is a program that never ends.
func slow(t testing.TB) string {
	t.Helper()
	name := t.TempDir() + "/slow"
	if err := os.WriteFile(name, []byte("#!/bin/sh\nsleep 1000 &\nwait\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestClose(t *testing.T) {
	r := newReader(t, Options{Workers: 1})
	wantsWorking(t, r)
	content := laughing()
	begun, result := make(chan struct{}), make(chan error)
	go func() {
		_, err := r.Read(context.Background(), telling{bytes.NewReader(content), sync.OnceFunc(func() { close(begun) })}, int64(len(content)))
		result <- err
	}()
	<-begun
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := readError(r, content); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// telling is a file that tells when it is read.
type telling struct {
	io.ReaderAt
	tell func()
}

func (f telling) ReadAt(p []byte, at int64) (int, error) {
	f.tell()
	return f.ReaderAt.ReadAt(p, at)
}

// A decoder that panics is a damaged file.
func TestPanic(t *testing.T) {
	r := newReader(t, Options{Workers: 1})
	content := file(t, "certificate.pdf")
	err := r.use(context.Background(), bytes.NewReader(content), int64(len(content)), func(context.Context, []byte, ce.MediaType) error { panic("nothing there") })
	wantsReason(t, ReasonDamaged, err)
	wantsWorking(t, r)
}

type failing struct{ io.ReaderAt }

var errFailing = errors.New("no disk")

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errFailing }

func TestFileError(t *testing.T) {
	if _, err := shared.Read(context.Background(), failing{}, 10); !errors.Is(err, errFailing) {
		t.Error(err)
	}
}

func TestRun(t *testing.T) {
	limits := processLimits{time: 30 * time.Second, memory: 1 << 30, output: 1 << 20}
	sh := func(limits processLimits, script string) ([]byte, error) {
		return run(context.Background(), limits, []string{"GIVEN=1"}, strings.NewReader("input"), "sh", "-c", script)
	}
	t.Setenv("ACCRUE_SECRET", "secret")
	if out, err := sh(limits, "cat; echo $GIVEN $ACCRUE_SECRET"); err != nil || string(out) != "input1\n" {
		t.Errorf("%q %v", out, err)
	}
	if _, err := sh(limits, "echo broken >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "exit status 3: broken") {
		t.Error(err)
	}
	little := limits
	little.time = 200 * time.Millisecond
	if _, err := sh(little, "sleep 1000 & wait"); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
	if _, err := sh(limits, "yes"); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
	little = limits
	little.output = 1000
	name := t.TempDir() + "/file"
	if _, err := sh(little, "while true; do echo more >>"+name+"; done"); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
	if info, err := os.Stat(name); err != nil || info.Size() > 1000 {
		t.Error(info.Size(), err)
	}
	// Tesseract itself, with too little memory for its language.
	little = limits
	little.memory = 40 << 20
	if _, err := run(context.Background(), little, nil, pgm(image.NewGray(image.Rect(0, 0, 2000, 2000))), shared.tesseract.program, "stdin", "stdout"); err == nil {
		t.Error("ran in 40 MB")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := run(ctx, limits, nil, nil, "sleep", "1000"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := run(context.Background(), limits, nil, nil, "no-such-program"); err == nil {
		t.Error("ran")
	}
}
