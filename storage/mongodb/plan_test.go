package mongodb

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// planned saves a plan that is due.
func planned(t *testing.T, handle storage.Professional) int64 {
	t.Helper()
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Plan: ce.Plan{
		Items: []ce.PlannedReminder{{Deadline: "a.b.c", Step: 1, At: now}}, NextAt: now,
	}}))
	return turn.Sequence
}

// TestIssueCutShort cancels an issue at each of its commands in turn: once it is decided the notification comes, and what was
// told is told; before, nothing has happened.
func TestIssueCutShort(t *testing.T) {
	var countdown atomic.Int64
	var cancel atomic.Value
	store := openTest(t, mongodbtest.URI(t), OnCommand(func(string) {
		if countdown.Add(-1) == 0 {
			cancel.Load().(context.CancelFunc)()
		}
	}))
	ctx := t.Context()
	finish := map[string]func(storage.Professional){
		"by a claim":         func(storage.Professional) {},
		"by another refresh": func(handle storage.Professional) { planned(t, handle) },
	}
	for name, act := range finish {
		for cut := int64(1); ; cut++ {
			id, handle := newProfessional(t, store)
			planned(t, handle)
			claimed, err := store.System().ClaimPlans(ctx, now, now.Add(time.Minute), 10)
			succeed(t, err)
			if len(claimed) != 1 || claimed[0].Stale {
				t.Fatalf("claimed are %+v", claimed)
			}
			cutContext, stop := context.WithCancel(ctx)
			cancel.Store(stop)
			countdown.Store(cut)
			notification := ce.Notification{ID: ce.NotificationID(ce.NewUUID()), CreatedAt: now}
			failed := store.System().Issue(cutContext, claimed[0].PlanClaim, storage.Issued{
				Notification: &notification, Told: storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{"a.b.c": {Step: 1}}, At: now},
			})
			countdown.Store(0)
			stop()

			act(handle)
			turn, err := handle.Begin(ctx)
			succeed(t, err)
			_, err = store.System().ClaimPlans(ctx, now.Add(time.Second), now.Add(time.Minute), 10)
			succeed(t, err)
			_, err = handle.Notification(ctx, notification.ID)
			if told := len(turn.Told.Steps) > 0; told != (err == nil) || failed == nil && !told {
				t.Errorf("%s, cut at %d: told is %v and reading the notification gives %v", name, cut, told, err)
			}
			succeed(t, store.Professional(id).Erase(ctx, now))
			if failed == nil {
				if cut < 4 {
					t.Errorf("an issue cut at command %d succeeded", cut)
				}
				break
			}
		}
	}
}

// A professional who is erased while a notification is on its way to its collection leaves none behind.
func TestEraseWhileIssuing(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	id, handle := newProfessional(t, store)
	document := newNotification(ce.Notification{ID: "x", CreatedAt: now})
	succeed(t, handle.Erase(t.Context(), now))
	succeed(t, (&professional{store: store, id: id}).finishIssue(t.Context(), &document))
	if n := left(t, store, id); n != 0 {
		t.Errorf("%d documents are left", n)
	}
}

// A save cut short between its documents leaves a plan that says so.
func TestSaveCutShort(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	id, handle := newProfessional(t, store)
	planned(t, handle)
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	p := &professional{store: store, id: id}
	succeed(t, p.replaceDerived(t.Context(), store.deadlines, turn.Sequence, p.newDeadlines(storage.Derived{Sequence: turn.Sequence})))
	claimed, err := store.System().ClaimPlans(t.Context(), now, now.Add(time.Minute), 10)
	succeed(t, err)
	if len(claimed) != 1 || !claimed[0].Stale {
		t.Errorf("claimed are %+v", claimed)
	}
}
