package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// calendarFeedDocument is a ce.CalendarFeed, a part of its professional's document.
type calendarFeedDocument struct {
	SecretHash string    `bson:"secretHash"`
	Alarms     bool      `bson:"alarms"`
	CreatedAt  time.Time `bson:"createdAt"`
	Content    string    `bson:"content"`
	Revision   int       `bson:"revision"`
	RevisedAt  time.Time `bson:"revisedAt"`
}

// calendarFeedField is the field of the professional's document, secretHashField the one by which the feed is found.
const (
	calendarFeedField = "calendarFeed"
	secretHashField   = calendarFeedField + ".secretHash"
)

// CalendarFeed implements storage.Professional.
func (p *professional) CalendarFeed(ctx context.Context) (ce.CalendarFeed, error) {
	document, err := p.document(ctx, p.living())
	if err != nil {
		return ce.CalendarFeed{}, err
	}
	if document.CalendarFeed == nil {
		return ce.CalendarFeed{}, storage.ErrNotFound
	}
	f := *document.CalendarFeed
	return ce.CalendarFeed{
		Professional: p.id, SecretHash: f.SecretHash, Alarms: f.Alarms, CreatedAt: f.CreatedAt,
		Content: f.Content, Revision: f.Revision, RevisedAt: f.RevisedAt,
	}, nil
}

// SetCalendarFeed implements storage.Professional.
func (p *professional) SetCalendarFeed(ctx context.Context, feed ce.CalendarFeed) error {
	return p.changeCalendarFeed(ctx, p.living(), storage.ErrNotFound, bson.D{{Key: "$set", Value: bson.D{{Key: calendarFeedField, Value: calendarFeedDocument{
		SecretHash: feed.SecretHash, Alarms: feed.Alarms, CreatedAt: instant(feed.CreatedAt),
		Content: feed.Content, Revision: feed.Revision, RevisedAt: instant(feed.RevisedAt),
	}}}}})
}

// ReviseCalendarFeed implements storage.Professional.
func (p *professional) ReviseCalendarFeed(ctx context.Context, feed ce.CalendarFeed) error {
	same := append(p.living(), bson.E{Key: secretHashField, Value: feed.SecretHash}, bson.E{Key: calendarFeedField + ".revision", Value: feed.Revision - 1})
	return p.changeCalendarFeed(ctx, same, storage.ErrConflict, bson.D{{Key: "$set", Value: bson.D{
		{Key: calendarFeedField + ".content", Value: feed.Content},
		{Key: calendarFeedField + ".revision", Value: feed.Revision},
		{Key: calendarFeedField + ".revisedAt", Value: instant(feed.RevisedAt)},
	}}})
}

// RemoveCalendarFeed implements storage.Professional.
func (p *professional) RemoveCalendarFeed(ctx context.Context) error {
	return p.changeCalendarFeed(ctx, p.living(), nil, bson.D{{Key: "$unset", Value: bson.D{{Key: calendarFeedField, Value: ""}}}})
}

// changeCalendarFeed updates the document that the filter finds; where there is none, the outcome is absent.
func (p *professional) changeCalendarFeed(ctx context.Context, filter bson.D, absent error, update bson.D) error {
	result, err := p.store.professionals.UpdateOne(ctx, filter, update)
	if err != nil {
		return opaque(err)
	}
	if result.MatchedCount == 0 {
		return absent
	}
	return nil
}

// CalendarFeedOwner implements storage.Identity.
func (i *identity) CalendarFeedOwner(ctx context.Context, secretHash string) (ce.ProfessionalID, error) {
	var document professionalDocument
	err := i.professionals.FindOne(ctx, bson.D{{Key: secretHashField, Value: secretHash}},
		options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Decode(&document)
	return document.ID, opaque(err)
}
