package identity

import (
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"firebase.google.com/go/v4/auth"
	"github.com/go-jose/go-jose/v4"
	"google.golang.org/api/option"

	"accrue/ce"
)

const (
	firebaseIssuer = "https://securetoken.google.com/"
	firebaseKeys   = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com"
	// keySetFresh is how old the key set may be before it is asked for again; while that fails, the old one serves.
	keySetFresh   = time.Hour
	maxKeySetSize = 1 << 20

	emulatorVariable = "FIREBASE_AUTH_EMULATOR_HOST"
)

// FirebaseConfig names the Firebase project whose users may sign in.
type FirebaseConfig struct {
	ProjectID string
	// Credentials are the path of a service account's key, or its JSON; "" for Google's application default credentials.
	Credentials string
	// AllowEmulator lets FIREBASE_AUTH_EMULATOR_HOST take effect; without it, NewFirebase fails when
	// the variable is set. The emulator's tokens are not signed: never in production.
	AllowEmulator bool
	// WebAPIKey is that of a web app of the project, "" for none: with it sessions of browsers are refreshed here.
	WebAPIKey string
	// Referrer is the address of the pages, which a key that is restricted to websites wants to hear; "" for none.
	Referrer string
	Now      func() time.Time // nil for the system's clock; without effect on the emulator
	// KeysURL and HTTPClient serve tests: where the key set is ("" for Google's), and what asks
	// for it, for users and for new tokens in place of a client with credentials.
	KeysURL    string
	HTTPClient *http.Client
}

// Firebase checks the ID tokens of one Firebase project. A viewer's SignedInAt is the
// token's auth_time, so that a refreshed token does not make an old sign-in new.
//
// A user who is disabled, deleted or whose tokens were revoked is refused within 5
// minutes. While Google can't be reached, users seen in the last 5 minutes get through.
type Firebase struct {
	issuer   string
	tokens   *verifier
	users    *users
	emulator *auth.Client // instead of tokens and users; nil outside development

	app       *FirebaseApp // nil without a key
	tokensURL string
	referrer  string
	client    *http.Client
	now       func() time.Time
}

// NewFirebase returns the authenticator of the project. It fails, saying what to set, without credentials, and
// when the emulator's variable is set but not allowed. It asks nothing of Google yet.
func NewFirebase(ctx context.Context, config FirebaseConfig) (*Firebase, error) {
	if config.ProjectID == "" {
		return nil, fmt.Errorf("identity: the id of the Firebase project is missing")
	}
	inEmulator := os.Getenv(emulatorVariable) != ""
	if inEmulator && !config.AllowEmulator {
		return nil, fmt.Errorf("identity: %s is set, so anybody could sign in as anybody: unset it, or allow the emulator if this is for development", emulatorVariable)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.KeysURL == "" {
		config.KeysURL = firebaseKeys
	}
	admin := newOf(auth.NewClient)
	admin.ProjectID = config.ProjectID
	switch {
	case config.HTTPClient != nil:
		admin.Opts = append(admin.Opts, option.WithHTTPClient(config.HTTPClient))
	case inEmulator:
		admin.Opts = append(admin.Opts, option.WithoutAuthentication())
	case strings.HasPrefix(strings.TrimSpace(config.Credentials), "{"):
		admin.Opts = append(admin.Opts, option.WithAuthCredentialsJSON(option.ServiceAccount, []byte(config.Credentials)))
	case config.Credentials != "":
		admin.Opts = append(admin.Opts, option.WithAuthCredentialsFile(option.ServiceAccount, config.Credentials))
	}
	client, err := auth.NewClient(ctx, admin)
	if err != nil {
		return nil, fmt.Errorf("identity: Firebase needs credentials, to know which users are disabled: set GOOGLE_APPLICATION_CREDENTIALS to the path of a service account's key file: %w", err)
	}
	firebase := &Firebase{
		issuer: firebaseIssuer + config.ProjectID, tokensURL: emulated(firebaseTokens),
		referrer: config.Referrer, client: cmp.Or(config.HTTPClient, http.DefaultClient), now: config.Now,
	}
	if config.WebAPIKey != "" {
		firebase.app = &FirebaseApp{APIKey: config.WebAPIKey, URL: emulated(firebaseSignIn)}
	}
	if inEmulator {
		firebase.emulator = client
		return firebase, nil
	}
	keys := &keyring{now: config.Now, fresh: keySetFresh, load: keySet(config.KeysURL, config.HTTPClient)}
	firebase.tokens = newVerifier(firebase.issuer, config.ProjectID, jose.RS256, keys, config.Now)
	firebase.users = newUsers(client, config.Now)
	return firebase, nil
}

// newOf returns a new T, the configuration type that the constructor wants. The SDK keeps the type internal for
// firebase.NewApp, which would bring Firestore, Storage and gRPC into the binary.
func newOf[T, C any](func(context.Context, *T) (C, error)) *T { return new(T) }

// Authenticate returns the viewer of an ID token.
func (f *Firebase) Authenticate(ctx context.Context, idToken string) (Viewer, error) {
	if f.emulator != nil {
		return f.authenticateEmulated(ctx, idToken)
	}
	said, err := f.tokens.verify(ctx, idToken)
	if err != nil {
		return Viewer{}, err
	}
	signedIn := said.AuthTime.Time()
	if err := f.users.check(ctx, said.Subject, signedIn); err != nil {
		return Viewer{}, err
	}
	return f.viewer(said.Subject, signedIn, said), nil
}

// viewer makes the viewer of a user. What would not do as a profile's field is left out.
func (f *Firebase) viewer(subject string, signedIn time.Time, said claims) Viewer {
	profile := ce.Professional{ID: professionalOf(f.issuer, subject)}
	profile.Email, _, _ = ce.ParseEmail(said.Email)
	profile.EmailVerified = said.Verified && profile.Email != ""
	profile.Name, _ = ce.Line(said.Name, ce.MaxNameLength)
	located := ce.Professional{Locale: said.Locale}
	if located.Clean() != nil {
		located.Locale = ce.DefaultLocale
	}
	profile.Locale = located.Locale
	return Viewer{Professional: profile.ID, SignedInAt: signedIn, Profile: profile}
}

// professionalOf returns the id of the professional whom the issuer calls subject: always
// the same, a UUID of version 8 (RFC 9562, section 5.8) made of the SHA-256 of both.
func professionalOf(issuer, subject string) ce.ProfessionalID {
	b := sha256.Sum256([]byte("accrue professional\n" + issuer + "\n" + subject))
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return ce.ProfessionalID(fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16]))
}

// keySet returns what loads the RSA keys of the JSON Web Key Set at the URL.
func keySet(url string, client *http.Client) func(context.Context) (map[string]crypto.PublicKey, error) {
	if client == nil {
		client = &http.Client{}
	}
	return func(ctx context.Context) (map[string]crypto.PublicKey, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("identity: key set: %s", response.Status)
		}
		var set jose.JSONWebKeySet
		if err := json.NewDecoder(io.LimitReader(response.Body, maxKeySetSize)).Decode(&set); err != nil {
			return nil, fmt.Errorf("identity: key set: %w", err)
		}
		keys := make(map[string]crypto.PublicKey, len(set.Keys))
		for _, key := range set.Keys {
			if public, ok := key.Key.(*rsa.PublicKey); ok && key.KeyID != "" {
				keys[key.KeyID] = public
			}
		}
		if len(keys) == 0 {
			return nil, fmt.Errorf("identity: key set without an RSA key")
		}
		return keys, nil
	}
}
