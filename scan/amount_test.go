package scan_test

import (
	"strings"
	"testing"

	"accrue/catalog"
	"accrue/ce"
	"accrue/scan"
)

func amountsOf(fields []scan.Field[scan.Quantity]) string {
	var out []string
	for _, f := range fields {
		if f.Chosen != nil {
			q := f.Chosen.Value
			out = append(out, strings.TrimSpace(q.Amount.String()+" "+string(q.Unit)+" "+string(q.Topic)))
		}
	}
	return strings.Join(out, ", ")
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{
		"awarded 1.5 contact hours":                        "1.5 contact-hour",
		"Contact hours: 1.5":                               "1.5 contact-hour",
		"Contact hours awarded: 1.50":                      "1.5 contact-hour",
		"1.5 contact hours (0.15 CEU)":                     "1.5 contact-hour, 0.15 ceu",
		"1.5 contact hours = 0.15 CEU":                     "1.5 contact-hour, 0.15 ceu",
		"1 contact hour(s)":                                "1 contact-hour",
		"and is awarded 2.0 AMA PRA Category 1 Credit(s)™": "2 ama-pra-1",
		"one point five (1.5) contact hours":               "1.5 contact-hour",
		"one point two five CEUs":                          "1.25 ceu",
		"two and a half contact hours":                     "2.5 contact-hour",
		"twenty-five (25) clock hours":                     "25 hour",
		"1½ CE hours":                                      "1.5 ce-hour",
		"2,5 CE hours":                                     "2.5 ce-hour",
		"CPE: 1.60":                                        "1.6 cpe",
		"PDUs: 8":                                          "8 pdu",
		"CPE credits: 1*":                                  "1 cpe",
		"completed 5.5 total hours of training":            "5.5 hour",
		"Length 12 total hours":                            "12 hour",
		"Duration: 6 hrs 5 min":                            "365 minute",
		"Time to complete: 8 hours 33 minutes":             "513 minute",
		"1h 35m":                                           "95 minute",
		"52 min":                                           "52 minute",
		"for 2.0 hours of CLE credit":                      "2 cle",
		"MCLE credit: 3.25 hours":                          "3.25 cle",
		"Credits: 3":                                       "3 unknown",
		"0.3 CECs":                                         "0.3 ace-cec",
		"12 PDHs":                                          "12 pdh",
		"SHRM PDCs: 1.5":                                   "1.5 shrm-pdc",
		"3 semester credit hours":                          "3 semester-hour",
		"CPE is based on a 50-minute hour":                 "",
		"valid for 3 years":                                "",
		"Category 1":                                       "",
		"passed with a score of 92%":                       "",
		"Phone 555 0142":                                   "",
		"Certificate #12 hours":                            "",
		"This activity was 99999999999 contact hours":      "",
		"is designated for a maximum of 4.0 AMA PRA Category 1 Credits":          "",
		"maximum of 4.0 contact hours. The participant earned 3.5 contact hours": "3.5 contact-hour",
	} {
		got := recognize("Certificate of Completion", "", text)
		if amounts := amountsOf(got.Amounts); amounts != want {
			t.Errorf("%q gives %q, want %q", text, amounts, want)
		}
	}
}

func TestMaximumIsNotEarned(t *testing.T) {
	got := recognize("Certificate", "", "The society designates this activity for a maximum of 4.0 AMA PRA Category 1 Credits")
	if amountsOf(got.Amounts) != "" || amountsOf([]scan.Field[scan.Quantity]{got.Maximum}) != "4 ama-pra-1" {
		t.Errorf("earned %q, maximum %q", amountsOf(got.Amounts), amountsOf([]scan.Field[scan.Quantity]{got.Maximum}))
	}
}

func TestParts(t *testing.T) {
	for name, c := range map[string]struct {
		lines       []string
		whole, part string
	}{
		"sentence": {[]string{"earned 6.0 CLE credit hours, including 1.0 hour of ethics"}, "6 cle", "1 cle ethics"},
		"of which": {[]string{"earned 6 CE hours, of which 2 hours covered ethics"}, "6 ce-hour", "2 ce-hour ethics"},
		"labels":   {[]string{"Contact hours: 5", "", "Pharmacology hours: 1.5"}, "5 contact-hour", "1.5 contact-hour pharmacology"},
		"talent triangle": {
			[]string{"PDUs\tWays of Working\tPower Skills", "8\t5\t3"},
			"8 pdu", "5 pdu ways-of-working, 3 pdu power-skills",
		},
		"in brackets":          {[]string{"CLE credits: 3.0 (Ethics: 1.0)"}, "3 cle", "1 cle ethics"},
		"a topic's alone":      {[]string{"earned 3 ethics CE credits"}, "3 ce-hour", ""},
		"the whole is no part": {[]string{"earned 6 CE hours. Social workers receive 6 ethics continuing education credits."}, "6 ce-hour", ""},
	} {
		got := recognize(append([]string{"Certificate", ""}, c.lines...)...)
		if whole, part := amountsOf(got.Amounts), amountsOf(got.Parts); whole != c.whole || part != c.part {
			t.Errorf("%s: %q with parts %q, want %q with %q", name, whole, part, c.whole, c.part)
		}
	}
}

func TestUnitInAnotherCell(t *testing.T) {
	for name, lines := range map[string][]string{
		"left":          {"Contact hours\t2.5"},
		"above":         {"Completion date\tContact hours", "March 3, 2024\t2.5"},
		"below":         {"^2.5", "^Contact hours"},
		"after a break": {"^and is awarded", "", "^2.5", "", "^Contact hours"},
	} {
		got := recognize(append([]string{"Certificate", ""}, lines...)...)
		if amounts := amountsOf(got.Amounts); amounts != "2.5 contact-hour" {
			t.Errorf("%s: %q", name, amounts)
		}
	}
}

func TestUnitsOfTheCatalog(t *testing.T) {
	if unit := scan.Unit("pdu").Catalog(); unit != "pmi.pdu" {
		t.Errorf("pdu is %q", unit)
	}
	built, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, unit := range scan.Units() {
		if id := unit.Catalog(); id != "" && id != ce.UnitMinute {
			if _, ok := built.Unit(id); !ok {
				t.Errorf("%s is %q, which is not in the catalog", unit, id)
			}
		}
	}
	if unit := scan.Unit("contact-hour").Catalog(); unit != "" {
		t.Errorf("contact-hour is %q, which depends on the body", unit)
	}
	if len(scan.Units()) < 20 {
		t.Errorf("%d units", len(scan.Units()))
	}
}
