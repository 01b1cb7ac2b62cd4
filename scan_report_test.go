package main

import (
	"strings"
	"testing"
	"time"

	"accrue/ce"
)

func TestScanReport(t *testing.T) {
	since := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	field := func(name, read string, confidence int, confirmed string) ce.ConfirmedField {
		return ce.ConfirmedField{Field: name, Read: read, Confidence: confidence, Confirmed: confirmed}
	}
	report := scanReport{Since: since, fields: map[string]*fieldReport{}, bands: map[int]*bandReport{}}
	report.add(&ce.Scan{Confirmations: []ce.Confirmation{
		{At: since, Fields: []ce.ConfirmedField{
			field("title", "Sepsis", 97, "Sepsis"), field("amount", "10 h", 95, "1.0 h"), field("provider", "", 0, "Example Academy"),
		}},
		{At: since.Add(-time.Second), Fields: []ce.ConfirmedField{field("title", "before", 97, "the report begins")}},
	}}, true)
	report.add(&ce.Scan{Confirmations: []ce.Confirmation{
		{At: since.Add(time.Hour), Fields: []ce.ConfirmedField{field("title", "Strokes", 100, "Strokes"), field("format", "live", 72, "")}},
	}}, true)
	report.finish()
	var out strings.Builder
	if err := report.print(&out); err != nil {
		t.Fatal(err)
	}
	want := `Certificates confirmed since 2026-11-01T00:00:00Z: 2

field     kept  corrected  filled in  right when read
amount    0     1          0          0.0 %
format    0     1          0          0.0 %
provider  0     0          1          –
title     2     0          0          100.0 %

confidence  fields  mean    right
90–99 %     3       97.3 %  66.7 %
70–79 %     1       72.0 %  0.0 %

field   confidence  read    corrected to
amount  95 %        "10 h"  "1.0 h"
format  72 %        "live"  ""
`
	if got := trimmedLines(out.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	none := scanReport{Since: since}
	out.Reset()
	if err := none.print(&out); err != nil || out.String() != "No scanned certificate was confirmed since 2026-11-01T00:00:00Z.\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func trimmedLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
