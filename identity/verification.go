package identity

import (
	"context"
	"errors"

	"accrue/ce"
	"accrue/storage"
)

// welcome sends a new account its first mail. That it cannot must not undo the sign-up: she can ask for another.
func (a *Accounts) welcome(ctx context.Context, emailKey string) {
	if a.mail != nil && a.allowMail(ctx, storage.MailVerification, emailKey) == nil {
		a.post(storage.MailVerification, emailKey)
	}
}

// ResendVerification sends the viewer another mail by which to show that her e-mail address is hers, and reports whether
// that is still needed. Too many are RATE_LIMITED; while there is no room for more it is UNAVAILABLE, and FORBIDDEN where no
// mail can be sent.
func (a *Accounts) ResendVerification(ctx context.Context, viewer Viewer) (needed bool, err error) {
	if a.mail == nil {
		return false, errNoMail()
	}
	account, err := a.accountOf(ctx, viewer.Professional)
	if err != nil {
		return false, err
	}
	profile, err := a.store.Professional(viewer.Professional).Profile(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return false, errSessionEnded()
	} else if err != nil || profile.EmailVerified {
		return false, err
	}
	if err := a.allowMail(ctx, storage.MailVerification, account.Email); err != nil {
		return false, err
	}
	if !a.post(storage.MailVerification, account.Email) {
		return false, errMailFull()
	}
	return true, nil
}

// VerifyEmail takes the token of a verification mail as proof that its reader owns the e-mail address. Repeated before the
// token expires, it succeeds and changes nothing. A token that proves nothing is INVALID_INPUT at the path token; every
// attempt counts against the address, the client's IP address, "" when unknown.
func (a *Accounts) VerifyEmail(ctx context.Context, token, address string) error {
	if err := a.allowAddress(ctx, address); err != nil {
		return err
	}
	found, err := a.mailToken(ctx, storage.MailVerification, token)
	if err != nil {
		return err
	}
	return a.verified(ctx, found.Professional, found.Holds)
}

// verified says of the professional that her e-mail address is hers, if it is still the one of the digest.
func (a *Accounts) verified(ctx context.Context, professional ce.ProfessionalID, held string) error {
	_, err := a.store.Professional(professional).UpdateProfile(ctx, func(p *ce.Professional) error {
		_, key, err := ce.ParseEmail(p.Email)
		switch {
		case err != nil || ce.Digest(key) != held:
			return errBadLink()
		case p.EmailVerified:
			return storage.ErrUnchanged
		}
		p.EmailVerified, p.UpdatedAt = true, a.now()
		return nil
	})
	if errors.Is(err, storage.ErrNotFound) { // erased since
		return errBadLink()
	}
	return err
}
