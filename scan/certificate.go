package scan

import (
	"slices"
	"strings"
	"unicode"

	"accrue/ce"
)

// A file may hold several certificates. A page that says by itself what was completed begins another one when it says
// something else than the one before; all other pages belong to that.

// pageRole is what a page is to a certificate.
type pageRole int

const (
	roleNone       pageRole = iota // terms, objectives, a blank page: nothing of its own
	roleAttachment                 // a transcript: more on the same
	roleLetter                     // goes with a certificate, mostly before it, or is one itself
	roleCertificate
)

// statement is what a page, or the pages of one certificate, surely say of whose certificate it is, and of what. What
// is not sure is empty.
type statement struct {
	role                       pageRole
	title, number, participant string
	day                        ce.Date
}

// part are the pages of one certificate, in their order, and what they say so far.
type part struct {
	pages []int
	statement
}

// parts returns the pages of each certificate. A document has one part at least.
func (r *recognizer) parts(pages int) []part {
	parts := []part{{pages: []int{}}}
	statements := r.statements(pages)
	for page, says := range statements {
		last := &parts[len(parts)-1]
		if !last.another(says) {
			last.pages = append(last.pages, page)
			last.add(says)
			continue
		}
		next := part{statement: says}
		if says.role == roleCertificate { // the letters before it are its own
			from := len(last.pages)
			for from > 1 && statements[last.pages[from-1]].role == roleLetter {
				from--
			}
			next.pages = slices.Clone(last.pages[from:])
			last.pages = last.pages[:from]
		}
		next.pages = append(next.pages, page)
		parts = append(parts, next)
	}
	return parts
}

// statements returns what each page says by itself.
func (r *recognizer) statements(pages int) []statement {
	says := make([]statement, pages)
	read := slices.CompactFunc(slices.Clone(r.sheets), func(a, b *sheet) bool { return a.page == b.page })
	if len(read) < 2 {
		return says // nothing to tell apart
	}
	for _, s := range read {
		says[s.page] = r.only([]int{s.page}).statement()
	}
	return says
}

// only returns a recognizer of some of the pages.
func (r *recognizer) only(pages []int) *recognizer {
	of := &recognizer{words: r.words, options: r.options}
	for _, s := range r.sheets {
		if slices.Contains(pages, s.page) {
			of.sheets = append(of.sheets, s)
		}
	}
	for _, c := range r.codes {
		if slices.Contains(pages, c.page) {
			of.codes = append(of.codes, c)
		}
	}
	return of
}

// statement returns what the pages say. They are no certificate when they have too few of the things that make one, of
// which a heading or "has completed …" is one.
func (r *recognizer) statement() statement {
	const enough = 3
	scan := r.recognize()
	says := statement{title: surely(scan.Title), number: surely(scan.Number), participant: surely(scan.Participant), day: surely(scan.CompletedOn)}
	role := r.opening()
	facts := 0
	for _, known := range []bool{
		role != roleNone, scan.Title.Chosen != nil, scan.Participant.Chosen != nil, scan.Number.Chosen != nil,
		scan.CompletedOn.Chosen != nil, len(scan.Amounts) > 0,
	} {
		if known {
			facts++
		}
	}
	if facts < enough {
		return statement{}
	}
	says.role = role
	if role == roleNone {
		says.role = roleCertificate
	}
	return says
}

// surely returns the value of a field that is sure enough to tell certificates apart.
func surely[T any](f Field[T]) (value T) {
	const sure = 0.8
	if f.Chosen != nil && f.Chosen.Confidence >= sure {
		return f.Chosen.Value
	}
	return value
}

// opening returns what a page is by its first words that tell.
func (r *recognizer) opening() pageRole {
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for _, m := range b.found {
				switch {
				case m.meaning == "attachment" && m.from == 0:
					return roleAttachment
				case m.meaning == "letter" && m.from == 0:
					return roleLetter
				case m.meaning == "title next" && m.to-m.from > 1:
					return roleCertificate
				}
			}
			if r.isHeading(b.tokens) {
				return roleCertificate
			}
		}
	}
	return roleNone
}

// another reports whether a page is of another certificate than the pages before it.
func (s statement) another(page statement) bool {
	switch {
	case s.role == roleNone || page.role == roleNone:
		return false
	case compareNames(s.participant, page.participant) == NameDifferent:
		return true
	case s.role != page.role || page.role == roleAttachment:
		return false // what goes with a certificate has titles and days of its own
	}
	return s.number != "" && page.number != "" && !strings.EqualFold(s.number, page.number) ||
		!s.day.IsZero() && !page.day.IsZero() && s.day != page.day ||
		otherTitle(s.title, page.title)
}

// add notes what another page of the same certificate says.
func (s *statement) add(page statement) {
	if page.role > s.role { // what a letter said before is said by the certificate itself
		*s, page = page, *s
	}
	if s.participant == "" {
		s.participant = page.participant
	}
	if page.role != s.role {
		return
	}
	if s.title == "" {
		s.title = page.title
	}
	if s.number == "" {
		s.number = page.number
	}
	if s.day.IsZero() {
		s.day = page.day
	}
}

// otherTitle reports whether two titles are not of the same activity. One may go on where the other ends, and a letter
// of a long word may be misread.
func otherTitle(a, b string) bool {
	one, other := titleWords(a), titleWords(b)
	for i := range min(len(one), len(other)) {
		if !sameWord(one[i], other[i]) {
			return true
		}
	}
	return false
}

func titleWords(title string) []string {
	return strings.FieldsFunc(fold(visible(title)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// severalNames reports whether the document names more than one person as the participant: another is stated for sure,
// or no less than the first.
func (r *recognizer) severalNames(names []finding[string]) bool {
	const near = 0.5
	if len(names) < 2 {
		return false
	}
	first := names[0].evidence
	if compareNames(r.options.Name, names[0].value) == NameSame {
		first -= nameAccount // which is no reason to take two people's certificate for this one's
	}
	enough := min(nameStated, max(first-near, nameBefore))
	return slices.ContainsFunc(names[1:], func(name finding[string]) bool {
		// Two readings of one name may differ, as when OCR reads no accents.
		return name.evidence >= enough && name.source == names[0].source && compareNames(names[0].value, name.value) == NameDifferent
	})
}
