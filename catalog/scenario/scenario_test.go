package scenario_test

import (
	"os"
	"strings"
	"testing"

	"accrue/catalog"
	"accrue/catalog/scenario"
)

func TestScenarios(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	list, err := scenario.ReadAll(os.DirFS("../scenarios"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range list {
		count[string(s.Program())]++
		t.Run(s.File+"/"+s.Name, func(t *testing.T) {
			for _, err := range s.Run(c) {
				t.Error(err)
			}
		})
	}
	for _, p := range c.Programs() {
		if count[string(p.ID)] < 4 {
			t.Errorf("%s has %d scenarios; 4 are the least", p.ID, count[string(p.ID)])
		}
	}
}

// Odd rules of programs that do not ship, and of invented ones.
func TestScenariosOfOtherPrograms(t *testing.T) {
	c, err := catalog.Read(os.DirFS("../../rules/testdata"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := scenario.ReadAll(os.DirFS("../../rules/testdata/scenarios"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		t.Run(s.File+"/"+s.Name, func(t *testing.T) {
			for _, err := range s.Run(c) {
				t.Error(err)
			}
		})
	}
}

// Each kind of expectation can fail, and says at which line.
func TestRunFindsDifferences(t *testing.T) {
	const good = `scenario: A small one
program: us-ga-cpa
issued: 2010-06-01
credit: 2026-11-10, 100 minutes, "Webinar" by "Example Society"; topics: ethics; role: participant; format: none
as of: 2026-11-22
expect: NOT_MET OPEN
cycle: 2026-01-01 to 2027-12-31
requirement: total NOT_MET 2 of 80, 78 more
because: 2 of 80 CPE credits; 78 more by 31 December 2027. Of these: 40 Technical, 2 Ethics.
use: "Webinar" 2 of 2
questions: none
deadline: EARN 2027-12-31 UPCOMING 78
deadline: ANNUAL annual-2026 2026-12-31 UPCOMING 18
changes on: 2027-01-01
`
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	run := func(text string) []error {
		list, err := scenario.Parse("test.txt", []byte(text))
		if err != nil {
			return []error{err}
		}
		return list[0].Run(c)
	}
	good2 := strings.Replace(good, "; format: none", "", 1)
	if found := run(good2); len(found) > 0 {
		t.Fatal(found)
	}
	tests := []struct{ old, new, want string }{
		{"expect: NOT_MET", "expect: MET", "test.txt:6: expect: MET OPEN\n\tgot: NOT_MET OPEN"},
		{"cycle: 2026-01-01", "cycle: 2026-01-02", "test.txt:7: "},
		{"total NOT_MET 2 of", "total NOT_MET 3 of", "test.txt:8: "},
		{"requirement: total", "requirement: nothing", "got: no such requirement"},
		{"because: 2", "because: 3", "test.txt:8: because: 3"},
		{`use: "Webinar" 2`, `use: "Webinar" 1`, "test.txt:10: "},
		{"questions: none", "questions: issued-on", "test.txt:11: "},
		{"UPCOMING 78", "UPCOMING 77", "test.txt:12: "},
		{"UPCOMING 18", "MET", "test.txt:13: "},
		{"changes on: 2027", "changes on: 2028", "test.txt:14: "},
		{"program: us-ga-cpa", "program: nothing", "the catalog has no program nothing"},
		{"100 minutes", "100 parsecs", `test.txt:4: "parsecs" is no unit`},
		{"issued: 2010-06-01", "issued: 2010-06-31", "test.txt:3: must be a day"},
		{"role: participant", "rank: participant", `test.txt:4: "rank" must be topics`},
		{"as of:", "on:", `test.txt:5: "on" is no word`},
		{`"Webinar" by`, `Webinar by`, "test.txt:4: must be a day, an amount"},
	}
	for _, test := range tests {
		found := run(strings.Replace(good2, test.old, test.new, 1))
		if len(found) == 0 || !strings.Contains(found[0].Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.new, found, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	c, err := catalog.Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"us-ga-pharmacist", "us-ga-cpa", "iia-cia"} {
		text, err := os.ReadFile("../scenarios/" + name + ".txt")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := scenario.Parse("file", text)
		if err != nil {
			return
		}
		for _, s := range list {
			s.Run(c)
		}
	})
}
