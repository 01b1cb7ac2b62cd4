package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"maps"
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

// addRecipients reads to whom the notifications are to be delivered: outside the transaction of the claim, so that writes do not wait for
// it, and each kind of what is needed by one query for all.
func (s system) addRecipients(ctx context.Context, channel ce.Channel, claimed []storage.ClaimedDelivery) error {
	recipients := map[string]*storage.Recipient{}
	told := map[string]bool{} // the certifications of the deadlines
	var own []string
	for i := range claimed {
		recipients[string(claimed[i].Content.Professional)] = &storage.Recipient{Open: map[ce.DeadlineID]ce.Date{}}
		for k := range claimed[i].Content.Items {
			if item := &claimed[i].Content.Items[k]; item.Kind == ce.DeadlineOther {
				own = append(own, string(item.Deadline))
			} else {
				told[string(item.Certification)] = true
			}
		}
	}
	people := slices.Collect(maps.Keys(recipients))
	err := s.store.read(ctx, func(c *connection) error {
		err := errors.Join(readProfiles(c, people, recipients), readOpen(c, people, told, own, recipients))
		if err == nil && channel == ce.ChannelPush {
			err = readDevices(c, people, recipients)
		}
		return err
	})
	for i := range claimed {
		one := &claimed[i]
		one.Recipient = *recipients[string(one.Content.Professional)]
		open := make(map[ce.DeadlineID]ce.Date, len(one.Content.Items))
		for k := range one.Content.Items {
			id := one.Content.Items[k].Deadline
			if due, ok := one.Recipient.Open[id]; ok {
				open[id] = due
			}
		}
		one.Recipient.Open = open
	}
	return err
}

// among is the condition that the column is one of those of a list, see listed.
func among(column string) string { return column + " IN (SELECT value FROM json_each(?))" }

// listed writes a list for among.
func listed[T ~string](texts []T) string {
	list, _ := json.Marshal(texts) // texts can be written
	return string(list)
}

func readProfiles(c *connection, people []string, recipients map[string]*storage.Recipient) error {
	return c.query(func(r row) (err error) {
		recipient := recipients[r.text(0)]
		if recipient.Profile, err = decodeProfile(r.blob(1)); err != nil {
			return err
		}
		if r[2] != nil {
			if recipient.Preferences, err = decodePreferences(r.blob(2)); err != nil {
				return err
			}
		}
		recipient.Told, err = decodeTold(r.blob(3))
		return err
	}, `SELECT p.id, p.record, r.record, plans.told FROM professionals p LEFT JOIN reminder_preferences r ON r.professional = p.id
		LEFT JOIN plans ON plans.professional = p.id WHERE `+among("p.id"), listed(people))
}

// readOpen reads which deadlines of the certifications, and which own ones, are there and not met, and when they are due.
func readOpen(c *connection, people []string, told map[string]bool, own []string, recipients map[string]*storage.Recipient) error {
	err := c.query(func(r row) error {
		if !told[r.text(1)] {
			return nil
		}
		recipient := recipients[r.text(0)]
		deadlines, err := decodeDeadlines(r.blob(2))
		for i := range deadlines {
			if deadlines[i].Status != ce.DeadlineMet {
				recipient.Open[deadlines[i].ID] = deadlines[i].DueOn
			}
		}
		return err
	}, "SELECT professional, certification, deadlines FROM standings WHERE "+among("professional"), listed(people))
	if err != nil || len(own) == 0 {
		return err
	}
	return c.query(func(r row) error {
		recipient := recipients[r.text(0)]
		deadline, err := decodeOwnDeadline(ce.ProfessionalID(r.text(0)), r.blob(1))
		if recipient != nil && deadline.DoneOn.IsZero() {
			recipient.Open[deadline.ID] = deadline.DueOn
		}
		return err
	}, "SELECT professional, record FROM own_deadlines WHERE "+among("id"), listed(own))
}

// readDevices reads the devices, and what they show.
func readDevices(c *connection, people []string, recipients map[string]*storage.Recipient) error {
	err := c.query(func(r row) error {
		recipient := recipients[r.text(0)]
		device, err := decodeDeviceRow(ce.ProfessionalID(r.text(0)), r[1:])
		recipient.Devices = append(recipient.Devices, device)
		return err
	}, "SELECT professional, "+deviceColumns+" FROM devices WHERE "+among("professional")+" ORDER BY professional, seen_at DESC, id DESC", listed(people))
	var showing []string
	for id, recipient := range recipients {
		if recipient.ShowsUnread() {
			showing = append(showing, id)
		}
	}
	if err != nil || len(showing) == 0 {
		return err
	}
	return c.query(func(r row) error {
		recipients[r.text(0)].Unread = int(r.number(1))
		return nil
	}, "SELECT professional, count(*) FROM notifications WHERE "+among("professional")+" AND read_at IS NULL GROUP BY professional", listed(showing))
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
