package tracker

import (
	"cmp"
	"slices"

	"accrue/ce"
)

// overview is where the professional stands, as her organisations list it.
func (t *Tracker) overview(w *work) *ce.Overview {
	programs := t.programs(w.certifications)
	overview := &ce.Overview{Certifications: make([]ce.CertificationOverview, len(w.certifications.Items))}
	for i := range w.certifications.Items {
		certification := &w.certifications.Items[i]
		// What could not be evaluated is undetermined.
		one := ce.CertificationOverview{
			Certification: certification.ID, Program: certification.Program, ProgramName: string(certification.Program), Outcome: ce.Undetermined,
		}
		at := slices.IndexFunc(w.standings, func(s ce.Standing) bool { return s.Certification == certification.ID })
		if at >= 0 {
			programs.outline(&one, &w.standings[at])
		}
		if program, err := programs.find(certification.Program); err == nil {
			one.ProgramName = program.Name
			if at >= 0 {
				one.Required, one.Earned = headline(w.standings[at].Requirements, program.Unit.ID)
			}
		}
		overview.Certifications[i] = one
	}
	overview.Sort()
	return overview
}

// outline adds what the standing says.
func (p programs) outline(one *ce.CertificationOverview, standing *ce.Standing) {
	one.Outcome = standing.Outcome
	if one.Outcome == ce.NotApplicable {
		one.Outcome = ce.Met
	}
	if deadline := soonestUnmet(standing.Deadlines); deadline != nil {
		one.DueOn, one.EndsAt, one.Title = deadline.DueOn, deadline.EndsAt(), deadline.Title
	}
	settled := map[ce.RequirementID]bool{}
	for i := range standing.Requirements {
		r := &standing.Requirements[i]
		// Below what is met nothing more is asked: of alternatives, one may do.
		settled[r.ID] = r.Outcome == ce.Met || r.Outcome == ce.NotApplicable || settled[r.ParentID]
		// What only holds others together asks nothing of its own.
		group := r.Remaining == nil && slices.ContainsFunc(standing.Requirements, func(below ce.RequirementStanding) bool { return below.ParentID == r.ID })
		if group || r.Force != ce.Binding || settled[r.ID] {
			continue
		}
		missing := ce.MissingRequirement{Title: r.Title, Remaining: r.Remaining}
		if unit, ok := p.Unit(r.Unit); ok && r.Remaining != nil {
			missing.Unit = unit.NameFor(*r.Remaining)
		}
		if one.Missing = append(one.Missing, missing); len(one.Missing) == ce.MaxMissing {
			break
		}
	}
}

// headline returns what the requirement asks by which the rules measure a cycle's earning, the first binding minimum, and how much of that is earned; nil
// when the first of the unit asks for nothing that is known.
func headline(requirements []ce.RequirementStanding, unit ce.UnitID) (required, earned *ce.Amount) {
	i := slices.IndexFunc(requirements, func(r ce.RequirementStanding) bool {
		return r.Kind == ce.KindMinimum && r.Force == ce.Binding && r.Unit == unit && r.Outcome != ce.NotApplicable
	})
	if i < 0 || requirements[i].Required == nil || requirements[i].Earned == nil {
		return nil, nil
	}
	return requirements[i].Required, requirements[i].Earned
}

// soonestUnmet returns the deadline that is not met and over first, nil when there is none.
func soonestUnmet(deadlines []ce.Deadline) (soonest *ce.Deadline) {
	for i := range deadlines {
		d := &deadlines[i]
		if d.Status != ce.DeadlineMet && (soonest == nil || cmp.Or(d.EndsAt().Compare(soonest.EndsAt()), cmp.Compare(d.ID, soonest.ID)) < 0) {
			soonest = d
		}
	}
	return soonest
}
