package calendar

import (
	"bytes"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"accrue/ce"
	"accrue/rules/wording"
	"accrue/tracker"
)

// refresh is how often apps should read a feed again, as a duration of RFC 5545.
const refresh = "PT4H"

// alarms are when an event rings, counted from the midnight with which its day begins: at nine in the morning, 7 days and
// 1 day before.
var alarms = []string{"-P6DT15H", "-PT15H"}

var kinds = map[ce.DeadlineKind]string{
	ce.DeadlineEarn:   "calendar-earn",
	ce.DeadlineAnnual: "calendar-annual",
	ce.DeadlineOwn:    "calendar-requirement",
	ce.DeadlineReport: "calendar-report",
	ce.DeadlineRenew:  "calendar-renewal",
	ce.DeadlineGrace:  "calendar-grace-end",
	ce.DeadlineOther:  "calendar-other",
}

// write returns the calendar as RFC 5545 text: one all-day event for each deadline, on its day in its own time zone, with
// the deadline's id as UID. What is met is a cancelled event, what is missed stays; neither rings.
//
// All events have the feed's revision as SEQUENCE, and its instant as LAST-MODIFIED and, as RFC 5545 has it for calendars without a
// METHOD, as DTSTAMP: of what is derived nobody knows since when it is so, only since when this feed says so.
//
// Besides their days and titles it says nothing of the professional.
func write(calendar tracker.Calendar) []byte {
	language := wording.For(calendar.Locale)
	name := language.Say("calendar-name")
	cal := ics.NewCalendar()
	cal.SetProductId("-//Accrue//Deadlines//EN")
	cal.SetCalscale("GREGORIAN")
	cal.SetName(name)
	cal.SetRefreshInterval(refresh, ics.WithValue(string(ics.ValueDataTypeDuration)))
	cal.SetXPublishedTTL(refresh)
	for i := range calendar.Deadlines {
		d := &calendar.Deadlines[i].Deadline
		event := cal.AddEvent(string(d.ID))
		title := printable(language.Render(d.Title))
		event.SetSummary(title)
		event.SetDescription(describe(language, d))
		event.SetAllDayStartAt(d.DueOn.Start(time.UTC))
		event.SetAllDayEndAt(d.DueOn.AddDays(1).Start(time.UTC))
		event.SetDtStampTime(calendar.Feed.RevisedAt)
		event.SetLastModifiedAt(calendar.Feed.RevisedAt)
		event.SetSequence(calendar.Feed.Revision)
		event.SetTimeTransparency(ics.TransparencyTransparent)
		event.SetStatus(ics.ObjectStatusConfirmed)
		if d.Status == ce.DeadlineMet {
			event.SetStatus(ics.ObjectStatusCancelled)
		}
		if calendar.Feed.Alarms && d.Status == ce.DeadlineUpcoming {
			for _, trigger := range alarms {
				alarm := event.AddAlarm()
				alarm.SetAction(ics.ActionDisplay)
				alarm.SetDescription(title)
				alarm.SetTrigger(trigger)
			}
		}
	}
	if len(calendar.Deadlines) == 0 {
		fill(cal)
	}
	var text bytes.Buffer
	// Lines end as RFC 5545 asks, not as the machine's do. Writing into memory never fails.
	_ = cal.SerializeTo(&text, ics.WithNewLineWindows)
	return text.Bytes()
}

// fill gives a calendar without events the one component that RFC 5545 asks of every calendar, one that nobody sees.
func fill(cal *ics.Calendar) {
	standard := cal.AddTimezone("UTC").AddStandard()
	standard.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), "+0000")
	standard.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), "+0000")
}

// printable is the text without what no text of RFC 5545 may hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// describe says what kind of deadline it is, how it stands, and whose day it is.
func describe(language *wording.Language, d *ce.Deadline) string {
	sentences := []ce.Message{{ID: kinds[d.Kind]}}
	switch d.Status {
	case ce.DeadlineMet:
		sentences = append(sentences, ce.Message{ID: "calendar-met"})
	case ce.DeadlineMissed:
		sentences = append(sentences, ce.Message{ID: "calendar-missed"})
	}
	sentences = append(sentences, ce.Message{ID: "calendar-zone", Values: []string{d.TimeZone}})
	return language.Render(ce.NewText(sentences...))
}
