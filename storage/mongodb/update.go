package mongodb

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Contention is waited out with pauses that double up to maxPause, each shortened at random. At maxPause, dozens of
// writers of one document leave each other room; a writer that still loses so often has met a fault.
const (
	maxTries   = 60
	firstPause = time.Millisecond
	maxPause   = 256 * time.Millisecond
)

var errContention = errors.New("mongodb: too many writers of one document at once")

// persist runs try until it is done or fails, with a pause after each time that somebody else was faster.
func persist(ctx context.Context, try func() (done bool, err error)) error {
	pause := firstPause
	for range maxTries {
		if done, err := try(); done || err != nil {
			return err
		}
		timer := time.NewTimer(rand.N(pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return opaque(ctx.Err())
		}
		pause = min(2*pause, maxPause)
	}
	return errContention
}

// versioned is a document that is replaced under its version.
type versioned interface {
	// asRead is the filter that finds the document as long as it has the version that was read.
	asRead() bson.D
}

// update replaces the document that filter finds by what next makes of it, or leaves it when next returns nil. An
// error of next ends it. Next may run several times.
func update[D versioned](ctx context.Context, collection *mongo.Collection, filter bson.D, next func(D) (any, error)) error {
	return persist(ctx, func() (bool, error) {
		var current D
		if err := collection.FindOne(ctx, filter).Decode(&current); err != nil {
			return false, opaque(err)
		}
		replacement, err := next(current)
		if err != nil || replacement == nil {
			return true, err
		}
		result, err := collection.ReplaceOne(ctx, current.asRead(), replacement)
		if err != nil {
			return false, opaque(err)
		}
		return result.MatchedCount == 1, nil
	})
}
