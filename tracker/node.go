package tracker

import (
	"context"

	"accrue/ce"
)

// Node returns what the id names, as far as the viewer may see it: a Program, a
// ce.Professional, ce.Certification, ce.Credit, ce.Evidence, ce.Notification, Deadline, Organization, Member, Invitation or Posting.
// Everything else is not found.
func (v *View) Node(ctx context.Context, id string) (any, error) {
	if program, err := v.Tracker.Program(ce.ProgramID(id)); err == nil {
		return program, nil
	}
	if deadline := ce.DeadlineID(id); deadline.IsDerived() {
		return v.Deadline(ctx, deadline)
	}
	uuid, err := ce.ParseUUID(id)
	if err != nil {
		return nil, notFound("object")
	}
	profile, err := v.Professional(ctx)
	if err != nil {
		return nil, err
	}
	if ce.ProfessionalID(uuid) == profile.ID {
		return profile, nil
	}
	certification, err := v.Certification(ctx, ce.CertificationID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return certification, err
	}
	held, err := v.held(ctx)
	if err != nil {
		return nil, err
	}
	if i := indexOfDeadline(held.OwnDeadlines.Items, ce.DeadlineID(uuid)); i >= 0 {
		return v.ownDeadline(&held.OwnDeadlines.Items[i], held), nil
	}
	credit, err := v.Credit(ctx, ce.CreditID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return credit, err
	}
	evidence, err := v.EvidenceByID(ctx, ce.EvidenceID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return evidence, err
	}
	notification, err := v.Notification(ctx, ce.NotificationID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return notification, err
	}
	program, err := v.Program(ctx, ce.ProgramID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return program, err
	}
	organization, err := v.Organization(ctx, ce.OrganizationID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return organization, err
	}
	member, err := v.Member(ctx, ce.MemberID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return member, err
	}
	invitation, err := v.Invitation(ctx, ce.InvitationID(uuid))
	if ce.CodeOf(err) != ce.CodeNotFound {
		return invitation, err
	}
	posting, err := v.Posting(ctx, ce.PostingID(uuid))
	if ce.CodeOf(err) == ce.CodeNotFound {
		return nil, notFound("object")
	}
	return posting, err
}
