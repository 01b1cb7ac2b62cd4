package sqlite

import (
	"context"
	"math"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/storage"
)

var credits = &kind[ce.CreditID, ce.Credit]{
	mark:    storage.MarkedCredit,
	queries: newQueries("credits", "completed_on"),
	meta: func(c *ce.Credit) meta[ce.CreditID] {
		return meta[ce.CreditID]{&c.ID, &c.Professional, &c.Version, &c.CreatedAt, &c.UpdatedAt}
	},
	place:  func(c *ce.Credit) any { return epoch.DaysUntil(c.CompletedOn) },
	encode: encodeCredit,
	decode: decodeCredit,
}

func (p professional) Credits() storage.Facts[ce.CreditID, ce.Credit] { return p.credits() }

func (p professional) credits() facts[ce.CreditID, ce.Credit] {
	return facts[ce.CreditID, ce.Credit]{p, credits}
}

func (p professional) ReadCredits(ctx context.Context) (storage.Marked[ce.Credit], error) {
	read, err := p.credits().readAll(ctx)
	slices.Reverse(read.Items)
	return read, err
}

// ListCredits reads the professional's credits in their order and keeps those that pass; only the days
// bound what is read.
func (p professional) ListCredits(ctx context.Context, filter storage.CreditFilter, page storage.Page[storage.CreditKey]) (slice storage.Slice[ce.Credit], err error) {
	from, until, after := math.MinInt32, math.MaxInt32, ""
	if !filter.From.IsZero() {
		from = epoch.DaysUntil(filter.From)
	}
	// The bound is a place before which the page lies: a day that follows all others, or the key after which it begins.
	if !filter.Until.IsZero() {
		until = epoch.DaysUntil(filter.Until) + 1
	}
	if page.After != nil {
		if day := epoch.DaysUntil(page.After.CompletedOn); day < until {
			until, after = day, string(page.After.ID)
		}
	}
	filter.Text = strings.ToLower(filter.Text)
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			credit, err := decodeCredit(p.id, r.blob(0))
			switch {
			case err != nil:
				return err
			case !passes(&credit, &filter):
				return nil
			case len(slice.Items) == page.First:
				slice.More = true
				return errStop
			}
			slice.Items = append(slice.Items, credit)
			return nil
		}, `SELECT record FROM credits WHERE professional = ? AND completed_on >= ? AND (completed_on, id) < (?, ?)
			ORDER BY completed_on DESC, id DESC`, p.id, from, until, after)
	})
	return slice, err
}

// passes applies all of the filter but its days. The filter's text is in lower case.
func passes(c *ce.Credit, filter *storage.CreditFilter) bool {
	switch {
	case filter.Certification != "" && !c.AllowsCertification(filter.Certification):
		return false
	case filter.Topic != "" && !slices.Contains(c.Topics, filter.Topic):
		return false
	}
	return filter.Text == "" || strings.Contains(strings.ToLower(c.Title), filter.Text) ||
		strings.Contains(strings.ToLower(c.Provider), filter.Text) || strings.Contains(strings.ToLower(c.Notes), filter.Text)
}

func (p professional) CountCredits(ctx context.Context) (count int, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { count = int(r.number(0)); return nil },
			"SELECT count(*) FROM credits WHERE professional = ?", p.id)
		return err
	})
	return count, err
}

func encodeCredit(c *ce.Credit) []byte {
	e := encoder{make([]byte, 0, 400)}
	put(&e, c.ID)
	e.number(c.Version)
	put(&e, c.Title)
	put(&e, c.Provider)
	e.date(c.CompletedOn)
	e.amount(c.Amount)
	put(&e, c.Unit)
	put(&e, c.Format)
	put(&e, c.Role)
	putList(&e, c.Topics, putText)
	putList(&e, c.Approvals, putText)
	put(&e, c.Notes)
	putList(&e, c.Certifications, putText)
	e.instant(c.CreatedAt)
	e.instant(c.UpdatedAt)
	putList(&e, c.Portions, func(e *encoder, p *ce.Portion) {
		e.amount(p.Amount)
		putList(e, p.Topics, putText)
	})
	put(&e, c.ScannedFrom)
	if c.Posted != (ce.Posted{}) || len(c.Reviews) > 0 || len(c.Entries) > 0 { // most are not
		put(&e, c.Posted.Organization)
		put(&e, c.Posted.Posting)
		e.instant(c.Posted.At)
		e.number(c.Posted.Revision)
		putDispute(&e, &c.Posted.Dispute)
		putList(&e, c.Reviews, func(e *encoder, r *ce.Review) {
			put(e, r.Organization)
			put(e, r.OrganizationName)
			put(e, r.State)
			put(e, r.Reason)
			e.instant(r.At)
		})
		putList(&e, c.Entries, putEntry)
	}
	return e.data
}

func decodeCredit(owner ce.ProfessionalID, record []byte) (ce.Credit, error) {
	d := newDecoder(record)
	c := ce.Credit{
		ID:             get[ce.CreditID](d),
		Professional:   owner,
		Version:        d.number(),
		Title:          get[string](d),
		Provider:       get[string](d),
		CompletedOn:    d.date(),
		Amount:         d.amount(),
		Unit:           get[ce.UnitID](d),
		Format:         get[ce.Term](d),
		Role:           get[ce.Term](d),
		Topics:         getList(d, getText[ce.Term]),
		Approvals:      getList(d, getText[ce.Term]),
		Notes:          get[string](d),
		Certifications: getList(d, getText[ce.CertificationID]),
		CreatedAt:      d.instant(),
		UpdatedAt:      d.instant(),
		Portions: getList(d, func(d *decoder, p *ce.Portion) {
			*p = ce.Portion{Amount: d.amount(), Topics: getList(d, getText[ce.Term])}
		}),
		ScannedFrom: get[ce.EvidenceID](d),
		Posted: ce.Posted{
			Organization: get[ce.OrganizationID](d), Posting: get[ce.PostingID](d), At: d.instant(), Revision: d.number(), Dispute: getDispute(d),
		},
		Reviews: getList(d, func(d *decoder, r *ce.Review) {
			*r = ce.Review{
				Organization: get[ce.OrganizationID](d), OrganizationName: get[string](d), State: get[ce.ReviewState](d), Reason: get[string](d), At: d.instant(),
			}
		}),
		Entries: getList(d, getEntry),
	}
	return c, d.err()
}
