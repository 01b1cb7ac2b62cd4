package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const selectMember = "SELECT organization, name, record FROM members "

func memberOf(r row) (ce.Member, error) {
	return decodeMember(ce.OrganizationID(r.text(0)), r.text(1), r.blob(2))
}

func (o organization) Member(ctx context.Context, id ce.MemberID) (ce.Member, error) {
	return o.memberWhere(ctx, id, "left_at IS NULL")
}

func (o organization) FormerMember(ctx context.Context, id ce.MemberID) (ce.Member, error) {
	return o.memberWhere(ctx, id, "left_at IS NOT NULL")
}

func (o organization) memberWhere(ctx context.Context, id ce.MemberID, left string) (found ce.Member, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = one(c, memberOf, selectMember+"WHERE id = ? AND organization = ? AND "+left, string(id), string(o.id))
		return err
	})
	return found, err
}

// putMember is part of a write: the member as she is, her name included.
func (o organization) putMember(c *connection, m *ce.Member) error {
	_, err := c.exec(`INSERT INTO members (id, organization, professional, version, name, sort_name, role, groups, joined_at, left_at, record)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, sort_name = excluded.sort_name, role = excluded.role,
			groups = excluded.groups, joined_at = excluded.joined_at, left_at = excluded.left_at, record = excluded.record`,
		string(m.ID), string(o.id), m.Professional, m.Version, m.Name, m.SortName(), string(m.Role), groupsColumn(m.Groups), m.JoinedAt, m.LeftAt, encodeMember(m))
	return err
}

func groupsColumn(groups []ce.GroupID) string {
	if groups == nil {
		groups = []ce.GroupID{}
	}
	text, _ := json.Marshal(groups) // texts never fail
	return string(text)
}

func (o organization) Join(ctx context.Context, member ce.Member, now time.Time, entries ...ce.LogEntry) (joined ce.Member, err error) {
	err = o.store.write(ctx, func(c *connection) error {
		m := member
		profile, err := professional{o.store, m.Professional}.profile(c)
		if err != nil {
			return err
		}
		m.Organization, m.Version, m.Name, m.LeftAt, m.Removed = o.id, 1, profile.Name, time.Time{}, false
		switch before, err := one(c, memberOf, selectMember+"WHERE id = ? AND organization = ?", string(m.ID), string(o.id)); {
		case err == nil && before.LeftAt.IsZero():
			return storage.ErrConflict
		case err == nil:
			m.Version, m.CreatedAt = before.Version+1, before.CreatedAt
		case !errors.Is(err, storage.ErrNotFound):
			return err
		}
		invitation, err := o.invitation(c, m.Invitation)
		if err != nil {
			return err
		}
		if invitation.State(now) != ce.InvitationOpen {
			return storage.ErrNotFound
		}
		if _, err := c.exec("UPDATE invitations SET uses = uses + 1, open = ? WHERE id = ?", invitation.Uses+1 < invitation.MaxUses, string(invitation.ID)); err != nil {
			return err
		}
		if err := o.putMember(c, &m); err != nil {
			return err
		}
		if joined, err = decodeMember(o.id, m.Name, encodeMember(&m)); err != nil {
			return err
		}
		return o.log(c, entries)
	})
	return joined, err
}

func (o organization) UpdateMember(ctx context.Context, id ce.MemberID, change func(*ce.Member) ([]ce.LogEntry, error)) (ce.Member, error) {
	read := func(c *connection) (ce.Member, error) {
		return one(c, memberOf, selectMember+"WHERE id = ? AND organization = ?", string(id), string(o.id))
	}
	return changeLogged(ctx, o, read, func(m *ce.Member) ([]ce.LogEntry, error) {
		if !m.LeftAt.IsZero() {
			return nil, storage.ErrNotFound
		}
		return change(m)
	}, func(before, after *ce.Member) {
		after.ID, after.Organization, after.Professional, after.CreatedAt = id, o.id, before.Professional, before.CreatedAt
		after.Version = before.Version + 1
	}, func(c *connection, before, after *ce.Member) (int64, error) {
		return c.exec("UPDATE members SET version = ?, role = ?, groups = ?, joined_at = ?, left_at = ?, record = ? WHERE id = ? AND organization = ? AND version = ?",
			after.Version, string(after.Role), groupsColumn(after.Groups), after.JoinedAt, after.LeftAt, encodeMember(after), string(id), string(o.id), before.Version)
	})
}

func (o organization) ListMembers(ctx context.Context, filter storage.MemberFilter, page storage.Page[storage.MemberKey]) (slice storage.Slice[ce.Member], err error) {
	query := selectMember + "WHERE organization = ? AND left_at IS NULL"
	args := []any{string(o.id)}
	if page.After != nil {
		query += " AND (sort_name, id) > (?, ?)"
		args = append(args, page.After.Name, string(page.After.ID))
	}
	if filter.Groups != nil {
		query += " AND EXISTS (SELECT 1 FROM json_each(groups) AS g WHERE g.value IN (SELECT value FROM json_each(?)))"
		args = append(args, groupsColumn(filter.Groups))
	}
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			m, err := memberOf(r)
			slice.Items = append(slice.Items, m)
			return err
		}, query+" ORDER BY sort_name, id LIMIT ?", append(args, page.First+1)...)
	})
	if slice.More = len(slice.Items) > page.First; slice.More {
		slice.Items = slice.Items[:page.First]
	}
	return slice, err
}

func (o organization) CountMembers(ctx context.Context) (count int, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { count = int(r.number(0)); return nil },
			"SELECT count(*) FROM members WHERE organization = ? AND left_at IS NULL", string(o.id))
		return err
	})
	return count, err
}

func (o organization) OldestManager(ctx context.Context) (found ce.Member, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = one(c, memberOf, selectMember+"WHERE organization = ? AND role = ? AND left_at IS NULL ORDER BY joined_at, id LIMIT 1",
			string(o.id), string(ce.RoleManager))
		return err
	})
	return found, err
}

func (o organization) MemberNames(ctx context.Context, professionals []ce.ProfessionalID) (map[ce.ProfessionalID]string, error) {
	ids, _ := json.Marshal(professionals) // texts never fail
	names := map[ce.ProfessionalID]string{}
	err := o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			names[ce.ProfessionalID(r.text(0))] = r.text(1)
			return nil
		}, "SELECT professional, name FROM members WHERE professional IN (SELECT value FROM json_each(?)) AND organization = ? AND name <> ''", string(ids), string(o.id))
	})
	return names, err
}

func (p professional) Memberships(ctx context.Context) (found []storage.Membership, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			m, err := memberOf(r)
			if err != nil {
				return err
			}
			in, err := decodeOrganization(r.blob(3))
			found = append(found, storage.Membership{Member: m, In: in})
			return err
		}, `SELECT m.organization, m.name, m.record, o.record FROM members AS m JOIN organizations AS o ON o.id = m.organization
			WHERE m.professional = ? AND m.left_at IS NULL ORDER BY m.joined_at, m.id`, p.id)
	})
	return found, err
}

func (p professional) NameMemberships(ctx context.Context, name string) error {
	m := ce.Member{Name: name}
	return p.store.change(ctx, "UPDATE members SET name = ?, sort_name = ? WHERE professional = ? AND name <> ?", name, m.SortName(), p.id, name)
}

func (p professional) OwnedOrganizations(ctx context.Context) (owned []ce.OrganizationID, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			owned = append(owned, ce.OrganizationID(r.text(0)))
			return nil
		}, "SELECT organization FROM organization_owners WHERE professional = ?", p.id)
	})
	return owned, err
}

func encodeMember(m *ce.Member) []byte {
	var e encoder
	put(&e, m.ID)
	put(&e, m.Professional)
	e.number(m.Version)
	put(&e, m.Role)
	putList(&e, m.Groups, putText)
	e.flag(m.ShareCredits)
	put(&e, m.Invitation)
	e.instant(m.JoinedAt)
	e.instant(m.LeftAt)
	e.flag(m.Removed)
	e.instant(m.CreatedAt)
	e.instant(m.UpdatedAt)
	return e.data
}

func decodeMember(of ce.OrganizationID, name string, record []byte) (ce.Member, error) {
	d := newDecoder(record)
	m := ce.Member{
		ID:           get[ce.MemberID](d),
		Organization: of,
		Professional: get[ce.ProfessionalID](d),
		Version:      d.number(),
		Name:         name,
		Role:         get[ce.Role](d),
		Groups:       getList(d, getText[ce.GroupID]),
		ShareCredits: d.flag(),
		Invitation:   get[ce.InvitationID](d),
		JoinedAt:     d.instant(),
		LeftAt:       d.instant(),
		Removed:      d.flag(),
		CreatedAt:    d.instant(),
		UpdatedAt:    d.instant(),
	}
	return m, d.err()
}
