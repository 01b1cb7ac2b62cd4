package storagetest

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// scope checks that a stranger's handle reaches nothing of the owner's, whatever ids it names.
func (s suite) scope(t *testing.T) {
	owner, mine := s.newProfile(t)
	_, other := s.newProfile(t)
	certification := addCertification(t, mine, owner)
	credit := addCredit(t, mine, owner, day(2026, time.January, 5))
	program := addOwnProgram(t, mine, owner)
	deadline := addOwnDeadline(t, mine, owner)
	feed := feedOf(owner)
	succeed(t, mine.SetCalendarFeed(t.Context(), feed))
	turn, err := mine.Begin(t.Context())
	succeed(t, err)
	standing := standingOf(certification.ID, "mine", ce.Date{}, day(2026, time.December, 31))
	succeed(t, saveDerived(t.Context(), mine, storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}}))
	device, notification := addReminders(t, mine)
	before := everythingOf(t, mine)
	never := func(what string) func() error {
		return func() error { t.Errorf("%s reached somebody else's", what); return nil }
	}

	_, err = other.Certifications().Get(t.Context(), certification.ID)
	fails(t, "Get certification", err, storage.ErrNotFound)
	_, err = other.Credits().Get(t.Context(), credit.ID)
	fails(t, "Get credit", err, storage.ErrNotFound)
	_, err = other.OwnPrograms().Get(t.Context(), program.ID)
	fails(t, "Get own program", err, storage.ErrNotFound)
	_, err = other.OwnDeadlines().Get(t.Context(), deadline.ID)
	fails(t, "Get own deadline", err, storage.ErrNotFound)
	_, err = other.OwnDeadlines().Update(t.Context(), deadline.ID, func(*ce.OwnDeadline) error { return never("Update")() })
	fails(t, "Update own deadline", err, storage.ErrNotFound)
	err = other.OwnDeadlines().Remove(t.Context(), deadline.ID, instant(5), func(ce.OwnDeadline) error { return never("Remove")() })
	fails(t, "Remove own deadline", err, storage.ErrNotFound)
	_, err = other.OwnDeadlines().Create(t.Context(), deadline, "digest")
	fails(t, "Create own deadline", err, storage.ErrConflict)
	feed.Revision++
	fails(t, "ReviseCalendarFeed", other.ReviseCalendarFeed(t.Context(), feed), storage.ErrConflict)
	succeed(t, other.RemoveCalendarFeed(t.Context()))
	_, err = other.Certifications().Update(t.Context(), certification.ID, func(*ce.Certification) error { return never("Update")() })
	fails(t, "Update certification", err, storage.ErrNotFound)
	_, err = other.Credits().Update(t.Context(), credit.ID, func(*ce.Credit) error { return never("Update")() })
	fails(t, "Update credit", err, storage.ErrNotFound)
	_, err = other.OwnPrograms().Update(t.Context(), program.ID, func(*ce.OwnProgram) error { return never("Update")() })
	fails(t, "Update own program", err, storage.ErrNotFound)
	err = other.Certifications().Remove(t.Context(), certification.ID, instant(5), func(ce.Certification) error { return never("Remove")() })
	fails(t, "Remove certification", err, storage.ErrNotFound)
	err = other.Credits().Remove(t.Context(), credit.ID, instant(5), func(ce.Credit) error { return never("Remove")() })
	fails(t, "Remove credit", err, storage.ErrNotFound)
	err = other.OwnPrograms().Remove(t.Context(), program.ID, instant(5), func(ce.OwnProgram) error { return never("Remove")() })
	fails(t, "Remove own program", err, storage.ErrNotFound)
	_, err = other.Certifications().Create(t.Context(), certification, "digest")
	fails(t, "Create certification", err, storage.ErrConflict)
	_, err = other.Credits().Create(t.Context(), credit, "digest")
	fails(t, "Create credit", err, storage.ErrConflict)
	_, err = other.OwnPrograms().Create(t.Context(), program, "digest")
	fails(t, "Create own program", err, storage.ErrConflict)
	everythingOf(t, other).isEmpty(t)
	succeed(t, other.UnregisterDevice(t.Context(), device.ID))
	_, err = other.Notification(t.Context(), notification.ID)
	fails(t, "Notification", err, storage.ErrNotFound)
	succeed(t, other.CreateNotification(t.Context(), notification))
	succeed(t, other.MarkRead(t.Context(), []ce.NotificationID{notification.ID}, instant(50)))
	succeed(t, other.MarkRead(t.Context(), nil, instant(50)))
	everythingOf(t, other).isEmpty(t)
	filtered, err := other.ListCredits(t.Context(), storage.CreditFilter{Certification: certification.ID}, storage.Page[storage.CreditKey]{First: 10})
	succeed(t, err)
	same(t, "filtered credits", len(filtered.Items), 0, nil)
	deadlines, err := other.ListDeadlines(t.Context(), storage.DeadlineFilter{Certification: certification.ID}, storage.Page[storage.DeadlineKey]{First: 10})
	succeed(t, err)
	same(t, "filtered deadlines", len(deadlines.Items), 0, nil)

	_, err = other.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.ID, p.Name = owner, "Stranger"; return nil })
	succeed(t, err)
	succeed(t, other.ClearMarks(t.Context(), before.marks))
	theirs, err := other.Begin(t.Context())
	succeed(t, err)
	// Whether a store takes a standing of a certification that is not the handle's is its own affair; the owner's stays.
	forged := standingOf(certification.ID, "forged", ce.Date{}, day(2026, time.November, 30))
	_, _ = other.SaveDerived(t.Context(), storage.Derived{Sequence: theirs.Sequence, Standings: []ce.Standing{forged}})
	_, _ = other.SaveDerived(t.Context(), storage.Derived{Sequence: theirs.Sequence})

	same(t, "everything of the owner", everythingOf(t, mine), before, append(loose, allowListing))
	profile, err := mine.Profile(t.Context())
	succeed(t, err)
	same(t, "profile", profile, profileOf(owner), exact)

	succeed(t, other.Erase(t.Context(), instant(9)))
	same(t, "after the stranger's erasure", everythingOf(t, mine), before, append(loose, allowListing))
	_, err = mine.ErasedAt(t.Context())
	fails(t, "ErasedAt", err, storage.ErrNotFound)
}
