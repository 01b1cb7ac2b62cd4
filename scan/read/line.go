package read

import (
	"cmp"
	"math"
	"slices"

	"accrue/scan"
)

// fragment is a run of words that stand beside each other on one line, in reading order.
type fragment struct {
	words []scan.Word
	// alone says that the words run up or down the page, so that they share a line with nothing.
	alone bool
}

// arrange puts fragments into reading order and numbers the lines. What stands side by side is one line, also across
// columns, so that a label and its value are together wherever a reading has listed them.
func arrange(fragments []fragment) []scan.Word {
	slope := slopeOf(fragments)
	type place struct {
		fragment
		left, right, top, bottom float64 // as if the page were not askew
	}
	places := make([]place, 0, len(fragments))
	total := 0
	for _, f := range fragments {
		if len(f.words) == 0 {
			continue
		}
		total += len(f.words)
		p := place{fragment: f, left: math.Inf(1), right: math.Inf(-1), top: math.Inf(1), bottom: math.Inf(-1)}
		for _, word := range f.words {
			box := word.Box
			drop := slope * (box.X + box.Width/2)
			p.left, p.right = min(p.left, box.X), max(p.right, box.X+box.Width)
			p.top, p.bottom = min(p.top, box.Y-drop), max(p.bottom, box.Y+box.Height-drop)
		}
		places = append(places, p)
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.top+a.bottom, b.top+b.bottom) })

	var lines [][]place
	for _, p := range places {
		at := -1
		// Lines far above cannot reach down here; a page has few lines that are nearly as high.
		for i := len(lines) - 1; i >= 0 && i >= len(lines)-40 && at < 0 && !p.alone; i-- {
			beside, clash := false, false
			for _, other := range lines[i] {
				height := min(p.bottom-p.top, other.bottom-other.top)
				clash = clash || other.alone || min(p.right, other.right)-max(p.left, other.left) > height/2
				beside = beside || min(p.bottom, other.bottom)-max(p.top, other.top) > 0.6*height
			}
			if beside && !clash {
				at = i
			}
		}
		if at < 0 {
			lines = append(lines, nil)
			at = len(lines) - 1
		}
		lines[at] = append(lines[at], p)
	}

	words := make([]scan.Word, 0, total)
	for number, line := range lines {
		slices.SortStableFunc(line, func(a, b place) int { return cmp.Compare(a.left, b.left) })
		for _, p := range line {
			for _, word := range p.words {
				word.Line = number
				words = append(words, word)
			}
		}
	}
	return words
}

// slopeOf returns how much lower, in shares of the height, lines run for each share of the width that they go on: the
// median of all lines that are long enough to tell.
func slopeOf(fragments []fragment) float64 {
	var slopes []float64
	for _, f := range fragments {
		if f.alone || len(f.words) < 3 {
			continue
		}
		first, last := f.words[0].Box, f.words[len(f.words)-1].Box
		run := last.X + last.Width/2 - first.X - first.Width/2
		if run > 0.2 {
			slopes = append(slopes, (last.Y+last.Height/2-first.Y-first.Height/2)/run)
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	return slopes[len(slopes)/2]
}

// turnBox says where a box is after its page was turned clockwise by quarter turns.
func turnBox(b scan.Box, quarters int) scan.Box {
	switch quarters & 3 {
	case 1:
		return scan.Box{X: 1 - b.Y - b.Height, Y: b.X, Width: b.Height, Height: b.Width}
	case 2:
		return scan.Box{X: 1 - b.X - b.Width, Y: 1 - b.Y - b.Height, Width: b.Width, Height: b.Height}
	case 3:
		return scan.Box{X: b.Y, Y: 1 - b.X - b.Width, Width: b.Height, Height: b.Width}
	}
	return b
}

// boxOf returns the box between two corners, kept on its page; what is no number becomes an edge.
func boxOf(left, top, right, bottom float64) scan.Box {
	share := func(v float64) float64 {
		if !(v > 0) { // NaN as well
			return 0
		}
		return min(v, 1)
	}
	x, y := share(min(left, right)), share(min(top, bottom))
	return scan.Box{X: x, Y: y, Width: share(max(left, right)) - x, Height: share(max(top, bottom)) - y}
}

// union returns the box around both.
func union(a, b scan.Box) scan.Box {
	return boxOf(min(a.X, b.X), min(a.Y, b.Y), max(a.X+a.Width, b.X+b.Width), max(a.Y+a.Height, b.Y+b.Height))
}

// within returns where a box of a part of a page is on the page.
func within(part, b scan.Box) scan.Box {
	return boxOf(part.X+b.X*part.Width, part.Y+b.Y*part.Height, part.X+(b.X+b.Width)*part.Width, part.Y+(b.Y+b.Height)*part.Height)
}
