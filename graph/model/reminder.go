package model

import (
	"accrue/ce"
	"accrue/rules/wording"
)

// Reminder shows a ce.PlannedReminder.
type Reminder struct {
	ce.PlannedReminder
	TimeZone string
}

// NewReminders shows what is planned by the clock of the zone.
func NewReminders(planned []ce.PlannedReminder, zone string) []*Reminder {
	out := make([]*Reminder, len(planned))
	for i := range planned {
		out[i] = &Reminder{planned[i], zone}
	}
	return out
}

// Notification shows a ce.Notification.
type Notification struct {
	ce.Notification
	Language *wording.Language // the reader's
}

// Items are soonest due first.
func (n *Notification) Items() []*NotificationItem {
	out := make([]*NotificationItem, len(n.Notification.Items))
	for i := range n.Notification.Items {
		out[i] = &NotificationItem{n.Notification.Items[i], n.Language}
	}
	return out
}

// NotificationItem shows a ce.NotificationItem.
type NotificationItem struct {
	ce.NotificationItem
	language *wording.Language
}

// Title is in the reader's language.
func (i *NotificationItem) Title() string { return i.language.Render(i.NotificationItem.Title) }

// Remaining is rounded up.
func (i *NotificationItem) Remaining() *ce.Amount { return shown(i.NotificationItem.Remaining, true) }
