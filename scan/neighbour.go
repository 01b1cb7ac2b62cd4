package scan

import (
	"math"
)

// nearest returns the one at the least distance of those that fit, or nil.
func nearest[T any](all []*T, fits func(*T) bool, distance func(*T) float64) *T {
	var best *T
	least := math.Inf(1)
	for _, one := range all {
		if fits(one) {
			if d := distance(one); d < least {
				best, least = one, d
			}
		}
	}
	return best
}

// touch is how far boxes may reach into each other and still stand side by side, a share of the page's width.
const touch = 0.005

// rightOf returns the next cell of the row, or nil.
func (s *sheet) rightOf(c *cell) *cell {
	right := func(d *cell) float64 { return d.box.X - c.box.right() }
	return s.inRow(c, right)
}

// leftOf returns the cell before it in the row, or nil.
func (s *sheet) leftOf(c *cell) *cell {
	left := func(d *cell) float64 { return c.box.X - d.box.right() }
	return s.inRow(c, left)
}

// inRow returns the nearest cell of the row on the side on which the distance is none below 0, or nil. On a photo rows are
// not quite level: the next cell may stand a little higher or lower, if it is nobody else's.
func (s *sheet) inRow(c *cell, distance func(*cell) float64) *cell {
	level := func(d *cell) bool { return d != c && d.box.beside(c.box) && distance(d) >= -touch }
	if best := nearest(s.cells, level, distance); best != nil {
		return best
	}
	return nearest(s.cells, func(d *cell) bool {
		return d.leads && c.leads && distance(d) >= 0 && math.Abs(d.box.middle()-c.box.middle()) < 0.9*max(c.box.Height, d.box.Height)
	}, distance)
}

// farthest is how many sizes of the letters lie between a value and the label that belongs to it.
const farthest = 3.2

// below returns the nearest cell under it, or nil when none is near.
func (s *sheet) below(c *cell) *cell {
	return nearest(s.cells, func(d *cell) bool {
		return d.box.Y >= c.box.middle() && d.box.Y-c.box.bottom() <= farthest*max(s.size, c.size) && d.box.shares(c.box) && !d.box.beside(c.box)
	}, func(d *cell) float64 { return d.box.Y })
}

// above returns the nearest cell over it, or nil when none is near.
func (s *sheet) above(c *cell) *cell {
	return nearest(s.cells, func(d *cell) bool {
		return d.box.bottom() <= c.box.middle() && c.box.Y-d.box.bottom() <= farthest*max(s.size, c.size) && d.box.shares(c.box) && !d.box.beside(c.box)
	}, func(d *cell) float64 { return -d.box.bottom() })
}

// next returns the block that is read after it: the nearest below that stands under it or alone in its row, or nil.
func (s *sheet) next(b *block) *block {
	return nearest(s.blocks, func(d *block) bool {
		return d != b && d.box.Y >= b.box.bottom()-0.3*b.size && (d.cells[0].alone || d.box.shares(b.box))
	}, func(d *block) float64 { return d.box.Y })
}

// previous returns the block that is read before it, or nil.
func (s *sheet) previous(b *block) *block {
	return nearest(s.blocks, func(d *block) bool {
		return d != b && d.box.bottom() <= b.box.Y+0.3*b.size && (d.cells[0].alone || d.box.shares(b.box))
	}, func(d *block) float64 { return -d.box.bottom() })
}
