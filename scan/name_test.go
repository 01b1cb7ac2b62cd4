package scan_test

import (
	"testing"

	"accrue/scan"
	"accrue/scan/scantest"
)

func TestNamesCompared(t *testing.T) {
	for _, c := range []struct {
		account, printed string
		want             scan.NameMatch
	}{
		{"Jane Doe", "Jane Doe", scan.NameSame},
		{"Jane Doe", "JANE DOE", scan.NameSame},
		{"Jane Doe", "Doe, Jane", scan.NameSame},
		{"Jane Doe", "Jane Q. Doe", scan.NameSame},
		{"Jane Quinn Doe", "J. Q. Doe", scan.NameSame},
		{"Jane Doe", "Dr. Jane Doe, MD", scan.NameSame},
		{"Amélie Dubois", "Amelie Dubois", scan.NameSame},
		{"Tomás Núñez", "Tomas Nufiez", scan.NameDifferent}, // two letters are misread: ask
		{"Ingrid Sørensen", "Ingrid Sorensen", scan.NameSame},
		{"Sarah-Jane Whitfield", "Sarah Jane Whitfield", scan.NameSame},
		{"Karen O'Brien", "Karen O’Brien", scan.NameSame},
		{"Katherine Miller", "Katherine", scan.NameUnknown},     // says too little
		{"Katherine Miller", "Katherine Milier", scan.NameSame}, // one letter misread
		{"Jane Doe", "John Doe", scan.NameDifferent},
		{"Jane Doe", "Jane Roe", scan.NameDifferent},
		{"Jane Doe", "J. D.", scan.NameDifferent},
		{"Jane Doe", "", scan.NameUnknown},
		{"", "Jane Doe", scan.NameUnknown},
	} {
		document := scantest.Document("Certificate of Completion", "", "This is to certify that", "", c.printed, "", "has successfully completed")
		if c.printed == "" {
			document = scantest.Document("Certificate of Completion")
		}
		got := only(document, scan.Options{Name: c.account})
		if got.Name != c.want {
			t.Errorf("%q against %q is %q, want %q", c.account, c.printed, got.Name, c.want)
		}
	}
}

func TestParticipant(t *testing.T) {
	for name, lines := range map[string][]string{
		"next line":    {"This is to certify that", "", "Jane Q. Doe, RN", "", "has completed"},
		"sentence":     {"This certifies that Jane Q. Doe has successfully completed the course Wound Care"},
		"label":        {"Participant: Jane Q. Doe"},
		"cell":         {"Participant name\tJane Q. Doe", "License number\t123456"},
		"before":       {"Jane Q. Doe", "", "has attended the course", "", "Wound Care"},
		"presented to": {"Presented to", "", "Ms. Jane Q. Doe", "", "Clara Voss", "Director"},
	} {
		got := recognize(append([]string{"Certificate", ""}, lines...)...)
		if got.Participant.Chosen == nil || got.Participant.Chosen.Value != "Jane Q. Doe" {
			t.Errorf("%s: %+v", name, got.Participant)
		}
	}
}
