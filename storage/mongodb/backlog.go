package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// DuePlans implements storage.System.
func (s *system) DuePlans(ctx context.Context, before time.Time, limit int) ([]storage.DuePlan, error) {
	if limit <= 0 {
		return nil, nil
	}
	cursor, err := s.professionals.Find(ctx, bson.D{{Key: "nextAt", Value: bson.D{{Key: "$lt", Value: instant(before)}}}},
		inOneBatch().SetSort(bson.D{{Key: "nextAt", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "nextAt", Value: 1}}))
	var documents []professionalDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	return each(documents, func(d professionalDocument) storage.DuePlan {
		return storage.DuePlan{Professional: d.ID, NextAt: *d.Plan.NextAt}
	}), opaque(err)
}

// ListDeliveries implements storage.System.
func (s *system) ListDeliveries(ctx context.Context, channel ce.Channel, filter storage.DeliveryFilter, page storage.Page[storage.DeliveryKey]) (storage.Slice[storage.DeliveryEntry], error) {
	dueAt := field(channel, "dueAt")
	query := bson.D{{Key: field(channel, "state"), Value: filter.State}}
	var due bson.D
	if !filter.DueBefore.IsZero() {
		due = append(due, bson.E{Key: "$lt", Value: instant(filter.DueBefore)})
	}
	if page.After != nil {
		due = append(due, bson.E{Key: "$gte", Value: instant(page.After.DueAt)})
	}
	if due != nil {
		query = append(query, bson.E{Key: dueAt, Value: due})
	}
	if filter.Code != "" {
		query = append(query, bson.E{Key: field(channel, "code"), Value: filter.Code})
	}
	if page.After != nil {
		query = append(query, bson.E{Key: "$nor", Value: bson.A{bson.D{
			{Key: dueAt, Value: instant(page.After.DueAt)}, {Key: "_id", Value: bson.D{{Key: "$lte", Value: page.After.ID}}},
		}}})
	}
	order := bson.D{{Key: dueAt, Value: 1}, {Key: "_id", Value: 1}}
	fields := bson.D{{Key: "professional", Value: 1}, {Key: "createdAt", Value: 1}, {Key: "push", Value: 1}, {Key: "email", Value: 1}}
	return readPage(ctx, s.notifications, query, order, fields, page.First, func(d notificationDocument) storage.DeliveryEntry {
		delivery := d.by(channel)
		return storage.DeliveryEntry{
			Notification: ce.NotificationID(d.ID), Professional: d.Professional, CreatedAt: d.CreatedAt,
			DueAt: given(delivery.DueAt), Delivery: delivery.delivery(),
		}
	})
}

// RetryDeliveries implements storage.System.
func (s *system) RetryDeliveries(ctx context.Context, channel ce.Channel, ids []ce.NotificationID, at time.Time) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	result, err := s.notifications.UpdateMany(ctx,
		bson.D{in("_id", ids), {Key: field(channel, "state"), Value: ce.DeliveryFailed}},
		bson.D{
			{Key: "$set", Value: bson.D{
				{Key: field(channel, "state"), Value: ce.DeliveryPending},
				{Key: field(channel, "nextAt"), Value: instant(at)},
				{Key: field(channel, "dueAt"), Value: instant(at)},
			}},
			{Key: "$unset", Value: bson.D{{Key: field(channel, "attempts"), Value: ""}, {Key: field(channel, "code"), Value: ""}}},
		})
	if err != nil {
		return 0, opaque(err)
	}
	return int(result.ModifiedCount), nil
}
