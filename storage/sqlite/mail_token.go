package sqlite

import (
	"context"

	"accrue/ce"
	"accrue/storage"
)

func (i identity) CreateMailToken(ctx context.Context, t storage.MailToken) error {
	return i.store.insert(ctx, `INSERT INTO mail_tokens (id, purpose, professional, holds, expires_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, t.ID, string(t.Purpose), t.Professional, t.Holds, t.ExpiresAt, t.CreatedAt)
}

func (i identity) MailToken(ctx context.Context, id string) (t storage.MailToken, err error) {
	err = i.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error {
			t = storage.MailToken{
				ID: id, Purpose: storage.MailPurpose(r.text(0)), Professional: ce.ProfessionalID(r.text(1)), Holds: r.text(2),
				ExpiresAt: r.instant(3), CreatedAt: r.instant(4),
			}
			return nil
		}, "SELECT purpose, professional, holds, expires_at, created_at FROM mail_tokens WHERE id = ?", id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return t, err
}
