package tracker

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/storage"
)

// Deadline is a deadline as a viewer sees it: derived from a standing, or one of her own.
type Deadline struct {
	ce.Deadline
	Own *ce.OwnDeadline // nil for a derived one
}

// DeadlineFilter chooses deadlines; its zero value chooses all but own ones that are done and whose day is over.
type DeadlineFilter struct {
	Until         ce.Date            // no day for no bound
	Certification ce.CertificationID // "" for all
	Done          bool               // with those own ones, too
}

// Deadlines returns the viewer's deadlines that pass the filter, soonest first: by DueOn, then id.
func (v *View) Deadlines(ctx context.Context, filter DeadlineFilter) ([]Deadline, error) {
	all, err := v.allDeadlines(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Deadline, 0, len(all))
	for _, deadline := range all {
		if (filter.Until.IsZero() || !deadline.DueOn.After(filter.Until)) &&
			(filter.Certification == "" || deadline.Certification == filter.Certification) && (filter.Done || !v.over(&deadline)) {
			out = append(out, deadline)
		}
	}
	return out, nil
}

// over reports whether it is an own deadline that is done and whose day is over.
func (t *Tracker) over(d *Deadline) bool {
	return d.Own != nil && d.Status == ce.DeadlineMet && ce.DateOf(t.now(), d.Own.Zone()).After(d.DueOn)
}

// merged puts the own deadlines among the derived ones, soonest first.
func (t *Tracker) merged(derived []ce.Deadline, held storage.Held) []Deadline {
	out := make([]Deadline, 0, len(derived)+len(held.OwnDeadlines.Items))
	for _, deadline := range derived {
		out = append(out, Deadline{Deadline: deadline})
	}
	for i := range held.OwnDeadlines.Items {
		out = append(out, t.ownDeadline(&held.OwnDeadlines.Items[i], held))
	}
	slices.SortFunc(out, func(a, b Deadline) int {
		return cmp.Or(a.DueOn.Compare(b.DueOn), strings.Compare(string(a.ID), string(b.ID)))
	})
	return out
}

// ownDeadline shows an own deadline. It belongs to no certification when that has been removed.
func (t *Tracker) ownDeadline(own *ce.OwnDeadline, held storage.Held) Deadline {
	deadline := Deadline{own.Deadline(t.now()), own}
	if indexOf(held.Items, own.Certification) < 0 {
		deadline.Certification = ""
	}
	return deadline
}

// allDeadlines returns the own deadlines with the stored ones while every standing that these come from is fresh, and
// evaluates otherwise. A professional has few: those of the current cycles of at most ce.MaxCertifications certifications.
func (v *View) allDeadlines(ctx context.Context) ([]Deadline, error) {
	held, err := v.held(ctx)
	if err != nil {
		return nil, err
	}
	standings, err := v.storedStandings(ctx)
	if err != nil {
		return nil, err
	}
	return v.reading().deadlines.get(func() ([]Deadline, error) {
		programs := v.Tracker.programs(held)
		stale := slices.ContainsFunc(held.Items, func(c ce.Certification) bool {
			standing, ok := standings[c.ID]
			return !ok || !programs.fresh(&c, &standing)
		})
		derived := v.storedDeadlines
		if stale {
			derived = v.evaluatedDeadlines
		}
		deadlines, err := derived(ctx)
		return v.merged(deadlines, held), err
	})
}

func (v *View) evaluatedDeadlines(ctx context.Context) ([]ce.Deadline, error) {
	certifications, err := v.Certifications(ctx)
	if err != nil {
		return nil, err
	}
	var out []ce.Deadline
	for _, certification := range certifications {
		standing, err := v.StandingWithUses(ctx, certification, ce.Date{}, "")
		if err != nil {
			return nil, err
		}
		out = append(out, standing.Deadlines...)
	}
	return out, nil
}

// deadlinePage is how many deadlines are read at once; nearly everybody has fewer.
const deadlinePage = 500

func (v *View) storedDeadlines(ctx context.Context) ([]ce.Deadline, error) {
	var out []ce.Deadline
	page := storage.Page[storage.DeadlineKey]{First: deadlinePage}
	for {
		slice, err := v.handle.ListDeadlines(ctx, storage.DeadlineFilter{}, page)
		if err != nil {
			return nil, err
		}
		out = append(out, slice.Items...)
		if !slice.More {
			return out, nil
		}
		last := out[len(out)-1]
		page.After = &storage.DeadlineKey{DueOn: last.DueOn, ID: last.ID}
	}
}

// Deadline returns one deadline of the viewer.
func (v *View) Deadline(ctx context.Context, id ce.DeadlineID) (Deadline, error) {
	all, err := v.allDeadlines(ctx)
	if err != nil {
		return Deadline{}, err
	}
	if i := slices.IndexFunc(all, func(d Deadline) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Deadline{}, notFound("deadline")
}
