package roster

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"accrue/ce"
)

// Limits of a roster.
const (
	MaxSize     = 2 << 20 // bytes
	MaxRows     = 10_000  // besides the header
	MaxProblems = 100     // that are listed
	maxColumns  = 50
	maxCell     = 254 // bytes of a cell that names somebody
)

// Unknown is what is said of a cell that names nobody.
const Unknown = "is not a member of this organization"

// Kind is what a column holds.
type Kind string

// The kinds of columns.
const (
	Member  Kind = "member"  // the id of a member
	Email   Kind = "email"   // her verified e-mail address
	Number  Kind = "number"  // of a licence or certificate that she holds
	Name    Kind = "name"    // for people only
	Amount  Kind = "amount"  // in the unit of what is posted
	Hours   Kind = "hours"   // of 60 minutes
	Minutes Kind = "minutes" // whole ones
)

// headers are the names of the columns, in English and Spanish, without capitals and accents.
var headers = map[string]Kind{
	"member": Member, "member id": Member, "miembro": Member, "id de miembro": Member,
	"email": Email, "e mail": Email, "email address": Email, "correo": Email, "correo electronico": Email,
	"number": Number, "license number": Number, "licence number": Number, "certificate number": Number,
	"numero": Number, "numero de licencia": Number, "numero de certificado": Number,
	"name": Name, "nombre": Name,
	"amount": Amount, "cantidad": Amount,
	"hours": Hours, "horas": Hours,
	"minutes": Minutes, "minutos": Minutes,
}

// Roster is what a file says.
type Roster struct {
	Rows []Row
	// Measure is Amount, Hours or Minutes where a column holds how much each one gets, else "".
	Measure Kind
	Column  string // the name of that column in the file
}

// Row is one row that names somebody.
type Row struct {
	Number int    // as a spreadsheet counts: the header is 1
	People []Cell // those of its cells that name her, at least one: member before email before number
	// Amount is above 0, in minutes where Measure is Hours or Minutes; HasAmount is false for an empty cell.
	Amount    ce.Amount
	HasAmount bool
}

// Cell is a cell that names somebody.
type Cell struct {
	Kind   Kind
	Column string // its name in the file
	Text   string // trimmed; it never begins as a formula does
}

// Problem is what is wrong with a file. It repeats nothing of a cell.
type Problem struct {
	Row    int    // 0 for the whole file
	Column string // the name of a known column, or the letter of another; "" for the whole row
	Text   string
}

// problems collects up to MaxProblems.
type problems []Problem

func (p *problems) add(row int, column, format string, args ...any) {
	if !p.full() {
		*p = append(*p, Problem{row, column, fmt.Sprintf(format, args...)})
	}
}

func (p *problems) full() bool { return len(*p) == MaxProblems }

// Parse reads the text of a file: CSV in UTF-8, with or without a byte order mark, separated by commas, semicolons or tabs. With problems, the first MaxProblems of which
// are returned, there is no roster.
func Parse(text string) (*Roster, []Problem) {
	var found problems
	if len(text) > MaxSize {
		found.add(0, "", "is larger than %d MB; post it in parts", MaxSize>>20)
		return nil, found
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\ufffd") {
		found.add(0, "", "is not in UTF-8; save it as “CSV UTF-8”")
		return nil, found
	}
	text = strings.TrimPrefix(text, "\ufeff")
	f := file{problems: &found, reader: readerOf(text, separator(text))}
	if f.header() {
		f.rows()
	}
	if len(found) > 0 {
		return nil, found
	}
	return &f.roster, nil
}

// separator returns what separates the cells: that by which most columns are known.
func separator(text string) rune {
	best, most := ',', 0
	for _, comma := range ",;\t" {
		record, err := readerOf(text, comma).Read()
		if err != nil {
			continue
		}
		known := 0
		for _, cell := range record {
			if kindOf(cell) != "" {
				known++
			}
		}
		if known > most {
			best, most = comma, known
		}
	}
	return best
}

func readerOf(text string, comma rune) *csv.Reader {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = comma, -1, true
	return reader
}

// kindOf returns what a column of that name holds, "" when it is not known.
func kindOf(name string) Kind { return headers[plain(name)] }

// plain is a name without capitals, accents and punctuation.
func plain(name string) string {
	name = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "_", " ", "-", " ").Replace(strings.ToLower(name))
	return strings.Join(strings.Fields(name), " ")
}

// file is a file that is being read.
type file struct {
	problems *problems
	reader   *csv.Reader
	columns  []column
	broken   int // line breaks within cells so far, which a spreadsheet does not count
	roster   Roster
}

type column struct {
	kind Kind // "" for one without a name
	name string
}

// read returns the next record with its row, or false at the end and when nothing that follows can be read.
func (f *file) read() (record []string, row int, ok bool) {
	record, err := f.reader.Read()
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		f.problems.add(wrong.StartLine-f.broken, "", "has a quotation mark that is out of place or is not closed")
		return nil, 0, false
	case errors.Is(err, io.EOF):
		return nil, 0, false
	case err != nil:
		f.problems.add(0, "", "cannot be read")
		return nil, 0, false
	}
	line, _ := f.reader.FieldPos(0)
	row = line - f.broken
	for _, cell := range record {
		f.broken += strings.Count(cell, "\n")
	}
	return record, row, true
}

// header reads which columns there are, and reports whether rows can be read by it.
func (f *file) header() bool {
	record, row, ok := f.read()
	if !ok {
		if len(*f.problems) == 0 {
			f.problems.add(0, "", "is empty: it needs a header row, and a row for each member")
		}
		return false
	}
	if len(record) > maxColumns {
		f.problems.add(row, "", "has more than %d columns", maxColumns)
		return false
	}
	for i, cell := range record {
		c := column{kindOf(cell), plain(cell)}
		switch {
		case c.kind == "" && c.name != "":
			f.problems.add(row, letter(i), "has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns")
		case c.kind != "" && f.has(c.kind):
			f.problems.add(row, c.name, "is there twice")
		case c.kind == Amount || c.kind == Hours || c.kind == Minutes:
			if f.roster.Measure != "" {
				f.problems.add(row, c.name, "cannot be there beside %s", f.roster.Column)
			}
			f.roster.Measure, f.roster.Column = c.kind, c.name
		}
		f.columns = append(f.columns, c)
	}
	if !f.has(Member) && !f.has(Email) && !f.has(Number) {
		f.problems.add(row, "", "is the header and has no column that says who it is: member, email or number")
	}
	return len(*f.problems) == 0
}

func (f *file) has(kind Kind) bool {
	return slices.ContainsFunc(f.columns, func(c column) bool { return c.kind == kind })
}

// letter is how spreadsheets name the column.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letter(i/26-1) + letter(i%26)
}

func (f *file) rows() {
	for !f.problems.full() {
		record, number, ok := f.read()
		if !ok {
			break
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		if len(f.roster.Rows) == MaxRows {
			*f.problems = nil
			f.problems.add(0, "", "has more than %d rows; post it in parts", MaxRows)
			return
		}
		f.roster.Rows = append(f.roster.Rows, f.row(record, number))
	}
	if len(*f.problems) == 0 && len(f.roster.Rows) == 0 {
		f.problems.add(0, "", "has no row besides the header")
	}
}

// row reads one row.
func (f *file) row(record []string, number int) Row {
	row := Row{Number: number}
	named := false
	for i, cell := range record {
		text := strings.TrimSpace(cell)
		if text == "" {
			continue
		}
		if i >= len(f.columns) || f.columns[i].kind == "" {
			f.problems.add(number, letter(min(i, maxColumns)), "has a cell without a name in the header")
			break
		}
		switch c := f.columns[i]; c.kind {
		case Member, Email, Number:
			named = true
			if isFormula(cell) || isFormula(text) || len(text) > maxCell {
				f.problems.add(number, c.name, Unknown)
				continue
			}
			row.People = append(row.People, Cell{c.kind, c.name, strings.Clone(text)})
		case Amount, Hours, Minutes:
			amount, err := parseAmount(text, c.kind)
			if err != nil {
				f.problems.add(number, c.name, "%s", err)
			}
			row.Amount, row.HasAmount = amount, true
		}
	}
	if !named {
		f.problems.add(number, "", "says of no member who she is")
	}
	slices.SortFunc(row.People, func(a, b Cell) int { return slices.Index(naming, a.Kind) - slices.Index(naming, b.Kind) })
	return row
}

var naming = []Kind{Member, Email, Number}

// isFormula reports whether a spreadsheet would take the cell for a formula: in Japan by wide characters, too.
func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return strings.ContainsRune("=+-@\t\r＝＋－＠", first)
}

var (
	errAmount    = errors.New("must be a number above 0, such as 1.5")
	errAmbiguous = errors.New("can be read in two ways: write it without a comma")
	errMinutes   = errors.New("must be whole minutes")
)

// parseAmount reads a number with a decimal point or comma.
func parseAmount(text string, kind Kind) (ce.Amount, error) {
	if len(text) > 20 || strings.Trim(text, "0123456789.,") != "" {
		return ce.Amount{}, errAmount
	}
	if before, after, found := strings.Cut(text, ","); found {
		if len(after) == 3 {
			return ce.Amount{}, errAmbiguous
		}
		text = before + "." + after // one that has a point or another comma besides is refused below
	}
	amount, err := ce.ParseAmount(text)
	if err != nil || amount.Sign() <= 0 {
		return ce.Amount{}, errAmount
	}
	if kind == Hours {
		amount = amount.Mul(ce.Int(60))
	}
	if kind != Amount && !amount.Floor(ce.Int(1)).Equal(amount) {
		return ce.Amount{}, errMinutes
	}
	return amount, nil
}
