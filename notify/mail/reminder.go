package mail

import (
	"html/template"
	"strconv"
	"time"

	"accrue/ce"
	"accrue/rules/wording"
)

// Reminder is what a reminder says. What it quotes is in the recipient's language already.
type Reminder struct {
	ID    string // the notification's: a repeat has the same
	To    Recipient
	At    time.Time
	On    ce.Date        // the recipient's day
	Items []ReminderItem // soonest first; at least one
	// Discreet keeps what is due out of the subject, which lock screens show.
	Discreet bool
	Link     string // to where the app tells more; "" for none
	// Unsubscribe is where one POST switches reminders by e-mail off, and where people see a page that asks; "" for none. Only at an
	// https address do mail programs offer it themselves.
	Unsubscribe string
}

// ReminderItem is one deadline.
type ReminderItem struct {
	Program   string // the certification's; "" for a deadline of one's own
	Title     string
	DueOn     ce.Date
	Remaining *ce.Amount // what is missing; nil where nothing is counted
	Unit      string     // of Remaining, in the form that goes with it
}

// Reminder writes a reminder.
func (l Letters) Reminder(r Reminder) Message {
	in := wording.For(r.To.Language)
	letter := letter{
		Opening:         in.Say("letter-reminder"),
		Link:            template.URL(r.Link),
		After:           in.Say("letter-reminder-after", l.Service),
		UnsubscribeLink: template.URL(r.Unsubscribe),
	}
	for _, due := range r.Items {
		letter.Items = append(letter.Items, due.say(in, r.On))
	}
	first := r.Items[0]
	switch {
	case r.Discreet:
		letter.Subject = in.Say("letter-reminder-subject-discreet", l.Service)
	case len(r.Items) > 1:
		letter.Subject = in.Say("letter-reminder-subject-many", strconv.Itoa(len(r.Items)))
	case first.Program == "":
		letter.Subject = in.Say("letter-reminder-subject", l.Service, first.Title, first.DueOn.String())
	default:
		letter.Subject = in.Say("letter-reminder-subject", first.Program, first.Title, first.DueOn.String())
	}
	if len(r.Items) > 1 {
		letter.Opening = in.Say("letter-reminder-many")
	}
	if r.Link != "" {
		letter.Action = in.Say("letter-reminder-action")
	}
	if r.Unsubscribe != "" {
		letter.Unsubscribe = in.Say("letter-reminder-unsubscribe")
	}
	return letter.lay(r.ID, r.To, r.At, in)
}

func (i ReminderItem) say(in *wording.Language, on ce.Date) item {
	out := item{Heading: i.Title}
	if i.Program != "" {
		out = item{Heading: i.Program, Lines: []string{i.Title}}
	}
	due, _ := in.Days("letter-due", on, i.DueOn)
	out.Lines = append(out.Lines, due)
	if i.Remaining != nil {
		out.Lines = append(out.Lines, in.Say("letter-remaining", i.Remaining.String()+" "+i.Unit))
	}
	return out
}
