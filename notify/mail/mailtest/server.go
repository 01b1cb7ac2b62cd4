// Package mailtest runs a mail server in the test process. It speaks SMTP over TCP by the book, takes mail only from whoever
// has encrypted the connection and signed in, as asked, and misbehaves where a test says so.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// User and Password are those that a server with accounts knows.
const (
	User     = "accrue"
	Password = "a-secret: of/the@relay"
)

// Options say how the server is to be.
type Options struct {
	NoTLS    bool // it does not offer STARTTLS
	Implicit bool // it encrypts from the first byte
	Accounts bool // only who has signed in may send
	// Fault is asked at each step of a delivery, named by the command (MAIL, RCPT, DATA), and may refuse it by an
	// *smtp.SMTPError. It may also hang up or hang, see Conn. It may be nil.
	Fault func(step string, c *Conn) error
}

// Conn is one connection, for faults.
type Conn struct {
	conn   net.Conn
	server *Server
}

// HangUp closes the connection in the middle of what it was at.
func (c *Conn) HangUp() { _ = c.conn.Close() }

// Hang answers nothing until the test ends.
func (c *Conn) Hang() { <-c.server.ended }

// Received is one mail as it arrived.
type Received struct {
	From string
	To   []string
	Raw  []byte
	*mail.Message
}

// Subject returns the decoded subject.
func (r Received) Subject(t testing.TB) string {
	t.Helper()
	subject, err := new(mime.WordDecoder).DecodeHeader(r.Header.Get("Subject"))
	if err != nil {
		t.Error(err)
	}
	return subject
}

// Parts returns the two alternatives of which the mail consists, text and HTML, with line ends as in Go.
func (r Received) Parts(t testing.TB) (text, markup string) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	reader := multipart.NewReader(r.Body, parameters["boundary"])
	var parts []string
	for _, want := range []string{"text/plain; charset=UTF-8", "text/html; charset=UTF-8"} {
		part, err := reader.NextPart() // it decodes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		if got := part.Header.Get("Content-Type"); got != want {
			t.Errorf("a part is %s, want %s", got, want)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, strings.ReplaceAll(string(content), "\r\n", "\n"))
	}
	if _, err := reader.NextPart(); !errors.Is(err, io.EOF) {
		t.Errorf("a third part: %v", err)
	}
	return parts[0], parts[1]
}

// Server is a mail server.
type Server struct {
	Address   string
	options   Options
	mails     chan Received
	ended     chan struct{}
	mu        sync.Mutex
	greetings []string
}

// New starts a server, which stops at the end of the test.
func New(t testing.TB, options Options) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: listener.Addr().String(), options: options, mails: make(chan Received, 10_000), ended: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.greetings = append(s.greetings, c.Hostname())
		s.mu.Unlock()
		return &session{server: s, conn: c}, nil
	}))
	server.Domain = "mail.example.com"
	server.MaxMessageBytes = 1 << 20
	server.MaxRecipients = 1
	server.ErrorLog = log.New(io.Discard, "", 0) // faults are on purpose
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	if !options.NoTLS {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	if options.Implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		close(s.ended)
		_ = server.Close()
	})
	return s
}

// Wait returns the next mail that arrived.
func (s *Server) Wait(t testing.TB) Received {
	t.Helper()
	select {
	case received := <-s.mails:
		return received
	case <-time.After(time.Minute):
		t.Fatal("no mail arrives")
		return Received{}
	}
}

// Empty fails the test when a mail has arrived that nobody waited for.
func (s *Server) Empty(t testing.TB) {
	t.Helper()
	select {
	case received := <-s.mails:
		t.Errorf("a mail arrived: %s", received.Raw)
	default:
	}
}

// Greetings are the names by which clients introduced themselves.
func (s *Server) Greetings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.greetings...)
}

// session is one client's visit.
type session struct {
	server   *Server
	conn     *smtp.Conn
	signedIn bool
	from     string
	to       []string
}

func (s *session) fault(step string) error {
	if s.server.options.Fault == nil {
		return nil
	}
	return s.server.options.Fault(step, &Conn{conn: s.conn.Conn(), server: s.server})
}

// AuthMechanisms are PLAIN, where the connection is encrypted and there are accounts.
func (s *session) AuthMechanisms() []string {
	if !s.server.options.Accounts {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if _, encrypted := s.conn.TLSConnectionState(); !encrypted && !s.server.options.NoTLS {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Must issue a STARTTLS command first"}
	}
	if s.server.options.Accounts && !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return s.fault("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return s.fault("RCPT")
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.fault("DATA"); err != nil {
		return err
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err == nil {
		err = checkHeader(message.Header)
	}
	if err != nil || bytes.Contains(bytes.ReplaceAll(raw, []byte("\r\n"), nil), []byte("\n")) || longest(raw) > 998 {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "This is no message of RFC 5322"}
	}
	s.server.mails <- Received{From: s.from, To: s.to, Raw: raw, Message: message}
	return nil
}

// checkHeader wants each field that a message must have, once.
func checkHeader(header mail.Header) error {
	for _, name := range []string{"From", "To", "Date", "Message-Id", "Subject", "Mime-Version", "Content-Type"} {
		if len(header[name]) != 1 {
			return mail.ErrHeaderNotPresent
		}
	}
	_, err := header.Date()
	return err
}

func longest(raw []byte) (length int) {
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		length = max(length, len(line))
	}
	return length
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

// certificate is of localhost and 127.0.0.1; authority is what it is trusted by.
var certificate, authority = makeCertificate()

func makeCertificate() (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail server of a test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// AuthorityFile writes what the servers' certificate is trusted by into the folder and returns the file, for SSL_CERT_FILE.
func AuthorityFile(folder string) (string, error) {
	file := filepath.Join(folder, "authority.pem")
	return file, os.WriteFile(file, authority, 0o600)
}
