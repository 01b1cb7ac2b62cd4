package mail

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/mail"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"accrue/notify/mail/mailtest"
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "accrue-mail-")
	if err != nil {
		panic(err)
	}
	file, err := mailtest.AuthorityFile(folder)
	if err != nil {
		panic(err)
	}
	_ = os.Setenv("SSL_CERT_FILE", file) // read once, at the first handshake
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

var at = time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)

var letters = Letters{Service: "Example Credits", Links: Links{
	Verification: "https://ce.example.com/#verify={token}", PasswordReset: "https://ce.example.com/#reset={token}",
}}

func sample() Message {
	return letters.Verification("11111111-2222-4333-8444-555555555555", Recipient{Email: "jordan@example.com", Name: "Jordan Lee"}, at, "the-token")
}

// senderTo returns a sender to the server by a URL of the scheme, with credentials and query.
func senderTo(t *testing.T, address, scheme, credentials, query string) *Sender {
	t.Helper()
	server, err := ParseServer(scheme + "://" + credentials + address + query)
	if err != nil {
		t.Fatal(err)
	}
	from, err := ParseFrom(`"Example Credits" <credits@example.org>`)
	if err != nil {
		t.Fatal(err)
	}
	return NewSender(server, from)
}

var credentials = url.UserPassword(mailtest.User, mailtest.Password).String() + "@"

func TestSend(t *testing.T) {
	for _, test := range []struct {
		name, scheme, credentials, query string
		options                          mailtest.Options
	}{
		{"STARTTLS with a password", "smtp", credentials, "?tls=starttls", mailtest.Options{Accounts: true}},
		{"STARTTLS is the default", "smtp", "", "", mailtest.Options{}},
		{"TLS from the start with a password", "smtps", credentials, "", mailtest.Options{Implicit: true, Accounts: true}},
		{"a relay on this machine", "smtp", "", "?tls=none", mailtest.Options{NoTLS: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := mailtest.New(t, test.options)
			sender := senderTo(t, server.Address, test.scheme, test.credentials, test.query)
			if err := sender.Check(t.Context()); err != nil {
				t.Errorf("the check: %v", err)
			}
			server.Empty(t)
			if err := sender.Send(t.Context(), sample()); err != nil {
				t.Fatal(err)
			}
			got := server.Wait(t)
			if got.From != "credits@example.org" || len(got.To) != 1 || got.To[0] != "jordan@example.com" {
				t.Errorf("from %s to %s", got.From, got.To)
			}
			host, _ := os.Hostname()
			for _, greeting := range server.Greetings() {
				if greeting != "example.org" {
					t.Errorf("the client calls itself %s", greeting)
				}
			}
			if host != "" && strings.Contains(string(got.Raw), host) {
				t.Errorf("the mail names this machine, %s", host)
			}
			for name, want := range map[string]string{
				"From": `"Example Credits" <credits@example.org>`, "To": "<jordan@example.com>", "Subject": "Confirm your e-mail address for Example Credits",
				"Message-Id": "<11111111-2222-4333-8444-555555555555@example.org>", "Date": "Sun, 22 Nov 2026 17:00:00 +0000",
				"Auto-Submitted": "auto-generated", "List-Unsubscribe": "", "User-Agent": "", "X-Mailer": "",
			} {
				if value := got.Header.Get(name); value != want {
					t.Errorf("%s is %q, want %q", name, value, want)
				}
			}
			text, markup := got.Parts(t)
			if want := "https://ce.example.com/#verify=the-token"; !strings.Contains(text, want) || !strings.Contains(markup, want) {
				t.Errorf("no link in\n%s\n%s", text, markup)
			}
		})
	}
}

func refuse(step string, code int, text string) func(string, *mailtest.Conn) error {
	return func(at string, _ *mailtest.Conn) error {
		if at != step {
			return nil
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
}

func TestFailures(t *testing.T) {
	hangUp := func(step string) func(string, *mailtest.Conn) error {
		return func(at string, c *mailtest.Conn) error {
			if at == step {
				c.HangUp()
			}
			return nil
		}
	}
	for _, test := range []struct {
		name, credentials, query string
		options                  mailtest.Options
		permanent                bool
		reason                   string
	}{
		{"no STARTTLS", "", "", mailtest.Options{NoTLS: true}, false, "STARTTLS"},
		{"STARTTLS left out", "", "?tls=none", mailtest.Options{}, false, "refuses the sender: 530"},
		{"no password", "", "", mailtest.Options{Accounts: true}, false, "refuses the sender: 530"},
		{"the wrong password", "accrue:a-wrong-secret@", "", mailtest.Options{Accounts: true}, false, "refuses to let this server in: 535"},
		{"no accounts", credentials, "", mailtest.Options{}, false, "AUTH"},
		{"an unknown recipient", "", "", mailtest.Options{Fault: refuse("RCPT", 550, "<jordan@example.com> unknown")}, true, "refuses the recipient: 550 5.1.1"},
		{"a full mailbox", "", "", mailtest.Options{Fault: refuse("RCPT", 452, "jordan@example.com is full")}, false, "refuses the recipient: 452 4.1.1"},
		{"spam", "", "", mailtest.Options{Fault: refuse("DATA", 554, "spam from jordan@example.com")}, true, "refuses the message: 554 5.1.1"},
		{"a busy server", "", "", mailtest.Options{Fault: refuse("MAIL", 421, "busy")}, false, "refuses the sender: 421"},
		{"closing after MAIL", "", "", mailtest.Options{Fault: hangUp("MAIL")}, false, ""},
		{"closing after RCPT", "", "", mailtest.Options{Fault: hangUp("RCPT")}, false, ""},
		{"closing after DATA", "", "", mailtest.Options{Fault: hangUp("DATA")}, false, "connection"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := mailtest.New(t, test.options)
			err := senderTo(t, server.Address, "smtp", test.credentials, test.query).Send(t.Context(), sample())
			var failed *Failure
			if !errors.As(err, &failed) || failed.Permanent != test.permanent || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("failed with %#v, want permanent %v and %q", err, test.permanent, test.reason)
			} else if all := strings.Contains(test.reason, "the sender"); all && !failed.Server {
				t.Errorf("%v is not said to be about every message", err)
			}
			for _, secret := range []string{"jordan", "a-secret", "a-wrong-secret"} {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells %q: %v", secret, err)
				}
			}
		})
	}
}

func TestAServerThatCannotBeTrusted(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	_, port, _ := net.SplitHostPort(server.Address)
	// 127.0.0.2 reaches it as well, and its certificate is not of that name.
	listener, err := net.Listen("tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			behind, err := net.Dial("tcp", server.Address)
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, behind); _ = conn.Close() }()
			go func() { _, _ = io.Copy(behind, conn); _ = behind.Close() }()
		}
	}()
	err = senderTo(t, listener.Addr().String(), "smtp", "", "").Send(t.Context(), sample())
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error is %v", err)
	}
	server.Empty(t)
}

func TestAHangingServerIsLeftAtTheEndOfTheContext(t *testing.T) {
	for _, step := range []string{"MAIL", "RCPT", "DATA"} {
		t.Run(step, func(t *testing.T) {
			reached := make(chan struct{})
			server := mailtest.New(t, mailtest.Options{Fault: func(at string, c *mailtest.Conn) error {
				if at == step {
					close(reached)
					c.Hang()
				}
				return nil
			}})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-reached
				cancel()
			}()
			if err := senderTo(t, server.Address, "smtp", "", "").Send(ctx, sample()); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
		})
	}
	t.Run("greeting", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			if conn, err := listener.Accept(); err == nil {
				cancel()
				_, _ = io.Copy(io.Discard, conn)
			}
		}()
		if err := senderTo(t, listener.Addr().String(), "smtp", "", "").Send(ctx, sample()); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	})
}

func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	err = senderTo(t, listener.Addr().String(), "smtp", "", "").Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error is %v", err)
	}
}

func TestWhatAnswersIsNoMailServer(t *testing.T) {
	for name, answer := range map[string]string{"HTTP": "HTTP/1.1 400 Bad Request\r\n\r\n", "nothing": "", "noise": "\x00\x01\r\n"} {
		t.Run(name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = listener.Close() }()
			go func() {
				if conn, err := listener.Accept(); err == nil {
					_, _ = io.WriteString(conn, answer)
					_ = conn.Close()
				}
			}()
			err = senderTo(t, listener.Addr().String(), "smtp", "", "").Send(t.Context(), sample())
			var failed *Failure
			if !errors.As(err, &failed) || failed.Permanent {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// What the server took is sent, however it takes its leave.
func TestAServerThatClosesRightAfterItTookTheMail(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		lines := bufio.NewReader(conn)
		_, _ = io.WriteString(conn, "220 mail.example.com\r\n")
		for inData := false; ; {
			line, err := lines.ReadString('\n')
			switch {
			case err != nil:
				return
			case inData && line == ".\r\n":
				_, _ = io.WriteString(conn, "250 taken\r\n")
				return
			case inData:
			case strings.HasPrefix(line, "DATA"):
				inData = true
				_, _ = io.WriteString(conn, "354 go on\r\n")
			default:
				_, _ = io.WriteString(conn, "250 ok\r\n")
			}
		}
	}()
	if err := senderTo(t, listener.Addr().String(), "smtp", "", "?tls=none").Send(t.Context(), sample()); err != nil {
		t.Error(err)
	}
}

// A name or an address must never become a header or a second recipient.
func TestNothingIsInjected(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	sender := senderTo(t, server.Address, "smtp", "", "")
	for _, address := range []string{"jordan@example.com\r\nBcc: sam@example.com", "jordan@example.com\r\nRCPT TO:<sam@example.com>", "jordan@example.com, sam@example.com", "", "jordan"} {
		message := sample()
		message.To = address
		var failed *Failure
		if err := sender.Send(t.Context(), message); !errors.As(err, &failed) || !failed.Permanent {
			t.Errorf("%q: %v", address, err)
		}
	}
	server.Empty(t)
	to := Recipient{Email: "jordan@example.com", Name: "Jordan\r\nBcc: sam@example.com\r\n\r\n<script>alert(1)</script>\r\n.\r\n"}
	message := Letters{Service: "Credits\r\nBcc: sam@example.com", Links: letters.Links}.PasswordReset("id", to, at, "token")
	if err := sender.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t)
	if len(got.Header["Bcc"]) > 0 || len(got.To) != 1 {
		t.Errorf("a header was injected: %s", got.Raw)
	}
	if _, markup := got.Parts(t); strings.Contains(markup, "<script") {
		t.Errorf("markup was injected: %s", markup)
	}
	if _, err := mail.ParseAddress(got.Header.Get("From")); err != nil {
		t.Error(err)
	}
}
