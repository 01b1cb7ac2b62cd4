package model

import "accrue/ce"

// NewCreditReviews shows what organisations decided about a credit, or are asked to decide.
func NewCreditReviews(reviews []ce.Review) []*CreditReview {
	shown := make([]*CreditReview, len(reviews))
	for i, r := range reviews {
		shown[i] = &CreditReview{OrganizationID: string(r.Organization), OrganizationName: r.OrganizationName, State: r.State, Reason: optional(r.Reason)}
		if !r.At.IsZero() {
			shown[i].ReviewedAt = &r.At
		}
	}
	return shown
}

// NewCreditUnderReview shows a credit to those who decide about it. Whose it is is for the caller to say.
func NewCreditUnderReview(units Units, credit ce.Credit, review ce.Review) (*CreditUnderReview, error) {
	shown, decided := NewCredit(units, credit), NewCreditReviews([]ce.Review{review})[0]
	minutes, err := shown.Minutes()
	return &CreditUnderReview{
		CreditID: string(credit.ID), Version: credit.Version, Title: credit.Title, Provider: optional(credit.Provider), CompletedOn: credit.CompletedOn,
		Minutes: minutes, Amount: shown.Amount(), Unit: shown.Unit, Format: optional(string(credit.Format)), Role: optional(string(credit.Role)),
		Topics: texts(credit.Topics), Approvals: texts(credit.Approvals), Portions: shown.Portions(), LoggedAt: credit.CreatedAt,
		State: decided.State, Reason: decided.Reason, ReviewedAt: decided.ReviewedAt,
	}, err
}

// texts is nil where the terms are not stated.
func texts(terms []ce.Term) []string {
	if terms == nil {
		return nil
	}
	out := make([]string, len(terms))
	for i, term := range terms {
		out[i] = string(term)
	}
	return out
}
