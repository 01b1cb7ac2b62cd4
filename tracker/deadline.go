package tracker

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/storage"
)

// Deadlines returns the viewer's deadlines that pass the filter, soonest first.
func (v *View) Deadlines(ctx context.Context, filter storage.DeadlineFilter) ([]ce.Deadline, error) {
	all, err := v.allDeadlines(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]ce.Deadline, 0, len(all))
	for _, deadline := range all {
		if (filter.Until.IsZero() || !deadline.DueOn.After(filter.Until)) &&
			(filter.Certification == "" || deadline.Certification == filter.Certification) {
			out = append(out, deadline)
		}
	}
	return out, nil
}

// allDeadlines returns the stored deadlines while every standing that they come from is fresh, and evaluates
// otherwise. A professional has few: those of the current cycles of at most ce.MaxCertifications certifications.
func (v *View) allDeadlines(ctx context.Context) ([]ce.Deadline, error) {
	certifications, err := v.Certifications(ctx)
	if err != nil {
		return nil, err
	}
	standings, err := v.storedStandings(ctx)
	if err != nil {
		return nil, err
	}
	return v.reading().deadlines.get(func() ([]ce.Deadline, error) {
		programs, err := v.programs(ctx)
		if err != nil {
			return nil, err
		}
		stale := slices.ContainsFunc(certifications, func(c ce.Certification) bool {
			standing, ok := standings[c.ID]
			return !ok || !programs.fresh(&c, &standing)
		})
		if stale {
			return v.evaluatedDeadlines(ctx, certifications)
		}
		return v.storedDeadlines(ctx)
	})
}

func (v *View) evaluatedDeadlines(ctx context.Context, certifications []ce.Certification) ([]ce.Deadline, error) {
	var out []ce.Deadline
	for _, certification := range certifications {
		standing, err := v.StandingWithUses(ctx, certification, ce.Date{}, "")
		if err != nil {
			return nil, err
		}
		out = append(out, standing.Deadlines...)
	}
	return sortDeadlines(out), nil
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

// sortDeadlines puts the soonest first, as storage does.
func sortDeadlines(deadlines []ce.Deadline) []ce.Deadline {
	slices.SortFunc(deadlines, func(a, b ce.Deadline) int {
		return cmp.Or(a.DueOn.Compare(b.DueOn), strings.Compare(string(a.ID), string(b.ID)))
	})
	return deadlines
}

// Deadline returns one deadline of the viewer.
func (v *View) Deadline(ctx context.Context, id ce.DeadlineID) (ce.Deadline, error) {
	all, err := v.allDeadlines(ctx)
	if err != nil {
		return ce.Deadline{}, err
	}
	if i := slices.IndexFunc(all, func(d ce.Deadline) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return ce.Deadline{}, notFound("deadline")
}
