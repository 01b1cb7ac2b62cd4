package scan_test

import (
	"testing"

	"accrue/scan"
	"accrue/scan/scantest"
)

// The set of certificates is understood as well as it was: a change that makes it worse fails. What the numbers are now,
// make bench-scan tells.
func TestSet(t *testing.T) {
	samples, err := scantest.Samples("testdata")
	if err != nil {
		t.Fatal(err)
	}
	readings, err := scantest.Readings("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) < 400 {
		t.Fatalf("%d samples", len(samples))
	}
	type count struct{ right, all int }
	counts := map[[3]string]*count{}
	sure, wrong := 0, 0
	for i := range samples {
		s := &samples[i]
		document, ok := readings[s.Key()]
		if !ok {
			t.Fatalf("%s was not read: go run ./scan/scantest/measure -keep", s.Key())
		}
		got := scan.Recognize(document, scan.Options{Today: today})[0]
		check(t, s.Key(), got)
		for _, r := range scantest.Score(s, got) {
			key := [3]string{map[bool]string{true: "held", false: "tuned"}[s.Part == scantest.Held], s.Kind, r.Field}
			if counts[key] == nil {
				counts[key] = &count{}
			}
			counts[key].all++
			if r.Right {
				counts[key].right++
			}
			if r.Given && r.Confidence >= 0.95 {
				sure++
				if !r.Right {
					wrong++
				}
			}
		}
	}
	for key, least := range map[[3]string]float64{
		{"tuned", scantest.Text, "completedOn"}: 0.98, {"held", scantest.Text, "completedOn"}: 0.95,
		{"tuned", scantest.Text, "amounts"}: 0.97, {"held", scantest.Text, "amounts"}: 0.95,
		{"tuned", scantest.Text, "title"}: 0.95, {"held", scantest.Text, "title"}: 0.95,
		{"tuned", scantest.Text, "provider"}: 0.95, {"held", scantest.Text, "provider"}: 0.90,
		{"tuned", scantest.Clean, "completedOn"}: 0.95, {"held", scantest.Clean, "completedOn"}: 0.93,
		{"tuned", scantest.Clean, "amounts"}: 0.90, {"held", scantest.Clean, "amounts"}: 0.93,
		{"tuned", scantest.Photo, "completedOn"}: 0.93, {"held", scantest.Photo, "completedOn"}: 0.90,
		{"tuned", scantest.Photo, "amounts"}: 0.85, {"held", scantest.Photo, "amounts"}: 0.90,
	} {
		if c := counts[key]; c == nil || float64(c.right) < least*float64(c.all) {
			t.Errorf("%s: %+v, of which %v should be right", key, c, least)
		}
	}
	if wrong*30 > sure {
		t.Errorf("of %d values given as nearly certain %d are wrong", sure, wrong)
	}
}
