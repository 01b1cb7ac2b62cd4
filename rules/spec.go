package rules

import "fmt"

// Spec is a program as its author writes it. Everything is text or a list, so that each mistake can be
// answered with its place; docs/rules.md explains each field with an example.
type Spec struct {
	ID           string           `yaml:"id"`
	Name         string           `yaml:"name"`
	Body         string           `yaml:"body"`
	Jurisdiction string           `yaml:"jurisdiction"`
	Verified     string           `yaml:"verified"`
	Unit         string           `yaml:"unit"`
	Sources      []Origin         `yaml:"sources"`
	Questions    []Question       `yaml:"questions"`
	Topics       []Word           `yaml:"topics"`
	Formats      []Word           `yaml:"formats"`
	Roles        []Word           `yaml:"roles"`
	Approvals    []Word           `yaml:"approvals"`
	Conversions  []ConversionSpec `yaml:"conversions"`
	Notes        []string         `yaml:"notes"`
	Cycle        CycleSpecs       `yaml:"cycle"`
	VersionBy    string           `yaml:"version-by"` // cycle-start (the default) or cycle-end
	Versions     []Edition        `yaml:"versions"`
	Sharing      []SharingSpec    `yaml:"sharing"`
}

// Origin is a source, see [ce.Source].
type Origin struct {
	ID         string `yaml:"id"`
	Title      string `yaml:"title"`
	URL        string `yaml:"url"`
	Date       string `yaml:"date"`
	Confidence string `yaml:"confidence"`
}

// Question is a fact asked of the holder.
type Question struct {
	ID      string `yaml:"id"`
	Prompt  string `yaml:"prompt"`
	Type    string `yaml:"type"` // boolean, date, number, choice or terms
	Choices []Word `yaml:"choices"`
}

// Word is an id with the name by which people know it.
type Word struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// ConversionSpec says how much of the program's unit one unit of another body is, by agreement.
type ConversionSpec struct {
	Unit   string `yaml:"unit"`
	Worth  string `yaml:"worth"`
	Source string `yaml:"source"`
}

// CycleSpecs is how the program's cycles follow each other: one way, or several of which each but the last has Until.
type CycleSpecs []CycleSpec

// UnmarshalYAML reads one cycle or a list of them.
func (c *CycleSpecs) UnmarshalYAML(read func(any) error) error {
	return oneOrMore(read, (*[]CycleSpec)(c))
}

// oneOrMore reads a list, or one entry without a list round it.
func oneOrMore[T any](read func(any) error, into *[]T) error {
	var kind any
	if err := read(&kind); err != nil {
		return err
	}
	if _, list := kind.([]any); list {
		return read(into)
	}
	*into = make([]T, 1)
	return read(&(*into)[0])
}

// CycleSpec is one way in which cycles follow each other. All days are written as docs/rules.md says.
type CycleSpec struct {
	Until  string      `yaml:"until"`
	Length string      `yaml:"length"`
	Ends   EndSpecs    `yaml:"ends"`
	Starts EndSpecs    `yaml:"starts"`
	First  *FirstSpec  `yaml:"first"`
	Earn   *WindowSpec `yaml:"earn"`
	Report string      `yaml:"report"`
	Grace  string      `yaml:"grace"`
	Opens  string      `yaml:"opens"`
	Margin string      `yaml:"margin"`
	Moved  []MoveSpec  `yaml:"moved"`
	Source string      `yaml:"source"`
}

// EndSpecs is the last (or first) day of a cycle, or several of which the first that is known and whose condition holds counts.
type EndSpecs []EndSpec

// UnmarshalYAML reads one day or a list of them.
func (e *EndSpecs) UnmarshalYAML(read func(any) error) error {
	return oneOrMore(read, (*[]EndSpec)(e))
}

// EndSpec is a day, perhaps under a condition.
type EndSpec struct {
	When *ConditionSpec `yaml:"when"`
	Day  string         `yaml:"day"`
}

// UnmarshalYAML reads a day, or a day with its condition.
func (e *EndSpec) UnmarshalYAML(read func(any) error) error {
	type whole EndSpec
	return textOr(read, &e.Day, (*whole)(e))
}

// textOr reads a plain value into text, or anything else into whole.
func textOr(read func(any) error, text *string, whole any) error {
	var kind any
	if err := read(&kind); err != nil {
		return err
	}
	if _, mapping := kind.(map[string]any); mapping {
		return read(whole)
	}
	if _, list := kind.([]any); list {
		return fmt.Errorf("must not be a list")
	}
	return read(text)
}

// FirstSpec is how a holder's first cycle differs.
type FirstSpec struct {
	From   string `yaml:"from"` // the first day whose credits count
	Ends   string `yaml:"ends"`
	Source string `yaml:"source"`
}

// MoveSpec moves the end of one cycle.
type MoveSpec struct {
	From   string         `yaml:"from"`
	To     string         `yaml:"to"`
	When   *ConditionSpec `yaml:"when"`
	Source string         `yaml:"source"`
}

// WindowSpec is a run of days; a side that is not given is open. Before excludes the day itself.
type WindowSpec struct {
	From   string `yaml:"from"`
	To     string `yaml:"to"`
	Before string `yaml:"before"`
}

// Edition is a dated version of the rules.
type Edition struct {
	From         string      `yaml:"from"` // the first day on which a cycle that it governs begins or ends; "" for no such day
	Source       string      `yaml:"source"`
	Values       []ValueSpec `yaml:"values"`
	Rounding     *Rounding   `yaml:"rounding"`
	Requirements []RuleSpec  `yaml:"requirements"`
	Carry        *CarrySpec  `yaml:"carry"`
}

// ValueSpec says what credits are worth; the first one whose selection picks a credit decides.
type ValueSpec struct {
	Credits  *Selection `yaml:"credits"`
	Multiply string     `yaml:"multiply"`
	Worth    string     `yaml:"worth"`
	Steps    []StepSpec `yaml:"steps"`
	Most     string     `yaml:"most"`
	Least    string     `yaml:"least"`
	AtLeast  string     `yaml:"at-least"`
	Source   string     `yaml:"source"`
}

// StepSpec is the value of what is at least From.
type StepSpec struct {
	From  string `yaml:"from"`
	Worth string `yaml:"worth"`
}

// Rounding is how values are rounded.
type Rounding struct {
	Step      string `yaml:"step"`
	Direction string `yaml:"direction"` // down, up or nearest
	First     string `yaml:"first"`     // so much must be reached before steps count
	Of        string `yaml:"of"`        // activity (the default), event or day
	Source    string `yaml:"source"`
}

// RuleSpec is one requirement. Exactly one of Minimum, Maximum, Never, All, AtLeast, Condition and Other says what it asks.
type RuleSpec struct {
	ID      string      `yaml:"id"`
	Title   string      `yaml:"title"`
	Minimum *AmountSpec `yaml:"minimum"`
	Maximum *AmountSpec `yaml:"maximum"`
	// Never lets the selected credits not count at all, where the selection is stated to hold.
	Never     *Selection     `yaml:"never"`
	All       []RuleSpec     `yaml:"all"`
	AtLeast   int            `yaml:"at-least"`
	Of        []RuleSpec     `yaml:"of"`
	Condition *ConditionSpec `yaml:"condition"`
	Other     string         `yaml:"other"` // why the rule is not evaluated
	Credits   *Selection     `yaml:"credits"`
	Within    *WindowSpec    `yaml:"within"`
	Each      string         `yaml:"each"`
	ApartFrom []string       `yaml:"apart-from"`
	Due       string         `yaml:"due"`
	Force     string         `yaml:"force"` // binding (the default) or advisory
	When      *ConditionSpec `yaml:"when"`  // else the rule does not apply
	Cases     []CaseSpec     `yaml:"cases"`
	Inside    []RuleSpec     `yaml:"inside"` // rules about the credits of this one
	Source    string         `yaml:"source"`
	Note      string         `yaml:"note"`
}

// CaseSpec changes the amount of a minimum or maximum; the first case whose condition holds decides.
type CaseSpec struct {
	When   *ConditionSpec `yaml:"when"`
	Amount *AmountSpec    `yaml:"amount"` // or "none": the rule does not apply
	Source string         `yaml:"source"`
}

// AmountSpec is an amount: a plain one in Amount, or one that is computed.
type AmountSpec struct {
	Amount string `yaml:"amount"`
	// For each Per (a time) from From to To; with Part "counts" also for one that is begun.
	Per  string `yaml:"per"`
	From string `yaml:"from"`
	To   string `yaml:"to"`
	Part string `yaml:"part"`
	// Times is a question of type number by which Amount is multiplied, over Over.
	Times string `yaml:"times"`
	Over  string `yaml:"over"`
	Most  string `yaml:"most"`
	Least string `yaml:"least"`
}

// UnmarshalYAML reads a plain amount or a computed one.
func (a *AmountSpec) UnmarshalYAML(read func(any) error) error {
	type whole AmountSpec
	return textOr(read, &a.Amount, (*whole)(a))
}

// Selection picks credits: by each field that is given, and none that Except picks.
type Selection struct {
	Topics    []string    `yaml:"topics"`
	Formats   []string    `yaml:"formats"`
	Roles     []string    `yaml:"roles"`
	Approvals []string    `yaml:"approvals"`
	Completed *WindowSpec `yaml:"completed"`
	Size      *SizeSpec   `yaml:"size"`
	Repeats   string      `yaml:"repeats"` // cycle or ever
	Any       []Selection `yaml:"any"`
	All       []Selection `yaml:"all"`
	Except    *Selection  `yaml:"except"`
}

// SizeSpec bounds the value of a credit.
type SizeSpec struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// ConditionSpec is something true or false; exactly one of All, Any, Not, Question, Number, Day, Cycle, Holds and Throughout is given.
type ConditionSpec struct {
	All        []ConditionSpec `yaml:"all"`
	Any        []ConditionSpec `yaml:"any"`
	Not        *ConditionSpec  `yaml:"not"`
	Question   string          `yaml:"question"` // the answer to it is one of Is
	Is         []string        `yaml:"is"`
	Number     string          `yaml:"number"` // the answer to it lies in From and To, which are amounts
	Day        string          `yaml:"day"`    // it lies in From and To or Before, which are days
	From       string          `yaml:"from"`
	To         string          `yaml:"to"`
	Before     string          `yaml:"before"`
	Cycle      *NumberSpec     `yaml:"cycle"`
	Holds      []string        `yaml:"holds"` // programs
	Issued     *WindowSpec     `yaml:"issued"`
	Renewed    *WindowSpec     `yaml:"renewed"`
	Throughout *ConditionSpec  `yaml:"throughout"` // on each day from From to To
}

// NumberSpec picks cycles by their number, the holder's first one being 1.
type NumberSpec struct {
	Every   int   `yaml:"every"`
	After   int   `yaml:"after"`
	Numbers []int `yaml:"numbers"`
}

// CarrySpec is what the next cycle inherits.
type CarrySpec struct {
	Of         string         `yaml:"of"`
	Most       string         `yaml:"most"`
	Parts      []PartSpec     `yaml:"parts"`
	Share      string         `yaml:"share"`       // evenly
	OverLimits string         `yaml:"over-limits"` // yes
	When       *ConditionSpec `yaml:"when"`
	As         *TermSpec      `yaml:"as"`
	Source     string         `yaml:"source"`
}

// PartSpec is a part of what is carried.
type PartSpec struct {
	Credits *Selection  `yaml:"credits"`
	Within  *WindowSpec `yaml:"within"`
	Above   string      `yaml:"above"`
	Most    string      `yaml:"most"`
	As      *TermSpec   `yaml:"as"`
	Source  string      `yaml:"source"`
}

// TermSpec is what a carried credit states.
type TermSpec struct {
	Topics    []string `yaml:"topics"`
	Formats   []string `yaml:"formats"` // at most one, as a credit has
	Roles     []string `yaml:"roles"`   // at most one
	Approvals []string `yaml:"approvals"`
}

// SharingSpec limits for how many certifications of the body one credit may be used.
type SharingSpec struct {
	Credits *Selection `yaml:"credits"`
	Uses    int        `yaml:"uses"`
	Source  string     `yaml:"source"`
}
