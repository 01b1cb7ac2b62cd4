package storagetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// requestOf is a credit of the professional's that waits in the organisation's queue.
func requestOf(organization ce.OrganizationID, owner ce.ProfessionalID, created time.Time) ce.ReviewRequest {
	credit := creditOf(owner, day(2026, time.February, 3))
	credit.CreatedAt = created
	return ce.ReviewRequest{Organization: organization, Credit: credit.ForReview()}
}

// queueOf reads the whole queue in pages of a size.
func queueOf(t *testing.T, handle storage.Organization, size int) (all []ce.ReviewRequest) {
	t.Helper()
	page := storage.Page[storage.ReviewKey]{First: size}
	for {
		slice, err := handle.ListReviewRequests(t.Context(), page)
		succeed(t, err)
		if len(slice.Items) > size || slice.More && len(slice.Items) == 0 {
			t.Fatalf("a page of %d has %d", size, len(slice.Items))
		}
		all = append(all, slice.Items...)
		if !slice.More {
			return all
		}
		last := all[len(all)-1].Credit
		page.After = &storage.ReviewKey{CreatedAt: last.CreatedAt, ID: last.ID}
	}
}

// shareProgram gives the professional a certification of one of the organisation's programs.
func shareProgram(t *testing.T, professional storage.Professional, owner ce.ProfessionalID, organization ce.OrganizationID) {
	t.Helper()
	certification := certificationOf(owner)
	certification.Shared.Organization = organization
	_, err := professional.Certifications().Create(t.Context(), certification, "digest")
	succeed(t, err)
}

// isDue reports whether the professional's standings are due to be derived anew.
func (s suite) isDue(t *testing.T, id ce.ProfessionalID) bool {
	t.Helper()
	due, err := s.System().DueStandings(t.Context(), day(1980, time.January, 1), 100_000)
	succeed(t, err)
	return slices.Contains(due, id)
}

func (s suite) reviews(t *testing.T) {
	changeApproval := func(t *testing.T, handle storage.Organization, approves bool) {
		t.Helper()
		_, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
			o.ApprovesCredits = approves
			return []ce.LogEntry{entryOf(o.ID, instant(3))}, nil
		})
		succeed(t, err)
	}
	leave := func(t *testing.T, handle storage.Organization, id ce.MemberID) {
		t.Helper()
		_, err := handle.UpdateMember(t.Context(), id, func(m *ce.Member) ([]ce.LogEntry, error) {
			m.LeftAt = instant(8)
			return nil, nil
		})
		succeed(t, err)
	}
	// derive saves standings that are not due.
	derive := func(t *testing.T, professional storage.Professional, requests []ce.ReviewRequest) {
		t.Helper()
		turn, err := professional.Begin(t.Context())
		succeed(t, err)
		succeed(t, saveDerived(t.Context(), professional, storage.Derived{
			Sequence: turn.Sequence, Standings: []ce.Standing{standingOf(ce.CertificationID(ce.NewUUID()), "x", day(2190, time.January, 1))}, Requests: requests,
		}))
	}
	t.Run("approvers", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		other, otherHandle, _ := s.newOrganization(t)
		member := s.join(t, handle, addInvitation(t, handle, invitationOf(organization.ID)), "Ana", nil)
		professional := s.Professional(member.Professional)
		approvers := func(what string, want ...ce.Approver) {
			t.Helper()
			held, err := professional.ReadCertifications(t.Context())
			succeed(t, err)
			same(t, what, held.Approvers, want, loose)
		}
		approvers("without a certification")
		addCertification(t, professional, member.Professional)
		approvers("of a program of others")
		shareProgram(t, professional, member.Professional, other.ID)
		approvers("of an organisation of which she is no member")
		shareProgram(t, professional, member.Professional, organization.ID)
		shareProgram(t, professional, member.Professional, organization.ID)
		approvers("approves", ce.Approver{ID: organization.ID, Name: organization.Name})
		again, err := otherHandle.Join(t.Context(), memberOf(other.ID, member.Professional, addInvitation(t, otherHandle, invitationOf(other.ID)).ID), instant(5))
		succeed(t, err)
		both := []ce.Approver{{ID: organization.ID, Name: organization.Name}, {ID: other.ID, Name: other.Name}}
		slices.SortFunc(both, func(a, b ce.Approver) int { return cmp.Compare(a.ID, b.ID) })
		approvers("two", both...)
		leave(t, otherHandle, again.ID)
		approvers("left the other", ce.Approver{ID: organization.ID, Name: organization.Name})
		changeApproval(t, handle, false)
		approvers("switched off")
		changeApproval(t, handle, true)
		approvers("switched on", ce.Approver{ID: organization.ID, Name: organization.Name})
		succeed(t, handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return nil }))
		approvers("deleted")
	})
	t.Run("queue", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		other, otherHandle, _ := s.newOrganization(t)
		owner, professional := s.newProfile(t)
		second, secondHandle := s.newProfile(t)
		flag := func(what string, want bool) {
			t.Helper()
			turn, err := professional.Begin(t.Context())
			succeed(t, err)
			same(t, what, turn.Requests || !want, true, nil) // only false is certain
		}
		same(t, "before", queueOf(t, handle, 10), []ce.ReviewRequest(nil), loose)
		var first, all []ce.ReviewRequest
		for n := range 5 {
			first = append(first, requestOf(organization.ID, owner, instant(10+n/2)))
		}
		elsewhere := first[0]
		elsewhere.Organization = other.ID
		hers := requestOf(organization.ID, second, instant(11))
		derive(t, professional, append(slices.Clone(first), elsewhere))
		derive(t, secondHandle, []ce.ReviewRequest{hers})
		all = append(slices.Clone(first), hers)
		order := func(a, b ce.ReviewRequest) int {
			return cmp.Or(a.Credit.CreatedAt.Compare(b.Credit.CreatedAt), cmp.Compare(a.Credit.ID, b.Credit.ID))
		}
		slices.SortFunc(all, order)
		for size := 1; size <= len(all)+1; size++ {
			same(t, "queue", queueOf(t, handle, size), all, exact)
		}
		same(t, "another organisation's", queueOf(t, otherHandle, 10), []ce.ReviewRequest{elsewhere}, exact)
		one, err := handle.ReviewRequest(t.Context(), first[2].Credit.ID)
		succeed(t, err)
		same(t, "one", one, first[2], exact)
		_, err = otherHandle.ReviewRequest(t.Context(), first[2].Credit.ID)
		fails(t, "one of another organisation", err, storage.ErrNotFound)
		_, err = handle.ReviewRequest(t.Context(), ce.CreditID(ce.NewUUID()))
		fails(t, "none", err, storage.ErrNotFound)
		flag("there may be some", true)

		derive(t, professional, nil)
		same(t, "left alone", queueOf(t, handle, 10), all, exact)
		changed := first[1]
		changed.Credit.Title, changed.Credit.Version = "Changed", 2
		derive(t, professional, []ce.ReviewRequest{changed})
		all = []ce.ReviewRequest{changed, hers}
		slices.SortFunc(all, order)
		same(t, "replaced", queueOf(t, handle, 10), all, exact)
		same(t, "replaced elsewhere", queueOf(t, otherHandle, 10), []ce.ReviewRequest(nil), loose)

		turn, err := professional.Begin(t.Context())
		succeed(t, err)
		derive(t, professional, []ce.ReviewRequest{changed})
		fails(t, "overtaken", saveDerived(t.Context(), professional, storage.Derived{Sequence: turn.Sequence, Requests: first}), storage.ErrOvertaken)
		same(t, "after one that was overtaken", queueOf(t, handle, 10), all, exact)
		derive(t, professional, []ce.ReviewRequest{})
		same(t, "emptied", queueOf(t, handle, 10), []ce.ReviewRequest{hers}, exact)

		derive(t, professional, first)
		succeed(t, professional.Erase(t.Context(), instant(20)))
		same(t, "erased", queueOf(t, handle, 10), []ce.ReviewRequest{hers}, exact)
		succeed(t, handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return nil }))
		same(t, "deleted", queueOf(t, handle, 10), []ce.ReviewRequest(nil), loose)
	})
	t.Run("told of", func(t *testing.T) {
		organization, handle, _ := s.newOrganization(t)
		member := s.join(t, handle, addInvitation(t, handle, invitationOf(organization.ID)), "Ana", nil)
		professional := s.Professional(member.Professional)
		overview := joinOverviews(overviewOf("a", ce.NotMet, 3))
		save := func(at time.Time, requests ...ce.ReviewRequest) {
			t.Helper()
			turn, err := professional.Begin(t.Context())
			succeed(t, err)
			_, err = professional.SaveDerived(t.Context(), storage.Derived{
				Sequence: turn.Sequence, At: at, Overview: overview, Requests: append([]ce.ReviewRequest{}, requests...),
			})
			succeed(t, err)
		}
		save(instant(8))
		save(instant(9), requestOf(organization.ID, member.Professional, instant(9)))
		changes, err := handle.Changes(t.Context(), instant(9))
		succeed(t, err)
		if len(changes) != 1 || !strings.HasPrefix(changes[0], string(member.ID)) {
			t.Errorf("changes %q, want that of the member whose credit waits newly", changes)
		}
	})
	t.Run("derived anew", func(t *testing.T) {
		organization, handle, founder := s.newOrganization(t)
		invitation := addInvitation(t, handle, invitationOf(organization.ID))
		stays, leaves := s.join(t, handle, invitation, "Ana", nil), s.join(t, handle, invitation, "Bea", nil)
		stranger, _ := s.newProfile(t)
		people := []ce.ProfessionalID{founder.Professional, stays.Professional, leaves.Professional, stranger}
		settle := func() {
			for _, id := range people {
				derive(t, s.Professional(id), nil)
			}
		}
		due := func(what string, want ...bool) {
			t.Helper()
			got := make([]bool, len(people))
			for i, id := range people {
				got[i] = s.isDue(t, id)
			}
			same(t, what, got, want, nil)
			settle()
		}
		settle()
		due("nothing", false, false, false, false)
		_, err := handle.Update(t.Context(), func(o *ce.Organization) ([]ce.LogEntry, error) {
			o.Name = "Other"
			return nil, nil
		})
		succeed(t, err)
		due("another name", false, false, false, false)
		leave(t, handle, leaves.ID)
		due("who left", false, false, true, false)
		changeApproval(t, handle, false)
		due("switched off", true, true, false, false)
		changeApproval(t, handle, true)
		due("switched on", true, true, false, false)
		succeed(t, handle.Delete(t.Context(), instant(9), func(ce.Organization) error { return nil }))
		due("deleted", true, true, false, false)
	})
}
