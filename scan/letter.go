package scan

import (
	"cmp"
	"slices"
	"strings"
)

// usual returns the size of the letters of which most of the text is set.
func usual(cells []*cell) float64 {
	bySize := slices.SortedFunc(slices.Values(cells), func(a, b *cell) int { return cmp.Compare(a.size, b.size) })
	words, seen := 0, 0
	for _, c := range cells {
		words += len(c.tokens)
	}
	for _, c := range bySize {
		if seen += len(c.tokens); 2*seen >= words {
			return max(c.size, 1e-4)
		}
	}
	return 1e-4
}

// middling returns the median of what is measured of the tokens that are words; of all, when none is.
func middling(tokens []token, measure func(token) float64) float64 {
	var values []float64
	for _, t := range tokens {
		if t.key != "" {
			values = append(values, measure(t))
		}
	}
	if len(values) == 0 {
		for _, t := range tokens {
			values = append(values, measure(t))
		}
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// size returns the size of the type in which a token is set. A box is as high as its letters: from the top of the
// highest to the bottom of the deepest.
func (t token) size() float64 {
	high, low := reach(t.text)
	return t.box.Height / (high + low)
}

// base returns the height on which the letters of a word stand.
func base(text string, box Box) float64 {
	high, low := reach(text)
	return box.bottom() - box.Height*low/(high+low)
}

// reach returns how far the letters of a word reach up and down from where they stand, in sizes of the letters.
func reach(text string) (high, low float64) {
	const (
		small = 0.50 // a, c, e …
		tall  = 0.72 // capitals, figures, b, d, f …
		deep  = 0.21 // g, p, q, y
	)
	high = small
	for _, r := range text {
		if strings.ContainsRune("gjpqyQ,;()[]/", r) {
			low = deep
		}
		if !strings.ContainsRune("acegmnopqrsuvwxyz.,;:-", r) {
			high = tall
		}
	}
	return high, low
}

// base returns the height on which the letters stand.
func (c *cell) base() float64 {
	return middling(c.tokens, func(t token) float64 { return base(t.text, t.box) })
}
