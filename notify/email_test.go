package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/mail"
	"accrue/notify/mail/mailtest"
	"accrue/storage"
)

const unsubscribeAddress = "https://ce.example.com/unsubscribe/the-secret"

// office is a rig whose worker sends letters.
type office struct {
	*rig
	email  *notify.Email
	mails  *mailtest.Server
	fault  atomic.Pointer[func(step string) error] // what the mail server does; nil for nothing
	writes atomic.Int32                            // how many addresses to unsubscribe were made
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{rig: newRig(t)}
	o.mails = mailtest.New(t, mailtest.Options{NoTLS: true, Fault: func(step string, _ *mailtest.Conn) error {
		if fault := o.fault.Load(); fault != nil {
			return (*fault)(step)
		}
		return nil
	}})
	o.email = &notify.Email{
		Sender: senderTo(t, o.mails.Address), Letters: mail.Letters{Service: "Example Credits"}, Link: "https://ce.example.com/#notification=" + notify.LinkPlace,
		Unsubscribe: func(context.Context, ce.ProfessionalID) (string, error) {
			o.writes.Add(1)
			return unsubscribeAddress, nil
		},
		Now: o.clock.now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	o.Channel = o.email
	return o
}

func senderTo(t *testing.T, address string) *mail.Sender {
	t.Helper()
	server, err := mail.ParseServer("smtp://" + address + "?tls=none")
	if err != nil {
		t.Fatal(err)
	}
	from, err := mail.ParseFrom("Example Credits <credits@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	return mail.NewSender(server, from)
}

// refuse has the mail server answer the step with the code until it is told otherwise; "" for no step.
func (o *office) refuse(step string, code int) {
	fault := func(at string) error {
		if at != step {
			return nil
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "jordan@example.com"}
	}
	o.fault.Store(&fault)
}

// reader is a professional who is reminded by e-mail.
func (o *office) reader(t *testing.T, verified bool) person {
	t.Helper()
	p := o.person(t)
	_, err := p.UpdateProfile(t.Context(), func(profile *ce.Professional) error {
		profile.Name, profile.Email, profile.EmailVerified = "Jordan Lee", "jordan@example.com", verified
		return nil
	})
	if err == nil {
		_, err = p.UpdateReminderPreferences(t.Context(), func(r *ce.ReminderPreferences) error {
			*r = ce.DefaultReminderPreferences()
			r.Channels = []ce.Channel{ce.ChannelEmail}
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// expect delivers what is due and compares the delivery.
func (o *office) expect(t *testing.T, p person, id ce.NotificationID, state ce.DeliveryState, code string, attempts int) ce.Delivery {
	t.Helper()
	o.Deliver(t.Context())
	n, err := p.Notification(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if n.Email.State != state || n.Email.Code != code || n.Email.Attempts != attempts {
		t.Errorf("the delivery is %s %s after %d attempts, want %s %s after %d", n.Email.State, n.Email.Code, n.Email.Attempts, state, code, attempts)
	}
	return n.Email
}

func TestALetter(t *testing.T) {
	o := newOffice(t)
	p := o.reader(t, true)
	id := o.tellBy(t, ce.ChannelEmail, p)
	if d := o.expect(t, p, id, ce.DeliverySent, "", 1); !d.SentAt.Equal(morning) {
		t.Errorf("%+v", d)
	}
	got := o.mails.Wait(t)
	if want := "CPR card"; !strings.Contains(got.Subject(t), want) || got.To[0] != "jordan@example.com" {
		t.Errorf("%q to %v", got.Subject(t), got.To)
	}
	for name, want := range map[string]string{
		"Message-Id": "<" + string(id) + "@example.org>", "List-Unsubscribe": "<" + unsubscribeAddress + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	text, _ := got.Parts(t)
	for _, want := range []string{"Jordan Lee", "in 10 days", "https://ce.example.com/#notification=" + string(id), unsubscribeAddress} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	o.clock.advance(24 * time.Hour)
	o.expect(t, p, id, ce.DeliverySent, "", 1)
	o.mails.Empty(t)
}

func TestLettersAreNotForEverybody(t *testing.T) {
	o := newOffice(t)
	unverified := o.reader(t, false)
	o.expect(t, unverified, o.tellBy(t, ce.ChannelEmail, unverified), ce.DeliveryNone, notify.CodeNoAddress, 0)
	byPush := o.person(t)
	o.expect(t, byPush, o.tellBy(t, ce.ChannelEmail, byPush), ce.DeliveryNone, notify.CodeObsolete, 0)
	left := o.reader(t, true)
	id := o.tellBy(t, ce.ChannelEmail, left)
	if _, err := left.UpdateReminderPreferences(t.Context(), func(r *ce.ReminderPreferences) error { r.Leave(ce.ChannelEmail); return nil }); err != nil {
		t.Fatal(err)
	}
	o.expect(t, left, id, ce.DeliveryNone, notify.CodeObsolete, 0)
	o.mails.Empty(t)
}

// A letter that fails by itself is tried again, one that is refused is not.
func TestALetterThatIsNotTaken(t *testing.T) {
	o := newOffice(t)
	p := o.reader(t, true)
	id := o.tellBy(t, ce.ChannelEmail, p)
	for attempts, step := range []string{"RCPT", "DATA"} {
		o.refuse(step, 452)
		d := o.expect(t, p, id, ce.DeliveryPending, "UNAVAILABLE", attempts+1)
		if pause := d.NextAt.Sub(o.clock.now()); pause < 10*time.Second || pause > time.Minute {
			t.Errorf("%s: it is tried again after %v", step, pause)
		}
		if left := o.email.Held(); left > 0 {
			t.Errorf("%s: all are held for %v", step, left)
		}
		o.clock.set(d.NextAt)
	}
	o.refuse("", 0)
	o.expect(t, p, id, ce.DeliverySent, "", 3)
	o.mails.Wait(t)
	for _, step := range []string{"RCPT", "DATA"} {
		o.refuse(step, 550)
		id := o.tellBy(t, ce.ChannelEmail, p)
		o.expect(t, p, id, ce.DeliveryFailed, "REFUSED", 1)
		o.clock.advance(24 * time.Hour)
		o.refuse("", 0)
		o.expect(t, p, id, ce.DeliveryFailed, "REFUSED", 1)
	}
	o.mails.Empty(t)
}

// What is wrong with the mail server is nobody's attempt, however long it lasts.
func TestAMailServerThatTakesNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for name, begin := range map[string]func(*office){
		"down":               func(o *office) { o.email.Sender = senderTo(t, listener.Addr().String()) },
		"refuses the sender": func(o *office) { o.refuse("MAIL", 550) },
		"busy":               func(o *office) { o.refuse("MAIL", 421) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			p := o.reader(t, true)
			id := o.tellBy(t, ce.ChannelEmail, p)
			good := o.email.Sender
			begin(o)
			last := time.Duration(0)
			for range 20 {
				d := o.expect(t, p, id, ce.DeliveryPending, "UNAVAILABLE", 0)
				held := o.email.Held()
				if held < 10*time.Second || held > 7*time.Minute || held < min(last, 5*time.Minute) || d.NextAt.Before(o.clock.now().Add(held)) {
					t.Fatalf("held for %v after %v, %+v", held, last, d)
				}
				last = held
				o.clock.set(d.NextAt)
			}
			o.email.Sender = good
			o.refuse("", 0)
			o.expect(t, p, id, ce.DeliverySent, "", 1)
			o.mails.Wait(t)
		})
	}
}

// A letter whose sending was not recorded is sent again as the same: mail programs show it once.
func TestALetterThatIsRepeated(t *testing.T) {
	o := newOffice(t)
	f := &failing{System: o.Store, err: storage.ErrLeaseLost}
	f.left.Store(1)
	o.Store = f
	p := o.reader(t, true)
	id := o.tellBy(t, ce.ChannelEmail, p)
	o.expect(t, p, id, ce.DeliveryPending, "", 0)
	o.clock.advance(2 * time.Minute)
	o.expect(t, p, id, ce.DeliverySent, "", 1)
	first, second := o.mails.Wait(t).Header.Get("Message-Id"), o.mails.Wait(t).Header.Get("Message-Id")
	if first != second || first != "<"+string(id)+"@example.org>" {
		t.Errorf("%s, then %s", first, second)
	}
	o.mails.Empty(t)
}

// The address to unsubscribe needs the database. Its absence is not the letter's attempt, and a test needs none.
func TestALetterThatCannotBeWritten(t *testing.T) {
	o := newOffice(t)
	p := o.reader(t, true)
	unsubscribe := o.email.Unsubscribe
	o.email.Unsubscribe = func(context.Context, ce.ProfessionalID) (string, error) { return "", errors.New("no database") }
	id := o.tellBy(t, ce.ChannelEmail, p)
	d := o.expect(t, p, id, ce.DeliveryPending, "UNAVAILABLE", 0)
	test := ce.Notification{
		ID: ce.NotificationID(ce.NewUUID()), Kind: ce.NotificationTest, CreatedAt: o.clock.now(),
		Push: ce.Delivery{State: ce.DeliveryNone}, Email: ce.Delivery{State: ce.DeliveryPending, NextAt: o.clock.now()},
	}
	if err := p.CreateNotification(t.Context(), test); err != nil {
		t.Fatal(err)
	}
	o.expect(t, p, test.ID, ce.DeliverySent, "", 1)
	if got := o.mails.Wait(t).Header.Get("List-Unsubscribe"); got != "" {
		t.Errorf("a test can be unsubscribed at %s", got)
	}
	o.email.Unsubscribe = unsubscribe
	o.clock.set(d.NextAt)
	o.expect(t, p, id, ce.DeliverySent, "", 1)
	if o.writes.Load() != 1 {
		t.Errorf("%d addresses were made", o.writes.Load())
	}
}
