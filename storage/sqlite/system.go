package sqlite

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// system is the handle for workers and operators. Leases have a file of their own.
type system struct{ store *Store }

var _ storage.System = system{}

// Unfinished never names an erasure: in this store they are never cut short.
func (s system) Unfinished(ctx context.Context, before time.Time, limit int) (found []storage.Unfinished, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			found = append(found, storage.Unfinished{Professional: ce.ProfessionalID(r.text(0))})
			return nil
		}, "SELECT DISTINCT professional FROM marks WHERE at < ? LIMIT ?", before.UnixMilli(), limit)
	})
	return found, err
}

func (s system) DueStandings(ctx context.Context, day ce.Date, limit int) (due []ce.ProfessionalID, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			due = append(due, ce.ProfessionalID(r.text(0)))
			return nil
		}, "SELECT professional FROM standings WHERE changes_on <= ? GROUP BY professional ORDER BY min(changes_on), professional LIMIT ?", day, limit)
	})
	return due, err
}

func (s system) OutdatedStandings(ctx context.Context, rules string, limit int) (outdated []ce.ProfessionalID, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			outdated = append(outdated, ce.ProfessionalID(r.text(0)))
			return nil
		}, `SELECT professional FROM progress WHERE rules < ?1
			UNION ALL SELECT professional FROM progress WHERE rules > ?1 LIMIT ?2`, rules, limit)
	})
	return outdated, err
}

// purging is what Purge removes, by the statement that removes at most so many older than an instant.
var purging = []struct {
	tombstones bool          // by the tombstones' instant, not by now
	kept       time.Duration // for how long it is kept after its instant
	query      string
}{
	{true, 0, "DELETE FROM tombstones WHERE (kind, id) IN (SELECT kind, id FROM tombstones WHERE removed_at < ? LIMIT ?)"},
	{true, 0, "DELETE FROM erasures WHERE professional IN (SELECT professional FROM erasures WHERE at < ? LIMIT ?)"},
	{true, 0, "DELETE FROM organization_programs WHERE id IN (SELECT id FROM organization_programs WHERE removed_at < ? LIMIT ?)"},
	{false, 0, "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? LIMIT ?)"},
	{false, 0, "DELETE FROM mail_tokens WHERE id IN (SELECT id FROM mail_tokens WHERE expires_at < ? LIMIT ?)"},
	{false, 0, "DELETE FROM attempts WHERE key IN (SELECT key FROM attempts WHERE reset_at < ? LIMIT ?)"},
	{false, ce.ClosedInvitationKept, "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < ? LIMIT ?)"},
	{false, ce.DeviceKept, "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE seen_at < ? LIMIT ?)"},
	{false, ce.NotificationKept, "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE created_at < ? LIMIT ?)"},
	{false, ce.NotificationKept, "DELETE FROM credit_news WHERE id IN (SELECT id FROM credit_news WHERE at < ? LIMIT ?)"},
}

func (s system) Purge(ctx context.Context, now, tombstones time.Time, limit int) (more bool, err error) {
	err = s.store.write(ctx, func(c *connection) error {
		for _, purge := range purging {
			before := now
			if purge.tombstones {
				before = tombstones
			}
			n, err := c.exec(purge.query, before.Add(-purge.kept).UnixMilli(), limit)
			if err != nil {
				return err
			}
			more = more || n >= int64(limit)
		}
		return nil
	})
	return more, err
}
