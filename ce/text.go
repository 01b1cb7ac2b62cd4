package ce

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of texts that people enter, in bytes of UTF-8 after trimming.
const (
	MaxNameLength   = 200
	MaxTitleLength  = 300
	MaxNumberLength = 100
	MaxTermLength   = 80
	MaxNotesLength  = 50_000
	MaxEmailLength  = 254
)

// Line returns the text of a one-line field, trimmed. It refuses what is longer than
// the limit in bytes, is no UTF-8, or holds control characters.
func Line(text string, limit int) (string, error) {
	return checkText(text, limit, "")
}

// Paragraphs is Line for fields that may have several lines.
func Paragraphs(text string, limit int) (string, error) {
	return checkText(text, limit, "\n\r\t")
}

func checkText(text string, limit int, allowed string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > limit {
		return "", fmt.Errorf("must be at most %d bytes long; this is %d", limit, len(text))
	}
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("must be valid UTF-8 text")
	}
	for _, r := range text {
		if unicode.IsControl(r) && !strings.ContainsRune(allowed, r) {
			return "", fmt.Errorf("must not hold control characters")
		}
	}
	return text, nil
}

// Term is a word of a vocabulary by which rules select credits: a topic, a
// format, a role, an approval. Programs name the terms that they use; others
// are kept as the holder's own tags. It consists of lower-case letters, digits,
// hyphens and dots: "ethics", "live-online".
type Term string

// ParseTerm reads a term leniently: capitals become small, blanks and underscores hyphens.
func ParseTerm(text string) (Term, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	text = strings.NewReplacer(" ", "-", "_", "-").Replace(text)
	if text == "" || len(text) > MaxTermLength {
		return "", fmt.Errorf("must be a term of 1 to %d characters such as \"ethics\"", MaxTermLength)
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' {
			return "", fmt.Errorf("must be a term of letters, digits, hyphens and dots such as \"live-online\"")
		}
	}
	return Term(text), nil
}
