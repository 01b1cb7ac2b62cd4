package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
)

// Purge implements storage.System. A tombstone stays as long as it is marked.
func (s *system) Purge(ctx context.Context, now, tombstones time.Time, limit int) (more bool, err error) {
	unmarked := bson.E{Key: "markedAt", Value: absent}
	finished := bson.E{Key: "unfinishedSince", Value: absent}
	complete := bson.E{Key: "erasingSince", Value: absent}
	for _, kind := range []struct {
		collection *mongo.Collection
		field      string
		before     time.Time
		and        bson.D
		beside     []*mongo.Collection // where an erasedDocument of the same _id goes first
		belonging  []*mongo.Collection // where what is of that organization goes first
	}{
		{s.certifications, "removedAt", tombstones, bson.D{unmarked}, nil, nil},
		{s.credits, "removedAt", tombstones, bson.D{unmarked}, nil, nil},
		{s.evidence, "removedAt", tombstones, nil, nil, nil},
		{s.professionals, "erasedAt", tombstones, bson.D{complete}, []*mongo.Collection{s.standings, s.deadlines}, nil},
		// Whatever was still being written when it was deleted goes now.
		{s.organizations, "deletedAt", tombstones, bson.D{finished}, nil, (*Store)(s).belonging()},
		{s.programs, "removedAt", tombstones, bson.D{finished}, nil, nil},
		{s.invitations, "expiresAt", now.Add(-ce.ClosedInvitationKept), nil, nil, nil},
		{s.sessions, "expiresAt", now, nil, nil, nil},
		{s.mailTokens, "expiresAt", now, nil, nil, nil},
		{s.attempts, "resetAt", now, nil, nil, nil},
		{s.devices, "seenAt", now.Add(-ce.DeviceKept), nil, nil, nil},
		{s.notifications, "createdAt", now.Add(-ce.NotificationKept), nil, nil, nil},
		{s.creditNews, "at", now.Add(-ce.NotificationKept), nil, nil, nil},
	} {
		old := append(bson.D{{Key: kind.field, Value: bson.D{{Key: "$lt", Value: kind.before}}}}, kind.and...)
		ids, err := idsOf(ctx, kind.collection, old, kind.field, limit)
		if err != nil {
			return false, err
		}
		if len(ids) == 0 {
			continue
		}
		these := in("_id", ids)
		for _, collection := range kind.beside {
			if _, err := collection.DeleteMany(ctx, bson.D{these, {Key: "erased", Value: true}}); err != nil {
				return false, opaque(err)
			}
		}
		for _, collection := range kind.belonging {
			if _, err := collection.DeleteMany(ctx, bson.D{in("organization", ids)}); err != nil {
				return false, opaque(err)
			}
		}
		// They may have changed since they were found, so the condition is asked again.
		if _, err := kind.collection.DeleteMany(ctx, append(bson.D{these}, old...)); err != nil {
			return false, opaque(err)
		}
		more = more || len(ids) == limit
	}
	return more, nil
}

// idsOf returns the ids of at most limit documents, those with the lowest field first.
func idsOf(ctx context.Context, collection *mongo.Collection, filter bson.D, field string, limit int) ([]any, error) {
	if limit <= 0 {
		return nil, nil
	}
	cursor, err := collection.Find(ctx, filter, inOneBatch().SetSort(bson.D{{Key: field, Value: 1}}).
		SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []struct {
		ID any `bson:"_id"`
	}
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	ids := make([]any, len(documents))
	for i, document := range documents {
		ids[i] = document.ID
	}
	return ids, nil
}
