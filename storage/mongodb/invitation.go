package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// invitationDocument is a ce.Invitation.
type invitationDocument struct {
	ID           ce.InvitationID   `bson:"_id"`
	Organization ce.OrganizationID `bson:"organization"`
	Digest       string            `bson:"digest"`
	CreatedAt    time.Time         `bson:"createdAt"`
	Uses         int               `bson:"uses"`
	// Taken are the uses of those who are not known to be members yet.
	Taken  []takenUse        `bson:"taken,omitempty"`
	Change invitationChanged `bson:",inline"`
}

// takenUse is a use that was taken, by a token that names it.
type takenUse struct {
	Token  string      `bson:"token"`
	Member ce.MemberID `bson:"member"`
}

// invitationChanged is what a change of the invitation sets; a use changes the rest.
type invitationChanged struct {
	Version    int               `bson:"version"`
	SecretHash string            `bson:"secretHash"`
	Role       ce.Role           `bson:"role"`
	Groups     []ce.GroupID      `bson:"groups"`
	Email      string            `bson:"email"`
	MaxUses    int               `bson:"maxUses"`
	CreatedBy  ce.ProfessionalID `bson:"createdBy"`
	UpdatedAt  time.Time         `bson:"updatedAt"`
	ExpiresAt  time.Time         `bson:"expiresAt"`
	RevokedAt  *time.Time        `bson:"revokedAt"`
	Open       bool              `bson:"open"` // neither revoked nor used as often as it may be
	Unlogged   unlogged          `bson:",inline"`
}

func newInvitation(i ce.Invitation) invitationDocument {
	return invitationDocument{
		ID: i.ID, Organization: i.Organization, CreatedAt: instant(i.CreatedAt), Uses: i.Uses,
		Change: invitationChanged{
			Version: i.Version, SecretHash: i.SecretHash, Role: i.Role, Groups: slices.Clone(i.Groups), Email: i.Email, MaxUses: i.MaxUses, CreatedBy: i.CreatedBy,
			UpdatedAt: instant(i.UpdatedAt), ExpiresAt: instant(i.ExpiresAt), RevokedAt: optionalInstant(i.RevokedAt), Open: i.RevokedAt.IsZero() && i.Uses < i.MaxUses,
		},
	}
}

func (d invitationDocument) invitation() ce.Invitation {
	return ce.Invitation{
		ID: d.ID, Organization: d.Organization, Version: d.Change.Version, SecretHash: d.Change.SecretHash, Role: d.Change.Role, Groups: slices.Clone(d.Change.Groups),
		Email: d.Change.Email, MaxUses: d.Change.MaxUses, Uses: d.Uses, CreatedBy: d.Change.CreatedBy, CreatedAt: d.CreatedAt,
		UpdatedAt: d.Change.UpdatedAt, ExpiresAt: d.Change.ExpiresAt, RevokedAt: given(d.Change.RevokedAt),
	}
}

func (o *organization) invitationByID(id ce.InvitationID) bson.D {
	return append(o.of(), bson.E{Key: "_id", Value: id})
}

func (o *organization) invitationDocument(ctx context.Context, id ce.InvitationID) (document invitationDocument, err error) {
	err = opaque(o.store.invitations.FindOne(ctx, o.invitationByID(id)).Decode(&document))
	return document, err
}

// Invitation implements storage.Organization.
func (o *organization) Invitation(ctx context.Context, id ce.InvitationID) (ce.Invitation, error) {
	document, err := o.invitationDocument(ctx, id)
	if err != nil {
		return ce.Invitation{}, err
	}
	return document.invitation(), nil
}

// CreateInvitation implements storage.Organization.
func (o *organization) CreateInvitation(ctx context.Context, invitation ce.Invitation, digest string, entries ...ce.LogEntry) (ce.Invitation, error) {
	if _, err := o.document(ctx); err != nil {
		return ce.Invitation{}, err
	}
	invitation.Organization, invitation.Version, invitation.Uses = o.id, 1, 0
	document := newInvitation(invitation)
	document.Digest, document.Change.Unlogged = digest, o.unlogged(nil, entries)
	err := persist(ctx, func() (bool, error) {
		_, err := o.store.invitations.InsertOne(ctx, document)
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		var there invitationDocument
		err = opaque(o.store.invitations.FindOne(ctx, bson.D{{Key: "_id", Value: invitation.ID}}).Decode(&there))
		switch {
		case errors.Is(err, storage.ErrNotFound): // purged just now
			return false, nil
		case err != nil:
			return false, err
		case there.Organization != o.id || there.Digest != digest:
			return false, storage.ErrConflict
		}
		document = there
		return true, nil
	})
	if err == nil {
		err = o.undoUnlessThere(ctx, o.store.invitations, string(invitation.ID))
	}
	if err == nil {
		err = o.settle(ctx, o.store.invitations, document.ID, document.Change.Version, document.Change.Unlogged)
	}
	if err != nil {
		return ce.Invitation{}, err
	}
	return document.invitation(), nil
}

// UpdateInvitation implements storage.Organization. It sets fields one by one, so that uses go on meanwhile; whether it is open
// hangs on them, so they must be those that were read.
func (o *organization) UpdateInvitation(ctx context.Context, id ce.InvitationID, change func(*ce.Invitation) ([]ce.LogEntry, error)) (out ce.Invitation, err error) {
	var written invitationChanged
	err = persist(ctx, func() (bool, error) {
		current, err := o.invitationDocument(ctx, id)
		if err != nil {
			return false, err
		}
		changed := current.invitation()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = current.invitation(), invitationChanged{}
			return true, nil
		} else if err != nil {
			return false, err
		}
		changed.ID, changed.Organization, changed.CreatedAt, changed.Uses = current.ID, o.id, current.CreatedAt, current.Uses
		changed.Version = current.Change.Version + 1
		next := newInvitation(changed)
		next.Change.Unlogged = o.unlogged(current.Change.Unlogged.Entries, entries)
		out, written = next.invitation(), next.Change
		result, err := o.store.invitations.UpdateOne(ctx, append(o.invitationByID(id),
			bson.E{Key: "version", Value: current.Change.Version}, bson.E{Key: "uses", Value: current.Uses}), bson.D{{Key: "$set", Value: next.Change}})
		if err != nil {
			return false, opaque(err)
		}
		return result.MatchedCount == 1, nil
	})
	if err != nil {
		return ce.Invitation{}, err
	}
	return out, o.settle(ctx, o.store.invitations, id, written.Version, written.Unlogged)
}

// ReadInvitations implements storage.Organization.
func (o *organization) ReadInvitations(ctx context.Context, now time.Time) ([]ce.Invitation, error) {
	cursor, err := o.store.invitations.Find(ctx, append(o.of(), bson.E{Key: "open", Value: true}, bson.E{Key: "expiresAt", Value: bson.D{{Key: "$gt", Value: instant(now)}}}),
		inOneBatch().SetSort(bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []invitationDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	return each(documents, invitationDocument.invitation), nil
}

// InvitationBySecret implements storage.System.
func (s *system) InvitationBySecret(ctx context.Context, secretHash string) (ce.Invitation, error) {
	var document invitationDocument
	if err := s.invitations.FindOne(ctx, bson.D{{Key: "secretHash", Value: secretHash}}).Decode(&document); err != nil {
		return ce.Invitation{}, opaque(err)
	}
	return document.invitation(), nil
}

// maxTaken bounds the list of uses that are taken. One who is dropped from it and was cut short needs another use.
const maxTaken = 1000

// takeUse takes one of the invitation's uses for the member, or goes on with the one that she took before. ErrNotFound when the invitation is
// not open at the instant.
func (o *organization) takeUse(ctx context.Context, id ce.InvitationID, member ce.MemberID, now time.Time) (use takenUse, err error) {
	err = persist(ctx, func() (bool, error) {
		current, err := o.invitationDocument(ctx, id)
		if err != nil {
			return false, err
		}
		invitation := current.invitation()
		before := slices.IndexFunc(current.Taken, func(t takenUse) bool { return t.Member == member })
		switch state := invitation.State(now); {
		case before >= 0 && (state == ce.InvitationOpen || state == ce.InvitationUsed):
			use = current.Taken[before]
			return true, nil
		case state != ce.InvitationOpen:
			return false, storage.ErrNotFound
		}
		use = takenUse{Token: rand.Text(), Member: member}
		return o.setUses(ctx, current, current.Uses+1, bson.E{Key: "$push", Value: bson.D{
			{Key: "taken", Value: bson.D{{Key: "$each", Value: bson.A{use}}, {Key: "$slice", Value: -maxTaken}}},
		}})
	})
	return use, err
}

// setUses says how often the invitation was used, if it still is as it was read.
func (o *organization) setUses(ctx context.Context, current invitationDocument, uses int, taken bson.E) (bool, error) {
	result, err := o.store.invitations.UpdateOne(ctx, append(o.invitationByID(current.ID),
		bson.E{Key: "version", Value: current.Change.Version}, bson.E{Key: "uses", Value: current.Uses}), bson.D{
		{Key: "$set", Value: bson.D{{Key: "uses", Value: uses}, {Key: "open", Value: current.Change.RevokedAt == nil && uses < current.Change.MaxUses}}},
		taken,
	})
	if err != nil {
		return false, opaque(err)
	}
	return result.MatchedCount == 1, nil
}

// forgetUse is the change that ends that a use is remembered.
func forgetUse(use takenUse) bson.E {
	return bson.E{Key: "$pull", Value: bson.D{{Key: "taken", Value: bson.D{{Key: "token", Value: use.Token}}}}}
}

// endUse ends that the use is remembered: its member is there.
func (o *organization) endUse(ctx context.Context, id ce.InvitationID, use takenUse) error {
	_, err := o.store.invitations.UpdateOne(ctx, o.invitationByID(id), bson.D{forgetUse(use)})
	return opaque(err)
}

// returnUse gives back a use that was taken for nothing.
func (o *organization) returnUse(ctx context.Context, id ce.InvitationID, use takenUse) error {
	return persist(ctx, func() (bool, error) {
		current, err := o.invitationDocument(ctx, id)
		switch {
		case errors.Is(err, storage.ErrNotFound): // deleted meanwhile
			return true, nil
		case err != nil:
			return false, err
		case !slices.Contains(current.Taken, use): // returned by another of her requests
			return true, nil
		}
		return o.setUses(ctx, current, current.Uses-1, forgetUse(use))
	})
}
