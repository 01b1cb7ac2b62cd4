package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/roster"
	"accrue/storage"
)

const postCredits = `mutation($input: PostCreditsInput!) { postCredits(input: $input) { posting { id total posted } problems { row column message } } }`

// drill is the input of a posting, with the fields given.
func drill(more map[string]any) map[string]any {
	input := map[string]any{"organizationId": uuid(901), "title": "Fire drill", "completedOn": "2026-11-20", "minutes": 100}
	for name, value := range more {
		input[name] = value
	}
	return map[string]any{"input": input}
}

// staff has olga found the n-th organization with so many nurses, who have no accounts and are named by the format, and returns their ids.
func (a *api) staff(t testing.TB, store storage.Store, n, nurses int, name string) (people []ce.ProfessionalID) {
	t.Helper()
	id, now := ce.OrganizationID(uuid(900+n)), a.clock.Now()
	a.mutate(t, "olga", fmt.Sprintf(`createOrganization(input: {id: %q, name: "St. Example"}) { organization { id } }`, id))
	handle := store.Organization(id)
	invitation := ce.Invitation{
		ID: ce.InvitationID(ce.NewUUID()), SecretHash: ce.NewUUID(), Role: ce.RoleMember, MaxUses: ce.MaxMembers, CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}
	if _, err := handle.CreateInvitation(t.Context(), invitation, "digest"); err != nil {
		t.Fatal(err)
	}
	for i := range nurses {
		professional := ce.ProfessionalID(uuid(n*100_000 + i))
		_, err := store.Professional(professional).CreateProfile(t.Context(), ce.Professional{
			Name: fmt.Sprintf(name, i), Email: nurseEmail(i), EmailVerified: true, Locale: "en", CreatedAt: now, UpdatedAt: now,
		})
		if err == nil {
			_, err = handle.Join(t.Context(), ce.Member{
				ID: ce.NewMemberID(id, professional), Professional: professional, Role: ce.RoleMember, Invitation: invitation.ID, JoinedAt: now,
			}, now)
		}
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, professional)
	}
	return people
}

func nurseEmail(i int) string { return fmt.Sprintf("nurse-%d@example.com", i) }

// wards is the first organization with so many nurses, who can be found by their addresses. It returns the ids of the members, too.
func (a *api) wards(t testing.TB, store storage.Store, nurses int) (members []string, people []ce.ProfessionalID) {
	t.Helper()
	people = a.staff(t, store, 1, nurses, "Nurse %d")
	for i, id := range people {
		profile := ce.Professional{Email: nurseEmail(i), EmailVerified: true}
		if err := store.Professional(id).SetFoundBy(t.Context(), profile.FoundBy(nil)); err != nil {
			t.Fatal(err)
		}
		members = append(members, string(ce.NewMemberID(ce.OrganizationID(uuid(901)), id)))
	}
	return members, people
}

// wantOnce wants each of the people to have the posting's credit once, and nothing left to do.
func (a *api) wantOnce(t *testing.T, store storage.Store, posting string, people []ce.ProfessionalID) {
	t.Helper()
	for _, id := range people {
		credits, err := store.Professional(id).ReadCredits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for _, credit := range credits.Items {
			if credit.Posted.Posting == ce.PostingID(posting) {
				count++
			}
		}
		if count != 1 || len(credits.Marks) > 0 {
			t.Errorf("%d credits, and %d to refresh", count, len(credits.Marks))
		}
	}
	pending, err := store.System().PendingPostedCredits(t.Context(), a.clock.Now().Add(time.Hour), 10)
	if err != nil || len(pending) > 0 {
		t.Errorf("pending: %v %v", pending, err)
	}
}

// dying is a store of a server that is killed: from a write on nothing more is written.
type dying struct {
	storage.Store
	left *atomic.Int64 // writes until then
}

var errKilled = errors.New("the server was killed")

func (d dying) die() error {
	if d.left.Add(-1) < 0 {
		return errKilled
	}
	return nil
}

type dyingProfessional struct {
	storage.Professional
	dying
}

type dyingCredits struct {
	storage.Facts[ce.CreditID, ce.Credit]
	dying
}

type dyingOrganization struct {
	storage.Organization
	dying
}

func (d dying) Professional(id ce.ProfessionalID) storage.Professional {
	return dyingProfessional{d.Store.Professional(id), d}
}

func (d dying) Organization(id ce.OrganizationID) storage.Organization {
	return dyingOrganization{d.Store.Organization(id), d}
}

func (p dyingProfessional) Credits() storage.Facts[ce.CreditID, ce.Credit] {
	return dyingCredits{p.Professional.Credits(), p.dying}
}

func (p dyingProfessional) SaveDerived(ctx context.Context, derived storage.Derived) (int64, error) {
	if err := p.die(); err != nil {
		return 0, err
	}
	return p.Professional.SaveDerived(ctx, derived)
}

func (p dyingProfessional) ClearMarks(ctx context.Context, marks []storage.Mark) error {
	if err := p.die(); err != nil {
		return err
	}
	return p.Professional.ClearMarks(ctx, marks)
}

func (p dyingProfessional) AddCreditNews(ctx context.Context, due time.Time, news ce.CreditNews) error {
	if err := p.die(); err != nil {
		return err
	}
	return p.Professional.AddCreditNews(ctx, due, news)
}

func (c dyingCredits) Create(ctx context.Context, credit ce.Credit, digest string) (ce.Credit, error) {
	if err := c.die(); err != nil {
		return ce.Credit{}, err
	}
	return c.Facts.Create(ctx, credit, digest)
}

func (c dyingCredits) Update(ctx context.Context, id ce.CreditID, change func(*ce.Credit) error) (ce.Credit, error) {
	if err := c.die(); err != nil {
		return ce.Credit{}, err
	}
	return c.Facts.Update(ctx, id, change)
}

func (c dyingCredits) Remove(ctx context.Context, id ce.CreditID, at time.Time, check func(ce.Credit) error) error {
	if err := c.die(); err != nil {
		return err
	}
	return c.Facts.Remove(ctx, id, at, check)
}

func (o dyingOrganization) SettlePostedCredit(ctx context.Context, id ce.CreditID, version int, state ce.PostedState) error {
	if err := o.die(); err != nil {
		return err
	}
	return o.Organization.SettlePostedCredit(ctx, id, version, state)
}

// TestPostingCutShort kills the server at each of its writes while it posts to two members, and while it takes that back; the sweep of another
// finishes it, and the same request repeated doubles nothing. Each member is told each once.
func TestPostingCutShort(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		d := dying{store, &atomic.Int64{}}
		d.left.Store(1 << 40)
		a := newAPI(t, d)
		members, people := a.wards(t, store, 2)
		finish := func() {
			t.Helper()
			d.left.Store(1 << 40)
			// A part is left to its request for a while. What is known of it until then is told before it is brought about again.
			a.issueNextDay(t)
			if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		told := func(cut, notifications int, event ce.CreditEvent) {
			t.Helper()
			a.issueNextDay(t)
			for _, id := range people {
				slice, err := store.Professional(id).ListNotifications(t.Context(), false, storage.Page[storage.NotificationKey]{First: 1000})
				if err != nil || len(slice.Items) != notifications {
					t.Fatalf("cut at write %d: %d notifications, want %d: %v", cut, len(slice.Items), notifications, err)
				}
				if news := slice.Items[0].Credits; len(news) != 1 || news[0].Event != event {
					t.Errorf("cut at write %d: %+v is told", cut, news)
				}
			}
		}
		cutShort := true
		for cut := 0; cutShort; cut++ {
			if cut > 40 {
				t.Fatal("it never ends")
			}
			posting := uuid(20_000 + cut)
			request := drill(map[string]any{"id": posting, "memberIds": members})
			d.left.Store(int64(cut))
			_, answer := a.ask(t, "olga", postCredits, request)
			cutShort = d.left.Load() < 0
			if answer["errors"] != nil { // it is kept, so it succeeds
				t.Fatal(indented(answer))
			}
			finish()
			a.wantOnce(t, store, posting, people)
			_, answer = a.ask(t, "olga", postCredits, request)
			if at(t, answer, "data", "postCredits", "posting", "posted") != 2.0 {
				t.Error(indented(answer))
			}
			a.wantOnce(t, store, posting, people)
			told(cut, 2*cut+1, ce.CreditPosted)

			d.left.Store(int64(cut))
			a.mutate(t, "olga", `withdrawPosting(input: {id: "`+posting+`", version: 1, reason: "Another day."}) { posting { version } }`)
			cutShort = cutShort || d.left.Load() < 0
			finish()
			for _, id := range people {
				count, err := store.Professional(id).CountCredits(t.Context())
				if err != nil || count != 0 {
					t.Errorf("cut at write %d: %d credits are left %v", cut, count, err)
				}
			}
			told(cut, 2*cut+2, ce.CreditWithdrawn)
		}
	})
}

// TestPostingToMany posts to more members than are waited for, by a roster of e-mail addresses.
func TestPostingToMany(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		_, people := a.wards(t, store, 70)
		text := "\ufeffNombre;Correo electrónico;Horas\r\n"
		for n := range people {
			text += fmt.Sprintf("\"Nurse; %d\";NURSE-%d@example.com;%s\r\n", n, n, map[bool]string{true: "1,5"}[n == 1])
		}
		_, answer := a.ask(t, "olga", postCredits, drill(map[string]any{"id": uuid(801), "roster": text}))
		posted := at(t, answer, "data", "postCredits", "posting").(map[string]any)
		if posted["total"] != 70.0 || posted["posted"] != 20.0 {
			t.Fatal(indented(answer))
		}
		if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		_, answer = a.ask(t, "olga", `query($id: ID!) { node(id: $id) { ... on Posting { posted } } }`, map[string]any{"id": uuid(801)})
		if at(t, answer, "data", "node", "posted") != 20.0 {
			t.Error("what may be the request's own was taken up", indented(answer))
		}
		a.clock.Set(a.clock.Now().Add(6 * time.Second))
		if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		a.wantOnce(t, store, uuid(801), people)
		for n, minutes := range []int64{100, 90} {
			credit, err := store.Professional(people[n]).Credits().Get(t.Context(), ce.NewPostedCreditID(ce.PostingID(uuid(801)), people[n]))
			if err != nil || !credit.Amount.Equal(ce.Int(minutes)) || credit.Unit != ce.UnitMinute {
				t.Errorf("credit %d: %+v %v", n, credit, err)
			}
		}
		// All pages together are all members, in the roster's order.
		var names []any
		after := map[string]any{"id": uuid(801), "after": nil}
		for more := true; more; {
			_, answer = a.ask(t, "olga", `query($id: ID!, $after: String) { node(id: $id) { ... on Posting { members(first: 30, after: $after) { nodes { name state } pageInfo { hasNextPage endCursor } } } } }`, after)
			page := at(t, answer, "data", "node", "members").(map[string]any)
			for _, node := range page["nodes"].([]any) {
				names = append(names, node.(map[string]any)["name"])
			}
			more = at(t, page, "pageInfo", "hasNextPage").(bool)
			after["after"] = at(t, page, "pageInfo", "endCursor")
		}
		if len(names) != 70 || names[0] != "Nurse 0" || names[69] != "Nurse 69" {
			t.Errorf("%d members: %v", len(names), names)
		}
	})
}

func TestRostersThatAreRefused(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPIOf(t, store, Server{AddressRate: 100_000, ViewerRate: 100_000, MaxBody: 4 << 20, MaxDepth: 15, MaxCost: 20_000, RequestTime: 30 * time.Second})
	members, people := a.wards(t, store, 3)
	for _, id := range people[:2] {
		if err := store.Professional(id).SetFoundBy(t.Context(), []string{ce.NumberKey("77")}); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(more map[string]any) string {
		t.Helper()
		_, answer := a.ask(t, "olga", postCredits, drill(more))
		if answer["errors"] != nil {
			return codeOf(t, answer) + " " + at(t, answer, "errors", 0, "message").(string)
		}
		if at(t, answer, "data", "postCredits").(map[string]any)["posting"] != nil {
			return "posted"
		}
		var told strings.Builder
		for _, problem := range at(t, answer, "data", "postCredits", "problems").([]any) {
			problem := problem.(map[string]any)
			fmt.Fprint(&told, problem["row"], " ", problem["column"], ": ", problem["message"], "\n")
		}
		return told.String()
	}
	unit := "us-ga-board-of-accountancy.cpe-credit"
	for name, test := range map[string]struct {
		more map[string]any
		want string
	}{
		"unknown":             {map[string]any{"roster": "email\nnurse-2@example.com\nnobody@example.com\n"}, "3 email: is not a member of this organization\n"},
		"formula":             {map[string]any{"roster": "email,name\n\"=cmd()\",Ana\n+1@example.com,Bea\n"}, "2 email: is not a member of this organization\n3 email: is not a member of this organization\n"},
		"twice":               {map[string]any{"roster": "email,member\nnurse-2@example.com,\n," + members[2] + "\n"}, "3 member: names the same member as row 2\n"},
		"two names":           {map[string]any{"roster": "email,member\nnurse-2@example.com," + members[1] + "\n"}, "2 email: names another member than column member\n"},
		"the number of two":   {map[string]any{"roster": "number\n7-7\n"}, "2 number: is that of more than one member; name her otherwise\n"},
		"amount for minutes":  {map[string]any{"roster": "email,amount\nnurse-2@example.com,1\n"}, "1 amount: cannot be there: what is posted has minutes, so the column must be minutes or hours\n"},
		"minutes for amount":  {map[string]any{"minutes": nil, "amount": "2", "unit": unit, "roster": "email,hours\nnurse-2@example.com,1\n"}, "1 hours: cannot be there: what is posted has an amount in a unit, so the column must be amount\n"},
		"an amount too large": {map[string]any{"minutes": nil, "amount": "2", "unit": unit, "roster": "email,amount\nnurse-2@example.com,10001\n"}, "2 amount: must be above 0 and at most 10000\n"},
		"less than portions": {
			map[string]any{"portions": []any{map[string]any{"minutes": 60, "topics": []string{"ethics"}}}, "roster": "email,minutes\nnurse-2@example.com,50\n"},
			"2 minutes: must not be more together than the credit\n",
		},
		"no columns":    {map[string]any{"roster": "Ana,Bea\n"}, "1 A: has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns\n1 B: has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns\n1 <nil>: is the header and has no column that says who it is: member, email or number\n"},
		"UTF-16":        {map[string]any{"roster": "e\x00m\x00a\x00i\x00l\x00"}, "<nil> <nil>: is not in UTF-8; save it as “CSV UTF-8”\n"},
		"both":          {map[string]any{"roster": "email\nnurse-2@example.com\n", "memberIds": members}, "INVALID_INPUT memberIds: give either members or a roster"},
		"neither":       {nil, "INVALID_INPUT memberIds: give either members or a roster"},
		"no members":    {map[string]any{"memberIds": []string{}}, "INVALID_INPUT memberIds: give either members or a roster"},
		"a member":      {map[string]any{"memberIds": []string{members[0], members[0], "x"}}, "INVALID_INPUT memberIds.1: is there twice"},
		"unknown ids":   {map[string]any{"memberIds": []string{members[0], "x", members[0]}}, "INVALID_INPUT memberIds.1: is not a member of this organization"},
		"many members":  {map[string]any{"memberIds": make([]string, ce.MaxPosted+1)}, "INVALID_INPUT memberIds: must be at most 10000 members; post it in parts"},
		"facts":         {map[string]any{"title": " ", "completedOn": "2026-11-23", "minutes": 0, "memberIds": members}, "INVALID_INPUT title: must not be empty"},
		"a day to come": {map[string]any{"completedOn": "2026-11-23", "memberIds": members}, "INVALID_INPUT completedOn: must not be in the future: today is 2026-11-22"},
		"own units":     {map[string]any{"minutes": nil, "amount": "2", "unit": uuid(3) + ".hour", "memberIds": members}, "INVALID_INPUT unit: must be the id of a unit; the units of a program are in `Program.units`"},
		"many rows":     {map[string]any{"roster": "email\n" + strings.Repeat("a@example.com\n", 100_000)}, "<nil> <nil>: has more than 10000 rows; post it in parts\n"},
		"large":         {map[string]any{"roster": "email\n" + strings.Repeat("nurse@example.com\n", roster.MaxSize/18+1)}, "<nil> <nil>: is larger than 2 MB; post it in parts\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ask(test.more); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
	if got := ask(map[string]any{"roster": strings.Repeat("=", 10) + "email\n" + strings.Repeat("x\n", 200)}); strings.Count(got, "\n") > roster.MaxProblems {
		t.Errorf("too many problems: %s", got)
	}
	for _, id := range people {
		if count, err := store.Professional(id).CountCredits(t.Context()); err != nil || count != 0 {
			t.Errorf("%d credits after what was refused %v", count, err)
		}
	}
	if count, err := store.Organization(ce.OrganizationID(uuid(901))).CountPostings(t.Context()); err != nil || count != 0 {
		t.Errorf("%d postings after what was refused %v", count, err)
	}

	// 100,000 long rows do not fit into a request, and take no memory.
	body := []byte(`{"query": "{ me { id } }", "variables": {"roster": "` + strings.Repeat(`somebody-with-a-long-name@example.com,\"Somebody\"\r\n`, 100_000) + `"}}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	status, answer := a.send(t, a.person(t, "olga").accessToken, body)
	runtime.ReadMemStats(&after)
	if status != http.StatusRequestEntityTooLarge || codeOf(t, answer) != "TOO_COMPLEX" {
		t.Errorf("status %d: %s", status, indented(answer))
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 40<<20 {
		t.Errorf("%d MB were allocated", taken>>20)
	}
}

// full is a store of organizations that have posted as often as they can, and of professionals with as many credits as they can have.
type full struct{ storage.Store }

type fullOrganization struct{ storage.Organization }

type fullProfessional struct{ storage.Professional }

func (s full) Organization(id ce.OrganizationID) storage.Organization {
	return fullOrganization{s.Store.Organization(id)}
}

func (s full) Professional(id ce.ProfessionalID) storage.Professional {
	return fullProfessional{s.Store.Professional(id)}
}

func (fullOrganization) CountPostings(context.Context) (int, error) { return ce.MaxPostings, nil }

func (fullProfessional) CountCredits(context.Context) (int, error) { return ce.MaxCredits, nil }

func TestLimitsOfPostings(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	members, people := a.wards(t, store, 2)
	if _, answer := a.ask(t, "olga", postCredits, drill(map[string]any{"id": uuid(801), "memberIds": members[:1]})); answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	crowded := newAPI(t, full{store})
	crowded.people = a.people
	crowded.renew(t)
	_, answer := crowded.ask(t, "olga", postCredits, drill(map[string]any{"memberIds": members}))
	if codeOf(t, answer) != "LIMIT_EXCEEDED" {
		t.Error(indented(answer))
	}
	// The same request as before is none too many.
	if _, answer := crowded.ask(t, "olga", postCredits, drill(map[string]any{"id": uuid(801), "memberIds": members[:1]})); answer["errors"] != nil {
		t.Error(indented(answer))
	}
	// Who has as many credits as she can have, or leaves before it is posted, does without.
	handle := store.Organization(ce.OrganizationID(uuid(901)))
	posting := ce.Posting{ID: ce.PostingID(uuid(802)), Credit: storedCredit(1, time.Time{}), Total: 2, CreatedAt: a.clock.Now().Add(-time.Minute)}
	var parts []ce.PostedCredit
	for place, id := range people {
		parts = append(parts, ce.PostedCredit{ID: ce.NewPostedCreditID(posting.ID, id), Professional: id, Place: place, Amount: ce.Int(50)})
	}
	if _, err := handle.CreatePosting(t.Context(), posting, parts); err != nil {
		t.Fatal(err)
	}
	_, err := handle.UpdateMember(t.Context(), ce.MemberID(members[1]), func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = a.clock.Now(); return nil, nil })
	if err == nil {
		err = crowded.tracker.Sweep(t.Context(), time.Minute)
	}
	if err != nil {
		t.Fatal(err)
	}
	slice, err := handle.ListPostedCredits(t.Context(), posting.ID, storage.Page[int]{First: 10})
	if err != nil || len(slice.Items) != 2 || slice.Items[0].State != ce.PostedNot || slice.Items[1].State != ce.PostedNot || !slice.Items[1].PendingSince.IsZero() {
		t.Errorf("%+v %v", slice.Items, err)
	}
}

// slow is a store in which something happens just before a credit is logged.
type slow struct {
	storage.Store
	before *func()
}

type slowProfessional struct {
	storage.Professional
	before *func()
}

type slowCredits struct {
	storage.Facts[ce.CreditID, ce.Credit]
	before *func()
}

func (s slow) Professional(id ce.ProfessionalID) storage.Professional {
	return slowProfessional{s.Store.Professional(id), s.before}
}

func (p slowProfessional) Credits() storage.Facts[ce.CreditID, ce.Credit] {
	return slowCredits{p.Professional.Credits(), p.before}
}

func (c slowCredits) Create(ctx context.Context, credit ce.Credit, digest string) (ce.Credit, error) {
	(*c.before)()
	return c.Facts.Create(ctx, credit, digest)
}

// TestNoCreditComesAfterItWasTakenBack has a member leave, and the posting taken back, while a slow server is about to log her credit.
func TestNoCreditComesAfterItWasTakenBack(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		members, people := a.wards(t, store, 1)
		before := func() {}
		late := newAPI(t, slow{store, &before})
		late.people = a.people
		late.renew(t)
		before = func() {
			handle := store.Organization(ce.OrganizationID(uuid(901)))
			_, err := handle.UpdateMember(t.Context(), ce.MemberID(members[0]), func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = a.clock.Now(); return nil, nil })
			a.clock.Set(a.clock.Now().Add(6 * time.Second))
			if err == nil {
				err = a.tracker.Sweep(t.Context(), time.Minute)
			}
			if err != nil {
				t.Fatal(err)
			}
			a.mutate(t, "olga", `withdrawPosting(input: {id: "`+uuid(801)+`", version: 1, reason: "Another day."}) { posting { version } }`)
		}
		if _, answer := late.ask(t, "olga", postCredits, drill(map[string]any{"id": uuid(801), "memberIds": members})); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if count, err := store.Professional(people[0]).CountCredits(t.Context()); err != nil || count != 0 {
			t.Errorf("%d credits of a posting that was taken back %v", count, err)
		}
	})
}

// orphaned is a store in which postings are gone, and their parts are not: of an organization that was deleted while its posting was written.
type orphaned struct{ storage.Store }

type orphanedOrganization struct{ storage.Organization }

func (s orphaned) Organization(id ce.OrganizationID) storage.Organization {
	return orphanedOrganization{s.Store.Organization(id)}
}

func (orphanedOrganization) Posting(context.Context, ce.PostingID) (ce.Posting, error) {
	return ce.Posting{}, storage.ErrNotFound
}

// TestPartsWithoutTheirPosting shows that what nobody can finish is not pending for ever, and keeps no sweep from ending.
func TestPartsWithoutTheirPosting(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	_, people := a.wards(t, store, 1)
	posting := ce.Posting{ID: ce.PostingID(uuid(802)), Credit: storedCredit(1, time.Time{}), Total: 1, CreatedAt: a.clock.Now().Add(-time.Minute)}
	parts := []ce.PostedCredit{{ID: ce.NewPostedCreditID(posting.ID, people[0]), Professional: people[0], Amount: ce.Int(50)}}
	if _, err := store.Organization(ce.OrganizationID(uuid(901))).CreatePosting(t.Context(), posting, parts); err != nil {
		t.Fatal(err)
	}
	if err := newAPI(t, orphaned{store}).tracker.Sweep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	pending, err := store.System().PendingPostedCredits(t.Context(), a.clock.Now().Add(time.Hour), 10)
	if err != nil || len(pending) > 0 {
		t.Errorf("pending: %v %v", pending, err)
	}
}

// broken is a store in which nothing can be written of professionals, but for one.
type broken struct {
	storage.Store
	sound ce.ProfessionalID
}

func (b broken) Professional(id ce.ProfessionalID) storage.Professional {
	if id == b.sound {
		return b.Store.Professional(id)
	}
	return dyingProfessional{b.Store.Professional(id), dying{b.Store, &atomic.Int64{}}}
}

// TestBrokenPartsKeepNoOtherWaiting has as many parts of a posting fail in each round of the sweep as one takes up, and one of a later posting come nevertheless.
func TestBrokenPartsKeepNoOtherWaiting(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	const batch = 50 // of the sweep
	_, people := a.wards(t, store, batch+1)
	last := len(people) - 1
	handle := store.Organization(ce.OrganizationID(uuid(901)))
	post := func(n int, age time.Duration, people ...ce.ProfessionalID) string {
		t.Helper()
		posting := ce.Posting{ID: ce.PostingID(uuid(n)), Credit: storedCredit(1, time.Time{}), Total: len(people), CreatedAt: a.clock.Now().Add(-age)}
		var parts []ce.PostedCredit
		for i, id := range people {
			parts = append(parts, ce.PostedCredit{ID: ce.NewPostedCreditID(posting.ID, id), Professional: id, Place: i, Amount: ce.Int(50)})
		}
		if _, err := handle.CreatePosting(t.Context(), posting, parts); err != nil {
			t.Fatal(err)
		}
		return uuid(n)
	}
	earlier, later := post(802, time.Hour, people[:last]...), post(803, time.Minute, people[last])
	half := newAPI(t, broken{store, people[last]})
	for range 2 {
		half.clock.Set(half.clock.Now().Add(10 * time.Second))
		if err := half.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if count, err := store.Professional(people[last]).CountCredits(t.Context()); err != nil || count != 1 {
		t.Errorf("whose turn is after those that fail has %d credits: %v", count, err)
	}

	a.clock.Set(a.clock.Now().Add(time.Minute))
	if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	a.wantOnce(t, store, earlier, people[:last])
	a.wantOnce(t, store, later, people[last:])
}

// TestRosterFindsByVerifiedAddress follows an address from its verification to the posting.
func TestRosterFindsByVerifiedAddress(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		a.join(t, "nina", a.invite(t, "olga", `role: MEMBER`))
		request := drill(map[string]any{"roster": "email\nNina@Example.com\n"})
		_, answer := a.ask(t, "olga", postCredits, request)
		if at(t, answer, "data", "postCredits").(map[string]any)["posting"] != nil {
			t.Error("an address that is not verified was found", indented(answer))
		}
		a.mutate(t, "nina", `verifyEmail(input: {token: "`+a.letters.reveal("<verification>")+`"}) { emailVerified }`)
		a.clock.Set(a.clock.Now().Add(2 * time.Minute))
		if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		_, answer = a.ask(t, "olga", postCredits, request)
		if posted := at(t, answer, "data", "postCredits").(map[string]any)["posting"]; posted == nil || posted.(map[string]any)["posted"] != 1.0 {
			t.Error("a verified address was not found", indented(answer))
		}
	})
}

// TestWithdrawingAll refuses who would decide about members whom she no longer sees, and ends the disputes of what is taken back.
func TestWithdrawingAll(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	members, _ := a.wards(t, store, 2)
	a.join(t, "mara", a.invite(t, "olga", `role: MANAGER`))
	post := func(id string, to ...string) {
		t.Helper()
		_, answer := a.ask(t, "mara", `mutation($input: PostCreditsInput!) { postCredits(input: $input) { problems { message } posting { id } } }`,
			drill(map[string]any{"id": id, "memberIds": to}))
		if answer["errors"] != nil {
			t.Fatal(answer)
		}
	}
	all := func(id string) string {
		return `withdrawPosting(input: {id: "` + id + `", version: 1, reason: "Wrong day."}) { posting { withdrawnAt } }`
	}
	own := a.memberID("mara", 1)
	post(uuid(71), append([]string{own}, members...)...)
	credit := a.postedID(uuid(71), "mara")
	a.mutate(t, "mara", `disputeCredit(input: {id: "`+credit+`", version: 1, reason: "I was away."}) { credit { id } }`)
	post(uuid(72), members...)
	a.mutate(t, "olga", `createGroup(input: {organizationId: "`+uuid(901)+`", id: "`+uuid(31)+`", name: "Ward One"}) { group { id } }`)
	a.mutate(t, "olga", `updateMember(input: {id: "`+own+`", version: 1, groupIds: ["`+uuid(31)+`"]}) { member { id } }`)
	if got := a.refused(t, "mara", all(uuid(72))); got != string(ce.CodeForbidden) {
		t.Errorf("of those whom she does not see any more she is told %q", got)
	}
	a.mutate(t, "olga", all(uuid(71)))
	a.mutate(t, "olga", all(uuid(72)))
	_, answer := a.ask(t, "olga", `{ node(id: "`+uuid(71)+`") { ... on Posting { disputed members { nodes { state dispute { open resolution } } } } } }`, nil)
	text := fmt.Sprint(answer)
	if !strings.Contains(text, "open:false resolution:Wrong day.") || strings.Contains(text, "open:true") {
		t.Errorf("once all is taken back its dispute is %s", text)
	}
}
