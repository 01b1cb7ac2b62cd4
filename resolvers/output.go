package resolvers

import (
	"context"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/graph/scalar"
	"accrue/identity"
	"accrue/tracker"
)

// logged shows the credit of a change; nil when there is none.
func (r *Resolver) logged(change tracker.Logged) *model.Credit {
	if change.Credit == nil {
		return nil
	}
	return model.NewCredit(r.tracker, *change.Credit)
}

// previewed shows what a credit would change.
func (r *Resolver) previewed(preview tracker.CreditPreview) *model.PreviewCreditPayload {
	credit := &model.Previewed{Credit: preview.Credit}
	for _, one := range preview.Certifications {
		if one.Use != nil {
			credit.Uses = append(credit.Uses, *one.Use)
		}
	}
	payload := &model.PreviewCreditPayload{}
	for _, one := range preview.Certifications {
		shown := &model.CreditPreview{
			Certification: &one.Certification,
			Before:        model.NewStanding(r.tracker, one.Certification, "", one.Before),
			After:         credit.Standing(r.tracker, one.Certification, one.After),
		}
		if one.Use != nil {
			shown.Use = model.NewCreditUses(r.tracker, []ce.CreditUse{*one.Use}, credit)[0]
		}
		for _, change := range one.Changes {
			shown.Changes = append(shown.Changes, model.NewRequirementChange(r.tracker, change.Before, change.After))
		}
		payload.Certifications = append(payload.Certifications, shown)
	}
	return payload
}

// node shows what an id named.
func (r *Resolver) node(node any) scalar.Node {
	switch node := node.(type) {
	case ce.Credit:
		return model.NewCredit(r.tracker, node)
	case ce.Deadline:
		return model.NewDeadline(r.tracker, node)
	}
	return node
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
