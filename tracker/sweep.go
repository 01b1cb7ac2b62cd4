package tracker

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// How the sweep works.
const (
	sweepEvery = 10 * time.Second
	// sweepLease outlives a few missed rounds, so that a dead server's lease is free soon.
	sweepLease = time.Minute
	// sweepBatch is how many professionals are looked after before the lease is renewed.
	sweepBatch = 50
	// sweepAge is how long a mark may be there before it is taken for left behind: longer than any request.
	sweepAge = time.Minute
	// tombstonesKept is for how long a phone may be offline and still learn that a repeated request was removed since.
	tombstonesKept = 400 * 24 * time.Hour
)

// Run sweeps until the context ends: it posts credits to many members, finishes refreshes and erasures that a dead process left behind,
// refreshes standings whose day has come or whose rules are no longer those of the catalog, hands on what organisations changed of their programs, and removes what has expired. Of many servers one sweeps at a time.
func (t *Tracker) Run(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	// What is left behind when a server starts may be its own; nothing is gained by waiting.
	for age := time.Duration(0); ; age = sweepAge {
		if err := t.Sweep(ctx, age); err != nil && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "sweep", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Sweep does one round if no other server is sweeping, and returns when nothing is left to do. Marks
// younger than the age are left to the requests that made them.
func (t *Tracker) Sweep(ctx context.Context, age time.Duration) error {
	system := t.store.System()
	lease, err := system.AcquireLease(ctx, "sweep", t.now(), t.now().Add(sweepLease))
	if errors.Is(err, storage.ErrLeaseLost) {
		return nil
	}
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if more, err = t.sweepBatch(ctx, system, age); err == nil && more {
			lease, err = system.RenewLease(ctx, lease, t.now().Add(sweepLease))
		}
	}
	return errors.Join(err, system.ReleaseLease(context.WithoutCancel(ctx), lease))
}

// sweepBatch looks after a batch of professionals and reports whether others may be left.
func (t *Tracker) sweepBatch(ctx context.Context, system storage.System, age time.Duration) (more bool, err error) {
	now := t.now()
	unfinished, err := system.Unfinished(ctx, now.Add(-age), sweepBatch)
	if err != nil {
		return false, err
	}
	// What fails for one professional must not keep the others waiting; it is tried again in the next round.
	failed := 0
	for _, one := range unfinished {
		if one.Erase {
			err = t.erase(ctx, one.Professional, t.now())
		} else {
			_, err = t.Refresh(ctx, one.Professional)
		}
		failed += t.report(ctx, one.Professional, err)
	}
	// A day has come once it has come everywhere; until then reads evaluate where it has.
	due, err := system.DueStandings(ctx, ce.EarliestDate(now), sweepBatch)
	if err != nil {
		return false, err
	}
	for _, professional := range due {
		_, err = t.Refresh(ctx, professional)
		failed += t.report(ctx, professional, err)
	}
	outdated, err := t.update(ctx, system, &failed)
	if err != nil {
		return false, err
	}
	behind, err := t.spreadPrograms(ctx, system, &failed)
	if err != nil {
		return false, err
	}
	cut, err := t.finishOrganizations(ctx, system, now.Add(-age))
	if err != nil {
		return false, err
	}
	posting, err := t.finishPostings(ctx, system, now.Add(-min(age, postingAge)), &failed)
	if err != nil {
		return false, err
	}
	expired, err := system.Purge(ctx, now, now.Add(-tombstonesKept), sweepBatch)
	return failed == 0 && (behind || cut || posting || len(unfinished) == sweepBatch || len(due) == sweepBatch || outdated || expired), err
}

// update refreshes standings that were saved under other rules than this server's, and reports whether others may be left.
func (t *Tracker) update(ctx context.Context, system storage.System, failed *int) (more bool, err error) {
	if t.upToDate.Load() {
		return false, nil
	}
	outdated, err := system.OutdatedStandings(ctx, t.catalog.Hash(), sweepBatch)
	if err != nil {
		return false, err
	}
	for _, professional := range outdated {
		_, err = t.Refresh(ctx, professional)
		*failed += t.report(ctx, professional, err)
	}
	t.upToDate.Store(len(outdated) == 0)
	return len(outdated) > 0, nil
}

func (t *Tracker) report(ctx context.Context, professional ce.ProfessionalID, err error) int {
	if err == nil {
		return 0
	}
	t.log.ErrorContext(ctx, "sweep one professional", "professional", professional, "error", err)
	return 1
}
