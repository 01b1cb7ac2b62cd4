package mongodb

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// TestOrganizationCutShort cancels each change of an organisation at each of its commands in turn. What was changed has its entry in the
// log, what was not has none, and the same request goes on where it was cut.
func TestOrganizationCutShort(t *testing.T) {
	var countdown atomic.Int64
	var cancel atomic.Value
	store := openTest(t, mongodbtest.URI(t), OnCommand(func(string) {
		if countdown.Add(-1) == 0 {
			cancel.Load().(context.CancelFunc)()
		}
	}))
	ctx := t.Context()
	at := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	entry := func(action ce.LogAction) ce.LogEntry {
		return ce.LogEntry{ID: ce.LogEntryID(ce.NewUUID()), At: at, Action: action}
	}
	finished := func(t *testing.T, id ce.OrganizationID) {
		t.Helper()
		handle := store.Organization(id)
		unfinished, err := store.System().UnfinishedOrganizations(ctx, at.AddDate(1, 0, 0), 1000)
		succeed(t, err)
		for _, one := range unfinished {
			succeed(t, store.Organization(one).Finish(ctx))
		}
		succeed(t, handle.Finish(ctx))
		unfinished, err = store.System().UnfinishedOrganizations(ctx, at.AddDate(1, 0, 0), 1000)
		succeed(t, err)
		if len(unfinished) > 0 {
			t.Errorf("unfinished for good: %v", unfinished)
		}
	}
	logged := func(t *testing.T, id ce.OrganizationID) (actions []ce.LogAction) {
		t.Helper()
		slice, err := store.Organization(id).ListLog(ctx, storage.Page[storage.LogKey]{First: 100})
		succeed(t, err)
		for _, entry := range slice.Items {
			actions = append(actions, entry.Action)
		}
		slices.Sort(actions)
		return actions
	}
	post := func(ctx context.Context, handle storage.Organization, o ce.Organization, entries ...ce.LogEntry) (ce.PostingID, []ce.PostedCredit, error) {
		posting := ce.Posting{ID: ce.PostingID(ce.NewMemberID(o.ID, "posting")), Total: 2, CreatedAt: at, UpdatedAt: at}
		var parts []ce.PostedCredit
		for place, id := range []ce.ProfessionalID{"ana", "bea"} {
			parts = append(parts, ce.PostedCredit{ID: ce.NewPostedCreditID(posting.ID, id), Professional: id, Place: place})
		}
		_, err := handle.CreatePosting(ctx, posting, parts, entries...)
		return posting.ID, parts, err
	}
	// parts looks at both parts of what was posted.
	parts := func(t *testing.T, handle storage.Organization, id ce.PostingID, check func(ce.PostedCredit) bool) {
		t.Helper()
		slice, err := handle.ListPostedCredits(ctx, id, storage.Page[int]{First: 10})
		succeed(t, err)
		if len(slice.Items) != 2 || !check(slice.Items[0]) || !check(slice.Items[1]) {
			t.Errorf("the parts are %+v", slice.Items)
		}
	}
	founder, _ := newProfessional(t, store)
	joiner, _ := newProfessional(t, store)
	for _, step := range []struct {
		name string
		// run makes the change, which the check then looks at; the same request is run again after it was cut short.
		run   func(context.Context, storage.Organization, ce.Organization, ce.Invitation) error
		check func(*testing.T, storage.Organization, ce.Organization, []ce.LogAction) (changed bool)
		want  ce.LogAction
	}{
		{"update", func(ctx context.Context, handle storage.Organization, _ ce.Organization, _ ce.Invitation) error {
			_, err := handle.Update(ctx, func(o *ce.Organization) ([]ce.LogEntry, error) {
				if o.Name == "Renamed" {
					return nil, storage.ErrUnchanged
				}
				o.Name = "Renamed"
				return []ce.LogEntry{entry(ce.LogOrganizationUpdated)}, nil
			})
			return err
		}, func(t *testing.T, handle storage.Organization, _ ce.Organization, _ []ce.LogAction) bool {
			o, err := handle.Get(ctx)
			succeed(t, err)
			return o.Name == "Renamed"
		}, ce.LogOrganizationUpdated},
		{"invite", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			id := ce.InvitationID(ce.NewMemberID(o.ID, "invitation"))
			_, err := handle.CreateInvitation(ctx, ce.Invitation{ID: id, SecretHash: string(id), MaxUses: 1, ExpiresAt: at}, "digest", entry(ce.LogInvitationCreated))
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			_, err := handle.Invitation(ctx, ce.InvitationID(ce.NewMemberID(o.ID, "invitation")))
			return err == nil
		}, ce.LogInvitationCreated},
		{"join", func(ctx context.Context, handle storage.Organization, o ce.Organization, invitation ce.Invitation) error {
			_, err := handle.Join(ctx, ce.Member{ID: ce.NewMemberID(o.ID, joiner), Professional: joiner, Role: ce.RoleMember, Invitation: invitation.ID}, at, entry(ce.LogMemberJoined))
			if errors.Is(err, storage.ErrConflict) { // she is a member
				return nil
			}
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			_, err := handle.Member(ctx, ce.NewMemberID(o.ID, joiner))
			return err == nil
		}, ce.LogMemberJoined},
		{"change a member", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, err := handle.UpdateMember(ctx, ce.NewMemberID(o.ID, founder), func(m *ce.Member) ([]ce.LogEntry, error) {
				if m.ShareCredits {
					return nil, storage.ErrUnchanged
				}
				m.ShareCredits = true
				return []ce.LogEntry{entry(ce.LogSharingChanged)}, nil
			})
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			member, err := handle.Member(ctx, ce.NewMemberID(o.ID, founder))
			succeed(t, err)
			return member.ShareCredits
		}, ce.LogSharingChanged},
		{"create a program", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, err := handle.CreateProgram(ctx, ce.OwnProgram{ID: programIn(o), Texts: []ce.ProgramText{{Text: "first"}}}, "digest", entry(ce.LogProgramCreated))
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			_, err := handle.Program(ctx, programIn(o))
			return err == nil
		}, ce.LogProgramCreated},
		{"change a program", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, err := handle.CreateProgram(ctx, ce.OwnProgram{ID: programIn(o), Texts: []ce.ProgramText{{Text: "first"}}}, "digest")
			if err != nil {
				return err
			}
			_, err = handle.UpdateProgram(ctx, programIn(o), func(p *ce.OwnProgram) ([]ce.LogEntry, error) {
				if len(p.Texts) == 2 {
					return nil, storage.ErrUnchanged
				}
				p.Texts = append(p.Texts, ce.ProgramText{Text: "second"})
				return []ce.LogEntry{entry(ce.LogProgramUpdated)}, nil
			})
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			p, err := handle.Program(ctx, programIn(o))
			return err == nil && len(p.Texts) == 2
		}, ce.LogProgramUpdated},
		{"remove a program", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, err := handle.CreateProgram(ctx, ce.OwnProgram{ID: programIn(o), Texts: []ce.ProgramText{{Text: "first"}}}, "digest")
			if err != nil && !errors.Is(err, storage.ErrRemoved) {
				return err
			}
			return handle.RemoveProgram(ctx, programIn(o), at, func(ce.OwnProgram) ([]ce.LogEntry, error) {
				return []ce.LogEntry{entry(ce.LogProgramRemoved)}, nil
			})
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			_, err := handle.CreateProgram(ctx, ce.OwnProgram{ID: programIn(o), Texts: []ce.ProgramText{{Text: "first"}}}, "digest")
			return errors.Is(err, storage.ErrRemoved)
		}, ce.LogProgramRemoved},
		{"post", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, _, err := post(ctx, handle, o, entry(ce.LogPosted))
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			id := ce.PostingID(ce.NewMemberID(o.ID, "posting"))
			if _, err := handle.Posting(ctx, id); err != nil {
				return false
			}
			parts(t, handle, id, func(p ce.PostedCredit) bool { return p.State == ce.PostedPending })
			return true
		}, ce.LogPosted},
		{"withdraw", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			id, _, err := post(ctx, handle, o)
			if err != nil {
				return err
			}
			_, err = handle.UpdatePosting(ctx, id, func(p *ce.Posting) ([]ce.LogEntry, error) {
				if !p.WithdrawnAt.IsZero() {
					return nil, storage.ErrUnchanged
				}
				p.WithdrawnAt = at
				return []ce.LogEntry{entry(ce.LogPostingWithdrawn)}, nil
			})
			return err
		}, func(t *testing.T, handle storage.Organization, o ce.Organization, _ []ce.LogAction) bool {
			posting, err := handle.Posting(ctx, ce.PostingID(ce.NewMemberID(o.ID, "posting")))
			if err != nil || posting.WithdrawnAt.IsZero() {
				return false
			}
			parts(t, handle, posting.ID, func(p ce.PostedCredit) bool { return p.Withdrawn && p.Version == 2 })
			return true
		}, ce.LogPostingWithdrawn},
		{"dispute", func(ctx context.Context, handle storage.Organization, o ce.Organization, _ ce.Invitation) error {
			_, parts, err := post(ctx, handle, o)
			if err != nil {
				return err
			}
			_, err = handle.UpdatePostedCredit(ctx, parts[0].ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
				if p.Disputed() {
					return nil, storage.ErrUnchanged
				}
				p.Dispute.At = at
				return []ce.LogEntry{entry(ce.LogCreditDisputed)}, nil
			})
			return err
		}, func(t *testing.T, handle storage.Organization, _ ce.Organization, _ []ce.LogAction) bool {
			slice, err := handle.ListDisputed(ctx, storage.Page[storage.DisputeKey]{First: 10})
			succeed(t, err)
			return len(slice.Items) == 1
		}, ce.LogCreditDisputed},
	} {
		t.Run(step.name, func(t *testing.T) {
			for cut := int64(1); ; cut++ {
				o := ce.Organization{ID: ce.OrganizationID(ce.NewUUID()), Owners: []ce.ProfessionalID{founder}, CreatedAt: at}
				handle := store.Organization(o.ID)
				_, err := handle.Create(ctx, o, ce.Member{ID: ce.NewMemberID(o.ID, founder), Professional: founder, Role: ce.RoleManager}, "digest")
				succeed(t, err)
				// One use is enough, however often the join is cut short.
				invitation, err := handle.CreateInvitation(ctx, ce.Invitation{ID: ce.InvitationID(ce.NewUUID()), SecretHash: ce.NewUUID(), MaxUses: 1, ExpiresAt: at.AddDate(0, 0, 1)}, "digest")
				succeed(t, err)
				short, stop := context.WithCancel(ctx)
				cancel.Store(stop)
				countdown.Store(cut)
				cutShort := step.run(short, handle, o, invitation) != nil
				countdown.Store(-1)
				stop()
				changed := step.check(t, handle, o, nil)
				if got := logged(t, o.ID); slices.Contains(got, step.want) != changed {
					t.Errorf("cut at command %d: changed is %v, and the log has %v", cut, changed, got)
				}
				finished(t, o.ID)
				succeed(t, step.run(ctx, handle, o, invitation))
				if got := logged(t, o.ID); !slices.Equal(got, []ce.LogAction{step.want}) || !step.check(t, handle, o, got) {
					t.Errorf("cut at command %d and run again: the log has %v", cut, got)
				}
				finished(t, o.ID)
				if !cutShort {
					if cut < 3 {
						t.Errorf("it was never cut short: %d commands", cut)
					}
					return
				}
			}
		})
	}
	t.Run("create", func(t *testing.T) {
		for cut, cutShort := int64(1), true; cutShort; cut++ {
			o := ce.Organization{ID: ce.OrganizationID(ce.NewUUID()), Owners: []ce.ProfessionalID{founder}, CreatedAt: at}
			handle := store.Organization(o.ID)
			create := func(ctx context.Context) error {
				_, err := handle.Create(ctx, o, ce.Member{ID: ce.NewMemberID(o.ID, founder), Professional: founder, Role: ce.RoleManager}, "digest", entry(ce.LogOrganizationCreated))
				return err
			}
			short, stop := context.WithCancel(ctx)
			cancel.Store(stop)
			countdown.Store(cut)
			cutShort = create(short) != nil
			countdown.Store(-1)
			stop()
			_, there := handle.Get(ctx)
			finished(t, o.ID)
			_, member := handle.Member(ctx, ce.NewMemberID(o.ID, founder))
			if got := logged(t, o.ID); (member == nil) != (there == nil) || slices.Contains(got, ce.LogOrganizationCreated) != (there == nil) {
				t.Errorf("cut at command %d: organisation %v, founder %v, log %v", cut, there, member, got)
			}
			succeed(t, create(ctx))
			_, err := handle.Member(ctx, ce.NewMemberID(o.ID, founder))
			succeed(t, err)
			if got := logged(t, o.ID); len(got) != 1 {
				t.Errorf("cut at command %d and run again: the log has %v", cut, got)
			}
		}
	})
	t.Run("delete", func(t *testing.T) {
		for cut, cutShort := int64(1), true; cutShort; cut++ {
			o := ce.Organization{ID: ce.OrganizationID(ce.NewUUID()), Owners: []ce.ProfessionalID{founder}, CreatedAt: at}
			handle := store.Organization(o.ID)
			_, err := handle.Create(ctx, o, ce.Member{ID: ce.NewMemberID(o.ID, founder), Professional: founder, Role: ce.RoleManager}, "digest", entry(ce.LogOrganizationCreated))
			succeed(t, err)
			_, err = handle.CreateProgram(ctx, ce.OwnProgram{ID: programIn(o), Texts: []ce.ProgramText{{Text: "first"}}}, "digest")
			succeed(t, err)
			short, stop := context.WithCancel(ctx)
			cancel.Store(stop)
			countdown.Store(cut)
			cutShort = handle.Delete(short, at, func(ce.Organization) error { return nil }) != nil
			countdown.Store(-1)
			stop()
			_, there := handle.Get(ctx)
			finished(t, o.ID)
			for _, collection := range store.belonging() {
				count, err := collection.CountDocuments(ctx, (&organization{store, o.ID}).of())
				succeed(t, err)
				if (count > 0) != (there == nil) && collection != store.invitations && collection != store.postings && collection != store.postedCredits && collection != store.reviewRequests {
					t.Errorf("cut at command %d: organisation %v, %d documents in %s", cut, there, count, collection.Name())
				}
			}
		}
	})
	t.Run("erasing a member keeps what rides in her membership", func(t *testing.T) {
		o := ce.Organization{ID: ce.OrganizationID(ce.NewUUID()), Owners: []ce.ProfessionalID{founder}, CreatedAt: at}
		handle := store.Organization(o.ID)
		erased, professional := newProfessional(t, store)
		_, err := handle.Create(ctx, o, ce.Member{ID: ce.NewMemberID(o.ID, erased), Professional: erased, Role: ce.RoleManager}, "digest")
		succeed(t, err)
		for cut := int64(1); cut < 10; cut++ { // until the change stands and its entry is not in the log
			short, stop := context.WithCancel(ctx)
			cancel.Store(stop)
			countdown.Store(cut)
			_, err := handle.UpdateMember(short, ce.NewMemberID(o.ID, erased), func(m *ce.Member) ([]ce.LogEntry, error) {
				m.ShareCredits = true
				return []ce.LogEntry{entry(ce.LogSharingChanged)}, nil
			})
			countdown.Store(-1)
			stop()
			member, read := handle.Member(ctx, ce.NewMemberID(o.ID, erased))
			succeed(t, read)
			if member.ShareCredits && err != nil {
				break
			}
		}
		succeed(t, professional.Erase(ctx, at))
		if got := logged(t, o.ID); !slices.Equal(got, []ce.LogAction{ce.LogSharingChanged}) {
			t.Errorf("the log has %v", got)
		}
	})
}

// programIn is the id of the organisation's program in this test.
func programIn(o ce.Organization) ce.ProgramID { return ce.ProgramID(ce.NewMemberID(o.ID, "program")) }
