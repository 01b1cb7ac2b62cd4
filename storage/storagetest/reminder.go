package storagetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// preferencesOf are preferences in which every field is set.
func preferencesOf() ce.ReminderPreferences {
	return ce.ReminderPreferences{
		Version: 1, Channels: []ce.Channel{ce.ChannelPush, ce.ChannelEmail}, Ladder: []int{30, 7, 0, -1}, Hour: 450, QuietFrom: 1300, QuietUntil: 420,
		Language: "es-MX", MuteUntil: day(2026, time.May, 1), Detail: ce.DetailDiscreet,
		Certifications: []ce.CertificationReminders{
			{Certification: ce.CertificationID(ce.NewUUID()), Channels: []ce.Channel{}, Ladder: []int{1}, MuteUntil: day(2026, time.June, 1)},
			{Certification: ce.CertificationID(ce.NewUUID()), Ladder: []int{}},
		},
		Snooze:    ce.Snooze{"a.b.c": day(2026, time.July, 1), "d.e.f": day(2026, time.July, 2)},
		UpdatedAt: instant(4), MuteCredits: true,
	}
}

// planOf is a plan of three items of the deadline, the first of them at the instant.
func planOf(deadline ce.Deadline, at time.Time) ce.Plan {
	plan := ce.Plan{NextAt: at, TimeZone: "America/New_York", EvaluateAt: at.Add(96 * time.Hour)}
	for i, step := range []int{30, 7, -1} {
		plan.Items = append(plan.Items, ce.PlannedReminder{
			Deadline: deadline.ID, Certification: deadline.Certification, Step: step, At: at.Add(time.Duration(24*i) * time.Hour), DueOn: deadline.DueOn,
		})
	}
	return plan
}

// deviceOf is a device in which every field is set.
func deviceOf(token string, at time.Time) ce.Device {
	return ce.Device{
		ID: ce.NewDeviceID(token), Token: token, Platform: ce.PlatformAndroid, AppVersion: "1.2 (β)", Locale: "es-MX", TimeZone: "Pacific/Kiritimati",
		SeenAt: at, CreatedAt: at,
	}
}

// notificationOf is an unread notification in which every other field is set.
func notificationOf(id string, at time.Time) ce.Notification {
	return ce.Notification{
		ID: ce.NotificationID(id), Kind: ce.NotificationReminder, On: day(2026, time.March, 2), CreatedAt: at,
		Items: []ce.NotificationItem{
			{
				Deadline: "a.b.c", Certification: "a", Program: "Größe", Kind: ce.DeadlineEarn, DueOn: day(2026, time.April, 1), Step: 30,
				Status: ce.DeadlineUpcoming, Title: "title-earn\tx\t1\ty", Remaining: amount(ce.Fraction(1, 3)), Unit: "hours",
			},
			{Deadline: "a.b.d", Certification: "a", Program: "Größe", Kind: ce.DeadlineRenew, DueOn: day(2026, time.April, 1), Step: -1, Status: ce.DeadlineMissed, Title: "title-renew\tx"},
		},
		Credits: []ce.CreditNews{newsOf(at), newsOf(at.Add(time.Second))},

		Push:  ce.Delivery{State: ce.DeliveryPending, Attempts: 1, NextAt: at.Add(time.Minute), Code: "UNAVAILABLE"},
		Email: ce.Delivery{State: ce.DeliverySent, Attempts: 2, SentAt: at.Add(time.Hour)},
	}
}

// addReminders stores preferences, a device and a notification.
func addReminders(t *testing.T, handle storage.Professional) (ce.Device, ce.Notification) {
	t.Helper()
	_, err := handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { *p = preferencesOf(); return nil })
	succeed(t, err)
	// The mark is for the tests of marks.
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	succeed(t, handle.ClearMarks(t.Context(), turn.Marks))
	device, err := handle.RegisterDevice(t.Context(), deviceOf(ce.NewUUID(), instant(3)))
	succeed(t, err)
	notification := notificationOf(ce.NewUUID(), instant(4))
	notification.Push = ce.Delivery{State: ce.DeliveryNone} // not for the tests of deliveries
	succeed(t, handle.CreateNotification(t.Context(), notification))
	return device, notification
}

func (s suite) reminderPreferences(t *testing.T) {
	owner, handle := s.newProfile(t)
	read := func() ce.ReminderPreferences {
		t.Helper()
		preferences, err := handle.ReminderPreferences(t.Context())
		succeed(t, err)
		return preferences
	}
	same(t, "none", read(), ce.ReminderPreferences{}, exact)
	want := preferencesOf()
	got, err := handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error {
		same(t, "shown to change", *p, ce.ReminderPreferences{}, exact)
		*p = preferencesOf()
		p.Certifications = append([]ce.CertificationReminders{}, want.Certifications...)
		p.Version, p.UpdatedAt = 77, instant(4).Add(time.Microsecond)
		return nil
	})
	succeed(t, err)
	same(t, "saved", got, want, exact)
	same(t, "read", read(), want, exact)

	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	mark := storage.Mark{Kind: storage.MarkedPreferences, ID: string(owner), Version: 1}
	same(t, "turn", turn, storage.Turn{Sequence: turn.Sequence, Profile: profileOf(owner), Preferences: want, Marks: []storage.Mark{mark}}, loose)

	refused := errors.New("refused")
	_, err = handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { p.Ladder[0] = 99; return refused })
	fails(t, "refusing", err, refused)
	got, err = handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { p.Ladder[0] = 98; return storage.ErrUnchanged })
	succeed(t, err)
	same(t, "unchanged", got, want, exact)
	same(t, "read again", read(), want, exact)

	_, err = handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { p.Snooze = nil; p.Ladder = []int{}; return nil })
	succeed(t, err)
	want.Snooze, want.Ladder, want.Version = nil, []int{}, 2
	same(t, "changed", read(), want, exact)
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{mark}))
	mark.Version = 2
	same(t, "a stale version clears nothing", marksOf(t, handle), []storage.Mark{mark}, loose)
	same(t, "unfinished", s.isUnfinished(t, owner), true, nil)
	succeed(t, handle.ClearMarks(t.Context(), []storage.Mark{mark}))
	same(t, "cleared", marksOf(t, handle), []storage.Mark(nil), loose)
	same(t, "finished", s.isUnfinished(t, owner), false, nil)

	together(8, func(int) {
		_, err := handle.UpdateReminderPreferences(t.Context(), func(p *ce.ReminderPreferences) error { p.Hour++; return nil })
		if err != nil {
			t.Errorf("at once: %v", err)
		}
	})
	same(t, "at once", read().Hour, want.Hour+8, nil)

	nobody := s.Professional(ce.ProfessionalID(ce.NewUUID()))
	_, err = nobody.ReminderPreferences(t.Context())
	fails(t, "nobody's", err, storage.ErrNotFound)
	_, err = nobody.UpdateReminderPreferences(t.Context(), func(*ce.ReminderPreferences) error { return nil })
	fails(t, "nobody's update", err, storage.ErrNotFound)
}

// past is an instant by which the tests of due plans and deliveries tell their own from others'.
func past(minutes int) time.Time {
	return time.Date(2005, time.July, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

// savePlan saves the plan for a certification with one deadline, and returns that.
func savePlan(t *testing.T, handle storage.Professional, at time.Time) (ce.Deadline, ce.Plan) {
	t.Helper()
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	standing := standingOf(ce.CertificationID(ce.NewUUID()), "x", ce.Date{}, day(2026, time.December, 31))
	plan := planOf(standing.Deadlines[0], at)
	if at.IsZero() {
		plan = ce.Plan{TimeZone: "America/New_York"}
	}
	succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}, Plan: plan}))
	return standing.Deadlines[0], plan
}

func (s suite) claim(t *testing.T, now, until time.Time, limit int) []storage.ClaimedPlan {
	t.Helper()
	claimed, err := s.System().ClaimPlans(t.Context(), now, until, limit)
	succeed(t, err)
	return claimed
}

func (s suite) plans(t *testing.T) {
	id, handle := s.newProfile(t)
	read := func() ce.Plan {
		t.Helper()
		plan, err := handle.Plan(t.Context())
		succeed(t, err)
		return plan
	}
	same(t, "none", read(), ce.Plan{}, loose)
	_, plan := savePlan(t, handle, past(10))
	same(t, "saved", read(), plan, exact)
	same(t, "not due", len(s.claim(t, past(9), past(20), 10)), 0, nil)
	count, first, err := s.System().OverduePlans(t.Context(), past(10), 10)
	succeed(t, err)
	same(t, "overdue", count, 1, nil)
	same(t, "since", first, past(10), exact)

	claimed := s.claim(t, past(10), past(20), 10)
	same(t, "claimed", claimed, []storage.ClaimedPlan{{
		PlanClaim: storage.PlanClaim{Professional: id, Token: claimed[0].Token}, Profile: profileOf(id), Plan: plan,
	}}, loose)
	same(t, "claimed by somebody else", len(s.claim(t, past(19), past(30), 10)), 0, nil)
	again := s.claim(t, past(20), past(30), 10)
	same(t, "the claim expired", len(again), 1, nil)
	fails(t, "the first claim", s.System().Issue(t.Context(), claimed[0].PlanClaim, storage.Issued{NextAt: past(40)}), storage.ErrLeaseLost)
	_, plan = savePlan(t, handle, past(25))
	fails(t, "saved anew", s.System().Issue(t.Context(), again[0].PlanClaim, storage.Issued{NextAt: past(40)}), storage.ErrLeaseLost)
	same(t, "nothing was changed", read(), plan, exact)
	same(t, "due again", len(s.claim(t, past(25), past(30), 10)), 1, nil)

	_, empty := savePlan(t, handle, time.Time{})
	same(t, "empty", read(), empty, loose)
	same(t, "nothing due", len(s.claim(t, past(1000), past(1001), 10)), 0, nil)

	t.Run("soonest first, up to the limit, each once", func(t *testing.T) {
		var want []ce.ProfessionalID
		for n := range 5 {
			id, handle := s.newProfile(t)
			savePlan(t, handle, past(200+n))
			want = append(want, id)
		}
		two := s.claim(t, past(203), past(300), 2)
		same(t, "two", []ce.ProfessionalID{two[0].Professional, two[1].Professional}, want[:2], nil)
		var got [4][]storage.ClaimedPlan
		together(len(got), func(i int) {
			var err error
			if got[i], err = s.System().ClaimPlans(t.Context(), past(203), past(300), 10); err != nil {
				t.Errorf("claim: %v", err)
			}
		})
		var sum int
		for _, one := range got {
			sum += len(one)
		}
		same(t, "the other two that are due, whoever got them", sum, 2, nil)
		for _, id := range want {
			succeed(t, s.Professional(id).Erase(t.Context(), instant(0)))
		}
		same(t, "erased", len(s.claim(t, past(900), past(901), 10)), 0, nil)
	})
}

func (s suite) issue(t *testing.T) {
	id, handle := s.newProfile(t)
	deadline, plan := savePlan(t, handle, past(10))
	claim := s.claim(t, past(10), past(20), 10)[0]
	notification := notificationOf(ce.NewUUID(), past(11))
	notification.Push = ce.Delivery{State: ce.DeliveryNone}
	told := storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{deadline.ID: {Step: 30, DueOn: deadline.DueOn}, "gone": {Step: -1, DueOn: day(2026, time.May, 1)}}, At: past(11)}
	issued := storage.Issued{Notification: &notification, Told: told, NextAt: past(12)}
	succeed(t, s.System().Issue(t.Context(), claim.PlanClaim, issued))
	fails(t, "again", s.System().Issue(t.Context(), claim.PlanClaim, issued), storage.ErrLeaseLost)

	notification.Professional = id
	all := everythingOf(t, handle)
	same(t, "notifications", all.notifications, []ce.Notification{notification}, exact)
	same(t, "unread", all.unread, 1, nil)
	plan.Items, plan.NextAt = plan.Items[1:], past(12)
	same(t, "plan", all.plan, plan, exact)
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	same(t, "told", turn.Told, told, exact)

	claim = s.claim(t, past(12), past(20), 10)[0]
	same(t, "claimed again", claim.Told, told, exact)
	same(t, "with what was not told", claim.Plan, plan, exact)
	succeed(t, s.System().Issue(t.Context(), claim.PlanClaim, issued))
	same(t, "the same notification again", everythingOf(t, handle).notifications, []ce.Notification{notification}, exact)
	claim = s.claim(t, past(12), past(20), 10)[0]
	succeed(t, s.System().Issue(t.Context(), claim.PlanClaim, storage.Issued{Told: told}))
	same(t, "nothing more is due", len(s.claim(t, past(1000), past(1001), 10)), 0, nil)

	savePlan(t, handle, past(30))
	turn, err = handle.Begin(t.Context())
	succeed(t, err)
	same(t, "what was told stays when another plan is saved", turn.Told, told, exact)
	claim = s.claim(t, past(30), past(40), 10)[0]
	succeed(t, handle.Erase(t.Context(), instant(0)))
	fails(t, "erased", s.System().Issue(t.Context(), claim.PlanClaim, issued), storage.ErrLeaseLost)
	everythingOf(t, handle).isEmpty(t)
}

func (s suite) devices(t *testing.T) {
	id, handle := s.newProfile(t)
	_, other := s.newProfile(t)
	register := func(handle storage.Professional, device ce.Device) ce.Device {
		t.Helper()
		got, err := handle.RegisterDevice(t.Context(), device)
		succeed(t, err)
		return got
	}
	list := func(handle storage.Professional) []ce.Device {
		t.Helper()
		devices, err := handle.Devices(t.Context())
		succeed(t, err)
		return devices
	}
	token := ce.NewUUID()
	device := deviceOf(token, uneven)
	want := device
	want.Professional, want.SeenAt, want.CreatedAt = id, kept, kept
	same(t, "registered", register(handle, device), want, exact)
	same(t, "listed", list(handle), []ce.Device{want}, exact)

	device.AppVersion, device.SeenAt, device.CreatedAt = "2", instant(9), instant(9)
	want.AppVersion, want.SeenAt = "2", instant(9)
	same(t, "seen again", register(handle, device), want, exact)
	same(t, "listed once", list(handle), []ce.Device{want}, exact)

	succeed(t, other.UnregisterDevice(t.Context(), device.ID))
	same(t, "not another's to remove", len(list(handle)), 1, nil)
	moved := register(other, device)
	same(t, "moved", moved.CreatedAt, instant(9), exact)
	same(t, "no longer the first one's", len(list(handle)), 0, nil)
	same(t, "the other's", list(other), []ce.Device{moved}, exact)
	succeed(t, other.UnregisterDevice(t.Context(), device.ID))
	succeed(t, other.UnregisterDevice(t.Context(), device.ID))
	same(t, "removed", len(list(other)), 0, nil)

	for n := range ce.MaxDevices + 2 {
		register(handle, deviceOf(fmt.Sprint(token, n), instant(n)))
	}
	devices := list(handle)
	same(t, "limit", len(devices), ce.MaxDevices, nil)
	same(t, "the last one first", devices[0].ID, ce.NewDeviceID(fmt.Sprint(token, ce.MaxDevices+1)), nil)
	same(t, "the oldest are gone", devices[ce.MaxDevices-1].SeenAt, instant(2), exact)
	old := register(handle, deviceOf(token+"old", instant(-1)))
	devices = list(handle)
	same(t, "the one that is registered stays, however old", devices[len(devices)-1].ID, old.ID, nil)
	same(t, "limit again", len(devices), ce.MaxDevices, nil)

	succeed(t, handle.Erase(t.Context(), instant(0)))
	same(t, "erased", len(list(handle)), 0, nil)
	_, err := handle.RegisterDevice(t.Context(), device)
	fails(t, "erased", err, storage.ErrNotFound)
	same(t, "still erased", len(list(handle)), 0, nil)
}

func (s suite) notifications(t *testing.T) {
	id, handle := s.newProfile(t)
	var all []ce.Notification // newest first
	for n := range 5 {
		at := instant(10 - n/2)
		notification := notificationOf(fmt.Sprintf("%s%d", ce.NewUUID()[:35], 9-n), at)
		notification.Push = ce.Delivery{State: ce.DeliveryNone}
		if n == 0 {
			notification.Kind, notification.Items = ce.NotificationTest, nil
		}
		if n == 4 {
			notification.ReadAt = instant(20)
		}
		succeed(t, handle.CreateNotification(t.Context(), notification))
		notification.Professional = id
		all = append(all, notification)
	}
	slices.SortFunc(all, func(a, b ce.Notification) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(string(b.ID), string(a.ID)))
	})
	succeed(t, handle.CreateNotification(t.Context(), ce.Notification{ID: all[1].ID, Kind: ce.NotificationTest, CreatedAt: instant(99)}))
	list := func(unread bool, first int, before []ce.Notification) storage.Slice[ce.Notification] {
		t.Helper()
		slice, err := handle.ListNotifications(t.Context(), unread, page(first, before, func(n ce.Notification) storage.NotificationKey {
			return storage.NotificationKey{CreatedAt: n.CreatedAt, ID: n.ID}
		}))
		succeed(t, err)
		return slice
	}
	same(t, "all, newest first", list(false, 9, nil), storage.Slice[ce.Notification]{Items: all}, exact)
	same(t, "first page", list(false, 2, nil), storage.Slice[ce.Notification]{Items: all[:2], More: true}, exact)
	same(t, "second page", list(false, 2, all[:2]), storage.Slice[ce.Notification]{Items: all[2:4], More: true}, exact)
	same(t, "within an instant", list(false, 2, all[:1]), storage.Slice[ce.Notification]{Items: all[1:3], More: true}, exact)
	same(t, "last page", list(false, 2, all[:4]), storage.Slice[ce.Notification]{Items: all[4:]}, exact)
	same(t, "after the last", list(false, 2, all), storage.Slice[ce.Notification]{}, loose)
	same(t, "unread", list(true, 9, nil), storage.Slice[ce.Notification]{Items: all[:4]}, exact)
	same(t, "unread, paged", list(true, 2, all[:2]), storage.Slice[ce.Notification]{Items: all[2:4]}, exact)
	got, err := handle.Notification(t.Context(), all[2].ID)
	succeed(t, err)
	same(t, "one", got, all[2], exact)
	_, err = handle.Notification(t.Context(), "none")
	fails(t, "none", err, storage.ErrNotFound)

	unread := func() int {
		t.Helper()
		n, err := handle.CountUnread(t.Context())
		succeed(t, err)
		return n
	}
	same(t, "count", unread(), 4, nil)
	succeed(t, handle.MarkRead(t.Context(), []ce.NotificationID{all[3].ID, all[4].ID, "none"}, instant(30)))
	succeed(t, handle.MarkRead(t.Context(), []ce.NotificationID{}, instant(30)))
	all[3].ReadAt = instant(30)
	same(t, "read", list(false, 9, nil).Items, all, exact)
	same(t, "count after", unread(), 3, nil)
	succeed(t, handle.MarkRead(t.Context(), nil, all[1].CreatedAt.Add(-time.Millisecond)))
	same(t, "those of until then", unread(), 2, nil)
	succeed(t, handle.MarkRead(t.Context(), nil, instant(31)))
	same(t, "all", unread(), 0, nil)

	nobody := s.Professional(ce.ProfessionalID(ce.NewUUID()))
	fails(t, "nobody's", nobody.CreateNotification(t.Context(), notificationOf(ce.NewUUID(), instant(0))), storage.ErrNotFound)
}
