package notify

import (
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

const (
	// ReminderKept is for how long a reminder, or news, is tried from its notification on. Later ones of the same deadline, and the inbox, tell more by then.
	ReminderKept = 72 * time.Hour
	// testKept is for how long a test is tried: whoever asked for it waits.
	testKept = 10 * time.Minute
)

// decide says what of the claimed notification is to be told now; or, when nothing is, what becomes of its delivery instead.
func decide(claimed *storage.ClaimedDelivery, now time.Time) (telling Telling, instead *ce.Delivery) {
	content, recipient := claimed.Content, claimed.Recipient
	delivery := *content.By(claimed.Channel)
	recipient.Preferences = recipient.Preferences.OrDefault()
	zone := ce.ZoneOrUTC(recipient.Profile.TimeZone)
	today := ce.DateOf(now, zone)
	kept := ReminderKept
	switch content.Kind {
	case ce.NotificationTest:
		kept = testKept
	case ce.NotificationCredits:
		if !slices.Contains(recipient.Preferences.OnCredits(today), claimed.Channel) {
			return Telling{}, without(delivery, CodeObsolete)
		}
	default:
		content.Items = slices.DeleteFunc(slices.Clone(content.Items), func(item ce.NotificationItem) bool {
			return obsolete(&item, &recipient, claimed.Channel, today)
		})
		if len(content.Items) == 0 {
			return Telling{}, without(delivery, CodeObsolete)
		}
	}
	if now.Sub(content.CreatedAt) > kept {
		return Telling{}, failed(delivery, CodeExpired)
	}
	if content.Kind != ce.NotificationTest && recipient.Preferences.Quiet(now, zone) {
		delivery.NextAt = recipient.Preferences.QuietEnd(now, zone)
		return Telling{}, &delivery
	}
	content.On = today
	return Telling{Notification: content, Recipient: recipient, At: now, Settled: delivery.Settled}, nil
}

// obsolete reports whether the item is no longer to be told by the channel.
func obsolete(item *ce.NotificationItem, recipient *storage.Recipient, channel ce.Channel, today ce.Date) bool {
	due, open := recipient.Open[item.Deadline]
	if !open || due != item.DueOn {
		return true
	}
	if told, ok := recipient.Told.Steps[item.Deadline]; ok && told.DueOn == due && told.Step < item.Step {
		return true
	}
	_, channels, from := recipient.Preferences.Of(item.Certification)
	return !slices.Contains(channels, channel) || from.After(today) || recipient.Preferences.Snooze[item.Deadline].After(today)
}

// without is a delivery that is not to be.
func without(delivery ce.Delivery, code string) *ce.Delivery {
	if !delivery.SentAt.IsZero() { // some device has it
		return sent(delivery)
	}
	return &ce.Delivery{State: ce.DeliveryNone, Attempts: delivery.Attempts, Code: code}
}

// failed is a delivery that failed for good, unless some device has it.
func failed(delivery ce.Delivery, code string) *ce.Delivery {
	if !delivery.SentAt.IsZero() {
		return sent(delivery)
	}
	return &ce.Delivery{State: ce.DeliveryFailed, Attempts: delivery.Attempts, NextAt: delivery.NextAt, Code: code}
}

func sent(delivery ce.Delivery) *ce.Delivery {
	return &ce.Delivery{State: ce.DeliverySent, Attempts: delivery.Attempts, SentAt: delivery.SentAt}
}
