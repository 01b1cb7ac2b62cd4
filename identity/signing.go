package identity

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"accrue/ce"
	"accrue/storage"
)

const (
	accessTokenLife = 10 * time.Minute
	signingKeyLife  = 30 * 24 * time.Hour
	// keptSigningKeys is how long keys are held in memory before a signer looks for a newer one.
	keptSigningKeys = time.Minute
	// superseded is how long a key stays after its successor was made: until the last server has
	// looked for a newer one and the last token by the old one has expired, with room for clocks that differ.
	superseded = time.Hour
)

// signingKey is the key that signs now.
type signingKey struct {
	id       string
	signer   jose.Signer
	secret   []byte // for digests, made from the private key
	loadedAt time.Time
}

// signingKeys keeps the keys of access tokens in the store: it makes the first, a new one
// when the newest is older than signingKeyLife, and removes those superseded long enough.
type signingKeys struct {
	store storage.Identity
	now   func() time.Time
	ring  *keyring // the public halves

	renewal sync.Mutex // held while the keys are renewed, so that one of many callers does it
	mu      sync.Mutex
	current signingKey
}

func newSigningKeys(store storage.Identity, now func() time.Time) *signingKeys {
	keys := &signingKeys{store: store, now: now}
	keys.ring = &keyring{now: now, load: keys.load}
	return keys
}

// signing returns the key to sign with.
func (k *signingKeys) signing(ctx context.Context) (signingKey, error) {
	if key, ok := k.recent(); ok {
		return key, nil
	}
	k.renewal.Lock()
	defer k.renewal.Unlock()
	if key, ok := k.recent(); ok {
		return key, nil
	}
	if err := k.renew(ctx); err != nil {
		return signingKey{}, err
	}
	key, _ := k.recent()
	return key, nil
}

// recent returns the key to sign with; false when it is time to look for a newer one.
func (k *signingKeys) recent() (signingKey, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current, k.now().Sub(k.current.loadedAt) < keptSigningKeys
}

// renew loads the keys after making and removing what is due.
func (k *signingKeys) renew(ctx context.Context) error {
	stored, err := k.store.SigningKeys(ctx)
	if err != nil {
		return err
	}
	now := k.now()
	if len(stored) == 0 || now.Sub(stored[0].CreatedAt) >= signingKeyLife {
		made, err := newSigningKey(now)
		if err != nil {
			return err
		}
		if err := k.store.AddSigningKey(ctx, made); err != nil {
			return err
		}
	}
	for i := 1; i < len(stored); i++ {
		if now.Sub(stored[i-1].CreatedAt) >= superseded {
			if err := k.store.RemoveSigningKey(ctx, stored[i].ID); err != nil {
				return err
			}
		}
	}
	// Read again: another server may have made one at the same time, and all sign by the newest.
	public, err := k.load(ctx)
	if err != nil {
		return err
	}
	k.ring.put(public)
	return nil
}

// load reads the keys, remembers the newest for signing and returns the public halves of all.
func (k *signingKeys) load(ctx context.Context) (map[string]crypto.PublicKey, error) {
	stored, err := k.store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	public := make(map[string]crypto.PublicKey, len(stored))
	for i, key := range stored {
		parsed, err := x509.ParsePKCS8PrivateKey(key.PrivateKey)
		private, ok := parsed.(ed25519.PrivateKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("identity: signing key %s is not an Ed25519 key in PKCS #8", key.ID)
		}
		public[key.ID] = private.Public()
		if i == 0 {
			if err := k.signWith(key.ID, private); err != nil {
				return nil, err
			}
		}
	}
	return public, nil
}

func (k *signingKeys) signWith(id string, private ed25519.PrivateKey) error {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return fmt.Errorf("identity: signing key %s: %w", id, err)
	}
	secret := sha256.Sum256(append([]byte("accrue attempts\n"), private.Seed()...))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current = signingKey{id: id, signer: signer, secret: secret[:], loadedAt: k.now()}
	return nil
}

func newSigningKey(now time.Time) (storage.SigningKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return storage.SigningKey{}, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return storage.SigningKey{}, err
	}
	return storage.SigningKey{ID: ce.NewUUID(), PrivateKey: encoded, CreatedAt: now}, nil
}
