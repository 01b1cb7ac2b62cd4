package mail

import (
	"strings"
	"testing"
)

func TestParseServer(t *testing.T) {
	for text, want := range map[string]Server{
		"smtp://user:password@mail.example.com:587?tls=starttls": {"mail.example.com", 587, "user", "password", StartTLS},
		"smtp://mail.example.com":                                {"mail.example.com", 587, "", "", StartTLS},
		"smtp://mail.example.com/?tls=implicit":                  {"mail.example.com", 587, "", "", ImplicitTLS},
		"smtps://jordan%40example.com:a%2Fb%3Ac%40d@[::1]":       {"::1", 465, "jordan@example.com", "a/b:c@d", ImplicitTLS},
		"smtp://localhost:25?tls=none":                           {"localhost", 25, "", "", Plain},
	} {
		if got, err := ParseServer(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":                            "must look like",
		"mail.example.com:587":        "must look like",
		"https://mail.example.com":    "must look like",
		"smtp://":                     "must look like",
		"smtp:mail.example.com":       "must look like",
		"smtp://a-secret@x:y@host/%z": "must look like",
		"smtp://user:a-secret@mail.example.com/inbox":           "must look like",
		"smtp://mail.example.com#x":                             "must look like",
		"smtp://mail.example.com:0":                             "port",
		"smtp://mail.example.com:65536":                         "port",
		"smtp://mail.example.com?tls=maybe":                     "tls=starttls",
		"smtp://mail.example.com?tls=":                          "tls=starttls",
		"smtp://mail.example.com?tls=none&tls=none":             "other than one tls",
		"smtp://mail.example.com?timeout=5":                     "other than one tls",
		"smtp://mail.example.com?tls=%zz":                       "must look like",
		"smtp://user@mail.example.com":                          "both user and password",
		"smtp://:a-secret@mail.example.com":                     "both user and password",
		"smtp://user:a-secret@mail.example.com?tls=none":        "unencrypted",
		"smtp://user:a-secret@mail.example.com:587?tls=none#%%": "must look like",
	} {
		_, err := ParseServer(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "a-secret") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseServer(f *testing.F) {
	f.Add("smtp://user:password@mail.example.com:587?tls=starttls")
	f.Fuzz(func(t *testing.T, text string) {
		server, err := ParseServer(text)
		if err == nil && (server.Host == "" || server.Port < 1 || server.Port > 65535 || server.Security == Plain && server.Password != "") {
			t.Errorf("%q gives %+v", text, server)
		}
	})
}

func TestParseFrom(t *testing.T) {
	for text, want := range map[string]string{
		"accrue@example.com":                "<accrue@example.com>",
		"Accrue <accrue@example.com>":       `"Accrue" <accrue@example.com>`,
		`"Créditos, ya" <a@ce.example.com>`: "=?utf-8?b?Q3LDqWRpdG9zLCB5YQ==?= <a@ce.example.com>",
		"accrue@localhost":                  "<accrue@localhost>",
	} {
		if got, err := ParseFrom(text); err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", text, got.String(), err)
		}
	}
	for _, text := range []string{"", "accrue", "accrue@example", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"} {
		if got, err := ParseFrom(text); err == nil {
			t.Errorf("%q gives %s", text, got.String())
		}
	}
}

func TestCheckLink(t *testing.T) {
	for _, text := range []string{
		"https://ce.example.com/#verify={token}", "https://ce.example.com/verify/{token}/now", "credits://verify/{token}", "credits:verify?{token}",
	} {
		if err := CheckLink(text, Place); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"": "{token}", "https://ce.example.com/verify": "{token}", "https://ce.example.com/{Token}": "{token}", "ce.example.com/{token}": "must be a link",
		"https:{token}\"": "must be a link", "https://x/<{token}>": "must be a link", "https://x/ {token}": "must be a link", "javascript:f('{token}')": "javascript",
		"JavaScript:f('{token}')": "javascript", "data:text/html,{token}": "data", "file:///{token}": "file",
		"https://ce.example.com/{token}" + strings.Repeat("x", maxLink): "500",
	} {
		if err := CheckLink(text, Place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
