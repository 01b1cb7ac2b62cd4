package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// overviewOf is an overview in which every field is set, of a certification with the outcome whose soonest deadline is over after so many days from instant(0).
func overviewOf(program ce.ProgramID, outcome ce.Outcome, days int) ce.Overview {
	endsAt := instant(0).AddDate(0, 0, days)
	remaining, required, earned := ce.Int(3), ce.Fraction(41, 3), ce.Fraction(32, 3)
	return ce.Overview{Certifications: []ce.CertificationOverview{{
		Certification: ce.CertificationID(ce.NewUUID()), Program: program, ProgramName: "Größe \u2028", Outcome: outcome,
		DueOn: ce.DateOf(endsAt, time.UTC), EndsAt: endsAt, Title: ce.NewText(ce.Message{ID: "deadline-earn"}), Required: &required, Earned: &earned,
		Missing: []ce.MissingRequirement{{Title: "Ethics", Remaining: &remaining, Unit: "hour"}, {Title: "A card"}},
	}}}
}

func joinOverviews(overviews ...ce.Overview) *ce.Overview {
	var joined ce.Overview
	for _, o := range overviews {
		joined.Certifications = append(joined.Certifications, o.Certifications...)
	}
	joined.Sort()
	return &joined
}

// overview saves an overview as a refresh does.
func (s suite) overview(t *testing.T, professional ce.ProfessionalID, overview *ce.Overview) {
	t.Helper()
	handle := s.Professional(professional)
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	if !turn.Member {
		t.Error("the turn does not say that she is a member")
	}
	_, err = handle.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Overview: overview, At: instant(8)})
	succeed(t, err)
}

func (s suite) overviews(t *testing.T) {
	organization, handle, _ := s.newOrganization(t)
	invitation := addInvitation(t, handle, invitationOf(organization.ID))
	id, professional := s.newProfile(t)
	turn, err := professional.Begin(t.Context())
	succeed(t, err)
	same(t, "a member before", turn.Member, false, nil)
	member, err := handle.Join(t.Context(), memberOf(organization.ID, id, invitation.ID), instant(5))
	succeed(t, err)
	same(t, "before one is derived", member.Overview, (*ce.Overview)(nil), nil)
	read := func(what string, want *ce.Overview) {
		t.Helper()
		m, err := handle.Member(t.Context(), member.ID)
		succeed(t, err)
		same(t, what, m.Overview, want, exact)
	}
	first, second := joinOverviews(overviewOf("a", ce.NotMet, 3)), joinOverviews(overviewOf("b", ce.Met, 5), overviewOf("a", ce.Undetermined, 4))
	second.Certifications[0].Missing = nil
	s.overview(t, id, first)
	read("saved", first)
	turn, err = professional.Begin(t.Context())
	succeed(t, err)
	s.overview(t, id, second)
	read("saved again", second)
	if _, err = professional.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Overview: first}); err == nil {
		t.Error("an older turn saved an overview")
	}
	read("after an older turn", second)
	before, err := handle.Changes(t.Context(), instant(8))
	succeed(t, err)
	same(t, "one overview is changed last", len(before), 1, nil)
	s.overview(t, id, first)
	s.overview(t, id, second)
	after, err := handle.Changes(t.Context(), instant(8))
	succeed(t, err)
	same(t, "it alone", len(after), 1, nil)
	if slices.Equal(before, after) {
		t.Error("a change has the name of the one before")
	}
	_, err = handle.Update(t.Context(), func(*ce.Organization) ([]ce.LogEntry, error) {
		return []ce.LogEntry{entryOf(organization.ID, instant(9)), entryOf(organization.ID, instant(9))}, nil
	})
	succeed(t, err)
	logged, err := handle.Changes(t.Context(), instant(9))
	succeed(t, err)
	same(t, "two entries", len(logged), 2, nil)
	none, err := handle.Changes(t.Context(), instant(10))
	succeed(t, err)
	same(t, "later", len(none), 0, nil)
	version := member.Version
	_, err = handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.Groups, m.Overview = nil, first; return nil, nil })
	succeed(t, err)
	read("after a change of the member", second)
	together(writers, func(i int) {
		if i%2 == 0 {
			_, err := handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.ShareCredits = i%4 == 0; return nil, nil })
			succeed(t, err)
			return
		}
		turn, err := professional.Begin(t.Context())
		succeed(t, err)
		_, err = professional.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Overview: first})
		if err != nil && !errors.Is(err, storage.ErrOvertaken) {
			t.Error(err)
		}
	})
	read("after both at once", first)
	member, err = handle.Member(t.Context(), member.ID)
	succeed(t, err)
	same(t, "version", member.Version, version+1+writers/2, nil)

	_, err = handle.UpdateMember(t.Context(), member.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(9); return nil, nil })
	succeed(t, err)
	former, err := handle.FormerMember(t.Context(), member.ID)
	succeed(t, err)
	same(t, "once she has left", former.Overview, (*ce.Overview)(nil), nil)
	turn, err = professional.Begin(t.Context())
	succeed(t, err)
	_, err = professional.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Overview: first, Standings: []ce.Standing{{Certification: "c"}}})
	succeed(t, err)
	former, err = handle.FormerMember(t.Context(), member.ID)
	succeed(t, err)
	same(t, "saved once she has left", former.Overview, (*ce.Overview)(nil), nil)
	again, err := handle.Join(t.Context(), memberOf(organization.ID, id, invitation.ID), instant(5))
	succeed(t, err)
	same(t, "once she is back", again.Overview, (*ce.Overview)(nil), nil)
	due, err := s.System().DueStandings(t.Context(), day(1975, time.January, 1), 1000)
	succeed(t, err)
	if !slices.Contains(due, id) {
		t.Error("her standings are not due once she is back")
	}
	s.overview(t, id, first) // not due any more, for other tests
}

// memberLists holds lists and counts against what the filter says of each member.
func (s suite) memberLists(t *testing.T) {
	organization, handle, founder := s.newOrganization(t)
	invitation := addInvitation(t, handle, invitationOf(organization.ID))
	ward, office := organization.Groups[0].ID, organization.Groups[1].ID
	groupings := [][]ce.GroupID{nil, {ward}, {office}, {office, ward}}
	overviews := []*ce.Overview{
		nil,
		{},
		joinOverviews(overviewOf("a", ce.NotMet, -1)), joinOverviews(overviewOf("a", ce.NotMet, 0)), joinOverviews(overviewOf("a", ce.Met, 30)),
		joinOverviews(overviewOf("a", ce.NotMet, 90), overviewOf("b", ce.Met, -2)), joinOverviews(overviewOf("b", ce.NotMet, 91)),
		joinOverviews(overviewOf("b", ce.Undetermined, 200), overviewOf("a", ce.NotMet, 300)), joinOverviews(overviewOf("b", ce.Undetermined, 200)),
		joinOverviews(overviewOf("b", ce.Undetermined, 20), overviewOf("b", ce.Met, 10), overviewOf("a", ce.Met, 400)),
	}
	overviews[9].Certifications[0].EndsAt = time.Time{} // never
	overviews[9].Certifications[0].DueOn = ce.Date{}
	overviews[9].Sort()
	names := []string{"Ana (%_*) O'Neil", "ana", "Bea", "Ångström", ""}
	members := []ce.Member{founder}
	for i := range 20 {
		m := s.join(t, handle, invitation, names[i%len(names)], func(m *ce.Member) { m.Groups = groupings[(i+i/10)%4] })
		if overview := overviews[i%len(overviews)]; overview != nil {
			s.overview(t, m.Professional, overview)
			m.Overview = overview
		}
		members = append(members, m)
	}
	gone := s.join(t, handle, invitation, "Gone", func(m *ce.Member) { m.Groups = groupings[3] })
	s.overview(t, gone.Professional, overviews[2])
	_, err := handle.UpdateMember(t.Context(), gone.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.LeftAt = instant(9); return nil, nil })
	succeed(t, err)
	s.overview(t, gone.Professional, overviews[2]) // her standings are due no more
	// What is listed follows changes of groups and names.
	moved := &members[1]
	_, err = handle.UpdateMember(t.Context(), moved.ID, func(m *ce.Member) ([]ce.LogEntry, error) { m.Groups = groupings[2]; return nil, nil })
	succeed(t, err)
	moved.Groups, moved.Version = groupings[2], 2
	succeed(t, s.Professional(moved.Professional).NameMemberships(t.Context(), "Zoe"))
	moved.Name = "Zoe"

	now := instant(0)
	passes := func(m *ce.Member, f storage.MemberFilter) bool {
		listings := m.Overview.Listings()
		i := slices.IndexFunc(listings, func(l ce.Listing) bool { return l.Program == f.Program })
		return i >= 0 && (f.Groups == nil || slices.ContainsFunc(m.Groups, func(id ce.GroupID) bool { return slices.Contains(f.Groups, id) })) &&
			strings.Contains(m.SortName(), f.Search) && (f.Outcome == "" || listings[i].Outcome(now) == f.Outcome) &&
			(f.EndsBy.IsZero() || !ce.Never(listings[i].EndsAt).After(f.EndsBy))
	}
	groups := [][]ce.GroupID{nil, {ward}, {office, ward}, {}}
	var filters []storage.MemberFilter
	for _, outcome := range append([]ce.MemberOutcome{""}, ce.MemberOutcomes...) {
		for _, program := range []ce.ProgramID{"", "a", "b", "c"} {
			filters = append(filters, storage.MemberFilter{Outcome: outcome, Program: program, Groups: groups[len(filters)%len(groups)], Now: now})
		}
	}
	filters = append(filters,
		storage.MemberFilter{Search: "ana"}, storage.MemberFilter{Search: "(%_*) o'"}, storage.MemberFilter{Search: "å", Groups: groups[2]},
		storage.MemberFilter{EndsBy: now.AddDate(0, 0, 91)}, storage.MemberFilter{EndsBy: now.AddDate(0, 0, 91), Program: "a", Groups: groups[1], Outcome: ce.MemberOverdue, Now: now},
	)
	orders := []ce.MemberOrder{ce.MembersByName, ce.MembersByDeadline, ce.MembersByRisk}
	found := 0
	for i, filter := range filters {
		for _, order := range orders {
			var want []ce.Member
			for _, m := range members {
				if passes(&m, filter) {
					want = append(want, m)
				}
			}
			slices.SortFunc(want, func(a, b ce.Member) int {
				return storage.MemberKeyOf(&a, order).Compare(storage.MemberKeyOf(&b, order))
			})
			found += len(want)
			page := storage.Page[storage.MemberKey]{First: 3 + i%9}
			var listed []ce.Member
			for more := true; more; {
				slice, err := handle.ListMembers(t.Context(), filter, order, page)
				succeed(t, err)
				if len(slice.Items) > page.First || slice.More && len(slice.Items) == 0 {
					t.Fatalf("a page of %d has %d", page.First, len(slice.Items))
				}
				listed, more = append(listed, slice.Items...), slice.More
				if len(listed) > 0 {
					last := storage.MemberKeyOf(&listed[len(listed)-1], order)
					page.After = &last
				}
			}
			same(t, fmt.Sprintf("%v %s", filter, order), listed, want, loose)
		}
	}
	if found < 150 {
		t.Errorf("the filters find only %d", found)
	}

	for _, in := range groups {
		type sums [3]int64 // of members, required and earned
		add := func(to map[ce.Listing]sums, listing ce.Listing, members int) {
			key := listing
			key.Required, key.Earned = 0, 0
			sum := to[key]
			to[key] = sums{sum[0] + int64(members), sum[1] + listing.Required, sum[2] + listing.Earned}
		}
		want, got := map[ce.Listing]sums{}, map[ce.Listing]sums{}
		for _, m := range members {
			if in == nil || slices.ContainsFunc(m.Groups, func(id ce.GroupID) bool { return slices.Contains(in, id) }) {
				for _, listing := range m.Overview.Listings() {
					add(want, listing, 1)
				}
			}
		}
		tallies, err := handle.TallyMembers(t.Context(), in)
		succeed(t, err)
		for _, tally := range tallies {
			add(got, tally.Listing, tally.Members)
		}
		same(t, fmt.Sprint("tallies of ", in), got, want, exact)
		same(t, "tallies without repeats", len(tallies), len(want), nil)
	}
	count, err := handle.CountMembers(t.Context())
	succeed(t, err)
	same(t, "count", count, len(members), nil)
}
