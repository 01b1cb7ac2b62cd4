package scantest_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"accrue/scan/scantest"
)

// Each layout can be rendered, says what it is, and has its files; no layout is in two parts.
func TestLayouts(t *testing.T) {
	samples, err := scantest.Samples("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int{}
	for _, s := range samples {
		files[s.Part+"/"+s.Layout]++
		if _, err := os.Stat(s.Path); err != nil {
			t.Error(err)
		}
	}
	paths, err := filepath.Glob("layouts/*/*.html")
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d layouts, %v", len(paths), err)
	}
	parts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		part, name := filepath.Base(filepath.Dir(path)), strings.TrimSuffix(filepath.Base(path), ".html")
		if parts[name] != "" {
			t.Errorf("%s is in %s and in %s", name, parts[name], part)
		}
		parts[name] = part
		layout, err := scantest.ParseLayout(name, part, string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		page, truth, err := layout.Render(0, func(string) (string, error) { return "<svg></svg>", nil })
		if err != nil || truth.Title == "" || !strings.Contains(page, "<body>") {
			t.Errorf("%s: %q, %v", path, truth.Title, err)
		}
		if files[part+"/"+name] < 4 {
			t.Errorf("%s has %d files", path, files[part+"/"+name])
		}
	}
	for name := range files {
		if part, layout, _ := strings.Cut(name, "/"); parts[layout] != part {
			t.Errorf("files of %s are there, and not its layout", name)
		}
	}
}

// A curve is found again from what it would give.
func TestFit(t *testing.T) {
	var observations []scantest.Observation
	for evidence := 0.0; evidence <= 10; evidence += 0.5 {
		share := 1 / (1 + math.Exp(2-0.6*evidence))
		for i := range 100 {
			observations = append(observations, scantest.Observation{
				Field: "title", Signs: [4]float64{evidence, 3, 1, 0}, Right: float64(i) < 100*share, Weight: 1,
			})
		}
	}
	curve, ok := scantest.Fit(observations)["title"]
	if !ok {
		t.Fatal("no curve")
	}
	for _, evidence := range []float64{1, 4, 8} {
		x := curve.Bias + curve.Weights[0]*evidence + curve.Weights[1]*3 + curve.Weights[2]
		got, want := 1/(1+math.Exp(-x)), 1/(1+math.Exp(2-0.6*evidence))
		if math.Abs(got-want) > 0.04 {
			t.Errorf("with evidence %v the curve gives %.3f, want %.3f", evidence, got, want)
		}
	}
}
