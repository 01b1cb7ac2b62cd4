package mongodb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/storage"
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

// lastCreated is the order in which those come first that were created last.
var lastCreated = bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}

// readPage reads a page of the documents that the filter finds, in the order, and one more to see whether others follow. It has the fields of the projection, all when
// that is nil.
func readPage[D, T any](
	ctx context.Context, collection *mongo.Collection, filter, order, projection bson.D, first int, convert func(D) T,
) (slice storage.Slice[T], err error) {
	find := inOneBatch().SetSort(order).SetLimit(int64(first) + 1)
	if projection != nil {
		find.SetProjection(projection)
	}
	cursor, err := collection.Find(ctx, filter, find)
	var documents []D
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return slice, opaque(err)
	}
	if slice.More = len(documents) > first; slice.More {
		documents = documents[:first]
	}
	slice.Items = each(documents, convert)
	return slice, nil
}

// following finds what comes after a place in an order by a field and then by an id, and preceding what does in the opposite order. The range over the field is for
// the index.
func following(field string, at any, idField string, id any) bson.D {
	return beyond("$gte", "$lte", field, at, idField, id)
}

func preceding(field string, at any, idField string, id any) bson.D {
	return beyond("$lte", "$gte", field, at, idField, id)
}

func beyond(here, passed, field string, at any, idField string, id any) bson.D {
	return bson.D{
		{Key: field, Value: bson.D{{Key: here, Value: at}}},
		{Key: "$nor", Value: bson.A{bson.D{{Key: field, Value: at}, {Key: idField, Value: bson.D{{Key: passed, Value: id}}}}}},
	}
}
