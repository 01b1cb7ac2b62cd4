package mongodb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// in finds the documents whose field is one of the values.
func in[T any](field string, values []T) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$in", Value: values}}}
}

// readAll reads all documents that the filter finds, with the fields of the projection, all when it is nil.
func readAll[T any](ctx context.Context, collection *mongo.Collection, filter, projection bson.D, each func(*T)) error {
	find := options.Find()
	if projection != nil {
		find.SetProjection(projection)
	}
	cursor, err := collection.Find(ctx, filter, find)
	if err != nil {
		return opaque(err)
	}
	for cursor.Next(ctx) {
		var document T
		if err := cursor.Decode(&document); err != nil {
			return errors.Join(opaque(err), cursor.Close(ctx))
		}
		each(&document)
	}
	return opaque(errors.Join(cursor.Err(), cursor.Close(ctx)))
}
