package sqlite

import (
	"context"
	"math"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

var evidence = &kind[ce.EvidenceID, ce.Evidence]{
	mark:     "evidence",
	unmarked: true,
	queries:  newQueries("evidence", "created_at"),
	meta: func(e *ce.Evidence) meta[ce.EvidenceID] {
		return meta[ce.EvidenceID]{&e.ID, &e.Professional, &e.Version, &e.CreatedAt, &e.UpdatedAt}
	},
	place:  func(e *ce.Evidence) any { return e.CreatedAt.UnixMilli() },
	encode: encodeEvidence,
	decode: decodeEvidence,
}

func (p professional) Evidence() storage.Facts[ce.EvidenceID, ce.Evidence] { return p.evidence() }

func (p professional) evidence() facts[ce.EvidenceID, ce.Evidence] {
	return facts[ce.EvidenceID, ce.Evidence]{p, evidence}
}

func (p professional) RestoreEvidence(ctx context.Context, e ce.Evidence) (ce.Evidence, error) {
	var record []byte
	err := p.store.write(ctx, func(c *connection) error {
		there, err := c.first(func(r row) error { record = r.blob(0); return nil }, evidence.get, string(e.ID), p.id)
		if there || err != nil {
			return err
		}
		digest := ""
		removed := false
		err = c.query(func(r row) error {
			removed, e.Version, digest = true, int(r.number(0))+1, r.text(1)
			return nil
		}, "DELETE FROM tombstones WHERE kind = ? AND id = ? AND professional = ? RETURNING version, digest", string(evidence.mark), string(e.ID), p.id)
		if err == nil && !removed {
			err = storage.ErrNotFound
		}
		if err != nil {
			return err
		}
		record = encodeEvidence(&e)
		_, err = c.exec("INSERT INTO evidence (professional, created_at, id, version, digest, record) VALUES (?, ?, ?, ?, ?, ?)",
			p.id, evidence.place(&e), string(e.ID), e.Version, digest, record)
		return err
	})
	if err != nil {
		return ce.Evidence{}, err
	}
	return decodeEvidence(p.id, record)
}

func (p professional) ListEvidence(ctx context.Context, page storage.Page[storage.EvidenceKey]) (slice storage.Slice[ce.Evidence], err error) {
	before, id := int64(math.MaxInt64), ""
	if page.After != nil {
		before, id = page.After.CreatedAt.UnixMilli(), string(page.After.ID)
	}
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			e, err := decodeEvidence(p.id, r.blob(0))
			slice.Items = append(slice.Items, e)
			return err
		}, `SELECT record FROM evidence WHERE professional = ? AND (created_at, id) < (?, ?)
			ORDER BY created_at DESC, id DESC LIMIT ?`, p.id, before, id, page.First+1)
	})
	cutSlice(&slice, page.First)
	return slice, err
}

func (p professional) ReadEvidence(ctx context.Context) ([]ce.Evidence, error) {
	read, err := p.evidence().readAll(ctx)
	slices.Reverse(read.Items)
	return read.Items, err
}

func encodeEvidence(v *ce.Evidence) []byte {
	e := encoder{make([]byte, 0, 400)}
	put(&e, v.ID)
	e.number(v.Version)
	put(&e, v.Hash)
	put(&e, v.Key)
	put(&e, v.Secret)
	put(&e, v.FileName)
	put(&e, v.MediaType)
	e.number(v.Size)
	e.number(v.Pages)
	putList(&e, v.Credits, putText)
	e.instant(v.CreatedAt)
	e.instant(v.UpdatedAt)
	return e.data
}

func decodeEvidence(owner ce.ProfessionalID, record []byte) (ce.Evidence, error) {
	d := newDecoder(record)
	e := ce.Evidence{
		ID:           get[ce.EvidenceID](d),
		Professional: owner,
		Version:      d.number(),
		Hash:         get[string](d),
		Key:          get[string](d),
		Secret:       get[string](d),
		FileName:     get[string](d),
		MediaType:    get[ce.MediaType](d),
		Size:         d.number(),
		Pages:        d.number(),
		Credits:      getList(d, getText[ce.CreditID]),
		CreatedAt:    d.instant(),
		UpdatedAt:    d.instant(),
	}
	return e, d.err()
}
