package ce

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Limits of the deadlines that professionals enter themselves. They are read together with the certifications, so what
// each may hold is limited, too.
const (
	MaxOwnDeadlines        = 200  // of one professional, those that are done included
	MaxDeadlineNotesLength = 2000 // in bytes
	MaxRepeatMonths        = 600  // from one to the next of those that repeat
)

// OwnDeadline is a deadline that a professional entered herself: the expiry of a CPR card, a licence fee.
type OwnDeadline struct {
	ID           DeadlineID // a UUID, by which it is no derived deadline's
	Professional ProfessionalID
	Version      int // 1 when created, one more with each change
	Title        string
	DueOn        Date
	// Certification is the one that it belongs to, "" for none. Should that be removed, the deadline stays.
	Certification CertificationID
	TimeZone      string     // IANA; where the day ends
	DoneOn        Date       // no day while it is not done
	Repeats       Repetition // the zero value when it does not
	Notes         string
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Repetition says when a deadline that was done comes again. The zero value says that it does not.
type Repetition struct {
	Every int
	Unit  RepetitionUnit
	// From is the day from which the steps are counted, so that a shorter month on the way does not move what is due on the 31st.
	From Date
}

// RepetitionUnit is what the steps of a repetition are counted in.
type RepetitionUnit string

// The units of repetitions.
const (
	RepeatMonths RepetitionUnit = "MONTHS"
	RepeatYears  RepetitionUnit = "YEARS"
)

// IsZero reports whether nothing is repeated.
func (r Repetition) IsZero() bool { return r.Every == 0 }

func (r Repetition) months() int {
	if r.Unit == RepeatYears {
		return 12 * r.Every
	}
	return r.Every
}

// Next returns the first day of the repetition after the day; no day where nothing is repeated or that day would lie
// after all that can be entered.
func (r Repetition) Next(day Date) Date {
	if r.IsZero() {
		return Date{}
	}
	for step := 0; ; step += r.months() {
		next := r.From.AddMonths(step)
		if next.After(latestDay) {
			return Date{}
		}
		if next.After(day) {
			return next
		}
	}
}

// Clean trims and checks what a person may enter of a deadline. Whether its certification is there is for others to say.
func (d *OwnDeadline) Clean() error {
	var problems Problems
	var err error
	if d.Title, err = Line(d.Title, MaxTitleLength); err == nil && d.Title == "" {
		err = fmt.Errorf("must not be empty")
	}
	problems.Check(err, "title")
	if d.DueOn.IsZero() {
		problems.Add("must be given", "dueOn")
	}
	problems.Check(CheckDay(d.DueOn), "dueOn")
	problems.Check(CheckDay(d.DoneOn), "doneOn")
	_, err = LoadZone(d.TimeZone)
	problems.Check(err, "timeZone")
	if d.Repeats != (Repetition{}) {
		if most := MaxRepeatMonths / max(Repetition{Every: 1, Unit: d.Repeats.Unit}.months(), 1); d.Repeats.Every < 1 || d.Repeats.Every > most {
			problems.Add(fmt.Sprintf("must be from 1 to %d", most), "repeats", "every")
		}
	}
	d.Notes, err = Paragraphs(d.Notes, MaxDeadlineNotesLength)
	problems.Check(err, "notes")
	return problems.Err()
}

// Next returns the deadline that follows this one once it is done, due on the day or, without one, on the next of its
// repetition. Its id is always the same, so that none is opened twice. ok is false when none follows.
func (d *OwnDeadline) Next(dueOn Date) (next OwnDeadline, ok bool) {
	next = *d
	next.DoneOn = Date{}
	if next.DueOn = dueOn; dueOn.IsZero() {
		next.DueOn = d.Repeats.Next(d.DueOn)
	} else {
		next.Repeats.From = dueOn
	}
	sum := sha256.Sum256([]byte("the deadline that follows " + string(d.ID)))
	next.ID = DeadlineID(ownUUID(sum))
	return next, !d.Repeats.IsZero() && !next.DueOn.IsZero()
}

// Zone returns the deadline's time zone, UTC should the database no longer know it.
func (d *OwnDeadline) Zone() *time.Location { return ZoneOrUTC(d.TimeZone) }

// Deadline returns it as one among the derived ones, as it stands at the instant.
func (d *OwnDeadline) Deadline(now time.Time) Deadline {
	status := DeadlineUpcoming
	switch {
	case !d.DoneOn.IsZero():
		status = DeadlineMet
	case DateOf(now, d.Zone()).After(d.DueOn):
		status = DeadlineMissed
	}
	return Deadline{
		ID: d.ID, Certification: d.Certification, Kind: DeadlineOther, DueOn: d.DueOn, TimeZone: d.TimeZone, Status: status,
		Title: NewText(Message{ID: "text", Values: []string{d.Title}}),
	}
}
