package ce

// Outcome says whether a requirement, or a whole standing, is satisfied.
type Outcome string

// The outcomes. A binding requirement that is NOT_EVALUATED makes a standing at best UNDETERMINED.
const (
	Met           Outcome = "MET"
	NotMet        Outcome = "NOT_MET"
	Undetermined  Outcome = "UNDETERMINED"   // a fact is needed and unknown; the standing's questions ask for it
	NotApplicable Outcome = "NOT_APPLICABLE" // the rule does not concern this holder or this cycle
	NotEvaluated  Outcome = "NOT_EVALUATED"  // the rule is known and not expressed; the holder must see to it herself
)

// Phase says where in a cycle a day lies.
type Phase string

// The phases of a cycle, in their order.
const (
	NotStarted Phase = "NOT_STARTED"
	Open       Phase = "OPEN"
	Grace      Phase = "GRACE" // the cycle is over and not yet renewed; a late renewal is taken
	Lapsed     Phase = "LAPSED"
)

// Force says whether a rule binds or only advises.
type Force string

// The forces of rules.
const (
	Binding  Force = "BINDING"
	Advisory Force = "ADVISORY"
)

// RequirementKind is the form of a requirement.
type RequirementKind string

// The kinds of requirements.
const (
	KindAllOf     RequirementKind = "ALL_OF"    // each requirement below it
	KindAtLeast   RequirementKind = "AT_LEAST"  // Required of those below it
	KindMinimum   RequirementKind = "MINIMUM"   // Earned must reach Required
	KindMaximum   RequirementKind = "MAXIMUM"   // at most Required count; more may be earned
	KindCondition RequirementKind = "CONDITION" // no credits: a card, an exam, an attestation
	KindOther     RequirementKind = "OTHER"     // a rule known and not expressed
)

// Standing is the evaluation of a certification on a day.
type Standing struct {
	Certification CertificationID
	Program       ProgramID
	AsOf          Date
	Outcome       Outcome
	Phase         Phase
	Cycle         *Cycle // nil when the program has no cycle for the day
	// Requirements are flat, parents before children, in the program's order.
	Requirements []RequirementStanding
	// Uses says of each credit that the rules looked at how much of it counted, newest first.
	Uses []CreditUse
	// CarriedIn is what the cycle got from the one before, CarriesOver what it would hand to the next as it stands.
	CarriedIn, CarriesOver []Carried
	// Questions are those whose answers would decide what is UNDETERMINED.
	Questions []Question
	Deadlines []Deadline
	// ChangesOn is the first day after AsOf on which the answer may differ without a new fact; no day when none is known.
	ChangesOn Date
	// ProgramHash identifies the text of the program's rules, all versions of them.
	ProgramHash string
}

// RequirementStanding is what one requirement asks and has.
type RequirementStanding struct {
	ID       RequirementID
	ParentID RequirementID // "" at the top
	Kind     RequirementKind
	Force    Force
	Title    string
	Outcome  Outcome
	// Required, Earned and Remaining are in Unit; nil where the requirement is no amount or the amount is not known.
	Required, Earned, Remaining *Amount
	Unit                        UnitID // "" where there is no amount
	Explanation                 Text
	Source                      *Source
}

// CreditUse is what one credit gives to one certification.
type CreditUse struct {
	Certification CertificationID
	Credit        CreditID
	// Counted is how much of the credit counts; nil when that depends on an unknown fact.
	Counted *Amount
	// Reported is the whole credit in Unit, before any limit.
	Reported    Amount
	Unit        UnitID
	Parts       []CreditPart // by requirement, in the program's order
	Review      ReviewState  // ReviewPending or ReviewRefused where that is why nothing counts, else ""
	Explanation Text
}

// CreditPart is how much of a credit serves one requirement.
type CreditPart struct {
	Requirement RequirementID
	Amount      Amount
}

// Carried is an amount that one cycle hands to the next, with the terms that it has there.
type Carried struct {
	Amount    Amount
	Unit      UnitID
	Topics    []Term
	Format    Term
	Role      Term
	Approvals []Term
}
