package tracker

import (
	"context"
	"errors"
	"slices"
	"time"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// refreshTime bounds a refresh that follows a change. It goes on when the client has gone, since the change is stored.
const refreshTime = 30 * time.Second

// work is one refresh of one professional's derived data under a sequence number.
type work struct {
	turn           storage.Turn
	certifications storage.Held
	credits        storage.Marked[ce.Credit]
	standings      []ce.Standing
	plan           ce.Plan
}

// evaluate computes the standings of all certifications, each as of today in its time zone, and plans the reminders.
func (t *Tracker) evaluate(w *work) {
	programs := t.programs(w.certifications)
	w.standings = make([]ce.Standing, 0, len(w.certifications.Items))
	zones := make(map[ce.CertificationID]*time.Location, len(w.certifications.Items))
	for i := range w.certifications.Items {
		certification := &w.certifications.Items[i]
		standing, err := programs.standing(certification, w.certifications.Items, w.credits.Items, t.today(certification), "")
		if err != nil {
			// One certification that cannot be evaluated must not keep the others from being refreshed;
			// asked for, it gives its error.
			t.log.Error("evaluate", "certification", certification.ID, "program", certification.Program, "error", err)
			continue
		}
		w.standings = append(w.standings, standing)
		zones[certification.ID] = certification.Zone()
	}
	own := make([]ce.Deadline, 0, len(w.certifications.OwnDeadlines.Items))
	for i := range w.certifications.OwnDeadlines.Items {
		own = append(own, t.ownDeadline(&w.certifications.OwnDeadlines.Items[i], w.certifications).Deadline)
	}
	w.plan = planning{
		standings: w.standings, own: own, zones: zones, preferences: w.turn.Preferences.OrDefault(), timeZone: w.turn.Profile.TimeZone,
		told: w.turn.Told, now: t.now(),
	}.plan()
}

// standing evaluates one certification of the holder's for a cycle, "" for the one that is current on the day.
func (p programs) standing(certification *ce.Certification, all []ce.Certification, credits []ce.Credit, asOf ce.Date, cycle ce.CycleKey) (ce.Standing, error) {
	in, err := p.input(certification, all, credits, asOf, cycle)
	if err != nil {
		return ce.Standing{}, err
	}
	return rules.Evaluate(in)
}

// input is what the rules are asked about one certification.
func (p programs) input(certification *ce.Certification, all []ce.Certification, credits []ce.Credit, asOf ce.Date, cycle ce.CycleKey) (rules.Input, error) {
	program, err := p.of(certification)
	if err != nil {
		return rules.Input{}, err
	}
	completedBy := asOf
	if asOf == p.tracker.today(certification) {
		// Where the holder lives tomorrow may have begun already, and what she completed there is completed.
		completedBy = ce.LatestDate(p.tracker.now())
	}
	return rules.Input{
		Program:       program,
		Units:         p,
		Programs:      p,
		Certification: *certification,
		Others:        slices.DeleteFunc(slices.Clone(all), func(c ce.Certification) bool { return c.ID == certification.ID }),
		Credits:       undisputed(credits),
		AsOf:          asOf,
		CompletedBy:   completedBy,
		Cycle:         cycle,
		Withheld:      p.withheld(certification, credits),
	}, nil
}

// undisputed returns the credits that count: a dispute that waits leaves one out.
func undisputed(credits []ce.Credit) []ce.Credit {
	disputed := func(c ce.Credit) bool { return c.Posted.Dispute.Open() }
	if !slices.ContainsFunc(credits, disputed) { // as nearly always
		return credits
	}
	return slices.DeleteFunc(slices.Clone(credits), disputed)
}

// save stores what was derived and reports whether it stands, false when a worker with a higher number was there first,
// and which number was taken last.
func (t *Tracker) save(ctx context.Context, handle storage.Professional, w *work) (stands bool, last int64, err error) {
	derived := storage.Derived{Sequence: w.turn.Sequence, Rules: t.catalog.Hash(), Standings: w.standings, Plan: w.plan, At: t.now()}
	if w.turn.Member {
		derived.Overview = t.overview(w)
	}
	derived.Requests = reviewRequests(w)
	last, err = handle.SaveDerived(ctx, derived)
	if errors.Is(err, storage.ErrOvertaken) {
		return false, last, nil
	}
	if err == nil {
		t.live.saved(w.turn.Profile.ID, w.turn.Sequence)
	}
	return err == nil, last, err
}

// clear ends a refresh: the facts that it read no longer need one.
func (t *Tracker) clear(ctx context.Context, handle storage.Professional, w *work) error {
	marks := slices.Concat(w.turn.Marks, w.certifications.AllMarks(), w.credits.Marks)
	if len(marks) == 0 {
		return nil
	}
	if err := t.catchUp(ctx, handle, w.certifications.Marked); err != nil {
		return err
	}
	if err := t.logReviews(ctx, handle, w.credits); err != nil {
		return err
	}
	if err := t.attachScanned(ctx, handle, w.credits); err != nil {
		return err
	}
	if err := t.releaseRemoved(ctx, handle, w.credits); err != nil {
		return err
	}
	renamed := slices.ContainsFunc(w.turn.Marks, func(m storage.Mark) bool { return m.Kind == storage.MarkedProfile })
	if renamed {
		if err := handle.NameMemberships(ctx, w.turn.Profile.Name); err != nil {
			return err
		}
	}
	if renamed || len(w.certifications.Marks) > 0 {
		if err := handle.SetFoundBy(ctx, w.turn.Profile.FoundBy(w.certifications.Items)); err != nil {
			return err
		}
	}
	return handle.ClearMarks(ctx, marks)
}

// Refresh brings the derived data of a professional up to date with her facts, whoever wrote
// them, and returns the standings. A professional who is gone needs none.
func (t *Tracker) Refresh(ctx context.Context, professional ce.ProfessionalID) ([]ce.Standing, error) {
	w, err := t.refresh(ctx, t.store.Professional(professional))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return w.standings, nil
}

// refreshNow refreshes a professional after a change that the viewer made of what is hers. The change is stored, so that a refresh that fails
// is finished later, by the marks or because her standings are due.
func (v *View) refreshNow(ctx context.Context, professional ce.ProfessionalID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	if _, err := v.Refresh(ctx, professional); err != nil {
		v.log.ErrorContext(ctx, "refresh after a change", "error", err)
	}
}

// refresh takes its number first, so it covers every fact written before: when it is
// overtaken, whoever did so has read those facts too and clears their marks.
func (t *Tracker) refresh(ctx context.Context, handle storage.Professional) (*work, error) {
	w := &work{}
	var err error
	if w.turn, err = handle.Begin(ctx); err != nil {
		return nil, err
	}
	if w.certifications, err = handle.ReadCertifications(ctx); err != nil {
		return nil, err
	}
	if w.credits, err = handle.ReadCredits(ctx); err != nil {
		return nil, err
	}
	t.evaluate(w)
	stands, _, err := t.save(ctx, handle, w)
	if err != nil || !stands {
		return w, err
	}
	return w, t.clear(ctx, handle, w)
}

// settle refreshes after a change that the view made under the turn. The facts of the kind that was
// not changed may have been read already, after the turn was taken, and are not read again.
//
// The change is stored, so it succeeds whatever happens here: a refresh that fails is finished
// later by the marks, and the log tells of it.
func (v *View) settle(ctx context.Context, turn storage.Turn, certifications *storage.Held) {
	read := v.forget()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	w, err := v.settled(ctx, turn, certifications)
	if err != nil {
		v.log.ErrorContext(ctx, "refresh after a change", "error", err)
		return
	}
	read.profile.set(w.turn.Profile)
	read.held.set(w.certifications)
	read.credits.set(w.credits.Items)
	standings := make(map[ce.CertificationID]ce.Standing, len(w.standings))
	read.evaluated = make(map[evaluation]*lazy[ce.Standing], len(w.standings))
	var deadlines []ce.Deadline
	for _, standing := range w.standings {
		standings[standing.Certification] = standing
		read.evaluated[evaluation{standing.Certification, standing.AsOf, ""}] = &lazy[ce.Standing]{done: true, value: standing}
		deadlines = append(deadlines, standing.Deadlines...)
	}
	read.standings.set(standings)
	read.deadlines.set(v.merged(deadlines, w.certifications))
	read.plan.set(w.plan)
	read.reminders.set(w.turn.Preferences.OrDefault())
}

func (v *View) settled(ctx context.Context, turn storage.Turn, certifications *storage.Held) (*work, error) {
	w := &work{turn: turn}
	var err error
	if certifications != nil {
		w.certifications = *certifications
	} else if w.certifications, err = v.handle.ReadCertifications(ctx); err != nil {
		return nil, err
	}
	if w.credits, err = v.handle.ReadCredits(ctx); err != nil {
		return nil, err
	}
	v.evaluate(w)
	stands, last, err := v.save(ctx, v.handle, w)
	if err != nil {
		return nil, err
	}
	// The turn was taken before the change was written, so a later turn that began in between may
	// have read too early to see the change. If none began, none did.
	if stands && last == turn.Sequence {
		return w, v.clear(ctx, v.handle, w)
	}
	return v.refresh(ctx, v.handle)
}
