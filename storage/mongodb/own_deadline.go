package mongodb

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// ownDeadlineDocument is a ce.OwnDeadline. It is in the collection of certifications, so that both are read at once.
type ownDeadlineDocument struct {
	Header        factHeader         `bson:",inline"`
	Title         string             `bson:"title"`
	DueOn         ce.Date            `bson:"dueOn"`
	Certification ce.CertificationID `bson:"certification"`
	TimeZone      string             `bson:"timeZone"`
	DoneOn        ce.Date            `bson:"doneOn"`
	Repeats       repetitionDocument `bson:"repeats"`
	Notes         string             `bson:"notes"`
}

// repetitionDocument is a ce.Repetition.
type repetitionDocument struct {
	Every int               `bson:"every"`
	Unit  ce.RepetitionUnit `bson:"unit"`
	From  ce.Date           `bson:"from"`
}

func newOwnDeadline(d ce.OwnDeadline) ownDeadlineDocument {
	return ownDeadlineDocument{
		Header: newHeader(string(d.ID), d.Professional, d.Version, d.CreatedAt, d.UpdatedAt),
		Title:  d.Title, DueOn: d.DueOn, Certification: d.Certification, TimeZone: d.TimeZone, DoneOn: d.DoneOn,
		Repeats: repetitionDocument(d.Repeats), Notes: d.Notes,
	}
}

func (d ownDeadlineDocument) fact() ce.OwnDeadline {
	return ce.OwnDeadline{
		ID: ce.DeadlineID(d.Header.ID), Professional: d.Header.Professional, Version: d.Header.Version,
		Title: d.Title, DueOn: d.DueOn, Certification: d.Certification, TimeZone: d.TimeZone, DoneOn: d.DoneOn,
		Repeats: ce.Repetition(d.Repeats), Notes: d.Notes,
		CreatedAt: d.Header.CreatedAt, UpdatedAt: d.Header.UpdatedAt,
	}
}

func (d ownDeadlineDocument) header() factHeader { return d.Header }

func (d ownDeadlineDocument) asRead() bson.D { return d.Header.asRead() }

func (d ownDeadlineDocument) with(h factHeader) ownDeadlineDocument {
	d.Header = h
	return d
}

func (p *professional) ownDeadlines() facts[ce.DeadlineID, ce.OwnDeadline, ownDeadlineDocument] {
	return facts[ce.DeadlineID, ce.OwnDeadline, ownDeadlineDocument]{
		collection: p.store.certifications, owner: p.id, kind: storage.MarkedOwnDeadline, guest: true, document: newOwnDeadline,
	}
}

// OwnDeadlines implements storage.Professional.
func (p *professional) OwnDeadlines() storage.Facts[ce.DeadlineID, ce.OwnDeadline] {
	return p.ownDeadlines()
}
