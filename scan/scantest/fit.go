package scantest

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/scan"
)

// Observation is the best candidate of a field of a sample: what its confidence is computed from, and whether it is right.
type Observation struct {
	Field  string // as the curves of scan are called
	Signs  [4]float64
	Right  bool
	Weight float64
}

// Observe returns the observations of a sample. The layouts of the part "calibration" count several times, since the rules
// were not written with them in view: of the others too much is right.
func Observe(s *Sample, got scan.Scan) []Observation {
	const unseen = 4
	weight := 1.0
	if s.Part == Calibration {
		weight = unseen
	}
	var out []Observation
	add := func(field string, signs [4]float64, right bool) {
		out = append(out, Observation{field, signs, right, weight})
	}
	text := func(field, want string, f scan.Field[string]) {
		if c, ok := best(f); ok {
			add(field, c.Signs(), same(c.Value, want) || field == "provider" && same(strings.TrimPrefix(c.Value, "The "), want))
		}
	}
	date := func(field, want string, f scan.Field[ce.Date]) {
		if c, ok := best(f); ok && s.OpenDay == nil {
			add(field, c.Signs(), c.Value.String() == want)
		}
	}
	text("title", s.Title, got.Title)
	text("provider", s.Provider, got.Provider)
	if c, ok := best(got.Participant); ok {
		add("participant", c.Signs(), same(plain(c.Value), plain(s.Participant)))
	}
	text("number", s.Number, got.Number)
	text("verification", s.Verification, got.Verification)
	date("completedOn", s.CompletedOn, got.CompletedOn)
	date("startedOn", s.StartedOn, got.StartedOn)
	date("issuedOn", s.IssuedOn, got.IssuedOn)
	date("expiresOn", s.ExpiresOn, got.ExpiresOn)
	quantities := func(field string, want []string, fields ...scan.Field[scan.Quantity]) {
		for _, f := range fields {
			if c, ok := best(f); ok {
				add(field, c.Signs(), slices.Contains(want, quantity(c.Value)))
			}
		}
	}
	quantities("amount", s.amounts("AWARDED"), got.Amounts...)
	quantities("part", s.amounts("PART"), got.Parts...)
	quantities("maximum", s.amounts("MAXIMUM"), got.Maximum)
	if c, ok := best(got.Format); ok {
		add("format", c.Signs(), string(c.Value) == s.Format)
	}
	for _, f := range got.Topics {
		if c, ok := best(f); ok {
			add("topic", c.Signs(), slices.Contains(s.Topics, string(c.Value)) || inTitle(s.Title, string(c.Value)))
		}
	}
	for _, f := range got.Approvals {
		if c, ok := best(f); ok {
			add("approval", c.Signs(), slices.Contains(s.Approvals, Approval{string(c.Value.Accreditor), c.Value.Number}))
		}
	}
	return out
}

func best[T any](f scan.Field[T]) (c scan.Candidate[T], ok bool) {
	switch {
	case f.Chosen != nil:
		return *f.Chosen, true
	case len(f.Others) > 0:
		return f.Others[0], true
	}
	return c, false
}

// Curve is a logistic curve over signs, as scan reads it.
type Curve struct {
	Bias    float64    `json:"bias"`
	Weights [4]float64 `json:"weights"`
}

// Fit returns a curve for each field. A field with few errors says little of its own: its curve is drawn to that of all
// fields together.
func Fit(observations []Observation) map[string]Curve {
	const (
		loose = 0.5 // how much the curve of all is drawn to a flat one
		tight = 4.0 // how much a field's is drawn to that of all
	)
	all := descend(observations, [5]float64{1, 0.2, 0.2, 0, 0}, loose)
	byField := map[string][]Observation{}
	for _, o := range observations {
		byField[o.Field] = append(byField[o.Field], o)
	}
	curves := map[string]Curve{}
	for _, field := range slices.SortedFunc(maps.Keys(byField), cmp.Compare[string]) {
		w := descend(byField[field], all, tight)
		round := func(x float64) float64 { return math.Round(x*1000) / 1000 }
		curves[field] = Curve{round(w[0]), [4]float64{round(w[1]), round(w[2]), round(w[3]), round(w[4])}}
	}
	return curves
}

// descend fits bias and weights by gradient descent, drawn to the given ones. More evidence and a wider margin never
// make a value less sure.
func descend(observations []Observation, to [5]float64, draw float64) [5]float64 {
	const (
		steps = 6000
		rate  = 0.02
	)
	w := to
	total := draw
	for _, o := range observations {
		total += o.Weight
	}
	for range steps {
		var gradient [5]float64
		for _, o := range observations {
			x := w[0]
			for i, sign := range o.Signs {
				x += w[i+1] * sign
			}
			slope := 1 / (1 + math.Exp(-x))
			if o.Right {
				slope--
			}
			slope *= o.Weight
			gradient[0] += slope
			for i, sign := range o.Signs {
				gradient[i+1] += slope * sign
			}
		}
		for i := range w {
			w[i] -= rate * (gradient[i] + draw*(w[i]-to[i])) / total
		}
		for i := 1; i <= 3; i++ {
			w[i] = max(w[i], 0)
		}
		w[4] = min(w[4], 0)
	}
	return w
}
