package scan

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"accrue/ce"
)

// Approval is a number that an accreditor or a board gave to a provider or an activity.
type Approval struct {
	Accreditor ce.Term `json:"accreditor"` // its id in accreditors.json
	Number     string  `json:"number"`
}

// Accreditor is who approves providers or activities, and the shape of its numbers.
type Accreditor struct {
	ID      ce.Term  `json:"id"`
	Name    string   `json:"name"`
	Also    []string `json:"also"`    // other names; those of up to 6 letters count in capitals only
	Of      string   `json:"of"`      // "PROVIDER" or "ACTIVITY": what has the number
	Labels  []string `json:"labels"`  // what stands before a number of its own and of nobody else's
	Pattern string   `json:"pattern"` // of the whole number
	Source  string   `json:"source"`  // where the shape or the label was read

	names   [][]string
	labels  [][]string
	pattern *regexp.Regexp
}

//go:embed accreditors.json
var accreditorFile []byte

var accreditors = mustAccreditors(accreditorFile)

func mustAccreditors(data []byte) []Accreditor {
	var list []Accreditor
	if err := json.Unmarshal(data, &list); err != nil {
		panic(err) // the file is part of the program
	}
	for i := range list {
		a := &list[i]
		for _, name := range append([]string{a.Name}, a.Also...) {
			a.names = append(a.names, words(name))
		}
		for _, label := range a.Labels {
			a.labels = append(a.labels, words(label))
		}
		a.pattern = regexp.MustCompile(`^(?:` + a.Pattern + `)$`)
	}
	return list
}

// Accreditors returns the accreditors whose numbers are recognised, by id.
func Accreditors() []Accreditor {
	list := slices.Clone(accreditors)
	slices.SortFunc(list, func(a, b Accreditor) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return list
}

func words(text string) []string {
	var out []string
	for field := range strings.FieldsSeq(text) {
		for _, t := range tokens(Word{Text: field}) {
			if t.key != "" {
				out = append(out, t.key)
			}
		}
	}
	return out
}

// isAccreditor reports whether a text is the name of an accreditor.
func (r *recognizer) isAccreditor(text string) bool {
	key := nameKey(text)
	for _, e := range r.words.sections["approving body"] {
		if key == strings.Join(e.words, "") {
			return true
		}
	}
	for i := range accreditors {
		a := &accreditors[i]
		for _, name := range append([]string{a.Name}, a.Also...) {
			if other := nameKey(name); key == other || len(other) > 12 && strings.HasPrefix(key, other) {
				return true
			}
		}
	}
	return false
}

// What speaks for a number being an accreditor's.
const (
	approvalLabelled = 6.0 // a label that is its own: "NASBA Sponsor ID"
	approvalNamed    = 4.5 // "Provider number", and the accreditor named in the same paragraph
	approvalNearby   = 3.0 // the same, with the accreditor named elsewhere
	approvalShaped   = 6.0 // a shape that nobody else's number has
)

func (r *recognizer) findApprovals() []finding[Approval] {
	var found []finding[Approval]
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			for i, t := range b.tokens {
				if i+1 < len(b.tokens) && b.tokens[i+1].glued {
					continue
				}
				if text := approvalText(t.text); len(text) >= 22 && shapedACPE.MatchString(text) {
					found = append(found, at(Approval{"acpe", text}, "="+text, approvalShaped, s, b.tokens[i:i+1]))
				}
			}
			for i := range accreditors {
				found = r.labelled(found, b, &accreditors[i])
				found = r.bare(found, b, &accreditors[i])
			}
			for _, m := range b.found {
				if of := labelOf(m.words); m.meaning == "other number" && of != "" {
					found = r.generic(found, b, m, of)
				}
			}
		}
	}
	return weigh(found)
}

// shapedACPE is the one shape that needs no label.
var shapedACPE = regexp.MustCompile(`^(?:JA)?[0-9]{4}-[0-9]{4}-[0-9]{2}-[0-9]{3}-[HLB][0-9]{2}-[PT]$`)

func approvalText(text string) string { return strings.Trim(text, "#:()[],;. ") }

// labelOf returns what a label such as "Provider number" says to have the number, and not by whom; else "".
func labelOf(words []string) string {
	switch words[0] {
	case "provider", "approval", "sponsor", "rep":
		return "PROVIDER"
	case "course", "activity":
		return "ACTIVITY"
	}
	return ""
}

// labelled finds numbers behind the accreditor's own labels.
func (r *recognizer) labelled(found []finding[Approval], b *block, a *Accreditor) []finding[Approval] {
	for _, label := range a.labels {
		for i, t := range b.tokens {
			if t.key == "" || t.key[0] != label[0][0] {
				continue
			}
			to := r.words.matchesAt(b.tokens, i, label)
			if to == 0 {
				continue
			}
			m := match{entry{meaning: "approval", words: label}, i, to}
			if text, where := r.approvalValue(b, m, a); text != "" {
				// The longer label says more: "CE Broker course tracking #" over "CE Broker".
				found = append(found, at(Approval{a.ID, text}, "="+text, approvalLabelled+0.2*float64(len(label)), b.sheet, where))
			}
		}
	}
	return found
}

// bare finds "#1234" in a paragraph that names the accreditor: "Lakeshore Services, #1234, is approved by …".
func (r *recognizer) bare(found []finding[Approval], b *block, a *Accreditor) []finding[Approval] {
	for i, t := range b.tokens {
		if !strings.HasPrefix(t.text, "#") || len(t.text) < 4 || i == 0 || !strings.HasSuffix(b.tokens[i-1].text, ",") {
			continue
		}
		if text := a.read(t.text); text != "" && a.namedIn(r.words, b.tokens) {
			found = append(found, at(Approval{a.ID, text}, "="+text, approvalNamed, b.sheet, b.tokens[i:i+1]))
		}
	}
	return found
}

// generic finds numbers behind "Provider number", whose accreditor is named in the same paragraph or elsewhere.
func (r *recognizer) generic(found []finding[Approval], b *block, m match, of string) []finding[Approval] {
	for i := range accreditors {
		a := &accreditors[i]
		evidence := 0.0
		switch {
		case a.Of != of:
			continue
		case a.namedIn(r.words, b.tokens):
			evidence = approvalNamed
		case b.place > 0 && a.namedIn(r.words, b.sheet.blocks[b.place-1].tokens):
			evidence = approvalNearby
		default:
			continue
		}
		if text, where := r.approvalValue(b, m, a); text != "" {
			found = append(found, at(Approval{a.ID, text}, "="+text, evidence, b.sheet, where))
		}
	}
	return found
}

func (a *Accreditor) namedIn(words *vocabulary, tokens []token) bool {
	for _, name := range a.names {
		for i, t := range tokens {
			if t.key == "" || t.key[0] != name[0][0] || words.matchesAt(tokens, i, name) == 0 {
				continue
			}
			if len(name) == 1 && len(name[0]) <= 6 && strings.ToUpper(t.text) != t.text {
				continue // "ace" is a word, too
			}
			return true
		}
	}
	return false
}

// approvalValue returns the number of the accreditor's shape behind a label: next to it, or in the next cell.
func (r *recognizer) approvalValue(b *block, m match, a *Accreditor) (string, []token) {
	for i := m.to; i < min(m.to+4, len(b.tokens)); i++ {
		where := b.tokens[i : i+1]
		for j := i + 1; j < len(b.tokens) && b.tokens[j].glued; j++ {
			where = b.tokens[i : j+1]
		}
		if text := a.read(phrase(where)); text != "" {
			return text, where
		}
		if key := b.tokens[i].key; key != "" && !r.words.is(key, "number word") {
			return "", nil
		}
	}
	c := b.cellAt(m.from)
	if m.to < c.first+len(c.tokens) {
		return "", nil
	}
	for _, other := range []*cell{b.sheet.rightOf(c), b.sheet.below(c)} {
		if other == nil {
			continue
		}
		if text := a.read(phrase(other.tokens)); text != "" {
			return text, other.tokens
		}
	}
	return "", nil
}

// read returns the number in a text when it has the accreditor's shape, perhaps with letters read for figures; else "".
func (a *Accreditor) read(text string) string {
	text = approvalText(text)
	if len(text) > 40 {
		return ""
	}
	if a.pattern.MatchString(text) {
		return text
	}
	if !strings.ContainsAny(text, "0123456789") {
		return ""
	}
	if figures := misread.Replace(text); a.pattern.MatchString(figures) {
		return figures
	}
	if len(text) > 2 { // a letter that leads is meant
		if figures := text[:1] + misread.Replace(text[1:]); a.pattern.MatchString(figures) {
			return figures
		}
	}
	return ""
}

// misread are letters that OCR takes for figures.
var misread = strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1", "S", "5", "B", "8", "Z", "2", "G", "6")

const maxApprovals = 10

// chooseApprovals gives each number one accreditor.
func chooseApprovals(found []finding[Approval]) []Field[Approval] {
	var fields []Field[Approval]
	seen := map[string]bool{}
	for _, f := range found {
		if len(fields) == maxApprovals || seen[f.value.Number] {
			continue
		}
		seen[f.value.Number] = true
		if field := choose("approval", []finding[Approval]{f}); field.Chosen != nil {
			fields = append(fields, field)
		}
	}
	return fields
}
