package mongodb

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// ownProgramDocument is a ce.OwnProgram. It is in the collection of certifications, so that both are read at once.
type ownProgramDocument struct {
	Header factHeader            `bson:",inline"`
	Texts  []programTextDocument `bson:"texts"`
}

// programTextDocument is a ce.ProgramText.
type programTextDocument struct {
	Text      string    `bson:"text"`
	CreatedAt time.Time `bson:"createdAt"`
}

func newOwnProgram(p ce.OwnProgram) ownProgramDocument {
	return ownProgramDocument{
		Header: newHeader(string(p.ID), p.Professional, p.Version, p.CreatedAt, p.UpdatedAt),
		Texts:  newProgramTexts(p.Texts),
	}
}

func newProgramTexts(texts []ce.ProgramText) []programTextDocument {
	return each(texts, func(t ce.ProgramText) programTextDocument {
		return programTextDocument{Text: t.Text, CreatedAt: instant(t.CreatedAt)}
	})
}

func programTexts(documents []programTextDocument) []ce.ProgramText {
	return each(documents, func(t programTextDocument) ce.ProgramText { return ce.ProgramText(t) })
}

func (d ownProgramDocument) fact() ce.OwnProgram {
	return ce.OwnProgram{
		ID: ce.ProgramID(d.Header.ID), Professional: d.Header.Professional, Version: d.Header.Version,
		Texts: programTexts(d.Texts), CreatedAt: d.Header.CreatedAt, UpdatedAt: d.Header.UpdatedAt,
	}
}

func (d ownProgramDocument) header() factHeader { return d.Header }

func (d ownProgramDocument) asRead() bson.D { return d.Header.asRead() }

func (d ownProgramDocument) with(h factHeader) ownProgramDocument {
	d.Header = h
	return d
}

func (p *professional) ownPrograms() facts[ce.ProgramID, ce.OwnProgram, ownProgramDocument] {
	return facts[ce.ProgramID, ce.OwnProgram, ownProgramDocument]{
		collection: p.store.certifications, owner: p.id, kind: storage.MarkedOwnProgram, guest: true, document: newOwnProgram,
	}
}

// OwnPrograms implements storage.Professional.
func (p *professional) OwnPrograms() storage.Facts[ce.ProgramID, ce.OwnProgram] {
	return p.ownPrograms()
}
