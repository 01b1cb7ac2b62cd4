package tracker

import (
	"context"
	"maps"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// SnoozeDeadline silences the reminders of one deadline of the viewer's until the day, or ends that when there is no day. It plans
// anew, and returns the deadline and the preferences, which keep the snooze. What changes nothing succeeds and writes nothing. It asks
// for no version: nothing else of the preferences is touched.
func (v *View) SnoozeDeadline(ctx context.Context, id ce.DeadlineID, until ce.Date) (Deadline, ce.ReminderPreferences, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return Deadline{}, ce.ReminderPreferences{}, err
	}
	v.forget().profile.set(turn.Profile) // and all that is read from here on may be planned with
	deadline, err := v.Deadline(ctx, id)
	if err != nil {
		return Deadline{}, ce.ReminderPreferences{}, err
	}
	today := ce.DateOf(v.now(), ce.ZoneOrUTC(turn.Profile.TimeZone))
	if !until.IsZero() {
		var problems ce.Problems
		problems.Check(ce.CheckSnooze(until, today), "until")
		if err := problems.Err(); err != nil {
			return Deadline{}, ce.ReminderPreferences{}, err
		}
	}
	all, err := v.allDeadlines(ctx)
	if err != nil {
		return Deadline{}, ce.ReminderPreferences{}, err
	}
	held, err := v.held(ctx)
	if err != nil {
		return Deadline{}, ce.ReminderPreferences{}, err
	}
	preferences, err := v.changePreferences(ctx, turn, &held, anyVersion, func(p *ce.ReminderPreferences) error {
		if p.Snooze[id] == until {
			return storage.ErrUnchanged
		}
		p.Snooze = maps.Clone(p.Snooze)
		// Those that are over, and of deadlines that are gone, go with the next change, so that they take nobody's place.
		maps.DeleteFunc(p.Snooze, func(id ce.DeadlineID, until ce.Date) bool {
			return !until.After(today) || !slices.ContainsFunc(all, func(d Deadline) bool { return d.ID == id })
		})
		delete(p.Snooze, id)
		if until.IsZero() {
			return nil
		}
		if len(p.Snooze) >= ce.MaxSnoozes {
			return errSnoozes
		}
		if p.Snooze == nil {
			p.Snooze = ce.Snooze{}
		}
		p.Snooze[id] = until
		return nil
	})
	return deadline, preferences, translate(err, "professional")
}

var errSnoozes = ce.Errorf(ce.CodeLimitExceeded, "You have snoozed %d deadlines, and no more can be. End the snooze of one first.", ce.MaxSnoozes)

// SnoozedUntil returns the day before which nothing is told of the deadline; no day when it is not snoozed, or no longer.
func (v *View) SnoozedUntil(ctx context.Context, id ce.DeadlineID) (ce.Date, error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return ce.Date{}, err
	}
	preferences, err := v.ReminderPreferences(ctx)
	if err != nil {
		return ce.Date{}, err
	}
	until := preferences.Snooze[id]
	if !until.After(ce.DateOf(v.now(), ce.ZoneOrUTC(profile.TimeZone))) {
		return ce.Date{}, nil
	}
	return until, nil
}
