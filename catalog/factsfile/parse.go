package factsfile

import (
	"cmp"
	"errors"
	"fmt"

	"accrue/catalog"
	"accrue/ce"
)

// MaxFileSize is how long a facts file may be, in bytes. It has at most [ce.MaxCredits] credits.
const MaxFileSize = 1 << 20

// File is a facts file that was read and checked, as far as that is possible without a program.
type File struct {
	document *catalog.Document

	holderZone    string
	holderFacts   []ce.Fact
	certification ce.Certification // without program, and perhaps without time zone
	trackedFrom   ce.Date
	credits       []ce.Credit
}

// Parse reads a facts file. Errors name the file and the line, one problem a line.
func Parse(file string, content []byte) (*File, error) {
	var s spec
	document, err := catalog.Format{MaxSize: MaxFileSize, Manual: "docs/authoring.md"}.Decode(file, content, &s)
	if err != nil {
		return nil, err
	}
	p := parser{File: File{document: document}}
	p.holder(&s.Holder)
	p.cert(&s.Certification)
	p.allCredits(s.Credits)
	if err := p.Err(); err != nil {
		return nil, p.problems(err)
	}
	return &p.File, nil
}

// maxProblems is how many problems are told of one file.
const maxProblems = 100

func (f *File) problems(err error) error {
	var invalid ce.Invalid
	if !errors.As(err, &invalid) || len(invalid) <= maxProblems {
		return f.document.Problems(err)
	}
	return errors.Join(f.document.Problems(invalid[:maxProblems]), fmt.Errorf("and %d more problems", len(invalid)-maxProblems))
}

// parser collects what is wrong with a file.
type parser struct {
	ce.Problems
	File
}

func (p *parser) holder(s *holderSpec) {
	p.holderZone = string(s.TimeZone)
	p.holderFacts = p.facts(s.Facts, "holder")
	checked := ce.Certification{TimeZone: cmp.Or(p.holderZone, "UTC"), Facts: p.holderFacts}
	p.Check(checked.Clean(), "holder")
}

func (p *parser) cert(s *certificationSpec) {
	const at = "certification"
	c := &p.certification
	*c = ce.Certification{
		ID:        ce.CertificationID(p.uuid(s.ID, certificationID, at, "id")),
		Number:    string(s.Number),
		IssuedOn:  p.date(s.IssuedOn, at, "issuedOn"),
		ExpiresOn: p.date(s.ExpiresOn, at, "expiresOn"),
		TimeZone:  cmp.Or(string(s.TimeZone), "UTC"),
		Facts:     p.facts(s.Facts, at),
	}
	p.trackedFrom = p.date(s.TrackedFrom, at, "trackedFrom")
	p.Check(ce.CheckDay(p.trackedFrom), at, "trackedFrom")
	if len(s.Renewals) > ce.MaxRenewals {
		p.Add(fmt.Sprintf("must have at most %d entries", ce.MaxRenewals), at, "renewals")
		s.Renewals = nil
	}
	for i := range s.Renewals {
		c.Renewals = append(c.Renewals, p.renewal(&s.Renewals[i], at, "renewals", i))
	}
	p.Check(c.Clean(), at)
	c.TimeZone = string(s.TimeZone)
}

func (p *parser) renewal(s *renewalSpec, path ...any) ce.Renewal {
	r := ce.Renewal{
		RenewedOn: p.date(s.RenewedOn, join(path, "renewedOn")...),
		ExpiresOn: p.date(s.ExpiresOn, join(path, "newExpiresOn")...),
	}
	cycle, err := ce.Line(string(s.Cycle), ce.MaxNumberLength)
	p.Check(err, join(path, "cycle")...)
	if err == nil && cycle == "" {
		p.Add("must be given: the cycle that was renewed, as `accrue evaluate` names it", join(path, "cycle")...)
	}
	r.Cycle = ce.CycleKey(cycle)
	r.Number, err = ce.Line(string(s.Number), ce.MaxNumberLength)
	p.Check(err, join(path, "number")...)
	if s.RenewedOn == "" {
		p.Add("must be given", join(path, "renewedOn")...)
	}
	p.Check(ce.CheckDay(r.RenewedOn), join(path, "renewedOn")...)
	p.Check(ce.CheckDay(r.ExpiresOn), join(path, "newExpiresOn")...)
	if !r.ExpiresOn.IsZero() && !r.ExpiresOn.After(r.RenewedOn) {
		p.Add("must be after renewedOn", join(path, "newExpiresOn")...)
	}
	return r
}

func (p *parser) facts(list []factSpec, at string) []ce.Fact {
	var out []ce.Fact
	for i, s := range list {
		if s.QuestionID == "" {
			p.Add("must be given", at, "facts", i, "questionId")
		}
		out = append(out, ce.Fact{
			Question: ce.QuestionID(s.QuestionID), Value: string(s.Value), Since: p.date(s.Since, at, "facts", i, "since"),
		})
	}
	return out
}

func (p *parser) allCredits(list []creditSpec) {
	if len(list) > ce.MaxCredits {
		p.Add(fmt.Sprintf("must have at most %d entries", ce.MaxCredits), "credits")
		return
	}
	p.credits = make([]ce.Credit, len(list))
	taken := make(map[ce.CreditID]bool, len(list))
	for i := range list {
		c := &p.credits[i]
		p.credit(c, &list[i], i)
		if taken[c.ID] {
			p.Add("is the id of another credit", "credits", i, "id")
		}
		taken[c.ID] = true
	}
}

func (p *parser) credit(c *ce.Credit, s *creditSpec, i int) {
	at := func(field ...any) []any { return join([]any{"credits", i}, field...) }
	*c = ce.Credit{
		ID:          ce.CreditID(p.uuid(s.ID, string(creditID(i)), at("id")...)),
		Title:       string(s.Title),
		CompletedOn: p.date(s.CompletedOn, at("completedOn")...),
		Provider:    string(s.Provider),
		Format:      p.term(s.Format, at("format")...),
		Role:        p.term(s.Role, at("role")...),
		Topics:      p.terms(s.Topics, at("topics")...),
		Approvals:   p.terms(s.Approvals, at("approvals")...),
		Notes:       string(s.Notes),
	}
	if s.Certifications != nil {
		c.Certifications = []ce.CertificationID{}
	}
	for j, id := range s.Certifications {
		c.Certifications = append(c.Certifications, ce.CertificationID(p.uuid(id, "", at("certificationIds", j)...)))
	}
	c.Amount, c.Unit = p.quantity(s, at)
	day := c.CompletedOn
	if day.IsZero() && s.CompletedOn != "" {
		c.CompletedOn = ce.MustDate(2000, 1, 1) // what is refused already is not said to be missing
	}
	p.Check(c.Clean(), at()...)
	c.CompletedOn = day
}

func (p *parser) quantity(s *creditSpec, at func(...any) []any) (ce.Amount, ce.UnitID) {
	field, written, unit := "minutes", s.Minutes, ce.UnitMinute
	switch {
	case s.Minutes != "" && (s.Amount != "" || s.Unit != ""):
		p.Add("give either minutes, or amount with unit", at("minutes")...)
	case s.Minutes == "" && s.Amount == "":
		p.Add("give minutes, or amount with unit", at()...)
	case s.Minutes == "" && s.Unit == "":
		p.Add("must come with a unit: a unit belongs to a body, see the body's file", at("amount")...)
	default:
		if s.Minutes == "" {
			field, written, unit = "amount", s.Amount, ce.UnitID(s.Unit)
		}
		amount, err := ce.ParseAmount(string(written))
		if err == nil && unit == ce.UnitMinute && !amount.Equal(amount.Floor(ce.Int(1))) {
			err = ce.Errorf(ce.CodeInvalidInput, "must be a whole number")
		}
		if err == nil {
			return amount, unit
		}
		p.Check(err, at(field)...)
	}
	// A quantity that is already refused is not refused again.
	return ce.Int(1), ce.UnitMinute
}

func (p *parser) date(s text, path ...any) ce.Date {
	if s == "" {
		return ce.Date{}
	}
	day, err := ce.ParseDate(string(s))
	p.Check(err, path...)
	return day
}

func (p *parser) term(s text, path ...any) ce.Term {
	if s == "" {
		return ""
	}
	term, err := ce.ParseTerm(string(s))
	p.Check(err, path...)
	return term
}

// terms keeps the difference between not stated (nil) and none (empty).
func (p *parser) terms(list []text, path ...any) []ce.Term {
	if list == nil {
		return nil
	}
	out := make([]ce.Term, len(list))
	for i, s := range list {
		term, err := ce.ParseTerm(string(s))
		p.Check(err, join(path, i)...)
		out[i] = term
	}
	return out
}

// uuid reads an id; the fallback stands for one that is not given.
func (p *parser) uuid(s text, fallback string, path ...any) string {
	if s == "" && fallback != "" {
		return fallback
	}
	id, err := ce.ParseUUID(string(s))
	p.Check(err, path...)
	return id
}

func join(path []any, more ...any) []any {
	return append(append(make([]any, 0, len(path)+len(more)), path...), more...)
}

// Ids of what has none in the file. Credits of one day are taken in the order of their ids, thus of the file.
const certificationID = "00000000-0000-4000-9000-000000000001"

func creditID(place int) ce.CreditID {
	return ce.CreditID(fmt.Sprintf("00000000-0000-4000-8000-%012d", place+1))
}
