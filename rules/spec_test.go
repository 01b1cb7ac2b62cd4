package rules

import (
	"fmt"

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
		Cycle:    CycleSpecs{{Length: "1 year", Ends: EndSpecs{{Day: "2026-12-31"}}, Source: "s"}},
		Versions: []Edition{{Source: "s", Requirements: requirements}},
	}
}

func leaf(id string, minimum bool, amount int, topics ...string) RuleSpec {
	r := RuleSpec{ID: id, Title: id, Source: "s", Credits: &Selection{Topics: topics}}
	if minimum {
		r.Minimum = &AmountSpec{Amount: fmt.Sprint(amount)}
	} else {
		r.Maximum = &AmountSpec{Amount: fmt.Sprint(amount)}
	}
	return r
}
