package ce

import (
	"slices"
	"time"
)

// Limits of a credit and of how many a professional keeps.
const (
	MaxCredits      = 20_000 // of one professional
	MaxTerms        = 50     // topics, and approvals, of one credit
	MaxPortions     = 20     // of one credit
	MaxCreditAmount = 10_000 // units of one credit
	MaxMinutes      = 600_000
)

// Credit is one completed activity, as facts. It is entered once and counts for every
// certification whose rules allow it.
type Credit struct {
	ID           CreditID
	Professional ProfessionalID
	Version      int // 1 when created, one more with each change
	Title        string
	Provider     string // "" when not stated
	CompletedOn  Date
	// Amount is how much was reported, in Unit. UnitMinute stands for minutes.
	Amount Amount
	Unit   UnitID
	Format Term // how it was held: "live-online", …; "" when not stated
	Role   Term // what the professional did: "participant", "author", …; "" when not stated
	// Topics and Approvals are nil when not stated, and empty when stated to be none.
	Topics    []Term
	Approvals []Term
	// Portions are parts of the amount that are about something else; what they leave has Topics.
	Portions []Portion
	Notes    string
	// Certifications narrows the credit to these; nil lets it count wherever the rules allow.
	Certifications []CertificationID
	// ScannedFrom is the evidence whose scan it was confirmed from, which proves it; "" when there is none.
	ScannedFrom EvidenceID
	// Posted says which organisation posted it: then its holder does not change its facts.
	Posted Posted
	// Reviews are what organisations decided about it, each once.
	Reviews []Review
	// Entries tell the logs of organisations what they decided last. They are here until whoever decides next has seen that they are in the logs.
	Entries              []LogEntry
	CreatedAt, UpdatedAt time.Time
}

// Portion is a part of a credit with topics of its own: of a course of ten hours one is about ethics.
type Portion struct {
	Amount Amount // in the credit's unit
	Topics []Term // empty for none
}

// Clean trims and checks what a person may enter of a credit, except whether the day is in the future.
func (c *Credit) Clean() error {
	var problems Problems
	var err error
	c.Title, err = Line(c.Title, MaxTitleLength)
	problems.Check(err, "title")
	if err == nil && c.Title == "" {
		problems.Add("must not be empty", "title")
	}
	c.Provider, err = Line(c.Provider, MaxTitleLength)
	problems.Check(err, "provider")
	c.Notes, err = Paragraphs(c.Notes, MaxNotesLength)
	problems.Check(err, "notes")
	if c.CompletedOn.IsZero() {
		problems.Add("must be given", "completedOn")
	}
	problems.Check(CheckDay(c.CompletedOn), "completedOn")
	field, limit := "amount", Int(MaxCreditAmount)
	if c.Unit == UnitMinute {
		field, limit = "minutes", Int(MaxMinutes)
	}
	if c.Amount.Sign() <= 0 || c.Amount.Cmp(limit) > 0 {
		problems.Add("must be above 0 and at most "+limit.String(), field)
	}
	c.Topics, err = cleanTerms(c.Topics)
	problems.Check(err, "topics")
	c.Approvals, err = cleanTerms(c.Approvals)
	problems.Check(err, "approvals")
	problems.Check(c.cleanPortions(), "portions")
	if len(c.Certifications) > MaxCertifications {
		problems.Add("has too many entries", "certificationIds")
	}
	return problems.Err()
}

func (c *Credit) cleanPortions() error {
	var problems Problems
	if len(c.Portions) > MaxPortions {
		problems.Add("must have at most 20 entries")
		return problems.Err()
	}
	rest := c.Amount
	for i := range c.Portions {
		p := &c.Portions[i]
		var err error
		p.Topics, err = cleanTerms(p.Topics)
		problems.Check(err, i, "topics")
		if p.Topics == nil {
			p.Topics = []Term{}
		}
		if p.Amount.Sign() <= 0 {
			problems.Add("must be above 0", i, "amount")
		}
		if rest = rest.Sub(p.Amount); rest.Sign() < 0 {
			problems.Add("must not be more together than the credit", i, "amount")
			break
		}
	}
	return problems.Err()
}

// cleanTerms drops repeats and keeps the difference between nil and empty.
func cleanTerms(terms []Term) ([]Term, error) {
	if len(terms) > MaxTerms {
		return terms, Errorf(CodeInvalidInput, "must have at most %d entries", MaxTerms)
	}
	if terms == nil {
		return nil, nil
	}
	out := make([]Term, 0, len(terms))
	for _, term := range terms {
		if !slices.Contains(out, term) {
			out = append(out, term)
		}
	}
	return out, nil
}

// CheckPast refuses a day after today in the time zone, or after the latest day anywhere while
// the zone is unknown ("").
func CheckPast(day Date, now time.Time, timeZone string) error {
	today := LatestDate(now)
	if loc, err := LoadZone(timeZone); err == nil {
		today = DateOf(now, loc)
	}
	if day.After(today) {
		return Errorf(CodeInvalidInput, "must not be in the future: today is %s", today)
	}
	return nil
}

// AllowsCertification reports whether the professional lets the credit count for the certification.
func (c *Credit) AllowsCertification(id CertificationID) bool {
	return c.Certifications == nil || slices.Contains(c.Certifications, id)
}

// IsPosted reports whether an organisation posted it.
func (c *Credit) IsPosted() bool { return c.Posted.Posting != "" }
