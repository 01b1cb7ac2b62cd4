package mongodb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// migration changes documents of one schema version into those of the next. It may be cut short and run again, and
// several servers may run it at once: each change must be one that can be made twice.
type migration func(context.Context, *mongo.Database) error

// migrations lead from each schema version to the next, beginning with the one from 1 to 2.
var migrations = []migration{
	// Version 2 has own programs among the certifications. No document changes, but an older server would take the ones
	// for the others, so it must not be started on this database.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 3 keeps with standings under which rules they were saved.
	func(ctx context.Context, database *mongo.Database) error {
		_, err := database.Collection(standingsCollection).UpdateMany(ctx,
			bson.D{{Key: "rules", Value: bson.D{{Key: "$exists", Value: false}}}}, bson.D{{Key: "$set", Value: bson.D{{Key: "rules", Value: ""}}}})
		return err
	},
	// Version 4 has own deadlines among the certifications, too. Again no document changes, and an older server
	// would take them for own programs.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 5 has mail tokens, and says of profiles whether the e-mail address is verified. No document changes, but an
	// older server would leave the tokens behind when it erases, and forget of accounts what it does not know.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 6 has plans of reminders beside the deadlines. What was derived before has none, so all of it is due to be
	// derived anew.
	func(ctx context.Context, database *mongo.Database) error {
		_, err := database.Collection(standingsCollection).UpdateMany(ctx,
			bson.D{{Key: "standings", Value: present}}, bson.D{{Key: "$set", Value: bson.D{{Key: "changesOn", Value: "1970-01-01"}}}})
		return err
	},
	// Version 7 has evidence. No document changes, but an older server would leave it behind when it erases.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 8 has scans of evidence, of which the same holds.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 9 has organisations. No document changes, but an older server would leave memberships behind when it erases.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 10 has with each member what she is found in lists by. It is derived with standings, so all of those are due.
	func(ctx context.Context, database *mongo.Database) error {
		_, err := database.Collection(membersCollection).UpdateMany(ctx, bson.D{{Key: "derived", Value: absent}}, bson.D{{Key: "$set", Value: newListed(nil, 0, time.Time{})}})
		if err != nil {
			return err
		}
		return listAnew(ctx, database)
	},
	// Version 11 has programs of organisations. No document changes, but an older server would forget of certifications the program
	// that they carry along.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 12 has postings, which an older server would leave behind when it erases, and keeps with professionals by what organisations find them: whoever is there already
	// is refreshed, which sets it.
	func(ctx context.Context, database *mongo.Database) error {
		_, err := database.Collection(professionalsCollection).UpdateMany(ctx,
			bson.D{{Key: "createdAt", Value: present}, {Key: "markedAt", Value: absent}, {Key: "erasedAt", Value: absent}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "markedAt", Value: time.Unix(0, 0)}}}})
		return err
	},
	// Version 13 has reviews of credits. No document changes, but an older server would forget of credits and organisations what it does not know.
	func(context.Context, *mongo.Database) error { return nil },
	// Version 14 has with each member how much she has earned of what is asked.
	listAnew,
	// Version 15 has news of credits. No document changes, but an older server would leave it behind when it erases, and show notifications of it as empty reminders.
	func(context.Context, *mongo.Database) error { return nil },
}

// listAnew makes the standings of all members due, and with them what they are listed by.
func listAnew(ctx context.Context, database *mongo.Database) error {
	of := database.Collection(membersCollection).Distinct(ctx, "professional", bson.D{{Key: "current", Value: true}})
	var professionals []ce.ProfessionalID
	if err := of.Decode(&professionals); err != nil {
		return err
	}
	for _, id := range professionals {
		store := &Store{professionals: database.Collection(professionalsCollection), standings: database.Collection(standingsCollection)}
		if err := (&professional{store: store, id: id}).beMember(ctx); err != nil {
			return err
		}
	}
	return nil
}

// schemaDocument says which version the database has.
type schemaDocument struct {
	ID      string `bson:"_id"`
	Version int    `bson:"version"`
}

const schemaID = "schema"

// migrate brings the database to the version that the migrations lead to. A database without a version is new and
// has that one. It refuses a newer one.
func migrate(ctx context.Context, database *mongo.Database, migrations []migration) error {
	known := 1 + len(migrations)
	meta := database.Collection(metaCollection)
	for {
		var schema schemaDocument
		err := opaque(meta.FindOne(ctx, bson.D{{Key: "_id", Value: schemaID}}).Decode(&schema))
		switch {
		case errors.Is(err, storage.ErrNotFound):
			_, err := meta.InsertOne(ctx, schemaDocument{ID: schemaID, Version: known})
			if err := opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
				return err
			}
		case err != nil:
			return err
		case schema.Version == known:
			return nil
		case schema.Version > known || schema.Version < 1:
			return fmt.Errorf("the MongoDB database has schema %d and this server knows schemas up to %d; start a newer version of Accrue", schema.Version, known)
		default:
			if err := migrations[schema.Version-1](ctx, database); err != nil {
				return fmt.Errorf("migrating the MongoDB database from schema %d: %w", schema.Version, opaque(err))
			}
			_, err := meta.UpdateOne(ctx,
				bson.D{{Key: "_id", Value: schemaID}, {Key: "version", Value: schema.Version}},
				bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: schema.Version + 1}}}})
			if err != nil {
				return opaque(err)
			}
		}
	}
}

// current fails unless the database has the schema that the migrations lead to.
func current(ctx context.Context, database *mongo.Database) error {
	var schema schemaDocument
	err := opaque(database.Collection(metaCollection).FindOne(ctx, bson.D{{Key: "_id", Value: schemaID}}).Decode(&schema))
	switch known := 1 + len(migrations); {
	case errors.Is(err, storage.ErrNotFound):
		return errors.New("the MongoDB database holds nothing of Accrue; is its name the right one?")
	case err != nil:
		return err
	case schema.Version != known:
		return fmt.Errorf("the MongoDB database has schema %d and this program works with schema %d; use the version of Accrue that the servers are of", schema.Version, known)
	}
	return nil
}
