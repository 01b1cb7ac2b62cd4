package fcm

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"golang.org/x/sync/singleflight"
)

const (
	scope = "https://www.googleapis.com/auth/firebase.messaging"

	// A token is replaced in the background when it has refreshBefore left, and not used when it has expiresBefore.
	refreshBefore = 5 * time.Minute
	expiresBefore = 10 * time.Second
	// fetchTime bounds one request for a token.
	fetchTime = 10 * time.Second

	maxCredentials = 1 << 20
)

var errNoCredentials = errors.New("push needs credentials: set FIREBASE_CREDENTIALS to the path of a service account's key file, or to its JSON")

// credentials are where access tokens come from.
type credentials struct {
	projectID string // "" where they name none
	// fetch gets a new token each time.
	fetch func(context.Context) (*oauth2.Token, error)
}

// readCredentials takes the path of a file, its JSON, or "" for Google's application default credentials. Errors do not quote them.
func readCredentials(ctx context.Context, given string, client *http.Client) (*credentials, error) {
	if given == "" {
		found, err := google.FindDefaultCredentials(ctx, scope)
		if err != nil {
			return nil, errNoCredentials // what is wrong with the file named by a variable may quote it
		}
		return &credentials{found.ProjectID, func(ctx context.Context) (*oauth2.Token, error) {
			again, err := google.FindDefaultCredentials(withClient(ctx, client), scope)
			if err != nil {
				return nil, err
			}
			return again.TokenSource.Token()
		}}, nil
	}
	text := []byte(given)
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		info, err := os.Stat(given)
		if err != nil {
			return nil, fmt.Errorf("the credentials of Firebase cannot be read: %w", err)
		}
		if !info.Mode().IsRegular() || info.Size() > maxCredentials {
			return nil, fmt.Errorf("the credentials of Firebase, %s, are not the key file of a service account", given)
		}
		if text, err = os.ReadFile(given); err != nil {
			return nil, fmt.Errorf("the credentials of Firebase cannot be read: %w", err)
		}
	}
	var account struct {
		Type       google.CredentialsType `json:"type"`
		ProjectID  string                 `json:"project_id"`
		PrivateKey string                 `json:"private_key"`
	}
	if json.Unmarshal(text, &account) != nil {
		return nil, errors.New("the credentials of Firebase are not JSON: take the key file of a service account as it was downloaded")
	}
	switch account.Type {
	case google.ServiceAccount:
		if !isKey(account.PrivateKey) {
			return nil, errors.New("the credentials of Firebase have no private key that can be read: take the key file of a service account as it was downloaded")
		}
	case google.ExternalAccount, google.AuthorizedUser, google.ImpersonatedServiceAccount:
	default:
		return nil, errors.New("the credentials of Firebase are not those of a service account: take the key file of one as it was downloaded")
	}
	fetch := func(ctx context.Context) (*oauth2.Token, error) {
		read, err := google.CredentialsFromJSONWithType(withClient(ctx, client), text, account.Type, scope)
		if err != nil {
			return nil, err
		}
		return read.TokenSource.Token()
	}
	if _, err := google.CredentialsFromJSONWithType(ctx, text, account.Type, scope); err != nil {
		return nil, errors.New("the credentials of Firebase are incomplete: take the key file of a service account as it was downloaded")
	}
	return &credentials{account.ProjectID, fetch}, nil
}

func isKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return true
	}
	_, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return err == nil
}

func withClient(ctx context.Context, client *http.Client) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, client)
}

// tokens keeps the access token that is in use. Many senders share one request for the next.
type tokens struct {
	fetch func(context.Context) (*oauth2.Token, error)
	now   func() time.Time

	fetching singleflight.Group
	mu       sync.Mutex
	current  *oauth2.Token // nil when there is none
}

// errToken wraps what went wrong with the fetching of a token.
type errToken struct{ err error }

func (e *errToken) Error() string { return "no access token" }
func (e *errToken) Unwrap() error { return e.err }

func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	current := t.current
	t.mu.Unlock()
	left := time.Duration(0)
	if current != nil {
		if left = refreshBefore + 1; !current.Expiry.IsZero() {
			left = current.Expiry.Sub(t.now())
		}
	}
	if left > refreshBefore {
		return current.AccessToken, nil
	}
	fetched := t.fetching.DoChan("", t.replace)
	if left > expiresBefore {
		return current.AccessToken, nil
	}
	select {
	case <-ctx.Done():
		return "", &errToken{ctx.Err()}
	case result := <-fetched:
		if result.Err != nil {
			return "", &errToken{result.Err}
		}
		return result.Val.(string), nil
	}
}

func (t *tokens) replace() (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTime)
	defer cancel()
	token, err := t.fetch(ctx)
	if err != nil {
		return "", err
	}
	if token.AccessToken == "" {
		return "", errors.New("the answer has no token")
	}
	t.mu.Lock()
	t.current = token
	t.mu.Unlock()
	return token.AccessToken, nil
}

// drop forgets a token that was refused.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil && t.current.AccessToken == token {
		t.current = nil
	}
}
