package ce

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Plan is when a professional is going to be reminded of what, derived from her deadlines, standings and preferences.
type Plan struct {
	Items  []PlannedReminder // in the order of Compare: soonest first
	NextAt time.Time         // the first At; the zero time when nothing is planned
	// TimeZone is the one by which the hours are decent: the professional's; "" while it is not known, and they are UTC's.
	TimeZone string
	// EvaluateAt is the first instant at which the plan may be another without a new fact; the zero time when none is
	// known. From then on it must be made anew before anything is told.
	EvaluateAt time.Time
}

// PlannedReminder is one deadline to be told of at one time.
type PlannedReminder struct {
	Deadline      DeadlineID
	Certification CertificationID
	Step          int // of the ladder: how many days before DueOn; below 0 after it
	At            time.Time
	DueOn         Date
}

// Compare is negative when r comes before o in a plan.
func (r PlannedReminder) Compare(o PlannedReminder) int {
	return cmp.Or(r.At.Compare(o.At), r.DueOn.Compare(o.DueOn), cmp.Compare(r.Deadline, o.Deadline), cmp.Compare(o.Step, r.Step))
}

// TimeOfDay is a time on the wall clock: the minutes since midnight, from 0 to 1439.
type TimeOfDay int

const minutesOfDay = 24 * 60

// ParseTimeOfDay reads a time written as 09:00.
func ParseTimeOfDay(text string) (TimeOfDay, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("must be a time of the day, written like 09:00")
	}
	return TimeOfDay(t.Hour()*60 + t.Minute()), nil
}

// String writes the time as 09:00.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// ReminderDetail says what a lock screen may show.
type ReminderDetail string

// The details of reminders.
const (
	DetailFull     ReminderDetail = "FULL"
	DetailDiscreet ReminderDetail = "DISCREET" // that something is due, and neither what nor for which certification
)

// Limits of preferences.
const (
	MaxLadder     = 20  // steps
	MaxStep       = 730 // days before the day
	MinStep       = -90 // days after it
	MaxSnoozes    = 500
	MaxSnoozeDays = MaxStep // from today on
	maxOverridden = MaxCertifications
)

// ReminderPreferences is how a professional wants to be reminded, of which there is one for each professional.
type ReminderPreferences struct {
	Version  int       // 0 while she changed nothing, 1 with the first change, one more with each after
	Channels []Channel // beside the inbox
	// Ladder is on how many days before the day she is reminded, the most first; 0 is the day, below 0 is after it.
	Ladder []int
	Hour   TimeOfDay // in her time zone
	// QuietFrom and QuietUntil are between which times nothing is sent, midnight in between or not; none when they are equal.
	QuietFrom, QuietUntil TimeOfDay
	Language              string // BCP 47; "" for that of the profile
	MuteUntil             Date   // nothing is told before that day; no day when all is
	Detail                ReminderDetail
	Certifications        []CertificationReminders // those with preferences of their own, each once
	Snooze                Snooze
	UpdatedAt             time.Time
	// MuteCredits has what organisations do with her credits stand in the inbox alone.
	MuteCredits bool
}

// CertificationReminders is what differs for one certification.
type CertificationReminders struct {
	Certification CertificationID
	Channels      []Channel // nil for those of all
	Ladder        []int     // nil for that of all; empty for none
	MuteUntil     Date
}

// Snooze is until which day each deadline is silent: nothing is told of it before that day.
type Snooze map[DeadlineID]Date

// CheckSnooze checks the day until which a deadline is to be silent, where today is that of the professional.
func CheckSnooze(until, today Date) error {
	switch last := today.AddDays(MaxSnoozeDays); {
	case !until.After(today):
		return fmt.Errorf("must be after today, %s; null ends the snooze", today)
	case until.After(last):
		return fmt.Errorf("must be at most %d days from today, that is %s", MaxSnoozeDays, last)
	}
	return nil
}

// DefaultReminderPreferences are those of a professional who changed nothing.
func DefaultReminderPreferences() ReminderPreferences {
	return ReminderPreferences{
		Channels:   []Channel{ChannelPush},
		Ladder:     []int{90, 60, 30, 14, 7, 3, 1, 0, -1},
		Hour:       9 * 60,
		QuietFrom:  21 * 60,
		QuietUntil: 8 * 60,
		Detail:     DetailFull,
	}
}

// OrDefault returns the preferences, or the default ones where nothing was ever changed.
func (p ReminderPreferences) OrDefault() ReminderPreferences {
	if p.Version == 0 {
		return DefaultReminderPreferences()
	}
	return p
}

// Clean sorts and checks what a person may enter of preferences.
func (p *ReminderPreferences) Clean() error {
	var problems Problems
	var err error
	p.Channels = cleanChannels(&problems, p.Channels)
	p.Ladder = cleanLadder(&problems, p.Ladder)
	for _, t := range []struct {
		value TimeOfDay
		name  string
	}{{p.Hour, "hour"}, {p.QuietFrom, "quietFrom"}, {p.QuietUntil, "quietUntil"}} {
		if t.value < 0 || t.value >= minutesOfDay {
			problems.Add("must be a time of the day", t.name)
		}
	}
	if p.Language != "" {
		p.Language, err = parseLocale(p.Language)
		problems.Check(err, "language")
	}
	problems.Check(CheckDay(p.MuteUntil), "muteUntil")
	if p.Detail != DetailFull && p.Detail != DetailDiscreet {
		problems.Add("must be FULL or DISCREET", "detail")
	}
	if len(p.Certifications) > maxOverridden {
		problems.Add(fmt.Sprintf("has more than %d entries", maxOverridden), "certifications")
	}
	seen := map[CertificationID]bool{}
	for i := range p.Certifications {
		c := &p.Certifications[i]
		var own Problems
		if seen[c.Certification] {
			own.Add("has an entry already", "certificationId")
		}
		seen[c.Certification] = true
		c.Channels = cleanChannels(&own, c.Channels)
		c.Ladder = cleanLadder(&own, c.Ladder)
		own.Check(CheckDay(c.MuteUntil), "muteUntil")
		problems.Check(own.Err(), "certifications", i)
	}
	if len(p.Snooze) > MaxSnoozes {
		problems.Add(fmt.Sprintf("has more than %d entries", MaxSnoozes), "snooze")
	}
	for _, until := range p.Snooze {
		problems.Check(CheckDay(until), "snooze")
	}
	return problems.Err()
}

// cleanChannels returns the channels in their order, each once. Nil stays nil.
func cleanChannels(problems *Problems, channels []Channel) []Channel {
	if channels == nil {
		return nil
	}
	out := []Channel{}
	for _, known := range Channels {
		if slices.Contains(channels, known) {
			out = append(out, known)
		}
	}
	for i, channel := range channels {
		if !slices.Contains(Channels, channel) {
			problems.Add("must be PUSH or EMAIL", "channels", i)
		}
	}
	return out
}

// cleanLadder returns the steps, the most days first, each once. Nil stays nil.
func cleanLadder(problems *Problems, ladder []int) []int {
	if ladder == nil {
		return nil
	}
	if len(ladder) > MaxLadder {
		problems.Add(fmt.Sprintf("must have at most %d steps", MaxLadder), "ladder")
		return ladder
	}
	for i, step := range ladder {
		if step < MinStep || step > MaxStep {
			problems.Add(fmt.Sprintf("must be from %d to %d days", MinStep, MaxStep), "ladder", i)
		}
	}
	ladder = slices.Clone(ladder)
	slices.Sort(ladder)
	ladder = slices.Compact(ladder)
	slices.Reverse(ladder)
	return ladder
}

// Of returns the ladder, the channels and the first day of telling for the certification; no day for any.
func (p *ReminderPreferences) Of(certification CertificationID) (ladder []int, channels []Channel, from Date) {
	ladder, channels, from = p.Ladder, p.Channels, p.MuteUntil
	i := slices.IndexFunc(p.Certifications, func(c CertificationReminders) bool { return c.Certification == certification })
	if i < 0 {
		return ladder, channels, from
	}
	own := &p.Certifications[i]
	if own.Ladder != nil {
		ladder = own.Ladder
	}
	if own.Channels != nil {
		channels = own.Channels
	}
	if own.MuteUntil.After(from) {
		from = own.MuteUntil
	}
	return ladder, channels, from
}

// OnCredits returns the channels by which she is told on the day what organisations did with her credits.
func (p *ReminderPreferences) OnCredits(day Date) []Channel {
	if p.MuteCredits || p.MuteUntil.After(day) {
		return nil
	}
	return p.Channels
}

// By reports whether reminders are told by the channel, of all certifications or of single ones.
func (p *ReminderPreferences) By(channel Channel) bool {
	return slices.Contains(p.Channels, channel) ||
		slices.ContainsFunc(p.Certifications, func(c CertificationReminders) bool { return slices.Contains(c.Channels, channel) })
}

// Leave has no reminder be told by the channel, of no certification. The lists of before stay as they are.
func (p *ReminderPreferences) Leave(channel Channel) {
	without := func(channels []Channel) []Channel {
		return slices.DeleteFunc(slices.Clone(channels), func(c Channel) bool { return c == channel })
	}
	p.Channels = without(p.Channels)
	p.Certifications = slices.Clone(p.Certifications)
	for i := range p.Certifications {
		c := &p.Certifications[i]
		c.Channels = without(c.Channels)
	}
}

// Quiet reports whether nothing is sent at the instant, by the clock in loc.
func (p *ReminderPreferences) Quiet(at time.Time, loc *time.Location) bool {
	at = at.In(loc)
	now := TimeOfDay(at.Hour()*60 + at.Minute())
	if p.QuietFrom <= p.QuietUntil {
		return p.QuietFrom <= now && now < p.QuietUntil
	}
	return now >= p.QuietFrom || now < p.QuietUntil
}

// LanguageFor is the language in which the professional is reminded.
func (p *ReminderPreferences) LanguageFor(profile *Professional) string {
	return cmp.Or(p.Language, profile.Locale)
}

// QuietEnd is when the quiet hours that hold at the instant are over: the first instant from then on that is not quiet by the
// clock in loc, also where the clocks change meanwhile.
func (p *ReminderPreferences) QuietEnd(at time.Time, loc *time.Location) time.Time {
	const day = 24 * time.Hour
	until := time.Duration(p.QuietUntil) * time.Minute
	for t := at.In(loc); ; {
		hour, minute, second := t.Clock()
		shown := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(t.Nanosecond())
		end := t.Add((until - shown + day) % day)
		_, changes := t.ZoneBounds()
		if changes.IsZero() || end.Before(changes) {
			return end.UTC()
		}
		if t = changes.In(loc); !p.Quiet(t, loc) {
			return t.UTC()
		}
	}
}

// Equal reports whether both say the same, whatever their versions.
func (p *ReminderPreferences) Equal(o *ReminderPreferences) bool {
	return slices.Equal(p.Channels, o.Channels) && slices.Equal(p.Ladder, o.Ladder) && p.Hour == o.Hour &&
		p.QuietFrom == o.QuietFrom && p.QuietUntil == o.QuietUntil && p.Language == o.Language && p.MuteUntil == o.MuteUntil &&
		p.Detail == o.Detail && p.MuteCredits == o.MuteCredits && maps.Equal(p.Snooze, o.Snooze) &&
		slices.EqualFunc(p.Certifications, o.Certifications, func(a, b CertificationReminders) bool {
			return a.Certification == b.Certification && a.MuteUntil == b.MuteUntil &&
				(a.Channels == nil) == (b.Channels == nil) && slices.Equal(a.Channels, b.Channels) &&
				(a.Ladder == nil) == (b.Ladder == nil) && slices.Equal(a.Ladder, b.Ladder)
		})
}
