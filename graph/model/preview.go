package model

import "accrue/ce"

// Previewed is a credit that is not stored, or not like this, with what it would give.
type Previewed struct {
	Credit ce.Credit
	Uses   []ce.CreditUse
	Reader Reader
}

// Shown is the credit.
func (p *Previewed) Shown() *Credit {
	credit := NewCredit(p.Reader, p.Credit)
	credit.Previewed = p
	return credit
}

// Standing shows the standing of a certification with the credit.
func (p *Previewed) Standing(of ce.Certification, standing ce.Standing) *Standing {
	shown := NewStanding(p.Reader, of, "", standing)
	shown.Previewed = p
	return shown
}

// NewRequirementChange shows a change; before or after is nil where the requirement is not there.
func NewRequirementChange(reader Reader, before, after *ce.RequirementStanding) *RequirementChange {
	change := &RequirementChange{}
	for _, side := range []struct {
		from *ce.RequirementStanding
		to   **RequirementStanding
	}{{before, &change.Before}, {after, &change.After}} {
		if side.from != nil {
			*side.to = NewRequirementStandings(reader, []ce.RequirementStanding{*side.from})[0]
			change.RequirementID, change.Title = string(side.from.ID), side.from.Title
		}
	}
	return change
}
