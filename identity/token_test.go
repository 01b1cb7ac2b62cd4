package identity_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"accrue/ce"
	"accrue/identity"
)

// keys returns the ids of the signing keys, newest first, and the newest private key.
func (h *house) keys() ([]string, ed25519.PrivateKey) {
	h.t.Helper()
	stored, err := h.store.Identity().SigningKeys(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	var ids []string
	for _, key := range stored {
		ids = append(ids, key.ID)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(stored[0].PrivateKey)
	if err != nil {
		h.t.Fatal(err)
	}
	return ids, parsed.(ed25519.PrivateKey)
}

func keyOf(t *testing.T, token string) string {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Headers[0].KeyID
}

func TestAccessTokenRefused(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	ids, key := h.keys()
	now := h.clock.Now().Unix()
	claims := func(changes map[string]any) map[string]any {
		claims := map[string]any{
			"iss": "accrue", "aud": "accrue", "sub": string(session.Professional.ID), "sid": ce.NewUUID(),
			"iat": now, "exp": now + 600, "auth_time": now,
		}
		maps.Copy(claims, changes)
		maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
		return claims
	}
	signed := func(changes map[string]any) string { return sign(t, jose.EdDSA, key, ids[0], claims(changes)) }
	if _, err := h.Authenticate(t.Context(), signed(nil)); err != nil {
		t.Fatal("the good one: ", err)
	}
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) []byte { return nil }
	parts := strings.Split(session.AccessToken, ".")
	const invalid = "Your sign-in is not valid; sign in again."
	for name, test := range map[string]struct{ token, text string }{
		"none":         {"", "Sign in first."},
		"refresh":      {session.RefreshToken, invalid},
		"too long":     {session.AccessToken + strings.Repeat("A", 10_000), invalid},
		"alg none":     {assemble(t, map[string]any{"alg": "none", "kid": ids[0]}, claims(nil), none), invalid},
		"no signature": {parts[0] + "." + parts[1] + ".", invalid},
		"tampered": {
			parts[0] + "." + strings.Split(assemble(t, nil, claims(map[string]any{"sub": ce.NewUUID()}), none), ".")[1] + "." + parts[2],
			invalid,
		},
		"HS256 by the public key": {assemble(t, map[string]any{"alg": "HS256", "kid": ids[0]}, claims(nil), func(signed string) []byte {
			mac := hmac.New(sha256.New, key.Public().(ed25519.PublicKey))
			mac.Write([]byte(signed))
			return mac.Sum(nil)
		}), invalid},
		"another key":     {sign(t, jose.EdDSA, other, ids[0], claims(nil)), invalid},
		"unknown kid":     {sign(t, jose.EdDSA, key, ce.NewUUID(), claims(nil)), invalid},
		"wrong audience":  {signed(map[string]any{"aud": "another"}), invalid},
		"wrong issuer":    {signed(map[string]any{"iss": "another"}), invalid},
		"no subject":      {signed(map[string]any{"sub": nil}), invalid},
		"without expiry":  {signed(map[string]any{"exp": nil}), invalid},
		"without sign-in": {signed(map[string]any{"auth_time": nil}), invalid},
		"expired":         {signed(map[string]any{"exp": now - 31}), sessionEnded},
		"expired and forged": {
			sign(t, jose.EdDSA, other, ids[0], claims(map[string]any{"exp": now - 31})),
			sessionEnded,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Authenticate(t.Context(), test.token)
			wantRefusal(t, err, ce.CodeUnauthenticated, test.text)
		})
	}
}

func TestAccessTokenClockEdges(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	h.clock.add(session.ExpiresAt.Sub(h.clock.Now()) + 30*time.Second)
	h.viewer(session)
	h.clock.add(time.Second)
	_, err := h.Authenticate(t.Context(), session.AccessToken)
	wantRefusal(t, err, ce.CodeUnauthenticated, sessionEnded)
}

func TestSigningKeyRotation(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	other := h.server(identity.Limits{})
	h.join()
	h.clock.add(30*24*time.Hour - 5*time.Minute)
	before, _ := h.keys()
	if len(before) != 1 {
		t.Fatalf("%d signing keys, want 1", len(before))
	}
	old := h.enter()
	h.clock.add(5 * time.Minute)
	young := h.enter()
	after, _ := h.keys()
	if len(after) != 2 || after[1] != before[0] || keyOf(t, young.AccessToken) != after[0] {
		t.Errorf("after 30 days the keys are %v, were %v, and %s signs", after, before, keyOf(t, young.AccessToken))
	}
	for _, session := range []identity.Session{old, young} {
		h.viewer(session)
		if _, err := other.Authenticate(t.Context(), session.AccessToken); err != nil {
			t.Error("on another server: ", err)
		}
	}
	h.clock.add(59 * time.Minute)
	h.enter()
	if now, _ := h.keys(); len(now) != 2 {
		t.Errorf("the old key was removed too early: %v", now)
	}
	h.clock.add(2 * time.Minute)
	h.enter()
	if now, _ := h.keys(); len(now) != 1 || now[0] != after[0] {
		t.Errorf("the keys are %v, want %s only", now, after[0])
	}
}

func TestServersStartingAtOnce(t *testing.T) {
	h := &house{t: t, store: openStore(t), clock: newClock()}
	servers := make([]*identity.Accounts, 4)
	var all sync.WaitGroup
	for i := range servers {
		all.Go(func() { servers[i] = h.server(identity.Limits{}) })
	}
	all.Wait()
	h.Accounts = servers[0]
	h.join()
	for i, server := range servers {
		session, err := server.SignIn(t.Context(), email, password, address)
		if err != nil {
			t.Fatal(err)
		}
		for j, reader := range servers {
			if _, err := reader.Authenticate(t.Context(), session.AccessToken); err != nil {
				t.Errorf("server %d refuses what server %d signed: %v", j, i, err)
			}
			h.clock.add(6 * time.Second)
		}
	}
}

func TestInventedKeysReadTheStoreOnce(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	session := h.join()
	ids, key := h.keys()
	parsed, err := jwt.ParseSigned(session.AccessToken, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := parsed.Claims(key.Public(), &claims); err != nil {
		t.Fatal(err)
	}
	_, err = h.Authenticate(t.Context(), sign(t, jose.EdDSA, key, ce.NewUUID(), claims))
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	// A second read would show as UNAVAILABLE.
	_, err = h.Authenticate(t.Context(), sign(t, jose.EdDSA, key, ce.NewUUID(), claims))
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	h.clock.add(5 * time.Second)
	_, err = h.Authenticate(t.Context(), sign(t, jose.EdDSA, key, ce.NewUUID(), claims))
	wantRefusal(t, err, ce.CodeUnavailable, "")
	if _, err := h.Authenticate(t.Context(), sign(t, jose.EdDSA, key, ids[0], claims)); err != nil {
		t.Error("the known key is lost with the store: ", err)
	}
}
