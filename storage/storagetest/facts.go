package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) certifications(t *testing.T) {
	owner, handle := s.newProfile(t)
	full := certificationOf(owner)
	bare := ce.Certification{ID: ce.CertificationID(ce.NewUUID()), Professional: owner, Version: 1, Program: "iia-cia", TimeZone: "UTC", CreatedAt: instant(1), UpdatedAt: instant(1)}
	first := certificationOf(owner)
	first.CreatedAt = instant(0)
	for _, certification := range []ce.Certification{full, bare, first} {
		created, err := handle.Certifications().Create(t.Context(), certification, "digest")
		succeed(t, err)
		same(t, "created", created, certification, loose)
		read, err := handle.Certifications().Get(t.Context(), certification.ID)
		succeed(t, err)
		same(t, "read", read, certification, loose)
	}
	want := []ce.Certification{first, full, bare}
	if bare.ID < full.ID {
		want[1], want[2] = bare, full
	}
	all, err := handle.ReadCertifications(t.Context())
	succeed(t, err)
	same(t, "all, oldest first", all.Items, want, loose)

	_, nobody := s.newProfile(t)
	all, err = nobody.ReadCertifications(t.Context())
	succeed(t, err)
	same(t, "none", all, storage.Held{}, loose)
}

func (s suite) credits(t *testing.T) {
	owner, handle := s.newProfile(t)
	change := func(change func(*ce.Credit)) ce.Credit {
		credit := creditOf(owner, day(2026, time.February, 28))
		change(&credit)
		return credit
	}
	wide := ce.Int(1_000_000_007).Mul(ce.Int(1_000_000_009)).Mul(ce.Int(1_000_000_021)).Div(ce.Int(1_000_000_033))
	for name, credit := range map[string]ce.Credit{
		"full": change(func(*ce.Credit) {}),
		"bare": {
			ID: ce.CreditID(ce.NewUUID()), Professional: owner, Version: 1, Title: "x", CompletedOn: day(2026, time.January, 1),
			Amount: ce.Int(1), Unit: ce.UnitMinute, CreatedAt: instant(0), UpdatedAt: instant(0),
		},
		"empty lists": change(func(c *ce.Credit) {
			c.Topics, c.Approvals, c.Certifications = []ce.Term{}, []ce.Term{}, []ce.CertificationID{}
		}),
		"wide amount":  change(func(c *ce.Credit) { c.Amount = wide }),
		"thirds":       change(func(c *ce.Credit) { c.Amount = ce.Fraction(1, 3) }),
		"zero":         change(func(c *ce.Credit) { c.Amount = ce.Amount{} }),
		"long notes":   change(func(c *ce.Credit) { c.Notes = fmt.Sprintf("%0*d", ce.MaxNotesLength, 7) }),
		"first day":    change(func(c *ce.Credit) { c.CompletedOn = day(1, time.January, 1) }),
		"last day":     change(func(c *ce.Credit) { c.CompletedOn = day(9999, time.December, 31) }),
		"leap day":     change(func(c *ce.Credit) { c.CompletedOn = day(2024, time.February, 29) }),
		"before epoch": change(func(c *ce.Credit) { c.CompletedOn = day(1969, time.December, 31) }),
	} {
		t.Run(name, func(t *testing.T) {
			created, err := handle.Credits().Create(t.Context(), credit, "digest")
			succeed(t, err)
			same(t, "created", created, credit, exact)
			read, err := handle.Credits().Get(t.Context(), credit.ID)
			succeed(t, err)
			same(t, "read", read, credit, exact)
		})
	}
	t.Run("instants are kept in UTC to the millisecond", func(t *testing.T) {
		credit := change(func(c *ce.Credit) { c.CreatedAt, c.UpdatedAt = uneven, uneven })
		created, err := handle.Credits().Create(t.Context(), credit, "digest")
		succeed(t, err)
		credit.CreatedAt, credit.UpdatedAt = kept, kept
		same(t, "created", created, credit, exact)
	})
}

// facts asks all kinds of facts the same.
func (s suite) facts(t *testing.T) {
	t.Run("certification", func(t *testing.T) {
		testFacts(t, s, factKind[ce.CertificationID, ce.Certification]{
			kind: storage.MarkedCertification,
			of: func(p storage.Professional) storage.Facts[ce.CertificationID, ce.Certification] {
				return p.Certifications()
			},
			make:  certificationOf,
			id:    func(c ce.Certification) ce.CertificationID { return c.ID },
			label: func(c *ce.Certification) *string { return &c.Number },
			meta: func(c *ce.Certification) (*ce.CertificationID, *ce.ProfessionalID, *int, *time.Time, *time.Time) {
				return &c.ID, &c.Professional, &c.Version, &c.CreatedAt, &c.UpdatedAt
			},
		})
	})
	t.Run("credit", func(t *testing.T) {
		testFacts(t, s, factKind[ce.CreditID, ce.Credit]{
			kind:  storage.MarkedCredit,
			of:    func(p storage.Professional) storage.Facts[ce.CreditID, ce.Credit] { return p.Credits() },
			make:  func(owner ce.ProfessionalID) ce.Credit { return creditOf(owner, day(2026, time.January, 5)) },
			id:    func(c ce.Credit) ce.CreditID { return c.ID },
			label: func(c *ce.Credit) *string { return &c.Title },
			meta: func(c *ce.Credit) (*ce.CreditID, *ce.ProfessionalID, *int, *time.Time, *time.Time) {
				return &c.ID, &c.Professional, &c.Version, &c.CreatedAt, &c.UpdatedAt
			},
		})
	})
	t.Run("evidence", func(t *testing.T) {
		testFacts(t, s, factKind[ce.EvidenceID, ce.Evidence]{
			of:    func(p storage.Professional) storage.Facts[ce.EvidenceID, ce.Evidence] { return p.Evidence() },
			make:  evidenceOf,
			id:    func(e ce.Evidence) ce.EvidenceID { return e.ID },
			label: func(e *ce.Evidence) *string { return &e.FileName },
			meta: func(e *ce.Evidence) (*ce.EvidenceID, *ce.ProfessionalID, *int, *time.Time, *time.Time) {
				return &e.ID, &e.Professional, &e.Version, &e.CreatedAt, &e.UpdatedAt
			},
		})
	})
	t.Run("own deadline", func(t *testing.T) {
		testFacts(t, s, factKind[ce.DeadlineID, ce.OwnDeadline]{
			kind:  storage.MarkedOwnDeadline,
			of:    func(p storage.Professional) storage.Facts[ce.DeadlineID, ce.OwnDeadline] { return p.OwnDeadlines() },
			make:  ownDeadlineOf,
			id:    func(d ce.OwnDeadline) ce.DeadlineID { return d.ID },
			label: func(d *ce.OwnDeadline) *string { return &d.Title },
			meta: func(d *ce.OwnDeadline) (*ce.DeadlineID, *ce.ProfessionalID, *int, *time.Time, *time.Time) {
				return &d.ID, &d.Professional, &d.Version, &d.CreatedAt, &d.UpdatedAt
			},
		})
	})
	t.Run("own program", func(t *testing.T) {
		testFacts(t, s, factKind[ce.ProgramID, ce.OwnProgram]{
			kind:  storage.MarkedOwnProgram,
			of:    func(p storage.Professional) storage.Facts[ce.ProgramID, ce.OwnProgram] { return p.OwnPrograms() },
			make:  ownProgramOf,
			id:    func(p ce.OwnProgram) ce.ProgramID { return p.ID },
			label: func(p *ce.OwnProgram) *string { p.Texts = slices.Clone(p.Texts); return &p.Texts[0].Text },
			meta: func(p *ce.OwnProgram) (*ce.ProgramID, *ce.ProfessionalID, *int, *time.Time, *time.Time) {
				return &p.ID, &p.Professional, &p.Version, &p.CreatedAt, &p.UpdatedAt
			},
		})
	})
}

// factKind is what the rules of facts need to know of one kind.
type factKind[ID ~string, T any] struct {
	kind  storage.MarkedKind
	of    func(storage.Professional) storage.Facts[ID, T]
	make  func(ce.ProfessionalID) T
	id    func(T) ID
	label func(*T) *string // some text of the fact
	meta  func(*T) (id *ID, owner *ce.ProfessionalID, version *int, created, updated *time.Time)
}

func testFacts[ID ~string, T any](t *testing.T, s suite, kind factKind[ID, T]) {
	owner, handle := s.newProfile(t)
	_, stranger := s.newProfile(t)
	facts := kind.of(handle)
	agree := func(T) error { return nil }
	add := func(t *testing.T) T {
		t.Helper()
		fact, err := facts.Create(t.Context(), kind.make(owner), "digest")
		succeed(t, err)
		return fact
	}
	rename := func(name string) func(*T) error {
		return func(fact *T) error { *kind.label(fact) = name; return nil }
	}

	t.Run("absent", func(t *testing.T) {
		id := ID(ce.NewUUID())
		_, err := facts.Get(t.Context(), id)
		fails(t, "Get", err, storage.ErrNotFound)
		_, err = facts.Update(t.Context(), id, rename("never"))
		fails(t, "Update", err, storage.ErrNotFound)
		fails(t, "Remove", facts.Remove(t.Context(), id, instant(5), agree), storage.ErrNotFound)
	})
	t.Run("create sets owner and version", func(t *testing.T) {
		given := kind.make(owner)
		want := given
		_, givenOwner, version, _, _ := kind.meta(&given)
		*givenOwner, *version = ce.ProfessionalID(ce.NewUUID()), 9
		created, err := facts.Create(t.Context(), given, "digest")
		succeed(t, err)
		same(t, "created", created, want, loose)
		got, err := facts.Get(t.Context(), kind.id(want))
		succeed(t, err)
		same(t, "read", got, want, loose)
	})
	t.Run("create repeated", func(t *testing.T) {
		fact := add(t)
		again := fact
		*kind.label(&again) = "given again"
		got, err := facts.Create(t.Context(), again, "digest")
		succeed(t, err)
		same(t, "same digest", got, fact, loose)

		_, err = facts.Create(t.Context(), fact, "another digest")
		fails(t, "other digest", err, storage.ErrConflict)
		_, err = kind.of(stranger).Create(t.Context(), fact, "digest")
		fails(t, "other owner", err, storage.ErrConflict)

		updated, err := facts.Update(t.Context(), kind.id(fact), rename("updated"))
		succeed(t, err)
		got, err = facts.Create(t.Context(), fact, "digest")
		succeed(t, err)
		same(t, "same digest after an update", got, updated, loose)

		succeed(t, facts.Remove(t.Context(), kind.id(fact), instant(5), agree))
		_, err = facts.Create(t.Context(), fact, "digest")
		fails(t, "same digest after removal", err, storage.ErrRemoved)
		_, err = facts.Create(t.Context(), fact, "another digest")
		fails(t, "other digest after removal", err, storage.ErrConflict)
		_, err = kind.of(stranger).Create(t.Context(), fact, "digest")
		fails(t, "other owner after removal", err, storage.ErrConflict)
		_, err = facts.Get(t.Context(), kind.id(fact))
		fails(t, "Get after all that", err, storage.ErrNotFound)
	})
	t.Run("update", func(t *testing.T) {
		fact := add(t)
		want := fact
		_, _, version, _, at := kind.meta(&want)
		*kind.label(&want), *version, *at = "updated", 2, instant(9)
		got, err := facts.Update(t.Context(), kind.id(fact), func(current *T) error {
			same(t, "shown to change", *current, fact, loose)
			id, owner, version, created, updated := kind.meta(current)
			*id, *owner, *version, *created, *updated = ID(ce.NewUUID()), ce.ProfessionalID(ce.NewUUID()), 99, instant(99), instant(9)
			*kind.label(current) = "updated"
			return nil
		})
		succeed(t, err)
		same(t, "updated", got, want, loose)

		refused := errors.New("refused")
		_, err = facts.Update(t.Context(), kind.id(fact), func(current *T) error { *kind.label(current) = "never"; return refused })
		fails(t, "refusing change", err, refused)
		got, err = facts.Update(t.Context(), kind.id(fact), func(current *T) error {
			*kind.label(current) = "never"
			return fmt.Errorf("nothing to do: %w", storage.ErrUnchanged)
		})
		succeed(t, err)
		same(t, "unchanged", got, want, loose)
		got, err = facts.Get(t.Context(), kind.id(fact))
		succeed(t, err)
		same(t, "read", got, want, loose)
	})
	t.Run("remove", func(t *testing.T) {
		fact := add(t)
		other := add(t)
		refused := errors.New("refused")
		err := facts.Remove(t.Context(), kind.id(fact), instant(5), func(current T) error {
			same(t, "shown to check", current, fact, loose)
			return refused
		})
		fails(t, "refusing check", err, refused)
		_, err = facts.Get(t.Context(), kind.id(fact))
		succeed(t, err)

		succeed(t, facts.Remove(t.Context(), kind.id(fact), instant(5), agree))
		_, err = facts.Get(t.Context(), kind.id(fact))
		fails(t, "Get", err, storage.ErrNotFound)
		_, err = facts.Update(t.Context(), kind.id(fact), rename("never"))
		fails(t, "Update", err, storage.ErrNotFound)
		succeed(t, facts.Remove(t.Context(), kind.id(fact), instant(6), func(T) error {
			t.Error("removing again asked")
			return refused
		}))
		got, err := facts.Get(t.Context(), kind.id(other))
		succeed(t, err)
		same(t, "the other", got, other, loose)
	})
	t.Run("removed facts are in no list", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		facts := kind.of(handle)
		fact, err := facts.Create(t.Context(), kind.make(owner), "digest")
		succeed(t, err)
		succeed(t, facts.Remove(t.Context(), kind.id(fact), instant(5), agree))
		everythingOf(t, handle).isEmpty(t)
	})
}
