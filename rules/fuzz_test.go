package rules_test

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

// FuzzEvaluate feeds days from the whole calendar and amounts of all sizes.
func FuzzEvaluate(f *testing.F) {
	c := load(f)
	f.Add(uint8(0), int32(739000), int32(735000), int32(740000), int32(739000), int32(738900), int64(90), int64(60), uint8(3), "2026", int64(1_700_000_000))
	f.Add(uint8(1), int32(1), int32(0), int32(3652059), int32(5), int32(1), int64(1), int64(7), uint8(255), "", int64(-62135596800))
	f.Add(uint8(2), int32(3652059), int32(3652059), int32(1), int32(3652059), int32(3652059), int64(-5), int64(3), uint8(9), "10000", int64(253402300800))
	f.Fuzz(func(t *testing.T, which uint8, asOf, issued, expires, completed, second int32, num, den int64, terms uint8, key string, created int64) {
		day := func(n int32) ce.Date {
			if n <= 0 {
				return ce.Date{}
			}
			return ce.MustDate(1, time.January, 1).AddDays(int(n) - 1)
		}
		if den == 0 {
			den = 1
		}
		programs := c.Programs()
		p := programs[int(which)%len(programs)]
		in := rules.Input{Program: p, Units: c, AsOf: day(asOf), Cycle: ce.CycleKey(key)}
		in.Certification = ce.Certification{
			ID: "holder", IssuedOn: day(issued), ExpiresOn: day(expires), CreatedAt: time.Unix(created, 0),
			Renewals: []ce.Renewal{{Cycle: ce.CycleKey(key), RenewedOn: day(second)}},
		}
		for i, completedOn := range []int32{completed, second, completed + 1} {
			credit := ce.Credit{ID: ce.CreditID(rune('a' + i)), CompletedOn: day(completedOn), Amount: ce.Fraction(num, den), Unit: p.Unit.ID}
			for j, w := range p.Topics {
				if terms>>j&1 == 1 {
					credit.Topics = append(credit.Topics, w.ID)
				}
			}
			if len(p.Roles) > 0 && terms > 100 {
				credit.Role = p.Roles[int(terms)%len(p.Roles)].ID
			}
			in.Credits = append(in.Credits, credit)
		}
		standing, err := rules.Evaluate(in)
		if err == nil && (standing.Cycle == nil || standing.Outcome == "" || standing.Phase == "") {
			t.Fatalf("neither an answer nor an error: %+v", standing)
		}
		if !in.AsOf.IsZero() {
			cycles := rules.Cycles(p, &in.Certification, in.AsOf)
			if len(cycles) == 0 || len(cycles) > rules.MaxCycles {
				t.Fatalf("%d cycles", len(cycles))
			}
		}
	})
}
