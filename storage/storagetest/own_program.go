package storagetest

import (
	"strings"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) ownPrograms(t *testing.T) {
	owner, handle := s.newProfile(t)
	full, bare, first := ownProgramOf(owner), ownProgramOf(owner), ownProgramOf(owner)
	bare.Texts = []ce.ProgramText{{Text: strings.Repeat("x", ce.MaxProgramTextLength), CreatedAt: instant(0)}}
	bare.CreatedAt = instant(2)
	first.CreatedAt = instant(0)
	for _, program := range []ce.OwnProgram{full, bare, first} {
		created, err := handle.OwnPrograms().Create(t.Context(), program, "digest")
		succeed(t, err)
		same(t, "created", created, program, exact)
		read, err := handle.OwnPrograms().Get(t.Context(), program.ID)
		succeed(t, err)
		same(t, "read", read, program, exact)
	}
	all, err := handle.ReadCertifications(t.Context())
	succeed(t, err)
	same(t, "all, oldest first", all.OwnPrograms.Items, []ce.OwnProgram{first, full, bare}, exact)
	same(t, "no certifications", all.Marked, storage.Marked[ce.Certification]{}, loose)
	same(t, "marks", len(all.OwnPrograms.Marks), 3, nil)

	t.Run("instants are kept in UTC to the millisecond", func(t *testing.T) {
		program := ownProgramOf(owner)
		program.CreatedAt, program.UpdatedAt, program.Texts[0].CreatedAt = uneven, uneven, uneven
		created, err := handle.OwnPrograms().Create(t.Context(), program, "digest")
		succeed(t, err)
		program.CreatedAt, program.UpdatedAt, program.Texts[0].CreatedAt = kept, kept, kept
		same(t, "created", created, program, exact)
	})

	_, nobody := s.newProfile(t)
	all, err = nobody.ReadCertifications(t.Context())
	succeed(t, err)
	same(t, "none", all, storage.Held{}, loose)
}
