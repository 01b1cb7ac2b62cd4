package fcm

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"accrue/ce"
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

func TestSpread(t *testing.T) {
	var minutes [4]int
	seen := map[time.Duration]int{}
	const n = 40_000
	for i := range n {
		d := Spread(ce.NotificationID("7f0c5a52-2a3b-8c62-9a51-" + strconv.Itoa(i)))
		if d < 0 || d >= SpreadOver {
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
	if a, again := Spread("a"), Spread("a"); a != again || a == Spread("b") {
		t.Error("not of the id")
	}
}

func TestHoldBacksOff(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var h hold
	for i, least := range []time.Duration{10, 20, 40, 80, 160, 300, 300, 300} {
		least *= time.Second
		left, began := h.begin(now, now, 0)
		if !began || left < least || left > least+least/4+time.Second {
			t.Errorf("hold %d lasts %v; want %v and some", i, left, least)
		}
		if again, began := h.begin(now.Add(-time.Second), now, 0); began || again != left {
			t.Errorf("an attempt from before the hold makes it %v", again)
		}
		now = now.Add(left)
		if h.left(now) != 0 {
			t.Errorf("over and yet %v left", h.left(now))
		}
	}
	h.succeeded(now.Add(-time.Hour))
	if left, _ := h.begin(now, now, 0); left < maxHold {
		t.Error("a success from before the hold ends the backing off")
	}
	now = now.Add(maxHold * 2)
	h.succeeded(now)
	if left, _ := h.begin(now, now, 0); left > 14*time.Second {
		t.Errorf("after a success %v", left)
	}
	if left, began := h.begin(now.Add(-time.Second), now, time.Minute); began || left != time.Minute {
		t.Errorf("a longer Retry-After makes it %v", left)
	}
}
