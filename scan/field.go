package scan

import (
	"cmp"
	"slices"
)

// Field is what a document says on one thing.
type Field[T any] struct {
	// Chosen is nil when nothing was found, or nothing that is sure enough to be proposed.
	Chosen *Candidate[T] `json:"chosen"`
	// Others are what else it might be, best first; at most maxOthers. Without Chosen the best guess is among them.
	Others []Candidate[T] `json:"others"`
	// Question says why nothing is chosen although something was found; else it is "".
	Question Question `json:"question"`
}

// Question is what a person must decide.
type Question string

// The questions.
const (
	QuestionUnsure   Question = "UNSURE"    // the best candidate is not sure enough
	QuestionDayMonth Question = "DAY_MONTH" // nothing on the document tells the day from the month; Others has both readings
)

// Candidate is a value with the place where it was read.
type Candidate[T any] struct {
	Value T `json:"value"`
	// Confidence is the share of such candidates that are right, 0 to 1.
	Confidence float64 `json:"confidence"`
	signs      signs
	Page       int    `json:"page"` // from 0
	Box        Box    `json:"box"`
	Source     Source `json:"source"` // "" for a bar code or a link
}

const maxOthers = 4

// finding is a candidate with what speaks for it.
type finding[T any] struct {
	value T
	key   string // the same for the same value
	// evidence is the sum of what speaks for it and against it; the weights stand where they are added.
	evidence   float64
	page       int
	box        Box
	source     Source
	legibility float64 // how sure the reading of its letters is, 0 to 1
}

// at notes where a finding was read: on the page as it is, tilted or not.
func at[T any](value T, key string, evidence float64, s *sheet, tokens []token) finding[T] {
	tilted := slices.Clone(tokens)
	for i := range tilted {
		tilted[i].box.Y += s.slope * tilted[i].box.X
	}
	box, legibility := around(tilted)
	return finding[T]{value, key, evidence, s.page, box, s.source, min(max(legibility, 0), 1)}
}

// weigh merges findings of the same value and returns them by evidence, best first. To be seen again is evidence.
func weigh[T any](found []finding[T]) []finding[T] {
	const (
		again  = 0.7
		enough = 2.0 // evidence, to be evidence for another
	)
	slices.SortStableFunc(found, func(a, b finding[T]) int { return cmp.Compare(b.evidence, a.evidence) })
	var merged []finding[T]
	seen := map[string]int{}
	times := map[string]int{}
	for _, f := range found {
		if i, ok := seen[f.key]; ok {
			if f.source != merged[i].source && f.page == merged[i].page {
				merged[i].legibility = max(merged[i].legibility, f.legibility) // two readings of one text agree
			} else if f.evidence >= enough && times[f.key] < 2 {
				times[f.key]++
				merged[i].evidence += again
			}
			continue
		}
		seen[f.key] = len(merged)
		merged = append(merged, f)
	}
	slices.SortStableFunc(merged, func(a, b finding[T]) int { return cmp.Compare(b.evidence, a.evidence) })
	return merged
}

// Signs returns what the confidence was computed from, to fit the computing.
func (c Candidate[T]) Signs() [4]float64 { return c.signs.list() }

// signs are what the confidence of the best finding is computed from.
type signs struct {
	Evidence   float64
	Margin     float64 // to the evidence of the next, or of there being nothing
	Legibility float64
	Picture    bool // recognised in a picture, where letters of numbers are mistaken
}

func (s signs) list() [4]float64 {
	picture := 0.0
	if s.Picture {
		picture = 1
	}
	return [4]float64{min(s.Evidence, mostEvidence), s.Margin, s.Legibility, picture}
}

func signsOf[T any](found []finding[T], place int) signs {
	const widest = 6 // a wider margin says no more
	f := found[place]
	s := signs{Evidence: f.evidence, Margin: f.evidence, Legibility: f.legibility, Picture: f.source == SourceOCR || f.source == SourceDevice}
	next := 0
	if place == 0 {
		next = 1
	}
	if next < len(found) {
		s.Margin -= max(found[next].evidence, 0)
	}
	s.Margin = min(max(s.Margin, -widest), widest)
	return s
}

// choose makes a field of the findings.
func choose[T any](name string, found []finding[T]) Field[T] {
	var field Field[T]
	for i, f := range found {
		if f.evidence <= 0 || len(field.Others) > maxOthers {
			break
		}
		c := Candidate[T]{f.value, 0, signsOf(found, i), f.page, f.box, f.source}
		c.Confidence = confidence(name, c.signs)
		if i > 0 && len(field.Others) > 0 { // no runner-up is surer than the best
			c.Confidence = min(c.Confidence, field.Others[0].Confidence, 1-field.Others[0].Confidence)
		}
		field.Others = append(field.Others, c)
	}
	if len(field.Others) == 0 {
		return field
	}
	if field.Others[0].Confidence < threshold {
		field.Question = QuestionUnsure
		if len(field.Others) > maxOthers {
			field.Others = field.Others[:maxOthers]
		}
		return field
	}
	field.Chosen = &field.Others[0]
	field.Others = field.Others[1:]
	return field
}
