package model

import "accrue/ce"

// Cycle is a cycle together with whose it is, so that it has an id.
type Cycle struct {
	ce.Cycle
	ID string
}

// CycleOf returns the certification's cycle; nil for nil.
func CycleOf(certification ce.CertificationID, cycle *ce.Cycle) *Cycle {
	if cycle == nil {
		return nil
	}
	return &Cycle{Cycle: *cycle, ID: ce.CycleID(certification, cycle.Key)}
}

// Standing shows a standing together with what was asked for, by which its credits are evaluated when they are asked for.
type Standing struct {
	ce.Standing
	Requirements []*RequirementStanding
	Of           ce.Certification
	CycleKey     ce.CycleKey // "" for the current cycle
	Previewed    *Previewed  // the credit with which it was evaluated, where that is not a stored one
}

// NewStanding shows the standing of a certification for a cycle, "" for the current one.
func NewStanding(reader Reader, of ce.Certification, cycle ce.CycleKey, standing ce.Standing) *Standing {
	return &Standing{Standing: standing, Requirements: NewRequirementStandings(reader, standing.Requirements), Of: of, CycleKey: cycle}
}

// Cycle is nil when the program has none for the day.
func (s *Standing) Cycle() *Cycle { return CycleOf(s.Of.ID, s.Standing.Cycle) }
