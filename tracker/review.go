package tracker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// What an organisation decides about a credit is kept in the credit. Which credits wait follows from standings, and is derived with them.

const (
	// maxReviewed is about how many credits one request decides.
	maxReviewed = 100
	// reviewWriters is about the credits of how many members it decides at the same time.
	reviewWriters = 8
)

// Decision is what is decided about credits of members.
type Decision struct {
	Organization ce.OrganizationID
	State        ce.ReviewState
	Reason       *string // nil when not given
}

// SeenCredit is a member's credit as it was seen by who decides about it.
type SeenCredit struct {
	Member  ce.MemberID
	Credit  ce.CreditID
	Version int // of the credit
}

// ReviewedCredit is what came of a decision about one of several credits.
type ReviewedCredit struct {
	SeenCredit
	Reviewed *CreditUnderReview // nil when nothing was decided
	Problem  *ce.Error          // why, with one of reviewProblems; nil when it was
}

// CreditUnderReview is a member's credit as those see it who decide about it.
type CreditUnderReview struct {
	Member Member
	Credit ce.Credit // see ce.Credit.ForReview
	Review ce.Review
	Units  rules.Units
}

// withheld are the reviews of those of the credits that do not count for the certification for want of an approval.
func (p programs) withheld(certification *ce.Certification, credits []ce.Credit) map[ce.CreditID]ce.Review {
	if certification.Shared == nil {
		return nil
	}
	i := slices.IndexFunc(p.approvers, func(a ce.Approver) bool { return a.ID == certification.Shared.Organization })
	if i < 0 {
		return nil
	}
	withheld := map[ce.CreditID]ce.Review{}
	for k := range credits {
		credit := &credits[k]
		review := credit.ReviewBy(p.approvers[i].ID)
		if review.State != ce.ReviewApproved && credit.Posted.Organization != p.approvers[i].ID {
			review.OrganizationName = p.approvers[i].Name
			withheld[credit.ID] = review
		}
	}
	return withheld
}

// reviewRequests are the credits of a professional that wait for approval; nil where none do and none did.
func reviewRequests(w *work) []ce.ReviewRequest {
	if len(w.certifications.Approvers) == 0 && !w.turn.Requests {
		return nil
	}
	requests := []ce.ReviewRequest{}
	for _, approver := range w.certifications.Approvers {
		pending := map[ce.CreditID]bool{}
		for i := range w.standings {
			at := indexOf(w.certifications.Items, w.standings[i].Certification)
			if shared := w.certifications.Items[at].Shared; shared == nil || shared.Organization != approver.ID {
				continue
			}
			for _, use := range w.standings[i].Uses {
				if use.Review == ce.ReviewPending {
					pending[use.Credit] = true
				}
			}
		}
		var waiting []ce.ReviewRequest
		for i := range w.credits.Items {
			if pending[w.credits.Items[i].ID] {
				waiting = append(waiting, ce.ReviewRequest{Organization: approver.ID, Credit: w.credits.Items[i].ForReview()})
			}
		}
		slices.SortFunc(waiting, func(a, b ce.ReviewRequest) int {
			return cmp.Or(a.Credit.CreatedAt.Compare(b.Credit.CreatedAt), cmp.Compare(a.Credit.ID, b.Credit.ID))
		})
		requests = append(requests, waiting[:min(len(waiting), ce.MaxReviewRequests)]...)
	}
	return requests
}

// keepReviews ends what was decided about a credit once it says something else: those who decided have not seen that.
func keepReviews(c, before *ce.Credit) {
	now, then := c.ForReview(), before.ForReview()
	now.Version, now.UpdatedAt = then.Version, then.UpdatedAt
	if !reflect.DeepEqual(now, then) {
		c.Reviews = nil
	}
}

// logReviews adds the entries that ride in marked credits to the logs of their organisations, and has the professional told of them.
func (t *Tracker) logReviews(ctx context.Context, records storage.Professional, credits storage.Marked[ce.Credit]) error {
	for _, mark := range credits.Marks {
		i := slices.IndexFunc(credits.Items, func(c ce.Credit) bool { return string(c.ID) == mark.ID })
		if i < 0 {
			continue
		}
		if err := t.logEntries(ctx, credits.Items[i].Entries); err != nil {
			return err
		}
		if err := t.tellReviews(ctx, records, &credits.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

// Reviews returns a page of the credits of members whom the viewer sees that wait for approval, those first that were logged first and never her own, and false for who
// manages nothing there.
func (v *View) Reviews(ctx context.Context, id ce.OrganizationID, page storage.Page[storage.ReviewKey]) (slice storage.Slice[CreditUnderReview], allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Manages() {
		return slice, false, err
	}
	if !s.in.ApprovesCredits {
		return slice, true, nil
	}
	slice, err = seen(ctx, s, page, s.handle.ListReviewRequests, func(r *ce.ReviewRequest) storage.ReviewKey {
		return storage.ReviewKey{CreatedAt: r.Credit.CreatedAt, ID: r.Credit.ID}
	}, func(requests []ce.ReviewRequest) ([]CreditUnderReview, error) {
		return v.shownRequests(ctx, s, requests)
	})
	return slice, true, err
}

// shownRequests shows what waits of members whom the viewer sees besides herself.
func (v *View) shownRequests(ctx context.Context, s *seat, requests []ce.ReviewRequest) (shown []CreditUnderReview, err error) {
	ids := make([]ce.MemberID, len(requests))
	for i := range requests {
		ids[i] = ce.NewMemberID(s.in.ID, requests[i].Credit.Professional)
	}
	members, err := s.visible(ctx, ids)
	if err != nil {
		return nil, err
	}
	programs, err := v.programsOf(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range requests {
		if m, ok := members[ids[i]]; ok && m.ID != s.member.ID {
			review := ce.Review{Organization: s.in.ID, State: ce.ReviewPending}
			shown = append(shown, CreditUnderReview{s.shownMember(&m), requests[i].Credit, review, programs})
		}
	}
	return shown, nil
}

// programsOf are the catalog's and the organisation's, in whose units is what counts for these.
func (v *View) programsOf(ctx context.Context, s *seat) (programs, error) {
	own, err := s.handle.ReadPrograms(ctx)
	return programs{tracker: v.Tracker, own: own}, err
}

// ReviewCredit approves or refuses a credit of a member, and returns it as it is then. The same request repeated is no error; what is decided later takes the place of
// what was decided before.
func (v *View) ReviewCredit(ctx context.Context, in Decision, seen SeenCredit) (CreditUnderReview, error) {
	r, err := v.reviewer(ctx, in)
	if err != nil {
		return CreditUnderReview{}, err
	}
	m, err := r.seat.target(ctx, seen.Member)
	if err != nil {
		return CreditUnderReview{}, err
	}
	reviewed, err := r.decide(ctx, &m, seen)
	if err == nil {
		v.refreshNow(ctx, m.Professional)
	}
	return reviewed, err
}

// ReviewCredits is ReviewCredit about several credits, each on its own: what is wrong with one keeps no other from being decided. It returns what came of each, in their
// order. After any other error some may be decided, and the same request repeated decides the rest.
func (v *View) ReviewCredits(ctx context.Context, in Decision, credits []SeenCredit) ([]ReviewedCredit, error) {
	r, err := v.reviewer(ctx, in)
	if err == nil {
		err = checkSeen(credits)
	}
	if err != nil {
		return nil, err
	}
	ids := make([]ce.MemberID, len(credits))
	for i, seen := range credits {
		ids[i] = seen.Member
	}
	members, err := r.seat.visible(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	outcomes, errs := make([]ReviewedCredit, len(credits)), make([]error, len(credits))
	for ids := range slices.Chunk(slices.Compact(ids), reviewWriters) {
		var writing sync.WaitGroup
		for _, id := range ids { // the credits of one member follow one another, and her standings follow once
			writing.Go(func() {
				m, there := members[id]
				decided := false
				for i, seen := range credits {
					if seen.Member != id {
						continue
					}
					outcomes[i].SeenCredit, errs[i] = seen, notFound("member")
					if there {
						var reviewed CreditUnderReview
						if reviewed, errs[i] = r.decide(ctx, &m, seen); errs[i] == nil {
							outcomes[i].Reviewed, decided = &reviewed, true
						}
					}
				}
				if decided {
					v.refreshNow(ctx, m.Professional)
				}
			})
		}
		writing.Wait()
	}
	for i, err := range errs {
		if err == nil {
			continue
		}
		if !errors.As(err, &outcomes[i].Problem) || !slices.Contains(reviewProblems, outcomes[i].Problem.Code) {
			return nil, err
		}
	}
	return outcomes, nil
}

// reviewProblems are the codes of what is wrong with one credit, and not with the request or the server.
var reviewProblems = []ce.Code{ce.CodeConflict, ce.CodeForbidden, ce.CodeNotFound}

// checkSeen checks about which credits is to be decided.
func checkSeen(credits []SeenCredit) error {
	var problems ce.Problems
	switch {
	case len(credits) == 0:
		problems.Add("must be given", "credits")
	case len(credits) > maxReviewed:
		problems.Add(fmt.Sprintf("must be at most %d credits; decide in parts", maxReviewed), "credits")
	default:
		seen := make(map[ce.CreditID]bool, len(credits))
		for i := range credits {
			if seen[credits[i].Credit] {
				problems.Add("is there before", "credits", strconv.Itoa(i), "creditId")
			}
			seen[credits[i].Credit] = true
		}
	}
	return problems.Err()
}

// reviewer decides about credits of members of one organisation.
type reviewer struct {
	*View
	seat     *seat
	review   ce.Review
	programs programs
}

// reviewer checks who decides, and what.
func (v *View) reviewer(ctx context.Context, in Decision) (*reviewer, error) {
	s, err := v.seat(ctx, in.Organization)
	if err == nil {
		err = s.manages()
	}
	if err != nil {
		return nil, err
	}
	if !s.in.ApprovesCredits {
		return nil, ce.Errorf(ce.CodeConflict, "This organization does not approve credits: all that its members log count.")
	}
	review := ce.Review{Organization: s.in.ID, OrganizationName: s.in.Name, State: in.State, At: v.now()}
	var problems ce.Problems
	switch {
	case in.State == ce.ReviewRefused:
		if in.Reason != nil {
			review.Reason = *in.Reason
		}
		review.Reason, err = ce.ParseReason(review.Reason)
		problems.Check(err, "reason")
	case in.Reason != nil && *in.Reason != "":
		problems.Add("is for refusals only", "reason")
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	programs, err := v.programsOf(ctx, s)
	return &reviewer{v, s, review, programs}, err
}

// decide decides about a credit of a member whom the viewer sees. Her standings are due to be derived anew then.
func (r *reviewer) decide(ctx context.Context, m *ce.Member, seen SeenCredit) (CreditUnderReview, error) {
	s, review := r.seat, r.review
	if m.ID == s.member.ID {
		return CreditUnderReview{}, s.may(false, "Nobody decides about her own credits. Ask another manager.")
	}
	handle := r.store.Professional(m.Professional)
	before, err := r.reviewable(ctx, s, handle, seen.Credit)
	if err != nil {
		return CreditUnderReview{}, err
	}
	action := map[ce.ReviewState]ce.LogAction{ce.ReviewApproved: ce.LogCreditApproved, ce.ReviewRefused: ce.LogCreditRefused}[review.State]
	changed, err := handle.Credits().Update(ctx, seen.Credit, func(c *ce.Credit) error {
		if there := c.ReviewBy(s.in.ID); there.State == review.State && there.Reason == review.Reason {
			review = there
			return storage.ErrUnchanged
		}
		if c.Version != seen.Version {
			return stale("credit")
		}
		c.SetReview(review)
		told := toldOf(c, c.Amount)
		if unit, ok := r.programs.Unit(c.Unit); ok && c.Unit != ce.UnitMinute {
			told[2] = c.Amount.Shown(false).String() + " " + unit.NameFor(c.Amount)
		}
		entry := r.entry(action, m.Professional, told, nil)
		entry.Organization, entry.Reason = s.in.ID, review.Reason
		c.Entries = append(slices.DeleteFunc(slices.Clone(c.Entries), func(e ce.LogEntry) bool {
			return slices.ContainsFunc(before.Entries, func(logged ce.LogEntry) bool { return logged.ID == e.ID })
		}), entry)
		c.UpdatedAt = r.now()
		return nil
	})
	if err != nil {
		return CreditUnderReview{}, translate(err, "credit")
	}
	return CreditUnderReview{s.shownMember(m), changed.ForReview(), review, r.programs}, nil
}

// reviewable returns a credit about which the organisation may decide: one that waits in its queue, or about which it has decided. What was decided of it before is
// in the logs then.
func (v *View) reviewable(ctx context.Context, s *seat, handle storage.Professional, id ce.CreditID) (ce.Credit, error) {
	credit, err := handle.Credits().Get(ctx, id)
	if err == nil && credit.ReviewBy(s.in.ID).State == ce.ReviewPending {
		_, err = s.handle.ReviewRequest(ctx, id)
	}
	if err != nil {
		return ce.Credit{}, translate(err, "credit")
	}
	return credit, v.logEntries(ctx, credit.Entries)
}

// CreditReviews returns what organisations decided, or are asked to decide, about a credit of the viewer's, as far as that binds her. Of uses it needs those in the current
// cycles.
func (v *View) CreditReviews(ctx context.Context, credit *ce.Credit, uses []ce.CreditUse) ([]ce.Review, error) {
	held, err := v.held(ctx)
	if err != nil {
		return nil, err
	}
	reviews := []ce.Review{}
	for _, approver := range held.Approvers {
		review := credit.ReviewBy(approver.ID)
		review.OrganizationName = approver.Name
		waits := slices.ContainsFunc(uses, func(use ce.CreditUse) bool {
			at := indexOf(held.Items, use.Certification)
			return use.Review == ce.ReviewPending && at >= 0 && held.Items[at].Shared != nil && held.Items[at].Shared.Organization == approver.ID
		})
		if review.State != ce.ReviewPending || waits {
			reviews = append(reviews, review)
		}
	}
	return reviews, nil
}
