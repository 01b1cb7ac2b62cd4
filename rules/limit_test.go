package rules_test

import (
	"fmt"
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

// However many credits there are, each program gives an answer, or says which bound was passed.
func TestEvaluateManyCredits(t *testing.T) {
	for _, s := range shelves(t) {
		in := benchmarkInput(s, ce.MaxCredits, 10)
		standing, err := rules.Evaluate(in)
		if code := ce.CodeOf(err); err != nil && code != ce.CodeTooComplex {
			t.Errorf("%s: %v", s.program.ID, err)
		}
		if err == nil && (standing.Outcome == "" || len(standing.Uses) == 0) {
			t.Errorf("%s: %s, %d uses", s.program.ID, standing.Outcome, len(standing.Uses))
		}
	}
}

// Nor does it matter when they were earned: all of these lie in the days that two cycles share.
func TestEvaluateManyCreditsAfterTheEnd(t *testing.T) {
	for _, s := range shelves(t) {
		in := benchmarkInput(s, ce.MaxCredits, 0)
		in.Certification.CreatedAt = ce.MustDate(2020, time.January, 1).Start(time.UTC)
		cycle, _ := rules.CurrentCycle(s.program, &in.Certification, ce.MustDate(2026, time.June, 1))
		in.AsOf = cycle.EndsOn.AddDays(40)
		for i := range in.Credits {
			in.Credits[i].CompletedOn, in.Credits[i].Amount = in.AsOf.AddDays(-i%30), ce.Fraction(1, 100)
		}
		for _, key := range []ce.CycleKey{"", cycle.Key} {
			in.Cycle = key
			if _, err := rules.Evaluate(in); err != nil && ce.CodeOf(err) != ce.CodeTooComplex {
				t.Errorf("%s: %v", s.program.ID, err)
			}
		}
	}
}

func TestEvaluateHugeCredit(t *testing.T) {
	for _, s := range shelves(t) {
		in := benchmarkInput(s, 20, 0)
		for i := range in.Credits {
			in.Credits[i].Amount = ce.Int(1_000_000_000_000)
		}
		standing, err := rules.Evaluate(in)
		if err != nil {
			t.Errorf("%s: %v", s.program.ID, err)
			continue
		}
		for _, use := range standing.Uses {
			if !use.Reported.Equal(ce.Int(1_000_000_000_000)) {
				t.Errorf("%s: %s reported", s.program.ID, use.Reported)
			}
		}
	}
}

// At both ends of the calendar there is an answer on each day.
func TestEvaluateAtTheEndsOfTheCalendar(t *testing.T) {
	first, last := ce.MustDate(1, time.January, 1), ce.MustDate(9999, time.December, 31)
	for _, s := range shelves(t) {
		for _, day := range []ce.Date{first, first.AddDays(400), last.AddDays(-400), last} {
			for _, issued := range []ce.Date{{}, first, last} {
				in := benchmarkInput(s, 5, 0)
				in.Certification.IssuedOn, in.Certification.ExpiresOn = issued, last
				in.Certification.CreatedAt = first.Start(time.UTC)
				in.AsOf = day
				for i := range in.Credits {
					in.Credits[i].CompletedOn = day
				}
				standing, err := rules.Evaluate(in)
				if err != nil || standing.Outcome == "" {
					t.Errorf("%s on %s, issued %s: %q, %v", s.program.ID, day, issued, standing.Outcome, err)
				}
			}
		}
	}
}

// A program at its limits is evaluated, too.
func TestEvaluateGreatProgram(t *testing.T) {
	var list []rules.RuleSpec
	for i := range 12 {
		r := rules.RuleSpec{ID: fmt.Sprintf("minimum-%d", i), Title: "Minimum", Source: "s", Minimum: &rules.AmountSpec{Amount: "40"}}
		r.Credits = &rules.Selection{Topics: []string{[]string{"a", "b", "c"}[i%3]}, Roles: []string{[]string{"a", "b", "c"}[i/3%3]}}
		if i > 0 {
			r.ApartFrom = []string{fmt.Sprintf("minimum-%d", i-1)}
		}
		list = append(list, r)
	}
	for i := range 12 {
		list = append(list, rules.RuleSpec{
			ID: fmt.Sprintf("maximum-%d", i), Title: "Maximum", Source: "s", Maximum: &rules.AmountSpec{Amount: "41"}, Each: []string{"", "event"}[i%2],
			Credits: &rules.Selection{Topics: []string{[]string{"a", "b", "c"}[i%3]}, Formats: []string{[]string{"a", "b", "c"}[i/3%3]}},
		})
	}
	d := dice{}
	spec := d.spec()
	spec.Cycle[0].Ends[0].Day, spec.Versions[0].Requirements = "2026-12-31", list
	p, err := rules.Compile(spec, body())
	if err != nil {
		t.Fatal(err)
	}
	in := benchmarkInput(shelf{program: p}, 200, 5)
	if _, err := rules.Evaluate(in); err != nil && ce.CodeOf(err) != ce.CodeTooComplex {
		t.Fatal(err)
	}
}
