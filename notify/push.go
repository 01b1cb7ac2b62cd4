package notify

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/rules/wording"
)

// Push tells by Firebase Cloud Messaging, each device by itself.
type Push struct {
	Sender *fcm.Sender
	// Link is where a notification leads, with LinkPlace in the place of its id; "" for nowhere.
	Link string
	// Unregister forgets a device of the professional.
	Unregister func(context.Context, ce.ProfessionalID, ce.DeviceID) error
	Log        *slog.Logger
}

// LinkPlace stands for the notification's id in a link.
const LinkPlace = "{notification}"

// Name implements Channel.
func (p *Push) Name() ce.Channel { return ce.ChannelPush }

// Held implements Channel.
func (p *Push) Held() time.Duration { return p.Sender.Held() }

// Deliver implements Channel. Devices whose app is gone are forgotten.
func (p *Push) Deliver(ctx context.Context, t Telling) Attempt {
	attempt := Attempt{Result: Nobody, Code: CodeNoDevice, Settled: slices.Clone(t.Settled)}
	language := wording.For(t.Recipient.Preferences.LanguageFor(&t.Recipient.Profile))
	retry := ""
	for i := range t.Recipient.Devices {
		device := &t.Recipient.Devices[i]
		if slices.Contains(t.Settled, device.ID) {
			continue
		}
		outcome := p.Sender.Send(ctx, fcm.Build(fcm.Push{
			Notification: &t.Notification, Device: device, Detail: t.Recipient.Preferences.Detail, Language: language,
			Link: linkTo(p.Link, t.Notification.ID), Unread: t.Recipient.Unread, At: t.At,
		}))
		attempt.Counts = attempt.Counts || outcome.Tried && !outcome.Project
		switch outcome.Result {
		case fcm.Sent:
			attempt.Reached = true
		case fcm.DropDevice:
			p.drop(ctx, t.Notification.Professional, device, outcome.Code)
			attempt.Result, attempt.Code = Failed, outcome.Code
		case fcm.Fail:
			attempt.Result, attempt.Code = Failed, outcome.Code
		case fcm.Retry:
			retry, attempt.After = outcome.Code, max(attempt.After, outcome.After)
			continue
		}
		attempt.Settled = append(attempt.Settled, device.ID)
	}
	switch {
	case retry != "":
		attempt.Result, attempt.Code = Retry, retry
	case attempt.Reached:
		attempt.Result, attempt.Code = Sent, ""
	}
	return attempt
}

// drop forgets a device. Should that fail, the next message to it tells again that it is gone.
func (p *Push) drop(ctx context.Context, professional ce.ProfessionalID, device *ce.Device, code string) {
	if err := p.Unregister(ctx, professional, device.ID); err != nil {
		p.Log.WarnContext(ctx, "a device that is gone is not forgotten yet", "code", code, "error", err)
	}
}

// linkTo is where a notification leads.
func linkTo(template string, id ce.NotificationID) string {
	return strings.ReplaceAll(template, LinkPlace, string(id))
}
