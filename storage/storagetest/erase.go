package storagetest

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) erase(t *testing.T) {
	t.Run("everything", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		other, otherHandle := s.newProfile(t)
		var credits []ce.Credit
		var programs []ce.OwnProgram
		var files []ce.Evidence
		var deadlines []ce.OwnDeadline
		feeds := map[ce.ProfessionalID]ce.CalendarFeed{}
		derived := map[ce.ProfessionalID]storage.Derived{}
		emails, sessions, mailTokens := map[ce.ProfessionalID]string{}, map[ce.ProfessionalID]string{}, map[ce.ProfessionalID]string{}
		for _, id := range []ce.ProfessionalID{owner, other} {
			emails[id], sessions[id], mailTokens[id] = ce.NewUUID()+"@example.com", ce.NewUUID(), ce.NewUUID()
			succeed(t, s.Identity().CreateAccount(t.Context(), accountOf(emails[id], id)))
			succeed(t, s.Identity().CreateSession(t.Context(), sessionOf(sessions[id], id)))
			succeed(t, s.Identity().CreateMailToken(t.Context(), mailTokenOf(mailTokens[id], id)))
			handle := s.Professional(id)
			certification := addCertification(t, handle, id)
			addCredit(t, handle, id, day(2026, time.January, 1))
			removed := addCredit(t, handle, id, day(2026, time.January, 2))
			succeed(t, handle.Credits().Remove(t.Context(), removed.ID, instant(4), func(ce.Credit) error { return nil }))
			credits = append(credits, removed)
			addOwnProgram(t, handle, id)
			program := addOwnProgram(t, handle, id)
			succeed(t, handle.OwnPrograms().Remove(t.Context(), program.ID, instant(4), func(ce.OwnProgram) error { return nil }))
			programs = append(programs, program)
			addOwnDeadline(t, handle, id)
			deadline := addOwnDeadline(t, handle, id)
			succeed(t, handle.OwnDeadlines().Remove(t.Context(), deadline.ID, instant(4), func(ce.OwnDeadline) error { return nil }))
			deadlines = append(deadlines, deadline)
			addEvidence(t, handle, id)
			file := addEvidence(t, handle, id)
			succeed(t, handle.Evidence().Remove(t.Context(), file.ID, instant(4), func(ce.Evidence) error { return nil }))
			files = append(files, file)
			feeds[id] = feedOf(id)
			succeed(t, handle.SetCalendarFeed(t.Context(), feeds[id]))
			turn, err := handle.Begin(t.Context())
			succeed(t, err)
			standing := standingOf(certification.ID, "x", day(2027, time.January, 1), day(2026, time.December, 31))
			derived[id] = storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}, Plan: planOf(standing.Deadlines[0], instant(5000))}
			addReminders(t, handle)
			succeed(t, saveDerived(t.Context(), handle, derived[id]))
		}
		untouched := everythingOf(t, otherHandle)
		_, err := handle.ErasedAt(t.Context())
		fails(t, "ErasedAt before", err, storage.ErrNotFound)

		succeed(t, handle.Erase(t.Context(), instant(10)))
		all := everythingOf(t, handle)
		all.isEmpty(t)
		same(t, "marks", all.marks, []storage.Mark(nil), loose)
		_, err = handle.Profile(t.Context())
		fails(t, "Profile", err, storage.ErrNotFound)
		_, err = handle.CreateProfile(t.Context(), profileOf(owner))
		fails(t, "CreateProfile", err, storage.ErrRemoved)
		_, err = handle.UpdateProfile(t.Context(), func(*ce.Professional) error { return nil })
		fails(t, "UpdateProfile", err, storage.ErrNotFound)
		_, err = handle.Begin(t.Context())
		fails(t, "Begin", err, storage.ErrNotFound)
		_, err = handle.Evidence().Create(t.Context(), evidenceOf(owner), "digest")
		fails(t, "Create evidence", err, storage.ErrNotFound)
		_, err = handle.RestoreEvidence(t.Context(), files[0])
		fails(t, "RestoreEvidence", err, storage.ErrNotFound)
		if saveDerived(t.Context(), handle, derived[owner]) == nil {
			t.Error("a refresh that began before the erasure saved")
		}
		everythingOf(t, handle).isEmpty(t)
		_, err = s.Identity().AccountByEmail(t.Context(), emails[owner])
		fails(t, "AccountByEmail", err, storage.ErrNotFound)
		_, err = s.Identity().AccountOf(t.Context(), owner)
		fails(t, "AccountOf", err, storage.ErrNotFound)
		_, err = s.Identity().UpdateSession(t.Context(), sessions[owner], func(*storage.Session) error { return nil })
		fails(t, "UpdateSession", err, storage.ErrNotFound)
		_, err = s.Identity().MailToken(t.Context(), mailTokens[owner])
		fails(t, "MailToken", err, storage.ErrNotFound)

		_, err = s.Identity().CalendarFeedOwner(t.Context(), feeds[owner].SecretHash)
		fails(t, "CalendarFeedOwner", err, storage.ErrNotFound)
		fails(t, "SetCalendarFeed", handle.SetCalendarFeed(t.Context(), feeds[owner]), storage.ErrNotFound)

		succeed(t, handle.Erase(t.Context(), instant(20)))
		at, err := handle.ErasedAt(t.Context())
		succeed(t, err)
		same(t, "the first instant stays", at, instant(10), exact)
		unfinished, err := s.System().Unfinished(t.Context(), instant(1000), 10_000)
		succeed(t, err)
		for _, one := range unfinished {
			if one.Professional == owner {
				t.Errorf("unfinished after the erasure: %+v", one)
			}
		}

		same(t, "the other's data", everythingOf(t, otherHandle), untouched, append(loose, allowListing))
		_, err = otherHandle.Credits().Create(t.Context(), credits[1], "digest")
		fails(t, "the other's tombstone", err, storage.ErrRemoved)
		_, err = otherHandle.OwnPrograms().Create(t.Context(), programs[1], "digest")
		fails(t, "the other's tombstone of an own program", err, storage.ErrRemoved)
		_, err = otherHandle.OwnDeadlines().Create(t.Context(), deadlines[1], "digest")
		fails(t, "the other's tombstone of an own deadline", err, storage.ErrRemoved)
		_, err = otherHandle.Evidence().Create(t.Context(), files[1], "digest")
		fails(t, "the other's tombstone of evidence", err, storage.ErrRemoved)
		feedOwner, err := s.Identity().CalendarFeedOwner(t.Context(), feeds[other].SecretHash)
		succeed(t, err)
		same(t, "owner of the other's feed", feedOwner, other, nil)
		_, err = s.Identity().AccountByEmail(t.Context(), emails[other])
		succeed(t, err)
		_, err = s.Identity().UpdateSession(t.Context(), sessions[other], func(*storage.Session) error { return storage.ErrUnchanged })
		succeed(t, err)
		_, err = s.Identity().MailToken(t.Context(), mailTokens[other])
		succeed(t, err)

		// The e-mail is free again, and the erased one's tombstones are gone with the rest.
		succeed(t, s.Identity().CreateAccount(t.Context(), accountOf(emails[owner], ce.ProfessionalID(ce.NewUUID()))))
		_, err = otherHandle.Credits().Create(t.Context(), credits[0], "digest")
		succeed(t, err)
		_, err = otherHandle.OwnPrograms().Create(t.Context(), programs[0], "digest")
		succeed(t, err)
		_, err = otherHandle.OwnDeadlines().Create(t.Context(), deadlines[0], "digest")
		succeed(t, err)
		_, err = otherHandle.Evidence().Create(t.Context(), files[0], "digest")
		succeed(t, err)
	})
	t.Run("starting anew", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		addCredit(t, handle, owner, day(2026, time.January, 1))
		turn, err := handle.Begin(t.Context())
		succeed(t, err)
		succeed(t, handle.Erase(t.Context(), instant(10)))
		profile := profileOf(owner)
		for _, early := range []int{9, 10} {
			profile.CreatedAt = instant(early)
			_, err = handle.CreateProfile(t.Context(), profile)
			fails(t, "made before the erasure", err, storage.ErrRemoved)
		}
		profile.CreatedAt, profile.Name = instant(11), "Zoë anew"
		created, err := handle.CreateProfile(t.Context(), profile)
		succeed(t, err)
		same(t, "created", created, profile, exact)
		_, err = handle.ErasedAt(t.Context())
		fails(t, "ErasedAt", err, storage.ErrNotFound)
		everythingOf(t, handle).isEmpty(t)

		next, err := handle.Begin(t.Context())
		succeed(t, err)
		same(t, "turn", next, storage.Turn{Sequence: next.Sequence, Profile: profile}, loose)
		if next.Sequence <= turn.Sequence {
			t.Errorf("number %d was given after %d", next.Sequence, turn.Sequence)
		}
		succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: next.Sequence}))
		standing := standingOf(ce.CertificationID(ce.NewUUID()), "erased", ce.Date{}, day(2026, time.December, 31))
		_, err = handle.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}})
		fails(t, "a refresh that began before the erasure", err, storage.ErrOvertaken)
		addCredit(t, handle, owner, day(2026, time.January, 1))
		succeed(t, handle.Erase(t.Context(), instant(20)))
		at, err := handle.ErasedAt(t.Context())
		succeed(t, err)
		same(t, "erased again", at, instant(20), exact)
	})
	t.Run("without a profile", func(t *testing.T) {
		id, email := ce.ProfessionalID(ce.NewUUID()), ce.NewUUID()+"@example.com"
		succeed(t, s.Identity().CreateAccount(t.Context(), accountOf(email, id)))
		succeed(t, s.Professional(id).Erase(t.Context(), uneven))
		at, err := s.Professional(id).ErasedAt(t.Context())
		succeed(t, err)
		same(t, "instant", at, kept, exact)
		_, err = s.Identity().AccountByEmail(t.Context(), email)
		fails(t, "AccountByEmail", err, storage.ErrNotFound)
		profile := profileOf(id)
		profile.CreatedAt = kept
		_, err = s.Professional(id).CreateProfile(t.Context(), profile)
		fails(t, "CreateProfile", err, storage.ErrRemoved)
	})
}
