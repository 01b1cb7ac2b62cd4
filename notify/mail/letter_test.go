package mail

import (
	"bytes"
	"flag"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
)

var update = flag.Bool("update", false, "write the letters into testdata")

func amount(text string) *ce.Amount {
	a, err := ce.ParseAmount(text)
	if err != nil {
		panic(err)
	}
	return &a
}

// reminder is one of a single deadline, in the language.
func reminder(language string) Reminder {
	return Reminder{
		ID: "0f1e2d3c", To: Recipient{Email: "jordan@example.com", Name: "Jordan Lee", Language: language}, At: at, On: ce.MustDate(2026, time.November, 22),
		Items: []ReminderItem{{Program: "Georgia CPA", Title: "Renewal", DueOn: ce.MustDate(2026, time.December, 31), Remaining: amount("12.5"), Unit: "hours"}},
		Link:  "https://ce.example.com/", Unsubscribe: "https://ce.example.com/mail/off/the-secret",
	}
}

// wire is the message as it is sent.
func wire(t *testing.T, message Message) string {
	t.Helper()
	from, err := ParseFrom("Example Credits <credits@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	msg, err := compose(from, message)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	return raw.String()
}

// Each letter, byte by byte as it is sent, is a file in testdata.
func TestLetters(t *testing.T) {
	jordan := func(language string) Recipient {
		return Recipient{Email: "jordan@example.com", Name: "Jordan Lee", Language: language}
	}
	many := func(language string) Reminder {
		r := reminder(language)
		r.Items = []ReminderItem{
			{Program: "AEA PFT", Title: "Grace ends", DueOn: ce.MustDate(2026, time.November, 20)},
			{Program: "Georgia CPA", Title: "Renewal", DueOn: ce.MustDate(2026, time.November, 21), Remaining: amount("3"), Unit: "hours"},
			{Title: "CPR card <adult & child>", DueOn: ce.MustDate(2026, time.November, 22)},
			{Title: "Licence fee", DueOn: ce.MustDate(2026, time.November, 23)},
		}
		r.To.Name, r.Link, r.Unsubscribe = "", "", ""
		return r
	}
	discreet := reminder("en")
	discreet.Discreet = true
	news := func(language string, events ...ce.CreditEvent) CreditNews {
		n := CreditNews{ID: "id", To: jordan(language), At: at, Link: "https://ce.example.com/", Unsubscribe: "https://ce.example.com/mail/off/the-secret"}
		for _, event := range events {
			one := ce.CreditNews{Title: "Fire drill <1> & more", CompletedOn: ce.MustDate(2026, time.November, 20), OrganizationName: "St. Example", Event: event}
			if event == ce.CreditRefused {
				one.Reason = "No certificate.\nPlease add it."
			}
			n.News = append(n.News, one)
		}
		return n
	}
	secret := news("en", ce.CreditRefused)
	secret.Discreet, secret.Link, secret.Unsubscribe = true, "", ""
	own := many("es")
	own.Items = own.Items[3:]
	for name, message := range map[string]Message{
		"verification.en":   letters.Verification("id", jordan("en-US"), at, "the-token"),
		"verification.es":   letters.Verification("id", jordan("es-MX"), at, "the-token"),
		"password-reset.en": letters.PasswordReset("id", Recipient{Email: "jordan@example.com"}, at, "the-token"),
		"password-reset.es": letters.PasswordReset("id", jordan("es"), at, "the-token"),
		"invitation.en": letters.Invitation("id", Recipient{Email: "ana@example.com", Language: "en"}, at, Invitation{
			Organization: "St. Example <Hospital>", Inviter: "Jordan Lee", Link: "https://ce.example.com/#join=the-code", LastDay: ce.MustDate(2026, time.December, 6),
		}),
		"invitation-by-nobody.es": letters.Invitation("id", Recipient{Email: "ana@example.com", Language: "es-MX"}, at, Invitation{
			Organization: "Hospital Ejemplo", Link: "credits://join/the-code", LastDay: ce.MustDate(2026, time.December, 6),
		}),
		"reminder.en":              letters.Reminder(reminder("en")),
		"reminder.es":              letters.Reminder(reminder("es-419")),
		"reminder-of-many.en":      letters.Reminder(many("en")),
		"reminder-of-many.es":      letters.Reminder(many("es")),
		"reminder-of-her-own.es":   letters.Reminder(own),
		"reminder-discreet.en":     letters.Reminder(discreet),
		"credit.en":                letters.CreditNews(news("en", ce.CreditRefused)),
		"credits.es":               letters.CreditNews(news("es-MX", ce.CreditPosted, ce.CreditRefused)),
		"credit-discreet.en":       letters.CreditNews(secret),
		"verification.unknown":     letters.Verification("id", jordan("fr-CA"), at, "the-token"),
		"verification.app-link.en": Letters{Service: "Créditos «ya»", Links: Links{Verification: "credits://verify/{token}?a=b&c=d"}}.Verification("id", jordan(""), at, "the-token"),
	} {
		got := strings.ReplaceAll(wire(t, message), "\r\n", "\n")
		file := filepath.Join("testdata", name+".eml")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Mail programs offer to unsubscribe at https addresses only (RFC 8058); the letter has its link all the same.
func TestUnsubscribeHeaders(t *testing.T) {
	long := "https://" + strings.Repeat("long.", 45) + "example.com/unsubscribe/" + strings.Repeat("A", 43)
	for address, want := range map[string]string{
		"https://ce.example.com/unsubscribe/the-secret": "<https://ce.example.com/unsubscribe/the-secret>",
		"HTTPS://ce.example.com/unsubscribe/the-secret": "<HTTPS://ce.example.com/unsubscribe/the-secret>",
		long: "<" + long + ">",
		"http://127.0.0.1:8080/unsubscribe/the-secret": "",
		"": "",
	} {
		r := reminder("en")
		r.Unsubscribe = address
		letter := letters.Reminder(r)
		sent, err := mail.ReadMessage(strings.NewReader(wire(t, letter)))
		if err != nil {
			t.Fatal(err)
		}
		post := ""
		if want != "" {
			post = "List-Unsubscribe=One-Click"
		}
		if got := sent.Header.Get("List-Unsubscribe"); got != want {
			t.Errorf("%q: List-Unsubscribe is %q", address, got)
		}
		if got := sent.Header.Get("List-Unsubscribe-Post"); got != post {
			t.Errorf("%q: List-Unsubscribe-Post is %q", address, got)
		}
		if !strings.Contains(letter.Text, address) || !strings.Contains(letter.HTML, address) {
			t.Errorf("%q is not in the letter", address)
		}
	}
}
