package fcm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"firebase.google.com/go/v4/messaging"

	"accrue/ce"
	"accrue/rules/wording"
)

// What apps must know of a message.
const (
	// Channel is the Android notification channel that the app makes for reminders, and the thread that groups them on Apple's devices.
	Channel = "deadlines"
	// CreditsChannel is the same for news of credits.
	CreditsChannel = "credits"

	// The keys of the data. Ids are separated by commas, each once; KeyMore and KeyMoreCredits are how many deadlines, or credits, were left out
	// because not all fit, and are absent when none were.
	KeyNotification   = "notificationId"
	KeyKind           = "kind"
	KeyDeadlines      = "deadlineIds"
	KeyCertifications = "certificationIds"
	KeyMore           = "moreDeadlines"
	KeyCredits        = "creditIds"
	KeyMoreCredits    = "moreCredits"
	KeyLink           = "link"
)

const (
	// maxPayload is FCM's limit, in bytes. Here it holds the whole message but the token.
	maxPayload = 4096
	// maxLink leaves room for the ids; it is that of the link as JSON.
	maxLink = 1000
	// maxID is above the length of every id of a notification.
	maxID = 128
	// maxTTL is how long FCM keeps a message at most.
	maxTTL = 28 * 24 * time.Hour
	// testTTL is how long a test message is worth showing, newsTTL how long news is.
	testTTL = 10 * time.Minute
	newsTTL = 72 * time.Hour
	// urgentDays is how near a deadline must be for its reminder to wake a sleeping phone.
	urgentDays = 7
)

// Push is all that a message is made of.
type Push struct {
	Notification *ce.Notification
	Device       *ce.Device
	Detail       ce.ReminderDetail
	Language     *wording.Language // nil for English
	// Link is where the notification leads: a web address or one of the app's own. One of more than 1,000 bytes is left
	// out; browsers follow only https.
	Link string
	// Unread is the number of unread notifications, this one included: the badge on Apple's devices, which 0 takes away.
	Unread int
	// At is the instant of sending, from which the time to live counts.
	At time.Time
}

// Build makes the message for one device, with what its platform understands. It is less than 4,096 bytes without
// the token, whatever it is made of: ids that do not fit are left out and counted, then the text is cut.
//
// Messages of one notification replace each other on the device. A message is dropped when it could not be delivered by the
// end of the first due day that is not over, in the device's time zone (UTC while that is unknown); when all are over, by the end of the
// notification's own day; and after 28 days in any case. News is dropped after 3 days.
func Build(p Push) *messaging.Message {
	n := p.Notification
	language := p.Language
	if language == nil {
		language = wording.English
	}
	title, body := language.Notification(n, p.Detail)
	m := &messaging.Message{
		Token:        p.Device.Token,
		Notification: &messaging.Notification{Title: title, Body: body},
		Data:         map[string]string{KeyKind: string(n.Kind)},
	}
	if len(n.ID) <= maxID {
		m.Data[KeyNotification] = string(n.ID)
	}
	if written, _ := json.Marshal(p.Link); p.Link != "" && len(written) <= maxLink { // a text can always be written
		m.Data[KeyLink] = p.Link
	}
	ttl := timeToLive(p)
	switch p.Device.Platform {
	case ce.PlatformAndroid:
		m.Android = android(p, ttl)
	case ce.PlatformIOS:
		m.APNS = apple(p, ttl)
	case ce.PlatformWeb:
		m.Webpush = web(p, m.Data[KeyLink], language, ttl)
	}
	if n.Kind == ce.NotificationCredits {
		fit(m, len(n.Credits), func(count int) map[string]string { return creditData(n.Credits, count) })
	} else {
		fit(m, len(n.Items), func(count int) map[string]string { return deadlineData(n.Items, count) })
	}
	return m
}

// Tag is by what a notification is known on devices, where a later message with the same tag replaces the earlier one.
func Tag(id ce.NotificationID) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16]) // 32 bytes; web push allows no more, Apple 64
}

func timeToLive(p Push) time.Duration {
	n := p.Notification
	switch n.Kind {
	case ce.NotificationTest:
		return testTTL
	case ce.NotificationCredits:
		return newsTTL
	}
	zone := ce.ZoneOrUTC(p.Device.TimeZone)
	var end time.Time
	for i := range n.Items {
		if over := n.Items[i].DueOn.End(zone); over.After(p.At) && (end.IsZero() || over.Before(end)) {
			end = over
		}
	}
	if end.IsZero() {
		end = n.On.End(zone)
	}
	return min(max(end.Sub(p.At).Truncate(time.Second), 0), maxTTL)
}

// urgent reports whether the message may wake a sleeping phone.
func urgent(n *ce.Notification) bool {
	for i := range n.Items {
		if n.On.DaysUntil(n.Items[i].DueOn) <= urgentDays {
			return true
		}
	}
	return n.Kind == ce.NotificationTest
}

// channel is the Android channel, and the thread on Apple's devices.
func channel(n *ce.Notification) string {
	if n.Kind == ce.NotificationCredits {
		return CreditsChannel
	}
	return Channel
}

func android(p Push, ttl time.Duration) *messaging.AndroidConfig {
	tag := Tag(p.Notification.ID)
	config := &messaging.AndroidConfig{
		CollapseKey: tag,
		Priority:    "normal",
		TTL:         &ttl,
		Notification: &messaging.AndroidNotification{
			Tag: tag, ChannelID: channel(p.Notification), DefaultSound: true, Visibility: messaging.VisibilityPublic,
		},
	}
	if p.Detail == ce.DetailDiscreet {
		config.Notification.Visibility = messaging.VisibilityPrivate
	}
	if urgent(p.Notification) {
		config.Priority = "high"
	}
	return config
}

func apple(p Push, ttl time.Duration) *messaging.APNSConfig {
	badge := max(p.Unread, 0)
	config := &messaging.APNSConfig{
		Headers: map[string]string{
			"apns-push-type":   "alert",
			"apns-collapse-id": Tag(p.Notification.ID),
			"apns-expiration":  strconv.FormatInt(max(p.At.Add(ttl).Unix(), 0), 10),
			"apns-priority":    "5",
		},
		Payload: &messaging.APNSPayload{Aps: &messaging.Aps{Badge: &badge, Sound: "default", ThreadID: channel(p.Notification)}},
	}
	if urgent(p.Notification) {
		config.Headers["apns-priority"] = "10"
	}
	return config
}

func web(p Push, link string, language *wording.Language, ttl time.Duration) *messaging.WebpushConfig {
	tag := Tag(p.Notification.ID)
	config := &messaging.WebpushConfig{
		Headers:      map[string]string{"TTL": strconv.FormatInt(int64(ttl/time.Second), 10), "Urgency": "normal", "Topic": tag},
		Notification: &messaging.WebpushNotification{Tag: tag, Language: language.Tag()},
	}
	if urgent(p.Notification) {
		config.Headers["Urgency"] = "high"
	}
	// The SDK refuses the message for any other link.
	if address, err := url.ParseRequestURI(link); err == nil && address.Scheme == "https" && address.Host != "" {
		config.FCMOptions = &messaging.WebpushFCMOptions{Link: link}
	}
	return config
}

// fit adds what the data says of the first of so many items as far as there is room, and cuts the text where it alone is too long.
func fit(m *messaging.Message, items int, data func(count int) map[string]string) {
	list := func(count int) {
		for key, value := range data(count) {
			if delete(m.Data, key); value != "" {
				m.Data[key] = value
			}
		}
	}
	if list(items); sizeAtMost(m) < maxPayload || size(m) < maxPayload {
		return
	}
	most := sort.Search(items, func(count int) bool {
		list(count + 1)
		return size(m) >= maxPayload
	})
	// Only without any ids the rest may be too long, and then for its body: all else has limits that together are below.
	for list(most); size(m) >= maxPayload && m.Notification.Body != ""; {
		m.Notification.Body = halve(m.Notification.Body)
	}
}

// deadlineData are the ids of the first items, and how many there are more.
func deadlineData(items []ce.NotificationItem, count int) map[string]string {
	var deadlines, certifications ids
	for i := range items[:count] {
		deadlines.add(string(items[i].Deadline))
		certifications.add(string(items[i].Certification))
	}
	return map[string]string{KeyDeadlines: deadlines.String(), KeyCertifications: certifications.String(), KeyMore: more(len(items) - count)}
}

// creditData are the ids of the credits of the first news, and how many pieces of it there are more.
func creditData(news []ce.CreditNews, count int) map[string]string {
	var credits ids
	for i := range news[:count] {
		credits.add(string(news[i].Credit))
	}
	return map[string]string{KeyCredits: credits.String(), KeyMoreCredits: more(len(news) - count)}
}

// more is how many were left out, "" for none.
func more(left int) string {
	if left == 0 {
		return ""
	}
	return strconv.Itoa(left)
}

// ids lists ids, each once.
type ids struct {
	strings.Builder
	seen map[string]bool
}

func (l *ids) add(id string) {
	if id == "" || l.seen[id] {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[id] = true
	if l.Len() > 0 {
		l.WriteByte(',')
	}
	l.WriteString(id)
}

// size is the length of the message as it is sent, without its token.
func size(m *messaging.Message) int {
	bare := *m
	bare.Token = ""
	written, _ := json.Marshal(&bare) // texts, numbers and maps of texts, which can all be written
	return len(written)
}

// sizeAtMost is a bound of size that costs little: names and what is the same in all messages are below 1,300 bytes.
func sizeAtMost(m *messaging.Message) int {
	most := 1300 + writtenAtMost(m.Notification.Title) + writtenAtMost(m.Notification.Body) + writtenAtMost(m.Data[KeyLink]) // the link may stand in it twice
	for _, value := range m.Data {
		most += writtenAtMost(value)
	}
	return most
}

// writtenAtMost bounds the length of the text in JSON, which writes a byte with 6 at most, and the plain ones of ASCII as they are.
func writtenAtMost(text string) int {
	most := len(text)
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			most += 5
		}
	}
	return most
}

// halve cuts the second half of the text off.
func halve(text string) string {
	end := len(text) / 2
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
