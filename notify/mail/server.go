package mail

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// Security is how the connection to the mail server is encrypted.
type Security string

// The kinds of security.
const (
	StartTLS    Security = "starttls" // from the STARTTLS command on; a server that does not offer it gets no mail
	ImplicitTLS Security = "implicit" // from the first byte
	Plain       Security = "none"     // not at all, for a relay on the same machine
)

// Server is the mail server that takes our mail.
type Server struct {
	Host           string
	Port           int
	User, Password string // both "" to send without signing in
	Security       Security
}

// Address returns host and port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

var errServer = errors.New("must look like smtp://user:password@mail.example.com:587?tls=starttls; characters of the password that mean something in a URL are written as %40 and the like")

// ParseServer reads a URL such as smtp://user:password@host:587?tls=starttls. Without tls it is starttls for smtp and
// implicit for smtps; without a port 587 and 465. No error repeats the URL.
func ParseServer(text string) (Server, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || parsed.Opaque != "" || parsed.Fragment != "" || parsed.Path != "" && parsed.Path != "/" {
		return Server{}, errServer
	}
	s := Server{Host: parsed.Hostname(), User: parsed.User.Username()}
	s.Password, _ = parsed.User.Password()
	switch parsed.Scheme {
	case "smtp":
		s.Port, s.Security = 587, StartTLS
	case "smtps":
		s.Port, s.Security = 465, ImplicitTLS
	default:
		return Server{}, errServer
	}
	if port := parsed.Port(); port != "" {
		if s.Port, err = strconv.Atoi(port); err != nil || s.Port < 1 || s.Port > 65535 {
			return Server{}, errors.New("has a port that is none: it must be from 1 to 65535")
		}
	}
	query, err := url.ParseQuery(parsed.RawQuery)
	if err != nil {
		return Server{}, errServer
	}
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return Server{}, errors.New("has a parameter other than one tls")
		}
		switch security := Security(values[0]); security {
		case StartTLS, ImplicitTLS, Plain:
			s.Security = security
		default:
			return Server{}, fmt.Errorf("must have tls=%s, tls=%s or tls=%s", StartTLS, ImplicitTLS, Plain)
		}
	}
	switch {
	case (s.User == "") != (s.Password == ""):
		return Server{}, errors.New("must have both user and password, or neither")
	case s.Security == Plain && s.User != "":
		return Server{}, errors.New("would send the password unencrypted: use tls=starttls, or no password")
	}
	return s, nil
}
