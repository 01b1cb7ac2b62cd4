package sqlite

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) CreateNotification(ctx context.Context, n ce.Notification) error {
	return p.store.write(ctx, func(c *connection) error { return p.createNotification(c, &n) })
}

func (p professional) createNotification(c *connection, n *ce.Notification) error {
	changed, err := c.exec(`INSERT INTO notifications (professional, created_at, id, read_at, push_state, push_at, push, email_state, email_at, email, record)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?1) ON CONFLICT DO NOTHING`,
		p.id, n.CreatedAt.UnixMilli(), string(n.ID), n.ReadAt,
		string(n.Push.State), dueAt(&n.Push), encodeDelivery(&n.Push), string(n.Email.State), dueAt(&n.Email), encodeDelivery(&n.Email), encodeNotification(n))
	if err != nil || changed > 0 {
		return err
	}
	ok, err := c.exists("SELECT 1 FROM professionals WHERE id = ?", p.id)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	return err
}

const notificationColumns = "professional, id, created_at, read_at, push, email, record"

func decodeNotificationRow(r row) (ce.Notification, error) {
	n, err := decodeNotification(r.blob(6))
	if err != nil {
		return n, err
	}
	n.Professional, n.ID, n.CreatedAt, n.ReadAt = ce.ProfessionalID(r.text(0)), ce.NotificationID(r.text(1)), r.instant(2), r.instant(3)
	if n.Push, err = decodeDelivery(r.blob(4)); err != nil {
		return n, err
	}
	n.Email, err = decodeDelivery(r.blob(5))
	return n, err
}

func (p professional) Notification(ctx context.Context, id ce.NotificationID) (n ce.Notification, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error {
			n, err = decodeNotificationRow(r)
			return err
		}, "SELECT "+notificationColumns+" FROM notifications WHERE id = ? AND professional = ?", string(id), p.id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return n, err
}

func (p professional) ListNotifications(ctx context.Context, unreadOnly bool, page storage.Page[storage.NotificationKey]) (slice storage.Slice[ce.Notification], err error) {
	query, args := "SELECT "+notificationColumns+" FROM notifications WHERE professional = ?", []any{p.id}
	if unreadOnly {
		query += " AND read_at IS NULL"
	}
	if page.After != nil {
		query, args = query+" AND (created_at, id) < (?, ?)", append(args, page.After.CreatedAt.UnixMilli(), string(page.After.ID))
	}
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			if len(slice.Items) == page.First {
				slice.More = true
				return errStop
			}
			n, err := decodeNotificationRow(r)
			slice.Items = append(slice.Items, n)
			return err
		}, query+" ORDER BY created_at DESC, id DESC LIMIT ?", append(args, page.First+1)...)
	})
	return slice, err
}

func (p professional) CountUnread(ctx context.Context) (count int, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { count = int(r.number(0)); return nil },
			"SELECT count(*) FROM notifications WHERE professional = ? AND read_at IS NULL", p.id)
		return err
	})
	return count, err
}

func (p professional) MarkRead(ctx context.Context, ids []ce.NotificationID, at time.Time) error {
	return p.store.write(ctx, func(c *connection) error {
		if ids == nil {
			_, err := c.exec("UPDATE notifications SET read_at = ?1 WHERE professional = ?2 AND read_at IS NULL AND created_at <= ?1", at.UnixMilli(), p.id)
			return err
		}
		for _, id := range ids {
			_, err := c.exec("UPDATE notifications SET read_at = ? WHERE id = ? AND professional = ? AND read_at IS NULL", at.UnixMilli(), string(id), p.id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// encodeNotification writes what has no column.
func encodeNotification(n *ce.Notification) []byte {
	var e encoder
	put(&e, n.Kind)
	e.date(n.On)
	putList(&e, n.Items, func(e *encoder, i *ce.NotificationItem) {
		put(e, i.Deadline)
		put(e, i.Certification)
		put(e, i.Program)
		put(e, i.Kind)
		e.date(i.DueOn)
		e.number(i.Step)
		put(e, i.Status)
		put(e, i.Title)
		e.optional(i.Remaining)
		put(e, i.Unit)
	})
	putList(&e, n.Credits, putCreditNews)
	return e.data
}

func decodeNotification(record []byte) (ce.Notification, error) {
	d := newDecoder(record)
	n := ce.Notification{
		Kind: get[ce.NotificationKind](d), On: d.date(),
		Items: getList(d, func(d *decoder, i *ce.NotificationItem) {
			*i = ce.NotificationItem{
				Deadline: get[ce.DeadlineID](d), Certification: get[ce.CertificationID](d), Program: get[string](d),
				Kind: get[ce.DeadlineKind](d), DueOn: d.date(), Step: d.number(), Status: get[ce.DeadlineStatus](d),
				Title: get[ce.Text](d), Remaining: d.optional(), Unit: get[string](d),
			}
		}),
		Credits: getList(d, getCreditNews),
	}
	return n, d.err()
}
