package rules

import (
	"slices"

	"accrue/ce"
)

// Input is what a standing depends on, and all that it depends on.
type Input struct {
	Program       *Program
	Units         Units // nil: only minutes and the units of the program's body are known
	Certification ce.Certification
	Credits       []ce.Credit // in any order; not changed
	AsOf          ce.Date     // credits completed later are left out
	Cycle         ce.CycleKey // "" for the current one on AsOf, see CurrentCycle
}

// Evaluate says where the certification stands on the day, with a reason for each requirement and each credit.
// The same input gives the same standing, whatever the order of the credits. Outcomes hold whatever the answers
// to what is unknown: MET when each requirement is met in the worst case, NOT_MET when not even in the best one.
// Amounts are shown for the answers that a program assumes as usual (issued before the cycle, the first choice),
// and as far as they surely count.
//
// Uses has one entry for each credit in the cycle that is not narrowed to other certifications; a deadline
// GRACE_END is there only once the cycle is over and not renewed. Errors: NOT_FOUND for a cycle that the
// certification does not have, TOO_COMPLEX and LIMIT_EXCEEDED where a bound is passed.
func Evaluate(in Input) (ce.Standing, error) {
	if in.Program == nil || in.AsOf.IsZero() {
		return ce.Standing{}, ce.Errorf(ce.CodeInvalidInput, "a program and a day are needed")
	}
	if len(in.Credits) > ce.MaxCredits {
		return ce.Standing{}, ce.Errorf(ce.CodeLimitExceeded, "must be at most %d credits", ce.MaxCredits)
	}
	e, err := newEvaluation(&in)
	if err != nil {
		return ce.Standing{}, err
	}
	if e.version == nil {
		return e.outside(), nil
	}
	if err := e.evaluate(); err != nil {
		return ce.Standing{}, err
	}
	return e.standing(), nil
}

// evaluation is one call of Evaluate.
type evaluation struct {
	in       *Input
	program  *Program
	version  *Version // nil when the cycle is older than all versions
	frame    frame
	cycle    ce.Cycle
	renewed  bool
	axes     []axis
	branches []branch // every combination of the axes' values; the first one is what is shown
	watch    []ce.Date
	units    words
}

// axis is a fact that is unknown, and what it may be.
type axis struct {
	question int // place in the program
	issue    bool
	answers  int       // how many, for a question
	issued   []ce.Date // for the issue; the first one stands for any day before the cycle
}

func (a *axis) len() int {
	if a.issue {
		return len(a.issued)
	}
	return a.answers
}

func newEvaluation(in *Input) (*evaluation, error) {
	p, cert := in.Program, &in.Certification
	year, ok := 0, true
	if in.Cycle == "" {
		year = p.currentYear(cert, in.AsOf)
	} else if year, ok = yearOf(in.Cycle); !ok || !p.calendar.exists(year, cert.IssuedOn) {
		return nil, ce.Errorf(ce.CodeNotFound, "the certification has no such cycle")
	}
	e := &evaluation{in: in, program: p, frame: p.calendar.frame(year, cert.IssuedOn)}
	e.cycle = p.calendar.cycle(e.frame, cert)
	e.renewed = closed(cert, year, in.AsOf) != nil
	e.version, _ = p.Version(e.frame.start)
	e.units = words{p.Unit}
	return e, nil
}

func (e *evaluation) evaluate() error {
	known := e.facts()
	total := 1
	for i := range e.axes {
		total *= e.axes[i].len()
	}
	if total > MaxBranches {
		return ce.Errorf(ce.CodeTooComplex, "too much is unknown at once; answer some of the program's questions first")
	}
	from := e.frame.from
	e.branches = make([]branch, total)
	for n := range e.branches {
		b := &e.branches[n]
		b.tree = &e.version.tree
		b.holder = holder{answers: slices.Clone(known), issued: e.in.Certification.IssuedOn, frame: e.frame}
		rest := n
		for i := range e.axes {
			a := &e.axes[i]
			value := rest % a.len()
			rest /= a.len()
			if !a.issue {
				b.holder.answers[a.question] = value
				continue
			}
			b.holder.issued = a.issued[value]
			b.holder.frame = e.program.calendar.frame(e.frame.year, a.issued[value])
			from = earlier(from, b.holder.frame.from)
		}
	}
	list := entries(e.in, e.version, from, earlier(e.frame.end, e.in.AsOf))
	for n := range e.branches {
		b := &e.branches[n]
		b.entries = list
		if n > 0 {
			b.entries = slices.Clone(list) // each branch classifies for itself
		}
		b.holder.repeats = func(s *selection) truth {
			found, _ := repeatsOf(s, b.within())
			return found
		}
		if err := b.evaluate(); err != nil {
			return err
		}
	}
	return nil
}

func earlier(a, b ce.Date) ce.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// facts reads the answers to the questions that the version's conditions ask, as they hold on the day, though not
// before the cycle begins nor after it ends. What is unknown becomes an axis.
func (e *evaluation) facts() []int {
	cert := &e.in.Certification
	day := earlier(e.in.AsOf, e.frame.end)
	if day.Before(e.cycle.StartsOn) {
		day = e.cycle.StartsOn
	}
	known := make([]int, len(e.program.Questions))
	for _, place := range e.version.tree.asks {
		question := &e.program.Questions[place]
		answers := answersTo(question)
		value, _ := cert.FactOn(question.ID, day)
		if known[place] = slices.Index(answers, value); known[place] < 0 {
			known[place] = 0
			e.axes = append(e.axes, axis{question: place, answers: len(answers)})
		}
	}
	if a := e.issueAxis(); len(a.issued) > 1 {
		e.axes = append(e.axes, a)
	}
	return known
}

// issueAxis returns days of issue that stand for all possible ones: between two of them that follow each other,
// no rule tells days apart but by how many credits came before the issue, and then both ends are there.
func (e *evaluation) issueAxis() axis {
	cert, c, t := &e.in.Certification, &e.program.calendar, &e.version.tree
	if !cert.IssuedOn.IsZero() || !t.asksIssue && c.first == nil || e.renewedBefore() {
		return axis{}
	}
	a := axis{issue: true, issued: []ce.Date{{}}}
	if t.asksIssue || c.first.cycles == 1 {
		starts := []ce.Date{e.frame.start}
		for _, month := range t.months {
			starts = append(starts, e.frame.start.AddMonths(month))
		}
		for year := e.frame.start.Year() + 1; year <= e.frame.end.Year(); year++ {
			starts = append(starts, ce.MustDate(year, 1, 1))
		}
		slices.SortFunc(starts, ce.Date.Compare)
		starts = slices.Compact(starts)
		for i, start := range starts {
			if start.After(e.frame.end) || start.After(e.in.AsOf) {
				e.watch = append(e.watch, start)
				break
			}
			a.issued = append(a.issued, start)
			if end := e.frame.end; c.first != nil {
				if i+1 < len(starts) {
					end = earlier(end, starts[i+1].AddDays(-1))
				}
				a.issued = append(a.issued, end)
			}
		}
	}
	if c.first != nil && c.first.cycles > 1 {
		begun := c.frame(e.frame.year-(c.first.cycles-1)*c.years, ce.Date{})
		a.issued = append(a.issued, begun.start, begun.end)
	}
	return a
}

// renewedBefore reports whether an earlier cycle was renewed, so that the issue lies before this one.
func (e *evaluation) renewedBefore() bool {
	return slices.ContainsFunc(e.in.Certification.Renewals, func(r ce.Renewal) bool {
		year, ok := yearOf(r.Cycle)
		return ok && year < e.frame.year
	})
}

// outside is the standing in a cycle that is older than the catalog's rules.
func (e *evaluation) outside() ce.Standing {
	s := e.blank()
	s.Outcome = ce.Undetermined
	from := e.program.Versions[0].From
	s.Requirements = []ce.RequirementStanding{{
		ID: "outside-catalog", Kind: ce.KindOther, Force: ce.Binding, Outcome: ce.NotEvaluated,
		Title: "Rules of earlier cycles", Explanation: outsideCatalog(from),
	}}
	s.Deadlines = e.deadlines(&s)
	s.ChangesOn = e.changesOn(&s)
	return s
}

func (e *evaluation) blank() ce.Standing {
	s := ce.Standing{
		Certification: e.in.Certification.ID, Program: e.program.ID, AsOf: e.in.AsOf,
		Cycle: &e.cycle, Phase: phase(&e.cycle, e.in.AsOf, e.renewed),
	}
	if e.version != nil {
		s.ProgramHash = e.version.Hash
	} else {
		s.ProgramHash = e.program.Versions[0].Hash
	}
	return s
}
