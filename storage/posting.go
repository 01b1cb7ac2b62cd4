package storage

import (
	"context"
	"time"

	"accrue/ce"
)

// Postings are the postings of one organisation.
type Postings interface {
	// CreatePosting stores a new posting with Version 1 and its part for each member, which must be professionals once each, with Version 1, PENDING and
	// pending since the posting was created, and returns it. When the id is there with the same Digest, it changes nothing and returns the current one; with another
	// digest, or as another organisation's, it is ErrConflict.
	CreatePosting(ctx context.Context, posting ce.Posting, credits []ce.PostedCredit, entries ...ce.LogEntry) (ce.Posting, error)
	// Posting returns the posting, or ErrNotFound.
	Posting(context.Context, ce.PostingID) (ce.Posting, error)
	// UpdatePosting changes the posting, see Facts.Update; Digest, PostedBy and Total stay. With WithdrawnAt set for the first time all its parts that are not are
	// withdrawn, each with a Version one higher and pending since then.
	UpdatePosting(context.Context, ce.PostingID, func(*ce.Posting) ([]ce.LogEntry, error)) (ce.Posting, error)
	// ListPostings returns a page of the postings that pass the filter, newest first: by CreatedAt, then by id, both descending.
	ListPostings(context.Context, PostingFilter, Page[PostingKey]) (Slice[ce.Posting], error)
	// CountPostings returns how many postings there are.
	CountPostings(context.Context) (int, error)
	// CountPosted returns how many parts of the posting are POSTED, and how many are disputed.
	CountPosted(context.Context, ce.PostingID) (posted, disputed int, err error)

	// PostedCredit returns one member's part, or ErrNotFound when she has none or is erased.
	PostedCredit(context.Context, ce.CreditID) (ce.PostedCredit, error)
	// UpdatePostedCredit changes one member's part, see Facts.Update: Withdrawn, Withdrawal, Dispute, PendingSince and Decision can change.
	UpdatePostedCredit(context.Context, ce.CreditID, func(*ce.PostedCredit) ([]ce.LogEntry, error)) (ce.PostedCredit, error)
	// SettlePostedCredit says that the member's records are in the state and as the part's version says, which then is no longer pending. ErrConflict when the part
	// has another version by now, and nothing when it is gone.
	SettlePostedCredit(ctx context.Context, id ce.CreditID, version int, state ce.PostedState) error
	// ForgetPostedCredit removes the part of a member who is erased.
	ForgetPostedCredit(context.Context, ce.CreditID) error
	// ListPostedCredits returns a page of the parts of the posting, by Place; the key is that.
	ListPostedCredits(context.Context, ce.PostingID, Page[int]) (Slice[ce.PostedCredit], error)
	// ListDisputed returns a page of the parts of all postings that are disputed, those first that were disputed first: by Dispute.At, then by id.
	ListDisputed(context.Context, Page[DisputeKey]) (Slice[ce.PostedCredit], error)

	// MembersByID returns those of the ids that are or were members, in no order.
	MembersByID(context.Context, []ce.MemberID) ([]ce.Member, error)
	// MembersFoundBy returns the members that each of the keys finds, see Professional.SetFoundBy; a key that finds none is left out.
	MembersFoundBy(context.Context, []string) (map[string][]ce.Member, error)
}

// PostingFilter chooses postings; its zero value chooses all.
type PostingFilter struct {
	PostedBy ce.ProfessionalID // "" for anybody
}

// PostingKey is a place in the list of postings.
type PostingKey struct {
	CreatedAt time.Time
	ID        ce.PostingID
}

// DisputeKey is a place in the list of disputes.
type DisputeKey struct {
	At time.Time
	ID ce.CreditID
}
