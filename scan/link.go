package scan

import (
	"net/url"
	"strings"
	"unicode"
)

// KindLink is the kind of a code that is a link of a PDF.
const KindLink = "LINK"

const maxLinkSize = 2_000

// What speaks for an address being the one to verify at.
const (
	linkCoded   = 4.0 // in a QR code or a link of the PDF, where no letter is misread
	linkPrinted = 3.0
	linkVerify  = 2.0 // "verify", "certificate" or "credential" stands with it or in it
	linkID      = 2.0 // it has an id in it
	linkGeneral = 3.0 // less, for a home page
)

// findLinks reads addresses in the text, in bar codes and in links of the PDF.
func (r *recognizer) findLinks() []finding[string] {
	var found []finding[string]
	for _, c := range r.codes {
		for field := range strings.FieldsSeq(c.Text) {
			if address, ok := address(field); ok {
				source := Source("")
				found = append(found, finding[string]{address, linkKey(address), linkCoded + linkWeight(address), c.page, c.Box, source, 1})
			}
		}
	}
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for i, t := range b.tokens {
				if len(t.text) < 8 || !strings.ContainsAny(t.text, "/.") {
					continue
				}
				text, to := t.text, i+1
				if strings.HasSuffix(text, "/") || strings.HasSuffix(text, "=") || strings.HasSuffix(text, "-") { // broken at the end of the line
					if to < len(b.tokens) && b.cellAt(to).first == to && strings.ContainsAny(b.tokens[to].text, "0123456789") {
						text, to = text+b.tokens[to].text, to+1
					}
				}
				address, ok := address(text)
				if !ok {
					continue
				}
				evidence := linkPrinted + linkWeight(address)
				if strings.Contains(fold(phrase(b.tokens)), "verif") {
					evidence += linkVerify
				}
				found = append(found, at(address, linkKey(address), evidence, s, b.tokens[i:to]))
			}
		}
	}
	return weigh(found)
}

// address returns an address of the web as it is printed, with https:// where the scheme is left out.
func address(text string) (string, bool) {
	text = strings.Trim(text, "()<>[]\"',;")
	text = strings.TrimRight(text, ".#")
	if len(text) > maxLinkSize || strings.Contains(text, "@") {
		return "", false
	}
	full := text
	if !strings.Contains(text, "://") {
		full = "https://" + text
		host, path, _ := strings.Cut(text, "/")
		if path == "" && !strings.HasPrefix(text, "www.") || strings.Count(host, ".") == 0 {
			return "", false
		}
	}
	u, err := url.Parse(full)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", false
	}
	host := u.Hostname()
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || len(host)-dot < 3 || countLetters(host[dot:]) != len(host)-dot-1 {
		return "", false
	}
	return full, true
}

func linkKey(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return fold(strings.TrimRight(strings.TrimPrefix(rest, "www."), "/"))
}

func linkWeight(address string) float64 {
	weight := 0.0
	_, rest, _ := strings.Cut(fold(address), "://")
	_, path, _ := strings.Cut(rest, "/")
	for _, word := range []string{"verif", "cert", "credential", "valid", "record"} {
		if strings.Contains(rest, word) {
			weight += linkVerify
			break
		}
	}
	switch {
	case strings.ContainsFunc(path, unicode.IsDigit):
		weight += linkID
	case strings.Trim(path, "/") == "":
		weight -= linkGeneral
	case !strings.Contains(rest, "verif"): // a page without an id
		weight -= linkGeneral
	}
	return weight
}

// hostNames reports whether a link's host has the name of an organization in it.
func hostNames(links []finding[string], name string) bool {
	key := nameKey(name)
	for i, link := range links {
		if i > 3 {
			break
		}
		u, err := url.Parse(link.value)
		if err != nil {
			continue
		}
		for label := range strings.SplitSeq(u.Hostname(), ".") {
			label = strings.ReplaceAll(label, "-", "")
			if len(label) >= 6 && strings.HasPrefix(key, label) {
				return true
			}
		}
	}
	return false
}

// visibleLines is visible for the text of a code, word by word.
func visibleLines(text string) string {
	fields := strings.Fields(text)
	for i, field := range fields {
		if len(field) <= maxWordSize {
			fields[i] = visible(field)
		} else {
			fields[i] = strings.Map(func(r rune) rune {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
					return -1
				}
				return r
			}, strings.ToValidUTF8(field, ""))
		}
	}
	return strings.Join(fields, " ")
}
