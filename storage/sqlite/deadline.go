package sqlite

import (
	"cmp"
	"context"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// ListDeadlines sorts a professional's deadlines after reading them: there are a few for each certification.
func (p professional) ListDeadlines(ctx context.Context, filter storage.DeadlineFilter, page storage.Page[storage.DeadlineKey]) (slice storage.Slice[ce.Deadline], err error) {
	query, args := "SELECT deadlines FROM standings WHERE professional = ?", []any{p.id}
	if filter.Certification != "" {
		query, args = query+" AND certification = ?", append(args, string(filter.Certification))
	}
	var all []ce.Deadline
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			deadlines, err := decodeDeadlines(r.blob(0))
			for _, deadline := range deadlines {
				inTime := filter.Until.IsZero() || !deadline.DueOn.After(filter.Until)
				if inTime && (page.After == nil || compareDeadlines(*page.After, keyOf(deadline)) < 0) {
					all = append(all, deadline)
				}
			}
			return err
		}, query, args...)
	})
	slices.SortFunc(all, func(a, b ce.Deadline) int { return compareDeadlines(keyOf(a), keyOf(b)) })
	n := min(len(all), page.First)
	return storage.Slice[ce.Deadline]{Items: all[:n], More: n < len(all)}, err
}

func keyOf(d ce.Deadline) storage.DeadlineKey { return storage.DeadlineKey{DueOn: d.DueOn, ID: d.ID} }

func compareDeadlines(a, b storage.DeadlineKey) int {
	return cmp.Or(a.DueOn.Compare(b.DueOn), cmp.Compare(a.ID, b.ID))
}

// encodeDeadlines is nil for none.
func encodeDeadlines(deadlines []ce.Deadline) []byte {
	if len(deadlines) == 0 {
		return nil
	}
	e := encoder{make([]byte, 0, 200*len(deadlines))}
	putList(&e, deadlines, func(e *encoder, d *ce.Deadline) {
		put(e, d.ID)
		put(e, d.Certification)
		put(e, d.Cycle)
		put(e, d.Kind)
		put(e, d.Requirement)
		e.date(d.DueOn)
		put(e, d.TimeZone)
		put(e, d.Status)
		e.optional(d.Remaining)
		put(e, d.Unit)
		put(e, d.Title)
	})
	return e.data
}

func decodeDeadlines(record []byte) ([]ce.Deadline, error) {
	d := newDecoder(record)
	deadlines := getList(d, func(d *decoder, deadline *ce.Deadline) {
		*deadline = ce.Deadline{
			ID: get[ce.DeadlineID](d), Certification: get[ce.CertificationID](d), Cycle: get[ce.CycleKey](d),
			Kind: get[ce.DeadlineKind](d), Requirement: get[ce.RequirementID](d), DueOn: d.date(), TimeZone: get[string](d),
			Status: get[ce.DeadlineStatus](d), Remaining: d.optional(), Unit: get[ce.UnitID](d), Title: get[ce.Text](d),
		}
	})
	return deadlines, d.err()
}
