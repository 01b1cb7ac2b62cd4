package mongodb

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// evidenceDocument is a ce.Evidence. What tells it from a tombstone is that it has createdAt.
type evidenceDocument struct {
	Header    factHeader    `bson:",inline"`
	Hash      string        `bson:"hash"`
	Key       string        `bson:"key"`
	Secret    string        `bson:"secret"`
	FileName  string        `bson:"fileName"`
	MediaType ce.MediaType  `bson:"mediaType"`
	Size      int           `bson:"size"`
	Pages     int           `bson:"pages"`
	Credits   []ce.CreditID `bson:"credits"`
}

func newEvidence(e ce.Evidence) evidenceDocument {
	header := newHeader(string(e.ID), e.Professional, e.Version, e.CreatedAt, e.UpdatedAt)
	header.MarkedAt = nil
	return evidenceDocument{
		Header: header,
		Hash:   e.Hash, Key: e.Key, Secret: e.Secret, FileName: e.FileName, MediaType: e.MediaType, Size: e.Size, Pages: e.Pages,
		Credits: slices.Clone(e.Credits),
	}
}

func (d evidenceDocument) fact() ce.Evidence {
	return ce.Evidence{
		ID: ce.EvidenceID(d.Header.ID), Professional: d.Header.Professional, Version: d.Header.Version,
		Hash: d.Hash, Key: d.Key, Secret: d.Secret, FileName: d.FileName, MediaType: d.MediaType, Size: d.Size, Pages: d.Pages,
		Credits: slices.Clone(d.Credits), CreatedAt: d.Header.CreatedAt, UpdatedAt: d.Header.UpdatedAt,
	}
}

func (d evidenceDocument) header() factHeader { return d.Header }

func (d evidenceDocument) asRead() bson.D { return d.Header.asRead() }

func (d evidenceDocument) with(h factHeader) evidenceDocument {
	d.Header = h
	return d
}

// evidenceFacts are facts without marks, by which nobody would find what is written of a professional while she is erased.
type evidenceFacts struct {
	facts[ce.EvidenceID, ce.Evidence, evidenceDocument]
	professional *professional
}

// Create implements storage.Facts.
func (f evidenceFacts) Create(ctx context.Context, e ce.Evidence, digest string) (ce.Evidence, error) {
	created, err := f.facts.Create(ctx, e, digest)
	if err == nil {
		err = f.professional.undoUnlessLiving(ctx, f.collection, string(e.ID))
	}
	if err != nil {
		return ce.Evidence{}, err
	}
	return created, nil
}

// Evidence implements storage.Professional.
func (p *professional) Evidence() storage.Facts[ce.EvidenceID, ce.Evidence] { return p.evidence() }

func (p *professional) evidence() evidenceFacts {
	return evidenceFacts{facts[ce.EvidenceID, ce.Evidence, evidenceDocument]{
		collection: p.store.evidence, owner: p.id, unmarked: true, document: newEvidence,
	}, p}
}

// RestoreEvidence implements storage.Professional.
func (p *professional) RestoreEvidence(ctx context.Context, e ce.Evidence) (out ce.Evidence, err error) {
	err = update(ctx, p.store.evidence, p.evidence().filter(e.ID), func(current evidenceDocument) (any, error) {
		before := current.header()
		if !before.removed() {
			out = current.fact()
			return nil, nil
		}
		restored := newEvidence(e)
		header := restored.header()
		header.Professional, header.Version, header.Digest = p.id, before.Version+1, before.Digest
		restored = restored.with(header)
		out = restored.fact()
		return restored, nil
	})
	if err == nil {
		err = p.undoUnlessLiving(ctx, p.store.evidence, string(e.ID))
	}
	if err != nil {
		return ce.Evidence{}, err
	}
	return out, nil
}

// ListEvidence implements storage.Professional.
func (p *professional) ListEvidence(ctx context.Context, page storage.Page[storage.EvidenceKey]) (storage.Slice[ce.Evidence], error) {
	query := bson.D{{Key: "professional", Value: p.id}, {Key: "createdAt", Value: present}}
	if page.After != nil {
		query = append(bson.D{{Key: "professional", Value: p.id}}, preceding("createdAt", instant(page.After.CreatedAt), "_id", page.After.ID)...)
	}
	return readPage(ctx, p.store.evidence, query, lastCreated, nil, page.First, evidenceDocument.fact)
}

// ReadEvidence implements storage.Professional.
func (p *professional) ReadEvidence(ctx context.Context) ([]ce.Evidence, error) {
	var found storage.Marked[ce.Evidence]
	err := p.each(ctx, p.store.evidence, lastCreated, func(cursor *mongo.Cursor) error { return p.evidence().add(&found, cursor) })
	return found.Items, err
}
