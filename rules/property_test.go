package rules_test

import (
	"fmt"
	"slices"
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

func drawDate(t *rapid.T, name string) ce.Date {
	return ce.MustDate(2024, time.January, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, name))
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

func drawCredit(t *rapid.T, p *rules.Program, id int) ce.Credit {
	credit := ce.Credit{
		ID: ce.CreditID(fmt.Sprintf("credit-%02d", id)), Title: rapid.SampledFrom([]string{"One", "Two", "Three"}).Draw(t, "title"),
		CompletedOn: drawDate(t, "completed"),
		Amount:      ce.Fraction(int64(rapid.IntRange(1, 160).Draw(t, "quarters")), 4),
		Unit:        rapid.SampledFrom([]ce.UnitID{p.Unit.ID, p.Unit.ID, "iia.cpe-hour", "unknown.unit"}).Draw(t, "unit"),
		Topics:      drawTerms(t, p.Topics, "topics"),
	}
	if roles := append([]rules.Vocable{{}}, p.Roles...); rapid.Bool().Draw(t, "role given") {
		credit.Role = rapid.SampledFrom(roles).Draw(t, "role").ID
	}
	return credit
}

func drawInput(t *rapid.T, c *catalog.Catalog) rules.Input {
	in := rules.Input{Program: rapid.SampledFrom(c.Programs()).Draw(t, "program"), Units: c, AsOf: drawDate(t, "as of")}
	in.Certification = ce.Certification{ID: "holder", TimeZone: "America/New_York", CreatedAt: drawDate(t, "tracked").Start(time.UTC)}
	if rapid.IntRange(0, 2).Draw(t, "issued known") > 0 {
		in.Certification.IssuedOn = drawDate(t, "issued").AddDays(-rapid.SampledFrom([]int{0, 0, 5000}).Draw(t, "long ago"))
	}
	if rapid.IntRange(0, 3).Draw(t, "renewed") == 0 {
		in.Certification.Renewals = []ce.Renewal{{Cycle: ce.CycleKey(fmt.Sprint(rapid.IntRange(2024, 2027).Draw(t, "renewal"))), RenewedOn: drawDate(t, "renewed on")}}
	}
	for _, q := range in.Program.Questions {
		if rapid.IntRange(0, 2).Draw(t, "answered") == 0 {
			continue
		}
		fact := ce.Fact{Question: q.ID, Value: "true"}
		if len(q.Choices) > 0 {
			fact.Value = rapid.SampledFrom(q.Choices).Draw(t, "answer").ID
		}
		in.Certification.Facts = append(in.Certification.Facts, fact)
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
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, c)
		want := evaluate(t, in)
		in.Credits = rapid.Permutation(in.Credits).Draw(t, "order")
		before := slices.Clone(in.Credits)
		if diff := cmp.Diff(want, evaluate(t, in), exact); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(before, in.Credits, exact); diff != "" {
			t.Fatalf("the input was changed: %s", diff)
		}
	})
}

func TestUsesAgreeWithRequirements(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := evaluate(t, drawInput(t, c))
		earned := map[ce.RequirementID]ce.Amount{}
		for _, use := range standing.Uses {
			if use.Counted != nil && (use.Counted.Sign() < 0 || use.Counted.Cmp(use.Reported) > 0) {
				t.Fatalf("counted %s of %s", use.Counted, use.Reported)
			}
			for _, part := range use.Parts {
				if part.Amount.Sign() <= 0 || part.Amount.Cmp(use.Reported) > 0 {
					t.Fatalf("a part of %s of a credit of %s", part.Amount, use.Reported)
				}
				earned[part.Requirement] = earned[part.Requirement].Add(part.Amount)
			}
			if use.Explanation == "" {
				t.Fatal("a use without explanation")
			}
		}
		for _, r := range standing.Requirements {
			if r.Explanation == "" || r.Title == "" || r.Source == nil && r.ID != "outside-catalog" {
				t.Fatalf("%s has no title, explanation or source", r.ID)
			}
			if r.Kind == ce.KindMinimum && r.Required != nil && !earned[r.ID].Equal(*r.Earned) {
				t.Fatalf("%s: earned %s, the uses add up to %s", r.ID, r.Earned, earned[r.ID])
			}
			if r.Kind == ce.KindMaximum && r.Earned != nil && r.Earned.Cmp(*r.Required) > 0 {
				t.Fatalf("%s: %s count, at most %s may", r.ID, r.Earned, r.Required)
			}
		}
	})
}

func TestAnotherCreditNeverUndoes(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, c)
		before := evaluate(t, in)
		extra := drawCredit(t, in.Program, 99)
		extra.Title = "Unlike the others" // a second review of the same title does raise a question
		in.Credits = append(in.Credits, extra)
		after := evaluate(t, in)
		if before.Outcome == ce.Met && after.Outcome != ce.Met {
			t.Fatalf("%s became %s", before.Outcome, after.Outcome)
		}
		// Where credits under a limit cannot serve all minimums, one more may shift them from one minimum to
		// another, yet not so far as to leave for certain what was certainly met.
		for i, r := range before.Requirements {
			if r.Outcome == ce.Met && after.Requirements[i].Outcome == ce.NotMet {
				t.Fatalf("%s: %s became %s", r.ID, r.Outcome, after.Requirements[i].Outcome)
			}
		}
	})
}

// On the days between, nothing differs but the day itself.
func TestNothingChangesBeforeChangesOn(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t, c)
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
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := evaluate(t, drawInput(t, c))
		open := slices.ContainsFunc(standing.Requirements, func(r ce.RequirementStanding) bool { return r.Outcome == ce.Undetermined })
		if open && len(standing.Questions) == 0 {
			t.Fatalf("open, and nothing is asked: %+v", standing.Requirements)
		}
		if len(standing.Questions) > 0 && standing.Outcome == ce.Met {
			t.Fatalf("met, yet asked: %+v", standing.Questions)
		}
	})
}

func TestDeadlinesKeepTheirIDs(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		standing := evaluate(t, drawInput(t, c))
		seen := map[ce.DeadlineID]bool{}
		for _, d := range standing.Deadlines {
			if seen[d.ID] || d.ID != ce.NewDeadlineID("holder", standing.Cycle.Key, d.Kind, d.Requirement) {
				t.Fatalf("deadline %s", d.ID)
			}
			seen[d.ID] = true
		}
	})
}
