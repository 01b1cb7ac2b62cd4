package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const scanColumns = "evidence, professional, record, device_text, found, confirmations"

// decodeScanRow reads the row of a query for scanColumns.
func decodeScanRow(r row) (ce.Scan, error) {
	s, err := decodeScan(r.blob(2))
	s.Evidence, s.Professional = ce.EvidenceID(r.text(0)), ce.ProfessionalID(r.text(1))
	s.DeviceText, s.Found = r.blob(3), r.blob(4)
	confirmations, failed := decodeConfirmations(r.blob(5))
	s.Confirmations = confirmations
	return s, errors.Join(err, failed)
}

func (p professional) Scan(ctx context.Context, id ce.EvidenceID) (s ce.Scan, err error) {
	err = p.store.read(ctx, func(c *connection) (err error) {
		s, err = p.scan(c, id)
		return err
	})
	return s, err
}

func (p professional) scan(c *connection, id ce.EvidenceID) (s ce.Scan, err error) {
	found, err := c.first(func(r row) (err error) {
		s, err = decodeScanRow(r)
		return err
	}, "SELECT "+scanColumns+" FROM scans WHERE evidence = ? AND professional = ?", string(id), p.id)
	if err == nil && !found {
		err = storage.ErrNotFound
	}
	return s, err
}

func (p professional) ScanSummaries(ctx context.Context) (map[ce.EvidenceID]ce.Scan, error) {
	summaries := map[ce.EvidenceID]ce.Scan{}
	err := p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			s, err := decodeScan(r.blob(1))
			s.Evidence, s.Professional = ce.EvidenceID(r.text(0)), ce.ProfessionalID(p.id)
			summaries[s.Evidence] = s
			return err
		}, "SELECT evidence, record FROM scans WHERE professional = ?", p.id)
	})
	return summaries, err
}

func (p professional) CreateScan(ctx context.Context, s ce.Scan) (stored ce.Scan, err error) {
	err = p.store.write(ctx, func(c *connection) error {
		if _, err := p.profile(c); err != nil {
			return err
		}
		_, err := c.exec(`INSERT INTO scans (evidence, professional, due_at, confirmed_at, record, device_text, found, confirmations)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, append([]any{string(s.Evidence), p.id}, scanValues(&s)...)...)
		if err != nil {
			return err
		}
		stored, err = p.scan(c, s.Evidence)
		if errors.Is(err, storage.ErrNotFound) {
			err = storage.ErrConflict // somebody else's
		}
		return err
	})
	return stored, err
}

// scanValues are the columns due_at, confirmed_at, record, device_text, found and confirmations.
func scanValues(s *ce.Scan) []any {
	var due, confirmed any
	if s.Status == ce.ScanWaiting {
		due = s.NextAt
	}
	for i := range s.Confirmations {
		if at := s.Confirmations[i].At.UnixMilli(); confirmed == nil || at > confirmed.(int64) {
			confirmed = at
		}
	}
	return []any{due, confirmed, encodeScan(s), blob(s.DeviceText), blob(s.Found), encodeConfirmations(s.Confirmations)}
}

// replaceScan stores the scan, and ends a claim.
func replaceScan(c *connection, id ce.EvidenceID, s *ce.Scan) error {
	_, err := c.exec(`UPDATE scans SET due_at = ?, confirmed_at = ?, record = ?, device_text = ?, found = ?, confirmations = ?, token = NULL
		WHERE evidence = ?`, append(scanValues(s), string(id))...)
	return err
}

// blob is a content that is not null.
func blob(content []byte) []byte {
	if content == nil {
		return []byte{}
	}
	return content
}

func (p professional) UpdateScan(ctx context.Context, id ce.EvidenceID, change func(*ce.Scan) error) (s ce.Scan, err error) {
	err = p.store.write(ctx, func(c *connection) error {
		var err error
		if s, err = p.scan(c, id); err != nil {
			return err
		}
		before := s
		if err := change(&s); err != nil {
			if errors.Is(err, storage.ErrUnchanged) {
				s = before
				return nil
			}
			return err
		}
		s.Evidence, s.Professional = before.Evidence, before.Professional
		err = replaceScan(c, id, &s)
		if err == nil {
			s, err = p.scan(c, id) // as it is kept
		}
		return err
	})
	return s, err
}

func (p professional) RemoveScan(ctx context.Context, id ce.EvidenceID) error {
	_, err := p.store.writeOne(ctx, "DELETE FROM scans WHERE evidence = ? AND professional = ?", string(id), p.id)
	return err
}

func (s system) ClaimScans(ctx context.Context, now, until time.Time, limit int) (claimed []storage.ClaimedScan, err error) {
	const due = "FROM scans WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?"
	// Mostly nothing waits, which needs no write.
	found := false
	err = s.store.read(ctx, func(c *connection) error {
		found, err = c.exists("SELECT 1 "+due, now, min(limit, 1))
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	token := rand.Text()
	err = s.store.write(ctx, func(c *connection) error {
		claimed = nil
		err := c.query(func(r row) error {
			scan, err := decodeScanRow(r)
			scan.Attempts++
			claimed = append(claimed, storage.ClaimedScan{ScanClaim: storage.ScanClaim{Evidence: scan.Evidence, Token: token}, Scan: scan})
			return err
		}, "SELECT "+scanColumns+" "+due, now, limit)
		for i := range claimed {
			if err != nil {
				break
			}
			_, err = c.exec("UPDATE scans SET due_at = ?, token = ?, record = ? WHERE evidence = ?",
				until, token, encodeScan(&claimed[i].Scan), string(claimed[i].Evidence))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(claimed, func(a, b storage.ClaimedScan) int {
		return a.Scan.NextAt.Compare(b.Scan.NextAt)
	})
	return claimed, nil
}

func (s system) ExtendScan(ctx context.Context, claim storage.ScanClaim, until time.Time) error {
	return s.hold(ctx, "UPDATE scans SET due_at = ? WHERE evidence = ? AND token = ?", until, string(claim.Evidence), claim.Token)
}

func (s system) FinishScan(ctx context.Context, claim storage.ScanClaim, outcome ce.Scan) error {
	return s.store.write(ctx, func(c *connection) error {
		var stored ce.Scan
		found, err := c.first(func(r row) (err error) {
			stored, err = decodeScanRow(r)
			return err
		}, "SELECT "+scanColumns+" FROM scans WHERE evidence = ? AND token = ?", string(claim.Evidence), claim.Token)
		if err == nil && !found {
			err = storage.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		outcome.RequestedAt, outcome.Confirmations = stored.RequestedAt, stored.Confirmations
		return replaceScan(c, claim.Evidence, &outcome)
	})
}

func (s system) WaitingScans(ctx context.Context) (count int, since time.Time, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error {
			if count = int(r.number(0)); count > 0 {
				since = r.instant(1)
			}
			return nil
		}, "SELECT count(*), min(due_at) FROM scans WHERE due_at IS NOT NULL")
		return err
	})
	return count, since, err
}

func (s system) VisitConfirmations(ctx context.Context, since time.Time, visit func(ce.Scan) error) error {
	return s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			scan, err := decodeScan(r.blob(2))
			if err != nil {
				return err
			}
			scan.Evidence, scan.Professional = ce.EvidenceID(r.text(0)), ce.ProfessionalID(r.text(1))
			if scan.Confirmations, err = decodeConfirmations(r.blob(3)); err != nil {
				return err
			}
			return visit(scan)
		}, "SELECT evidence, professional, record, confirmations FROM scans WHERE confirmed_at IS NOT NULL AND confirmed_at >= ?", since.UnixMilli())
	})
}

// encodeScan writes what a summary has.
func encodeScan(s *ce.Scan) []byte {
	var e encoder
	put(&e, s.Status)
	e.instant(s.RequestedAt)
	e.instant(s.NextAt)
	e.number(s.Attempts)
	e.instant(s.FinishedAt)
	e.number(s.Pages)
	put(&e, s.Reason)
	put(&e, s.Text)
	return e.data
}

func decodeScan(record []byte) (ce.Scan, error) {
	d := newDecoder(record)
	s := ce.Scan{
		Status: get[ce.ScanStatus](d), RequestedAt: d.instant(), NextAt: d.instant(), Attempts: d.number(), FinishedAt: d.instant(), Pages: d.number(),
		Reason: get[string](d), Text: get[string](d),
	}
	return s, d.err()
}

func encodeConfirmations(confirmations []ce.Confirmation) []byte {
	var e encoder
	putList(&e, confirmations, func(e *encoder, c *ce.Confirmation) {
		e.number(c.Certificate)
		put(e, c.Credit)
		e.instant(c.At)
		putList(e, c.Fields, func(e *encoder, f *ce.ConfirmedField) {
			put(e, f.Field)
			put(e, f.Read)
			e.number(f.Confidence)
			put(e, f.Confirmed)
		})
	})
	return e.data
}

func decodeConfirmations(record []byte) ([]ce.Confirmation, error) {
	d := newDecoder(record)
	confirmations := getList(d, func(d *decoder, c *ce.Confirmation) {
		*c = ce.Confirmation{Certificate: d.number(), Credit: get[ce.CreditID](d), At: d.instant()}
		c.Fields = getList(d, func(d *decoder, f *ce.ConfirmedField) {
			*f = ce.ConfirmedField{Field: get[string](d), Read: get[string](d), Confidence: d.number(), Confirmed: get[string](d)}
		})
	})
	return confirmations, d.err()
}
