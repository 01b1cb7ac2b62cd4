package mongodb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// deadlinesDocument is all deadlines of one professional, soonest first, and what is planned to be told of them.
type deadlinesDocument struct {
	ID        ce.ProfessionalID  `bson:"_id"`
	Sequence  int64              `bson:"sequence"`
	Deadlines []deadlineDocument `bson:"deadlines"`
	Plan      planDocument       `bson:"plan"`
}

// deadlineDocument is a ce.Deadline.
type deadlineDocument struct {
	ID            ce.DeadlineID      `bson:"id"`
	Certification ce.CertificationID `bson:"certification"`
	Cycle         ce.CycleKey        `bson:"cycle"`
	Kind          ce.DeadlineKind    `bson:"kind"`
	Requirement   ce.RequirementID   `bson:"requirement"`
	DueOn         ce.Date            `bson:"dueOn"`
	TimeZone      string             `bson:"timeZone"`
	Status        ce.DeadlineStatus  `bson:"status"`
	Remaining     *ce.Amount         `bson:"remaining"`
	Unit          ce.UnitID          `bson:"unit"`
	Title         ce.Text            `bson:"title"`
}

func (p *professional) newDeadlines(derived storage.Derived) deadlinesDocument {
	document := deadlinesDocument{ID: p.id, Sequence: derived.Sequence, Plan: newPlan(derived.Plan)}
	for _, standing := range derived.Standings {
		document.Deadlines = append(document.Deadlines,
			each(standing.Deadlines, func(d ce.Deadline) deadlineDocument { return deadlineDocument(d) })...)
	}
	slices.SortFunc(document.Deadlines, func(a, b deadlineDocument) int { return a.compare(keyOf(b)) })
	return document
}

func keyOf(d deadlineDocument) storage.DeadlineKey {
	return storage.DeadlineKey{DueOn: d.DueOn, ID: d.ID}
}

// compare is negative when d comes before the key in the list.
func (d deadlineDocument) compare(key storage.DeadlineKey) int {
	if d.DueOn != key.DueOn {
		return d.DueOn.Compare(key.DueOn)
	}
	return strings.Compare(string(d.ID), string(key.ID))
}

// ListDeadlines implements storage.Professional. It reads all deadlines of the professional, which are few.
func (p *professional) ListDeadlines(ctx context.Context, filter storage.DeadlineFilter, page storage.Page[storage.DeadlineKey]) (storage.Slice[ce.Deadline], error) {
	var slice storage.Slice[ce.Deadline]
	var document deadlinesDocument
	err := opaque(p.store.deadlines.FindOne(ctx, bson.D{{Key: "_id", Value: p.id}},
		options.FindOne().SetProjection(bson.D{{Key: "deadlines", Value: 1}})).Decode(&document))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return slice, err
	}
	for _, deadline := range document.Deadlines {
		switch {
		case page.After != nil && deadline.compare(*page.After) <= 0,
			!filter.Until.IsZero() && deadline.DueOn.After(filter.Until),
			filter.Certification != "" && deadline.Certification != filter.Certification:
			continue
		}
		if len(slice.Items) == page.First {
			slice.More = true
			break
		}
		slice.Items = append(slice.Items, ce.Deadline(deadline))
	}
	return slice, nil
}
