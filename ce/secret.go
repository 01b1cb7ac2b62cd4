package ce

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

const secretBytes = 32

// SecretLength is how many bytes a secret of NewSecret has.
const SecretLength = (secretBytes*8 + 5) / 6

// NewSecret returns 256 random bits as text for a URL (letters, digits, hyphens and underscores): nobody finds one by trying.
func NewSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Digest returns the SHA-256 of the text in hexadecimal. Of a secret of NewSecret it is what is kept: that needs neither salt nor
// work, since the secret is as random as a key.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
