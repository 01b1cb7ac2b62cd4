package rules

import (
	"slices"
	"strings"

	"accrue/ce"
)

// Input is what a standing depends on, and all that it depends on.
type Input struct {
	Program       *Program
	Units         Units    // nil: only minutes and the units of the program's body are known
	Programs      Programs // nil: no other program's body is known
	Certification ce.Certification
	Others        []ce.Certification // the holder's other certifications
	Credits       []ce.Credit        // in any order; not changed
	AsOf          ce.Date            // the day in the certification's time zone
	CompletedBy   ce.Date            // credits completed later are left out; zero: AsOf
	Cycle         ce.CycleKey        // "" for the current one on AsOf, see CurrentCycle
	// Withheld are the reviews, pending or with a refusal, of credits that count for nothing without an approval, by the credit's id.
	Withheld map[ce.CreditID]ce.Review
}

// Programs finds programs, to tell which certifications are of the same body.
type Programs interface {
	Program(id ce.ProgramID) (*Program, bool)
}

// Evaluate says where the certification stands on the day, with a reason for each requirement and each credit.
// The same input gives the same standing, whatever the order of the credits. Outcomes hold whatever the answers
// to what is unknown: MET when each requirement is met in the worst case, NOT_MET when not even in the best one.
// Amounts are those of the worst case, but that an issue whose day is not known is taken to lie before the cycle.
//
// Uses has one entry for each credit in the cycle that is not narrowed to other certifications, with its Review where it is withheld and might
// serve a requirement; a deadline GRACE_END is there only once the cycle is over and not renewed. While nothing tells when the holder's cycles end the
// standing has no cycle, is UNDETERMINED and asks. Errors: NOT_FOUND for a cycle that the
// certification does not have, TOO_COMPLEX and LIMIT_EXCEEDED where a bound is passed.
func Evaluate(in Input) (ce.Standing, error) {
	if len(in.Withheld) > 0 {
		return in.withholding()
	}
	standing, _, err := in.evaluate()
	return standing, err
}

// evaluate leaves nothing out; the evaluation is nil where no rules were looked at.
func (in *Input) evaluate() (ce.Standing, *evaluation, error) {
	if in.Program == nil || in.AsOf.IsZero() {
		return ce.Standing{}, nil, ce.Errorf(ce.CodeInvalidInput, "a program and a day are needed")
	}
	if len(in.Credits) > ce.MaxCredits {
		return ce.Standing{}, nil, ce.Errorf(ce.CodeLimitExceeded, "must be at most %d credits", ce.MaxCredits)
	}
	f, place, err := in.frame()
	if err != nil {
		return ce.Standing{}, nil, err
	}
	if f == nil {
		return in.withoutCycle(), nil, nil
	}
	e := newEvaluation(in, f, place)
	if e.version == nil {
		return e.outside(), nil, nil
	}
	if err := e.evaluate(); err != nil {
		return ce.Standing{}, nil, err
	}
	return e.standing(), e, nil
}

// frame finds the frame to evaluate; none when nothing tells when cycles end.
func (in *Input) frame() (*framer, int, error) {
	cert := &in.Certification
	from := known(cert, in.AsOf)
	if in.Cycle == "" {
		f, ok := framesOf(in.Program, cert, in.AsOf, from)
		if !ok {
			return nil, 0, nil
		}
		return f, f.current(in.AsOf), nil
	}
	year := yearOf(in.Cycle)
	if year.IsZero() {
		return nil, 0, errNoCycle
	}
	// Among the cycles that are known first, as Cycles lists them.
	for _, from := range []ce.Date{from, earlier(from, year)} {
		if f, ok := framesOf(in.Program, cert, in.AsOf, from); ok {
			if place, found := f.called(in.Cycle); found {
				return f, place, nil
			}
		}
	}
	return nil, 0, errNoCycle
}

// called finds the frame with the key.
func (f *framer) called(key ce.CycleKey) (place int, ok bool) {
	last := yearOf(key).AddMonths(12)
	for i := 0; i < len(f.list) || f.grow(); i++ {
		if f.list[i].key == key {
			return i, true
		}
		if f.list[i].start.After(last) {
			break
		}
	}
	return 0, false
}

var errNoCycle = ce.Errorf(ce.CodeNotFound, "the certification has no such cycle")

// evaluation is one call of Evaluate, or that of the cycle before, whose end the one asked for depends on.
type evaluation struct {
	in      *Input
	program *Program
	version *Version // nil when the cycle is older than all versions
	framer  *framer
	place   int
	frame   *frame
	cycle   ce.Cycle
	renewed bool
	holder  holder
	assumed holder
	earning [modes]window
	order   []int // the credits, newest first
	events  []int // of each credit of the order, a number of its title and provider; nil until asked for

	before    *evaluation // of the cycle before, where something depends on it
	carriedIn []carriedCredit
	entries   []entry // newest first
	items     []item
	minimum   uint64 // the bits of minimums, and of maximums
	maximum   uint64
	passes    [modes]*pass
	whole     [modes]bool
	words     words
}

func newEvaluation(in *Input, f *framer, place int) *evaluation {
	e := &evaluation{in: in, program: in.Program, framer: f, place: place, frame: &f.list[place]}
	e.version = e.program.versionOf(e.frame)
	e.words = words{e.program.Unit}
	cert := &in.Certification
	e.holder = e.frame.in(e.program, cert, in.Others, in.AsOf)
	e.holder.year = window{e.frame.start, e.frame.end}
	e.assumed = e.holder
	e.assumed.assumed = true
	e.cycle = e.frame.cycle(&e.holder)
	e.renewed = closed(cert, e.frame.key, in.AsOf) != nil
	sure, perhaps := e.frame.earning(&e.holder)
	shown, _ := e.frame.earning(&e.assumed)
	e.earning = [modes]window{shownCase: shown, worstCase: sure, bestCase: perhaps}
	return e
}

func (e *evaluation) evaluate() error {
	e.sortCredits()
	if err := e.inherit(); err != nil {
		return err
	}
	e.expand()
	e.collect()
	e.classify()
	if err := e.run(); err != nil {
		return err
	}
	return e.giveBack()
}

func (e *evaluation) sortCredits() {
	if e.order != nil {
		return
	}
	credits, last := e.in.Credits, e.in.CompletedBy
	if last.IsZero() {
		last = e.in.AsOf
	}
	e.order = make([]int, 0, len(credits))
	for i := range credits {
		c := &credits[i]
		if c.CompletedOn.IsZero() || c.CompletedOn.After(last) || !c.AllowsCertification(e.in.Certification.ID) {
			continue
		}
		e.order = append(e.order, i)
	}
	slices.SortFunc(e.order, func(a, b int) int {
		if c := credits[b].CompletedOn.Compare(credits[a].CompletedOn); c != 0 {
			return c
		}
		return strings.Compare(string(credits[b].ID), string(credits[a].ID))
	})
}

// completedIn returns which part of the order lies in the days.
func (e *evaluation) completedIn(w window) (first, end int) {
	first, _ = slices.BinarySearchFunc(e.order, w.to, func(i int, to ce.Date) int {
		return to.Compare(e.in.Credits[i].CompletedOn)
	})
	for first > 0 && e.in.Credits[e.order[first-1]].CompletedOn == w.to {
		first--
	}
	end, _ = slices.BinarySearchFunc(e.order, w.from.AddDays(-1), func(i int, before ce.Date) int {
		return before.Compare(e.in.Credits[i].CompletedOn)
	})
	for end > first && e.in.Credits[e.order[end-1]].CompletedOn.Before(w.from) {
		end--
	}
	return first, max(first, end)
}

// run allocates in each case that differs from another.
func (e *evaluation) run() error {
	differs, assumes := false, false
	for i := range e.items {
		it := &e.items[i]
		differs = differs || it.truth == maybe || it.holds == maybe || it.rule.kind == ce.KindOther || it.none[worstCase] != it.none[bestCase] || !it.low.Equal(it.high)
		assumes = assumes || it.truth != it.assumed || it.holds != it.assumedHolds ||
			it.none[shownCase] != it.none[worstCase] || !it.required[shownCase].Equal(it.required[worstCase])
	}
	for k := range e.entries {
		entry := &e.entries[k]
		differs = differs || entry.maybe != 0 || entry.doubted >= 0 || !entry.value.Equal(entry.best)
		assumes = assumes || (entry.sure^entry.shown)&e.minimum != 0
	}
	var err error
	if e.passes[worstCase], err = e.pass(worstCase); err != nil {
		return err
	}
	e.passes[shownCase], e.passes[bestCase] = e.passes[worstCase], e.passes[worstCase]
	if assumes {
		if e.passes[shownCase], err = e.pass(shownCase); err != nil {
			return err
		}
	}
	if differs || assumes {
		if e.passes[bestCase], err = e.pass(bestCase); err != nil {
			return err
		}
	}
	if err := e.settle(); err != nil {
		return err
	}
	for m, p := range e.passes {
		p.publish(mode(m))
	}
	return nil
}

// outside is the standing in a cycle that is older than the catalog's rules.
func (e *evaluation) outside() ce.Standing {
	s := e.blank()
	s.Outcome = ce.Undetermined
	from := e.program.Versions[0].From
	s.Requirements = []ce.RequirementStanding{{
		ID: "outside-catalog", Kind: ce.KindOther, Force: ce.Binding, Outcome: ce.NotEvaluated,
		Title: "Rules of earlier cycles", Explanation: explanation(say("outside-catalog", from)),
	}}
	s.Deadlines = e.deadlines(&s)
	s.ChangesOn = e.changesOn(&s)
	return s
}

// withoutCycle is the standing while nothing tells when the holder's cycles end.
func (in *Input) withoutCycle() ce.Standing {
	p, cert := in.Program, &in.Certification
	s := ce.Standing{
		Certification: cert.ID, Program: p.ID, AsOf: in.AsOf, Outcome: ce.Undetermined, Phase: ce.Open, ProgramHash: p.Hash,
	}
	h := holder{program: p, cert: cert, others: in.Others, today: in.AsOf, start: in.AsOf, end: in.AsOf}
	for i := range p.calendars {
		for k := range p.calendars[i].ends {
			end := &p.calendars[i].ends[k]
			if end.when.holds(&h) != no {
				end.day.in(&h)
			}
		}
	}
	v, _ := p.Version(in.AsOf)
	if v == nil {
		v = &p.Versions[0]
	}
	for i := range v.tree.rules {
		r := &v.tree.rules[i]
		shown := ce.RequirementStanding{
			ID: r.id, Kind: r.kind, Force: r.force, Title: r.title, Outcome: ce.Undetermined,
			Explanation: explanation(say("cycle-unknown")), Source: r.source,
		}
		if r.parent >= 0 {
			shown.ParentID = v.tree.rules[r.parent].id
		}
		s.Requirements = append(s.Requirements, shown)
	}
	s.Questions = p.questions(h.asks)
	first := firstChange{asOf: in.AsOf}
	first.recorded(cert)
	for i := range p.Versions {
		first.on(p.Versions[i].From)
	}
	s.ChangesOn = first.day
	return s
}

func (e *evaluation) blank() ce.Standing {
	return ce.Standing{
		Certification: e.in.Certification.ID, Program: e.program.ID, AsOf: e.in.AsOf,
		Cycle: &e.cycle, Phase: phase(&e.cycle, e.in.AsOf, e.renewed), ProgramHash: e.program.Hash,
	}
}
