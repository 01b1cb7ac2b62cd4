package tracker

import (
	"context"
	"errors"
	"sync"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// View is what one viewer sees and does during one request. Its methods may be called
// at the same time; what they have read stays the same until a change through the same view.
type View struct {
	*Tracker
	viewer Viewer
	handle storage.Professional

	mu     sync.Mutex
	read   *reading
	locale string // of the profile, once that was read
}

// reading is what a view has read so far; a change replaces it by an empty one.
type reading struct {
	profile   lazy[ce.Professional]
	held      lazy[storage.Held]
	credits   lazy[[]ce.Credit]
	standings lazy[map[ce.CertificationID]ce.Standing]
	deadlines lazy[[]Deadline]
	plan      lazy[ce.Plan]
	reminders lazy[ce.ReminderPreferences]
	evidence  lazy[map[ce.CreditID][]ce.Evidence]
	scans     lazy[map[ce.EvidenceID]ce.Scan]

	mu        sync.Mutex
	seats     map[ce.OrganizationID]*lazy[*seat]
	posters   map[ce.OrganizationID]*lazy[string]
	evaluated map[evaluation]*lazy[ce.Standing]
}

// View returns the view of the viewer for one request.
func (t *Tracker) View(viewer Viewer) *View {
	return &View{Tracker: t, viewer: viewer, handle: t.store.Professional(viewer.Professional), read: &reading{}}
}

func (v *View) reading() *reading {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.read
}

// forget drops what was read, after a change.
func (v *View) forget() *reading {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.read = &reading{}
	return v.read
}

// Professional returns the viewer's profile; at first sight it is made.
func (v *View) Professional(ctx context.Context) (ce.Professional, error) {
	return v.reading().profile.get(func() (ce.Professional, error) {
		profile, err := v.handle.Profile(ctx)
		if errors.Is(err, storage.ErrNotFound) {
			profile, err = v.firstSight(ctx)
		}
		if err == nil {
			err = v.admit(profile)
		}
		if err != nil {
			return ce.Professional{}, err
		}
		return v.heed(ctx, profile)
	})
}

// heed takes over that the viewer has shown to an identity provider, since she was first seen, that the e-mail address is hers.
func (v *View) heed(ctx context.Context, profile ce.Professional) (ce.Professional, error) {
	said := v.viewer.Profile
	if !said.EmailVerified || profile.EmailVerified || said.Email != profile.Email {
		return profile, nil
	}
	return v.handle.UpdateProfile(ctx, func(p *ce.Professional) error {
		if p.EmailVerified || p.Email != said.Email {
			return storage.ErrUnchanged
		}
		p.EmailVerified, p.UpdatedAt = true, v.now()
		return nil
	})
}

// begin takes a sequence number for a change, and the viewer's profile with it.
func (v *View) begin(ctx context.Context) (storage.Turn, error) {
	turn, err := v.handle.Begin(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		if _, err = v.firstSight(ctx); err == nil {
			turn, err = v.handle.Begin(ctx)
		}
	}
	if err != nil {
		return storage.Turn{}, err
	}
	return turn, v.admit(turn.Profile)
}

// errSignedOut is what holders of tokens are told that were once valid.
var errSignedOut = ce.Errorf(ce.CodeUnauthenticated, "Your session has expired; sign in again.")

func (v *View) admit(profile ce.Professional) error {
	v.speak(profile)
	// Tokens tell their time in whole seconds.
	if v.viewer.SignedInAt.Before(profile.SessionsFrom.Truncate(time.Second)) {
		return errSignedOut
	}
	return nil
}

// firstSight makes the profile of a viewer who proved who she is and has none. An account that was
// erased stays so for sessions from before: only a later sign-in starts anew.
func (v *View) firstSight(ctx context.Context) (ce.Professional, error) {
	profile := v.viewer.Profile
	profile.ID = v.viewer.Professional
	profile.CreatedAt, profile.UpdatedAt = v.viewer.SignedInAt.UTC(), v.now()
	if err := profile.Clean(); err != nil {
		// What an identity provider says of a person is a courtesy: what is unusable of it is left out.
		profile.Name, profile.TimeZone, profile.Locale = "", "", ce.DefaultLocale
	}
	switch erasedAt, err := v.handle.ErasedAt(ctx); {
	case err == nil:
		// Another of her devices may still hold a token from before; it must not open the new account.
		profile.SessionsFrom = erasedAt.Truncate(time.Second).Add(time.Second)
	case !errors.Is(err, storage.ErrNotFound):
		return ce.Professional{}, err
	}
	if err := v.admit(profile); err != nil {
		return ce.Professional{}, err
	}
	profile, err := v.handle.CreateProfile(ctx, profile)
	if errors.Is(err, storage.ErrRemoved) {
		return ce.Professional{}, errSignedOut
	}
	return profile, err
}

// speak remembers the language of the profile.
func (v *View) speak(profile ce.Professional) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.locale = profile.Locale
}

// Locale returns the BCP 47 tag of the language in which the viewer is spoken to.
func (v *View) Locale(ctx context.Context) (string, error) {
	v.mu.Lock()
	locale := v.locale
	v.mu.Unlock()
	if locale != "" {
		return locale, nil
	}
	profile, err := v.Professional(ctx)
	return profile.Locale, err
}

// lazy holds a value that is read once, when it is first asked for; an error is not kept.
type lazy[T any] struct {
	mu    sync.Mutex
	done  bool
	value T
}

func (l *lazy[T]) get(read func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		value, err := read()
		if err != nil {
			var none T
			return none, err
		}
		l.value, l.done = value, true
	}
	return l.value, nil
}

func (l *lazy[T]) set(value T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value, l.done = value, true
}
