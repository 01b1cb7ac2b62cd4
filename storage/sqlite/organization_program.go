package sqlite

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (o organization) program(c *connection, id ce.ProgramID) (ce.OwnProgram, error) {
	return one(c, o.programOf, "SELECT record FROM organization_programs WHERE id = ? AND organization = ? AND removed_at IS NULL", string(id), string(o.id))
}

func (o organization) programOf(r row) (ce.OwnProgram, error) {
	program, err := decodeOwnProgram("", r.blob(0))
	program.Organization = o.id
	return program, err
}

func (o organization) Program(ctx context.Context, id ce.ProgramID) (found ce.OwnProgram, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = o.program(c, id)
		return err
	})
	return found, err
}

func (o organization) CreateProgram(ctx context.Context, program ce.OwnProgram, digest string, entries ...ce.LogEntry) (created ce.OwnProgram, err error) {
	program.Version = 1
	err = o.store.write(ctx, func(c *connection) error {
		if _, err := o.get(c); err != nil {
			return err
		}
		taken, err := c.first(func(r row) error {
			if ce.OrganizationID(r.text(1)) != o.id {
				return storage.ErrConflict
			}
			removed := error(nil)
			if r[3] != nil {
				removed = storage.ErrRemoved
			}
			if created, err = o.programOf(r); err != nil {
				return err
			}
			return sameDigest(r.text(2), digest, removed)
		}, "SELECT record, organization, digest, removed_at FROM organization_programs WHERE id = ?", string(program.ID))
		if taken || err != nil {
			return err
		}
		_, err = c.exec("INSERT INTO organization_programs (id, organization, version, digest, created_at, record) VALUES (?, ?, 1, ?, ?, ?)",
			string(program.ID), string(o.id), digest, program.CreatedAt, encodeOwnProgram(&program))
		if err != nil {
			return err
		}
		if created, err = o.program(c, program.ID); err != nil {
			return err
		}
		return o.log(c, entries)
	})
	if err != nil {
		return ce.OwnProgram{}, err
	}
	return created, nil
}

func (o organization) UpdateProgram(ctx context.Context, id ce.ProgramID, change func(*ce.OwnProgram) ([]ce.LogEntry, error)) (ce.OwnProgram, error) {
	read := func(c *connection) (ce.OwnProgram, error) { return o.program(c, id) }
	return changeLogged(ctx, o, read, change, func(before, after *ce.OwnProgram) {
		after.ID, after.Organization, after.CreatedAt = id, o.id, before.CreatedAt
		after.Version = before.Version + 1
	}, func(c *connection, before, after *ce.OwnProgram) (int64, error) {
		return c.exec(`UPDATE organization_programs SET version = ?, changed_at = coalesce(changed_at, ?), record = ?
			WHERE id = ? AND organization = ? AND version = ?`,
			after.Version, after.UpdatedAt, encodeOwnProgram(after), string(id), string(o.id), before.Version)
	})
}

func (o organization) SettleProgram(ctx context.Context, id ce.ProgramID, version int) error {
	return o.store.change(ctx, "UPDATE organization_programs SET changed_at = NULL WHERE id = ? AND organization = ? AND version = ?", string(id), string(o.id), version)
}

func (o organization) RemoveProgram(ctx context.Context, id ce.ProgramID, at time.Time, check func(ce.OwnProgram) ([]ce.LogEntry, error)) error {
	for {
		current, err := o.Program(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return o.store.read(ctx, func(c *connection) error {
				ok, err := c.exists("SELECT 1 FROM organization_programs WHERE id = ? AND organization = ?", string(id), string(o.id))
				if err == nil && !ok {
					err = storage.ErrNotFound
				}
				return err
			})
		}
		if err != nil {
			return err
		}
		entries, err := check(current)
		if err != nil {
			return err
		}
		ok := false
		err = o.store.write(ctx, func(c *connection) error {
			n, err := c.exec(`UPDATE organization_programs SET version = version + 1, changed_at = NULL, removed_at = ?, record = x''
				WHERE id = ? AND organization = ? AND version = ? AND removed_at IS NULL`, at, string(id), string(o.id), current.Version)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			return o.log(c, entries)
		})
		if ok || err != nil {
			return err
		}
	}
}

func (o organization) ReadPrograms(ctx context.Context) (found []ce.OwnProgram, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			program, err := o.programOf(r)
			found = append(found, program)
			return err
		}, "SELECT record FROM organization_programs WHERE organization = ? AND removed_at IS NULL ORDER BY created_at, id", string(o.id))
	})
	return found, err
}

func (s system) ChangedPrograms(ctx context.Context, limit int) (changed []storage.ChangedProgram, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			changed = append(changed, storage.ChangedProgram{Organization: ce.OrganizationID(r.text(0)), Program: ce.ProgramID(r.text(1))})
			return nil
		}, "SELECT organization, id FROM organization_programs WHERE changed_at IS NOT NULL ORDER BY changed_at LIMIT ?", limit)
	})
	return changed, err
}

func (s system) Holders(ctx context.Context, program ce.ProgramID, below, limit int) (holders []storage.Holder, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			holders = append(holders, storage.Holder{Professional: ce.ProfessionalID(r.text(0)), Certification: ce.CertificationID(r.text(1))})
			return nil
		}, "SELECT professional, id FROM certifications WHERE shared_program = ? AND shared_revision < ? LIMIT ?", string(program), below, limit)
	})
	return holders, err
}
