package ce

import (
	"fmt"
	"strings"
	"time"
)

// Limits of the programs that professionals write themselves. A professional's own programs are read together, so what
// all her texts hold is limited, too.
const (
	MaxOwnPrograms       = 50       // of one professional, or of one organisation
	MaxProgramTexts      = 50       // of one own program
	MaxProgramTextLength = 64 << 10 // of one text, in bytes
	MaxProgramLines      = 4000     // of one text, since reading takes time that grows with their square
	MaxProgramTextsSum   = 2 << 20  // of all texts of all own programs of one professional or organisation, in bytes
	MaxProgramYears      = 10       // of a cycle in the simple form
	MaxMinutesPerHour    = 600      // in the simple form
)

// OwnProgram is a program in the language of the catalog that a professional wrote herself and that is private to her, or that an
// organisation shares with its members.
type OwnProgram struct {
	ID           ProgramID      // a UUID, by which it is no id of the catalog
	Professional ProfessionalID // "" for that of an organisation
	Organization OrganizationID // "" for that of a professional
	Version      int            // 1 when created, one more with each change
	// Texts are all texts that it has had, oldest first and never empty; the last one is in force. A later text holds
	// the dated versions of the rules of those before it, unchanged.
	Texts                []ProgramText
	CreatedAt, UpdatedAt time.Time
}

// Shared is the program of an organisation as a new certification of it carries it along.
func (p *OwnProgram) Shared() *SharedProgram {
	return &SharedProgram{Organization: p.Organization, Revision: len(p.Texts), Text: p.Text()}
}

// ProgramText is a program in the rule language.
type ProgramText struct {
	Text      string
	CreatedAt time.Time
}

// Text returns the text that is in force.
func (p *OwnProgram) Text() string { return p.Texts[len(p.Texts)-1].Text }

// CheckProgramText checks the form of a program's text, whatever it says.
func CheckProgramText(text string) error {
	if len(text) > MaxProgramTextLength { // before blanks around it are trimmed
		return fmt.Errorf("must be at most %d kB long", MaxProgramTextLength>>10)
	}
	if strings.Count(text, "\n")+strings.Count(text, "\r") >= MaxProgramLines {
		return fmt.Errorf("must have at most %d lines", MaxProgramLines)
	}
	_, err := Paragraphs(text, MaxProgramTextLength)
	return err
}

// HoursProgram is the simplest program: so many hours in every cycle of so many years.
type HoursProgram struct {
	Name string
	Body string // who certifies; the name when not given
	// Amount is how many hours each cycle asks for.
	Amount Amount
	Years  int
	// EndsOn is the last day of any one cycle; the others follow from it.
	EndsOn         Date
	MinutesPerHour int
}

// Clean trims and checks what a person may enter, and sets the body where none is given.
func (p *HoursProgram) Clean() error {
	var problems Problems
	var err error
	if p.Name, err = Line(p.Name, MaxNameLength); err == nil && p.Name == "" {
		err = fmt.Errorf("must be given")
	}
	problems.Check(err, "name")
	p.Body, err = Line(p.Body, MaxNameLength)
	problems.Check(err, "body")
	if p.Body == "" {
		p.Body = p.Name
	}
	if p.Amount.Sign() <= 0 {
		problems.Add("must be above 0", "hours", "amount")
	}
	if p.Years < 1 || p.Years > MaxProgramYears {
		problems.Add(fmt.Sprintf("must be from 1 to %d", MaxProgramYears), "hours", "years")
	}
	if p.EndsOn.IsZero() {
		problems.Add("must be given", "hours", "endsOn")
	}
	problems.Check(CheckDay(p.EndsOn), "hours", "endsOn")
	if p.MinutesPerHour < 1 || p.MinutesPerHour > MaxMinutesPerHour {
		problems.Add(fmt.Sprintf("must be from 1 to %d", MaxMinutesPerHour), "hours", "minutesPerHour")
	}
	return problems.Err()
}
