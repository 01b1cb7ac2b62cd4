package storagetest

import (
	"errors"
	"slices"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func accountOf(email string, id ce.ProfessionalID) storage.Account {
	return storage.Account{Email: email, Professional: id, PasswordHash: "$argon2id$v=19$x", Profile: profileOf(id), Version: 1, CreatedAt: instant(1)}
}

func sessionOf(id string, professional ce.ProfessionalID) storage.Session {
	return storage.Session{
		ID: id, Professional: professional, Secret: []byte{0, 1, 0xff}, Generation: 3,
		RotatedAt: instant(1), ExpiresAt: instant(100), Version: 1, CreatedAt: instant(0),
	}
}

func (s suite) accounts(t *testing.T) {
	identity := s.Identity()
	id, email := ce.ProfessionalID(ce.NewUUID()), ce.NewUUID()+"@example.com"
	_, err := identity.AccountByEmail(t.Context(), email)
	fails(t, "AccountByEmail before", err, storage.ErrNotFound)
	_, err = identity.AccountOf(t.Context(), id)
	fails(t, "AccountOf before", err, storage.ErrNotFound)
	_, err = identity.UpdateAccount(t.Context(), email, func(*storage.Account) error { return nil })
	fails(t, "UpdateAccount before", err, storage.ErrNotFound)

	want := accountOf(email, id)
	given := want
	given.Version = 5
	succeed(t, identity.CreateAccount(t.Context(), given))
	got, err := identity.AccountByEmail(t.Context(), email)
	succeed(t, err)
	same(t, "by e-mail", got, want, exact)
	got, err = identity.AccountOf(t.Context(), id)
	succeed(t, err)
	same(t, "by professional", got, want, exact)

	fails(t, "taken", identity.CreateAccount(t.Context(), accountOf(email, ce.ProfessionalID(ce.NewUUID()))), storage.ErrConflict)
	refused := errors.New("refused")
	_, err = identity.UpdateAccount(t.Context(), email, func(a *storage.Account) error { a.PasswordHash = "never"; return refused })
	fails(t, "refusing change", err, refused)
	got, err = identity.UpdateAccount(t.Context(), email, func(a *storage.Account) error { a.PasswordHash = "never"; return storage.ErrUnchanged })
	succeed(t, err)
	same(t, "unchanged", got, want, exact)
	got, err = identity.UpdateAccount(t.Context(), email, func(a *storage.Account) error {
		a.PasswordHash, a.Email, a.Professional, a.Version = "new", "another@example.com", "another", 99
		return nil
	})
	succeed(t, err)
	want.PasswordHash, want.Version = "new", 2
	same(t, "updated", got, want, exact)
	got, err = identity.AccountOf(t.Context(), id)
	succeed(t, err)
	same(t, "read", got, want, exact)
}

func (s suite) sessions(t *testing.T) {
	identity := s.Identity()
	owner, other := ce.ProfessionalID(ce.NewUUID()), ce.ProfessionalID(ce.NewUUID())
	var ids []string
	for i := range 4 {
		ids = append(ids, ce.NewUUID())
		professional := owner
		if i == 3 {
			professional = other
		}
		given := sessionOf(ids[i], professional)
		given.Version = 8
		succeed(t, identity.CreateSession(t.Context(), given))
	}
	look := func(id string) (storage.Session, error) {
		return identity.UpdateSession(t.Context(), id, func(*storage.Session) error { return storage.ErrUnchanged })
	}
	alive := func(what string, want ...bool) {
		t.Helper()
		var got []bool
		for _, id := range ids {
			_, err := look(id)
			if err != nil {
				fails(t, what, err, storage.ErrNotFound)
			}
			got = append(got, err == nil)
		}
		same(t, what, got, want, nil)
	}
	got, err := look(ids[0])
	succeed(t, err)
	same(t, "created", got, sessionOf(ids[0], owner), exact)
	fails(t, "created again", identity.CreateSession(t.Context(), sessionOf(ids[0], owner)), storage.ErrConflict)

	want := sessionOf(ids[0], owner)
	want.Secret, want.Generation, want.RotatedAt, want.ExpiresAt, want.Version = []byte("new"), 4, instant(7), instant(107), 2
	got, err = identity.UpdateSession(t.Context(), ids[0], func(session *storage.Session) error {
		*session = storage.Session{ID: "another", Professional: other, Secret: []byte("new"), Generation: 4, RotatedAt: instant(7), ExpiresAt: instant(107), Version: 99}
		return nil
	})
	succeed(t, err)
	same(t, "updated", got, want, exact)
	got, err = look(ids[0])
	succeed(t, err)
	same(t, "read", got, want, exact)
	refused := errors.New("refused")
	_, err = identity.UpdateSession(t.Context(), ids[0], func(*storage.Session) error { return refused })
	fails(t, "refusing change", err, refused)

	alive("all", true, true, true, true)
	succeed(t, identity.RevokeSession(t.Context(), ids[0]))
	succeed(t, identity.RevokeSession(t.Context(), ids[0]))
	alive("one revoked", false, true, true, true)
	succeed(t, identity.RevokeSessions(t.Context(), owner, ids[3]))
	alive("another's exception keeps none", false, false, false, true)

	ids[0], ids[1] = ce.NewUUID(), ce.NewUUID()
	succeed(t, identity.CreateSession(t.Context(), sessionOf(ids[0], owner)))
	succeed(t, identity.CreateSession(t.Context(), sessionOf(ids[1], owner)))
	succeed(t, identity.RevokeSessions(t.Context(), owner, ids[1]))
	alive("all but one", false, true, false, true)
	succeed(t, identity.RevokeSessions(t.Context(), owner, ""))
	alive("all of one professional", false, false, false, true)
}

func (s suite) signingKeys(t *testing.T) {
	identity := s.Identity()
	a, b, c := ce.NewUUID(), ce.NewUUID(), ce.NewUUID()
	if b < c {
		b, c = c, b
	}
	keys := []storage.SigningKey{
		{ID: a, PrivateKey: []byte{1, 0, 2}, CreatedAt: instant(2)},
		{ID: b, PrivateKey: []byte("b"), CreatedAt: instant(1)},
		{ID: c, PrivateKey: []byte("c"), CreatedAt: instant(1)},
	}
	for _, i := range []int{2, 0, 1} {
		succeed(t, identity.AddSigningKey(t.Context(), keys[i]))
	}
	fails(t, "added again", identity.AddSigningKey(t.Context(), keys[0]), storage.ErrConflict)
	mine := func() []storage.SigningKey {
		t.Helper()
		all, err := identity.SigningKeys(t.Context())
		succeed(t, err)
		return slices.DeleteFunc(all, func(key storage.SigningKey) bool { return key.ID != a && key.ID != b && key.ID != c })
	}
	same(t, "newest first", mine(), keys, exact)
	succeed(t, identity.RemoveSigningKey(t.Context(), b))
	succeed(t, identity.RemoveSigningKey(t.Context(), b))
	same(t, "removed", mine(), []storage.SigningKey{keys[0], keys[2]}, exact)
}

func (s suite) attempts(t *testing.T) {
	key, other := ce.NewUUID(), ce.NewUUID()
	try := func(what, key string, now, resetAt, count, wantReset int) {
		t.Helper()
		got, err := s.Identity().Attempt(t.Context(), key, instant(now), instant(resetAt))
		succeed(t, err)
		same(t, what, got, storage.Attempts{Key: key, Count: count, ResetAt: instant(wantReset)}, exact)
	}
	try("first", key, 0, 10, 1, 10)
	try("second; the window stays", key, 5, 15, 2, 10)
	try("another key", other, 5, 15, 1, 15)
	try("last minute", key, 9, 19, 3, 10)
	try("over", key, 10, 20, 1, 20)
	try("counts on", key, 11, 21, 2, 20)
	succeed(t, s.Identity().ForgetAttempts(t.Context(), key))
	succeed(t, s.Identity().ForgetAttempts(t.Context(), key))
	try("forgotten", key, 12, 22, 1, 22)
	try("the other counts on", other, 12, 22, 2, 15)
}
