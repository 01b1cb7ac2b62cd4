package sqlite

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s system) DuePlans(ctx context.Context, before time.Time, limit int) (due []storage.DuePlan, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			due = append(due, storage.DuePlan{Professional: ce.ProfessionalID(r.text(0)), NextAt: r.instant(1)})
			return nil
		}, "SELECT professional, next_at FROM plans WHERE next_at < ? ORDER BY next_at LIMIT ?", before, limit)
	})
	return due, err
}

// ListDeliveries goes through the index on state and instant; those of one instant are few enough to be sorted by their ids.
func (s system) ListDeliveries(ctx context.Context, channel ce.Channel, filter storage.DeliveryFilter, page storage.Page[storage.DeliveryKey]) (slice storage.Slice[storage.DeliveryEntry], err error) {
	query := "SELECT id, professional, created_at, #_at, # FROM notifications WHERE #_state = ? AND #_state IN ('PENDING', 'FAILED')"
	args := []any{string(filter.State)}
	if !filter.DueBefore.IsZero() {
		query, args = query+" AND #_at < ?", append(args, filter.DueBefore.UnixMilli())
	}
	if page.After != nil {
		query, args = query+" AND (#_at, id) > (?, ?)", append(args, page.After.DueAt.UnixMilli(), string(page.After.ID))
	}
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			delivery, err := decodeDelivery(r.blob(4))
			if err != nil || filter.Code != "" && delivery.Code != filter.Code {
				return err
			}
			if len(slice.Items) == page.First {
				slice.More = true
				return errStop
			}
			slice.Items = append(slice.Items, storage.DeliveryEntry{
				Notification: ce.NotificationID(r.text(0)), Professional: ce.ProfessionalID(r.text(1)),
				CreatedAt: r.instant(2), DueAt: r.instant(3), Delivery: delivery,
			})
			return nil
		}, by(channel, query+" ORDER BY #_at, id"), args...)
	})
	return slice, err
}

func (s system) RetryDeliveries(ctx context.Context, channel ce.Channel, ids []ce.NotificationID, at time.Time) (count int, err error) {
	err = s.store.write(ctx, func(c *connection) error {
		count = 0
		for _, id := range ids {
			var delivery ce.Delivery
			ok, err := c.first(func(r row) (err error) {
				delivery, err = decodeDelivery(r.blob(0))
				return err
			}, by(channel, "SELECT # FROM notifications WHERE id = ? AND #_state = 'FAILED'"), string(id))
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			delivery.State, delivery.Attempts, delivery.NextAt, delivery.Code = ce.DeliveryPending, 0, at, ""
			_, err = c.exec(by(channel, "UPDATE notifications SET #_state = ?, #_at = ?, # = ? WHERE id = ?"),
				string(delivery.State), dueAt(&delivery), encodeDelivery(&delivery), string(id))
			if err != nil {
				return err
			}
			count++
		}
		return nil
	})
	return count, err
}
