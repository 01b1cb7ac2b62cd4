package identity

import (
	"strings"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func FuzzRefreshToken(f *testing.F) {
	session := storage.Session{ID: ce.NewUUID(), Secret: []byte("secret"), Generation: 7}
	f.Add(refreshToken(session))
	f.Add("..")
	f.Add(session.ID + ".-1.AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		id, generation, _, err := parseRefreshToken(token)
		if err != nil {
			return
		}
		if _, err := ce.ParseUUID(id); err != nil || len(token) > maxRefreshToken {
			t.Errorf("%q passes with the session %q, generation %d", token, id, generation)
		}
	})
}

func TestPasswordHashesAreReadStrictly(t *testing.T) {
	good := newHasher().nobody
	if cost, salt, key, err := decodeHash(good); err != nil || cost != currentCost || len(salt) != saltLength || len(key) != hashLength {
		t.Fatalf("%s: %v, %d bytes of salt, %d of key, %v", good, cost, len(salt), len(key), err)
	}
	for name, hash := range map[string]string{
		"empty":         "",
		"another kind":  strings.Replace(good, "argon2id", "argon2i", 1),
		"older version": strings.Replace(good, "v=19", "v=16", 1),
		"no passes":     strings.Replace(good, "t=2", "t=0", 1),
		"no threads":    strings.Replace(good, "p=1", "p=0", 1),
		"huge":          strings.Replace(good, "m=19456", "m=4000000000", 1),
		"no cost":       strings.Replace(good, "m=19456,t=2,p=1", "", 1),
		"no key":        good[:strings.LastIndex(good, "$")+1],
		"bad base64":    good + "!",
	} {
		if _, _, _, err := decodeHash(hash); err == nil {
			t.Errorf("%s: %q passes", name, hash)
		}
	}
}
