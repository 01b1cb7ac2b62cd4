package sqlite

import (
	"context"
	"errors"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) CalendarFeed(ctx context.Context) (feed ce.CalendarFeed, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		feed, err = p.calendarFeed(c)
		return err
	})
	return feed, err
}

func (p professional) calendarFeed(c *connection) (feed ce.CalendarFeed, err error) {
	ok, err := c.first(func(r row) error {
		feed, err = decodeCalendarFeed(p.id, r.text(0), r.blob(1))
		return err
	}, "SELECT secret_hash, record FROM calendar_feeds WHERE professional = ?", p.id)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	return feed, err
}

func (p professional) SetCalendarFeed(ctx context.Context, feed ce.CalendarFeed) error {
	return p.store.write(ctx, func(c *connection) error {
		n, err := c.exec(`INSERT INTO calendar_feeds (professional, secret_hash, record)
			SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?1)
			ON CONFLICT (professional) DO UPDATE SET secret_hash = excluded.secret_hash, record = excluded.record`,
			p.id, feed.SecretHash, encodeCalendarFeed(feed))
		if err == nil && n == 0 {
			err = storage.ErrNotFound
		}
		return err
	})
}

func (p professional) ReviseCalendarFeed(ctx context.Context, feed ce.CalendarFeed) error {
	return p.store.write(ctx, func(c *connection) error {
		current, err := p.calendarFeed(c)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (current.SecretHash != feed.SecretHash || current.Revision+1 != feed.Revision) {
			return storage.ErrConflict
		}
		if err != nil {
			return err
		}
		current.Content, current.Revision, current.RevisedAt = feed.Content, feed.Revision, feed.RevisedAt
		_, err = c.exec("UPDATE calendar_feeds SET record = ? WHERE professional = ?", encodeCalendarFeed(current), p.id)
		return err
	})
}

func (p professional) RemoveCalendarFeed(ctx context.Context) error {
	return p.store.change(ctx, "DELETE FROM calendar_feeds WHERE professional = ?", p.id)
}

func (i identity) CalendarFeedOwner(ctx context.Context, secretHash string) (owner ce.ProfessionalID, err error) {
	err = i.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error { owner = ce.ProfessionalID(r.text(0)); return nil },
			"SELECT professional FROM calendar_feeds WHERE secret_hash = ?", secretHash)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return owner, err
}

func encodeCalendarFeed(f ce.CalendarFeed) []byte {
	var e encoder
	e.flag(f.Alarms)
	e.instant(f.CreatedAt)
	put(&e, f.Content)
	e.number(f.Revision)
	e.instant(f.RevisedAt)
	return e.data
}

func decodeCalendarFeed(owner ce.ProfessionalID, secretHash string, record []byte) (ce.CalendarFeed, error) {
	d := newDecoder(record)
	f := ce.CalendarFeed{
		Professional: owner, SecretHash: secretHash, Alarms: d.flag(), CreatedAt: d.instant(),
		Content: get[string](d), Revision: d.number(), RevisedAt: d.instant(),
	}
	return f, d.err()
}
