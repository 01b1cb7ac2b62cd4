package identity

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// repeatSignUp is how long after a sign-up the same one again, with the right
// password, gets a session: the answer to the first may have been lost.
const repeatSignUp = 10 * time.Minute

// Accounts are the local accounts: sign-up, passwords, sessions, and the keys that sign
// access tokens. Its methods may be called at the same time, also on several servers with one store.
//
// Their errors are of type *ce.Error or [ce.Invalid], or the store's or the context's own; after
// one of these, repeating the same request is safe.
type Accounts struct {
	store  storage.Store
	now    func() time.Time
	limits Limits
	mail   Mail // nil where there is none
	hasher *hasher
	keys   *signingKeys
	tokens *verifier
}

// Options are what may be set of [Accounts].
type Options struct {
	Now    func() time.Time // nil for the system's clock
	Limits Limits           // the zero value for DefaultLimits
	Mail   Mail             // nil where no mail can be sent
}

// NewAccounts returns the accounts in the store. It makes the first signing key where there is none.
func NewAccounts(ctx context.Context, store storage.Store, options Options) (*Accounts, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Limits == (Limits{}) {
		options.Limits = DefaultLimits
	}
	keys := newSigningKeys(store.Identity(), options.Now)
	if err := keys.renew(ctx); err != nil {
		return nil, err
	}
	return &Accounts{
		store: store, now: options.Now, limits: options.Limits, mail: options.Mail, hasher: newHasher(), keys: keys,
		tokens: newVerifier(issuer, issuer, "EdDSA", keys.ring, options.Now),
	}, nil
}

// Authenticate returns the viewer of an access token. It normally reads nothing from the store.
func (a *Accounts) Authenticate(ctx context.Context, accessToken string) (Viewer, error) {
	said, err := a.tokens.verify(ctx, accessToken)
	if err != nil {
		return Viewer{}, err
	}
	professional := ce.ProfessionalID(said.Subject)
	return Viewer{
		Professional: professional,
		SignedInAt:   said.AuthTime.Time(),
		Session:      said.Session,
		Profile:      ce.Professional{ID: professional},
	}, nil
}

// SignUp is what a new account is made from. TimeZone, Name and Locale may be empty.
type SignUp struct {
	Email, Password        string
	Name, TimeZone, Locale string
}

// SignUp makes an account with its professional and signs her in. The address is the
// client's IP address, "" when unknown.
//
// An e-mail address that has an account is CONFLICT at the path email. That tells strangers that the account exists;
// hiding it needs a mail to the address, and without one people would not know why they
// can't get in. So it is made slow instead: every attempt counts against the address. For ten minutes after the
// sign-up, the same e-mail with the right password signs in. Where mail can be sent, a new account gets one by which to
// show that the address is hers; nothing waits for that.
func (a *Accounts) SignUp(ctx context.Context, input SignUp, address string) (Session, error) {
	now := a.now()
	profile := ce.Professional{
		ID: ce.ProfessionalID(ce.NewUUID()), Name: input.Name, TimeZone: input.TimeZone, Locale: input.Locale,
		CreatedAt: now, UpdatedAt: now,
	}
	var problems ce.Problems
	entered, key, err := ce.ParseEmail(input.Email)
	problems.Check(err, "email")
	problems.Check(checkPassword(input.Password, key), "password")
	problems.Check(profile.Clean())
	if err := problems.Err(); err != nil {
		return Session{}, err
	}
	profile.Email = entered
	if err := a.allowAddress(ctx, address); err != nil {
		return Session{}, err
	}

	identities := a.store.Identity()
	_, err = identities.AccountByEmail(ctx, key)
	if err == nil {
		return a.signUpAgain(ctx, key, input.Password)
	} else if !errors.Is(err, storage.ErrNotFound) {
		return Session{}, err
	}
	hash, err := a.hasher.hash(ctx, input.Password)
	if err != nil {
		return Session{}, err
	}
	account := storage.Account{Email: key, Professional: profile.ID, PasswordHash: hash, Profile: profile, CreatedAt: now}
	err = identities.CreateAccount(ctx, account)
	if errors.Is(err, storage.ErrConflict) {
		return a.signUpAgain(ctx, key, input.Password)
	} else if err != nil {
		return Session{}, err
	}
	session, err := a.enter(ctx, account, input.Password)
	if err == nil {
		a.welcome(ctx, key)
	}
	return session, err
}

// signUpAgain answers a sign-up for an e-mail address that is taken.
func (a *Accounts) signUpAgain(ctx context.Context, emailKey, password string) (Session, error) {
	account, err := a.store.Identity().AccountByEmail(ctx, emailKey)
	if err != nil {
		return Session{}, err
	}
	if a.now().Sub(account.CreatedAt) >= repeatSignUp {
		return Session{}, errTaken()
	}
	account, err = a.prove(ctx, emailKey, password)
	if ce.CodeOf(err) == ce.CodeUnauthenticated {
		return Session{}, errTaken()
	} else if err != nil {
		return Session{}, err
	}
	return a.enter(ctx, account, password)
}

// SignIn starts a session. A wrong password and an unknown e-mail address are the same UNAUTHENTICATED after the same time;
// too many attempts are RATE_LIMITED. The address is the client's IP address, "" when unknown.
func (a *Accounts) SignIn(ctx context.Context, email, password, address string) (Session, error) {
	_, key, err := ce.ParseEmail(email)
	if err != nil {
		var problems ce.Problems
		problems.Check(err, "email")
		return Session{}, problems.Err()
	}
	if err := a.allowAddress(ctx, address); err != nil {
		return Session{}, err
	}
	account, err := a.prove(ctx, key, password)
	if err != nil {
		return Session{}, err
	}
	return a.enter(ctx, account, password)
}

// prove returns the account of the e-mail address if the password is its password.
func (a *Accounts) prove(ctx context.Context, emailKey, password string) (storage.Account, error) {
	if err := a.allowAccount(ctx, emailKey); err != nil {
		return storage.Account{}, err
	}
	account, err := a.store.Identity().AccountByEmail(ctx, emailKey)
	known := err == nil
	if !known {
		if !errors.Is(err, storage.ErrNotFound) {
			return storage.Account{}, err
		}
		account.PasswordHash = a.hasher.nobody
	}
	ok, outdated, err := a.hasher.matches(ctx, password, account.PasswordHash)
	if err != nil {
		return storage.Account{}, err
	}
	if !ok || !known {
		return storage.Account{}, errWrongPassword()
	}
	a.forgive(ctx, emailKey)
	if outdated {
		return a.rehash(ctx, account, password)
	}
	return account, nil
}

// rehash replaces the hash of the password by one of the current cost, unless it was
// changed in the meantime: then enter decides whether the password still holds.
func (a *Accounts) rehash(ctx context.Context, account storage.Account, password string) (storage.Account, error) {
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return storage.Account{}, err
	}
	current, err := a.store.Identity().UpdateAccount(ctx, account.Email, func(current *storage.Account) error {
		if current.PasswordHash != account.PasswordHash {
			return storage.ErrUnchanged
		}
		current.PasswordHash = hash
		return nil
	})
	if err != nil {
		return storage.Account{}, err
	}
	if current.PasswordHash != hash {
		return account, nil
	}
	return current, nil
}

// enter starts a session of the account whose password was proven.
func (a *Accounts) enter(ctx context.Context, account storage.Account, password string) (Session, error) {
	// The profile is missing when the sign-up was cut short; otherwise this changes nothing.
	profile, err := a.store.Professional(account.Professional).CreateProfile(ctx, account.Profile)
	if errors.Is(err, storage.ErrRemoved) {
		return Session{}, errWrongPassword() // being erased
	} else if err != nil {
		return Session{}, err
	}
	session, err := a.begin(ctx, profile)
	if err != nil {
		return Session{}, err
	}
	// A change of password ends the sessions that it finds. If this one came too late to
	// be found, the change shows here.
	if err := a.confirm(ctx, account, password); err != nil {
		if revokeErr := a.store.Identity().RevokeSession(ctx, session.ID); revokeErr != nil {
			return Session{}, revokeErr
		}
		return Session{}, err
	}
	return a.issue(ctx, session, profile)
}

// confirm checks that the password is still the account's.
func (a *Accounts) confirm(ctx context.Context, account storage.Account, password string) error {
	current, err := a.store.Identity().AccountByEmail(ctx, account.Email)
	if errors.Is(err, storage.ErrNotFound) {
		return errWrongPassword()
	} else if err != nil {
		return err
	}
	if current.PasswordHash == account.PasswordHash {
		return nil
	}
	ok, _, err := a.hasher.matches(ctx, password, current.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return errWrongPassword()
	}
	return nil
}
