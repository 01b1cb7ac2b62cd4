package sqlite

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const selectInvitation = "SELECT organization, uses, record FROM invitations "

func invitationOf(r row) (ce.Invitation, error) {
	return decodeInvitation(ce.OrganizationID(r.text(0)), int(r.number(1)), r.blob(2))
}

func (o organization) invitation(c *connection, id ce.InvitationID) (ce.Invitation, error) {
	return one(c, invitationOf, selectInvitation+"WHERE id = ? AND organization = ?", string(id), string(o.id))
}

func (o organization) Invitation(ctx context.Context, id ce.InvitationID) (found ce.Invitation, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = o.invitation(c, id)
		return err
	})
	return found, err
}

func (o organization) CreateInvitation(ctx context.Context, invitation ce.Invitation, digest string, entries ...ce.LogEntry) (created ce.Invitation, err error) {
	invitation.Organization, invitation.Version, invitation.Uses = o.id, 1, 0
	err = o.store.write(ctx, func(c *connection) error {
		if _, err := o.get(c); err != nil {
			return err
		}
		taken, err := c.first(func(r row) error {
			if ce.OrganizationID(r.text(0)) != o.id {
				return storage.ErrConflict
			}
			created, err = invitationOf(r)
			if err != nil {
				return err
			}
			return sameDigest(r.text(3), digest, nil)
		}, "SELECT organization, uses, record, digest FROM invitations WHERE id = ?", string(invitation.ID))
		if taken || err != nil {
			return err
		}
		n, err := c.exec(`INSERT INTO invitations (id, organization, version, digest, secret_hash, created_at, expires_at, open, uses, record)
			VALUES (?, ?, 1, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
			string(invitation.ID), string(o.id), digest, invitation.SecretHash, invitation.CreatedAt, invitation.ExpiresAt, invitation.RevokedAt.IsZero(), encodeInvitation(&invitation))
		if err == nil && n == 0 { // the secret
			err = storage.ErrConflict
		}
		if err != nil {
			return err
		}
		if created, err = o.invitation(c, invitation.ID); err != nil {
			return err
		}
		return o.log(c, entries)
	})
	if err != nil {
		return ce.Invitation{}, err
	}
	return created, nil
}

func (o organization) UpdateInvitation(ctx context.Context, id ce.InvitationID, change func(*ce.Invitation) ([]ce.LogEntry, error)) (ce.Invitation, error) {
	read := func(c *connection) (ce.Invitation, error) { return o.invitation(c, id) }
	return changeLogged(ctx, o, read, change, func(before, after *ce.Invitation) {
		after.ID, after.Organization, after.CreatedAt = id, o.id, before.CreatedAt
		after.Version = before.Version + 1
	}, func(c *connection, before, after *ce.Invitation) (int64, error) {
		return c.exec("UPDATE invitations SET version = ?, secret_hash = ?, expires_at = ?, open = (? AND uses < ?), record = ? WHERE id = ? AND organization = ? AND version = ?",
			after.Version, after.SecretHash, after.ExpiresAt, after.RevokedAt.IsZero(), after.MaxUses, encodeInvitation(after), string(id), string(o.id), before.Version)
	})
}

func (o organization) ReadInvitations(ctx context.Context, now time.Time) (found []ce.Invitation, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			invitation, err := invitationOf(r)
			found = append(found, invitation)
			return err
		}, selectInvitation+"WHERE organization = ? AND open = 1 AND expires_at > ? ORDER BY created_at DESC, id DESC", string(o.id), now)
	})
	return found, err
}

func (s system) InvitationBySecret(ctx context.Context, secretHash string) (found ce.Invitation, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		found, err = one(c, invitationOf, selectInvitation+"WHERE secret_hash = ?", secretHash)
		return err
	})
	return found, err
}

func encodeInvitation(i *ce.Invitation) []byte {
	var e encoder
	put(&e, i.ID)
	e.number(i.Version)
	put(&e, i.SecretHash)
	put(&e, i.Role)
	putList(&e, i.Groups, putText)
	put(&e, i.Email)
	e.number(i.MaxUses)
	put(&e, i.CreatedBy)
	e.instant(i.CreatedAt)
	e.instant(i.UpdatedAt)
	e.instant(i.ExpiresAt)
	e.instant(i.RevokedAt)
	return e.data
}

func decodeInvitation(of ce.OrganizationID, uses int, record []byte) (ce.Invitation, error) {
	d := newDecoder(record)
	i := ce.Invitation{
		ID:           get[ce.InvitationID](d),
		Organization: of,
		Version:      d.number(),
		SecretHash:   get[string](d),
		Role:         get[ce.Role](d),
		Groups:       getList(d, getText[ce.GroupID]),
		Email:        get[string](d),
		MaxUses:      d.number(),
		Uses:         uses,
		CreatedBy:    get[ce.ProfessionalID](d),
		CreatedAt:    d.instant(),
		UpdatedAt:    d.instant(),
		ExpiresAt:    d.instant(),
		RevokedAt:    d.instant(),
	}
	return i, d.err()
}
