package scan_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"accrue/scan"
	"accrue/scan/scantest"
)

// pageOf is a certificate of one page.
func pageOf(title, participant, day, number string) scan.Page {
	return scantest.Page("^CERTIFICATE OF COMPLETION", "", "^This is to certify that", "", "^"+participant, "", "^has successfully completed", "",
		"^"+title, "", "Date completed: "+day, "Contact hours: 1.5", "Certificate number: "+number)
}

func TestSeveralCertificates(t *testing.T) {
	sepsis := pageOf("Recognizing Sepsis", "Jane Doe", "March 3, 2024", "NC-1001")
	terms := scantest.Page("Terms and Conditions", "", "This certificate may be revoked. Keep it for four years after the date of completion.")
	objectives := scantest.Page("Learning objectives", "", "Attachment to the certificate of completion of Jane Doe", "", "Name the signs of sepsis. Contact hours: 1.5")
	letter := scantest.Page("^Lakeshore Nursing Institute", "", "May 7, 2024", "", "Dear Ms. Doe,", "",
		"Congratulations. This is to confirm that Jane Doe has successfully completed Recognizing Sepsis.", "Your certificate with 1.5 contact hours is enclosed.")
	transcript := scantest.Page("^Transcript", "", "Name: Jane Doe", "", "Course\tDate completed\tContact hours", "Wound Care Basics\tMay 1, 2023\t2.0", "Recognizing Sepsis\tMarch 3, 2024\t1.5")
	blank := scan.Page{Width: 612, Height: 792}
	other := pageOf("Recognizing Sepsis", "Amir Haddad", "March 3, 2024", "NC-1002")
	for name, test := range map[string]struct {
		pages []scan.Page
		want  string
	}{
		"none":                         {nil, "[]"},
		"a blank page":                 {[]scan.Page{blank}, "[0]"},
		"one":                          {[]scan.Page{sepsis}, "[0]"},
		"terms behind":                 {[]scan.Page{sepsis, terms}, "[0 1]"},
		"objectives behind":            {[]scan.Page{sepsis, objectives}, "[0 1]"},
		"a transcript behind":          {[]scan.Page{sepsis, transcript}, "[0 1]"},
		"a letter before":              {[]scan.Page{letter, sepsis}, "[0 1]"},
		"the same twice":               {[]scan.Page{sepsis, sepsis}, "[0 1]"},
		"blank pages around":           {[]scan.Page{blank, sepsis, blank, other, blank}, "[0 1 2] [3 4]"},
		"two people":                   {[]scan.Page{sepsis, other}, "[0] [1]"},
		"two people, with terms":       {[]scan.Page{sepsis, terms, other, terms}, "[0 1] [2 3]"},
		"a letter before each":         {[]scan.Page{letter, sepsis, letter, pageOf("Wound Care Basics", "Jane Doe", "May 1, 2023", "NC-0777")}, "[0 1] [2 3]"},
		"a transcript of another":      {[]scan.Page{other, transcript}, "[0] [1]"},
		"three of one person":          {[]scan.Page{sepsis, pageOf("Wound Care Basics", "Jane Doe", "May 1, 2023", "NC-0777"), pageOf("Ethics at Work", "Jane Doe", "June 9, 2024", "NC-1100")}, "[0] [1] [2]"},
		"only the title differs":       {[]scan.Page{sepsis, pageOf("Wound Care Basics", "Jane Doe", "March 3, 2024", "")}, "[0] [1]"},
		"only the day differs":         {[]scan.Page{sepsis, pageOf("Recognizing Sepsis", "Jane Doe", "March 4, 2025", "")}, "[0] [1]"},
		"only the number differs":      {[]scan.Page{sepsis, pageOf("Recognizing Sepsis", "Jane Doe", "March 3, 2024", "NC-1003")}, "[0] [1]"},
		"the name in other ways":       {[]scan.Page{sepsis, pageOf("Recognizing Sepsis: The First Hour", "DOE, Jane M., RN", "March 3, 2024", "nc-1001")}, "[0 1]"},
		"more pages than are read for": {slicesOf(25, sepsis), "[0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19]"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range scan.Recognize(scan.Document{Pages: test.pages}, scan.Options{Today: today}) {
				got = append(got, fmt.Sprint(s.Pages))
				check(t, name, s)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("pages %s, want %s", strings.Join(got, " "), test.want)
			}
		})
	}

	got := scan.Recognize(scan.Document{Pages: []scan.Page{letter, sepsis, other, terms}}, scan.Options{Name: "Amir Haddad", Today: today})
	if len(got) != 2 {
		t.Fatalf("%d certificates", len(got))
	}
	for i, want := range [][4]string{{"Jane Doe", "NC-1001", "2024-03-03", string(scan.NameDifferent)}, {"Amir Haddad", "NC-1002", "2024-03-03", string(scan.NameSame)}} {
		if is := [4]string{textOf(got[i].Participant), textOf(got[i].Number), dateOf(got[i].CompletedOn), string(got[i].Name)}; is != want {
			t.Errorf("certificate %d: %q, want %q", i, is, want)
		}
		if page := got[i].Number.Chosen.Page; page != i+1 {
			t.Errorf("number %d was read on page %d", i, page)
		}
	}
}

func slicesOf(n int, page scan.Page) []scan.Page {
	pages := make([]scan.Page, n)
	for i := range pages {
		pages[i] = page
	}
	return pages
}

// Whose certificate it is nobody can say when two people stand on one page, not even that it is the account's.
func TestTwoParticipants(t *testing.T) {
	both := []string{
		"^CERTIFICATE OF COMPLETION", "", "^This is to certify that", "", "^Jane Doe", "", "^has successfully completed Recognizing Sepsis on March 3, 2024", "", "",
		"^CERTIFICATE OF COMPLETION", "", "^This is to certify that", "", "^Amir Haddad", "", "^has successfully completed Recognizing Sepsis on March 3, 2024",
	}
	for name, lines := range map[string][]string{
		"stated":   both,
		"labelled": {"Certificate of Attendance", "", "Name: Jane Doe", "Course: Recognizing Sepsis", "Date: March 3, 2024", "", "", "Name: Amir Haddad", "Course: Recognizing Sepsis", "Date: March 3, 2024"},
	} {
		for _, account := range []string{"", "Jane Doe", "Amir Haddad"} {
			got := only(scantest.Document(lines...), scan.Options{Name: account, Today: today})
			if got.Participant.Chosen != nil || got.Participant.Question != scan.QuestionUnsure || len(got.Participant.Others) < 2 || got.Name != scan.NameUnknown {
				t.Errorf("%s, for %q: %+v, %q", name, account, got.Participant, got.Name)
			}
			if textOf(got.Title) != "Recognizing Sepsis" || dateOf(got.CompletedOn) != "2024-03-03" {
				t.Errorf("%s: what is the same for both is %q, %q", name, textOf(got.Title), dateOf(got.CompletedOn))
			}
		}
	}
	again := append(append([]string{}, both[:9]...), both[:9]...)
	if got := only(scantest.Document(again...), scan.Options{Today: today}); textOf(got.Participant) != "Jane Doe" {
		t.Errorf("named twice: %+v", got.Participant)
	}
}

// Any two certificates of the set in one file come apart, whatever their layouts, and each says what it says alone; one
// that is there twice stays one.
func TestSetTogether(t *testing.T) {
	samples, err := scantest.Samples("testdata")
	if err != nil {
		t.Fatal(err)
	}
	readings, err := scantest.Readings("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for kind, least := range map[string]float64{scantest.Text: 0.98, scantest.Clean: 0.88, scantest.Photo: 0.90} {
		var before *scantest.Sample
		apart, all := 0, 0
		for i := range samples {
			s := &samples[i]
			if s.Kind != kind {
				continue
			}
			page := readings[s.Key()].Pages[0]
			if got := scan.Recognize(scan.Document{Pages: []scan.Page{page, page}}, scan.Options{Today: today}); len(got) != 1 {
				t.Errorf("%s twice is %d certificates", s.Key(), len(got))
			}
			if before != nil && (before.Participant != s.Participant || before.Title != s.Title) {
				first := readings[before.Key()].Pages[0]
				got := scan.Recognize(scan.Document{Pages: []scan.Page{first, page}}, scan.Options{Today: today})
				all++
				if len(got) == 2 {
					apart++
					alone := only(scan.Document{Pages: []scan.Page{first}}, scan.Options{Today: today})
					if !reflect.DeepEqual(got[0], alone) {
						t.Errorf("%s beside %s: %+v, alone %+v", before.Key(), s.Key(), got[0], alone)
					}
				}
			}
			before = s
		}
		t.Logf("%s: of %d pairs %d come apart", kind, all, apart)
		if float64(apart) < least*float64(all) {
			t.Errorf("%s: of %d pairs %d come apart, fewer than %v", kind, all, apart, least)
		}
	}
}
