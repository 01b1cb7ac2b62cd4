package mongodb

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// left counts the documents that belong to the professional and hold something of her.
func left(t *testing.T, store *Store, id ce.ProfessionalID) int64 {
	t.Helper()
	var sum int64
	for collection, filter := range map[*mongo.Collection]bson.D{
		store.certifications: {{Key: "professional", Value: id}},
		store.credits:        {{Key: "professional", Value: id}},
		store.accounts:       {{Key: "professional", Value: id}},
		store.sessions:       {{Key: "professional", Value: id}},
		store.mailTokens:     {{Key: "professional", Value: id}},
		store.members:        {{Key: "professional", Value: id}},
		store.standings:      {{Key: "_id", Value: id}, {Key: "standings", Value: present}},
		store.deadlines:      {{Key: "_id", Value: id}, {Key: "deadlines", Value: present}},
		store.devices:        {{Key: "professional", Value: id}},
		store.notifications:  {{Key: "professional", Value: id}},
		store.creditNews:     {{Key: "professional", Value: id}},
		store.professionals:  {{Key: "_id", Value: id}, {Key: "$or", Value: bson.A{bson.D{{Key: "name", Value: present}}, bson.D{{Key: calendarFeedField, Value: present}}}}},
	} {
		n, err := collection.CountDocuments(t.Context(), filter)
		succeed(t, err)
		sum += n
	}
	return sum
}

// TestEraseCutShort cancels an erasure at each of its commands in turn.
func TestEraseCutShort(t *testing.T) {
	var countdown atomic.Int64
	var cancel atomic.Value
	store := openTest(t, mongodbtest.URI(t), OnCommand(func(string) {
		if countdown.Add(-1) == 0 {
			cancel.Load().(context.CancelFunc)()
		}
	}))
	ctx := t.Context()
	for cut := int64(1); ; cut++ {
		id, handle := newProfessional(t, store)
		certification, err := handle.Certifications().Create(ctx, newTestCertification(), "digest")
		succeed(t, err)
		credit, err := handle.Credits().Create(ctx, newTestCredit(), "digest")
		succeed(t, err)
		program, err := handle.OwnPrograms().Create(ctx, newTestOwnProgram(), "digest")
		succeed(t, err)
		deadline, err := handle.OwnDeadlines().Create(ctx, newTestOwnDeadline(), "digest")
		succeed(t, err)
		succeed(t, handle.SetCalendarFeed(ctx, ce.CalendarFeed{SecretHash: ce.NewUUID(), CreatedAt: now}))
		succeed(t, store.Identity().CreateAccount(ctx, storage.Account{Email: ce.NewUUID() + "@example.com", Professional: id}))
		succeed(t, store.Identity().CreateSession(ctx, storage.Session{ID: ce.NewUUID(), Professional: id, ExpiresAt: now}))
		_, err = handle.RegisterDevice(ctx, ce.Device{ID: ce.DeviceID(ce.NewUUID())})
		succeed(t, err)
		succeed(t, handle.CreateNotification(ctx, ce.Notification{ID: ce.NotificationID(ce.NewUUID())}))
		succeed(t, handle.AddCreditNews(ctx, now, ce.CreditNews{ID: ce.CreditNewsID(ce.NewUUID())}))
		succeed(t, store.Identity().CreateMailToken(ctx, storage.MailToken{ID: ce.NewUUID(), Professional: id, ExpiresAt: now}))
		organization := ce.OrganizationID(ce.NewUUID())
		_, err = store.Organization(organization).Create(ctx, ce.Organization{}, ce.Member{ID: ce.NewMemberID(organization, id), Professional: id}, "digest")
		succeed(t, err)
		turn, err := handle.Begin(ctx)
		succeed(t, err)
		succeed(t, saveDerived(ctx, handle, derivedFor(certification.ID, turn.Sequence)))
		succeed(t, handle.ClearMarks(ctx, []storage.Mark{
			{Kind: storage.MarkedCertification, ID: string(certification.ID), Version: 1},
			{Kind: storage.MarkedCredit, ID: string(credit.ID), Version: 1},
			{Kind: storage.MarkedOwnProgram, ID: string(program.ID), Version: 1},
			{Kind: storage.MarkedOwnDeadline, ID: string(deadline.ID), Version: 1},
		}))

		cutContext, stop := context.WithCancel(ctx)
		cancel.Store(stop)
		countdown.Store(cut)
		err = handle.Erase(cutContext, now)
		countdown.Store(0)
		stop()
		if err == nil {
			if cut < 10 {
				t.Errorf("an erasure cut at command %d succeeded", cut)
			}
			return
		}
		if _, err := handle.Profile(ctx); errors.Is(err, storage.ErrNotFound) {
			named, err := store.System().Unfinished(ctx, now.Add(time.Millisecond), 10)
			succeed(t, err)
			if len(named) == 0 && left(t, store, id) > 0 || len(named) > 0 && named[0] != (storage.Unfinished{Professional: id, Erase: true}) {
				t.Errorf("cut at %d: unfinished are %v", cut, named)
			}
		} else {
			succeed(t, err)
			if cut > 1 {
				t.Errorf("cut at command %d, and she is still there", cut)
			}
		}
		succeed(t, handle.Erase(ctx, now.Add(time.Hour)))
		if n := left(t, store, id); n != 0 {
			t.Errorf("cut at %d and finished: %d documents are left", cut, n)
		}
		named, err := store.System().Unfinished(ctx, now.Add(2*time.Hour), 10)
		succeed(t, err)
		if len(named) != 0 {
			t.Fatalf("cut at %d and finished: unfinished are %v", cut, named)
		}
	}
}

// TestEraseUnderWay erases a professional between the steps of a logged credit.
func TestEraseUnderWay(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	id, handle := newProfessional(t, store)
	ctx := t.Context()
	certification := newTestCertification()
	turn, err := handle.Begin(ctx)
	succeed(t, err)
	succeed(t, handle.Erase(ctx, now))
	if _, err := handle.SaveDerived(ctx, derivedFor(certification.ID, turn.Sequence)); !errors.Is(err, storage.ErrOvertaken) {
		t.Errorf("derived data saved after the erasure: %v", err)
	}
	_, err = handle.Credits().Create(ctx, newTestCredit(), "digest")
	succeed(t, err)
	named, err := store.System().Unfinished(ctx, now.Add(time.Millisecond), 10)
	succeed(t, err)
	if len(named) != 1 || named[0] != (storage.Unfinished{Professional: id, Erase: true}) {
		t.Errorf("a credit written after the erasure: unfinished are %v", named)
	}
	succeed(t, handle.Erase(ctx, now.Add(time.Minute)))
	if n := left(t, store, id); n != 0 {
		t.Errorf("%d documents are left", n)
	}

	// She may sign up anew, and her numbers go on.
	_, err = handle.CreateProfile(ctx, ce.Professional{Name: "Robin Vale", CreatedAt: now})
	if !errors.Is(err, storage.ErrRemoved) {
		t.Errorf("a profile as old as the erasure: %v", err)
	}
	_, err = handle.CreateProfile(ctx, ce.Professional{Name: "Robin Vale", CreatedAt: now.Add(time.Millisecond)})
	succeed(t, err)
	next, err := handle.Begin(ctx)
	succeed(t, err)
	if next.Sequence <= turn.Sequence {
		t.Errorf("number %d follows %d", next.Sequence, turn.Sequence)
	}
	succeed(t, saveDerived(ctx, handle, derivedFor(certification.ID, next.Sequence)))
	if _, err := handle.ErasedAt(ctx); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("ErasedAt of one who is back: %v", err)
	}
	_, err = store.System().Purge(ctx, now.AddDate(1, 0, 0), now.AddDate(1, 0, 0), 10)
	succeed(t, err)
	standings, err := handle.Standings(ctx)
	succeed(t, err)
	if len(standings) != 1 {
		t.Errorf("%d standings after a purge, want 1", len(standings))
	}
}
