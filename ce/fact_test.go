package ce

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// paths returns the fields that err objects to, in order.
func paths(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid Invalid
	if !errors.As(err, &invalid) {
		t.Fatalf("%T: %v", err, err)
	}
	var found []string
	for _, problem := range invalid {
		found = append(found, strings.Join(problem.Path, "."))
	}
	return found
}

func TestCreditClean(t *testing.T) {
	credit := func(change func(*Credit)) Credit {
		c := Credit{Title: " Ethics update ", CompletedOn: MustDate(2026, time.March, 31), Amount: Int(100), Unit: UnitMinute}
		change(&c)
		return c
	}
	for name, tt := range map[string]struct {
		change func(*Credit)
		want   []string
	}{
		"nothing else":        {func(*Credit) {}, nil},
		"the longest notes":   {func(c *Credit) { c.Notes = strings.Repeat("a", MaxNotesLength) }, nil},
		"notes too long":      {func(c *Credit) { c.Notes = strings.Repeat("a", MaxNotesLength+1) }, []string{"notes"}},
		"no title":            {func(c *Credit) { c.Title = " " }, []string{"title"}},
		"no day":              {func(c *Credit) { c.CompletedOn = Date{} }, []string{"completedOn"}},
		"a day long ago":      {func(c *Credit) { c.CompletedOn = MustDate(1899, time.December, 31) }, []string{"completedOn"}},
		"negative":            {func(c *Credit) { c.Amount = Int(-1) }, []string{"minutes"}},
		"nothing earned":      {func(c *Credit) { c.Amount = Amount{} }, []string{"minutes"}},
		"the most minutes":    {func(c *Credit) { c.Amount = Int(MaxMinutes) }, nil},
		"absurd":              {func(c *Credit) { c.Amount = Int(MaxMinutes + 1) }, []string{"minutes"}},
		"absurd in a unit":    {func(c *Credit) { c.Amount, c.Unit = Int(MaxCreditAmount+1), "body.unit" }, []string{"amount"}},
		"too many topics":     {func(c *Credit) { c.Topics = make([]Term, MaxTerms+1) }, []string{"topics"}},
		"all wrong at once":   {func(c *Credit) { *c = Credit{} }, []string{"title", "completedOn", "amount"}},
		"too many narrowings": {func(c *Credit) { c.Certifications = make([]CertificationID, MaxCertifications+1) }, []string{"certificationIds"}},
	} {
		c := credit(tt.change)
		if diff := cmp.Diff(tt.want, paths(t, c.Clean())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	c := credit(func(c *Credit) { c.Topics, c.Approvals = []Term{"ethics", "tax", "ethics"}, []Term{} })
	if err := c.Clean(); err != nil || c.Title != "Ethics update" || !slices.Equal(c.Topics, []Term{"ethics", "tax"}) || c.Approvals == nil {
		t.Errorf("cleaned: %+v, %v", c, err)
	}
}

func TestCertificationClean(t *testing.T) {
	c := Certification{
		Number: strings.Repeat("1", MaxNumberLength+1), TimeZone: "Nowhere/City",
		IssuedOn: MustDate(2026, time.May, 2), ExpiresOn: MustDate(2026, time.May, 1),
		Facts: []Fact{{Value: "true"}, {Value: "a\nb", Since: MustDate(2200, time.January, 1)}},
	}
	want := []string{"number", "timeZone", "expiresOn", "facts.1.value", "facts.1.since"}
	if diff := cmp.Diff(want, paths(t, c.Clean())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFactOn(t *testing.T) {
	c := Certification{Facts: []Fact{
		{Question: "status", Value: "practising"},
		{Question: "status", Value: "retired", Since: MustDate(2026, time.May, 1)},
		{Question: "status", Value: "non-practising", Since: MustDate(2026, time.May, 1)}, // a correction
		{Question: "status", Value: "practising", Since: MustDate(2025, time.May, 1)},
	}}
	for text, want := range map[string]string{"2024-01-01": "practising", "2026-04-30": "practising", "2026-05-01": "non-practising"} {
		if got, ok := c.FactOn("status", day(t, text)); !ok || got != want {
			t.Errorf("on %s: %q, %v", text, got, ok)
		}
	}
	if got, ok := c.FactOn("exam", day(t, "2026-01-01")); ok {
		t.Errorf("an answer to what was not asked: %q", got)
	}
}

func TestDerivedIDs(t *testing.T) {
	const certification CertificationID = "2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10"
	owner, key, ok := ParseCycleID(CycleID(certification, "2026"))
	if !ok || owner != certification || key != "2026" {
		t.Errorf("cycle of %q, %q, %v", owner, key, ok)
	}
	for _, text := range []string{"", string(certification), string(certification) + ".", string(certification) + ".a.b", "x.2026"} {
		if _, _, ok := ParseCycleID(text); ok {
			t.Errorf("%q is a cycle", text)
		}
	}
	id := NewDeadlineID(certification, "2026", DeadlineEarn, "ethics")
	if id != DeadlineID(string(certification)+".2026.earn.ethics") {
		t.Errorf("deadline %q", id)
	}
}
