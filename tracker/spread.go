package tracker

import (
	"hash/fnv"
	"time"

	"accrue/ce"
)

// DefaultSpread is the time over which deliveries are dealt out unless something else is said.
const DefaultSpread = 4 * time.Minute

// Spread says over which time deliveries are dealt out after their hour, so that not everybody is told at once; 0 deals out
// nothing. It must be called before the tracker is used.
func (t *Tracker) Spread(over time.Duration) { t.spreadOver = over }

// spread is how long after it was issued a notification is to be delivered: always the same for an id, and for many ids evenly
// from 0 to below the time given.
func spread(id ce.NotificationID, over time.Duration) time.Duration {
	if over < time.Millisecond {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	sum := h.Sum64()
	sum ^= sum >> 32 // FNV's high bits alone differ little between similar texts
	return time.Duration(sum % uint64(over/time.Millisecond) * uint64(time.Millisecond))
}
