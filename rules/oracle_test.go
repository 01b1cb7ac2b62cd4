package rules

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"accrue/ce"
)

func hourBody() Body {
	minutes := ce.Int(60)
	return Body{ID: "body", Name: "Body", Units: []ce.Unit{{ID: "body.hour", Symbol: "h", Name: "hour", Plural: "hours", Minutes: &minutes}}}
}

// smallSpec is a program of one year with the requirements.
func smallSpec(requirements ...RuleSpec) Spec {
	words := []Word{{"a", "A"}, {"b", "B"}, {"c", "C"}}
	return Spec{
		ID: "small", Name: "Small", Body: "body", Verified: "no", Unit: "body.hour",
		Sources: []Origin{{ID: "s", Title: "Source", URL: "https://example.com", Confidence: "LOW"}},
		Topics:  words, Roles: words,
		Cycle:    CycleSpec{Years: 1, Ends: "2026-12-31", Source: "s"},
		Versions: []Edition{{Source: "s", Requirements: requirements}},
	}
}

func leaf(id string, minimum bool, amount int, topics ...string) RuleSpec {
	r := RuleSpec{ID: id, Title: id, Source: "s", Credits: &Selection{Topics: topics}}
	if minimum {
		r.Minimum = fmt.Sprint(amount)
	} else {
		r.Maximum = fmt.Sprint(amount)
	}
	return r
}

func topicsOf(t *rapid.T, name string) []string {
	bits := rapid.IntRange(1, 7).Draw(t, name)
	var list []string
	for i, topic := range []string{"a", "b", "c"} {
		if bits>>i&1 == 1 {
			list = append(list, topic)
		}
	}
	return list
}

// reachable says, by trying every allocation, whether all minimums can be reached when the topics are as given.
func reachable(minimums, maximums []RuleSpec, values []int, topics [][]ce.Term) bool {
	has := func(r RuleSpec, k int) bool {
		if r.Credits == nil {
			return true
		}
		for _, want := range r.Credits.Topics {
			for _, term := range topics[k] {
				if string(term) == want {
					return true
				}
			}
		}
		return false
	}
	x := make([]int, len(values))
	fits := func(r RuleSpec, text string, atMost bool) bool {
		sum, limit := 0, 0
		fmt.Sscan(text, &limit)
		for k := range x {
			if has(r, k) {
				sum += x[k]
			}
		}
		return atMost && sum <= 2*limit || !atMost && sum >= 2*limit
	}
	var try func(k int) bool
	try = func(k int) bool {
		if k < len(x) {
			for x[k] = 0; x[k] <= 2*values[k]; x[k]++ { // in halves
				if try(k + 1) {
					return true
				}
			}
			return false
		}
		for _, r := range maximums {
			if !fits(r, r.Maximum, true) {
				return false
			}
		}
		for _, r := range minimums {
			if !fits(r, r.Minimum, false) {
				return false
			}
		}
		return true
	}
	return try(0)
}

// What Evaluate says holds for every way in which topics that are not stated may turn out, and it says
// something definite whenever all are stated.
func TestOutcomeAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var minimums, maximums []RuleSpec
		for i := range rapid.IntRange(1, 2).Draw(t, "minimums") {
			minimums = append(minimums, leaf(fmt.Sprintf("min%d", i), true, rapid.IntRange(0, 5).Draw(t, "amount"), topicsOf(t, "of minimum")...))
			if rapid.Bool().Draw(t, "of all") {
				minimums[i].Credits = nil
			}
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "maximums") {
			maximums = append(maximums, leaf(fmt.Sprintf("max%d", i), false, rapid.IntRange(0, 4).Draw(t, "amount"), topicsOf(t, "of maximum")...))
		}
		program, err := Compile(smallSpec(append(minimums, maximums...)...), hourBody())
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(0, 3).Draw(t, "credits")
		in := Input{Program: program, AsOf: ce.MustDate(2026, time.June, 1)}
		values, topics := make([]int, n), make([][]ce.Term, n)
		var open []int
		for k := range n {
			values[k] = rapid.IntRange(0, 3).Draw(t, "value")
			credit := ce.Credit{ID: ce.CreditID(fmt.Sprint(k)), CompletedOn: in.AsOf, Amount: ce.Int(int64(values[k])), Unit: "body.hour"}
			if rapid.IntRange(0, 3).Draw(t, "stated") > 0 {
				credit.Topics = []ce.Term{}
				for _, topic := range topicsOf(t, "of credit") {
					credit.Topics = append(credit.Topics, ce.Term(topic))
				}
				topics[k] = credit.Topics
			} else {
				open = append(open, k)
			}
			in.Credits = append(in.Credits, credit)
		}
		all, some := true, false
		var resolve func(i int)
		resolve = func(i int) {
			if i == len(open) {
				ok := reachable(minimums, maximums, values, topics)
				all, some = all && ok, some || ok
				return
			}
			for bits := range 8 {
				topics[open[i]] = nil
				for j, topic := range []ce.Term{"a", "b", "c"} {
					if bits>>j&1 == 1 {
						topics[open[i]] = append(topics[open[i]], topic)
					}
				}
				resolve(i + 1)
			}
		}
		resolve(0)
		standing, err := Evaluate(in)
		if err != nil {
			t.Fatal(err)
		}
		got := standing.Outcome
		if got == ce.Met && !all || got == ce.NotMet && some || got == ce.Undetermined && len(open) == 0 {
			t.Fatalf("got %s; reachable in all ways %t, in some %t", got, all, some)
		}
	})
}
