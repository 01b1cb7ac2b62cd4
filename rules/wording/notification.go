package wording

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"accrue/ce"
)

// Limits of what a notification says, in bytes: a screen shows less. A line that is cut ends with an ellipsis.
const (
	maxTitle  = 160
	maxLine   = 200
	maxReason = 600
	maxListed = 5 // deadlines, or credits, listed one by one; the rest is counted
)

// Notification writes what a notification says: a title of one line and a body of one or more, counted in days from the
// notification's own day. DISCREET says only that something is due and when, or that there is news; each other detail is FULL.
func (l *Language) Notification(n *ce.Notification, detail ce.ReminderDetail) (title, body string) {
	switch {
	case n.Kind == ce.NotificationTest:
		return l.Say("notification-test"), l.Say("notification-test-body")
	case n.Kind == ce.NotificationCredits && detail == ce.DetailDiscreet:
		return l.Say("notification-credits-discreet"), l.Say("notification-credits-open")
	case n.Kind == ce.NotificationCredits:
		return l.credits(n.Credits)
	case len(n.Items) == 0:
		return l.Say("notification-deadline"), l.Say("notification-open")
	}
	first := n.Items[0].DueOn
	for i := range n.Items {
		if n.Items[i].DueOn.Before(first) {
			first = n.Items[i].DueOn
		}
	}
	when, days := l.Days("when", n.On, first)
	switch {
	case len(n.Items) > 1:
		title = l.Say("notification-some", strconv.Itoa(len(n.Items)), when)
	case detail == ce.DetailDiscreet && days < 0:
		title = l.Say("notification-discreet-past", when)
	case detail == ce.DetailDiscreet:
		title = l.Say("notification-discreet", when)
	default:
		title = l.title(&n.Items[0])
	}
	switch {
	case detail == ce.DetailDiscreet:
		body = l.Say("notification-open")
	case len(n.Items) == 1:
		body = l.one(n)
	default:
		body = l.list(len(n.Items), func(i int) string {
			return l.Say("notification-line", l.title(&n.Items[i]), n.Items[i].DueOn.String())
		})
	}
	return cut(title, maxTitle), body
}

// credits is the title and the body of news.
func (l *Language) credits(news []ce.CreditNews) (title, body string) {
	if len(news) == 1 {
		body = l.Say("credit-of", news[0].CompletedOn.String())
		if reason := oneLine(news[0].Reason); reason != "" {
			body = l.Say("credit-reason", reason)
		}
		return cut(l.CreditNews(&news[0]), maxTitle), cut(body, maxReason)
	}
	return l.Say("notification-credits", strconv.Itoa(len(news))), l.list(len(news), func(i int) string { return l.CreditNews(&news[i]) })
}

// CreditNews says in one line what the organization did with which credit.
func (l *Language) CreditNews(n *ce.CreditNews) string {
	return l.Say("credit-"+string(n.Event), oneLine(n.OrganizationName), oneLine(n.Title))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// one is the body about a single deadline.
func (l *Language) one(n *ce.Notification) string {
	item := &n.Items[0]
	body, _ := l.Days("due", n.On, item.DueOn)
	switch item.Kind {
	case ce.DeadlineReport, ce.DeadlineRenew, ce.DeadlineGrace:
		body += " " + l.Say("notification-record") // nothing else tells that it is done
	}
	return body
}

// list is the body about so many things, of which it says the first in a line each, and how many follow.
func (l *Language) list(count int, line func(i int) string) string {
	var lines []string
	for i := range count {
		if i == maxListed {
			lines = append(lines, l.Say("notification-rest", strconv.Itoa(count-i)))
			break
		}
		lines = append(lines, cut(line(i), maxLine))
	}
	return strings.Join(lines, "\n")
}

// title is what the item's deadline is called, in one line.
func (l *Language) title(item *ce.NotificationItem) string {
	title := l.Render(item.Title)
	if title == "" {
		title = item.Program
	}
	if title = oneLine(title); title == "" {
		title = l.Say("notification-deadline")
	}
	return cut(title, maxTitle)
}

// Days says when a day is, seen from another, by the sentences of the family (in, tomorrow, today, yesterday, ago), and returns how
// many days lie between, below 0 for one that is past.
func (l *Language) Days(family string, from, day ce.Date) (string, int) {
	days := from.DaysUntil(day)
	id, shown := family+"-in", days
	switch {
	case days == 1:
		id = family + "-tomorrow"
	case days == 0:
		id = family + "-today"
	case days == -1:
		id = family + "-yesterday"
	case days < 0:
		id, shown = family+"-ago", -days
	}
	return l.Say(id, strconv.Itoa(shown), day.String()), days
}

// cut shortens text to the limit in bytes, without cutting a letter in two.
func cut(text string, limit int) string {
	const ellipsis = "…"
	if len(text) <= limit {
		return text
	}
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}
