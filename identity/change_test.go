package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
)

const newPassword = "a staple of batteries"

// refused reports whether the session's access token is refused by the profile as it is now.
func (h *house) refused(session identity.Session) bool {
	h.t.Helper()
	viewer := h.viewer(session)
	return viewer.SignedInAt.Before(h.profile(viewer.Professional).SessionsFrom)
}

func TestChangePassword(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	h.clock.add(time.Second)
	phone := h.enter()
	// All in the same second: tokens tell whole seconds.
	changed, err := h.ChangePassword(t.Context(), h.viewer(first), password, newPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, session := range []identity.Session{first, phone} {
		if !h.refused(session) {
			t.Error("an access token from before the change is still valid")
		}
		h.wantEnded(session.RefreshToken)
	}
	if h.refused(changed) {
		t.Error("the access token from the change is refused")
	}
	if h.refused(h.refresh(changed.RefreshToken)) {
		t.Error("the access token of the session refreshed is refused")
	}
	_, err = h.SignIn(t.Context(), email, password, address)
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	again, err := h.SignIn(t.Context(), email, newPassword, address)
	if err != nil {
		t.Fatal(err)
	}
	if h.refused(again) {
		t.Error("the access token of a sign-in right after the change is refused")
	}

	twice, err := h.ChangePassword(t.Context(), h.viewer(changed), newPassword, password)
	if err != nil {
		t.Fatal(err)
	}
	if !h.refused(changed) || !h.refused(again) || h.refused(twice) {
		t.Error("a second change in the same second does not end the sessions of the first")
	}
	h.clock.add(10 * time.Second)
	later := h.enter()
	if signedIn := h.viewer(later).SignedInAt; !signedIn.Equal(h.clock.Now().Truncate(time.Second)) {
		t.Errorf("later, a sign-in is dated %v", signedIn)
	}
}

func TestChangePasswordRefuses(t *testing.T) {
	h := newHouse(t, identity.Limits{Window: time.Hour, PerAccount: 3, PerAddress: 1000})
	session := h.join()
	viewer := h.viewer(session)
	for name, test := range map[string]struct{ old, new, path string }{
		"wrong old":  {"wrong password", newPassword, "oldPassword"},
		"short new":  {password, "short", "newPassword"},
		"the e-mail": {password, "Jordan@example.com", "newPassword"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.ChangePassword(t.Context(), viewer, test.old, test.new)
			wantRefusal(t, err, ce.CodeInvalidInput, "")
			wantPath(t, err, test.path)
		})
	}
	if h.refused(session) {
		t.Error("refused changes end sessions")
	}
	for range 2 {
		wantPath(t, h.CheckPassword(t.Context(), viewer, "wrong password"), "password")
	}
	wantRefusal(t, h.CheckPassword(t.Context(), viewer, password), ce.CodeRateLimited, "")
	_, err := h.ChangePassword(t.Context(), viewer, "wrong password", newPassword)
	wantRefusal(t, err, ce.CodeRateLimited, "")
	_, err = h.ChangePassword(t.Context(), identity.Viewer{Professional: ce.ProfessionalID(ce.NewUUID())}, password, newPassword)
	wantRefusal(t, err, ce.CodeUnauthenticated, sessionEnded)
}

func TestChangePasswordCutShort(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	// The new password is stored, but nothing was ended yet.
	_, err := h.store.Identity().UpdateAccount(t.Context(), email, func(account *storage.Account) error {
		account.PasswordHash = hashOf(newPassword, 1024, 1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := h.ChangePassword(t.Context(), h.viewer(session), password, newPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !h.refused(session) || h.refused(changed) {
		t.Error("the change repeated did not come to its end")
	}
}

func TestCheckPassword(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	viewer := h.viewer(h.join())
	if err := h.CheckPassword(t.Context(), viewer, password); err != nil {
		t.Error(err)
	}
	err := h.CheckPassword(t.Context(), viewer, "wrong password")
	wantRefusal(t, err, ce.CodeInvalidInput, "is not your password")
	wantPath(t, err, "password")
}

func TestResetPassword(t *testing.T) {
	h := newHouse(t, identity.Limits{Window: time.Hour, PerAccount: 1, PerAddress: 1000})
	session := h.join()
	for range 2 {
		_, _ = h.SignIn(t.Context(), email, "wrong password", address)
	}
	if err := h.ResetPassword(t.Context(), "JORDAN@example.com", newPassword); err != nil {
		t.Fatal(err)
	}
	if !h.refused(session) {
		t.Error("an access token from before the reset is still valid")
	}
	h.wantEnded(session.RefreshToken)
	fresh, err := h.SignIn(t.Context(), email, newPassword, address)
	if err != nil {
		t.Fatal("with the new password, after too many attempts: ", err)
	}
	if h.refused(fresh) {
		t.Error("the access token of a sign-in after the reset is refused")
	}
	wantRefusal(t, h.ResetPassword(t.Context(), "nobody@example.com", newPassword), ce.CodeNotFound, "")
	err = h.ResetPassword(t.Context(), email, "short")
	wantRefusal(t, err, ce.CodeInvalidInput, "")
	wantPath(t, err, "newPassword")
}

// lateStore is a store in which something happens just before a session is created.
type lateStore struct {
	storage.Store
	before func()
	made   storage.Session
}

func (s *lateStore) Identity() storage.Identity { return lateIdentity{s.Store.Identity(), s} }

type lateIdentity struct {
	storage.Identity
	store *lateStore
}

func (i lateIdentity) CreateSession(ctx context.Context, session storage.Session) error {
	i.store.before()
	i.store.made = session
	return i.Identity.CreateSession(ctx, session)
}

func TestSignInOvertakenByAChange(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	h.join()
	store := &lateStore{Store: h.store}
	late, err := identity.NewAccounts(t.Context(), store, identity.Options{Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	store.before = func() {
		if err := h.ResetPassword(t.Context(), email, newPassword); err != nil {
			t.Error(err)
		}
	}
	_, err = late.SignIn(t.Context(), email, password, address)
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	_, err = h.store.Identity().UpdateSession(t.Context(), store.made.ID, func(*storage.Session) error { return storage.ErrUnchanged })
	if !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the session with the old password: %v, want it gone", err)
	}
	if _, err = late.SignIn(t.Context(), email, newPassword, address); err != nil {
		t.Error("with the new password: ", err)
	}
}
