package fcm_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"firebase.google.com/go/v4/messaging"
	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/rules/wording"
)

var update = flag.Bool("update", false, "write the messages into the golden files")

const (
	cpa      = ce.CertificationID("0b8f1c9e-52d4-4b6e-9a0f-2f3c6f1f7a01")
	nurse    = ce.CertificationID("0b8f1c9e-52d4-4b6e-9a0f-2f3c6f1f7a02")
	deepLink = "https://ce.example.com/n/7f0c"
)

var platforms = []ce.Platform{ce.PlatformAndroid, ce.PlatformIOS, ce.PlatformWeb}

func day(year int, month time.Month, n int) ce.Date { return ce.MustDate(year, month, n) }

func text(id string, values ...string) ce.Text { return ce.NewText(ce.Message{ID: id, Values: values}) }

func device(platform ce.Platform) *ce.Device {
	return &ce.Device{Token: fcmtest.Token("phone"), Platform: platform, TimeZone: "America/New_York"}
}

func earn() ce.NotificationItem {
	left := ce.Fraction(25, 2)
	return ce.NotificationItem{
		Deadline: ce.NewDeadlineID(cpa, "2026", ce.DeadlineEarn, ""), Certification: cpa, Program: "Georgia CPA", Kind: ce.DeadlineEarn,
		DueOn: day(2026, time.December, 31), Step: 30, Status: ce.DeadlineUpcoming,
		Title: text("title-earn", "Georgia CPA", "12.5", "CPE credits"), Remaining: &left, Unit: "CPE credits",
	}
}

func renew(due ce.Date, step int) ce.NotificationItem {
	return ce.NotificationItem{
		Deadline: ce.NewDeadlineID(nurse, "2027", ce.DeadlineRenew, ""), Certification: nurse, Program: "Georgia RN", Kind: ce.DeadlineRenew,
		DueOn: due, Step: step, Status: ce.DeadlineUpcoming, Title: text("title-renew", "Georgia RN"),
	}
}

func own() ce.NotificationItem {
	return ce.NotificationItem{Deadline: "3f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10", Kind: "OTHER", DueOn: day(2026, time.December, 8), Step: 7, Title: text("text", "CPR card <expires> & more")}
}

func reminder(on ce.Date, items ...ce.NotificationItem) *ce.Notification {
	return &ce.Notification{ID: "7f0c5a52-2a3b-8c62-9a51-3f6a3f0c9d10", Kind: ce.NotificationReminder, On: on, Items: items}
}

func credits(events ...ce.CreditEvent) *ce.Notification {
	n := &ce.Notification{ID: "7f0c5a52-2a3b-8c62-9a51-3f6a3f0c9d11", Kind: ce.NotificationCredits, On: day(2026, time.December, 1)}
	for i, event := range events {
		n.Credits = append(n.Credits, ce.CreditNews{
			Credit: ce.CreditID(fmt.Sprintf("3f1c4c5e-8a3b-4b62-9a51-%012d", i)), Title: "Fire drill <1> & more", CompletedOn: day(2026, time.November, 20), OrganizationName: "St. Example", Event: event,
		})
		if event != ce.CreditPosted && event != ce.CreditApproved {
			n.Credits[i].Reason = "No certificate.\nPlease add it."
		}
	}
	return n
}

// TestMessages compares whole messages, on each platform and in each language.
func TestMessages(t *testing.T) {
	first := day(2026, time.December, 1)
	test := reminder(first)
	test.Kind = ce.NotificationTest
	for name, c := range map[string]struct {
		notification *ce.Notification
		detail       ce.ReminderDetail
	}{
		"one":              {reminder(first, earn()), ce.DetailFull},
		"one-discreet":     {reminder(first, earn()), ce.DetailDiscreet},
		"several":          {reminder(first, own(), earn(), renew(day(2027, time.January, 31), 60)), ce.DetailFull},
		"several-discreet": {reminder(first, own(), earn(), renew(day(2027, time.January, 31), 60)), ce.DetailDiscreet},
		"today":            {reminder(first, renew(first, 0)), ce.DetailFull},
		"over":             {reminder(first, renew(day(2026, time.November, 30), -1)), ce.DetailFull},
		"over-discreet":    {reminder(first, renew(day(2026, time.November, 28), -3)), ce.DetailDiscreet},
		"test":             {test, ce.DetailDiscreet},
		"credit":           {credits(ce.CreditRefused), ce.DetailFull},
		"credits":          {credits(ce.CreditPosted, ce.CreditWithdrawn, ce.CreditUpheld, ce.CreditApproved, ce.CreditRefused, ce.CreditPosted), ce.DetailFull},
		"credits-discreet": {credits(ce.CreditPosted, ce.CreditRefused), ce.DetailDiscreet},
	} {
		for _, language := range []string{"en", "es"} {
			file := filepath.Join("testdata", name+"."+language+".json")
			built := map[ce.Platform]*messaging.Message{}
			for _, platform := range platforms {
				at := time.Date(2026, time.December, 1, 14, 0, 0, 0, time.UTC) // 09:00 in New York
				m := fcm.Build(fcm.Push{
					Notification: c.notification, Device: device(platform), Detail: c.detail, Language: wording.For(language), Link: deepLink, Unread: 2, At: at,
				})
				accepted(t, m)
				built[platform] = m
			}
			got, err := json.MarshalIndent(built, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		}
	}
}

// accepted fails the test unless FCM takes the message.
func accepted(t testing.TB, m *messaging.Message) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"message": m})
	if err != nil {
		t.Fatal(err)
	}
	if _, refusal := fcmtest.Check(body); refusal != nil {
		t.Errorf("FCM refuses %s: %s", body, refusal.Message)
	}
}

// TestDiscreetSaysNothing looks for what a lock screen must not show.
func TestDiscreetSaysNothing(t *testing.T) {
	for _, language := range []string{"en", "es-MX"} {
		for _, items := range [][]ce.NotificationItem{{earn()}, {earn(), own()}, {renew(day(2026, time.December, 1), 0)}} {
			m := fcm.Build(fcm.Push{Notification: reminder(day(2026, time.December, 1), items...), Device: device(ce.PlatformIOS), Detail: ce.DetailDiscreet, Language: wording.For(language)})
			for _, private := range []string{"CPA", "Georgia", "12", "CPE", "CPR", "RN"} {
				if shown := m.Notification.Title + "\n" + m.Notification.Body; strings.Contains(shown, private) {
					t.Errorf("%q shows %q", shown, private)
				}
			}
		}
	}
}

func TestTimeToLive(t *testing.T) {
	at := time.Date(2026, time.December, 1, 14, 0, 0, 0, time.UTC)
	due := func(d ce.Date) ce.NotificationItem { return ce.NotificationItem{DueOn: d} }
	on := day(2026, time.December, 1)
	for _, c := range []struct {
		name  string
		zone  string
		at    time.Time
		items []ce.NotificationItem
		want  time.Duration
	}{
		{"end of today", "America/New_York", at, []ce.NotificationItem{due(on)}, 15 * time.Hour},
		{"unknown zone", "Nowhere/Else", at, []ce.NotificationItem{due(on)}, 10 * time.Hour},
		{"no zone", "", at, []ce.NotificationItem{due(on)}, 10 * time.Hour},
		{"the first day that is not over", "UTC", at, []ce.NotificationItem{due(on.AddDays(-1)), due(on.AddDays(1)), due(on.AddDays(9))}, 34 * time.Hour},
		{"all over", "UTC", at, []ce.NotificationItem{due(on.AddDays(-3))}, 10 * time.Hour},
		{"far", "UTC", at, []ce.NotificationItem{due(on.AddDays(90))}, 28 * 24 * time.Hour},
		{"late", "UTC", at.AddDate(0, 0, 2), []ce.NotificationItem{due(on)}, 0},
		{"a day of 23 hours", "America/New_York", time.Date(2026, time.March, 8, 5, 0, 0, 0, time.UTC), []ce.NotificationItem{due(day(2026, time.March, 8))}, 23 * time.Hour},
		{"the end of the calendar", "UTC", at, []ce.NotificationItem{due(day(9999, time.December, 31))}, 28 * 24 * time.Hour},
	} {
		for _, platform := range platforms {
			d := device(platform)
			d.TimeZone = c.zone
			m := fcm.Build(fcm.Push{Notification: reminder(on, c.items...), Device: d, At: c.at})
			accepted(t, m)
			var got time.Duration
			switch platform {
			case ce.PlatformAndroid:
				got = *m.Android.TTL
			case ce.PlatformIOS:
				until, err := strconv.ParseInt(m.APNS.Headers["apns-expiration"], 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				got = time.Unix(until, 0).Sub(c.at)
			case ce.PlatformWeb:
				seconds, err := strconv.Atoi(m.Webpush.Headers["TTL"])
				if err != nil {
					t.Fatal(err)
				}
				got = time.Duration(seconds) * time.Second
			}
			if got != c.want {
				t.Errorf("%s on %s: %v; want %v", c.name, platform, got, c.want)
			}
		}
	}
}

// TestManyDeadlines counts what does not fit.
func TestManyDeadlines(t *testing.T) {
	n := reminder(day(2026, time.December, 1))
	for i := range 200 {
		item := earn()
		item.Certification = ce.CertificationID(fmt.Sprintf("0b8f1c9e-52d4-4b6e-9a0f-%012d", i))
		item.Deadline = ce.NewDeadlineID(item.Certification, "2026", ce.DeadlineOwn, "technical-business-management")
		n.Items = append(n.Items, item)
	}
	for count := range 60 {
		some := *n
		some.Items = n.Items[:count]
		m := fcm.Build(fcm.Push{Notification: &some, Device: device(ce.PlatformWeb), Link: deepLink, At: time.Unix(1, 0)})
		accepted(t, m)
		if more := m.Data[fcm.KeyMore]; (more == "") != (count < 28) {
			t.Errorf("of %d left out: %q", count, more)
		}
	}
	for _, platform := range platforms {
		m := fcm.Build(fcm.Push{Notification: n, Device: device(platform), Link: deepLink})
		accepted(t, m)
		listed := strings.Split(m.Data[fcm.KeyDeadlines], ",")
		left, err := strconv.Atoi(m.Data[fcm.KeyMore])
		if err != nil || len(listed)+left != 200 || len(listed) < 15 || len(strings.Split(m.Data[fcm.KeyCertifications], ",")) != len(listed) {
			t.Errorf("%s: %d listed, %s left out", platform, len(listed), m.Data[fcm.KeyMore])
		}
		m.Token = ""
		if body, err := json.Marshal(m); err != nil || len(body) >= 4096 || len(body) < 3900 {
			t.Errorf("%s: %d bytes, %v", platform, len(body), err)
		}
	}
}

// TestWorstTexts makes each part as long as it can get when written as JSON.
func TestWorstTexts(t *testing.T) {
	for _, platform := range platforms {
		for _, length := range []int{100, 128, 129, 5000} {
			n := reminder(day(2026, time.December, 1))
			n.ID = ce.NotificationID(strings.Repeat("<", length))
			for i := range 10 {
				n.Items = append(n.Items, ce.NotificationItem{Deadline: ce.DeadlineID(strings.Repeat("<", length) + strconv.Itoa(i)), Title: text("text", strings.Repeat("\x01", 200))})
			}
			for _, items := range [][]ce.NotificationItem{n.Items, n.Items[:1]} {
				m := *n
				m.Items = items
				built := fcm.Build(fcm.Push{Notification: &m, Device: device(platform), Link: "https://" + strings.Repeat("x", 990), At: time.Unix(1, 0)})
				accepted(t, built)
				if built.Notification.Title == "" || built.Data[fcm.KeyLink] == "" {
					t.Errorf("%s, %d: %+v", platform, length, built.Notification)
				}
			}
		}
	}
}

// TestMuchNews counts what does not fit, however long the texts are.
func TestMuchNews(t *testing.T) {
	for _, length := range []int{1, 500, 5000} {
		n := credits(ce.CreditRefused)
		n.Credits[0].Reason, n.Credits[0].Title, n.Credits[0].OrganizationName = strings.Repeat("\x01", length), strings.Repeat("<", length), strings.Repeat("é", length)
		for len(n.Credits) < 2*ce.MaxCreditNews {
			one := n.Credits[0]
			one.Credit = ce.CreditID(fmt.Sprintf("3f1c4c5e-8a3b-4b62-9a51-%012d", len(n.Credits)))
			n.Credits = append(n.Credits, one)
		}
		for _, count := range []int{1, len(n.Credits)} {
			some := *n
			some.Credits = n.Credits[:count]
			m := fcm.Build(fcm.Push{Notification: &some, Device: device(ce.PlatformWeb), Link: deepLink, At: time.Unix(1, 0)})
			accepted(t, m)
			listed := strings.Count(m.Data[fcm.KeyCredits], "3f1c4c5e")
			more, _ := strconv.Atoi(m.Data[fcm.KeyMoreCredits])
			if listed+more != count || length == 1 && count == 1 && more > 0 || count > 1 && more == 0 {
				t.Errorf("%d of %d listed, %q left out", listed, count, m.Data[fcm.KeyMoreCredits])
			}
			if m.Notification.Title == "" || m.Notification.Body == "" {
				t.Errorf("%+v", m.Notification)
			}
		}
	}
}

// TestLinks leaves out what a browser does not follow, and what is too long.
func TestLinks(t *testing.T) {
	for link, want := range map[string]struct{ data, web bool }{
		"":                           {false, false},
		deepLink:                     {true, true},
		"http://ce.example.com/n/1":  {true, false},
		"accrue://notifications/1":   {true, false},
		"https:":                     {true, false},
		"https://ce.example.com/%zz": {true, false},
		"https://ce.example.com/" + strings.Repeat("x", 2000): {false, false},
		"https://ce.example.com/" + strings.Repeat("&", 200):  {false, false}, // as JSON it is as long
	} {
		m := fcm.Build(fcm.Push{Notification: reminder(day(2026, time.December, 1), earn()), Device: device(ce.PlatformWeb), Link: link, At: time.Unix(1, 0)})
		accepted(t, m)
		if _, data := m.Data[fcm.KeyLink]; data != want.data || (m.Webpush.FCMOptions != nil) != want.web {
			t.Errorf("%.40s: %v, %+v", link, data, m.Webpush.FCMOptions)
		}
	}
}

func TestSameNotificationSameTag(t *testing.T) {
	n := reminder(day(2026, time.December, 1), earn())
	a := fcm.Build(fcm.Push{Notification: n, Device: device(ce.PlatformIOS), At: time.Unix(1, 0)})
	b := fcm.Build(fcm.Push{Notification: n, Device: device(ce.PlatformIOS), At: time.Unix(2, 0), Language: wording.For("es")})
	other := *n
	other.ID += "1"
	c := fcm.Build(fcm.Push{Notification: &other, Device: device(ce.PlatformIOS)})
	id := func(m *messaging.Message) string { return m.APNS.Headers["apns-collapse-id"] }
	if id(a) != id(b) || id(a) == id(c) || len(id(a)) > 64 {
		t.Errorf("%s, %s, %s", id(a), id(b), id(c))
	}
}

// FuzzBuild makes messages of anything: FCM takes each, but for the token.
func FuzzBuild(f *testing.F) {
	f.Add("7f0c", "0b8f1c9e.2026.earn", "0b8f1c9e", "Georgia CPA", "title-earn\tGeorgia CPA\t12.5\thours", "https://ce.example.com", "es-MX", "America/New_York", uint8(1), uint8(3), int64(1_800_000_000), int32(740000), int32(740010))
	f.Add(strings.Repeat("<", 300), strings.Repeat("\x00", 500), strings.Repeat("é", 900), strings.Repeat("&", 900), "text\t"+strings.Repeat("\u2028", 900), "https://"+strings.Repeat("&", 900), "en", "", uint8(2), uint8(255), int64(-1), int32(1), int32(3652059))
	f.Add("", ",,,", "\xff\xfe", "", "text\t\xff", "javascript:alert(1)", "", "UTC", uint8(0), uint8(0), int64(253402300799), int32(3652059), int32(0))
	f.Fuzz(func(t *testing.T, id, deadline, certification, program, title, link, language, zone string, kind, count uint8, at int64, on, due int32) {
		date := func(n int32) ce.Date {
			if n <= 0 {
				return ce.Date{}
			}
			return day(1, time.January, 1).AddDays(int(n) - 1)
		}
		n := reminder(date(on))
		n.ID = ce.NotificationID(id)
		if kind%4 == 3 {
			n.Kind = ce.NotificationTest
		}
		for i := range int(count) {
			n.Items = append(n.Items, ce.NotificationItem{
				Deadline: ce.DeadlineID(deadline + strconv.Itoa(i)), Certification: ce.CertificationID(certification), Program: program, Title: ce.Text(title), DueOn: date(due + int32(i)),
				Kind: []ce.DeadlineKind{ce.DeadlineEarn, ce.DeadlineRenew, "OTHER"}[i%3],
			})
		}
		d := device(append(platforms, "")[kind%4])
		d.TimeZone = zone
		detail := []ce.ReminderDetail{ce.DetailFull, ce.DetailDiscreet, ""}[kind%3]
		m := fcm.Build(fcm.Push{
			Notification: n, Device: d, Detail: detail, Language: wording.For(language), Link: link, Unread: int(int8(kind)),
			At: time.Unix(min(max(at, 0), 253402300799-3_000_000), 0),
		})
		listed := 0
		if m.Data[fcm.KeyDeadlines] != "" && !strings.Contains(deadline, ",") {
			listed = len(strings.Split(m.Data[fcm.KeyDeadlines], ","))
		}
		if left := m.Data[fcm.KeyMore]; left != "" && !strings.Contains(deadline, ",") && left != strconv.Itoa(len(n.Items)-listed) {
			t.Errorf("%d of %d listed, %s left out", listed, len(n.Items), left)
		}
		if again := fcm.Build(fcm.Push{
			Notification: n, Device: d, Detail: detail, Language: wording.For(language), Link: link, Unread: int(int8(kind)),
			At: time.Unix(min(max(at, 0), 253402300799-3_000_000), 0),
		}); !maps.Equal(m.Data, again.Data) || *m.Notification != *again.Notification {
			t.Error("built twice it differs")
		}
		accepted(t, m)
		m.Token = ""
		if body, err := json.Marshal(m); err != nil || len(body) >= 4096 {
			t.Errorf("%d bytes, %v", len(body), err)
		}
	})
}
