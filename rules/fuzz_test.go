package rules_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"accrue/ce"
	"accrue/rules"
)

// dice draws from the fuzzer's bytes; what lies after them is 0.
type dice struct {
	left     []byte
	minimums []string // the ids of those that are plain amounts, to refer to
}

// n draws a number below the limit.
func (d *dice) n(limit int) int {
	if len(d.left) == 0 {
		return 0
	}
	b := int(d.left[0])
	d.left = d.left[1:]
	return b % limit
}

// once reports true once in so many times.
func (d *dice) once(in int) bool { return d.n(in) == in-1 }

func (d *dice) of(words ...string) string { return words[d.n(len(words))] }

// terms draws a few of a, b, c and, seldom, one that there is not.
func (d *dice) terms() (list []string) {
	for range d.n(3) {
		list = append(list, d.of("a", "b", "c"))
	}
	return list
}

func (d *dice) day() string {
	word := d.of("cycle-start", "cycle-end", "issue", "expiry", "renewal", "today", "q-day", "2026-02-28", "9999-12-31", "0001-01-01", "year-start", "issue", "today")
	if d.once(60) {
		word = "nonsense"
	}
	for range d.n(3) {
		word += d.of(" + 1 year", " - 6 months", " + 1 day", ", end of month", ", start of year", ", month of q-day", ", year of issue", " + 999 years")
	}
	return word
}

// end draws the end of a cycle, which may depend on less.
func (d *dice) end() string {
	return d.of("2026-12-31", "issue + 1 year", "expiry", "renewal + 2 years", "q-day, end of month", "issue, end of month", "issue + 1 month, month of q-day", d.day())
}

func (d *dice) window() *rules.WindowSpec {
	w := &rules.WindowSpec{From: d.day()}
	switch d.n(3) {
	case 1:
		w.To = d.day()
	case 2:
		w.Before = d.day()
	}
	return w
}

func (d *dice) number() string {
	return d.of("0", "1", "2", "3", "5", "10", "0.5", "999999999", "0.000001")
}

func (d *dice) amount() *rules.AmountSpec {
	a := &rules.AmountSpec{Amount: d.number()}
	kind := d.n(8)
	if len(d.minimums) == 0 && kind < 3 {
		kind = 0
	}
	switch kind {
	case 1:
		a.Amount = "1/2 of " + d.of(d.minimums...)
	case 2:
		a.Amount = "1/3 of counted " + d.of(d.minimums...)
	case 3:
		a.Amount = fmt.Sprintf("%d %s", d.n(4), d.of("activities", "topics", "formats", "roles", "providers"))
	case 4:
		a.Per, a.From, a.To, a.Part = d.of("1 month", "1 day", "999 years"), d.day(), d.day(), d.of("", "counts")
	case 5:
		a.Times, a.Over = "q-number", d.of("", "3")
	case 6:
		a.Most, a.Least = d.number(), d.number()
	}
	return a
}

func (d *dice) selection(depth int) *rules.Selection {
	if d.once(4) || depth > 3 {
		return nil
	}
	s := &rules.Selection{Topics: append(d.terms(), "a")}
	switch d.n(9) {
	case 1:
		s.Roles = d.terms()
	case 2:
		s.Formats = d.terms()
	case 3:
		s.Approvals = d.terms()
	case 4:
		s.Completed = d.window()
	case 5:
		s.Size = &rules.SizeSpec{From: d.number()}
	case 6:
		s.Repeats = d.of("cycle", "ever")
	case 7:
		s.Except = d.selection(depth + 1)
	case 8:
		for range 1 + d.n(2) {
			if part := d.selection(depth + 1); part != nil {
				s.Any = append(s.Any, *part)
				s.All = append(s.All, *part)
			}
		}
	}
	return s
}

func (d *dice) condition(depth int) *rules.ConditionSpec {
	c := &rules.ConditionSpec{}
	kind := d.n(9)
	if depth > 1 {
		kind %= 5
	}
	switch kind {
	case 0:
		c.Question, c.Is = "q-choice", []string{d.of("one", "two")}
	case 1:
		c.Number, c.From, c.To = "q-number", d.number(), d.number()
	case 2:
		w := d.window()
		c.Day, c.From, c.To, c.Before = d.day(), w.From, w.To, w.Before
	case 3:
		c.Cycle = &rules.NumberSpec{Every: 1 + d.n(3), After: d.n(3)}
	case 4:
		c.Holds, c.Issued, c.Renewed = []string{"other"}, d.window(), d.window()
	case 5:
		w := d.window()
		c.Throughout, c.From, c.To = d.condition(depth+1), w.From, w.To
	case 6:
		c.Not = d.condition(depth + 1)
	case 7:
		c.Question, c.Is = "q-yes", []string{d.of("yes", "no")}
	default:
		for range 1 + d.n(3) {
			c.Any = append(c.Any, *d.condition(depth + 1))
		}
	}
	return c
}

func (d *dice) rules(depth, most int, count *int) (list []rules.RuleSpec) {
	for range 1 + d.n(most) {
		r := rules.RuleSpec{ID: fmt.Sprintf("r%d", *count), Title: "Rule", Source: "s"}
		*count++
		kind := d.n(8)
		if depth > 2 {
			kind %= 4
		}
		switch kind {
		case 0, 1:
			r.Minimum, r.Credits = d.amount(), d.selection(0)
			if depth < 2 && d.once(3) {
				r.Inside = d.rules(depth+1, 3, count)
			}
		case 2, 3:
			r.Maximum, r.Credits = d.amount(), d.selection(0)
		case 4:
			r.Never = d.selection(0)
		case 5:
			r.All, r.Credits = d.rules(depth+1, 3, count), d.selection(0)
		case 6:
			r.Of = d.rules(depth+1, 3, count)
			r.AtLeast = 1 + d.n(len(r.Of))
		case 7:
			r.Condition = d.condition(0)
			if d.once(2) {
				r.Due = d.day()
			}
		}
		if d.once(4) {
			r.When = d.condition(0)
		}
		if kind < 4 {
			d.leaf(&r)
		}
		list = append(list, r)
	}
	return list
}

// leaf adds what only minimums and maximums have.
func (d *dice) leaf(r *rules.RuleSpec) {
	minimum := r.Minimum != nil
	plain := minimum && *r.Minimum == rules.AmountSpec{Amount: r.Minimum.Amount} && len(r.Minimum.Amount) < 4
	switch d.n(7) {
	case 1:
		if r.Each = d.of("calendar-year", "cycle-year"); !minimum {
			r.Each = d.of("calendar-year", "cycle-year", "month", "day", "event", "provider", "activity")
		}
		plain = plain && r.Inside == nil
		if minimum {
			r.Inside, plain = nil, false
		}
	case 2:
		r.Within = d.window()
	case 3:
		if plain && len(d.minimums) > 0 {
			r.ApartFrom = []string{d.of(d.minimums...)}
		}
	case 4, 5:
		r.Cases = append(r.Cases, rules.CaseSpec{When: d.condition(0), Amount: &rules.AmountSpec{Amount: d.of("none", "1", "4", "0")}})
	case 6:
		if minimum {
			r.Force = "advisory"
		}
	}
	if plain {
		d.minimums = append(d.minimums, r.ID)
	}
}

func (d *dice) spec() rules.Spec {
	words := []rules.Word{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}, {ID: "c", Name: "C"}}
	count := 0
	s := rules.Spec{
		ID: "small", Name: "Small", Body: "body", Verified: "no", Unit: "body.hour",
		Sources: []rules.Origin{{ID: "s", Title: "Source", URL: "https://example.com", Confidence: "LOW"}},
		Topics:  words, Formats: words, Roles: words, Approvals: words,
		Questions: []rules.Question{
			{ID: "q-day", Prompt: "?", Type: "date"},
			{ID: "q-number", Prompt: "?", Type: "number"},
			{ID: "q-yes", Prompt: "?", Type: "boolean"},
			{ID: "q-choice", Prompt: "?", Type: "choice", Choices: []rules.Word{{ID: "one", Name: "One"}, {ID: "two", Name: "Two"}}},
		},
		VersionBy: d.of("cycle-start", "cycle-end"),
	}
	for i := range 1 + d.n(2) {
		d.minimums = nil
		e := rules.Edition{Source: "s", Requirements: d.rules(0, 5, &count)}
		if i > 0 {
			e.From = "2026-01-01"
		}
		if d.once(3) {
			e.Values = append(e.Values, rules.ValueSpec{Credits: d.selection(0), Multiply: d.number(), Most: d.of("", "2", "1/2 of activity"), Source: "s"})
		}
		if d.once(3) {
			e.Rounding = &rules.Rounding{Step: d.of("1", "0.5", "0.000001"), Direction: d.of("down", "up", "nearest"), Of: d.of("", "event", "day"), Source: "s"}
		}
		if d.once(3) {
			e.Carry = &rules.CarrySpec{Of: d.of(append(d.minimums, "r0")...), Most: d.of("", "3"), Share: d.of("", "evenly"), OverLimits: d.of("", "yes"), Source: "s"}
		}
		s.Versions = append(s.Versions, e)
	}
	for i := range 1 + d.n(2) {
		c := rules.CycleSpec{Length: d.of("1 year", "2 years", "1 month", "18 months"), Source: "s", Ends: rules.EndSpecs{{Day: d.end()}}}
		switch d.n(6) {
		case 1:
			c.Earn = d.window()
		case 2:
			c.First = &rules.FirstSpec{From: d.of("issue", "q-day + 1 day", "2025-02-28"), Ends: d.of("", "issue + 1 year"), Source: "s"}
		case 3:
			c.Starts = rules.EndSpecs{{Day: "renewal + 1 day"}}
		case 4:
			c.Grace, c.Report, c.Opens = d.of("cycle-end + 1 month", "9999-12-31"), d.of("cycle-end", "issue"), "cycle-end - 6 months"
		case 5:
			c.Ends = append(rules.EndSpecs{{Day: "2026-12-31"}}, c.Ends...)
		}
		if i > 0 {
			s.Cycle[0].Until = d.of("2025-12-31", "2026-12-31")
		}
		s.Cycle = append(s.Cycle, c)
	}
	if d.once(6) {
		s.Sharing = []rules.SharingSpec{{Credits: d.selection(0), Uses: 1, Source: "s"}}
	}
	return s
}

// date draws a day of the calendar, mostly of the years in which the cases play.
func (d *dice) date() ce.Date {
	switch d.n(12) {
	case 9:
		return ce.Date{}
	case 10:
		return ce.MustDate(9999, time.December, 31).AddDays(-d.n(40))
	case 11:
		return ce.MustDate(1, time.January, 1).AddDays(d.n(40))
	}
	return ce.MustDate(2023, time.January, 1).AddDays(7*d.n(250) + d.n(7))
}

func (d *dice) creditTerms() []ce.Term {
	if d.once(4) {
		return nil
	}
	list := []ce.Term{}
	for _, term := range d.terms() {
		list = append(list, ce.Term(term))
	}
	return list
}

func (d *dice) input(p *rules.Program) rules.Input {
	in := rules.Input{Program: p, AsOf: d.date()}
	in.Certification = ce.Certification{ID: "holder", Program: p.ID, IssuedOn: d.date(), ExpiresOn: d.date()}
	if created := d.date(); !created.IsZero() {
		in.Certification.CreatedAt = created.Start(time.UTC)
	}
	for i := range d.n(3) {
		in.Certification.Renewals = append(in.Certification.Renewals, ce.Renewal{Cycle: ce.CycleKey(fmt.Sprint(2024 + i + d.n(2))), RenewedOn: d.date()})
	}
	for _, fact := range []ce.Fact{
		{Question: "q-day", Value: d.date().String()},
		{Question: "q-number", Value: d.of("0", "7", "999999999", "x")},
		{Question: "q-yes", Value: d.of("true", "false")},
		{Question: "q-choice", Value: d.of("one", "two")},
		{Question: "waived.r0", Value: d.of("true", "3")},
		{Question: "extended", Value: d.date().String()},
		{Question: "carried-over", Value: d.of("0", "4")},
	} {
		if fact.Since = d.date(); d.once(2) {
			in.Certification.Facts = append(in.Certification.Facts, fact)
		}
	}
	if d.once(3) {
		in.Others = []ce.Certification{{ID: "other", Program: "other", IssuedOn: d.date(), Renewals: []ce.Renewal{{Cycle: "2025", RenewedOn: d.date()}}}}
	}
	for i := range d.n(16) {
		credit := ce.Credit{
			ID: ce.CreditID(fmt.Sprint(i)), Title: d.of("One", "Two"), Provider: d.of("", "Example College"), CompletedOn: d.date(),
			Amount: ce.Fraction(int64(1+d.n(40)), int64(1+d.n(4))), Unit: "body.hour",
			Topics: d.creditTerms(), Approvals: d.creditTerms(), Format: ce.Term(d.of("", "a", "b", "c")), Role: ce.Term(d.of("", "a", "b", "c")),
		}
		switch d.n(20) {
		case 17:
			credit.Amount = ce.Int(1_000_000_000_000)
		case 18:
			credit.Unit = "nobody.unit"
		case 19:
			credit.Portions = []ce.Portion{{Amount: ce.Int(1), Topics: d.creditTerms()}, {Amount: ce.Int(100), Topics: d.creditTerms()}}
		}
		in.Credits = append(in.Credits, credit)
	}
	return in
}

func body() rules.Body {
	minutes := ce.Int(60)
	return rules.Body{ID: "body", Name: "Body", Units: []ce.Unit{{ID: "body.hour", Symbol: "h", Name: "hour", Plural: "hours", Minutes: &minutes}}}
}

// FuzzEvaluate makes a program and a holder of bytes: whatever compiles is evaluated, to an answer or an error that says
// which bound was passed.
func FuzzEvaluate(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 40 {
		seed := make([]byte, 20*n)
		for i := range seed {
			seed[i] = byte(r.Uint32())
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{left: data}
		p, err := rules.Compile(d.spec(), body())
		if err != nil {
			if ce.CodeOf(err) != ce.CodeInvalidInput {
				t.Fatal(err)
			}
			return
		}
		in := d.input(p)
		standing, err := rules.Evaluate(in)
		if code := ce.CodeOf(err); err != nil && code != ce.CodeTooComplex && code != ce.CodeLimitExceeded && code != ce.CodeInvalidInput {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if standing.Outcome == "" || standing.Phase == "" || len(standing.Requirements) == 0 {
			t.Fatalf("no answer: %+v", standing)
		}
		for _, use := range standing.Uses {
			for _, part := range use.Parts {
				if part.Amount.Sign() <= 0 {
					t.Fatalf("a part of %s", part.Amount)
				}
			}
		}
		cycles := rules.Cycles(p, &in.Certification, in.AsOf)
		if len(cycles) > rules.MaxCycles {
			t.Fatalf("%d cycles", len(cycles))
		}
		for i, cycle := range cycles {
			if i > 1 && i < len(cycles)-1 { // the newest and the oldest ones tell
				continue
			}
			in.Cycle = cycle.Key
			if _, err := rules.Evaluate(in); ce.CodeOf(err) == ce.CodeNotFound {
				t.Fatalf("cycle %s: %v", cycle.Key, err)
			}
		}
		in.Cycle = ""
		if _, err := rules.Suggest(in); ce.CodeOf(err) == ce.CodeInternal {
			t.Fatal(err)
		}
	})
}
