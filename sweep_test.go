package main

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// A server that dies between a fact and what is derived from it leaves a mark, by which the sweep of any server finishes
// its work; while another server sweeps, it waits.
func TestTheSweepFinishesWhatADeadServerLeft(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		jordan := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
		_, answer := a.ask(t, "jordan", `mutation { addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } } }`, nil)
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		earned := func() ce.Amount {
			t.Helper()
			standings, err := jordan.Standings(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return *standings[ce.CertificationID(uuid(1))].Requirements[0].Earned
		}
		if _, err := jordan.Credits().Create(t.Context(), storedCredit(2, a.clock.Now()), "digest"); err != nil {
			t.Fatal(err)
		}
		sweep := func() {
			t.Helper()
			if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
				t.Fatal(err)
			}
		}

		sweep()
		if got := earned(); got.Cmp(ce.Int(0)) != 0 {
			t.Errorf("a mark that may be a request's own was taken up: %v earned", got)
		}
		a.clock.Set(a.clock.Now().Add(2 * time.Minute))
		lease, err := store.System().AcquireLease(t.Context(), "sweep", a.clock.Now(), a.clock.Now().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		sweep()
		if got := earned(); got.Cmp(ce.Int(0)) != 0 {
			t.Errorf("swept while another server does: %v earned", got)
		}
		if err := store.System().ReleaseLease(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
		sweep()
		if got := earned(); got.Cmp(ce.Int(1)) != 0 {
			t.Errorf("%v earned after the sweep, want the 50 minutes that are 1 hour", got)
		}

		// A year later the standing is another without a new fact.
		a.clock.Set(a.clock.Now().AddDate(2, 0, 0))
		sweep()
		standings, err := jordan.Standings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if asOf := standings[ce.CertificationID(uuid(1))].AsOf; asOf.Year() != a.clock.Now().Year() {
			t.Errorf("two years later the stored standing is of %v", asOf)
		}
	})
}

// What was derived under other rules than this server's is derived anew when it starts, though nothing else changed.
func TestTheSweepFollowsTheCatalog(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		jordan := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
		_, answer := a.ask(t, "jordan", `mutation { addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } } }`, nil)
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		turn, err := jordan.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		old := ce.Standing{Certification: ce.CertificationID(uuid(1)), Program: "us-ga-cpa", AsOf: ce.MustDate(2026, time.November, 22), Outcome: ce.Met, Phase: ce.Open, ProgramHash: "of an older server"}
		if _, err := jordan.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Rules: "of an older server", Standings: []ce.Standing{old}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		standings, err := jordan.Standings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := standings[ce.CertificationID(uuid(1))]; got.Outcome != ce.NotMet || got.ProgramHash == old.ProgramHash {
			t.Errorf("after the sweep: %s by %s", got.Outcome, got.ProgramHash)
		}
	})
}

func storedCredit(n int, now time.Time) ce.Credit {
	return ce.Credit{
		ID: ce.CreditID(uuid(n)), Title: "Stored " + strconv.Itoa(n), CompletedOn: ce.MustDate(2026, time.November, 1),
		Amount: ce.Int(50), Unit: ce.UnitMinute, Topics: []ce.Term{"technical"}, CreatedAt: now, UpdatedAt: now,
	}
}

func TestLimitsOfWhatIsKept(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	jordan := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
	now := a.clock.Now()
	for n := range ce.MaxCertifications {
		certification := ce.Certification{
			ID: ce.CertificationID(uuid(n)), Program: "iia-cia", TimeZone: "UTC", CreatedAt: now, UpdatedAt: now,
		}
		if _, err := jordan.Certifications().Create(t.Context(), certification, "digest"); err != nil {
			t.Fatal(err)
		}
	}
	_, answer := a.ask(t, "jordan", `mutation { addCertification(input: {programId: "iia-cia"}) { certification { id } } }`, nil)
	if codeOf(t, answer) != "LIMIT_EXCEEDED" {
		t.Errorf("one certification too many: %s", indented(answer))
	}

	// Writes that come together share a commit.
	numbers := make(chan int)
	var writing sync.WaitGroup
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	for range 32 {
		writing.Go(func() {
			for n := range numbers {
				_, err := jordan.Begin(ctx)
				if err == nil {
					_, err = jordan.Credits().Create(ctx, storedCredit(n, now), "digest")
				}
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	for n := range ce.MaxCredits {
		numbers <- n
	}
	close(numbers)
	writing.Wait()
	if err := context.Cause(ctx); err != nil {
		t.Fatal(err)
	}
	_, answer = a.ask(t, "jordan", `mutation { logCredit(input: {title: "Another", completedOn: "2026-11-01", minutes: 50}) { credit { id } } }`, nil)
	if codeOf(t, answer) != "LIMIT_EXCEEDED" {
		t.Errorf("one credit too many: %s", indented(answer))
	}
}
