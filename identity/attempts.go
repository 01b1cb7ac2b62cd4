package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"time"

	"accrue/storage"
)

// Limits bounds how often passwords and secrets sent by mail may be tried within Window. Attempts are counted before
// the password is looked at, so that trying many at once gains nothing.
type Limits struct {
	Window     time.Duration
	PerAccount int // of one e-mail address, known or not; a success clears the count
	PerAddress int // from one client address (IPv6: one /64 network), successes included
	// Mails bounds the mails of each purpose to one e-mail address, known or not, within MailWindow.
	Mails      int
	MailWindow time.Duration
}

// DefaultLimits are the limits where none are given.
var DefaultLimits = Limits{Window: 15 * time.Minute, PerAccount: 10, PerAddress: 100, Mails: 3, MailWindow: time.Hour}

// allowAddress counts an attempt from the client address; "" is not counted.
func (a *Accounts) allowAddress(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	return a.allow(ctx, "address", network(address), a.limits.PerAddress, a.limits.Window)
}

// allowAccount counts an attempt on the account of the e-mail address.
func (a *Accounts) allowAccount(ctx context.Context, emailKey string) error {
	return a.allow(ctx, "account", emailKey, a.limits.PerAccount, a.limits.Window)
}

// allowMail counts a mail of the purpose to the e-mail address.
func (a *Accounts) allowMail(ctx context.Context, purpose storage.MailPurpose, emailKey string) error {
	return a.allow(ctx, "mail "+string(purpose), emailKey, a.limits.Mails, a.limits.MailWindow)
}

func (a *Accounts) allow(ctx context.Context, kind, name string, limit int, window time.Duration) error {
	key, err := a.attemptsKey(ctx, kind, name)
	if err != nil {
		return err
	}
	now := a.now()
	attempts, err := a.store.Identity().Attempt(ctx, key, now, now.Add(window))
	if err != nil {
		return err
	}
	if attempts.Count > limit {
		return errTooMany(max(attempts.ResetAt.Sub(now), time.Second))
	}
	return nil
}

// forgive clears the count of the account. That it fails must not undo a success: the
// count ends by itself.
func (a *Accounts) forgive(ctx context.Context, emailKey string) {
	if key, err := a.attemptsKey(ctx, "account", emailKey); err == nil {
		_ = a.store.Identity().ForgetAttempts(ctx, key)
	}
}

// attemptsKey makes a digest from which nobody can tell the name without the signing key.
// A new signing key starts all counts anew.
func (a *Accounts) attemptsKey(ctx context.Context, kind, name string) (string, error) {
	signing, err := a.keys.signing(ctx)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, signing.secret)
	mac.Write([]byte(kind + "\n" + name))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// network returns what stands for one client: an IPv4 address or an IPv6 network.
func network(address string) string {
	if host, err := netip.ParseAddrPort(address); err == nil {
		address = host.Addr().String()
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		prefix, _ := ip.Prefix(64) // fits every IPv6 address
		return prefix.String()
	}
	return ip.String()
}
