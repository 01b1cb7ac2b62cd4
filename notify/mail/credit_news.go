package mail

import (
	"html/template"
	"strconv"
	"time"

	"accrue/ce"
	"accrue/rules/wording"
)

// CreditNews is what a letter about credits says.
type CreditNews struct {
	ID   string // the notification's: a repeat has the same
	To   Recipient
	At   time.Time
	News []ce.CreditNews // in the order in which it happened; at least one
	// Discreet keeps what happened out of the subject, which lock screens show.
	Discreet bool
	Link     string // to where the app tells more; "" for none
	// Unsubscribe is as that of a Reminder: it ends both.
	Unsubscribe string
}

// CreditNews writes what organizations did with credits of the recipient's.
func (l Letters) CreditNews(n CreditNews) Message {
	in := wording.For(n.To.Language)
	letter := letter{
		Subject:         in.CreditNews(&n.News[0]),
		Opening:         in.Say("letter-credits"),
		Link:            template.URL(n.Link),
		After:           in.Say("letter-credits-after", l.Service),
		UnsubscribeLink: template.URL(n.Unsubscribe),
	}
	for i := range n.News {
		news := &n.News[i]
		told := item{Heading: in.CreditNews(news), Lines: []string{in.Say("credit-of", news.CompletedOn.String())}}
		if news.Reason != "" {
			told.Lines = append(told.Lines, in.Say("credit-reason", news.Reason))
		}
		letter.Items = append(letter.Items, told)
	}
	switch {
	case n.Discreet:
		letter.Subject = in.Say("letter-credits-subject-discreet", l.Service)
	case len(n.News) > 1:
		letter.Subject = in.Say("notification-credits", strconv.Itoa(len(n.News)))
	}
	if n.Link != "" {
		letter.Action = in.Say("letter-credits-action")
	}
	if n.Unsubscribe != "" {
		letter.Unsubscribe = in.Say("letter-reminder-unsubscribe")
	}
	return letter.lay(n.ID, n.To, n.At, in)
}
