package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// Unfinished implements storage.System, erasures first. A fact that was written while its owner was being erased
// may be left over; since it is marked she is found here, and named for one more erasure.
func (s *system) Unfinished(ctx context.Context, before time.Time, limit int) ([]storage.Unfinished, error) {
	var ids []ce.ProfessionalID
	erase := map[ce.ProfessionalID]bool{} // of those that were found
	for _, source := range []struct {
		collection   *mongo.Collection
		field, owner string
	}{
		{s.professionals, "erasingSince", "_id"},
		{s.professionals, "markedAt", "_id"},
		{s.professionals, "preferencesMarkedAt", "_id"},
		{s.certifications, "markedAt", "professional"},
		{s.credits, "markedAt", "professional"},
	} {
		err := s.owners(ctx, source.collection, source.field, source.owner, before, func(owner string) (more bool) {
			id := ce.ProfessionalID(owner)
			if _, found := erase[id]; !found && len(ids) < limit {
				ids = append(ids, id)
				erase[id] = source.field == "erasingSince"
			}
			return len(ids) < limit
		})
		if err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	erased, err := s.erased(ctx, ids)
	if err != nil {
		return nil, err
	}
	return each(ids, func(id ce.ProfessionalID) storage.Unfinished {
		return storage.Unfinished{Professional: id, Erase: erase[id] || erased[id]}
	}), nil
}

// owners calls visit with the owner of each document whose field lies before the instant, the earliest first, until it
// wants no more.
func (s *system) owners(ctx context.Context, collection *mongo.Collection, field, owner string, before time.Time, visit func(string) bool) error {
	cursor, err := collection.Find(ctx,
		bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: before}}}},
		options.Find().SetSort(bson.D{{Key: field, Value: 1}}).SetProjection(bson.D{{Key: owner, Value: 1}}))
	if err != nil {
		return opaque(err)
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		id, ok := cursor.Current.Lookup(owner).StringValueOK()
		if ok && !visit(id) {
			return nil
		}
	}
	return opaque(cursor.Err())
}
