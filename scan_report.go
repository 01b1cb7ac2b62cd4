package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"accrue/ce"
)

// scanReportCommand tells how well certificates are read, by what people made of it.
type scanReportCommand struct {
	Database
	Since       moment `placeholder:"WHEN" help:"Only what was confirmed since this instant, such as 2026-11-22T09:00:00Z, or since this day in UTC, such as 2026-11-22; the last 90 days when absent."`
	Corrections bool   `help:"List each correction, too: what was read, and what it was corrected to. This shows what people's certificates say."`
	JSON        bool   `name:"json" help:"Print JSON instead of a text."`
}

// reportedDays is how far back a report looks unless it is told.
const reportedDays = 90

// Run prints the report.
func (c *scanReportCommand) Run(ctx context.Context) (err error) {
	store, err := c.openBeside(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	report := scanReport{Since: c.Since.Time, fields: map[string]*fieldReport{}, bands: map[int]*bandReport{}}
	if report.Since.IsZero() {
		report.Since = time.Now().UTC().AddDate(0, 0, -reportedDays).Truncate(24 * time.Hour)
	}
	err = store.System().VisitConfirmations(ctx, report.Since, func(of ce.Scan) error {
		report.add(&of, c.Corrections)
		return nil
	})
	if err != nil {
		return err
	}
	report.finish()
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(report)
	}
	return report.print(os.Stdout)
}

// scanReport counts what people made of what was read.
type scanReport struct {
	Since        time.Time      `json:"since"`
	Certificates int            `json:"certificates"`
	Fields       []*fieldReport `json:"fields"`
	Bands        []*bandReport  `json:"confidence"`
	Corrections  []correction   `json:"corrections,omitempty"`

	fields map[string]*fieldReport
	bands  map[int]*bandReport
}

type fieldReport struct {
	Field     string `json:"field"`
	Kept      int    `json:"kept"`
	Corrected int    `json:"corrected"`
	Filled    int    `json:"filled"`
}

// bandReport is the fields that were given a confidence of From to From+9 hundredths.
type bandReport struct {
	From  int `json:"from"`
	Given int `json:"given"`
	Kept  int `json:"kept"`
	sum   int // of the confidences
}

type correction struct {
	Field      string `json:"field"`
	Confidence int    `json:"confidence"` // in hundredths
	Read       string `json:"read"`
	Confirmed  string `json:"confirmed"`
}

const bandWidth = 10

func (r *scanReport) add(of *ce.Scan, corrections bool) {
	for _, confirmed := range of.Confirmations {
		if confirmed.At.Before(r.Since) {
			continue
		}
		r.Certificates++
		for i := range confirmed.Fields {
			r.addField(&confirmed.Fields[i], corrections)
		}
	}
}

func (r *scanReport) addField(f *ce.ConfirmedField, corrections bool) {
	field := r.fields[f.Field]
	if field == nil {
		field = &fieldReport{Field: f.Field}
		r.fields[f.Field] = field
		r.Fields = append(r.Fields, field)
	}
	kept := 0
	switch f.Outcome() {
	case ce.FieldKept:
		field.Kept++
		kept = 1
	case ce.FieldFilled:
		field.Filled++
		return
	case ce.FieldCorrected:
		field.Corrected++
		if corrections {
			r.Corrections = append(r.Corrections, correction{f.Field, f.Confidence, f.Read, f.Confirmed})
		}
	}
	from := min(f.Confidence, 99) / bandWidth * bandWidth
	band := r.bands[from]
	if band == nil {
		band = &bandReport{From: from}
		r.bands[from] = band
		r.Bands = append(r.Bands, band)
	}
	band.Given++
	band.Kept += kept
	band.sum += f.Confidence
}

// finish puts everything in order: stores visit in none.
func (r *scanReport) finish() {
	slices.SortFunc(r.Fields, func(a, b *fieldReport) int { return cmp.Compare(a.Field, b.Field) })
	slices.SortFunc(r.Bands, func(a, b *bandReport) int { return cmp.Compare(b.From, a.From) })
	slices.SortFunc(r.Corrections, func(a, b correction) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Read, b.Read), cmp.Compare(a.Confirmed, b.Confirmed))
	})
}

func (r *scanReport) print(w io.Writer) error {
	since := r.Since.Format(time.RFC3339)
	if r.Certificates == 0 {
		_, err := fmt.Fprintf(w, "No scanned certificate was confirmed since %s.\n", since)
		return err
	}
	fmt.Fprintf(w, "Certificates confirmed since %s: %d\n\n", since, r.Certificates)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "field\tkept\tcorrected\tfilled in\tright when read")
	for _, f := range r.Fields {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", f.Field, f.Kept, f.Corrected, f.Filled, percent(f.Kept, f.Kept+f.Corrected))
	}
	fmt.Fprintln(table, "\nconfidence\tfields\tmean\tright\t")
	for _, b := range r.Bands {
		fmt.Fprintf(table, "%d–%d %%\t%d\t%s\t%s\t\n", b.From, b.From+bandWidth-1, b.Given, percent(b.sum, 100*b.Given), percent(b.Kept, b.Given))
	}
	if len(r.Corrections) > 0 {
		fmt.Fprintln(table, "\nfield\tconfidence\tread\tcorrected to\t")
		for _, c := range r.Corrections {
			fmt.Fprintf(table, "%s\t%d %%\t%s\t%s\t\n", c.Field, c.Confidence, strconv.Quote(c.Read), strconv.Quote(c.Confirmed))
		}
	}
	return table.Flush()
}

func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}
