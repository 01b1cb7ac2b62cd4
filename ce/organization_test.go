package ce

import (
	"strings"
	"testing"
	"time"
)

func TestNewMemberID(t *testing.T) {
	id := NewMemberID("organization", "professional")
	if again := NewMemberID("organization", "professional"); again != id {
		t.Errorf("the same membership has the ids %s and %s", id, again)
	}
	if _, err := ParseUUID(string(id)); err != nil {
		t.Error(err)
	}
	for _, other := range []MemberID{NewMemberID("organization", "other"), NewMemberID("other", "professional"), NewMemberID("organizatio", "nprofessional")} {
		if other == id {
			t.Error("two memberships have one id")
		}
	}
}

func TestNewLogEntryID(t *testing.T) {
	at := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	before := LogEntryID("")
	for _, count := range []uint32{0, 1, 3, 4, 1 << 10, 1<<16 - 1, 1 << 16, 1 << 24, 1<<28 - 1} {
		id := NewLogEntryID(at, count)
		if _, err := ParseUUID(string(id)); err != nil || id <= before || id[14] != '7' {
			t.Errorf("%d gives %s after %s: %v", count, id, before, err)
		}
		before = id
	}
	if id := NewLogEntryID(at.Add(time.Millisecond), 0); id <= before {
		t.Errorf("a later one is %s", id)
	}
	if one, other := NewLogEntryID(at, 1), NewLogEntryID(at, 1); one == other {
		t.Error("one id was given twice")
	}
}

func TestRoles(t *testing.T) {
	all := []Role{RoleOwner, RoleManager, RoleViewer, RoleMember}
	for i, role := range all {
		for k, other := range all {
			if got := role.Above(other); got != (i < k) {
				t.Errorf("%s above %s is %v", role, other, got)
			}
		}
	}
	if Role("BOSS").IsValid() || Role("BOSS").Above(RoleMember) || Role("").Sees() {
		t.Error("what is no role may something")
	}
}

func TestOrganizationClean(t *testing.T) {
	for _, test := range []struct {
		name string
		in   Organization
		path string // of the first problem, "" for none
	}{
		{"good", Organization{Name: " St. Example ", TimeZone: "America/New_York"}, ""},
		{"the longest name", Organization{Name: strings.Repeat("x", MaxOrganizationName), TimeZone: "UTC"}, ""},
		{"a name too long", Organization{Name: strings.Repeat("x", MaxOrganizationName+1), TimeZone: "UTC"}, "name"},
		{"no name", Organization{Name: " ", TimeZone: "UTC"}, "name"},
		{"two lines", Organization{Name: "a\nb", TimeZone: "UTC"}, "name"},
		{"no time zone", Organization{Name: "x"}, "timeZone"},
		{"no zone of that name", Organization{Name: "x", TimeZone: "Mars/Base"}, "timeZone"},
		{"no language", Organization{Name: "x", TimeZone: "UTC", Locale: "?"}, "locale"},
	} {
		err := test.in.Clean()
		path := ""
		if invalid, ok := err.(Invalid); ok { //nolint:errorlint // it is returned as such
			path = strings.Join(invalid[0].Path, ".")
		}
		if path != test.path || err == nil != (test.path == "") {
			t.Errorf("%s: error %v, want one at %q", test.name, err, test.path)
		}
	}
}

func TestInvitationState(t *testing.T) {
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	open := Invitation{MaxUses: 2, Uses: 1, ExpiresAt: now.Add(time.Millisecond)}
	used, expired, revoked := open, open, open
	used.Uses, expired.ExpiresAt, revoked.RevokedAt = 2, now, now
	for state, invitation := range map[InvitationState]Invitation{
		InvitationOpen: open, InvitationUsed: used, InvitationExpired: expired, InvitationRevoked: revoked,
	} {
		if got := invitation.State(now); got != state {
			t.Errorf("%s is taken for %s", state, got)
		}
	}
}

func TestCheckGroups(t *testing.T) {
	o := Organization{}
	var all []GroupID
	for i := range MaxGroupsOfMember + 1 {
		id := GroupID(strings.Repeat("x", i+1))
		all = append(all, id)
		o.Groups = append(o.Groups, Group{ID: id})
	}
	if err := o.CheckGroups(all[1:]); err != nil {
		t.Error(err)
	}
	for name, groups := range map[string][]GroupID{"too many": all, "of another organisation": {"y"}, "twice": {"x", "x"}} {
		if CodeOf(o.CheckGroups(groups)) != CodeInvalidInput {
			t.Errorf("groups that are %s are taken", name)
		}
	}
}
