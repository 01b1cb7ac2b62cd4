package rules_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

// benchmarkInput is a holder of the program near the end of a cycle, with that many credits that are made of the
// program's own words. One of so many credits leaves something unstated, none where it is 0.
func benchmarkInput(s shelf, n, unstated int) rules.Input {
	r := rand.New(rand.NewPCG(1, 2))
	p := s.program
	in := rules.Input{Program: p, Units: s.catalog, Programs: s.catalog}
	in.Certification = ce.Certification{
		ID: "5d1c8f1e-0000-4000-8000-000000000000", Program: p.ID, IssuedOn: ce.MustDate(2015, time.May, 5), TimeZone: "America/New_York",
		CreatedAt: ce.MustDate(2026, time.June, 2).Start(time.UTC),
	}
	for _, q := range p.Questions {
		value := map[ce.QuestionType]string{ce.QuestionBoolean: "true", ce.QuestionDate: "1980-05-05", ce.QuestionNumber: "24"}[q.Type]
		if len(q.Choices) > 0 {
			value = q.Choices[0].ID
		}
		if q.Target == ce.TargetFact {
			in.Certification.Facts = append(in.Certification.Facts, ce.Fact{Question: q.ID, Value: value})
		}
	}
	cycle, ok := rules.CurrentCycle(p, &in.Certification, ce.MustDate(2026, time.June, 1))
	if !ok { // only the licence tells when it ends
		in.Certification.ExpiresOn = ce.MustDate(2027, time.March, 31)
		cycle, _ = rules.CurrentCycle(p, &in.Certification, ce.MustDate(2026, time.June, 1))
	}
	in.AsOf = cycle.EarnBy.AddDays(-10)
	days := max(1, cycle.StartsOn.DaysUntil(in.AsOf))
	for i := range n {
		credit := ce.Credit{
			ID: ce.CreditID(fmt.Sprintf("5d1c8f1e-0000-4000-8000-%012d", i)), Title: fmt.Sprintf("Course %d", i/2), Provider: "Example College",
			CompletedOn: in.AsOf.AddDays(-i * days / n), Amount: ce.Fraction(int64(1+r.IntN(12)), 2), Unit: p.Unit.ID,
			Topics: some(r, p.Topics), Approvals: some(r, p.Approvals), Format: one(r, p.Formats), Role: one(r, p.Roles),
		}
		if unstated > 0 && i%unstated == 0 {
			switch r.IntN(4) {
			case 0:
				credit.Topics = nil
			case 1:
				credit.Approvals = nil
			case 2:
				credit.Format = ""
			case 3:
				credit.Role = ""
			}
		}
		in.Credits = append(in.Credits, credit)
	}
	return in
}

func one(r *rand.Rand, words []rules.Vocable) ce.Term {
	if len(words) == 0 {
		return "other"
	}
	return words[r.IntN(len(words))].ID
}

func some(r *rand.Rand, words []rules.Vocable) []ce.Term {
	terms := []ce.Term{}
	for range min(len(words), 1+r.IntN(2)) {
		terms = append(terms, one(r, words))
	}
	return terms
}

// BenchmarkEvaluate evaluates each program of the catalog; see BenchmarkReference for the machine's measure.
func BenchmarkEvaluate(b *testing.B) {
	run := func(name string, in rules.Input) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := rules.Evaluate(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, s := range shelves(b) {
		for _, n := range []int{40, 200} {
			run(fmt.Sprintf("%s/%d", s.program.ID, n), benchmarkInput(s, n, 0))
			run(fmt.Sprintf("%s/%d-unstated", s.program.ID, n), benchmarkInput(s, n, 10))
		}
		if s.program.ID == "us-ga-cpa" {
			for _, n := range []int{2_000, ce.MaxCredits} {
				run(fmt.Sprintf("%s/%d", s.program.ID, n), benchmarkInput(s, n, 0))
			}
		}
	}
}

// BenchmarkReference is a fixed piece of work, to compare the others with on any machine.
func BenchmarkReference(b *testing.B) {
	data := make([]byte, 64<<20)
	for b.Loop() {
		sha256.Sum256(data)
	}
}
