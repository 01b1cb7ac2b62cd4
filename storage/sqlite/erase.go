package sqlite

import (
	"context"
	"time"

	"accrue/storage"
)

// erasing is all that belongs to a professional, by the statement that removes it.
var erasing = []string{
	"DELETE FROM professionals WHERE id = ?",
	"DELETE FROM certifications WHERE professional = ?",
	"DELETE FROM credits WHERE professional = ?",
	"DELETE FROM evidence WHERE professional = ?",
	"DELETE FROM scans WHERE professional = ?",
	"DELETE FROM own_programs WHERE professional = ?",
	"DELETE FROM own_deadlines WHERE professional = ?",
	"DELETE FROM calendar_feeds WHERE professional = ?",
	"DELETE FROM tombstones WHERE professional = ?",
	"DELETE FROM marks WHERE professional = ?",
	"DELETE FROM progress WHERE professional = ?",
	"DELETE FROM standings WHERE professional = ?",
	"DELETE FROM reminder_preferences WHERE professional = ?",
	"DELETE FROM plans WHERE professional = ?",
	"DELETE FROM devices WHERE professional = ?",
	"DELETE FROM notifications WHERE professional = ?",
	"DELETE FROM credit_news WHERE professional = ?",
	"DELETE FROM credit_news_due WHERE professional = ?",
	"DELETE FROM accounts WHERE professional = ?",
	"DELETE FROM sessions WHERE professional = ?",
	"DELETE FROM mail_tokens WHERE professional = ?",
	"DELETE FROM member_lists WHERE member IN (SELECT id FROM members WHERE professional = ?)",
	"DELETE FROM members WHERE professional = ?",
	"DELETE FROM posted_credits WHERE professional = ?",
	"DELETE FROM review_requests WHERE professional = ?",
	"DELETE FROM found_by WHERE professional = ?",
}

// Erase is one transaction, so none is ever cut short.
func (p professional) Erase(ctx context.Context, at time.Time) error {
	return p.store.write(ctx, func(c *connection) error {
		for _, query := range erasing {
			if _, err := c.exec(query, p.id); err != nil {
				return err
			}
		}
		_, err := c.exec("INSERT INTO erasures (professional, at) VALUES (?, ?) ON CONFLICT DO NOTHING", p.id, at)
		return err
	})
}

func (p professional) ErasedAt(ctx context.Context) (at time.Time, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error { at = r.instant(0); return nil }, "SELECT at FROM erasures WHERE professional = ?", p.id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return at, err
}
