package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// erasedDocument takes the place of an erased professional's derived data until the mark of her erasure is purged.
type erasedDocument struct {
	ID       ce.ProfessionalID `bson:"_id"`
	Sequence int64             `bson:"sequence"`
	Erased   bool              `bson:"erased"`
}

// Erase implements storage.Professional. First of all the professional's document is left without content and
// says that the erasure has begun; that it is complete is said last. It takes a sequence number, under which it
// empties the derived data: a refresh that was under way is overtaken and leaves nothing behind.
func (p *professional) Erase(ctx context.Context, at time.Time) error {
	sequence, err := p.beginErasure(ctx, instant(at))
	if err != nil {
		return err
	}
	for _, collection := range []*mongo.Collection{p.store.standings, p.store.deadlines} {
		err := p.replaceDerived(ctx, collection, sequence, erasedDocument{ID: p.id, Sequence: sequence, Erased: true})
		if err != nil && !errors.Is(err, storage.ErrOvertaken) { // by another run of the erasure
			return err
		}
	}
	for _, collection := range []*mongo.Collection{
		p.store.mailTokens, p.store.sessions, p.store.accounts, p.store.credits, p.store.evidence, p.store.scans, p.store.certifications, p.store.devices, p.store.notifications, p.store.reviewRequests, p.store.creditNews,
	} {
		if _, err := collection.DeleteMany(ctx, bson.D{{Key: "professional", Value: p.id}}); err != nil {
			return opaque(err)
		}
	}
	if err := p.endMemberships(ctx); err != nil {
		return err
	}
	if err := (&organization{store: p.store}).forgetPostedCredits(ctx, bson.D{{Key: "professional", Value: p.id}}); err != nil {
		return err
	}
	// Only the last of several runs completes the erasure, so that no other is still deleting when she starts anew.
	_, err = p.store.professionals.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: p.id}, {Key: "sequence", Value: sequence}, {Key: "erasingSince", Value: present}},
		bson.D{{Key: "$unset", Value: bson.D{{Key: "erasingSince", Value: ""}}}})
	return opaque(err)
}

// beginErasure marks the professional as being erased and returns a new sequence number.
func (p *professional) beginErasure(ctx context.Context, at time.Time) (int64, error) {
	number := bson.E{Key: "$inc", Value: bson.D{{Key: "sequence", Value: int64(1)}}}
	mark := func(filter bson.D, update bson.D, o *options.FindOneAndUpdateOptionsBuilder) (int64, error) {
		var document professionalDocument
		err := p.store.professionals.FindOneAndUpdate(ctx, filter, append(update, number), o.SetReturnDocument(options.After)).Decode(&document)
		return document.Sequence, opaque(err)
	}
	var sequence int64
	err := persist(ctx, func() (bool, error) {
		var err error
		sequence, err = mark(p.living(), bson.D{
			{Key: "$set", Value: bson.D{{Key: "erasedAt", Value: at}, {Key: "erasingSince", Value: at}}},
			{Key: "$unset", Value: erasedFields},
		}, options.FindOneAndUpdate().SetUpsert(true))
		if !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		// She is erased already, and perhaps not completely: the first instant stays.
		sequence, err = mark(bson.D{{Key: "_id", Value: p.id}, {Key: "erasedAt", Value: present}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "erasingSince", Value: at}}}}, options.FindOneAndUpdate())
		if errors.Is(err, storage.ErrNotFound) { // she started anew just now
			return false, nil
		}
		return true, err
	})
	return sequence, err
}

// erasedFields are all fields of a professional's document that say something of her.
var erasedFields = func() bson.D {
	fields := bson.D{}
	for _, name := range []string{
		"markedAt", "preferences", "preferencesMarkedAt", "nextAt", "claim", "claimedAt", "told", "toldAt", "issuing", "issuingSince",
		calendarFeedField, "foundBy", "requests", "newsAt", "newsClaim", "newsToldAt", "telling",
	} {
		fields = append(fields, bson.E{Key: name, Value: ""})
	}
	raw, err := bson.Marshal(profileDocument{})
	if err != nil {
		panic(err)
	}
	elements, err := bson.Raw(raw).Elements()
	if err != nil {
		panic(err)
	}
	for _, element := range elements {
		fields = append(fields, bson.E{Key: element.Key(), Value: ""})
	}
	return fields
}()

// undoUnlessLiving deletes what was just written of the professional when she was erased meanwhile, and returns
// ErrNotFound then.
func (p *professional) undoUnlessLiving(ctx context.Context, collection *mongo.Collection, id string) error {
	_, err := p.document(ctx, p.living())
	if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if _, failed := collection.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "professional", Value: p.id}}); failed != nil {
		return opaque(failed)
	}
	return err
}

// ErasedAt implements storage.Professional.
func (p *professional) ErasedAt(ctx context.Context) (time.Time, error) {
	document, err := p.document(ctx, bson.D{{Key: "_id", Value: p.id}, {Key: "erasedAt", Value: present}})
	if err != nil {
		return time.Time{}, err
	}
	return *document.ErasedAt, nil
}

// erased returns those of the professionals that are erased.
func (s *system) erased(ctx context.Context, ids []ce.ProfessionalID) (map[ce.ProfessionalID]bool, error) {
	cursor, err := s.professionals.Find(ctx, bson.D{
		in("_id", ids), {Key: "erasedAt", Value: present},
	}, inOneBatch().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []professionalDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	erased := map[ce.ProfessionalID]bool{}
	for _, document := range documents {
		erased[document.ID] = true
	}
	return erased, nil
}
