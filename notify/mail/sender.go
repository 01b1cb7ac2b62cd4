package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// attemptTime is how long one attempt may take, from the look-up of the host to the goodbye.
const attemptTime = 30 * time.Second

// authentication is how the server is told who we are, best first. Those that would show the password refuse to on a
// connection that is not encrypted.
var authentication = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5,
}

// Sender hands messages to the mail server, each over a connection of its own. Its methods may be called at the same time.
type Sender struct {
	server Server
	from   mail.Address
}

// NewSender returns what sends through the server, as from.
func NewSender(server Server, from mail.Address) *Sender {
	return &Sender{server: server, from: from}
}

// Send hands over one message. The error is a [*Failure], or the context's own. A failure that is not permanent does
// not tell for certain that the message was not taken: sent again it has the same Message-ID.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := compose(s.from, m)
	if err != nil {
		return err
	}
	return s.connected(ctx, func(ctx context.Context, client *gomail.Client) error {
		err := client.DialAndSendWithContext(ctx, msg)
		if msg.IsDelivered() {
			return nil // it was taken; what failed after it was the goodbye
		}
		return err
	})
}

// Check finds out whether the server can be reached, is who it says and lets us in. It sends nothing.
func (s *Sender) Check(ctx context.Context) error {
	return s.connected(ctx, func(ctx context.Context, client *gomail.Client) error {
		if err := client.DialWithContext(ctx); err != nil {
			return err
		}
		return client.Close()
	})
}

// connected runs act with a client whose connection is closed at the end of ctx, of the attempt's time, and of act.
func (s *Sender) connected(ctx context.Context, act func(context.Context, *gomail.Client) error) error {
	attempt, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	var opened net.Conn
	defer func() {
		if opened != nil {
			_ = opened.Close() // mostly it is closed already
		}
	}()
	security := &tls.Config{ServerName: s.server.Host, MinVersion: tls.VersionTLS12}
	dial := func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		opened = conn
		context.AfterFunc(attempt, func() { _ = conn.Close() })
		if s.server.Security != ImplicitTLS {
			return conn, nil
		}
		encrypted := tls.Client(conn, security)
		return encrypted, encrypted.HandshakeContext(dialing)
	}
	policy := gomail.NoTLS
	if s.server.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(s.server.Port),
		gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(security),
		gomail.WithTimeout(attemptTime),
		gomail.WithDialContextFunc(dial),
		gomail.WithHELO(domainOf(s.from.Address)), // the library's own would tell the name of this machine
	}
	if s.server.User != "" {
		options = append(options, gomail.WithUsername(s.server.User), gomail.WithPassword(s.server.Password),
			gomail.WithOpportunisticSMTPAuth(authentication...))
	}
	client, err := gomail.NewClient(s.server.Host, options...)
	if err != nil {
		return failure(err)
	}
	switch err := act(attempt, client); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case attempt.Err() != nil:
		return failure(attempt.Err())
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return &Failure{Server: true, reason: "the mail server offers no way to sign in that is known here"}
	default:
		return failure(err)
	}
}
