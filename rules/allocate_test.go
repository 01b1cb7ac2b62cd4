package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
)

// Cases in which one allocation is right and another one is near.
func TestAllocation(t *testing.T) {
	const a, b, c = 1, 2, 4
	credit := func(hours int, topics uint8) oracleCredit { return oracleCredit{hours: hours, topics: topics} }
	unstated := func(hours int) oracleCredit { return oracleCredit{hours: hours, unstated: true} }
	least := func(id string, amount int, topics uint8) oracleRule {
		return oracleRule{id: id, minimum: true, parent: -1, amount: amount, topics: topics}
	}
	most := func(id string, amount int, topics uint8) oracleRule {
		return oracleRule{id: id, parent: -1, amount: amount, topics: topics}
	}
	in := func(parent int, r oracleRule) oracleRule { r.parent = parent; return r }
	each := func(word string, r oracleRule) oracleRule { r.each = word; return r }
	apart := func(from int, r oracleRule) oracleRule { r.apart = []int{from}; return r }
	share := func(num, den, of int, r oracleRule) oracleRule {
		r.num, r.den, r.of, r.counted = num, den, of, true
		return r
	}
	when := func(question int, r oracleRule) oracleRule { r.when = &oracleFact{question, true}; return r }
	noneWhen := func(question int, r oracleRule) oracleRule {
		r.cases = []oracleCase{{oracleFact{question, true}, -1}}
		return r
	}
	choice := func(n int) oracleRule { return oracleRule{id: "choice", parent: -1, atLeast: n} }
	tests := []struct {
		name    string
		rules   []oracleRule
		credits []oracleCredit
		unknown uint8
		want    map[string]ce.Outcome
	}{
		{
			name:    "what is dropped for the day is not what the event needs",
			rules:   []oracleRule{least("total", 3, 0), each("day", most("day", 3, 0)), each("event", most("event", 2, 0))},
			credits: []oracleCredit{{hours: 3, event: 1}, {hours: 1, event: 2}},
			want:    map[string]ce.Outcome{"": ce.Met, "total": ce.Met},
		},
		{
			name:    "a maximum inside a minimum that stands apart limits what counts there only",
			rules:   []oracleRule{least("total", 3, 0), least("other", 1, b), in(1, most("limit", 1, b)), apart(1, least("rest", 1, a))},
			credits: []oracleCredit{credit(3, b), credit(1, a)},
			want:    map[string]ce.Outcome{"": ce.Met, "total": ce.Met, "other": ce.Met, "rest": ce.Met},
		},
		{
			name:    "less may count, so that a share of it is reached",
			rules:   []oracleRule{least("total", 4, 0), share(1, 2, 0, least("half", 0, a))},
			credits: []oracleCredit{credit(2, a), credit(3, b)},
			want:    map[string]ce.Outcome{"": ce.Met, "total": ce.Met, "half": ce.Met},
		},
		{
			name:    "a share of what is not asked is not asked",
			rules:   []oracleRule{least("always", 3, a), noneWhen(0, least("total", 0, 0)), share(1, 2, 1, most("limit", 0, a))},
			credits: []oracleCredit{credit(3, a)},
			unknown: 1,
			want:    map[string]ce.Outcome{"": ce.Undetermined, "always": ce.Undetermined, "limit": ce.Met},
		},
		{
			name:    "a way that perhaps is none may help",
			rules:   []oracleRule{choice(1), in(0, when(0, least("one", 1, a))), in(0, when(1, least("two", 5, a)))},
			credits: []oracleCredit{credit(1, a)},
			unknown: 3,
			want:    map[string]ce.Outcome{"": ce.Undetermined, "choice": ce.Undetermined, "one": ce.Met, "two": ce.Undetermined},
		},
		{
			name:    "a way in which perhaps nothing is asked is perhaps none",
			rules:   []oracleRule{choice(1), in(0, noneWhen(0, least("one", 1, a))), in(0, least("two", 5, a))},
			credits: []oracleCredit{credit(1, a)},
			unknown: 1,
			want:    map[string]ce.Outcome{"": ce.Undetermined, "choice": ce.Undetermined, "one": ce.Met, "two": ce.NotMet},
		},
		{
			name: "alternatives that perhaps are not asked for take nothing",
			rules: []oracleRule{
				least("total", 2, 0), share(1, 2, 0, least("half", 0, b)),
				when(0, choice(2)), in(2, least("two", 2, c)), in(2, least("three", 3, 0)), in(2, least("four", 3, a|b)),
			},
			credits: []oracleCredit{credit(2, a), credit(1, a|b|c)},
			unknown: 1,
			want:    map[string]ce.Outcome{"": ce.Undetermined},
		},
		{
			name:    "another credit that counts instead may leave a minimum unmet",
			rules:   []oracleRule{least("one", 1, a), least("two", 1, b), least("three", 1, c), most("limit", 1, 0)},
			credits: []oracleCredit{credit(1, a), unstated(1)},
			want:    map[string]ce.Outcome{"": ce.Undetermined, "one": ce.Undetermined, "two": ce.Undetermined, "three": ce.Undetermined},
		},
		{
			name: "what is short of its share lets less count for the others, too",
			rules: []oracleRule{
				least("total", 3, 0), share(1, 2, 0, least("half", 0, a|c)), share(1, 3, 1, least("third", 0, a)),
			},
			credits: []oracleCredit{credit(3, 0), credit(3, b|c)},
			want:    map[string]ce.Outcome{"": ce.NotMet, "total": ce.Met, "half": ce.Met, "third": ce.NotMet},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := &oracle{rules: test.rules, credits: test.credits, unknown: test.unknown}
			p, err := Compile(o.spec(), hourBody())
			if err != nil {
				t.Fatal(err)
			}
			s, err := Evaluate(o.input(p))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]ce.Outcome{"": s.Outcome}
			for _, r := range s.Requirements {
				if _, asked := test.want[string(r.ID)]; asked {
					got[string(r.ID)] = r.Outcome
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if wrong := o.disagreement(&s, o.outcomes(2)); wrong != "" {
				t.Errorf("the oracle: %s", wrong)
			}
		})
	}
}
