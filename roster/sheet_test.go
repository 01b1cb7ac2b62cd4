package roster_test

import (
	"strings"
	"testing"

	"accrue/roster"
)

func TestSheetWritesNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"Ana":             "Ana",
		"":                "",
		"2026-11-26":      "2026-11-26",
		"Bea; Cora-Ann":   "Bea; Cora-Ann",
		"a=b+c@d":         "a=b+c@d",
		"'Ana":            "'Ana",
		"=1+1":            "'=1+1",
		"+1":              "'+1",
		"-1":              "'-1",
		"@SUM(A1)":        "'@SUM(A1)",
		"\t=1":            "'\t=1",
		"  =1+1":          "'  =1+1",
		"\u00a0=1":        "'\u00a0=1",
		"＝1+1":            "'＝1+1",
		"＠SUM(A1)":        "'＠SUM(A1)",
		"Ana;=1+1":        "Ana;'=1+1",
		"Ana; =1;\t@x; -": "Ana;' =1;'\t@x;' -",
	} {
		var b strings.Builder
		sheet, err := roster.NewSheet(&b, "name", "group")
		if err == nil {
			err = sheet.Write(cell, "x")
		}
		if err == nil {
			err = sheet.Flush()
		}
		got, _ := strings.CutPrefix(b.String(), "\ufeffname,group\r\n")
		if got = strings.TrimSuffix(got, ",x\r\n"); err != nil || got != want {
			t.Errorf("of %q it writes %q, want %q (%v)", cell, got, want, err)
		}
	}
}
