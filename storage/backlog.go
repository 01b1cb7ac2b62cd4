package storage

import (
	"context"
	"time"

	"accrue/ce"
)

// Backlog is what of all reminders waits or has failed, for operators.
type Backlog interface {
	// DuePlans returns up to limit plans whose NextAt is before the instant, soonest first.
	DuePlans(ctx context.Context, before time.Time, limit int) ([]DuePlan, error)
	// ListDeliveries returns a page of the deliveries by the channel that pass the filter, soonest first: by DueAt,
	// then by the notification's id.
	ListDeliveries(ctx context.Context, channel ce.Channel, filter DeliveryFilter, page Page[DeliveryKey]) (Slice[DeliveryEntry], error)
	// RetryDeliveries makes of those of the notifications whose delivery by the channel is FAILED, deliveries that are
	// PENDING, due at the instant, without attempts and code; what else they say stays. It returns how many that were.
	// The others, and ids of nothing, are passed over. Each is a step of its own.
	RetryDeliveries(ctx context.Context, channel ce.Channel, ids []ce.NotificationID, at time.Time) (count int, err error)
}

// DuePlan is a plan that is due to be issued.
type DuePlan struct {
	Professional ce.ProfessionalID
	NextAt       time.Time // while the plan is claimed, the end of the claim
}

// DeliveryFilter chooses deliveries.
type DeliveryFilter struct {
	State     ce.DeliveryState // PENDING or FAILED
	DueBefore time.Time        // the zero time for no bound
	Code      string           // of the last attempt; "" for any
}

// DeliveryKey is a place in the list of deliveries.
type DeliveryKey struct {
	DueAt time.Time
	ID    ce.NotificationID
}

// DeliveryEntry is one delivery in a list, without what it tells.
type DeliveryEntry struct {
	Notification ce.NotificationID
	Professional ce.ProfessionalID
	CreatedAt    time.Time // of the notification
	DueAt        time.Time // NextAt of the delivery; while somebody has claimed it, the end of the claim
	Delivery     ce.Delivery
}

// Key is the entry's place in the list.
func (e *DeliveryEntry) Key() DeliveryKey { return DeliveryKey{e.DueAt, e.Notification} }
