package main

import (
	"context"
	"errors"
	"log/slog"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/fcm"
	"accrue/storage"
)

// maxPushes is how many messages are sent at once: enough for Firebase's quota when each takes 150 ms.
const maxPushes = 2048

// pushOff is why nothing is pushed, "" when it is.
func (c *serveCommand) pushOff() string {
	switch {
	case !c.Push.Push:
		return "ACCRUE_PUSH is false"
	case c.Credentials == "" && (c.ProjectID == "" || c.AllowEmulator):
		return "FIREBASE_CREDENTIALS names no service account"
	}
	return ""
}

// check finds settings that would do nothing, or nothing sensible.
func (p *Push) check(off string) error {
	switch {
	case p.PushRate <= 0:
		return errors.New("--push-rate must be above 0")
	case p.FCMEndpoint != "" && off != "":
		return errors.New("--fcm-endpoint is set and push is off, since " + off)
	}
	return nil
}

// newPush returns what pushes reminders, nil when nothing does.
func (c *serveCommand) newPush(ctx context.Context, store storage.Store, log *slog.Logger) (*notify.Push, error) {
	if c.pushOff() != "" {
		return nil, nil
	}
	sender, err := fcm.New(ctx, fcm.Config{
		ProjectID: c.ProjectID, Credentials: c.Credentials, Endpoint: c.FCMEndpoint, PerMinute: c.PushRate, Log: log,
	})
	if err != nil {
		return nil, err
	}
	return &notify.Push{
		Sender: sender,
		Link:   c.reminderLink(),
		Unregister: func(ctx context.Context, professional ce.ProfessionalID, device ce.DeviceID) error {
			return store.Professional(professional).UnregisterDevice(ctx, device)
		},
		Log: log,
	}, nil
}

// pushesAtOnce is how many messages may be on their way, so that the pace lets all of them through within some seconds.
func (p *Push) pushesAtOnce() int { return min(max(p.PushRate/6, 1), maxPushes) }

// greetFirebase finds out whether Firebase takes the credentials, and says so.
func greetFirebase(ctx context.Context, sender *fcm.Sender, log *slog.Logger) {
	if err := sender.Check(ctx); err != nil && ctx.Err() == nil {
		log.Warn("push cannot be sent now; it is tried again", "error", err)
	} else if err == nil {
		log.Info("Firebase lets this server push")
	}
}
