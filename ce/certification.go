package ce

import (
	"slices"
	"strings"
	"time"
)

// Limits of a certification and of how many a professional holds.
const (
	MaxCertifications = 200 // of one professional
	MaxFacts          = 200 // of one certification
	MaxRenewals       = 200 // of one certification
	MaxRecordedFacts  = 20  // at once, by an organisation
	MaxReasonLength   = 500 // of what an organisation decides, in bytes
)

// Certification is one professional's holding of a program.
type Certification struct {
	ID           CertificationID
	Professional ProfessionalID
	Version      int // 1 when created, one more with each change
	Program      ProgramID
	Number       string // of the licence or certificate; "" when not given
	IssuedOn     Date   // when first licensed or certified; no day when not given
	ExpiresOn    Date   // the expiry stated on the licence; no day when not given
	TimeZone     string // IANA; where the deadlines' days begin and end
	// Facts are the dated answers to the program's questions, in the order of their entry: first the holder's, then those that an
	// organisation recorded.
	Facts []Fact
	// Shared is the program of an organisation that the certification is of, nil for any other. The program goes with the certification,
	// so that it can be evaluated whatever becomes of the organisation or of the holder's membership.
	Shared *SharedProgram
	// Renewals are the cycles that were closed, oldest first.
	Renewals []Renewal
	// Entries tell the log of the organisation what it recorded last. They are here until whoever records next has seen that they
	// are in the log; so no change is without its entry.
	Entries              []LogEntry
	CreatedAt, UpdatedAt time.Time
}

// SharedProgram is a program of an organisation as a certification of it carries it along. What the organisation changes later follows soon.
type SharedProgram struct {
	Organization OrganizationID
	Revision     int // how many texts the program had, this one included
	Text         string
}

// Fact is a dated answer to one of a program's questions.
type Fact struct {
	Question QuestionID
	// Value is the answer as text: "true" or "false", a Date, an amount in decimal, or the id of a choice.
	Value string
	// Since is the day from which the answer holds; no day means that it always did. The latest
	// answer that holds on a day is the answer of that day.
	Since Date
	// Recorded says who recorded it and why; nil for what the holder answered herself.
	Recorded *Recorded
}

// Recorded says of a fact that an organisation recorded it.
type Recorded struct {
	Organization     OrganizationID
	OrganizationName string // as it was then
	Reason           string
	At               time.Time
}

// Answers reports whether it is the same answer as the other, whoever gave it.
func (f *Fact) Answers(as *Fact) bool {
	return f.Question == as.Question && f.Value == as.Value && f.Since == as.Since
}

// String is the answer as "question = value since day", without the day where it always held.
func (f *Fact) String() string {
	text := string(f.Question) + " = " + f.Value
	if !f.Since.IsZero() {
		text += " since " + f.Since.String()
	}
	return text
}

// CleanReason trims and checks why an organisation decides something.
func CleanReason(reason string) (string, error) { return requiredLine(reason, MaxReasonLength) }

// Renewal records that a cycle was closed: the body renewed the certification.
type Renewal struct {
	Cycle      CycleKey // the cycle that it closed
	RenewedOn  Date
	ExpiresOn  Date   // the new expiry; no day when not given
	Number     string // the new number; "" when it stayed
	RecordedAt time.Time
	// Before is what the renewal replaced, so that it can be undone.
	NumberBefore  string
	ExpiresBefore Date
}

// RenewedOn is the day of the last renewal, no day without one.
func (c *Certification) RenewedOn() Date {
	if len(c.Renewals) == 0 {
		return Date{}
	}
	return c.Renewals[len(c.Renewals)-1].RenewedOn
}

// Clean trims and checks what a person may enter of a certification. Whether the facts answer the
// program's questions is for the program to say.
func (c *Certification) Clean() error {
	var problems Problems
	var err error
	c.Number, err = Line(c.Number, MaxNumberLength)
	problems.Check(err, "number")
	_, err = LoadZone(c.TimeZone)
	problems.Check(err, "timeZone")
	problems.Check(CheckDay(c.IssuedOn), "issuedOn")
	problems.Check(CheckDay(c.ExpiresOn), "expiresOn")
	if !c.IssuedOn.IsZero() && !c.ExpiresOn.IsZero() && c.ExpiresOn.Before(c.IssuedOn) {
		problems.Add("must not be before issuedOn", "expiresOn")
	}
	if len(c.Facts) > MaxFacts {
		problems.Add("has too many entries", "facts")
	}
	for i := range c.Facts {
		c.Facts[i].Value, err = Line(c.Facts[i].Value, MaxNumberLength)
		problems.Check(err, "facts", i, "value")
		problems.Check(CheckDay(c.Facts[i].Since), "facts", i, "since")
	}
	if len(c.Renewals) > MaxRenewals {
		problems.Add("has too many renewals")
	}
	return problems.Err()
}

// Days that people enter lie between these: no licence in force is older, and none is issued for longer.
var (
	earliestDay = MustDate(1900, time.January, 1)
	latestDay   = MustDate(2199, time.December, 31)
)

// CheckDay refuses a day that nobody can mean: before 1900 or after 2199. No day is no error.
func CheckDay(d Date) error {
	if d.IsZero() || !d.Before(earliestDay) && !d.After(latestDay) {
		return nil
	}
	return Errorf(CodeInvalidInput, "must lie between %s and %s", earliestDay, latestDay)
}

// FactOn returns the answer to the question that holds on the day, and whether there is one.
func (c *Certification) FactOn(question QuestionID, day Date) (string, bool) {
	var found *Fact
	for i := range c.Facts {
		fact := &c.Facts[i]
		if fact.Question == question && !fact.Since.After(day) && (found == nil || !fact.Since.Before(found.Since)) {
			found = fact
		}
	}
	if found == nil {
		return "", false
	}
	return found.Value, true
}

// RecordedBy returns the facts that the organisation recorded; never nil.
func (c *Certification) RecordedBy(organization OrganizationID) []Fact {
	facts := []Fact{}
	for _, fact := range c.Facts {
		if fact.Recorded != nil && fact.Recorded.Organization == organization {
			facts = append(facts, fact)
		}
	}
	return facts
}

// Zone returns the certification's time zone, UTC should the database no longer know it.
func (c *Certification) Zone() *time.Location { return ZoneOrUTC(c.TimeZone) }

// RenewalOf returns the renewal that closed the cycle, or nil.
func (c *Certification) RenewalOf(cycle CycleKey) *Renewal {
	i := slices.IndexFunc(c.Renewals, func(r Renewal) bool { return r.Cycle == cycle })
	if i < 0 {
		return nil
	}
	return &c.Renewals[i]
}

// CycleKey tells a certification's cycles apart and outlives corrections of their dates.
type CycleKey string

// Cycle is one renewal period of a certification. All days are inclusive.
type Cycle struct {
	Key      CycleKey
	StartsOn Date // the first day whose credits count
	EarnBy   Date // the last day to earn: the continuing-education deadline
	ReportBy Date // the last day to report; no day when the program names none
	EndsOn   Date // the last day of the licence or certificate
	OpensOn  Date // the first day on which a renewal is taken; no day when the program names none
	// GraceEndsOn is the last day on which a late renewal is taken; no day when the program names none.
	GraceEndsOn Date
}

// CycleID is the id of a certification's cycle: unique everywhere, and telling whose it is.
func CycleID(certification CertificationID, key CycleKey) string {
	return string(certification) + "." + string(key)
}

// ParseCycleID splits what CycleID made; ok is false when the text is no such id.
func ParseCycleID(id string) (certification CertificationID, key CycleKey, ok bool) {
	head, tail, found := strings.Cut(id, ".")
	uuid, err := ParseUUID(head)
	if !found || err != nil || tail == "" || strings.Contains(tail, ".") {
		return "", "", false
	}
	return CertificationID(uuid), CycleKey(tail), true
}
