package storagetest

import (
	"strings"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) ownDeadlines(t *testing.T) {
	owner, handle := s.newProfile(t)
	full, bare, first := ownDeadlineOf(owner), ownDeadlineOf(owner), ownDeadlineOf(owner)
	bare = ce.OwnDeadline{ID: bare.ID, Professional: owner, Version: 1, Title: "x", DueOn: day(9999, 12, 31), TimeZone: "UTC", CreatedAt: instant(2), UpdatedAt: instant(2)}
	first.CreatedAt, first.Notes = instant(0), strings.Repeat("x", ce.MaxDeadlineNotesLength)
	for _, deadline := range []ce.OwnDeadline{full, bare, first} {
		created, err := handle.OwnDeadlines().Create(t.Context(), deadline, "digest")
		succeed(t, err)
		same(t, "created", created, deadline, exact)
		read, err := handle.OwnDeadlines().Get(t.Context(), deadline.ID)
		succeed(t, err)
		same(t, "read", read, deadline, exact)
	}
	all, err := handle.ReadCertifications(t.Context())
	succeed(t, err)
	same(t, "all, oldest first", all.OwnDeadlines.Items, []ce.OwnDeadline{first, full, bare}, exact)
	same(t, "nothing else", storage.Held{Marked: all.Marked, OwnPrograms: all.OwnPrograms}, storage.Held{}, loose)
	same(t, "marks", len(all.OwnDeadlines.Marks), 3, nil)

	t.Run("instants are kept in UTC to the millisecond", func(t *testing.T) {
		deadline := ownDeadlineOf(owner)
		deadline.CreatedAt, deadline.UpdatedAt = uneven, uneven
		created, err := handle.OwnDeadlines().Create(t.Context(), deadline, "digest")
		succeed(t, err)
		deadline.CreatedAt, deadline.UpdatedAt = kept, kept
		same(t, "created", created, deadline, exact)
	})
	t.Run("beside the others", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		certification, program, deadline := addCertification(t, handle, owner), addOwnProgram(t, handle, owner), addOwnDeadline(t, handle, owner)
		all, err := handle.ReadCertifications(t.Context())
		succeed(t, err)
		same(t, "certifications", all.Items, []ce.Certification{certification}, loose)
		same(t, "own programs", all.OwnPrograms.Items, []ce.OwnProgram{program}, loose)
		same(t, "own deadlines", all.OwnDeadlines.Items, []ce.OwnDeadline{deadline}, loose)
		same(t, "marks", len(all.AllMarks()), 3, nil)
		_, err = handle.OwnPrograms().Get(t.Context(), ce.ProgramID(deadline.ID))
		fails(t, "as an own program", err, storage.ErrNotFound)
		_, err = handle.Certifications().Get(t.Context(), ce.CertificationID(deadline.ID))
		fails(t, "as a certification", err, storage.ErrNotFound)
	})
}
