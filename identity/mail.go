package identity

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// How long the secrets sent by mail are worth something.
const (
	verificationLife  = 24 * time.Hour
	passwordResetLife = time.Hour
)

// Letter is a mail with a secret for the owner of an account.
type Letter struct {
	ID           string // a UUID
	Purpose      storage.MailPurpose
	Email        string
	Name, Locale string // Name may be ""
	Token        string // letters, digits, hyphens and underscores
	At           time.Time
}

// ErrNoLetter is what the writer of a letter returns when there is nobody to send it to.
var ErrNoLetter = errors.New("identity: no letter")

// Mail sends letters in the background.
type Mail interface {
	// Post returns at once, and has the letter written and sent soon after. While that fails, it runs write again, also when the
	// request that asked for the letter is over. It returns false when it can take no more.
	Post(purpose storage.MailPurpose, write func(context.Context) (Letter, error)) bool
}

// post has a letter of the purpose sent to the owner of the account, if there is one: whether there is, is found out after
// the request was answered, so that no answer and no time tells.
func (a *Accounts) post(purpose storage.MailPurpose, emailKey string) bool {
	return a.mail.Post(purpose, func(ctx context.Context) (Letter, error) { return a.write(ctx, purpose, emailKey) })
}

func (a *Accounts) write(ctx context.Context, purpose storage.MailPurpose, emailKey string) (Letter, error) {
	account, err := a.store.Identity().AccountByEmail(ctx, emailKey)
	if errors.Is(err, storage.ErrNotFound) {
		return Letter{}, ErrNoLetter
	} else if err != nil {
		return Letter{}, err
	}
	profile, err := a.store.Professional(account.Professional).Profile(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		profile = account.Profile // the sign-up was cut short
	} else if err != nil {
		return Letter{}, err
	}
	now := a.now()
	secret := ce.NewSecret()
	token := storage.MailToken{ID: ce.Digest(secret), Purpose: purpose, Professional: account.Professional, CreatedAt: now}
	switch purpose {
	case storage.MailVerification:
		if profile.EmailVerified {
			return Letter{}, ErrNoLetter
		}
		token.Holds, token.ExpiresAt = ce.Digest(account.Email), now.Add(verificationLife)
	case storage.MailPasswordReset:
		token.Holds, token.ExpiresAt = ce.Digest(account.PasswordHash), now.Add(passwordResetLife)
	}
	if err := a.store.Identity().CreateMailToken(ctx, token); err != nil {
		return Letter{}, err
	}
	return Letter{
		ID: ce.NewUUID(), Purpose: purpose, Email: account.Profile.Email, Name: profile.Name, Locale: profile.Locale,
		Token: secret, At: now,
	}, nil
}

// mailToken returns what is kept of a secret that was sent for the purpose.
func (a *Accounts) mailToken(ctx context.Context, purpose storage.MailPurpose, secret string) (storage.MailToken, error) {
	if len(secret) != ce.SecretLength {
		return storage.MailToken{}, errBadLink()
	}
	token, err := a.store.Identity().MailToken(ctx, ce.Digest(secret))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return storage.MailToken{}, errBadLink()
	case err != nil:
		return storage.MailToken{}, err
	case !token.Allows(purpose, a.now()):
		return storage.MailToken{}, errBadLink()
	}
	return token, nil
}
