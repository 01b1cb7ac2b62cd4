package calendar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/tracker"
)

// appCalendar is what testdata/reader/read.mjs writes: a calendar as an app understands it.
type appCalendar struct {
	Version, Product, Name, Lifetime string
	Refresh                          int
	Others                           []string
	Events                           []appEvent
}

type appEvent struct {
	UID, Summary, Description, Start, End, Status, Transparency, Stamp, Modified string

	AllDay   bool
	Sequence int
	Rings    []appAlarm
}

type appAlarm struct{ At, Action, Says string }

// asRead has a calendar read by the library of a real app.
func asRead(t *testing.T, text []byte) (calendar appCalendar) {
	t.Helper()
	if _, err := os.Stat("testdata/reader/node_modules/ical.js"); err != nil {
		t.Fatal("ical.js is not installed: run scripts/test-setup")
	}
	command := exec.Command("node", "testdata/reader/read.mjs")
	command.Stdin = bytes.NewReader(text)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, complaint.Bytes(), text)
	}
	if err := json.Unmarshal(output, &calendar); err != nil {
		t.Fatal(err)
	}
	return calendar
}

// contentLine is a line of RFC 5545, section 3.1, with its name and value; no parameter that is written here has a quoted value.
var contentLine = regexp.MustCompile(`^([A-Z0-9-]+)(?:;[A-Z0-9-]+=[^";:,\p{Cc}]+)*:([^\p{Cc}]*)$`)

// Names of properties that a component must have, and those that it may have besides, each once: RFC 5545, section 3.6, and RFC 7986.
var components = map[string]struct{ must, may []string }{
	"VCALENDAR": {[]string{"VERSION", "PRODID"}, []string{"CALSCALE", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}},
	"VEVENT":    {[]string{"UID", "DTSTAMP", "DTSTART"}, []string{"DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE", "LAST-MODIFIED"}},
	"VALARM":    {[]string{"ACTION", "TRIGGER", "DESCRIPTION"}, nil},
	"VTIMEZONE": {[]string{"TZID"}, nil},
	"STANDARD":  {[]string{"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, nil},
}

var within = map[string][]string{"": {"VCALENDAR"}, "VCALENDAR": {"VEVENT", "VTIMEZONE"}, "VEVENT": {"VALARM"}, "VTIMEZONE": {"STANDARD"}}

var values = map[string]*regexp.Regexp{
	"VERSION":          regexp.MustCompile(`^2\.0$`),
	"DTSTAMP":          regexp.MustCompile(`^\d{8}T\d{6}Z$`),
	"LAST-MODIFIED":    regexp.MustCompile(`^\d{8}T\d{6}Z$`),
	"SEQUENCE":         regexp.MustCompile(`^\d{1,9}$`),
	"STATUS":           regexp.MustCompile(`^(CONFIRMED|CANCELLED)$`),
	"TRIGGER":          regexp.MustCompile(`^-P(\d+D)?T\d+H$`),
	"REFRESH-INTERVAL": regexp.MustCompile(`^PT\d+H$`),
	"SUMMARY":          regexp.MustCompile(`^([^\\;,]|\\[\\;,nN])*$`),
	"DESCRIPTION":      regexp.MustCompile(`^([^\\;,]|\\[\\;,nN])*$`),
}

// valid checks the text against the grammar of RFC 5545, as far as feeds use it.
func valid(text []byte) error {
	rest, ok := strings.CutSuffix(string(text), "\r\n")
	if !ok {
		return fmt.Errorf("does not end with CRLF")
	}
	var lines []string
	for _, line := range strings.Split(rest, "\r\n") {
		switch {
		case len(line) > 75:
			return fmt.Errorf("a line of %d octets: %q", len(line), line)
		case !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl):
			return fmt.Errorf("a line of other than text: %q", line)
		case strings.HasPrefix(line, " ") && len(lines) > 0:
			lines[len(lines)-1] += line[1:]
		default:
			lines = append(lines, line)
		}
	}
	type open struct {
		name  string
		found []string
	}
	stack := []open{{}}
	uids := map[string]bool{}
	inside := 0
	for _, line := range lines {
		parts := contentLine.FindStringSubmatch(line)
		if parts == nil {
			return fmt.Errorf("no content line: %q", line)
		}
		top := &stack[len(stack)-1]
		switch name, value := parts[1], parts[2]; name {
		case "BEGIN":
			if !slices.Contains(within[top.name], value) {
				return fmt.Errorf("%s in %q", value, top.name)
			}
			if top.name == "VCALENDAR" {
				inside++
			}
			stack = append(stack, open{name: value})
		case "END":
			for _, must := range components[top.name].must {
				if !slices.Contains(top.found, must) {
					return fmt.Errorf("%s without %s", top.name, must)
				}
			}
			if value != top.name {
				return fmt.Errorf("%s ended as %s", top.name, value)
			}
			stack = stack[:len(stack)-1]
		default:
			known := components[top.name]
			if !slices.Contains(known.must, name) && !slices.Contains(known.may, name) || slices.Contains(top.found, name) {
				return fmt.Errorf("%s in %s, or once too often", name, top.name)
			}
			top.found = append(top.found, name)
			if form := values[name]; form != nil && !form.MatchString(value) {
				return fmt.Errorf("%s: %q", name, value)
			}
			if name == "UID" && (uids[value] || value == "") {
				return fmt.Errorf("a UID given twice: %q", value)
			} else if name == "UID" {
				uids[value] = true
			}
		}
	}
	if len(stack) != 1 || inside == 0 {
		return fmt.Errorf("%d components are open, %d in the calendar", len(stack)-1, inside)
	}
	return nil
}

func text(title string) ce.Text {
	return ce.NewText(ce.Message{ID: "text", Values: []string{title}})
}

var (
	revised = time.Date(2026, time.November, 22, 17, 0, 0, 123e6, time.UTC)
	due     = ce.MustDate(2027, time.March, 14)
)

// example is a calendar of one deadline of each kind and status, with titles that are hard to write.
func example() tracker.Calendar {
	calendar := tracker.Calendar{Feed: ce.CalendarFeed{Alarms: true, Revision: 7, RevisedAt: revised}, Locale: "en-GB"}
	for _, d := range []ce.Deadline{
		{
			ID: "5e4a5c3e-0000-4000-8000-000000000001.2027.renewal", Kind: ce.DeadlineRenew, DueOn: due, TimeZone: "Pacific/Kiritimati",
			Title: ce.NewText(ce.Message{ID: "title-renew", Values: []string{"Georgia RN"}}),
		},
		{
			ID: "5e4a5c3e-0000-4000-8000-000000000002", Kind: ce.DeadlineOther, DueOn: ce.MustDate(2027, time.December, 31), TimeZone: "UTC",
			Title: text(`Fee; 10 % off, "C:\new"` + strings.Repeat(" Größe 李👩‍⚕️", 12)),
		},
		{ID: "met", Kind: ce.DeadlineEarn, Status: ce.DeadlineMet, DueOn: due, TimeZone: "America/New_York", Title: text(strings.Repeat("李", 100))},
		{ID: "missed", Kind: ce.DeadlineAnnual, Status: ce.DeadlineMissed, DueOn: ce.MustDate(2024, time.February, 29), TimeZone: "America/New_York", Title: text("x")},
	} {
		if d.Status == "" {
			d.Status = ce.DeadlineUpcoming
		}
		calendar.Deadlines = append(calendar.Deadlines, tracker.Deadline{Deadline: d})
	}
	return calendar
}

func TestAnAppReadsTheCalendar(t *testing.T) {
	written := write(example())
	if err := valid(written); err != nil {
		t.Errorf("%v\n%s", err, written)
	}
	const stamp = "2026-11-22T17:00:00Z"
	hard := `Fee; 10 % off, "C:\new"` + strings.Repeat(" Größe 李👩‍⚕️", 12)
	rings := func(says string, days ...string) []appAlarm {
		alarms := []appAlarm{}
		for _, day := range days {
			alarms = append(alarms, appAlarm{day + "T09:00:00", "DISPLAY", says})
		}
		return alarms
	}
	want := appCalendar{
		Version: "2.0", Product: "-//Accrue//Deadlines//EN", Name: "Continuing-education deadlines", Lifetime: "PT4H", Refresh: 4 * 60 * 60, Others: []string{},
		Events: []appEvent{
			{
				UID: "5e4a5c3e-0000-4000-8000-000000000001.2027.renewal", Summary: "Georgia RN: renew",
				Description: "The last day of the licence or certificate. The day ends in the time zone Pacific/Kiritimati.",
				Start:       "2027-03-14", End: "2027-03-15", Status: "CONFIRMED", Rings: rings("Georgia RN: renew", "2027-03-07", "2027-03-13"),
			},
			{
				UID: "5e4a5c3e-0000-4000-8000-000000000002", Summary: hard, Description: "A deadline that you entered. The day ends in the time zone UTC.",
				Start: "2027-12-31", End: "2028-01-01", Status: "CONFIRMED", Rings: rings(hard, "2027-12-24", "2027-12-30"),
			},
			{
				UID: "met", Summary: strings.Repeat("李", 100), Description: "The last day to earn what this cycle asks. It is done. The day ends in the time zone America/New_York.",
				Start: "2027-03-14", End: "2027-03-15", Status: "CANCELLED", Rings: rings(""),
			},
			{
				UID: "missed", Summary: "x", Description: "The last day to earn what this part of the cycle asks. The day is over and it was not done. The day ends in the time zone America/New_York.",
				Start: "2024-02-29", End: "2024-03-01", Status: "CONFIRMED", Rings: rings(""),
			},
		},
	}
	for i := range want.Events {
		e := &want.Events[i]
		e.AllDay, e.Sequence, e.Stamp, e.Modified, e.Transparency = true, 7, stamp, stamp, "TRANSPARENT"
	}
	if diff := cmp.Diff(want, asRead(t, written)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWithoutAlarms(t *testing.T) {
	calendar := example()
	calendar.Feed.Alarms = false
	for _, event := range asRead(t, write(calendar)).Events {
		if len(event.Rings) > 0 {
			t.Errorf("%s rings", event.UID)
		}
	}
}

// RFC 5545 asks for at least one component in every calendar.
func TestWithoutDeadlines(t *testing.T) {
	written := write(tracker.Calendar{})
	if err := valid(written); err != nil {
		t.Errorf("%v\n%s", err, written)
	}
	if got := asRead(t, written); len(got.Events) > 0 || !slices.Equal(got.Others, []string{"vtimezone"}) || got.Version != "2.0" {
		t.Errorf("read as %+v", got)
	}
}

// Each kind of deadline is described, in each language.
func TestKindsAreDescribed(t *testing.T) {
	for _, kind := range []ce.DeadlineKind{ce.DeadlineEarn, ce.DeadlineAnnual, ce.DeadlineOwn, ce.DeadlineReport, ce.DeadlineRenew, ce.DeadlineGrace, ce.DeadlineOther} {
		calendar := tracker.Calendar{Deadlines: []tracker.Deadline{{Deadline: ce.Deadline{ID: "x", Kind: kind, DueOn: due, TimeZone: "UTC", Title: text("x")}}}}
		if written := string(write(calendar)); strings.Contains(written, "DESCRIPTION:The day ends") || strings.Contains(written, "DESCRIPTION:\r\n") {
			t.Errorf("%s is not described:\n%s", kind, written)
		}
	}
}

// FuzzTitle shows that no title, and no name of a program in it, breaks the calendar.
func FuzzTitle(f *testing.F) {
	for _, title := range []string{"CPR card", "a\r\nBEGIN:VEVENT", "\\,;:\"", strings.Repeat(" <b>", 40), strings.Repeat("é", 80), "\xff\x00\u2028\u0085", "  ", ""} {
		f.Add(title)
	}
	f.Fuzz(func(t *testing.T, title string) {
		written := write(tracker.Calendar{
			Feed:      ce.CalendarFeed{Alarms: true},
			Deadlines: []tracker.Deadline{{Deadline: ce.Deadline{ID: "x", Kind: ce.DeadlineOther, DueOn: due, TimeZone: "UTC", Title: text(title), Status: ce.DeadlineUpcoming}}},
		})
		if err := valid(written); err != nil {
			t.Errorf("%v\n%s", err, written)
		}
	})
}
