package ce

import (
	"slices"
	"time"
)

// MaxReviewRequests is how many credits of one member wait in the queue of one organisation at a time, those first that were logged first; the
// others follow as these are decided.
const MaxReviewRequests = 100

// Approver is an organisation whose approval a credit needs that its holder logged herself, to count for a program of the organisation's own.
type Approver struct {
	ID   OrganizationID
	Name string
}

// Review is what an organisation decided about a credit as it was. A change of what the credit says ends it.
type Review struct {
	Organization     OrganizationID
	OrganizationName string // as it was then
	State            ReviewState
	Reason           string // why it was refused; "" for an approval
	At               time.Time
}

// ReviewState says whether an organisation approves a credit.
type ReviewState string

// The states.
const (
	ReviewPending  ReviewState = "PENDING"
	ReviewApproved ReviewState = "APPROVED"
	ReviewRefused  ReviewState = "REFUSED"
)

// ReviewRequest is a credit that waits in the queue of an organisation.
type ReviewRequest struct {
	Organization OrganizationID
	Credit       Credit // as it was when that was derived, see ForReview
}

// ReviewBy returns what the organisation decided, or a pending review.
func (c *Credit) ReviewBy(id OrganizationID) Review {
	if i := c.reviewAt(id); i >= 0 {
		return c.Reviews[i]
	}
	return Review{Organization: id, State: ReviewPending}
}

// SetReview puts the decision in the place of that of the same organisation.
func (c *Credit) SetReview(review Review) {
	c.Reviews = slices.Clone(c.Reviews)
	if i := c.reviewAt(review.Organization); i >= 0 {
		c.Reviews[i] = review
	} else {
		c.Reviews = append(c.Reviews, review)
	}
}

func (c *Credit) reviewAt(id OrganizationID) int {
	return slices.IndexFunc(c.Reviews, func(r Review) bool { return r.Organization == id })
}

// ForReview returns of the credit what those see who decide about it: not the notes, nor for which certifications it may count, nor the decisions of others.
func (c *Credit) ForReview() Credit {
	seen := *c
	seen.Notes, seen.Certifications, seen.ScannedFrom, seen.Posted, seen.Reviews, seen.Entries = "", nil, "", Posted{}, nil, nil
	return seen
}
