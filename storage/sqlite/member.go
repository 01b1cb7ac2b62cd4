package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const selectMember = "SELECT organization, name, record, overview FROM members "

func memberOf(r row) (ce.Member, error) {
	m, err := decodeMember(ce.OrganizationID(r.text(0)), r.text(1), r.blob(2))
	if err == nil && r[3] != nil {
		m.Overview, err = decodeOverview(r.blob(3))
	}
	return m, err
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

// putMember is part of a write: the member as she is, her name included, without an overview. One is on its way as soon as her standings are due.
func (o organization) putMember(c *connection, m *ce.Member) error {
	_, err := c.exec(`INSERT INTO members (id, organization, professional, version, name, sort_name, role, groups, joined_at, left_at, record)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, sort_name = excluded.sort_name, role = excluded.role,
			groups = excluded.groups, joined_at = excluded.joined_at, left_at = excluded.left_at, record = excluded.record,
			overview = NULL, lists = excluded.lists, next_end = excluded.next_end, risk_from = excluded.risk_from`,
		string(m.ID), string(o.id), m.Professional, m.Version, m.Name, m.SortName(), string(m.Role), groupsColumn(m.Groups), m.JoinedAt, m.LeftAt, encodeMember(m))
	if err != nil {
		return err
	}
	if err := list(c, m.ID); err != nil {
		return err
	}
	_, err = c.exec("UPDATE standings SET changes_on = 0 WHERE professional = ?", m.Professional)
	return err
}

// list is part of each write that changes what the lists say of a member.
func list(c *connection, id ce.MemberID) error {
	if _, err := c.exec("DELETE FROM member_lists WHERE member = ?", string(id)); err != nil {
		return err
	}
	_, err := c.exec(`INSERT INTO member_lists
			(organization, in_group, program, sort_name, member, next_end, risk_from, state, program_end, program_risk, required, earned)
		SELECT m.organization, g.value, l.value ->> 'program', m.sort_name, m.id, m.next_end, m.risk_from, l.value ->> 'state', l.value ->> 'next', l.value ->> 'risk',
			ifnull(l.value ->> 'required', 0), ifnull(l.value ->> 'earned', 0)
		FROM members AS m, json_each(json_insert(m.groups, '$[#]', '')) AS g, json_each(m.lists) AS l WHERE m.id = ? AND m.left_at IS NULL`, string(id))
	return err
}

// listingColumn is an item of the column lists.
type listingColumn struct {
	Program  ce.ProgramID `json:"program"`
	State    ce.Outcome   `json:"state"`
	Next     int64        `json:"next"`
	Risk     int64        `json:"risk"`
	Required int64        `json:"required"`
	Earned   int64        `json:"earned"`
}

// saveOverview is part of a write: it gives the overview to all memberships of the professional.
func (p professional) saveOverview(c *connection, derived *storage.Derived) error {
	record := encodeOverview(derived.Overview)
	var changed []ce.MemberID
	err := c.query(func(r row) error {
		if r[1] == nil || !bytes.Equal(r.blob(1), record) {
			changed = append(changed, ce.MemberID(r.text(0)))
		}
		return nil
	}, "SELECT id, overview FROM members WHERE professional = ? AND left_at IS NULL", p.id)
	if err != nil || len(changed) == 0 {
		return err
	}
	listings := derived.Overview.Listings()
	columns := make([]listingColumn, len(listings))
	for i, l := range listings {
		columns[i] = listingColumn{l.Program, l.State, ce.Never(l.EndsAt).UnixMilli(), ce.Never(l.RiskFrom).UnixMilli(), l.Required, l.Earned}
	}
	lists, _ := json.Marshal(columns) // texts and numbers never fail
	for _, id := range changed {
		_, err := c.exec("UPDATE members SET overview = ?, overview_sequence = ?, overview_at = ?, lists = ?, next_end = ?, risk_from = ? WHERE id = ?",
			record, derived.Sequence, derived.At.UnixMilli(), string(lists), columns[0].Next, columns[0].Risk, string(id))
		if err == nil {
			err = list(c, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
		n, err := c.exec(`UPDATE members SET version = ?, role = ?, groups = ?, joined_at = ?, left_at = ?, record = ?, overview = iif(? IS NULL, overview, NULL)
			WHERE id = ? AND organization = ? AND version = ?`,
			after.Version, string(after.Role), groupsColumn(after.Groups), after.JoinedAt, after.LeftAt, encodeMember(after), after.LeftAt, string(id), string(o.id), before.Version)
		if n > 0 && err == nil {
			err = list(c, id)
		}
		if n > 0 && err == nil && !after.LeftAt.IsZero() {
			_, err = c.exec("UPDATE standings SET changes_on = 0 WHERE professional = ?", after.Professional)
		}
		return n, err
	})
}

// placeOf is the column of each order.
var placeOf = map[ce.MemberOrder]string{ce.MembersByName: "sort_name", ce.MembersByDeadline: "next_end", ce.MembersByRisk: "risk_from"}

func (o organization) ListMembers(
	ctx context.Context, filter storage.MemberFilter, order ce.MemberOrder, page storage.Page[storage.MemberKey],
) (slice storage.Slice[ce.Member], err error) {
	groups := filter.Groups
	if groups == nil {
		groups = []ce.GroupID{""}
	}
	lists := make([][]ce.Member, len(groups))
	err = o.store.read(ctx, func(c *connection) error {
		for i, group := range groups {
			query, args := o.listed(group, filter, order, page)
			err := c.query(func(r row) error {
				m, err := memberOf(r)
				lists[i] = append(lists[i], m)
				return err
			}, query, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return slice, err
	}
	return storage.MergeMembers(lists, order, page.First), nil
}

// listed is the query for a page of one group's members, "" for all, and one more.
func (o organization) listed(group ce.GroupID, filter storage.MemberFilter, order ce.MemberOrder, page storage.Page[storage.MemberKey]) (query string, args []any) {
	place := "l." + placeOf[order]
	query = `SELECT m.organization, m.name, m.record, m.overview FROM member_lists AS l JOIN members AS m ON m.id = l.member
		WHERE l.organization = ? AND l.in_group = ? AND l.program = ?`
	args = []any{string(o.id), string(group), string(filter.Program)}
	and := func(condition string, values ...any) {
		query, args = query+" AND "+condition, append(args, values...)
	}
	if after := page.After; after != nil {
		var at any = after.Name
		if order != ce.MembersByName {
			at = ce.Never(after.At)
		}
		and("("+place+", l.member) > (?, ?)", at, string(after.ID))
	}
	if filter.Search != "" {
		and("instr(l.sort_name, ?) > 0", filter.Search)
	}
	// Of all certifications together, what the list is ordered by says the same, and has the indexes.
	end, risk := "l.next_end", "l.risk_from"
	if filter.Program != "" {
		end, risk = "l.program_end", "l.program_risk"
	}
	bounds := filter.Bounds()
	if bounds.State != "" {
		and("l.state = ?", string(bounds.State))
	}
	for _, bound := range []struct {
		condition string
		at        time.Time
	}{{end + " > ?", bounds.EndsAfter}, {end + " <= ?", bounds.EndsBy}, {risk + " > ?", bounds.RiskAfter}, {risk + " <= ?", bounds.RiskBy}} {
		if !bound.at.IsZero() {
			and(bound.condition, bound.at)
		}
	}
	return query + " ORDER BY " + place + ", l.member LIMIT ?", append(args, page.First+1)
}

func (o organization) TallyMembers(ctx context.Context, groups []ce.GroupID) (tallies []storage.Tally, err error) {
	// In one group each member is once under each program, so that the index counts them.
	from, args := "member_lists WHERE organization = ? AND in_group = ?", []any{string(o.id), ""}
	switch {
	case len(groups) == 1:
		args[1] = string(groups[0])
	case groups != nil:
		from = `(SELECT DISTINCT program, state, program_end, program_risk, required, earned, member FROM member_lists
			WHERE organization = ? AND in_group IN (SELECT value FROM json_each(?)))`
		args[1] = groupsColumn(groups)
	}
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			tallies = append(tallies, storage.Tally{Members: int(r.number(4)), Listing: ce.Listing{
				Program: ce.ProgramID(r.text(0)), State: ce.Outcome(r.text(1)), EndsAt: ce.Sometime(r.instant(2)), RiskFrom: ce.Sometime(r.instant(3)),
				Required: r.number(5), Earned: r.number(6),
			}})
			return nil
		}, "SELECT program, state, program_end, program_risk, count(*), sum(required), sum(earned) FROM "+from+" GROUP BY program, state, program_end, program_risk", args...)
	})
	return tallies, err
}

func (o organization) CountMembers(ctx context.Context) (count int, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error { count = int(r.number(0)); return nil },
			"SELECT count(*) FROM member_lists WHERE organization = ? AND in_group = '' AND program = ''", string(o.id))
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
	names := map[ce.ProfessionalID]string{}
	err := o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			names[ce.ProfessionalID(r.text(0))] = r.text(1)
			return nil
		}, "SELECT professional, name FROM members WHERE "+among("professional")+" AND organization = ? AND name <> ''", listed(professionals), string(o.id))
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
			in, err := decodeOrganization(r.blob(4))
			found = append(found, storage.Membership{Member: m, In: in})
			return err
		}, `SELECT m.organization, m.name, m.record, m.overview, o.record FROM members AS m JOIN organizations AS o ON o.id = m.organization
			WHERE m.professional = ? AND m.left_at IS NULL ORDER BY m.joined_at, m.id`, p.id)
	})
	return found, err
}

func (p professional) NameMemberships(ctx context.Context, name string) error {
	m := ce.Member{Name: name}
	return p.store.write(ctx, func(c *connection) error {
		var renamed []ce.MemberID
		err := c.query(func(r row) error {
			renamed = append(renamed, ce.MemberID(r.text(0)))
			return nil
		}, "SELECT id FROM members WHERE professional = ? AND name <> ?", p.id, name)
		for _, id := range renamed {
			if err == nil {
				_, err = c.exec("UPDATE members SET name = ?, sort_name = ? WHERE id = ?", name, m.SortName(), string(id))
			}
			if err == nil {
				err = list(c, id)
			}
		}
		return err
	})
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

func encodeOverview(o *ce.Overview) []byte {
	var e encoder
	putList(&e, o.Certifications, func(e *encoder, c *ce.CertificationOverview) {
		put(e, c.Certification)
		put(e, c.Program)
		put(e, c.ProgramName)
		put(e, c.Outcome)
		e.date(c.DueOn)
		e.instant(c.EndsAt)
		put(e, c.Title)
		putList(e, c.Missing, func(e *encoder, m *ce.MissingRequirement) {
			put(e, m.Title)
			e.optional(m.Remaining)
			put(e, m.Unit)
		})
	})
	for _, c := range o.Certifications {
		e.optional(c.Required)
		e.optional(c.Earned)
	}
	return e.data
}

func decodeOverview(record []byte) (*ce.Overview, error) {
	d := newDecoder(record)
	o := &ce.Overview{Certifications: getList(d, func(d *decoder, c *ce.CertificationOverview) {
		*c = ce.CertificationOverview{
			Certification: get[ce.CertificationID](d),
			Program:       get[ce.ProgramID](d),
			ProgramName:   get[string](d),
			Outcome:       get[ce.Outcome](d),
			DueOn:         d.date(),
			EndsAt:        d.instant(),
			Title:         get[ce.Text](d),
			Missing: getList(d, func(d *decoder, m *ce.MissingRequirement) {
				*m = ce.MissingRequirement{Title: get[string](d), Remaining: d.optional(), Unit: get[string](d)}
			}),
		}
	})}
	for i := range o.Certifications {
		o.Certifications[i].Required, o.Certifications[i].Earned = d.optional(), d.optional()
	}
	return o, d.err()
}
