package mail

import (
	"fmt"
	"net/mail"
	"net/url"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is a letter as it is sent.
type Message struct {
	// ID is the same whenever the same message is sent, and no other's: letters, digits and hyphens.
	ID         string
	To         string
	At         time.Time
	Subject    string
	Text, HTML string
	// Unsubscribe is where one POST, without any other sign of who asks, ends letters of this kind; "" for letters that
	// people asked for. Mail programs are told of it when it is an https address, as RFC 8058 wants it.
	Unsubscribe string
}

// compose makes what goes over the wire. It fails for an address that is none.
func compose(from mail.Address, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&from)
	if err := msg.To(m.To); err != nil {
		return nil, errRecipient
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	// The library's own would tell the name of this machine.
	msg.SetMessageIDWithValue(m.ID + "@" + domainOf(from.Address))
	// One part of each kind needs one boundary; that it is made of the id gives the same bytes each time.
	msg.SetBoundary("accrue-" + m.ID)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's vacation notice answers
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	if address, err := url.Parse(m.Unsubscribe); err == nil && address.Scheme == "https" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, fmt.Sprintf("<%s>", m.Unsubscribe))
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}
