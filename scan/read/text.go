package read

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"accrue/scan"
)

// clean leaves out what is no character: controls, halves of pairs, and bytes that are not UTF-8.
func clean(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, text))
}

// headings are beginnings of words of which a certificate has one: in languages that use the Latin script.
var headings = []string{
	"certif", "complet", "award", "attend", "particip", "credit", "hours", "license", "licence", "diploma", "transcript",
	"acredit", "constancia", "otorga", "asist", "horas", "attest", "teiln", "zertif", "bescheinig",
}

// misleads tells whether a text layer may have only part of what its page shows, so that the page is to be recognised as
// well. Of 100 PDFs of certificates 40 had such a layer: none, or a scanner's footer, only the fields that change, or single letters.
func misleads(words []scan.Word) bool {
	single, heading := 0, false
	for _, word := range words {
		letters := 0
		for _, r := range word.Text {
			if unicode.IsLetter(r) {
				letters++
			}
		}
		if letters == 1 && utf8.RuneCountInString(word.Text) == 1 {
			single++
		}
		lower := strings.ToLower(word.Text)
		for _, start := range headings {
			heading = heading || strings.Contains(lower, start)
		}
	}
	return len(words) < 40 || !heading || 4*single > len(words)
}
