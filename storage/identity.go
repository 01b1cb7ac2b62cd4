package storage

import (
	"context"
	"time"

	"accrue/ce"
)

// Account is a local way to sign in.
type Account struct {
	// Email is the key: the address in the form of ce.ParseEmail's key.
	Email        string
	Professional ce.ProfessionalID
	PasswordHash string
	// Profile is what was given at sign-up, so that the professional can be made at first
	// sight even if the sign-up was cut short.
	Profile   ce.Professional
	Version   int
	CreatedAt time.Time
}

// Session is a family of refresh tokens that descend from one sign-in.
type Session struct {
	ID           string
	Professional ce.ProfessionalID
	Secret       []byte // the refresh tokens are made from it
	Generation   int    // of the refresh token that is valid now
	RotatedAt    time.Time
	ExpiresAt    time.Time
	Version      int
	CreatedAt    time.Time
}

// SigningKey signs access tokens.
type SigningKey struct {
	ID         string
	PrivateKey []byte // PKCS #8
	CreatedAt  time.Time
}

// Attempts counts failures under a key within a window of time.
type Attempts struct {
	Key     string // a digest: it names neither person nor address
	Count   int
	ResetAt time.Time // the count starts anew from this instant
}

// Identity is what signing in needs.
type Identity interface {
	// CreateAccount stores a new account with Version 1, or returns ErrConflict when the e-mail is taken.
	CreateAccount(context.Context, Account) error
	// AccountByEmail returns the account, or ErrNotFound.
	AccountByEmail(ctx context.Context, email string) (Account, error)
	// AccountOf returns the account of the professional, or ErrNotFound.
	AccountOf(context.Context, ce.ProfessionalID) (Account, error)
	// UpdateAccount changes the account, see Facts.Update; its e-mail and professional stay.
	UpdateAccount(ctx context.Context, email string, change func(*Account) error) (Account, error)

	// CreateSession stores a new session with Version 1, or returns ErrConflict when the id is taken.
	CreateSession(context.Context, Session) error
	// UpdateSession changes the session, see Facts.Update; ErrNotFound when it is absent or revoked. One that has
	// expired is there until Purge removes it. Its professional stays.
	UpdateSession(ctx context.Context, id string, change func(*Session) error) (Session, error)
	// RevokeSession ends the session; revoking again is no error.
	RevokeSession(ctx context.Context, id string) error
	// RevokeSessions ends all sessions of the professional except the one named; "" ends all.
	RevokeSessions(ctx context.Context, professional ce.ProfessionalID, except string) error

	// CalendarFeedOwner returns whose calendar feed has the secret of that hash, or ErrNotFound.
	CalendarFeedOwner(ctx context.Context, secretHash string) (ce.ProfessionalID, error)

	// CreateMailToken stores a new token, or returns ErrConflict when the id is taken.
	CreateMailToken(context.Context, MailToken) error
	// MailToken returns the token, or ErrNotFound. One that has expired is there until Purge removes it.
	MailToken(ctx context.Context, id string) (MailToken, error)

	// SigningKeys returns the keys, newest first (by creation, then id descending).
	SigningKeys(context.Context) ([]SigningKey, error)
	// AddSigningKey stores a new key, or returns ErrConflict when the id is taken.
	AddSigningKey(context.Context, SigningKey) error
	// RemoveSigningKey removes the key; removing it again is no error.
	RemoveSigningKey(ctx context.Context, id string) error

	// Attempt adds one to the count under the key and returns it. A count whose
	// window is over at now starts again at 1 with a window that ends at resetAt.
	Attempt(ctx context.Context, key string, now, resetAt time.Time) (Attempts, error)
	// ForgetAttempts sets the count under the key back to nothing.
	ForgetAttempts(ctx context.Context, key string) error
}
