package model

import (
	"slices"
	"time"

	"accrue/ce"
	"accrue/rules/wording"
)

// MemberDeadline shows the deadline of a ce.CertificationOverview.
type MemberDeadline struct {
	DueOn   ce.Date
	Title   string
	Program ce.ProgramName
}

// NewMemberDeadline shows the soonest deadline that is not met; nil when there is none.
func NewMemberDeadline(language *wording.Language, overview *ce.Overview) *MemberDeadline {
	if overview.Listing().EndsAt.IsZero() {
		return nil
	}
	soonest := slices.MinFunc(overview.Certifications, func(a, b ce.CertificationOverview) int { return ce.Never(a.EndsAt).Compare(ce.Never(b.EndsAt)) })
	return &MemberDeadline{soonest.DueOn, language.Render(soonest.Title), ce.ProgramName{ID: soonest.Program, Name: soonest.ProgramName}}
}

// MemberStanding shows a ce.CertificationOverview.
type MemberStanding struct {
	CertificationID ce.CertificationID
	Program         ce.ProgramName
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
		alone := c.Listing()
		standing := &MemberStanding{
			CertificationID: c.Certification, Program: ce.ProgramName{ID: c.Program, Name: c.ProgramName}, Outcome: alone.Outcome(now),
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

// MemberCertification shows a member's certification in full.
type MemberCertification struct {
	ID            ce.CertificationID
	Version       int
	Program       ce.ProgramName
	Cycle         *Cycle
	Outcome       ce.Outcome
	Requirements  []*RequirementStanding
	Deadlines     []*Deadline
	RecordedFacts []ce.Fact
}

// NewMemberCertification shows a member's certification.
func NewMemberCertification(reader Reader, program ce.ProgramName, standing ce.Standing) *MemberCertification {
	shown := &MemberCertification{
		ID: standing.Certification, Program: program, Cycle: CycleOf(standing.Certification, standing.Cycle), Outcome: standing.Outcome,
		Requirements: NewRequirementStandings(reader, standing.Requirements), Deadlines: []*Deadline{},
	}
	for _, deadline := range standing.Deadlines {
		shown.Deadlines = append(shown.Deadlines, NewDeadline(reader, deadline, nil))
	}
	return shown
}

// MemberCredit shows a member's credit with what proves it.
type MemberCredit struct {
	*Credit
	Evidence []*ce.Evidence
}

// NewMemberCredit shows a member's credit.
func NewMemberCredit(units Units, credit ce.Credit, evidence []ce.Evidence) *MemberCredit {
	shown := &MemberCredit{Credit: NewCredit(units, credit), Evidence: []*ce.Evidence{}}
	for i := range evidence {
		shown.Evidence = append(shown.Evidence, &evidence[i])
	}
	return shown
}
