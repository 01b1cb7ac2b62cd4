package scantest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"accrue/ce"
	"accrue/scan"
)

// Result is how one field of one sample was recognised.
type Result struct {
	Sample *Sample
	Field  string
	// Right says that the field is as the certificate has it: the same value, or empty where the certificate says nothing.
	Right bool
	// Given says that a value was chosen; Confidence is then its confidence.
	Given      bool
	Confidence float64
	// Got and Want are for people.
	Got, Want string
}

// Fields are the fields that are measured, in the order in which they are shown.
var Fields = []string{
	"completedOn", "amounts", "title", "provider", "participant", "number", "startedOn", "issuedOn", "expiresOn", "parts", "maximum", "topics", "format", "approvals", "verification",
}

// Score compares a scan with the truth. A field that is a list gives one result for the whole, which is not Given, and one
// for each value, under the field's name with a star.
func Score(s *Sample, got scan.Scan) []Result {
	var results []Result
	add := func(r Result) {
		r.Sample = s
		results = append(results, r)
	}
	one := func(field, want string, given bool, value string, confidence float64) {
		add(Result{Field: field, Right: same(value, want), Given: given, Confidence: confidence, Got: value, Want: want})
	}
	text := func(field, want string, f scan.Field[string]) {
		value, confidence := chosen(f)
		one(field, want, f.Chosen != nil, value, confidence)
	}
	date := func(field, want string, f scan.Field[ce.Date]) {
		value, confidence := chosen(f)
		one(field, want, f.Chosen != nil, value.String(), confidence)
	}
	many := func(field string, want, values []string, confidences []float64, superset bool) {
		right := true
		for i, value := range values {
			in := slices.ContainsFunc(want, func(w string) bool { return same(w, value) })
			right = right && (in || superset)
			if superset {
				in = in || inTitle(s.Title, value)
			}
			add(Result{Field: field + "*", Right: in, Given: true, Confidence: confidences[i], Got: value, Want: strings.Join(want, ", ")})
		}
		for _, w := range want {
			right = right && slices.ContainsFunc(values, func(value string) bool { return same(w, value) })
		}
		add(Result{Field: field, Right: right, Got: strings.Join(values, ", "), Want: strings.Join(want, ", ")})
	}

	if s.OpenDay != nil {
		value, confidence := chosen(got.CompletedOn)
		add(Result{
			Field: "completedOn", Right: got.CompletedOn.Question == scan.QuestionDayMonth, Given: got.CompletedOn.Chosen != nil,
			Confidence: confidence, Got: value.String(), Want: "a question",
		})
	} else {
		date("completedOn", s.CompletedOn, got.CompletedOn)
	}
	date("startedOn", s.StartedOn, got.StartedOn)
	date("issuedOn", s.IssuedOn, got.IssuedOn)
	date("expiresOn", s.ExpiresOn, got.ExpiresOn)
	text("title", s.Title, got.Title)
	provider, surety := chosen(got.Provider)
	one("provider", s.Provider, got.Provider.Chosen != nil, strings.TrimPrefix(provider, "The "), surety)
	// A name is there to be compared with the account's, for which accents say nothing; OCR for English reads none.
	name, sure := chosen(got.Participant)
	one("participant", plain(s.Participant), got.Participant.Chosen != nil, plain(name), sure)
	text("number", s.Number, got.Number)
	text("verification", s.Verification, got.Verification)
	format, confidence := chosen(got.Format)
	one("format", s.Format, got.Format.Chosen != nil, string(format), confidence)

	values, confidences := list(got.Amounts, quantity)
	many("amounts", s.amounts("AWARDED"), values, confidences, false)
	values, confidences = list(got.Parts, quantity)
	many("parts", s.amounts("PART"), values, confidences, false)
	values, confidences = list([]scan.Field[scan.Quantity]{got.Maximum}, quantity)
	many("maximum", s.amounts("MAXIMUM"), values, confidences, false)
	// Topics are hints: those that the certificate names must be there, others may.
	values, confidences = list(got.Topics, func(t ce.Term) string { return string(t) })
	many("topics", s.Topics, values, confidences, true)
	values, confidences = list(got.Approvals, func(a scan.Approval) string { return string(a.Accreditor) + " " + a.Number })
	var approvals []string
	for _, a := range s.Approvals {
		approvals = append(approvals, a.Accreditor+" "+a.Number)
	}
	many("approvals", approvals, values, confidences, false)
	return results
}

// plain returns a text without accents.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ReplaceAll(text, "ø", "o")))
}

// inTitle reports whether a title names a topic: each word of it, perhaps with another ending.
func inTitle(title, topic string) bool {
	title = strings.ToLower(title)
	for word := range strings.SplitSeq(topic, "-") {
		if !strings.Contains(title, word[:min(len(word), 4)]) {
			return false
		}
	}
	return true
}

func chosen[T any](f scan.Field[T]) (value T, confidence float64) {
	if f.Chosen != nil {
		return f.Chosen.Value, f.Chosen.Confidence
	}
	return value, 0
}

func list[T any](fields []scan.Field[T], print func(T) string) (values []string, confidences []float64) {
	for _, f := range fields {
		if f.Chosen != nil {
			values = append(values, print(f.Chosen.Value))
			confidences = append(confidences, f.Chosen.Confidence)
		}
	}
	return values, confidences
}

func quantity(q scan.Quantity) string {
	return strings.TrimSpace(q.Amount.String() + " " + string(q.Unit) + " " + string(q.Topic))
}

func (s *Sample) amounts(share string) []string {
	var out []string
	for _, a := range s.Amounts {
		if a.Share == share {
			out = append(out, strings.TrimSpace(a.Amount+" "+a.Unit+" "+a.Topic))
		}
	}
	return out
}

// same compares as a person would: case and the signs at the ends say nothing.
func same(a, b string) bool {
	trim := func(text string) string {
		return strings.ToLower(strings.Trim(strings.Join(strings.Fields(strings.NewReplacer("’", "'", "‘", "'", "–", "-").Replace(text)), " "), " .,;:\"'"))
	}
	return trim(a) == trim(b)
}
