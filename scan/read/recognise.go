package read

import (
	"context"
	"errors"
	"image"
	"unicode"

	"golang.org/x/image/draw"

	"accrue/scan"
)

const (
	// ocrSide is how long the longer side of a page is for OCR, in pixels: about 220 for an inch of a sheet of paper.
	ocrSide = 2600
	// smallSide is where a picture is so small that OCR reads it better enlarged.
	smallSide = 1500
)

// recognise adds to the page what OCR reads in its picture, and its codes. The page is turned where the picture shows
// that it must be. When the page's time is over, it has what was read until then.
func (r *Reader) recognise(ctx context.Context, picture *image.RGBA, page *scan.Page) error {
	plain := stretched(gray(picture, luma))
	addCodes(page, codesIn(plain)...)
	if err := ctx.Err(); err != nil || r.tesseract.missing != "" || !written(plain) {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, r.options.PageTime)
	defer cancel()
	best, err := r.bestAttempt(limited, picture, skew(plain))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case len(best.fragments) > 0:
		turnPage(page, best.turn)
		page.Readings = append(page.Readings, scan.Reading{Source: scan.SourceOCR, Words: best.words()})
		return nil
	case errors.Is(err, errTooMuch) || limited.Err() != nil:
		if len(page.Readings) > 0 { // a page that has text of its own is not lost
			return nil
		}
		return tooComplex(err)
	}
	return err
}

// turnPage turns a page clockwise, with all that was read on it.
func turnPage(page *scan.Page, quarters int) {
	if quarters&1 == 1 {
		page.Width, page.Height = page.Height, page.Width
	}
	for _, reading := range page.Readings {
		for i := range reading.Words {
			reading.Words[i].Box = turnBox(reading.Words[i].Box, quarters)
		}
	}
	for i := range page.Codes {
		page.Codes[i].Box = turnBox(page.Codes[i].Box, quarters)
	}
	page.Turn = (page.Turn + quarters) & 3
}

// attempt is what OCR read in one version of a picture.
type attempt struct {
	fragments []fragment
	letters   float64 // letters and digits of words that were read with confidence
	sure      float64 // their share of all that was read
	sideways  bool    // most words are higher than wide

	// The version: turned by quarters of a turn, size in pixels, straightened by degrees.
	turn          int
	degrees       float64
	width, height float64
}

// good tells that no other version needs to be tried.
func (a *attempt) good() bool { return a.letters >= 120 && a.sure >= 0.7 && !a.sideways }

func (a *attempt) better(than *attempt) bool {
	if a.sideways != than.sideways {
		return than.sideways
	}
	return a.letters*a.sure > than.letters*than.sure
}

// words returns what was read in reading order, with boxes on the page as it was before it was straightened.
func (a *attempt) words() []scan.Word {
	words := arrange(a.fragments)
	if a.degrees != 0 {
		for i := range words {
			words[i].Box = askew(words[i].Box, a.degrees, a.width, a.height)
		}
	}
	return words
}

// readable tells whether a word is more than decoration: mirror images and ornaments are read as many single letters.
func readable(word scan.Word) bool { return letters(word.Text) >= 2 && word.Confidence >= 0.6 }

// letters counts letters and digits.
func letters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// assess measures how well a version was read.
func (a *attempt) assess() {
	all, high, wide := 0.0, 0, 0
	for _, f := range a.fragments {
		for _, word := range f.words {
			n := letters(word.Text)
			all += float64(max(n, 1))
			if readable(word) {
				a.letters += float64(n)
			}
			switch {
			case n < 4:
			case word.Box.Height*a.height > word.Box.Width*a.width:
				high++
			default:
				wide++
			}
		}
	}
	a.sure = a.letters / max(all, 1)
	a.sideways = high > wide
}

// bestAttempt reads the picture and, only where that is poor, other versions of it until one is good. An error comes with the best
// that was read before it.
func (r *Reader) bestAttempt(ctx context.Context, picture *image.RGBA, degrees float64) (attempt, error) {
	if degrees > -1 && degrees < 1 {
		degrees = 0 // Tesseract levels as much by itself
	} else {
		// Of lines that fall more it loses some without a trace, so this cannot wait for a poor reading.
		picture = straightened(picture, degrees)
	}
	if max(picture.Rect.Dx(), picture.Rect.Dy()) < smallSide {
		larger := image.NewRGBA(image.Rect(0, 0, 2*picture.Rect.Dx(), 2*picture.Rect.Dy()))
		draw.CatmullRom.Scale(larger, larger.Rect, picture, picture.Rect, draw.Src, nil)
		picture = larger
	}
	plain := stretched(gray(picture, luma))
	// Of a page that is partly in shadow Tesseract reads the lighter part, and that well, and loses the other without a trace.
	shaded := unevenlyLit(plain)
	first := plain
	if shaded {
		first = localContrast(plain)
	}
	best, err := r.read(ctx, first)
	if err != nil {
		return best, err
	}
	best.degrees = degrees
	try := func(version *image.Gray, turn int) error {
		other, err := r.read(ctx, version)
		if err != nil {
			return err
		}
		other.turn, other.degrees = turn, degrees
		if other.better(&best) {
			best = other
		}
		return nil
	}

	// A dim photo, or one of which the ground, not the light, differs.
	if !best.good() {
		other := plain
		if !shaded {
			other = localContrast(plain)
		}
		if err := try(other, 0); err != nil {
			return best, err
		}
	}
	// A page that lies on its side is read as rubbish that looks like words, or in no order.
	if !best.good() {
		turn, err := r.tesseract.orientation(ctx, localContrast(plain))
		if err == nil && turn != 0 {
			err = try(stretched(gray(turned(picture, turn), luma)), turn)
		}
		if err != nil {
			return best, err
		}
		if best.turn != 0 {
			picture = turned(picture, best.turn)
			plain = stretched(gray(picture, luma))
		}
	}
	for _, version := range []func() *image.Gray{
		func() *image.Gray { return localContrast(inverted(plain)) },     // white on colour
		func() *image.Gray { return stretched(gray(picture, redOnly)) },  // two colours of like lightness, which one channel tells apart,
		func() *image.Gray { return stretched(gray(picture, blueOnly)) }, // and which does depends on the colours
	} {
		if best.good() {
			break
		}
		if err := try(version(), best.turn); err != nil {
			return best, err
		}
	}
	return best, r.addEdges(ctx, plain, &best)
}

// read recognises one version of a picture.
func (r *Reader) read(ctx context.Context, version *image.Gray) (attempt, error) {
	fragments, err := r.tesseract.words(ctx, version, layoutAutomatic)
	if err != nil {
		return attempt{}, err
	}
	a := attempt{fragments: fragments, width: float64(version.Rect.Dx()), height: float64(version.Rect.Dy())}
	a.assess()
	return a, nil
}

// addEdges reads once more what stands above the first and below the last word, up to a fifth of the page. Bands of another
// colour and lines outside a frame are there, with hours, dates and numbers in them, and the analysis of a page's layout
// drops them; cut out, with their contrast stretched, they are read.
func (r *Reader) addEdges(ctx context.Context, picture *image.Gray, a *attempt) error {
	top, bottom := 1.0, 0.0
	for _, f := range a.fragments {
		for _, word := range f.words {
			if readable(word) {
				top, bottom = min(top, word.Box.Y), max(bottom, word.Box.Y+word.Box.Height)
			}
		}
	}
	if top > bottom {
		return nil
	}
	const margin, most = 0.005, 0.2
	for _, strip := range [][2]float64{{max(0, top-margin-most), top - margin}, {bottom + margin, min(1, bottom+margin+most)}} {
		from, to := int(strip[0]*a.height), int(strip[1]*a.height)
		if to-from < 20 {
			continue
		}
		part := stretched(rows(picture, from, to))
		if !written(part) {
			continue
		}
		fragments, err := r.tesseract.words(ctx, part, layoutBlock)
		if err != nil {
			return err
		}
		place := scan.Box{Y: float64(from) / a.height, Width: 1, Height: float64(to-from) / a.height}
		for _, f := range fragments {
			var kept fragment
			for _, word := range f.words {
				if readable(word) {
					word.Box = within(place, word.Box)
					kept.words = append(kept.words, word)
				}
			}
			a.fragments = append(a.fragments, kept)
		}
	}
	return nil
}
