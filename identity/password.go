package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"

	"accrue/ce"
)

// Limits of passwords. Nothing else is asked of one, except that it is not the e-mail address.
const (
	MinPasswordLength = 8   // characters
	MaxPasswordLength = 256 // bytes of UTF-8
)

// hashCost is the work of a hash; OWASP's password storage cheat sheet recommends these for argon2id.
type hashCost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var currentCost = hashCost{memory: 19 * 1024, passes: 2, threads: 1}

const (
	saltLength = 16
	hashLength = 32
	// hashesAtOnce bounds the memory that sign-ins take at the same time.
	hashesAtOnce = 4
)

// hasher makes and checks argon2id hashes in the PHC string format:
// $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
type hasher struct {
	turns *semaphore.Weighted
	// nobody is the hash that passwords for unknown e-mail addresses are compared with, so
	// that they take as long as others.
	nobody string
}

func newHasher() *hasher {
	return &hasher{
		turns:  semaphore.NewWeighted(hashesAtOnce),
		nobody: encodeHash(currentCost, random(saltLength), random(hashLength)),
	}
}

// hash returns the hash of the password; an error means that ctx ended before its turn came.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := random(saltLength)
	key, err := h.derive(ctx, password, currentCost, salt, hashLength)
	return encodeHash(currentCost, salt, key), err
}

// matches reports whether the hash is of the password, and whether it should be made anew
// because the cost has changed since.
func (h *hasher) matches(ctx context.Context, password, encoded string) (ok, outdated bool, err error) {
	cost, salt, want, err := decodeHash(encoded)
	if err != nil {
		return false, false, err
	}
	if len(password) > MaxPasswordLength {
		return false, false, nil
	}
	got, err := h.derive(ctx, password, cost, salt, len(want))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, cost != currentCost, nil
}

func (h *hasher) derive(ctx context.Context, password string, cost hashCost, salt []byte, length int) ([]byte, error) {
	if err := h.turns.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer h.turns.Release(1)
	// Keyboards differ in how they compose letters with accents.
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, cost.passes, cost.memory, cost.threads, uint32(length)), nil
}

func encodeHash(cost hashCost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.memory, cost.passes, cost.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func decodeHash(encoded string) (cost hashCost, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, fmt.Errorf("identity: not a password hash of argon2id")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.memory, &cost.passes, &cost.threads); err != nil {
		return cost, nil, nil, fmt.Errorf("identity: cost of a password hash: %w", err)
	}
	if cost.passes < 1 || cost.threads < 1 || cost.memory > 1<<20 {
		return cost, nil, nil, fmt.Errorf("identity: cost of a password hash out of range")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(key) < 16 {
		return cost, nil, nil, fmt.Errorf("identity: malformed password hash")
	}
	return cost, salt, key, nil
}

// checkPassword says what is wrong with a new password.
func checkPassword(password, emailKey string) error {
	switch {
	case !utf8.ValidString(password):
		return fmt.Errorf("must be valid UTF-8 text")
	case utf8.RuneCountInString(password) < MinPasswordLength:
		return fmt.Errorf("must have at least %d characters", MinPasswordLength)
	case len(password) > MaxPasswordLength:
		return fmt.Errorf("must be at most %d bytes long", MaxPasswordLength)
	}
	if _, key, err := ce.ParseEmail(password); err == nil && key == emailKey {
		return fmt.Errorf("must not be the e-mail address")
	}
	return nil
}

func random(length int) []byte {
	b := make([]byte, length)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return b
}
