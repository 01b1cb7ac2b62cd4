package ce

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanFileName(t *testing.T) {
	for given, want := range map[string]string{
		"certificate.pdf":                 "certificate.pdf",
		"  Größe 李.PDF ":                  "Größe 李.PDF",
		`C:\Users\sam\scan.jpg`:           "scan.jpg",
		"../../etc/passwd":                "passwd",
		"a/":                              "",
		"..":                              "",
		"":                                "",
		"x\x00\r\n\ty.png":                "xy.png",
		"cod\u202Egnp.exe":                "codgnp.exe",
		"bad\xff.pdf":                     "bad\uFFFD.pdf",
		strings.Repeat("x", 200):          strings.Repeat("x", 200),
		strings.Repeat("x", 400) + "":     strings.Repeat("x", 200),
		strings.Repeat("x", 400) + ".pdf": strings.Repeat("x", 196) + ".pdf",
		strings.Repeat("李", 100) + ".pdf": strings.Repeat("李", 65) + ".pdf",
	} {
		if got := CleanFileName(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	f.Add("certificate.pdf")
	f.Add(strings.Repeat("李", 100) + ".\u202Epdf")
	f.Add(`..\../.`)
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanFileName(name)
		if len(got) > MaxFileNameLength || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\r\n") {
			t.Errorf("%q becomes %q", name, got)
		}
		if again := CleanFileName(got); again != got {
			t.Errorf("%q is cleaned again to %q", got, again)
		}
	})
}

func TestNewEvidenceID(t *testing.T) {
	id := NewEvidenceID("a", "b")
	if parsed, err := ParseUUID(string(id)); err != nil || EvidenceID(parsed) != id {
		t.Errorf("%s is no UUID: %v", id, err)
	}
	if NewEvidenceID("a", "b") != id || NewEvidenceID("a", "c") == id || NewEvidenceID("c", "b") == id {
		t.Error("the id must follow from owner and content")
	}
}

func TestFileSize(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1023: "1023 bytes", 1024: "1 kB", 25 << 20: "25 MB", 25<<20 + 1: "25 MB", 3 << 29: "1.5 GB", 5 << 40: "5 TB", 5000 << 40: "5000 TB",
	} {
		if got := FileSize(bytes); got != want {
			t.Errorf("%d is %q, want %q", bytes, got, want)
		}
	}
}
