package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"accrue/notify/mail/mailtest"
	"accrue/storage"
)

// mailEnvironment has a server send its mail by the one under test.
func mailEnvironment(t *testing.T, server *mailtest.Server, more ...string) []string {
	t.Helper()
	authority, err := mailtest.AuthorityFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{
		"SSL_CERT_FILE=" + authority, "MAIL_FROM=Example Credits <credits@example.org>", "ACCRUE_PUBLIC_URL=https://ce.example.com/",
		"SMTP_URL=smtp://" + url.UserPassword(mailtest.User, mailtest.Password).String() + "@" + server.Address + "?tls=starttls",
	}, more...)
}

var tokenLink = regexp.MustCompile(`(?m)^(\S+[/=])([A-Za-z0-9_-]{43})$`)

// linkIn returns the beginning of the link in a mail's text, and the token in it.
func linkIn(t *testing.T, received mailtest.Received) (link, token string) {
	t.Helper()
	text, _ := received.Parts(t)
	found := tokenLink.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no link in\n%s", text)
	}
	return found[1], found[2]
}

// Sign-up, verification and reset of a password against a mail server that wants STARTTLS and a password.
func TestMail(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{Accounts: true})
	p := start(t, mailEnvironment(t, server, "MAIL_PASSWORD_RESET_LINK=credits://reset/{token}"), "--data-dir", t.TempDir(), "--log-level", "debug")
	_, answer := p.ask(t, "", `mutation { signUp(input: {email: "zoe@example.com", password: "correct horse", name: "Zoë Reyes", locale: "es-MX"}) { accessToken professional { emailVerified } } }`, nil)
	token := at(t, answer, "data", "signUp", "accessToken").(string)
	if at(t, answer, "data", "signUp", "professional", "emailVerified") != false {
		t.Error("verified before any mail")
	}
	verification := server.Wait(t)
	link, secret := linkIn(t, verification)
	if link != "https://ce.example.com/#verify=" || verification.Subject(t) != "Confirma tu dirección de correo para Example Credits" || verification.To[0] != "zoe@example.com" {
		t.Errorf("%s %s to %s", link, verification.Subject(t), verification.To)
	}
	send := func(query, token string) map[string]any {
		t.Helper()
		_, answer := p.ask(t, "", query, map[string]any{"token": token})
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		return answer
	}
	send(`mutation ($token: String!) { verifyEmail(input: {token: $token}) { emailVerified } }`, secret)
	if _, answer := p.send(t, token, []byte(`{"query":"{ me { emailVerified } }"}`)); at(t, answer, "data", "me", "emailVerified") != true {
		t.Error(indented(answer))
	}

	for _, email := range []string{"nobody@example.com", "zoe@example.com"} {
		_, answer := p.ask(t, "", `mutation { requestPasswordReset(input: {email: "`+email+`"}) { requested } }`, nil)
		if at(t, answer, "data", "requestPasswordReset", "requested") != true {
			t.Error(indented(answer))
		}
	}
	reset := server.Wait(t)
	link, resetSecret := linkIn(t, reset)
	if link != "credits://reset/" || reset.To[0] != "zoe@example.com" {
		t.Errorf("%s to %s", link, reset.To)
	}
	send(`mutation ($token: String!) { resetPassword(input: {token: $token, newPassword: "a new password"}) { passwordReset } }`, resetSecret)
	if _, answer := p.send(t, token, []byte(`{"query":"{ me { id } }"}`)); codeOf(t, answer) != "UNAUTHENTICATED" {
		t.Errorf("the session from before: %s", indented(answer))
	}
	if _, answer := p.ask(t, "", `mutation { signIn(input: {email: "zoe@example.com", password: "a new password"}) { professional { name } } }`, nil); answer["errors"] != nil {
		t.Error(indented(answer))
	}

	response, err := http.Get(strings.TrimSuffix(p.url, "/graphql") + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	figures, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	guide, err := os.ReadFile("docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`accrue_mail_letters_total{kind="verification",outcome="sent"} 1`, `accrue_mail_letters_total{kind="password-reset",outcome="sent"} 1`} {
		if !strings.Contains(string(figures), want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	if !strings.Contains(string(guide), "`accrue_mail_letters_total`") {
		t.Error("docs/operating.md does not tell of accrue_mail_letters_total")
	}
	p.stop(t)
	server.Empty(t)
	log := p.log.String()
	for _, secret := range []string{"zoe@example.com", "nobody@example.com", "Zoë", mailtest.Password, url.QueryEscape(mailtest.Password), secret, resetSecret, "a new password"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log, "mail: on") || !strings.Contains(log, "lets this server in") {
		t.Errorf("the log does not say that mail is on: %s", log)
	}
}

// An invitation by mail against a mail server, with the code of its link.
func TestMailInvites(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{Accounts: true})
	p := start(t, mailEnvironment(t, server, "ACCRUE_INVITATION_LINK=credits://join/{code}"), "--data-dir", t.TempDir())
	person := func(name string) (token string) {
		_, answer := p.ask(t, "", `mutation { signUp(input: {email: "`+name+`@example.com", password: "correct horse", name: "`+name+`", timeZone: "UTC"}) { accessToken } }`, nil)
		server.Wait(t) // the verification
		return at(t, answer, "data", "signUp", "accessToken").(string)
	}
	send := func(token, query string) map[string]any {
		t.Helper()
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		_, answer := p.send(t, token, body)
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		return answer
	}
	olga, nina := person("Olga"), person("Nina")
	send(olga, `mutation { createOrganization(input: {id: "`+uuid(901)+`", name: "St. Example"}) { organization { id } } }`)
	send(olga, `mutation { createInvitation(input: {organizationId: "`+uuid(901)+`", email: "nina@example.com"}) { code } }`)
	letter := server.Wait(t)
	link, code := linkIn(t, letter)
	if link != "credits://join/" || letter.To[0] != "nina@example.com" || letter.Subject(t) != "St. Example invites you" {
		t.Errorf("%s %s to %s", link, letter.Subject(t), letter.To)
	}
	send(nina, `mutation { joinOrganization(input: {code: "`+code+`", shareCredits: false}) { membership { id } } }`)
	given := send(olga, `mutation { createInvitation(input: {organizationId: "`+uuid(901)+`"}) { code url } }`)
	if at(t, given, "data", "createInvitation", "url") != "credits://join/"+at(t, given, "data", "createInvitation", "code").(string) {
		t.Error(indented(given))
	}
}

// Whoever follows the links of mails to the web app gets there, and nothing happens before a press of the button.
func TestTheLinksOfMailsWorkInTheWebApp(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{Accounts: true})
	p := start(t, mailEnvironment(t, server), "--data-dir", t.TempDir())
	p.person(t, "jordan")
	type page struct {
		Open, AsksPassword, Left bool
		Says, Hash, Answer       string
	}
	// open opens links, each followed by a password.
	open := func(links ...string) (shown []page) {
		t.Helper()
		out := browse(t, "link.mjs", append([]string{strings.TrimSuffix(p.url, "graphql")}, links...)...)
		if err := json.Unmarshal(out, &shown); err != nil {
			t.Fatal(err)
		}
		return shown
	}
	verified := func() any {
		t.Helper()
		_, answer := p.ask(t, "jordan", `{ me { emailVerified } }`, nil)
		return at(t, answer, "data", "me", "emailVerified")
	}
	for i, shown := range open("", "", "#", "", "#verify", "", "#verify=", "", "#other=x", "", "#verify=<script>", "") {
		if shown.Open {
			t.Errorf("link %d opens a form: %+v", i, shown)
		}
	}
	verify := hashOf(t, server.Wait(t))
	if shown := open("#verify=AAAA", "")[0]; !shown.Open || shown.Answer != "This link: is not, or no longer, valid: ask for another mail" || shown.Left || verified() != false {
		t.Errorf("a token that is none: %+v", shown)
	}
	if shown, want := open(verify, "")[0], (page{Open: true, Left: true, Says: "Confirm your e-mail address", Answer: "Your e-mail address is confirmed."}); shown != want || verified() != true {
		t.Errorf("verified: %+v", shown)
	}
	if _, answer := p.ask(t, "", `mutation { requestPasswordReset(input: {email: "jordan@example.com"}) { requested } }`, nil); answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	reset := hashOf(t, server.Wait(t))
	both := open(reset, "short", reset, "a new password")
	if shown := both[0]; !shown.AsksPassword || shown.Answer != "New password: must have at least 8 characters" || shown.Left {
		t.Errorf("too short: %+v", shown)
	}
	if shown := both[1]; shown.Answer != "The new password is set. Sign in with it." || !shown.Left || shown.Hash != "" {
		t.Errorf("set: %+v", shown)
	}
	if _, answer := p.ask(t, "", `mutation { signIn(input: {email: "jordan@example.com", password: "a new password"}) { professional { name } } }`, nil); answer["errors"] != nil {
		t.Error(indented(answer))
	}
}

// hashOf returns the end of the link in a mail, from the # on.
func hashOf(t *testing.T, received mailtest.Received) string {
	t.Helper()
	link, token := linkIn(t, received)
	_, hash, _ := strings.Cut(link, "#")
	return "#" + hash + token
}

// A mail server that is away, refuses us or hangs keeps the server from nothing else.
func TestMailThatCannotBeSent(t *testing.T) {
	reached := make(chan struct{}, 100)
	hanging := mailtest.New(t, mailtest.Options{Accounts: true, Fault: func(step string, c *mailtest.Conn) error {
		reached <- struct{}{}
		c.Hang()
		return nil
	}})
	strict := mailtest.New(t, mailtest.Options{Accounts: true})
	for name, test := range map[string]struct{ setting, says string }{
		"away":               {"SMTP_URL=smtp://127.0.0.1:1", "mail cannot be sent now"},
		"the wrong password": {"SMTP_URL=smtp://accrue:a-wrong-secret@" + strict.Address, "refuses to let this server in: 535"},
		"hanging":            {"", "a letter is not sent"},
	} {
		t.Run(name, func(t *testing.T) {
			environment := mailEnvironment(t, hanging)
			if test.setting != "" {
				environment = append(environment, test.setting)
			}
			p := start(t, environment, "--data-dir", t.TempDir(), "--stop-time", "2s")
			p.person(t, "jordan")
			if test.setting == "" {
				<-reached
			}
			if _, answer := p.ask(t, "", `mutation { requestPasswordReset(input: {email: "jordan@example.com"}) { requested } }`, nil); answer["errors"] != nil {
				t.Error(indented(answer))
			}
			for deadline := time.Now().Add(time.Minute); test.setting != "" && !strings.Contains(p.log.String(), test.says); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the log does not say %q: %s", test.says, p.log)
				}
			}
			p.stop(t)
			log := p.log.String()
			if !strings.Contains(log, test.says) || !strings.Contains(log, "outcome=dropped") {
				t.Errorf("the log does not say %q: %s", test.says, log)
			}
			for _, secret := range []string{"jordan@example.com", "a-wrong-secret", mailtest.Password} {
				if strings.Contains(log, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

func TestMailIsOffWithoutSettings(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	for _, query := range []string{`mutation { requestPasswordReset(input: {email: "jordan@example.com"}) { requested } }`, `mutation { resendVerification { sent } }`} {
		if _, answer := p.ask(t, "jordan", query, nil); codeOf(t, answer) != "FORBIDDEN" {
			t.Error(indented(answer))
		}
	}
	if log := p.log.String(); !strings.Contains(log, "mail: off; set SMTP_URL") {
		t.Errorf("the log does not say that mail is off: %s", log)
	}
}

// What several settings of mail must be together.
func TestMailSettingsAreCheckedTogether(t *testing.T) {
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	good := []string{"SMTP_URL=smtp://user:a-secret@mail.example.com", "MAIL_FROM=Accrue <accrue@example.com>", "ACCRUE_PUBLIC_URL=https://ce.example.com"}
	for name, test := range map[string]struct {
		environment []string
		complaint   string
	}{
		"no public URL":           {good[:2], "--smtp-url is set without --public-url"},
		"a link without a token":  {append(good[:3:3], "MAIL_VERIFICATION_LINK=https://ce.example.com/"), "--mail-verification-link must hold {token}"},
		"a link that is a script": {append(good[:3:3], "MAIL_PASSWORD_RESET_LINK=javascript:{token}"), "--mail-password-reset-link must not be a link of the kind javascript"},
	} {
		command := exec.CommandContext(t.Context(), file, "--addr", "127.0.0.1:0")
		command.Dir = t.TempDir()
		command.Env = append([]string{"HOME=" + command.Dir}, test.environment...)
		out, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(out), test.complaint) || strings.Contains(string(out), "a-secret") {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

func TestAHundredRequestsForMail(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.person(t, "jordan")
		for _, test := range []struct {
			viewer, query string
			purpose       storage.MailPurpose
			email         string
			answered      int
		}{
			{"", `mutation { requestPasswordReset(input: {email: "jordan@example.com"}) { requested } }`, storage.MailPasswordReset, "jordan@example.com", 3},
			{"", `mutation { requestPasswordReset(input: {email: "nobody@example.com"}) { requested } }`, storage.MailPasswordReset, "nobody@example.com", 3},
			{"jordan", `mutation { resendVerification { sent } }`, storage.MailVerification, "jordan@example.com", 2}, // the sign-up sent one
		} {
			a.clock.Set(a.clock.Now().Add(15 * time.Minute)) // the limit of the address is another's
			a.renew(t)
			answered := 0
			for range 100 {
				_, answer := a.ask(t, test.viewer, test.query, nil)
				if code := codeOf(t, answer); code == "" {
					answered++
				} else if code != "RATE_LIMITED" || at(t, answer, "errors", 0, "extensions", "retryAfterSeconds").(float64) <= 0 {
					t.Fatal(indented(answer))
				}
				if answered < test.answered && answer["errors"] != nil {
					t.Fatal(indented(answer))
				}
			}
			if answered != test.answered {
				t.Errorf("%d of a hundred were answered, want %d: %s", answered, test.answered, test.query)
			}
			want := 3
			if strings.HasPrefix(test.email, "nobody") {
				want = 0
			}
			if letters := a.letters.to(test.purpose, test.email); len(letters) != want {
				t.Errorf("%d letters to %s for %s", len(letters), test.email, test.purpose)
			}
		}
		a.clock.Set(a.clock.Now().Add(time.Hour))
		if _, answer := a.ask(t, "", `mutation { requestPasswordReset(input: {email: "jordan@example.com"}) { requested } }`, nil); answer["errors"] != nil {
			t.Errorf("an hour later: %s", indented(answer))
		}
	})
}
