package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

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
	Credits      []newsDocument      `bson:"credits,omitempty"`
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
		Credits: each(n.Credits, newNews),
	}
}

func (d notificationDocument) notification() ce.Notification {
	return ce.Notification{
		ID: ce.NotificationID(d.ID), Professional: d.Professional, Kind: d.Kind, On: d.On, CreatedAt: d.CreatedAt,
		Items:  each(d.Items, func(i itemDocument) ce.NotificationItem { return ce.NotificationItem(i) }),
		ReadAt: given(d.ReadAt), Push: d.Push.delivery(), Email: d.Email.delivery(),
		Credits: each(d.Credits, func(n newsDocument) ce.CreditNews { return ce.CreditNews(n) }),
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
	query := bson.D{{Key: "professional", Value: p.id}}
	if unreadOnly {
		query = p.unread()
	}
	if page.After != nil {
		query = append(query, preceding("createdAt", instant(page.After.CreatedAt), "_id", page.After.ID)...)
	}
	return readPage(ctx, p.store.notifications, query, lastCreated, nil, page.First, notificationDocument.notification)
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
		query = append(query, in("_id", ids))
	}
	_, err := p.store.notifications.UpdateMany(ctx, query,
		bson.D{{Key: "$set", Value: bson.D{{Key: "unread", Value: false}, {Key: "readAt", Value: instant(at)}}}})
	return opaque(err)
}
