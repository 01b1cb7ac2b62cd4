package rules_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/rules"
)

// A credit that waits for approval, or was refused it, counts for nothing and says so where it might serve a requirement; all else is as if it were not there.
func TestWithheld(t *testing.T) {
	c := load(t)
	program, _ := c.Program("us-ga-cpa")
	day := ce.MustDate(2026, time.June, 1)
	credit := func(id string, completed ce.Date, topics ...ce.Term) ce.Credit {
		return ce.Credit{
			ID: ce.CreditID(id), Title: id, CompletedOn: completed, Amount: ce.Int(2), Unit: program.Unit.ID, Format: "live-online", Role: "participant", Topics: topics,
		}
	}
	foreign := credit("foreign", day, "ethics")
	foreign.Unit = "none.unit"
	elsewhere := credit("elsewhere", day, "ethics")
	elsewhere.Certifications = []ce.CertificationID{"other"}
	counts := []ce.Credit{credit("b", day, "ethics"), credit("d", day.AddDays(-1))}
	withheld := []ce.Credit{
		credit("a", day, "ethics"), credit("c", day), credit("e", day.AddDays(-3)), credit("earlier cycle", day.AddDays(-365)), credit("later", day.AddDays(1)), foreign, elsewhere,
	}
	in := rules.Input{Program: program, Certification: ce.Certification{ID: "one", CreatedAt: day.Start(time.UTC)}, AsOf: day, Credits: counts}
	without, err := rules.Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	suggestedWithout, err := rules.Suggest(in)
	if err != nil || len(suggestedWithout) == 0 {
		t.Fatal(suggestedWithout, err)
	}

	in.Credits = slices.Concat(withheld, counts)
	before := slices.Clone(in.Credits)
	in.Withheld = map[ce.CreditID]ce.Review{"gone": {State: ce.ReviewPending}}
	for _, c := range withheld {
		in.Withheld[c.ID] = ce.Review{OrganizationName: "St. Example", State: ce.ReviewPending}
	}
	in.Withheld["c"] = ce.Review{OrganizationName: "St. Example", State: ce.ReviewRefused, Reason: "No {0} certificate\n="}
	standing, err := rules.Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	same := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b ce.Date) bool { return a == b }), cmp.Comparer(func(a, b ce.Amount) bool { return a.Equal(b) })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	var order []ce.CreditID
	states := map[ce.CreditID]ce.ReviewState{}
	var others []ce.CreditUse
	for _, use := range standing.Uses {
		order = append(order, use.Credit)
		if use.Review == "" {
			if use.Credit != "foreign" {
				others = append(others, use)
			}
			continue
		}
		states[use.Credit] = use.Review
		if use.Counted == nil || use.Counted.Sign() != 0 || len(use.Parts) > 0 || !use.Reported.Equal(ce.Int(2)) {
			t.Errorf("%s counts: %+v", use.Credit, use)
		}
		want := ce.NewText(ce.Message{ID: "use-waits", Values: []string{"St. Example"}})
		if use.Review == ce.ReviewRefused {
			want = ce.NewText(ce.Message{ID: "use-refused", Values: []string{"St. Example", "No {0} certificate\n="}})
		}
		same("explanation", use.Explanation, want)
	}
	same("what waits", states, map[ce.CreditID]ce.ReviewState{"a": ce.ReviewPending, "c": ce.ReviewRefused, "e": ce.ReviewPending})
	same("newest first", order, []ce.CreditID{"foreign", "c", "b", "a", "d", "e"})
	same("the others", others, without.Uses)
	same("credits", in.Credits, before) // not changed
	standing.Uses, without.Uses = nil, nil
	same("standing", standing, without)
	suggested, err := rules.Suggest(in)
	if err != nil {
		t.Fatal(err)
	}
	same("suggestions", suggested, suggestedWithout)

	// The order of the credits makes no difference, nor does what is withheld and not there.
	again := in
	again.Credits, again.Withheld = slices.Clone(in.Credits), maps.Clone(in.Withheld)
	slices.Reverse(again.Credits)
	delete(again.Withheld, "gone")
	reversed, err := rules.Evaluate(again)
	if err != nil {
		t.Fatal(err)
	}
	reversed.Uses = nil
	same("reversed", reversed, standing)
}
