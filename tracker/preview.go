package tracker

import (
	"context"
	"slices"

	"accrue/ce"
	"accrue/rules"
)

// CreditPreview is what logging a credit would bring about.
type CreditPreview struct {
	// Credit is as it would be kept; without an id of the client's it has one that is not used again.
	Credit ce.Credit
	Units  rules.Units // those of all programs that the viewer can hold
	Locale string      // the viewer's, see View.Locale
	// Certifications are those that the credit may count for, and those that the replaced one might, oldest first.
	Certifications []CertificationPreview
}

// CertificationPreview is what the credit would change for one certification, today and in its current cycle.
type CertificationPreview struct {
	Certification ce.Certification
	Before, After ce.Standing   // with their uses
	Use           *ce.CreditUse // of After; nil where that does not look at the credit
	Changes       []RequirementChange
}

// RequirementChange is a requirement that stands otherwise; Before or After is nil where it is not there.
type RequirementChange struct {
	Before, After *ce.RequirementStanding
}

// PreviewCredit says what logging the credit would change, and stores nothing. What LogCredit refuses it refuses with the
// same errors, except that an id in use is no conflict: a credit of the viewer with that id is replaced in the preview.
func (v *View) PreviewCredit(ctx context.Context, in NewCredit) (CreditPreview, error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return CreditPreview{}, err
	}
	preview := CreditPreview{Credit: v.newCredit(in), Locale: profile.Locale}
	credit := &preview.Credit
	all, err := v.held(ctx)
	if err != nil {
		return CreditPreview{}, err
	}
	programs, held := v.Tracker.programs(all), all.Items
	preview.Units = programs
	if err := v.checkCredit(credit, programs, profile); err != nil {
		return CreditPreview{}, err
	}
	credits, err := v.allCredits(ctx)
	if err != nil {
		return CreditPreview{}, err
	}
	var replaced *ce.Credit
	if i := slices.IndexFunc(credits, func(c ce.Credit) bool { return c.ID == credit.ID }); i >= 0 {
		replaced = &credits[i]
		credit.Version, credit.CreatedAt, credit.Reviews = replaced.Version, replaced.CreatedAt, replaced.Reviews
		keepReviews(credit, replaced)
	}
	var before []ce.CertificationID
	if replaced != nil {
		before = replaced.Certifications
	}
	if err := checkNarrowing(credit.Certifications, before, held); err != nil {
		return CreditPreview{}, err
	}
	after := make([]ce.Credit, 0, len(credits)+1)
	for i := range credits {
		if &credits[i] != replaced {
			after = append(after, credits[i])
		}
	}
	if err := checkCount(len(after)); err != nil {
		return CreditPreview{}, err
	}
	after = append(after, *credit)
	for i := range held {
		if credit.AllowsCertification(held[i].ID) || replaced != nil && replaced.AllowsCertification(held[i].ID) {
			one, err := v.previewCertification(ctx, programs, &held[i], held, credit.ID, after)
			if err != nil {
				return CreditPreview{}, err
			}
			preview.Certifications = append(preview.Certifications, one)
		}
	}
	return preview, nil
}

// previewCertification compares the standing from what is stored with the one from the credits given.
func (v *View) previewCertification(ctx context.Context, programs programs, c *ce.Certification, held []ce.Certification, credit ce.CreditID, credits []ce.Credit) (CertificationPreview, error) {
	preview := CertificationPreview{Certification: *c}
	var err error
	if preview.Before, err = v.StandingWithUses(ctx, *c, ce.Date{}, ""); err != nil {
		return CertificationPreview{}, err
	}
	if preview.After, err = programs.standing(c, held, credits, preview.Before.AsOf, ""); err != nil {
		return CertificationPreview{}, err
	}
	if i := slices.IndexFunc(preview.After.Uses, func(u ce.CreditUse) bool { return u.Credit == credit }); i >= 0 {
		preview.Use = &preview.After.Uses[i]
	}
	preview.Changes = changes(preview.Before.Requirements, preview.After.Requirements)
	return preview, nil
}

// changes returns the requirements that stand otherwise, in the order of after; those that are only in before come last.
func changes(before, after []ce.RequirementStanding) []RequirementChange {
	var out []RequirementChange
	for i := range after {
		old := requirement(before, after[i].ID)
		if old == nil || !sameStanding(old, &after[i]) {
			out = append(out, RequirementChange{Before: old, After: &after[i]})
		}
	}
	for i := range before {
		if requirement(after, before[i].ID) == nil {
			out = append(out, RequirementChange{Before: &before[i]})
		}
	}
	return out
}

func requirement(list []ce.RequirementStanding, id ce.RequirementID) *ce.RequirementStanding {
	i := slices.IndexFunc(list, func(r ce.RequirementStanding) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &list[i]
}

func sameStanding(a, b *ce.RequirementStanding) bool {
	return a.Outcome == b.Outcome && a.Explanation == b.Explanation && sameAmount(a.Required, b.Required) &&
		sameAmount(a.Earned, b.Earned) && sameAmount(a.Remaining, b.Remaining)
}

func sameAmount(a, b *ce.Amount) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
