package rules_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"accrue/catalog"
	"accrue/ce"
	"accrue/rules"
)

func load(t testing.TB) *catalog.Catalog {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shelf is a program with the catalog that it comes from.
type shelf struct {
	program *rules.Program
	catalog *catalog.Catalog
}

// shelves returns all programs: those of the catalog, and those that only tests know.
func shelves(t testing.TB) (list []shelf) {
	more, err := catalog.Read(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*catalog.Catalog{load(t), more} {
		for _, p := range c.Programs() {
			list = append(list, shelf{p, c})
		}
	}
	return list
}

func drawDate(t *rapid.T, name string) ce.Date {
	return ce.MustDate(2022, time.January, 1).AddDays(rapid.IntRange(0, 2200).Draw(t, name))
}

func drawTerms(t *rapid.T, words []rules.Vocable, name string) []ce.Term {
	if rapid.IntRange(0, 4).Draw(t, name+" stated") == 0 {
		return nil
	}
	terms := []ce.Term{}
	for _, w := range words {
		if rapid.IntRange(0, 2).Draw(t, name) == 0 {
			terms = append(terms, w.ID)
		}
	}
	return terms
}

// drawTerm draws none, one of the words, or one that the program does not have.
func drawTerm(t *rapid.T, words []rules.Vocable, name string) ce.Term {
	words = append([]rules.Vocable{{}, {ID: "something-else"}}, words...)
	return rapid.SampledFrom(words).Draw(t, name).ID
}

func drawCredit(t *rapid.T, p *rules.Program, id int) ce.Credit {
	credit := ce.Credit{
		ID:          ce.CreditID(fmt.Sprintf("credit-%02d", id)),
		Title:       rapid.SampledFrom([]string{"One", "Two", "Three"}).Draw(t, "title"),
		Provider:    rapid.SampledFrom([]string{"", "Example College"}).Draw(t, "provider"),
		CompletedOn: drawDate(t, "completed"),
		Amount:      ce.Fraction(int64(rapid.IntRange(1, 160).Draw(t, "quarters")), 4),
		Unit:        rapid.SampledFrom([]ce.UnitID{p.Unit.ID, p.Unit.ID, p.Unit.ID, ce.UnitMinute, "iia.cpe-hour", "unknown.unit"}).Draw(t, "unit"),
		Topics:      drawTerms(t, p.Topics, "topics"),
		Approvals:   drawTerms(t, p.Approvals, "approvals"),
		Format:      drawTerm(t, p.Formats, "format"),
		Role:        drawTerm(t, p.Roles, "role"),
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "portions") {
		topics := drawTerms(t, p.Topics, "of portion")
		credit.Portions = append(credit.Portions, ce.Portion{Amount: credit.Amount.Div(ce.Int(4)), Topics: topics})
	}
	return credit
}

func drawFact(t *rapid.T, q *ce.Question) ce.Fact {
	fact := ce.Fact{Question: q.ID}
	if rapid.IntRange(0, 2).Draw(t, "since known") == 0 {
		fact.Since = drawDate(t, "since")
	}
	switch q.Type {
	case ce.QuestionDate:
		fact.Value = drawDate(t, "day").String()
	case ce.QuestionNumber:
		fact.Value = fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "number"))
	case ce.QuestionChoice, ce.QuestionTerms:
		fact.Value = rapid.SampledFrom(q.Choices).Draw(t, "choice").ID
	default:
		fact.Value = fmt.Sprint(rapid.Bool().Draw(t, "answer"))
	}
	return fact
}

func drawCertification(t *rapid.T, p *rules.Program) ce.Certification {
	cert := ce.Certification{ID: "holder", Program: p.ID, TimeZone: "America/New_York", CreatedAt: drawDate(t, "tracked").Start(time.UTC)}
	if rapid.IntRange(0, 2).Draw(t, "issued known") > 0 {
		cert.IssuedOn = drawDate(t, "issued").AddDays(-rapid.SampledFrom([]int{0, 0, 5000}).Draw(t, "long ago"))
	}
	if rapid.IntRange(0, 2).Draw(t, "expiry known") == 0 {
		cert.ExpiresOn = drawDate(t, "expires")
	}
	if rapid.IntRange(0, 3).Draw(t, "renewed") == 0 {
		cert.Renewals = []ce.Renewal{{Cycle: ce.CycleKey(fmt.Sprint(rapid.IntRange(2022, 2027).Draw(t, "renewal"))), RenewedOn: drawDate(t, "renewed on")}}
	}
	for i := range p.Questions {
		if q := &p.Questions[i]; q.Target == ce.TargetFact && rapid.IntRange(0, 3).Draw(t, "answered") > 0 {
			cert.Facts = append(cert.Facts, drawFact(t, q))
		}
	}
	return cert
}

func drawInput(t *rapid.T, list []shelf) rules.Input {
	s := rapid.SampledFrom(list).Draw(t, "program")
	in := rules.Input{Program: s.program, Units: s.catalog, Programs: s.catalog, AsOf: drawDate(t, "as of")}
	t.Logf("program %s", s.program.ID)
	in.Certification = drawCertification(t, s.program)
	if rapid.IntRange(0, 3).Draw(t, "another") == 0 {
		other := rapid.SampledFrom(s.catalog.Programs()).Draw(t, "other")
		in.Others = []ce.Certification{{ID: "other", Program: other.ID, IssuedOn: drawDate(t, "other issued")}}
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "credits") {
		in.Credits = append(in.Credits, drawCredit(t, in.Program, i))
	}
	return in
}

func evaluate(t *rapid.T, in rules.Input) ce.Standing {
	standing, err := rules.Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	return standing
}

var exact = cmp.Options{cmp.Comparer(ce.Amount.Equal), cmp.Comparer(func(a, b ce.Date) bool { return a == b })}

func TestOrderOfCreditsDoesNotMatter(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, list)
		want := evaluate(t, in)
		in.Credits = rapid.Permutation(in.Credits).Draw(t, "order")
		before, facts := slices.Clone(in.Credits), slices.Clone(in.Certification.Facts)
		if diff := cmp.Diff(want, evaluate(t, in), exact); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(before, in.Credits, exact) + cmp.Diff(facts, in.Certification.Facts, exact); diff != "" {
			t.Fatalf("the input was changed: %s", diff)
		}
	})
}

// Nothing counts twice where it must not, and the numbers of credits and those of requirements are the same.
func TestUsesAgreeWithRequirements(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, list)
		standing := evaluate(t, in)
		version, values, err := rules.Values(in)
		if err != nil {
			t.Fatal(err)
		}
		earned := map[ce.RequirementID]ce.Amount{}
		for _, use := range standing.Uses {
			value := values[use.Credit]
			if use.Counted != nil && (use.Counted.Sign() < 0 || use.Counted.Cmp(value) > 0) {
				t.Fatalf("%s: counted %s of %s", use.Credit, use.Counted, value)
			}
			parts := map[ce.RequirementID]ce.Amount{}
			for _, part := range use.Parts {
				if part.Amount.Sign() <= 0 || part.Amount.Cmp(value) > 0 {
					t.Fatalf("%s: a part of %s of what is worth %s", use.Credit, part.Amount, value)
				}
				parts[part.Requirement] = part.Amount
				earned[part.Requirement] = earned[part.Requirement].Add(part.Amount)
			}
			for _, pair := range version.Apart() {
				if both := parts[pair[0]].Add(parts[pair[1]]); both.Cmp(value) > 0 {
					t.Fatalf("%s: %s for %s, which stand apart, of what is worth %s", use.Credit, both, pair, value)
				}
			}
			if why := use.Explanation.Messages(); len(why) == 0 || use.Counted != nil && why[0].ID == "use" && why[0].Values[0] != use.Counted.String() {
				t.Fatalf("%s: counted %s, explained as %v", use.Credit, use.Counted, why)
			}
		}
		for _, r := range standing.Requirements {
			if r.Explanation == "" || r.Title == "" || r.Source == nil && r.ID != "outside-catalog" {
				t.Fatalf("%s has no title, explanation or source", r.ID)
			}
			why := r.Explanation.Messages()[0]
			if strings.HasPrefix(why.ID, "minimum-") && why.Values[0] != r.Earned.String() || why.ID == "minimum-more" && why.Values[2] != r.Remaining.Shown(true).String() {
				t.Fatalf("%s: earned %s and %s more, explained as %v", r.ID, r.Earned, r.Remaining, why)
			}
			counts := r.Kind == ce.KindMinimum && r.Earned != nil && r.Unit != ""
			if counts && (earned[r.ID].Cmp(*r.Earned) > 0 || len(standing.CarriedIn) == 0 && !earned[r.ID].Equal(*r.Earned)) {
				t.Fatalf("%s: earned %s, the uses add up to %s", r.ID, r.Earned, earned[r.ID])
			}
			if r.Remaining != nil && r.Kind == ce.KindMinimum && !r.Remaining.Equal(ce.Max(r.Required.Sub(*r.Earned), ce.Amount{})) {
				t.Fatalf("%s: %s of %s, and %s more", r.ID, r.Earned, r.Required, r.Remaining)
			}
		}
	})
}

func TestAnotherCreditNeverUndoes(t *testing.T) {
	list := slices.DeleteFunc(shelves(t), func(s shelf) bool { return s.program.Shrinks() })
	if len(list) < 25 {
		t.Fatalf("only %d programs are looked at", len(list))
	}
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, list)
		before := evaluate(t, in)
		in.Credits = append(in.Credits, drawCredit(t, in.Program, 99))
		after := evaluate(t, in)
		if before.Outcome == ce.Met && after.Outcome != ce.Met {
			t.Fatalf("%s became %s", before.Outcome, after.Outcome)
		}
		// Where requirements share what counts, one more credit may shift it from one to another as long as not all
		// can be met.
		for i, r := range before.Requirements {
			if r.Outcome == ce.Met && after.Requirements[i].Outcome == ce.NotMet && !in.Program.Shares() {
				t.Fatalf("%s: %s became %s", r.ID, r.Outcome, after.Requirements[i].Outcome)
			}
		}
	})
}

// On the days between, nothing differs but the day itself.
func TestNothingChangesBeforeChangesOn(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, list)
		want := evaluate(t, in)
		days := 3000
		if !want.ChangesOn.IsZero() {
			days = in.AsOf.DaysUntil(want.ChangesOn) - 1
		}
		in.AsOf = in.AsOf.AddDays(rapid.IntRange(0, days).Draw(t, "days later"))
		got := evaluate(t, in)
		got.AsOf = want.AsOf
		if diff := cmp.Diff(want, got, exact); diff != "" {
			t.Fatalf("on %s: %s", in.AsOf, diff)
		}
	})
}

// A question is asked only where something is open, and whatever is open because of a fact is asked.
func TestQuestionsAnswerWhatIsOpen(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := evaluate(t, drawInput(t, list))
		some := func(outcome ce.Outcome) bool {
			return slices.ContainsFunc(standing.Requirements, func(r ce.RequirementStanding) bool { return r.Outcome == outcome })
		}
		if standing.Outcome == ce.Undetermined && len(standing.Questions) == 0 && !some(ce.NotEvaluated) {
			outcomes := map[ce.RequirementID]ce.Outcome{}
			for _, r := range standing.Requirements {
				outcomes[r.ID] = r.Outcome
			}
			t.Fatalf("open, and nothing is asked: %v", outcomes)
		}
		if len(standing.Questions) > 0 && standing.Outcome == ce.Met && !some(ce.Undetermined) {
			t.Fatalf("met, yet asked: %+v", standing.Questions)
		}
	})
}

func TestDeadlinesKeepTheirIDs(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := evaluate(t, drawInput(t, list))
		seen := map[ce.DeadlineID]bool{}
		for _, d := range standing.Deadlines {
			if seen[d.ID] || d.ID != ce.NewDeadlineID("holder", standing.Cycle.Key, d.Kind, d.Requirement) || d.DueOn.IsZero() {
				t.Fatalf("deadline %s", d.ID)
			}
			seen[d.ID] = true
		}
	})
}

// Each cycle of the list can be evaluated by its key, and the current one is that of the day.
func TestCyclesAreThoseThatAreEvaluated(t *testing.T) {
	list := shelves(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, list)
		in.Credits = nil
		cycles := rules.Cycles(in.Program, &in.Certification, in.AsOf)
		current, ok := rules.CurrentCycle(in.Program, &in.Certification, in.AsOf)
		if standing := evaluate(t, in); ok != (standing.Cycle != nil) || ok && *standing.Cycle != current {
			t.Fatalf("the current cycle is %+v; evaluated was %+v", current, standing.Cycle)
		}
		if ok != slices.Contains(cycles, current) {
			t.Fatalf("the current cycle %+v is not among %+v", current, cycles)
		}
		keys := map[ce.CycleKey]bool{}
		for _, cycle := range cycles {
			in.Cycle = cycle.Key
			if standing := evaluate(t, in); standing.Cycle == nil || *standing.Cycle != cycle {
				t.Fatalf("cycle %+v; evaluated was %+v", cycle, standing.Cycle)
			}
			if keys[cycle.Key] {
				t.Fatalf("two cycles are called %s", cycle.Key)
			}
			keys[cycle.Key] = true
		}
	})
}
