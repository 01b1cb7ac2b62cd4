package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// postingOf is a posting in which every field is set, except those of its withdrawal.
func postingOf(organization ce.OrganizationID, created time.Time) ce.Posting {
	credit := creditOf("", day(2026, time.February, 3))
	credit.ID, credit.Version, credit.Certifications, credit.Posted, credit.CreatedAt, credit.UpdatedAt = "", 0, nil, ce.Posted{}, time.Time{}, time.Time{}
	credit.Reviews, credit.Entries = nil, nil
	return ce.Posting{
		ID: ce.PostingID(ce.NewUUID()), Organization: organization, Version: 1, Digest: "digest", Credit: credit,
		PostedBy: ce.ProfessionalID(ce.NewUUID()), Total: 3, CreatedAt: created, UpdatedAt: created,
	}
}

// partsOf are the parts of the professionals in a posting, as they are given to CreatePosting.
func partsOf(posting ce.Posting, professionals ...ce.ProfessionalID) []ce.PostedCredit {
	parts := make([]ce.PostedCredit, len(professionals))
	for i, id := range professionals {
		parts[i] = ce.PostedCredit{
			ID: ce.NewPostedCreditID(posting.ID, id), Organization: posting.Organization, Posting: posting.ID, Professional: id, Place: i, Version: 1,
			Amount: ce.Fraction(int64(i+1), 3), State: ce.PostedPending, PendingSince: posting.CreatedAt,
		}
	}
	return parts
}

func partsIn(t *testing.T, handle storage.Organization, id ce.PostingID) []ce.PostedCredit {
	t.Helper()
	slice, err := handle.ListPostedCredits(t.Context(), id, storage.Page[int]{First: 1000})
	succeed(t, err)
	return slice.Items
}

// addPosting stores a posting for three new professionals.
func (s suite) addPosting(t *testing.T, handle storage.Organization, posting ce.Posting) []ce.PostedCredit {
	t.Helper()
	var people []ce.ProfessionalID
	for range posting.Total {
		id, _ := s.newProfile(t)
		people = append(people, id)
	}
	parts := partsOf(posting, people...)
	_, err := handle.CreatePosting(t.Context(), posting, parts)
	succeed(t, err)
	return parts
}

func (s suite) postings(t *testing.T) {
	t.Run("create", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		_, other, _ := s.newOrganization(t)
		posting, entry := postingOf(organization.ID, instant(3)), entryOf(organization.ID, instant(3))
		parts := partsOf(posting, ce.ProfessionalID(ce.NewUUID()), ce.ProfessionalID(ce.NewUUID()), ce.ProfessionalID(ce.NewUUID()))
		_, err := handle.Posting(t.Context(), posting.ID)
		fails(t, "before", err, storage.ErrNotFound)
		together(writers, func(int) {
			created, err := handle.CreatePosting(t.Context(), posting, parts, entry)
			succeed(t, err)
			same(t, "created", created, posting, exact)
		})
		read, err := handle.Posting(t.Context(), posting.ID)
		succeed(t, err)
		same(t, "read", read, posting, exact)
		same(t, "parts", partsIn(t, handle, posting.ID), parts, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		same(t, "entries", len(s.logOf(t, handle)), 2, nil)
		part, err := handle.PostedCredit(t.Context(), parts[1].ID)
		succeed(t, err)
		same(t, "one part", part, parts[1], exact)
		of, err := s.System().OrganizationOf(t.Context(), string(posting.ID))
		succeed(t, err)
		same(t, "organisation", of, organization.ID, nil)

		another := posting
		another.Digest = "another digest"
		_, err = handle.CreatePosting(t.Context(), another, parts)
		fails(t, "the id for something else", err, storage.ErrConflict)
		_, err = other.CreatePosting(t.Context(), posting, parts)
		fails(t, "the id in another organisation", err, storage.ErrConflict)
		_, err = other.Posting(t.Context(), posting.ID)
		fails(t, "read by another organisation", err, storage.ErrNotFound)
		_, err = other.PostedCredit(t.Context(), parts[0].ID)
		fails(t, "a part read by another organisation", err, storage.ErrNotFound)
		same(t, "parts of another organisation", len(partsIn(t, other, posting.ID)), 0, nil)
		_, err = s.Organization(ce.OrganizationID(ce.NewUUID())).CreatePosting(t.Context(), postingOf(organization.ID, instant(3)), nil)
		fails(t, "in no organisation", err, storage.ErrNotFound)
	})
	t.Run("list", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		var all []ce.Posting
		for n := range 6 {
			posting := postingOf(organization.ID, instant(10+n/2))
			if n%2 == 0 {
				posting.PostedBy = organization.Owners[0]
			}
			_, err := handle.CreatePosting(t.Context(), posting, partsOf(posting, ce.ProfessionalID(ce.NewUUID())))
			succeed(t, err)
			all = append(all, posting)
		}
		slices.SortFunc(all, func(a, b ce.Posting) int {
			if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
				return c
			}
			return slices.Compare([]byte(b.ID), []byte(a.ID))
		})
		hers := slices.DeleteFunc(slices.Clone(all), func(p ce.Posting) bool { return p.PostedBy != organization.Owners[0] })
		for size := 1; size <= len(all)+1; size++ {
			for want, filter := range map[*[]ce.Posting]storage.PostingFilter{&all: {}, &hers: {PostedBy: organization.Owners[0]}} {
				var listed []ce.Posting
				page := storage.Page[storage.PostingKey]{First: size}
				for more := true; more; {
					slice, err := handle.ListPostings(t.Context(), filter, page)
					succeed(t, err)
					if len(slice.Items) == 0 || len(slice.Items) > size {
						t.Fatalf("a page of %d has %d", size, len(slice.Items))
					}
					listed, more = append(listed, slice.Items...), slice.More
					last := slice.Items[len(slice.Items)-1]
					page.After = &storage.PostingKey{CreatedAt: last.CreatedAt, ID: last.ID}
				}
				same(t, "listed", listed, *want, exact)
			}
		}
		count, err := handle.CountPostings(t.Context())
		succeed(t, err)
		same(t, "count", count, len(all), nil)
	})
	t.Run("parts are listed in pages", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		parts := s.addPosting(t, handle, postingOf(organization.ID, instant(3)))
		first, err := handle.ListPostedCredits(t.Context(), parts[0].Posting, storage.Page[int]{First: 2})
		succeed(t, err)
		same(t, "first", first, storage.Slice[ce.PostedCredit]{Items: parts[:2], More: true}, exact)
		second, err := handle.ListPostedCredits(t.Context(), parts[0].Posting, storage.Page[int]{First: 2, After: &parts[1].Place})
		succeed(t, err)
		same(t, "second", second, storage.Slice[ce.PostedCredit]{Items: parts[2:]}, exact)
	})
	t.Run("one part changes and settles", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		parts := s.addPosting(t, handle, postingOf(organization.ID, instant(3)))
		counts := func(what string, posted, disputed int) {
			t.Helper()
			gotPosted, gotDisputed, err := handle.CountPosted(t.Context(), parts[0].Posting)
			succeed(t, err)
			same(t, what, []int{gotPosted, gotDisputed}, []int{posted, disputed}, nil)
		}
		counts("at first", 0, 0)
		succeed(t, handle.SettlePostedCredit(t.Context(), parts[0].ID, 1, ce.PostedThere))
		succeed(t, handle.SettlePostedCredit(t.Context(), parts[1].ID, 1, ce.PostedNot))
		fails(t, "another version", handle.SettlePostedCredit(t.Context(), parts[2].ID, 2, ce.PostedThere), storage.ErrConflict)
		succeed(t, handle.SettlePostedCredit(t.Context(), ce.CreditID(ce.NewUUID()), 2, ce.PostedThere))
		counts("settled", 1, 0)

		entry := entryOf(organization.ID, instant(7))
		want := parts[0]
		want.Version, want.State, want.PendingSince = 2, ce.PostedThere, instant(7)
		want.Dispute = ce.Dispute{At: instant(7), Reason: "Größe\n\u2028"}
		updated, err := handle.UpdatePostedCredit(t.Context(), parts[0].ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
			p.Dispute, p.PendingSince = want.Dispute, want.PendingSince
			p.ID, p.Organization, p.Posting, p.Professional, p.Place, p.Version, p.Amount, p.State = "other", "other", "other", "other", 7, 7, ce.Int(7), "other"
			return []ce.LogEntry{entry}, nil
		})
		succeed(t, err)
		same(t, "updated", updated, want, exact)
		read, err := handle.PostedCredit(t.Context(), want.ID)
		succeed(t, err)
		same(t, "read", read, want, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		counts("disputed", 1, 1)
		refused := errors.New("refused")
		_, err = handle.UpdatePostedCredit(t.Context(), want.ID, func(*ce.PostedCredit) ([]ce.LogEntry, error) { return []ce.LogEntry{entry}, refused })
		fails(t, "refused", err, refused)
		unchanged, err := handle.UpdatePostedCredit(t.Context(), want.ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
			p.Withdrawn = true
			return []ce.LogEntry{entry}, storage.ErrUnchanged
		})
		succeed(t, err)
		same(t, "unchanged", unchanged, want, exact)
		_, err = handle.UpdatePostedCredit(t.Context(), ce.CreditID(ce.NewUUID()), func(*ce.PostedCredit) ([]ce.LogEntry, error) { return nil, nil })
		fails(t, "what is not there", err, storage.ErrNotFound)

		want.Version, want.Dispute.ResolvedAt, want.Dispute.Resolution, want.PendingSince, want.Withdrawal = 3, instant(8), "It was held.", instant(8), "No."
		want.Decision = ce.Decision{Event: ce.CreditUpheld, By: ce.ProfessionalID(ce.NewUUID()), Reason: "It was held.", At: instant(8)}
		_, err = handle.UpdatePostedCredit(t.Context(), want.ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
			p.Dispute, p.PendingSince, p.Withdrawal, p.Decision = want.Dispute, want.PendingSince, want.Withdrawal, want.Decision
			return nil, nil
		})
		succeed(t, err)
		read, err = handle.PostedCredit(t.Context(), want.ID)
		succeed(t, err)
		same(t, "resolved", read, want, exact)
		counts("resolved", 1, 0)
		together(writers, func(int) {
			_, err := handle.UpdatePostedCredit(t.Context(), want.ID, func(*ce.PostedCredit) ([]ce.LogEntry, error) {
				return []ce.LogEntry{entryOf(organization.ID, instant(9))}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		read, err = handle.PostedCredit(t.Context(), want.ID)
		succeed(t, err)
		same(t, "version after writers at once", read.Version, 3+writers, nil)
		same(t, "entries after writers at once", len(s.logOf(t, handle)), 2+writers, nil)
		succeed(t, handle.ForgetPostedCredit(t.Context(), want.ID))
		succeed(t, handle.ForgetPostedCredit(t.Context(), want.ID))
		_, err = handle.PostedCredit(t.Context(), want.ID)
		fails(t, "forgotten", err, storage.ErrNotFound)
		same(t, "entries stay", len(s.logOf(t, handle)), 2+writers, nil)
	})
	t.Run("withdraw", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		posting := postingOf(organization.ID, instant(3))
		parts, others := s.addPosting(t, handle, posting), s.addPosting(t, handle, postingOf(organization.ID, instant(4)))
		succeed(t, handle.SettlePostedCredit(t.Context(), parts[0].ID, 1, ce.PostedThere))
		for i, change := range []func(*ce.PostedCredit){
			func(p *ce.PostedCredit) { p.Dispute = ce.Dispute{At: instant(5), Reason: "No."} },
			func(p *ce.PostedCredit) { p.Withdrawn = true },
		} {
			_, err := handle.UpdatePostedCredit(t.Context(), parts[i].ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) { change(p); return nil, nil })
			succeed(t, err)
		}
		entry := entryOf(organization.ID, instant(9))
		want := posting
		want.Version, want.UpdatedAt, want.WithdrawnAt, want.Withdrawal, want.WithdrawnBy = 2, instant(9), instant(9), "It was another day.", ce.ProfessionalID(ce.NewUUID())
		updated, err := handle.UpdatePosting(t.Context(), posting.ID, func(p *ce.Posting) ([]ce.LogEntry, error) {
			p.UpdatedAt, p.WithdrawnAt, p.Withdrawal, p.WithdrawnBy = want.UpdatedAt, want.WithdrawnAt, want.Withdrawal, want.WithdrawnBy
			p.ID, p.Organization, p.Version, p.Digest, p.PostedBy, p.Total, p.CreatedAt = "other", "other", 7, "other", "other", 7, instant(7)
			return []ce.LogEntry{entry}, nil
		})
		succeed(t, err)
		same(t, "updated", updated, want, exact)
		read, err := handle.Posting(t.Context(), posting.ID)
		succeed(t, err)
		same(t, "read", read, want, exact)
		same(t, "newest entry", s.logOf(t, handle)[0], entry, exact)
		parts[0].Version, parts[0].State, parts[0].Withdrawn, parts[0].PendingSince = 3, ce.PostedThere, true, instant(9)
		parts[0].Dispute = ce.Dispute{At: instant(5), Reason: "No."}
		parts[1].Version, parts[1].Withdrawn = 2, true // was before
		parts[2].Version, parts[2].Withdrawn, parts[2].PendingSince = 2, true, instant(9)
		same(t, "parts", partsIn(t, handle, posting.ID), parts, exact)
		same(t, "parts of the other", partsIn(t, handle, others[0].Posting), others, exact)
		_, disputed, err := handle.CountPosted(t.Context(), posting.ID)
		succeed(t, err)
		same(t, "disputed", disputed, 0, nil)
		_, err = handle.UpdatePosting(t.Context(), posting.ID, func(*ce.Posting) ([]ce.LogEntry, error) { return nil, nil })
		succeed(t, err)
		same(t, "parts after another change", partsIn(t, handle, posting.ID), parts, exact)
		_, err = handle.UpdatePosting(t.Context(), ce.PostingID(ce.NewUUID()), func(*ce.Posting) ([]ce.LogEntry, error) { return nil, nil })
		fails(t, "what is not there", err, storage.ErrNotFound)
	})
	t.Run("disputed", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		_, other, _ := s.newOrganization(t)
		var want []ce.PostedCredit
		for n := range 2 {
			for i, part := range s.addPosting(t, handle, postingOf(organization.ID, instant(3))) {
				if i == 2 {
					continue
				}
				part, err := handle.UpdatePostedCredit(t.Context(), part.ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
					p.Dispute = ce.Dispute{At: instant(20 - n), Reason: "No."}
					return nil, nil
				})
				succeed(t, err)
				want = append(want, part)
			}
		}
		slices.SortFunc(want, func(a, b ce.PostedCredit) int {
			if c := a.Dispute.At.Compare(b.Dispute.At); c != 0 {
				return c
			}
			return slices.Compare([]byte(a.ID), []byte(b.ID))
		})
		for size := 1; size <= len(want)+1; size++ {
			var listed []ce.PostedCredit
			page := storage.Page[storage.DisputeKey]{First: size}
			for more := true; more; {
				slice, err := handle.ListDisputed(t.Context(), page)
				succeed(t, err)
				if len(slice.Items) == 0 || len(slice.Items) > size {
					t.Fatalf("a page of %d has %d", size, len(slice.Items))
				}
				listed, more = append(listed, slice.Items...), slice.More
				last := slice.Items[len(slice.Items)-1]
				page.After = &storage.DisputeKey{At: last.Dispute.At, ID: last.ID}
			}
			same(t, "listed", listed, want, exact)
		}
		none, err := other.ListDisputed(t.Context(), storage.Page[storage.DisputeKey]{First: 10})
		succeed(t, err)
		same(t, "of another organisation", len(none.Items), 0, nil)
	})
	t.Run("pending", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		old := time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)
		parts := s.addPosting(t, handle, postingOf(organization.ID, old))
		pending := func(before time.Time, limit int) []ce.PostedCredit {
			t.Helper()
			found, err := s.System().PendingPostedCredits(t.Context(), before, limit)
			succeed(t, err)
			slices.SortFunc(found, func(a, b ce.PostedCredit) int { return a.Place - b.Place })
			return found
		}
		same(t, "before", len(pending(old, 10)), 0, nil)
		same(t, "all", pending(old.Add(time.Millisecond), 10), parts, exact)
		same(t, "limited", len(pending(old.Add(time.Millisecond), 2)), 2, nil)
		for _, part := range parts {
			succeed(t, handle.SettlePostedCredit(t.Context(), part.ID, 1, ce.PostedThere))
		}
		same(t, "settled", len(pending(old.Add(time.Millisecond), 10)), 0, nil)
	})
	t.Run("who is erased", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		parts := s.addPosting(t, handle, postingOf(organization.ID, instant(3)))
		gone := s.Professional(parts[1].Professional)
		succeed(t, gone.SetFoundBy(t.Context(), []string{ce.NewUUID()}))
		succeed(t, gone.Erase(t.Context(), instant(9)))
		fails(t, "SetFoundBy", gone.SetFoundBy(t.Context(), []string{ce.NewUUID()}), storage.ErrNotFound)
		same(t, "parts", partsIn(t, handle, parts[0].Posting), []ce.PostedCredit{parts[0], parts[2]}, exact)
	})
	t.Run("of what is deleted", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		parts := s.addPosting(t, handle, postingOf(organization.ID, instant(3)))
		succeed(t, handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return nil }))
		_, err := handle.Posting(t.Context(), parts[0].Posting)
		fails(t, "posting", err, storage.ErrNotFound)
		_, err = handle.PostedCredit(t.Context(), parts[0].ID)
		fails(t, "part", err, storage.ErrNotFound)
		_, err = handle.CreatePosting(t.Context(), postingOf(organization.ID, instant(3)), nil)
		fails(t, "another", err, storage.ErrNotFound)
	})
	t.Run("members by id and key", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		other, otherHandle, otherFounder := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		member, former := s.join(t, handle, invitation, "Ana", nil), s.join(t, handle, invitation, "Bea", nil)
		former, err := handle.UpdateMember(t.Context(), former.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(8); return nil, nil })
		succeed(t, err)
		byID, err := handle.MembersByID(t.Context(), []ce.MemberID{former.ID, founder.ID, otherFounder.ID, ce.MemberID(ce.NewUUID())})
		succeed(t, err)
		slices.SortFunc(byID, func(a, b ce.Member) int { return a.JoinedAt.Compare(b.JoinedAt) })
		same(t, "by id", len(byID), 2, nil)
		shared, hers, nobodys := ce.NewUUID(), ce.NewUUID(), ce.NewUUID()
		for id, keys := range map[ce.ProfessionalID][]string{
			founder.Professional: {shared}, member.Professional: {hers, shared}, former.Professional: {shared}, otherFounder.Professional: {shared},
		} {
			slices.Sort(keys)
			succeed(t, s.Professional(id).SetFoundBy(t.Context(), []string{"another"}))
			succeed(t, s.Professional(id).SetFoundBy(t.Context(), keys))
			succeed(t, s.Professional(id).SetFoundBy(t.Context(), keys))
		}
		found, err := handle.MembersFoundBy(t.Context(), []string{shared, hers, nobodys})
		succeed(t, err)
		slices.SortFunc(found[shared], func(a, b ce.Member) int { return slices.Compare([]byte(b.Name), []byte(a.Name)) })
		same(t, "by key", found, map[string][]ce.Member{shared: {founder, member}, hers: {member}}, exact)
		elsewhere, err := otherHandle.MembersFoundBy(t.Context(), []string{shared, hers})
		succeed(t, err)
		same(t, "in another organisation", elsewhere, map[string][]ce.Member{shared: {memberOfID(t, otherHandle, ce.NewMemberID(other.ID, otherFounder.Professional))}}, exact)
		succeed(t, s.Professional(member.Professional).SetFoundBy(t.Context(), nil))
		found, err = handle.MembersFoundBy(t.Context(), []string{hers})
		succeed(t, err)
		same(t, "by no key", len(found), 0, nil)
	})
}

func memberOfID(t *testing.T, handle storage.Organization, id ce.MemberID) ce.Member {
	t.Helper()
	member, err := handle.Member(t.Context(), id)
	succeed(t, err)
	return member
}
