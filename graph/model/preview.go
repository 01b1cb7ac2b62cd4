package model

import "accrue/ce"

// Previewed is a credit that is not stored, or not like this, with what it would give.
type Previewed struct {
	Credit ce.Credit
	Uses   []ce.CreditUse
	Units  Units
}

// Shown is the credit.
func (p *Previewed) Shown() *Credit {
	credit := NewCredit(p.Units, p.Credit)
	credit.Previewed = p
	return credit
}

// Standing shows the standing of a certification with the credit.
func (p *Previewed) Standing(of ce.Certification, standing ce.Standing) *Standing {
	shown := NewStanding(p.Units, of, "", standing)
	shown.Previewed = p
	return shown
}

// NewRequirementChange shows a change; before or after is nil where the requirement is not there.
func NewRequirementChange(units Units, before, after *ce.RequirementStanding) *RequirementChange {
	change := &RequirementChange{}
	for _, side := range []struct {
		from *ce.RequirementStanding
		to   **RequirementStanding
	}{{before, &change.Before}, {after, &change.After}} {
		if side.from != nil {
			*side.to = NewRequirementStandings(units, []ce.RequirementStanding{*side.from})[0]
			change.RequirementID, change.Title = string(side.from.ID), side.from.Title
		}
	}
	return change
}
