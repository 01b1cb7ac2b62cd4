package sqlite

import (
	"context"
	"time"

	"accrue/storage"
)

// identity is the handle for sign-in data. Accounts, sessions and mail tokens have files of their own.
type identity struct{ store *Store }

var _ storage.Identity = identity{}

func (i identity) SigningKeys(ctx context.Context) (keys []storage.SigningKey, err error) {
	err = i.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			keys = append(keys, storage.SigningKey{ID: r.text(0), PrivateKey: r.blob(1), CreatedAt: r.instant(2)})
			return nil
		}, "SELECT id, private_key, created_at FROM signing_keys ORDER BY created_at DESC, id DESC")
	})
	return keys, err
}

func (i identity) AddSigningKey(ctx context.Context, key storage.SigningKey) error {
	return i.store.insert(ctx, "INSERT INTO signing_keys (id, private_key, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		key.ID, key.PrivateKey, key.CreatedAt)
}

func (i identity) RemoveSigningKey(ctx context.Context, id string) error {
	return i.store.change(ctx, "DELETE FROM signing_keys WHERE id = ?", id)
}

func (i identity) Attempt(ctx context.Context, key string, now, resetAt time.Time) (attempts storage.Attempts, err error) {
	err = i.store.write(ctx, func(c *connection) error {
		_, err := c.exec(`INSERT INTO attempts (key, count, reset_at) VALUES (?1, 1, ?2) ON CONFLICT DO UPDATE SET
			count = CASE WHEN reset_at <= ?3 THEN 1 ELSE count + 1 END, reset_at = CASE WHEN reset_at <= ?3 THEN ?2 ELSE reset_at END`,
			key, resetAt, now)
		if err != nil {
			return err
		}
		_, err = c.first(func(r row) error {
			attempts = storage.Attempts{Key: key, Count: int(r.number(0)), ResetAt: r.instant(1)}
			return nil
		}, "SELECT count, reset_at FROM attempts WHERE key = ?", key)
		return err
	})
	return attempts, err
}

func (i identity) ForgetAttempts(ctx context.Context, key string) error {
	return i.store.change(ctx, "DELETE FROM attempts WHERE key = ?", key)
}

// change runs one statement that may find nothing to do.
func (s *Store) change(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(c *connection) error {
		_, err := c.exec(query, args...)
		return err
	})
}

// insert runs a statement that inserts a row, or returns ErrConflict when it inserted none.
func (s *Store) insert(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(c *connection) error {
		n, err := c.exec(query, args...)
		if err == nil && n == 0 {
			err = storage.ErrConflict
		}
		return err
	})
}
