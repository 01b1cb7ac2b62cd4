package identity

import (
	"errors"
	"time"

	"accrue/ce"
)

// Functions, since callers may add to an error.

func errNoToken() error {
	return ce.Errorf(ce.CodeUnauthenticated, "Sign in first.")
}

func errBadToken() error {
	return ce.Errorf(ce.CodeUnauthenticated, "Your sign-in is not valid; sign in again.")
}

// errSessionEnded is for a session that is over, whether it expired, was ended or was replaced.
func errSessionEnded() error {
	return ce.Errorf(ce.CodeUnauthenticated, "Your session has expired; sign in again.")
}

func errDisabled() error {
	return ce.Errorf(ce.CodeUnauthenticated, "This account is disabled.")
}

func errWrongPassword() error {
	return ce.Errorf(ce.CodeUnauthenticated, "The e-mail address or the password is wrong.")
}

func errTaken() error {
	return &ce.Error{
		Code: ce.CodeConflict, Path: []string{"email"},
		Text: "There is an account with this e-mail address; sign in instead.",
	}
}

func errTooMany(wait time.Duration) error {
	return &ce.Error{Code: ce.CodeRateLimited, Text: "Too many attempts; try again later.", RetryAfter: wait}
}

func errNoMail() error {
	return ce.Errorf(ce.CodeForbidden, "This server sends no mail.")
}

// errBadLink is for a secret that was never sent, has expired, was used, or is of an account that is gone.
func errBadLink() error {
	return problemAt("token", errors.New("is not, or no longer, valid: ask for another mail"))
}

func errMailFull() error {
	return &ce.Error{Code: ce.CodeUnavailable, Text: "The mail cannot be sent at the moment; try again.", RetryAfter: time.Minute}
}

func errUnavailable(cause error) error {
	return &ce.Error{
		Code: ce.CodeUnavailable, Text: "Signing in is not possible at the moment; try again.",
		RetryAfter: 2 * time.Second, Err: cause,
	}
}
