package model

import (
	"time"

	"accrue/ce"
)

// Posting shows a ce.Posting: its facts are those of a credit.
type Posting struct {
	*Credit
	Of       ce.Posting
	PostedBy string // a name, "" when it is not known
	// Counted says how many members have the credit, and how many dispute it.
	Counted func() (PostedCounts, error)
}

// PostedCounts are how many members have a posted credit, and how many dispute it.
type PostedCounts struct{ Posted, Disputed int }

// ID is that of the posting.
func (p *Posting) ID() ce.PostingID { return p.Of.ID }

// Version is that of the posting.
func (p *Posting) Version() int { return p.Of.Version }

// PostedAt is when it was posted.
func (p *Posting) PostedAt() time.Time { return p.Of.CreatedAt }

// Total is to how many members it was posted.
func (p *Posting) Total() int { return p.Of.Total }

// WithdrawnAt is the zero time while it is not withdrawn.
func (p *Posting) WithdrawnAt() time.Time { return p.Of.WithdrawnAt }

// WithdrawalReason is "" while it is not withdrawn.
func (p *Posting) WithdrawalReason() string { return p.Of.Withdrawal }

// Dispute is nil for nothing.
func (c *Credit) Dispute() *ce.Dispute {
	if c.Posted.Dispute.At.IsZero() {
		return nil
	}
	return &c.Posted.Dispute
}
