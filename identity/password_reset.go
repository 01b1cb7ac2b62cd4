package identity

import (
	"context"
	"errors"

	"accrue/ce"
	"accrue/storage"
)

// RequestPasswordReset sends a mail by which its reader may set a new password, if there is an account of the e-mail address.
// Its answer, its time and its limits are the same if there is none: it asks the store nothing of accounts. Too many
// requests from the address, the client's IP address, or for the e-mail address are RATE_LIMITED. It is FORBIDDEN where
// no mail can be sent.
func (a *Accounts) RequestPasswordReset(ctx context.Context, email, address string) error {
	if a.mail == nil {
		return errNoMail()
	}
	_, key, err := ce.ParseEmail(email)
	if err != nil {
		return problemAt("email", err)
	}
	if err := a.allowAddress(ctx, address); err != nil {
		return err
	}
	if err := a.allowMail(ctx, storage.MailPasswordReset, key); err != nil {
		return err
	}
	a.post(storage.MailPasswordReset, key) // an answer that there is no room would be as good as a promise that there is an account
	return nil
}

// ResetPasswordByMail sets a new password by the token of a mail and ends all sessions of the account. The token works once:
// it holds as long as the password is the one that was forgotten. The same request repeated succeeds, since the answer to the first may
// have been lost. As the mail was read, the e-mail address is verified.
//
// A token that is not, or no longer, valid is INVALID_INPUT at the path token, a password that will not do INVALID_INPUT at newPassword.
// Every attempt counts against the address, the client's IP address, "" when unknown.
func (a *Accounts) ResetPasswordByMail(ctx context.Context, token, newPassword, address string) error {
	if err := a.allowAddress(ctx, address); err != nil {
		return err
	}
	found, err := a.mailToken(ctx, storage.MailPasswordReset, token)
	if err != nil {
		return err
	}
	account, err := a.store.Identity().AccountOf(ctx, found.Professional)
	if errors.Is(err, storage.ErrNotFound) {
		return errBadLink()
	} else if err != nil {
		return err
	}
	if err := checkPassword(newPassword, account.Email); err != nil {
		return problemAt("newPassword", err)
	}
	if ce.Digest(account.PasswordHash) == found.Holds {
		account, err = a.setPassword(ctx, account, newPassword)
	} else {
		err = a.resetAgain(ctx, account, newPassword)
	}
	if err != nil {
		return err
	}
	a.forgive(ctx, account.Email)
	err = a.verified(ctx, account.Professional, ce.Digest(account.Email))
	if ce.CodeOf(err) == ce.CodeInvalidInput { // no profile yet after a sign-up cut short
		return nil
	}
	return err
}

// resetAgain answers a reset by a token that was used: when the new password is in force, the first try may not have come to
// its end. It counts as an attempt at the password, which it would otherwise let be guessed.
func (a *Accounts) resetAgain(ctx context.Context, account storage.Account, newPassword string) error {
	_, err := a.prove(ctx, account.Email, newPassword)
	if ce.CodeOf(err) == ce.CodeUnauthenticated {
		return errBadLink()
	} else if err != nil {
		return err
	}
	return a.endSessions(ctx, account.Professional)
}
