package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/storage"
	"accrue/storage/sqlite"
)

// clock stands until it is moved.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMilli(c.at.Load()).UTC() }
func (c *clock) set(t time.Time)         { c.at.Store(t.UnixMilli()) }
func (c *clock) advance(d time.Duration) { c.set(c.now().Add(d)) }

// rig is a worker that pushes from a database to an endpoint.
type rig struct {
	*notify.Worker
	store    storage.Store
	server   *fcmtest.Server
	clock    *clock
	mu       sync.Mutex
	outcomes []string
}

// morning is a decent hour in New York, where the professionals of these tests live.
var morning = time.Date(2026, time.December, 1, 15, 0, 0, 0, time.UTC)

func newRig(t *testing.T, change ...func(*fcm.Config)) *rig {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	r := &rig{store: store, clock: new(clock)}
	r.clock.set(morning)
	// The endpoint goes by the system's clock, as the library does that asks for access tokens: they are to outlast what is moved here.
	r.server = fcmtest.Start(t, fcmtest.Options{TokenLife: 10_000 * time.Hour})
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	config := fcm.Config{Credentials: r.server.Credentials(), Endpoint: r.server.Endpoint(), PerMinute: -1, Timeout: 5 * time.Second, Now: r.clock.now, Log: log}
	for _, c := range change {
		c(&config)
	}
	sender, err := fcm.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	r.Worker = &notify.Worker{
		Store: store.System(), AtOnce: 8, Now: r.clock.now, Log: log,
		Channel: &notify.Push{
			Sender: sender, Link: "https://app.example.com/n/{notification}", Log: log,
			Unregister: func(ctx context.Context, p ce.ProfessionalID, d ce.DeviceID) error {
				return store.Professional(p).UnregisterDevice(ctx, d)
			},
		},
		Observe: func(outcome, code string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.outcomes = append(r.outcomes, strings.TrimSpace(outcome+" "+code))
		},
	}
	return r
}

// person is a professional with a deadline of her own, due in ten days, and devices.
type person struct {
	storage.Professional
	id       ce.ProfessionalID
	deadline ce.OwnDeadline
}

func (r *rig) person(t *testing.T, devices ...string) person {
	t.Helper()
	p := person{id: ce.ProfessionalID(ce.NewUUID())}
	p.Professional = r.store.Professional(p.id)
	now := r.clock.now()
	_, err := p.CreateProfile(t.Context(), ce.Professional{ID: p.id, Locale: "en", TimeZone: "America/New_York", CreatedAt: now, UpdatedAt: now})
	if err == nil {
		p.deadline, err = p.OwnDeadlines().Create(t.Context(), ce.OwnDeadline{
			ID: ce.DeadlineID(ce.NewUUID()), Title: "CPR card", DueOn: ce.MustDate(2026, time.December, 11), TimeZone: "America/New_York", CreatedAt: now, UpdatedAt: now,
		}, "digest")
	}
	for i, name := range devices {
		if err == nil {
			_, err = p.RegisterDevice(t.Context(), ce.Device{
				ID: ce.NewDeviceID(fcmtest.Token(name)), Token: fcmtest.Token(name), Platform: ce.PlatformAndroid, SeenAt: now.Add(-time.Duration(i) * time.Second), CreatedAt: now,
			})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// tell issues a reminder of the deadline, due to be pushed now.
func (r *rig) tell(t *testing.T, p person, items ...ce.NotificationItem) ce.NotificationID {
	t.Helper()
	return r.tellBy(t, ce.ChannelPush, p, items...)
}

// tellBy is tell by another channel.
func (r *rig) tellBy(t *testing.T, channel ce.Channel, p person, items ...ce.NotificationItem) ce.NotificationID {
	t.Helper()
	if items == nil {
		items = []ce.NotificationItem{{Deadline: p.deadline.ID, Kind: ce.DeadlineOther, DueOn: p.deadline.DueOn, Step: 10, Title: titled("CPR card"), Status: ce.DeadlineUpcoming}}
	}
	n := ce.Notification{
		ID: ce.NotificationID(ce.NewUUID()), Kind: ce.NotificationReminder, On: ce.DateOf(r.clock.now(), time.UTC), CreatedAt: r.clock.now(), Items: items,
		Push: ce.Delivery{State: ce.DeliveryNone}, Email: ce.Delivery{State: ce.DeliveryNone},
	}
	*n.By(channel) = ce.Delivery{State: ce.DeliveryPending, NextAt: r.clock.now()}
	if err := p.CreateNotification(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return n.ID
}

func titled(title string) ce.Text { return ce.NewText(ce.Message{ID: "text", Values: []string{title}}) }

func (r *rig) delivery(t *testing.T, p person, id ce.NotificationID) ce.Delivery {
	t.Helper()
	n, err := p.Notification(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return n.Push
}

// expect delivers what is due and compares the state of the delivery, its code and what was accepted by which devices since the last time.
func (r *rig) expect(t *testing.T, p person, id ce.NotificationID, state ce.DeliveryState, code string, devices ...string) ce.Delivery {
	t.Helper()
	r.Deliver(t.Context())
	d := r.delivery(t, p, id)
	if d.State != state || d.Code != code {
		t.Errorf("the delivery is %s %s, want %s %s", d.State, d.Code, state, code)
	}
	var got, want []string
	for _, message := range r.server.Received() {
		got = append(got, message.Token)
	}
	for _, name := range devices {
		want = append(want, fcmtest.Token(name))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d messages were accepted, want those to %v", len(got), devices)
	}
	r.server.Clear()
	return d
}

func TestDeliver(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone", "tablet")
	id := r.tell(t, p)
	d := r.expect(t, p, id, ce.DeliverySent, "", "phone", "tablet")
	if d.Attempts != 1 || !d.SentAt.Equal(morning) {
		t.Errorf("%+v", d)
	}
	r.expect(t, p, id, ce.DeliverySent, "")
	if want := []string{"SENT"}; !slices.Equal(r.outcomes, want) {
		t.Errorf("outcomes %v, want %v", r.outcomes, want)
	}
}

func TestEachDeviceIsSentToOnce(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone", "tablet", "watch")
	r.server.Script(fcmtest.Internal(), fcmtest.None(), fcmtest.Internal())
	id := r.tell(t, p)
	d := r.expect(t, p, id, ce.DeliveryPending, "INTERNAL", "tablet")
	if pause := d.NextAt.Sub(morning); pause < 10*time.Second || pause > time.Minute || d.Attempts != 1 {
		t.Errorf("%+v", d)
	}
	r.expect(t, p, id, ce.DeliveryPending, "INTERNAL")
	r.clock.advance(time.Minute)
	r.server.Script(fcmtest.None(), fcmtest.Reset())
	r.expect(t, p, id, ce.DeliveryPending, fcm.CodeBroken, "phone")
	r.clock.advance(2 * time.Minute)
	d = r.expect(t, p, id, ce.DeliverySent, "", "watch")
	if d.Attempts != 3 || !d.SentAt.Equal(morning) || d.Settled != nil {
		t.Errorf("%+v", d)
	}
}

func TestDevicesThatAreGone(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "gone", "other project's", "phone")
	r.server.Unregister(fcmtest.Token("gone"))
	r.server.Mismatch(fcmtest.Token("other project's"))
	r.expect(t, p, r.tell(t, p), ce.DeliverySent, "", "phone")
	devices, err := p.Devices(t.Context())
	if err != nil || len(devices) != 1 || devices[0].Token != fcmtest.Token("phone") {
		t.Errorf("left: %v %v", devices, err)
	}
	r.server.Unregister(fcmtest.Token("phone"))
	r.expect(t, p, r.tell(t, p), ce.DeliveryFailed, "UNREGISTERED")
	r.expect(t, p, r.tell(t, p), ce.DeliveryNone, notify.CodeNoDevice)
}

func TestAMessageThatIsRefused(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	r.server.Script(fcmtest.Refuse(fcmtest.Refusal{Status: 400, Code: "INVALID_ARGUMENT", ErrorCode: "INVALID_ARGUMENT"}))
	id := r.tell(t, p)
	r.expect(t, p, id, ce.DeliveryFailed, "INVALID_ARGUMENT")
	r.clock.advance(24 * time.Hour)
	r.expect(t, p, id, ce.DeliveryFailed, "INVALID_ARGUMENT")
}

// What fails again and again ends after some hours, and rests in the quiet hours.
func TestAMessageThatFailsForLong(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	faults := []fcmtest.Fault{fcmtest.Internal(), fcmtest.Page(http.StatusBadGateway), fcmtest.Half()}
	attempts := 0
	for d := r.delivery(t, p, id); d.State == ce.DeliveryPending; d = r.delivery(t, p, id) {
		if attempts++; attempts > 20 {
			t.Fatal("it never ends")
		}
		r.clock.set(d.NextAt)
		r.server.Script(faults[attempts%3])
		r.Deliver(t.Context())
	}
	d := r.expect(t, p, id, ce.DeliveryFailed, "INTERNAL")
	if d.NextAt.IsZero() || d.NextAt.After(r.clock.now()) {
		t.Errorf("the last attempt is said to have been due at %v, now it is %v", d.NextAt, r.clock.now())
	}
	if d.Attempts != 15 {
		t.Errorf("%d attempts", d.Attempts)
	}
	if took := r.clock.now().Sub(morning); took < 5*time.Hour || took > 24*time.Hour {
		t.Errorf("took %v", took)
	}
}

// An outage of FCM, or of our right to send, is nobody's attempt, however long it lasts; only the time it is worth ends.
func TestAnOutage(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	r.server.Script(fcmtest.Unavailable(time.Hour))
	d := r.expect(t, p, id, ce.DeliveryPending, "UNAVAILABLE")
	if pause := d.NextAt.Sub(morning); pause < time.Hour || d.Attempts != 0 {
		t.Errorf("%+v", d)
	}
	second := r.tell(t, p)
	requests := r.server.Requests()
	r.expect(t, p, second, ce.DeliveryPending, "")
	if r.server.Requests() != requests {
		t.Error("something was sent while all is held")
	}
	r.clock.advance(2 * time.Hour)
	r.server.Deny(true)
	r.Deliver(t.Context())
	if a, b := r.delivery(t, p, id), r.delivery(t, p, second); a.State != ce.DeliveryPending || b.State != ce.DeliveryPending || a.Attempts+b.Attempts != 0 {
		t.Errorf("while it is denied: %+v %+v", a, b)
	}
	r.server.Deny(false)
	r.clock.advance(2 * time.Hour)
	r.Deliver(t.Context())
	if a, b := r.delivery(t, p, id), r.delivery(t, p, second); a.State != ce.DeliverySent || b.State != ce.DeliverySent {
		t.Errorf("after the outage: %+v %+v", a, b)
	}
	r.server.Clear()
	third := r.tell(t, p)
	r.clock.advance(73 * time.Hour)
	r.expect(t, p, third, ce.DeliveryFailed, notify.CodeExpired)
}

func TestQuietHours(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	r.clock.advance(12 * time.Hour) // 22:00 there
	d := r.expect(t, p, id, ce.DeliveryPending, "")
	if want := time.Date(2026, time.December, 2, 13, 0, 0, 0, time.UTC); !d.NextAt.Equal(want) {
		t.Errorf("postponed to %v, want 08:00 there, %v", d.NextAt, want)
	}
	r.clock.set(d.NextAt)
	r.Deliver(t.Context())
	// The message speaks of the day on which it is sent.
	if got := r.server.Received(); len(got) != 1 || !strings.Contains(fmt.Sprint(got[0].Message), "in 9 days") {
		t.Errorf("%v", got)
	}
	test := ce.Notification{
		ID: ce.NotificationID(ce.NewUUID()), Kind: ce.NotificationTest, CreatedAt: r.clock.now().Add(15 * time.Hour),
		Push: ce.Delivery{State: ce.DeliveryPending, NextAt: r.clock.now().Add(15 * time.Hour)}, Email: ce.Delivery{State: ce.DeliveryNone},
	}
	if err := p.CreateNotification(t.Context(), test); err != nil {
		t.Fatal(err)
	}
	r.clock.set(test.CreatedAt)
	r.server.Clear()
	r.expect(t, p, test.ID, ce.DeliverySent, "", "phone")
}

func TestWhatIsObsolete(t *testing.T) {
	preferences := func(change func(*ce.ReminderPreferences)) func(*testing.T, *rig, person) error {
		return func(t *testing.T, _ *rig, p person) error {
			_, err := p.UpdateReminderPreferences(t.Context(), func(r *ce.ReminderPreferences) error {
				*r = ce.DefaultReminderPreferences()
				change(r)
				return nil
			})
			return err
		}
	}
	update := func(change func(*ce.OwnDeadline)) func(*testing.T, *rig, person) error {
		return func(t *testing.T, _ *rig, p person) error {
			_, err := p.OwnDeadlines().Update(t.Context(), p.deadline.ID, func(d *ce.OwnDeadline) error { change(d); return nil })
			return err
		}
	}
	for name, change := range map[string]func(*testing.T, *rig, person) error{
		"done":               update(func(d *ce.OwnDeadline) { d.DoneOn = ce.MustDate(2026, time.December, 1) }),
		"due on another day": update(func(d *ce.OwnDeadline) { d.DueOn = ce.MustDate(2027, time.December, 1) }),
		"removed": func(t *testing.T, r *rig, p person) error {
			return p.OwnDeadlines().Remove(t.Context(), p.deadline.ID, r.clock.now(), func(ce.OwnDeadline) error { return nil })
		},
		"muted":       preferences(func(p *ce.ReminderPreferences) { p.MuteUntil = ce.MustDate(2026, time.December, 2) }),
		"no push":     preferences(func(p *ce.ReminderPreferences) { p.Channels = []ce.Channel{ce.ChannelEmail} }),
		"no channels": preferences(func(p *ce.ReminderPreferences) { p.Channels = []ce.Channel{} }),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			p := r.person(t, "phone")
			id := r.tell(t, p)
			if err := change(t, r, p); err != nil {
				t.Fatal(err)
			}
			r.expect(t, p, id, ce.DeliveryNone, notify.CodeObsolete)
		})
	}
	t.Run("muted until today, and snoozed", func(t *testing.T) {
		r := newRig(t)
		p := r.person(t, "phone")
		id := r.tell(t, p)
		err := preferences(func(x *ce.ReminderPreferences) { x.MuteUntil = ce.MustDate(2026, time.December, 1) })(t, r, p)
		if err != nil {
			t.Fatal(err)
		}
		r.expect(t, p, id, ce.DeliverySent, "", "phone")
		id = r.tell(t, p)
		err = preferences(func(x *ce.ReminderPreferences) {
			x.Snooze = ce.Snooze{p.deadline.ID: ce.MustDate(2026, time.December, 2)}
		})(t, r, p)
		if err != nil {
			t.Fatal(err)
		}
		r.expect(t, p, id, ce.DeliveryNone, notify.CodeObsolete)
	})
	t.Run("one of two", func(t *testing.T) {
		r := newRig(t)
		p := r.person(t, "phone")
		mine := ce.NotificationItem{Deadline: p.deadline.ID, Kind: ce.DeadlineOther, DueOn: p.deadline.DueOn, Step: 10, Title: titled("CPR card"), Status: ce.DeadlineUpcoming}
		gone := mine
		gone.Deadline, gone.Title = ce.DeadlineID(ce.NewUUID()), titled("licence fee")
		id := r.tell(t, p, mine, gone)
		r.Deliver(t.Context())
		if got := r.server.Received(); len(got) != 1 || strings.Contains(fmt.Sprint(got[0].Message), "licence fee") || !strings.Contains(fmt.Sprint(got[0].Message), "CPR card") {
			t.Errorf("%v", got)
		}
		r.server.Clear()
		r.expect(t, p, id, ce.DeliverySent, "")
	})
}

// failing is a database that goes away between sending and recording.
type failing struct {
	storage.System
	left atomic.Int32 // how often it fails yet
	err  error
}

func (f *failing) FinishDelivery(ctx context.Context, claim storage.DeliveryClaim, d ce.Delivery) error {
	if f.left.Add(-1) >= 0 {
		return f.err
	}
	return f.System.FinishDelivery(ctx, claim, d)
}

func TestWhatIsSentIsRecordedWhenTheDatabaseIsBack(t *testing.T) {
	r := newRig(t)
	f := &failing{System: r.Store, err: storage.ErrUnavailable}
	f.left.Store(3)
	r.Store = f
	p := r.person(t, "phone")
	r.expect(t, p, r.tell(t, p), ce.DeliverySent, "", "phone")
}

// A worker that is told to stop finishes what FCM takes and gives the rest back at once.
func TestStop(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	r.server.Script(fcmtest.Hang(time.Hour))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	for r.server.Requests() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	d := r.delivery(t, p, id)
	if d.State != ce.DeliveryPending || d.NextAt.After(morning.Add(time.Minute)) {
		t.Errorf("%+v", d)
	}
	r.clock.advance(time.Minute)
	r.expect(t, p, id, ce.DeliverySent, "", "phone")
}

// Workers of many servers share what is due; each message is sent once.
func TestManyWorkers(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	const n = 200
	for range n {
		r.tell(t, p)
	}
	var working sync.WaitGroup
	for range 3 {
		working.Go(func() { r.Deliver(t.Context()) })
	}
	working.Wait()
	seen := map[any]int{}
	for _, m := range r.server.Received() {
		seen[m.Message["data"].(map[string]any)["notificationId"]]++
	}
	if len(seen) != n || r.server.Accepted() != n {
		t.Errorf("%d notifications in %d messages, want %d", len(seen), r.server.Accepted(), n)
	}
	for state, want := range map[ce.DeliveryState]int{ce.DeliveryPending: 0, ce.DeliveryFailed: 0} {
		if count, _, err := r.store.System().CountDeliveries(t.Context(), ce.ChannelPush, state); err != nil || count != want {
			t.Errorf("%d are %s: %v", count, state, err)
		}
	}
}

// A dead server's claims are taken over when they end.
func TestAClaimThatEnds(t *testing.T) {
	r := newRig(t)
	p := r.person(t, "phone")
	id := r.tell(t, p)
	claimed, err := r.store.System().ClaimDeliveries(t.Context(), ce.ChannelPush, morning, morning.Add(2*time.Minute), 10)
	if err != nil || len(claimed) != 1 {
		t.Fatal(len(claimed), err)
	}
	r.expect(t, p, id, ce.DeliveryPending, "")
	r.clock.advance(2 * time.Minute)
	r.expect(t, p, id, ce.DeliverySent, "", "phone")
	err = r.store.System().FinishDelivery(t.Context(), claimed[0].DeliveryClaim, ce.Delivery{State: ce.DeliveryFailed})
	if !errors.Is(err, storage.ErrLeaseLost) {
		t.Errorf("the dead server came back: %v", err)
	}
}
