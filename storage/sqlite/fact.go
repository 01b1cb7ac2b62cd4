package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// kind is what one kind of facts has of its own.
type kind[ID ~string, T any] struct {
	mark     storage.MarkedKind // names the kind's marks and tombstones
	unmarked bool               // nothing is derived of these facts, so they carry no marks
	queries
	meta   func(*T) meta[ID]
	place  func(*T) any // the value of the column by which the professional's facts are sorted
	encode func(*T) []byte
	decode func(ce.ProfessionalID, []byte) (T, error)
	// index is part of the write of a fact: what of it stands in further columns. Nil for nothing.
	index func(*connection, *T) error
}

// meta is where a fact keeps what storage decides.
type meta[ID ~string] struct {
	id                 *ID
	professional       *ce.ProfessionalID
	version            *int
	created, updatedAt *time.Time
}

// queries are the statements on one table of facts.
type queries struct{ get, taken, create, update, remove, all string }

func newQueries(table, place string) queries {
	return queries{
		get:   fmt.Sprintf("SELECT record FROM %s WHERE id = ? AND professional = ?", table),
		taken: fmt.Sprintf("SELECT professional, digest, record FROM %s WHERE id = ?", table),
		create: fmt.Sprintf(`INSERT INTO %s (professional, %s, id, version, digest, record) SELECT ?1, ?2, ?3, 1, ?4, ?5
			WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM tombstones WHERE kind = ?6 AND id = ?3)
			ON CONFLICT DO NOTHING`, table, place),
		update: fmt.Sprintf("UPDATE %s SET %s = ?, version = ?, record = ? WHERE id = ? AND professional = ? AND version = ?", table, place),
		remove: fmt.Sprintf("DELETE FROM %s WHERE id = ? AND professional = ? AND version = ? RETURNING digest", table),
		all:    fmt.Sprintf("SELECT record FROM %s WHERE professional = ? ORDER BY %s, id", table, place),
	}
}

func (k *kind[ID, T]) indexed(c *connection, fact *T) error {
	if k.index == nil {
		return nil
	}
	return k.index(c, fact)
}

// facts is one kind of facts of one professional.
type facts[ID ~string, T any] struct {
	professional
	kind *kind[ID, T]
}

func (f facts[ID, T]) Get(ctx context.Context, id ID) (fact T, err error) {
	record, err := f.record(ctx, id)
	if err != nil {
		return fact, err
	}
	return f.kind.decode(f.id, record)
}

func (f facts[ID, T]) record(ctx context.Context, id ID) (record []byte, err error) {
	err = f.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error { record = r.blob(0); return nil }, f.kind.get, string(id), f.id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return record, err
}

func (f facts[ID, T]) Create(ctx context.Context, fact T, digest string) (T, error) {
	meta := f.kind.meta(&fact)
	*meta.professional, *meta.version = f.id, 1
	id, place, record := string(*meta.id), f.kind.place(&fact), f.kind.encode(&fact)
	err := f.store.write(ctx, func(c *connection) error {
		n, err := c.exec(f.kind.create, f.id, place, id, digest, record, string(f.kind.mark))
		if err != nil {
			return err
		}
		if n == 0 {
			record, err = f.taken(c, id, digest)
			return err
		}
		if err := f.kind.indexed(c, &fact); err != nil {
			return err
		}
		return f.mark(c, ID(id), 1, *meta.updatedAt)
	})
	if err != nil {
		return fact, err
	}
	return f.kind.decode(f.id, record)
}

// mark is part of the write of a fact.
func (f facts[ID, T]) mark(c *connection, id ID, version int, at time.Time) error {
	if f.kind.unmarked {
		return nil
	}
	return f.professional.mark(c, storage.Mark{Kind: f.kind.mark, ID: string(id), Version: version}, at)
}

// taken returns the record of the same creation made before, or says why the fact could not be created.
func (f facts[ID, T]) taken(c *connection, id, digest string) (record []byte, err error) {
	same := func(r row) bool { return r.text(0) == string(f.id) && r.text(1) == digest }
	ok, err := c.first(func(r row) error {
		if !same(r) {
			return storage.ErrConflict
		}
		record = r.blob(2)
		return nil
	}, f.kind.taken, id)
	if ok || err != nil {
		return record, err
	}
	_, err = c.first(func(r row) error {
		if !same(r) {
			return storage.ErrConflict
		}
		return storage.ErrRemoved
	}, "SELECT professional, digest FROM tombstones WHERE kind = ? AND id = ?", string(f.kind.mark), id)
	if err == nil {
		err = storage.ErrNotFound // the professional
	}
	return nil, err
}

func (f facts[ID, T]) Update(ctx context.Context, id ID, change func(*T) error) (T, error) {
	for {
		stored, err := f.record(ctx, id)
		if err != nil {
			return *new(T), err
		}
		current, err := f.kind.decode(f.id, stored)
		if err != nil {
			return current, err
		}
		// change gets lists of its own, since it may work in place.
		changed, err := f.kind.decode(f.id, stored)
		if err != nil {
			return current, err
		}
		if done, err := changing(change(&changed)); done {
			return current, err
		}
		before, meta := f.kind.meta(&current), f.kind.meta(&changed)
		*meta.id, *meta.professional, *meta.version, *meta.created = id, f.id, *before.version+1, *before.created
		place, record := f.kind.place(&changed), f.kind.encode(&changed)
		ok := false
		err = f.store.write(ctx, func(c *connection) error {
			n, err := c.exec(f.kind.update, place, *meta.version, record, string(id), f.id, *before.version)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			if err := f.kind.indexed(c, &changed); err != nil {
				return err
			}
			return f.mark(c, id, *meta.version, *meta.updatedAt)
		})
		if err != nil {
			return current, err
		}
		if ok {
			return f.kind.decode(f.id, record)
		}
	}
}

func (f facts[ID, T]) Remove(ctx context.Context, id ID, at time.Time, check func(T) error) error {
	for {
		current, err := f.Get(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return f.removed(ctx, id)
		}
		if err != nil {
			return err
		}
		version := *f.kind.meta(&current).version
		if err := check(current); err != nil {
			return err
		}
		ok := false
		err = f.store.write(ctx, func(c *connection) error {
			var digest string
			err := c.query(func(r row) error { ok, digest = true, r.text(0); return nil }, f.kind.remove, string(id), f.id, version)
			if err != nil || !ok {
				return err
			}
			_, err = c.exec("INSERT INTO tombstones (kind, id, professional, version, digest, removed_at) VALUES (?, ?, ?, ?, ?, ?)",
				string(f.kind.mark), string(id), f.id, version+1, digest, at)
			if err != nil {
				return err
			}
			return f.mark(c, id, version+1, at)
		})
		if err != nil || ok {
			return err
		}
	}
}

// removed returns no error when the fact has been removed before.
func (f facts[ID, T]) removed(ctx context.Context, id ID) error {
	return f.store.read(ctx, func(c *connection) error {
		ok, err := c.exists("SELECT 1 FROM tombstones WHERE kind = ? AND id = ? AND professional = ?", string(f.kind.mark), string(id), f.id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
}

func (f facts[ID, T]) readAll(ctx context.Context) (read storage.Marked[T], err error) {
	err = f.store.read(ctx, func(c *connection) error {
		read, err = f.all(c)
		return err
	})
	return read, err
}

// all returns all facts in the order of their places, with their marks. The marks are read first:
// a fact that is read later is never older than its mark.
func (f facts[ID, T]) all(c *connection) (read storage.Marked[T], err error) {
	if read.Marks, err = f.marks(c, f.kind.mark); err != nil {
		return read, err
	}
	err = c.query(func(r row) error {
		fact, err := f.kind.decode(f.id, r.blob(0))
		read.Items = append(read.Items, fact)
		return err
	}, f.kind.all, f.id)
	return read, err
}
