package scantest

import (
	"strings"

	"accrue/scan"
)

// Page makes a page of a text layer from lines, for tests: each letter is as wide as any other, a line begins at the
// left, or in the middle with a leading ^. Words that a tab parts are columns: the first begins at the left, each
// further one a quarter of the page to the right. An empty line is a gap. Boxes are as high as their letters.
func Page(lines ...string) scan.Page {
	const (
		letter = 0.011  // of the page's width
		size   = 0.0125 // of its height
		pitch  = 0.020
		margin = 0.06
	)
	page := scan.Page{Width: 612, Height: 792}
	reading := scan.Reading{Source: scan.SourceTextLayer}
	for i, line := range lines {
		x := margin
		if rest, ok := strings.CutPrefix(line, "^"); ok {
			line = rest
			x = (1 - letter*float64(len([]rune(line)))) / 2
		}
		for column, text := range strings.Split(line, "\t") {
			if column > 0 {
				x = margin + 0.25*float64(column)
			}
			for word := range strings.FieldsSeq(text) {
				height := 0.72 * size
				if strings.ContainsAny(word, "gjpqy,;()/") {
					height += 0.21 * size
				}
				width := letter * float64(len([]rune(word)))
				reading.Words = append(reading.Words, scan.Word{
					Text: word, Line: i, Confidence: 1,
					Box: scan.Box{X: x, Y: 0.05 + pitch*float64(i) - 0.72*size, Width: width, Height: height},
				})
				x += width + letter/2
			}
		}
	}
	page.Readings = []scan.Reading{reading}
	return page
}

// Document is a document of one page of lines, see [Page].
func Document(lines ...string) scan.Document {
	return scan.Document{Pages: []scan.Page{Page(lines...)}}
}
