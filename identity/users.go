package identity

import (
	"context"
	"time"

	"firebase.google.com/go/v4/auth"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

const (
	// userValid is how long what is known of a user may be relied on, and userFresh when
	// it is asked for again meanwhile.
	userValid     = 5 * time.Minute
	userFresh     = 4 * time.Minute
	lookupTimeout = 5 * time.Second
	usersHeld     = 100_000
)

// user is what is known of a Firebase user.
type user struct {
	gone      bool
	disabled  bool
	validFrom time.Time // earlier sign-ins were revoked
	askedAt   time.Time
}

// users knows which users are disabled, deleted or had their tokens revoked, as of at most userValid ago.
type users struct {
	client *auth.Client
	now    func() time.Time
	flight singleflight.Group
	known  *lru.Cache[string, user]
}

func newUsers(client *auth.Client, now func() time.Time) *users {
	known, _ := lru.New[string, user](usersHeld) // fails on a size below 1 only
	return &users{client: client, now: now, known: known}
}

// check returns nil when a sign-in of the user at the instant is valid, else an error fit to be shown.
func (u *users) check(ctx context.Context, uid string, signedIn time.Time) error {
	found, err := u.find(ctx, uid)
	switch {
	case err != nil:
		return errUnavailable(err)
	case found.gone:
		return errBadToken()
	case found.disabled:
		return errDisabled()
	case signedIn.Before(found.validFrom):
		return errSessionEnded()
	}
	return nil
}

func (u *users) find(ctx context.Context, uid string) (user, error) {
	known, ok := u.known.Get(uid)
	age := u.now().Sub(known.askedAt)
	if ok && age < userFresh {
		return known, nil
	}
	looked := u.flight.DoChan(uid, func() (any, error) { return u.lookUp(uid) })
	if ok && age < userValid {
		return known, nil
	}
	select {
	case <-ctx.Done():
		return user{}, ctx.Err()
	case result := <-looked:
		found, _ := result.Val.(user)
		return found, result.Err
	}
}

func (u *users) lookUp(uid string) (user, error) {
	// No caller's context: others wait for the outcome, too.
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	found := user{askedAt: u.now()}
	record, err := u.client.GetUser(ctx, uid)
	switch {
	case auth.IsUserNotFound(err):
		found.gone = true
	case err != nil:
		return user{}, err
	default:
		found.disabled = record.Disabled
		found.validFrom = time.UnixMilli(record.TokensValidAfterMillis)
	}
	u.known.Add(uid, found)
	return found, nil
}
