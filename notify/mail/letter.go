package mail

import (
	_ "embed"
	"html/template"
	"strings"
	"time"

	"accrue/ce"
	"accrue/rules/wording"
)

//go:embed letter.html
var page string

var letterTemplate = template.Must(template.New("letter").Parse(page))

// Recipient is who gets a letter.
type Recipient struct {
	Email    string
	Name     string // "" when it is not known
	Language string // BCP 47; English for what is not spoken here
}

// Letters writes letters for one service. Its methods are pure functions of what they are given.
type Letters struct {
	Service string // as people know it
	Links   Links
}

// letter is what a letter says, before it is laid out.
type letter struct {
	Language, Subject string
	Greeting, Opening string
	Items             []item
	Action            string
	Link              template.URL // the sender's own, checked by CheckLink
	After             string
	Unsubscribe       string // what the link below is called
	UnsubscribeLink   template.URL
}

// item is one thing of a list.
type item struct {
	Heading string
	Lines   []string
}

// Verification asks the recipient to show that the address is hers.
func (l Letters) Verification(id string, to Recipient, at time.Time, token string) Message {
	return l.secret("verification", id, to, at, strings.ReplaceAll(l.Links.Verification, Place, token))
}

// PasswordReset lets the recipient choose a new password.
func (l Letters) PasswordReset(id string, to Recipient, at time.Time, token string) Message {
	return l.secret("password-reset", id, to, at, strings.ReplaceAll(l.Links.PasswordReset, Place, token))
}

// Invitation is what an invitation says.
type Invitation struct {
	Organization string
	Inviter      string // "" when her name is not known
	Link         string // where the recipient joins
	LastDay      ce.Date
}

// Invitation asks the recipient to join an organization.
func (l Letters) Invitation(id string, to Recipient, at time.Time, invitation Invitation) Message {
	in := wording.For(to.Language)
	opening := in.Say("letter-invitation", invitation.Organization, l.Service)
	if invitation.Inviter != "" {
		opening = in.Say("letter-invitation-by", invitation.Inviter, invitation.Organization, l.Service)
	}
	return letter{
		Subject: in.Say("letter-invitation-subject", invitation.Organization),
		Opening: opening,
		Action:  in.Say("letter-invitation-action"),
		Link:    template.URL(invitation.Link),
		After:   in.Say("letter-invitation-after", invitation.LastDay.String(), invitation.Organization),
	}.lay(id, to, at, in)
}

// Test shows the recipient that letters reach her.
func (l Letters) Test(id string, to Recipient, at time.Time) Message {
	in := wording.For(to.Language)
	return letter{
		Subject: in.Say("letter-test-subject", l.Service),
		Opening: in.Say("letter-test"),
		After:   in.Say("letter-test-after", l.Service),
	}.lay(id, to, at, in)
}

func (l Letters) secret(kind, id string, to Recipient, at time.Time, link string) Message {
	in := wording.For(to.Language)
	return letter{
		Subject: in.Say("letter-"+kind+"-subject", l.Service),
		Opening: in.Say("letter-"+kind, l.Service),
		Action:  in.Say("letter-" + kind + "-action"),
		Link:    template.URL(link),
		After:   in.Say("letter-"+kind+"-after", l.Service),
	}.lay(id, to, at, in)
}

// lay lays the letter out as text and as HTML.
func (l letter) lay(id string, to Recipient, at time.Time, in *wording.Language) Message {
	l.Language = in.Tag()
	l.Greeting = in.Say("letter-greeting-nobody")
	if to.Name != "" {
		l.Greeting = in.Say("letter-greeting", to.Name)
	}
	var markup strings.Builder
	if err := letterTemplate.Execute(&markup, l); err != nil {
		panic(err) // the template takes every letter, and a Builder never fails
	}
	return Message{ID: id, To: to.Email, At: at, Subject: l.Subject, Text: l.text(), HTML: markup.String(), Unsubscribe: string(l.UnsubscribeLink)}
}

func (l letter) text() string {
	paragraphs := []string{l.Greeting, l.Opening}
	for _, item := range l.Items {
		paragraphs = append(paragraphs, strings.Join(append([]string{item.Heading}, item.Lines...), "\n"))
	}
	if l.Link != "" {
		paragraphs = append(paragraphs, l.Action+":\n"+string(l.Link))
	}
	paragraphs = append(paragraphs, l.After)
	if l.Unsubscribe != "" {
		paragraphs = append(paragraphs, l.Unsubscribe+":\n"+string(l.UnsubscribeLink))
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}
