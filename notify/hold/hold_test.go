package hold

import (
	"testing"
	"time"
)

func TestHoldBacksOff(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var h Hold
	for i, least := range []time.Duration{10, 20, 40, 80, 160, 300, 300, 300} {
		least *= time.Second
		left, began := h.Begin(now, now, 0)
		if !began || left < least || left > least+least/4+time.Second {
			t.Errorf("hold %d lasts %v; want %v and some", i, left, least)
		}
		if again, began := h.Begin(now.Add(-time.Second), now, 0); began || again != left {
			t.Errorf("an attempt from before the hold makes it %v", again)
		}
		now = now.Add(left)
		if h.Left(now) != 0 {
			t.Errorf("over and yet %v left", h.Left(now))
		}
	}
	h.Succeeded(now.Add(-time.Hour))
	if left, _ := h.Begin(now, now, 0); left < maxHold {
		t.Error("a success from before the hold ends the backing off")
	}
	now = now.Add(maxHold * 2)
	h.Succeeded(now)
	if left, _ := h.Begin(now, now, 0); left > 14*time.Second {
		t.Errorf("after a success %v", left)
	}
	if left, began := h.Begin(now.Add(-time.Second), now, time.Minute); began || left != time.Minute {
		t.Errorf("a longer Retry-After makes it %v", left)
	}
}
