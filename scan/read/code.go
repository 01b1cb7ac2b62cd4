package read

import (
	"image"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode/detector"

	"accrue/scan"
)

// KindLink is the kind of a code that is a link of a PDF.
const KindLink = "LINK"

// maxCodes bounds the codes of a page, links included.
const maxCodes = 50

// codesIn returns the codes in a picture, boxes in shares of it: all QR codes, and one code of each other kind; in a dark
// picture without any, those that are light on dark. Retail codes (EAN, UPC) and ITF are not looked for: certificates have
// none, and texture passes for them. PDF417 is not known to the decoder.
func codesIn(picture *image.Gray) []scan.Code {
	if picture.Rect.Dx() < 20 || picture.Rect.Dy() < 20 {
		return nil
	}
	codes := darkCodesIn(picture)
	if len(codes) == 0 && quantiles(picture, 0.5)[0] < 128 {
		codes = darkCodesIn(inverted(picture))
	}
	return codes
}

func darkCodesIn(picture *image.Gray) []scan.Code {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	source, err := gozxing.NewPlanarYUVLuminanceSource(tight(picture), width, height, 0, 0, width, height, false)
	if err != nil {
		return nil
	}
	bitmap, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
	if err != nil {
		return nil
	}
	harder := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	var found []*gozxing.Result
	if matrix, err := bitmap.GetBlackMatrix(); err == nil && !manyFinders(matrix) {
		if found, err = multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, harder); err != nil {
			found = nil
		}
	}
	for _, reader := range []gozxing.Reader{
		datamatrix.NewDataMatrixReader(), aztec.NewAztecReader(), oned.NewCode128Reader(), oned.NewCode39Reader(),
	} {
		if one, err := reader.Decode(bitmap, harder); err == nil {
			found = append(found, one)
		}
	}
	var codes []scan.Code
	for _, one := range found {
		kind := one.GetBarcodeFormat().String()
		if kind == "QR_CODE" {
			kind = "QR"
		}
		codes = append(codes, scan.Code{Kind: kind, Text: one.GetText(), Box: boxAround(one.GetResultPoints(), width, height)})
	}
	return codes
}

// maxFinders bounds the squares in the corners of QR codes on a page, of which each has three.
const maxFinders = 100

// manyFinders reports whether there are more of them than any page has. The decoder looks at each three of them, and of a few hundred it
// would for minutes. What may be one is told by the decoder's own finder.
func manyFinders(matrix *gozxing.BitMatrix) bool {
	const step = detector.FinderPatternFinder_MIN_SKIP // rows, as the decoder goes
	finder := detector.NewFinderPatternFinder(matrix, nil)
	runs := make([]int, 5) // of dark and light pixels in turn, the first of dark ones
	for y := step - 1; y < matrix.GetHeight(); y += step {
		detector.FinderPatternFinder_ClearCounts(runs)
		last := 0
		for x := range matrix.GetWidth() {
			if dark := last%2 == 0; matrix.Get(x, y) == dark {
				runs[last]++
				continue
			}
			if last < 4 {
				if last > 0 || runs[0] > 0 {
					last++
					runs[last]++
				}
				continue
			}
			if detector.FinderPatternFinder_foundPatternCross(runs) && finder.HandlePossibleCenter(runs, y, x) {
				if len(finder.GetPossibleCenters()) > maxFinders {
					return true
				}
				detector.FinderPatternFinder_ClearCounts(runs)
				last = 0
				continue
			}
			detector.FinderPatternFinder_ShiftCounts2(runs)
			last = 3
		}
	}
	return false
}

// boxAround returns the box around the points that the decoder went by, in shares of the picture: for a QR code the
// centres of its corners, for a bar code a line across it.
func boxAround(points []gozxing.ResultPoint, width, height int) scan.Box {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, point := range points {
		if point != nil {
			left, right = min(left, point.GetX()), max(right, point.GetX())
			top, bottom = min(top, point.GetY()), max(bottom, point.GetY())
		}
	}
	if math.IsInf(left, 1) {
		return scan.Box{Width: 1, Height: 1}
	}
	return boxOf(left/float64(width), top/float64(height), right/float64(width), bottom/float64(height))
}

// addCodes appends codes that the page does not have yet.
func addCodes(page *scan.Page, codes ...scan.Code) {
next:
	for _, code := range codes {
		for _, other := range page.Codes {
			if other.Kind == code.Kind && other.Text == code.Text {
				continue next
			}
		}
		if len(page.Codes) < maxCodes && code.Text != "" {
			page.Codes = append(page.Codes, code)
		}
	}
}
