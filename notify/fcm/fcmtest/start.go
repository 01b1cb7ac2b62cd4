package fcmtest

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Start serves on a free port of this machine until the test ends, by HTTP/1.1 and, for clients that know
// beforehand, HTTP/2 without TLS.
func Start(t testing.TB, options Options) *Server {
	t.Helper()
	return start(t, options, func(h *httptest.Server) { h.Start() })
}

// StartTLS is Start with TLS, where clients choose HTTP/2. The configuration is one that trusts the server.
func StartTLS(t testing.TB, options Options) (*Server, *tls.Config) {
	t.Helper()
	var trusting *tls.Config
	s := start(t, options, func(h *httptest.Server) {
		h.EnableHTTP2 = true
		h.StartTLS()
		roots := x509.NewCertPool()
		roots.AddCert(h.Certificate())
		trusting = &tls.Config{RootCAs: roots}
	})
	return s, trusting
}

func start(t testing.TB, options Options, run func(*httptest.Server)) *Server {
	s := New("", options)
	h := httptest.NewUnstartedServer(s)
	h.Config.Protocols = protocols()
	run(h)
	s.origin = h.URL
	t.Cleanup(func() {
		h.CloseClientConnections() // those that hang
		h.Close()
	})
	return s
}

func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetHTTP2(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

// Serve makes an http.Server of the endpoint, that speaks what Start's does.
func (s *Server) Serve() *http.Server { return &http.Server{Handler: s, Protocols: protocols()} }

// Token makes a device's token that is well-formed; always the same for a name.
func Token(name string) string {
	sum := sha256.Sum256([]byte(name))
	text := base64.RawURLEncoding.EncodeToString(sum[:])
	return text[:22] + ":APA91b" + text + text + text
}
