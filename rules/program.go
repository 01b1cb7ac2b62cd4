package rules

import (
	"slices"

	"accrue/ce"
)

// Program is what one body asks for one credential, checked and ready to be evaluated. It is never changed
// after [Compile] made it and may be used by many goroutines at once.
type Program struct {
	ID           ce.ProgramID
	Name         string // "Georgia CPA"
	Body         ce.BodyID
	BodyName     string
	Jurisdiction string // ISO 3166 ("US-GA"); "" where the credential knows no borders
	TimeZone     string // of the body, IANA; "" where it has none
	// Verified says that somebody has compared the rules with the body's own current text.
	Verified bool
	Sources  []ce.Source
	// Questions are the facts asked of the holder, among them the day of issue where the rules need it.
	Questions []ce.Question
	Units     []ce.Unit // the body's; the first one listed in the program's file is its own, see Unit
	Unit      ce.Unit   // in which the program counts
	// The words by which its rules select credits.
	Topics, Formats, Roles, Approvals []Vocable
	Notes                             []string  // for the reader: what is open, how a text was understood
	Versions                          []Version // oldest first

	calendar calendar
	words    [fieldCount]vocabulary
}

// Vocable is one word of a program's vocabulary.
type Vocable struct {
	ID   ce.Term
	Name string
}

// Version is a program's rules as they hold for the cycles that begin on or after a day.
type Version struct {
	Label string  // fit to be shown: the day from which it holds, or "undated"
	From  ce.Date // no day when it holds for every cycle up to the next version
	Hash  string  // identifies the text of these rules, of what they refer to, and of the engine

	tree tree
}

// Version returns the version whose rules hold for cycles beginning on the day; ok is false when
// the day is earlier than all versions.
func (p *Program) Version(day ce.Date) (v *Version, ok bool) {
	for i := len(p.Versions) - 1; i >= 0; i-- {
		if !p.Versions[i].From.After(day) {
			return &p.Versions[i], true
		}
	}
	return nil, false
}

// Latest returns the newest version.
func (p *Program) Latest() *Version { return &p.Versions[len(p.Versions)-1] }

// Question returns the question asked as a fact, and whether the program has it.
func (p *Program) Question(id ce.QuestionID) (ce.Question, bool) {
	i := slices.IndexFunc(p.Questions, func(q ce.Question) bool { return q.ID == id })
	if i < 0 {
		return ce.Question{}, false
	}
	return p.Questions[i], true
}

// Units finds a unit of any body, so that credits reported in another body's unit can be converted.
type Units interface {
	Unit(id ce.UnitID) (ce.Unit, bool)
}
