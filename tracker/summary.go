package tracker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Limits of a summary.
const (
	maxSummaryPrograms = 100
	summaryMonths      = 12
	maxDueWithin       = 3660 // days
)

// Summary counts the members whom a viewer sees by how they stand at an instant.
type Summary struct {
	tallies []storage.Tally
	now     time.Time
	zone    *time.Location // the organisation's
	programs
}

// OutcomeCount is how many members have the outcome.
type OutcomeCount struct {
	Outcome ce.MemberOutcome
	Members int
}

// ProgramSummary counts those who hold a program.
type ProgramSummary struct {
	Program ce.ProgramName
	Members int
	// Required is what the program asks of all of them in their current cycles by its first minimum, and Earned how much of that is there, in Unit,
	// each member's to the hundredth; nil where it asks for no amount.
	Required, Earned *ce.Amount
	Unit             ce.Unit
	ByOutcome        []OutcomeCount
}

// MonthCount is how many members have their soonest deadline that is not met in the month.
type MonthCount struct {
	Month   string // "2027-03"
	Members int
}

// Summary returns how the members of an organisation stand whom the viewer sees, those in the group only unless that is "", and nil where she
// sees none but herself.
func (v *View) Summary(ctx context.Context, id ce.OrganizationID, group ce.GroupID) (*Summary, error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Sees() {
		return nil, err
	}
	groups, err := s.chosen(group, "group")
	if err != nil {
		return nil, err
	}
	tallies, err := s.handle.TallyMembers(ctx, groups)
	if err != nil {
		return nil, err
	}
	programs := programs{tracker: v.Tracker}
	if slices.ContainsFunc(tallies, func(t storage.Tally) bool {
		_, ok := v.catalog.Program(t.Program)
		return t.Program != "" && !ok
	}) {
		if programs.own, err = s.handle.ReadPrograms(ctx); err != nil {
			return nil, err
		}
	}
	return &Summary{tallies: tallies, now: v.now(), zone: ce.ZoneOrUTC(s.in.TimeZone), programs: programs}, nil
}

// chosen returns the group, if any is chosen, else those to which the viewer is limited.
func (s *seat) chosen(group ce.GroupID, path ...string) ([]ce.GroupID, error) {
	if group == "" {
		return s.scope(), nil
	}
	if !s.within(group) {
		return nil, &ce.Error{Code: ce.CodeInvalidInput, Path: path, Text: "is not the id of a group of this organization"}
	}
	return []ce.GroupID{group}, nil
}

// count adds up the members whose listing under the program is of the kind.
func (s *Summary) count(program ce.ProgramID, kind func(*ce.Listing) bool) (members int) {
	for i := range s.tallies {
		if t := &s.tallies[i]; t.Program == program && kind(&t.Listing) {
			members += t.Members
		}
	}
	return members
}

// Members returns how many there are.
func (s *Summary) Members() int { return s.count("", func(*ce.Listing) bool { return true }) }

// ByOutcome returns the counts of all outcomes, the most urgent first.
func (s *Summary) ByOutcome() []OutcomeCount { return s.byOutcome("") }

func (s *Summary) byOutcome(program ce.ProgramID) []OutcomeCount {
	counts := make([]OutcomeCount, len(ce.MemberOutcomes))
	for i, outcome := range ce.MemberOutcomes {
		counts[i].Outcome = outcome
	}
	for i := range s.tallies {
		if t := &s.tallies[i]; t.Program == program {
			counts[slices.Index(ce.MemberOutcomes, t.Outcome(s.now))].Members += t.Members
		}
	}
	return counts
}

// ByProgram returns the counts of programs, those first that most hold, at most 100. What members wrote themselves is not among them.
func (s *Summary) ByProgram() []ProgramSummary {
	sums := map[ce.ProgramID]storage.Tally{}
	for _, t := range s.tallies {
		sum := sums[t.Program]
		sum.Members, sum.Required, sum.Earned = sum.Members+t.Members, sum.Required+t.Required, sum.Earned+t.Earned
		sums[t.Program] = sum
	}
	programs := []ProgramSummary{}
	for id, sum := range sums {
		program, err := s.find(id)
		if err != nil {
			continue
		}
		one := ProgramSummary{Program: ce.ProgramName{ID: id, Name: program.Name}, Members: sum.Members, Unit: program.Unit}
		if sum.Required > 0 {
			required, earned := ce.Fraction(sum.Required, 100), ce.Fraction(sum.Earned, 100)
			one.Required, one.Earned = &required, &earned
		}
		programs = append(programs, one)
	}
	slices.SortFunc(programs, func(a, b ProgramSummary) int {
		return cmp.Or(b.Members-a.Members, cmp.Compare(a.Program.Name, b.Program.Name), cmp.Compare(a.Program.ID, b.Program.ID))
	})
	programs = programs[:min(maxSummaryPrograms, len(programs))]
	for i := range programs {
		programs[i].ByOutcome = s.byOutcome(programs[i].Program.ID)
	}
	return programs
}

// DueWithin returns how many have a deadline that is not met and due within so many days, today included, none being overdue.
func (s *Summary) DueWithin(days int) (int, error) {
	if days < 0 || days > maxDueWithin {
		return 0, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"days"}, Text: fmt.Sprintf("must be 0 to %d", maxDueWithin)}
	}
	until := ce.DateOf(s.now, s.zone).AddDays(days).End(s.zone)
	return s.count("", func(l *ce.Listing) bool { return l.EndsAt.After(s.now) && !l.EndsAt.After(until) }), nil
}

// ByMonth returns the counts of 12 months, beginning with the current one in the organisation's time zone, without those who are overdue.
func (s *Summary) ByMonth() []MonthCount {
	year, month, _ := ce.DateOf(s.now, s.zone).YMD()
	counts := make([]MonthCount, summaryMonths)
	for i := range counts {
		first := ce.MustDate(year, month, 1).AddMonths(i)
		from, until := first.Start(s.zone), first.AddMonths(1).Start(s.zone)
		counts[i].Month = first.String()[:len("2027-03")]
		counts[i].Members = s.count("", func(l *ce.Listing) bool {
			return l.EndsAt.After(s.now) && l.EndsAt.After(from) && !l.EndsAt.After(until)
		})
	}
	return counts
}
