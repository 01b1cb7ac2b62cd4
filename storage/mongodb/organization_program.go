package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// programDocument is a ce.OwnProgram of an organisation, or, with RemovedAt, the tombstone of one.
type programDocument struct {
	ID           ce.ProgramID          `bson:"_id"`
	Organization ce.OrganizationID     `bson:"organization"`
	Version      int                   `bson:"version"`
	Digest       string                `bson:"digest"`
	Texts        []programTextDocument `bson:"texts"`
	CreatedAt    time.Time             `bson:"createdAt"`
	UpdatedAt    time.Time             `bson:"updatedAt"`
	ChangedAt    *time.Time            `bson:"changedAt,omitempty"` // since when certifications may not have it as it is
	RemovedAt    *time.Time            `bson:"removedAt,omitempty"`
	Unlogged     unlogged              `bson:",inline"`
}

func newProgram(p ce.OwnProgram) programDocument {
	return programDocument{
		ID: p.ID, Organization: p.Organization, Version: p.Version, Texts: newProgramTexts(p.Texts),
		CreatedAt: instant(p.CreatedAt), UpdatedAt: instant(p.UpdatedAt),
	}
}

func (d programDocument) program() ce.OwnProgram {
	return ce.OwnProgram{
		ID: d.ID, Organization: d.Organization, Version: d.Version, Texts: programTexts(d.Texts), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

func (d programDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}}
}

func (o *organization) programByID(id ce.ProgramID) bson.D {
	return append(o.of(), bson.E{Key: "_id", Value: id})
}

// Program implements storage.Organization.
func (o *organization) Program(ctx context.Context, id ce.ProgramID) (ce.OwnProgram, error) {
	var document programDocument
	err := opaque(o.store.programs.FindOne(ctx, append(o.programByID(id), bson.E{Key: "removedAt", Value: absent})).Decode(&document))
	if err != nil {
		return ce.OwnProgram{}, err
	}
	return document.program(), nil
}

// CreateProgram implements storage.Organization.
func (o *organization) CreateProgram(ctx context.Context, program ce.OwnProgram, digest string, entries ...ce.LogEntry) (ce.OwnProgram, error) {
	if _, err := o.document(ctx); err != nil {
		return ce.OwnProgram{}, err
	}
	program.Organization, program.Version = o.id, 1
	document := newProgram(program)
	document.Digest, document.Unlogged = digest, o.unlogged(nil, entries)
	err := persist(ctx, func() (bool, error) {
		_, err := o.store.programs.InsertOne(ctx, document)
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		var there programDocument
		err = opaque(o.store.programs.FindOne(ctx, bson.D{{Key: "_id", Value: program.ID}}).Decode(&there))
		switch {
		case errors.Is(err, storage.ErrNotFound): // purged just now
			return false, nil
		case err != nil:
			return false, err
		case there.Organization != o.id || there.Digest != digest:
			return false, storage.ErrConflict
		case there.RemovedAt != nil:
			return false, storage.ErrRemoved
		}
		document = there
		return true, nil
	})
	if err == nil {
		err = o.undoUnlessThere(ctx, o.store.programs, string(program.ID))
	}
	if err == nil {
		err = o.settle(ctx, o.store.programs, document.ID, document.Version, document.Unlogged)
	}
	if err != nil {
		return ce.OwnProgram{}, err
	}
	return document.program(), nil
}

// UpdateProgram implements storage.Organization.
func (o *organization) UpdateProgram(ctx context.Context, id ce.ProgramID, change func(*ce.OwnProgram) ([]ce.LogEntry, error)) (ce.OwnProgram, error) {
	var out, written programDocument
	err := update(ctx, o.store.programs, o.programByID(id), func(before programDocument) (any, error) {
		if before.RemovedAt != nil {
			return nil, storage.ErrNotFound
		}
		changed := before.program()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = before, programDocument{}
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		changed.ID, changed.Organization, changed.Version, changed.CreatedAt = before.ID, o.id, before.Version+1, before.CreatedAt
		next := newProgram(changed)
		next.Digest, next.ChangedAt, next.Unlogged = before.Digest, before.ChangedAt, o.unlogged(before.Unlogged.Entries, entries)
		if next.ChangedAt == nil {
			next.ChangedAt = &next.UpdatedAt
		}
		out, written = next, next
		return next, nil
	})
	if err != nil {
		return ce.OwnProgram{}, err
	}
	if written.ID != "" {
		err = o.settle(ctx, o.store.programs, written.ID, written.Version, written.Unlogged)
	}
	return out.program(), err
}

// SettleProgram implements storage.Organization.
func (o *organization) SettleProgram(ctx context.Context, id ce.ProgramID, version int) error {
	_, err := o.store.programs.UpdateOne(ctx, append(o.programByID(id), bson.E{Key: "version", Value: version}),
		bson.D{{Key: "$unset", Value: bson.D{{Key: "changedAt", Value: ""}}}})
	return opaque(err)
}

// RemoveProgram implements storage.Organization.
func (o *organization) RemoveProgram(ctx context.Context, id ce.ProgramID, at time.Time, check func(ce.OwnProgram) ([]ce.LogEntry, error)) error {
	at = instant(at)
	var written programDocument
	err := update(ctx, o.store.programs, o.programByID(id), func(before programDocument) (any, error) {
		if written = (programDocument{}); before.RemovedAt != nil {
			return nil, nil
		}
		entries, err := check(before.program())
		if err != nil {
			return nil, err
		}
		written = programDocument{
			ID: before.ID, Organization: o.id, Version: before.Version + 1, Digest: before.Digest, CreatedAt: before.CreatedAt, UpdatedAt: at,
			RemovedAt: &at, Unlogged: o.unlogged(before.Unlogged.Entries, entries),
		}
		return written, nil
	})
	if err == nil && written.ID != "" {
		err = o.settle(ctx, o.store.programs, written.ID, written.Version, written.Unlogged)
	}
	return err
}

// ReadPrograms implements storage.Organization.
func (o *organization) ReadPrograms(ctx context.Context) ([]ce.OwnProgram, error) {
	cursor, err := o.store.programs.Find(ctx, append(o.of(), bson.E{Key: "removedAt", Value: absent}),
		inOneBatch().SetSort(bson.D{{Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []programDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	return each(documents, programDocument.program), nil
}

// ChangedPrograms implements storage.System.
func (s *system) ChangedPrograms(ctx context.Context, limit int) ([]storage.ChangedProgram, error) {
	if limit <= 0 {
		return nil, nil
	}
	cursor, err := s.programs.Find(ctx, bson.D{{Key: "changedAt", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}},
		options.Find().SetSort(bson.D{{Key: "changedAt", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "organization", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []programDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	return each(documents, func(d programDocument) storage.ChangedProgram {
		return storage.ChangedProgram{Organization: d.Organization, Program: d.ID}
	}), nil
}

// Holders implements storage.System.
func (s *system) Holders(ctx context.Context, program ce.ProgramID, below, limit int) ([]storage.Holder, error) {
	if limit <= 0 {
		return nil, nil
	}
	cursor, err := s.certifications.Find(ctx, bson.D{{Key: "shared.program", Value: program}, {Key: "shared.revision", Value: bson.D{{Key: "$lt", Value: below}}}},
		options.Find().SetLimit(int64(limit)).SetProjection(bson.D{{Key: "professional", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var headers []factHeader
	if err := cursor.All(ctx, &headers); err != nil {
		return nil, opaque(err)
	}
	return each(headers, func(h factHeader) storage.Holder {
		return storage.Holder{Professional: h.Professional, Certification: ce.CertificationID(h.ID)}
	}), nil
}
