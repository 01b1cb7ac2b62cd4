package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
)

const (
	maxLink = 500
	// Place is where a link of Links holds the token.
	Place = "{token}"
)

// Links lead from a letter to where its token is used, each with {token} in the place of the token: a page, or an app.
type Links struct{ Verification, PasswordReset string }

// CheckLink says what is wrong with a link that holds what is different in each letter in the place named, such as [Place].
func CheckLink(template, place string) error {
	link := strings.ReplaceAll(template, place, "x")
	parsed, err := url.Parse(link)
	switch {
	case !strings.Contains(template, place):
		return fmt.Errorf("must hold %s", place)
	case len(template) > maxLink:
		return fmt.Errorf("must be at most %d bytes long", maxLink)
	case err != nil || parsed.Scheme == "" || parsed.Host == "" && parsed.Path == "" && parsed.Opaque == "" || strings.ContainsAny(link, " <>\""):
		return errors.New("must be a link such as https://ce.example.com/verify?id=" + place)
	}
	switch strings.ToLower(parsed.Scheme) {
	case "javascript", "vbscript", "data", "file":
		return fmt.Errorf("must not be a link of the kind %s", parsed.Scheme)
	}
	return nil
}

// ParseFrom reads the sender, an address with or without a name: Accrue <accrue@example.com>.
func ParseFrom(text string) (mail.Address, error) {
	address, err := mail.ParseAddress(text)
	if err != nil || !strings.Contains(domainOf(address.Address), ".") && domainOf(address.Address) != "localhost" {
		return mail.Address{}, errors.New("must be an e-mail address, with or without a name, such as Accrue <accrue@example.com>")
	}
	return *address, nil
}

func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }
