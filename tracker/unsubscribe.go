package tracker

import (
	"context"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// unsubscribeLife is for how long the link of a letter ends reminders by e-mail: long enough for whoever finds the letter half a
// year later. Laws ask for a month or two, and each later letter has a link of its own.
const unsubscribeLife = 180 * 24 * time.Hour

// Unsubscription is what a professional's page for ending reminders by e-mail shows.
type Unsubscription struct {
	Language string // BCP 47, of her reminders
	Done     bool   // no reminder of hers is sent by e-mail
}

// UnsubscribeToken makes a secret, for one letter to the professional, by which whoever has it may end her reminders by e-mail. It
// is not kept. NOT_FOUND when there is no such professional.
func (t *Tracker) UnsubscribeToken(ctx context.Context, professional ce.ProfessionalID) (string, error) {
	if _, err := t.store.Professional(professional).Profile(ctx); err != nil {
		return "", translate(err, "professional")
	}
	secret, now := ce.NewSecret(), t.now()
	return secret, t.store.Identity().CreateMailToken(ctx, storage.MailToken{
		ID: ce.Digest(secret), Purpose: storage.MailUnsubscribe, Professional: professional, ExpiresAt: now.Add(unsubscribeLife), CreatedAt: now,
	})
}

// Unsubscription returns what the page shows to whoever has the secret, or NOT_FOUND.
func (t *Tracker) Unsubscription(ctx context.Context, secret string) (Unsubscription, error) {
	v, err := t.unsubscriber(ctx, secret)
	if err != nil {
		return Unsubscription{}, err
	}
	profile, err := v.handle.Profile(ctx)
	if err != nil {
		return Unsubscription{}, translate(err, "link")
	}
	preferences, err := v.handle.ReminderPreferences(ctx)
	if err != nil {
		return Unsubscription{}, translate(err, "link")
	}
	preferences = preferences.OrDefault()
	return Unsubscription{Language: preferences.LanguageFor(&profile), Done: !preferences.By(ce.ChannelEmail)}, nil
}

// Unsubscribe ends reminders by e-mail of the professional who got the secret, and plans anew: e-mail is no longer among her
// channels, be it those of all certifications or of single ones. Ending them again is no error. NOT_FOUND for a secret that is
// none or too old, and when she is erased.
func (t *Tracker) Unsubscribe(ctx context.Context, secret string) error {
	v, err := t.unsubscriber(ctx, secret)
	if err != nil {
		return err
	}
	// The secret admits to nothing but this, so nobody is made or admitted who is not there.
	turn, err := v.handle.Begin(ctx)
	if err != nil {
		return translate(err, "link")
	}
	_, err = v.changePreferences(ctx, turn, nil, anyVersion, func(p *ce.ReminderPreferences) error {
		p.Leave(ce.ChannelEmail)
		return nil
	})
	return translate(err, "link")
}

// unsubscriber returns the view of the professional who got the secret.
func (t *Tracker) unsubscriber(ctx context.Context, secret string) (*View, error) {
	if len(secret) != ce.SecretLength {
		return nil, notFound("link")
	}
	token, err := t.store.Identity().MailToken(ctx, ce.Digest(secret))
	if err != nil {
		return nil, translate(err, "link")
	}
	if !token.Allows(storage.MailUnsubscribe, t.now()) {
		return nil, notFound("link")
	}
	return t.View(Viewer{Professional: token.Professional}), nil
}
