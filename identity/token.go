package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	maxTokenLength = 8 << 10
	maxSubject     = 128
	// leeway is how far the clocks of issuer and server may differ.
	leeway         = 30 * time.Second
	verifiedTokens = 10_000
)

// claims are what a token says, of either kind.
type claims struct {
	jwt.Claims
	AuthTime *jwt.NumericDate `json:"auth_time"`
	Session  string           `json:"sid,omitempty"`
	Email    string           `json:"email,omitempty"`
	Verified bool             `json:"email_verified,omitempty"`
	Name     string           `json:"name,omitempty"`
	Locale   string           `json:"locale,omitempty"`
}

// verifier checks the tokens of one issuer, all signed by the same algorithm. It remembers
// those that it has verified, since that takes most of the time, until they expire or their key is withdrawn.
type verifier struct {
	issuer, audience string
	algorithms       []jose.SignatureAlgorithm // the one
	keys             *keyring
	now              func() time.Time
	verified         *lru.Cache[[sha256.Size]byte, verifiedToken]
}

type verifiedToken struct {
	key    string
	claims claims
}

func newVerifier(issuer, audience string, algorithm jose.SignatureAlgorithm, keys *keyring, now func() time.Time) *verifier {
	verified, _ := lru.New[[sha256.Size]byte, verifiedToken](verifiedTokens) // fails on a size below 1 only
	return &verifier{
		issuer: issuer, audience: audience, algorithms: []jose.SignatureAlgorithm{algorithm},
		keys: keys, now: now, verified: verified,
	}
}

// verify returns what a valid token says, or an error fit to be shown.
func (v *verifier) verify(ctx context.Context, raw string) (claims, error) {
	if raw == "" {
		return claims{}, errNoToken()
	}
	if len(raw) > maxTokenLength {
		return claims{}, errBadToken()
	}
	digest := sha256.Sum256([]byte(raw))
	if known, ok := v.verified.Get(digest); ok {
		if _, held := v.keys.held(known.key); held {
			return known.claims, v.check(known.claims)
		}
	}
	token, err := jwt.ParseSigned(raw, v.algorithms)
	if err != nil || len(token.Headers) != 1 {
		return claims{}, errBadToken()
	}
	// What is refused whatever its signature must not make the keys be loaded.
	var said claims
	if token.UnsafeClaimsWithoutVerification(&said) != nil {
		return claims{}, errBadToken()
	}
	if err := v.check(said); err != nil {
		return claims{}, err
	}
	id := token.Headers[0].KeyID
	key, err := v.keys.find(ctx, id)
	if errors.Is(err, errUnknownKey) {
		return claims{}, errBadToken()
	} else if err != nil {
		return claims{}, errUnavailable(err)
	}
	said = claims{}
	if token.Claims(key, &said) != nil {
		return claims{}, errBadToken()
	}
	v.verified.Add(digest, verifiedToken{id, said})
	return said, nil
}

// check checks everything but the signature.
func (v *verifier) check(said claims) error {
	now := v.now()
	err := said.ValidateWithLeeway(jwt.Expected{Issuer: v.issuer, AnyAudience: jwt.Audience{v.audience}, Time: now}, leeway)
	switch {
	case errors.Is(err, jwt.ErrExpired):
		return errSessionEnded()
	case err != nil,
		said.Expiry == nil, said.IssuedAt == nil, said.AuthTime == nil,
		said.AuthTime.Time().After(now.Add(leeway)),
		said.Subject == "", len(said.Subject) > maxSubject:
		return errBadToken()
	}
	return nil
}
