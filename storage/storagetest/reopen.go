package storagetest

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// RunReopen checks what must survive closing a store. Each call of open opens the same database,
// after the store opened before was closed.
func RunReopen(t *testing.T, open func(t *testing.T) storage.Store) {
	s := suite{open(t)}
	reopen := func() {
		t.Helper()
		succeed(t, s.Close())
		s = suite{open(t)}
	}
	owner, handle := s.newProfile(t)
	certification := addCertification(t, handle, owner)
	credit := addCredit(t, handle, owner, day(2026, time.January, 1))
	addOwnProgram(t, handle, owner)
	addOwnDeadline(t, handle, owner)
	addEvidence(t, handle, owner)
	succeed(t, handle.SetCalendarFeed(t.Context(), feedOf(owner)))
	removed := addCredit(t, handle, owner, day(2026, time.January, 2))
	succeed(t, handle.Credits().Remove(t.Context(), removed.ID, instant(3), func(ce.Credit) error { return nil }))
	email, session, key := ce.NewUUID()+"@example.com", ce.NewUUID(), ce.NewUUID()
	succeed(t, s.Identity().CreateAccount(t.Context(), accountOf(email, owner)))
	succeed(t, s.Identity().CreateSession(t.Context(), sessionOf(session, owner)))
	succeed(t, s.Identity().AddSigningKey(t.Context(), storage.SigningKey{ID: key, PrivateKey: []byte("key"), CreatedAt: instant(0)}))
	lease, err := s.System().AcquireLease(t.Context(), key, instant(0), instant(10))
	succeed(t, err)
	addReminders(t, handle)
	before := everythingOf(t, handle)
	same(t, "marks before", len(before.marks), 5, nil)

	reopen() // between the facts and what is derived from them
	handle = s.Professional(owner)
	same(t, "everything", everythingOf(t, handle), before, append(loose, allowListing))
	profile, err := handle.Profile(t.Context())
	succeed(t, err)
	same(t, "profile", profile, profileOf(owner), exact)
	same(t, "unfinished", s.isUnfinished(t, owner), true, nil)
	_, err = handle.Credits().Create(t.Context(), removed, "digest")
	fails(t, "tombstone", err, storage.ErrRemoved)
	got, err := handle.Credits().Create(t.Context(), credit, "digest")
	succeed(t, err)
	same(t, "digest", got, credit, exact)
	account, err := s.Identity().AccountByEmail(t.Context(), email)
	succeed(t, err)
	same(t, "account", account, accountOf(email, owner), exact)
	_, err = s.Identity().UpdateSession(t.Context(), session, func(*storage.Session) error { return storage.ErrUnchanged })
	succeed(t, err)
	fails(t, "key", s.Identity().AddSigningKey(t.Context(), storage.SigningKey{ID: key}), storage.ErrConflict)
	_, err = s.System().RenewLease(t.Context(), lease, instant(20))
	succeed(t, err)

	var turn storage.Turn
	for range 3 {
		turn, err = handle.Begin(t.Context())
		succeed(t, err)
	}
	standing := standingOf(certification.ID, "x", ce.Date{}, day(2026, time.December, 31))
	succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}, Plan: planOf(standing.Deadlines[0], instant(5000))}))
	succeed(t, handle.ClearMarks(t.Context(), marksOf(t, handle)))
	before = everythingOf(t, handle)

	reopen()
	handle = s.Professional(owner)
	same(t, "everything, refreshed", everythingOf(t, handle), before, append(loose, allowListing))
	same(t, "unfinished, refreshed", s.isUnfinished(t, owner), false, nil)
	fails(t, "a lower number than before", saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence - 1}), storage.ErrOvertaken)
	next, err := handle.Begin(t.Context())
	succeed(t, err)
	if next.Sequence <= turn.Sequence {
		t.Errorf("number %d was given although %d was saved before", next.Sequence, turn.Sequence)
	}
	succeed(t, handle.Erase(t.Context(), instant(30)))

	reopen()
	handle = s.Professional(owner)
	at, err := handle.ErasedAt(t.Context())
	succeed(t, err)
	same(t, "erased", at, instant(30), exact)
	everythingOf(t, handle).isEmpty(t)
	succeed(t, s.Close())
}

func (s suite) isUnfinished(t *testing.T, id ce.ProfessionalID) bool {
	t.Helper()
	found, err := s.System().Unfinished(t.Context(), instant(1000), 10_000)
	succeed(t, err)
	for _, one := range found {
		if one.Professional == id {
			return true
		}
	}
	return false
}
