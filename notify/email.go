package notify

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"accrue/ce"
	"accrue/notify/hold"
	"accrue/notify/mail"
	"accrue/rules/wording"
)

// Email tells by mail, to an address that is known to be the professional's own.
type Email struct {
	Sender  *mail.Sender
	Letters mail.Letters
	// Link is where a letter leads, with LinkPlace in the place of the notification's id; "" for nowhere.
	Link string
	// Unsubscribe makes the address by which the professional ends reminders by e-mail.
	Unsubscribe func(context.Context, ce.ProfessionalID) (string, error)
	Now         func() time.Time
	Log         *slog.Logger

	hold hold.Hold
}

// The codes of letters.
const (
	codeRefused     = "REFUSED"     // the mail server will never take it
	codeUnavailable = "UNAVAILABLE" // the mail server did not take it now, or cannot be reached
)

// Name implements Channel.
func (e *Email) Name() ce.Channel { return ce.ChannelEmail }

// Held implements Channel.
func (e *Email) Held() time.Duration { return e.hold.Left(e.Now()) }

// Deliver implements Channel.
func (e *Email) Deliver(ctx context.Context, t Telling) Attempt {
	if !t.Recipient.Profile.EmailVerified || t.Recipient.Profile.Email == "" {
		return Attempt{Result: Nobody, Code: CodeNoAddress}
	}
	again := Attempt{Result: Retry, Code: codeUnavailable, Counts: true}
	if left := e.Held(); left > 0 {
		again.Counts, again.After = false, left+hold.Jitter(left/4)
		return again
	}
	tried := e.Now()
	letter, err := e.write(ctx, &t)
	if err == nil {
		err = e.Sender.Send(ctx, letter)
	}
	var failure *mail.Failure
	switch {
	case err == nil:
		e.hold.Succeeded(tried)
		return Attempt{Result: Sent, Counts: true, Reached: true}
	case ctx.Err() != nil:
		again.Counts, again.After = false, firstPause
		return again
	case !errors.As(err, &failure):
		e.Log.ErrorContext(ctx, "a reminder by e-mail is not written yet", "notification", t.Notification.ID, "error", err)
		again.Counts, again.After = false, firstPause
		return again
	case failure.Permanent:
		e.Log.WarnContext(ctx, "a reminder by e-mail is refused", "notification", t.Notification.ID, "error", err)
		return Attempt{Result: Failed, Code: codeRefused, Counts: true}
	case failure.Server:
		left, began := e.hold.Begin(tried, e.Now(), 0)
		if began {
			e.Log.WarnContext(ctx, "reminders by e-mail are held", "for", left.Round(time.Second), "error", err)
		}
		again.Counts, again.After = false, left+hold.Jitter(left/4)
		return again
	}
	e.Log.DebugContext(ctx, "a reminder by e-mail is not sent yet", "notification", t.Notification.ID, "error", err)
	return again
}

func (e *Email) write(ctx context.Context, t *Telling) (mail.Message, error) {
	profile := &t.Recipient.Profile
	to := mail.Recipient{Email: profile.Email, Name: profile.Name, Language: t.Recipient.Preferences.LanguageFor(profile)}
	id := string(t.Notification.ID)
	if t.Notification.Kind == ce.NotificationTest {
		return e.Letters.Test(id, to, t.At), nil
	}
	unsubscribe, err := e.Unsubscribe(ctx, profile.ID)
	if err != nil {
		return mail.Message{}, err
	}
	in := wording.For(to.Language)
	if t.Notification.Kind == ce.NotificationCredits {
		return e.Letters.CreditNews(mail.CreditNews{
			ID: id, To: to, At: t.At, News: t.Notification.Credits, Discreet: t.Recipient.Preferences.Detail == ce.DetailDiscreet,
			Link: linkTo(e.Link, t.Notification.ID), Unsubscribe: unsubscribe,
		}), nil
	}
	reminder := mail.Reminder{
		ID: id, To: to, At: t.At, On: t.Notification.On, Discreet: t.Recipient.Preferences.Detail == ce.DetailDiscreet,
		Link: linkTo(e.Link, t.Notification.ID), Unsubscribe: unsubscribe,
	}
	for i := range t.Notification.Items {
		item := &t.Notification.Items[i]
		reminder.Items = append(reminder.Items, mail.ReminderItem{
			Program: item.Program, Title: in.Render(item.Title), DueOn: item.DueOn, Remaining: item.Remaining, Unit: item.Unit,
		})
	}
	return e.Letters.Reminder(reminder), nil
}
