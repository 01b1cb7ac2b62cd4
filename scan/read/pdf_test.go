package read

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"
)

// pdfOf writes a PDF of numbered objects, from 1 on; the first is the catalog.
func pdfOf(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	places := make([]int, len(objects))
	for i, object := range objects {
		places[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, place := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// stream is an object with content.
func stream(dictionary, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dictionary, len(content), content)
}

// onePage is a PDF whose page, object 3, has more entries and draws the content, object 4, in Helvetica, F1, object 5. More objects follow.
func onePage(entries, content string, more ...string) []byte {
	return pdfOf(append([]string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + entries + ">>",
		stream("", content),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}, more...)...)
}

const (
	landscape = "/MediaBox[0 0 842 595]"
	fonts     = "/Resources<</Font<</F1 5 0 R>>>>"
)

// written draws lines of text from the top of a landscape page, each at its own left edge.
func drawn(lines ...string) string {
	var content strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&content, "BT /F1 18 Tf 60 %d Td (%s) Tj ET\n", 520-30*i, line)
	}
	return content.String()
}

// sample are lines that do not look as if a layer missed something.
var sample = []string{
	"Certificate of Completion",
	"This is to certify that Maya Okafor has successfully completed",
	"the continuing education activity Safe Handling of Hazardous Medications",
	"offered by Riverbend Nursing Institute on March 14, 2026 for 2.5 contact hours",
	"Provider approval CEP 16543 by the Georgia Board of Nursing",
	"Keep this certificate for four years and show it when you are asked",
}

// pictured is a PDF that shows a picture on a whole page, with content over it.
func pictured(t testing.TB, picture image.Image, content string) []byte {
	t.Helper()
	var coded bytes.Buffer
	if err := jpeg.Encode(&coded, picture, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds()
	return onePage(landscape+"/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>", "q 842 0 0 595 0 0 cm /I Do Q\n"+content,
		stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", size.Dx(), size.Dy()), coded.String()))
}

// deflated is n bytes of zeros, packed.
func deflated(t testing.TB, n int) string {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	zeros := make([]byte, 1<<20)
	for ; n > 0; n -= len(zeros) {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
