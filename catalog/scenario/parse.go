package scenario

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
)

// Limits of a file of scenarios.
const (
	MaxFileSize = 512 << 10
	maxLine     = 1000
	maxCredits  = 1000 // of one scenario
	maxChecks   = 500
)

// Scenario is one example.
type Scenario struct {
	File string
	Line int
	Name string

	program  ce.ProgramID
	cert     ce.Certification
	others   []ce.Certification
	tracked  ce.Date
	credits  []creditLine
	asOf     ce.Date
	cycle    ce.CycleKey
	expected []check
}

// creditLine is a credit whose unit is still a word.
type creditLine struct {
	ce.Credit
	unit string
	line int
}

// check is one expectation: its word, its value, and the explanation expected with it.
type check struct {
	word, value, because string
	line                 int
}

// checkWords are the words of expectations; all others say what is given.
var checkWords = map[string]bool{
	"expect": true, "cycle": true, "requirement": true, "use": true, "questions": true, "deadline": true, "changes on": true,
	"carried in": true, "carries over": true,
}

// Parse reads the scenarios of a file. An error names the file and the line.
func Parse(file string, text []byte) ([]Scenario, error) {
	if len(text) > MaxFileSize {
		return nil, fmt.Errorf("%s: must be at most %d kB long", file, MaxFileSize>>10)
	}
	var list []Scenario
	number := 0
	for row := range strings.Lines(string(text)) {
		number++
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			continue
		}
		word, value, ok := strings.Cut(row, ":")
		word, value = strings.TrimSpace(word), strings.TrimSpace(value)
		err := error(nil)
		switch {
		case len(row) > maxLine:
			err = fmt.Errorf("is longer than %d bytes", maxLine)
		case !ok || value == "":
			err = fmt.Errorf("must be a word, a colon and a value")
		case word == "scenario":
			list = append(list, Scenario{File: file, Line: number, Name: value})
		case len(list) == 0:
			err = errors.New(`must come after a line that begins with the word "scenario"`)
		default:
			err = list[len(list)-1].read(word, value, number)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
	}
	for i := range list {
		if s := &list[i]; s.program == "" || s.asOf.IsZero() || len(s.expected) == 0 {
			return nil, fmt.Errorf("%s:%d: the scenario must have program, as of and expect", file, s.Line)
		}
	}
	return list, nil
}

func (s *Scenario) read(word, value string, line int) error {
	if checkWords[word] {
		if len(s.expected) == maxChecks {
			return fmt.Errorf("the scenario has too many lines")
		}
		s.expected = append(s.expected, check{word: word, value: value, line: line})
		return nil
	}
	var err error
	switch word {
	case "because":
		if len(s.expected) == 0 {
			return fmt.Errorf("must come after the line that it explains")
		}
		s.expected[len(s.expected)-1].because = value
	case "program":
		s.program = ce.ProgramID(value)
	case "issued":
		s.cert.IssuedOn, err = ce.ParseDate(value)
	case "expires":
		s.cert.ExpiresOn, err = ce.ParseDate(value)
	case "tracked from":
		s.tracked, err = ce.ParseDate(value)
	case "as of":
		s.asOf, err = ce.ParseDate(value)
	case "in cycle":
		s.cycle = ce.CycleKey(value)
	case "fact":
		err = s.readFact(value)
	case "renewed":
		err = s.readRenewal(value)
	case "holds":
		err = s.readHeld(value)
	case "credit":
		err = s.readCredit(value, line)
	default:
		err = fmt.Errorf("%q is no word that scenarios know", word)
	}
	return err
}

func (s *Scenario) readFact(text string) error {
	question, value, ok := strings.Cut(text, "=")
	if !ok || len(s.cert.Facts) == ce.MaxFacts {
		return fmt.Errorf("must be a question = a value, and not too many of them")
	}
	fact := ce.Fact{Question: ce.QuestionID(strings.TrimSpace(question))}
	value, since, dated := strings.Cut(value, " since ")
	fact.Value = strings.TrimSpace(value)
	var err error
	if dated {
		fact.Since, err = ce.ParseDate(strings.TrimSpace(since))
	}
	s.cert.Facts = append(s.cert.Facts, fact)
	return err
}

func (s *Scenario) readRenewal(text string) error {
	cycle, on, ok := strings.Cut(text, " on ")
	if !ok || len(s.cert.Renewals) == ce.MaxRenewals {
		return fmt.Errorf("must be a cycle on a day, such as 2025 on 2025-12-01, and not too many of them")
	}
	day, err := ce.ParseDate(strings.TrimSpace(on))
	s.cert.Renewals = append(s.cert.Renewals, ce.Renewal{Cycle: ce.CycleKey(strings.TrimSpace(cycle)), RenewedOn: day})
	return err
}

// readHeld reads: comptia-pentest issued 2026-03-01 renewed 2026-05-01.
func (s *Scenario) readHeld(text string) error {
	const form = "must be a program, perhaps with issued and a day, and renewed and a day, and not too many of them"
	words := strings.Fields(text)
	if len(words)%2 == 0 || len(s.others) == ce.MaxCertifications {
		return errors.New(form)
	}
	other := ce.Certification{ID: ce.CertificationID(fmt.Sprintf("00000000-0000-4000-9000-%012d", len(s.others)+2)), Program: ce.ProgramID(words[0])}
	for i := 1; i < len(words); i += 2 {
		day, err := ce.ParseDate(words[i+1])
		switch {
		case err != nil:
			return err
		case words[i] == "issued":
			other.IssuedOn = day
		case words[i] == "renewed":
			other.Renewals = append(other.Renewals, ce.Renewal{RenewedOn: day})
		default:
			return errors.New(form)
		}
	}
	s.others = append(s.others, other)
	return nil
}

// readCredit reads: 2026-05-04, 1.5 hours, "Title" by "Provider"; topics: a, b; role: c.
func (s *Scenario) readCredit(text string, line int) error {
	const form = `must be a day, an amount with its unit and a title in quotes, such as 2026-05-04, 1.5 hours, "Ethics"`
	if len(s.credits) == maxCredits {
		return fmt.Errorf("must be at most %d credits", maxCredits)
	}
	parts := strings.SplitN(text, ",", 3)
	if len(parts) != 3 {
		return errors.New(form)
	}
	c := creditLine{line: line}
	c.ID = creditID(len(s.credits))
	var err error
	if c.CompletedOn, err = ce.ParseDate(strings.TrimSpace(parts[0])); err != nil {
		return err
	}
	amount, unit, _ := strings.Cut(strings.TrimSpace(parts[1]), " ")
	if c.Amount, err = ce.ParseAmount(amount); err != nil {
		return err
	}
	c.unit = strings.TrimSpace(unit)
	rest := strings.TrimSpace(parts[2])
	if c.Title, rest, err = quoted(rest); err != nil {
		return errors.New(form)
	}
	if by, ok := strings.CutPrefix(rest, "by "); ok {
		if c.Provider, rest, err = quoted(strings.TrimSpace(by)); err != nil {
			return errors.New(form)
		}
	}
	for field := range strings.SplitSeq(rest, ";") {
		if err := c.readField(strings.TrimSpace(field)); err != nil {
			return err
		}
	}
	s.credits = append(s.credits, c)
	return nil
}

// quoted takes a text in quotes off the front.
func quoted(text string) (inside, rest string, err error) {
	prefix, err := strconv.QuotedPrefix(text)
	if err != nil || prefix[0] != '"' {
		return "", "", fmt.Errorf("must be in quotes")
	}
	inside, err = strconv.Unquote(prefix)
	return inside, strings.TrimSpace(text[len(prefix):]), err
}

func (c *creditLine) readField(text string) error {
	if text == "" {
		return nil
	}
	name, value, _ := strings.Cut(text, ":")
	if strings.TrimSpace(name) == "portion" {
		return c.readPortion(value)
	}
	terms := []ce.Term{}
	if value = strings.TrimSpace(value); value != "none" {
		for word := range strings.SplitSeq(value, ",") {
			term, err := ce.ParseTerm(word)
			if err != nil {
				return err
			}
			terms = append(terms, term)
		}
	}
	switch name = strings.TrimSpace(name); {
	case name == "topics":
		c.Topics = terms
	case name == "approvals":
		c.Approvals = terms
	case name == "format" && len(terms) == 1:
		c.Format = terms[0]
	case name == "role" && len(terms) == 1:
		c.Role = terms[0]
	default:
		return fmt.Errorf("%q must be topics, approvals, format or role, the last two with one term", name)
	}
	return nil
}

// readPortion reads: 1.5 of a, b.
func (c *creditLine) readPortion(text string) error {
	amount, words, ok := strings.Cut(text, " of ")
	parsed, err := ce.ParseAmount(strings.TrimSpace(amount))
	if !ok || err != nil || len(c.Portions) == ce.MaxPortions {
		return fmt.Errorf("a portion must be an amount of topics, such as 1.5 of ethics, and not too many of them")
	}
	portion := ce.Portion{Amount: parsed, Topics: []ce.Term{}}
	if words = strings.TrimSpace(words); words != "none" {
		for word := range strings.SplitSeq(words, ",") {
			term, err := ce.ParseTerm(word)
			if err != nil {
				return err
			}
			portion.Topics = append(portion.Topics, term)
		}
	}
	c.Portions = append(c.Portions, portion)
	return nil
}

func creditID(place int) ce.CreditID {
	return ce.CreditID(fmt.Sprintf("00000000-0000-4000-8000-%012d", place+1))
}

const certificationID ce.CertificationID = "00000000-0000-4000-9000-000000000001"

// noon is an instant of the day that has that day's date in nearly every zone.
func noon(d ce.Date) time.Time { return d.Start(time.UTC).Add(12 * time.Hour) }
