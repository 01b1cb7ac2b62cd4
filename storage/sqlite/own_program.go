package sqlite

import (
	"accrue/ce"
	"accrue/storage"
)

var ownPrograms = &kind[ce.ProgramID, ce.OwnProgram]{
	mark:    storage.MarkedOwnProgram,
	queries: newQueries("own_programs", "created_at"),
	meta: func(p *ce.OwnProgram) meta[ce.ProgramID] {
		return meta[ce.ProgramID]{&p.ID, &p.Professional, &p.Version, &p.CreatedAt, &p.UpdatedAt}
	},
	place:  func(p *ce.OwnProgram) any { return p.CreatedAt.UnixMilli() },
	encode: encodeOwnProgram,
	decode: decodeOwnProgram,
}

func (p professional) OwnPrograms() storage.Facts[ce.ProgramID, ce.OwnProgram] {
	return p.ownPrograms()
}

func (p professional) ownPrograms() facts[ce.ProgramID, ce.OwnProgram] {
	return facts[ce.ProgramID, ce.OwnProgram]{p, ownPrograms}
}

func encodeOwnProgram(p *ce.OwnProgram) []byte {
	var e encoder
	put(&e, p.ID)
	e.number(p.Version)
	putList(&e, p.Texts, func(e *encoder, t *ce.ProgramText) {
		put(e, t.Text)
		e.instant(t.CreatedAt)
	})
	e.instant(p.CreatedAt)
	e.instant(p.UpdatedAt)
	return e.data
}

func decodeOwnProgram(owner ce.ProfessionalID, record []byte) (ce.OwnProgram, error) {
	d := newDecoder(record)
	p := ce.OwnProgram{
		ID:           get[ce.ProgramID](d),
		Professional: owner,
		Version:      d.number(),
		Texts: getList(d, func(d *decoder, t *ce.ProgramText) {
			*t = ce.ProgramText{Text: get[string](d), CreatedAt: d.instant()}
		}),
		CreatedAt: d.instant(),
		UpdatedAt: d.instant(),
	}
	return p, d.err()
}
