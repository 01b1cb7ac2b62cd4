package fcm

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestPace lets senders press for minutes and counts what gets through.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perMinute = 6000
		p := newPace(perMinute, 3*time.Minute, time.Now)
		start := time.Now()
		ctx, cancel := context.WithDeadline(t.Context(), start.Add(6*time.Minute))
		defer cancel()
		var seconds [361]int
		for p.wait(ctx) == nil {
			seconds[int(time.Since(start)/time.Second)]++
		}
		minute := func(from int) int {
			sum := 0
			for _, n := range seconds[from : from+60] {
				sum += n
			}
			return sum
		}
		for from := range 300 {
			if n := minute(from); n > perMinute {
				t.Fatalf("%d sends in the minute from second %d", n, from)
			}
		}
		if first, second, full := minute(0), minute(60), minute(240); first > perMinute/4 || first < perMinute/20 || second <= first || second > perMinute*2/3 || full < perMinute*99/100 {
			t.Errorf("%d in the first minute, %d in the second, %d in the fifth", first, second, full)
		}
		for at, n := range seconds {
			if n > perMinute/60+2 {
				t.Errorf("%d in second %d", n, at)
			}
		}
		p.restart(time.Now())
		start = time.Now()
		for n := range 600 {
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n == 299 && time.Since(start) < 20*time.Second {
				t.Errorf("after a hold 300 got through in %v", time.Since(start))
			}
		}
	})
}

func TestPaceWithoutLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := newPace(-1, DefaultRamp, time.Now)
		for range 100_000 {
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(start) != 0 {
			t.Errorf("took %v", time.Since(start))
		}
	})
}
