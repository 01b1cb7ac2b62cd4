package notify

import (
	"math/rand/v2"
	"time"

	"accrue/ce"
)

const (
	// maxAttempts are made of one delivery; what concerns all, such as an outage, does not count.
	maxAttempts = 15
	// firstPause is the least time until the second attempt; it doubles with each, up to maxPause: 15 attempts take some 9 hours.
	firstPause = 10 * time.Second
	maxPause   = time.Hour
)

// after says what becomes of the delivery after the attempt.
func after(delivery ce.Delivery, attempt Attempt, now time.Time) *ce.Delivery {
	if attempt.Counts {
		delivery.Attempts++
	}
	if attempt.Reached && delivery.SentAt.IsZero() {
		delivery.SentAt = now
	}
	switch {
	case attempt.Result == Sent:
		return sent(delivery)
	case attempt.Result == Nobody:
		return without(delivery, attempt.Code)
	case attempt.Result == Failed, delivery.Attempts >= maxAttempts:
		return failed(delivery, attempt.Code)
	}
	pause := attempt.After
	if attempt.Counts {
		pause = max(pause, backoff(delivery.Attempts))
	}
	delivery.NextAt, delivery.Code, delivery.Settled = now.Add(pause), attempt.Code, attempt.Settled
	return &delivery
}

// backoff is the time to wait after so many attempts, with a jitter, so that what failed together does not come again together.
func backoff(attempts int) time.Duration {
	pause := maxPause
	if doublings := attempts - 1; doublings < 9 {
		pause = min(firstPause<<max(doublings, 0), maxPause)
	}
	return pause + rand.N(pause/2)
}
