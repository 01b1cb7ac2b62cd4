package identity

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// ChangePassword sets a new password, ends all sessions of the viewer and returns a new
// one. A wrong old password is INVALID_INPUT at the path oldPassword and counts as an attempt; a new one that
// will not do is INVALID_INPUT at newPassword. A change that was cut short can be repeated.
func (a *Accounts) ChangePassword(ctx context.Context, viewer Viewer, oldPassword, newPassword string) (Session, error) {
	account, err := a.accountOf(ctx, viewer.Professional)
	if err != nil {
		return Session{}, err
	}
	if err := checkPassword(newPassword, account.Email); err != nil {
		return Session{}, problemAt("newPassword", err)
	}
	proven, err := a.prove(ctx, account.Email, oldPassword)
	if ce.CodeOf(err) == ce.CodeUnauthenticated {
		// When the new password is in force already, the first try did not come to its end.
		if done, _, _ := a.hasher.matches(ctx, newPassword, account.PasswordHash); !done {
			return Session{}, problemAt("oldPassword", errNotYours)
		}
		proven = account
	} else if err != nil {
		return Session{}, err
	}
	changed, err := a.setPassword(ctx, proven, newPassword)
	if err != nil {
		return Session{}, err
	}
	return a.enter(ctx, changed, newPassword)
}

// ResetPassword sets a new password without asking for the old one, and ends all
// sessions of the account: for the operator. NOT_FOUND when there is no such account.
func (a *Accounts) ResetPassword(ctx context.Context, email, newPassword string) error {
	var problems ce.Problems
	_, key, err := ce.ParseEmail(email)
	problems.Check(err, "email")
	problems.Check(checkPassword(newPassword, key), "newPassword")
	if err := problems.Err(); err != nil {
		return err
	}
	account, err := a.store.Identity().AccountByEmail(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		return ce.Errorf(ce.CodeNotFound, "There is no account with this e-mail address.")
	} else if err != nil {
		return err
	}
	if _, err := a.setPassword(ctx, account, newPassword); err != nil {
		return err
	}
	a.forgive(ctx, key)
	return nil
}

// CheckPassword asks for the password again before something that can't be undone. A wrong
// one is INVALID_INPUT at the path password and counts as an attempt.
func (a *Accounts) CheckPassword(ctx context.Context, viewer Viewer, password string) error {
	account, err := a.accountOf(ctx, viewer.Professional)
	if err != nil {
		return err
	}
	_, err = a.prove(ctx, account.Email, password)
	if ce.CodeOf(err) == ce.CodeUnauthenticated {
		return problemAt("password", errNotYours)
	}
	return err
}

var errNotYours = errors.New("is not your password")

func problemAt(path string, err error) error {
	var problems ce.Problems
	problems.Check(err, path)
	return problems.Err()
}

func (a *Accounts) accountOf(ctx context.Context, professional ce.ProfessionalID) (storage.Account, error) {
	account, err := a.store.Identity().AccountOf(ctx, professional)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Account{}, errSessionEnded()
	} else if err != nil {
		return storage.Account{}, err
	}
	return account, nil
}

// setPassword stores the password and ends all sessions. The order matters: a sign-in
// with the old password that gets through in between is either found by the
// ending, or finds the new hash itself (see enter).
func (a *Accounts) setPassword(ctx context.Context, account storage.Account, password string) (storage.Account, error) {
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return storage.Account{}, err
	}
	changed, err := a.store.Identity().UpdateAccount(ctx, account.Email, func(current *storage.Account) error {
		if current.PasswordHash != account.PasswordHash {
			return errOvertaken()
		}
		current.PasswordHash = hash
		return nil
	})
	if err != nil {
		return storage.Account{}, err
	}
	return changed, a.endSessions(ctx, account.Professional)
}

// endSessions makes every session so far invalid, and their access tokens with them.
func (a *Accounts) endSessions(ctx context.Context, professional ce.ProfessionalID) error {
	now := a.now()
	_, err := a.store.Professional(professional).UpdateProfile(ctx, func(p *ce.Professional) error {
		from := now.Truncate(time.Second)
		if from.Before(p.SessionsFrom) {
			from = p.SessionsFrom
		}
		// Tokens tell whole seconds: this is later than any sign-in so far, and no
		// sign-in from now on is earlier, see begin.
		p.SessionsFrom = from.Add(time.Second)
		p.UpdatedAt = now
		return nil
	})
	if err != nil && !errors.Is(err, storage.ErrNotFound) { // no profile yet after a sign-up cut short
		return err
	}
	return a.store.Identity().RevokeSessions(ctx, professional, "")
}

func errOvertaken() error {
	return ce.Errorf(ce.CodeConflict, "The password was changed at the same time; try again.")
}
