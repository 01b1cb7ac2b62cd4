package storagetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) marks(t *testing.T) {
	owner, handle := s.newProfile(t)
	wantMarks := func(what string, want ...storage.Mark) {
		t.Helper()
		same(t, what, marksOf(t, handle), inOrder(want), loose)
	}
	wantMarks("a new profile is not marked: nothing is derived from it alone")

	certification := addCertification(t, handle, owner)
	credit := addCredit(t, handle, owner, day(2026, time.January, 1))
	certificationMark := storage.Mark{Kind: storage.MarkedCertification, ID: string(certification.ID), Version: 1}
	program := addOwnProgram(t, handle, owner)
	programMark := storage.Mark{Kind: storage.MarkedOwnProgram, ID: string(program.ID), Version: 1}
	creditMark := storage.Mark{Kind: storage.MarkedCredit, ID: string(credit.ID), Version: 1}
	profileMark := storage.Mark{Kind: storage.MarkedProfile, ID: string(owner), Version: 2}
	deadline := addOwnDeadline(t, handle, owner)
	deadlineMark := storage.Mark{Kind: storage.MarkedOwnDeadline, ID: string(deadline.ID), Version: 1}
	wantMarks("created", certificationMark, creditMark, programMark, deadlineMark)

	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{deadlineMark}))
	wantMarks("own deadline cleared", certificationMark, creditMark, programMark)
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{programMark}))
	wantMarks("own program cleared", certificationMark, creditMark)

	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{creditMark}))
	wantMarks("credit cleared", certificationMark)
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{creditMark}))
	succeed(t, handle.ClearMarks(t.Context(), nil))
	wantMarks("cleared again", certificationMark)

	_, err := handle.Credits().Create(t.Context(), credit, "digest")
	succeed(t, err)
	_, err = handle.Credits().Update(t.Context(), credit.ID, func(*ce.Credit) error { return storage.ErrUnchanged })
	succeed(t, err)
	_, err = handle.Credits().Update(t.Context(), credit.ID, func(*ce.Credit) error { return errors.New("refused") })
	if err == nil {
		t.Error("the refusing change succeeded")
	}
	wantMarks("nothing was written", certificationMark)

	_, err = handle.Credits().Update(t.Context(), credit.ID, func(c *ce.Credit) error { c.Title = "x"; return nil })
	succeed(t, err)
	_, err = handle.Certifications().Update(t.Context(), certification.ID, func(c *ce.Certification) error { c.Number = "x"; return nil })
	succeed(t, err)
	_, err = handle.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.TimeZone = "UTC"; return nil })
	succeed(t, err)
	_, err = handle.OwnPrograms().Update(t.Context(), program.ID, func(p *ce.OwnProgram) error { p.Texts = p.Texts[:1]; return nil })
	succeed(t, err)
	_, err = handle.OwnDeadlines().Update(t.Context(), deadline.ID, func(d *ce.OwnDeadline) error { d.Title = "x"; return nil })
	succeed(t, err)
	wantMarks("own deadline updated", storage.Mark{Kind: storage.MarkedOwnDeadline, ID: string(deadline.ID), Version: 2},
		storage.Mark{Kind: storage.MarkedCertification, ID: string(certification.ID), Version: 2},
		storage.Mark{Kind: storage.MarkedCredit, ID: string(credit.ID), Version: 2},
		storage.Mark{Kind: storage.MarkedOwnProgram, ID: string(program.ID), Version: 2}, profileMark)
	succeed(t, handle.OwnDeadlines().Remove(t.Context(), deadline.ID, instant(7), func(ce.OwnDeadline) error { return nil }))
	deadlineMark.Version = 3
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{deadlineMark}))
	creditMark.Version, programMark.Version = 2, 2
	stale := certificationMark
	certificationMark.Version = 2
	wantMarks("updated", certificationMark, creditMark, programMark, profileMark)

	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{stale, profileMark}))
	wantMarks("a stale version clears nothing", certificationMark, creditMark, programMark)

	before := creditMark
	succeed(t, handle.Credits().Remove(t.Context(), credit.ID, instant(7), func(ce.Credit) error { return nil }))
	succeed(t, handle.OwnPrograms().Remove(t.Context(), program.ID, instant(7), func(ce.OwnProgram) error { return nil }))
	creditMark.Version, programMark.Version = 3, 3
	wantMarks("removed", certificationMark, creditMark, programMark)
	succeed(t, handle.Credits().Remove(t.Context(), credit.ID, instant(8), func(ce.Credit) error { return nil }))
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{before}))
	wantMarks("the version before the removal clears nothing", certificationMark, creditMark, programMark)
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{creditMark, certificationMark, programMark}))
	wantMarks("all cleared")
	succeed(t, handle.Credits().Remove(t.Context(), credit.ID, instant(9), func(ce.Credit) error { return nil }))
	wantMarks("removed again")
}

func (s suite) derived(t *testing.T) {
	save := func(handle storage.Professional, sequence int64, standings ...ce.Standing) error {
		return saveDerived(t.Context(), handle, storage.Derived{Sequence: sequence, Standings: standings})
	}
	t.Run("numbers and profile", func(t *testing.T) {
		id, handle := s.newProfile(t)
		var last int64
		for range 2 {
			turn, err := handle.Begin(t.Context())
			succeed(t, err)
			if turn.Sequence <= last {
				t.Errorf("number %d follows %d", turn.Sequence, last)
			}
			last = turn.Sequence
			same(t, "turn", turn, storage.Turn{Sequence: last, Profile: profileOf(id)}, loose)
			sequence, err := handle.SaveDerived(t.Context(), storage.Derived{Sequence: last})
			succeed(t, err)
			same(t, "the number taken last", sequence, last, nil)
			next, err := handle.Begin(t.Context())
			succeed(t, err)
			sequence, err = handle.SaveDerived(t.Context(), storage.Derived{Sequence: last})
			succeed(t, err)
			same(t, "the number taken since", sequence, next.Sequence, nil)
			last = next.Sequence
		}
		_, err := s.Professional(ce.ProfessionalID(ce.NewUUID())).Begin(t.Context())
		fails(t, "nobody", err, storage.ErrNotFound)
	})
	t.Run("saved numbers", func(t *testing.T) {
		id, handle := s.newProfile(t)
		other, another := s.newProfile(t)
		none := ce.ProfessionalID(ce.NewUUID())
		saved := func() map[ce.ProfessionalID]int64 {
			t.Helper()
			sequences, err := s.System().SavedSequences(t.Context(), []ce.ProfessionalID{id, other, none})
			succeed(t, err)
			return sequences
		}
		same(t, "before any", len(saved()), 0, nil)
		first, err := handle.Begin(t.Context())
		succeed(t, err)
		second, err := handle.Begin(t.Context())
		succeed(t, err)
		succeed(t, save(another, 2))
		succeed(t, save(handle, second.Sequence))
		same(t, "saved", saved(), map[ce.ProfessionalID]int64{id: second.Sequence, other: 2}, nil)
		fails(t, "a lower one", save(handle, first.Sequence), storage.ErrOvertaken)
		succeed(t, save(another, 7))
		same(t, "saved again", saved(), map[ce.ProfessionalID]int64{id: second.Sequence, other: 7}, nil)
		succeed(t, handle.Erase(t.Context(), instant(0)))
		same(t, "erased", saved(), map[ce.ProfessionalID]int64{other: 7}, nil)
		nobody, err := s.System().SavedSequences(t.Context(), nil)
		succeed(t, err)
		same(t, "of nobody", len(nobody), 0, nil)
	})
	t.Run("facts", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		credits, err := handle.ReadCredits(t.Context())
		succeed(t, err)
		same(t, "none", credits, storage.Marked[ce.Credit]{}, loose)
		certification := addCertification(t, handle, owner)
		old := addCredit(t, handle, owner, day(2025, time.January, 1))
		recent := addCredit(t, handle, owner, day(2026, time.January, 1))
		succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{{Kind: storage.MarkedCredit, ID: string(recent.ID), Version: 1}}))
		certifications, err := handle.ReadCertifications(t.Context())
		succeed(t, err)
		same(t, "certifications", certifications.Marked, storage.Marked[ce.Certification]{
			Items: []ce.Certification{certification},
			Marks: []storage.Mark{{Kind: storage.MarkedCertification, ID: string(certification.ID), Version: 1}},
		}, exact)
		credits, err = handle.ReadCredits(t.Context())
		succeed(t, err)
		same(t, "credits", credits, storage.Marked[ce.Credit]{
			Items: []ce.Credit{recent, old},
			Marks: []storage.Mark{{Kind: storage.MarkedCredit, ID: string(old.ID), Version: 1}},
		}, exact)
	})
	t.Run("saved and overtaken", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		one, two := addCertification(t, handle, owner).ID, addCertification(t, handle, owner).ID
		var numbers [6]int64 // from 1
		for i := range 5 {
			turn, err := handle.Begin(t.Context())
			succeed(t, err)
			numbers[i+1] = turn.Sequence
		}
		want := func(what string, standings ...ce.Standing) {
			t.Helper()
			wantStandings, wantDeadlines := map[ce.CertificationID]ce.Standing{}, 0
			for _, standing := range standings {
				wantStandings[standing.Certification] = shown(standing)
				wantDeadlines += len(standing.Deadlines)
			}
			got := everythingOf(t, handle)
			same(t, what, got.standings, wantStandings, loose)
			same(t, what+": deadlines", len(got.deadlines), wantDeadlines, nil)
			for _, deadline := range got.deadlines {
				same(t, what+": deadline", string(deadline.Title), wantStandings[deadline.Certification].Requirements[0].Title, nil)
			}
		}
		next := day(2027, time.January, 1)
		due := day(2026, time.December, 31)
		first, second := standingOf(one, "first", next, due, due.AddDays(9)), standingOf(two, "second", ce.Date{}, due)
		bare := ce.Standing{Certification: two, Program: "iia-cia", AsOf: due, Outcome: ce.Met, Phase: ce.Open, Requirements: []ce.RequirementStanding{{ID: "x", Title: "bare"}}}
		want("nothing saved")
		succeed(t, save(handle, numbers[2], first, second))
		want("saved", first, second)
		fails(t, "lower", save(handle, numbers[1], first), storage.ErrOvertaken)
		fails(t, "lower and empty", save(handle, numbers[1]), storage.ErrOvertaken)
		want("overtaken", first, second)
		first.Requirements[0].Title, first.Deadlines[0].Title, first.Deadlines = "first again", "first again", first.Deadlines[:1]
		succeed(t, save(handle, numbers[2], first, bare))
		want("equal replaces, a deadline less", first, bare)
		first.Outcome, bare.ChangesOn = ce.Met, next
		succeed(t, save(handle, numbers[2], first, bare))
		want("the deadlines stay, the rest differs", first, bare)
		succeed(t, save(handle, numbers[3], second))
		want("higher replaces, a standing less", second)
		succeed(t, save(handle, numbers[4]))
		want("none left")
		fails(t, "overtaken by an empty one", save(handle, numbers[3], first), storage.ErrOvertaken)
		want("still none")
		succeed(t, save(handle, numbers[5], first))
		want("back", first)
	})
	t.Run("saved at once", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		certification := addCertification(t, handle, owner).ID
		turns := make([]storage.Turn, 8)
		for i := range turns {
			var err error
			turns[i], err = handle.Begin(t.Context())
			succeed(t, err)
		}
		together(len(turns), func(i int) {
			standing := standingOf(certification, string(rune('A'+i)), ce.Date{}, day(2026, time.December, 31))
			if err := save(handle, turns[i].Sequence, standing); err != nil && !errors.Is(err, storage.ErrOvertaken) {
				t.Errorf("save: %v", err)
			}
		})
		got := everythingOf(t, handle)
		same(t, "standing", got.standings[certification].Requirements[0].Title, "H", nil)
		same(t, "deadline", string(got.deadlines[0].Title), "H", nil)
	})
}

func (s suite) deadlines(t *testing.T) {
	owner, handle := s.newProfile(t)
	one, two := addCertification(t, handle, owner).ID, addCertification(t, handle, owner).ID
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	due := day(2026, time.June, 30)
	a := standingOf(one, "a", ce.Date{}, due, due.AddDays(-10), due.AddDays(20))
	b := standingOf(two, "b", ce.Date{}, due.AddDays(10), due)
	b.Deadlines[0].Requirement, b.Deadlines[0].ID, b.Deadlines[0].Status = "", ce.NewDeadlineID(two, "2024", ce.DeadlineAnnual, ""), ce.DeadlineMet
	succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{a, b}}))
	all := slices.SortedFunc(slices.Values(slices.Concat(a.Deadlines, b.Deadlines)), func(x, y ce.Deadline) int {
		if x.DueOn != y.DueOn {
			return x.DueOn.Compare(y.DueOn)
		}
		return strings.Compare(string(x.ID), string(y.ID))
	})
	list := func(filter storage.DeadlineFilter, first int, before []ce.Deadline) storage.Slice[ce.Deadline] {
		t.Helper()
		slice, err := handle.ListDeadlines(t.Context(), filter, page(first, before, deadlineKey))
		succeed(t, err)
		return slice
	}
	same(t, "all, soonest first", list(storage.DeadlineFilter{}, 5, nil), storage.Slice[ce.Deadline]{Items: all}, exact)
	same(t, "first page", list(storage.DeadlineFilter{}, 2, nil), storage.Slice[ce.Deadline]{Items: all[:2], More: true}, exact)
	same(t, "second page", list(storage.DeadlineFilter{}, 2, all[:2]), storage.Slice[ce.Deadline]{Items: all[2:4], More: true}, exact)
	same(t, "last page", list(storage.DeadlineFilter{}, 2, all[:4]), storage.Slice[ce.Deadline]{Items: all[4:]}, exact)
	same(t, "after the last", list(storage.DeadlineFilter{}, 2, all), storage.Slice[ce.Deadline]{}, loose)
	same(t, "until", list(storage.DeadlineFilter{Until: due}, 5, nil), storage.Slice[ce.Deadline]{Items: all[:3]}, exact)
	same(t, "until, paged", list(storage.DeadlineFilter{Until: due}, 2, all[:1]), storage.Slice[ce.Deadline]{Items: all[1:3]}, exact)
	same(t, "of a certification", list(storage.DeadlineFilter{Certification: two}, 1, nil).More, true, exact)
	same(t, "of a certification, until", list(storage.DeadlineFilter{Certification: two, Until: due}, 5, nil),
		storage.Slice[ce.Deadline]{Items: []ce.Deadline{b.Deadlines[1]}}, exact)
	same(t, "of none", list(storage.DeadlineFilter{Certification: "none"}, 5, nil), storage.Slice[ce.Deadline]{}, loose)
}
