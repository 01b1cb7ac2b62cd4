package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Limits of requests about notifications.
const (
	MaxMarkedRead  = 100 // at once
	testsInAnHour  = 5
	testPeriod     = time.Hour
	testAttemptKey = "test-notification:"
)

// Notifications returns a page of what the viewer was told, newest first.
func (v *View) Notifications(ctx context.Context, unreadOnly bool, page storage.Page[storage.NotificationKey]) (storage.Slice[ce.Notification], error) {
	if _, err := v.Professional(ctx); err != nil {
		return storage.Slice[ce.Notification]{}, err
	}
	return v.handle.ListNotifications(ctx, unreadOnly, page)
}

// Notification returns one notification of the viewer.
func (v *View) Notification(ctx context.Context, id ce.NotificationID) (ce.Notification, error) {
	if _, err := v.Professional(ctx); err != nil {
		return ce.Notification{}, err
	}
	notification, err := v.handle.Notification(ctx, id)
	return notification, translate(err, "notification")
}

// UnreadCount returns how many of the viewer's notifications are unread.
func (v *View) UnreadCount(ctx context.Context) (int, error) {
	if _, err := v.Professional(ctx); err != nil {
		return 0, err
	}
	return v.handle.CountUnread(ctx)
}

// MarkRead marks the viewer's notifications as read, all of them when ids is nil. Those that are read already or absent
// are passed over.
func (v *View) MarkRead(ctx context.Context, ids []ce.NotificationID) error {
	if len(ids) > MaxMarkedRead {
		return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"ids"}, Text: fmt.Sprintf("must be at most %d; leave it out to mark all", MaxMarkedRead)}
	}
	if _, err := v.Professional(ctx); err != nil {
		return err
	}
	return v.handle.MarkRead(ctx, ids, v.now())
}

// SendTest puts a test into the viewer's inbox, to be delivered by every channel that there is. With an id (else "") the
// same request repeated answers as the first time. RATE_LIMITED when she asks too often.
func (v *View) SendTest(ctx context.Context, id ce.NotificationID) (ce.Notification, error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return ce.Notification{}, err
	}
	if id == "" {
		id = ce.NotificationID(ce.NewUUID())
	} else if sent, err := v.handle.Notification(ctx, id); !errors.Is(err, storage.ErrNotFound) {
		return sent, err
	}
	now := v.now()
	attempts, err := v.store.Identity().Attempt(ctx, digest(testAttemptKey+string(profile.ID)), now, now.Add(testPeriod))
	if err != nil {
		return ce.Notification{}, err
	}
	if attempts.Count > testsInAnHour {
		return ce.Notification{}, &ce.Error{
			Code: ce.CodeRateLimited, RetryAfter: attempts.ResetAt.Sub(now),
			Text: fmt.Sprintf("At most %d tests an hour can be sent. Try again later.", testsInAnHour),
		}
	}
	notification := ce.Notification{
		ID: id, Professional: profile.ID, Kind: ce.NotificationTest,
		On: ce.DateOf(now, ce.ZoneOrUTC(profile.TimeZone)), CreatedAt: now,
	}
	v.address(&notification, v.channels, now)
	if err := v.handle.CreateNotification(ctx, notification); err != nil {
		return ce.Notification{}, translate(err, "professional")
	}
	notification, err = v.handle.Notification(ctx, id)
	if errors.Is(err, storage.ErrNotFound) { // the id was there, and is somebody else's
		err = translate(storage.ErrConflict, "notification")
	}
	return notification, err
}

// address has the notification delivered, from the instant on, by those of the channels that there are.
func (t *Tracker) address(n *ce.Notification, wanted []ce.Channel, from time.Time) {
	for _, channel := range ce.Channels {
		*n.By(channel) = ce.Delivery{State: ce.DeliveryNone}
	}
	for _, channel := range t.channels {
		if slices.Contains(wanted, channel) {
			*n.By(channel) = ce.Delivery{State: ce.DeliveryPending, NextAt: from}
		}
	}
}
