package ce

// Unit is how a body counts continuing education. The same letters mean different lengths to
// different bodies (a CEU is ten hours to one and one hour to another), so a unit belongs to a body.
type Unit struct {
	ID     UnitID
	Symbol string // "CPE"
	Name   string // "CPE credit"
	Plural string // "CPE credits"
	// Minutes is the length of one unit; nil where a unit is no length of time.
	Minutes *Amount
}

// NameFor returns the unit's name in the form that goes with the amount: "hour" with 1, else "hours".
func (u *Unit) NameFor(amount Amount) string {
	if amount.Equal(Int(1)) {
		return u.Name
	}
	return u.Plural
}

// UnitMinute is the unit of credits reported in minutes; it belongs to nobody and every program knows it.
const UnitMinute UnitID = "minute"

// Minute is the unit of UnitMinute.
func Minute() Unit {
	one := Int(1)
	return Unit{ID: UnitMinute, Symbol: "min", Name: "minute", Plural: "minutes", Minutes: &one}
}

// Source is where a rule was read.
type Source struct {
	ID    SourceID
	Title string
	URL   string // "" where it is not on the web
	// Date is what the source says of its own date, as it says it ("2024", "2024-01-03"); "" when it says none.
	Date string
	// Confidence is HIGH for the body's own text or two independent good sources, MEDIUM for one decent
	// secondary source, LOW for a weak or contradicted one.
	Confidence Confidence
}

// Confidence is how much trust a source's statement deserves.
type Confidence string

// The levels of confidence, see Source.
const (
	ConfidenceHigh   Confidence = "HIGH"
	ConfidenceMedium Confidence = "MEDIUM"
	ConfidenceLow    Confidence = "LOW"
)

// QuestionType is the form of an answer.
type QuestionType string

// The types of questions and the values that answer them.
const (
	QuestionBoolean QuestionType = "BOOLEAN" // "true" or "false"
	QuestionDate    QuestionType = "DATE"    // "2026-11-22"
	QuestionNumber  QuestionType = "NUMBER"  // a decimal
	QuestionChoice  QuestionType = "CHOICE"  // the id of one of the choices
	QuestionTerms   QuestionType = "TERMS"   // ids of choices, any number of them
)

// QuestionTarget is where the answer to a question is entered.
type QuestionTarget string

// The places of answers.
const (
	TargetFact      QuestionTarget = "FACT"      // a fact of the certification
	TargetIssuedOn  QuestionTarget = "ISSUED_ON" // a field of the certification
	TargetExpiresOn QuestionTarget = "EXPIRES_ON"
	TargetTopics    QuestionTarget = "CREDIT_TOPICS" // a field of each credit that the question names
	TargetFormat    QuestionTarget = "CREDIT_FORMAT"
	TargetRole      QuestionTarget = "CREDIT_ROLE"
	TargetApprovals QuestionTarget = "CREDIT_APPROVALS"
	TargetUses      QuestionTarget = "CREDIT_CERTIFICATIONS" // the certifications that each credit named is for
)

// Question is what must be asked of the holder for the program's rules to be decided.
type Question struct {
	ID      QuestionID
	Prompt  string
	Type    QuestionType
	Target  QuestionTarget
	Choices []Choice // for CHOICE and TERMS
	// Credits are those that the question is about, where the target is a field of a credit.
	Credits []CreditID
}

// Choice is one possible answer.
type Choice struct {
	ID   string
	Name string
}
