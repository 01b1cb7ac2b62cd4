package tracker

import (
	"context"
	"slices"
	"strconv"

	"accrue/ce"
	"accrue/storage"
)

// ReminderPreferencesUpdate changes how a professional is reminded.
type ReminderPreferencesUpdate struct {
	Version        int
	Channels       Change[[]ce.Channel]
	Ladder         Change[[]int]
	Hour           Change[ce.TimeOfDay]
	QuietFrom      Change[ce.TimeOfDay]
	QuietUntil     Change[ce.TimeOfDay]
	Language       Change[string]
	MuteUntil      Change[ce.Date]
	MuteCredits    Change[bool]
	Detail         Change[ce.ReminderDetail]
	Certifications Change[[]ce.CertificationReminders]
}

// ReminderPreferences returns the viewer's preferences, the default ones while she changed nothing.
func (v *View) ReminderPreferences(ctx context.Context) (ce.ReminderPreferences, error) {
	if _, err := v.Professional(ctx); err != nil {
		return ce.ReminderPreferences{}, err
	}
	return v.reading().reminders.get(func() (ce.ReminderPreferences, error) {
		preferences, err := v.handle.ReminderPreferences(ctx)
		return preferences.OrDefault(), err
	})
}

// UpdateReminderPreferences changes the viewer's preferences, plans anew, and returns them. An update that changes
// nothing succeeds whatever version it saw. Certifications with preferences of their own must be hers; those that are
// removed later lose them with the next update.
func (v *View) UpdateReminderPreferences(ctx context.Context, in ReminderPreferencesUpdate) (ce.ReminderPreferences, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return ce.ReminderPreferences{}, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return ce.ReminderPreferences{}, err
	}
	if in.Certifications.Given {
		if err := checkOverridden(in.Certifications.Value, held.Items); err != nil {
			return ce.ReminderPreferences{}, err
		}
	}
	preferences, err := v.changePreferences(ctx, turn, &held, in.Version, func(next *ce.ReminderPreferences) error {
		in.Channels.Apply(&next.Channels)
		in.Ladder.Apply(&next.Ladder)
		in.Hour.Apply(&next.Hour)
		in.QuietFrom.Apply(&next.QuietFrom)
		in.QuietUntil.Apply(&next.QuietUntil)
		in.Language.Apply(&next.Language)
		in.MuteUntil.Apply(&next.MuteUntil)
		in.MuteCredits.Apply(&next.MuteCredits)
		in.Detail.Apply(&next.Detail)
		in.Certifications.Apply(&next.Certifications)
		next.Certifications = slices.DeleteFunc(slices.Clone(next.Certifications), func(c ce.CertificationReminders) bool {
			return indexOf(held.Items, c.Certification) < 0
		})
		return nil
	})
	return preferences, translate(err, "professional")
}

// anyVersion changes whichever version of the preferences there is.
const anyVersion = -1

// changePreferences changes the viewer's preferences under the turn, the default ones while she changed nothing, plans anew, and
// returns them. A change that changes nothing, or returns storage.ErrUnchanged, succeeds whatever version was seen. It may run more
// than once. The certifications may have been read after the turn was taken; nil has them read.
func (v *View) changePreferences(ctx context.Context, turn storage.Turn, held *storage.Held, seen int, change func(*ce.ReminderPreferences) error) (ce.ReminderPreferences, error) {
	preferences, err := v.handle.UpdateReminderPreferences(ctx, func(p *ce.ReminderPreferences) error {
		before := p.OrDefault()
		next := before
		if err := change(&next); err != nil {
			return err
		}
		if err := next.Clean(); err != nil {
			return err
		}
		if next.Equal(&before) {
			return storage.ErrUnchanged
		}
		if seen != anyVersion && before.Version != seen {
			return stale("record of preferences")
		}
		*p = next
		p.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return ce.ReminderPreferences{}, err
	}
	if preferences.Version != turn.Preferences.Version {
		turn.Preferences = preferences
		turn.Marks = append(turn.Marks, storage.Mark{Kind: storage.MarkedPreferences, ID: string(v.viewer.Professional), Version: preferences.Version})
		v.settle(ctx, turn, held)
	}
	v.reading().reminders.set(preferences.OrDefault())
	return preferences.OrDefault(), nil
}

func checkOverridden(overridden []ce.CertificationReminders, held []ce.Certification) error {
	for i, c := range overridden {
		if indexOf(held, c.Certification) < 0 {
			return &ce.Error{Code: ce.CodeNotFound, Path: []string{"certifications", strconv.Itoa(i), "certificationId"}, Text: "There is no such certification."}
		}
	}
	return nil
}

// Reminders returns what is planned to be told of the certification, soonest first, and the time zone by whose hours that
// is, "" while the viewer's is unknown and they are UTC's.
func (v *View) Reminders(ctx context.Context, certification ce.CertificationID) ([]ce.PlannedReminder, string, error) {
	plan, err := v.reading().plan.get(func() (ce.Plan, error) { return v.handle.Plan(ctx) })
	if err != nil {
		return nil, "", err
	}
	var items []ce.PlannedReminder
	for _, item := range plan.Items {
		if item.Certification == certification {
			items = append(items, item)
		}
	}
	return items, plan.TimeZone, nil
}
