package tracker

import (
	"strconv"
	"testing"
	"time"

	"accrue/ce"
)

func TestSpread(t *testing.T) {
	var minutes [4]int
	seen := map[time.Duration]int{}
	const n = 40_000
	for i := range n {
		d := spread(ce.NotificationID("7f0c5a52-2a3b-8c62-9a51-"+strconv.Itoa(i)), DefaultSpread)
		if d < 0 || d >= DefaultSpread {
			t.Fatalf("%v", d)
		}
		minutes[d/time.Minute]++
		seen[d.Truncate(time.Second)]++
	}
	for i, count := range minutes {
		if count < n/4*95/100 || count > n/4*105/100 {
			t.Errorf("%d of %d in minute %d", count, n, i)
		}
	}
	for at, count := range seen {
		if count > 2*n/240 {
			t.Errorf("%d in second %v", count, at)
		}
	}
	if a, again := spread("a", DefaultSpread), spread("a", DefaultSpread); a != again || a == spread("b", DefaultSpread) {
		t.Error("not of the id")
	}
	if d := spread("a", 0); d != 0 {
		t.Errorf("nothing is dealt out, and yet %v", d)
	}
}
