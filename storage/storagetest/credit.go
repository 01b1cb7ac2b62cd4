package storagetest

import (
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) listCredits(t *testing.T) {
	t.Run("pages while rows are inserted", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		list := func(first int, before []ce.Credit) storage.Slice[ce.Credit] {
			t.Helper()
			slice, err := handle.ListCredits(t.Context(), storage.CreditFilter{}, page(first, before, creditKey))
			succeed(t, err)
			return slice
		}
		same(t, "none", list(3, nil), storage.Slice[ce.Credit]{}, loose)

		days := []ce.Date{day(2026, time.January, 9), day(2026, time.January, 7), day(2026, time.January, 7), day(2026, time.January, 7), day(2026, time.January, 5)}
		var all []ce.Credit
		for _, on := range days {
			all = append(all, addCredit(t, handle, owner, on))
		}
		slices.SortFunc(all[1:4], func(a, b ce.Credit) int {
			if a.ID > b.ID {
				return -1
			}
			return 1
		})
		slice := list(5, nil)
		same(t, "all, newest first, of one day by id", slice, storage.Slice[ce.Credit]{Items: all}, exact)

		seen := list(2, nil)
		same(t, "first page", seen, storage.Slice[ce.Credit]{Items: all[:2], More: true}, exact)
		addCredit(t, handle, owner, day(2026, time.January, 10)) // before the cursor: never seen by this reader
		after := addCredit(t, handle, owner, day(2026, time.January, 6))
		items := seen.Items
		second := list(2, items)
		same(t, "second page", second, storage.Slice[ce.Credit]{Items: all[2:4], More: true}, exact)
		items = append(items, second.Items...)
		third := list(2, items)
		same(t, "third page", third, storage.Slice[ce.Credit]{Items: []ce.Credit{after, all[4]}}, exact)
		same(t, "after the last", list(2, third.Items), storage.Slice[ce.Credit]{}, loose)

		// The cursor's own credit may be gone.
		succeed(t, handle.Credits().Remove(t.Context(), all[1].ID, instant(9), func(ce.Credit) error { return nil }))
		same(t, "after a removed one", list(1, all[:2]).Items, all[2:3], exact)

		// A credit that moves to another day moves in the list.
		moved, err := handle.Credits().Update(t.Context(), all[4].ID, func(c *ce.Credit) error { c.CompletedOn = day(2026, time.January, 31); return nil })
		succeed(t, err)
		same(t, "moved", list(1, nil).Items, []ce.Credit{moved}, exact)
		count, err := handle.CountCredits(t.Context())
		succeed(t, err)
		same(t, "count", count, 6, nil)
	})

	t.Run("filters", func(t *testing.T) {
		_, handle := s.newProfile(t)
		mine, other := ce.CertificationID(ce.NewUUID()), ce.CertificationID(ce.NewUUID())
		names := map[ce.CreditID]string{}
		for _, credit := range []ce.Credit{
			{Title: "Tax Update", CompletedOn: day(2026, time.January, 1), Topics: []ce.Term{"tax", "law"}},
			{Title: "Audit", Provider: "TAXMASTERS", CompletedOn: day(2026, time.January, 2), Topics: []ce.Term{"tax-law"}, Certifications: []ce.CertificationID{mine, other}},
			{Title: "Ethics", Notes: "some\nhalf taxes", CompletedOn: day(2026, time.January, 3), Topics: []ce.Term{}, Certifications: []ce.CertificationID{other}},
			{Title: "100% (a+b) \\ 'x'", CompletedOn: day(2026, time.January, 4), Certifications: []ce.CertificationID{}},
			{Title: "1000 under_score", CompletedOn: day(2026, time.January, 5), Topics: []ce.Term{"law"}},
		} {
			credit.ID, credit.Unit, credit.Amount, credit.UpdatedAt = ce.CreditID(ce.NewUUID()), ce.UnitMinute, ce.Int(1), instant(0)
			names[credit.ID] = credit.Title
			_, err := handle.Credits().Create(t.Context(), credit, "digest")
			succeed(t, err)
		}
		tax, audit, ethics, percent, under := "Tax Update", "Audit", "Ethics", "100% (a+b) \\ 'x'", "1000 under_score"
		for _, test := range []struct {
			name   string
			filter storage.CreditFilter
			want   []string
		}{
			{"all", storage.CreditFilter{}, []string{under, percent, ethics, audit, tax}},
			{"text in title, provider and notes", storage.CreditFilter{Text: "TaX"}, []string{ethics, audit, tax}},
			{"text is no pattern: percent", storage.CreditFilter{Text: "100%"}, []string{percent}},
			{"text is no pattern: underscore", storage.CreditFilter{Text: "r_s"}, []string{under}},
			{"text is no pattern: dot", storage.CreditFilter{Text: "t.x"}, nil},
			{"text is no pattern: brackets", storage.CreditFilter{Text: "(A+B) \\ 'X'"}, []string{percent}},
			{"from", storage.CreditFilter{From: day(2026, time.January, 4)}, []string{under, percent}},
			{"until", storage.CreditFilter{Until: day(2026, time.January, 2)}, []string{audit, tax}},
			{"from until", storage.CreditFilter{From: day(2026, time.January, 3), Until: day(2026, time.January, 3)}, []string{ethics}},
			{"certification", storage.CreditFilter{Certification: mine}, []string{under, audit, tax}},
			{"topic", storage.CreditFilter{Topic: "tax"}, []string{tax}},
			{"topic of two", storage.CreditFilter{Topic: "law"}, []string{under, tax}},
			{"all at once", storage.CreditFilter{Text: "u", From: day(2026, time.January, 1), Until: day(2026, time.January, 4), Certification: mine, Topic: "law"}, []string{tax}},
		} {
			slice, err := handle.ListCredits(t.Context(), test.filter, storage.Page[storage.CreditKey]{First: 10})
			succeed(t, err)
			var got []string
			for _, credit := range slice.Items {
				got = append(got, names[credit.ID])
			}
			same(t, test.name, got, test.want, nil)
		}
		// A filtered list has pages like any other.
		filter := storage.CreditFilter{Text: "tax"}
		first, err := handle.ListCredits(t.Context(), filter, storage.Page[storage.CreditKey]{First: 2})
		succeed(t, err)
		same(t, "more", first.More, true, nil)
		second, err := handle.ListCredits(t.Context(), filter, page(2, first.Items, creditKey))
		succeed(t, err)
		same(t, "second page", len(second.Items), 1, nil)
		same(t, "no more", second.More, false, nil)
	})
}
