package sqlite

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// professional is the handle of one professional. Her id is in each of its queries.
type professional struct {
	store *Store
	id    ce.ProfessionalID
}

var _ storage.Professional = professional{}

func (p professional) Profile(ctx context.Context) (profile ce.Professional, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		profile, err = p.profile(c)
		return err
	})
	return profile, err
}

func (p professional) profile(c *connection) (profile ce.Professional, err error) {
	ok, err := c.first(func(r row) error {
		profile, err = decodeProfile(r.blob(0))
		return err
	}, "SELECT record FROM professionals WHERE id = ?", p.id)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	return profile, err
}

func (p professional) CreateProfile(ctx context.Context, profile ce.Professional) (ce.Professional, error) {
	// Mostly it is there, which needs no write.
	found, err := p.Profile(ctx)
	if !errors.Is(err, storage.ErrNotFound) {
		return found, err
	}
	profile.ID, profile.Version = p.id, 1
	record := encodeProfile(profile)
	number := p.store.sequences.of(p.id).Add(1)
	err = p.store.write(ctx, func(c *connection) error {
		if found, err = p.profile(c); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if err := p.startAnew(c, profile.CreatedAt, number); err != nil {
			return err
		}
		_, err := c.exec("INSERT INTO professionals (id, version, record) VALUES (?, 1, ?)", p.id, record)
		if err != nil {
			return err
		}
		found, err = decodeProfile(record)
		return err
	})
	return found, err
}

// startAnew removes the mark of an erasure before the instant. The number keeps what was
// still being derived at the time of the erasure from being saved.
func (p professional) startAnew(c *connection, created time.Time, number int64) error {
	var at int64
	erased, err := c.first(func(r row) error { at = r.number(0); return nil }, "SELECT at FROM erasures WHERE professional = ?", p.id)
	if err != nil || !erased {
		return err
	}
	if at >= created.UnixMilli() {
		return storage.ErrRemoved
	}
	if _, err := c.exec("DELETE FROM erasures WHERE professional = ?", p.id); err != nil {
		return err
	}
	_, err = c.exec("INSERT INTO progress (professional, sequence) VALUES (?, ?)", p.id, number)
	return err
}

func (p professional) UpdateProfile(ctx context.Context, change func(*ce.Professional) error) (ce.Professional, error) {
	for {
		current, err := p.Profile(ctx)
		if err != nil {
			return current, err
		}
		changed := current
		if done, err := changing(change(&changed)); done {
			return current, err
		}
		changed.ID, changed.Version, changed.CreatedAt = p.id, current.Version+1, current.CreatedAt
		record := encodeProfile(changed)
		ok := false
		err = p.store.write(ctx, func(c *connection) error {
			n, err := c.exec("UPDATE professionals SET version = ?, record = ? WHERE id = ? AND version = ?",
				changed.Version, record, p.id, current.Version)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			return p.mark(c, storage.Mark{Kind: storage.MarkedProfile, ID: string(p.id), Version: changed.Version}, changed.UpdatedAt)
		})
		if err != nil {
			return current, err
		}
		if ok {
			return decodeProfile(record)
		}
	}
}

// changing says whether the error of a change function ends the update, and with which error.
func changing(err error) (done bool, _ error) {
	if errors.Is(err, storage.ErrUnchanged) {
		return true, nil
	}
	return err != nil, err
}

func encodeProfile(p ce.Professional) []byte {
	var e encoder
	put(&e, p.ID)
	e.number(p.Version)
	put(&e, p.Name)
	put(&e, p.Email)
	put(&e, p.TimeZone)
	put(&e, p.Locale)
	e.instant(p.SessionsFrom)
	e.instant(p.CreatedAt)
	e.instant(p.UpdatedAt)
	e.flag(p.EmailVerified)
	return e.data
}

func decodeProfile(record []byte) (ce.Professional, error) {
	d := newDecoder(record)
	p := ce.Professional{
		ID:           get[ce.ProfessionalID](d),
		Version:      d.number(),
		Name:         get[string](d),
		Email:        get[string](d),
		TimeZone:     get[string](d),
		Locale:       get[string](d),
		SessionsFrom: d.instant(),
		CreatedAt:    d.instant(),
		UpdatedAt:    d.instant(),

		EmailVerified: d.flag(),
	}
	return p, d.err()
}
