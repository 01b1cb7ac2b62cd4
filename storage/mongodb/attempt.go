package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/storage"
)

// attemptsDocument is a storage.Attempts.
type attemptsDocument struct {
	Key     string    `bson:"_id"`
	Count   int       `bson:"count"`
	ResetAt time.Time `bson:"resetAt"`
}

// Attempt implements storage.Identity: it adds to a window that is open, else opens one in the place of what is there.
func (i *identity) Attempt(ctx context.Context, key string, now, resetAt time.Time) (storage.Attempts, error) {
	now, resetAt = instant(now), instant(resetAt)
	var document attemptsDocument
	err := persist(ctx, func() (bool, error) {
		err := i.attempts.FindOneAndUpdate(ctx,
			bson.D{{Key: "_id", Value: key}, {Key: "resetAt", Value: bson.D{{Key: "$gt", Value: now}}}},
			bson.D{{Key: "$inc", Value: bson.D{{Key: "count", Value: 1}}}},
			options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&document)
		if err = opaque(err); !errors.Is(err, storage.ErrNotFound) {
			return true, err
		}
		document = attemptsDocument{Key: key, Count: 1, ResetAt: resetAt}
		_, err = i.attempts.ReplaceOne(ctx,
			bson.D{{Key: "_id", Value: key}, {Key: "resetAt", Value: bson.D{{Key: "$lte", Value: now}}}},
			document, options.Replace().SetUpsert(true))
		if err = opaque(err); errors.Is(err, storage.ErrConflict) { // somebody else opened a window just now
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return storage.Attempts{}, err
	}
	return storage.Attempts(document), nil
}

// ForgetAttempts implements storage.Identity.
func (i *identity) ForgetAttempts(ctx context.Context, key string) error {
	_, err := i.attempts.DeleteOne(ctx, bson.D{{Key: "_id", Value: key}})
	return opaque(err)
}
