package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// by writes a statement for the columns of the channel.
func by(channel ce.Channel, statement string) string {
	return strings.ReplaceAll(statement, "#", strings.ToLower(string(channel)))
}

// undecided is the condition of the partial index, which SQLite uses only where it stands in the query, too.
const undecided = "#_state IN ('PENDING', 'FAILED')"

func (s system) ClaimDeliveries(ctx context.Context, channel ce.Channel, now, until time.Time, limit int) (claimed []storage.ClaimedDelivery, err error) {
	due := "FROM notifications WHERE #_state = 'PENDING' AND " + undecided + " AND #_at <= ? ORDER BY #_at LIMIT ?"
	// Mostly nothing is due, which needs no write.
	found := false
	err = s.store.read(ctx, func(c *connection) error {
		found, err = c.exists(by(channel, "SELECT 1 "+due), now, min(limit, 1))
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	token := rand.Text()
	err = s.store.write(ctx, func(c *connection) error {
		claimed = nil
		return c.query(func(r row) error {
			n, err := decodeNotificationRow(r)
			claimed = append(claimed, storage.ClaimedDelivery{
				DeliveryClaim: storage.DeliveryClaim{Notification: n.ID, Channel: channel, Token: token}, Content: n,
			})
			return err
		}, by(channel, "UPDATE notifications SET #_at = ?, #_token = ? WHERE id IN (SELECT id "+due+") RETURNING "+notificationColumns), until, token, now, limit)
	})
	if err != nil {
		return nil, err
	}
	// The statement returns the rows in any order.
	slices.SortStableFunc(claimed, func(a, b storage.ClaimedDelivery) int {
		return a.Content.By(channel).NextAt.Compare(b.Content.By(channel).NextAt)
	})
	return claimed, s.addRecipients(ctx, channel, claimed)
}

// addRecipients reads to whom the notifications are to be delivered, outside the transaction of the claim, so that writes
// do not wait for it.
func (s system) addRecipients(ctx context.Context, channel ce.Channel, claimed []storage.ClaimedDelivery) error {
	return s.store.read(ctx, func(c *connection) error {
		for i := range claimed {
			one := &claimed[i]
			owner := professional{s.store, one.Content.Professional}
			recipient, err := owner.recipient(c, one.Content.Items)
			if errors.Is(err, storage.ErrNotFound) { // erased just now, and the notification with her
				continue
			}
			if err == nil && channel == ce.ChannelPush {
				recipient.Devices, err = owner.devices(c)
			}
			if err == nil && recipient.ShowsUnread() {
				recipient.Unread, err = owner.countUnread(c)
			}
			if err != nil {
				return err
			}
			one.Recipient = recipient
		}
		return nil
	})
}

// recipient reads all but the devices and what they show.
func (p professional) recipient(c *connection, items []ce.NotificationItem) (storage.Recipient, error) {
	var recipient storage.Recipient
	ok, err := c.first(func(r row) (err error) {
		if recipient.Profile, err = decodeProfile(r.blob(0)); err != nil {
			return err
		}
		if r[1] != nil {
			if recipient.Preferences, err = decodePreferences(r.blob(1)); err != nil {
				return err
			}
		}
		recipient.Told, err = decodeTold(r.blob(2))
		return err
	}, `SELECT p.record, r.record, plans.told FROM professionals p LEFT JOIN reminder_preferences r ON r.professional = p.id
		LEFT JOIN plans ON plans.professional = p.id WHERE p.id = ?`, p.id)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	if err == nil {
		recipient.Open, err = p.open(c, items)
	}
	return recipient, err
}

// open returns which of the deadlines are still there and not met, and when they are due.
func (p professional) open(c *connection, items []ce.NotificationItem) (map[ce.DeadlineID]ce.Date, error) {
	open := make(map[ce.DeadlineID]ce.Date, len(items))
	derived := map[ce.CertificationID]map[ce.DeadlineID]ce.Date{}
	for i := range items {
		item := &items[i]
		if item.Kind == ce.DeadlineOther {
			_, err := c.first(func(r row) error {
				own, err := decodeOwnDeadline(p.id, r.blob(0))
				if err == nil && own.DoneOn.IsZero() {
					open[own.ID] = own.DueOn
				}
				return err
			}, "SELECT record FROM own_deadlines WHERE id = ? AND professional = ?", string(item.Deadline), p.id)
			if err != nil {
				return nil, err
			}
			continue
		}
		of, ok := derived[item.Certification]
		if !ok {
			of = map[ce.DeadlineID]ce.Date{}
			derived[item.Certification] = of
			_, err := c.first(func(r row) error {
				deadlines, err := decodeDeadlines(r.blob(0))
				for i := range deadlines {
					if deadlines[i].Status != ce.DeadlineMet {
						of[deadlines[i].ID] = deadlines[i].DueOn
					}
				}
				return err
			}, "SELECT deadlines FROM standings WHERE certification = ? AND professional = ?", string(item.Certification), p.id)
			if err != nil {
				return nil, err
			}
		}
		if due, ok := of[item.Deadline]; ok {
			open[item.Deadline] = due
		}
	}
	return open, nil
}

func (s system) FinishDelivery(ctx context.Context, claim storage.DeliveryClaim, outcome ce.Delivery) error {
	return s.hold(ctx, by(claim.Channel, "UPDATE notifications SET #_state = ?, #_at = ?, #_token = NULL, # = ? WHERE id = ? AND #_token = ?"),
		string(outcome.State), dueAt(&outcome), encodeDelivery(&outcome), string(claim.Notification), claim.Token)
}

func (s system) CountDeliveries(ctx context.Context, channel ce.Channel, state ce.DeliveryState) (count int, first time.Time, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error {
			count = int(r.number(0))
			if state == ce.DeliveryPending {
				first = r.instant(1)
			}
			return nil
		}, by(channel, "SELECT count(*), min(#_at) FROM notifications WHERE #_state = ? AND "+undecided), string(state))
		return err
	})
	return count, first, err
}

// dueAt is when a delivery that is pending, or has failed, is or was due.
func dueAt(d *ce.Delivery) any {
	if d.State != ce.DeliveryPending && d.State != ce.DeliveryFailed {
		return nil
	}
	return d.NextAt.UnixMilli()
}

func encodeDelivery(d *ce.Delivery) []byte {
	var e encoder
	put(&e, d.State)
	e.number(d.Attempts)
	e.instant(d.NextAt)
	put(&e, d.Code)
	e.instant(d.SentAt)
	putList(&e, d.Settled, putText)
	return e.data
}

func decodeDelivery(record []byte) (ce.Delivery, error) {
	d := newDecoder(record)
	delivery := ce.Delivery{
		State: get[ce.DeliveryState](d), Attempts: d.number(), NextAt: d.instant(), Code: get[string](d), SentAt: d.instant(),
		Settled: getList(d, getText[ce.DeviceID]),
	}
	return delivery, d.err()
}
