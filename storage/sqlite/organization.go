package sqlite

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// organization is the handle of one organisation. Its id is in each of its queries.
type organization struct {
	store *Store
	id    ce.OrganizationID
}

var _ storage.Organization = organization{}

// Organization returns the handle of one organisation.
func (s *Store) Organization(id ce.OrganizationID) storage.Organization {
	return organization{store: s, id: id}
}

// organizationKind names the tombstones of organisations, which are nobody's.
const organizationKind = "organization"

func (o organization) Get(ctx context.Context) (found ce.Organization, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = o.get(c)
		return err
	})
	return found, err
}

func (o organization) get(c *connection) (found ce.Organization, err error) {
	return one(c, func(r row) (ce.Organization, error) { return decodeOrganization(r.blob(0)) },
		"SELECT record FROM organizations WHERE id = ?", string(o.id))
}

// cutSlice takes the one item that was read to see whether others follow.
func cutSlice[T any](slice *storage.Slice[T], first int) {
	if slice.More = len(slice.Items) > first; slice.More {
		slice.Items = slice.Items[:first]
	}
}

// one returns what the query finds, or ErrNotFound.
func one[T any](c *connection, decode func(row) (T, error), query string, args ...any) (found T, err error) {
	ok, err := c.first(func(r row) (err error) {
		found, err = decode(r)
		return err
	}, query, args...)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	return found, err
}

func (o organization) Create(ctx context.Context, created ce.Organization, founder ce.Member, digest string, entries ...ce.LogEntry) (ce.Organization, error) {
	created.ID, created.Version = o.id, 1
	record := encodeOrganization(&created)
	err := o.store.write(ctx, func(c *connection) error {
		taken, err := c.first(func(r row) error {
			record = r.blob(1)
			return sameDigest(r.text(0), digest, nil)
		}, "SELECT digest, record FROM organizations WHERE id = ?", string(o.id))
		if taken || err != nil {
			return err
		}
		removed, err := c.first(func(r row) error { return sameDigest(r.text(0), digest, storage.ErrRemoved) },
			"SELECT digest FROM tombstones WHERE kind = ? AND id = ?", organizationKind, string(o.id))
		if removed || err != nil {
			return err
		}
		profile, err := professional{o.store, founder.Professional}.profile(c)
		if err != nil {
			return err
		}
		if _, err := c.exec("INSERT INTO organizations (id, version, digest, record) VALUES (?, 1, ?, ?)", string(o.id), digest, record); err != nil {
			return err
		}
		if err := o.own(c, created.Owners); err != nil {
			return err
		}
		founder.Organization, founder.Version, founder.Name = o.id, 1, profile.Name
		if err := o.putMember(c, &founder); err != nil {
			return err
		}
		return o.log(c, entries)
	})
	if err != nil {
		return ce.Organization{}, err
	}
	return decodeOrganization(record)
}

// sameDigest returns err for what was created by the same request, else ErrConflict.
func sameDigest(there, digest string, err error) error {
	if there != digest {
		return storage.ErrConflict
	}
	return err
}

// own says who the owners are.
func (o organization) own(c *connection, owners []ce.ProfessionalID) error {
	_, err := c.exec("DELETE FROM organization_owners WHERE organization = ?", string(o.id))
	for _, owner := range owners {
		if err == nil {
			_, err = c.exec("INSERT INTO organization_owners (professional, organization) VALUES (?, ?)", owner, string(o.id))
		}
	}
	return err
}

// changeLogged reads a fact, has it changed, and writes it with the entries under the version that was read, again and again until no other write came
// between. Set gives the changed fact what storage decides, as it was before, with a Version one higher; write reports how many rows it changed.
func changeLogged[T any](
	ctx context.Context, o organization, read func(*connection) (T, error), change func(*T) ([]ce.LogEntry, error),
	set func(before, after *T), write func(c *connection, before, after *T) (int64, error),
) (T, error) {
	for {
		var before, after T
		err := o.store.read(ctx, func(c *connection) (err error) {
			if before, err = read(c); err == nil {
				after, err = read(c) // with lists of its own, since change may work in place
			}
			return err
		})
		if err != nil {
			return before, err
		}
		entries, err := change(&after)
		if done, err := changing(err); done {
			return before, err
		}
		set(&before, &after)
		ok := false
		err = o.store.write(ctx, func(c *connection) error {
			n, err := write(c, &before, &after)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			if after, err = read(c); err != nil { // as it is kept
				return err
			}
			return o.log(c, entries)
		})
		if ok || err != nil {
			return after, err
		}
	}
}

func (o organization) Update(ctx context.Context, change func(*ce.Organization) ([]ce.LogEntry, error)) (ce.Organization, error) {
	return changeLogged(ctx, o, o.get, change, func(before, after *ce.Organization) {
		after.ID, after.Version, after.CreatedAt = o.id, before.Version+1, before.CreatedAt
	}, func(c *connection, before, after *ce.Organization) (int64, error) {
		n, err := c.exec("UPDATE organizations SET version = ?, record = ? WHERE id = ? AND version = ?",
			after.Version, encodeOrganization(after), string(o.id), before.Version)
		if n > 0 && err == nil {
			err = o.own(c, after.Owners)
		}
		if n > 0 && err == nil && before.ApprovesCredits != after.ApprovesCredits {
			_, err = c.exec(deriveAnew, string(o.id))
		}
		return n, err
	})
}

// deriveAnew lets the standings of all members be due.
const deriveAnew = "UPDATE standings SET changes_on = 0 WHERE professional IN (SELECT professional FROM members WHERE organization = ? AND left_at IS NULL)"

// belonging is all that belongs to an organisation, by the statement that removes it, after that by which what follows from it is derived anew.
var belonging = []string{
	deriveAnew,
	"DELETE FROM organizations WHERE id = ?",
	"DELETE FROM organization_owners WHERE organization = ?",
	"DELETE FROM members WHERE organization = ?",
	"DELETE FROM member_lists WHERE organization = ?",
	"DELETE FROM invitations WHERE organization = ?",
	"DELETE FROM organization_programs WHERE organization = ?",
	"DELETE FROM postings WHERE organization = ?",
	"DELETE FROM posted_credits WHERE organization = ?",
	"DELETE FROM review_requests WHERE organization = ?",
	"DELETE FROM organization_log WHERE organization = ?",
}

func (o organization) Delete(ctx context.Context, at time.Time, check func(ce.Organization) error) error {
	for {
		current, err := o.Get(ctx)
		if errors.Is(err, storage.ErrNotFound) {
			return o.store.read(ctx, func(c *connection) error {
				ok, err := c.exists("SELECT 1 FROM tombstones WHERE kind = ? AND id = ?", organizationKind, string(o.id))
				if err == nil && !ok {
					err = storage.ErrNotFound
				}
				return err
			})
		}
		if err != nil {
			return err
		}
		if err := check(current); err != nil {
			return err
		}
		ok := false
		err = o.store.write(ctx, func(c *connection) error {
			n, err := c.exec(`INSERT INTO tombstones (kind, id, professional, version, digest, removed_at)
				SELECT ?, id, '', version + 1, digest, ? FROM organizations WHERE id = ? AND version = ?`, organizationKind, at, string(o.id), current.Version)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			for _, query := range belonging {
				if _, err := c.exec(query, string(o.id)); err != nil {
					return err
				}
			}
			return nil
		})
		if ok || err != nil {
			return err
		}
	}
}

// Finish has nothing to do: in this store nothing is cut short.
func (o organization) Finish(context.Context) error { return nil }

// UnfinishedOrganizations names none: in this store nothing is cut short.
func (s system) UnfinishedOrganizations(context.Context, time.Time, int) ([]ce.OrganizationID, error) {
	return nil, nil
}

func (s system) OrganizationOf(ctx context.Context, id string) (of ce.OrganizationID, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		of, err = one(c, func(r row) (ce.OrganizationID, error) { return ce.OrganizationID(r.text(0)), nil },
			`SELECT organization FROM members WHERE id = ?1 UNION ALL SELECT organization FROM invitations WHERE id = ?1
			UNION ALL SELECT organization FROM organization_programs WHERE id = ?1
			UNION ALL SELECT organization FROM postings WHERE id = ?1`, id)
		return err
	})
	return of, err
}

// log is part of the write of a fact.
func (o organization) log(c *connection, entries []ce.LogEntry) error {
	for _, entry := range entries {
		entry.Organization = o.id
		_, err := c.exec("INSERT INTO organization_log (organization, at, id, record) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", string(o.id), entry.At, string(entry.ID), encodeLogEntry(&entry))
		if err != nil {
			return err
		}
	}
	return nil
}

func (o organization) AddToLog(ctx context.Context, entries ...ce.LogEntry) error {
	return o.store.write(ctx, func(c *connection) error {
		if _, err := o.get(c); errors.Is(err, storage.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		return o.log(c, entries)
	})
}

func (o organization) Changes(ctx context.Context, since time.Time) (changes []string, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		err := c.query(func(r row) error {
			changes = append(changes, r.text(0))
			return nil
		}, "SELECT id FROM organization_log WHERE organization = ? AND at >= ? ORDER BY at DESC LIMIT ?", string(o.id), since, storage.MaxChanges)
		if err != nil {
			return err
		}
		return c.query(func(r row) error {
			changes = append(changes, r.text(0)+" "+strconv.FormatInt(r.number(1), 10))
			return nil
		}, "SELECT id, overview_sequence FROM members WHERE organization = ? AND overview_at >= ? ORDER BY overview_at DESC LIMIT ?", string(o.id), since, storage.MaxChanges)
	})
	return changes, err
}

func (o organization) ListLog(ctx context.Context, page storage.Page[storage.LogKey]) (slice storage.Slice[ce.LogEntry], err error) {
	before, id := int64(math.MaxInt64), ""
	if page.After != nil {
		before, id = page.After.At.UnixMilli(), string(page.After.ID)
	}
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			entry, err := decodeLogEntry(o.id, r.blob(0))
			slice.Items = append(slice.Items, entry)
			return err
		}, `SELECT record FROM organization_log WHERE organization = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`,
			string(o.id), before, id, page.First+1)
	})
	cutSlice(&slice, page.First)
	return slice, err
}

func encodeOrganization(o *ce.Organization) []byte {
	var e encoder
	put(&e, o.ID)
	e.number(o.Version)
	put(&e, o.Name)
	put(&e, o.TimeZone)
	put(&e, o.Locale)
	putList(&e, o.Owners, putText)
	putList(&e, o.Groups, func(e *encoder, g *ce.Group) {
		put(e, g.ID)
		e.number(g.Version)
		put(e, g.Name)
		e.instant(g.CreatedAt)
	})
	e.instant(o.CreatedAt)
	e.instant(o.UpdatedAt)
	e.flag(o.ApprovesCredits)
	return e.data
}

func decodeOrganization(record []byte) (ce.Organization, error) {
	d := newDecoder(record)
	o := ce.Organization{
		ID:       get[ce.OrganizationID](d),
		Version:  d.number(),
		Name:     get[string](d),
		TimeZone: get[string](d),
		Locale:   get[string](d),
		Owners:   getList(d, getText[ce.ProfessionalID]),
		Groups: getList(d, func(d *decoder, g *ce.Group) {
			*g = ce.Group{ID: get[ce.GroupID](d), Version: d.number(), Name: get[string](d), CreatedAt: d.instant()}
		}),
		CreatedAt: d.instant(),
		UpdatedAt: d.instant(),
	}
	o.ApprovesCredits = d.flag()
	return o, d.err()
}

// putEntry and getEntry are for entries that ride in facts of professionals.
func putEntry(e *encoder, l *ce.LogEntry) {
	put(e, l.Organization)
	put(e, encodeLogEntry(l))
}

func getEntry(d *decoder, l *ce.LogEntry) {
	of := get[ce.OrganizationID](d)
	entry, err := decodeLogEntry(of, []byte(get[string](d)))
	if err != nil {
		d.fail()
	}
	*l = entry
}

func encodeLogEntry(l *ce.LogEntry) []byte {
	var e encoder
	put(&e, l.ID)
	e.instant(l.At)
	put(&e, l.Action)
	put(&e, l.Actor)
	put(&e, l.Subject)
	putList(&e, l.Before, putText)
	putList(&e, l.After, putText)
	put(&e, l.Reason)
	return e.data
}

func decodeLogEntry(of ce.OrganizationID, record []byte) (ce.LogEntry, error) {
	d := newDecoder(record)
	l := ce.LogEntry{
		ID:           get[ce.LogEntryID](d),
		Organization: of,
		At:           d.instant(),
		Action:       get[ce.LogAction](d),
		Actor:        get[ce.ProfessionalID](d),
		Subject:      get[ce.ProfessionalID](d),
		Before:       getList(d, getText[string]),
		After:        getList(d, getText[string]),
		Reason:       get[string](d),
	}
	return l, d.err()
}
