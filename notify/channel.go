package notify

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Channel is a way of telling people.
type Channel interface {
	// Name says which.
	Name() ce.Channel
	// Held is for how long nothing can be sent; 0 means go on.
	Held() time.Duration
	// Deliver tries once, as long as the context lasts, and does not count what it did before it was called.
	Deliver(context.Context, Telling) Attempt
}

// Telling is what is to be told now.
type Telling struct {
	// Notification holds only what is still to be told by the channel, seen from today.
	Notification ce.Notification
	Recipient    storage.Recipient // with preferences, the default ones where there are none
	At           time.Time
	// Settled are the devices that are not sent to again.
	Settled []ce.DeviceID
}

// Result is what became of an attempt.
type Result string

// The results of attempts.
const (
	Sent   Result = "SENT"   // at least to one device, and there is none left to be tried again
	Failed Result = "FAILED" // for good
	Nobody Result = "NOBODY" // there is nothing to send it to
	Retry  Result = "RETRY"  // try again, not before After
)

// Attempt is an attempt to deliver.
type Attempt struct {
	Result Result
	// Code says why it was not sent; "" when Sent.
	Code string
	// After is the least time until the next attempt of a Retry.
	After time.Duration
	// Counts says that this notification was tried, and so not without end.
	Counts bool
	// Reached says that some device has it, also when others are to be tried again.
	Reached bool
	// Settled are the devices that are not sent to again, those from before included.
	Settled []ce.DeviceID
}

// The codes of deliveries that end without the channel's doing.
const (
	// CodeObsolete: what it tells was done, is gone, is due on another day, was told anew, or is no longer wanted by this channel.
	CodeObsolete = "OBSOLETE"
	// CodeNoDevice: there is no device to push to.
	CodeNoDevice = "NO_DEVICE"
	// CodeNoAddress: there is no e-mail address that is known to be hers.
	CodeNoAddress = "NO_ADDRESS"
	// CodeExpired: it could not be sent for so long that it is not worth it any more.
	CodeExpired = "EXPIRED"
)
