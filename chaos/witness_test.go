package chaos

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/storage"
)

// message is one that Firebase accepted.
type message struct {
	tag string
	// recorded says that the delivery was recorded as sent before this message came.
	recorded bool
}

// witness sees what Firebase accepts and what the database says of it.
type witness struct {
	store  storage.Store
	people map[string]person
	// reminders are each's.
	reminders int

	mu       sync.Mutex
	messages map[string][]message // by notification
	errs     []error
}

// saw takes note of a message, before Firebase answers.
func (w *witness) saw(r fcmtest.Received) {
	data, _ := r.Message["data"].(map[string]any)
	android, _ := r.Message["android"].(map[string]any)
	notification, _ := android["notification"].(map[string]any)
	id, _ := data[fcm.KeyNotification].(string)
	tag, _ := notification["tag"].(string)
	stored, err := w.stored(w.people[r.Token].id, ce.NotificationID(id))
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.errs = append(w.errs, err)
	}
	w.messages[id] = append(w.messages[id], message{tag, stored.Push.State == ce.DeliverySent})
}

// stored reads a notification, again and again while the database has too much to do.
func (w *witness) stored(id ce.ProfessionalID, notification ce.NotificationID) (n ce.Notification, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		n, err = w.store.Professional(id).Notification(ctx, notification)
		if !errors.Is(err, storage.ErrUnavailable) {
			break
		}
	}
	return n, err
}

func (w *witness) count() (count int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, all := range w.messages {
		count += len(all)
	}
	return count
}

// left is how many are still to be told, counted up to one, and how many deliveries wait once nobody is: in this order, since whoever is told
// between the two makes one wait.
func (w *witness) left(ctx context.Context) (untold, pending int, err error) {
	// Those that are claimed count from the end of the claim.
	untold, _, err = w.store.System().OverduePlans(ctx, time.Now().Add(time.Hour), 1)
	if err != nil || untold > 0 {
		return untold, 0, err
	}
	pending, _, err = w.store.System().CountDeliveries(ctx, ce.ChannelPush, ce.DeliveryPending)
	return untold, pending, err
}

// judge holds what was seen against what is promised.
func (w *witness) judge(t *testing.T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	problems := map[string]int{}
	for _, err := range w.errs {
		problems["the database did not tell of a message: "+err.Error()]++
	}
	again := 0
	for _, one := range w.people {
		slice, err := w.store.Professional(one.id).ListNotifications(t.Context(), false, storage.Page[storage.NotificationKey]{First: 2})
		if err != nil || len(slice.Items) != 1 {
			problems[fmt.Sprintf("somebody was told %d times: %v", len(slice.Items), err)]++
			continue
		}
		n := slice.Items[0]
		sent := w.messages[string(n.ID)]
		if len(n.Items) != w.reminders {
			problems[fmt.Sprintf("told of %d deadlines", len(n.Items))]++
		}
		outcome := fmt.Sprintf("%s %s, and Firebase accepted it: %v", n.Push.State, n.Push.Code, len(sent) > 0)
		want := "SENT , and Firebase accepted it: true"
		if one.gone {
			want = "FAILED UNREGISTERED, and Firebase accepted it: false"
		}
		if outcome != want {
			problems[outcome]++
		}
		for _, m := range sent {
			if m.recorded {
				problems["sent again after it was recorded"]++
			}
			if m.tag != fcm.Tag(n.ID) {
				problems["of another tag"]++
			}
		}
		if len(sent) > 1 {
			again++
		}
	}
	for problem, count := range problems {
		t.Errorf("%d times: %s", count, problem)
	}
	t.Logf("%d of %d messages were sent more than once for want of a record", again, len(w.people))
}
