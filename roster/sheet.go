package roster

import (
	"encoding/csv"
	"io"
	"strings"
)

// Sheet writes a CSV file as spreadsheets read it: in UTF-8, said by a byte order mark, with lines that end as RFC 4180 has it.
type Sheet struct{ rows *csv.Writer }

// NewSheet begins a file with its header.
func NewSheet(w io.Writer, header ...string) (*Sheet, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	s := &Sheet{csv.NewWriter(w)}
	s.rows.UseCRLF = true
	return s, s.rows.Write(header)
}

// Write adds a row. What spreadsheets would take for a formula begins with an apostrophe then, by which they show it as text, see
// https://owasp.org/www-community/attacks/CSV_Injection. In many countries they begin a new cell at each semicolon.
func (s *Sheet) Write(cells ...string) error {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		for part := range strings.SplitAfterSeq(cell, ";") {
			if isFormula(part) || isFormula(strings.TrimSpace(part)) {
				safe[i] += "'"
			}
			safe[i] += part
		}
	}
	return s.rows.Write(safe)
}

// Flush sends what is written so far.
func (s *Sheet) Flush() error {
	s.rows.Flush()
	return s.rows.Error()
}
