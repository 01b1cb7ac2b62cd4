package main

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// The queue holds so many credits of one member; the others follow as those are decided. A decision whose server died just then is finished, with the entry in the
// log. Once she has left nothing of hers is kept in the queue.
func TestQueueOfReviews(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		if code := a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1)); code != "" {
			t.Fatal(code)
		}
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(100), uuid(1)))
		organization := store.Organization(ce.OrganizationID(uuid(901)))
		o, err := organization.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: %d, approvesCredits: true}) { organization { version } }`, uuid(901), o.Version))
		nina := store.Professional(ce.ProfessionalID(a.person(t, "nina").id))
		const more = 3
		for n := range ce.MaxReviewRequests + more {
			_, err := nina.Credits().Create(t.Context(), ce.Credit{
				ID: ce.CreditID(uuid(1000 + n)), Title: fmt.Sprintf("Drill %d", n), CompletedOn: ce.DateOf(a.clock.Now(), time.UTC).AddDays(-1), Amount: ce.Int(60), Unit: ce.UnitMinute,
				CreatedAt: a.clock.Now().Add(time.Duration(n) * time.Second), UpdatedAt: a.clock.Now(),
			}, "digest")
			if err == nil && n%20 == 19 { // a database of tests clears few marks at once
				err = a.tracker.Sweep(t.Context(), -time.Hour)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		queue := func(what string, first, length int) {
			t.Helper()
			if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
				t.Fatal(err)
			}
			slice, err := organization.ListReviewRequests(t.Context(), storage.Page[storage.ReviewKey]{First: 1000})
			if err != nil || len(slice.Items) != length {
				t.Fatalf("%s: %d credits wait, want %d: %v", what, len(slice.Items), length, err)
			}
			if length > 0 && slice.Items[0].Credit.ID != ce.CreditID(uuid(1000+first)) {
				t.Errorf("%s: the first is %s", what, slice.Items[0].Credit.Title)
			}
		}
		queue("logged", 0, ce.MaxReviewRequests)

		entry := ce.LogEntry{
			ID: ce.NewLogEntryID(a.clock.Now(), 1), Organization: o.ID, At: a.clock.Now(), Action: ce.LogCreditApproved, Before: []string{"Drill 0", "2026-11-21", "60 minutes"},
		}
		_, err = nina.Credits().Update(t.Context(), ce.CreditID(uuid(1000)), func(c *ce.Credit) error {
			c.SetReview(ce.Review{Organization: o.ID, OrganizationName: o.Name, State: ce.ReviewApproved, At: a.clock.Now()})
			c.Entries = append(c.Entries, entry)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		queue("one is approved", 1, ce.MaxReviewRequests)
		log, err := organization.ListLog(t.Context(), storage.Page[storage.LogKey]{First: 100})
		logged := func(e ce.LogEntry) bool { return e.ID == entry.ID }
		if err != nil || !slices.ContainsFunc(log.Items, logged) {
			t.Errorf("the approval is not in the log: %v", err)
		}
		standings, err := nina.Standings(t.Context())
		if earned := standings[ce.CertificationID(uuid(100))].Requirements[0].Earned; err != nil || !earned.Equal(ce.Int(1)) {
			t.Errorf("%v is earned: %v", earned, err)
		}

		a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: %d, approvesCredits: false}) { organization { version } }`, uuid(901), o.Version+1))
		queue("switched off", 0, 0)
		a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: %d, approvesCredits: true}) { organization { version } }`, uuid(901), o.Version+2))
		queue("switched on", 1, ce.MaxReviewRequests)
		a.mutate(t, "nina", fmt.Sprintf(`leaveOrganization(input: {id: %q}) { endedMembershipId }`, a.memberID("nina", 1)))
		slice, err := organization.ListReviewRequests(t.Context(), storage.Page[storage.ReviewKey]{First: 1000})
		if err != nil || len(slice.Items) > 0 {
			t.Errorf("%d credits wait of who has left: %v", len(slice.Items), err)
		}
	})
}

// TestReviewingManyCutShort kills the server at each of its writes while it decides about the credits of several members; the same request repeated decides the rest,
// and the log has each decision once.
func TestReviewingManyCutShort(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		d := dying{store, &atomic.Int64{}}
		d.left.Store(1 << 40)
		a := newAPI(t, d)
		a.found(t, "olga")
		if code := a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1)); code != "" {
			t.Fatal(code)
		}
		organization := store.Organization(ce.OrganizationID(uuid(901)))
		o, err := organization.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: %d, approvesCredits: true}) { organization { version } }`, uuid(901), o.Version))
		var seen []string
		for i, nurse := range []string{"nina", "nora"} {
			a.join(t, nurse, a.invite(t, "olga", "maxUses: 1"))
			a.mutate(t, nurse, fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(100+i), uuid(1)))
			for n := range 2 {
				id := uuid(1000 + 10*i + n)
				a.mutate(t, nurse, fmt.Sprintf(`logCredit(input: {id: %q, title: "Drill", completedOn: "2026-11-01", minutes: 60}) { credit { id } }`, id))
				seen = append(seen, fmt.Sprintf(`{memberId: %q, creditId: %q, version: 1}`, a.memberID(nurse, 1), id))
			}
		}
		review := func(credits []string) map[string]any {
			t.Helper()
			_, answer := a.ask(t, "olga", fmt.Sprintf(`mutation { reviewCredits(input: {organizationId: %q, outcome: APPROVED, credits: [%s]}) { credits { credit { version } problem { code } } } }`,
				uuid(901), strings.Join(credits, ", ")), nil)
			return answer
		}
		cutShort := 0
		for cut := 0; ; cut++ {
			if cut > 40 {
				t.Fatal("it never ends")
			}
			d.left.Store(int64(cut))
			answer := review(seen)
			d.left.Store(1 << 40)
			if answer["errors"] == nil {
				break
			}
			cutShort++
			if code := codeOf(t, answer); code != string(ce.CodeInternal) {
				t.Fatal(indented(answer))
			}
		}
		if cutShort == 0 {
			t.Error("it was never cut short")
		}
		for _, one := range at(t, review(seen), "data", "reviewCredits", "credits").([]any) {
			if one.(map[string]any)["problem"] != nil || at(t, one, "credit", "version") != 2.0 {
				t.Error(indented(one))
			}
		}
		a.clock.Set(a.clock.Now().Add(2 * time.Minute))
		if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		waiting, err := organization.ListReviewRequests(t.Context(), storage.Page[storage.ReviewKey]{First: 10})
		if err != nil || len(waiting.Items) > 0 {
			t.Errorf("%d credits wait still: %v", len(waiting.Items), err)
		}
		log, err := organization.ListLog(t.Context(), storage.Page[storage.LogKey]{First: 100})
		if err != nil {
			t.Fatal(err)
		}
		approvals := slices.DeleteFunc(log.Items, func(e ce.LogEntry) bool { return e.Action != ce.LogCreditApproved })
		if len(approvals) != len(seen) {
			t.Errorf("the log has %d approvals of %d credits", len(approvals), len(seen))
		}

		var many []string
		for n := range 101 {
			many = append(many, fmt.Sprintf(`{memberId: %q, creditId: %q, version: 1}`, a.memberID("nina", 1), uuid(2000+n)))
		}
		if outcomes := at(t, review(many[:100]), "data", "reviewCredits", "credits").([]any); len(outcomes) != 100 {
			t.Errorf("of 100 credits %d were answered", len(outcomes))
		}
		if answer := review(many); codeOf(t, answer) != string(ce.CodeInvalidInput) || !strings.Contains(indented(answer), "at most 100 credits") {
			t.Error(indented(answer))
		}
	})
}
