package ce

import "time"

// NotificationID is made from the professional, the local day and the items, so that a notification that is made again
// is the same one.
type NotificationID string

// NotificationKind says why a notification was made.
type NotificationKind string

// The kinds of notifications.
const (
	NotificationReminder NotificationKind = "REMINDER" // deadlines are near, or just over
	NotificationTest     NotificationKind = "TEST"     // the professional asked for one, to see it arrive
)

// Notification is what a professional is told at one time: all reminders of one local day. The inbox is the list of
// them; push and e-mail carry the same.
type Notification struct {
	ID           NotificationID
	Professional ProfessionalID
	Kind         NotificationKind
	On           Date // the professional's local day
	CreatedAt    time.Time
	Items        []NotificationItem // soonest due first; none for TEST
	ReadAt       time.Time          // the zero time while unread
	Push         Delivery
	Email        Delivery
}

// NotificationItem is one deadline of which a notification reminds, as it stood then.
type NotificationItem struct {
	Deadline      DeadlineID
	Certification CertificationID // "" for a deadline of no certification
	Program       string          // the program's name; "" without a certification
	Kind          DeadlineKind
	DueOn         Date
	Step          int // of the ladder: days before the due day; 0 on it, negative after it
	Status        DeadlineStatus
	Title         Text
	Remaining     *Amount // what is still to be earned, in Unit; nil when it is no amount
	Unit          string  // the unit's name as Remaining needs it: "hour" or "hours"
}

// Delivery is how far one way of telling a notification has come.
type Delivery struct {
	State    DeliveryState
	Attempts int
	NextAt   time.Time // PENDING: when it may be tried (again)
	Code     string    // why the last attempt failed; "" when none did
	SentAt   time.Time // SENT: when
}

// DeliveryState is the state of a delivery.
type DeliveryState string

// The states of deliveries.
const (
	DeliveryNone    DeliveryState = "NONE"    // not to be told this way
	DeliveryPending DeliveryState = "PENDING" // to be sent
	DeliverySent    DeliveryState = "SENT"
	DeliveryFailed  DeliveryState = "FAILED" // for good
)

// ReminderDetail is what may be shown where others look on, such as on a lock screen.
type ReminderDetail string

// The levels of detail.
const (
	DetailFull     ReminderDetail = "FULL"     // programs, amounts and days
	DetailDiscreet ReminderDetail = "DISCREET" // that something is due, and in how many days
)
