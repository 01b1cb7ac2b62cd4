package scan_test

import (
	"fmt"
	"testing"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/scantest"
)

var today = ce.MustDate(2026, 11, 25)

// only returns the scan of a document that holds one certificate.
func only(document scan.Document, options scan.Options) scan.Scan {
	scans := scan.Recognize(document, options)
	if len(scans) != 1 {
		panic(fmt.Sprintf("%d certificates", len(scans)))
	}
	return scans[0]
}

func recognize(lines ...string) scan.Scan {
	return only(scantest.Document(lines...), scan.Options{Today: today})
}

func dateOf(f scan.Field[ce.Date]) string {
	if f.Chosen == nil {
		return ""
	}
	return f.Chosen.Value.String()
}

func TestDatesAsPrinted(t *testing.T) {
	for text, want := range map[string]string{
		"October 21, 2024":                  "2024-10-21",
		"Jan 9, 2024":                       "2024-01-09",
		"Nov. 23, 2022":                     "2022-11-23",
		"JUNE 28, 2020":                     "2020-06-28",
		"April 25 2021":                     "2021-04-25",
		"09 May 2012":                       "2012-05-09",
		"5 Mar 2022":                        "2022-03-05",
		"27 February, 2025":                 "2025-02-27",
		"30-Apr-2025":                       "2025-04-30",
		"29-NOV-2024":                       "2024-11-29",
		"21st November, 2020":               "2020-11-21",
		"July 30th, 2022":                   "2022-07-30",
		"02nd Jan 2021":                     "2021-01-02",
		"December 6 th, 2020":               "2020-12-06",
		"Thursday, April 22nd 2021":         "2021-04-22",
		"Jan 20, 2021 at 01:49PM UTC":       "2021-01-20",
		"11/20/2024":                        "2024-11-20",
		"14/7/2019":                         "2019-07-14",
		"25/05/23":                          "2023-05-25",
		"29-08-24":                          "2024-08-29",
		"24.3.2021":                         "2021-03-24",
		"02 / 02 / 2019":                    "2019-02-02",
		"2025-02-23":                        "2025-02-23",
		"Eleventh day of September, 2019":   "2019-09-11",
		"twenty-second day of August, 2024": "2024-08-22",
		"5th day of March in the year two thousand and twenty-five.": "2025-03-05",
		"30 February 2024": "",
		"13/13/2024":       "",
		"May 2021":         "",
		"12345":            "",
	} {
		got := recognize("Certificate of Completion", "", "Date of completion: "+text)
		if date := dateOf(got.CompletedOn); date != want {
			t.Errorf("%q is read as %q, want %q", text, date, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for text, want := range map[string][2]string{
		"March 3-5, 2023":                       {"2023-03-03", "2023-03-05"},
		"18-21 April 2019":                      {"2019-04-18", "2019-04-21"},
		"06th-07th July 2021":                   {"2021-07-06", "2021-07-07"},
		"6th and 7th June 2021":                 {"2021-06-06", "2021-06-07"},
		"25 January - 10 February 2021":         {"2021-01-25", "2021-02-10"},
		"January 3 to February 5, 2021":         {"2021-01-03", "2021-02-05"},
		"1/9/2021 to 31/10/2021":                {"2021-09-01", "2021-10-31"},
		"January 3, 2021 through March 2, 2021": {"2021-01-03", "2021-03-02"},
	} {
		got := recognize("Certificate of Attendance", "", "Dates: "+text)
		if start, end := dateOf(got.StartedOn), dateOf(got.CompletedOn); start != want[0] || end != want[1] {
			t.Errorf("%q is read as %q to %q, want %q to %q", text, start, end, want[0], want[1])
		}
	}
}

// Each date goes by its label; what says nothing of the activity is not taken.
func TestDatesByLabel(t *testing.T) {
	got := recognize("Certificate of Completion", "",
		"Date completed: March 3, 2024", "Issue date: March 9, 2024", "Valid until: March 9, 2027",
		"Printed on: April 1, 2024", "Release date: January 5, 2023", "Date of birth: May 5, 1980")
	for name, pair := range map[string][2]string{
		"completed": {dateOf(got.CompletedOn), "2024-03-03"},
		"issued":    {dateOf(got.IssuedOn), "2024-03-09"},
		"expires":   {dateOf(got.ExpiresOn), "2027-03-09"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	got = recognize("Certificate", "", "Issued on: March 9, 2024")
	if got.CompletedOn.Chosen != nil || dateOf(got.IssuedOn) != "2024-03-09" {
		t.Errorf("completed is %q and issued %q: a day of issue is not taken for one of completion", dateOf(got.CompletedOn), dateOf(got.IssuedOn))
	}
	for _, text := range []string{"Awarded on this 4th day of July, 2023", "Given this fourth day of July 2023"} {
		if got := recognize("Certificate", "", text); dateOf(got.IssuedOn) != "2023-07-04" {
			t.Errorf("%q is issued on %q", text, dateOf(got.IssuedOn))
		}
	}
	if len(got.CompletedOn.Others) == 0 || got.CompletedOn.Question != scan.QuestionUnsure {
		t.Error("the day of issue is not offered")
	}
}

func TestLabelsAboveAndBelow(t *testing.T) {
	for name, lines := range map[string][]string{
		"above":  {"Certificate", "", "Completion date\tInstructor", "March 3, 2024\tClara Voss"},
		"below":  {"Certificate", "", "March 3, 2024\tClara Voss", "____________\t___________", "Date\tInstructor"},
		"beside": {"Certificate", "", "Completion date\tMarch 3, 2024", "Instructor\tClara Voss"},
	} {
		if got := dateOf(recognize(lines...).CompletedOn); got != "2024-03-03" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// The order of day and month is settled by what else stands on the document, else asked.
func TestOrderOfDayAndMonth(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string // "" for a question
	}{
		"open":                  {[]string{"Date: 04/03/2024"}, ""},
		"another date":          {[]string{"Date: 04/03/2024", "Printed: 25/03/2024"}, "2024-03-04"},
		"another date, US":      {[]string{"Date: 04/03/2024", "Printed: 04/25/2024"}, "2024-04-03"},
		"month words":           {[]string{"Date: 04/03/2024", "Issued on: March 4, 2024"}, "2024-03-04"},
		"country":               {[]string{"Date: 04/03/2024", "Leeds, United Kingdom"}, "2024-03-04"},
		"accreditor":            {[]string{"Date: 04/03/2024", "Accredited by the American Nurses Credentialing Center"}, "2024-04-03"},
		"not after today":       {[]string{"Date: 04/12/2026"}, "2026-04-12"},
		"the same either way":   {[]string{"Date: 04/04/2024"}, "2024-04-04"},
		"evidence in conflict":  {[]string{"Date: 04/03/2024", "United Kingdom", "United States"}, ""},
		"a day above 12 itself": {[]string{"Date: 25/03/2024"}, "2024-03-25"},
	} {
		got := recognize(append([]string{"Certificate", ""}, c.lines...)...)
		if date := dateOf(got.CompletedOn); date != c.want {
			t.Errorf("%s: %q, want %q", name, date, c.want)
		}
		if c.want == "" && (got.CompletedOn.Question != scan.QuestionDayMonth || len(got.CompletedOn.Others) < 2) {
			t.Errorf("%s: question %q with %d readings", name, got.CompletedOn.Question, len(got.CompletedOn.Others))
		}
	}
	got := recognize("Certificate", "", "Dates: 09/01/2024 to 03/02/2024")
	if date := dateOf(got.CompletedOn); date != "2024-02-03" {
		t.Errorf("a range that is in order only with the day first ends on %q", date)
	}
}

func TestNothingIsCompletedInTheFuture(t *testing.T) {
	if got := recognize("Certificate", "", "Date of completion: March 3, 2031"); got.CompletedOn.Chosen != nil {
		t.Errorf("completed on %s", got.CompletedOn.Chosen.Value)
	}
}
