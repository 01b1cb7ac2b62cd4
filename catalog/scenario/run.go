package scenario

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"accrue/catalog"
	"accrue/ce"
	"accrue/rules"
	"accrue/rules/wording"
)

// ReadAll reads the files *.txt at the top of a file system, in the order of their names.
func ReadAll(fsys fs.FS) ([]Scenario, error) {
	names, err := fs.Glob(fsys, "*.txt")
	if err != nil {
		return nil, err
	}
	var list []Scenario
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		read, err := Parse(name, text)
		if err != nil {
			return nil, err
		}
		list = append(list, read...)
	}
	return list, nil
}

// Program returns the id of the program that the scenario is about.
func (s *Scenario) Program() ce.ProgramID { return s.program }

// Input returns what the scenario gives to be evaluated.
func (s *Scenario) Input(c *catalog.Catalog) (rules.Input, error) {
	program, ok := c.Program(s.program)
	if !ok {
		return rules.Input{}, s.errorf(s.Line, "the catalog has no program %s", s.program)
	}
	cert := s.cert
	cert.ID, cert.Program = certificationID, program.ID
	cert.TimeZone = cmp.Or(program.TimeZone, "UTC")
	cert.Facts = slices.Clone(cert.Facts)
	if err := rules.CheckFacts(program, cert.Facts); err != nil {
		return rules.Input{}, s.errorf(s.Line, "%v", err)
	}
	tracked := s.tracked
	if tracked.IsZero() {
		tracked = s.asOf
	}
	cert.CreatedAt = noon(tracked)
	in := rules.Input{Program: program, Units: c, Programs: c, Certification: cert, Others: s.others, AsOf: s.asOf, Cycle: s.cycle}
	for _, line := range s.credits {
		credit := line.Credit
		if credit.Unit, ok = unit(program, c, line.unit); !ok {
			return rules.Input{}, s.errorf(line.line, "%q is no unit of the program's body, nor the id of another unit", line.unit)
		}
		in.Credits = append(in.Credits, credit)
	}
	return in, nil
}

// unit finds a unit by its name, plural or symbol among those of the program, or by its id among all.
func unit(p *rules.Program, c *catalog.Catalog, word string) (ce.UnitID, bool) {
	for _, u := range append([]ce.Unit{ce.Minute()}, p.Units...) {
		if word == u.Name || word == u.Plural || word == u.Symbol {
			return u.ID, true
		}
	}
	u, ok := c.Unit(ce.UnitID(word))
	return u.ID, ok
}

func (s *Scenario) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{s.File, line}, args...)...)
}

// Run evaluates the scenario and returns what differs from its expectations, nothing when all is as expected.
func (s *Scenario) Run(c *catalog.Catalog) []error {
	in, err := s.Input(c)
	if err != nil {
		return []error{err}
	}
	standing, err := rules.Evaluate(in)
	if err != nil {
		return []error{s.errorf(s.Line, "%v", err)}
	}
	var found []error
	for _, expected := range s.expected {
		got, because := s.got(&in, &standing, &expected)
		if got != expected.value {
			found = append(found, s.errorf(expected.line, "%s: %s\n\tgot: %s", expected.word, expected.value, got))
		}
		if expected.because != "" && because != expected.because {
			found = append(found, s.errorf(expected.line, "because: %s\n\tgot: %s", expected.because, because))
		}
	}
	return found
}

// got writes what the standing says in the form of the expectation, with the explanation where there is one.
func (s *Scenario) got(in *rules.Input, st *ce.Standing, expected *check) (got, because string) {
	switch expected.word {
	case "expect":
		return fmt.Sprintf("%s %s", st.Outcome, st.Phase), ""
	case "cycle":
		if st.Cycle == nil {
			return "unknown", ""
		}
		return fmt.Sprintf("%s to %s", st.Cycle.StartsOn, st.Cycle.EarnBy), ""
	case "requirement":
		return gotRequirement(st, expected.value)
	case "use":
		return gotUse(in, st, expected.value)
	case "questions":
		return gotQuestions(st), ""
	case "carried in":
		return gotCarried(st.CarriedIn), ""
	case "carries over":
		return gotCarried(st.CarriesOver), ""
	case "deadline":
		return gotDeadline(st, expected.value), ""
	}
	return cmp.Or(st.ChangesOn.String(), "never"), ""
}

func gotRequirement(st *ce.Standing, value string) (got, because string) {
	id, _, _ := strings.Cut(value, " ")
	i := slices.IndexFunc(st.Requirements, func(r ce.RequirementStanding) bool { return string(r.ID) == id })
	if i < 0 {
		return "no such requirement", ""
	}
	r := &st.Requirements[i]
	got = fmt.Sprintf("%s %s", r.ID, r.Outcome)
	if r.Required != nil {
		got += fmt.Sprintf(" %s of %s", r.Earned, r.Required)
	}
	if r.Remaining != nil && r.Remaining.Sign() > 0 {
		got += fmt.Sprintf(", %s more", r.Remaining)
	}
	return got, wording.English.Render(r.Explanation)
}

func gotUse(in *rules.Input, st *ce.Standing, value string) (got, because string) {
	title, _, err := quoted(value)
	if err != nil {
		return "a use must begin with the credit's title in quotes", ""
	}
	got = fmt.Sprintf("%q", title)
	for _, use := range st.Uses {
		i := slices.IndexFunc(in.Credits, func(c ce.Credit) bool { return c.ID == use.Credit })
		if in.Credits[i].Title != title {
			continue
		}
		counted := "unknown"
		if use.Counted != nil {
			counted = use.Counted.String()
		}
		return got + fmt.Sprintf(" %s of %s", counted, use.Reported), wording.English.Render(use.Explanation)
	}
	return got + " absent", ""
}

// gotCarried writes "3, 20 as education", or "nothing".
func gotCarried(list []ce.Carried) string {
	var parts []string
	for _, c := range list {
		part := c.Amount.String()
		var words []string
		for _, term := range append(slices.Clone(c.Topics), c.Format, c.Role) {
			if term != "" && term != rules.CarriedTerm {
				words = append(words, string(term))
			}
		}
		if len(words) > 0 {
			part += " as " + strings.Join(words, " ")
		}
		parts = append(parts, part)
	}
	return cmp.Or(strings.Join(parts, ", "), "nothing")
}

func gotQuestions(st *ce.Standing) string {
	ids := make([]string, len(st.Questions))
	for i, q := range st.Questions {
		ids[i] = string(q.ID)
	}
	return cmp.Or(strings.Join(ids, ", "), "none")
}

// gotDeadline writes the deadline of the kind, and of the requirement where one is named after the kind.
func gotDeadline(st *ce.Standing, value string) string {
	words := strings.Fields(value)
	for _, d := range st.Deadlines {
		got := string(d.Kind)
		if d.Requirement != "" {
			got += " " + string(d.Requirement)
		}
		if string(d.Kind) != words[0] || d.Requirement != "" && (len(words) < 2 || words[1] != string(d.Requirement)) {
			continue
		}
		got += fmt.Sprintf(" %s %s", d.DueOn, d.Status)
		if d.Remaining != nil && d.Remaining.Sign() > 0 {
			got += " " + d.Remaining.String()
		}
		return got
	}
	return words[0] + " absent"
}
