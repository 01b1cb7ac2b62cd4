package scan

import (
	"cmp"
	"math"
	"slices"
)

// sheet is one reading of a page, arranged: cells, and the blocks of running text that they form.
type sheet struct {
	page   int // from 0
	source Source
	cells  []*cell // from top to bottom, a row from left to right
	blocks []*block
	size   float64 // of the usual letters, a share of the page's height
	ratio  float64 // of the page's height to its width
	slope  float64 // of the lines before they were made level
}

// cell is words of one line without a wide gap: a line of running text, a label, a field of a table.
type cell struct {
	tokens []token
	box    Box     // as high as most of its words
	size   float64 // of its letters
	block  *block
	first  int  // the place of its first token in the block
	alone  bool // in its row
	leads  bool // its row
	column bool // cut off a line at a column
}

// block is a paragraph: cells below each other in letters of one size.
type block struct {
	sheet  *sheet
	cells  []*cell
	tokens []token
	box    Box
	size   float64 // of its letters
	place  int     // among the blocks of the sheet
	found  []match // phrases of the vocabulary in it, by their start
}

// arrange makes the sheet of a reading, or nil when it has no word.
func arrange(page int, p Page, reading Reading) *sheet {
	s := &sheet{page: page, source: reading.Source, ratio: 1}
	if p.Width > 0 && p.Height > 0 && !math.IsInf(p.Width, 0) && !math.IsInf(p.Height, 0) {
		s.ratio = min(max(p.Height/p.Width, 0.1), 10)
	}
	level, slope := straight(linesOf(reading.Words))
	s.slope = slope
	for _, line := range oneLine(level) {
		s.addLine(line)
	}
	if len(s.cells) == 0 {
		return nil
	}
	s.splitColumns()
	s.size = usual(s.cells)
	s.sortRows()
	s.join()
	return s
}

// splitColumns cuts cells that begin in a column where another column begins, each shared with three other cells:
// between two columns of a table there may be no more than a space.
func (s *sheet) splitColumns() {
	const (
		near   = 0.003
		enough = 3
	)
	starts := make([]float64, len(s.cells))
	for i, c := range s.cells {
		starts[i] = c.box.X
	}
	slices.Sort(starts)
	begin := func(x float64) int {
		from, _ := slices.BinarySearch(starts, x-near)
		to, _ := slices.BinarySearch(starts, x+near)
		return to - from
	}
	var cells []*cell
	for _, c := range s.cells {
		from := 0
		for i := 1; i < len(c.tokens); i++ {
			gap := c.tokens[i].box.X - c.tokens[i-1].box.right()
			if !c.tokens[i].glued && gap > 0.2*c.size*s.ratio && begin(c.tokens[i].box.X) >= enough && begin(c.tokens[from].box.X) > enough {
				cells = append(cells, c.part(from, i))
				from = i
			}
		}
		cells = append(cells, c.part(from, len(c.tokens)))
	}
	s.cells = cells
}

func (c *cell) part(from, to int) *cell {
	if from == 0 && to == len(c.tokens) {
		return c
	}
	p := &cell{tokens: c.tokens[from:to]}
	p.box, _ = around(p.tokens)
	p.box.Height, p.size = c.box.Height, c.size
	p.column = true
	return p
}

// sortRows brings the cells in the order of rows: what stands side by side is one row, however it was read.
func (s *sheet) sortRows() {
	slices.SortStableFunc(s.cells, func(a, b *cell) int { return cmp.Compare(a.box.middle(), b.box.middle()) })
	var cells []*cell
	for start := 0; start < len(s.cells); {
		end := start + 1
		for end < len(s.cells) && s.cells[end].box.beside(s.cells[start].box) {
			end++
		}
		row := s.cells[start:end]
		slices.SortStableFunc(row, func(a, b *cell) int { return cmp.Compare(a.box.X, b.box.X) })
		row = s.mend(row)
		for _, c := range row {
			c.alone = len(row) == 1
		}
		row[0].leads = true
		cells = append(cells, row...)
		start = end
	}
	s.cells = cells
}

// mend joins neighbours of a row with no more than a space between, which were read as two lines.
func (s *sheet) mend(row []*cell) []*cell {
	mended := row[:1:1]
	for _, c := range row[1:] {
		last := mended[len(mended)-1]
		gap, size := c.box.X-last.box.right(), c.size/last.size
		if !c.column && !last.column && gap >= 0 && gap <= 0.4*c.size*s.ratio && size > 0.75 && size < 1.33 {
			height := last.box.Height
			last.tokens = slices.Concat(last.tokens, c.tokens)
			last.box = last.box.union(c.box)
			last.box.Height = height
			continue
		}
		mended = append(mended, c)
	}
	return mended
}

// join makes blocks of cells that follow each other closely.
func (s *sheet) join() {
	for i, c := range s.cells {
		var above *cell
		for j := i - 1; j >= 0 && j >= i-12; j-- {
			if b := s.cells[j]; b.box.shares(c.box) && !b.box.beside(c.box) {
				above = b
				break
			}
		}
		if above == nil || !s.continues(above, c) {
			b := &block{sheet: s, box: c.box, size: c.size, place: len(s.blocks)}
			s.blocks = append(s.blocks, b)
			b.add(c)
			continue
		}
		above.block.add(c)
	}
}

func (s *sheet) continues(above, c *cell) bool {
	b := above.block
	if b.cells[len(b.cells)-1] != above {
		return false
	}
	pitch, size := c.base()-above.base(), c.size/above.size
	switch {
	case pitch > widestPitch*max(above.size, c.size), size < 0.78, size > 1.28:
		return false
	case !c.alone: // a row of a table
		return false
	}
	last := above.tokens[len(above.tokens)-1].text
	return last[len(last)-1] != ':'
}

// widestPitch is how far apart the lines of a paragraph are at most, in sizes of the letters.
const widestPitch = 1.72

func (b *block) add(c *cell) {
	c.block, c.first = b, len(b.tokens)
	b.cells = append(b.cells, c)
	b.tokens = append(b.tokens, c.tokens...)
	b.box = b.box.union(c.box)
}

// foundAt returns the phrases that begin at the place.
func (b *block) foundAt(place int) []match {
	byStart := func(m match, place int) int { return cmp.Compare(m.from, place) }
	from, _ := slices.BinarySearchFunc(b.found, place, byStart)
	to, _ := slices.BinarySearchFunc(b.found, place+1, byStart)
	return b.found[from:to]
}

// cellAt returns the cell of the token at the place in the block.
func (b *block) cellAt(place int) *cell {
	i, exact := slices.BinarySearchFunc(b.cells, place, func(c *cell, place int) int { return cmp.Compare(c.first, place) })
	if !exact {
		i--
	}
	return b.cells[i]
}
