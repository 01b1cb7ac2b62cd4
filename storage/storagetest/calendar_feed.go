package storagetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) calendarFeed(t *testing.T) {
	owner, handle := s.newProfile(t)
	_, err := handle.CalendarFeed(t.Context())
	fails(t, "none", err, storage.ErrNotFound)
	succeed(t, handle.RemoveCalendarFeed(t.Context()))
	first, second := feedOf(owner), feedOf(owner)
	second.Alarms, second.CreatedAt, second.Content, second.Revision, second.RevisedAt = false, kept, "", 0, time.Time{}
	stored := second
	second.CreatedAt, second.Professional = uneven, "somebody else"
	for _, pair := range [][2]ce.CalendarFeed{{first, first}, {second, stored}} {
		succeed(t, handle.SetCalendarFeed(t.Context(), pair[0]))
		feed, err := handle.CalendarFeed(t.Context())
		succeed(t, err)
		same(t, "set", feed, pair[1], exact)
		found, err := s.Identity().CalendarFeedOwner(t.Context(), pair[0].SecretHash)
		succeed(t, err)
		same(t, "owner", found, owner, nil)
	}
	_, err = s.Identity().CalendarFeedOwner(t.Context(), first.SecretHash)
	fails(t, "the one that was replaced", err, storage.ErrNotFound)

	t.Run("revise", func(t *testing.T) {
		revised := stored
		revised.Content, revised.Revision, revised.RevisedAt = "new", 1, uneven
		other := revised
		other.SecretHash = first.SecretHash
		fails(t, "another secret", handle.ReviseCalendarFeed(t.Context(), other), storage.ErrConflict)
		other = revised
		other.Revision = 2
		fails(t, "another revision", handle.ReviseCalendarFeed(t.Context(), other), storage.ErrConflict)
		given := revised
		given.Alarms, given.CreatedAt = true, instant(99)
		var outcome results
		together(writers, func(int) { outcome.add(handle.ReviseCalendarFeed(t.Context(), given)) })
		outcome.check(t, "at once", 1, storage.ErrConflict)
		feed, err := handle.CalendarFeed(t.Context())
		succeed(t, err)
		revised.RevisedAt = kept
		same(t, "revised", feed, revised, exact)
		profile, err := handle.Profile(t.Context())
		succeed(t, err)
		same(t, "profile", profile, profileOf(owner), exact)
	})
	t.Run("it outlives a change of the profile", func(t *testing.T) {
		before, err := handle.CalendarFeed(t.Context())
		succeed(t, err)
		_, err = handle.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Name = "x"; return nil })
		succeed(t, err)
		after, err := handle.CalendarFeed(t.Context())
		succeed(t, err)
		same(t, "feed", after, before, exact)
	})
	for range 2 {
		succeed(t, handle.RemoveCalendarFeed(t.Context()))
	}
	_, err = handle.CalendarFeed(t.Context())
	fails(t, "removed", err, storage.ErrNotFound)
	_, err = s.Identity().CalendarFeedOwner(t.Context(), stored.SecretHash)
	fails(t, "owner of the removed", err, storage.ErrNotFound)
	stored.Revision = 2
	fails(t, "revise the removed", handle.ReviseCalendarFeed(t.Context(), stored), storage.ErrConflict)
	nobody := s.Professional(ce.ProfessionalID(ce.NewUUID()))
	fails(t, "nobody's", nobody.SetCalendarFeed(t.Context(), first), storage.ErrNotFound)
	_, err = nobody.CalendarFeed(t.Context())
	fails(t, "nobody's", err, storage.ErrNotFound)
	succeed(t, nobody.RemoveCalendarFeed(t.Context()))

	// Of several addresses made at once one works.
	hashes := make([]string, writers)
	together(writers, func(i int) {
		feed := feedOf(owner)
		hashes[i] = feed.SecretHash
		if err := handle.SetCalendarFeed(t.Context(), feed); err != nil {
			t.Error(fmt.Errorf("set: %w", err))
		}
	})
	working := slices.DeleteFunc(hashes, func(hash string) bool {
		_, err := s.Identity().CalendarFeedOwner(t.Context(), hash)
		return err != nil
	})
	same(t, "working addresses", len(working), 1, nil)
}
