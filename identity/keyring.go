package identity

import (
	"context"
	"crypto"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	loadTimeout  = 10 * time.Second
	loadInterval = 5 * time.Second
)

var errUnknownKey = errors.New("identity: no such key")

// keyring keeps public keys by id. It loads them when an unknown id is asked for, at most
// once per loadInterval, so that invented ids cost nothing; a load that fails loses no key.
type keyring struct {
	load func(context.Context) (map[string]crypto.PublicKey, error)
	now  func() time.Time
	// fresh is how old the keys may be before they are loaded anew, while the old ones serve; 0 for ever.
	fresh time.Duration

	flight   singleflight.Group
	mu       sync.Mutex
	keys     map[string]crypto.PublicKey
	loadedAt time.Time
	askedAt  time.Time
	err      error // of the last load
}

// find returns the key, errUnknownKey, or why that can't be told.
func (r *keyring) find(ctx context.Context, id string) (crypto.PublicKey, error) {
	if key, ok := r.held(id); ok {
		return key, nil
	}
	if err := ctx.Err(); err != nil { // of two that are ready, select takes any
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-r.flight.DoChan("", r.ask):
		if key, ok := r.held(id); ok {
			return key, nil
		}
		if result.Err != nil {
			return nil, result.Err
		}
		return nil, errUnknownKey
	}
}

// held returns the key if it is there.
func (r *keyring) held(id string) (crypto.PublicKey, bool) {
	r.mu.Lock()
	key, ok := r.keys[id]
	now := r.now()
	stale := r.fresh > 0 && now.Sub(r.loadedAt) > r.fresh && now.Sub(r.askedAt) >= loadInterval
	r.mu.Unlock()
	if ok && stale {
		r.flight.DoChan("", r.ask)
	}
	return key, ok
}

// ask loads the keys unless that was tried just now; then it repeats how it ended.
func (r *keyring) ask() (any, error) {
	r.mu.Lock()
	now := r.now()
	if !r.askedAt.IsZero() && now.Sub(r.askedAt) < loadInterval {
		defer r.mu.Unlock()
		return nil, r.err
	}
	r.askedAt = now
	r.mu.Unlock()

	// No caller's context: others wait for the outcome, too.
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	keys, err := r.load(ctx)

	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err = err; err != nil {
		return nil, err
	}
	r.keys, r.loadedAt = keys, now
	return nil, nil
}

// put replaces the keys by ones that were loaded otherwise.
func (r *keyring) put(keys map[string]crypto.PublicKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.loadedAt, r.err = keys, r.now(), nil
}
