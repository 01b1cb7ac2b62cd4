package identity_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/identity"
)

const project = "accrue-test"

// google stands in for Google: it serves the key set and answers look-ups of users.
type google struct {
	t testing.TB
	*httptest.Server
	asked chan string // what was asked for, "keys" or a user, after the answer was made

	mu    sync.Mutex
	down  bool
	keys  map[string]*rsa.PrivateKey
	users map[string]map[string]any
}

func newGoogle(t testing.TB) *google {
	g := &google{t: t, asked: make(chan string, 100), keys: map[string]*rsa.PrivateKey{}, users: map[string]map[string]any{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.down {
		http.Error(w, "down", http.StatusBadGateway)
		g.asked <- "nothing"
		return
	}
	var answer any
	switch {
	case r.URL.Path == "/keys":
		var set jose.JSONWebKeySet
		for id, key := range g.keys {
			set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: id, Algorithm: "RS256", Use: "sig"})
		}
		answer = set
		g.asked <- "keys"
	case strings.HasSuffix(r.URL.Path, "/projects/"+project+"/accounts:lookup"):
		var request struct{ LocalID []string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || len(request.LocalID) != 1 {
			g.t.Errorf("look-up of %v, %v", request, err)
			return
		}
		id := request.LocalID[0]
		found := []any{}
		if user, ok := g.users[id]; ok {
			found = append(found, user)
		}
		answer = map[string]any{"users": found}
		g.asked <- id
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// change changes what Google answers.
func (g *google) change(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

// RoundTrip sends every request to the test server, whatever its host.
func (g *google) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(g.URL)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = to.Scheme, to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// requests returns what was asked for since the last call.
func (g *google) requests() []string {
	var all []string
	for {
		select {
		case one := <-g.asked:
			all = append(all, one)
		default:
			return all
		}
	}
}

func (g *google) addKey(id string) *rsa.PrivateKey {
	g.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		g.t.Fatal(err)
	}
	g.change(func() { g.keys[id] = key })
	return key
}

func (g *google) addUser(id string) {
	g.change(func() { g.users[id] = map[string]any{"localId": id} })
}

// clock is a clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 9, 30, 0, 250_000_000, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newFirebase returns a Firebase with one user, jordan, and one key, "first".
func newFirebase(t testing.TB) (*identity.Firebase, *google, *rsa.PrivateKey, *clock) {
	t.Helper()
	g, c := newGoogle(t), newClock()
	g.addUser("jordan")
	firebase, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{
		ProjectID: project, Now: c.Now, KeysURL: g.URL + "/keys", HTTPClient: &http.Client{Transport: g},
	})
	if err != nil {
		t.Fatal(err)
	}
	return firebase, g, g.addKey("first"), c
}

// idClaims are those of a good ID token of jordan at the instant.
func idClaims(now time.Time) map[string]any {
	return map[string]any{
		"iss": "https://securetoken.google.com/" + project, "aud": project, "sub": "jordan",
		"iat": now.Unix() - 60, "exp": now.Unix() + 3540, "auth_time": now.Unix() - 600,
		"email": "jordan@example.com", "email_verified": true, "name": "Jordan Reyes", "firebase": map[string]any{"sign_in_provider": "password"},
	}
}

func sign(t testing.TB, algorithm jose.SignatureAlgorithm, key crypto.PrivateKey, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// assemble makes a token of the parts as they are.
func assemble(t *testing.T, header, claims map[string]any, signature func(signed string) []byte) string {
	t.Helper()
	part := func(v any) string {
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(encoded)
	}
	signed := part(header) + "." + part(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature(signed))
}

func TestFirebaseToken(t *testing.T) {
	firebase, _, key, clock := newFirebase(t)
	now := clock.Now()
	viewer, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, key, "first", idClaims(now)))
	if err != nil {
		t.Fatal(err)
	}
	want := identity.Viewer{
		// Part of what is stored: it must never change.
		Professional: "75614cf9-f40d-8aac-b4d2-6df987c313af",
		SignedInAt:   now.Add(-10 * time.Minute).Truncate(time.Second),
	}
	want.Profile = ce.Professional{ID: want.Professional, Name: "Jordan Reyes", Email: "jordan@example.com", EmailVerified: true, Locale: "en"}
	if diff := cmp.Diff(want, viewer); diff != "" {
		t.Error("the viewer (-want +got):\n", diff)
	}
}

func TestFirebaseProfileIsCleaned(t *testing.T) {
	firebase, _, key, clock := newFirebase(t)
	claims := idClaims(clock.Now())
	claims["name"], claims["email"], claims["locale"] = strings.Repeat("x", 500), "not an address", "es_MX"
	viewer, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, key, "first", claims))
	if err != nil {
		t.Fatal(err)
	}
	if want := (ce.Professional{ID: viewer.Professional, Locale: "es-MX"}); viewer.Profile != want {
		t.Errorf("the profile is %+v, want %+v", viewer.Profile, want)
	}
}

func TestFirebaseRefusesTokens(t *testing.T) {
	firebase, g, key, clock := newFirebase(t)
	now := clock.Now()
	good := sign(t, jose.RS256, key, "first", idClaims(now))
	if _, err := firebase.Authenticate(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	with := func(changes map[string]any) map[string]any {
		claims := idClaims(now)
		maps.Copy(claims, changes)
		maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
		return claims
	}
	signed := func(changes map[string]any) string { return sign(t, jose.RS256, key, "first", with(changes)) }
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	hs256 := func(secret []byte) string {
		return assemble(t, map[string]any{"alg": "HS256", "kid": "first"}, idClaims(now), func(signed string) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(signed))
			return mac.Sum(nil)
		})
	}
	parts := strings.Split(good, ".")
	none := func(string) []byte { return nil }
	const invalid, ended = "Your sign-in is not valid; sign in again.", "Your session has expired; sign in again."
	for name, test := range map[string]struct{ token, text string }{
		"none":                          {"", "Sign in first."},
		"no token":                      {"good morning", invalid},
		"too long":                      {good + strings.Repeat("A", 10_000), invalid},
		"alg none":                      {assemble(t, map[string]any{"alg": "none", "kid": "first"}, idClaims(now), none), invalid},
		"alg None, good signature":      {assemble(t, map[string]any{"alg": "None", "kid": "first"}, idClaims(now), none) + parts[2], invalid},
		"HS256 by the public key":       {hs256(public), invalid},
		"HS256 by the public key's PEM": {hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), invalid},
		"RS512":                         {sign(t, jose.RS512, key, "first", idClaims(now)), invalid},
		"tampered":                      {parts[0] + "." + strings.Split(assemble(t, nil, with(map[string]any{"sub": "sam"}), none), ".")[1] + "." + parts[2], invalid},
		"no signature":                  {parts[0] + "." + parts[1] + ".", invalid},
		"another key":                   {sign(t, jose.RS256, other, "first", idClaims(now)), invalid},
		"its own key in the header": {assemble(t, map[string]any{"alg": "RS256", "kid": "first", "jwk": jose.JSONWebKey{Key: other.Public()}}, idClaims(now),
			func(signed string) []byte {
				digest := sha256.Sum256([]byte(signed))
				signature, err := rsa.SignPKCS1v15(nil, other, crypto.SHA256, digest[:])
				if err != nil {
					t.Fatal(err)
				}
				return signature
			}), invalid},
		"unknown kid":             {sign(t, jose.RS256, key, "second", idClaims(now)), invalid},
		"no kid":                  {sign(t, jose.RS256, key, "", idClaims(now)), invalid},
		"wrong audience":          {signed(map[string]any{"aud": "another"}), invalid},
		"no audience":             {signed(map[string]any{"aud": nil}), invalid},
		"wrong issuer":            {signed(map[string]any{"iss": "https://securetoken.google.com/another"}), invalid},
		"no issuer":               {signed(map[string]any{"iss": nil}), invalid},
		"no subject":              {signed(map[string]any{"sub": nil}), invalid},
		"empty subject":           {signed(map[string]any{"sub": ""}), invalid},
		"long subject":            {signed(map[string]any{"sub": strings.Repeat("x", 129)}), invalid},
		"expired":                 {signed(map[string]any{"exp": now.Unix() - 31}), ended},
		"without expiry":          {signed(map[string]any{"exp": nil}), invalid},
		"issued in the future":    {signed(map[string]any{"iat": now.Unix() + 40}), invalid},
		"without time of issue":   {signed(map[string]any{"iat": nil}), invalid},
		"signed in in the future": {signed(map[string]any{"auth_time": now.Unix() + 40}), invalid},
		"without sign-in":         {signed(map[string]any{"auth_time": nil}), invalid},
		"not valid yet":           {signed(map[string]any{"nbf": now.Unix() + 40}), invalid},
		"of nobody":               {signed(map[string]any{"sub": "nobody"}), invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := firebase.Authenticate(t.Context(), test.token)
			wantRefusal(t, err, ce.CodeUnauthenticated, test.text)
		})
	}
	g.requests()
	if _, err := firebase.Authenticate(t.Context(), good); err != nil {
		t.Errorf("the good token is refused after the bad ones: %v", err)
	}
}

func TestFirebaseClockEdges(t *testing.T) {
	firebase, _, key, clock := newFirebase(t)
	claims := idClaims(clock.Now())
	claims["exp"] = clock.Now().Unix() + 10
	token := sign(t, jose.RS256, key, "first", claims)
	for range 2 { // the second time, the token is remembered
		if _, err := firebase.Authenticate(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	clock.add(39 * time.Second)
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Errorf("within 30 seconds of its end: %v", err)
	}
	clock.add(2 * time.Second)
	_, err := firebase.Authenticate(t.Context(), token)
	wantRefusal(t, err, ce.CodeUnauthenticated, "Your session has expired; sign in again.")
}

func TestFirebaseKeyRotation(t *testing.T) {
	firebase, g, first, clock := newFirebase(t)
	if _, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, first, "first", idClaims(clock.Now()))); err != nil {
		t.Fatal(err)
	}
	second := g.addKey("second")
	g.change(func() { delete(g.keys, "first") })
	clock.add(6 * time.Second)
	if _, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, second, "second", idClaims(clock.Now()))); err != nil {
		t.Errorf("by the new key: %v", err)
	}
	_, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, first, "first", idClaims(clock.Now())))
	wantRefusal(t, err, ce.CodeUnauthenticated, "Your sign-in is not valid; sign in again.")
}

func TestFirebaseForgetsTokensOfWithdrawnKeys(t *testing.T) {
	firebase, g, first, clock := newFirebase(t)
	token := sign(t, jose.RS256, first, "first", idClaims(clock.Now()))
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	second := g.addKey("second")
	g.change(func() { delete(g.keys, "first") })
	clock.add(6 * time.Second)
	if _, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, second, "second", idClaims(clock.Now()))); err != nil {
		t.Fatal(err)
	}
	_, err := firebase.Authenticate(t.Context(), token)
	wantRefusal(t, err, ce.CodeUnauthenticated, "Your sign-in is not valid; sign in again.")
}

func TestFirebaseAsksForKeysAgain(t *testing.T) {
	firebase, g, key, clock := newFirebase(t)
	claims := idClaims(clock.Now())
	claims["exp"] = clock.Now().Add(3 * time.Hour).Unix()
	token := sign(t, jose.RS256, key, "first", claims)
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	g.requests()
	clock.add(time.Hour + time.Second)
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for {
		select {
		case what := <-g.asked:
			if what == "keys" {
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatal("keys an hour old are not asked for again")
		}
	}
}

func TestFirebaseInventedKeysCostNothing(t *testing.T) {
	firebase, g, key, clock := newFirebase(t)
	for range 50 {
		_, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, key, ce.NewUUID(), idClaims(clock.Now())))
		wantRefusal(t, err, ce.CodeUnauthenticated, "")
	}
	if asked := g.requests(); len(asked) != 1 {
		t.Errorf("50 tokens by invented keys made %d requests", len(asked))
	}
}

func TestFirebaseOutage(t *testing.T) {
	firebase, g, key, clock := newFirebase(t)
	g.change(func() { g.down = true })
	_, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, key, "first", idClaims(clock.Now())))
	wantRefusal(t, err, ce.CodeUnavailable, "")
	g.change(func() { g.down = false })
	clock.add(6 * time.Second)
	claims := idClaims(clock.Now())
	claims["exp"] = clock.Now().Add(24 * time.Hour).Unix()
	token := sign(t, jose.RS256, key, "first", claims)
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Fatal("after the outage: ", err)
	}

	g.change(func() { g.down = true })
	for _, age := range []time.Duration{3 * time.Minute, 90 * time.Second} { // 4.5 minutes in the end
		clock.add(age)
		if _, err := firebase.Authenticate(t.Context(), token); err != nil {
			t.Errorf("a user seen just before the outage: %v", err)
		}
	}
	clock.add(time.Minute)
	_, err = firebase.Authenticate(t.Context(), token)
	wantRefusal(t, err, ce.CodeUnavailable, "")

	// Users are answered for again, the key set is not: its keys serve although they are old.
	clock.add(2 * time.Hour)
	g.change(func() { g.down = false; clear(g.keys) })
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Errorf("with old keys: %v", err)
	}
	for range 2 {
		if _, err := firebase.Authenticate(t.Context(), sign(t, jose.RS256, key, "first", idClaims(clock.Now()))); err != nil {
			t.Errorf("with old keys, a new token: %v", err)
		}
	}
}

func TestFirebaseUserState(t *testing.T) {
	for name, test := range map[string]struct {
		change map[string]any
		text   string
	}{
		"disabled": {map[string]any{"localId": "jordan", "disabled": true}, "This account is disabled."},
		"revoked": { // after the sign-in, before the token
			map[string]any{"localId": "jordan", "validSince": "1795339500"}, "Your session has expired; sign in again."},
		"deleted": {nil, "Your sign-in is not valid; sign in again."},
	} {
		t.Run(name, func(t *testing.T) {
			firebase, g, key, clock := newFirebase(t)
			token := sign(t, jose.RS256, key, "first", idClaims(clock.Now()))
			if _, err := firebase.Authenticate(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			g.change(func() {
				if g.users["jordan"] = test.change; test.change == nil {
					delete(g.users, "jordan")
				}
			})
			clock.add(5 * time.Minute)
			_, err := firebase.Authenticate(t.Context(), token)
			wantRefusal(t, err, ce.CodeUnauthenticated, test.text)
		})
	}
}

func TestFirebaseAsksOncePerUser(t *testing.T) {
	firebase, g, key, clock := newFirebase(t)
	token := sign(t, jose.RS256, key, "first", idClaims(clock.Now()))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := firebase.Authenticate(t.Context(), token); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	clock.add(3 * time.Minute)
	if _, err := firebase.Authenticate(t.Context(), token); err != nil {
		t.Error(err)
	}
	if asked := g.requests(); len(asked) > 3 { // a late caller may just miss the look-up under way
		t.Errorf("21 requests of one user asked for %v", asked)
	}
}

func TestFirebaseGivesUpWithTheCaller(t *testing.T) {
	firebase, _, key, clock := newFirebase(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := firebase.Authenticate(ctx, sign(t, jose.RS256, key, "first", idClaims(clock.Now())))
	wantRefusal(t, err, ce.CodeUnavailable, "")
}

func TestFirebaseNeedsCredentials(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", folder+"/none.json")
	for _, file := range []string{"", folder + "/nothing.json"} {
		_, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{ProjectID: project, Credentials: file})
		if err == nil || !strings.Contains(err.Error(), "set GOOGLE_APPLICATION_CREDENTIALS") {
			t.Errorf("with the credentials file %q: %v", file, err)
		}
	}
	if _, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{}); err == nil {
		t.Error("no project will do")
	}

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": project, "client_email": "accrue@example.com", "token_uri": "http://127.0.0.1:1/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"/account.json", account, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{ProjectID: project, Credentials: folder + "/account.json"}); err != nil {
		t.Error("with a service account: ", err)
	}
}

// answering is an HTTP client that answers each request by the function.
type answering func(*http.Request) (status int, body string)

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := a(r)
	if status == 0 {
		return nil, errors.New("no route")
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func TestFirebaseRefresh(t *testing.T) {
	clock := newClock()
	var asked *http.Request
	var form url.Values
	var status int
	var body string
	firebaseWith := func(key string) *identity.Firebase {
		t.Helper()
		firebase, err := identity.NewFirebase(t.Context(), identity.FirebaseConfig{
			ProjectID: project, Now: clock.Now, WebAPIKey: key, Referrer: "https://ce.example.com",
			HTTPClient: &http.Client{Transport: answering(func(r *http.Request) (int, string) {
				asked = r
				content, err := io.ReadAll(r.Body)
				if err == nil {
					form, err = url.ParseQuery(string(content))
				}
				if err != nil {
					t.Error(err)
				}
				return status, body
			})},
		})
		if err != nil {
			t.Fatal(err)
		}
		return firebase
	}
	firebase := firebaseWith("a key")

	status, body = 200, `{"id_token": "new", "refresh_token": "next", "expires_in": "3600", "user_id": "jordan"}`
	session, err := firebase.Refresh(t.Context(), "old")
	if err != nil {
		t.Fatal(err)
	}
	if want := (identity.Session{AccessToken: "new", RefreshToken: "next", ExpiresAt: clock.Now().Add(time.Hour)}); session.AccessToken != want.AccessToken ||
		session.RefreshToken != want.RefreshToken || !session.ExpiresAt.Equal(want.ExpiresAt) {
		t.Errorf("the session is %+v", session)
	}
	if got, want := asked.URL.String(), "https://securetoken.googleapis.com/v1/token?key=a+key"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	if form.Get("refresh_token") != "old" || form.Get("grant_type") != "refresh_token" || asked.Header.Get("Referer") != "https://ce.example.com" {
		t.Errorf("asked with %v by %s", form, asked.Header.Get("Referer"))
	}
	if app := firebase.WebApp(); app == nil || *app != (identity.FirebaseApp{APIKey: "a key", URL: "https://identitytoolkit.googleapis.com"}) {
		t.Errorf("the web app is %+v", app)
	}

	const ended, invalid, later = "Your session has expired; sign in again.", "Your sign-in is not valid; sign in again.", "Signing in is not possible at the moment; try again."
	for name, test := range map[string]struct {
		status      int
		token, body string
		code        ce.Code
		text        string
	}{
		"expired":      {400, "old", `{"error": {"message": "TOKEN_EXPIRED"}}`, ce.CodeUnauthenticated, ended},
		"deleted":      {400, "old", `{"error": {"message": "USER_NOT_FOUND"}}`, ce.CodeUnauthenticated, ended},
		"invented":     {400, "old", `{"error": {"message": "INVALID_REFRESH_TOKEN : it is none"}}`, ce.CodeUnauthenticated, ended},
		"disabled":     {400, "old", `{"error": {"message": "USER_DISABLED"}}`, ce.CodeUnauthenticated, "This account is disabled."},
		"a wrong key":  {400, "old", `{"error": {"message": "API key not valid. Please pass a valid API key."}}`, ce.CodeUnavailable, later},
		"no token":     {200, "old", `{}`, ce.CodeUnavailable, later},
		"no lifetime":  {200, "old", `{"id_token": "new", "refresh_token": "next"}`, ce.CodeUnavailable, later},
		"a page":       {502, "old", `<html>`, ce.CodeUnavailable, later},
		"without end":  {200, "old", `{"id_token": "` + strings.Repeat("x", 1<<20) + `"}`, ce.CodeUnavailable, later},
		"out of reach": {0, "old", "", ce.CodeUnavailable, later},
		"nothing":      {200, "", "", ce.CodeUnauthenticated, invalid},
		"too long":     {200, strings.Repeat("x", 8<<10+1), "", ce.CodeUnauthenticated, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			status, body = test.status, test.body
			_, err := firebase.Refresh(t.Context(), test.token)
			wantRefusal(t, err, test.code, test.text)
			if cause := errors.Unwrap(err); cause != nil && (strings.Contains(cause.Error(), "key=a") || strings.Contains(cause.Error(), "old")) {
				t.Errorf("the log would tell a secret: %v", cause)
			}
		})
	}

	without := firebaseWith("")
	_, err = without.Refresh(t.Context(), "old")
	wantRefusal(t, err, ce.CodeForbidden, "This server's accounts are kept by Firebase: let its SDK refresh the session.")
	if without.WebApp() != nil {
		t.Error("there is a web app without a key")
	}
}
