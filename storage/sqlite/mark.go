package sqlite

import (
	"context"
	"time"

	"accrue/storage"
)

// mark is part of the write of a fact.
func (p professional) mark(c *connection, mark storage.Mark, at time.Time) error {
	_, err := c.exec(`INSERT INTO marks (professional, kind, id, version, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET version = excluded.version, at = excluded.at`, p.id, string(mark.Kind), mark.ID, mark.Version, at.UnixMilli())
	return err
}

func (p professional) marks(c *connection, kind storage.MarkedKind) (marks []storage.Mark, err error) {
	err = c.query(func(r row) error {
		marks = append(marks, storage.Mark{Kind: kind, ID: r.text(0), Version: int(r.number(1))})
		return nil
	}, "SELECT id, version FROM marks WHERE professional = ? AND kind = ?", p.id, string(kind))
	return marks, err
}

func (p professional) ClearMarks(ctx context.Context, marks []storage.Mark) error {
	if len(marks) == 0 {
		return ctx.Err()
	}
	return p.store.writeDerived(ctx, func(c *connection) error {
		for _, mark := range marks {
			_, err := c.exec("DELETE FROM marks WHERE professional = ? AND kind = ? AND id = ? AND version = ?",
				p.id, string(mark.Kind), mark.ID, mark.Version)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
