package resolvers

import (
	"context"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/graph/scalar"
	"accrue/identity"
	"accrue/tracker"
)

// unitsOf returns where the units of the items are found.
func unitsOf[T any](ctx context.Context, view *tracker.View, items []T, unit func(*T) ce.UnitID) (model.Units, error) {
	ids := make([]ce.UnitID, len(items))
	for i := range items {
		ids[i] = unit(&items[i])
	}
	return view.Units(ctx, ids...)
}

func unitOfUse(u *ce.CreditUse) ce.UnitID { return u.Unit }

func shownCredit(ctx context.Context, view *tracker.View, credit ce.Credit) (*model.Credit, error) {
	units, err := view.Units(ctx, credit.Unit)
	return model.NewCredit(units, credit), err
}

// loggedCredit shows the credit of a change; nil when there is none.
func loggedCredit(ctx context.Context, view *tracker.View, change tracker.Logged) (*model.Credit, error) {
	if change.Credit == nil {
		return nil, nil
	}
	return shownCredit(ctx, view, *change.Credit)
}

// previewed shows what a credit would change.
func previewed(preview tracker.CreditPreview) *model.PreviewCreditPayload {
	credit := &model.Previewed{Credit: preview.Credit, Units: preview.Units}
	for _, one := range preview.Certifications {
		if one.Use != nil {
			credit.Uses = append(credit.Uses, *one.Use)
		}
	}
	payload := &model.PreviewCreditPayload{}
	for _, one := range preview.Certifications {
		shown := &model.CreditPreview{
			Certification: &one.Certification,
			Before:        model.NewStanding(credit.Units, one.Certification, "", one.Before),
			After:         credit.Standing(one.Certification, one.After),
		}
		if one.Use != nil {
			shown.Use = model.NewCreditUses(credit.Units, []ce.CreditUse{*one.Use}, credit)[0]
		}
		for _, change := range one.Changes {
			shown.Changes = append(shown.Changes, model.NewRequirementChange(credit.Units, change.Before, change.After))
		}
		payload.Certifications = append(payload.Certifications, shown)
	}
	return payload
}

// node shows what an id named.
func node(ctx context.Context, view *tracker.View, found any) (scalar.Node, error) {
	switch found := found.(type) {
	case ce.Credit:
		return shownCredit(ctx, view, found)
	case ce.Notification:
		return &model.Notification{Notification: found}, nil
	case ce.Deadline:
		units, err := view.Units(ctx, found.Unit)
		return model.NewDeadline(units, found), err
	}
	return found, nil
}

// plannedDeadline shows the deadline of a planned reminder; null when a newer evaluation has it no more.
func plannedDeadline(ctx context.Context, view *tracker.View, planned *model.Reminder) (*model.Deadline, error) {
	deadline, err := view.Deadline(ctx, planned.Deadline)
	if ce.CodeOf(err) == ce.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	units, err := view.Units(ctx, deadline.Unit)
	return model.NewDeadline(units, deadline), err
}

// session translates a session. The fields below it see what the new viewer sees.
func (r *Resolver) session(ctx context.Context, session identity.Session, err error) (*model.SessionPayload, error) {
	if err != nil {
		return nil, err
	}
	viewer, err := r.accounts.Authenticate(ctx, session.AccessToken)
	if err != nil {
		return nil, err
	}
	r.enter(callerFrom(ctx), viewer)
	return &model.SessionPayload{
		AccessToken:  session.AccessToken,
		RefreshToken: session.RefreshToken,
		ExpiresAt:    session.ExpiresAt,
		Professional: &session.Professional,
	}, nil
}

// confirmPassword makes sure, before an account is erased, that its owner is at the keyboard. Accounts of an
// identity provider have no password here.
func (r *Resolver) confirmPassword(ctx context.Context, password *string) error {
	if r.accounts == nil {
		return nil
	}
	if password == nil {
		return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"password"}, Text: "must be given: it confirms that it is you"}
	}
	return r.accounts.CheckPassword(ctx, callerFrom(ctx).viewer, *password)
}

// evaluated returns a standing with what is not stored of it.
func (r *Resolver) evaluated(ctx context.Context, standing *model.Standing) (ce.Standing, error) {
	if standing.Previewed != nil {
		return standing.Standing, nil
	}
	view, err := r.view(ctx)
	if err != nil {
		return ce.Standing{}, err
	}
	return view.StandingWithUses(ctx, standing.Of, standing.AsOf, standing.CycleKey)
}

// carried shows one of a standing's lists of what is carried.
func (r *Resolver) carried(ctx context.Context, standing *model.Standing, list func(*ce.Standing) []ce.Carried) ([]*model.CarriedCredit, error) {
	view, err := r.view(ctx)
	if err != nil {
		return nil, err
	}
	evaluated, err := r.evaluated(ctx, standing)
	if err != nil {
		return nil, err
	}
	carried := list(&evaluated)
	units, err := unitsOf(ctx, view, carried, func(c *ce.Carried) ce.UnitID { return c.Unit })
	return model.NewCarriedCredits(units, carried), err
}
