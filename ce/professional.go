package ce

import (
	"net/mail"
	"strings"
	"time"
)

// Professional is the person who must renew.
type Professional struct {
	ID      ProfessionalID
	Version int    // 1 when created, one more with each change
	Name    string // "" while not given
	Email   string // "" while not given; shown, never used to sign in (see package identity)
	// EmailVerified says that whoever is this professional has shown that she reads what is sent to Email.
	EmailVerified bool
	// TimeZone is the IANA name of where the professional lives, "" while unknown: then
	// "today" for her is the latest day anywhere (see LatestDate).
	TimeZone string
	Locale   string // BCP 47, "en" when not given
	// SessionsFrom is the instant from which sessions are valid: a token issued earlier is
	// refused. It moves when the password changes. The zero time refuses none.
	SessionsFrom         time.Time
	CreatedAt, UpdatedAt time.Time
}

// Clean trims and checks what a person may enter of a professional.
func (p *Professional) Clean() error {
	var problems Problems
	var err error
	p.Name, err = Line(p.Name, MaxNameLength)
	problems.Check(err, "name")
	if p.TimeZone != "" {
		_, err = LoadZone(p.TimeZone)
		problems.Check(err, "timeZone")
	}
	if p.Locale == "" {
		p.Locale = DefaultLocale
	}
	p.Locale, err = parseLocale(p.Locale)
	problems.Check(err, "locale")
	return problems.Err()
}

// DefaultLocale is the language of a professional who stated none.
const DefaultLocale = "en"

// parseLocale checks the shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, the first of letters.
func parseLocale(text string) (string, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "_", "-")
	parts := strings.Split(text, "-")
	ok := len(text) <= 35 && len(parts[0]) >= 2
	for i, part := range parts {
		if len(part) < 1 || len(part) > 8 {
			ok = false
		}
		for _, c := range part {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				ok = false
			}
		}
	}
	if !ok {
		return text, Errorf(CodeInvalidInput, "must be a language tag such as en or es-MX")
	}
	return text, nil
}

// ParseEmail reads an e-mail address and returns it as entered, trimmed, and in the form by
// which an account is found: lower case.
func ParseEmail(text string) (entered, key string, err error) {
	entered = strings.TrimSpace(text)
	if len(entered) > MaxEmailLength {
		return "", "", notEmail()
	}
	address, err := mail.ParseAddress(entered)
	if err != nil || address.Address != entered {
		return "", "", notEmail()
	}
	domain := entered[strings.LastIndex(entered, "@")+1:]
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return "", "", notEmail()
	}
	return entered, strings.ToLower(entered), nil
}

func notEmail() error {
	return Errorf(CodeInvalidInput, "must be an e-mail address such as jordan@example.com")
}
