package storagetest

import (
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) deliveries(t *testing.T) {
	id, handle := s.newProfile(t)
	var all []ce.Notification
	for n := range 3 {
		notification := notificationOf(ce.NewUUID(), past(n))
		notification.Push.NextAt = past(10 + n)
		notification.Email = ce.Delivery{State: ce.DeliveryPending, NextAt: past(50)}
		succeed(t, handle.CreateNotification(t.Context(), notification))
		notification.Professional = id
		all = append(all, notification)
	}
	claim := func(channel ce.Channel, now, until time.Time, limit int) []storage.ClaimedDelivery {
		t.Helper()
		claimed, err := s.System().ClaimDeliveries(t.Context(), channel, now, until, limit)
		succeed(t, err)
		return claimed
	}
	counts := func(state ce.DeliveryState) int {
		t.Helper()
		n, _, err := s.System().CountDeliveries(t.Context(), ce.ChannelPush, state)
		succeed(t, err)
		return n
	}
	pending, failed := counts(ce.DeliveryPending), counts(ce.DeliveryFailed)
	_, first, err := s.System().CountDeliveries(t.Context(), ce.ChannelPush, ce.DeliveryPending)
	succeed(t, err)
	same(t, "the first that is pending", first, past(10), exact)
	same(t, "not due", len(claim(ce.ChannelPush, past(9), past(20), 10)), 0, nil)
	same(t, "not due by mail", len(claim(ce.ChannelEmail, past(49), past(60), 10)), 0, nil)
	claimed := claim(ce.ChannelPush, past(12), past(20), 2)
	same(t, "soonest first, up to the limit", []ce.Notification{claimed[0].Content, claimed[1].Content}, all[:2], exact)
	same(t, "the rest", len(claim(ce.ChannelPush, past(12), past(20), 10)), 1, nil)
	same(t, "none left", len(claim(ce.ChannelPush, past(19), past(30), 10)), 0, nil)

	sent := ce.Delivery{State: ce.DeliverySent, Attempts: 2, SentAt: past(13)}
	succeed(t, s.System().FinishDelivery(t.Context(), claimed[0].DeliveryClaim, sent))
	fails(t, "again", s.System().FinishDelivery(t.Context(), claimed[0].DeliveryClaim, sent), storage.ErrLeaseLost)
	all[0].Push = sent
	later := ce.Delivery{
		State: ce.DeliveryPending, Attempts: 2, NextAt: past(30), Code: "INTERNAL", SentAt: past(13),
		Settled: []ce.DeviceID{ce.NewDeviceID("a"), ce.NewDeviceID("b")},
	}
	succeed(t, s.System().FinishDelivery(t.Context(), claimed[1].DeliveryClaim, later))
	all[1].Push = later
	again := claim(ce.ChannelPush, past(20), past(30), 10)
	same(t, "the claim expired", len(again), 1, nil)
	same(t, "which", again[0].Content, all[2], exact)
	last := claim(ce.ChannelPush, past(30), past(40), 10)
	for _, one := range last {
		if one.Notification == all[1].ID {
			same(t, "as it was left", one.Content, all[1], exact)
		}
	}
	same(t, "later, and the claim that expired", len(last), 2, nil)
	fails(t, "a claim lost", s.System().FinishDelivery(t.Context(), again[0].DeliveryClaim, sent), storage.ErrLeaseLost)
	for _, one := range last {
		succeed(t, s.System().FinishDelivery(t.Context(), one.DeliveryClaim, ce.Delivery{State: ce.DeliveryFailed, Attempts: 3, Code: "INVALID_ARGUMENT"}))
	}
	same(t, "pending", counts(ce.DeliveryPending), pending-3, nil)
	same(t, "failed", counts(ce.DeliveryFailed), failed+2, nil)
	got, err := handle.Notification(t.Context(), all[0].ID)
	succeed(t, err)
	same(t, "the other channel stays", got, all[0], exact)
	mails := claim(ce.ChannelEmail, past(50), past(60), 10)
	same(t, "by mail", len(mails), 3, nil)
	succeed(t, handle.Erase(t.Context(), instant(0)))
	fails(t, "erased", s.System().FinishDelivery(t.Context(), mails[0].DeliveryClaim, sent), storage.ErrLeaseLost)
	same(t, "erased", len(claim(ce.ChannelEmail, past(100), past(160), 10)), 0, nil)
}

func (s suite) recipients(t *testing.T) {
	id, handle := s.newProfile(t)
	preferences := preferencesOf()
	_, err := handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { *p = preferences; return nil })
	succeed(t, err)
	certification := ce.CertificationID(ce.NewUUID())
	standing := standingOf(certification, "x", ce.Date{}, day(2026, time.May, 1), day(2026, time.June, 1), day(2026, time.July, 1))
	standing.Deadlines[1].Status, standing.Deadlines[2].Status = ce.DeadlineMet, ce.DeadlineMissed
	derive := func(standings ...ce.Standing) {
		t.Helper()
		turn, err := handle.Begin(t.Context())
		succeed(t, err)
		succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Standings: standings, Plan: planOf(standing.Deadlines[0], past(500))}))
	}
	derive(standing)
	told := storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{standing.Deadlines[0].ID: {Step: 7, DueOn: day(2026, time.May, 1)}}, At: past(500)}
	succeed(t, s.System().Issue(t.Context(), s.claim(t, past(500), past(600), 10)[0].PlanClaim, storage.Issued{Told: told}))
	open, done := ownDeadlineOf(id), addOwnDeadline(t, handle, id)
	open.DoneOn = ce.Date{}
	open, err = handle.OwnDeadlines().Create(t.Context(), open, "digest")
	succeed(t, err)
	other, stranger := s.newProfile(t)
	foreign := addOwnDeadline(t, stranger, other)

	notification := notificationOf(ce.NewUUID(), past(700))
	notification.Push.NextAt, notification.Email = past(700), ce.Delivery{State: ce.DeliveryPending, NextAt: past(700)}
	notification.Items = nil
	for _, deadline := range standing.Deadlines {
		notification.Items = append(notification.Items, ce.NotificationItem{Deadline: deadline.ID, Certification: certification, Kind: ce.DeadlineAnnual, DueOn: deadline.DueOn})
	}
	notification.Items = append(notification.Items, ce.NotificationItem{Deadline: "gone", Certification: certification, Kind: ce.DeadlineEarn})
	for _, own := range []ce.OwnDeadline{open, done, foreign} {
		notification.Items = append(notification.Items, ce.NotificationItem{Deadline: own.ID, Kind: ce.DeadlineOther, DueOn: own.DueOn})
	}
	succeed(t, handle.CreateNotification(t.Context(), notification))
	claim := func(channel ce.Channel) storage.ClaimedDelivery {
		t.Helper()
		claimed, err := s.System().ClaimDeliveries(t.Context(), channel, past(700), past(800), 10)
		succeed(t, err)
		if len(claimed) != 1 {
			t.Fatalf("%d deliveries claimed, want 1", len(claimed))
		}
		succeed(t, s.System().FinishDelivery(t.Context(), claimed[0].DeliveryClaim, *claimed[0].Content.By(channel)))
		return claimed[0]
	}
	want := storage.Recipient{
		Profile: profileOf(id), Preferences: preferences, Told: told,
		Open: map[ce.DeadlineID]ce.Date{
			standing.Deadlines[0].ID: day(2026, time.May, 1), standing.Deadlines[2].ID: day(2026, time.July, 1), open.ID: open.DueOn,
		},
	}
	same(t, "by mail", claim(ce.ChannelEmail).Recipient, want, loose)
	same(t, "without devices", claim(ce.ChannelPush).Recipient, want, loose)

	android := deviceOf(ce.NewUUID(), instant(1))
	android.Professional = id
	register := func(device ce.Device) {
		t.Helper()
		_, err := handle.RegisterDevice(t.Context(), device)
		succeed(t, err)
	}
	register(android)
	want.Devices = []ce.Device{android}
	same(t, "a device that does not show what is unread", claim(ce.ChannelPush).Recipient, want, loose)
	apple := deviceOf(ce.NewUUID(), instant(2))
	apple.Platform, apple.Professional = ce.PlatformIOS, id
	register(apple)
	want.Devices, want.Unread = []ce.Device{apple, android}, 1
	same(t, "one that shows it", claim(ce.ChannelPush).Recipient, want, loose)

	_, err = handle.OwnDeadlines().Update(t.Context(), open.ID, func(d *ce.OwnDeadline) error { d.DueOn = day(2026, time.August, 1); return nil })
	succeed(t, err)
	want.Open[open.ID] = day(2026, time.August, 1)
	succeed(t, handle.OwnDeadlines().Remove(t.Context(), done.ID, instant(9), func(ce.OwnDeadline) error { return nil }))
	derive()
	delete(want.Open, standing.Deadlines[0].ID)
	delete(want.Open, standing.Deadlines[2].ID)
	same(t, "after changes", claim(ce.ChannelPush).Recipient, want, loose)
	succeed(t, handle.OwnDeadlines().Remove(t.Context(), open.ID, instant(9), func(ce.OwnDeadline) error { return nil }))
	delete(want.Open, open.ID)
	same(t, "removed", claim(ce.ChannelPush).Recipient, want, loose)
	succeed(t, handle.Erase(t.Context(), instant(0)))
}
