package rules

import (
	"testing"

	"accrue/ce"
)

// Periods are counted without going through them one by one.
func TestPeriods(t *testing.T) {
	day := func(text string) ce.Date {
		d, err := ce.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	tests := []struct {
		from, to string
		per      span
		begun    bool
		want     int
	}{
		{"2026-01-01", "2026-12-31", span{months: 6}, false, 2},
		{"2026-01-01", "2026-12-30", span{months: 6}, false, 1},
		{"2026-01-01", "2026-12-30", span{months: 6}, true, 2},
		{"2026-01-01", "2025-12-31", span{months: 6}, true, 0},
		{"2026-01-31", "2026-02-28", span{months: 1}, true, 2},
		{"2026-01-01", "2026-01-31", span{days: 10}, false, 3},
		{"0001-01-01", "9999-12-31", span{days: 1}, false, maxPeriods},
		{"9999-12-01", "9999-12-31", span{months: 1}, false, 1},
	}
	for _, test := range tests {
		if got := periods(day(test.from), day(test.to), test.per, test.begun); got != test.want {
			t.Errorf("%s to %s: %d, want %d", test.from, test.to, got, test.want)
		}
	}
}
