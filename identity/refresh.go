package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
)

const (
	firebaseTokens  = "https://securetoken.googleapis.com"
	firebaseSignIn  = "https://identitytoolkit.googleapis.com"
	refreshTimeout  = 10 * time.Second
	maxRefreshReply = 64 << 10
)

// FirebaseApp is what a web page needs to sign people in by Firebase. None of it is secret.
type FirebaseApp struct {
	// APIKey names the project to Google.
	APIKey string
	// URL is where Firebase Auth's REST API is, without a slash at its end.
	URL string
}

// WebApp returns how web pages sign people in; nil unless FirebaseConfig has a WebAPIKey.
func (f *Firebase) WebApp() *FirebaseApp {
	return f.app
}

// emulated returns where one of Google's services is: within the Auth emulator while that is in use.
func emulated(service string) string {
	if host := os.Getenv(emulatorVariable); host != "" {
		return "http://" + host + "/" + strings.TrimPrefix(service, "https://")
	}
	return service
}

// Refresh exchanges a refresh token of Firebase for a new ID token, as the Firebase SDK does in apps: it is for browsers whose
// session is in cookies. A token that is no good any more is UNAUTHENTICATED; it is UNAVAILABLE while Google cannot be reached, and FORBIDDEN without a
// WebAPIKey. The session's Professional is left empty.
func (f *Firebase) Refresh(ctx context.Context, refreshToken string) (Session, error) {
	switch {
	case f.app == nil:
		return Session{}, ce.Errorf(ce.CodeForbidden, "This server's accounts are kept by Firebase: let its SDK refresh the session.")
	case refreshToken == "" || len(refreshToken) > maxTokenLength:
		return Session{}, errBadToken()
	}
	ctx, cancel := context.WithTimeout(ctx, refreshTimeout)
	defer cancel()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.tokensURL+"/v1/token?key="+url.QueryEscape(f.app.APIKey), strings.NewReader(form.Encode()))
	if err != nil {
		return Session{}, errUnavailable(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if f.referrer != "" {
		request.Header.Set("Referer", f.referrer)
	}
	response, err := f.client.Do(request)
	if err != nil {
		return Session{}, errUnavailable(withoutURL(err))
	}
	defer response.Body.Close()
	var answer struct {
		IDToken      string `json:"id_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    string `json:"expires_in"` // seconds
		Error        struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxRefreshReply)).Decode(&answer); err != nil {
		return Session{}, errUnavailable(fmt.Errorf("identity: refresh at Firebase: %s", response.Status))
	}
	reason, _, _ := strings.Cut(answer.Error.Message, " ")
	seconds, err := strconv.Atoi(answer.ExpiresIn)
	switch {
	case reason == "USER_DISABLED":
		return Session{}, errDisabled()
	case reason == "TOKEN_EXPIRED", reason == "USER_NOT_FOUND", reason == "INVALID_REFRESH_TOKEN":
		return Session{}, errSessionEnded()
	case response.StatusCode != http.StatusOK, err != nil, answer.IDToken == "", answer.RefreshToken == "":
		return Session{}, errUnavailable(fmt.Errorf("identity: refresh at Firebase: %s %s", response.Status, reason))
	}
	return Session{AccessToken: answer.IDToken, RefreshToken: answer.RefreshToken, ExpiresAt: f.now().Add(time.Duration(seconds) * time.Second)}, nil
}

// withoutURL is the error without the address that was asked, in which the key stands.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
