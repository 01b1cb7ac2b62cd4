package read

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"accrue/scan"
)

// tesseract recognises text by a process for each picture.
type tesseract struct {
	program   string
	languages string // as its option -l wants them
	missing   string // why there is none
}

// languagePattern is a name of a language or of a script, such as chi_sim or script/Latin, and nothing that could be an option or another path.
var languagePattern = regexp.MustCompile(`^[A-Za-z]+(_[A-Za-z]+)*(/[A-Za-z]+(_[A-Za-z]+)*)?$`)

// findTesseract looks for the program and asks it for its languages. The error is about the names of the languages only.
func findTesseract(program string, languages []string) (tesseract, error) {
	for _, language := range languages {
		if !languagePattern.MatchString(language) {
			return tesseract{}, fmt.Errorf("%q is not a language of Tesseract, such as eng or spa", language)
		}
	}
	if program == "" {
		program = "tesseract"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return tesseract{missing: program + " is not installed; on Debian: apt-get install tesseract-ocr"}, nil
	}
	t := tesseract{program: path, languages: strings.Join(languages, "+")}
	listed, err := t.run(context.Background(), nil, "--list-langs")
	if err != nil {
		return tesseract{missing: fmt.Sprintf("%s does not run: %v", path, err)}, nil
	}
	installed := strings.Fields(string(listed))
	for _, language := range languages {
		if !slices.Contains(installed, language) {
			return tesseract{missing: "Tesseract has no language " + language + "; on Debian: apt-get install tesseract-ocr-" +
				strings.ReplaceAll(strings.ToLower(language), "_", "-")}, nil
		}
	}
	return t, nil
}

var tesseractLimits = processLimits{time: 15 * time.Second, memory: 1 << 30, output: 8 << 20}

func (t *tesseract) run(ctx context.Context, input io.Reader, arguments ...string) ([]byte, error) {
	// More threads make one picture slower: 0.55 s become 1.87 s on two cores. Several pictures at once use the others.
	environment := []string{"OMP_THREAD_LIMIT=1"}
	if data, ok := os.LookupEnv("TESSDATA_PREFIX"); ok {
		environment = append(environment, "TESSDATA_PREFIX="+data)
	}
	return run(ctx, tesseractLimits, environment, input, t.program, arguments...)
}

// Ways in which Tesseract lays out a page, its option --psm.
const (
	layoutOrientation = "0" // only which side is up
	layoutAutomatic   = "3"
	layoutBlock       = "6" // one block of text
)

// words returns what Tesseract reads in a picture, lines as it found them, boxes in shares of the picture.
func (t *tesseract) words(ctx context.Context, picture *image.Gray, layout string) ([]fragment, error) {
	out, err := t.run(ctx, pgm(picture), "stdin", "stdout", "--dpi", "220", "-l", t.languages, "--psm", layout, "tsv")
	if err != nil {
		return nil, err
	}
	return parseTSV(out, picture.Rect.Dx(), picture.Rect.Dy()), nil
}

// orientation returns by how many quarter turns clockwise the picture must be turned to be upright, 0 when there are too few
// letters to tell or Tesseract is not sure.
func (t *tesseract) orientation(ctx context.Context, picture *image.Gray) (int, error) {
	out, err := t.run(ctx, pgm(picture), "stdin", "stdout", "--dpi", "220", "--psm", layoutOrientation)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil { // "Too few characters"
		return 0, nil
	}
	return parseOrientation(out), nil
}

// parseOrientation reads lines such as "Rotate: 90" and "Orientation confidence: 5.91".
func parseOrientation(out []byte) int {
	turn, confidence := 0, 0.0
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "Rotate":
			if degrees, err := strconv.Atoi(value); err == nil && degrees%90 == 0 {
				turn = degrees / 90 & 3
			}
		case "Orientation confidence":
			confidence, _ = strconv.ParseFloat(value, 64)
		}
	}
	if !(confidence >= 1) { // right answers have 5 and more, guesses less than 1
		return 0
	}
	return turn
}

// pgm gives a picture as Netpbm's greymap: nothing is compressed only to be read again.
func pgm(picture *image.Gray) io.Reader {
	head := fmt.Sprintf("P5\n%d %d\n255\n", picture.Rect.Dx(), picture.Rect.Dy())
	return io.MultiReader(strings.NewReader(head), bytes.NewReader(tight(picture)))
}

// parseTSV reads Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
// Lines that are no words, or not as they should be, are left out.
func parseTSV(table []byte, width, height int) []fragment {
	var fragments []fragment
	var last string // block, paragraph and line of the word before
	for row := range strings.Lines(string(table)) {
		cells := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", 12)
		if len(cells) < 12 || cells[0] != "5" {
			continue
		}
		var box [4]float64
		var err error
		for i := range box {
			var n int
			var e error
			n, e = strconv.Atoi(cells[6+i])
			box[i], err = float64(n), errors.Join(err, e)
		}
		confidence, e := strconv.ParseFloat(cells[10], 64)
		text := clean(cells[11])
		if errors.Join(err, e) != nil || !(confidence >= 0) || strings.Trim(text, "|_~=¦") == "" { // frames are read as such
			continue
		}
		line := strings.Join(cells[1:5], " ")
		if line != last || len(fragments) == 0 {
			fragments = append(fragments, fragment{})
			last = line
		}
		w, h := float64(width), float64(height)
		words := &fragments[len(fragments)-1].words
		*words = append(*words, scan.Word{
			Text:       text,
			Box:        boxOf(box[0]/w, box[1]/h, (box[0]+box[2])/w, (box[1]+box[3])/h),
			Confidence: min(confidence, 100) / 100,
		})
	}
	return fragments
}
