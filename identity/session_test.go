package identity_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
)

const sessionEnded = "Your session has expired; sign in again."

func (h *house) refresh(token string) identity.Session {
	h.t.Helper()
	session, err := h.Refresh(h.t.Context(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return session
}

func (h *house) wantEnded(token string) {
	h.t.Helper()
	_, err := h.Refresh(h.t.Context(), token)
	wantRefusal(h.t, err, ce.CodeUnauthenticated, sessionEnded)
}

func TestRefresh(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	h.clock.add(time.Hour)
	_, err := h.Authenticate(t.Context(), first.AccessToken)
	wantRefusal(t, err, ce.CodeUnauthenticated, sessionEnded)

	second := h.refresh(first.RefreshToken)
	if second.RefreshToken == first.RefreshToken {
		t.Error("the refresh token stayed the same")
	}
	viewer := h.viewer(second)
	if want := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC); !viewer.SignedInAt.Equal(want) {
		t.Errorf("a refresh makes the sign-in %v, want %v", viewer.SignedInAt, want)
	}
	if second.Professional != first.Professional {
		t.Errorf("the professional is %+v, want %+v", second.Professional, first.Professional)
	}
	h.clock.add(60*24*time.Hour - time.Second) // it slides
	third := h.refresh(second.RefreshToken)
	h.clock.add(60 * 24 * time.Hour)
	h.wantEnded(third.RefreshToken)
}

func TestRefreshRepeated(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	second := h.refresh(first.RefreshToken)
	h.clock.add(59 * time.Second)
	again := h.refresh(first.RefreshToken)
	if again.RefreshToken != second.RefreshToken {
		t.Error("the repeated request got another refresh token")
	}
	if h.viewer(again) != h.viewer(second) {
		t.Error("the repeated request got another session")
	}
	third := h.refresh(again.RefreshToken)

	t.Run("two generations old", func(t *testing.T) {
		h.wantEnded(first.RefreshToken)
		h.wantEnded(third.RefreshToken)
	})
}

func TestRefreshReusedLater(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	other := h.enter()
	second := h.refresh(first.RefreshToken)
	h.clock.add(time.Minute)
	h.wantEnded(first.RefreshToken)
	h.wantEnded(second.RefreshToken) // the family
	h.refresh(other.RefreshToken)    // but not another sign-in
}

func TestRefreshAtOnce(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	tokens := make([]string, 8)
	var all sync.WaitGroup
	for i := range tokens {
		all.Go(func() {
			session, err := h.Refresh(t.Context(), first.RefreshToken)
			if err != nil {
				t.Error(err)
			}
			tokens[i] = session.RefreshToken
		})
	}
	all.Wait()
	for _, token := range tokens {
		if token != tokens[0] {
			t.Fatal("requests at the same time got different sessions")
		}
	}
	h.refresh(tokens[0])
}

func TestRefreshTampered(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	parts := strings.Split(session.RefreshToken, ".")
	first := "A"
	if parts[2][0] == 'A' {
		first = "B"
	}
	const invalid = "Your sign-in is not valid; sign in again."
	for name, test := range map[string]struct{ token, text string }{
		"empty":                 {"", invalid},
		"no token":              {"good morning", invalid},
		"another mac":           {parts[0] + "." + parts[1] + "." + first + parts[2][1:], invalid},
		"no mac":                {parts[0] + "." + parts[1] + ".", invalid},
		"next generation":       {parts[0] + ".2." + parts[2], invalid},
		"previous generation":   {parts[0] + ".0." + parts[2], invalid},
		"negative generation":   {parts[0] + ".-1." + parts[2], invalid},
		"no generation":         {parts[0] + ".x." + parts[2], invalid},
		"enormous generation":   {parts[0] + ".99999999999999999999." + parts[2], invalid},
		"too long":              {session.RefreshToken + strings.Repeat("A", 1000), invalid},
		"an access token":       {session.AccessToken, invalid},
		"of a session unknown":  {ce.NewUUID() + "." + parts[1] + "." + parts[2], sessionEnded},
		"of no session at all":  {"x." + parts[1] + "." + parts[2], invalid},
		"with one part more":    {session.RefreshToken + ".x", invalid},
		"of a path in a folder": {"../" + session.RefreshToken, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Refresh(t.Context(), test.token)
			wantRefusal(t, err, ce.CodeUnauthenticated, test.text)
			if err := h.SignOut(t.Context(), test.token); err != nil {
				t.Error("sign-out: ", err)
			}
		})
	}
	h.refresh(session.RefreshToken)
}

func TestSignOut(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	first := h.join()
	other := h.enter()
	second := h.refresh(first.RefreshToken)
	for range 2 { // a token of an earlier generation will do, and twice
		if err := h.SignOut(t.Context(), first.RefreshToken); err != nil {
			t.Fatal(err)
		}
	}
	h.wantEnded(second.RefreshToken)
	h.refresh(other.RefreshToken)
}

func TestSessionsOfAnErasedProfessional(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	professional := session.Professional.ID
	if err := h.store.Professional(professional).Erase(t.Context(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.wantEnded(session.RefreshToken)
	_, err := h.SignIn(t.Context(), email, password, address)
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	if again := h.join(); again.Professional.ID == professional {
		t.Error("signing up again brings the erased professional back")
	}
}

func TestSignInDuringAnErasure(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	id := ce.ProfessionalID(ce.NewUUID())
	if err := h.store.Professional(id).Erase(t.Context(), h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	// What an erasure cut short may leave.
	account := storage.Account{
		Email: email, Professional: id, PasswordHash: hashOf(password, 19456, 2), CreatedAt: h.clock.Now().Add(-time.Hour),
		Profile: ce.Professional{ID: id, Locale: "en", CreatedAt: h.clock.Now().Add(-time.Hour)},
	}
	if err := h.store.Identity().CreateAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	_, err := h.SignIn(t.Context(), email, password, address)
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
}
