package rules_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

// benchmarkInput is a Georgia CPA with that many credits, every fourth one with what binds no limit, or does.
func benchmarkInput(b testing.TB, program ce.ProgramID, n int, amount ce.Amount) rules.Input {
	c := load(b)
	p, _ := c.Program(program)
	in := rules.Input{Program: p, Units: c, AsOf: ce.MustDate(2027, time.June, 1)}
	in.Certification = ce.Certification{
		ID: "5d1c8f1e-0000-4000-8000-000000000000", IssuedOn: ce.MustDate(2010, time.May, 5), TimeZone: "America/New_York",
		CreatedAt: ce.MustDate(2027, time.January, 2).Start(time.UTC), Facts: []ce.Fact{{Question: "status", Value: "practising"}},
	}
	roles := []ce.Term{"participant", "participant", "instructor", "committee-member"}
	topics := [][]ce.Term{{"technical"}, {"technical", "ethics"}, {"georgia-ethics"}, {}}
	for i := range n {
		in.Credits = append(in.Credits, ce.Credit{
			ID: ce.CreditID(fmt.Sprintf("5d1c8f1e-0000-4000-8000-%012d", i)), Title: fmt.Sprintf("Course %d", i), Provider: "Example College",
			CompletedOn: ce.MustDate(2027, time.May, 31).AddDays(-i * 500 / n), Amount: amount, Unit: ce.UnitMinute,
			Role: roles[i%len(roles)], Topics: topics[i/2%len(topics)],
		})
	}
	return in
}

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
	for _, n := range []int{40, 200} {
		run(fmt.Sprintf("cpa/%d", n), benchmarkInput(b, "us-ga-cpa", n, ce.Int(75)))
		run(fmt.Sprintf("cpa-limits-bind/%d", n), benchmarkInput(b, "us-ga-cpa", n, ce.Int(200)))
		run(fmt.Sprintf("cia/%d", n), benchmarkInput(b, "iia-cia", n, ce.Int(75)))
		run(fmt.Sprintf("pharmacist/%d", n), benchmarkInput(b, "us-ga-pharmacist", n, ce.Int(75)))
		unknown := benchmarkInput(b, "us-ga-cpa", n, ce.Int(75))
		unknown.Certification.IssuedOn = ce.Date{}
		run(fmt.Sprintf("cpa-issue-unknown/%d", n), unknown)
	}
	run("cpa-limits-bind/20000", benchmarkInput(b, "us-ga-cpa", 20_000, ce.Int(200)))
}

// BenchmarkReference is a fixed piece of work, to compare the others with on any machine.
func BenchmarkReference(b *testing.B) {
	data := make([]byte, 64<<20)
	for b.Loop() {
		sha256.Sum256(data)
	}
}
