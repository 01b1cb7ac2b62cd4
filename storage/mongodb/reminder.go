package mongodb

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// preferencesDocument is a ce.ReminderPreferences. It lies in the professional's document, so that a refresh needs no
// command more for it.
type preferencesDocument struct {
	Version        int                             `bson:"version"`
	Channels       []ce.Channel                    `bson:"channels"`
	Ladder         []int                           `bson:"ladder"`
	Hour           ce.TimeOfDay                    `bson:"hour"`
	QuietFrom      ce.TimeOfDay                    `bson:"quietFrom"`
	QuietUntil     ce.TimeOfDay                    `bson:"quietUntil"`
	Language       string                          `bson:"language"`
	MuteUntil      ce.Date                         `bson:"muteUntil"`
	Detail         ce.ReminderDetail               `bson:"detail"`
	Certifications []certificationReminderDocument `bson:"certifications"`
	Snooze         []snoozeDocument                `bson:"snooze"`
	UpdatedAt      time.Time                       `bson:"updatedAt"`
	MuteCredits    bool                            `bson:"muteCredits,omitempty"`
}

// certificationReminderDocument is a ce.CertificationReminders.
type certificationReminderDocument struct {
	Certification ce.CertificationID `bson:"certification"`
	Channels      []ce.Channel       `bson:"channels"`
	Ladder        []int              `bson:"ladder"`
	MuteUntil     ce.Date            `bson:"muteUntil"`
}

// snoozeDocument is an entry of a ce.Snooze: the id of a deadline has dots, which the name of a field cannot have everywhere.
type snoozeDocument struct {
	Deadline ce.DeadlineID `bson:"deadline"`
	Until    ce.Date       `bson:"until"`
}

func newPreferences(p ce.ReminderPreferences) preferencesDocument {
	return preferencesDocument{
		Version: p.Version, Channels: p.Channels, Ladder: p.Ladder, Hour: p.Hour, QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil,
		Language: p.Language, MuteUntil: p.MuteUntil, Detail: p.Detail,
		Certifications: each(p.Certifications, func(c ce.CertificationReminders) certificationReminderDocument {
			return certificationReminderDocument(c)
		}),
		Snooze: each(slices.Sorted(maps.Keys(p.Snooze)), func(id ce.DeadlineID) snoozeDocument {
			return snoozeDocument{id, p.Snooze[id]}
		}),
		UpdatedAt: instant(p.UpdatedAt), MuteCredits: p.MuteCredits,
	}
}

// preferences returns a copy, the zero value for nil.
func (d *preferencesDocument) preferences() ce.ReminderPreferences {
	if d == nil {
		return ce.ReminderPreferences{}
	}
	p := ce.ReminderPreferences{
		Version: d.Version, Channels: slices.Clone(d.Channels), Ladder: slices.Clone(d.Ladder), Hour: d.Hour, QuietFrom: d.QuietFrom, QuietUntil: d.QuietUntil,
		Language: d.Language, MuteUntil: d.MuteUntil, Detail: d.Detail,
		Certifications: each(d.Certifications, func(c certificationReminderDocument) ce.CertificationReminders {
			c.Channels, c.Ladder = slices.Clone(c.Channels), slices.Clone(c.Ladder)
			return ce.CertificationReminders(c)
		}),
		UpdatedAt: d.UpdatedAt, MuteCredits: d.MuteCredits,
	}
	for _, s := range d.Snooze {
		if p.Snooze == nil {
			p.Snooze = ce.Snooze{}
		}
		p.Snooze[s.Deadline] = s.Until
	}
	return p
}

// ReminderPreferences implements storage.Professional.
func (p *professional) ReminderPreferences(ctx context.Context) (ce.ReminderPreferences, error) {
	document, err := p.document(ctx, p.living())
	return document.Preferences.preferences(), err
}

// UpdateReminderPreferences implements storage.Professional.
func (p *professional) UpdateReminderPreferences(ctx context.Context, change func(*ce.ReminderPreferences) error) (out ce.ReminderPreferences, err error) {
	err = persist(ctx, func() (bool, error) {
		current, err := p.document(ctx, p.living())
		if err != nil {
			return false, err
		}
		preferences, version := current.Preferences.preferences(), bson.E{Key: "preferences", Value: absent}
		if current.Preferences != nil {
			version = bson.E{Key: "preferences.version", Value: preferences.Version}
		}
		before := preferences.Version
		if err := change(&preferences); errors.Is(err, storage.ErrUnchanged) {
			out = current.Preferences.preferences()
			return true, nil
		} else if err != nil {
			return false, err
		}
		next := newPreferences(preferences)
		next.Version = before + 1
		out = next.preferences()
		result, err := p.store.professionals.UpdateOne(ctx, append(p.living(), version),
			bson.D{{Key: "$set", Value: bson.D{{Key: "preferences", Value: next}, {Key: "preferencesMarkedAt", Value: next.UpdatedAt}}}})
		if err != nil {
			return false, opaque(err)
		}
		return result.MatchedCount == 1, nil
	})
	if err != nil {
		return ce.ReminderPreferences{}, err
	}
	return out, nil
}
