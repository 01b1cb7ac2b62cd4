package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// notificationDocument is a ce.Notification.
type notificationDocument struct {
	ID           string              `bson:"_id"`
	Professional ce.ProfessionalID   `bson:"professional"`
	Kind         ce.NotificationKind `bson:"kind"`
	On           ce.Date             `bson:"on"`
	CreatedAt    time.Time           `bson:"createdAt"`
	Items        []itemDocument      `bson:"items"`
	Unread       bool                `bson:"unread"`
	ReadAt       *time.Time          `bson:"readAt,omitempty"`
	Push         deliveryDocument    `bson:"push"`
	Email        deliveryDocument    `bson:"email"`
}

// itemDocument is a ce.NotificationItem.
type itemDocument struct {
	Deadline      ce.DeadlineID      `bson:"deadline"`
	Certification ce.CertificationID `bson:"certification"`
	Program       string             `bson:"program"`
	Kind          ce.DeadlineKind    `bson:"kind"`
	DueOn         ce.Date            `bson:"dueOn"`
	Step          int                `bson:"step"`
	Status        ce.DeadlineStatus  `bson:"status"`
	Title         ce.Text            `bson:"title"`
	Remaining     *ce.Amount         `bson:"remaining"`
	Unit          string             `bson:"unit"`
}

// deliveryDocument is a ce.Delivery. DueAt is NextAt while it is pending; a claim moves it to its end.
type deliveryDocument struct {
	State    ce.DeliveryState `bson:"state"`
	Attempts int              `bson:"attempts,omitempty"`
	NextAt   *time.Time       `bson:"nextAt,omitempty"`
	Code     string           `bson:"code,omitempty"`
	SentAt   *time.Time       `bson:"sentAt,omitempty"`
	DueAt    *time.Time       `bson:"dueAt,omitempty"`
	Claim    string           `bson:"claim,omitempty"`
}

func newDelivery(d ce.Delivery) deliveryDocument {
	document := deliveryDocument{State: d.State, Attempts: d.Attempts, NextAt: optionalInstant(d.NextAt), Code: d.Code, SentAt: optionalInstant(d.SentAt)}
	if d.State == ce.DeliveryPending {
		due := instant(d.NextAt)
		document.DueAt = &due
	}
	return document
}

func (d *deliveryDocument) delivery() ce.Delivery {
	return ce.Delivery{State: d.State, Attempts: d.Attempts, NextAt: given(d.NextAt), Code: d.Code, SentAt: given(d.SentAt)}
}

// optionalInstant is nil for the zero time.
func optionalInstant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = instant(t)
	return &t
}

func given(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func newNotification(n ce.Notification) notificationDocument {
	return notificationDocument{
		ID: string(n.ID), Professional: n.Professional, Kind: n.Kind, On: n.On, CreatedAt: instant(n.CreatedAt),
		Items:  each(n.Items, func(i ce.NotificationItem) itemDocument { return itemDocument(i) }),
		Unread: n.ReadAt.IsZero(), ReadAt: optionalInstant(n.ReadAt), Push: newDelivery(n.Push), Email: newDelivery(n.Email),
	}
}

func (d notificationDocument) notification() ce.Notification {
	return ce.Notification{
		ID: ce.NotificationID(d.ID), Professional: d.Professional, Kind: d.Kind, On: d.On, CreatedAt: d.CreatedAt,
		Items:  each(d.Items, func(i itemDocument) ce.NotificationItem { return ce.NotificationItem(i) }),
		ReadAt: given(d.ReadAt), Push: d.Push.delivery(), Email: d.Email.delivery(),
	}
}

// CreateNotification implements storage.Professional.
func (p *professional) CreateNotification(ctx context.Context, n ce.Notification) error {
	document := newNotification(n)
	if err := p.insertNotification(ctx, document); err != nil {
		return err
	}
	return p.undoUnlessLiving(ctx, p.store.notifications, document.ID)
}

func (p *professional) insertNotification(ctx context.Context, document notificationDocument) error {
	document.Professional = p.id
	_, err := p.store.notifications.InsertOne(ctx, document)
	if err = opaque(err); errors.Is(err, storage.ErrConflict) {
		return nil
	}
	return err
}

// Notification implements storage.Professional.
func (p *professional) Notification(ctx context.Context, id ce.NotificationID) (ce.Notification, error) {
	var document notificationDocument
	err := opaque(p.store.notifications.FindOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "professional", Value: p.id}}).Decode(&document))
	if err != nil {
		return ce.Notification{}, err
	}
	return document.notification(), nil
}

// unread finds the professional's unread notifications.
func (p *professional) unread() bson.D {
	return bson.D{{Key: "professional", Value: p.id}, {Key: "unread", Value: true}}
}

// ListNotifications implements storage.Professional.
func (p *professional) ListNotifications(ctx context.Context, unreadOnly bool, page storage.Page[storage.NotificationKey]) (storage.Slice[ce.Notification], error) {
	var slice storage.Slice[ce.Notification]
	query := bson.D{{Key: "professional", Value: p.id}}
	if unreadOnly {
		query = p.unread()
	}
	if after := page.After; after != nil {
		at := instant(after.CreatedAt)
		query = append(query, bson.E{Key: "createdAt", Value: bson.D{{Key: "$lte", Value: at}}},
			bson.E{Key: "$nor", Value: bson.A{bson.D{
				{Key: "createdAt", Value: at}, {Key: "_id", Value: bson.D{{Key: "$gte", Value: after.ID}}},
			}}})
	}
	cursor, err := p.store.notifications.Find(ctx, query, inOneBatch().
		SetSort(bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(page.First)+1))
	var documents []notificationDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return slice, opaque(err)
	}
	if slice.More = len(documents) > page.First; slice.More {
		documents = documents[:page.First]
	}
	slice.Items = each(documents, notificationDocument.notification)
	return slice, nil
}

// CountUnread implements storage.Professional.
func (p *professional) CountUnread(ctx context.Context) (int, error) {
	n, err := p.store.notifications.CountDocuments(ctx, p.unread())
	return int(n), opaque(err)
}

// MarkRead implements storage.Professional.
func (p *professional) MarkRead(ctx context.Context, ids []ce.NotificationID, at time.Time) error {
	query := p.unread()
	if ids == nil {
		query = append(query, bson.E{Key: "createdAt", Value: bson.D{{Key: "$lte", Value: instant(at)}}})
	} else {
		query = append(query, bson.E{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}})
	}
	_, err := p.store.notifications.UpdateMany(ctx, query,
		bson.D{{Key: "$set", Value: bson.D{{Key: "unread", Value: false}, {Key: "readAt", Value: instant(at)}}}})
	return opaque(err)
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
	these := bson.E{Key: "_id", Value: bson.D{{Key: "$in", Value: each(documents, func(d notificationDocument) string { return d.ID })}}}
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
	return claimed, nil
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
	delivery := &document.Push
	if channel == ce.ChannelEmail {
		delivery = &document.Email
	}
	return int(n), given(delivery.DueAt), err
}
