package main

import (
	"slices"

	"accrue/ce"
	"accrue/rules"
	"accrue/rules/wording"
)

// report is a standing as `accrue evaluate --json` prints it; docs/authoring.md is its manual. Fields are added, never
// changed. What is absent is null, and a list is never null.
type report struct {
	Program      reportedProgram       `json:"program"`
	AsOf         ce.Date               `json:"asOf"`
	Outcome      ce.Outcome            `json:"outcome"`
	Phase        ce.Phase              `json:"phase"`
	Cycle        *reportedCycle        `json:"cycle"`
	Requirements []reportedRequirement `json:"requirements"`
	Credits      []reportedCredit      `json:"credits"`
	LeftOut      []leftOut             `json:"leftOut"`
	Questions    []reportedQuestion    `json:"questions"`
	Deadlines    []reportedDeadline    `json:"deadlines"`
	ChangesOn    *string               `json:"changesOn"`

	units map[ce.UnitID]ce.Unit
}

type reportedProgram struct {
	ID       ce.ProgramID `json:"id"`
	Name     string       `json:"name"`
	Version  *string      `json:"version"`
	Verified bool         `json:"verified"`
}

type reportedCycle struct {
	Key         ce.CycleKey `json:"key"`
	StartsOn    *string     `json:"startsOn"`
	EarnBy      *string     `json:"earnBy"`
	ReportBy    *string     `json:"reportBy"`
	EndsOn      *string     `json:"endsOn"`
	GraceEndsOn *string     `json:"graceEndsOn"`
}

type reportedRequirement struct {
	ID          ce.RequirementID   `json:"id"`
	ParentID    *string            `json:"parentId"`
	Kind        ce.RequirementKind `json:"kind"`
	Force       ce.Force           `json:"force"`
	Title       string             `json:"title"`
	Outcome     ce.Outcome         `json:"outcome"`
	Required    *string            `json:"required"`
	Earned      *string            `json:"earned"`
	Remaining   *string            `json:"remaining"`
	Unit        *string            `json:"unit"`
	Explanation string             `json:"explanation"`
	Source      *reportedSource    `json:"source"`
}

type reportedSource struct {
	ID         ce.SourceID   `json:"id"`
	Title      string        `json:"title"`
	URL        *string       `json:"url"`
	Date       *string       `json:"date"`
	Confidence ce.Confidence `json:"confidence"`
}

type reportedCredit struct {
	CreditID    ce.CreditID    `json:"creditId"`
	Title       *string        `json:"title"`
	CompletedOn *string        `json:"completedOn"`
	Counted     *string        `json:"counted"`
	Reported    string         `json:"reported"`
	Unit        ce.UnitID      `json:"unit"`
	Parts       []reportedPart `json:"parts"`
	Explanation string         `json:"explanation"`
}

type reportedPart struct {
	RequirementID ce.RequirementID `json:"requirementId"`
	Amount        string           `json:"amount"`
}

// leftOut is a credit of the file at which the rules did not look.
type leftOut struct {
	CreditID    ce.CreditID `json:"creditId"`
	Title       string      `json:"title"`
	CompletedOn ce.Date     `json:"completedOn"`
	Reason      string      `json:"reason"`
}

// The reasons for which credits are left out.
const (
	afterTheDay  = "AFTER_AS_OF"
	narrowed     = "NARROWED"
	outsideCycle = "OUTSIDE_CYCLE"
)

type reportedQuestion struct {
	ID        ce.QuestionID     `json:"id"`
	Prompt    string            `json:"prompt"`
	Type      ce.QuestionType   `json:"type"`
	Target    ce.QuestionTarget `json:"target"`
	Choices   []reportedChoice  `json:"choices"`
	CreditIDs []ce.CreditID     `json:"creditIds"`
}

type reportedChoice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type reportedDeadline struct {
	Kind          ce.DeadlineKind   `json:"kind"`
	RequirementID *string           `json:"requirementId"`
	DueOn         ce.Date           `json:"dueOn"`
	Status        ce.DeadlineStatus `json:"status"`
	Remaining     *string           `json:"remaining"`
	Unit          *string           `json:"unit"`
	Title         string            `json:"title"`
}

func newReport(in *rules.Input, s *ce.Standing) *report {
	p := in.Program
	r := &report{
		Program: reportedProgram{ID: p.ID, Name: p.Name, Verified: p.Verified},
		AsOf:    s.AsOf, Outcome: s.Outcome, Phase: s.Phase, ChangesOn: day(s.ChangesOn),
		Requirements: []reportedRequirement{}, Questions: []reportedQuestion{}, Deadlines: []reportedDeadline{},
		units: map[ce.UnitID]ce.Unit{},
	}
	if c := s.Cycle; c != nil {
		if version, ok := p.Version(c.StartsOn); ok {
			r.Program.Version = &version.Label
		}
		r.Cycle = &reportedCycle{c.Key, day(c.StartsOn), day(c.EarnBy), day(c.ReportBy), day(c.EndsOn), day(c.GraceEndsOn)}
	}
	for i := range s.Requirements {
		q := &s.Requirements[i]
		one := reportedRequirement{
			ID: q.ID, ParentID: optional(q.ParentID), Kind: q.Kind, Force: q.Force, Title: q.Title, Outcome: q.Outcome,
			Required: shown(q.Required, true), Earned: shown(q.Earned, false), Remaining: shown(q.Remaining, true),
			Unit: optional(q.Unit), Explanation: wording.English.Render(q.Explanation),
		}
		if from := q.Source; from != nil {
			one.Source = &reportedSource{from.ID, from.Title, optional(from.URL), optional(from.Date), from.Confidence}
		}
		r.know(in, q.Unit)
		r.Requirements = append(r.Requirements, one)
	}
	r.addCredits(in, s)
	for _, q := range s.Questions {
		one := reportedQuestion{q.ID, q.Prompt, q.Type, q.Target, []reportedChoice{}, append([]ce.CreditID{}, q.Credits...)}
		for _, choice := range q.Choices {
			one.Choices = append(one.Choices, reportedChoice{choice.ID, choice.Name})
		}
		r.Questions = append(r.Questions, one)
	}
	for _, d := range s.Deadlines {
		r.know(in, d.Unit)
		r.Deadlines = append(r.Deadlines, reportedDeadline{
			d.Kind, optional(d.Requirement), d.DueOn, d.Status, shown(d.Remaining, true), optional(d.Unit), wording.English.Render(d.Title),
		})
	}
	slices.SortStableFunc(r.Deadlines, func(a, b reportedDeadline) int { return a.DueOn.Compare(b.DueOn) })
	return r
}

func (r *report) addCredits(in *rules.Input, s *ce.Standing) {
	r.Credits, r.LeftOut = []reportedCredit{}, []leftOut{}
	entered := make(map[ce.CreditID]*ce.Credit, len(in.Credits))
	for i := range in.Credits {
		entered[in.Credits[i].ID] = &in.Credits[i]
	}
	used := make(map[ce.CreditID]bool, len(s.Uses))
	for _, use := range s.Uses {
		one := reportedCredit{
			CreditID: use.Credit, Counted: shown(use.Counted, false), Reported: use.Reported.Shown(false).String(), Unit: use.Unit,
			Parts: []reportedPart{}, Explanation: wording.English.Render(use.Explanation),
		}
		if credit := entered[use.Credit]; credit != nil {
			one.Title, one.CompletedOn = &credit.Title, day(credit.CompletedOn)
		}
		for _, part := range use.Parts {
			one.Parts = append(one.Parts, reportedPart{part.Requirement, part.Amount.Shown(false).String()})
		}
		r.know(in, use.Unit)
		r.Credits = append(r.Credits, one)
		used[use.Credit] = true
	}
	for i := range in.Credits {
		credit := &in.Credits[i]
		if used[credit.ID] {
			continue
		}
		reason := outsideCycle
		switch {
		case credit.CompletedOn.After(in.AsOf):
			reason = afterTheDay
		case !credit.AllowsCertification(in.Certification.ID):
			reason = narrowed
		}
		r.LeftOut = append(r.LeftOut, leftOut{credit.ID, credit.Title, credit.CompletedOn, reason})
	}
	slices.SortStableFunc(r.LeftOut, func(a, b leftOut) int { return b.CompletedOn.Compare(a.CompletedOn) })
}

// know keeps the unit for the text.
func (r *report) know(in *rules.Input, id ce.UnitID) {
	if i := slices.IndexFunc(in.Program.Units, func(u ce.Unit) bool { return u.ID == id }); i >= 0 {
		r.units[id] = in.Program.Units[i]
	} else if u, ok := in.Units.Unit(id); ok {
		r.units[id] = u
	}
}

func day(d ce.Date) *string { return optional(d.String()) }

func optional[S ~string](text S) *string {
	if text == "" {
		return nil
	}
	plain := string(text)
	return &plain
}

// shown writes an amount as the API does: what no finite decimal writes is rounded to 4 places.
func shown(a *ce.Amount, up bool) *string {
	if a == nil {
		return nil
	}
	return optional(a.Shown(up).String())
}
