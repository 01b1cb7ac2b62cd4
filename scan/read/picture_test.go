package read

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	xdraw "golang.org/x/image/draw"

	"accrue/scan"
)

// rendered is a picture of the certificate, so many pixels wide.
func rendered(t testing.TB, width int) *image.RGBA {
	t.Helper()
	content := file(t, "certificate.pdf")
	picture, err := shared.Image(context.Background(), bytes.NewReader(content), int64(len(content)), 0, 0, width)
	if err != nil {
		t.Fatal(err)
	}
	return picture.(*image.RGBA)
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// qrCode is a picture of a QR code.
func qrCode(t testing.TB, text string, side int) *image.Gray {
	t.Helper()
	bits, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, side, side, nil)
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, bits.GetWidth(), bits.GetHeight()))
	for y := range bits.GetHeight() {
		for x := range bits.GetWidth() {
			if !bits.Get(x, y) {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return picture
}

// recoloured replaces each grey by the mixture of two colours.
func recoloured(picture *image.RGBA, dark, light color.RGBA) *image.RGBA {
	out := image.NewRGBA(picture.Rect)
	for i := 0; i < len(out.Pix); i += 4 {
		v := int(picture.Pix[i+1])
		for c, ends := range [3][2]uint8{{dark.R, light.R}, {dark.G, light.G}, {dark.B, light.B}} {
			out.Pix[i+c] = uint8((int(ends[0])*(255-v) + int(ends[1])*v) / 255)
		}
		out.Pix[i+3] = 255
	}
	return out
}

// photographed lays the picture askew on a table, in a light that falls off, with noise: 12 megapixels.
func photographed(picture *image.RGBA, brightness float64) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, 4032, 3024))
	draw.Draw(out, out.Rect, image.NewUniform(color.RGBA{138, 122, 102, 255}), image.Point{}, draw.Src)
	lying := straightened(picture, -2.5)
	xdraw.ApproxBiLinear.Scale(out, image.Rect(100, 120, 3932, 2830), lying, lying.Rect, draw.Src, nil)
	random := rand.New(rand.NewPCG(1, 2))
	for y := range 3024 {
		for x := range 4032 {
			at := y*out.Stride + 4*x
			light := brightness * (1 - 0.4*float64(x)/4032)
			noise := random.IntN(17) - 8
			for c := range 3 {
				out.Pix[at+c] = uint8(min(max(int(float64(out.Pix[at+c])*light)+noise, 0), 255))
			}
		}
	}
	return out
}

// banded puts the picture between a grey band with a line of text in light grey above, and a line of text outside of all
// frames below. The lines are cut from the picture itself, where the boxes are.
func banded(picture *image.RGBA, upper, lower scan.Box) *image.RGBA {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	line := func(box scan.Box) *image.RGBA {
		top, high := int(box.Y*float64(height))-12, int(box.Height*float64(height))+24
		part := image.NewRGBA(image.Rect(0, 0, width*7/10, high))
		draw.Draw(part, part.Rect, picture, image.Pt(width*15/100, top), draw.Src)
		return part
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height+260))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, picture.Rect.Add(image.Pt(0, 150)), picture, image.Point{}, draw.Src)
	ground := color.RGBA{119, 119, 119, 255}
	draw.Draw(out, image.Rect(0, 0, width, 130), image.NewUniform(ground), image.Point{}, draw.Src)
	light := recoloured(line(upper), color.RGBA{187, 187, 187, 255}, ground)
	draw.Draw(out, light.Rect.Add(image.Pt(width*15/100, 20)), light, image.Point{}, draw.Src)
	dark := line(lower)
	draw.Draw(out, dark.Rect.Add(image.Pt(width*15/100, height+165)), dark, image.Point{}, draw.Src)
	return out
}

func TestPictures(t *testing.T) {
	plain := rendered(t, 2000)
	for name, test := range map[string]struct {
		content []byte
		missing int // lines that may be misread
		noCode  bool
	}{
		"PNG":  {content: asPNG(t, plain)},
		"JPEG": {content: asJPEG(t, plain)},
		"WebP": {content: file(t, "certificate.webp"), missing: 2},
		"HEIC": {content: file(t, "certificate.heic"), missing: 2},

		"small": {content: asPNG(t, rendered(t, 1000)), missing: 2},
		"askew": {content: asPNG(t, straightened(plain, -5)), missing: 2},

		"white on blue":  {content: asPNG(t, recoloured(plain, color.RGBA{255, 255, 255, 255}, color.RGBA{27, 95, 174, 255})), missing: 1},
		"dark on red":    {content: asPNG(t, recoloured(plain, color.RGBA{90, 16, 32, 255}, color.RGBA{224, 32, 64, 255})), missing: 2},
		"blue on orange": {content: asPNG(t, recoloured(plain, color.RGBA{16, 64, 160, 255}, color.RGBA{192, 64, 16, 255})), missing: 2, noCode: true},

		"photo":     {content: asJPEG(t, photographed(plain, 1)), missing: 2},
		"dim photo": {content: asJPEG(t, photographed(plain, 0.35)), missing: 4},
	} {
		t.Run(name, func(t *testing.T) {
			document := readWith(t, shared, test.content)
			if len(document.Pages) != 1 || len(document.Pages[0].Readings) != 1 {
				t.Fatalf("%+v", document)
			}
			page := document.Pages[0]
			if page.Readings[0].Source != scan.SourceOCR || page.Turn != 0 || page.Width < page.Height {
				t.Errorf("%s, turn %d, %g x %g", page.Readings[0].Source, page.Turn, page.Width, page.Height)
			}
			wants(t, page, test.missing)
			if !test.noCode {
				wantsCode(t, page, "QR")
			}
		})
	}
}

// Pages on their sides and on their heads are turned, and boxes are on the page as it was sent, turned by whole quarters only.
func TestTurnedPictures(t *testing.T) {
	plain := rendered(t, 2000)
	upright := readWith(t, shared, asPNG(t, plain)).Pages[0]
	askewPage := readWith(t, shared, asPNG(t, straightened(plain, -4))).Pages[0]
	if box := wordBox(t, upright, "Okafor"); !near(box, 0.553, 0.296) {
		t.Errorf("Okafor is at %+v", box)
	}
	hazardous := wordBox(t, upright, "Hazardous")
	width, height := float64(plain.Rect.Dx()), float64(plain.Rect.Dy())
	before := askew(hazardous, 4, width, height) // the picture below was turned the other way
	if box := wordBox(t, askewPage, "Hazardous"); !near(box, before.X+before.Width/2, before.Y+before.Height/2) {
		t.Errorf("askew, Hazardous is at %+v, not %+v", box, before)
	}
	for quarters := 1; quarters < 4; quarters++ {
		page := readWith(t, shared, asPNG(t, turned(plain, quarters))).Pages[0]
		if page.Turn != 4-quarters || page.Width < page.Height {
			t.Errorf("turned %d: turn %d, %g x %g", quarters, page.Turn, page.Width, page.Height)
		}
		wants(t, page, 1)
		if box := wordBox(t, page, "Hazardous"); !near(box, hazardous.X+hazardous.Width/2, hazardous.Y+hazardous.Height/2) {
			t.Errorf("turned %d: at %+v, not %+v", quarters, box, hazardous)
		}
		if code := wantsCode(t, page, "QR"); !near(code.Box, 0.885, 0.84) {
			t.Errorf("turned %d: QR at %+v", quarters, code.Box)
		}
	}
}

// What stands at the edges is read although the analysis of the layout drops it.
func TestEdges(t *testing.T) {
	layer := readWith(t, shared, file(t, "certificate.pdf")).Pages[0]
	content := asPNG(t, banded(rendered(t, 2300), wordBox(t, layer, "Hazardous"), wordBox(t, layer, "offered")))
	got := lines(readWith(t, shared, content).Pages[0].Readings[0])
	if got[0] != certificate[4] {
		t.Errorf("the band above: %q", got[0])
	}
	if last := got[len(got)-1]; last != certificate[5] {
		t.Errorf("the line below: %q", last)
	}
}

func TestBlankPages(t *testing.T) {
	white := image.NewRGBA(image.Rect(0, 0, 1000, 1400))
	draw.Draw(white, white.Rect, image.White, image.Point{}, draw.Src)
	for name, content := range map[string][]byte{"picture": asPNG(t, white), "PDF": onePage(landscape, "")} {
		document := readWith(t, shared, content)
		if len(document.Pages) != 1 || len(document.Pages[0].Readings) != 0 || len(document.Pages[0].Codes) != 0 {
			t.Errorf("%s: %+v", name, document)
		}
		wantsWorking(t, shared)
	}
}

// exif is a directory with an orientation, in either order of bytes.
func exif(order binary.AppendByteOrder, value uint16) []byte {
	out := []byte("II*\x00")
	if order.String() == "BigEndian" {
		out = []byte("MM\x00*")
	}
	out = order.AppendUint32(out, 8)
	out = order.AppendUint16(out, 2)
	for _, entry := range [][2]uint16{{0x010f, 7}, {orientationTag, value}} {
		out = order.AppendUint16(out, entry[0])
		out = order.AppendUint16(out, 3)
		out = order.AppendUint32(out, 1)
		out = order.AppendUint16(out, entry[1])
		out = order.AppendUint16(out, 0)
	}
	return order.AppendUint32(out, 0)
}

func jpegWithEXIF(content, tiff []byte) []byte {
	segment := append([]byte("Exif\x00\x00"), tiff...)
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(head, segment...), content[2:]...)
}

func pngWithEXIF(content, tiff []byte) []byte {
	body := append([]byte("eXIf"), tiff...)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(tiff)))
	chunk = append(chunk, body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	const header = 8 + 25 // the signature and IHDR
	return append(append(content[:header:header], chunk...), content[header:]...)
}

// A picture of four colours, stored as each orientation has it, comes out upright.
func TestEXIF(t *testing.T) {
	upper := image.NewRGBA(image.Rect(0, 0, 64, 32))
	colours := []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}
	for i, c := range colours {
		draw.Draw(upper, image.Rect(i%2*32, i/2*16, i%2*32+32, i/2*16+16), image.NewUniform(c), image.Point{}, draw.Src)
	}
	// TIFF 6.0 says where row 0 and column 0 of what is stored are on the upright picture.
	stored := func(orientation int) *image.RGBA {
		width, height := 64, 32
		if orientation > 4 {
			width, height = 32, 64
		}
		out := image.NewRGBA(image.Rect(0, 0, width, height))
		for row := range height {
			for column := range width {
				at := map[int]image.Point{
					1: {column, row}, 2: {63 - column, row}, 3: {63 - column, 31 - row}, 4: {column, 31 - row},
					5: {row, column}, 6: {63 - row, column}, 7: {63 - row, 31 - column}, 8: {row, 31 - column},
				}[orientation]
				out.SetRGBA(column, row, upper.RGBAAt(at.X, at.Y))
			}
		}
		return out
	}
	for orientation := 1; orientation <= 8; orientation++ {
		for name, content := range map[string][]byte{
			"JPEG, big endian":    jpegWithEXIF(asJPEG(t, stored(orientation)), exif(binary.BigEndian, uint16(orientation))),
			"JPEG, little endian": jpegWithEXIF(asJPEG(t, stored(orientation)), exif(binary.LittleEndian, uint16(orientation))),
			"PNG":                 pngWithEXIF(asPNG(t, stored(orientation)), exif(binary.BigEndian, uint16(orientation))),
		} {
			got, err := shared.Image(context.Background(), bytes.NewReader(content), int64(len(content)), 0, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range colours {
				r, g, b, _ := got.At(i%2*32+16, i/2*16+8).RGBA()
				if far(r, c.R) || far(g, c.G) || far(b, c.B) {
					t.Errorf("%s, orientation %d: corner %d is %d %d %d, not %v", name, orientation, i, r>>8, g>>8, b>>8, c)
				}
			}
		}
	}
}

func far(got uint32, want uint8) bool { d := int(got>>8) - int(want); return d > 8 || d < -8 }

func TestImage(t *testing.T) {
	content := file(t, "certificate.pdf")
	for _, test := range []struct {
		page, turn, side int
		width, height    int
	}{
		{0, 0, 400, 400, 282},
		{1, 1, 400, 282, 400},
		{1, -1, 200, 141, 200},
	} {
		got, err := shared.Image(context.Background(), bytes.NewReader(content), int64(len(content)), test.page, test.turn, test.side)
		if err != nil {
			t.Fatal(err)
		}
		size := got.Bounds().Size()
		if d := size.Sub(image.Pt(test.width, test.height)); d.X < -2 || d.X > 2 || d.Y < -2 || d.Y > 2 {
			t.Errorf("%+v: %v", test, size)
		}
	}
	for _, page := range []int{-1, 2} {
		wantsReason(t, ReasonNoSuchPage, func() error {
			_, err := shared.Image(context.Background(), bytes.NewReader(content), int64(len(content)), page, 0, 100)
			return err
		}())
	}
	for _, side := range []int{15, 4097} {
		if _, err := shared.Image(context.Background(), bytes.NewReader(content), int64(len(content)), 0, 0, side); err == nil {
			t.Error(fmt.Sprint(side, " pixels"))
		}
	}
	// Small pictures stay small, and what is transparent is white.
	clear := image.NewNRGBA(image.Rect(0, 0, 30, 20))
	small := asPNG(t, clear)
	got, err := shared.Image(context.Background(), bytes.NewReader(small), int64(len(small)), 0, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, a := got.At(5, 5).RGBA(); got.Bounds().Dx() != 30 || r != 0xffff || a != 0xffff {
		t.Error(got.Bounds(), r, a)
	}
}

// Squares such as QR codes have in their corners, more than any page has, are not put together three by three.
func TestManyFinders(t *testing.T) {
	tiled := func(perSide int) *image.Gray {
		const tile, module = 24, 2
		picture := image.NewGray(image.Rect(0, 0, perSide*tile, perSide*tile))
		for y := range picture.Rect.Dy() {
			for x := range picture.Rect.Dx() {
				column, row := x%tile/module, y%tile/module
				ring := max(column-3, 3-column, row-3, 3-row) // from the middle of the square
				if ring == 2 || ring > 3 {
					picture.SetGray(x, y, color.Gray{255})
				}
			}
		}
		return picture
	}
	matrix := func(picture *image.Gray) *gozxing.BitMatrix {
		source, err := gozxing.NewPlanarYUVLuminanceSource(tight(picture), picture.Rect.Dx(), picture.Rect.Dy(), 0, 0, picture.Rect.Dx(), picture.Rect.Dy(), false)
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
		if err != nil {
			t.Fatal(err)
		}
		found, err := bitmap.GetBlackMatrix()
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for perSide, want := range map[int]bool{8: false, 16: true, 80: true} {
		if got := manyFinders(matrix(tiled(perSide))); got != want {
			t.Errorf("%d squares: %t", perSide*perSide, got)
		}
	}
	if codes := codesIn(tiled(80)); len(codes) > 0 { // of 6,400 the decoder would look at 44 billion threes
		t.Errorf("found %v", codes)
	}
}
