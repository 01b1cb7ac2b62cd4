package sqlite

import (
	"slices"

	"accrue/ce"
)

// encodeStanding leaves out what Standings does not return: uses, what is carried, deadlines and the questions' credits. Sources stand in
// a list of their own, since many requirements have the same.
func encodeStanding(s *ce.Standing) []byte {
	e := encoder{make([]byte, 0, 2048)}
	put(&e, s.Certification)
	put(&e, s.Program)
	e.date(s.AsOf)
	put(&e, s.Outcome)
	put(&e, s.Phase)
	if e.flag(s.Cycle != nil) {
		put(&e, s.Cycle.Key)
		e.date(s.Cycle.StartsOn)
		e.date(s.Cycle.EarnBy)
		e.date(s.Cycle.ReportBy)
		e.date(s.Cycle.EndsOn)
		e.date(s.Cycle.GraceEndsOn)
	}
	sources := sourcesOf(s.Requirements)
	putList(&e, sources, putSource)
	putList(&e, s.Requirements, func(e *encoder, r *ce.RequirementStanding) {
		putRequirement(e, r)
		place := 0 // none
		if r.Source != nil {
			place = slices.Index(sources, *r.Source) + 1
		}
		e.number(place)
	})
	putList(&e, s.Questions, putQuestion)
	e.date(s.ChangesOn)
	put(&e, s.ProgramHash)
	if s.Cycle != nil {
		e.date(s.Cycle.OpensOn)
	}
	return e.data
}

func decodeStanding(record []byte) (ce.Standing, error) {
	d := newDecoder(record)
	s := ce.Standing{
		Certification: get[ce.CertificationID](d),
		Program:       get[ce.ProgramID](d),
		AsOf:          d.date(),
		Outcome:       get[ce.Outcome](d),
		Phase:         get[ce.Phase](d),
	}
	if d.flag() {
		s.Cycle = &ce.Cycle{Key: get[ce.CycleKey](d), StartsOn: d.date(), EarnBy: d.date(), ReportBy: d.date(), EndsOn: d.date(), GraceEndsOn: d.date()}
	}
	sources := getList(d, getSource)
	s.Requirements = getList(d, func(d *decoder, r *ce.RequirementStanding) {
		getRequirement(d, r)
		if place := d.number(); place > 0 && place <= len(sources) {
			source := sources[place-1]
			r.Source = &source
		}
	})
	s.Questions = getList(d, getQuestion)
	s.ChangesOn = d.date()
	s.ProgramHash = get[string](d)
	if s.Cycle != nil {
		s.Cycle.OpensOn = d.date()
	}
	return s, d.err()
}

func putRequirement(e *encoder, r *ce.RequirementStanding) {
	put(e, r.ID)
	put(e, r.ParentID)
	put(e, r.Kind)
	put(e, r.Force)
	put(e, r.Title)
	put(e, r.Outcome)
	e.optional(r.Required)
	e.optional(r.Earned)
	e.optional(r.Remaining)
	put(e, r.Unit)
	put(e, r.Explanation)
}

func getRequirement(d *decoder, r *ce.RequirementStanding) {
	*r = ce.RequirementStanding{
		ID:          get[ce.RequirementID](d),
		ParentID:    get[ce.RequirementID](d),
		Kind:        get[ce.RequirementKind](d),
		Force:       get[ce.Force](d),
		Title:       get[string](d),
		Outcome:     get[ce.Outcome](d),
		Required:    d.optional(),
		Earned:      d.optional(),
		Remaining:   d.optional(),
		Unit:        get[ce.UnitID](d),
		Explanation: get[ce.Text](d),
	}
}

func sourcesOf(requirements []ce.RequirementStanding) (sources []ce.Source) {
	for i := range requirements {
		if source := requirements[i].Source; source != nil && !slices.Contains(sources, *source) {
			sources = append(sources, *source)
		}
	}
	return sources
}

func putSource(e *encoder, s *ce.Source) {
	put(e, s.ID)
	put(e, s.Title)
	put(e, s.URL)
	put(e, s.Date)
	put(e, s.Confidence)
}

func getSource(d *decoder, s *ce.Source) {
	*s = ce.Source{ID: get[ce.SourceID](d), Title: get[string](d), URL: get[string](d), Date: get[string](d), Confidence: get[ce.Confidence](d)}
}

func putQuestion(e *encoder, q *ce.Question) {
	put(e, q.ID)
	put(e, q.Prompt)
	put(e, q.Type)
	put(e, q.Target)
	putList(e, q.Choices, func(e *encoder, c *ce.Choice) {
		put(e, c.ID)
		put(e, c.Name)
	})
}

func getQuestion(d *decoder, q *ce.Question) {
	*q = ce.Question{
		ID:     get[ce.QuestionID](d),
		Prompt: get[string](d),
		Type:   get[ce.QuestionType](d),
		Target: get[ce.QuestionTarget](d),
		Choices: getList(d, func(d *decoder, c *ce.Choice) {
			*c = ce.Choice{ID: get[string](d), Name: get[string](d)}
		}),
	}
}
