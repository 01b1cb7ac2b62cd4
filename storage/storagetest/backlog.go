package storagetest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// waiting is an instant before all of past.
func waiting(minutes int) time.Time { return past(minutes).AddDate(-2, 0, 0) }

func (s suite) backlog(t *testing.T) {
	s.duePlans(t)
	s.listDeliveries(t)
	s.retryDeliveries(t)
}

func (s suite) duePlans(t *testing.T) {
	var all []storage.DuePlan
	for n := range 3 {
		id, handle := s.newProfile(t)
		savePlan(t, handle, waiting(n))
		all = append(all, storage.DuePlan{Professional: id, NextAt: waiting(n)})
	}
	due := func(before time.Time, limit int) []storage.DuePlan {
		t.Helper()
		found, err := s.System().DuePlans(t.Context(), before, limit)
		succeed(t, err)
		return found
	}
	same(t, "none before the first", due(waiting(0), 10), []storage.DuePlan(nil), loose)
	same(t, "those before an instant, soonest first", due(waiting(2), 10), all[:2], exact)
	same(t, "all", due(waiting(3), 10), all, exact)
	same(t, "up to the limit", due(waiting(3), 2), all[:2], exact)
	same(t, "up to none", due(waiting(3), 0), []storage.DuePlan(nil), loose)
	s.claim(t, waiting(0), waiting(100), 10)
	same(t, "claimed", due(waiting(3), 10), all[1:], exact)
	all[0].NextAt = waiting(100)
	same(t, "when the claim ends", due(waiting(101), 10), []storage.DuePlan{all[1], all[2], all[0]}, exact)
	for _, plan := range all {
		succeed(t, s.Professional(plan.Professional).Erase(t.Context(), instant(0)))
	}
	same(t, "erased", due(waiting(200), 10), []storage.DuePlan(nil), loose)
}

// backlogOf stores notifications whose deliveries by push and by mail are these, and returns them as a list shows them,
// in its order. Those by mail are due a day later.
func (s suite) backlogOf(t *testing.T, deliveries ...ce.Delivery) (storage.Professional, map[ce.Channel][]storage.DeliveryEntry) {
	t.Helper()
	id, handle := s.newProfile(t)
	all := map[ce.Channel][]storage.DeliveryEntry{}
	for n, delivery := range deliveries {
		notification := notificationOf(ce.NewUUID(), instant(n))
		notification.Push, notification.Email = delivery, delivery
		notification.Email.NextAt = delivery.NextAt.AddDate(0, 0, 1)
		succeed(t, handle.CreateNotification(t.Context(), notification))
		for _, channel := range ce.Channels {
			all[channel] = append(all[channel], storage.DeliveryEntry{
				Notification: notification.ID, Professional: id, CreatedAt: notification.CreatedAt,
				DueAt: notification.By(channel).NextAt, Delivery: *notification.By(channel),
			})
		}
	}
	for _, entries := range all {
		slices.SortFunc(entries, func(a, b storage.DeliveryEntry) int {
			return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.Notification, b.Notification))
		})
	}
	return handle, all
}

func (s suite) listed(t *testing.T, channel ce.Channel, filter storage.DeliveryFilter, first int, after []storage.DeliveryEntry) storage.Slice[storage.DeliveryEntry] {
	t.Helper()
	slice, err := s.System().ListDeliveries(t.Context(), channel, filter, page(first, after, func(e storage.DeliveryEntry) storage.DeliveryKey { return e.Key() }))
	succeed(t, err)
	return slice
}

func (s suite) listDeliveries(t *testing.T) {
	type slice = storage.Slice[storage.DeliveryEntry]
	of := func(state ce.DeliveryState, code string, minute int) ce.Delivery {
		return ce.Delivery{State: state, Attempts: 3, NextAt: waiting(minute), Code: code}
	}
	failed := func(code string, minute int) ce.Delivery { return of(ce.DeliveryFailed, code, minute) }
	handle, entries := s.backlogOf(t,
		failed("A", 7), failed("B", 5), failed("A", 5), failed("A", 5), failed("B", 3), failed("A", 9),
		of(ce.DeliveryPending, "A", 4), of(ce.DeliverySent, "", 4), of(ce.DeliveryNone, "", 4), of(ce.DeliveryPending, "", 6))
	in := func(state ce.DeliveryState, code string) (out []storage.DeliveryEntry) {
		for _, entry := range entries[ce.ChannelPush] {
			if entry.Delivery.State == state && (code == "" || entry.Delivery.Code == code) {
				out = append(out, entry)
			}
		}
		return out
	}
	// What others' tests have left is later.
	until := func(state ce.DeliveryState, minute int, code string) storage.DeliveryFilter {
		return storage.DeliveryFilter{State: state, DueBefore: waiting(minute), Code: code}
	}
	list := func(filter storage.DeliveryFilter, first int, after []storage.DeliveryEntry) slice {
		t.Helper()
		return s.listed(t, ce.ChannelPush, filter, first, after)
	}
	all := in(ce.DeliveryFailed, "")
	every := until(ce.DeliveryFailed, 10, "")
	same(t, "failed, soonest first", list(every, 10, nil), slice{Items: all}, exact)
	same(t, "before an instant", list(until(ce.DeliveryFailed, 7, ""), 10, nil), slice{Items: all[:4]}, exact)
	same(t, "before the first", list(until(ce.DeliveryFailed, 3, ""), 10, nil), slice{}, loose)
	same(t, "pending", list(until(ce.DeliveryPending, 10, ""), 10, nil), slice{Items: in(ce.DeliveryPending, "")}, exact)
	same(t, "by code", list(until(ce.DeliveryFailed, 10, "A"), 10, nil), slice{Items: in(ce.DeliveryFailed, "A")}, exact)
	same(t, "by a code of none", list(until(ce.DeliveryFailed, 10, "C"), 10, nil), slice{}, loose)
	same(t, "by code, first page", list(until(ce.DeliveryFailed, 10, "A"), 2, nil), slice{Items: in(ce.DeliveryFailed, "A")[:2], More: true}, exact)
	same(t, "by code, last page", list(until(ce.DeliveryFailed, 10, "A"), 2, in(ce.DeliveryFailed, "A")[:2]), slice{Items: in(ce.DeliveryFailed, "A")[2:]}, exact)
	for n := range all {
		same(t, "each page of one", list(every, 1, all[:n]), slice{Items: all[n : n+1], More: n < len(all)-1}, exact)
	}
	same(t, "after the last", list(every, 1, all), slice{}, loose)
	same(t, "without a bound", list(storage.DeliveryFilter{State: ce.DeliveryFailed}, 3, nil).Items, all[:3], exact)
	same(t, "by mail, a day later", s.listed(t, ce.ChannelEmail, every, 10, nil), slice{}, loose)
	every.DueBefore = every.DueBefore.AddDate(0, 0, 1)
	same(t, "by mail", len(s.listed(t, ce.ChannelEmail, every, 10, nil).Items), len(all), nil)

	claimed, err := s.System().ClaimDeliveries(t.Context(), ce.ChannelPush, waiting(4), waiting(8), 10)
	succeed(t, err)
	pending := in(ce.DeliveryPending, "")
	pending[0].DueAt = waiting(8)
	same(t, "claimed: when the claim ends", list(until(ce.DeliveryPending, 10, ""), 10, nil), slice{Items: []storage.DeliveryEntry{pending[1], pending[0]}}, exact)
	outcome := failed("C", 4)
	succeed(t, s.System().FinishDelivery(t.Context(), claimed[0].DeliveryClaim, outcome))
	pending[0].Delivery, pending[0].DueAt = outcome, waiting(4)
	same(t, "failed now", list(until(ce.DeliveryFailed, 10, "C"), 10, nil), slice{Items: pending[:1]}, exact)
	succeed(t, handle.Erase(t.Context(), instant(0)))
	same(t, "erased", list(until(ce.DeliveryFailed, 10, ""), 10, nil), slice{}, loose)
}

func (s suite) retryDeliveries(t *testing.T) {
	failed := ce.Delivery{State: ce.DeliveryFailed, Attempts: 3, NextAt: waiting(5), Code: "A"}
	timeless := ce.Delivery{State: ce.DeliveryFailed, Attempts: 1, Code: "B"}
	pending := ce.Delivery{State: ce.DeliveryPending, Attempts: 1, NextAt: waiting(5), Code: "A"}
	handle, entries := s.backlogOf(t, failed, failed, timeless, pending)
	push := entries[ce.ChannelPush]
	same(t, "one that does not say when it was due is the first",
		s.listed(t, ce.ChannelPush, storage.DeliveryFilter{State: ce.DeliveryFailed}, 1, nil).Items, push[:1], exact)
	ids := []ce.NotificationID{"none"}
	for _, entry := range push {
		ids = append(ids, entry.Notification)
	}
	retry := func(ids []ce.NotificationID, at time.Time) int {
		t.Helper()
		count, err := s.System().RetryDeliveries(t.Context(), ce.ChannelPush, ids, at)
		succeed(t, err)
		return count
	}
	same(t, "none of none", retry(nil, waiting(50)), 0, nil)
	same(t, "those that have failed", retry(ids, waiting(50)), 3, nil)
	same(t, "again", retry(ids, waiting(60)), 0, nil)
	for _, entry := range push {
		want := ce.Delivery{State: ce.DeliveryPending, NextAt: waiting(50)}
		if entry.Delivery.State == ce.DeliveryPending {
			want = pending
		}
		got, err := handle.Notification(t.Context(), entry.Notification)
		succeed(t, err)
		same(t, "by push", got.Push, want, exact)
		same(t, "the other channel stays", got.Email.State, entry.Delivery.State, nil)
	}
	claimed, err := s.System().ClaimDeliveries(t.Context(), ce.ChannelPush, waiting(50), waiting(70), 10)
	succeed(t, err)
	same(t, "due", len(claimed), 4, nil)
	same(t, "claimed by a worker", retry(ids, waiting(80)), 0, nil)
	for _, one := range claimed {
		succeed(t, s.System().FinishDelivery(t.Context(), one.DeliveryClaim, failed))
	}
	same(t, "failed again", retry(ids[:3], waiting(80)), 2, nil)
	succeed(t, handle.Erase(t.Context(), instant(0)))
	same(t, "erased", retry(ids, waiting(90)), 0, nil)
}
