package storagetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/storage"
)

// listing is all that the lists of one professional show.
type listing struct {
	certifications []ce.Certification
	credits        []ce.Credit // as ListCredits shows them
	read           []ce.Credit // as ReadCredits does
	count          int
	ownPrograms    []ce.OwnProgram
	ownDeadlines   []ce.OwnDeadline
	evidence       []ce.Evidence
	feed           ce.CalendarFeed
	marks          []storage.Mark // of certifications, credits, own programs and deadlines, in the order of inOrder
	standings      map[ce.CertificationID]ce.Standing
	deadlines      []ce.Deadline
	preferences    ce.ReminderPreferences
	plan           ce.Plan
	devices        []ce.Device
	notifications  []ce.Notification
	unread         int
}

func everythingOf(t *testing.T, handle storage.Professional) (all listing) {
	t.Helper()
	certifications, err := handle.ReadCertifications(t.Context())
	succeed(t, err)
	all.certifications = certifications.Items
	listed, err := handle.ListCredits(t.Context(), storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 100})
	succeed(t, err)
	all.credits = listed.Items
	all.count, err = handle.CountCredits(t.Context())
	succeed(t, err)
	read, err := handle.ReadCredits(t.Context())
	succeed(t, err)
	all.read = read.Items
	all.ownPrograms = certifications.OwnPrograms.Items
	all.ownDeadlines = certifications.OwnDeadlines.Items
	all.evidence, err = handle.ReadEvidence(t.Context())
	succeed(t, err)
	all.feed, err = handle.CalendarFeed(t.Context())
	succeed(t, notAbsent(err))
	all.marks = inOrder(slices.Concat(certifications.AllMarks(), read.Marks))
	all.standings, err = handle.Standings(t.Context())
	succeed(t, err)
	deadlines, err := handle.ListDeadlines(t.Context(), storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 100})
	succeed(t, err)
	all.deadlines = deadlines.Items
	if all.preferences, err = handle.ReminderPreferences(t.Context()); !errors.Is(err, storage.ErrNotFound) {
		succeed(t, err)
	}
	all.plan, err = handle.Plan(t.Context())
	succeed(t, err)
	all.devices, err = handle.Devices(t.Context())
	succeed(t, err)
	notifications, err := handle.ListNotifications(t.Context(), false, storage.Page[storage.NotificationKey]{First: 100})
	succeed(t, err)
	all.notifications = notifications.Items
	all.unread, err = handle.CountUnread(t.Context())
	succeed(t, err)
	return all
}

// marksOf returns the marks of certifications, credits, own programs and deadlines, and the profile.
func marksOf(t *testing.T, handle storage.Professional) []storage.Mark {
	t.Helper()
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	return inOrder(append(everythingOf(t, handle).marks, turn.Marks...))
}

func inOrder(marks []storage.Mark) []storage.Mark {
	return slices.SortedFunc(slices.Values(marks), func(a, b storage.Mark) int {
		return strings.Compare(string(a.Kind)+a.ID, string(b.Kind)+b.ID)
	})
}

// allowListing lets listings be compared.
var allowListing = cmp.AllowUnexported(listing{})

// isEmpty checks that nothing but marks is there.
func (all listing) isEmpty(t *testing.T) {
	t.Helper()
	all.marks = nil
	same(t, "all that is there", all, listing{}, append(loose, allowListing))
}

// page asks for the first items, after the last of the items before.
func page[K, T any](first int, before []T, key func(T) K) storage.Page[K] {
	if len(before) == 0 {
		return storage.Page[K]{First: first}
	}
	after := key(before[len(before)-1])
	return storage.Page[K]{First: first, After: &after}
}

func creditKey(c ce.Credit) storage.CreditKey {
	return storage.CreditKey{CompletedOn: c.CompletedOn, ID: c.ID}
}

func deadlineKey(d ce.Deadline) storage.DeadlineKey {
	return storage.DeadlineKey{DueOn: d.DueOn, ID: d.ID}
}
