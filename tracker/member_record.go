package tracker

import (
	"context"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// MemberCertification is a member's certification as those see it who see her.
type MemberCertification struct {
	Version  int
	Program  ce.ProgramName
	Standing ce.Standing // today, with its deadlines
	Units    rules.Units
	Recorded []ce.Fact // by the organisation; nil where the program is not its own, and for who manages nobody
}

// MemberCredit is a member's credit with what proves it, as those see it to whom she shows her credits.
type MemberCredit struct {
	Credit   ce.Credit
	Evidence []ce.Evidence // oldest first
	Units    rules.Units
}

// recordsOf returns the records of a member as of one request, and her certifications with her own programs. Who sees her must be clear before.
func (v *View) recordsOf(ctx context.Context, m *ce.Member) (*View, storage.Held, error) {
	handle := v.store.Professional(m.Professional)
	profile, err := handle.Profile(ctx)
	if err != nil {
		return nil, storage.Held{}, translate(err, "member")
	}
	of := &View{Tracker: v.Tracker, viewer: Viewer{Professional: m.Professional}, handle: handle, read: &reading{}}
	of.read.profile.set(profile)
	held, err := of.held(ctx)
	return of, held, err
}

// inSight returns the member as she is now, where the viewer sees her: what was read a moment ago may have ended.
func (v *View) inSight(ctx context.Context, m *Member) (*seat, ce.Member, error) {
	s, err := v.seat(ctx, m.Organization)
	if err != nil {
		return nil, ce.Member{}, err
	}
	now, err := s.target(ctx, m.ID)
	return s, now, err
}

// MemberCertifications returns a member's certifications, oldest first. Her certifications' numbers and reminders are hers alone, and so are the facts that the
// organisation has not recorded.
func (v *View) MemberCertifications(ctx context.Context, m *Member) ([]MemberCertification, error) {
	s, now, err := v.inSight(ctx, m)
	if err != nil {
		return nil, err
	}
	of, held, err := v.recordsOf(ctx, &now)
	if err != nil {
		return nil, err
	}
	programs := v.Tracker.programs(held)
	certifications := []MemberCertification{}
	for _, certification := range held.Items {
		program, err := programs.find(certification.Program)
		if err != nil {
			return nil, err
		}
		standing, err := of.StandingWithUses(ctx, certification, ce.Date{}, "")
		if err != nil {
			return nil, err
		}
		shown := MemberCertification{
			Version: certification.Version, Program: ce.ProgramName{ID: program.ID, Name: program.Name}, Standing: standing, Units: programs,
		}
		if s.role.Manages() && certification.Shared != nil && certification.Shared.Organization == s.in.ID {
			shown.Recorded = certification.RecordedBy(s.in.ID)
		}
		certifications = append(certifications, shown)
	}
	return certifications, nil
}

// MemberCredits returns a page of a member's credits, newest first, and false unless she shows them to the organisation.
func (v *View) MemberCredits(ctx context.Context, m *Member, page storage.Page[storage.CreditKey]) (slice storage.Slice[MemberCredit], shared bool, err error) {
	_, now, err := v.inSight(ctx, m)
	if err != nil || !now.ShareCredits {
		return slice, false, err
	}
	of, held, err := v.recordsOf(ctx, &now)
	if err != nil {
		return slice, false, err
	}
	credits, err := of.handle.ListCredits(ctx, storage.CreditFilter{}, page)
	if err != nil {
		return slice, false, err
	}
	slice.More = credits.More
	for _, credit := range credits.Items {
		evidence, err := of.EvidenceOf(ctx, credit.ID)
		if err != nil {
			return slice, false, err
		}
		slice.Items = append(slice.Items, MemberCredit{Credit: credit, Evidence: evidence, Units: v.Tracker.programs(held)})
	}
	return slice, true, nil
}
