package storage

import (
	"context"
	"slices"
	"time"

	"accrue/ce"
)

// Reminders is what storage keeps of one professional's reminders beside her facts.
type Reminders interface {
	// ReminderPreferences returns the preferences, the zero value when none were ever saved. ErrNotFound when there is
	// no such professional.
	ReminderPreferences(context.Context) (ce.ReminderPreferences, error)
	// UpdateReminderPreferences changes the preferences and marks them as not refreshed, see Facts.Update. Those never
	// saved are shown to change as the zero value and saved as Version 1.
	UpdateReminderPreferences(context.Context, func(*ce.ReminderPreferences) error) (ce.ReminderPreferences, error)

	// RegisterDevice stores the device under its id, which its token makes, as this professional's: a device that was
	// another's is moved, one that was hers keeps its CreatedAt. Of more than ce.MaxDevices those go that were not seen for the
	// longest time. It returns the device as stored. The professional must exist.
	RegisterDevice(context.Context, ce.Device) (ce.Device, error)
	// UnregisterDevice removes the device; removing it again, or one that is not hers, is no error and does nothing.
	UnregisterDevice(context.Context, ce.DeviceID) error
	// Devices returns the devices, those seen last first (then by id descending).
	Devices(context.Context) ([]ce.Device, error)

	// Plan returns what was planned last, without the items that were told since; no items and no zone when nothing was.
	Plan(context.Context) (ce.Plan, error)

	// CreateNotification stores the notification as this professional's, who must exist. With an id that is there already
	// it changes nothing.
	CreateNotification(context.Context, ce.Notification) error
	// Notification returns the notification, or ErrNotFound when it is absent or somebody else's.
	Notification(context.Context, ce.NotificationID) (ce.Notification, error)
	// ListNotifications returns a page of the notifications, of those unread only if so asked, newest first: by
	// CreatedAt, then by id, both descending.
	ListNotifications(ctx context.Context, unreadOnly bool, page Page[NotificationKey]) (Slice[ce.Notification], error)
	// CountUnread returns how many notifications are unread.
	CountUnread(context.Context) (int, error)
	// MarkRead marks those of the notifications that are hers and unread as read at the instant; all that were created
	// until then when ids is nil. Each is a step of its own.
	MarkRead(ctx context.Context, ids []ce.NotificationID, at time.Time) error

	// AddCreditNews keeps news that the professional, who must exist, is to be told at the instant, or sooner where other news of hers is due sooner.
	// What is there already, told or not, stays as it is. A claim of her news ends.
	AddCreditNews(ctx context.Context, due time.Time, news ce.CreditNews) error
}

// NotificationKey is a place in the list of notifications.
type NotificationKey struct {
	CreatedAt time.Time
	ID        ce.NotificationID
}

// Told is what a professional was told already. It is not derived: it only grows by System.Issue.
type Told struct {
	Steps map[ce.DeadlineID]ToldStep
	At    time.Time // when something was told last; the zero time for never
}

// ToldStep is the last step of the ladder that was told of a deadline, and the day on which that was due then: for another
// day nothing was told.
type ToldStep struct {
	Step  int
	DueOn ce.Date
}

// Covers reports whether the reminder was told.
func (t Told) Covers(r ce.PlannedReminder) bool {
	told, ok := t.Steps[r.Deadline]
	return ok && told.DueOn == r.DueOn && r.Step >= told.Step
}

// Plans is the planned reminders of all professionals, for the workers that issue them.
type Plans interface {
	// ClaimPlans returns up to limit plans whose NextAt is at or before now, soonest first, and claims each until the
	// given instant: no other worker gets it before that, unless it is saved anew. Issues that a dead worker left
	// half-way are finished first.
	ClaimPlans(ctx context.Context, now, until time.Time, limit int) ([]ClaimedPlan, error)
	// Issue decides in one atomic step, under the claim: the notification (nil for none) is created unless it is there
	// already, what was told and the plan's NextAt are as given, and the claim is released. ErrLeaseLost, and nothing is
	// changed, when the claim is no longer the valid one: it expired and somebody else holds it, or the plan was saved anew.
	Issue(ctx context.Context, claim PlanClaim, issued Issued) error
	// OverduePlans returns how many plans, counted up to limit, have their NextAt at or before now, and the first NextAt.
	// Plans that are claimed count from the end of their claim.
	OverduePlans(ctx context.Context, now time.Time, limit int) (count int, first time.Time, err error)
}

// PlanClaim is the right to issue what is due of a professional's plan.
type PlanClaim struct {
	Professional ce.ProfessionalID
	Token        string
}

// ClaimedPlan is a plan with what is needed to issue it.
type ClaimedPlan struct {
	PlanClaim
	Profile     ce.Professional
	Preferences ce.ReminderPreferences // the zero value when none were ever saved
	Plan        ce.Plan                // without the items that were told; NextAt as it was before the claim
	Told        Told
	// Stale says that a save of what is derived is under way or was cut short: the plan must be made anew.
	Stale bool
}

// Issued is what a worker decides of a claimed plan.
type Issued struct {
	Notification *ce.Notification
	Told         Told
	NextAt       time.Time // the zero time when nothing more is planned
}

// CreditNews is the news of all professionals that was not told, for the workers that tell it.
type CreditNews interface {
	// ClaimCreditNews returns up to limit professionals whose news is due at or before now, soonest first, and claims the news of each until the
	// given instant: no other worker gets it before that, unless there is more by then. What a dead worker left half-way is finished first.
	ClaimCreditNews(ctx context.Context, now, until time.Time, limit int) ([]ClaimedCreditNews, error)
	// TellCreditNews decides in one atomic step, under the claim: the notification (nil for none) is created unless it is there already, the news
	// named is told, what is left is due at NextAt, and the claim is released. ErrLeaseLost, and nothing is changed, when the claim is no longer the
	// valid one: it expired and somebody else holds it, or there is more news.
	TellCreditNews(ctx context.Context, claim CreditNewsClaim, told ToldCreditNews) error
}

// CreditNewsClaim is the right to tell the news of a professional.
type CreditNewsClaim struct {
	Professional ce.ProfessionalID
	Token        string
}

// ClaimedCreditNews is news with what is needed to tell it.
type ClaimedCreditNews struct {
	CreditNewsClaim
	Profile     ce.Professional
	Preferences ce.ReminderPreferences // the zero value when none were ever saved
	News        []ce.CreditNews        // the first ce.MaxCreditNews that were not told, by At, then by id
	ToldAt      time.Time              // when news was told last; the zero time for never
}

// ToldCreditNews is what a worker decides of claimed news.
type ToldCreditNews struct {
	Notification *ce.Notification
	News         []ce.CreditNewsID // that need not be told any more; none without a notification
	NextAt       time.Time         // the zero time when nothing is left
}

// Deliveries is the notifications of all professionals that are to be delivered.
type Deliveries interface {
	// ClaimDeliveries returns up to limit notifications whose delivery by the channel is PENDING with NextAt at or before
	// now, soonest first, and claims each until the given instant. What it returns has the delivery as it was before, and the
	// recipient as she is after the claim.
	ClaimDeliveries(ctx context.Context, channel ce.Channel, now, until time.Time, limit int) ([]ClaimedDelivery, error)
	// FinishDelivery replaces the delivery and releases the claim; ErrLeaseLost, and nothing is changed, when the claim
	// is no longer the valid one.
	FinishDelivery(ctx context.Context, claim DeliveryClaim, outcome ce.Delivery) error
	// CountDeliveries returns how many deliveries by the channel are in the state, which is PENDING or FAILED, and the
	// first NextAt of those PENDING.
	CountDeliveries(ctx context.Context, channel ce.Channel, state ce.DeliveryState) (count int, first time.Time, err error)
}

// DeliveryClaim is the right to deliver a notification by a channel.
type DeliveryClaim struct {
	Notification ce.NotificationID
	Channel      ce.Channel
	Token        string
}

// ClaimedDelivery is a notification to be delivered.
type ClaimedDelivery struct {
	DeliveryClaim
	Content   ce.Notification
	Recipient Recipient
}

// Recipient is what must be known of a professional to deliver a notification to her.
type Recipient struct {
	Profile     ce.Professional
	Preferences ce.ReminderPreferences // the zero value when none were ever saved
	Told        Told
	// Open are those deadlines of the notification that are still there and not met, with the days on which they are due now.
	Open map[ce.DeadlineID]ce.Date
	// Devices are hers, those seen last first; none are read unless the channel is PUSH.
	Devices []ce.Device
	// Unread is how many of her notifications are unread; it is counted when a device is of a platform that shows it, IOS.
	Unread int
}

// ShowsUnread reports whether one of the devices shows how many notifications are unread.
func (r *Recipient) ShowsUnread() bool {
	return slices.ContainsFunc(r.Devices, func(d ce.Device) bool { return d.Platform == ce.PlatformIOS })
}
