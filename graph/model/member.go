package model

import (
	"time"

	"accrue/ce"
	"accrue/rules/wording"
	"accrue/tracker"
)

// MemberDeadline shows the deadline of a ce.CertificationOverview.
type MemberDeadline struct {
	DueOn   ce.Date
	Title   string
	Program tracker.ProgramName
}

// NewMemberDeadline shows the soonest deadline that is not met; nil when there is none.
func NewMemberDeadline(language *wording.Language, overview *ce.Overview) *MemberDeadline {
	var soonest *ce.CertificationOverview
	if overview != nil {
		for i := range overview.Certifications {
			c := &overview.Certifications[i]
			if !c.EndsAt.IsZero() && (soonest == nil || c.EndsAt.Before(soonest.EndsAt)) {
				soonest = c
			}
		}
	}
	if soonest == nil {
		return nil
	}
	return &MemberDeadline{soonest.DueOn, language.Render(soonest.Title), tracker.ProgramName{ID: soonest.Program, Name: soonest.ProgramName}}
}

// MemberStanding shows a ce.CertificationOverview.
type MemberStanding struct {
	CertificationID ce.CertificationID
	Program         tracker.ProgramName
	Outcome         ce.MemberOutcome
	DueOn           *ce.Date
	Missing         []*MissingRequirement
}

// MissingRequirement shows a ce.MissingRequirement.
type MissingRequirement struct {
	Title     string
	Remaining *ce.Amount // rounded up
	Unit      *string
}

// NewMemberStandings shows the certifications of an overview, nil for none, as they stand at the instant.
func NewMemberStandings(overview *ce.Overview, now time.Time) []*MemberStanding {
	standings := []*MemberStanding{}
	if overview == nil {
		return standings
	}
	for _, c := range overview.Certifications {
		alone := ce.Overview{Certifications: []ce.CertificationOverview{c}}
		standing := &MemberStanding{
			CertificationID: c.Certification, Program: tracker.ProgramName{ID: c.Program, Name: c.ProgramName}, Outcome: alone.Listings()[0].Outcome(now),
			Missing: []*MissingRequirement{},
		}
		if !c.DueOn.IsZero() {
			standing.DueOn = &c.DueOn
		}
		for _, m := range c.Missing {
			standing.Missing = append(standing.Missing, &MissingRequirement{Title: m.Title, Remaining: shown(m.Remaining, true), Unit: optional(m.Unit)})
		}
		standings = append(standings, standing)
	}
	return standings
}

// MemberCertification shows a tracker.MemberCertification.
type MemberCertification struct {
	ID           ce.CertificationID
	Program      tracker.ProgramName
	Cycle        *Cycle
	Outcome      ce.Outcome
	Requirements []*RequirementStanding
	Deadlines    []*Deadline
}

// NewMemberCertification shows a member's certification.
func NewMemberCertification(language *wording.Language, c tracker.MemberCertification) *MemberCertification {
	reader := Reader{Units: c.Units, Language: language}
	shown := &MemberCertification{
		ID: c.ID, Program: c.Program, Cycle: CycleOf(c.ID, c.Standing.Cycle), Outcome: c.Standing.Outcome,
		Requirements: NewRequirementStandings(reader, c.Standing.Requirements), Deadlines: []*Deadline{},
	}
	for _, deadline := range c.Standing.Deadlines {
		shown.Deadlines = append(shown.Deadlines, NewDeadline(reader, deadline, nil))
	}
	return shown
}

// MemberCredit shows a tracker.MemberCredit.
type MemberCredit struct {
	*Credit
	Evidence []*ce.Evidence
}

// NewMemberCredit shows a member's credit.
func NewMemberCredit(c tracker.MemberCredit) *MemberCredit {
	shown := &MemberCredit{Credit: NewCredit(c.Units, c.Credit), Evidence: []*ce.Evidence{}}
	for i := range c.Evidence {
		shown.Evidence = append(shown.Evidence, &c.Evidence[i])
	}
	return shown
}
