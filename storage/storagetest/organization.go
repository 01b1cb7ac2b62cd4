package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// organizationOf is an organisation in which every field is set.
func organizationOf(owner ce.ProfessionalID) ce.Organization {
	return ce.Organization{
		ID: ce.OrganizationID(ce.NewUUID()), Version: 1, Name: "Größe \"<&> \u2028 李", TimeZone: "Pacific/Kiritimati", Locale: "es-MX",
		Owners: []ce.ProfessionalID{owner, ce.ProfessionalID(ce.NewUUID())},
		Groups: []ce.Group{
			{ID: ce.GroupID(ce.NewUUID()), Version: 3, Name: "Ward 1", CreatedAt: instant(-2)},
			{ID: ce.GroupID(ce.NewUUID()), Version: 1, Name: "Größe", CreatedAt: instant(-1)},
		},
		ApprovesCredits: true, CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// memberOf is a member in which every field is set that one can have who has not left. Its name is that of profileOf.
func memberOf(organization ce.OrganizationID, professional ce.ProfessionalID, invitation ce.InvitationID) ce.Member {
	return ce.Member{
		ID: ce.NewMemberID(organization, professional), Organization: organization, Professional: professional, Version: 1,
		Name: profileOf(professional).Name, Role: ce.RoleManager, Groups: []ce.GroupID{ce.GroupID(ce.NewUUID()), ce.GroupID(ce.NewUUID())},
		ShareCredits: true, Invitation: invitation, JoinedAt: instant(3), CreatedAt: instant(3), UpdatedAt: instant(4),
	}
}

// invitationOf is an invitation in which every field is set, except RevokedAt.
func invitationOf(organization ce.OrganizationID) ce.Invitation {
	return ce.Invitation{
		ID: ce.InvitationID(ce.NewUUID()), Organization: organization, Version: 1, SecretHash: ce.Digest(ce.NewSecret()), Role: ce.RoleViewer,
		Groups: []ce.GroupID{ce.GroupID(ce.NewUUID())}, Email: "ana@example.com", MaxUses: 100, CreatedBy: ce.ProfessionalID(ce.NewUUID()),
		CreatedAt: instant(1), UpdatedAt: instant(2), ExpiresAt: instant(1000),
	}
}

// entryOf is an entry of the log in which every field is set.
func entryOf(organization ce.OrganizationID, at time.Time) ce.LogEntry {
	return ce.LogEntry{
		ID: ce.LogEntryID(ce.NewUUID()), Organization: organization, At: at, Action: ce.LogGroupsChanged,
		Actor: ce.ProfessionalID(ce.NewUUID()), Subject: ce.ProfessionalID(ce.NewUUID()), Before: []string{"Ward 1", "Größe \u2028"}, After: []string{"Ward 2"}, Reason: "Größe \"<&>",
	}
}

// newOrganization stores an organisation of a new founder and returns it with her membership.
func (s suite) newOrganization(t *testing.T) (ce.Organization, storage.Organization, ce.Member) {
	t.Helper()
	founder, _ := s.newProfile(t)
	organization := organizationOf(founder)
	handle := s.Organization(organization.ID)
	member := memberOf(organization.ID, founder, "")
	_, err := handle.Create(t.Context(), organization, member, "digest", entryOf(organization.ID, instant(1)))
	succeed(t, err)
	return organization, handle, member
}

// addInvitation stores an invitation.
func addInvitation(t *testing.T, handle storage.Organization, invitation ce.Invitation) ce.Invitation {
	t.Helper()
	created, err := handle.CreateInvitation(t.Context(), invitation, "digest")
	succeed(t, err)
	return created
}

// join makes a new professional of the name a member.
func (s suite) join(t *testing.T, handle storage.Organization, invitation ce.Invitation, name string, change func(*ce.Member)) ce.Member {
	t.Helper()
	id, professional := s.newProfile(t)
	_, err := professional.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Name = name; return nil })
	succeed(t, err)
	member := memberOf(invitation.Organization, id, invitation.ID)
	if change != nil {
		change(&member)
	}
	joined, err := handle.Join(t.Context(), member, instant(5))
	succeed(t, err)
	return joined
}

func (s suite) logOf(t *testing.T, handle storage.Organization) []ce.LogEntry {
	t.Helper()
	slice, err := handle.ListLog(t.Context(), storage.Page[storage.LogKey]{First: 1000})
	succeed(t, err)
	return slice.Items
}

func membersOf(t *testing.T, handle storage.Organization, groups ...ce.GroupID) []ce.Member {
	t.Helper()
	slice, err := handle.ListMembers(t.Context(), storage.MemberFilter{Groups: groups}, ce.MembersByName, storage.Page[storage.MemberKey]{First: 1000})
	succeed(t, err)
	return slice.Items
}

func (s suite) organizations(t *testing.T) {
	t.Run("create", func(t *testing.T) {
		founder, professional := s.newProfile(t)
		organization := organizationOf(founder)
		handle := s.Organization(organization.ID)
		_, err := handle.Get(t.Context())
		fails(t, "before", err, storage.ErrNotFound)
		member := memberOf(organization.ID, founder, "")
		entry := entryOf(organization.ID, instant(1))
		forged := member
		forged.Version, forged.Name = 7, "Forged"
		var outcome results
		together(writers, func(int) {
			created, err := handle.Create(t.Context(), organization, forged, "digest", entry)
			outcome.add(err)
			same(t, "created", created, organization, exact)
		})
		outcome.check(t, "at once", writers, nil)
		read, err := handle.Get(t.Context())
		succeed(t, err)
		same(t, "read", read, organization, exact)
		same(t, "members", membersOf(t, handle), []ce.Member{member}, exact)
		same(t, "log", s.logOf(t, handle), []ce.LogEntry{entry}, exact)
		_, err = handle.Create(t.Context(), organization, member, "another digest")
		fails(t, "the id for something else", err, storage.ErrConflict)
		memberships, err := professional.Memberships(t.Context())
		succeed(t, err)
		same(t, "memberships", memberships, []storage.Membership{{Member: member, In: organization}}, exact)
		owned, err := professional.OwnedOrganizations(t.Context())
		succeed(t, err)
		same(t, "owned", owned, []ce.OrganizationID{organization.ID}, exact)
		other, err := s.Professional(organization.Owners[1]).OwnedOrganizations(t.Context())
		succeed(t, err)
		same(t, "owned by who is not there", other, []ce.OrganizationID{organization.ID}, exact)

		// Somebody else who takes the id becomes no member of it.
		stranger, _ := s.newProfile(t)
		_, err = handle.Create(t.Context(), organizationOf(stranger), memberOf(organization.ID, stranger, ""), "a stranger's digest")
		fails(t, "a stranger", err, storage.ErrConflict)
		same(t, "members after that", membersOf(t, handle), []ce.Member{member}, exact)
		nobody := ce.ProfessionalID(ce.NewUUID())
		none := organizationOf(nobody)
		_, err = s.Organization(none.ID).Create(t.Context(), none, memberOf(none.ID, nobody, ""), "digest")
		fails(t, "a founder who is not there", err, storage.ErrNotFound)
		_, err = s.Organization(none.ID).Get(t.Context())
		fails(t, "after that", err, storage.ErrNotFound)
	})
	t.Run("instants and lists", func(t *testing.T) {
		founder, _ := s.newProfile(t)
		organization := ce.Organization{ID: ce.OrganizationID(ce.NewUUID()), CreatedAt: uneven, UpdatedAt: uneven, Owners: []ce.ProfessionalID{founder}}
		handle := s.Organization(organization.ID)
		member := ce.Member{ID: ce.NewMemberID(organization.ID, founder), Professional: founder, Role: ce.RoleMember, JoinedAt: uneven, CreatedAt: uneven, UpdatedAt: uneven}
		entry := ce.LogEntry{ID: ce.LogEntryID(ce.NewUUID()), At: uneven}
		created, err := handle.Create(t.Context(), organization, member, "digest", entry)
		succeed(t, err)
		organization.Version, organization.CreatedAt, organization.UpdatedAt = 1, kept, kept
		same(t, "created", created, organization, loose)
		member.Organization, member.Version, member.Name = organization.ID, 1, profileOf(founder).Name
		member.JoinedAt, member.CreatedAt, member.UpdatedAt = kept, kept, kept
		same(t, "members", membersOf(t, handle), []ce.Member{member}, loose)
		entry.Organization, entry.At = organization.ID, kept
		same(t, "log", s.logOf(t, handle), []ce.LogEntry{entry}, loose)
	})
	t.Run("update", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		entry := entryOf(organization.ID, instant(7))
		updated, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
			o.Name, o.Groups[0].Name, o.Owners = "Renamed", "Ward 2", o.Owners[1:]
			o.ID, o.Version, o.CreatedAt, o.UpdatedAt = "other", 70, instant(70), instant(7)
			return []ce.LogEntry{entry}, nil
		})
		succeed(t, err)
		want := organization
		want.Groups = slices.Clone(want.Groups)
		want.Name, want.Groups[0].Name, want.Owners, want.Version, want.UpdatedAt = "Renamed", "Ward 2", want.Owners[1:], 2, instant(7)
		same(t, "updated", updated, want, exact)
		read, err := handle.Get(t.Context())
		succeed(t, err)
		same(t, "read", read, want, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		owned, err := s.Professional(organization.Owners[0]).OwnedOrganizations(t.Context())
		succeed(t, err)
		same(t, "owned by who no longer is an owner", len(owned), 0, nil)
		refused := errors.New("refused")
		_, err = handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
			o.Name = "never"
			return []ce.LogEntry{entry}, refused
		})
		fails(t, "refused", err, refused)
		unchanged, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
			o.Groups[0].Name = "never"
			return []ce.LogEntry{entry}, storage.ErrUnchanged
		})
		succeed(t, err)
		same(t, "unchanged", unchanged, want, exact)
		same(t, "entries", len(s.logOf(t, handle)), 2, nil)
		together(writers, func(i int) {
			_, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
				o.Groups = append(o.Groups, ce.Group{ID: ce.GroupID(fmt.Sprint(i)), Version: 1})
				return []ce.LogEntry{entryOf(organization.ID, instant(8))}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		read, err = handle.Get(t.Context())
		succeed(t, err)
		same(t, "groups", len(read.Groups), 2+writers, nil)
		same(t, "entries of writers at once", len(s.logOf(t, handle)), 2+writers, nil)
	})
	t.Run("log", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		var want []ce.LogEntry
		for n := range 5 {
			want = append(want, entryOf(organization.ID, instant(100+n/2)))
		}
		_, err := handle.Update(t.Context(), func(*ce.Organization) ([]ce.LogEntry, error) { return want, nil })
		succeed(t, err)
		want = append(want, s.logOf(t, handle)[5])
		slices.SortFunc(want, func(a, b ce.LogEntry) int {
			if c := b.At.Compare(a.At); c != 0 {
				return c
			}
			return strings.Compare(string(b.ID), string(a.ID))
		})
		for size := 1; size <= len(want)+1; size++ {
			var listed []ce.LogEntry
			page := storage.Page[storage.LogKey]{First: size}
			for more := true; more; {
				slice, err := handle.ListLog(t.Context(), page)
				succeed(t, err)
				if len(slice.Items) == 0 || len(slice.Items) > size {
					t.Fatalf("a page of %d has %d", size, len(slice.Items))
				}
				listed, more = append(listed, slice.Items...), slice.More
				last := slice.Items[len(slice.Items)-1]
				page.After = &storage.LogKey{At: last.At, ID: last.ID}
			}
			same(t, "listed", listed, want, exact)
		}
	})
	t.Run("added to the log", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		first, second := entryOf("forged", instant(50)), entryOf("forged", uneven.Add(time.Hour))
		var outcome results
		together(writers, func(int) { outcome.add(handle.AddToLog(t.Context(), first, second)) })
		outcome.check(t, "at once", writers, nil)
		first.Organization, second.Organization, second.At = organization.ID, organization.ID, kept.Add(time.Hour)
		same(t, "log", s.logOf(t, handle)[:2], []ce.LogEntry{second, first}, exact)
		other := first
		other.Reason = "never"
		succeed(t, handle.AddToLog(t.Context(), other))
		succeed(t, handle.AddToLog(t.Context()))
		same(t, "the same again", s.logOf(t, handle)[1], first, exact)
		same(t, "entries", len(s.logOf(t, handle)), 3, nil)
		never := s.Organization(ce.OrganizationID(ce.NewUUID()))
		succeed(t, never.AddToLog(t.Context(), first))
		same(t, "where there is no organization", len(s.logOf(t, never)), 0, nil)
	})
	t.Run("delete", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		_, other, otherMember := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		member := s.join(t, handle, invitation, "Ana", nil)
		refused := errors.New("refused")
		fails(t, "refused", handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return refused }), refused)
		succeed(t, handle.Delete(t.Context(), instant(9), func(o ce.Organization) error {
			same(t, "checked", o, organization, exact)
			return nil
		}))
		succeed(t, handle.Delete(t.Context(), instant(10), func(ce.Organization) error { return refused }))
		never := s.Organization(ce.OrganizationID(ce.NewUUID()))
		fails(t, "what never was", never.Delete(t.Context(), instant(10), func(ce.Organization) error { return nil }), storage.ErrNotFound)
		_, err := handle.Get(t.Context())
		fails(t, "Get", err, storage.ErrNotFound)
		_, err = handle.Update(t.Context(), func(*ce.Organization) ([]ce.LogEntry, error) { return nil, nil })
		fails(t, "Update", err, storage.ErrNotFound)
		_, err = handle.Member(t.Context(), member.ID)
		fails(t, "Member", err, storage.ErrNotFound)
		_, err = handle.Invitation(t.Context(), invitation.ID)
		fails(t, "Invitation", err, storage.ErrNotFound)
		_, err = s.System().InvitationBySecret(t.Context(), invitation.SecretHash)
		fails(t, "InvitationBySecret", err, storage.ErrNotFound)
		_, err = handle.CreateInvitation(t.Context(), invitationOf(organization.ID), "digest", entryOf(organization.ID, instant(10)))
		fails(t, "CreateInvitation", err, storage.ErrNotFound)
		_, err = handle.Join(t.Context(), member, instant(5), entryOf(organization.ID, instant(10)))
		fails(t, "Join", err, storage.ErrNotFound)
		same(t, "members", len(membersOf(t, handle)), 0, nil)
		same(t, "log", len(s.logOf(t, handle)), 0, nil)
		for _, professional := range []ce.ProfessionalID{founder.Professional, member.Professional} {
			memberships, err := s.Professional(professional).Memberships(t.Context())
			succeed(t, err)
			same(t, "memberships", len(memberships), 0, nil)
			owned, err := s.Professional(professional).OwnedOrganizations(t.Context())
			succeed(t, err)
			same(t, "owned", len(owned), 0, nil)
		}
		_, err = handle.Create(t.Context(), organization, founder, "digest")
		fails(t, "create it again", err, storage.ErrRemoved)
		_, err = handle.Create(t.Context(), organization, founder, "another digest")
		fails(t, "create another", err, storage.ErrConflict)
		same(t, "the other's members", membersOf(t, other), []ce.Member{otherMember}, exact)
		same(t, "the other's log", len(s.logOf(t, other)), 1, nil)
		unfinished, err := s.System().UnfinishedOrganizations(t.Context(), instant(10_000_000), 100_000)
		succeed(t, err)
		same(t, "unfinished", slices.Contains(unfinished, organization.ID), false, nil)
		succeed(t, handle.Finish(t.Context()))
	})
}

func (s suite) members(t *testing.T) {
	t.Run("join", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		id, professional := s.newProfile(t)
		member, entry := memberOf(organization.ID, id, invitation.ID), entryOf(organization.ID, instant(5))
		forged := member
		forged.Organization, forged.Version, forged.Name, forged.LeftAt, forged.Removed = "other", 7, "Forged", instant(1), true
		var outcome results
		together(writers, func(int) {
			joined, err := handle.Join(t.Context(), forged, instant(5), entry)
			outcome.add(err)
			if err == nil {
				same(t, "joined", joined, member, exact)
			}
		})
		outcome.check(t, "at once", 1, storage.ErrConflict)
		read, err := handle.Member(t.Context(), member.ID)
		succeed(t, err)
		same(t, "read", read, member, exact)
		used, err := handle.Invitation(t.Context(), invitation.ID)
		succeed(t, err)
		invitation.Uses = 1
		same(t, "used once", used, invitation, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		same(t, "entries", len(s.logOf(t, handle)), 2, nil)
		count, err := handle.CountMembers(t.Context())
		succeed(t, err)
		same(t, "members", count, 2, nil)
		memberships, err := professional.Memberships(t.Context())
		succeed(t, err)
		same(t, "memberships", memberships, []storage.Membership{{Member: member, In: organization}}, exact)
		of, err := s.System().OrganizationOf(t.Context(), string(member.ID))
		succeed(t, err)
		same(t, "organisation", of, organization.ID, nil)
		names, err := handle.MemberNames(t.Context(), []ce.ProfessionalID{id, founder.Professional, ce.ProfessionalID(ce.NewUUID())})
		succeed(t, err)
		same(t, "names", names, map[ce.ProfessionalID]string{id: member.Name, founder.Professional: founder.Name}, nil)
		none, err := handle.MemberNames(t.Context(), nil)
		succeed(t, err)
		same(t, "names of nobody", len(none), 0, nil)
	})
	t.Run("an invitation is not used more often than it may be", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		once := invitationOf(organization.ID)
		once.MaxUses = 3
		once = addInvitation(t, handle, once)
		var outcome results
		people := make([]ce.ProfessionalID, writers)
		for i := range people {
			people[i], _ = s.newProfile(t)
		}
		together(writers, func(i int) {
			_, err := handle.Join(t.Context(), memberOf(organization.ID, people[i], once.ID), instant(5), entryOf(organization.ID, instant(5)))
			outcome.add(err)
		})
		outcome.check(t, "at once", 3, storage.ErrNotFound)
		used, err := handle.Invitation(t.Context(), once.ID)
		succeed(t, err)
		once.Uses = 3
		same(t, "used", used, once, exact)
		same(t, "members", len(membersOf(t, handle)), 4, nil)
		same(t, "entries", len(s.logOf(t, handle)), 4, nil)
	})
	t.Run("nobody joins by what is not open", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		other, otherHandle, _ := s.newOrganization(t)
		expired, revoked := invitationOf(organization.ID), invitationOf(organization.ID)
		expired.ExpiresAt, revoked.RevokedAt = instant(5), instant(4)
		id, _ := s.newProfile(t)
		for name, invitation := range map[string]ce.Invitation{
			"expired": addInvitation(t, handle, expired), "revoked": addInvitation(t, handle, revoked),
			"another organisation's": addInvitation(t, otherHandle, invitationOf(other.ID)), "none": invitationOf(organization.ID),
		} {
			_, err := handle.Join(t.Context(), memberOf(organization.ID, id, invitation.ID), instant(5))
			fails(t, name, err, storage.ErrNotFound)
		}
		open := addInvitation(t, handle, invitationOf(organization.ID))
		_, err := handle.Join(t.Context(), memberOf(organization.ID, ce.ProfessionalID(ce.NewUUID()), open.ID), instant(5))
		fails(t, "who is not there", err, storage.ErrNotFound)
		same(t, "members", len(membersOf(t, handle)), 1, nil)
	})
	t.Run("update, leave and come back", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		member := s.join(t, handle, invitation, "Ana", nil)
		entry := entryOf(organization.ID, instant(6))
		updated, err := handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) {
			m.Role, m.Groups, m.ShareCredits, m.UpdatedAt = ce.RoleViewer, m.Groups[1:], false, instant(6)
			m.ID, m.Organization, m.Professional, m.Version, m.Name, m.CreatedAt = "other", "other", "other", 70, "Other", instant(70)
			return []ce.LogEntry{entry}, nil
		})
		succeed(t, err)
		want := member
		want.Role, want.Groups, want.ShareCredits, want.UpdatedAt, want.Version = ce.RoleViewer, want.Groups[1:], false, instant(6), 2
		same(t, "updated", updated, want, exact)
		read, err := handle.Member(t.Context(), member.ID)
		succeed(t, err)
		same(t, "read", read, want, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		unchanged, err := handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) {
			m.Groups[0] = "never"
			return []ce.LogEntry{entryOf(organization.ID, instant(6))}, storage.ErrUnchanged
		})
		succeed(t, err)
		same(t, "unchanged", unchanged, want, exact)
		_, err = handle.FormerMember(t.Context(), member.ID)
		fails(t, "no former member", err, storage.ErrNotFound)

		left, err := handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) {
			m.LeftAt, m.Removed = uneven, true
			return nil, nil
		})
		succeed(t, err)
		want.LeftAt, want.Removed, want.Version = kept, true, 3
		same(t, "left", left, want, exact)
		former, err := handle.FormerMember(t.Context(), member.ID)
		succeed(t, err)
		same(t, "former", former, want, exact)
		_, err = handle.Member(t.Context(), member.ID)
		fails(t, "Member", err, storage.ErrNotFound)
		_, err = handle.UpdateMember(t.Context(), member.ID, func(*ce.Member) ([]ce.LogEntry, error) {
			t.Error("who has left is changed")
			return nil, nil
		})
		fails(t, "UpdateMember", err, storage.ErrNotFound)
		same(t, "members", len(membersOf(t, handle)), 1, nil)
		count, err := handle.CountMembers(t.Context())
		succeed(t, err)
		same(t, "count", count, 1, nil)
		memberships, err := s.Professional(member.Professional).Memberships(t.Context())
		succeed(t, err)
		same(t, "memberships", len(memberships), 0, nil)
		names, err := handle.MemberNames(t.Context(), []ce.ProfessionalID{member.Professional})
		succeed(t, err)
		same(t, "name of who has left", names, map[ce.ProfessionalID]string{member.Professional: "Ana"}, nil)

		again := member
		again.CreatedAt, again.JoinedAt, again.Groups = instant(8), instant(8), nil
		back, err := handle.Join(t.Context(), again, instant(8))
		succeed(t, err)
		again.Version, again.CreatedAt = 4, member.CreatedAt
		same(t, "back", back, again, loose)
		read, err = handle.Member(t.Context(), member.ID)
		succeed(t, err)
		same(t, "read when back", read, again, loose)
		same(t, "members when back", len(membersOf(t, handle)), 2, nil)
	})
	t.Run("list", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		ward, office := ce.GroupID(ce.NewUUID()), ce.GroupID(ce.NewUUID())
		in := func(groups ...ce.GroupID) func(*ce.Member) { return func(m *ce.Member) { m.Groups = groups } }
		want := []ce.Member{
			s.join(t, handle, invitation, "", in(ward)),
			s.join(t, handle, invitation, "ana", in(ward, office)),
			s.join(t, handle, invitation, "ANA", in(office)),
			s.join(t, handle, invitation, "Ana B", in()),
			s.join(t, handle, invitation, "Øyvind", in(ward)),
			founder,
		}
		gone := s.join(t, handle, invitation, "Gone", in(ward))
		_, err := handle.UpdateMember(t.Context(), gone.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(9); return nil, nil })
		succeed(t, err)
		slices.SortFunc(want, func(a, b ce.Member) int {
			if c := strings.Compare(a.SortName(), b.SortName()); c != 0 {
				return c
			}
			return strings.Compare(string(a.ID), string(b.ID))
		})
		for _, groups := range [][]ce.GroupID{nil, {ward}, {office}, {ward, office}, {ce.GroupID(ce.NewUUID())}, {}} {
			var passing []ce.Member
			for _, member := range want {
				if groups == nil || slices.ContainsFunc(member.Groups, func(id ce.GroupID) bool { return slices.Contains(groups, id) }) {
					passing = append(passing, member)
				}
			}
			for size := 1; size <= len(want)+1; size++ {
				var listed []ce.Member
				page := storage.Page[storage.MemberKey]{First: size}
				for more := true; more; {
					slice, err := handle.ListMembers(t.Context(), storage.MemberFilter{Groups: groups}, ce.MembersByName, page)
					succeed(t, err)
					if len(slice.Items) > size || slice.More && len(slice.Items) == 0 {
						t.Fatalf("a page of %d has %d", size, len(slice.Items))
					}
					listed, more = append(listed, slice.Items...), slice.More
					if len(listed) > 0 {
						last := listed[len(listed)-1]
						page.After = &storage.MemberKey{Name: last.SortName(), ID: last.ID}
					}
				}
				same(t, fmt.Sprint("listed in ", groups), listed, passing, loose)
			}
		}
	})
	t.Run("the oldest manager", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		_, err := handle.UpdateMember(t.Context(), founder.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.Role = ce.RoleMember; return nil, nil })
		succeed(t, err)
		_, err = handle.OldestManager(t.Context())
		fails(t, "no manager", err, storage.ErrNotFound)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		at := func(joined int, role ce.Role, groups ...ce.GroupID) func(*ce.Member) {
			return func(m *ce.Member) { m.JoinedAt, m.Role, m.Groups = instant(joined), role, groups }
		}
		s.join(t, handle, invitation, "A", at(3, ce.RoleManager))
		want := s.join(t, handle, invitation, "B", at(2, ce.RoleManager))
		s.join(t, handle, invitation, "C", at(1, ce.RoleViewer))
		s.join(t, handle, invitation, "D", at(3, ce.RoleManager, "ward"))
		gone := s.join(t, handle, invitation, "E", at(1, ce.RoleManager))
		_, err = handle.UpdateMember(t.Context(), gone.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(9); return nil, nil })
		succeed(t, err)
		oldest, err := handle.OldestManager(t.Context())
		succeed(t, err)
		same(t, "oldest", oldest, want, loose)
	})
	t.Run("names", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		member := s.join(t, handle, invitation, "Ana", nil)
		other := s.join(t, handle, invitation, "Bea", nil)
		var group results
		together(writers, func(i int) {
			if i == 0 {
				group.add(s.Professional(member.Professional).NameMemberships(t.Context(), "Zoe"))
				return
			}
			_, err := handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) { return nil, nil })
			group.add(err)
		})
		group.check(t, "at once", writers, nil)
		member.Name, member.Version = "Zoe", writers
		read, err := handle.Member(t.Context(), member.ID)
		succeed(t, err)
		same(t, "renamed", read, member, exact)
		list := membersOf(t, handle)
		same(t, "listed first", list[0], other, exact)
		same(t, "last but one", list[1], member, exact)
	})
	t.Run("memberships", func(t *testing.T) {
		id, professional := s.newProfile(t)
		var want []storage.Membership
		for n := range 4 {
			organization, handle, _ := s.newOrganization(t)
			member := memberOf(organization.ID, id, addInvitation(t, handle, invitationOf(organization.ID)).ID)
			member.JoinedAt = instant(10 - n/2)
			joined, err := handle.Join(t.Context(), member, instant(5))
			succeed(t, err)
			want = append(want, storage.Membership{Member: joined, In: organization})
		}
		slices.SortFunc(want, func(a, b storage.Membership) int {
			if c := a.JoinedAt.Compare(b.JoinedAt); c != 0 {
				return c
			}
			return strings.Compare(string(a.ID), string(b.ID))
		})
		memberships, err := professional.Memberships(t.Context())
		succeed(t, err)
		same(t, "memberships", memberships, want, exact)
		_, other := s.newProfile(t)
		none, err := other.Memberships(t.Context())
		succeed(t, err)
		same(t, "of another", len(none), 0, nil)
	})
	t.Run("erasure", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		erased, former := s.join(t, handle, invitation, "Ana", nil), s.join(t, handle, invitation, "Bea", nil)
		entry := entryOf(organization.ID, instant(6))
		_, err := handle.UpdateMember(t.Context(), former.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(6); return []ce.LogEntry{entry}, nil })
		succeed(t, err)
		for _, member := range []ce.Member{erased, former} {
			succeed(t, s.Professional(member.Professional).Erase(t.Context(), instant(10)))
			_, err = handle.Member(t.Context(), member.ID)
			fails(t, "Member", err, storage.ErrNotFound)
			_, err = handle.FormerMember(t.Context(), member.ID)
			fails(t, "FormerMember", err, storage.ErrNotFound)
			memberships, err := s.Professional(member.Professional).Memberships(t.Context())
			succeed(t, err)
			same(t, "memberships", len(memberships), 0, nil)
			_, err = handle.Join(t.Context(), member, instant(5))
			fails(t, "Join", err, storage.ErrNotFound)
		}
		names, err := handle.MemberNames(t.Context(), []ce.ProfessionalID{erased.Professional, former.Professional})
		succeed(t, err)
		same(t, "names", len(names), 0, nil)
		same(t, "members", membersOf(t, handle), []ce.Member{founder}, exact)
		same(t, "the log stays", s.logOf(t, handle)[0], entry, exact)
	})
	t.Run("scope", func(t *testing.T) {
		organization, handle, member := s.newOrganization(t)
		_, other, _ := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		never := func(what string) error { t.Errorf("%s reached another organisation's", what); return nil }
		_, err := other.Member(t.Context(), member.ID)
		fails(t, "Member", err, storage.ErrNotFound)
		_, err = other.UpdateMember(t.Context(), member.ID, func(*ce.Member) ([]ce.LogEntry, error) { return nil, never("UpdateMember") })
		fails(t, "UpdateMember", err, storage.ErrNotFound)
		_, err = other.Invitation(t.Context(), invitation.ID)
		fails(t, "Invitation", err, storage.ErrNotFound)
		_, err = other.UpdateInvitation(t.Context(), invitation.ID, func(*ce.Invitation) ([]ce.LogEntry, error) { return nil, never("UpdateInvitation") })
		fails(t, "UpdateInvitation", err, storage.ErrNotFound)
		_, err = other.CreateInvitation(t.Context(), invitation, "digest")
		fails(t, "CreateInvitation", err, storage.ErrConflict)
		names, err := other.MemberNames(t.Context(), []ce.ProfessionalID{member.Professional})
		succeed(t, err)
		same(t, "names", len(names), 0, nil)
		_, err = s.System().OrganizationOf(t.Context(), ce.NewUUID())
		fails(t, "OrganizationOf", err, storage.ErrNotFound)
	})
}

func (s suite) invitations(t *testing.T) {
	organization, handle, _ := s.newOrganization(t)
	full, later := invitationOf(organization.ID), invitationOf(organization.ID)
	later.CreatedAt, later.Groups, later.Email = instant(2), []ce.GroupID{}, ""
	revoked, expired, used := invitationOf(organization.ID), invitationOf(organization.ID), invitationOf(organization.ID)
	revoked.RevokedAt, expired.ExpiresAt, used.MaxUses = instant(3), instant(5), 1
	entry := entryOf(organization.ID, instant(5))
	for _, invitation := range []ce.Invitation{full, later, revoked, expired, used} {
		forged := invitation
		forged.Organization, forged.Version, forged.Uses = "other", 7, 7
		created, err := handle.CreateInvitation(t.Context(), forged, "digest", entry)
		succeed(t, err)
		same(t, "created", created, invitation, exact)
		entry.ID = ce.LogEntryID(ce.NewUUID())
		again, err := handle.CreateInvitation(t.Context(), forged, "digest", entry)
		succeed(t, err)
		same(t, "created again", again, invitation, exact)
		_, err = handle.CreateInvitation(t.Context(), forged, "another digest", entry)
		fails(t, "the id for something else", err, storage.ErrConflict)
		read, err := handle.Invitation(t.Context(), invitation.ID)
		succeed(t, err)
		same(t, "read", read, invitation, exact)
		found, err := s.System().InvitationBySecret(t.Context(), invitation.SecretHash)
		succeed(t, err)
		same(t, "found", found, invitation, exact)
		of, err := s.System().OrganizationOf(t.Context(), string(invitation.ID))
		succeed(t, err)
		same(t, "organisation", of, organization.ID, nil)
	}
	same(t, "entries", len(s.logOf(t, handle)), 1+5, nil)
	s.join(t, handle, used, "Ana", func(m *ce.Member) { m.Invitation = used.ID })
	open, err := handle.ReadInvitations(t.Context(), instant(5))
	succeed(t, err)
	same(t, "open, newest first", open, []ce.Invitation{later, full}, exact)
	_, err = s.System().InvitationBySecret(t.Context(), ce.Digest("guessed"))
	fails(t, "guessed", err, storage.ErrNotFound)

	entry, renewed := entryOf(organization.ID, instant(6)), ce.Digest(ce.NewSecret())
	updated, err := handle.UpdateInvitation(t.Context(), full.ID, func(i *ce.Invitation) ([]ce.LogEntry, error) {
		i.RevokedAt, i.UpdatedAt, i.SecretHash = uneven, instant(6), renewed
		i.ID, i.Organization, i.Version, i.Uses, i.CreatedAt = "other", "other", 70, 70, instant(70)
		return []ce.LogEntry{entry}, nil
	})
	succeed(t, err)
	old := full.SecretHash
	full.RevokedAt, full.UpdatedAt, full.Version, full.SecretHash = kept, instant(6), 2, renewed
	same(t, "updated", updated, full, exact)
	same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
	_, err = s.System().InvitationBySecret(t.Context(), old)
	fails(t, "the code before", err, storage.ErrNotFound)
	open, err = handle.ReadInvitations(t.Context(), instant(5))
	succeed(t, err)
	same(t, "open", open, []ce.Invitation{later}, exact)
	unchanged, err := handle.UpdateInvitation(t.Context(), full.ID, func(i *ce.Invitation) ([]ce.LogEntry, error) {
		i.Groups[0] = "never"
		return []ce.LogEntry{entryOf(organization.ID, instant(6))}, storage.ErrUnchanged
	})
	succeed(t, err)
	same(t, "unchanged", unchanged, full, exact)
	_, err = handle.UpdateInvitation(t.Context(), ce.InvitationID(ce.NewUUID()), func(*ce.Invitation) ([]ce.LogEntry, error) { return nil, nil })
	fails(t, "none", err, storage.ErrNotFound)

	// Uses that are made while it is changed are not lost.
	people := make([]ce.ProfessionalID, writers)
	for i := range people {
		people[i], _ = s.newProfile(t)
	}
	together(writers, func(i int) {
		if _, err := handle.Join(t.Context(), memberOf(organization.ID, people[i], later.ID), instant(5)); err != nil {
			t.Error(err)
		}
		if _, err := handle.UpdateInvitation(t.Context(), later.ID, func(*ce.Invitation) ([]ce.LogEntry, error) { return nil, nil }); err != nil {
			t.Error(err)
		}
	})
	read, err := handle.Invitation(t.Context(), later.ID)
	succeed(t, err)
	later.Uses, later.Version = writers, 1+writers
	same(t, "after all", read, later, exact)

	t.Run("purge", func(t *testing.T) {
		gone, stays := invitationOf(organization.ID), invitationOf(organization.ID)
		now := time.Date(2003, time.July, 1, 0, 0, 0, 0, time.UTC)
		stays.ExpiresAt = now.Add(-ce.ClosedInvitationKept)
		gone.ExpiresAt = stays.ExpiresAt.Add(-time.Millisecond)
		addInvitation(t, handle, gone)
		addInvitation(t, handle, stays)
		for more := true; more; {
			var err error
			more, err = s.System().Purge(t.Context(), now, time.Time{}, 100)
			succeed(t, err)
		}
		_, err := handle.Invitation(t.Context(), gone.ID)
		fails(t, "long over", err, storage.ErrNotFound)
		_, err = handle.Invitation(t.Context(), stays.ID)
		succeed(t, err)
	})
}
