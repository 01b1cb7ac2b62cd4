package sqlite

import (
	"context"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

var certifications = &kind[ce.CertificationID, ce.Certification]{
	mark:    storage.MarkedCertification,
	queries: newQueries("certifications", "created_at"),
	meta: func(c *ce.Certification) meta[ce.CertificationID] {
		return meta[ce.CertificationID]{&c.ID, &c.Professional, &c.Version, &c.CreatedAt, &c.UpdatedAt}
	},
	place:  func(c *ce.Certification) any { return c.CreatedAt.UnixMilli() },
	encode: encodeCertification,
	decode: decodeCertification,
	index: func(c *connection, of *ce.Certification) error {
		if of.Shared == nil {
			return nil
		}
		_, err := c.exec("UPDATE certifications SET shared_program = ?, shared_revision = ? WHERE id = ?", string(of.Program), of.Shared.Revision, string(of.ID))
		return err
	},
}

func (p professional) Certifications() storage.Facts[ce.CertificationID, ce.Certification] {
	return p.certifications()
}

func (p professional) certifications() facts[ce.CertificationID, ce.Certification] {
	return facts[ce.CertificationID, ce.Certification]{p, certifications}
}

func (p professional) ReadCertifications(ctx context.Context) (held storage.Held, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		if held.Marked, err = p.certifications().all(c); err == nil {
			held.OwnPrograms, err = p.ownPrograms().all(c)
		}
		if err == nil {
			held.OwnDeadlines, err = p.ownDeadlines().all(c)
		}
		if err == nil && slices.ContainsFunc(held.Items, func(c ce.Certification) bool { return c.Shared != nil }) {
			held.Approvers, err = p.approvers(c, held.Items)
		}
		return err
	})
	return held, err
}

func encodeCertification(c *ce.Certification) []byte {
	var e encoder
	put(&e, c.ID)
	e.number(c.Version)
	put(&e, c.Program)
	put(&e, c.Number)
	e.date(c.IssuedOn)
	e.date(c.ExpiresOn)
	put(&e, c.TimeZone)
	putList(&e, c.Facts, func(e *encoder, f *ce.Fact) {
		put(e, f.Question)
		put(e, f.Value)
		e.date(f.Since)
	})
	putList(&e, c.Renewals, func(e *encoder, r *ce.Renewal) {
		put(e, r.Cycle)
		e.date(r.RenewedOn)
		e.date(r.ExpiresOn)
		put(e, r.Number)
		e.instant(r.RecordedAt)
		put(e, r.NumberBefore)
		e.date(r.ExpiresBefore)
	})
	e.instant(c.CreatedAt)
	e.instant(c.UpdatedAt)
	if e.flag(c.Shared != nil) {
		put(&e, c.Shared.Organization)
		e.number(c.Shared.Revision)
		put(&e, c.Shared.Text)
	}
	putList(&e, c.Facts, func(e *encoder, f *ce.Fact) {
		if e.flag(f.Recorded != nil) {
			put(e, f.Recorded.Organization)
			put(e, f.Recorded.OrganizationName)
			put(e, f.Recorded.Reason)
			e.instant(f.Recorded.At)
		}
	})
	putList(&e, c.Entries, putEntry)
	return e.data
}

func decodeCertification(owner ce.ProfessionalID, record []byte) (ce.Certification, error) {
	d := newDecoder(record)
	c := ce.Certification{
		ID:           get[ce.CertificationID](d),
		Professional: owner,
		Version:      d.number(),
		Program:      get[ce.ProgramID](d),
		Number:       get[string](d),
		IssuedOn:     d.date(),
		ExpiresOn:    d.date(),
		TimeZone:     get[string](d),
		Facts: getList(d, func(d *decoder, f *ce.Fact) {
			*f = ce.Fact{Question: get[ce.QuestionID](d), Value: get[string](d), Since: d.date()}
		}),
		Renewals: getList(d, func(d *decoder, r *ce.Renewal) {
			*r = ce.Renewal{
				Cycle: get[ce.CycleKey](d), RenewedOn: d.date(), ExpiresOn: d.date(), Number: get[string](d),
				RecordedAt: d.instant(), NumberBefore: get[string](d), ExpiresBefore: d.date(),
			}
		}),
		CreatedAt: d.instant(),
		UpdatedAt: d.instant(),
	}
	if d.flag() {
		c.Shared = &ce.SharedProgram{Organization: get[ce.OrganizationID](d), Revision: d.number(), Text: get[string](d)}
	}
	for i, recorded := range getList(d, func(d *decoder, r **ce.Recorded) {
		if d.flag() {
			*r = &ce.Recorded{Organization: get[ce.OrganizationID](d), OrganizationName: get[string](d), Reason: get[string](d), At: d.instant()}
		}
	}) {
		if i < len(c.Facts) {
			c.Facts[i].Recorded = recorded
		}
	}
	c.Entries = getList(d, getEntry)
	return c, d.err()
}
