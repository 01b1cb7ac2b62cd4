package mongodb

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage/mongodb/mongodbtest"
)

func TestMigrate(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	database := store.credits.Database()
	notes := database.Collection("notes")
	_, err := notes.InsertMany(t.Context(), []any{bson.D{{Key: "_id", Value: "a"}, {Key: "text", Value: "x"}}, bson.D{{Key: "_id", Value: "b"}, {Key: "text", Value: "y"}}})
	succeed(t, err)
	version := func() int {
		t.Helper()
		var schema schemaDocument
		succeed(t, database.Collection(metaCollection).FindOne(t.Context(), bson.D{{Key: "_id", Value: schemaID}}).Decode(&schema))
		return schema.Version
	}
	if got := version(); got != 1+len(migrations) {
		t.Fatalf("a new database has schema %d", got)
	}

	var lock sync.Mutex
	ran := map[string]int{}
	count := func(name string) {
		lock.Lock()
		defer lock.Unlock()
		ran[name]++
	}
	broken := errors.New("broken")
	fail := true
	renamed := func(ctx context.Context, database *mongo.Database) error {
		count("renamed")
		_, err := database.Collection("notes").UpdateMany(ctx, bson.D{{Key: "text", Value: bson.D{{Key: "$exists", Value: true}}}},
			bson.D{{Key: "$rename", Value: bson.D{{Key: "text", Value: "body"}}}})
		return err
	}
	second := func(context.Context, *mongo.Database) error {
		count("second")
		if fail {
			return broken
		}
		return nil
	}
	latest := append(append([]migration{}, migrations...), renamed, second)

	if err := migrate(t.Context(), database, latest); !errors.Is(err, broken) {
		t.Errorf("error is %v, want the migration's", err)
	}
	if got, want := version(), len(latest); got != want {
		t.Errorf("schema is %d after the first of two, want %d", got, want)
	}
	fail = false
	var servers sync.WaitGroup
	for range 3 {
		servers.Go(func() {
			if err := migrate(context.Background(), database, latest); err != nil {
				t.Errorf("migrate: %v", err)
			}
		})
	}
	servers.Wait()
	if got, want := version(), 1+len(latest); got != want {
		t.Errorf("schema is %d, want %d", got, want)
	}
	if ran["renamed"] != 1 {
		t.Errorf("the migration that had succeeded ran %d times", ran["renamed"])
	}
	n, err := notes.CountDocuments(t.Context(), bson.D{{Key: "body", Value: bson.D{{Key: "$exists", Value: true}}}})
	succeed(t, err)
	if n != 2 {
		t.Errorf("%d documents are migrated, want 2", n)
	}

	before := ran["second"]
	succeed(t, migrate(t.Context(), database, latest))
	if ran["second"] != before {
		t.Error("a migration ran again")
	}
	err = migrate(t.Context(), database, latest[:len(latest)-1])
	if err == nil || !strings.Contains(err.Error(), "start a newer version of Accrue") {
		t.Errorf("a newer database gives %v", err)
	}
}

// What was derived before there were plans is due to be derived anew; a mark of erasure stays.
func TestMigrateToPlans(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	id, handle := newProfessional(t, store)
	succeed(t, saveDerived(t.Context(), handle, derivedFor(ce.CertificationID(ce.NewUUID()), 1)))
	erased, other := newProfessional(t, store)
	succeed(t, other.Erase(t.Context(), now))
	for range 2 {
		succeed(t, migrations[4](t.Context(), store.credits.Database()))
	}
	due, err := store.System().DueStandings(t.Context(), ce.MustDate(2000, time.January, 1), 10)
	succeed(t, err)
	if len(due) != 1 || due[0] != id {
		t.Errorf("due are %v, want %v and not %v", due, id, erased)
	}
}

// A command beside running servers works with their schema or not at all, and changes none.
func TestOpenCurrent(t *testing.T) {
	uri := mongodbtest.URI(t)
	refuses := func(want string) {
		t.Helper()
		if store, err := OpenCurrent(t.Context(), uri); err == nil {
			_ = store.Close()
			t.Errorf("opened, want %q", want)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
	refuses("holds nothing of Accrue")
	store := openTest(t, uri)
	id, _ := newProfessional(t, store)
	beside, err := OpenCurrent(t.Context(), uri)
	succeed(t, err)
	_, err = beside.Professional(id).Profile(t.Context())
	succeed(t, err)
	succeed(t, beside.Close())
	meta := store.credits.Database().Collection(metaCollection)
	for _, version := range []int{len(migrations), len(migrations) + 2} {
		_, err := meta.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: schemaID}}, bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: version}}}})
		succeed(t, err)
		refuses("use the version of Accrue that the servers are of")
		var schema schemaDocument
		succeed(t, meta.FindOne(t.Context(), bson.D{{Key: "_id", Value: schemaID}}).Decode(&schema))
		if schema.Version != version {
			t.Errorf("the schema was changed to %d", schema.Version)
		}
	}
}
