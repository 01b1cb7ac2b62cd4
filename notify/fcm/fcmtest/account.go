package fcmtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	// skew is how far the clocks may disagree.
	skew = 5 * time.Minute
	// maxAssertion is how long an assertion may be valid.
	maxAssertion = time.Hour
)

// The scopes of which one is needed to send.
var sendScopes = map[string]bool{
	"https://www.googleapis.com/auth/firebase.messaging": true,
	"https://www.googleapis.com/auth/cloud-platform":     true,
}

// account is the service account that may send.
type account struct {
	email, keyID string
	key          *rsa.PrivateKey
}

// A key takes long to make, and the servers of one process may share it.
var sharedKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return key
})

func newAccount(project string) account {
	return account{email: "sender@" + project + ".iam.gserviceaccount.com", keyID: strings.ToLower(rand.Text()), key: sharedKey()}
}

// Credentials are the JSON of the key file of the service account: the value of FIREBASE_CREDENTIALS.
func (s *Server) Credentials() string {
	encoded, err := x509.MarshalPKCS8PrivateKey(s.account.key)
	if err != nil {
		panic(err) // an RSA key can be written
	}
	text, err := json.MarshalIndent(map[string]string{
		"type":           "service_account",
		"project_id":     s.options.ProjectID,
		"private_key_id": s.account.keyID,
		"private_key":    string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})),
		"client_email":   s.account.email,
		"client_id":      "100000000000000000001",
		"token_uri":      s.tokenURI(),
	}, "", "  ")
	if err != nil {
		panic(err) // texts can be written
	}
	return string(text)
}

func (s *Server) tokenURI() string { return s.origin + "/token" }

// Disable refuses the service account new access tokens, as when its key was deleted, or gives them again. Those issued stay valid.
func (s *Server) Disable(disabled bool) { s.mu.Lock(); defer s.mu.Unlock(); s.disabled = disabled }

// Deny takes the service account the right to send, or gives it back.
func (s *Server) Deny(denied bool) { s.mu.Lock(); defer s.mu.Unlock(); s.denied = denied }

// RevokeTokens makes all access tokens issued so far invalid.
func (s *Server) RevokeTokens() { s.mu.Lock(); defer s.mu.Unlock(); clear(s.issued) }

// serveToken is the token endpoint of RFC 7523, as Google has it.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	answer := func(status int, body map[string]any) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // the client may have gone
	}
	refuse := func(code, description string) {
		answer(http.StatusBadRequest, map[string]any{"error": code, "error_description": description})
	}
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		writePage(w, http.StatusNotFound)
		return
	}
	if r.PostForm.Get("grant_type") != grantType {
		refuse("unsupported_grant_type", "Invalid grant_type: "+r.PostForm.Get("grant_type"))
		return
	}
	if code, description := s.assertion(r.PostForm.Get("assertion")); code != "" {
		refuse(code, description)
		return
	}
	token := "ya29.c." + rand.Text() + rand.Text()
	s.mu.Lock()
	s.issued[token] = s.options.Now().Add(s.options.TokenLife)
	s.tokens++
	s.mu.Unlock()
	answer(http.StatusOK, map[string]any{"access_token": token, "expires_in": int(s.options.TokenLife / time.Second), "token_type": "Bearer"})
}

// assertion checks a signed assertion, and returns why it is refused; "" when it is not.
func (s *Server) assertion(text string) (code, description string) {
	signed, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "invalid_request", "Bad Request"
	}
	var claims struct {
		jwt.Claims
		Scope string `json:"scope"`
	}
	if signed.UnsafeClaimsWithoutVerification(&claims) != nil || claims.Issuer == "" {
		return "invalid_grant", "Invalid JWT: Failed to parse claims."
	}
	if claims.Issuer != s.account.email {
		return "invalid_grant", "Invalid grant: account not found"
	}
	if len(signed.Headers) != 1 || signed.Headers[0].KeyID != s.account.keyID || signed.Claims(&s.account.key.PublicKey, &claims) != nil {
		return "invalid_grant", "Invalid JWT Signature."
	}
	s.mu.Lock()
	disabled := s.disabled
	s.mu.Unlock()
	if disabled {
		return "invalid_grant", "Invalid JWT Signature."
	}
	now := s.options.Now()
	if claims.IssuedAt == nil || claims.Expiry == nil || claims.Expiry.Time().Before(now.Add(-skew)) || claims.IssuedAt.Time().After(now.Add(skew)) ||
		claims.Expiry.Time().Sub(claims.IssuedAt.Time()) > maxAssertion+time.Minute {
		return "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
	}
	if !claims.Audience.Contains(s.tokenURI()) {
		return "invalid_grant", "Invalid JWT: Failed audience check."
	}
	for scope := range strings.FieldsSeq(claims.Scope) {
		if sendScopes[scope] {
			return "", ""
		}
	}
	return "invalid_scope", "Invalid OAuth scope or ID token audience provided."
}

// authenticate checks the bearer token of a request to send.
func (s *Server) authenticate(r *http.Request) *Refusal {
	header := r.Header.Get("Authorization")
	if header == "" {
		return unauthenticated("Request is missing required authentication credential.", "CREDENTIALS_MISSING")
	}
	token, ok := strings.CutPrefix(header, "Bearer ")
	s.mu.Lock()
	expiry, known := s.issued[token]
	denied := s.denied
	s.mu.Unlock()
	switch {
	case !ok || !known:
		return unauthenticated("Request had invalid authentication credentials.", "ACCESS_TOKEN_TYPE_UNSUPPORTED")
	case s.options.Now().After(expiry):
		return unauthenticated("Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED")
	case denied:
		return permissionDenied(s.options.ProjectID)
	}
	return nil
}
