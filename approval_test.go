package main

import (
	"fmt"
	"slices"
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
