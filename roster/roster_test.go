package roster_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/roster"
)

// told writes a roster, or what is wrong with it, in lines.
func told(r *roster.Roster, problems []roster.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d %s: %s\n", p.Row, p.Column, p.Text)
	}
	if r == nil {
		return b.String()
	}
	for _, row := range r.Rows {
		fmt.Fprint(&b, row.Number)
		for _, cell := range row.People {
			fmt.Fprintf(&b, " %s(%s)=%q", cell.Column, cell.Kind, cell.Text)
		}
		if row.HasAmount {
			fmt.Fprintf(&b, " %s=%s", r.Measure, row.Amount)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"commas":             {"email,name\nana@example.com,Ana\n bea@example.com ,\n", "2 email(email)=\"ana@example.com\"\n3 email(email)=\"bea@example.com\"\n"},
		"capitals":           {"E-Mail,NAME\nana@example.com,Ana", "2 e mail(email)=\"ana@example.com\"\n"},
		"byte order mark":    {"\ufeffemail\r\nana@example.com\r\n", "2 email(email)=\"ana@example.com\"\n"},
		"mark and quotes":    {"\ufeff\"email\"\nana@example.com\n", "2 email(email)=\"ana@example.com\"\n"},
		"semicolons":         {"Número de licencia;Horas\nRN 12,3;1,5\n", "2 numero de licencia(number)=\"RN 12,3\" hours=90\n"},
		"tabs":               {"correo electrónico\tminutos\nana@example.com\t45\nbea@example.com\t\n", "2 correo electronico(email)=\"ana@example.com\" minutes=45\n3 correo electronico(email)=\"bea@example.com\"\n"},
		"quoted":             {"name,email,amount\n\"O'Brien, \"\"Ana\"\"\nthe second\",ana@example.com,\"2,5\"\nBea,bea@example.com,2.5\n", "2 email(email)=\"ana@example.com\" amount=2.5\n3 email(email)=\"bea@example.com\" amount=2.5\n"},
		"in a fixed order":   {"number,email,miembro\n1,ana@example.com,2", "2 miembro(member)=\"2\" email(email)=\"ana@example.com\" number(number)=\"1\"\n"},
		"blank rows":         {"\n\nemail,name\n\nana@example.com,\n,\n , \nbea@example.com\n", "5 email(email)=\"ana@example.com\"\n8 email(email)=\"bea@example.com\"\n"},
		"a column of blanks": {"email,,\nana@example.com,,\n", "2 email(email)=\"ana@example.com\"\n"},

		"nothing":            {"", "0 : is empty: it needs a header row, and a row for each member\n"},
		"only a mark":        {"\ufeff\n", "0 : is empty: it needs a header row, and a row for each member\n"},
		"only a header":      {"email\n", "0 : has no row besides the header\n"},
		"UTF-16":             {"\xff\xfee\x00m\x00a\x00i\x00l\x00", "0 : is not in UTF-8; save it as “CSV UTF-8”\n"},
		"UTF-16 as UTF-8":    {"e\x00m\x00a\x00i\x00l\x00", "0 : is not in UTF-8; save it as “CSV UTF-8”\n"},
		"Latin-1":            {"email,name\nana@example.com,Jos\xe9\n", "0 : is not in UTF-8; save it as “CSV UTF-8”\n"},
		"Latin-1 in JSON":    {"email,name\nana@example.com,Jos\ufffd\n", "0 : is not in UTF-8; save it as “CSV UTF-8”\n"},
		"nobody's column":    {"name,hours\nAna,1\n", "1 : is the header and has no column that says who it is: member, email or number\n"},
		"a wrong name":       {"email,quantity\nana@example.com,1\n", "1 B: has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns\n"},
		"a formula as name":  {"email,=cmd()\nana@example.com,1\n", "1 B: has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns\n"},
		"twice":              {"email,correo\na@example.com,b@example.com\n", "1 correo: is there twice\n"},
		"two measures":       {"email,hours,minutos\na@example.com,1,60\n", "1 minutos: cannot be there beside hours\n"},
		"no header":          {"ana@example.com\nbea@example.com\n", "1 A: has no known name: known are member, email, number, name, amount, hours and minutes; leave out other columns\n1 : is the header and has no column that says who it is: member, email or number\n"},
		"too many cells":     {"email\nana@example.com,1\n", "2 B: has a cell without a name in the header\n"},
		"no one":             {"email,name\n,Ana\n", "2 : says of no member who she is\n"},
		"formulas":           {"email,number\n=cmd(),+1\n\"\t=1\",-1\n@x,\"\r1\"\n' =1,7\n", "2 email: is not a member of this organization\n2 number: is not a member of this organization\n3 email: is not a member of this organization\n3 number: is not a member of this organization\n4 email: is not a member of this organization\n4 number: is not a member of this organization\n"},
		"a hidden formula":   {"email\n  =1+1\n", "2 email: is not a member of this organization\n"},
		"a long cell":        {"email\n" + strings.Repeat("a", 255) + "\n", "2 email: is not a member of this organization\n"},
		"an open quote":      {"email,name\nana@example.com,\"Ana\nbea@example.com,Bea\n", "2 : has a quotation mark that is out of place or is not closed\n"},
		"a quote in a cell":  {"email,name\nana@example.com,Ana \"A\"\n", "2 : has a quotation mark that is out of place or is not closed\n"},
		"a quote after more": {"name,email\n\"Ana\nA\",ana@example.com\nBea\"B\",bea@example.com\n", "3 : has a quotation mark that is out of place or is not closed\n"},
		"amounts": {
			"email;amount\na;0\nb;-1\nc;=1\nd;1,500\ne;1.2.3\nf;1e3\ng;1.500,5\nh;" + strings.Repeat("9", 30) + "\ni;0,0\nj;NaN\n",
			"2 amount: must be a number above 0, such as 1.5\n3 amount: must be a number above 0, such as 1.5\n4 amount: must be a number above 0, such as 1.5\n" +
				"5 amount: can be read in two ways: write it without a comma\n6 amount: must be a number above 0, such as 1.5\n7 amount: must be a number above 0, such as 1.5\n" +
				"8 amount: must be a number above 0, such as 1.5\n9 amount: must be a number above 0, such as 1.5\n10 amount: must be a number above 0, such as 1.5\n11 amount: must be a number above 0, such as 1.5\n",
		},
		"minutes": {"email,hours\na,0.01\nb,0.75\n", "2 hours: must be whole minutes\n"},
		"columns": {strings.Repeat(",", 60) + "email\n", "1 : has more than 50 columns\n"},
		"large":   {"email\n" + strings.Repeat("a\n", roster.MaxSize/2), "0 : is larger than 2 MB; post it in parts\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, told(roster.Parse(test.text))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	if r, problems := roster.Parse("number\n" + strings.Repeat("1\n", roster.MaxRows)); len(problems) > 0 || len(r.Rows) != roster.MaxRows {
		t.Errorf("as many rows as there may be: %v", problems)
	}
	for _, rows := range []string{strings.Repeat("1\n", 100_000), strings.Repeat("=\n", 50) + strings.Repeat("1\n", roster.MaxRows)} {
		want := []roster.Problem{{Text: "has more than 10000 rows; post it in parts"}}
		if _, problems := roster.Parse("number\n" + rows); !cmp.Equal(problems, want) {
			t.Errorf("more rows: %v", problems)
		}
	}
	if _, problems := roster.Parse("number\n" + strings.Repeat("=\n", 5000)); len(problems) != roster.MaxProblems {
		t.Errorf("%d problems", len(problems))
	}
	if _, problems := roster.Parse(strings.Repeat("x,", 45) + "\n"); len(problems) != 46 {
		t.Errorf("%d problems of a header", len(problems))
	}
}

// FuzzParse shows that no file makes a roster of more than its limits, of cells that begin like formulas, or of amounts that are none; and that nothing of a cell
// is repeated in a problem.
func FuzzParse(f *testing.F) {
	f.Add("email,hours\nana@example.com,1.5\n")
	f.Add("\ufeffNúmero;Minutos;Nombre\r\n1;45;\"a\nb\"\r\n")
	f.Add("member\tamount\n=cmd()\t1,5\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "zq\u2603"
		r, problems := roster.Parse(text)
		if (r == nil) == (len(problems) == 0) || len(problems) > roster.MaxProblems {
			t.Fatalf("roster %v, problems %v", r, problems)
		}
		for _, p := range problems {
			if p.Text == "" || p.Row < 0 || strings.Contains(p.Text+p.Column, secret) || len(p.Column) > 30 {
				t.Fatalf("a problem: %+v", p)
			}
		}
		if r == nil {
			return
		}
		if len(r.Rows) == 0 || len(r.Rows) > roster.MaxRows {
			t.Fatalf("%d rows", len(r.Rows))
		}
		last := 1
		for _, row := range r.Rows {
			if row.Number <= last || len(row.People) == 0 || row.HasAmount && (row.Amount.Sign() <= 0 || r.Measure == "") {
				t.Fatalf("a row after %d: %+v", last, row)
			}
			last = row.Number
			for _, cell := range row.People {
				if cell.Text == "" || strings.ContainsRune("=+-@\t\r", rune(cell.Text[0])) || !strings.Contains(text, cell.Text) && !strings.Contains(text, `""`) && !strings.Contains(text, "\r\n") {
					t.Fatalf("a cell %q", cell.Text)
				}
			}
			if r.Measure != roster.Amount && row.HasAmount && !row.Amount.Floor(ce.Int(1)).Equal(row.Amount) {
				t.Fatalf("minutes %v", row.Amount)
			}
		}
	})
}
