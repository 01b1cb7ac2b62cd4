package tracker

import (
	"hash/fnv"
	"time"

	"accrue/ce"
)

// spreadOver is the time over which deliveries are dealt out, so that not everybody is told at the full hour.
const spreadOver = 4 * time.Minute

// spread is how long after it was issued a notification is to be delivered: always the same for an id, and for many ids evenly
// from 0 to below spreadOver.
func spread(id ce.NotificationID) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	sum := h.Sum64()
	sum ^= sum >> 32 // FNV's high bits alone differ little between similar texts
	return time.Duration(sum % uint64(spreadOver/time.Millisecond) * uint64(time.Millisecond))
}
