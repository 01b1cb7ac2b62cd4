package sqlite

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (o organization) CreatePosting(ctx context.Context, posting ce.Posting, credits []ce.PostedCredit, entries ...ce.LogEntry) (ce.Posting, error) {
	posting.Organization, posting.Version = o.id, 1
	record := encodePosting(&posting)
	err := o.store.write(ctx, func(c *connection) error {
		if _, err := o.get(c); err != nil {
			return err
		}
		taken, err := c.first(func(r row) error {
			there, err := decodePosting(o.id, r.blob(1))
			record = r.blob(1)
			if err == nil && (r.text(0) != string(o.id) || there.Digest != posting.Digest) {
				err = storage.ErrConflict
			}
			return err
		}, "SELECT organization, record FROM postings WHERE id = ?", string(posting.ID))
		if taken || err != nil {
			return err
		}
		_, err = c.exec("INSERT INTO postings (id, organization, posted_by, version, created_at, record) VALUES (?, ?, ?, 1, ?, ?)",
			string(posting.ID), string(o.id), posting.PostedBy, posting.CreatedAt, record)
		if err != nil {
			return err
		}
		for i := range credits {
			p := credits[i]
			p.Organization, p.Posting, p.Version, p.State, p.PendingSince = o.id, posting.ID, 1, ce.PostedPending, posting.CreatedAt
			_, err := c.exec(`INSERT INTO posted_credits (id, organization, posting, professional, place, version, withdrawn, state, disputed_at, pending_since, record)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(p.ID), string(o.id), string(p.Posting), p.Professional, p.Place, p.Version, p.Withdrawn,
				string(p.State), disputedAt(&p), p.PendingSince, encodePostedCredit(&p))
			if err != nil {
				return err
			}
		}
		return o.log(c, entries)
	})
	if err != nil {
		return ce.Posting{}, err
	}
	return decodePosting(o.id, record)
}

func (o organization) Posting(ctx context.Context, id ce.PostingID) (found ce.Posting, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = o.posting(c, id)
		return err
	})
	return found, err
}

func (o organization) posting(c *connection, id ce.PostingID) (ce.Posting, error) {
	return one(c, func(r row) (ce.Posting, error) { return decodePosting(o.id, r.blob(0)) },
		"SELECT record FROM postings WHERE id = ? AND organization = ?", string(id), string(o.id))
}

func (o organization) UpdatePosting(ctx context.Context, id ce.PostingID, change func(*ce.Posting) ([]ce.LogEntry, error)) (ce.Posting, error) {
	return changeLogged(ctx, o, func(c *connection) (ce.Posting, error) { return o.posting(c, id) }, change, func(before, after *ce.Posting) {
		after.ID, after.Organization, after.Version, after.Digest = id, o.id, before.Version+1, before.Digest
		after.PostedBy, after.Total, after.CreatedAt = before.PostedBy, before.Total, before.CreatedAt
	}, func(c *connection, before, after *ce.Posting) (int64, error) {
		n, err := c.exec("UPDATE postings SET version = ?, record = ? WHERE id = ? AND organization = ? AND version = ?",
			after.Version, encodePosting(after), string(id), string(o.id), before.Version)
		if n > 0 && err == nil && before.WithdrawnAt.IsZero() && !after.WithdrawnAt.IsZero() {
			_, err = c.exec(`UPDATE posted_credits SET version = version + 1, withdrawn = 1, disputed_at = NULL, pending_since = ?
				WHERE posting = ? AND withdrawn = 0`, after.WithdrawnAt, string(id))
		}
		return n, err
	})
}

func (o organization) ListPostings(ctx context.Context, filter storage.PostingFilter, page storage.Page[storage.PostingKey]) (slice storage.Slice[ce.Posting], err error) {
	before, id := int64(math.MaxInt64), ""
	if page.After != nil {
		before, id = page.After.CreatedAt.UnixMilli(), string(page.After.ID)
	}
	query, args := "SELECT record FROM postings WHERE organization = ?", []any{string(o.id)}
	if filter.PostedBy != "" {
		query, args = query+" AND posted_by = ?", append(args, filter.PostedBy)
	}
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			posting, err := decodePosting(o.id, r.blob(0))
			slice.Items = append(slice.Items, posting)
			return err
		}, query+" AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?", append(args, before, id, page.First+1)...)
	})
	cutSlice(&slice, page.First)
	return slice, err
}

func (o organization) CountPostings(ctx context.Context) (count int, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { count = int(r.number(0)); return nil }, "SELECT count(*) FROM postings WHERE organization = ?", string(o.id))
		return err
	})
	return count, err
}

func (o organization) CountPosted(ctx context.Context, id ce.PostingID) (posted, disputed int, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { posted, disputed = int(r.number(0)), int(r.number(1)); return nil },
			"SELECT count(*) FILTER (WHERE state = ?), count(disputed_at) FROM posted_credits WHERE posting = ? AND organization = ?",
			string(ce.PostedThere), string(id), string(o.id))
		return err
	})
	return posted, disputed, err
}

const selectPostedCredit = "SELECT organization, version, withdrawn, state, pending_since, record FROM posted_credits "

func postedCreditOf(r row) (ce.PostedCredit, error) {
	p, err := decodePostedCredit(r.blob(5))
	p.Organization, p.Version, p.Withdrawn, p.State = ce.OrganizationID(r.text(0)), int(r.number(1)), r.number(2) != 0, ce.PostedState(r.text(3))
	if r[4] != nil {
		p.PendingSince = r.instant(4)
	}
	return p, err
}

func disputedAt(p *ce.PostedCredit) any {
	if !p.Disputed() {
		return nil
	}
	return p.Dispute.At
}

func (o organization) PostedCredit(ctx context.Context, id ce.CreditID) (found ce.PostedCredit, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = o.postedCredit(c, id)
		return err
	})
	return found, err
}

func (o organization) postedCredit(c *connection, id ce.CreditID) (ce.PostedCredit, error) {
	return one(c, postedCreditOf, selectPostedCredit+"WHERE id = ? AND organization = ?", string(id), string(o.id))
}

func (o organization) UpdatePostedCredit(ctx context.Context, id ce.CreditID, change func(*ce.PostedCredit) ([]ce.LogEntry, error)) (ce.PostedCredit, error) {
	read := func(c *connection) (ce.PostedCredit, error) { return o.postedCredit(c, id) }
	return changeLogged(ctx, o, read, change, func(before, after *ce.PostedCredit) {
		changed := *after
		*after = *before
		after.Version, after.Withdrawn, after.Withdrawal = before.Version+1, changed.Withdrawn, changed.Withdrawal
		after.Dispute, after.PendingSince, after.Decision = changed.Dispute, changed.PendingSince, changed.Decision
	}, func(c *connection, before, after *ce.PostedCredit) (int64, error) {
		return c.exec(`UPDATE posted_credits SET version = ?, withdrawn = ?, disputed_at = ?, pending_since = ?, record = ?
			WHERE id = ? AND organization = ? AND version = ?`,
			after.Version, after.Withdrawn, disputedAt(after), after.PendingSince, encodePostedCredit(after), string(id), string(o.id), before.Version)
	})
}

func (o organization) SettlePostedCredit(ctx context.Context, id ce.CreditID, version int, state ce.PostedState) error {
	return o.store.write(ctx, func(c *connection) error {
		n, err := c.exec("UPDATE posted_credits SET state = ?, pending_since = NULL WHERE id = ? AND organization = ? AND version = ?",
			string(state), string(id), string(o.id), version)
		if n > 0 || err != nil {
			return err
		}
		if _, err = o.postedCredit(c, id); err == nil {
			return storage.ErrConflict
		} else if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
}

func (o organization) ForgetPostedCredit(ctx context.Context, id ce.CreditID) error {
	return o.store.change(ctx, "DELETE FROM posted_credits WHERE id = ? AND organization = ?", string(id), string(o.id))
}

func (o organization) ListPostedCredits(ctx context.Context, id ce.PostingID, page storage.Page[int]) (slice storage.Slice[ce.PostedCredit], err error) {
	after := -1
	if page.After != nil {
		after = *page.After
	}
	slice.Items, err = o.postedCredits(ctx, selectPostedCredit+"WHERE posting = ? AND organization = ? AND place > ? ORDER BY place LIMIT ?",
		string(id), string(o.id), after, page.First+1)
	cutSlice(&slice, page.First)
	return slice, err
}

func (o organization) ListDisputed(ctx context.Context, page storage.Page[storage.DisputeKey]) (slice storage.Slice[ce.PostedCredit], err error) {
	after, id := int64(math.MinInt64), ""
	if page.After != nil {
		after, id = page.After.At.UnixMilli(), string(page.After.ID)
	}
	slice.Items, err = o.postedCredits(ctx, selectPostedCredit+"WHERE organization = ? AND (disputed_at, id) > (?, ?) ORDER BY disputed_at, id LIMIT ?",
		string(o.id), after, id, page.First+1)
	cutSlice(&slice, page.First)
	return slice, err
}

func (o organization) postedCredits(ctx context.Context, query string, args ...any) (found []ce.PostedCredit, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			p, err := postedCreditOf(r)
			found = append(found, p)
			return err
		}, query, args...)
	})
	return found, err
}

func (s system) PendingPostedCredits(ctx context.Context, before time.Time, limit int) ([]ce.PostedCredit, error) {
	return organization{store: s.store}.postedCredits(ctx, selectPostedCredit+"WHERE pending_since < ? ORDER BY pending_since LIMIT ?", before.UnixMilli(), limit)
}

func (o organization) MembersByID(ctx context.Context, ids []ce.MemberID) (found []ce.Member, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			m, err := memberOf(r)
			found = append(found, m)
			return err
		}, selectMember+"WHERE "+among("id")+" AND organization = ?", listed(ids), string(o.id))
	})
	return found, err
}

func (o organization) MembersFoundBy(ctx context.Context, keys []string) (map[string][]ce.Member, error) {
	found := map[string][]ce.Member{}
	err := o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			m, err := memberOf(r)
			found[r.text(4)] = append(found[r.text(4)], m)
			return err
		}, `SELECT m.organization, m.name, m.record, m.overview, f.key FROM found_by AS f JOIN members AS m ON m.professional = f.professional
			WHERE `+among("f.key")+" AND m.organization = ? AND m.left_at IS NULL", listed(keys), string(o.id))
	})
	return found, err
}

func (p professional) SetFoundBy(ctx context.Context, keys []string) error {
	var there []string
	err := p.store.read(ctx, func(c *connection) error {
		if _, err := p.profile(c); err != nil {
			return err
		}
		return c.query(func(r row) error { there = append(there, r.text(0)); return nil },
			"SELECT key FROM found_by WHERE professional = ? ORDER BY key", p.id)
	})
	if err != nil || slices.Equal(there, keys) {
		return err
	}
	return p.store.writeDerived(ctx, func(c *connection) error {
		if _, err := p.profile(c); err != nil {
			return err
		}
		_, err := c.exec("DELETE FROM found_by WHERE professional = ?", p.id)
		for _, key := range keys {
			if err == nil {
				_, err = c.exec("INSERT INTO found_by (professional, key) VALUES (?, ?) ON CONFLICT DO NOTHING", p.id, key)
			}
		}
		return err
	})
}

func encodePosting(p *ce.Posting) []byte {
	var e encoder
	put(&e, p.ID)
	e.number(p.Version)
	put(&e, p.Digest)
	put(&e, encodeCredit(&p.Credit))
	put(&e, p.PostedBy)
	e.number(p.Total)
	e.instant(p.CreatedAt)
	e.instant(p.UpdatedAt)
	e.instant(p.WithdrawnAt)
	put(&e, p.Withdrawal)
	put(&e, p.WithdrawnBy)
	return e.data
}

func decodePosting(of ce.OrganizationID, record []byte) (ce.Posting, error) {
	d := newDecoder(record)
	p := ce.Posting{ID: get[ce.PostingID](d), Organization: of, Version: d.number(), Digest: get[string](d)}
	var err error
	if p.Credit, err = decodeCredit("", []byte(get[string](d))); err != nil {
		return p, err
	}
	p.PostedBy, p.Total = get[ce.ProfessionalID](d), d.number()
	p.CreatedAt, p.UpdatedAt, p.WithdrawnAt, p.Withdrawal = d.instant(), d.instant(), d.instant(), get[string](d)
	p.WithdrawnBy = get[ce.ProfessionalID](d)
	return p, d.err()
}

func encodePostedCredit(p *ce.PostedCredit) []byte {
	var e encoder
	put(&e, p.ID)
	put(&e, p.Posting)
	put(&e, p.Professional)
	e.number(p.Place)
	e.amount(p.Amount)
	putDispute(&e, &p.Dispute)
	put(&e, p.Withdrawal)
	put(&e, p.Decision.Event)
	put(&e, p.Decision.By)
	put(&e, p.Decision.Reason)
	e.instant(p.Decision.At)
	return e.data
}

func decodePostedCredit(record []byte) (ce.PostedCredit, error) {
	d := newDecoder(record)
	p := ce.PostedCredit{
		ID: get[ce.CreditID](d), Posting: get[ce.PostingID](d), Professional: get[ce.ProfessionalID](d), Place: d.number(), Amount: d.amount(),
		Dispute: getDispute(d), Withdrawal: get[string](d),
		Decision: ce.Decision{Event: get[ce.CreditEvent](d), By: get[ce.ProfessionalID](d), Reason: get[string](d), At: d.instant()},
	}
	return p, d.err()
}

func putDispute(e *encoder, dispute *ce.Dispute) {
	e.instant(dispute.At)
	put(e, dispute.Reason)
	e.instant(dispute.ResolvedAt)
	put(e, dispute.Resolution)
}

func getDispute(d *decoder) ce.Dispute {
	return ce.Dispute{At: d.instant(), Reason: get[string](d), ResolvedAt: d.instant(), Resolution: get[string](d)}
}
