package mongodb

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// deliveryDocument is a ce.Delivery. DueAt is NextAt while it is pending or has failed; a claim moves it to its end.
type deliveryDocument struct {
	State    ce.DeliveryState `bson:"state"`
	Attempts int              `bson:"attempts,omitempty"`
	NextAt   *time.Time       `bson:"nextAt,omitempty"`
	Code     string           `bson:"code,omitempty"`
	SentAt   *time.Time       `bson:"sentAt,omitempty"`
	Settled  []ce.DeviceID    `bson:"settled,omitempty"`
	DueAt    *time.Time       `bson:"dueAt,omitempty"`
	Claim    string           `bson:"claim,omitempty"`
}

func newDelivery(d ce.Delivery) deliveryDocument {
	document := deliveryDocument{State: d.State, Attempts: d.Attempts, NextAt: optionalInstant(d.NextAt), Code: d.Code, SentAt: optionalInstant(d.SentAt), Settled: d.Settled}
	if d.State == ce.DeliveryPending || d.State == ce.DeliveryFailed {
		due := instant(d.NextAt)
		document.DueAt = &due
	}
	return document
}

func (d *deliveryDocument) delivery() ce.Delivery {
	return ce.Delivery{State: d.State, Attempts: d.Attempts, NextAt: given(d.NextAt), Code: d.Code, SentAt: given(d.SentAt), Settled: d.Settled}
}

// by returns the delivery by the channel.
func (d *notificationDocument) by(channel ce.Channel) *deliveryDocument {
	if channel == ce.ChannelEmail {
		return &d.Email
	}
	return &d.Push
}

// field is the name of the field of the delivery by the channel.
func field(channel ce.Channel, name string) string {
	return strings.ToLower(string(channel)) + "." + name
}

// ClaimDeliveries implements storage.System.
func (s *system) ClaimDeliveries(ctx context.Context, channel ce.Channel, now, until time.Time, limit int) ([]storage.ClaimedDelivery, error) {
	if limit <= 0 {
		return nil, nil
	}
	pending := bson.D{{Key: field(channel, "state"), Value: ce.DeliveryPending}, {Key: field(channel, "dueAt"), Value: bson.D{{Key: "$lte", Value: instant(now)}}}}
	inOrder := inOneBatch().SetSort(bson.D{{Key: field(channel, "dueAt"), Value: 1}}).SetLimit(int64(limit))
	cursor, err := s.notifications.Find(ctx, pending, inOrder.SetProjection(bson.D{{Key: "_id", Value: 1}}))
	var documents []notificationDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil || len(documents) == 0 {
		return nil, opaque(err)
	}
	// Each document that is still due gets the token; who has the token is read back.
	token := rand.Text()
	these := in("_id", each(documents, func(d notificationDocument) string { return d.ID }))
	_, err = s.notifications.UpdateMany(ctx, append(bson.D{these}, pending...),
		bson.D{{Key: "$set", Value: bson.D{{Key: field(channel, "dueAt"), Value: instant(until)}, {Key: field(channel, "claim"), Value: token}}}})
	if err != nil {
		return nil, opaque(err)
	}
	documents = nil
	cursor, err = s.notifications.Find(ctx, bson.D{these, {Key: field(channel, "claim"), Value: token}}, inOneBatch())
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return nil, opaque(err)
	}
	claimed := each(documents, func(d notificationDocument) storage.ClaimedDelivery {
		return storage.ClaimedDelivery{
			DeliveryClaim: storage.DeliveryClaim{Notification: ce.NotificationID(d.ID), Channel: channel, Token: token}, Content: d.notification(),
		}
	})
	slices.SortStableFunc(claimed, func(a, b storage.ClaimedDelivery) int {
		return a.Content.By(channel).NextAt.Compare(b.Content.By(channel).NextAt)
	})
	return claimed, s.addRecipients(ctx, channel, claimed)
}

// addRecipients reads to whom the notifications are to be delivered: each kind of what is needed by one command for all.
func (s *system) addRecipients(ctx context.Context, channel ce.Channel, claimed []storage.ClaimedDelivery) error {
	recipients := map[ce.ProfessionalID]*storage.Recipient{}
	var own []ce.DeadlineID
	for i := range claimed {
		recipients[claimed[i].Content.Professional] = &storage.Recipient{Open: map[ce.DeadlineID]ce.Date{}}
		for _, item := range claimed[i].Content.Items {
			if item.Kind == ce.DeadlineOther {
				own = append(own, item.Deadline)
			}
		}
	}
	ids := slices.Collect(maps.Keys(recipients))
	err := readAll(ctx, s.professionals, bson.D{in("_id", ids), {Key: "erasedAt", Value: absent}}, nil, func(d *professionalDocument) {
		r := recipients[d.ID]
		r.Profile, r.Preferences, r.Told = d.Profile.profile(d.ID), d.Preferences.preferences(), d.Plan.told()
	})
	if err != nil {
		return err
	}
	err = readAll(ctx, s.deadlines, bson.D{in("_id", ids)}, bson.D{{Key: "deadlines", Value: 1}}, func(d *deadlinesDocument) {
		for _, deadline := range d.Deadlines {
			if deadline.Status != ce.DeadlineMet {
				recipients[d.ID].Open[deadline.ID] = deadline.DueOn
			}
		}
	})
	if err != nil {
		return err
	}
	if len(own) > 0 {
		err := readAll(ctx, s.certifications, bson.D{in("_id", own), {Key: "removedAt", Value: absent}}, nil, func(d *ownDeadlineDocument) {
			if r := recipients[d.Header.Professional]; r != nil && d.DoneOn.IsZero() {
				r.Open[ce.DeadlineID(d.Header.ID)] = d.DueOn
			}
		})
		if err != nil {
			return err
		}
	}
	if channel == ce.ChannelPush {
		if err := s.addDevices(ctx, ids, recipients); err != nil {
			return err
		}
	}
	for i := range claimed {
		one := &claimed[i]
		one.Recipient = *recipients[one.Content.Professional]
		open := map[ce.DeadlineID]ce.Date{}
		for _, item := range one.Content.Items {
			if due, ok := one.Recipient.Open[item.Deadline]; ok {
				open[item.Deadline] = due
			}
		}
		one.Recipient.Open = open
	}
	return nil
}

// addDevices reads the devices, and what they show.
func (s *system) addDevices(ctx context.Context, ids []ce.ProfessionalID, recipients map[ce.ProfessionalID]*storage.Recipient) error {
	err := readAll(ctx, s.devices, bson.D{in("professional", ids)}, nil, func(d *deviceDocument) {
		r := recipients[d.Professional]
		r.Devices = append(r.Devices, ce.Device(*d))
	})
	if err != nil {
		return err
	}
	var showing []ce.ProfessionalID
	for _, id := range ids {
		r := recipients[id]
		slices.SortFunc(r.Devices, func(a, b ce.Device) int { return cmp.Or(b.SeenAt.Compare(a.SeenAt), cmp.Compare(b.ID, a.ID)) })
		if r.ShowsUnread() {
			showing = append(showing, id)
		}
	}
	if len(showing) == 0 {
		return nil
	}
	cursor, err := s.notifications.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{in("professional", showing), {Key: "unread", Value: true}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$professional"}, {Key: "unread", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
	var counted []struct {
		ID     ce.ProfessionalID `bson:"_id"`
		Unread int               `bson:"unread"`
	}
	if err == nil {
		err = cursor.All(ctx, &counted)
	}
	for _, count := range counted {
		recipients[count.ID].Unread = count.Unread
	}
	return opaque(err)
}

// FinishDelivery implements storage.System.
func (s *system) FinishDelivery(ctx context.Context, claim storage.DeliveryClaim, outcome ce.Delivery) error {
	result, err := s.notifications.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: claim.Notification}, {Key: field(claim.Channel, "claim"), Value: claim.Token}},
		bson.D{{Key: "$set", Value: bson.D{{Key: strings.ToLower(string(claim.Channel)), Value: newDelivery(outcome)}}}})
	if err != nil {
		return opaque(err)
	}
	if result.MatchedCount == 0 {
		return storage.ErrLeaseLost
	}
	return nil
}

// CountDeliveries implements storage.System.
func (s *system) CountDeliveries(ctx context.Context, channel ce.Channel, state ce.DeliveryState) (count int, first time.Time, err error) {
	in := bson.D{{Key: field(channel, "state"), Value: state}}
	n, err := s.notifications.CountDocuments(ctx, in)
	if err != nil || n == 0 || state != ce.DeliveryPending {
		return int(n), time.Time{}, opaque(err)
	}
	var document notificationDocument
	err = opaque(s.notifications.FindOne(ctx, in, options.FindOne().SetSort(bson.D{{Key: field(channel, "dueAt"), Value: 1}})).Decode(&document))
	if errors.Is(err, storage.ErrNotFound) { // delivered just now
		return 0, time.Time{}, nil
	}
	return int(n), given(document.by(channel).DueAt), err
}
