package factsfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"accrue/catalog"
	"accrue/ce"
	"accrue/rules"
)

// Input returns what is to be evaluated: where the certification, taken to be one of the program, stands on the day. Units are
// those of the catalog and the program's own. Errors name the file and the line, one problem a line.
func (f *File) Input(c *catalog.Catalog, program *rules.Program, asOf ce.Date) (rules.Input, error) {
	var problems ce.Problems
	cert := f.certification
	cert.Program = program.ID
	cert.TimeZone = cmp.Or(cert.TimeZone, program.TimeZone, f.holderZone, "UTC")
	cert.Facts = append(f.asked(program, &problems), f.certFacts(program, &problems)...)
	if len(cert.Facts) > ce.MaxFacts {
		problems.Add("has too many entries together with those of the holder", "certification", "facts")
	}
	tracked := f.trackedFrom
	if tracked.IsZero() {
		tracked = asOf
	}
	cert.CreatedAt = tracked.Start(cert.Zone())
	for i, credit := range f.credits {
		if _, ok := c.Unit(credit.Unit); !ok && !slices.ContainsFunc(program.Units, func(u ce.Unit) bool { return u.ID == credit.Unit }) {
			problems.Add("must be the id of a unit; the program's are "+unitIDs(program), "credits", i, "unit")
		}
	}
	if err := problems.Err(); err != nil {
		return rules.Input{}, f.problems(err)
	}
	return rules.Input{Program: program, Units: c, Certification: cert, Credits: f.credits, AsOf: asOf}, nil
}

// asked returns the holder's facts that the program asks for: the others are for other programs.
func (f *File) asked(program *rules.Program, problems *ce.Problems) []ce.Fact {
	var out []ce.Fact
	for i, fact := range f.holderFacts {
		if _, ok := program.Question(fact.Question); !ok {
			continue
		}
		one := []ce.Fact{fact}
		var invalid ce.Invalid
		if errors.As(rules.CheckFacts(program, one), &invalid) {
			for _, problem := range invalid { // their paths begin with the place in the list of one
				problems.Add(problem.Text, "holder", "facts", i, strings.Join(problem.Path[1:], "."))
			}
		}
		out = append(out, one...)
	}
	return out
}

func (f *File) certFacts(program *rules.Program, problems *ce.Problems) []ce.Fact {
	facts := slices.Clone(f.certification.Facts)
	problems.Check(rules.CheckFacts(program, facts), "certification", "facts")
	return facts
}

func unitIDs(p *rules.Program) string {
	ids := make([]string, len(p.Units))
	for i, u := range p.Units {
		ids[i] = string(u.ID)
	}
	return fmt.Sprintf("%s, and there is %s", strings.Join(ids, ", "), ce.UnitMinute)
}
