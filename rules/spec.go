package rules

// Spec is a program as its author writes it. Everything is text or a list, so that each mistake can be
// answered with its place; docs/rules.md explains each field with an example.
type Spec struct {
	ID           string     `yaml:"id"`
	Name         string     `yaml:"name"`
	Body         string     `yaml:"body"`
	Jurisdiction string     `yaml:"jurisdiction"`
	Verified     string     `yaml:"verified"`
	Unit         string     `yaml:"unit"`
	Sources      []Origin   `yaml:"sources"`
	Questions    []Question `yaml:"questions"`
	Topics       []Word     `yaml:"topics"`
	Formats      []Word     `yaml:"formats"`
	Roles        []Word     `yaml:"roles"`
	Approvals    []Word     `yaml:"approvals"`
	Notes        []string   `yaml:"notes"`
	Cycle        CycleSpec  `yaml:"cycle"`
	Versions     []Edition  `yaml:"versions"`
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

// CycleSpec is how the program's cycles follow each other.
type CycleSpec struct {
	Years  int        `yaml:"years"`
	Ends   string     `yaml:"ends"`   // the last day of any one cycle
	Report string     `yaml:"report"` // time from the cycle's end to the last day to report: "0 days"
	Grace  string     `yaml:"grace"`  // time from the cycle's end to the last day of a late renewal: "1 month"
	First  *FirstSpec `yaml:"first"`
	Source string     `yaml:"source"`
}

// FirstSpec is how a holder's first cycle differs.
type FirstSpec struct {
	From   string `yaml:"from"`   // issue, or day-after-issue
	Cycles int    `yaml:"cycles"` // it ends with the n-th ordinary cycle, the one of the issue being the first
	Source string `yaml:"source"`
}

// Edition is a dated version of the rules.
type Edition struct {
	From         string     `yaml:"from"` // the first day on which a cycle that it governs begins; "" for no such day
	Source       string     `yaml:"source"`
	Rounding     *Rounding  `yaml:"rounding"`
	Requirements []RuleSpec `yaml:"requirements"`
}

// Rounding is how the value of each activity is rounded.
type Rounding struct {
	Step      string `yaml:"step"`
	Direction string `yaml:"direction"` // down, up or nearest
	Source    string `yaml:"source"`
}

// RuleSpec is one requirement. Exactly one of Minimum, Maximum, Never, All, AtLeast, Condition and Other says what it asks.
type RuleSpec struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Minimum and Maximum are an amount ("80") or a share of a minimum above ("1/2 of total").
	Minimum string `yaml:"minimum"`
	Maximum string `yaml:"maximum"`
	// Never lets the selected credits not count at all, where the selection is stated to hold.
	Never     *Selection     `yaml:"never"`
	All       []RuleSpec     `yaml:"all"`
	AtLeast   int            `yaml:"at-least"`
	Of        []RuleSpec     `yaml:"of"`
	Condition *ConditionSpec `yaml:"condition"`
	Other     string         `yaml:"other"` // why the rule is not evaluated
	Credits   *Selection     `yaml:"credits"`
	Each      string         `yaml:"each"`  // calendar-year: the minimum holds in each one of the cycle
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
	Amount string         `yaml:"amount"` // as Minimum, or "none": the rule does not apply
	Source string         `yaml:"source"`
}

// Selection picks credits: by each list that is given, at least one of its terms; and none that Except picks.
type Selection struct {
	Topics    []string   `yaml:"topics"`
	Formats   []string   `yaml:"formats"`
	Roles     []string   `yaml:"roles"`
	Approvals []string   `yaml:"approvals"`
	Except    *Selection `yaml:"except"`
}

// ConditionSpec is something true or false; exactly one of All, Any, Not, Question, Issued and Repeats is given.
type ConditionSpec struct {
	All      []ConditionSpec `yaml:"all"`
	Any      []ConditionSpec `yaml:"any"`
	Not      *ConditionSpec  `yaml:"not"`
	Question string          `yaml:"question"` // the answer to it is one of Is
	Is       []string        `yaml:"is"`
	Issued   *IssuedSpec     `yaml:"issued"`
	// Repeats holds when two of the selected credits have the same title and provider.
	Repeats *Selection `yaml:"repeats"`
}

// IssuedSpec compares the day of issue with the cycle, or with the year of an each-calendar-year rule.
// Exactly one of In and After is given.
type IssuedSpec struct {
	In     string `yaml:"in"`     // cycle or year
	Months string `yaml:"months"` // "7-18": only in these months of the cycle, counted from 1
	After  string `yaml:"after"`  // cycle or year
}
