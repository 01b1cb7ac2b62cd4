package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const writers = 16

// together runs n calls of f at once and returns when all have ended.
func together(n int, f func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	group.Wait()
}

func (s suite) concurrency(t *testing.T) {
	t.Run("writers lose nothing", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		shared := addCredit(t, handle, owner, day(2026, time.January, 1))
		together(writers, func(i int) {
			credit := creditOf(owner, day(2026, time.January, 2))
			if _, err := handle.Credits().Create(t.Context(), credit, "digest"); err != nil {
				t.Errorf("create %d: %v", i, err)
			}
			_, err := handle.Credits().Update(t.Context(), shared.ID, func(c *ce.Credit) error {
				c.Topics = append(slices.Clone(c.Topics), ce.Term(fmt.Sprintf("writer-%d", i)))
				return nil
			})
			if err != nil {
				t.Errorf("update %d: %v", i, err)
			}
			_, err = handle.Credits().Update(t.Context(), credit.ID, func(c *ce.Credit) error { c.Notes = "updated"; return nil })
			if err != nil {
				t.Errorf("update of its own %d: %v", i, err)
			}
		})
		credits, err := handle.ReadCredits(t.Context())
		succeed(t, err)
		same(t, "credits", len(credits.Items), writers+1, nil)
		for _, credit := range credits.Items {
			if credit.ID != shared.ID {
				same(t, "own version", credit.Version, 2, nil)
				continue
			}
			same(t, "shared version", credit.Version, writers+1, nil)
			same(t, "shared topics", len(credit.Topics), len(shared.Topics)+writers, nil)
		}
	})
	t.Run("one of the same id is created", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		credit := creditOf(owner, day(2026, time.January, 1))
		var repeated, different results
		together(writers, func(int) {
			_, err := handle.Credits().Create(t.Context(), credit, "digest")
			repeated.add(err)
		})
		another := creditOf(owner, day(2026, time.January, 2))
		together(writers, func(i int) {
			_, err := handle.Credits().Create(t.Context(), another, fmt.Sprint(i))
			different.add(err)
		})
		repeated.check(t, "same digest", writers, nil)
		different.check(t, "other digests", 1, storage.ErrConflict)
		count, err := handle.CountCredits(t.Context())
		succeed(t, err)
		same(t, "credits", count, 2, nil)
	})
	t.Run("no number is given twice", func(t *testing.T) {
		_, handle := s.newProfile(t)
		numbers := make([]int64, writers)
		together(writers, func(i int) {
			turn, err := handle.Begin(t.Context())
			if err != nil {
				t.Errorf("begin: %v", err)
			}
			numbers[i] = turn.Sequence
		})
		slices.Sort(numbers)
		same(t, "different numbers", len(slices.Compact(numbers)), writers, nil)
	})
	t.Run("a profile is created once", func(t *testing.T) {
		id := ce.ProfessionalID(ce.NewUUID())
		names := make([]string, writers)
		together(writers, func(i int) {
			profile := profileOf(id)
			profile.Name = fmt.Sprint(i)
			got, err := s.Professional(id).CreateProfile(t.Context(), profile)
			if err != nil {
				t.Errorf("create: %v", err)
			}
			names[i] = got.Name
		})
		same(t, "winners", len(slices.Compact(names)), 1, nil)
	})
	t.Run("an e-mail is taken once", func(t *testing.T) {
		email := ce.NewUUID() + "@example.com"
		var outcome results
		together(writers, func(int) {
			outcome.add(s.Identity().CreateAccount(t.Context(), accountOf(email, ce.ProfessionalID(ce.NewUUID()))))
		})
		outcome.check(t, "CreateAccount", 1, storage.ErrConflict)
	})
	t.Run("a lease is taken once", func(t *testing.T) {
		name := ce.NewUUID()
		var outcome results
		together(writers, func(int) {
			_, err := s.System().AcquireLease(t.Context(), name, instant(0), instant(1))
			outcome.add(err)
		})
		outcome.check(t, "AcquireLease", 1, storage.ErrLeaseLost)
	})
	t.Run("attempts are all counted", func(t *testing.T) {
		key := ce.NewUUID()
		together(writers, func(int) {
			if _, err := s.Identity().Attempt(t.Context(), key, instant(0), instant(5)); err != nil {
				t.Errorf("attempt: %v", err)
			}
		})
		got, err := s.Identity().Attempt(t.Context(), key, instant(1), instant(6))
		succeed(t, err)
		same(t, "count", got.Count, writers+1, nil)
	})
}

// results collects the outcomes of calls made at once.
type results struct {
	lock sync.Mutex
	errs []error
}

func (r *results) add(err error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.errs = append(r.errs, err)
}

// check wants that so many calls succeeded and all others returned lost.
func (r *results) check(t *testing.T, what string, won int, lost error) {
	t.Helper()
	for _, err := range r.errs {
		switch {
		case err == nil:
			won--
		case !errors.Is(err, lost):
			t.Errorf("%s: %v", what, err)
		}
	}
	if won != 0 {
		t.Errorf("%s: %d too few succeeded", what, won)
	}
}
