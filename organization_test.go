package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// found has the owner found the organization uuid(901).
func (a *api) found(t *testing.T, owner string) ce.OrganizationID {
	t.Helper()
	a.mutate(t, owner, `createOrganization(input: {id: "`+uuid(901)+`", name: "St. Example"}) { organization { id } }`)
	return ce.OrganizationID(uuid(901))
}

// invite has the inviter make an invitation and returns its code.
func (a *api) invite(t *testing.T, inviter, arguments string) string {
	t.Helper()
	return a.mutate(t, inviter, `createInvitation(input: {organizationId: "`+uuid(901)+`", `+arguments+`}) { code }`)["code"].(string)
}

func (a *api) join(t *testing.T, who, code string) {
	t.Helper()
	a.mutate(t, who, `joinOrganization(input: {code: "`+code+`", shareCredits: false}) { membership { id } }`)
}

// refused has the viewer do something and returns the code of the error.
func (a *api) refused(t *testing.T, viewer, mutation string) string {
	t.Helper()
	_, answer := a.ask(t, viewer, "mutation { "+mutation+" }", nil)
	return codeOf(t, answer)
}

// TestOwnersLeaveAtOnce has all owners leave, be demoted and be removed by each other at the same time: one is left, whatever they do.
func TestOwnersLeaveAtOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		id := a.found(t, "olga")
		code := a.invite(t, "olga", `role: MANAGER, maxUses: 10`)
		owners := []string{"olga", "ana", "bea", "cleo", "dana", "eva"}
		for _, owner := range owners[1:] {
			a.join(t, owner, code)
			a.mutate(t, "olga", fmt.Sprintf(`updateMember(input: {id: %q, version: 1, role: OWNER}) { member { role } }`, a.memberID(owner, 1)))
		}
		var group sync.WaitGroup
		start := make(chan struct{})
		for i, owner := range owners {
			next := owners[(i+1)%len(owners)]
			for _, mutation := range []string{
				fmt.Sprintf(`leaveOrganization(input: {id: %q}) { endedMembershipId }`, a.memberID(owner, 1)),
				fmt.Sprintf(`updateMember(input: {id: %q, version: 2, role: MEMBER}) { member { role } }`, a.memberID(next, 1)),
				fmt.Sprintf(`removeMember(input: {id: %q, version: 2}) { removedMemberId }`, a.memberID(next, 1)),
			} {
				group.Go(func() {
					<-start
					a.ask(t, owner, "mutation { "+mutation+" }", nil)
				})
			}
		}
		close(start)
		group.Wait()
		wantOwner(t, store.Organization(id))
	})
}

// wantOwner wants owners, and that they are members.
func wantOwner(t *testing.T, handle storage.Organization) {
	t.Helper()
	organization, err := handle.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(organization.Owners) == 0 {
		t.Fatal("there is no owner")
	}
	for _, owner := range organization.Owners {
		if _, err := handle.Member(t.Context(), ce.NewMemberID(organization.ID, owner)); err != nil {
			t.Errorf("an owner is no member: %v", err)
		}
	}
}

// TestHeirLeaves makes somebody an owner while she leaves.
func TestHeirLeaves(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		id := a.found(t, "olga")
		code := a.invite(t, "olga", `role: MANAGER, maxUses: 20`)
		owner := "olga"
		for n := range 8 {
			heir := fmt.Sprintf("heir-%d", n)
			a.join(t, heir, code)
			var group sync.WaitGroup
			start := make(chan struct{})
			for who, mutation := range map[string]string{
				owner: fmt.Sprintf(`transferOwnership(input: {id: %q, version: 1}) { member { role } }`, a.memberID(heir, 1)),
				heir:  fmt.Sprintf(`leaveOrganization(input: {id: %q}) { endedMembershipId }`, a.memberID(heir, 1)),
			} {
				group.Go(func() {
					<-start
					a.ask(t, who, "mutation { "+mutation+" }", nil)
				})
			}
			close(start)
			group.Wait()
			wantOwner(t, store.Organization(id))
			organization, err := store.Organization(id).Get(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for name, person := range a.people {
				if person.id == string(organization.Owners[0]) {
					owner = name
				}
			}
		}
	})
}

func TestOwnerIsErased(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		id := a.found(t, "olga")
		a.join(t, "nina", a.invite(t, "olga", `role: VIEWER`))
		managers := a.invite(t, "olga", `role: MANAGER, maxUses: 2`)
		a.join(t, "mara", managers)
		a.clock.Set(a.clock.Now().Add(time.Minute))
		a.join(t, "mona", managers)
		erase := func(who string) {
			t.Helper()
			a.mutate(t, who, `deleteAccount(input: {confirm: true, password: "`+passwordOf(who)+`"}) { deletedProfessionalId }`)
		}
		for _, owner := range []string{"olga", "mara", "mona"} {
			organization, err := store.Organization(id).Get(t.Context())
			if err != nil || len(organization.Owners) != 1 || string(organization.Owners[0]) != a.person(t, owner).id {
				t.Fatalf("%s is not the owner: %v %v", owner, organization.Owners, err)
			}
			erase(owner)
		}
		// Nobody is left who manages it.
		if _, err := store.Organization(id).Get(t.Context()); err == nil {
			t.Error("an organization without an owner or a manager is still there")
		}
		if _, answer := a.ask(t, "nina", `{ me { memberships { id } } }`, nil); len(at(t, answer, "data", "me", "memberships").([]any)) != 0 {
			t.Error(indented(answer))
		}
	})
}

func TestNamesOfMembersFollowProfiles(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		a.mutate(t, "olga", `updateProfile(input: {version: 1, name: "Zoe"}) { professional { name } }`)
		_, answer := a.ask(t, "olga", `{ organization(id: "`+uuid(901)+`") { members { nodes { name version } } log { nodes { actor } } } }`, nil)
		member := at(t, answer, "data", "organization", "members", "nodes", 0).(map[string]any)
		if member["name"] != "Zoe" || member["version"] != 1.0 || at(t, answer, "data", "organization", "log", "nodes", 0, "actor") != "Zoe" {
			t.Error(indented(answer))
		}
	})
}

func TestCodesOfInvitationsAreNotGuessed(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.found(t, "olga")
	code := a.invite(t, "olga", `maxUses: 5`)
	guess := func(viewer, code string) string {
		_, answer := a.ask(t, viewer, `query($code: String!) { invitation(code: $code) { organizationName } }`, map[string]any{"code": code})
		return codeOf(t, answer)
	}
	codes := map[string]int{}
	for range 60 {
		codes[guess("sam", ce.NewSecret())]++
	}
	if codes["NOT_FOUND"] != 30 || codes["RATE_LIMITED"] != 30 {
		t.Errorf("answers: %v", codes)
	}
	if got := guess("sam", code); got != "RATE_LIMITED" {
		t.Errorf("the right code while limited: %q", got)
	}
	if got := a.refused(t, "sam", `joinOrganization(input: {code: "`+code+`", shareCredits: true}) { membership { id } }`); got != "RATE_LIMITED" {
		t.Errorf("joining while limited: %q", got)
	}
	for range 40 { // a right one clears the count
		if got := guess("nina", code); got != "" {
			t.Fatalf("the right code: %q", got)
		}
	}
	a.clock.Set(a.clock.Now().Add(15 * time.Minute))
	a.renew(t)
	if got := guess("sam", code); got != "" {
		t.Errorf("the right code later: %q", got)
	}
}

func TestLettersThatInvite(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.found(t, "olga")
	letter := func(email string) string {
		return a.refused(t, "olga", `createInvitation(input: {organizationId: "`+uuid(901)+`", email: "`+email+`"}) { invitation { id } }`)
	}
	for n := range 4 {
		if got, want := letter("Ana@example.com"), map[bool]string{true: "RATE_LIMITED"}[n == 3]; got != want {
			t.Errorf("letter %d to one address: %q", n+1, got)
		}
	}
	if got := len(a.letters.invited); got != 3 {
		t.Errorf("%d letters are sent", got)
	}
	first := a.letters.invited[0]
	if first.Email != "Ana@example.com" || first.Organization != "St. Example" || first.Inviter != "Olga" || first.LastDay != ce.MustDate(2026, time.December, 6) {
		t.Errorf("the letter is %+v", first)
	}
	// What cannot be sent is not left open.
	a.letters.full = true
	if got := letter("bea@example.com"); got != "UNAVAILABLE" {
		t.Errorf("while there is no room: %q", got)
	}
	a.letters.full = false
	_, answer := a.ask(t, "olga", `{ organization(id: "`+uuid(901)+`") { invitations { nodes { email } } } }`, nil)
	if got := at(t, answer, "data", "organization", "invitations", "nodes").([]any); len(got) != 3 {
		t.Error(indented(answer))
	}
	limited := 0
	for n := range 110 {
		if letter(fmt.Sprintf("nurse-%d@example.com", n)) == "RATE_LIMITED" {
			limited++
		}
	}
	if sent := len(a.letters.invited); sent > 100 || limited == 0 {
		t.Errorf("%d letters an hour are sent, %d refused", sent, limited)
	}
	a.tracker.Write(nil)
	a.clock.Set(a.clock.Now().Add(time.Hour))
	a.renew(t)
	if got := letter("cleo@example.com"); got != "FORBIDDEN" {
		t.Errorf("where no mail is sent: %q", got)
	}
}

// crowded is a store whose organizations have as many members as they can have.
type crowded struct{ storage.Store }

type crowd struct{ storage.Organization }

func (s crowded) Organization(id ce.OrganizationID) storage.Organization {
	return crowd{s.Store.Organization(id)}
}

func (crowd) CountMembers(context.Context) (int, error) { return ce.MaxMembers, nil }

func TestLimitsOfOrganizations(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, crowded{store})
	id := a.found(t, "olga")
	olga, handle := ce.ProfessionalID(a.person(t, "olga").id), store.Organization(id)
	fill := func(what string, change func(*ce.Organization)) {
		t.Helper()
		if _, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) { change(o); return nil, nil }); err != nil {
			t.Fatal(what, err)
		}
	}
	wantLimit := func(what, mutation string) {
		t.Helper()
		if got := a.refused(t, "olga", mutation); got != "LIMIT_EXCEEDED" {
			t.Errorf("%s: %q", what, got)
		}
	}
	code := a.invite(t, "olga", `maxUses: 2`)
	if got := a.refused(t, "nina", `joinOrganization(input: {code: "`+code+`", shareCredits: true}) { membership { id } }`); got != "LIMIT_EXCEEDED" {
		t.Errorf("one member too many: %q", got)
	}
	group := func(n int) string {
		return fmt.Sprintf(`createGroup(input: {organizationId: %q, name: "Ward %d"}) { group { id } }`, id, n)
	}
	fill("groups", func(o *ce.Organization) {
		for n := range ce.MaxGroups - 1 {
			o.Groups = append(o.Groups, ce.Group{ID: ce.GroupID(uuid(1000 + n)), Version: 1, Name: fmt.Sprint(n)})
		}
	})
	a.mutate(t, "olga", group(1))
	wantLimit("one group too many", group(2))
	var groups []string
	for n := range ce.MaxGroupsOfMember + 1 {
		groups = append(groups, `"`+uuid(1000+n)+`"`)
	}
	regroup := func(groups []string) string {
		return fmt.Sprintf(`updateMember(input: {id: %q, version: 1, groupIds: [%s]}) { member { id } }`, a.memberID("olga", 1), strings.Join(groups, ","))
	}
	if got := a.refused(t, "olga", regroup(groups)); got != "INVALID_INPUT" {
		t.Errorf("in one group too many: %q", got)
	}
	a.mutate(t, "olga", regroup(groups[1:]))

	var making sync.WaitGroup
	for n := range ce.MaxOpenInvitations - 2 {
		making.Go(func() {
			_, err := handle.CreateInvitation(t.Context(), ce.Invitation{
				ID: ce.InvitationID(uuid(5000 + n)), SecretHash: fmt.Sprint(n), MaxUses: 1, CreatedAt: a.clock.Now(), ExpiresAt: a.clock.Now().Add(time.Hour),
			}, "digest")
			if err != nil {
				t.Error(err)
			}
		})
	}
	making.Wait()
	a.invite(t, "olga", `role: MEMBER`)
	wantLimit("one invitation too many", fmt.Sprintf(`createInvitation(input: {organizationId: %q}) { code }`, id))

	member := ce.ProfessionalID(a.person(t, "nina").id)
	if _, err := handle.Join(t.Context(), ce.Member{
		ID: ce.NewMemberID(id, member), Professional: member, Role: ce.RoleMember, Invitation: ce.InvitationID(uuid(5000)), JoinedAt: a.clock.Now(),
	}, a.clock.Now()); err != nil {
		t.Fatal(err)
	}
	fill("owners", func(o *ce.Organization) {
		for n := range ce.MaxOwners - 1 {
			o.Owners = append(o.Owners, ce.ProfessionalID(uuid(8000+n)))
		}
	})
	wantLimit("one owner too many", fmt.Sprintf(`updateMember(input: {id: %q, version: 1, role: OWNER}) { member { id } }`, a.memberID("nina", 1)))

	for n := range ce.MaxMemberships - 1 {
		other := ce.OrganizationID(uuid(7000 + n))
		_, err := store.Organization(other).Create(t.Context(), ce.Organization{Owners: []ce.ProfessionalID{olga}},
			ce.Member{ID: ce.NewMemberID(other, olga), Professional: olga, JoinedAt: a.clock.Now()}, "digest")
		if err != nil {
			t.Fatal(err)
		}
	}
	wantLimit("one membership too many", `createOrganization(input: {name: "One more"}) { organization { id } }`)
	// The same request as before is none too many.
	a.found(t, "olga")
}

// TestOrganizationChanged follows an organization on one server while its members act on another.
func TestOrganizationChanged(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		here, there := newAPI(t, store), newAPI(t, store)
		here.followsOthers(t)
		there.found(t, "olga")
		code := there.invite(t, "olga", `maxUses: 10`)
		there.join(t, "nina", code)
		query := `subscription { organizationChanged(id: "` + uuid(901) + `") { sequence organization { summary { byOutcome { outcome members } } } } }`
		events := here.overEvents(t, there.person(t, "olga").accessToken, query)
		last := 0.0
		until := func(outcome string, members float64) {
			t.Helper()
			for {
				message := events.wait(t)
				if message["type"] != "next" {
					t.Fatalf("no event: %s", indented(message))
				}
				change := at(t, message, "payload", "data", "organizationChanged").(map[string]any)
				if sequence := change["sequence"].(float64); sequence <= last {
					t.Fatalf("event %v comes after %v", sequence, last)
				} else {
					last = sequence
				}
				for _, count := range at(t, change, "organization", "summary", "byOutcome").([]any) {
					if count := count.(map[string]any); count["outcome"] == outcome && count["members"] == members {
						return
					}
				}
			}
		}
		until("NONE", 2)
		there.mutate(t, "nina", `addCertification(input: {programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } }`)
		until("AT_RISK", 1)
		there.mutate(t, "nina", `logCredit(input: {title: "Auditing", completedOn: "2026-03-02", minutes: 2000, topics: ["accounting-auditing"]}) { credit { id } }`)
		until("ON_TRACK", 1)
		own := here.overSocket(t, there.person(t, "nina").accessToken, query)
		if message := own.wait(t); message["type"] != "next" {
			t.Fatalf("a member is told nothing: %s", indented(message))
		}
		there.mutate(t, "olga", fmt.Sprintf(`removeMember(input: {id: %q, version: 1}) { removedMemberId }`, there.memberID("nina", 1)))
		until("ON_TRACK", 0)
		for {
			message := own.wait(t)
			if message["type"] == "next" {
				continue
			}
			if code := at(t, message, "payload", 0, "extensions", "code"); code != "NOT_FOUND" {
				t.Errorf("who was removed is told %v", code)
			}
			break
		}
		other := here.overSocket(t, there.person(t, "sam").accessToken, query).wait(t)
		if code := at(t, other, "payload", 0, "extensions", "code"); code != "NOT_FOUND" {
			t.Errorf("who never was a member is told %v", code)
		}
	})
}
