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
	// clockSkew is by how much the clocks of servers may differ before a change of an organisation is not noticed.
	clockSkew = 10 * time.Second
	// maxWatches is how many subscriptions one professional, and all together, may have on this server.
	maxWatches    = 20
	maxAllWatches = 20_000
	// recheckEvery is how often a subscription without events asks whether its viewer may still have it.
	recheckEvery = 30 * time.Second
)

// live is who waits for changes on this server.
type live struct {
	mu            sync.Mutex
	professionals map[ce.ProfessionalID]*watched
	organizations map[ce.OrganizationID]*watched
	viewers       map[ce.ProfessionalID]int // watches of each
	all           int                       // watches of everybody
}

// watched is one professional, or one organisation, for whose changes somebody waits.
type watched struct {
	sequence int64           // of a professional: under which her derived data was saved last, as far as it is known
	seen     map[string]bool // of an organisation: the names of its changes of the last seconds; nil before it was first looked
	watches  map[*watch]bool
}

// watch is one who waits. Signal has room for one: what happened meanwhile is one change.
type watch struct{ signal chan struct{} }

func (w *watched) tell() {
	for w := range w.watches {
		select {
		case w.signal <- struct{}{}:
		default:
		}
	}
}

// add begins a watch of the viewer's, which end ends.
func add[ID comparable](l *live, of *map[ID]*watched, id ID, viewer ce.ProfessionalID) (w *watch, end func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= maxAllWatches || l.viewers[viewer] >= maxWatches {
		return nil, nil, &ce.Error{Code: ce.CodeRateLimited, Text: "There are too many subscriptions; end some first.", RetryAfter: recheckEvery}
	}
	if *of == nil {
		*of = map[ID]*watched{}
	}
	if l.viewers == nil {
		l.viewers = map[ce.ProfessionalID]int{}
	}
	if (*of)[id] == nil {
		(*of)[id] = &watched{watches: map[*watch]bool{}}
	}
	w = &watch{make(chan struct{}, 1)}
	(*of)[id].watches[w] = true
	l.viewers[viewer]++
	l.all++
	return w, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete((*of)[id].watches, w)
		if len((*of)[id].watches) == 0 {
			delete(*of, id)
		}
		if l.viewers[viewer]--; l.viewers[viewer] == 0 {
			delete(l.viewers, viewer)
		}
		l.all--
	}, nil
}

// saved tells those who wait that derived data was saved under the number, unless they know.
func (l *live) saved(id ce.ProfessionalID, sequence int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.professionals[id]
	if of == nil || of.sequence == sequence || sequence != 0 && sequence < of.sequence { // 0: she was erased
		return
	}
	of.sequence = sequence
	of.tell()
}

// changed tells those who wait when there is a name among the organisation's last changes that was not there before.
func (l *live) changed(id ce.OrganizationID, changes []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of := l.organizations[id]
	if of == nil {
		return
	}
	before, first := of.seen, of.seen == nil
	of.seen = make(map[string]bool, len(changes))
	news := first && len(changes) > 0 // it is not known whether they came before the watch
	for _, change := range changes {
		of.seen[change] = true
		news = news || !before[change]
	}
	if news {
		of.tell()
	}
}

func keys[ID comparable](l *live, of *map[ID]*watched) []ID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Keys(*of))
}

// Live notices, until the context ends, what other servers save, for those who subscribe on this one. One query a second asks for many
// professionals; of each organisation its last changes are asked.
func (t *Tracker) Live(ctx context.Context) {
	ticker := time.NewTicker(liveEvery)
	defer ticker.Stop()
	for {
		if err := t.look(ctx); err != nil && ctx.Err() == nil {
			t.log.WarnContext(ctx, "look for changes that others made", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (t *Tracker) look(ctx context.Context) error {
	for ids := range slices.Chunk(keys(&t.live, &t.live.professionals), liveBatch) {
		sequences, err := t.store.System().SavedSequences(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			t.live.saved(id, sequences[id])
		}
	}
	for _, id := range keys(&t.live, &t.live.organizations) {
		changes, err := t.store.Organization(id).Changes(ctx, t.now().Add(-clockSkew))
		if err != nil {
			return err
		}
		t.live.changed(id, changes)
	}
	return nil
}

// follow calls send at first and then after each signal or recheck, until the context ends, send returns an error, or the viewer may not have the
// subscription any more, and returns why. Allowed is asked before each.
func (w *watch) follow(ctx context.Context, allowed func(context.Context) error, send func(signal bool) error) error {
	recheck := time.NewTicker(recheckEvery)
	defer recheck.Stop()
	for signal := true; ; {
		if err := allowed(ctx); err != nil {
			return err
		}
		if err := send(signal); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.signal:
			signal = true
		case <-recheck.C:
			signal = false
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
	w, end, err := add(&t.live, &t.live.professionals, viewer.Professional, viewer.Professional)
	if err != nil {
		return err
	}
	defer end()
	known, number := map[ce.CertificationID]ce.Standing{}, 0
	return w.follow(ctx, allowed, func(bool) error {
		change, now, err := t.View(viewer).standingChange(ctx, known)
		if err != nil {
			return err
		}
		known = now
		if number > 0 && len(change.Certifications)+len(change.Removed) == 0 {
			return nil
		}
		number++
		change.Sequence = number
		return send(change)
	})
}

// OrganizationChange says that something of an organisation has changed.
type OrganizationChange struct {
	Sequence     int // grows
	Organization Organization
}

// OrganizationChanges calls send with the organisation at first, and after each change in it, at most about one a second, until the context ends,
// send returns an error, or the viewer is no member any more, and returns why.
func (t *Tracker) OrganizationChanges(
	ctx context.Context, id ce.OrganizationID, viewer Viewer, allowed func(context.Context) error, send func(OrganizationChange) error,
) error {
	if _, err := t.View(viewer).Organization(ctx, id); err != nil { // whoever may not see it does not wait for it
		return err
	}
	w, end, err := add(&t.live, &t.live.organizations, id, viewer.Professional)
	if err != nil {
		return err
	}
	defer end()
	number := 0
	return w.follow(ctx, allowed, func(signal bool) error {
		organization, err := t.View(viewer).Organization(ctx, id)
		if err != nil || !signal {
			return err
		}
		number++
		return send(OrganizationChange{number, organization})
	})
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
