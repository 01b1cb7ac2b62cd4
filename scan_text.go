package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"accrue/ce"
	"accrue/scan"
)

// printScans writes the certificates of a file, each below its name, and its pages where there are several certificates.
func printScans(w io.Writer, name string, scans []scan.Scan) error {
	for i := range scans {
		head := name
		if pages := scans[i].Pages; len(scans) > 1 {
			head += fmt.Sprintf(", certificate %d of %d, page %d", i+1, len(scans), pages[0]+1)
			if last := pages[len(pages)-1]; last != pages[0] {
				head += fmt.Sprintf(" to %d", last+1)
			}
		}
		if err := printScan(w, head, &scans[i]); err != nil {
			return err
		}
	}
	return nil
}

// printScan writes the fields of a scan, a line each: what it is, the value, and how sure that is. What is not there is left out.
func printScan(w io.Writer, head string, s *scan.Scan) error {
	var text strings.Builder
	lines := tabwriter.NewWriter(&text, 0, 8, 2, ' ', 0)
	field(lines, "title", s.Title, plain)
	field(lines, "provider", s.Provider, plain)
	field(lines, "completed on", s.CompletedOn, ce.Date.String)
	field(lines, "started on", s.StartedOn, ce.Date.String)
	field(lines, "issued on", s.IssuedOn, ce.Date.String)
	field(lines, "expires on", s.ExpiresOn, ce.Date.String)
	for _, amount := range s.Amounts {
		field(lines, "amount", amount, quantity)
	}
	for _, part := range s.Parts {
		field(lines, "of it", part, quantity)
	}
	field(lines, "at most", s.Maximum, quantity)
	for _, topic := range s.Topics {
		field(lines, "topic", topic, func(t ce.Term) string { return string(t) })
	}
	field(lines, "format", s.Format, func(t ce.Term) string { return string(t) })
	field(lines, "certificate number", s.Number, plain)
	for _, approval := range s.Approvals {
		field(lines, "approval", approval, func(a scan.Approval) string { return string(a.Accreditor) + " " + a.Number })
	}
	field(lines, "participant", s.Participant, plain)
	if s.Name != "" {
		fmt.Fprintf(lines, "  the account's name\t%s\t\n", s.Name)
	}
	field(lines, "verification", s.Verification, plain)
	for _, code := range s.Codes {
		fmt.Fprintf(lines, "  %s\t%q\t\n", code.Kind, code.Text)
	}
	if err := lines.Flush(); err != nil {
		return err
	}
	if text.Len() == 0 {
		text.WriteString("  nothing of an activity was found\n")
	}
	_, err := fmt.Fprintf(w, "%s\n%s", head, text.String())
	return err
}

func plain(text string) string { return text }

func quantity(q scan.Quantity) string {
	text := q.Amount.String() + " " + string(q.Unit)
	if q.Topic != "" {
		text += " of " + string(q.Topic)
	}
	return text
}

// field writes one field: its value, or what must be decided.
func field[T any](w io.Writer, label string, f scan.Field[T], show func(T) string) {
	switch {
	case f.Chosen != nil:
		fmt.Fprintf(w, "  %s\t%s\t%.2f\n", label, show(f.Chosen.Value), f.Chosen.Confidence)
	case len(f.Others) > 0:
		var might []string
		for _, other := range f.Others {
			might = append(might, fmt.Sprintf("%s (%.2f)", show(other.Value), other.Confidence))
		}
		fmt.Fprintf(w, "  %s\t? %s\t\n", label, strings.Join(might, " or "))
	}
}
