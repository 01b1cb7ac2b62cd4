package scan

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is looked at. The rest of a longer document is left out: a certificate is a page or two.
const (
	maxPages    = 20
	maxWords    = 4_000 // of one reading of a page
	maxAllWords = 8_000 // of all readings
	maxWordSize = 200   // bytes
	maxReadings = 3     // of one page
	maxCodes    = 50    // of one page
	maxCodeSize = 2_000 // bytes
)

// token is a word, or a part of one where words are written together ("self-study", "Date:01/02/2024").
type token struct {
	text string // as printed, without invisible characters
	// key is what vocabularies are matched against: small letters without accents and outer punctuation, "(s)" as s.
	key        string
	glued      bool // no blank before it
	box        Box
	confidence float64
}

var shownFractions = strings.NewReplacer("™", "", "®", "", "©", "(c)", "℠", "", "½", ".5", "¼", ".25", "¾", ".75", "–", "-", "—", "-", "−", "-", "‐", "-", "‑", "-",
	"’", "'", "‘", "'", "“", `"`, "”", `"`, "´", "'")

// visible returns the text in its plainest form: compatibility characters such as ligatures and figures of other
// scripts become the usual ones; control characters, marks of direction and soft hyphens go.
func visible(text string) string {
	if len(text) > maxWordSize {
		text = text[:maxWordSize]
	}
	text = strings.ToValidUTF8(text, "")
	text = norm.NFKC.String(shownFractions.Replace(text))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == utf8.RuneError:
			return -1
		case unicode.IsDigit(r):
			return digit(r)
		}
		return r
	}, text)
}

// digit returns the figure 0 to 9 for a figure of any script.
func digit(r rune) rune {
	if r <= '9' {
		return r
	}
	zero := r
	for r-zero < 9 && unicode.IsDigit(zero-1) {
		zero--
	}
	return '0' + (r - zero)
}

// fold returns the text in small letters without accents.
func fold(text string) string {
	plain := true
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(text)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'ø' || r == 'Ø':
			return 'o'
		case r == 'ł' || r == 'Ł':
			return 'l'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(strings.ReplaceAll(text, "ß", "ss")))
}

var plural = strings.NewReplacer("(s)", "s", "(es)", "es", "(S)", "S")

func keyOf(text string) string {
	return strings.TrimFunc(fold(plural.Replace(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' && r != '%'
	})
}

// tokens splits a printed word at the hyphens and strokes between letters, and after a colon or an equals sign.
func tokens(word Word) []token {
	text := visible(word.Text)
	var out []token
	for field := range strings.FieldsSeq(text) {
		glued := false
		for field != "" {
			end := cut(field)
			out = append(out, token{text: field[:end], key: keyOf(field[:end]), glued: glued, box: word.Box, confidence: word.Confidence})
			field, glued = field[end:], true
		}
	}
	return out
}

// cut returns where the first token of a word ends.
func cut(word string) int {
	if strings.Contains(word, "://") || strings.Contains(word, "@") || strings.HasPrefix(word, "www.") {
		return len(word) // an address stays whole
	}
	for i := 1; i < len(word)-1; i++ {
		switch word[i] {
		case '-', '/':
			if letters(word[:i]) >= 2 && letters(word[i+1:]) >= 2 && !strings.ContainsAny(word, "0123456789") {
				return i + 1
			}
		case ':', '=':
			if letters(word[:i]) >= 2 || word[i] == '=' {
				return i + 1
			}
		case '(':
			if word[i+1] != 's' && word[i+1] != 'e' && word[i+1] != 'S' {
				return i
			}
		}
	}
	return len(word)
}

// letters counts the letters at the end of a text, or at its start when the end has none.
func letters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// phrase writes tokens as they were printed.
func phrase(tokens []token) string {
	var out strings.Builder
	for i, t := range tokens {
		if i > 0 && !t.glued {
			out.WriteByte(' ')
		}
		out.WriteString(t.text)
	}
	return out.String()
}

// around returns the box that holds the tokens, and the lowest confidence of their reading.
func around(tokens []token) (Box, float64) {
	if len(tokens) == 0 {
		return Box{}, 0
	}
	box, confidence := tokens[0].box, tokens[0].confidence
	for _, t := range tokens[1:] {
		box = box.union(t.box)
		confidence = min(confidence, t.confidence)
	}
	return box, confidence
}

func (b Box) union(c Box) Box {
	x, y := min(b.X, c.X), min(b.Y, c.Y)
	return Box{x, y, max(b.X+b.Width, c.X+c.Width) - x, max(b.Y+b.Height, c.Y+c.Height) - y}
}

func (b Box) right() float64  { return b.X + b.Width }
func (b Box) bottom() float64 { return b.Y + b.Height }
func (b Box) middle() float64 { return b.Y + b.Height/2 }

// beside reports whether the boxes stand in one row.
func (b Box) beside(c Box) bool {
	return min(b.bottom(), c.bottom())-max(b.Y, c.Y) > 0.4*min(b.Height, c.Height)
}

// shares reports whether one box stands over the other.
func (b Box) shares(c Box) bool { return min(b.right(), c.right()) > max(b.X, c.X) }
