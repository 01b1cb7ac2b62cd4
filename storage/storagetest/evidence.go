package storagetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) evidence(t *testing.T) {
	owner, handle := s.newProfile(t)
	full, bare, twin, first := evidenceOf(owner), evidenceOf(owner), evidenceOf(owner), evidenceOf(owner)
	bare = ce.Evidence{ID: bare.ID, Professional: owner, Version: 1, CreatedAt: instant(2), UpdatedAt: instant(2)}
	first.CreatedAt, first.FileName, first.Credits = instant(0), strings.Repeat("x", ce.MaxFileNameLength), []ce.CreditID{}
	want := []ce.Evidence{bare, full, twin, first}
	if twin.ID > full.ID {
		want[1], want[2] = twin, full
	}
	for _, evidence := range []ce.Evidence{full, bare, first, twin} {
		created, err := handle.Evidence().Create(t.Context(), evidence, "digest")
		succeed(t, err)
		same(t, "created", created, evidence, exact)
		read, err := handle.Evidence().Get(t.Context(), evidence.ID)
		succeed(t, err)
		same(t, "read", read, evidence, exact)
	}
	all, err := handle.ReadEvidence(t.Context())
	succeed(t, err)
	same(t, "all, newest first", all, want, exact)
	same(t, "marks", marksOf(t, handle), []storage.Mark(nil), loose)

	t.Run("pages", func(t *testing.T) {
		for size := 1; size <= len(want)+1; size++ {
			var listed []ce.Evidence
			page := storage.Page[storage.EvidenceKey]{First: size}
			for more := true; more; {
				slice, err := handle.ListEvidence(t.Context(), page)
				succeed(t, err)
				if len(slice.Items) == 0 || len(slice.Items) > size {
					t.Fatalf("a page of %d has %d", size, len(slice.Items))
				}
				listed, more = append(listed, slice.Items...), slice.More
				last := slice.Items[len(slice.Items)-1]
				page.After = &storage.EvidenceKey{CreatedAt: last.CreatedAt, ID: last.ID}
			}
			same(t, "listed", listed, want, exact)
			after, err := handle.ListEvidence(t.Context(), page)
			succeed(t, err)
			same(t, "after the last", after, storage.Slice[ce.Evidence]{}, loose)
		}
	})
	t.Run("instants are kept in UTC to the millisecond", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		evidence := evidenceOf(owner)
		evidence.CreatedAt, evidence.UpdatedAt = uneven, uneven
		created, err := handle.Evidence().Create(t.Context(), evidence, "digest")
		succeed(t, err)
		evidence.CreatedAt, evidence.UpdatedAt = kept, kept
		same(t, "created", created, evidence, exact)
		after, err := handle.ListEvidence(t.Context(), storage.Page[storage.EvidenceKey]{First: 1, After: &storage.EvidenceKey{CreatedAt: uneven, ID: evidence.ID}})
		succeed(t, err)
		same(t, "after it", after, storage.Slice[ce.Evidence]{}, loose)
	})
	t.Run("restore", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		evidence := addEvidence(t, handle, owner)
		_, err := handle.RestoreEvidence(t.Context(), evidenceOf(owner))
		fails(t, "what never was", err, storage.ErrNotFound)
		again := evidence
		again.Key, again.FileName, again.CreatedAt, again.UpdatedAt = "another", "again.pdf", uneven, uneven
		again.Professional = "somebody else"
		there, err := handle.RestoreEvidence(t.Context(), again)
		succeed(t, err)
		same(t, "what is there", there, evidence, exact)

		succeed(t, handle.Evidence().Remove(t.Context(), evidence.ID, instant(5), func(ce.Evidence) error { return nil }))
		_, err = handle.Evidence().Create(t.Context(), again, "digest")
		fails(t, "create what was removed", err, storage.ErrRemoved)
		want := again
		want.Professional, want.Version, want.CreatedAt, want.UpdatedAt = owner, 3, kept, kept
		var outcome results
		together(writers, func(int) {
			restored, err := handle.RestoreEvidence(t.Context(), again)
			outcome.add(err)
			same(t, "restored", restored, want, exact)
		})
		outcome.check(t, "at once", writers, nil)
		read, err := handle.Evidence().Get(t.Context(), evidence.ID)
		succeed(t, err)
		same(t, "read", read, want, exact)
		all, err := handle.ReadEvidence(t.Context())
		succeed(t, err)
		same(t, "all", all, []ce.Evidence{want}, exact)
		created, err := handle.Evidence().Create(t.Context(), evidence, "digest")
		succeed(t, err)
		same(t, "created again", created, want, exact)
		same(t, "marks", marksOf(t, handle), []storage.Mark(nil), loose)
	})
	t.Run("one of many at once is kept", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		shared := evidenceOf(owner)
		keys := make([]string, writers)
		together(writers, func(i int) {
			mine := shared
			mine.Key, mine.CreatedAt = ce.NewUUID(), instant(i)
			created, err := handle.Evidence().Create(t.Context(), mine, "digest")
			if err != nil {
				t.Error(err)
			}
			keys[i] = created.Key
		})
		slices.Sort(keys)
		same(t, "kept", len(slices.Compact(keys)), 1, nil)
	})
	t.Run("it leaves nothing unfinished", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		evidence := evidenceOf(owner)
		evidence.CreatedAt = time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)
		evidence.UpdatedAt = evidence.CreatedAt
		_, err := handle.Evidence().Create(t.Context(), evidence, "digest")
		succeed(t, err)
		succeed(t, handle.Evidence().Remove(t.Context(), evidence.ID, evidence.CreatedAt, func(ce.Evidence) error { return nil }))
		unfinished, err := s.System().Unfinished(t.Context(), evidence.CreatedAt.AddDate(1, 0, 0), 1000)
		succeed(t, err)
		for _, one := range unfinished {
			if one.Professional == owner {
				t.Error("a refresh is due of what changes no standing")
			}
		}
	})
}
