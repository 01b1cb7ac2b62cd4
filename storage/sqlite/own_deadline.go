package sqlite

import (
	"accrue/ce"
	"accrue/storage"
)

var ownDeadlines = &kind[ce.DeadlineID, ce.OwnDeadline]{
	mark:    storage.MarkedOwnDeadline,
	queries: newQueries("own_deadlines", "created_at"),
	meta: func(d *ce.OwnDeadline) meta[ce.DeadlineID] {
		return meta[ce.DeadlineID]{&d.ID, &d.Professional, &d.Version, &d.CreatedAt, &d.UpdatedAt}
	},
	place:  func(d *ce.OwnDeadline) any { return d.CreatedAt.UnixMilli() },
	encode: encodeOwnDeadline,
	decode: decodeOwnDeadline,
}

func (p professional) OwnDeadlines() storage.Facts[ce.DeadlineID, ce.OwnDeadline] {
	return p.ownDeadlines()
}

func (p professional) ownDeadlines() facts[ce.DeadlineID, ce.OwnDeadline] {
	return facts[ce.DeadlineID, ce.OwnDeadline]{p, ownDeadlines}
}

func encodeOwnDeadline(o *ce.OwnDeadline) []byte {
	var e encoder
	put(&e, o.ID)
	e.number(o.Version)
	put(&e, o.Title)
	e.date(o.DueOn)
	put(&e, o.Certification)
	put(&e, o.TimeZone)
	e.date(o.DoneOn)
	e.number(o.Repeats.Every)
	put(&e, o.Repeats.Unit)
	e.date(o.Repeats.From)
	put(&e, o.Notes)
	e.instant(o.CreatedAt)
	e.instant(o.UpdatedAt)
	return e.data
}

func decodeOwnDeadline(owner ce.ProfessionalID, record []byte) (ce.OwnDeadline, error) {
	d := newDecoder(record)
	o := ce.OwnDeadline{
		ID:            get[ce.DeadlineID](d),
		Professional:  owner,
		Version:       d.number(),
		Title:         get[string](d),
		DueOn:         d.date(),
		Certification: get[ce.CertificationID](d),
		TimeZone:      get[string](d),
		DoneOn:        d.date(),
		Repeats:       ce.Repetition{Every: d.number(), Unit: get[ce.RepetitionUnit](d), From: d.date()},
		Notes:         get[string](d),
		CreatedAt:     d.instant(),
		UpdatedAt:     d.instant(),
	}
	return o, d.err()
}
