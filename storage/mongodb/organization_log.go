package mongodb

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// logEntryDocument is a ce.LogEntry.
type logEntryDocument struct {
	ID           ce.LogEntryID     `bson:"_id"`
	Organization ce.OrganizationID `bson:"organization"`
	At           time.Time         `bson:"at"`
	Action       ce.LogAction      `bson:"action"`
	Actor        ce.ProfessionalID `bson:"actor"`
	Subject      ce.ProfessionalID `bson:"subject"`
	Before       []string          `bson:"before"`
	After        []string          `bson:"after"`
	Reason       string            `bson:"reason,omitempty"`
}

func newLogEntry(e ce.LogEntry) logEntryDocument {
	e.At = instant(e.At)
	return logEntryDocument(e)
}

func (d logEntryDocument) entry() ce.LogEntry { return ce.LogEntry(d) }

// unlogged is what a fact of an organisation carries besides: the entries of the log that tell how it became what it is, written with
// it in one step, until they are in the log. A fact that is written anew meanwhile keeps them. UnfinishedSince is there as long as they are.
type unlogged struct {
	Entries         []logEntryDocument `bson:"entries,omitempty"`
	UnfinishedSince *time.Time         `bson:"unfinishedSince,omitempty"`
}

// unlogged is what a fact carries with these entries besides those that it carried before.
func (o *organization) unlogged(before []logEntryDocument, entries []ce.LogEntry) unlogged {
	u := unlogged{Entries: slices.Concat(before, each(entries, func(e ce.LogEntry) logEntryDocument {
		e.Organization = o.id
		return newLogEntry(e)
	}))}
	if len(u.Entries) > 0 {
		u.UnfinishedSince = &u.Entries[0].At
	}
	return u
}

// settle moves the entries that ride in the document into the log. The document is told so last, and under the version that was written: so
// whoever is cut short leaves the entries where the next one finds them, and moving one again changes nothing.
func (o *organization) settle(ctx context.Context, collection *mongo.Collection, id any, version int, u unlogged) error {
	if u.UnfinishedSince == nil {
		return nil
	}
	if err := o.addToLog(ctx, u.Entries); err != nil {
		return err
	}
	_, err := collection.UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "version", Value: version}},
		bson.D{{Key: "$unset", Value: bson.D{{Key: "entries", Value: ""}, {Key: "unfinishedSince", Value: ""}, {Key: "founder", Value: ""}, {Key: "anew", Value: ""}, {Key: "credits", Value: ""}}}})
	return opaque(err)
}

func (o *organization) addToLog(ctx context.Context, entries []logEntryDocument) error {
	for _, entry := range entries {
		_, err := o.store.organizationLog.InsertOne(ctx, entry)
		if err = opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return nil
}

// AddToLog implements storage.Organization. What is added while the organisation is deleted goes with its tombstone.
func (o *organization) AddToLog(ctx context.Context, entries ...ce.LogEntry) error {
	_, err := o.document(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return o.addToLog(ctx, o.unlogged(nil, entries).Entries)
}

// settleAll settles what the filter finds and is unfinished.
func (o *organization) settleAll(ctx context.Context, collection *mongo.Collection, filter bson.D) error {
	type unfinished struct {
		ID       string   `bson:"_id"`
		Version  int      `bson:"version"`
		Unlogged unlogged `bson:",inline"`
	}
	var all []unfinished
	err := readAll(ctx, collection, append(filter, bson.E{Key: "unfinishedSince", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}), nil,
		func(one *unfinished) { all = append(all, *one) })
	for _, one := range all {
		if err == nil {
			err = o.settle(ctx, collection, one.ID, one.Version, one.Unlogged)
		}
	}
	return err
}

// ListLog implements storage.Organization. What still rides in the facts is moved first, so that nothing is missing.
func (o *organization) ListLog(ctx context.Context, page storage.Page[storage.LogKey]) (slice storage.Slice[ce.LogEntry], err error) {
	if err := o.Finish(ctx); err != nil {
		return slice, err
	}
	query := o.of()
	if page.After != nil {
		query = append(query, preceding("at", instant(page.After.At), "_id", page.After.ID)...)
	}
	return readPage(ctx, o.store.organizationLog, query, bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}, nil, page.First, logEntryDocument.entry)
}
