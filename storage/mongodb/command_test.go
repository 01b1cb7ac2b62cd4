package mongodb

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// commands are the names of the commands that a store sent.
type commands struct {
	lock  sync.Mutex
	names []string
}

func (c *commands) add(name string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.names = append(c.names, name)
}

// of returns the commands that f sends.
func (c *commands) of(f func()) []string {
	c.lock.Lock()
	c.names = nil
	c.lock.Unlock()
	f()
	c.lock.Lock()
	defer c.lock.Unlock()
	return slices.Clone(c.names)
}

func TestRoundTrips(t *testing.T) {
	var sent commands
	store := openTest(t, mongodbtest.URI(t), OnCommand(sent.add))
	id, handle := newProfessional(t, store)
	ctx := t.Context()
	certification, err := handle.Certifications().Create(ctx, newTestCertification(), "digest")
	succeed(t, err)
	// More than the 101 documents that a server returns at first unless it is asked for more.
	var credit ce.Credit
	for range 150 {
		credit, err = handle.Credits().Create(ctx, newTestCredit(), "digest")
		succeed(t, err)
	}
	account := storage.Account{Email: "robin@example.com", Professional: id, CreatedAt: now}
	succeed(t, store.Identity().CreateAccount(ctx, account))
	session := storage.Session{ID: ce.NewUUID(), Professional: id, ExpiresAt: now, CreatedAt: now}
	succeed(t, store.Identity().CreateSession(ctx, session))
	lease, err := store.System().AcquireLease(ctx, "sweep", now, now.Add(time.Minute))
	succeed(t, err)

	newID := ce.ProfessionalID(ce.NewUUID())
	mark := func(kind storage.MarkedKind) storage.Mark {
		return storage.Mark{Kind: kind, ID: string(credit.ID), Version: 1}
	}
	for _, test := range []struct {
		name string
		call func() error
		want []string
	}{
		{"Profile", func() error { _, err := handle.Profile(ctx); return err }, []string{"find"}},
		{"CreateProfile", func() error {
			_, err := store.Professional(newID).CreateProfile(ctx, ce.Professional{})
			return err
		}, []string{"insert"}},
		{"UpdateProfile", func() error {
			_, err := handle.UpdateProfile(ctx, func(*ce.Professional) error { return nil })
			return err
		}, []string{"find", "update"}},
		{"Get", func() error { _, err := handle.Credits().Get(ctx, credit.ID); return err }, []string{"find"}},
		{"Create", func() error { _, err := handle.Credits().Create(ctx, newTestCredit(), "x"); return err }, []string{"insert"}},
		{"Create again", func() error { _, err := handle.Credits().Create(ctx, credit, "digest"); return err }, []string{"insert", "find"}},
		{"Update", func() error {
			_, err := handle.Credits().Update(ctx, credit.ID, func(*ce.Credit) error { return nil })
			return err
		}, []string{"find", "update"}},
		{"Remove", func() error {
			return handle.Credits().Remove(ctx, credit.ID, now, func(ce.Credit) error { return nil })
		}, []string{"find", "update"}},
		{"ListCredits", func() error {
			_, err := handle.ListCredits(ctx, storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 120})
			return err
		}, []string{"find"}},
		{"CountCredits", func() error { _, err := handle.CountCredits(ctx); return err }, []string{"aggregate"}},
		{"Begin", func() error { _, err := handle.Begin(ctx); return err }, []string{"findAndModify"}},
		{"ReadCertifications", func() error { _, err := handle.ReadCertifications(ctx); return err }, []string{"find"}},
		{"ReadCredits", func() error { _, err := handle.ReadCredits(ctx); return err }, []string{"find"}},
		{"SaveDerived", func() error { return saveDerived(ctx, handle, derivedFor(certification.ID, 1)) }, []string{"update", "findAndModify", "update"}},
		{"SaveDerived of nothing", func() error { return saveDerived(ctx, handle, storage.Derived{Sequence: 2}) }, []string{"update", "findAndModify", "update"}},
		{"ClearMarks of none", func() error { return handle.ClearMarks(ctx, nil) }, nil},
		{"ClearMarks of one kind", func() error {
			return handle.ClearMarks(ctx, []storage.Mark{mark(storage.MarkedCredit), mark(storage.MarkedCredit)})
		}, []string{"update"}},
		{"ClearMarks of two kinds", func() error {
			return handle.ClearMarks(ctx, []storage.Mark{mark(storage.MarkedCredit), mark(storage.MarkedCertification)})
		}, []string{"update", "update"}},
		{"Standings", func() error { _, err := handle.Standings(ctx); return err }, []string{"find"}},
		{"ListDeadlines", func() error {
			_, err := handle.ListDeadlines(ctx, storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 1})
			return err
		}, []string{"find"}},
		{"ReminderPreferences", func() error { _, err := handle.ReminderPreferences(ctx); return err }, []string{"find"}},
		{"UpdateReminderPreferences", func() error {
			_, err := handle.UpdateReminderPreferences(ctx, func(*ce.ReminderPreferences) error { return nil })
			return err
		}, []string{"find", "update"}},
		{"RegisterDevice", func() error { _, err := handle.RegisterDevice(ctx, ce.Device{ID: "x"}); return err }, []string{"find", "update", "find", "find"}},
		{"Devices", func() error { _, err := handle.Devices(ctx); return err }, []string{"find"}},
		{"Plan", func() error { _, err := handle.Plan(ctx); return err }, []string{"find", "find"}},
		{"CreateNotification", func() error { return handle.CreateNotification(ctx, ce.Notification{ID: "x"}) }, []string{"insert", "find"}},
		{"ListNotifications", func() error {
			_, err := handle.ListNotifications(ctx, true, storage.Page[storage.NotificationKey]{First: 1})
			return err
		}, []string{"find"}},
		{"CountUnread", func() error { _, err := handle.CountUnread(ctx); return err }, []string{"aggregate"}},
		{"MarkRead", func() error { return handle.MarkRead(ctx, nil, now) }, []string{"update"}},
		{"ClaimPlans of none", func() error { _, err := store.System().ClaimPlans(ctx, now, now, 10); return err }, []string{"find", "find"}},
		{"ClaimDeliveries of none", func() error {
			_, err := store.System().ClaimDeliveries(ctx, ce.ChannelPush, now, now, 10)
			return err
		}, []string{"find"}},
		{"AccountByEmail", func() error { _, err := store.Identity().AccountByEmail(ctx, account.Email); return err }, []string{"find"}},
		{"AccountOf", func() error { _, err := store.Identity().AccountOf(ctx, id); return err }, []string{"find"}},
		{"UpdateSession", func() error {
			_, err := store.Identity().UpdateSession(ctx, session.ID, func(*storage.Session) error { return nil })
			return err
		}, []string{"find", "update"}},
		{"RevokeSessions", func() error { return store.Identity().RevokeSessions(ctx, id, "") }, []string{"delete"}},
		{"CreateMailToken", func() error { return store.Identity().CreateMailToken(ctx, storage.MailToken{ID: "token"}) }, []string{"insert"}},
		{"MailToken", func() error { _, err := store.Identity().MailToken(ctx, "token"); return err }, []string{"find"}},
		{"SigningKeys", func() error { _, err := store.Identity().SigningKeys(ctx); return err }, []string{"find"}},
		{"Attempt, the first", func() error {
			_, err := store.Identity().Attempt(ctx, "key", now, now.Add(time.Minute))
			return err
		}, []string{"findAndModify", "update"}},
		{"Attempt", func() error {
			_, err := store.Identity().Attempt(ctx, "key", now, now.Add(time.Minute))
			return err
		}, []string{"findAndModify"}},
		{"RenewLease", func() error { _, err := store.System().RenewLease(ctx, lease, now); return err }, []string{"update"}},
		{
			"Erase", func() error { return store.Professional(newID).Erase(ctx, now) },
			[]string{"findAndModify", "update", "update", "delete", "delete", "delete", "delete", "delete", "delete", "delete", "delete", "delete", "delete", "delete", "find", "delete", "find", "delete", "update"},
		},
	} {
		got := sent.of(func() {
			if err := test.call(); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
		})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestRoundTripsOfALoggedCredit follows the steps of logging a credit with its refresh.
func TestRoundTripsOfALoggedCredit(t *testing.T) {
	var sent commands
	store := openTest(t, mongodbtest.URI(t), OnCommand(sent.add))
	_, handle := newProfessional(t, store)
	ctx := t.Context()
	var marks []storage.Mark
	for range 3 {
		certification, err := handle.Certifications().Create(ctx, newTestCertification(), "digest")
		succeed(t, err)
		marks = append(marks, storage.Mark{Kind: storage.MarkedCertification, ID: string(certification.ID), Version: 1})
	}
	succeed(t, handle.ClearMarks(ctx, marks))

	got := sent.of(func() {
		turn, err := handle.Begin(ctx)
		succeed(t, err)
		certifications, err := handle.ReadCertifications(ctx)
		succeed(t, err)
		_, err = handle.Credits().Create(ctx, newTestCredit(), "digest")
		succeed(t, err)
		credits, err := handle.ReadCredits(ctx)
		succeed(t, err)
		sequence, err := handle.SaveDerived(ctx, derivedFor(certifications.Items[0].ID, turn.Sequence))
		succeed(t, err)
		if sequence != turn.Sequence {
			t.Errorf("the number is %d, want %d", sequence, turn.Sequence)
		}
		succeed(t, handle.ClearMarks(ctx, slices.Concat(turn.Marks, certifications.Marks, credits.Marks)))
	})
	want := []string{"findAndModify", "find", "insert", "find", "update", "findAndModify", "update", "update"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("logging a credit (-want +got):\n%s", diff)
	}
	unfinished, err := store.System().Unfinished(context.Background(), now.Add(time.Hour), 10)
	succeed(t, err)
	if len(unfinished) != 0 {
		t.Errorf("unfinished afterwards: %v", unfinished)
	}
}

// TestRoundTripsOfTheHomeScreen reads what an app shows first.
func TestRoundTripsOfTheHomeScreen(t *testing.T) {
	var sent commands
	store := openTest(t, mongodbtest.URI(t), OnCommand(sent.add))
	_, handle := newProfessional(t, store)
	ctx := t.Context()
	for range 3 {
		_, err := handle.Certifications().Create(ctx, newTestCertification(), "digest")
		succeed(t, err)
	}
	got := sent.of(func() {
		_, err := handle.Profile(ctx)
		succeed(t, err)
		_, err = handle.ReadCertifications(ctx)
		succeed(t, err)
		_, err = handle.Standings(ctx)
		succeed(t, err)
		_, err = handle.ListCredits(ctx, storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 20})
		succeed(t, err)
		_, err = handle.ListDeadlines(ctx, storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 20})
		succeed(t, err)
	})
	if diff := cmp.Diff([]string{"find", "find", "find", "find", "find"}, got); diff != "" {
		t.Errorf("the home screen (-want +got):\n%s", diff)
	}
}
