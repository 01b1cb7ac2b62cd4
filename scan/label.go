package scan

import "strings"

// hint is a phrase of the vocabulary that stands where the label of a value stands.
type hint struct {
	match
	block    *block
	evidence float64
	inside   bool // in the same block, before the value
}

// Where a label stands, by how often it means the value.
const (
	labelBefore = 4.0 // in the same line or sentence
	labelLeft   = 4.0 // in the same row of a table
	labelAbove  = 3.2
	labelBelow  = 3.0 // under a rule to write on
)

// hints returns the labels of wanted meanings that belong to the value, the surest first.
func (s *sheet) hints(value span, wanted func(meaning string) bool) []hint {
	var found []hint
	b := value.block
	best := -1
	for i, m := range b.found {
		if m.to <= value.from && value.from-m.to <= 5 && wanted(m.meaning) && !b.sentenceEnds(m.to-1, value.from-1) &&
			(best < 0 || m.to > b.found[best].to || m.to == b.found[best].to && m.to-m.from > b.found[best].to-b.found[best].from) {
			best = i
		}
	}
	if best >= 0 {
		m := b.found[best]
		found = append(found, hint{m, b, labelBefore - 0.4*float64(value.from-m.to), true})
		for _, other := range b.found {
			if other.from == m.from && other.to == m.to && other.meaning != m.meaning && wanted(other.meaning) {
				found = append(found, hint{other, b, found[0].evidence - 0.1, true})
			}
		}
	}
	c := b.cellAt(value.from)
	if value.from-c.first > 2 {
		return found
	}
	if value.from == c.first && len(found) == 0 {
		if left := s.leftOf(c); left != nil {
			found = append(found, labelsIn(left, labelLeft, wanted)...)
		}
	}
	if len(found) > 0 {
		return found
	}
	above, below := s.above(c), s.below(c)
	if above != nil && above.block != b {
		found = append(found, labelsIn(above, labelAbove, wanted)...)
		if len(found) == 0 {
			found = columnLabels(above, s.column(c), wanted)
		}
		if len(found) == 0 && len(s.anyLabel(above)) > 0 {
			return nil // it has a label, and no other
		}
	}
	if below != nil && below.block != b || below != nil && below.first == value.to {
		under := labelsIn(below, labelBelow, wanted)
		if len(found) > 0 && len(under) > 0 && c.box.Y-above.box.bottom() > 1.6*(below.box.Y-c.box.bottom()) {
			found = nil // the label below is much nearer
		}
		found = append(found, under...)
	}
	return found
}

// labelsIn returns the phrases that make up most of a cell.
func labelsIn(c *cell, evidence float64, wanted func(meaning string) bool) []hint {
	var found []hint
	b := c.block
	words := 0
	for _, t := range c.tokens {
		if t.key != "" {
			words++
		}
	}
	last := c.first + len(c.tokens)
	colon := strings.HasSuffix(c.tokens[len(c.tokens)-1].text, ":")
	for _, m := range b.found {
		if m.from < c.first || m.to > last || !wanted(m.meaning) {
			continue
		}
		share := float64(len(m.words)) / float64(max(words, 1))
		switch {
		case share > 0.99:
			found = append(found, hint{m, b, evidence, false})
		case share >= 0.5 && evidence != labelBelow || colon && m.to >= last-1:
			found = append(found, hint{m, b, evidence - 1 + share/2, false})
		}
	}
	// The phrase that says most comes first.
	for i := 1; i < len(found); i++ {
		for j := i; j > 0 && found[j].evidence > found[j-1].evidence; j-- {
			found[j], found[j-1] = found[j-1], found[j]
		}
	}
	return found
}

// column returns the width that a cell may take: up to the next cell of its row.
func (s *sheet) column(c *cell) Box {
	box := c.box
	if right := s.rightOf(c); right != nil {
		box.Width = max(right.box.X-box.X-0.01, box.Width)
	}
	return box
}

// columnLabels returns the phrases of a row of headings that stand over the box: the row may have been read as one cell.
func columnLabels(row *cell, box Box, wanted func(meaning string) bool) []hint {
	labels := 0
	var found []hint
	for _, m := range row.block.found {
		if m.from < row.first || m.to > row.first+len(row.tokens) {
			continue
		}
		if isLabel(m.meaning) || isUnit(m.meaning) || isTopic(m.meaning) {
			labels += len(m.words)
		}
		if where, _ := around(row.block.tokens[m.from:m.to]); wanted(m.meaning) && where.shares(box) {
			found = append(found, hint{m, row.block, labelAbove - 0.5, false})
		}
	}
	if 2*labels < len(row.tokens) {
		return nil // a sentence
	}
	return found
}

// sentenceEnds reports whether a sentence ends between two tokens of a block.
func (b *block) sentenceEnds(from, to int) bool {
	for i := from; i < to && i < len(b.tokens); i++ {
		text := b.tokens[i].text
		if len(text) > 4 && strings.HasSuffix(text, ".") {
			return true
		}
	}
	return false
}

// value returns what a label is the label of: the rest of its line, else what stands right of it, below or above.
func (s *sheet) value(b *block, m match) (span, float64) {
	c := b.cellAt(m.from)
	if !b.opens(m) {
		return span{}, 0
	}
	colon := strings.HasSuffix(b.tokens[m.to-1].text, ":") || strings.HasSuffix(b.tokens[m.to-1].text, "=")
	if m.to < c.first+len(c.tokens) {
		if !colon && m.to-m.from < 2 {
			return span{b, m.to, b.valueEnd(m.to)}, 1.5
		}
		evidence := 3.0
		if colon {
			evidence = labelBefore
		}
		return span{b, m.to, b.valueEnd(m.to)}, evidence
	}
	if s.heads(c) && !colon {
		if below := s.below(c); below != nil && below.block != b && len(s.anyLabel(below)) == 0 {
			return below.whole(), labelAbove
		}
	}
	if right := s.rightOf(c); right != nil && len(s.anyLabel(right)) == 0 {
		if right.block.box.X >= c.box.right()-touch { // the label may stand at the middle of a value of several lines
			return span{right.block, 0, right.block.valueEnd(0)}, labelLeft
		}
		return right.whole(), labelLeft
	} else if right == nil {
		if d := s.blockRight(c); d != nil {
			return span{d, 0, d.valueEnd(0)}, labelLeft
		}
	}
	if below := s.below(c); below != nil && len(s.anyLabel(below)) == 0 {
		if below.block == b {
			return span{b, m.to, b.valueEnd(m.to)}, labelAbove
		}
		return below.whole(), labelAbove
	}
	if above := s.above(c); above != nil && len(s.anyLabel(above)) == 0 {
		return above.whole(), labelBelow - 1
	}
	return span{}, 0
}

// heads reports whether a cell is of a row of three and more, such as the headings of a table.
func (s *sheet) heads(c *cell) bool {
	row := 0
	for _, d := range s.cells {
		if d.box.beside(c.box) {
			row++
		}
	}
	return row >= 3
}

// blockRight returns the nearest block right of a cell at whose middle height it stands, or nil.
func (s *sheet) blockRight(c *cell) *block {
	return nearest(s.blocks, func(d *block) bool {
		return d.box.X >= c.box.right()-touch && d.box.Y <= c.box.middle() && c.box.middle() <= d.box.bottom()
	}, func(d *block) float64 { return d.box.X })
}

// opens reports whether a phrase begins its line, or follows another field of it.
func (b *block) opens(m match) bool {
	c := b.cellAt(m.from)
	return m.from == c.first || strings.HasSuffix(b.tokens[m.to-1].text, ":")
}

// valueEnd returns where a value ends: at the next label with a colon or at the start of a line, or with the block.
func (b *block) valueEnd(from int) int {
	end := min(from+longest, len(b.tokens))
	for i := from + 1; i < end; i++ {
		if c := b.cellAt(i); c.first == i && c.labelled() {
			return i
		}
		for _, m := range b.foundAt(i) {
			colon := strings.HasSuffix(b.tokens[m.to-1].text, ":")
			if colon && (isLabel(m.meaning) || isUnit(m.meaning)) || isLabel(m.meaning) && m.to-m.from > 1 && b.cellAt(i).first == i {
				return i
			}
		}
	}
	return end
}

// labelled reports whether a line begins with a few words and a colon.
func (c *cell) labelled() bool {
	const most = 3 // words of a label that nobody knows
	for _, t := range c.tokens[:min(most, len(c.tokens))] {
		if strings.HasSuffix(t.text, ":") {
			return true
		}
	}
	return false
}

// longest is how many words a value has at most.
const longest = 60

// whole is the text of which the cell is the first line.
func (c *cell) whole() span {
	if c.block.cells[0] != c {
		return span{c.block, c.first, c.first + len(c.tokens)}
	}
	return span{c.block, 0, min(len(c.block.tokens), longest)}
}

// anyLabel returns the labels that a cell consists of.
func (s *sheet) anyLabel(c *cell) []hint {
	return labelsIn(c, 1, func(meaning string) bool { return (isLabel(meaning) || isUnit(meaning)) && len(c.tokens) < 7 })
}

func isLabel(meaning string) bool {
	switch meaning {
	case "completed", "started", "issued", "expires", "other date", "date", "title", "participant", "provider", "number", "other number", "method", "field":
		return true
	}
	return false
}
