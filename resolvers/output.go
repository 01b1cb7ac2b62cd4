package resolvers

import (
	"context"
	"fmt"
	"sync"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/graph/scalar"
	"accrue/identity"
	"accrue/roster"
	"accrue/rules/wording"
	"accrue/tracker"
)

// readerOf returns for whom the items are shown: their units, and the viewer's language.
func readerOf[T any](ctx context.Context, view *tracker.View, items []T, unit func(*T) ce.UnitID) (model.Reader, error) {
	ids := make([]ce.UnitID, len(items))
	for i := range items {
		ids[i] = unit(&items[i])
	}
	return reader(ctx, view, ids...)
}

func reader(ctx context.Context, view *tracker.View, ids ...ce.UnitID) (model.Reader, error) {
	units, err := view.Units(ctx, ids...)
	if err != nil {
		return model.Reader{}, err
	}
	locale, err := view.Locale(ctx)
	return model.Reader{Units: units, Language: wording.For(locale)}, err
}

func unitOfUse(u *ce.CreditUse) ce.UnitID { return u.Unit }

func shownCredit(ctx context.Context, view *tracker.View, credit ce.Credit) (*model.Credit, error) {
	units, err := view.Units(ctx, credit.Unit)
	return model.NewCredit(units, credit), err
}

func shownCredits(ctx context.Context, view *tracker.View, credits []ce.Credit) ([]*model.Credit, error) {
	reader, err := readerOf(ctx, view, credits, func(c *ce.Credit) ce.UnitID { return c.Unit })
	if err != nil {
		return nil, err
	}
	shown := make([]*model.Credit, len(credits))
	for i, credit := range credits {
		shown[i] = model.NewCredit(reader, credit)
	}
	return shown, nil
}

// loggedCredit shows the credit of a change; nil when there is none.
func loggedCredit(ctx context.Context, view *tracker.View, change tracker.Logged) (*model.Credit, error) {
	if change.Credit == nil {
		return nil, nil
	}
	return shownCredit(ctx, view, *change.Credit)
}

// shownDraft shows the credit that would be logged from a certificate.
func shownDraft(ctx context.Context, view *tracker.View, draft *tracker.Draft) (*model.CreditDraft, error) {
	shown := model.NewCreditDraft(draft.Units, view.CreditOf(draft))
	shown.Missing = draft.Missing
	duplicates, err := shownDuplicates(ctx, view, draft.Duplicates)
	if err != nil {
		return nil, err
	}
	shown.Duplicates = duplicates
	if draft.Preview != nil {
		shown.Certifications = previewed(*draft.Preview).Certifications
	}
	return shown, nil
}

func shownDuplicates(ctx context.Context, view *tracker.View, duplicates []tracker.Duplicate) ([]*model.DuplicateCredit, error) {
	shown := make([]*model.DuplicateCredit, len(duplicates))
	for i, duplicate := range duplicates {
		credit, err := shownCredit(ctx, view, duplicate.Credit)
		if err != nil {
			return nil, err
		}
		shown[i] = &model.DuplicateCredit{Credit: credit, Same: duplicate.Same}
	}
	return shown, nil
}

// shownPosting shows a posting. Its members are counted once, when that is asked.
func shownPosting(ctx context.Context, view *tracker.View, posting tracker.Posting) (*model.Posting, error) {
	credit, err := shownCredit(ctx, view, posting.Credit)
	return &model.Posting{Credit: credit, Of: posting.Posting, PostedBy: posting.By, Counted: sync.OnceValues(func() (model.PostedCounts, error) {
		posted, disputed, err := view.CountPosted(ctx, &posting.Posting)
		return model.PostedCounts{Posted: posted, Disputed: disputed}, err
	})}, err
}

// underReview shows a credit to those who decide about it.
func underReview(of *tracker.CreditUnderReview) (*model.CreditUnderReview, error) {
	shown, err := model.NewCreditUnderReview(of.Units, of.Credit, of.Review)
	if err != nil {
		return nil, err
	}
	shown.Member = &of.Member
	return shown, nil
}

func rosterProblems(problems []roster.Problem) []*model.RosterProblem {
	shown := make([]*model.RosterProblem, len(problems))
	for i, p := range problems {
		shown[i] = &model.RosterProblem{Message: p.Text}
		if p.Row > 0 {
			shown[i].Row = &p.Row
		}
		if p.Column != "" {
			shown[i].Column = &p.Column
		}
	}
	return shown
}

// reviewedCredits shows what came of decisions about several credits.
func reviewedCredits(outcomes []tracker.ReviewedCredit) (shown []*model.ReviewedCredit, err error) {
	for i := range outcomes {
		of := &outcomes[i]
		one := &model.ReviewedCredit{MemberID: string(of.Member), CreditID: string(of.Credit)}
		if of.Reviewed != nil {
			if one.Credit, err = underReview(of.Reviewed); err != nil {
				return nil, err
			}
		} else {
			one.Problem = &model.ReviewProblem{Code: of.Problem.Code, Message: of.Problem.Text}
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// previewed shows what a credit would change.
func previewed(preview tracker.CreditPreview) *model.PreviewCreditPayload {
	credit := &model.Previewed{Credit: preview.Credit, Reader: model.Reader{Units: preview.Units, Language: wording.For(preview.Locale)}}
	for _, one := range preview.Certifications {
		if one.Use != nil {
			credit.Uses = append(credit.Uses, *one.Use)
		}
	}
	payload := &model.PreviewCreditPayload{}
	for _, one := range preview.Certifications {
		shown := &model.CreditPreview{
			Certification: &one.Certification,
			Before:        model.NewStanding(credit.Reader, one.Certification, "", one.Before),
			After:         credit.Standing(one.Certification, one.After),
		}
		if one.Use != nil {
			shown.Use = model.NewCreditUses(credit.Reader, []ce.CreditUse{*one.Use}, credit)[0]
		}
		for _, change := range one.Changes {
			shown.Changes = append(shown.Changes, model.NewRequirementChange(credit.Reader, change.Before, change.After))
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
		return shownNotification(ctx, view, found)
	case tracker.Deadline:
		return shownDeadline(ctx, view, &found)
	case tracker.Organization:
		return &found, nil
	case tracker.Member:
		return &found, nil
	case tracker.Invitation:
		return &found, nil
	case tracker.Posting:
		return shownPosting(ctx, view, found)
	}
	return found, nil
}

func shownNotification(ctx context.Context, view *tracker.View, notification ce.Notification) (*model.Notification, error) {
	locale, err := view.Locale(ctx)
	return &model.Notification{Notification: notification, Language: wording.For(locale)}, err
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
	return shownDeadline(ctx, view, &deadline)
}

// shownDeadline shows a deadline; nil for nil.
func shownDeadline(ctx context.Context, view *tracker.View, deadline *tracker.Deadline) (*model.Deadline, error) {
	if deadline == nil {
		return nil, nil
	}
	reader, err := reader(ctx, view, deadline.Unit)
	return model.NewDeadline(reader, deadline.Deadline, deadline.Own), err
}

// inCookies stands for a token that the browser alone holds.
const inCookies = "cookie"

// shownPreview shows what somebody would join.
func shownPreview(ctx context.Context, view *tracker.View, preview tracker.InvitationPreview) (*model.InvitationPreview, error) {
	locale, err := view.Locale(ctx)
	if err != nil {
		return nil, err
	}
	in := wording.For(locale)
	return &model.InvitationPreview{
		OrganizationName: preview.Organization.Name,
		Role:             preview.Role,
		Groups:           preview.Groups,
		ExpiresAt:        preview.ExpiresAt,
		Shown:            in.Say("invitation-shown"),
		ShownIfShared:    in.Say("invitation-shown-if-shared"),
		Membership:       preview.Member,
	}, nil
}

// session translates a session. The fields below it see what the new viewer sees.
func (r *Resolver) session(ctx context.Context, session identity.Session, err error) (*model.SessionPayload, error) {
	if err != nil {
		return nil, err
	}
	viewer, err := r.authenticate(ctx, session.AccessToken)
	if err != nil {
		return nil, err
	}
	r.enter(callerFrom(ctx), viewer)
	if r.accounts == nil {
		if session.Professional, err = callerFrom(ctx).view.Professional(ctx); err != nil {
			return nil, err
		}
	}
	if cookies := RequestFrom(ctx).Cookies; cookies != nil {
		cookies.Keep(session)
		session.AccessToken, session.RefreshToken = inCookies, inCookies
	}
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
	reader, err := readerOf(ctx, view, carried, func(c *ce.Carried) ce.UnitID { return c.Unit })
	return model.NewCarriedCredits(reader, carried), err
}

// pictureURL is the address of a picture of a page of the file.
func (r *Resolver) pictureURL(ctx context.Context, file *ce.Evidence, page, turn int, side *int) (string, error) {
	pixels := given(side)
	if pixels < tracker.MinPictureSide || pixels > tracker.MaxPictureSide {
		return "", &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"side"}, Text: fmt.Sprintf("must be %d to %d", tracker.MinPictureSide, tracker.MaxPictureSide)}
	}
	return RequestFrom(ctx).Origin + r.pagePath(r.tracker.EvidenceLink(file), page, turn, pixels), nil
}
