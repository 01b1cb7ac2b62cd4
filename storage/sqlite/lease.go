package sqlite

import (
	"context"
	"crypto/rand"
	"time"

	"accrue/storage"
)

func (s system) AcquireLease(ctx context.Context, name string, now, until time.Time) (storage.Lease, error) {
	lease := storage.Lease{Name: name, Token: rand.Text(), ExpiresAt: stored(until)}
	return lease, s.hold(ctx, `INSERT INTO leases (name, token, expires_at) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at WHERE expires_at <= ?`,
		name, lease.Token, until, now)
}

func (s system) RenewLease(ctx context.Context, lease storage.Lease, until time.Time) (storage.Lease, error) {
	lease.ExpiresAt = stored(until)
	return lease, s.hold(ctx, "UPDATE leases SET expires_at = ? WHERE name = ? AND token = ?", until, lease.Name, lease.Token)
}

func (s system) ReleaseLease(ctx context.Context, lease storage.Lease) error {
	return s.hold(ctx, "DELETE FROM leases WHERE name = ? AND token = ?", lease.Name, lease.Token)
}

// hold runs a statement that changes a row only for the rightful holder.
func (s system) hold(ctx context.Context, query string, args ...any) error {
	changed, err := s.store.writeOne(ctx, query, args...)
	if err == nil && changed == 0 {
		err = storage.ErrLeaseLost
	}
	return err
}
