package sqlite

import (
	"bytes"
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (i identity) CreateSession(ctx context.Context, s storage.Session) error {
	return i.store.insert(ctx, `INSERT INTO sessions (id, professional, version, secret, generation, rotated_at, expires_at, created_at)
		VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.ID, s.Professional, s.Secret, s.Generation, s.RotatedAt, s.ExpiresAt, s.CreatedAt)
}

func (i identity) session(ctx context.Context, id string) (s storage.Session, err error) {
	err = i.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error {
			s = storage.Session{
				ID: id, Professional: ce.ProfessionalID(r.text(0)), Version: int(r.number(1)), Secret: r.blob(2), Generation: int(r.number(3)),
				RotatedAt: r.instant(4), ExpiresAt: r.instant(5), CreatedAt: r.instant(6),
			}
			return nil
		}, "SELECT professional, version, secret, generation, rotated_at, expires_at, created_at FROM sessions WHERE id = ?", id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return s, err
}

func (i identity) UpdateSession(ctx context.Context, id string, change func(*storage.Session) error) (storage.Session, error) {
	for {
		current, err := i.session(ctx, id)
		if err != nil {
			return current, err
		}
		changed := current
		changed.Secret = bytes.Clone(current.Secret)
		if done, err := changing(change(&changed)); done {
			return current, err
		}
		ok := false
		err = i.store.write(ctx, func(c *connection) error {
			n, err := c.exec(`UPDATE sessions SET version = version + 1, secret = ?, generation = ?, rotated_at = ?, expires_at = ?
				WHERE id = ? AND version = ?`, changed.Secret, changed.Generation, changed.RotatedAt, changed.ExpiresAt, id, current.Version)
			ok = n > 0
			return err
		})
		if err != nil {
			return current, err
		}
		if ok {
			changed.ID, changed.Professional, changed.Version, changed.CreatedAt = id, current.Professional, current.Version+1, current.CreatedAt
			changed.RotatedAt, changed.ExpiresAt = stored(changed.RotatedAt), stored(changed.ExpiresAt)
			return changed, nil
		}
	}
}

// stored is the instant as a column keeps it.
func stored(t time.Time) time.Time { return row{value(t)}.instant(0) }

func (i identity) RevokeSession(ctx context.Context, id string) error {
	return i.store.change(ctx, "DELETE FROM sessions WHERE id = ?", id)
}

func (i identity) RevokeSessions(ctx context.Context, id ce.ProfessionalID, except string) error {
	return i.store.change(ctx, "DELETE FROM sessions WHERE professional = ? AND id <> ?", id, except)
}
