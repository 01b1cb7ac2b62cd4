package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

func parseDay(t *testing.T, text string) ce.Date {
	var d ce.Date
	if err := d.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCycles(t *testing.T) {
	c := load(t)
	renewed := func(key string, on string) ce.Renewal {
		return ce.Renewal{Cycle: ce.CycleKey(key), RenewedOn: parseDay(t, on)}
	}
	tests := []struct {
		name, program, issued, expires, tracked, asOf string
		renewals                                      []ce.Renewal
		current                                       string
		keys                                          string // newest first
	}{
		{
			name: "tracked today", program: "us-ga-pharmacist", tracked: "2026-11-22", asOf: "2026-11-22",
			current: "2026 2025-01-01 2026-12-31 2026-12-31 2027-01-31", keys: "2028 2026",
		},
		{
			name: "issued long ago", program: "us-ga-pharmacist", issued: "2019-05-05", tracked: "2026-11-22", asOf: "2026-11-22",
			current: "2026 2025-01-01 2026-12-31 2026-12-31 2027-01-31", keys: "2028 2026 2024 2022 2020",
		},
		{
			name: "an end since tracking began is not passed over", program: "us-ga-pharmacist", tracked: "2024-12-31", asOf: "2026-11-22",
			current: "2024 2023-01-01 2024-12-31 2024-12-31 2025-01-31", keys: "2026 2024",
		},
		{
			name: "expired before it was entered", program: "us-ga-pharmacist", expires: "2024-12-31", tracked: "2026-11-22", asOf: "2026-11-22",
			current: "2024 2023-01-01 2024-12-31 2024-12-31 2025-01-31", keys: "2026 2024",
		},
		{
			name: "an expiry is not that of a fixed calendar", program: "us-ga-pharmacist", expires: "2027-02-15", tracked: "2026-11-22", asOf: "2026-11-22",
			current: "2026 2025-01-01 2026-12-31 2026-12-31 2027-01-31", keys: "2028 2026",
		},
		{
			name: "an expiry of its own leaves the day to earn by", program: "us-ga-cpa", expires: "2028-01-15", tracked: "2026-11-22", asOf: "2026-11-22",
			current: "2027 2026-01-01 2027-12-31 2028-01-15 ", keys: "2029 2027",
		},
		{
			name: "renewed twice", program: "us-ga-cpa", tracked: "2023-05-05", asOf: "2026-11-22",
			renewals: []ce.Renewal{renewed("2023", "2023-12-01"), renewed("2025", "2025-12-01")},
			current:  "2027 2026-01-01 2027-12-31 2027-12-31 ", keys: "2029 2027 2025 2023",
		},
		{
			name: "not yet renewed on that day", program: "us-ga-cpa", tracked: "2023-05-05", asOf: "2023-11-30",
			renewals: []ce.Renewal{renewed("2023", "2023-12-01")},
			current:  "2023 2022-01-01 2023-12-31 2023-12-31 ", keys: "2025 2023",
		},
		{
			name: "a first period of two years", program: "iia-cia", issued: "2024-02-29", tracked: "2024-03-01", asOf: "2024-03-01",
			current: "2025 2024-02-29 2025-12-31 2025-12-31 2027-12-31", keys: "2026 2025",
		},
		{
			name: "licensed on the last day", program: "us-ga-cpa", issued: "2025-12-31", tracked: "2025-12-31", asOf: "2025-12-31",
			current: "2025 2025-12-31 2025-12-31 2025-12-31 ", keys: "2027 2025",
		},
		{
			name: "the last day of the calendar", program: "us-ga-pharmacist", issued: "9999-12-31", tracked: "9999-12-31", asOf: "9999-12-31",
			current: "9999 9999-01-01 9999-12-31 9999-12-31 9999-12-31", keys: "9999",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, _ := c.Program(ce.ProgramID(test.program))
			cert := ce.Certification{
				IssuedOn: parseDay(t, test.issued), ExpiresOn: parseDay(t, test.expires), Renewals: test.renewals,
				CreatedAt: parseDay(t, test.tracked).Start(time.UTC).Add(12 * time.Hour), TimeZone: "UTC",
			}
			asOf := parseDay(t, test.asOf)
			y, ok := rules.CurrentCycle(p, &cert, asOf)
			if !ok {
				t.Fatal("no cycle")
			}
			if got := fmt.Sprintf("%s %s %s %s %s", y.Key, y.StartsOn, y.EarnBy, y.EndsOn, y.GraceEndsOn); got != test.current {
				t.Errorf("current: %q, want %q", got, test.current)
			}
			var keys []string
			for _, y := range rules.Cycles(p, &cert, asOf) {
				keys = append(keys, string(y.Key))
			}
			if got := strings.Join(keys, " "); got != test.keys {
				t.Errorf("cycles: %s, want %s", got, test.keys)
			}
			standing, err := rules.Evaluate(rules.Input{Program: p, Certification: cert, AsOf: asOf})
			if err != nil || *standing.Cycle != y {
				t.Errorf("evaluated %+v, %v", standing.Cycle, err)
			}
		})
	}
}

// Cycles of a month are known by their last days, from the calendar's first month on.
func TestCyclesOfAMonth(t *testing.T) {
	d := dice{}
	spec := d.spec()
	spec.Cycle[0].Length, spec.Cycle[0].Ends[0].Day = "1 month", "2026-12-31"
	p, err := rules.Compile(spec, body())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ issued, asOf, want string }{
		{"2026-01-20", "2026-03-15", "2026-04-30 2026-03-31 2026-02-28 2026-01-31"},
		{"0001-01-09", "0001-02-03", "0001-03-31 0001-02-28 0001-01-31"},
		{"9999-11-05", "9999-12-31", "9999-12-31 9999-11-30"},
	} {
		cert := ce.Certification{IssuedOn: parseDay(t, test.issued), CreatedAt: parseDay(t, test.asOf).Start(time.UTC)}
		var keys []string
		for _, cycle := range rules.Cycles(p, &cert, parseDay(t, test.asOf)) {
			keys = append(keys, string(cycle.Key))
			in := rules.Input{Program: p, Certification: cert, AsOf: parseDay(t, test.asOf), Cycle: cycle.Key}
			if standing, err := rules.Evaluate(in); err != nil || *standing.Cycle != cycle {
				t.Errorf("%s: %v, %v", cycle.Key, standing.Cycle, err)
			}
		}
		if got := strings.Join(keys, " "); got != test.want {
			t.Errorf("issued %s: %s, want %s", test.issued, got, test.want)
		}
	}
}

// Where a cycle runs from the end of the one before, its key is found as it was listed.
func TestCyclesThatRunFromEachOther(t *testing.T) {
	d := dice{}
	spec := d.spec()
	spec.Cycle[0].Length, spec.Cycle[0].Ends = "1 month", rules.EndSpecs{{Day: "2026-12-31"}, {Day: "renewal + 2 years"}}
	p, err := rules.Compile(spec, body())
	if err != nil {
		t.Fatal(err)
	}
	asOf := ce.MustDate(2026, time.March, 1)
	cert := ce.Certification{CreatedAt: ce.MustDate(2025, time.August, 21).Start(time.UTC)}
	for _, cycle := range rules.Cycles(p, &cert, asOf) {
		standing, err := rules.Evaluate(rules.Input{Program: p, Certification: cert, AsOf: asOf, Cycle: cycle.Key})
		if err != nil || *standing.Cycle != cycle {
			t.Errorf("%s: %+v, %v", cycle.Key, standing.Cycle, err)
		}
	}
}

// A renewal that is dated long before its cycle does not bring the next one back in time.
func TestCyclesFollowEachOther(t *testing.T) {
	d := dice{}
	spec := d.spec()
	spec.Cycle[0].Ends = rules.EndSpecs{{Day: "renewal + 2 years"}, {Day: "2026-12-31"}}
	p, err := rules.Compile(spec, body())
	if err != nil {
		t.Fatal(err)
	}
	asOf := ce.MustDate(2026, time.March, 1)
	cert := ce.Certification{IssuedOn: asOf.AddDays(-400), Renewals: []ce.Renewal{{Cycle: "2025", RenewedOn: ce.MustDate(2020, time.May, 5)}}}
	cycles := rules.Cycles(p, &cert, asOf)
	for i := range cycles[1:] {
		if !cycles[i].EndsOn.After(cycles[i+1].EndsOn) || cycles[i].Key == "" {
			t.Errorf("%+v follows %+v", cycles[i], cycles[i+1])
		}
	}
}

// The calendar's last month ends, too, where cycles end with months.
func TestFirstCycleInTheLastMonth(t *testing.T) {
	d := dice{}
	spec := d.spec()
	spec.Cycle[0].Ends[0].Day = "2026-11-05, end of month"
	spec.Cycle[0].First = &rules.FirstSpec{Ends: "issue + 1 year", Source: "s"}
	p, err := rules.Compile(spec, body())
	if err != nil {
		t.Fatal(err)
	}
	last := ce.MustDate(9999, time.December, 31)
	cert := ce.Certification{IssuedOn: last.AddDays(-3)}
	if cycle, ok := rules.CurrentCycle(p, &cert, last); !ok || cycle.EndsOn != last {
		t.Errorf("%+v", cycle)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	c := load(t)
	p, _ := c.Program("us-ga-cpa")
	day := ce.MustDate(2026, time.June, 1)
	tests := []struct {
		name string
		in   rules.Input
		want ce.Code
	}{
		{"no program", rules.Input{AsOf: day}, ce.CodeInvalidInput},
		{"no day", rules.Input{Program: p}, ce.CodeInvalidInput},
		{"a year in which no cycle ends", rules.Input{Program: p, AsOf: day, Cycle: "2026"}, ce.CodeNotFound},
		{"no key", rules.Input{Program: p, AsOf: day, Cycle: "02027"}, ce.CodeNotFound},
		{"a cycle before the licence", rules.Input{Program: p, AsOf: day, Cycle: "2025", Certification: ce.Certification{IssuedOn: day}}, ce.CodeNotFound},
		{"too many credits", rules.Input{Program: p, AsOf: day, Credits: make([]ce.Credit, ce.MaxCredits+1)}, ce.CodeLimitExceeded},
	}
	for _, test := range tests {
		if _, err := rules.Evaluate(test.in); ce.CodeOf(err) != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}
