package ce

import (
	"regexp"
	"testing"
)

func TestSecrets(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	seen := map[string]bool{}
	for range 1000 {
		secret := NewSecret()
		if !form.MatchString(secret) || len(secret) != SecretLength || seen[secret] {
			t.Fatal(secret)
		}
		seen[secret] = true
	}
	// FIPS 180-4, the example of one block.
	if got := Digest("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}
