package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/notify"
	"accrue/notify/mail"
	"accrue/resolvers"
	"accrue/storage"
	"accrue/tracker"
	"accrue/unsubscribe"
)

// mailSettings is what the settings of mail say.
type mailSettings struct {
	server  mail.Server
	from    netmail.Address
	letters mail.Letters
}

// check reads the settings; nil when no mail is to be sent. Links lead to the public URL. No error repeats the URL of the server, which may hold a password.
func (m *Mail) check(public string) (*mailSettings, error) {
	if m.SMTPURL == "" {
		for name, value := range map[string]string{
			"mail-from": m.From, "mail-verification-link": m.VerificationLink, "mail-password-reset-link": m.PasswordResetLink,
		} {
			if value != "" {
				return nil, fmt.Errorf("--%s is set without --smtp-url", name)
			}
		}
		return nil, nil
	}
	var err error
	s := &mailSettings{}
	if s.server, err = mail.ParseServer(m.SMTPURL); err != nil {
		return nil, fmt.Errorf("--smtp-url %w", err)
	}
	if s.from, err = mail.ParseFrom(m.From); err != nil {
		return nil, fmt.Errorf("--mail-from %w", err)
	}
	if public == "" {
		return nil, errors.New("--smtp-url is set without --public-url, which the links in mail need")
	}
	public = strings.TrimSuffix(public, "/")
	s.letters = mail.Letters{Service: s.from.Name, Links: mail.Links{
		Verification: public + "/#verify={token}", PasswordReset: public + "/#reset={token}",
	}}
	if s.letters.Service == "" {
		s.letters.Service = "Accrue"
	}
	for _, link := range []struct {
		name, template string
		of             *string
	}{
		{"mail-verification-link", m.VerificationLink, &s.letters.Links.Verification},
		{"mail-password-reset-link", m.PasswordResetLink, &s.letters.Links.PasswordReset},
	} {
		if link.template == "" {
			continue
		}
		if err := mail.CheckLink(link.template, mail.Place); err != nil {
			return nil, fmt.Errorf("--%s %w", link.name, err)
		}
		*link.of = link.template
	}
	return s, nil
}

// post sends the letters of accounts and organizations.
type post struct {
	sender  *mail.Sender
	queue   *mail.Queue
	letters mail.Letters
	// invitation is the link of an invitation, with resolvers.CodePlace in the place of its code.
	invitation string
}

func newPost(s *mailSettings, metrics *metrics, log *slog.Logger) *post {
	sender := mail.NewSender(s.server, s.from)
	return &post{sender: sender, queue: mail.NewQueue(sender.Send, metrics.letter, log), letters: s.letters}
}

// Post implements identity.Mail.
func (p *post) Post(purpose storage.MailPurpose, write func(context.Context) (identity.Letter, error)) bool {
	return p.queue.Post(string(purpose), func(ctx context.Context) (mail.Message, error) {
		letter, err := write(ctx)
		if errors.Is(err, identity.ErrNoLetter) {
			return mail.Message{}, mail.ErrNothing
		} else if err != nil {
			return mail.Message{}, err
		}
		to := mail.Recipient{Email: letter.Email, Name: letter.Name, Language: letter.Locale}
		if letter.Purpose == storage.MailPasswordReset {
			return p.letters.PasswordReset(letter.ID, to, letter.At, letter.Token), nil
		}
		return p.letters.Verification(letter.ID, to, letter.At, letter.Token), nil
	})
}

// Invite implements tracker.Letters.
func (p *post) Invite(write func(context.Context) (tracker.InvitationLetter, error)) bool {
	return p.queue.Post("invitation", func(ctx context.Context) (mail.Message, error) {
		letter, err := write(ctx)
		if errors.Is(err, tracker.ErrNoLetter) {
			return mail.Message{}, mail.ErrNothing
		} else if err != nil {
			return mail.Message{}, err
		}
		to := mail.Recipient{Email: letter.Email, Language: letter.Locale}
		return p.letters.Invitation(letter.ID, to, letter.At, mail.Invitation{
			Organization: letter.Organization, Inviter: letter.Inviter, LastDay: letter.LastDay,
			Link: strings.ReplaceAll(p.invitation, resolvers.CodePlace, letter.Code),
		}), nil
	})
}

// greet finds out whether mail can be sent, and says so. That it cannot must not keep the server from starting: mail servers have
// outages of their own.
func (p *post) greet(ctx context.Context, log *slog.Logger) {
	if err := p.sender.Check(ctx); err != nil && ctx.Err() == nil {
		log.Warn("mail cannot be sent now; each letter is tried again for ten minutes", "error", err)
	} else if err == nil {
		log.Info("the mail server lets this server in")
	}
}

// lettersAtOnce is how many reminders are handed to the mail server at the same time.
const lettersAtOnce = 4

// newEmail returns what sends reminders by mail.
func (c *serveCommand) newEmail(s *services, log *slog.Logger) *notify.Email {
	return &notify.Email{
		Sender: s.post.sender, Letters: s.post.letters, Link: c.reminderLink(),
		Unsubscribe: unsubscribeAddress(s.tracker, c.PublicURL), Now: time.Now, Log: log,
	}
}

// unsubscribeAddress returns what makes the address, below the public URL, at which the reader of one letter ends the professional's reminders
// by e-mail; NOT_FOUND when there is no such professional.
func unsubscribeAddress(t *tracker.Tracker, public string) func(context.Context, ce.ProfessionalID) (string, error) {
	public = strings.TrimSuffix(public, "/")
	return func(ctx context.Context, professional ce.ProfessionalID) (string, error) {
		secret, err := t.UnsubscribeToken(ctx, professional)
		if err != nil {
			return "", err
		}
		return public + unsubscribe.Path(secret), nil
	}
}
