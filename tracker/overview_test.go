package tracker

import (
	"slices"
	"testing"

	"accrue/catalog"
	"accrue/ce"
)

func TestMissing(t *testing.T) {
	catalog, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	amount := func(n int64) *ce.Amount { a := ce.Int(n); return &a }
	standing := ce.Standing{Outcome: ce.NotMet, Requirements: []ce.RequirementStanding{
		{ID: "all", Force: ce.Binding, Outcome: ce.NotMet},
		{ID: "hours", ParentID: "all", Force: ce.Binding, Title: "Hours", Outcome: ce.NotMet, Remaining: amount(4), Unit: ce.UnitMinute},
		{ID: "advice", ParentID: "all", Force: ce.Advisory, Title: "Advice", Outcome: ce.NotMet, Remaining: amount(1), Unit: ce.UnitMinute},
		{ID: "either", ParentID: "all", Force: ce.Binding, Title: "Either", Outcome: ce.Met},
		{ID: "examination", ParentID: "either", Force: ce.Binding, Title: "An examination", Outcome: ce.Met},
		{ID: "courses", ParentID: "either", Force: ce.Binding, Outcome: ce.NotMet},
		{ID: "course", ParentID: "courses", Force: ce.Binding, Title: "A course", Outcome: ce.NotMet, Remaining: amount(9), Unit: ce.UnitMinute},
		{ID: "card", ParentID: "all", Force: ce.Binding, Title: "A card", Outcome: ce.Undetermined},
	}}
	missing := func() (titles []string) {
		var one ce.CertificationOverview
		programs{tracker: &Tracker{catalog: catalog}}.outline(&one, &standing)
		for _, m := range one.Missing {
			titles = append(titles, m.Title)
		}
		return titles
	}
	if got, want := missing(), []string{"Hours", "A card"}; !slices.Equal(got, want) {
		t.Errorf("one of two alternatives is met: %q, want %q", got, want)
	}
	standing.Requirements[3].Outcome, standing.Requirements[4].Outcome = ce.NotMet, ce.NotMet
	if got, want := missing(), []string{"Hours", "An examination", "A course", "A card"}; !slices.Equal(got, want) {
		t.Errorf("no alternative is met: %q, want %q", got, want)
	}
}

func TestHeadline(t *testing.T) {
	amount := func(n int64) *ce.Amount { a := ce.Int(n); return &a }
	minimum := func(force ce.Force, unit ce.UnitID, required, earned int64) ce.RequirementStanding {
		return ce.RequirementStanding{Kind: ce.KindMinimum, Force: force, Unit: unit, Required: amount(required), Earned: amount(earned), Outcome: ce.NotMet}
	}
	requirements := []ce.RequirementStanding{
		{Kind: ce.KindAtLeast, Force: ce.Binding, Outcome: ce.NotMet},
		minimum(ce.Advisory, "hour", 50, 1), minimum(ce.Binding, "activity", 2, 1),
		minimum(ce.Binding, "hour", 30, 20), minimum(ce.Binding, "hour", 500, 0), // the alternative, hours of practice
	}
	if required, earned := headline(requirements, "hour"); required == nil || required.String() != "30" || earned.String() != "20" {
		t.Errorf("%v of %v, want 20 of 30", earned, required)
	}
	requirements[3].Earned = nil
	if required, earned := headline(requirements, "hour"); required != nil || earned != nil {
		t.Errorf("%v of %v, though what is earned is not known", earned, required)
	}
	if required, _ := headline(requirements, "credit"); required != nil {
		t.Errorf("%v of a unit that nothing is asked in", required)
	}
}
