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

// programOf is a program of an organisation in which every field is set.
func programOf(organization ce.OrganizationID) ce.OwnProgram {
	program := ownProgramOf("")
	program.Organization = organization
	return program
}

// addProgram stores a program of the organisation.
func addProgram(t *testing.T, handle storage.Organization, program ce.OwnProgram) ce.OwnProgram {
	t.Helper()
	created, err := handle.CreateProgram(t.Context(), program, "digest")
	succeed(t, err)
	return created
}

// changed reports whether the program waits for what follows from a change.
func (s suite) changed(t *testing.T, program ce.OwnProgram) bool {
	t.Helper()
	changed, err := s.System().ChangedPrograms(t.Context(), 100_000)
	succeed(t, err)
	return slices.Contains(changed, storage.ChangedProgram{Organization: program.Organization, Program: program.ID})
}

func (s suite) organizationPrograms(t *testing.T) {
	agree := func(ce.OwnProgram) ([]ce.LogEntry, error) { return nil, nil }
	t.Run("create", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		_, other, _ := s.newOrganization(t)
		program, entry := programOf(organization.ID), entryOf(organization.ID, instant(3))
		forged := program
		forged.Organization, forged.Version = "other", 7
		var outcome results
		together(writers, func(int) {
			created, err := handle.CreateProgram(t.Context(), forged, "digest", entry)
			outcome.add(err)
			same(t, "created", created, program, exact)
		})
		outcome.check(t, "at once", writers, nil)
		read, err := handle.Program(t.Context(), program.ID)
		succeed(t, err)
		same(t, "read", read, program, exact)
		same(t, "log", s.logOf(t, handle)[0], entry, exact)
		same(t, "entries", len(s.logOf(t, handle)), 2, nil)
		same(t, "changed", s.changed(t, program), false, nil)
		of, err := s.System().OrganizationOf(t.Context(), string(program.ID))
		succeed(t, err)
		same(t, "whose it is", of, organization.ID, nil)
		_, err = handle.CreateProgram(t.Context(), program, "another digest")
		fails(t, "the id for something else", err, storage.ErrConflict)
		_, err = other.CreateProgram(t.Context(), program, "digest")
		fails(t, "the id in another organization", err, storage.ErrConflict)
		_, err = other.Program(t.Context(), program.ID)
		fails(t, "read by another organization", err, storage.ErrNotFound)

		first, last := programOf(organization.ID), programOf(organization.ID)
		first.CreatedAt, last.CreatedAt = instant(0), uneven.Add(time.Hour)
		first = addProgram(t, handle, first)
		created := addProgram(t, handle, last)
		last.CreatedAt = kept.Add(time.Hour)
		same(t, "instants", created, last, exact)
		all, err := handle.ReadPrograms(t.Context())
		succeed(t, err)
		same(t, "all, oldest first", all, []ce.OwnProgram{first, program, last}, exact)
		all, err = other.ReadPrograms(t.Context())
		succeed(t, err)
		same(t, "none", len(all), 0, nil)
	})
	t.Run("update", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		program, entry := addProgram(t, handle, programOf(organization.ID)), entryOf(organization.ID, instant(7))
		updated, err := handle.UpdateProgram(t.Context(), program.ID, func(p *ce.OwnProgram) ([]ce.LogEntry, error) {
			p.Texts = append(p.Texts, ce.ProgramText{Text: "third", CreatedAt: instant(7)})
			p.ID, p.Organization, p.Version, p.CreatedAt, p.UpdatedAt = "other", "other", 70, instant(70), instant(7)
			return []ce.LogEntry{entry}, nil
		})
		succeed(t, err)
		want := program
		want.Texts = append(slices.Clone(want.Texts), ce.ProgramText{Text: "third", CreatedAt: instant(7)})
		want.Version, want.UpdatedAt = 2, instant(7)
		same(t, "updated", updated, want, exact)
		read, err := handle.Program(t.Context(), program.ID)
		succeed(t, err)
		same(t, "read", read, want, exact)
		same(t, "log", s.logOf(t, handle)[0], entry, exact)
		same(t, "changed", s.changed(t, program), true, nil)
		succeed(t, handle.SettleProgram(t.Context(), program.ID, 1))
		same(t, "settled as it was before", s.changed(t, program), true, nil)
		succeed(t, handle.SettleProgram(t.Context(), program.ID, 2))
		same(t, "settled", s.changed(t, program), false, nil)
		refused := errors.New("refused")
		_, err = handle.UpdateProgram(t.Context(), program.ID, func(*ce.OwnProgram) ([]ce.LogEntry, error) { return nil, refused })
		fails(t, "refused", err, refused)
		unchanged, err := handle.UpdateProgram(t.Context(), program.ID, func(p *ce.OwnProgram) ([]ce.LogEntry, error) {
			p.Texts[0].Text = "never"
			return []ce.LogEntry{entry}, storage.ErrUnchanged
		})
		succeed(t, err)
		same(t, "unchanged", unchanged, want, exact)
		same(t, "still settled", s.changed(t, program), false, nil)
		together(writers, func(i int) {
			_, err := handle.UpdateProgram(t.Context(), program.ID, func(p *ce.OwnProgram) ([]ce.LogEntry, error) {
				p.Texts = append(p.Texts, ce.ProgramText{Text: "one of many"})
				return []ce.LogEntry{entryOf(organization.ID, instant(8+i))}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		read, err = handle.Program(t.Context(), program.ID)
		succeed(t, err)
		same(t, "texts", len(read.Texts), 3+writers, nil)
		same(t, "entries", len(s.logOf(t, handle)), 2+writers, nil)
		_, err = handle.UpdateProgram(t.Context(), ce.ProgramID(ce.NewUUID()), func(*ce.OwnProgram) ([]ce.LogEntry, error) { return nil, nil })
		fails(t, "what never was", err, storage.ErrNotFound)
	})
	t.Run("remove", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		_, other, _ := s.newOrganization(t)
		program, entry := addProgram(t, handle, programOf(organization.ID)), entryOf(organization.ID, instant(7))
		_, err := handle.UpdateProgram(t.Context(), program.ID, func(*ce.OwnProgram) ([]ce.LogEntry, error) { return nil, nil })
		succeed(t, err)
		program.Version = 2
		refused := errors.New("refused")
		refuse := func(ce.OwnProgram) ([]ce.LogEntry, error) { return nil, refused }
		fails(t, "refused", handle.RemoveProgram(t.Context(), program.ID, instant(9), refuse), refused)
		fails(t, "by another organization", other.RemoveProgram(t.Context(), program.ID, instant(9), agree), storage.ErrNotFound)
		succeed(t, handle.RemoveProgram(t.Context(), program.ID, instant(9), func(p ce.OwnProgram) ([]ce.LogEntry, error) {
			same(t, "checked", p, program, exact)
			return []ce.LogEntry{entry}, nil
		}))
		succeed(t, handle.RemoveProgram(t.Context(), program.ID, instant(9), refuse))
		same(t, "log", s.logOf(t, handle)[0], entry, exact)
		same(t, "entries", len(s.logOf(t, handle)), 2, nil)
		same(t, "changed", s.changed(t, program), false, nil)
		_, err = handle.Program(t.Context(), program.ID)
		fails(t, "Program", err, storage.ErrNotFound)
		_, err = handle.UpdateProgram(t.Context(), program.ID, func(*ce.OwnProgram) ([]ce.LogEntry, error) { return nil, nil })
		fails(t, "UpdateProgram", err, storage.ErrNotFound)
		all, err := handle.ReadPrograms(t.Context())
		succeed(t, err)
		same(t, "programs", len(all), 0, nil)
		_, err = handle.CreateProgram(t.Context(), program, "digest")
		fails(t, "create it again", err, storage.ErrRemoved)
		_, err = handle.CreateProgram(t.Context(), program, "another digest")
		fails(t, "create another", err, storage.ErrConflict)
		of, err := s.System().OrganizationOf(t.Context(), string(program.ID))
		succeed(t, err)
		same(t, "whose it was", of, organization.ID, nil)
		fails(t, "what never was", handle.RemoveProgram(t.Context(), ce.ProgramID(ce.NewUUID()), instant(9), agree), storage.ErrNotFound)
	})
	t.Run("purge", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		gone, stays := addProgram(t, handle, programOf(organization.ID)), addProgram(t, handle, programOf(organization.ID))
		now := time.Date(2003, time.July, 1, 0, 0, 0, 0, time.UTC)
		succeed(t, handle.RemoveProgram(t.Context(), gone.ID, now.Add(-time.Millisecond), agree))
		succeed(t, handle.RemoveProgram(t.Context(), stays.ID, now, agree))
		for more := true; more; {
			var err error
			more, err = s.System().Purge(t.Context(), time.Time{}, now, 100)
			succeed(t, err)
		}
		_, err := s.System().OrganizationOf(t.Context(), string(gone.ID))
		fails(t, "long over", err, storage.ErrNotFound)
		_, err = s.System().OrganizationOf(t.Context(), string(stays.ID))
		succeed(t, err)
	})
	t.Run("delete the organization", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		program := addProgram(t, handle, programOf(organization.ID))
		succeed(t, handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return nil }))
		_, err := handle.Program(t.Context(), program.ID)
		fails(t, "Program", err, storage.ErrNotFound)
		_, err = handle.CreateProgram(t.Context(), programOf(organization.ID), "digest")
		fails(t, "CreateProgram", err, storage.ErrNotFound)
		_, err = s.System().OrganizationOf(t.Context(), string(program.ID))
		fails(t, "OrganizationOf", err, storage.ErrNotFound)
	})
	t.Run("holders", func(t *testing.T) {
		program := ce.ProgramID(ce.NewUUID())
		add := func(revision int) (storage.Professional, storage.Holder) {
			owner, handle := s.newProfile(t)
			certification := certificationOf(owner)
			certification.Program, certification.Shared.Revision = program, revision
			created, err := handle.Certifications().Create(t.Context(), certification, "digest")
			succeed(t, err)
			return handle, storage.Holder{Professional: owner, Certification: created.ID}
		}
		sorted := func(holders ...storage.Holder) []storage.Holder {
			slices.SortFunc(holders, func(a, b storage.Holder) int {
				return strings.Compare(string(a.Certification), string(b.Certification))
			})
			return holders
		}
		holders := func(below, limit int) []storage.Holder {
			t.Helper()
			found, err := s.System().Holders(t.Context(), program, below, limit)
			succeed(t, err)
			return sorted(found...)
		}
		two, second := add(2)
		_, third := add(3)
		one, first := add(1)
		same(t, "below 3", holders(3, 10), sorted(first, second), nil)
		same(t, "below 4", holders(4, 10), sorted(first, second, third), nil)
		same(t, "at most 1", len(holders(4, 1)), 1, nil)
		same(t, "none", len(holders(1, 10)), 0, nil)
		_, err := one.Certifications().Update(t.Context(), first.Certification, func(c *ce.Certification) error {
			c.Shared = &ce.SharedProgram{Revision: 3}
			return nil
		})
		succeed(t, err)
		same(t, "after one has followed", holders(3, 10), []storage.Holder{second}, nil)
		succeed(t, two.Certifications().Remove(t.Context(), second.Certification, instant(9), func(ce.Certification) error { return nil }))
		same(t, "after the other was removed", len(holders(3, 10)), 0, nil)
		succeed(t, s.Professional(third.Professional).Erase(t.Context(), instant(9)))
		same(t, "after an erasure", holders(4, 10), []storage.Holder{first}, nil)
	})
}
