package identity

import (
	"context"
	"time"

	"firebase.google.com/go/v4/auth"
)

// authenticateEmulated is Authenticate against the Firebase Auth emulator, which is asked each time.
func (f *Firebase) authenticateEmulated(ctx context.Context, idToken string) (Viewer, error) {
	if idToken == "" {
		return Viewer{}, errNoToken()
	}
	if len(idToken) > maxTokenLength {
		return Viewer{}, errBadToken()
	}
	token, err := f.emulator.VerifyIDToken(ctx, idToken)
	switch {
	case auth.IsUserDisabled(err):
		return Viewer{}, errDisabled()
	case auth.IsIDTokenExpired(err), auth.IsIDTokenRevoked(err):
		return Viewer{}, errSessionEnded()
	case auth.IsIDTokenInvalid(err), auth.IsUserNotFound(err):
		return Viewer{}, errBadToken()
	case err != nil:
		return Viewer{}, errUnavailable(err)
	}
	text := func(claim string) string {
		value, _ := token.Claims[claim].(string)
		return value
	}
	verified, _ := token.Claims["email_verified"].(bool)
	said := claims{Email: text("email"), Verified: verified, Name: text("name"), Locale: text("locale")}
	return f.viewer(token.UID, time.Unix(token.AuthTime, 0).UTC(), said), nil
}
