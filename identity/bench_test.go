package identity_test

import (
	"math"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"accrue/ce"
	"accrue/identity"
)

// BenchmarkAuthenticate is what each request costs: with a token seen before.
func BenchmarkAuthenticate(b *testing.B) {
	b.Run("local", func(b *testing.B) {
		h := newHouse(b, identity.Limits{})
		session := h.join()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := h.Authenticate(b.Context(), session.AccessToken); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("firebase", func(b *testing.B) {
		firebase, _, key, clock := newFirebase(b)
		token := sign(b, jose.RS256, key, "first", idClaims(clock.Now()))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := firebase.Authenticate(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAuthenticateFirst is what the first request with a token costs.
func BenchmarkAuthenticateFirst(b *testing.B) {
	h := newHouse(b, identity.Limits{})
	ids, key := h.keys()
	session := h.join()
	viewer := h.viewer(session)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		token := sign(b, jose.EdDSA, key, ids[0], map[string]any{
			"iss": "accrue", "aud": "accrue", "sub": viewer.Professional, "sid": ce.NewUUID(),
			"iat": h.clock.Now().Unix(), "exp": session.ExpiresAt.Unix(), "auth_time": viewer.SignedInAt.Unix(),
		})
		b.StartTimer()
		if _, err := h.Authenticate(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignIn is dominated by the hash of the password.
func BenchmarkSignIn(b *testing.B) {
	h := newHouse(b, identity.Limits{Window: time.Hour, PerAccount: math.MaxInt, PerAddress: math.MaxInt})
	h.join()
	for b.Loop() {
		h.enter()
	}
}
