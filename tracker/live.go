package tracker

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	"accrue/ce"
)

// How changes are noticed.
const (
	// liveEvery is how often it is looked for what other servers saved; what this one saved is noticed at once.
	liveEvery = time.Second
	// liveBatch is of how many professionals one query asks.
	liveBatch = 1000
	// maxWatches is how many subscriptions one professional, and all together, may have on this server.
	maxWatches    = 20
	maxAllWatches = 20_000
	// recheckEvery is how often a subscription without events asks whether its viewer may still have it.
	recheckEvery = 30 * time.Second
)

// live is who waits for changes on this server.
type live struct {
	mu      sync.Mutex
	watched map[ce.ProfessionalID]*watched
	all     int // watches of everybody
}

// watched is one professional for whom somebody waits.
type watched struct {
	sequence int64 // under which her derived data was saved last, as far as it is known
	watches  map[*watch]bool
}

// watch is one who waits. Signal has room for one: what happened meanwhile is one change.
type watch struct{ signal chan struct{} }

// add begins a watch.
func (l *live) add(id ce.ProfessionalID) (*watch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.watched == nil {
		l.watched = map[ce.ProfessionalID]*watched{}
	}
	of := l.watched[id]
	if of == nil {
		of = &watched{watches: map[*watch]bool{}}
	}
	if l.all >= maxAllWatches || len(of.watches) >= maxWatches {
		return nil, &ce.Error{Code: ce.CodeRateLimited, Text: "There are too many subscriptions; end some first.", RetryAfter: recheckEvery}
	}
	w := &watch{make(chan struct{}, 1)}
	of.watches[w] = true
	l.watched[id] = of
	l.all++
	return w, nil
}

// remove ends a watch.
func (l *live) remove(id ce.ProfessionalID, w *watch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.watched[id]
	delete(of.watches, w)
	if len(of.watches) == 0 {
		delete(l.watched, id)
	}
	l.all--
}

// saved tells those who wait that derived data was saved under the number, unless they know.
func (l *live) saved(id ce.ProfessionalID, sequence int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.watched[id]
	if of == nil || of.sequence == sequence || sequence != 0 && sequence < of.sequence { // 0: she was erased
		return
	}
	of.sequence = sequence
	for w := range of.watches {
		select {
		case w.signal <- struct{}{}:
		default:
		}
	}
}

func (l *live) ids() []ce.ProfessionalID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(l.watched))
}

// Live notices, until the context ends, what other servers save, for those who subscribe on this one. One query a second asks for many.
func (t *Tracker) Live(ctx context.Context) {
	ticker := time.NewTicker(liveEvery)
	defer ticker.Stop()
	for {
		for ids := range slices.Chunk(t.live.ids(), liveBatch) {
			sequences, err := t.store.System().SavedSequences(ctx, ids)
			if err != nil {
				if ctx.Err() == nil {
					t.log.WarnContext(ctx, "look for changes that others made", "error", err)
				}
				break
			}
			for _, id := range ids {
				t.live.saved(id, sequences[id])
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// StandingChange is what has changed of a viewer's standings since the change before.
type StandingChange struct {
	Sequence       int                  // grows
	Certifications []ce.Certification   // that stand otherwise, or are new, oldest first
	Removed        []ce.CertificationID // that are gone
}

// StandingChanges calls send with each change of the viewer's standings, at first with all of them, until the context ends, send returns an
// error, or the viewer may not see them any more, and returns why. Allowed is asked before each change, and now and then without one.
func (t *Tracker) StandingChanges(ctx context.Context, viewer Viewer, allowed func(context.Context) error, send func(StandingChange) error) error {
	w, err := t.live.add(viewer.Professional)
	if err != nil {
		return err
	}
	defer t.live.remove(viewer.Professional, w)
	known := map[ce.CertificationID]ce.Standing{}
	recheck := time.NewTicker(recheckEvery)
	defer recheck.Stop()
	for number := 1; ; {
		if err := allowed(ctx); err != nil {
			return err
		}
		change, now, err := t.View(viewer).standingChange(ctx, known)
		if err != nil {
			return err
		}
		if number == 1 || len(change.Certifications)+len(change.Removed) > 0 {
			change.Sequence = number
			if err := send(change); err != nil {
				return err
			}
			number++
		}
		known = now
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.signal:
		case <-recheck.C:
		}
	}
}

// standingChange returns what differs from the standings that are known, and those that are stored now.
func (v *View) standingChange(ctx context.Context, known map[ce.CertificationID]ce.Standing) (StandingChange, map[ce.CertificationID]ce.Standing, error) {
	var change StandingChange
	certifications, err := v.Certifications(ctx)
	if err != nil {
		return change, nil, err
	}
	standings, err := v.storedStandings(ctx)
	if err != nil {
		return change, nil, err
	}
	now := make(map[ce.CertificationID]ce.Standing, len(certifications))
	for _, certification := range certifications {
		standing := standings[certification.ID]
		standing.AsOf = ce.Date{} // another day is no change
		now[certification.ID] = standing
		if before, ok := known[certification.ID]; !ok || !reflect.DeepEqual(before, standing) {
			change.Certifications = append(change.Certifications, certification)
		}
	}
	for id := range known {
		if _, ok := now[id]; !ok {
			change.Removed = append(change.Removed, id)
		}
	}
	slices.Sort(change.Removed)
	return change, now, nil
}
