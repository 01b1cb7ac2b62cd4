package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
)

func TestCompileSaysWhatIsWrongAndWhere(t *testing.T) {
	many := make([]RuleSpec, 300)
	for i := range many {
		many[i] = leaf(fmt.Sprintf("r%d", i), true, 1, "a")
	}
	deep := leaf("deep", true, 1, "a")
	for i := range 40 {
		deep = RuleSpec{ID: fmt.Sprintf("deep%d", i), Title: "Deep", Source: "s", All: []RuleSpec{deep}}
	}
	choice := RuleSpec{ID: "choice", Title: "Choice", Source: "s", AtLeast: 3, Of: many[:6]}
	first := func(s *Spec) *RuleSpec { return &s.Versions[0].Requirements[0] }
	add := func(rules ...RuleSpec) func(*Spec) {
		return func(s *Spec) { s.Versions[0].Requirements = append(s.Versions[0].Requirements, rules...) }
	}
	when := func(c ConditionSpec) func(*Spec) { return func(s *Spec) { first(s).When = &c } }
	within := func(w WindowSpec) func(*Spec) { return func(s *Spec) { first(s).Within = &w } }
	tests := []struct {
		name   string
		change func(*Spec)
		want   string
	}{
		{"source", func(s *Spec) { first(s).Source = "x" }, "versions.0.requirements.0.source: must be the id of one of the program's sources"},
		{"term", func(s *Spec) { first(s).Credits.Topics = []string{"zzz"} }, `versions.0.requirements.0.credits.topics.0: "zzz" is not among the program's topics`},
		{"two kinds", func(s *Spec) { first(s).Other = "why" }, "versions.0.requirements.0: must have exactly one of"},
		{"verified", func(s *Spec) { s.Verified = "true" }, "verified: must be yes or no"},
		{"repeated id", add(leaf("total", true, 30, "a")), "versions.0.requirements.1.id: is the id of another requirement"},
		{"empty selection", func(s *Spec) { first(s).Credits = &Selection{} }, "versions.0.requirements.0.credits: must have topics"},
		{"question", when(ConditionSpec{Question: "x", Is: []string{"yes"}}), "versions.0.requirements.0.when.question: must be the id of one of the program's questions"},

		{"amount", func(s *Spec) { first(s).Minimum.Amount = "many" }, "versions.0.requirements.0.minimum: must be an amount"},
		{"amount below 0", func(s *Spec) { first(s).Minimum.Amount = "-1" }, "versions.0.requirements.0.minimum: must be an amount"},
		{"an amount that is too great", func(s *Spec) { first(s).Minimum.Amount = "1000000000000" }, "versions.0.requirements.0.minimum: must be an amount"},
		{"too many activities", func(s *Spec) { first(s).Minimum.Amount = "1001 activities" }, "versions.0.requirements.0.minimum: must be an amount"},
		{"division by zero", func(s *Spec) { first(s).Minimum.Amount = "1/0 of total" }, "must be an amount"},
		{"per nothing", func(s *Spec) {
			first(s).Minimum = &AmountSpec{Amount: "1", Per: "0 days", From: "issue", To: "cycle-end"}
		}, `versions.0.requirements.0.minimum.per: must be a time such as "1 month"`},
		{"over nothing", func(s *Spec) {
			s.Questions = []Question{{ID: "n", Prompt: "?", Type: "number"}}
			first(s).Minimum = &AmountSpec{Amount: "1", Times: "n", Over: "0"}
		}, "versions.0.requirements.0.minimum.over: must be above 0"},

		{"a share of itself", func(s *Spec) { first(s).Minimum.Amount = "1/2 of total" }, `versions.0.requirements.0.minimum: "total" is not the id of a minimum above this one`},
		{"shares in a circle", func(s *Spec) {
			later := leaf("later", true, 1, "a")
			later.Minimum.Amount = "1/2 of total"
			add(later)(s)
			first(s).Minimum.Amount = "1/2 of later"
		}, `versions.0.requirements.0.minimum: "later" is not the id of a minimum above this one`},
		{"apart from itself", func(s *Spec) { first(s).ApartFrom = []string{"total"} }, `versions.0.requirements.0.apart-from.0: "total" is not the id of another minimum that is neither around this one nor inside it`},
		{"apart from what is around it", func(s *Spec) {
			inner := leaf("inner", true, 1, "a")
			inner.ApartFrom = []string{"total"}
			first(s).Inside = []RuleSpec{inner}
		}, `versions.0.requirements.0.inside.0.apart-from.0: "total" is not the id of another minimum`},
		{"apart from nothing", func(s *Spec) { first(s).ApartFrom = []string{"x"} }, `versions.0.requirements.0.apart-from.0: "x" is not`},
		{"apart from a maximum", func(s *Spec) {
			add(leaf("cap", false, 40, "a"))(s)
			first(s).ApartFrom = []string{"cap"}
		}, `versions.0.requirements.0.apart-from.0: "cap" is not`},
		{"carried above a later version's minimum", func(s *Spec) { s.Versions[0].Carry = &CarrySpec{Of: "x", Source: "s"} }, `versions.0.carry.of: "x" is not the id of a minimum`},

		{"a maximum below its minimum", add(leaf("cap", false, 29, "a")), `versions.0.requirements.1.maximum: is below the minimum "total" of the same credits, which could never be met`},
		{"a maximum of more than the minimum's credits", add(leaf("cap", false, 29, "a", "b")), "versions.0.requirements.1.maximum: is below the minimum"},
		{"a maximum inside its minimum", func(s *Spec) {
			cap := leaf("cap", false, 29, "a")
			first(s).Inside = []RuleSpec{cap}
		}, "versions.0.requirements.0.inside.0.maximum: is below the minimum"},

		{"a window that ends before it begins", within(WindowSpec{From: "2026-02-01", To: "2026-01-31"}), "versions.0.requirements.0.within: ends before it begins"},
		{"a window of no day", within(WindowSpec{From: "2026-02-01", Before: "2026-02-01"}), "versions.0.requirements.0.within: ends before it begins"},
		{"a window around the cycle's wrong ends", within(WindowSpec{From: "cycle-end", To: "cycle-start"}), "versions.0.requirements.0.within: ends before it begins"},
		{"a window backwards from the issue", within(WindowSpec{From: "issue + 2 years", To: "issue + 1 year"}), "versions.0.requirements.0.within: ends before it begins"},
		{"two ends", within(WindowSpec{To: "today", Before: "today"}), "versions.0.requirements.0.within: must have to or before, not both"},
		{"no side", within(WindowSpec{}), "versions.0.requirements.0.within: must have from, to or before"},
		{"an unknown word for a day", within(WindowSpec{From: "yesterday"}), `versions.0.requirements.0.within.from: "yesterday" is neither a day nor one of`},
		{"an unknown step of a day", within(WindowSpec{From: "issue, end of week"}), `versions.0.requirements.0.within.from: "end of week" is no step of a day`},
		{"too many steps", within(WindowSpec{From: "issue" + strings.Repeat(" + 1 day", 9)}), "versions.0.requirements.0.within.from: must have at most 8 steps"},
		{"a day that there is not", within(WindowSpec{From: "2026-02-30"}), "versions.0.requirements.0.within.from: must be a day of the calendar"},

		{"no cycle", func(s *Spec) { s.Cycle = nil }, "cycle: must be given"},
		{"no length", func(s *Spec) { s.Cycle[0].Length = "" }, "cycle.length: must be a length"},
		{"an endless cycle", func(s *Spec) { s.Cycle[0].Length = "999 years" }, "cycle.length: must be a length"},
		{"a cycle of no time", func(s *Spec) { s.Cycle[0].Length = "0 years" }, "cycle.length: must be a length"},
		{"no end", func(s *Spec) { s.Cycle[0].Ends = nil }, "cycle.ends: must be given"},
		{"an end that is no day", func(s *Spec) { s.Cycle[0].Ends[0].Day = "2026-02-30" }, "cycle.ends: must be a day of the calendar"},
		{"an end that depends on itself", func(s *Spec) { s.Cycle[0].Ends[0].Day = "cycle-end + 1 year" }, "cycle.ends: cannot depend on cycle-end here"},
		{"a start that depends on itself", func(s *Spec) { s.Cycle[0].Starts = EndSpecs{{Day: "cycle-start"}} }, "cycle.starts: cannot depend on cycle-start here"},
		{"cycles out of order", func(s *Spec) {
			one := s.Cycle[0]
			s.Cycle = CycleSpecs{one, one, one}
			s.Cycle[0].Until, s.Cycle[1].Until = "2026-12-31", "2025-12-31"
		}, "cycle.1.until: must be later than that of the entry above it"},
		{"two last cycles", func(s *Spec) { s.Cycle = append(s.Cycle, s.Cycle[0]) }, "cycle.0.until: must be given for each cycle but the last"},

		{"versions with the same day", func(s *Spec) { s.Versions = append(s.Versions, s.Versions[0]) }, "versions.1.from: must be later than that of the version above it"},
		{"versions out of order", func(s *Spec) {
			s.Versions = append(s.Versions, s.Versions[0])
			s.Versions[0].From, s.Versions[1].From = "2026-01-01", "2025-12-31"
		}, "versions.1.from: must be later"},
		{"no versions", func(s *Spec) { s.Versions = nil }, "versions: must have 1 to 50 entries"},

		{"ten thousand requirements", func(s *Spec) { s.Versions[0].Requirements = make([]RuleSpec, 10_000) }, "versions.0.requirements: must have at most 200 entries"},
		{"ten thousand requirements in groups", func(s *Spec) {
			groups := make([]RuleSpec, 100)
			for i := range groups {
				groups[i] = RuleSpec{ID: fmt.Sprintf("g%d", i), Title: "Group", Source: "s", All: make([]RuleSpec, 100)}
			}
			s.Versions[0].Requirements = groups
		}, "versions.0.requirements.1.all: must be at most 200 in a version"},
		{"too many leaves", func(s *Spec) { s.Versions[0].Requirements = many[:65] }, "versions.0.requirements: must have at most 64 minimums and maximums"},
		{"too deep", func(s *Spec) { s.Versions[0].Requirements = []RuleSpec{deep} }, "must not be nested deeper"},
		{"too many ways", func(s *Spec) {
			other := choice
			other.ID, other.Of = "other", many[6:12]
			s.Versions[0].Requirements = []RuleSpec{choice, other}
		}, "versions.0.requirements: offer too many ways"},
		{"too many that stand apart", func(s *Spec) {
			s.Versions[0].Requirements = many[:20]
			for i := range 20 {
				many[i].ApartFrom = []string{many[(i+1)%20].ID}
			}
		}, "versions.0.requirements: stand apart too often"},
		{"a condition that is nested too deep", func(s *Spec) {
			c := ConditionSpec{Day: "today", From: "issue"}
			for range 40 {
				c = ConditionSpec{Not: &c}
			}
			first(s).When = &c
		}, "when" + strings.Repeat(".not", 13) + ": is nested too deep"},
		{"too many conditions", func(s *Spec) {
			c := ConditionSpec{Day: "today", From: "issue"}
			for range 3 {
				c = ConditionSpec{Any: slices.Repeat([]ConditionSpec{c}, 20)}
			}
			first(s).When = &c
		}, "has too many conditions around it"},
		{"a long list of conditions", when(ConditionSpec{All: make([]ConditionSpec, 201)}), "versions.0.requirements.0.when.all: must have at most 200 entries"},
		{"a selection that is nested too deep", func(s *Spec) {
			for range 40 {
				first(s).Credits = &Selection{Topics: []string{"a"}, Except: first(s).Credits}
			}
		}, "credits" + strings.Repeat(".except", 13) + ": is nested too deep"},
		{"too many selections", func(s *Spec) {
			for range 3 {
				first(s).Credits = &Selection{Any: slices.Repeat([]Selection{*first(s).Credits}, 20)}
			}
		}, "must be at most 1000 selections in a version"},
		{"a long list of terms", func(s *Spec) { first(s).Credits.Topics = slices.Repeat([]string{"a"}, 201) }, "credits.topics: must have at most 200 entries"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := smallSpec(leaf("total", true, 30, "a"))
			test.change(&spec)
			_, err := Compile(spec, hourBody())
			if ce.CodeOf(err) != ce.CodeInvalidInput || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A maximum may well be below a minimum that other credits can fill.
func TestCompileAllowsMaximumsThatCanBeMet(t *testing.T) {
	tests := map[string][]RuleSpec{
		"of a part":         {leaf("total", true, 30, "a", "b"), leaf("cap", false, 10, "a")},
		"equal":             {leaf("total", true, 30, "a"), leaf("cap", false, 30, "a")},
		"of another window": {leaf("total", true, 30, "a"), {ID: "cap", Title: "Cap", Source: "s", Maximum: &AmountSpec{Amount: "10"}, Each: "day", Credits: &Selection{Topics: []string{"a"}}}},
	}
	for name, list := range tests {
		if _, err := Compile(smallSpec(list...), hourBody()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAtLeast(t *testing.T) {
	// Of two ways only one can be reached, since the limit lets too little of the other count; aiming at both
	// would waste it.
	spec := smallSpec(
		RuleSpec{ID: "one", Title: "One way", Source: "s", AtLeast: 1, Of: []RuleSpec{leaf("way-a", true, 4, "a"), leaf("way-b", true, 3, "b")}},
		leaf("limit", false, 4, "a", "b"),
	)
	program, err := Compile(spec, hourBody())
	if err != nil {
		t.Fatal(err)
	}
	day := ce.MustDate(2026, time.May, 1)
	credit := func(id ce.CreditID, hours int64, topic ce.Term) ce.Credit {
		return ce.Credit{ID: id, CompletedOn: day, Amount: ce.Int(hours), Unit: "body.hour", Topics: []ce.Term{topic}}
	}
	standing, err := Evaluate(Input{Program: program, AsOf: day, Credits: []ce.Credit{credit("1", 4, "a"), credit("2", 2, "b")}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[ce.RequirementID]ce.Outcome{}
	for _, r := range standing.Requirements {
		got[r.ID] = r.Outcome
	}
	want := map[ce.RequirementID]ce.Outcome{"one": ce.Met, "way-a": ce.Met, "way-b": ce.NotMet, "limit": ce.Met}
	if diff := cmp.Diff(want, got); diff != "" || standing.Outcome != ce.Met {
		t.Errorf("%s %s", standing.Outcome, diff)
	}
}

func TestCheckFacts(t *testing.T) {
	spec := smallSpec(leaf("total", true, 30, "a"))
	words := []Word{{"x", "X"}, {"y", "Y"}}
	spec.Questions = []Question{
		{ID: "bool", Prompt: "?", Type: "boolean"},
		{ID: "day", Prompt: "?", Type: "date"},
		{ID: "many", Prompt: "?", Type: "number"},
		{ID: "one", Prompt: "?", Type: "choice", Choices: words},
		{ID: "some", Prompt: "?", Type: "terms", Choices: words},
	}
	spec.Cycle[0].First = &FirstSpec{From: "issue", Source: "s"}
	program, err := Compile(spec, hourBody())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		question ce.QuestionID
		value    string
		want     string // the normal form, or the problem
	}{
		{"bool", " TRUE", "true"},
		{"bool", "perhaps", "0.value: must be true or false"},
		{"day", "2026-02-28", "2026-02-28"},
		{"day", "2026-02-30", "0.value: must be a day"},
		{"many", "01.50", "1.5"},
		{"many", "1e9", "0.value: must be a decimal"},
		{"one", "y", "y"},
		{"one", "z", "0.value: must be one of: x, y"},
		{"some", "y, x,y", "x,y"},
		{"some", "", ""},
		{"some", "x,z", "0.value: must be any of these"},
		{"nothing", "x", "0.questionId: is not a question of this program"},
		{IssuedOn, "2026-02-28", "0.questionId: is answered by the certification's issuedOn"},
	}
	for _, test := range tests {
		facts := []ce.Fact{{Question: test.question, Value: test.value}}
		err := CheckFacts(program, facts)
		if err != nil && !strings.Contains(err.Error(), test.want) || err == nil && facts[0].Value != test.want {
			t.Errorf("%s = %q: got %q, %v; want %q", test.question, test.value, facts[0].Value, err, test.want)
		}
	}
}
