package rules

import (
	"fmt"
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
	tests := []struct {
		name   string
		change func(*Spec)
		want   string
	}{
		{"source", func(s *Spec) { s.Versions[0].Requirements[0].Source = "x" }, "versions.0.requirements.0.source: must be the id of one of the program's sources"},
		{"term", func(s *Spec) { s.Versions[0].Requirements[0].Credits.Topics = []string{"zzz"} }, `versions.0.requirements.0.credits.topics.0: "zzz" is not among the program's topics`},
		{"two kinds", func(s *Spec) { s.Versions[0].Requirements[0].Other = "why" }, "versions.0.requirements.0: must have exactly one of"},
		{"amount", func(s *Spec) { s.Versions[0].Requirements[0].Minimum = "many" }, "versions.0.requirements.0.minimum: must be an amount"},
		{"share of itself", func(s *Spec) { s.Versions[0].Requirements[0].Minimum = "1/2 of total" }, `"total" is not the id of a minimum above this one`},
		{"division by zero", func(s *Spec) { s.Versions[0].Requirements[0].Minimum = "1/0 of total" }, "must be an amount"},
		{"repeated id", func(s *Spec) {
			s.Versions[0].Requirements = append(s.Versions[0].Requirements, s.Versions[0].Requirements[0])
		}, "versions.0.requirements.1.id: is the id of another requirement"},
		{"too many", func(s *Spec) { s.Versions[0].Requirements = many }, "must have at most 200 entries"},
		{"too many leaves", func(s *Spec) { s.Versions[0].Requirements = many[:65] }, "must have at most 64 minimums and maximums"},
		{"too deep", func(s *Spec) { s.Versions[0].Requirements = []RuleSpec{deep} }, "must not be nested deeper"},
		{"too many ways", func(s *Spec) {
			other := choice
			other.ID, other.Of = "other", many[6:12]
			s.Versions[0].Requirements = []RuleSpec{choice, other}
		}, "offer too many ways"},
		{"versions out of order", func(s *Spec) { s.Versions = append(s.Versions, s.Versions[0]) }, "versions.1.from: must be later"},
		{"cycle", func(s *Spec) { s.Cycle.Ends = "2026-02-30" }, "cycle.ends: must be a day of the calendar"},
		{"endless cycle", func(s *Spec) { s.Cycle.Years = 0 }, "cycle.years: must be a number of years"},
		{"condition", func(s *Spec) {
			s.Versions[0].Requirements[0].When = &ConditionSpec{Question: "x", Is: []string{"yes"}}
		}, "versions.0.requirements.0.when.question: must be the id of one of the program's questions"},
		{"empty selection", func(s *Spec) { s.Versions[0].Requirements[0].Credits = &Selection{} }, "credits: must have topics"},
		{"verified", func(s *Spec) { s.Verified = "true" }, "verified: must be yes or no"},
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
		{ID: "bool", Prompt: "?", Type: "boolean"}, {ID: "day", Prompt: "?", Type: "date"}, {ID: "many", Prompt: "?", Type: "number"},
		{ID: "one", Prompt: "?", Type: "choice", Choices: words}, {ID: "some", Prompt: "?", Type: "terms", Choices: words},
	}
	spec.Cycle.First = &FirstSpec{From: "issue", Cycles: 1, Source: "s"}
	program, err := Compile(spec, hourBody())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		question ce.QuestionID
		value    string
		want     string // the normal form, or the problem
	}{
		{"bool", " TRUE", "true"}, {"bool", "perhaps", "0.value: must be true or false"},
		{"day", "2026-02-28", "2026-02-28"}, {"day", "2026-02-30", "0.value: must be a day"},
		{"many", "01.50", "1.5"}, {"many", "1e9", "0.value: must be a decimal"},
		{"one", "y", "y"}, {"one", "z", "0.value: must be one of: x, y"},
		{"some", "y, x,y", "x,y"}, {"some", "", ""}, {"some", "x,z", "0.value: must be any of these"},
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
