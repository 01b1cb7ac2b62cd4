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

// factHeader is what the documents of all certifications, credits, evidence, own programs and own deadlines have. A tombstone has nothing else.
type factHeader struct {
	ID           string            `bson:"_id"`
	Professional ce.ProfessionalID `bson:"professional"`
	Version      int               `bson:"version"`
	Digest       string            `bson:"digest"`
	CreatedAt    time.Time         `bson:"createdAt,omitempty"`
	UpdatedAt    time.Time         `bson:"updatedAt,omitempty"`
	MarkedAt     *time.Time        `bson:"markedAt,omitempty"`  // since when it is not refreshed; nil when it is
	RemovedAt    *time.Time        `bson:"removedAt,omitempty"` // of a tombstone
	// Kind tells apart the facts that share a collection; "" for the kind that the collection is named after.
	Kind storage.MarkedKind `bson:"kind,omitempty"`
}

func (h factHeader) removed() bool { return h.RemovedAt != nil }

// newHeader is the header of a fact as it is created or changed: marked.
func newHeader(id string, owner ce.ProfessionalID, version int, created, updated time.Time) factHeader {
	marked := instant(updated)
	return factHeader{
		ID: id, Professional: owner, Version: version, CreatedAt: instant(created), UpdatedAt: marked, MarkedAt: &marked,
	}
}

// factDocument is the document D of a fact T.
type factDocument[T, D any] interface {
	versioned
	header() factHeader
	with(factHeader) D
	fact() T
}

// facts implements storage.Facts for the facts of one professional.
type facts[ID ~string, T any, D factDocument[T, D]] struct {
	collection *mongo.Collection
	owner      ce.ProfessionalID
	kind       storage.MarkedKind
	guest      bool // in the collection of another kind
	unmarked   bool // nothing is derived of these facts, so they carry no marks
	document   func(T) D
}

func (f facts[ID, T, D]) filter(id ID) bson.D {
	of := bson.E{Key: "kind", Value: absent}
	if f.guest {
		of.Value = f.kind
	}
	return bson.D{{Key: "_id", Value: id}, {Key: "professional", Value: f.owner}, of}
}

func (h factHeader) asRead() bson.D {
	return bson.D{{Key: "_id", Value: h.ID}, {Key: "professional", Value: h.Professional}, {Key: "version", Value: h.Version}}
}

// Get implements storage.Facts.
func (f facts[ID, T, D]) Get(ctx context.Context, id ID) (T, error) {
	var document D
	err := opaque(f.collection.FindOne(ctx, f.filter(id)).Decode(&document))
	if err == nil && document.header().removed() {
		err = storage.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return document.fact(), nil
}

// Create implements storage.Facts.
func (f facts[ID, T, D]) Create(ctx context.Context, fact T, digest string) (out T, err error) {
	document := f.document(fact)
	header := document.header()
	header.Professional, header.Version, header.Digest = f.owner, 1, digest
	if f.guest {
		header.Kind = f.kind
	}
	document = document.with(header)
	err = persist(ctx, func() (bool, error) {
		_, err := f.collection.InsertOne(ctx, document)
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			out = document.fact()
			return true, err
		}
		var current D
		err = opaque(f.collection.FindOne(ctx, bson.D{{Key: "_id", Value: header.ID}}).Decode(&current))
		if errors.Is(err, storage.ErrNotFound) { // purged or erased just now
			return false, nil
		}
		if err != nil {
			return false, err
		}
		switch there := current.header(); {
		case there.Professional != f.owner || there.Digest != digest || there.Kind != header.Kind:
			return false, storage.ErrConflict
		case there.removed():
			return false, storage.ErrRemoved
		}
		out = current.fact()
		return true, nil
	})
	return out, err
}

// Update implements storage.Facts.
func (f facts[ID, T, D]) Update(ctx context.Context, id ID, change func(*T) error) (out T, err error) {
	err = update(ctx, f.collection, f.filter(id), func(current D) (any, error) {
		before := current.header()
		if before.removed() {
			return nil, storage.ErrNotFound
		}
		fact := current.fact()
		if err := change(&fact); errors.Is(err, storage.ErrUnchanged) {
			out = current.fact()
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		next := f.document(fact)
		after := next.header()
		after.ID, after.Professional, after.Digest, after.CreatedAt = before.ID, before.Professional, before.Digest, before.CreatedAt
		after.Version, after.Kind = before.Version+1, before.Kind
		next = next.with(after)
		out = next.fact()
		return next, nil
	})
	if err != nil {
		var none T
		return none, err
	}
	return out, nil
}

// Remove implements storage.Facts.
func (f facts[ID, T, D]) Remove(ctx context.Context, id ID, at time.Time, check func(T) error) error {
	at = instant(at)
	return update(ctx, f.collection, f.filter(id), func(current D) (any, error) {
		before := current.header()
		if before.removed() {
			return nil, nil
		}
		if err := check(current.fact()); err != nil {
			return nil, err
		}
		tombstone := factHeader{
			ID: before.ID, Professional: before.Professional, Version: before.Version + 1, Digest: before.Digest,
			RemovedAt: &at, Kind: before.Kind,
		}
		if !f.unmarked {
			tombstone.MarkedAt = &at
		}
		return tombstone, nil
	})
}

// each calls visit with each of the professional's documents in the collection, in the order given.
func (p *professional) each(ctx context.Context, collection *mongo.Collection, order bson.D, visit func(*mongo.Cursor) error) error {
	cursor, err := collection.Find(ctx, bson.D{{Key: "professional", Value: p.id}}, inOneBatch().SetSort(order))
	if err != nil {
		return opaque(err)
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) {
		if err := visit(cursor); err != nil {
			return err
		}
	}
	return opaque(cursor.Err())
}

// add adds what the cursor's document holds: a fact, a mark or both.
func (f facts[ID, T, D]) add(found *storage.Marked[T], cursor *mongo.Cursor) error {
	var document D
	if err := cursor.Decode(&document); err != nil {
		return opaque(err)
	}
	header := document.header()
	if header.MarkedAt != nil {
		found.Marks = append(found.Marks, storage.Mark{Kind: f.kind, ID: header.ID, Version: header.Version})
	}
	if !header.removed() {
		found.Items = append(found.Items, document.fact())
	}
	return nil
}

// oneBatch is the batch size that asks for all results in the answer to the command, as far as an answer of the wire protocol holds them.
const oneBatch = 1_000_000

func inOneBatch() *options.FindOptionsBuilder { return options.Find().SetBatchSize(oneBatch) }
