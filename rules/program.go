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
	// Questions are the facts asked of the holder, among them the days of issue and expiry where the rules need them.
	Questions []ce.Question
	Units     []ce.Unit // the body's; the first one listed in the program's file is its own, see Unit
	Unit      ce.Unit   // in which the program counts
	// The words by which its rules select credits.
	Topics, Formats, Roles, Approvals []Vocable
	Notes                             []string  // for the reader: what is open, how a text was understood
	Versions                          []Version // oldest first
	Hash                              string    // identifies the text of all rules, of what they refer to, and of the engine

	calendars   []calendar
	byEnd       bool // a cycle's end picks the version, not its start
	conversions map[ce.UnitID]ce.Amount
	sharing     []sharing
	words       [fieldCount]vocabulary
}

// Vocable is one word of a program's vocabulary.
type Vocable struct {
	ID   ce.Term
	Name string
}

// Version is a program's rules as they hold for the cycles that begin (or end) on or after a day.
type Version struct {
	Label string  // fit to be shown: the day from which it holds, or "undated"
	From  ce.Date // no day when it holds for every cycle up to the next version
	Hash  string  // identifies the text of these rules and of what they refer to

	tree     tree
	values   []valueRule
	rounding *rounding
	carry    *carry
	repeats  bool // something in it looks for repeated credits
	grouped  bool // something in it holds in each event
}

// sharing limits for how many certifications of the body one credit may be used.
type sharing struct {
	credits *selection
	uses    int
}

// Version returns the version whose rules hold for cycles that the day picks; ok is false when
// the day is earlier than all versions.
func (p *Program) Version(day ce.Date) (v *Version, ok bool) {
	for i := len(p.Versions) - 1; i >= 0; i-- {
		if !p.Versions[i].From.After(day) {
			return &p.Versions[i], true
		}
	}
	return nil, false
}

func (p *Program) versionOf(fr *frame) *Version {
	day := fr.start
	if p.byEnd {
		day = fr.end
	}
	v, _ := p.Version(day)
	return v
}

// Latest returns the newest version.
func (p *Program) Latest() *Version { return &p.Versions[len(p.Versions)-1] }

// Requirements returns how many requirements the version has.
func (v *Version) Requirements() int { return len(v.tree.rules) }

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
