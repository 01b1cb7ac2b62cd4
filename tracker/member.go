package tracker

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Member is a member of an organisation as another, or herself, sees her.
type Member struct {
	ce.Member
	Role   ce.Role    // what she may do, ownership included
	Groups []ce.Group // those of hers that the viewer sees, oldest first; never nil
	// AllGroups says that what she sees is limited to no groups.
	AllGroups bool
	Outcome   ce.MemberOutcome // at Now
	Now       time.Time
}

// MemberFilter chooses members; what is empty chooses all.
type MemberFilter struct {
	Search    string // part of the name, without regard to case
	Group     ce.GroupID
	Program   ce.ProgramID // that all of them hold; Outcome and DueBefore are then about it alone
	Outcome   ce.MemberOutcome
	DueBefore ce.Date // those whose soonest deadline that is not met is before the day
}

// MemberUpdate changes a member.
type MemberUpdate struct {
	ID      ce.MemberID
	Version int
	Role    Change[ce.Role]
	// Groups replaces those of her groups that the viewer looks after; others stay.
	Groups Change[[]ce.GroupID]
}

// shownMember is the member as the viewer sees her.
func (s *seat) shownMember(m *ce.Member) Member {
	role, all := s.in.RoleOf(m), m.Overview.Listing()
	return Member{
		Member: *m, Role: role, Groups: s.groups(m.Groups, m.ID == s.member.ID), AllGroups: role.Sees() && !m.Limited(role),
		Outcome: all.Outcome(s.now), Now: s.now,
	}
}

// Memberships returns the viewer's memberships, those first that she joined first.
func (v *View) Memberships(ctx context.Context) ([]Member, error) {
	if _, err := v.Professional(ctx); err != nil {
		return nil, err
	}
	memberships, err := v.handle.Memberships(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Member, len(memberships))
	read := v.reading()
	read.mu.Lock()
	defer read.mu.Unlock()
	if read.seats == nil {
		read.seats = map[ce.OrganizationID]*lazy[*seat]{}
	}
	for i, m := range memberships {
		s := &seat{handle: v.store.Organization(m.Organization), now: v.now(), in: m.In, member: m.Member, role: m.In.RoleOf(&m.Member)}
		read.seats[m.Organization] = &lazy[*seat]{done: true, value: s}
		out[i] = s.shownMember(&m.Member)
	}
	return out, nil
}

// Members returns a page of an organisation's members whom the viewer sees and who pass the filter, in the order, and false when she sees none but
// herself.
func (v *View) Members(
	ctx context.Context, id ce.OrganizationID, filter MemberFilter, order ce.MemberOrder, page storage.Page[storage.MemberKey],
) (slice storage.Slice[Member], allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Sees() {
		return slice, false, err
	}
	chosen, err := s.filter(filter)
	if err != nil {
		return slice, false, err
	}
	members, err := s.handle.ListMembers(ctx, chosen, order, page)
	if err != nil {
		return slice, false, err
	}
	slice.More = members.More
	for i := range members.Items {
		slice.Items = append(slice.Items, s.shownMember(&members.Items[i]))
	}
	return slice, true, nil
}

// LogMembersExported puts into the organisation's log that the viewer takes so many of its members away as a file. What she chose them by is not in it: a name that
// she searched for would outlive the member.
func (v *View) LogMembersExported(ctx context.Context, id ce.OrganizationID, members int) error {
	s, err := v.seat(ctx, id)
	if err != nil {
		return err
	}
	return s.handle.AddToLog(ctx, v.entry(ce.LogMembersExported, "", nil, []string{strconv.Itoa(members)}))
}

// filter is what storage is asked for.
func (s *seat) filter(in MemberFilter) (storage.MemberFilter, error) {
	var problems ce.Problems
	search, err := ce.Line(in.Search, ce.MaxNameLength)
	problems.Check(err, "filter", "search")
	problems.Check(ce.CheckDay(in.DueBefore), "filter", "dueBefore")
	if strings.ContainsFunc(string(in.Program), func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) || len(in.Program) > ce.MaxTermLength {
		problems.Add("is not the id of a program", "filter", "program")
	}
	if err := problems.Err(); err != nil {
		return storage.MemberFilter{}, err
	}
	groups, err := s.chosen(in.Group, "filter", "group")
	filter := storage.MemberFilter{Groups: groups, Search: strings.ToLower(search), Program: in.Program, Outcome: in.Outcome, Now: s.now}
	if !in.DueBefore.IsZero() {
		filter.EndsBy = in.DueBefore.AddDays(-1).End(ce.ZoneOrUTC(s.in.TimeZone))
	}
	return filter, err
}

// Member returns a member whom the viewer sees.
func (v *View) Member(ctx context.Context, id ce.MemberID) (Member, error) {
	s, err := v.seatOf(ctx, string(id), "member")
	if err != nil {
		return Member{}, err
	}
	m, err := s.target(ctx, id)
	if err != nil {
		return Member{}, err
	}
	return s.shownMember(&m), nil
}

// target returns a member whom the viewer sees.
func (s *seat) target(ctx context.Context, id ce.MemberID) (ce.Member, error) {
	m, err := s.handle.Member(ctx, id)
	if err == nil && !s.sees(&m) {
		err = storage.ErrNotFound
	}
	return m, translate(err, "member")
}

// UpdateMembership says whether the viewer shows her credits to the organisation, and returns her membership. A change that changes nothing
// succeeds whatever version it saw.
func (v *View) UpdateMembership(ctx context.Context, id ce.MemberID, version int, shareCredits bool) (Member, error) {
	s, err := v.own(ctx, id)
	if err != nil {
		return Member{}, err
	}
	said := map[bool][]string{true: {"CREDITS"}}
	return v.changeMember(ctx, s, id, func(m *ce.Member) ([]ce.LogEntry, error) {
		before := m.ShareCredits
		if before == shareCredits {
			return nil, storage.ErrUnchanged
		}
		m.ShareCredits = shareCredits
		if m.Version != version {
			return nil, stale("membership")
		}
		return []ce.LogEntry{v.entry(ce.LogSharingChanged, m.Professional, said[before], said[shareCredits])}, nil
	})
}

// own returns the viewer's place where the membership of that id is hers.
func (v *View) own(ctx context.Context, id ce.MemberID) (*seat, error) {
	s, err := v.seatOf(ctx, string(id), "membership")
	if err == nil && s.member.ID != id {
		err = notFound("membership")
	}
	return s, err
}

// changeMember runs a change of a member and returns her as she is then.
func (v *View) changeMember(ctx context.Context, s *seat, id ce.MemberID, change func(*ce.Member) ([]ce.LogEntry, error)) (Member, error) {
	changed, err := s.handle.UpdateMember(ctx, id, func(m *ce.Member) ([]ce.LogEntry, error) {
		entries, err := change(m)
		m.UpdatedAt = v.now()
		return entries, err
	})
	if err != nil {
		return Member{}, translate(err, "member")
	}
	return v.changed(ctx, s, changed)
}

// changed shows a member after a change, by which the viewer may have lost sight of her.
func (v *View) changed(ctx context.Context, s *seat, m ce.Member) (Member, error) {
	v.forget()
	now, err := v.seat(ctx, s.in.ID)
	if err != nil {
		return Member{}, err
	}
	return now.shownMember(&m), nil
}

// LeaveOrganization ends the viewer's membership, whose records stay hers. That it has ended is no error.
func (v *View) LeaveOrganization(ctx context.Context, id ce.MemberID) error {
	s, err := v.own(ctx, id)
	if ce.CodeOf(err) == ce.CodeNotFound && v.left(ctx, id) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.endMember(ctx, s, s.member, 0, ce.LogMemberLeft)
}

// left reports whether the membership was the viewer's and has ended.
func (v *View) left(ctx context.Context, id ce.MemberID) bool {
	organization, err := v.store.System().OrganizationOf(ctx, string(id))
	if err != nil || ce.NewMemberID(organization, v.viewer.Professional) != id {
		return false
	}
	_, err = v.store.Organization(organization).FormerMember(ctx, id)
	return err == nil
}

// endMember ends a membership, ownership first: without it an organisation never is.
func (v *View) endMember(ctx context.Context, s *seat, m ce.Member, version int, action ce.LogAction) error {
	if _, err := s.handle.Update(ctx, v.giveUp(m.Professional, ce.RoleManager)); err != nil {
		return translate(err, "organization")
	}
	err := v.end(ctx, s.handle, m.ID, version, v.viewer.Professional, action)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	v.forget()
	v.refreshNow(ctx, m.Professional) // nothing of the organisation binds her any more
	// She may have been made an owner just before she was gone.
	return v.succeed(context.WithoutCancel(ctx), s.in.ID, m.Professional)
}

// giveUp is the change of an organisation that ends that the professional is an owner; she has the role from then on.
func (v *View) giveUp(professional ce.ProfessionalID, role ce.Role) func(*ce.Organization) ([]ce.LogEntry, error) {
	return func(o *ce.Organization) ([]ce.LogEntry, error) {
		i := slices.Index(o.Owners, professional)
		if i < 0 {
			return nil, storage.ErrUnchanged
		}
		if len(o.Owners) == 1 {
			return nil, errLastOwner
		}
		o.Owners, o.UpdatedAt = slices.Delete(o.Owners, i, i+1), v.now()
		return []ce.LogEntry{v.entry(ce.LogRoleChanged, professional, []string{string(ce.RoleOwner)}, []string{string(role)})}, nil
	}
}

var errLastOwner = ce.Errorf(ce.CodeConflict, "An organization needs an owner, and this is the only one. Make another member an owner first, or delete the organization.")

// checkReach refuses to change a member who is above the viewer.
func (s *seat) checkReach(m *ce.Member) error {
	if err := s.manages(); err != nil {
		return err
	}
	switch role := s.in.RoleOf(m); {
	case s.role == ce.RoleOwner, m.ID == s.member.ID:
		return nil
	case role.Above(s.role):
		return s.may(false, "Only owners may change an owner.")
	case s.limited() && role.Sees() && (!m.Limited(role) || !s.all(m.Groups)):
		return s.may(false, "This member looks after groups that you do not look after.")
	}
	return nil
}

// all reports whether the viewer looks after all of the groups, as far as they are there.
func (s *seat) all(groups []ce.GroupID) bool {
	return !slices.ContainsFunc(groups, func(id ce.GroupID) bool { return s.in.Group(id) >= 0 && !s.within(id) })
}

// checkGrant refuses to give more than the viewer has: a role above hers, or, where she is limited to groups, one that sees others than those.
func (s *seat) checkGrant(role ce.Role, groups []ce.GroupID) error {
	if role.Above(s.role) {
		return &ce.Error{Code: ce.CodeForbidden, Path: []string{"role"}, Text: "You cannot give a role above your own."}
	}
	if s.limited() && role.Sees() && (len(groups) == 0 || !s.all(groups)) {
		return errGroupNeeded
	}
	return nil
}

var errGroupNeeded = &ce.Error{Code: ce.CodeForbidden, Path: []string{"groupIds"}, Text: "You look after some groups only: choose at least one of them, and no other."}

// checkGroups refuses groups that the viewer does not see.
func (s *seat) checkGroups(groups []ce.GroupID) error {
	visible := s.in
	visible.Groups = s.shown().Groups
	return visible.CheckGroups(groups)
}

// UpdateMember changes role and groups of a member, and returns her. A change that changes nothing succeeds whatever version it saw.
func (v *View) UpdateMember(ctx context.Context, in MemberUpdate) (Member, error) {
	s, err := v.seatOf(ctx, string(in.ID), "member")
	if err != nil {
		return Member{}, err
	}
	m, err := s.target(ctx, in.ID)
	if err != nil {
		return Member{}, err
	}
	if err := s.checkReach(&m); err != nil {
		return Member{}, err
	}
	if in.Groups.Given {
		if err := s.checkGroups(in.Groups.Value); err != nil {
			return Member{}, err
		}
	}
	before := s.in.RoleOf(&m)
	after := before
	in.Role.Apply(&after)
	if m.ID == s.member.ID && s.role != ce.RoleOwner && (in.Role.Given && after != before || in.Groups.Given) {
		return Member{}, s.may(false, "You cannot change your own role and groups.")
	}
	if after == ce.RoleOwner && before != ce.RoleOwner && len(s.in.Owners) >= ce.MaxOwners {
		return Member{}, ce.Errorf(ce.CodeLimitExceeded, "An organization has at most %d owners.", ce.MaxOwners)
	}
	if before == ce.RoleOwner && after != ce.RoleOwner && len(s.in.Owners) == 1 {
		return Member{}, errLastOwner
	}
	updated, err := v.changeMember(ctx, s, m.ID, func(m *ce.Member) ([]ce.LogEntry, error) {
		roleBefore, groupsBefore := m.Role, m.Groups
		m.Role = after
		if after == ce.RoleOwner {
			m.Role = ce.RoleManager // what she is when she no longer is an owner
		}
		if in.Groups.Given {
			if m.Groups = s.regroup(m.Groups, in.Groups.Value); len(m.Groups) > ce.MaxGroupsOfMember {
				return nil, ce.Errorf(ce.CodeLimitExceeded, "A member is in at most %d groups, those included that you do not look after.", ce.MaxGroupsOfMember)
			}
		}
		if after == before && slices.Equal(groupsBefore, m.Groups) {
			return nil, storage.ErrUnchanged
		}
		if m.Version != in.Version {
			return nil, stale("member")
		}
		if err := s.checkGrant(after, m.Groups); err != nil {
			return nil, err
		}
		var entries []ce.LogEntry
		if before != ce.RoleOwner && roleBefore != m.Role {
			entries = append(entries, v.entry(ce.LogRoleChanged, m.Professional, []string{string(roleBefore)}, []string{string(m.Role)}))
		}
		if !slices.Equal(groupsBefore, m.Groups) {
			entries = append(entries, v.entry(ce.LogGroupsChanged, m.Professional, s.names(groupsBefore), s.names(m.Groups)))
		}
		return entries, nil
	})
	if err != nil || before == after || before != ce.RoleOwner && after != ce.RoleOwner {
		return updated, err
	}
	if after == ce.RoleOwner {
		err = v.promote(ctx, s, m)
	} else {
		_, err = s.handle.Update(ctx, v.giveUp(m.Professional, after))
	}
	if err != nil {
		return Member{}, translate(err, "organization")
	}
	return v.changed(ctx, s, updated.Member)
}

// regroup puts the groups in the place of those of before that the viewer looks after.
func (s *seat) regroup(before, groups []ce.GroupID) []ce.GroupID {
	out := []ce.GroupID{}
	for _, id := range before {
		if slices.Contains(groups, id) || s.in.Group(id) >= 0 && !s.within(id) {
			out = append(out, id)
		}
	}
	for _, id := range groups {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// promote makes the member an owner beside the others.
func (v *View) promote(ctx context.Context, s *seat, m ce.Member) error {
	_, err := s.handle.Update(ctx, func(o *ce.Organization) ([]ce.LogEntry, error) {
		switch {
		case o.Owned(m.Professional):
			return nil, storage.ErrUnchanged
		case !o.Owned(v.viewer.Professional):
			return nil, s.may(false, "Only owners may do this.")
		}
		o.Owners, o.UpdatedAt = append(o.Owners, m.Professional), v.now()
		return []ce.LogEntry{v.entry(ce.LogRoleChanged, m.Professional, []string{string(ce.RoleManager)}, []string{string(ce.RoleOwner)})}, nil
	})
	if err != nil {
		return err
	}
	return v.stillThere(ctx, s, m)
}

// stillThere takes ownership back from one who had left before she was given it, and says so.
func (v *View) stillThere(ctx context.Context, s *seat, m ce.Member) error {
	_, err := s.handle.Member(ctx, m.ID)
	if errors.Is(err, storage.ErrNotFound) {
		err = errors.Join(notFound("member"), v.succeed(context.WithoutCancel(ctx), s.in.ID, m.Professional))
	}
	return err
}

// RemoveMember ends somebody's membership. That it has ended is no error.
func (v *View) RemoveMember(ctx context.Context, id ce.MemberID, version int) error {
	s, err := v.seatOf(ctx, string(id), "member")
	if err != nil {
		return err
	}
	m, err := s.target(ctx, id)
	if ce.CodeOf(err) == ce.CodeNotFound {
		if former, gone := s.handle.FormerMember(ctx, id); gone == nil && s.sees(&former) && s.role.Manages() {
			return nil
		}
	}
	if err != nil {
		return err
	}
	if err := s.checkReach(&m); err != nil {
		return err
	}
	if m.ID == s.member.ID {
		return s.may(false, "To end your own membership, leave the organization.")
	}
	if !s.all(m.Groups) {
		return s.may(false, "This member is in other groups, too. Take her out of yours instead.")
	}
	return v.endMember(ctx, s, m, version, ce.LogMemberRemoved)
}

// TransferOwnership makes a member an owner in the viewer's place, who is a manager from then on, and returns the new owner.
func (v *View) TransferOwnership(ctx context.Context, id ce.MemberID, version int) (Member, error) {
	s, err := v.seatOf(ctx, string(id), "member")
	if err != nil {
		return Member{}, err
	}
	m, err := s.target(ctx, id)
	if err != nil {
		return Member{}, err
	}
	if s.in.Owned(m.Professional) && m.ID != s.member.ID && !s.in.Owned(v.viewer.Professional) {
		return s.shownMember(&m), nil // done before
	}
	if err := s.owns(); err != nil {
		return Member{}, err
	}
	if m.ID == s.member.ID {
		return Member{}, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"id"}, Text: "must be another member"}
	}
	// What she is when she no longer is an owner.
	m, err = s.handle.UpdateMember(ctx, id, func(m *ce.Member) ([]ce.LogEntry, error) {
		if m.Version != version {
			return nil, stale("member")
		}
		before := m.Role
		if before == ce.RoleManager {
			return nil, storage.ErrUnchanged
		}
		m.Role, m.UpdatedAt = ce.RoleManager, v.now()
		if s.in.Owned(m.Professional) {
			return nil, nil
		}
		return []ce.LogEntry{v.entry(ce.LogRoleChanged, m.Professional, []string{string(before)}, []string{string(ce.RoleManager)})}, nil
	})
	if err != nil {
		return Member{}, translate(err, "member")
	}
	_, err = s.handle.Update(ctx, func(o *ce.Organization) ([]ce.LogEntry, error) {
		i := slices.Index(o.Owners, v.viewer.Professional)
		if i < 0 {
			return nil, s.may(false, "Only owners may do this.")
		}
		owner, manager := []string{string(ce.RoleOwner)}, []string{string(ce.RoleManager)}
		o.Owners, o.UpdatedAt = slices.Delete(o.Owners, i, i+1), v.now()
		entries := []ce.LogEntry{v.entry(ce.LogRoleChanged, v.viewer.Professional, owner, manager)}
		if !o.Owned(m.Professional) {
			o.Owners = append(o.Owners, m.Professional)
			entries = append(entries, v.entry(ce.LogRoleChanged, m.Professional, manager, owner))
		}
		return entries, nil
	})
	if err != nil {
		return Member{}, translate(err, "organization")
	}
	if err := v.stillThere(ctx, s, m); err != nil {
		return Member{}, err
	}
	return v.changed(ctx, s, m)
}
