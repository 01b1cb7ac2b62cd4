package tracker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Organization is an organisation as one of its members sees it.
type Organization struct {
	ce.Organization        // with the groups that she sees, oldest first
	Membership      Member // her own
}

// NewOrganization is what a professional enters to found an organisation. Empty fields were not given.
type NewOrganization struct {
	ID       ce.OrganizationID
	Name     string
	TimeZone string // hers when not given
	Locale   string
}

// OrganizationUpdate changes an organisation.
type OrganizationUpdate struct {
	ID       ce.OrganizationID
	Version  int
	Name     Change[string]
	TimeZone Change[string]
	Locale   Change[string]

	ApprovesCredits Change[bool]
}

// LogEntry is an entry of an organisation's log with the names that belong to it.
type LogEntry struct {
	ce.LogEntry
	ActorName, SubjectName string // "" for nobody, and for one who is erased
}

// seat is the viewer's place in an organisation: what she may see and do there follows from it.
type seat struct {
	handle storage.Organization
	now    time.Time
	in     ce.Organization
	member ce.Member
	role   ce.Role
}

// seat returns the viewer's place in the organisation, or NOT_FOUND when she is no member.
func (v *View) seat(ctx context.Context, id ce.OrganizationID) (*seat, error) {
	if _, err := v.Professional(ctx); err != nil {
		return nil, err
	}
	read := v.reading()
	read.mu.Lock()
	if read.seats == nil {
		read.seats = map[ce.OrganizationID]*lazy[*seat]{}
	}
	if read.seats[id] == nil {
		read.seats[id] = &lazy[*seat]{}
	}
	place := read.seats[id]
	read.mu.Unlock()
	return place.get(func() (*seat, error) {
		s := &seat{handle: v.store.Organization(id), now: v.now()}
		var err error
		if s.member, err = s.handle.Member(ctx, ce.NewMemberID(id, v.viewer.Professional)); err == nil {
			s.in, err = s.handle.Get(ctx)
		}
		s.role = s.in.RoleOf(&s.member)
		return s, translate(err, "organization")
	})
}

// seatOf returns the viewer's place in the organisation whose member or invitation has the id.
func (v *View) seatOf(ctx context.Context, id, what string) (*seat, error) {
	organization, err := v.store.System().OrganizationOf(ctx, id)
	if err != nil {
		return nil, translate(err, what)
	}
	s, err := v.seat(ctx, organization)
	if ce.CodeOf(err) == ce.CodeNotFound {
		return nil, notFound(what)
	}
	return s, err
}

// limited reports whether the viewer sees only members of her groups.
func (s *seat) limited() bool { return s.member.Limited(s.role) }

// scope returns the groups to which the viewer is limited, nil when she is not. Those that the organisation no longer has are not among
// them: then she may be limited to nothing.
func (s *seat) scope() []ce.GroupID {
	if !s.limited() {
		return nil
	}
	scope := []ce.GroupID{}
	for _, id := range s.member.Groups {
		if s.in.Group(id) >= 0 {
			scope = append(scope, id)
		}
	}
	return scope
}

// within reports whether the viewer looks after the group.
func (s *seat) within(id ce.GroupID) bool {
	return s.in.Group(id) >= 0 && (!s.limited() || slices.Contains(s.member.Groups, id))
}

// sees reports whether the viewer sees the member.
func (s *seat) sees(m *ce.Member) bool {
	if m.ID == s.member.ID {
		return true
	}
	return s.role.Sees() && (!s.limited() || slices.ContainsFunc(m.Groups, s.within))
}

// may refuses what the viewer's role does not allow.
func (s *seat) may(allowed bool, text string) error {
	if !allowed {
		return ce.Errorf(ce.CodeForbidden, "%s", text)
	}
	return nil
}

func (s *seat) owns() error {
	return s.may(s.role == ce.RoleOwner, "Only owners may do this.")
}

// managesAll refuses who does not manage the whole organisation.
func (s *seat) managesAll() error {
	return s.may(s.role.Manages() && !s.limited(), "Only owners, and managers who are not limited to groups, may do this.")
}

func (s *seat) manages() error {
	return s.may(s.role.Manages(), "Only owners and managers may do this.")
}

// groups returns those of the groups that the viewer sees, in the organisation's order.
func (s *seat) groups(ids []ce.GroupID, own bool) []ce.Group {
	out := []ce.Group{}
	for _, group := range s.in.Groups {
		if slices.Contains(ids, group.ID) && (own || s.within(group.ID)) {
			out = append(out, group)
		}
	}
	return out
}

// shown is the organisation as the viewer sees it.
func (s *seat) shown() Organization {
	o := Organization{Organization: s.in, Membership: s.shownMember(&s.member)}
	o.Groups = o.Membership.Groups
	if s.role.Sees() && !s.limited() {
		o.Groups = s.in.Groups
	}
	return o
}

// names returns the names of the groups, for the log.
func (s *seat) names(ids []ce.GroupID) []string {
	var names []string
	for _, group := range s.groups(ids, true) {
		names = append(names, group.Name)
	}
	return names
}

// entry is an entry of the log about what the viewer does.
func (v *View) entry(action ce.LogAction, subject ce.ProfessionalID, before, after []string) ce.LogEntry {
	return v.entryBy(v.viewer.Professional, action, subject, before, after)
}

func (t *Tracker) entryBy(actor ce.ProfessionalID, action ce.LogAction, subject ce.ProfessionalID, before, after []string) ce.LogEntry {
	at := t.now()
	return ce.LogEntry{ID: ce.NewLogEntryID(at, t.logged.Add(1)), At: at, Action: action, Actor: actor, Subject: subject, Before: before, After: after}
}

// Organization returns an organisation of which the viewer is a member.
func (v *View) Organization(ctx context.Context, id ce.OrganizationID) (Organization, error) {
	s, err := v.seat(ctx, id)
	if err != nil {
		return Organization{}, err
	}
	return s.shown(), nil
}

var errMemberships = ce.Errorf(ce.CodeLimitExceeded, "You are a member of %d organizations, and no more are possible. Leave one first.", ce.MaxMemberships)

// checkMemberships refuses one membership too many.
func (v *View) checkMemberships(ctx context.Context) error {
	memberships, err := v.handle.Memberships(ctx)
	if err == nil && len(memberships) >= ce.MaxMemberships {
		err = errMemberships
	}
	return err
}

// CreateOrganization founds an organisation, whose owner the viewer is, and returns it, or nil when the same request was made before and the
// organisation has been deleted since.
func (v *View) CreateOrganization(ctx context.Context, in NewOrganization) (*Organization, error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return nil, err
	}
	id := in.ID
	if id == "" {
		id = ce.OrganizationID(ce.NewUUID())
	}
	now := v.now()
	o := ce.Organization{
		ID: id, Name: in.Name, TimeZone: in.TimeZone, Locale: in.Locale, Owners: []ce.ProfessionalID{profile.ID}, CreatedAt: now, UpdatedAt: now,
	}
	if o.TimeZone == "" {
		o.TimeZone = profile.TimeZone
	}
	if o.Locale == "" {
		o.Locale = profile.Locale
	}
	if err := o.Clean(); err != nil {
		return nil, err
	}
	if _, err := v.seat(ctx, id); ce.CodeOf(err) == ce.CodeNotFound { // else the request is a repeated one, or refused for its id
		if err := v.checkMemberships(ctx); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	founder := ce.Member{
		ID: ce.NewMemberID(id, profile.ID), Professional: profile.ID, Role: ce.RoleManager, JoinedAt: now, CreatedAt: now, UpdatedAt: now,
	}
	_, err = v.store.Organization(id).Create(ctx, o, founder, digest(in), v.entry(ce.LogOrganizationCreated, "", nil, []string{o.Name}))
	if errors.Is(err, storage.ErrRemoved) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err, "organization")
	}
	v.introduce(ctx)
	created, err := v.Organization(ctx, id)
	return &created, err
}

// changeOrganization runs a change of the organisation after the viewer's role was checked, and returns the organisation as it is then.
func (v *View) changeOrganization(
	ctx context.Context, id ce.OrganizationID, allowed func(*seat) error, change func(*ce.Organization) ([]ce.LogEntry, error),
) (Organization, error) {
	s, err := v.seat(ctx, id)
	if err != nil {
		return Organization{}, err
	}
	if err := allowed(s); err != nil {
		return Organization{}, err
	}
	_, err = s.handle.Update(ctx, func(o *ce.Organization) ([]ce.LogEntry, error) {
		entries, err := change(o)
		o.UpdatedAt = v.now()
		return entries, err
	})
	if err != nil {
		return Organization{}, translate(err, "organization")
	}
	v.forget()
	return v.Organization(ctx, id)
}

// UpdateOrganization changes an organisation and returns it. An update that changes nothing succeeds whatever version it saw. The standings of the members
// follow in the background when ApprovesCredits changes.
func (v *View) UpdateOrganization(ctx context.Context, in OrganizationUpdate) (Organization, error) {
	return v.changeOrganization(ctx, in.ID, (*seat).owns, func(o *ce.Organization) ([]ce.LogEntry, error) {
		before := settingsOf(o)
		in.Name.Apply(&o.Name)
		in.TimeZone.Apply(&o.TimeZone)
		in.Locale.Apply(&o.Locale)
		in.ApprovesCredits.Apply(&o.ApprovesCredits)
		if err := o.Clean(); err != nil {
			return nil, err
		}
		after := settingsOf(o)
		if slices.Equal(before, after) {
			return nil, storage.ErrUnchanged
		}
		if o.Version != in.Version {
			return nil, stale("organization")
		}
		return []ce.LogEntry{v.entry(ce.LogOrganizationUpdated, "", before, after)}, nil
	})
}

// settingsOf is what the log says of an organisation.
func settingsOf(o *ce.Organization) []string {
	settings := []string{o.Name, o.TimeZone, o.Locale}
	if o.ApprovesCredits {
		settings = append(settings, "APPROVES_CREDITS")
	}
	return settings
}

// DeleteOrganization deletes an organisation with its memberships, invitations and log. What its members entered stays theirs.
func (v *View) DeleteOrganization(ctx context.Context, id ce.OrganizationID, version int) error {
	s, err := v.seat(ctx, id)
	if err != nil {
		return err
	}
	if err := s.owns(); err != nil {
		return err
	}
	// Once begun it ends by itself, here or in the sweep; the client cannot stop it half-way.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	err = s.handle.Delete(ctx, v.now(), func(o ce.Organization) error {
		if o.Version != version {
			return stale("organization")
		}
		if !o.Owned(v.viewer.Professional) {
			return s.may(false, "Only owners may do this.")
		}
		return nil
	})
	v.forget()
	return translate(err, "organization")
}

// CreateGroup adds a group to an organisation. With an id (else ""), the same request repeated answers as the first time.
func (v *View) CreateGroup(ctx context.Context, in ce.OrganizationID, id ce.GroupID, name string) (Organization, ce.Group, error) {
	if id == "" {
		id = ce.GroupID(ce.NewUUID())
	}
	created := ce.Group{ID: id, Version: 1, Name: name, CreatedAt: v.now()}
	o, err := v.changeOrganization(ctx, in, (*seat).managesAll, func(o *ce.Organization) ([]ce.LogEntry, error) {
		if err := created.Clean(); err != nil {
			return nil, err
		}
		if i := o.Group(id); i >= 0 {
			if o.Groups[i].Name == created.Name {
				created = o.Groups[i]
				return nil, storage.ErrUnchanged
			}
			return nil, translate(storage.ErrConflict, "group")
		}
		if err := checkGroupName(o, &created); err != nil {
			return nil, err
		}
		if len(o.Groups) >= ce.MaxGroups {
			return nil, ce.Errorf(ce.CodeLimitExceeded, "This organization has %d groups, and no more are possible.", ce.MaxGroups)
		}
		o.Groups = append(o.Groups, created)
		return []ce.LogEntry{v.entry(ce.LogGroupCreated, "", nil, []string{created.Name})}, nil
	})
	return o, created, err
}

// checkGroupName refuses a name that another group has, since people tell groups by their names.
func checkGroupName(o *ce.Organization, group *ce.Group) error {
	for _, other := range o.Groups {
		if other.ID != group.ID && strings.EqualFold(other.Name, group.Name) {
			return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"name"}, Text: "is the name of another group"}
		}
	}
	return nil
}

// RenameGroup renames a group. A change that changes nothing succeeds whatever version it saw.
func (v *View) RenameGroup(ctx context.Context, in ce.OrganizationID, id ce.GroupID, version int, name string) (Organization, ce.Group, error) {
	var renamed ce.Group
	o, err := v.changeOrganization(ctx, in, (*seat).managesAll, func(o *ce.Organization) ([]ce.LogEntry, error) {
		i := o.Group(id)
		if i < 0 {
			return nil, notFound("group")
		}
		before := o.Groups[i]
		renamed = before
		renamed.Name = name
		if err := renamed.Clean(); err != nil {
			return nil, err
		}
		if renamed == before {
			return nil, storage.ErrUnchanged
		}
		if before.Version != version {
			return nil, stale("group")
		}
		if err := checkGroupName(o, &renamed); err != nil {
			return nil, err
		}
		renamed.Version++
		o.Groups[i] = renamed
		return []ce.LogEntry{v.entry(ce.LogGroupRenamed, "", []string{before.Name}, []string{renamed.Name})}, nil
	})
	return o, renamed, err
}

// RemoveGroup removes a group; its members stay members. That it is gone already is no error.
func (v *View) RemoveGroup(ctx context.Context, in ce.OrganizationID, id ce.GroupID, version int) (Organization, error) {
	return v.changeOrganization(ctx, in, (*seat).managesAll, func(o *ce.Organization) ([]ce.LogEntry, error) {
		i := o.Group(id)
		if i < 0 {
			return nil, storage.ErrUnchanged
		}
		group := o.Groups[i]
		if group.Version != version {
			return nil, stale("group")
		}
		o.Groups = slices.Delete(o.Groups, i, i+1)
		return []ce.LogEntry{v.entry(ce.LogGroupRemoved, "", []string{group.Name}, nil)}, nil
	})
}

// Log returns a page of an organisation's log, newest first, and false for who may not read it: only owners do.
func (v *View) Log(ctx context.Context, id ce.OrganizationID, page storage.Page[storage.LogKey]) (slice storage.Slice[LogEntry], allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || s.role != ce.RoleOwner {
		return slice, false, err
	}
	entries, err := s.handle.ListLog(ctx, page)
	if err != nil {
		return slice, false, err
	}
	var people []ce.ProfessionalID
	for _, entry := range entries.Items {
		for _, id := range []ce.ProfessionalID{entry.Actor, entry.Subject} {
			if id != "" && !slices.Contains(people, id) {
				people = append(people, id)
			}
		}
	}
	names, err := s.handle.MemberNames(ctx, people)
	if err != nil {
		return slice, false, err
	}
	slice.More = entries.More
	for _, entry := range entries.Items {
		slice.Items = append(slice.Items, LogEntry{LogEntry: entry, ActorName: names[entry.Actor], SubjectName: names[entry.Subject]})
	}
	return slice, true, nil
}

// succeed finds an organisation another owner when the one who is gone was its last: its oldest manager, or, where there is none, nobody
// is left to look after it, and it is deleted.
func (t *Tracker) succeed(ctx context.Context, id ce.OrganizationID, gone ce.ProfessionalID) error {
	handle := t.store.Organization(id)
	for {
		o, err := handle.Get(ctx)
		if errors.Is(err, storage.ErrNotFound) || err == nil && !o.Owned(gone) {
			return nil
		}
		if err != nil {
			return err
		}
		heir, err := handle.OldestManager(ctx)
		none := errors.Is(err, storage.ErrNotFound)
		if err != nil && !none {
			return err
		}
		last := false
		_, err = handle.Update(ctx, func(o *ce.Organization) ([]ce.LogEntry, error) {
			last = false
			i := slices.Index(o.Owners, gone)
			if i < 0 {
				return nil, storage.ErrUnchanged
			}
			o.UpdatedAt = t.now()
			o.Owners = slices.Delete(o.Owners, i, i+1)
			entries := []ce.LogEntry{t.entryBy("", ce.LogRoleChanged, gone, []string{string(ce.RoleOwner)}, []string{string(ce.RoleManager)})}
			if len(o.Owners) > 0 {
				return entries, nil
			}
			if last = none; last {
				return nil, storage.ErrUnchanged
			}
			o.Owners = []ce.ProfessionalID{heir.Professional}
			return append(entries, t.entryBy("", ce.LogRoleChanged, heir.Professional, []string{string(ce.RoleManager)}, []string{string(ce.RoleOwner)})), nil
		})
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return nil
		case err != nil:
			return err
		case last:
			err := handle.Delete(ctx, t.now(), func(o ce.Organization) error {
				if !slices.Equal(o.Owners, []ce.ProfessionalID{gone}) {
					return errNotLast
				}
				return nil
			})
			if errors.Is(err, errNotLast) {
				continue
			}
			return err
		case none:
			return nil
		}
		// Whoever leaves looks afterwards whether she was made an owner; and here it is seen whether she had left before that.
		if _, err = handle.Member(ctx, heir.ID); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		gone = heir.Professional
	}
}

var errNotLast = errors.New("tracker: she is not the only owner")

// end ends a membership, of the version unless that is 0. ErrNotFound when it has ended.
func (t *Tracker) end(ctx context.Context, handle storage.Organization, id ce.MemberID, version int, actor ce.ProfessionalID, action ce.LogAction) error {
	_, err := handle.UpdateMember(ctx, id, func(m *ce.Member) ([]ce.LogEntry, error) {
		if version != 0 && m.Version != version {
			return nil, stale("member")
		}
		m.LeftAt, m.UpdatedAt, m.Removed = t.now(), t.now(), action == ce.LogMemberRemoved
		return []ce.LogEntry{t.entryBy(actor, action, m.Professional, []string{string(m.Role)}, nil)}, nil
	})
	return err
}

// depart ends the memberships of a professional who is about to be erased, and lets others take over what she owns.
func (t *Tracker) depart(ctx context.Context, professional ce.ProfessionalID) error {
	memberships, err := t.store.Professional(professional).Memberships(ctx)
	if err != nil {
		return err
	}
	for _, membership := range memberships {
		handle := t.store.Organization(membership.Organization)
		err := t.end(ctx, handle, membership.ID, 0, professional, ce.LogMemberErased)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return t.disown(ctx, professional)
}

// disown ends that the professional owns anything.
func (t *Tracker) disown(ctx context.Context, professional ce.ProfessionalID) error {
	owned, err := t.store.Professional(professional).OwnedOrganizations(ctx)
	for _, id := range owned {
		if err == nil {
			err = t.succeed(ctx, id, professional)
		}
	}
	return err
}

// finishOrganizations completes what was cut short of organisations, and reports whether others may be left.
func (t *Tracker) finishOrganizations(ctx context.Context, system storage.System, before time.Time) (more bool, err error) {
	unfinished, err := system.UnfinishedOrganizations(ctx, before, sweepBatch)
	if err != nil {
		return false, err
	}
	for _, id := range unfinished {
		if err := t.store.Organization(id).Finish(ctx); err != nil {
			// What fails for one must not keep the others waiting; it is tried again in the next round.
			t.log.ErrorContext(ctx, "sweep one organization", "organization", id, "error", err)
			return false, nil
		}
	}
	return len(unfinished) == sweepBatch, nil
}
