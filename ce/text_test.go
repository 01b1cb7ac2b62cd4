package ce

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{"": "", "  Ethics \n": "Ethics", "Zoé Müller": "Zoé Müller", "aaaaaaaaaaaa": "aaaaaaaaaaaa"} {
		if got, err := Line(text, 12); err != nil || got != want {
			t.Errorf("Line(%q) = %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"aaaaaaaaaaaaa", "éééééé.", "a\nb", "a\x00b", "a\x7fb", "a\u0085b", "a\xff"} {
		if got, err := Line(text, 12); err == nil {
			t.Errorf("Line(%q) = %q, want an error", text, got)
		}
	}
}

func TestParagraphs(t *testing.T) {
	const text = "one\r\n\ttwo"
	if got, err := Paragraphs(text, MaxNotesLength); err != nil || got != text {
		t.Errorf("Paragraphs = %q, %v", got, err)
	}
	if _, err := Paragraphs(strings.Repeat("a", MaxNotesLength+1), MaxNotesLength); err == nil {
		t.Error("notes that are too long are taken")
	}
	if _, err := Paragraphs("one\x1b[2J", MaxNotesLength); err == nil {
		t.Error("an escape character is taken")
	}
}

func TestParseTerm(t *testing.T) {
	for text, want := range map[string]Term{"ethics": "ethics", " Live Online ": "live-online", "a_b": "a-b", "v2.1": "v2.1", "Éthique": "éthique"} {
		if got, err := ParseTerm(text); err != nil || got != want {
			t.Errorf("ParseTerm(%q) = %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " ", "a,b", "a/b", "a\nb", "<b>", "a\xff", strings.Repeat("a", MaxTermLength+1)} {
		if got, err := ParseTerm(text); err == nil {
			t.Errorf("ParseTerm(%q) = %q, want an error", text, got)
		}
	}
}

func TestTermsReadAsThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term, err := ParseTerm(rapid.String().Draw(t, "text"))
		if err != nil {
			return
		}
		if again, err := ParseTerm(string(term)); err != nil || again != term {
			t.Fatalf("%q reads as %q, %v", term, again, err)
		}
	})
}

func TestParseEmail(t *testing.T) {
	for text, want := range map[string][2]string{
		"jordan@example.com":        {"jordan@example.com", "jordan@example.com"},
		" Jordan.Lee@Example.COM\n": {"Jordan.Lee@Example.COM", "jordan.lee@example.com"},
		"a+b@sub.example.com":       {"a+b@sub.example.com", "a+b@sub.example.com"},
	} {
		entered, key, err := ParseEmail(text)
		if err != nil || entered != want[0] || key != want[1] {
			t.Errorf("ParseEmail(%q) = %q, %q, %v", text, entered, key, err)
		}
	}
	for _, text := range []string{
		"", "jordan", "jordan@", "@example.com", "Jordan <jordan@example.com>", "<jordan@example.com>", "jordan@example", "jordan.lee@localhost",
		"jordan@example.com, lee@example.com", "jordan@[192.0.2.1]", "jor dan@example.com", "jordan@exa\nmple.com", "jordan@example.com\r\nBcc: lee@example.com",
		`"jordan lee"@example.com`, "jordan@example..com", "jordan@@example.com", strings.Repeat("a", MaxEmailLength) + "@example.com",
	} {
		if entered, _, err := ParseEmail(text); CodeOf(err) != CodeInvalidInput {
			t.Errorf("ParseEmail(%q) = %q, %v, want INVALID_INPUT", text, entered, err)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"jordan@example.com", "Jordan <jordan@example.com>", `"a b"@example.com`, "a@[::1]", "(c)a@b.c", "a@b.c\r\nx: y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entered, key, err := ParseEmail(text)
		if err != nil {
			if entered != "" || key != "" {
				t.Errorf("an error and %q, %q", entered, key)
			}
			return
		}
		if strings.ContainsAny(entered, " \r\n\t<>,\x00") || !utf8.ValidString(entered) || len(entered) > MaxEmailLength {
			t.Errorf("ParseEmail(%q) = %q", text, entered)
		}
		if again, key2, err := ParseEmail(entered); err != nil || again != entered || key2 != key {
			t.Errorf("%q reads as %q, %q, %v", entered, again, key2, err)
		}
	})
}

func TestParseUUID(t *testing.T) {
	const id = "2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10"
	for _, text := range []string{id, strings.ToUpper(id)} {
		if got, err := ParseUUID(text); err != nil || got != id {
			t.Errorf("ParseUUID(%q) = %q, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "2f1c4c5e8a3b4b629a513f6a3f0c9d10", "{" + id + "}", "urn:uuid:" + id, id + " ", "2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d1g",
		"2f1c4c5e-8a3b-4b62-9a51--f6a3f0c9d10", "2f1c4c5e_8a3b_4b62_9a51_3f6a3f0c9d10", "------------------------------------",
	} {
		if got, err := ParseUUID(text); err == nil {
			t.Errorf("ParseUUID(%q) = %q, want an error", text, got)
		}
	}
	made := NewUUID()
	if got, err := ParseUUID(made); err != nil || got != made || made[14] != '4' || !strings.ContainsRune("89ab", rune(made[19])) || made == NewUUID() {
		t.Errorf("NewUUID() = %q", made)
	}
}

func TestLocale(t *testing.T) {
	for text, want := range map[string]string{"": "en", "de": "de", "es_MX": "es-MX", "zh-Hant-TW": "zh-Hant-TW", " fr ": "fr", "sl-rozaj-1994": "sl-rozaj-1994"} {
		p := Professional{Locale: text}
		if err := p.Clean(); err != nil || p.Locale != want {
			t.Errorf("locale %q is %q, %v", text, p.Locale, err)
		}
	}
	for _, text := range []string{"e", "1", "en-", "-en", "en--US", "englishes", "en us", "en/US", "dé", strings.Repeat("en-", 20) + "en"} {
		p := Professional{Locale: text}
		if err := p.Clean(); CodeOf(err) != CodeInvalidInput {
			t.Errorf("locale %q is %q, %v", text, p.Locale, err)
		}
	}
}

func TestProblems(t *testing.T) {
	var none Problems
	none.Check(nil, "title")
	if err := none.Err(); err != nil {
		t.Errorf("no problems are %v", err)
	}

	var inner, outer Problems
	inner.Add("must not be empty", "value")
	inner.Check(errors.New("must be short"), "name", 3)
	outer.Check(inner.Err(), "facts", 0)
	outer.Check(&Error{Code: CodeNotFound, Path: []string{"id"}, Text: "is unknown", Err: errors.New("for the log")}, "program")
	err := outer.Err()
	if CodeOf(err) != CodeInvalidInput {
		t.Errorf("the code is %s", CodeOf(err))
	}
	var found Invalid
	if !errors.As(err, &found) {
		t.Fatalf("%T", err)
	}
	want := Invalid{
		{Code: CodeInvalidInput, Path: []string{"facts", "0", "value"}, Text: "must not be empty"},
		{Code: CodeInvalidInput, Path: []string{"facts", "0", "name", "3"}, Text: "must be short"},
		{Code: CodeInvalidInput, Path: []string{"program", "id"}, Text: "is unknown"},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCodeOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want Code
	}{
		{nil, ""},
		{errors.New("disk full"), CodeInternal},
		{Errorf(CodeConflict, "changed since"), CodeConflict},
		{errors.Join(errors.New("while saving"), Errorf(CodeNotFound, "gone")), CodeNotFound},
		{&Error{Code: CodeUnavailable, Err: Errorf(CodeConflict, "inner")}, CodeUnavailable},
	} {
		if got := CodeOf(tt.err); got != tt.want {
			t.Errorf("CodeOf(%v) = %s, want %s", tt.err, got, tt.want)
		}
	}
}
