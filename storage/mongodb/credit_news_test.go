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

// TestTellingCutShort cancels, at each of its commands in turn, the telling of news: once it is decided the notification comes, and the news is told; before, nothing has
// happened, and it is told later.
func TestTellingCutShort(t *testing.T) {
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
		news := ce.CreditNews{ID: ce.CreditNewsID(ce.NewUUID()), Event: ce.CreditRefused, At: now}
		during := func(call func(context.Context) error) error {
			cutContext, stop := context.WithCancel(ctx)
			cancel.Store(stop)
			countdown.Store(cut)
			err := call(cutContext)
			countdown.Store(0)
			stop()
			return err
		}
		adding := during(func(ctx context.Context) error { return handle.AddCreditNews(ctx, now, news) })
		succeed(t, handle.AddCreditNews(ctx, now, news)) // as whoever was cut short does
		claimed, err := store.System().ClaimCreditNews(ctx, now, now.Add(time.Minute), 10)
		succeed(t, err)
		if len(claimed) != 1 || len(claimed[0].News) != 1 {
			t.Fatalf("claimed are %+v", claimed)
		}
		telling := func(claim storage.CreditNewsClaim) func(context.Context) error {
			return func(ctx context.Context) error {
				return store.System().TellCreditNews(ctx, claim, storage.ToldCreditNews{
					Notification: &ce.Notification{ID: ce.NewCreditsNotificationID(id, []ce.CreditNews{news}), CreatedAt: now, Credits: []ce.CreditNews{news}},
					News:         []ce.CreditNewsID{news.ID},
				})
			}
		}
		failed := during(telling(claimed[0].CreditNewsClaim))
		claimed, err = store.System().ClaimCreditNews(ctx, now.Add(time.Minute), now.Add(2*time.Minute), 10)
		succeed(t, err)
		slice, err := handle.ListNotifications(ctx, false, storage.Page[storage.NotificationKey]{First: 10})
		succeed(t, err)
		told, left := len(slice.Items), 0
		for _, one := range claimed {
			left += len(one.News)
		}
		if told+left != 1 || failed == nil && told == 0 || failed != nil && len(claimed) != 1 {
			t.Errorf("cut at %d: %d notifications, and %d pieces of news are left: %v", cut, told, left, failed)
		}
		succeed(t, handle.Erase(ctx, now))
		if failed == nil {
			if cut < 5 || adding != nil {
				t.Errorf("news told with the command %d cut succeeded; adding it: %v", cut, adding)
			}
			return
		}
	}
}
