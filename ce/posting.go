package ce

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of postings.
const (
	MaxPostings = 20_000 // of one organisation
	MaxPosted   = 10_000 // members in one posting
	MaxReason   = 500    // characters of the reason of a dispute, its resolution or a withdrawal
)

// Posting is a credit that an organisation posts for many members at once: a training day.
type Posting struct {
	ID           PostingID
	Organization OrganizationID
	Version      int    // 1 when created, one more with each change
	Digest       string // of the request that made it
	// Credit has the facts that each member's credit has, and the amount of those for whom no other was given; what says whose it is, when it was made,
	// and for what it counts is empty.
	Credit    Credit
	PostedBy  ProfessionalID
	Total     int // members to whom it was posted
	CreatedAt time.Time
	UpdatedAt time.Time
	// WithdrawnAt is when all its credits were taken back; the zero time while they are not.
	WithdrawnAt time.Time
	Withdrawal  string         // the reason
	WithdrawnBy ProfessionalID // "" where that was not kept
}

// PostedCredit is the part of one member in a posting: what the organisation wants to be in her records. While PendingSince is set they may not be as it says.
type PostedCredit struct {
	ID           CreditID // of the credit in her records, see NewPostedCreditID
	Organization OrganizationID
	Posting      PostingID
	Professional ProfessionalID
	Place        int // in the posting, from 0
	Version      int // 1 when created, one more with each change
	Amount       Amount
	Withdrawn    bool   // the credit is taken back
	Withdrawal   string // the reason, where it was taken back alone and without a dispute
	Dispute      Dispute
	State        PostedState
	PendingSince time.Time // the zero time when her records are as this says
	// Decision is what was decided last about this part alone, unless she has disputed it since.
	Decision Decision
}

// Decision is what a manager decided about a posted credit.
type Decision struct {
	Event  CreditEvent // CreditPosted, CreditWithdrawn or CreditUpheld; "" for nothing
	By     ProfessionalID
	Reason string
	At     time.Time
}

// DecisionOn returns what was decided last about a part of the posting, be it about all of it, after the credits were posted.
func (p *Posting) DecisionOn(part *PostedCredit) Decision {
	if part.Withdrawn && part.Decision.Event != CreditWithdrawn {
		return Decision{CreditWithdrawn, p.WithdrawnBy, p.Withdrawal, p.WithdrawnAt}
	}
	return part.Decision
}

// PostedState says what was brought about in the records of a member.
type PostedState string

// The states.
const (
	PostedPending   PostedState = "PENDING"    // nothing yet
	PostedThere     PostedState = "POSTED"     // the credit is there
	PostedWithdrawn PostedState = "WITHDRAWN"  // the credit was taken back
	PostedNot       PostedState = "NOT_POSTED" // she had left, or has as many credits as can be kept
)

// Disputed reports whether a dispute waits for its resolution.
func (p *PostedCredit) Disputed() bool { return !p.Withdrawn && p.Dispute.Open() }

// NewPostedCreditID returns the id of the professional's credit of a posting, so that it is never there twice.
func NewPostedCreditID(posting PostingID, professional ProfessionalID) CreditID {
	sum := sha256.Sum256([]byte("posted credit\n" + string(posting) + "\n" + string(professional)))
	return CreditID(ownUUID(sum))
}

// Posted says which organisation posted a credit; its zero value is for those that were entered by their holders.
type Posted struct {
	Organization OrganizationID
	Posting      PostingID
	At           time.Time
	Revision     int // the version of the PostedCredit that it was made after
	Dispute      Dispute
}

// Dispute is what a member says against a credit that was posted for her; the zero value for nothing.
type Dispute struct {
	At         time.Time
	Reason     string
	ResolvedAt time.Time // the zero time while it is open
	Resolution string    // the reason why the credit stays
}

// Open reports whether it waits for its resolution; until then the credit counts for nothing.
func (d *Dispute) Open() bool { return !d.At.IsZero() && d.ResolvedAt.IsZero() }

// DisputeOutcome says how a dispute ends.
type DisputeOutcome string

// The outcomes.
const (
	OutcomeUpheld    DisputeOutcome = "UPHELD"     // the credit stays, and counts again
	OutcomeWithdrawn DisputeOutcome = "WITHDRAWN"  // the credit is taken back
	OutcomeTakenBack DisputeOutcome = "TAKEN_BACK" // by the member herself
)

// ParseReason checks a reason that people enter: it must be given, with at most MaxReason characters.
func ParseReason(text string) (string, error) {
	text, err := Paragraphs(text, utf8.UTFMax*MaxReason)
	switch {
	case err != nil:
		return "", err
	case text == "":
		return "", Errorf(CodeInvalidInput, "must be given")
	case utf8.RuneCountInString(text) > MaxReason:
		return "", Errorf(CodeInvalidInput, "must be at most %d characters long; this is %d", MaxReason, utf8.RuneCountInString(text))
	}
	return text, nil
}

// EmailKey is by what an organisation finds a member who has shown that she reads what is sent to the address.
func EmailKey(email string) string {
	return Digest("email\n" + strings.ToLower(strings.TrimSpace(email)))
}

// NumberKey is by what an organisation finds a member who holds a licence or certificate of the number, "" when it has neither letter nor digit. Case,
// blanks and punctuation make no difference.
func NumberKey(number string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, number)
	if plain == "" {
		return ""
	}
	return Digest("number\n" + plain)
}

// FoundBy returns the keys by which organisations find the professional, who holds the certifications: sorted, each once.
func (p *Professional) FoundBy(certifications []Certification) []string {
	var keys []string
	if p.EmailVerified && p.Email != "" {
		keys = append(keys, EmailKey(p.Email))
	}
	for i := range certifications {
		if key := NumberKey(certifications[i].Number); key != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
