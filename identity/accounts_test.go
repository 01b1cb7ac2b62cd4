package identity_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/argon2"

	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
)

const (
	email    = "jordan@example.com"
	password = "correct horse battery"
	address  = "192.0.2.7"
)

// house is the accounts in a store of their own.
type house struct {
	*identity.Accounts
	t     testing.TB
	store storage.Store
	clock *clock
}

func newHouse(t testing.TB, limits identity.Limits) *house {
	t.Helper()
	h := &house{t: t, store: openStore(t), clock: newClock()}
	h.Accounts = h.server(limits)
	return h
}

// server returns the accounts of another server with the same store.
func (h *house) server(limits identity.Limits) *identity.Accounts {
	h.t.Helper()
	accounts, err := identity.NewAccounts(h.t.Context(), h.store, identity.Options{Now: h.clock.Now, Limits: limits})
	if err != nil {
		h.t.Fatal(err)
	}
	return accounts
}

// join signs jordan up.
func (h *house) join() identity.Session {
	h.t.Helper()
	session, err := h.SignUp(h.t.Context(), identity.SignUp{Email: email, Password: password}, address)
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

// enter signs jordan in.
func (h *house) enter() identity.Session {
	h.t.Helper()
	session, err := h.SignIn(h.t.Context(), email, password, address)
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

func (h *house) viewer(session identity.Session) identity.Viewer {
	h.t.Helper()
	viewer, err := h.Authenticate(h.t.Context(), session.AccessToken)
	if err != nil {
		h.t.Fatal(err)
	}
	return viewer
}

func (h *house) profile(id ce.ProfessionalID) ce.Professional {
	h.t.Helper()
	profile, err := h.store.Professional(id).Profile(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return profile
}

// wantPath fails the test unless err is the one problem at the path.
func wantPath(t testing.TB, err error, path string) {
	t.Helper()
	var refusal *ce.Error
	if !errors.As(err, &refusal) || strings.Join(refusal.Path, ".") != path {
		t.Errorf("the error is %v, not one at %s", err, path)
	}
}

func TestSignUpAndSignIn(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	input := identity.SignUp{Email: " Jordan@Example.com ", Password: "caf\u00e9 au lait", Name: "Jordan Reyes", TimeZone: "America/New_York", Locale: "es_MX"}
	session, err := h.SignUp(t.Context(), input, address)
	if err != nil {
		t.Fatal(err)
	}
	want := ce.Professional{
		ID: session.Professional.ID, Version: 1, Name: "Jordan Reyes", Email: "Jordan@Example.com", TimeZone: "America/New_York",
		Locale: "es-MX", CreatedAt: h.clock.Now(), UpdatedAt: h.clock.Now(),
	}
	if diff := cmp.Diff(want, session.Professional); diff != "" {
		t.Error("the professional (-want +got):\n", diff)
	}
	if diff := cmp.Diff(want, h.profile(want.ID)); diff != "" {
		t.Error("the profile (-want +got):\n", diff)
	}
	if want := time.Date(2026, 11, 22, 9, 40, 0, 0, time.UTC); !session.ExpiresAt.Equal(want) {
		t.Errorf("the access token expires at %v, want %v", session.ExpiresAt, want)
	}
	viewer := h.viewer(session)
	if viewer.Professional != want.ID || viewer.Profile.ID != want.ID || viewer.Session == "" ||
		!viewer.SignedInAt.Equal(h.clock.Now().Truncate(time.Second)) {
		t.Errorf("the viewer is %+v", viewer)
	}

	// The same letters from another keyboard: e and an accent.
	again, err := h.SignIn(t.Context(), "jordan@EXAMPLE.com", "cafe\u0301 au lait", address)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, again.Professional); diff != "" {
		t.Error("signed in as (-want +got):\n", diff)
	}
	if other := h.viewer(again); other.Session == viewer.Session {
		t.Error("both sign-ins are one session")
	}
}

func TestSignUpRefuses(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	good := identity.SignUp{Email: email, Password: password}
	for name, test := range map[string]struct {
		change func(*identity.SignUp)
		path   string
	}{
		"no e-mail":           {func(s *identity.SignUp) { s.Email = "" }, "email"},
		"bad e-mail":          {func(s *identity.SignUp) { s.Email = "Jordan <jordan@example.com>" }, "email"},
		"no password":         {func(s *identity.SignUp) { s.Password = "" }, "password"},
		"short password":      {func(s *identity.SignUp) { s.Password = "ééééééé" }, "password"},
		"long password":       {func(s *identity.SignUp) { s.Password = strings.Repeat("x", 257) }, "password"},
		"no text":             {func(s *identity.SignUp) { s.Password = "12345678\xff" }, "password"},
		"e-mail for password": {func(s *identity.SignUp) { s.Password = "Jordan@example.com" }, "password"},
		"long name":           {func(s *identity.SignUp) { s.Name = strings.Repeat("x", 201) }, "name"},
		"unknown zone":        {func(s *identity.SignUp) { s.TimeZone = "Mars/Olympus" }, "timeZone"},
		"bad locale":          {func(s *identity.SignUp) { s.Locale = "?" }, "locale"},
	} {
		t.Run(name, func(t *testing.T) {
			input := good
			test.change(&input)
			_, err := h.SignUp(t.Context(), input, address)
			wantRefusal(t, err, ce.CodeInvalidInput, "")
			wantPath(t, err, test.path)
		})
	}
	_, err := h.SignUp(t.Context(), identity.SignUp{}, address)
	var all ce.Invalid
	if !errors.As(err, &all) || len(all) != 2 {
		t.Errorf("an empty sign-up: %v, want both problems", err)
	}
}

func TestSignUpAgain(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	again, err := h.SignUp(t.Context(), identity.SignUp{Email: "JORDAN@example.com", Password: password, Name: "Another"}, address)
	if err != nil {
		t.Fatal("the same soon after: ", err)
	}
	if diff := cmp.Diff(first.Professional, again.Professional); diff != "" {
		t.Error("the same soon after (-first +again):\n", diff)
	}
	taken := func(what, password string) {
		t.Helper()
		_, err := h.SignUp(t.Context(), identity.SignUp{Email: email, Password: password}, address)
		if wantRefusal(t, err, ce.CodeConflict, ""); t.Failed() {
			t.Log(what)
		}
		wantPath(t, err, "email")
	}
	taken("another password", "another password")
	h.clock.add(10 * time.Minute)
	taken("later", password)
}

func TestSignUpAtOnce(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	ids := make([]ce.ProfessionalID, 4)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			session, err := h.SignUp(t.Context(), identity.SignUp{Email: email, Password: password}, address)
			if err != nil {
				t.Error(err)
			}
			ids[i] = session.Professional.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("one e-mail address made several professionals: %v", ids)
		}
	}
}

// hashOf is a password hash as another version of the program may have made it.
func hashOf(password string, memory, passes uint32) string {
	salt := []byte("sixteen bytes...")
	key := argon2.IDKey([]byte(password), salt, passes, memory, 1, 32)
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", memory, passes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func TestSignInAfterSignUpCutShort(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	id := ce.ProfessionalID(ce.NewUUID())
	account := storage.Account{
		Email: email, Professional: id, PasswordHash: hashOf(password, 1024, 1), CreatedAt: h.clock.Now(),
		Profile: ce.Professional{ID: id, Name: "Jordan", Email: email, Locale: "en", CreatedAt: h.clock.Now(), UpdatedAt: h.clock.Now()},
	}
	if err := h.store.Identity().CreateAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	session, err := h.SignIn(t.Context(), email, password, address)
	if err != nil {
		t.Fatal(err)
	}
	if profile := h.profile(id); profile.Name != "Jordan" || session.Professional.ID != id {
		t.Errorf("signed in as %+v with the profile %+v", session.Professional, profile)
	}

	// The hash was of a lower cost.
	stored, err := h.store.Identity().AccountByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stored.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is still %s", stored.PasswordHash)
	}
	if _, err := h.SignIn(t.Context(), email, password, address); err != nil {
		t.Error("after the hash was made anew: ", err)
	}
}

func TestSignInsAtOnceWithAnOutdatedHash(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	h.join()
	_, err := h.store.Identity().UpdateAccount(t.Context(), email, func(account *storage.Account) error {
		account.PasswordHash = hashOf(password, 1024, 1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := h.SignIn(t.Context(), email, password, address); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestWrongPasswordAndUnknownEmailAreAlike(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	h.join()
	const text = "The e-mail address or the password is wrong."
	for _, email := range []string{email, "nobody@example.com"} {
		// The work shows in the memory that a hash takes.
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := h.SignIn(t.Context(), email, "wrong password", address)
		runtime.ReadMemStats(&after)
		wantRefusal(t, err, ce.CodeUnauthenticated, text)
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took < 19 || took > 30 {
			t.Errorf("the check for %s took %d MiB, want those of one hash", email, took)
		}
	}
	_, err := h.SignIn(t.Context(), email, strings.Repeat("x", 1000), address)
	wantRefusal(t, err, ce.CodeUnauthenticated, text)
	_, err = h.SignIn(t.Context(), "nonsense", password, address)
	wantRefusal(t, err, ce.CodeInvalidInput, "")
	wantPath(t, err, "email")
}

func TestHundredWrongPasswords(t *testing.T) {
	for _, name := range []string{email, "nobody@example.com"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, identity.Limits{})
			session := h.join()
			counts := map[ce.Code]int{}
			for range 100 {
				_, err := h.SignIn(t.Context(), name, "wrong password", "")
				counts[ce.CodeOf(err)]++
			}
			if diff := cmp.Diff(map[ce.Code]int{ce.CodeUnauthenticated: 10, ce.CodeRateLimited: 90}, counts); diff != "" {
				t.Error("answers (-want +got):\n", diff)
			}
			_, err := h.SignIn(t.Context(), name, password, "")
			var refusal *ce.Error
			if !errors.As(err, &refusal) || refusal.Code != ce.CodeRateLimited || refusal.RetryAfter != 15*time.Minute {
				t.Errorf("the right password then: %#v", err)
			}
			if _, err := h.Refresh(t.Context(), session.RefreshToken); err != nil {
				t.Error("who is signed in is locked out, too: ", err)
			}
			h.clock.add(15*time.Minute + time.Second)
			if _, err := h.SignIn(t.Context(), email, password, ""); err != nil {
				t.Error("after the window: ", err)
			}
		})
	}
}

func TestWrongPasswordsAtOnce(t *testing.T) {
	h := newHouse(t, identity.Limits{Window: time.Hour, PerAccount: 3, PerAddress: 1000})
	h.join()
	var mu sync.Mutex
	counts := map[ce.Code]int{}
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			_, err := h.SignIn(t.Context(), email, "wrong password", address)
			mu.Lock()
			defer mu.Unlock()
			counts[ce.CodeOf(err)]++
		})
	}
	all.Wait()
	if diff := cmp.Diff(map[ce.Code]int{ce.CodeUnauthenticated: 3, ce.CodeRateLimited: 9}, counts); diff != "" {
		t.Error("answers (-want +got):\n", diff)
	}
}

func TestSuccessForgetsAttempts(t *testing.T) {
	h := newHouse(t, identity.Limits{Window: time.Hour, PerAccount: 2, PerAddress: 1000})
	h.join()
	for range 3 {
		_, err := h.SignIn(t.Context(), email, "wrong password", address)
		wantRefusal(t, err, ce.CodeUnauthenticated, "")
		if _, err := h.SignIn(t.Context(), email, password, address); err != nil {
			t.Error(err)
		}
	}
}

func TestAttemptsFromOneAddress(t *testing.T) {
	for name, test := range map[string]struct{ first, then, other string }{
		"IPv4":           {"192.0.2.7", "192.0.2.7", "192.0.2.8"},
		"IPv4 in IPv6":   {"192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8"},
		"with a port":    {"192.0.2.7:4711", "192.0.2.7", "192.0.2.8:4711"},
		"IPv6 network":   {"2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:3::1"},
		"IPv6 with zone": {"fe80::1%eth0", "fe80::2%eth1", "2001:db8::1"},
		"no address":     {"pipe", "pipe", "socket"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, identity.Limits{Window: time.Hour, PerAccount: 10, PerAddress: 1})
			_, err := h.SignIn(t.Context(), "one@example.com", password, test.first)
			wantRefusal(t, err, ce.CodeUnauthenticated, "")
			_, err = h.SignIn(t.Context(), "two@example.com", password, test.then)
			wantRefusal(t, err, ce.CodeRateLimited, "")
			_, err = h.SignUp(t.Context(), identity.SignUp{Email: email, Password: password}, test.then)
			wantRefusal(t, err, ce.CodeRateLimited, "")
			_, err = h.SignIn(t.Context(), "two@example.com", password, test.other)
			wantRefusal(t, err, ce.CodeUnauthenticated, "")
		})
	}
}

func TestStoreAway(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	h.viewer(session) // needs no store
	notAnswered := func(what string, err error) {
		t.Helper()
		if ce.CodeOf(err) != ce.CodeInternal {
			t.Errorf("%s without the store: %v, which is not the store's error", what, err)
		}
	}
	_, err := h.SignIn(t.Context(), email, password, address)
	notAnswered("SignIn", err)
	_, err = h.SignUp(t.Context(), identity.SignUp{Email: "sam@example.com", Password: password}, address)
	notAnswered("SignUp", err)
	_, err = h.Refresh(t.Context(), session.RefreshToken)
	notAnswered("Refresh", err)
	notAnswered("SignOut", h.SignOut(t.Context(), session.RefreshToken))
	notAnswered("ResetPassword", h.ResetPassword(t.Context(), email, password))
}

func TestSignInGivesUpWithTheCaller(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	h.join()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.SignIn(ctx, email, password, address); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
