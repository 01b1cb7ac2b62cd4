package scan_test

import "testing"

func TestTitlesAndProviders(t *testing.T) {
	for name, c := range map[string]struct {
		lines           []string
		title, provider string
	}{
		"sentence": {
			[]string{"^This is to certify that Jane Doe", "", "^has successfully completed 5.5 total hours of Python for Everyone", "", "^an online course offered by Lakeshore University on May 3, 2024"},
			"Python for Everyone", "Lakeshore University",
		},
		"quoted": {
			[]string{"^Lakeshore University", "", "^presents this certificate to Jane Doe", "", "^for the successful completion of", "", "^\"Risk and Safety: A Primer\"", "", "^Held on May 3, 2024 in Boston"},
			"Risk and Safety: A Primer", "Lakeshore University",
		},
		"workshop": {
			[]string{"^Jane Doe has attended a two-day workshop on 'Lean Basics'", "", "^conducted by Meridian Training, LLC"},
			"Lean Basics", "Meridian Training, LLC",
		},
		"directors": {
			[]string{"^The Board of Directors of the Harbor Foundation certifies that Jane Doe has completed the course Wound Care Basics"},
			"Wound Care Basics", "Harbor Foundation",
		},
		"form": {
			[]string{"Student: Jane Doe", "Course: CPR for Infants", "School: Harbor Training Center", "Instructor: John Smith, RN"},
			"CPR for Infants", "Harbor Training Center",
		},
		"signature": {
			[]string{"^awarded to Jane Doe", "", "^for completing Wound Care Basics", "", "^Dr. John Smith", "^CEO of Harbor Health Institute"},
			"Wound Care Basics", "Harbor Health Institute",
		},
		"copyright": {
			[]string{"^This certifies that Jane Doe", "", "^has completed the following training course:", "", "^#12345 Wound Care Basics", "", "^© 2024 Harbor Health Institute. All rights reserved."},
			"Wound Care Basics", "Harbor Health Institute",
		},
		"an approver is none": {
			[]string{"^Harbor Health Institute, in cooperation with Lakeshore University,", "", "^hereby certifies that", "", "^Jane Doe", "", "^successfully completed the program", "", "^Wound Care Basics", "", "^Accredited by the American Nurses Credentialing Center"},
			"Wound Care Basics", "Harbor Health Institute",
		},
	} {
		got := recognize(append([]string{"^Certificate of Completion", ""}, c.lines...)...)
		if textOf(got.Title) != c.title || textOf(got.Provider) != c.provider {
			t.Errorf("%s: %q by %q, want %q by %q", name, textOf(got.Title), textOf(got.Provider), c.title, c.provider)
		}
	}
}
