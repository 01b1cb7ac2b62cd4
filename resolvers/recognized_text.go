package resolvers

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/scan"
)

// Limits of the text that a phone recognised.
const (
	maxRecognizedPages = 20
	maxRecognizedLines = 500 // of a page
	maxRecognizedLine  = 1000
)

// recognizedText reads what the phone recognised; nil for nothing.
func recognizedText(pages []*model.RecognizedPageInput) (*scan.Document, error) {
	if len(pages) == 0 {
		return nil, nil
	}
	var problems ce.Problems
	if len(pages) > maxRecognizedPages {
		problems.Add(fmt.Sprintf("must have at most %d pages", maxRecognizedPages), "recognizedText")
		return nil, problems.Err()
	}
	document := &scan.Document{Pages: make([]scan.Page, len(pages))}
	for i, page := range pages {
		switch {
		case !(page.Width > 0) || !(page.Height > 0):
			problems.Add("must be above 0", "recognizedText", i, "width")
		case len(page.Lines) > maxRecognizedLines:
			problems.Add(fmt.Sprintf("must have at most %d lines", maxRecognizedLines), "recognizedText", i, "lines")
		default:
			document.Pages[i] = recognizedPage(&problems, i, page)
		}
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return document, nil
}

func recognizedPage(problems *ce.Problems, index int, page *model.RecognizedPageInput) scan.Page {
	reading := scan.Reading{Source: scan.SourceDevice}
	for i, line := range page.Lines {
		if len(line.Text) > maxRecognizedLine {
			problems.Add(fmt.Sprintf("must be at most %d bytes", maxRecognizedLine), "recognizedText", index, "lines", i, "text")
			continue
		}
		reading.Words = append(reading.Words, wordsOfLine(line, i, page.Width, page.Height)...)
	}
	shown := scan.Page{Width: page.Width, Height: page.Height}
	if len(reading.Words) > 0 {
		shown.Readings = []scan.Reading{reading}
	}
	return shown
}

// wordsOfLine tells the words of a line apart, each with its share of the line's box: phones give places of lines.
func wordsOfLine(line *model.RecognizedLineInput, number int, width, height float64) []scan.Word {
	confidence := 1.0
	if line.Confidence != nil {
		confidence = share(*line.Confidence, 1)
	}
	top, bottom := share(line.Y, height), share(line.Y+line.Height, height)
	letters := float64(utf8.RuneCountInString(line.Text))
	var words []scan.Word
	at := 0
	for text := range strings.FieldsSeq(line.Text) {
		begin := at + strings.Index(line.Text[at:], text)
		at = begin + len(text)
		from := float64(utf8.RuneCountInString(line.Text[:begin])) / letters
		until := float64(utf8.RuneCountInString(line.Text[:at])) / letters
		left, right := share(line.X+from*line.Width, width), share(line.X+until*line.Width, width)
		words = append(words, scan.Word{
			Text: text, Line: number, Confidence: confidence,
			Box: scan.Box{X: left, Y: top, Width: max(right-left, 0), Height: max(bottom-top, 0)},
		})
	}
	return words
}

// share is the part of the whole, within it.
func share(part, whole float64) float64 { return min(max(part/whole, 0), 1) }
