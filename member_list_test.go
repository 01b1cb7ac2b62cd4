package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// crew has olga found the n-th organization with so many members, who have no accounts. Of five, three are at risk, and one each is overdue and on track.
func (a *api) crew(t testing.TB, store storage.Store, n, members int) ce.OrganizationID {
	t.Helper()
	now, hours := a.clock.Now(), ce.Int(3)
	for i, id := range a.staff(t, store, n, members, "Nurse %05d") {
		person := store.Professional(id)
		turn, err := person.Begin(t.Context())
		dueOn := ce.DateOf(now, time.UTC).AddDays([]int{10 + i%60, 20 + i%60, 30 + i%60, -10 - i%60, 200 + i%60}[i%5])
		overview := &ce.Overview{Certifications: []ce.CertificationOverview{{
			Certification: ce.CertificationID(ce.NewUUID()), Program: "us-tx-rn", ProgramName: "Texas registered nurse", Outcome: ce.NotMet,
			DueOn: dueOn, EndsAt: dueOn.End(time.UTC), Title: "title-renew\tTexas registered nurse",
			Missing: []ce.MissingRequirement{{Title: "Hours", Remaining: &hours, Unit: "contact hour"}, {Title: "A card"}},
		}}}
		if err == nil {
			_, err = person.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Overview: overview, At: now})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return ce.OrganizationID(uuid(900 + n))
}

// takeMembers asks for the list of the first organization as CSV.
func (a *api) takeMembers(t *testing.T, viewer, parameters string) *httptest.ResponseRecorder {
	t.Helper()
	return a.takeMembersBy(t, http.MethodGet, viewer, parameters)
}

func (a *api) takeMembersBy(t *testing.T, method, viewer, parameters string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, "/organizations/"+uuid(901)+"/members.csv?"+parameters, nil)
	if viewer != "" {
		request.Header.Set("Authorization", "Bearer "+a.person(t, viewer).accessToken)
	}
	answer := httptest.NewRecorder()
	a.handler.ServeHTTP(answer, request)
	return answer
}

// rowsOf reads a CSV file that begins with a byte order mark.
func rowsOf(t *testing.T, answer *httptest.ResponseRecorder) [][]string {
	t.Helper()
	mark := make([]byte, 3)
	if _, err := answer.Body.Read(mark); err != nil || string(mark) != "\ufeff" {
		t.Fatalf("status %d, and the file begins with %q (%v)", answer.Code, mark, err)
	}
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestMembersAsCSV(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	const members = 1_101 // more than two pages of what is read at a time
	a.crew(t, store, 1, members)
	a.join(t, "viola", a.invite(t, "olga", `role: VIEWER`))
	a.join(t, "mel", a.invite(t, "olga", `role: MEMBER`))

	answer := a.takeMembers(t, "viola", "")
	for name, want := range map[string]string{
		"Content-Type": "text/csv; charset=utf-8; header=present", "Content-Disposition": `attachment; filename="members.csv"`, "Cache-Control": "no-store",
	} {
		if got := answer.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	rows := rowsOf(t, answer)
	if want := 1 + members + 3; len(rows) != want {
		t.Fatalf("%d rows, want %d", len(rows), want)
	}
	if names := slices.IndexFunc(rows[1:], func(row []string) bool { return row[1] == "Nurse 00002" }); names < 0 {
		t.Fatal("a nurse is missing")
	} else if got, want := strings.Join(rows[1+names][1:], "|"), "Nurse 00002|MEMBER||2026-11-22|AT_RISK|2026-12-24|Texas registered nurse: renew|Texas registered nurse|"+
		"Texas registered nurse: AT_RISK|Texas registered nurse: Hours (3 contact hour); Texas registered nurse: A card"; got != want {
		t.Errorf("her row is\n%s, want\n%s", got, want)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		seen[row[0]] = true
	}
	if len(seen) != len(rows)-1 {
		t.Errorf("%d members in %d rows", len(seen), len(rows)-1)
	}

	rows = rowsOf(t, a.takeMembers(t, "olga", "outcome=OVERDUE&program=us-tx-rn&dueBefore=2026-11-01&search=nurse&group=&orderBy=NEXT_DEADLINE"))
	if len(rows) < 100 {
		t.Errorf("%d rows", len(rows))
	}
	for i, row := range rows[1:] {
		if row[5] != "OVERDUE" || row[6] >= "2026-11-01" || i > 0 && rows[i][6] > row[6] {
			t.Errorf("row %d is %q", i, row)
		}
	}

	// What begins as a formula is text, and stays one cell.
	a.mutate(t, "mel", `updateProfile(input: {version: 1, name: "=cmd(), \"1\""}) { professional { name } }`)
	rows = rowsOf(t, a.takeMembers(t, "olga", "search=cmd"))
	if len(rows) != 2 || rows[1][1] != `'=cmd(), "1"` {
		t.Errorf("a name like a formula makes %q", rows)
	}

	if rows = rowsOf(t, a.takeMembers(t, "olga", "search=nobody")); len(rows) != 1 {
		t.Errorf("of nobody there are the rows %q", rows)
	}
	for what, want := range map[[2]string]int{
		{"", ""}:                       http.StatusUnauthorized,
		{"stranger", ""}:               http.StatusNotFound,
		{"mel", ""}:                    http.StatusForbidden,
		{"olga", "outcome=MISSED"}:     http.StatusUnprocessableEntity,
		{"olga", "orderBy=AGE"}:        http.StatusUnprocessableEntity,
		{"olga", "dueBefore=tomorrow"}: http.StatusUnprocessableEntity,
		{"olga", "group=" + uuid(7)}:   http.StatusUnprocessableEntity,
		{"olga", "program=%00"}:        http.StatusUnprocessableEntity,
		{"olga", "outcom=OVERDUE"}:     http.StatusUnprocessableEntity,
		{"olga", "search=" + strings.Repeat("x", ce.MaxNameLength+1)}: http.StatusUnprocessableEntity,
	} {
		if answer := a.takeMembers(t, what[0], what[1]); answer.Code != want || answer.Header().Get("Content-Disposition") != "" {
			t.Errorf("to %q of %q the status is %d, want %d", what[1], what[0], answer.Code, want)
		}
	}
}

// unlisting is a store of which pages of members after the first, or what is added to logs, fail.
type unlisting struct {
	storage.Store
	pages, log bool
}

type unlistingOrganization struct {
	storage.Organization
	unlisting
}

var errFailing = errors.New("the disk is gone")

func (u unlisting) Organization(id ce.OrganizationID) storage.Organization {
	return unlistingOrganization{u.Store.Organization(id), u}
}

func (o unlistingOrganization) ListMembers(
	ctx context.Context, filter storage.MemberFilter, order ce.MemberOrder, page storage.Page[storage.MemberKey],
) (storage.Slice[ce.Member], error) {
	if o.pages && page.After != nil {
		return storage.Slice[ce.Member]{}, errFailing
	}
	return o.Organization.ListMembers(ctx, filter, order, page)
}

func (o unlistingOrganization) AddToLog(ctx context.Context, entries ...ce.LogEntry) error {
	if o.log {
		return errFailing
	}
	return o.Organization.AddToLog(ctx, entries...)
}

// TestTheLogHasEachListOfMembers takes lists away, and tries to: the log has those that were sent and no other.
func TestTheLogHasEachListOfMembers(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	const members = 501 // one more than is read at a time
	a.staff(t, store, 1, members, "Nurse %05d")
	a.join(t, "viola", a.invite(t, "olga", `role: VIEWER`))
	a.join(t, "mel", a.invite(t, "olga", `role: MEMBER`))
	taken := func() (taken []string) {
		t.Helper()
		slice, err := store.Organization(ce.OrganizationID(uuid(901))).ListLog(t.Context(), storage.Page[storage.LogKey]{First: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range slice.Items {
			if entry.Action == ce.LogMembersExported {
				who := map[string]string{a.people["olga"].id: "olga", a.people["viola"].id: "viola"}[string(entry.Actor)]
				taken = append(taken, fmt.Sprint(who, entry.At.Equal(a.clock.Now()), entry.Subject, entry.Before, entry.After))
			}
		}
		return taken
	}

	for _, what := range [][2]string{{"", ""}, {"stranger", ""}, {"mel", ""}, {"olga", "orderBy=AGE"}, {"olga", "group=" + uuid(7)}} {
		if answer := a.takeMembers(t, what[0], what[1]); answer.Code < 400 {
			t.Errorf("to %q of %q the status is %d", what[1], what[0], answer.Code)
		}
	}
	head := a.takeMembersBy(t, http.MethodHead, "olga", "")
	if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("Content-Disposition") == "" {
		t.Errorf("to HEAD the status is %d, with %d bytes and the headers %v", head.Code, head.Body.Len(), head.Header())
	}
	for what, broken := range map[string]unlisting{"second page": {store, true, false}, "log": {store, false, true}} {
		b := newAPI(t, broken)
		b.people = a.people
		b.renew(t)
		answer := b.takeMembers(t, "olga", "")
		if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "Nurse") || answer.Header().Get("Content-Disposition") != "" {
			t.Errorf("when the %s fails the status is %d, and the body begins with %.100q", what, answer.Code, answer.Body)
		}
	}
	if got := taken(); len(got) > 0 {
		t.Errorf("what was not sent is in the log: %q", got)
	}

	if got, want := len(rowsOf(t, a.takeMembers(t, "olga", ""))), 1+members+3; got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
	if got := len(rowsOf(t, a.takeMembers(t, "viola", "search=nobody"))); got != 1 {
		t.Errorf("of nobody there are %d rows", got)
	}
	if got, want := taken(), []string{"violatrue[] [0]", "olgatrue[] [504]"}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}
