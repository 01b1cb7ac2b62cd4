package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/storage"
)

// between acts between the steps of a delivery. What is nil does nothing.
type between struct {
	storage.System
	claimed  func()
	recorded func() // before it is
	err      error  // of claims
}

func (b *between) ClaimDeliveries(ctx context.Context, channel ce.Channel, now, until time.Time, limit int) ([]storage.ClaimedDelivery, error) {
	if b.err != nil {
		return nil, b.err
	}
	claimed, err := b.System.ClaimDeliveries(ctx, channel, now, until, limit)
	if b.claimed != nil && len(claimed) > 0 {
		b.claimed()
	}
	return claimed, err
}

func (b *between) FinishDelivery(ctx context.Context, claim storage.DeliveryClaim, d ce.Delivery) error {
	if b.recorded != nil {
		b.recorded()
	}
	return b.System.FinishDelivery(ctx, claim, d)
}

const week = 7 * 24 * time.Hour

// The clock jumps between the steps and, an hour later, back to where it would be: what is sent is sent once, at a decent hour.
func TestTheClockJumps(t *testing.T) {
	type delivered struct {
		now, after int // messages: while the clock is wrong, and within ten days of the right one, at six hours a day
		state      ce.DeliveryState
	}
	sent, later := delivered{1, 0, ce.DeliverySent}, delivered{0, 1, ce.DeliverySent}
	for _, test := range []struct {
		name string
		jump time.Duration
		step string
		want delivered
	}{
		{"a week ahead before the claim", week, "plan", delivered{0, 0, ce.DeliveryFailed}}, // too late, as far as is known; the inbox has it
		{"a week back before the claim", -week, "plan", later},
		{"a week ahead before it is sent", week, "claim", delivered{0, 0, ce.DeliveryFailed}},
		{"a week back before it is sent", -week, "claim", sent},
		{"into the night before it is sent", 12 * time.Hour, "claim", later},
		{"back into the night before it is sent", -9 * time.Hour, "claim", later},
		{"a week ahead before it is recorded", week, "record", sent},
		{"a week back before it is recorded", -week, "record", sent},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			b := &between{System: r.Store}
			r.Store = b
			p := r.person(t, "phone")
			id := r.tell(t, p)
			var once sync.Once
			jump := func() { once.Do(func() { r.clock.advance(test.jump) }) }
			switch test.step {
			case "plan":
				jump()
			case "claim":
				b.claimed = jump
			case "record":
				b.recorded = jump
			}
			newYork, err := ce.LoadZone("America/New_York")
			if err != nil {
				t.Fatal(err)
			}
			count := func() int {
				t.Helper()
				before := len(r.server.Received())
				r.Deliver(t.Context())
				got := len(r.server.Received()) - before
				if hour := r.clock.now().In(newYork).Hour(); got > 0 && (hour < 8 || hour >= 21) {
					t.Errorf("%d are sent at %v", got, r.clock.now().In(newYork))
				}
				return got
			}
			if test.step == "claim" { // the hour at which it is sent is that after the jump
				r.Deliver(t.Context())
				if got := len(r.server.Received()); got != test.want.now {
					t.Errorf("%d are sent at once, want %d", got, test.want.now)
				}
			} else if got := count(); got != test.want.now {
				t.Errorf("%d are sent at once, want %d", got, test.want.now)
			}
			after := 0
			for step := range 60 {
				r.clock.set(morning.Add(time.Duration(step+1) * 4 * time.Hour))
				after += count()
			}
			if after != test.want.after {
				t.Errorf("%d are sent after it, want %d", after, test.want.after)
			}
			if d := r.delivery(t, p, id); d.State != test.want.state {
				t.Errorf("%+v", d)
			}
		})
	}
}

// Quiet hours that end in an hour that comes twice, or never, end in the same night.
func TestTheClocksAreChanged(t *testing.T) {
	for _, test := range []struct {
		name        string
		until       ce.TimeOfDay
		now, sentAt time.Time
	}{
		{"twice, in the first", 90, time.Date(2026, time.November, 1, 5, 15, 0, 0, time.UTC), time.Date(2026, time.November, 1, 5, 30, 0, 0, time.UTC)},
		{"twice, in the second", 90, time.Date(2026, time.November, 1, 6, 15, 0, 0, time.UTC), time.Date(2026, time.November, 1, 6, 30, 0, 0, time.UTC)},
		{"never", 150, time.Date(2026, time.March, 8, 6, 30, 0, 0, time.UTC), time.Date(2026, time.March, 8, 7, 0, 0, 0, time.UTC)},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			r.clock.set(test.now)
			p := r.person(t, "phone")
			_, err := p.UpdateReminderPreferences(t.Context(), func(r *ce.ReminderPreferences) error {
				*r = ce.DefaultReminderPreferences()
				r.QuietFrom, r.QuietUntil = 22*60, test.until
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			id := r.tell(t, p)
			if d := r.expect(t, p, id, ce.DeliveryPending, ""); !d.NextAt.Equal(test.sentAt) {
				t.Errorf("postponed to %v, want %v", d.NextAt, test.sentAt)
			}
			r.clock.set(test.sentAt)
			r.expect(t, p, id, ce.DeliverySent, "", "phone")
		})
	}
}

// A zone that the database of zones no longer has is UTC, for the quiet hours and for the day.
func TestAZoneThatIsGone(t *testing.T) {
	r := newRig(t)
	r.clock.set(time.Date(2026, time.December, 1, 23, 0, 0, 0, time.UTC)) // 18:00 in New York
	p := r.person(t, "phone")
	if _, err := p.UpdateProfile(t.Context(), func(profile *ce.Professional) error { profile.TimeZone = "America/Gone"; return nil }); err != nil {
		t.Fatal(err)
	}
	id := r.tell(t, p)
	d := r.expect(t, p, id, ce.DeliveryPending, "")
	if want := time.Date(2026, time.December, 2, 8, 0, 0, 0, time.UTC); !d.NextAt.Equal(want) {
		t.Errorf("postponed to %v, want %v", d.NextAt, want)
	}
	r.clock.set(d.NextAt)
	r.Deliver(t.Context())
	if got := r.server.Received(); len(got) != 1 || !strings.Contains(fmt.Sprint(got[0].Message), "in 9 days") {
		t.Errorf("%v", got)
	}
}

// A storm of refusals for the quota, hangs, resets and pages: each message arrives once in the end, and the storm is nobody's attempt.
func TestAStorm(t *testing.T) {
	r := newRig(t, func(c *fcm.Config) { c.Timeout = 200 * time.Millisecond })
	p := r.person(t, "phone")
	const n = 40
	ids := make([]ce.NotificationID, n)
	for i := range ids {
		ids[i] = r.tell(t, p)
	}
	attempts := func() (pending, count int) {
		t.Helper()
		for _, id := range ids {
			d := r.delivery(t, p, id)
			if count += d.Attempts; d.State == ce.DeliveryPending {
				pending++
			}
		}
		return pending, count
	}
	r.server.Script(slices.Repeat([]fcmtest.Fault{fcmtest.QuotaExceeded(0)}, n+r.AtOnce)...) // as many more may be under way
	for r.server.Requests() < n {
		r.Deliver(t.Context())
		r.clock.advance(2 * time.Minute)
	}
	if pending, count := attempts(); pending != n || count != 0 {
		t.Fatalf("%d are pending after %d attempts", pending, count)
	}
	r.server.Script(fcmtest.Hang(time.Hour), fcmtest.Reset(), fcmtest.Page(http.StatusBadGateway), fcmtest.Half(), fcmtest.Internal())
	for pending := n; pending > 0; pending, _ = attempts() {
		if r.clock.now().Sub(morning) > 6*time.Hour {
			t.Fatalf("%d are still pending", pending)
		}
		r.Deliver(t.Context())
		r.clock.advance(time.Minute)
	}
	told := map[any]int{}
	for _, m := range r.server.Received() {
		told[m.Message["data"].(map[string]any)["notificationId"]]++
	}
	if len(told) != n || r.server.Accepted() != n {
		t.Errorf("%d notifications in %d messages, want %d", len(told), r.server.Accepted(), n)
	}
}

// What FCM took before the connection broke is sent once more, and replaces the first on the device.
func TestAMessageThatIsRepeated(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	r.server.Script(fcmtest.Reset().Taken())
	d := r.expect(t, p, id, ce.DeliveryPending, fcm.CodeBroken, "phone")
	r.clock.set(d.NextAt)
	r.Deliver(t.Context())
	received := r.server.Received()
	if len(received) != 1 {
		t.Fatalf("%d messages", len(received))
	}
	android := received[0].Message["android"].(map[string]any)
	if tag := android["notification"].(map[string]any)["tag"]; tag != fcm.Tag(id) || android["collapse_key"] != fcm.Tag(id) {
		t.Errorf("the tag is %v, the key %v, want %s", tag, android["collapse_key"], fcm.Tag(id))
	}
	r.expect(t, p, id, ce.DeliverySent, "", "phone")
}

// A token that no app ever got keeps nobody from being told: its device is forgotten, the others are not.
func TestATokenThatIsNone(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	alone := r.person(t)
	for _, who := range []person{p, alone} {
		for _, token := range []string{"garbage of " + string(who.id), strings.Repeat("g", ce.MaxTokenLength-36) + string(who.id)} {
			device := ce.Device{Token: token, Platform: ce.PlatformIOS, SeenAt: r.clock.now(), CreatedAt: r.clock.now()}
			if err := device.Clean(); err != nil {
				t.Fatal(err)
			}
			if _, err := who.RegisterDevice(t.Context(), device); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.expect(t, p, r.tell(t, p), ce.DeliverySent, "", "phone")
	if devices, err := p.Devices(t.Context()); err != nil || len(devices) != 1 || devices[0].Token != fcmtest.Token("phone") {
		t.Errorf("left: %v %v", devices, err)
	}
	r.expect(t, alone, r.tell(t, alone), ce.DeliveryFailed, fcm.CodeInvalidToken)
	r.expect(t, alone, r.tell(t, alone), ce.DeliveryNone, notify.CodeNoDevice)
}

// The database goes away before the claim, and between the claim and its record for longer than the claim lasts.
func TestTheDatabaseGoesAway(t *testing.T) {
	r := newRig(t)
	b := &between{System: r.Store, err: storage.ErrUnavailable}
	r.Store = b
	p := r.person(t, "phone")
	id := r.tell(t, p)
	r.expect(t, p, id, ce.DeliveryPending, "")
	b.err = nil

	// Another server takes the claim over before this one, which has sent, can record that.
	other := *r.Worker
	other.Store = r.store.System()
	var once sync.Once
	b.recorded = func() {
		once.Do(func() {
			r.clock.advance(3 * time.Minute)
			other.Deliver(t.Context())
		})
	}
	d := r.expect(t, p, id, ce.DeliverySent, "", "phone", "phone")
	if d.Attempts != 1 || !slices.Contains(r.outcomes, notify.OutcomeLeaseLost) {
		t.Errorf("%+v, outcomes %v", d, r.outcomes)
	}
}

// A person whose account is erased between claim and record is told nothing more, and nothing comes back.
func TestErasedMeanwhile(t *testing.T) {
	r := newRig(t)
	b := &between{System: r.Store}
	r.Store = b
	p := r.person(t, "phone")
	id := r.tell(t, p)
	var once sync.Once
	b.recorded = func() {
		once.Do(func() {
			if err := p.Erase(t.Context(), r.clock.now()); err != nil {
				t.Error(err)
			}
		})
	}
	r.Deliver(t.Context())
	if _, err := p.Notification(t.Context(), id); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the notification is back: %v", err)
	}
	r.server.Clear()
	r.clock.advance(time.Hour)
	if r.Deliver(t.Context()); r.server.Requests() != 0 {
		t.Errorf("%d messages to whoever is gone", r.server.Requests())
	}
}
