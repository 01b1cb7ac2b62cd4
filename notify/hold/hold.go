// Package hold keeps senders from trying while nothing can be sent.
package hold

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// Without a Retry-After a hold lasts firstHold, and twice as long each time that the first message after it meets the same.
	firstHold = 10 * time.Second
	maxHold   = 5 * time.Minute
	// MaxAsked bounds what a server may ask for.
	MaxAsked = time.Hour
)

// Hold keeps everything back for a while after the other side asked for it, or could not be reached. The zero value holds nothing.
type Hold struct {
	mu       sync.Mutex
	since    time.Time // when the latest hold began
	until    time.Time
	failures int // holds since the last success
}

// Left is how long the hold lasts yet; 0 when there is none.
func (h *Hold) Left(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(h.until.Sub(now), 0)
}

// Begin holds, after an attempt made at the instant tried, for the time asked, or if that is 0 for longer with each
// failure, and a jitter more. Attempts that were under way when the hold began say nothing new, except that they may
// ask for longer. It returns how long is left, and whether a hold began.
func (h *Hold) Begin(tried, now time.Time, asked time.Duration) (left time.Duration, began bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	began = h.failures == 0 || !tried.Before(h.until)
	if began {
		h.failures++
		h.since = now
	}
	length := min(asked, MaxAsked)
	if length <= 0 {
		length = maxHold
		if doublings := h.failures - 1; doublings < 5 {
			length = firstHold << doublings
		}
	}
	if began {
		h.until = now.Add(length + Jitter(length/4))
	} else if until := now.Add(length); asked > 0 && until.After(h.until) {
		h.until = until
	}
	return max(h.until.Sub(now), 0), began
}

// Succeeded takes note that a message went out that was tried at the instant.
func (h *Hold) Succeeded(tried time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !tried.Before(h.since) {
		h.failures = 0
	}
}

// Jitter is a random part of the length, at least of a second.
func Jitter(length time.Duration) time.Duration {
	return rand.N(max(length, time.Second))
}
