package ce

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// NotificationID is a UUID. That of a reminder, or of news, is made from what it tells, so that the same one made again is the same.
type NotificationID string

// NotificationKind says why something is told.
type NotificationKind string

// The kinds of notifications.
const (
	NotificationReminder NotificationKind = "REMINDER"
	NotificationTest     NotificationKind = "TEST"    // asked for by the professional, to see that it arrives
	NotificationCredits  NotificationKind = "CREDITS" // what organisations did with credits of hers
)

// NotificationKept is for how long the inbox keeps what was told.
const NotificationKept = 400 * 24 * time.Hour

// Channel is a way by which people are told. All stands in the inbox, too.
type Channel string

// The channels.
const (
	ChannelPush  Channel = "PUSH"
	ChannelEmail Channel = "EMAIL"
)

// Channels are all channels.
var Channels = []Channel{ChannelPush, ChannelEmail}

// Notification is what a professional was told at one time: all reminders of one day are one, and so are all news of some time.
type Notification struct {
	ID           NotificationID
	Professional ProfessionalID
	Kind         NotificationKind
	On           Date // the day where she lives
	CreatedAt    time.Time
	Items        []NotificationItem // of a reminder, soonest due first
	ReadAt       time.Time          // the zero time while unread
	Credits      []CreditNews       // of news, in the order in which it happened, at most MaxCreditNews
	// Push and Email are how it is delivered; the inbox has it in any case.
	Push, Email Delivery
}

// NotificationItem is one deadline as it stood when it was told.
type NotificationItem struct {
	Deadline      DeadlineID
	Certification CertificationID
	Program       string // its name
	Kind          DeadlineKind
	DueOn         Date
	Step          int // of the ladder: how many days before DueOn
	Status        DeadlineStatus
	Title         Text
	Remaining     *Amount // what is still to be earned; nil when it is no amount
	Unit          string  // the name of the unit of Remaining, as the amount wants it; "" without one
}

// NewNotificationID makes the id of a reminder from whom it tells what on which day.
func NewNotificationID(professional ProfessionalID, on Date, items []NotificationItem) NotificationID {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n%s\n", professional, on) // a hash never fails
	for i := range items {
		_, _ = fmt.Fprintf(sum, "%s %d\n", items[i].Deadline, items[i].Step)
	}
	return NotificationID(ownUUID([sha256.Size]byte(sum.Sum(nil))))
}

// NewCreditsNotificationID makes the id of news from whom it tells what.
func NewCreditsNotificationID(professional ProfessionalID, news []CreditNews) NotificationID {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "credits\n%s\n", professional) // a hash never fails
	for i := range news {
		_, _ = fmt.Fprintln(sum, news[i].ID)
	}
	return NotificationID(ownUUID([sha256.Size]byte(sum.Sum(nil))))
}

// DeliveryState says how far a delivery is.
type DeliveryState string

// The states of deliveries.
const (
	DeliveryNone    DeliveryState = "NONE" // not by this channel, or no longer
	DeliveryPending DeliveryState = "PENDING"
	DeliverySent    DeliveryState = "SENT"
	DeliveryFailed  DeliveryState = "FAILED" // for good
)

// Delivery is how a notification is delivered by one channel.
type Delivery struct {
	State DeliveryState
	// Attempts is how often it was tried, without those that said nothing of this notification since nothing at all could be sent.
	Attempts int
	NextAt   time.Time // of the next attempt, while PENDING; when the last one was due, once FAILED
	Code     string    // why the last attempt failed, or why it is NONE after all; "" when neither
	SentAt   time.Time // when it was sent first, be it to some of the devices; the zero time before
	// Settled are the devices that it is not sent to again, be it that they have it or that they never will, while it is PENDING.
	Settled []DeviceID
}

// By returns the delivery by the channel.
func (n *Notification) By(channel Channel) *Delivery {
	if channel == ChannelEmail {
		return &n.Email
	}
	return &n.Push
}
