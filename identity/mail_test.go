package identity_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
)

// box is a Mail whose letters are written when the test asks for them.
type box struct {
	full   bool
	waits  []func(context.Context) (identity.Letter, error)
	posted []storage.MailPurpose
}

func (b *box) Post(purpose storage.MailPurpose, write func(context.Context) (identity.Letter, error)) bool {
	if b.full {
		return false
	}
	b.posted, b.waits = append(b.posted, purpose), append(b.waits, write)
	return true
}

// letters writes what waits.
func (b *box) letters(t testing.TB) (all []identity.Letter) {
	t.Helper()
	for _, write := range b.waits {
		letter, err := write(t.Context())
		switch {
		case errors.Is(err, identity.ErrNoLetter):
		case err != nil:
			t.Error(err)
		default:
			all = append(all, letter)
		}
	}
	b.waits = nil
	return all
}

// letter writes the one letter that waits.
func (b *box) letter(t testing.TB) identity.Letter {
	t.Helper()
	all := b.letters(t)
	if len(all) != 1 {
		t.Fatalf("there are %d letters", len(all))
	}
	return all[0]
}

// mailing is a house that can send mail.
type mailing struct {
	*house
	box *box
}

func newMailing(t testing.TB, limits identity.Limits) *mailing {
	t.Helper()
	m := &mailing{house: newHouse(t, limits), box: &box{}}
	m.Accounts = m.serverOn(m.store, limits)
	return m
}

func (m *mailing) serverOn(store storage.Store, limits identity.Limits) *identity.Accounts {
	m.t.Helper()
	accounts, err := identity.NewAccounts(m.t.Context(), store, identity.Options{Now: m.clock.Now, Limits: limits, Mail: m.box})
	if err != nil {
		m.t.Fatal(err)
	}
	return accounts
}

// forget asks for a new password and returns the token of the mail.
func (m *mailing) forget() string {
	m.t.Helper()
	if err := m.RequestPasswordReset(m.t.Context(), "Jordan@example.com", address); err != nil {
		m.t.Fatal(err)
	}
	return m.box.letter(m.t).Token
}

func wantBadLink(t testing.TB, what string, err error) {
	t.Helper()
	var refusal *ce.Error
	if !errors.As(err, &refusal) || refusal.Code != ce.CodeInvalidInput || strings.Join(refusal.Path, ".") != "token" || !strings.Contains(refusal.Text, "ask for another mail") {
		t.Errorf("%s: %v", what, err)
	}
}

func TestVerifyEmail(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	session, err := m.SignUp(t.Context(), identity.SignUp{Email: "Jordan@example.com", Password: password, Name: "Jordan Reyes", Locale: "es-MX"}, address)
	if err != nil || session.Professional.EmailVerified {
		t.Fatal(session.Professional, err)
	}
	sent := m.box.letter(t)
	want := identity.Letter{Purpose: storage.MailVerification, Email: "Jordan@example.com", Name: "Jordan Reyes", Locale: "es-MX", At: m.clock.Now()}
	got := sent
	got.ID, got.Token = "", ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the letter (-want +got):\n", diff)
	}
	if secret, err := base64.RawURLEncoding.DecodeString(sent.Token); err != nil || len(secret) != 32 {
		t.Errorf("the token has %d bytes: %v", len(secret), err)
	}
	m.enter() // waits for nothing
	m.clock.add(24*time.Hour - time.Second)
	for range 2 {
		if err := m.VerifyEmail(t.Context(), sent.Token, address); err != nil {
			t.Fatal(err)
		}
	}
	profile := m.profile(session.Professional.ID)
	if !profile.EmailVerified || profile.Version != 2 || !profile.UpdatedAt.Equal(m.clock.Now()) {
		t.Errorf("the profile after it was verified twice: %+v", profile)
	}
	if needed, err := m.ResendVerification(t.Context(), m.viewer(m.enter())); needed || err != nil {
		t.Errorf("another mail for a verified address: %v, %v", needed, err)
	}
	m.clock.add(time.Second)
	wantBadLink(t, "a day later", m.VerifyEmail(t.Context(), sent.Token, address))
}

func TestVerifyEmailRefuses(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	session := m.join()
	token := m.box.letter(t).Token
	reset := m.forget()
	for what, text := range map[string]string{
		"nothing": "", "noise": "x", "another": base64.RawURLEncoding.EncodeToString(make([]byte, 32)), "longer": token + "AAAA", "padded": token + "=",
		"of another purpose": reset, "with a line break": token[:20] + "\n" + token[20:], "huge": strings.Repeat("A", 1<<20),
		// The last letter of 32 bytes holds 4 bits: others that decode alike must not do.
		"written otherwise": token[:42] + string(token[42]+1),
	} {
		wantBadLink(t, what, m.VerifyEmail(t.Context(), text, address))
	}
	_, err := m.store.Professional(session.Professional.ID).UpdateProfile(t.Context(), func(p *ce.Professional) error {
		p.Email = "jordan.reyes@example.com"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantBadLink(t, "after a change of the address", m.VerifyEmail(t.Context(), token, address))
	if m.profile(session.Professional.ID).EmailVerified {
		t.Error("the new address is verified by a mail to the old one")
	}
	if err := m.store.Professional(session.Professional.ID).Erase(t.Context(), m.clock.Now()); err != nil {
		t.Fatal(err)
	}
	wantBadLink(t, "after the account was erased", m.VerifyEmail(t.Context(), token, address))
}

func TestResendVerification(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	viewer := m.viewer(m.join())
	first := m.box.letter(t)
	for range 2 {
		if needed, err := m.ResendVerification(t.Context(), viewer); !needed || err != nil {
			t.Fatal(needed, err)
		}
	}
	codes := map[ce.Code]int{}
	for range 100 {
		_, err := m.ResendVerification(t.Context(), viewer)
		codes[ce.CodeOf(err)]++
	}
	if codes[ce.CodeRateLimited] != 100 {
		t.Errorf("a hundred more: %v", codes)
	}
	letters := m.box.letters(t)
	if len(letters) != 2 || letters[0].Token == letters[1].Token || letters[0].Token == first.Token || letters[0].ID == letters[1].ID {
		t.Errorf("the letters: %+v", letters)
	}
	// A mail may be late: the first still serves.
	if err := m.VerifyEmail(t.Context(), first.Token, address); err != nil {
		t.Error(err)
	}
	m.clock.add(time.Hour)
	again := m.serverOn(m.store, identity.Limits{})
	if needed, err := again.ResendVerification(t.Context(), viewer); needed || err != nil {
		t.Error("verified, an hour later: ", needed, err)
	}
	_, err := m.ResendVerification(t.Context(), identity.Viewer{Professional: ce.ProfessionalID(ce.NewUUID())})
	wantRefusal(t, err, ce.CodeUnauthenticated, sessionEnded)
}

func TestWhenTheMailIsFull(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	m.box.full = true
	viewer := m.viewer(m.join())
	_, err := m.ResendVerification(t.Context(), viewer)
	wantRefusal(t, err, ce.CodeUnavailable, "")
	// There it would tell whether there is an account, so it tells nothing.
	for _, who := range []string{email, "nobody@example.com"} {
		if err := m.RequestPasswordReset(t.Context(), who, address); err != nil {
			t.Error(who, err)
		}
	}
}

func TestWithoutMail(t *testing.T) {
	h := newHouse(t, identity.Limits{})
	viewer := h.viewer(h.join())
	_, err := h.ResendVerification(t.Context(), viewer)
	wantRefusal(t, err, ce.CodeForbidden, "")
	wantRefusal(t, h.RequestPasswordReset(t.Context(), email, address), ce.CodeForbidden, "")
}

func TestResetPasswordByMail(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	session := m.join()
	m.box.letters(t)
	token, other := m.forget(), m.forget()
	if m.refused(session) {
		t.Error("asking for a new password ends sessions")
	}
	for range 20 {
		_, _ = m.SignIn(t.Context(), email, "wrong password", "")
	}
	m.clock.add(time.Hour - time.Second)
	session = m.refresh(session.RefreshToken)
	if err := m.ResetPasswordByMail(t.Context(), token, newPassword, address); err != nil {
		t.Fatal(err)
	}
	if !m.refused(session) {
		t.Error("an access token from before the reset is still valid")
	}
	m.wantEnded(session.RefreshToken)
	if !m.profile(session.Professional.ID).EmailVerified {
		t.Error("who read the mail has not verified the address")
	}
	_, err := m.SignIn(t.Context(), email, password, address)
	wantRefusal(t, err, ce.CodeUnauthenticated, "")
	if _, err = m.SignIn(t.Context(), email, newPassword, address); err != nil {
		t.Error("with the new password, after many attempts: ", err)
	}
	// The answer may have been lost; but the token sets no other password, nor does one that was sent before.
	if err := m.ResetPasswordByMail(t.Context(), token, newPassword, address); err != nil {
		t.Error("the same again: ", err)
	}
	for _, used := range []string{token, other} {
		wantBadLink(t, "used", m.ResetPasswordByMail(t.Context(), used, "yet another password", address))
	}
	m.clock.add(time.Second)
	wantBadLink(t, "an hour later", m.ResetPasswordByMail(t.Context(), token, newPassword, address))
	if _, err = m.SignIn(t.Context(), email, newPassword, address); err != nil {
		t.Error(err)
	}
}

func TestResetPasswordByMailRefuses(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	session := m.join()
	verification := m.box.letter(t).Token
	token := m.forget()
	for what, text := range map[string]string{"nothing": "", "another": base64.RawURLEncoding.EncodeToString(make([]byte, 32)), "of another purpose": verification} {
		wantBadLink(t, what, m.ResetPasswordByMail(t.Context(), text, newPassword, address))
	}
	wantBadLink(t, "of another purpose, with the password that is in force", m.ResetPasswordByMail(t.Context(), verification, password, address))
	for _, poor := range []string{"short", "Jordan@example.com", strings.Repeat("x", 257), "\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
		wantPath(t, m.ResetPasswordByMail(t.Context(), token, poor, address), "newPassword")
	}
	if m.refused(session) {
		t.Error("refused resets end sessions")
	}
	// Who remembers the password after all and changes it makes the mail worth nothing.
	if _, err := m.ChangePassword(t.Context(), m.viewer(session), password, newPassword); err != nil {
		t.Fatal(err)
	}
	wantBadLink(t, "after a change of the password", m.ResetPasswordByMail(t.Context(), token, "yet another password", address))
	token = m.forget()
	if err := m.store.Professional(session.Professional.ID).Erase(t.Context(), m.clock.Now()); err != nil {
		t.Fatal(err)
	}
	wantBadLink(t, "after the account was erased", m.ResetPasswordByMail(t.Context(), token, newPassword, address))
}

// A token that was used lets nobody guess the password.
func TestAUsedTokenIsNoWayToGuess(t *testing.T) {
	m := newMailing(t, identity.Limits{Window: time.Hour, PerAccount: 3, PerAddress: 1000, Mails: 10, MailWindow: time.Hour})
	m.join()
	m.box.letters(t)
	token := m.forget()
	if err := m.ResetPasswordByMail(t.Context(), token, newPassword, address); err != nil {
		t.Fatal(err)
	}
	codes := map[ce.Code]int{}
	for range 100 {
		codes[ce.CodeOf(m.ResetPasswordByMail(t.Context(), token, "a guess of a password", address))]++
	}
	if codes[ce.CodeInvalidInput] != 3 || codes[ce.CodeRateLimited] != 97 {
		t.Errorf("a hundred guesses: %v", codes)
	}
}

func TestManyResetsByOneToken(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	m.join()
	m.box.letters(t)
	token := m.forget()
	passwords := []string{"first of the passwords", "second of the passwords", "third of the passwords", "fourth of the passwords"}
	errs := make([]error, len(passwords))
	var all sync.WaitGroup
	for i, chosen := range passwords {
		all.Go(func() { errs[i] = m.ResetPasswordByMail(context.Background(), token, chosen, "") })
	}
	all.Wait()
	won := 0
	for i, err := range errs {
		switch ce.CodeOf(err) {
		case "":
			won++
			if _, err := m.SignIn(t.Context(), email, passwords[i], ""); err != nil {
				t.Errorf("the password that won: %v", err)
			}
		case ce.CodeConflict, ce.CodeInvalidInput:
		default:
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d resets by one token succeeded: %v", won, errs)
	}
}

func TestResetPasswordByMailCutShort(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	session := m.join()
	m.box.letters(t)
	token := m.forget()
	// The new password is stored, but nothing was ended yet.
	_, err := m.store.Identity().UpdateAccount(t.Context(), email, func(account *storage.Account) error {
		account.PasswordHash = hashOf(newPassword, 1024, 1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.ResetPasswordByMail(t.Context(), token, newPassword, address); err != nil {
		t.Fatal(err)
	}
	if !m.refused(session) {
		t.Error("the reset repeated did not come to its end")
	}
	m.wantEnded(session.RefreshToken)
}

// A sign-up that was cut short has an account and no profile: its owner can still get in.
func TestResetPasswordByMailWithoutAProfile(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	id := ce.ProfessionalID(ce.NewUUID())
	profile := ce.Professional{ID: id, Email: email, Locale: "en", Name: "Jordan"}
	err := m.store.Identity().CreateAccount(t.Context(), storage.Account{Email: email, Professional: id, PasswordHash: hashOf(password, 1024, 1), Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.ResetPasswordByMail(t.Context(), m.forget(), newPassword, address); err != nil {
		t.Fatal(err)
	}
	if _, err := m.SignIn(t.Context(), email, newPassword, address); err != nil {
		t.Error(err)
	}
}

// blind is a store of which only attempts may be counted. Whatever else is asked of it is a nil interface's.
type blind struct {
	storage.Store
	identity blindIdentity
}

type blindIdentity struct {
	storage.Identity
	counting storage.Identity
	asked    *[]string
}

func (b blind) Identity() storage.Identity { return b.identity }

func (i blindIdentity) SigningKeys(ctx context.Context) ([]storage.SigningKey, error) {
	return i.counting.SigningKeys(ctx)
}

func (i blindIdentity) Attempt(ctx context.Context, key string, now, resetAt time.Time) (storage.Attempts, error) {
	*i.asked = append(*i.asked, "attempt")
	return i.counting.Attempt(ctx, key, now, resetAt)
}

// Whether there is an account cannot show in the answer to a request for a reset or in its time: nothing of it depends on the
// account, since nothing is asked that would tell.
func TestARequestForAResetIsTheSameForEverybody(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	m.join()
	m.box.letters(t)
	asked := []string{}
	accounts := m.serverOn(blind{identity: blindIdentity{counting: m.store.Identity(), asked: &asked}}, identity.Limits{})
	seen := map[string][]string{}
	for _, who := range []string{email, "nobody@example.com"} {
		for range 5 {
			before := len(m.box.posted)
			err := accounts.RequestPasswordReset(t.Context(), who, address)
			for range m.box.posted[before:] {
				asked = append(asked, "post")
			}
			seen[who] = append(seen[who], append(asked, string(ce.CodeOf(err)))...)
			asked = asked[:0]
		}
	}
	if diff := cmp.Diff(seen[email], seen["nobody@example.com"]); diff != "" {
		t.Errorf("the account shows (-known +unknown):\n%s", diff)
	}
	if len(seen[email]) != 3*4+2*3 {
		t.Errorf("seen: %v", seen[email])
	}
	err := accounts.RequestPasswordReset(t.Context(), "jordan", address)
	wantRefusal(t, err, ce.CodeInvalidInput, "")
	wantPath(t, err, "email")
}

func TestRequestsForResetsAreLimited(t *testing.T) {
	m := newMailing(t, identity.Limits{Window: time.Hour, PerAccount: 10, PerAddress: 20, Mails: 2, MailWindow: time.Hour})
	m.join()
	m.box.letters(t)
	for name, who := range map[string]func(i int) string{
		"for one account":  func(int) string { return email },
		"for nobody":       func(int) string { return "nobody@example.com" },
		"from one address": func(i int) string { return string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@example.com" },
		"to verify by one": nil,
		"to reset by one":  nil,
	} {
		from, allowed := "198.51.100."+name, 2
		ask := func(i int) error { return m.RequestPasswordReset(t.Context(), who(i), from) }
		switch name {
		case "from one address":
			allowed = 20
		case "to verify by one":
			allowed, ask = 20, func(int) error { return m.VerifyEmail(t.Context(), "x", from) }
		case "to reset by one":
			allowed, ask = 20, func(int) error { return m.ResetPasswordByMail(t.Context(), "x", newPassword, from) }
		}
		codes := map[ce.Code]int{}
		for i := range 100 {
			codes[ce.CodeOf(ask(i))]++
		}
		if codes[ce.CodeRateLimited] != 100-allowed {
			t.Errorf("a hundred %s: %v", name, codes)
		}
	}
	if letters := m.box.letters(t); len(letters) != 2 {
		t.Errorf("%d letters were sent", len(letters))
	}
}

func TestALetterIsWrittenAgainAfterAFailure(t *testing.T) {
	m := newMailing(t, identity.Limits{})
	m.join()
	write := m.box.waits[0]
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := write(cancelled); err == nil || errors.Is(err, identity.ErrNoLetter) {
		t.Errorf("error is %v", err)
	}
	letter, err := write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.VerifyEmail(t.Context(), letter.Token, address); err != nil {
		t.Error(err)
	}
}

func FuzzMailTokens(f *testing.F) {
	m := newMailing(f, identity.Limits{Window: time.Hour, PerAccount: 10, PerAddress: 1, Mails: 10, MailWindow: time.Hour})
	m.join()
	valid := m.box.letter(f).Token
	f.Add("")
	f.Add(valid[:42])
	f.Add(strings.Repeat("A", 43))
	f.Fuzz(func(t *testing.T, text string) {
		if text == valid {
			return
		}
		wantBadLink(t, text, m.VerifyEmail(t.Context(), text, ""))
	})
}
