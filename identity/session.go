package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"accrue/ce"
	"accrue/storage"
)

// SessionLife is how long a session may go unused.
const SessionLife = 60 * 24 * time.Hour

const (
	issuer = "accrue"
	// repeatWithin is how long the previous refresh token still gets the current session:
	// phones lose answers and then send the same request again.
	repeatWithin    = time.Minute
	maxRefreshToken = 200
	secretLength    = 32
)

// Session is what a client gets when it has signed in.
type Session struct {
	AccessToken  string
	RefreshToken string
	ExpiresAt    time.Time // of the access token
	Professional ce.Professional
}

var (
	errExpired = errors.New("identity: session expired")
	errForged  = errors.New("identity: refresh token was not made here")
	errReused  = errors.New("identity: refresh token used again")
)

// Refresh exchanges a refresh token for a new session and makes the token useless. The
// token last exchanged gets, within a minute, the same refresh token again; later, or an older one, it
// must have been copied: then the whole family ends. What does not get a session is UNAUTHENTICATED.
func (a *Accounts) Refresh(ctx context.Context, refreshToken string) (Session, error) {
	id, generation, mac, err := parseRefreshToken(refreshToken)
	if err != nil {
		return Session{}, errBadToken()
	}
	now := a.now()
	session, err := a.store.Identity().UpdateSession(ctx, id, func(s *storage.Session) error {
		switch {
		case !hmac.Equal(mac, refreshMAC(*s, generation)):
			return errForged
		case !now.Before(s.ExpiresAt):
			return errExpired
		case generation == s.Generation:
			s.Generation++
			s.RotatedAt = now
			s.ExpiresAt = now.Add(SessionLife)
			return nil
		case generation == s.Generation-1 && now.Sub(s.RotatedAt) < repeatWithin:
			return storage.ErrUnchanged
		default:
			return errReused
		}
	})
	switch {
	case errors.Is(err, errForged):
		return Session{}, errBadToken()
	case errors.Is(err, errExpired), errors.Is(err, storage.ErrNotFound):
		return Session{}, errSessionEnded()
	case errors.Is(err, errReused):
		if err := a.store.Identity().RevokeSession(ctx, id); err != nil {
			return Session{}, err
		}
		return Session{}, errSessionEnded()
	case err != nil:
		return Session{}, err
	}
	profile, err := a.store.Professional(session.Professional).Profile(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return Session{}, errSessionEnded() // erased since
	} else if err != nil {
		return Session{}, err
	}
	return a.issue(ctx, session, profile)
}

// SignOut ends the session of the refresh token, current or not. A token of no session is no error. The access tokens of the
// session stay valid until they expire.
func (a *Accounts) SignOut(ctx context.Context, refreshToken string) error {
	id, generation, mac, err := parseRefreshToken(refreshToken)
	if err != nil {
		return nil
	}
	_, err = a.store.Identity().UpdateSession(ctx, id, func(s *storage.Session) error {
		if !hmac.Equal(mac, refreshMAC(*s, generation)) {
			return errForged
		}
		return storage.ErrUnchanged
	})
	if err == nil {
		err = a.store.Identity().RevokeSession(ctx, id)
	}
	if err != nil && !errors.Is(err, errForged) && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return nil
}

// begin starts a session of the professional, who has just proved who she is.
func (a *Accounts) begin(ctx context.Context, profile ce.Professional) (storage.Session, error) {
	now := a.now()
	signedIn := now
	if signedIn.Before(profile.SessionsFrom) {
		signedIn = profile.SessionsFrom // a sign-in in the second of a change of password, see endSessions
	}
	session := storage.Session{
		ID: ce.NewUUID(), Professional: profile.ID, Secret: random(secretLength), Generation: 1,
		RotatedAt: now, ExpiresAt: now.Add(SessionLife), CreatedAt: signedIn,
	}
	if err := a.store.Identity().CreateSession(ctx, session); err != nil {
		return storage.Session{}, err
	}
	return session, nil
}

// issue makes the tokens of the session.
func (a *Accounts) issue(ctx context.Context, session storage.Session, profile ce.Professional) (Session, error) {
	signing, err := a.keys.signing(ctx)
	if err != nil {
		return Session{}, err
	}
	now := a.now()
	expires := now.Add(accessTokenLife).Truncate(time.Second)
	access, err := jwt.Signed(signing.signer).Claims(claims{
		Claims: jwt.Claims{
			Issuer: issuer, Audience: jwt.Audience{issuer}, Subject: string(session.Professional),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(expires),
		},
		AuthTime: jwt.NewNumericDate(session.CreatedAt),
		Session:  session.ID,
	}).Serialize()
	if err != nil {
		return Session{}, err
	}
	return Session{
		AccessToken: access, RefreshToken: refreshToken(session), ExpiresAt: expires, Professional: profile,
	}, nil
}

// refreshToken returns the refresh token that is valid now: <session>.<generation>.<mac>. It can be
// made again from the session, so it is stored nowhere.
func refreshToken(session storage.Session) string {
	return session.ID + "." + strconv.Itoa(session.Generation) + "." +
		base64.RawURLEncoding.EncodeToString(refreshMAC(session, session.Generation))
}

func refreshMAC(session storage.Session, generation int) []byte {
	mac := hmac.New(sha256.New, session.Secret)
	mac.Write([]byte(session.ID + "." + strconv.Itoa(generation)))
	return mac.Sum(nil)
}

func parseRefreshToken(token string) (id string, generation int, mac []byte, err error) {
	parts := strings.Split(token, ".")
	if len(token) > maxRefreshToken || len(parts) != 3 {
		return "", 0, nil, errForged
	}
	if id, err = ce.ParseUUID(parts[0]); err != nil {
		return "", 0, nil, errForged
	}
	if generation, err = strconv.Atoi(parts[1]); err != nil {
		return "", 0, nil, errForged
	}
	if mac, err = base64.RawURLEncoding.DecodeString(parts[2]); err != nil {
		return "", 0, nil, errForged
	}
	return id, generation, mac, nil
}
