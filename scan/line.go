package scan

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// linesOf cuts words with sound boxes into their lines.
func linesOf(words []Word) [][]Word {
	var lines [][]Word
	line := 0
	for _, w := range words {
		if !sound(w.Box) {
			continue
		}
		if len(lines) == 0 || w.Line != line {
			lines, line = append(lines, nil), w.Line
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], w)
	}
	return lines
}

// straight takes the tilt of a photo out of the boxes, which is what the long lines show, so that rows are level. It returns by how much
// lines fall for each share of the width.
func straight(lines [][]Word) ([][]Word, float64) {
	slopes := slopesOf(lines, 0.25)
	if len(slopes) < 3 { // short lines say less, and must be more
		if slopes = slopesOf(lines, 0.06); len(slopes) < 5 {
			return lines, 0
		}
	}
	slices.Sort(slopes)
	slope := slopes[len(slopes)/2]
	if math.Abs(slope) < 0.004 || math.Abs(slope) > 0.2 { // straight enough, or no tilt but a mess
		return lines, 0
	}
	for i, line := range lines {
		lines[i] = slices.Clone(line)
		for j := range line {
			lines[i][j].Box.Y -= slope * line[j].Box.X
		}
	}
	return lines, slope
}

// oneLine joins lines that stand side by side, as when a word with deeper letters was read as a line of its own. Where
// the gaps are wide they come apart again, as cells.
func oneLine(lines [][]Word) [][]Word {
	const back = 8 // lines that are looked at, for a page has many
	var joined [][]Word
	for _, line := range lines {
		into := -1
		for i := len(joined) - 1; i >= max(0, len(joined)-back); i-- {
			if sideBySide(joined[i], line) {
				into = i
				break
			}
		}
		if into < 0 {
			joined = append(joined, line)
			continue
		}
		joined[into] = slices.Concat(joined[into], line)
	}
	return joined
}

// sideBySide reports whether two lines have the same height on the page and no word of one stands on one of the other.
func sideBySide(a, b []Word) bool {
	const most = 200 // words of a line
	if len(a)+len(b) > most || !lineBox(a).beside(lineBox(b)) {
		return false
	}
	for _, v := range a {
		for _, w := range b {
			if v.Box.shares(w.Box) {
				return false
			}
		}
	}
	return true
}

func lineBox(line []Word) Box {
	box := line[0].Box
	for _, w := range line[1:] {
		box = box.union(w.Box)
	}
	return box
}

// slopesOf returns the slopes of the lines that are at least so long, a share of the page's width.
func slopesOf(lines [][]Word, long float64) []float64 {
	var slopes []float64
	for _, line := range lines {
		first, last := line[0], line[len(line)-1]
		if run := last.Box.X - first.Box.X; run >= long {
			slopes = append(slopes, (base(last.Text, last.Box)-base(first.Text, first.Box))/run)
		}
	}
	return slopes
}

// addLine cuts a line into cells where the gap is wider than a space can be.
func (s *sheet) addLine(words []Word) {
	var line []token
	for _, w := range words {
		line = append(line, tokens(w)...)
	}
	if len(line) == 0 {
		return
	}
	slices.SortStableFunc(line, func(a, b token) int { return cmp.Compare(a.box.X, b.box.X) })
	line = joinLetters(line)
	height, size := middling(line, func(t token) float64 { return t.box.Height }), middling(line, token.size)
	gap := widestSpace * size * s.ratio
	start := 0
	for i := 1; i <= len(line); i++ {
		if i < len(line) && line[i].box.X-line[i-1].box.right() <= gap && !divides(line, i) && !divides(line, i-1) {
			continue
		}
		c := &cell{tokens: trimRules(line[start:i])}
		if len(c.tokens) > 0 {
			c.box, _ = around(c.tokens)
			c.box.Height, c.size = height, size
			s.cells = append(s.cells, c)
		}
		start = i
	}
}

// widestSpace is how wide a space in a line is at most, in sizes of the letters.
const widestSpace = 1.05

// divides reports whether a sign stands between the fields of a line: a bar, a bullet, or one of a row of dots.
func divides(line []token, i int) bool {
	switch line[i].text {
	case "|", "·", "•":
		return true
	case ".":
		return i > 0 && line[i-1].text == "." || i+1 < len(line) && line[i+1].text == "."
	}
	return strings.HasPrefix(line[i].text, "...") && strings.Trim(line[i].text, ".") == ""
}

// joinLetters makes words of a line of letters set apart ("C E R T I F I C A T E"): where the gap is wider than usual
// there, a word ends.
func joinLetters(line []token) []token {
	single := 0
	for _, t := range line {
		if utf8.RuneCountInString(t.text) == 1 && t.key != "" {
			single++
		}
	}
	if single < 6 || 10*single < 8*len(line) {
		return line
	}
	gaps := make([]float64, 0, len(line))
	for i := 1; i < len(line); i++ {
		gaps = append(gaps, line[i].box.X-line[i-1].box.right())
	}
	wide := 1.7 * slices.Sorted(slices.Values(gaps))[len(gaps)/2]
	words := line[:1:1]
	for i := 1; i < len(line); i++ {
		if last := &words[len(words)-1]; gaps[i-1] <= wide {
			last.text += line[i].text
			last.key = keyOf(last.text)
			last.box = last.box.union(line[i].box)
			last.confidence = min(last.confidence, line[i].confidence)
			continue
		}
		words = append(words, line[i])
	}
	return words
}

func sound(b Box) bool {
	for _, v := range []float64{b.X, b.Y, b.Width, b.Height} {
		if math.IsNaN(v) || v < -1 || v > 2 {
			return false
		}
	}
	return b.Width >= 0 && b.Height > 0
}

// trimRules drops tokens that are only rules to write on, bars and dots.
func trimRules(tokens []token) []token {
	return slices.DeleteFunc(slices.Clone(tokens), func(t token) bool {
		for _, r := range t.text {
			switch r {
			case '_', '|', '.', '·', '•', '*', '~', '=', '-', ' ', '¢', '«', '»':
			default:
				return false
			}
		}
		return t.text != "-" && t.text != "="
	})
}
