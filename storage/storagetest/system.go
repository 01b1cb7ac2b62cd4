package storagetest

import (
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) unfinished(t *testing.T) {
	at := func(year int) time.Time { return time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC) }
	owner, handle := s.newProfile(t)
	second, secondHandle := s.newProfile(t)
	find := func(before time.Time, limit int) []storage.Unfinished {
		t.Helper()
		found, err := s.System().Unfinished(t.Context(), before, limit)
		succeed(t, err)
		slices.SortFunc(found, func(a, b storage.Unfinished) int {
			if a.Professional == owner {
				return -1
			}
			return 1
		})
		return found
	}
	first, other := storage.Unfinished{Professional: owner}, storage.Unfinished{Professional: second}
	credit := creditOf(owner, day(2026, time.January, 1))
	credit.UpdatedAt = at(2001)
	_, err := handle.Credits().Create(t.Context(), credit, "digest")
	succeed(t, err)
	same(t, "before it", find(at(2001), 10), []storage.Unfinished(nil), loose)
	same(t, "created", find(at(2001).Add(time.Millisecond), 10), []storage.Unfinished{first}, nil)

	certification := certificationOf(owner)
	certification.UpdatedAt = at(2002)
	_, err = handle.Certifications().Create(t.Context(), certification, "digest")
	succeed(t, err)
	same(t, "once for two facts", find(at(2003), 10), []storage.Unfinished{first}, nil)

	_, err = handle.Credits().Update(t.Context(), credit.ID, func(c *ce.Credit) error { c.UpdatedAt = at(2003); return nil })
	succeed(t, err)
	same(t, "an update moves the instant", find(at(2002), 10), []storage.Unfinished(nil), loose)
	_, err = secondHandle.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.UpdatedAt = at(2002); return nil })
	succeed(t, err)
	same(t, "two", find(at(2003), 10), []storage.Unfinished{first, other}, nil)
	same(t, "limit", len(find(at(2003), 1)), 1, nil)

	succeed(t, handle.Credits().Remove(t.Context(), credit.ID, at(2004), func(ce.Credit) error { return nil }))
	marks := marksOf(t, handle)
	succeed(t, handle.ClearMarks(t.Context(), slices.DeleteFunc(slices.Clone(marks), func(m storage.Mark) bool { return m.Kind == storage.MarkedCredit })))
	same(t, "removed, too early", find(at(2004), 10), []storage.Unfinished{other}, nil)
	same(t, "removed", find(at(2005), 10), []storage.Unfinished{first, other}, nil)
	succeed(t, handle.ClearMarks(t.Context(), marks))
	same(t, "cleared", find(at(2005), 10), []storage.Unfinished{other}, nil)
	program := ownProgramOf(owner)
	program.UpdatedAt = at(2004)
	_, err = handle.OwnPrograms().Create(t.Context(), program, "digest")
	succeed(t, err)
	same(t, "own program", find(at(2005), 10), []storage.Unfinished{first, other}, nil)
	succeed(t, handle.ClearMarks(t.Context(), marksOf(t, handle)))
	succeed(t, secondHandle.ClearMarks(t.Context(), marksOf(t, secondHandle)))
	same(t, "all cleared", find(at(2005), 10), []storage.Unfinished(nil), loose)
}

func (s suite) dueStandings(t *testing.T) {
	type changes = []ce.Date
	var owners []ce.ProfessionalID
	save := func(handle storage.Professional, days changes) {
		t.Helper()
		turn, err := handle.Begin(t.Context())
		succeed(t, err)
		derived := storage.Derived{Sequence: turn.Sequence}
		for _, on := range days {
			derived.Standings = append(derived.Standings, standingOf(ce.CertificationID(ce.NewUUID()), "x", on))
		}
		succeed(t, saveDerived(t.Context(), handle, derived))
	}
	for _, days := range []changes{
		{day(1990, time.March, 3), day(1990, time.March, 1)},
		{day(1990, time.March, 2), {}},
		{{}},
		{day(1990, time.March, 4), day(2030, time.January, 1)},
	} {
		owner, handle := s.newProfile(t)
		owners = append(owners, owner)
		save(handle, days)
	}
	due := func(on ce.Date, limit int) []ce.ProfessionalID {
		t.Helper()
		got, err := s.System().DueStandings(t.Context(), on, limit)
		succeed(t, err)
		return got
	}
	same(t, "none yet", due(day(1990, time.February, 28), 10), []ce.ProfessionalID(nil), loose)
	same(t, "on the day", due(day(1990, time.March, 1), 10), owners[:1], loose)
	same(t, "earliest first, each once", due(day(1990, time.March, 9), 10), []ce.ProfessionalID{owners[0], owners[1], owners[3]}, loose)
	same(t, "limit", due(day(1990, time.March, 9), 2), owners[:2], loose)
	save(s.Professional(owners[0]), changes{day(2031, time.January, 1)})
	succeed(t, s.Professional(owners[1]).Erase(t.Context(), instant(0)))
	same(t, "saved again, erased", due(day(1990, time.March, 9), 10), owners[3:], loose)
	save(s.Professional(owners[3]), nil)
	same(t, "none left", due(day(1990, time.March, 9), 10), []ce.ProfessionalID(nil), loose)
}

func (s suite) outdatedStandings(t *testing.T) {
	outdated := func(rules string, limit int) []ce.ProfessionalID {
		t.Helper()
		got, err := s.System().OutdatedStandings(t.Context(), rules, limit)
		succeed(t, err)
		slices.Sort(got)
		return got
	}
	var owners []ce.ProfessionalID
	save := func(handle storage.Professional, rules string) {
		t.Helper()
		turn, err := handle.Begin(t.Context())
		succeed(t, err)
		succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Rules: rules}))
	}
	// What other cases of this suite saved has no rules at all, and comes first.
	base := len(outdated("m", 1000))
	for _, rules := range []string{"a", "m", "z"} {
		owner, handle := s.newProfile(t)
		owners = append(owners, owner)
		save(handle, rules)
	}
	has := func(what, rules string, want ...ce.ProfessionalID) {
		t.Helper()
		got := outdated(rules, 1000)
		if len(got) != base+len(want) {
			t.Errorf("%s: %d more, want %d", what, len(got)-base, len(want))
		}
		for _, owner := range want {
			if !slices.Contains(got, owner) {
				t.Errorf("%s: %s is missing", what, owner)
			}
		}
	}
	has("lower and higher", "m", owners[0], owners[2])
	same(t, "limit", len(outdated("m", base+1)), base+1, nil)
	save(s.Professional(owners[0]), "m")
	succeed(t, s.Professional(owners[2]).Erase(t.Context(), instant(0)))
	has("saved again, erased", "m")
}

func (s suite) purge(t *testing.T) {
	const each = 3
	at := func(year int) time.Time { return time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC) }
	agree := func(ce.Credit) error { return nil }
	owner, handle := s.newProfile(t)
	var credits []ce.Credit
	var erased []ce.ProfessionalID
	var sessions, mailTokens, keys []string
	for range each {
		credit := addCredit(t, handle, owner, day(2026, time.January, 1))
		succeed(t, handle.Credits().Remove(t.Context(), credit.ID, at(2001), agree))
		credits = append(credits, credit)

		id := ce.ProfessionalID(ce.NewUUID())
		succeed(t, s.Professional(id).Erase(t.Context(), at(2001)))
		erased = append(erased, id)

		session := sessionOf(ce.NewUUID(), owner)
		session.ExpiresAt = at(2002)
		succeed(t, s.Identity().CreateSession(t.Context(), session))
		sessions = append(sessions, session.ID)

		token := mailTokenOf(ce.NewUUID(), owner)
		token.ExpiresAt = at(2002)
		succeed(t, s.Identity().CreateMailToken(t.Context(), token))
		mailTokens = append(mailTokens, token.ID)

		keys = append(keys, ce.NewUUID())
		_, err := s.Identity().Attempt(t.Context(), keys[len(keys)-1], at(2001), at(2002))
		succeed(t, err)
	}
	for n := range each {
		device := deviceOf("purged"+ce.NewUUID(), at(2001))
		device.SeenAt = at(2001)
		_, err := handle.RegisterDevice(t.Context(), device)
		succeed(t, err)
		succeed(t, handle.CreateNotification(t.Context(), notificationOf(ce.NewUUID(), at(2001).Add(time.Duration(n)*time.Hour))))
		succeed(t, handle.AddCreditNews(t.Context(), at(2001), newsOf(at(2001).Add(time.Duration(n)*time.Hour))))
	}
	seen := deviceOf("kept"+ce.NewUUID(), at(2001))
	seen.SeenAt = at(2003).Add(-ce.DeviceKept)
	_, err := handle.RegisterDevice(t.Context(), seen)
	succeed(t, err)
	young := notificationOf(ce.NewUUID(), at(2003).Add(-ce.NotificationKept))
	succeed(t, handle.CreateNotification(t.Context(), young))
	fresh := newsOf(young.CreatedAt)
	succeed(t, handle.AddCreditNews(t.Context(), at(2001), fresh))
	certification := addCertification(t, handle, owner)
	succeed(t, handle.Certifications().Remove(t.Context(), certification.ID, at(2001), func(ce.Certification) error { return nil }))
	program := addOwnProgram(t, handle, owner)
	succeed(t, handle.OwnPrograms().Remove(t.Context(), program.ID, at(2001), func(ce.OwnProgram) error { return nil }))
	deadline := addOwnDeadline(t, handle, owner)
	succeed(t, handle.OwnDeadlines().Remove(t.Context(), deadline.ID, at(2001), func(ce.OwnDeadline) error { return nil }))
	file := addEvidence(t, handle, owner)
	succeed(t, handle.Evidence().Remove(t.Context(), file.ID, at(2001), func(ce.Evidence) error { return nil }))
	succeed(t, handle.ClearMarks(t.Context(), marksOf(t, handle)))
	kept := addCredit(t, handle, owner, day(2026, time.January, 1))
	recent := addCredit(t, handle, owner, day(2026, time.January, 2))
	succeed(t, handle.Credits().Remove(t.Context(), recent.ID, at(2003), agree))

	left := func() (n [4]int) {
		t.Helper()
		for i := range each {
			if _, err := handle.Credits().Create(t.Context(), credits[i], "another digest"); err != nil {
				fails(t, "tombstone", err, storage.ErrConflict)
				n[0]++
			} else {
				succeed(t, handle.Credits().Remove(t.Context(), credits[i].ID, at(2009), agree))
				credits[i] = creditOf(owner, day(2026, time.January, 1)) // gone: never counted again
			}
			if _, err := s.Professional(erased[i]).ErasedAt(t.Context()); err == nil {
				n[1]++
			}
			if _, err := s.Identity().UpdateSession(t.Context(), sessions[i], func(*storage.Session) error { return storage.ErrUnchanged }); err == nil {
				n[2]++
			}
			if _, err := s.Identity().MailToken(t.Context(), mailTokens[i]); err == nil {
				n[3]++
			}
		}
		return n
	}
	purge := func(now, tombstones time.Time, limit int) bool {
		t.Helper()
		more, err := s.System().Purge(t.Context(), now, tombstones, limit)
		succeed(t, err)
		return more
	}
	same(t, "nothing is old enough", purge(at(2002), at(2001), 100), false, nil)
	same(t, "all left", left(), [4]int{each, each, each, each}, nil)
	same(t, "limit reached", purge(at(2003), at(2001), 2), true, nil)
	same(t, "two of the sessions and mail tokens purged", left(), [4]int{each, each, each - 2, each - 2}, nil)
	for range 10 {
		if !purge(at(2003), at(2002), 2) {
			break
		}
	}
	same(t, "nothing more", purge(at(2003), at(2002), 2), false, nil)
	same(t, "none left", left(), [4]int{}, nil)
	remaining := everythingOf(t, handle)
	news, err := s.System().ClaimCreditNews(t.Context(), at(2001), at(2010), 10)
	succeed(t, err)
	same(t, "news left", news[0].News, []ce.CreditNews{fresh}, exact)
	same(t, "devices left", len(remaining.devices), 1, nil)
	same(t, "the notification left", len(remaining.notifications) == 1 && remaining.notifications[0].ID == young.ID, true, nil)
	_, err = handle.Certifications().Create(t.Context(), certification, "another digest")
	succeed(t, err)
	_, err = handle.OwnPrograms().Create(t.Context(), program, "another digest")
	succeed(t, err)
	_, err = handle.OwnDeadlines().Create(t.Context(), deadline, "another digest")
	succeed(t, err)
	_, err = handle.Evidence().Create(t.Context(), file, "another digest")
	succeed(t, err)
	_, err = handle.Credits().Get(t.Context(), kept.ID)
	succeed(t, err)
	_, err = handle.Credits().Create(t.Context(), recent, "digest")
	fails(t, "a tombstone that is not old", err, storage.ErrRemoved)
}

func (s suite) leases(t *testing.T) {
	system := s.System()
	name := ce.NewUUID()
	first, err := system.AcquireLease(t.Context(), name, instant(0), instant(10))
	succeed(t, err)
	if first.Token == "" {
		t.Error("the lease has no token")
	}
	same(t, "acquired", first, storage.Lease{Name: name, Token: first.Token, ExpiresAt: instant(10)}, exact)
	_, err = system.AcquireLease(t.Context(), name, instant(9), instant(19))
	fails(t, "held", err, storage.ErrLeaseLost)
	_, err = system.AcquireLease(t.Context(), ce.NewUUID(), instant(9), instant(19))
	succeed(t, err)

	renewed, err := system.RenewLease(t.Context(), first, instant(20))
	succeed(t, err)
	same(t, "renewed", renewed, storage.Lease{Name: name, Token: first.Token, ExpiresAt: instant(20)}, exact)
	_, err = system.AcquireLease(t.Context(), name, instant(19), instant(29))
	fails(t, "still held", err, storage.ErrLeaseLost)

	second, err := system.AcquireLease(t.Context(), name, instant(20), instant(30))
	succeed(t, err)
	if second.Token == first.Token {
		t.Error("two holders have the same token")
	}
	_, err = system.RenewLease(t.Context(), renewed, instant(40))
	fails(t, "renew a lost one", err, storage.ErrLeaseLost)
	fails(t, "release a lost one", system.ReleaseLease(t.Context(), renewed), storage.ErrLeaseLost)
	_, err = system.AcquireLease(t.Context(), name, instant(29), instant(39))
	fails(t, "held by the second", err, storage.ErrLeaseLost)

	succeed(t, system.ReleaseLease(t.Context(), second))
	fails(t, "release again", system.ReleaseLease(t.Context(), second), storage.ErrLeaseLost)
	_, err = system.RenewLease(t.Context(), second, instant(40))
	fails(t, "renew a released one", err, storage.ErrLeaseLost)
	_, err = system.AcquireLease(t.Context(), name, instant(21), instant(31))
	succeed(t, err)
}
