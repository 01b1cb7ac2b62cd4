package catalog_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"accrue/catalog"
	"accrue/catalog/scenario"
	"accrue/ce"
	"accrue/rules"
)

const kindsFile = "../docs/rules-kinds.md"

// shelf is a folder of programs, bodies and scenarios, read once.
type shelf struct {
	fsys      fs.FS
	programs  *catalog.Catalog
	scenarios []scenario.Scenario
}

func newShelf(t *testing.T, folder string) *shelf {
	t.Helper()
	s := &shelf{fsys: os.DirFS(folder)}
	var err error
	if s.programs, err = catalog.Read(s.fsys); err != nil {
		t.Fatal(err)
	}
	below, err := fs.Sub(s.fsys, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	if s.scenarios, err = scenario.ReadAll(below); err != nil {
		t.Fatal(err)
	}
	return s
}

// Each row names a program and a scenario that are there, and quotes of them what is there.
func TestKindsAreProved(t *testing.T) {
	text, err := os.ReadFile(kindsFile)
	if err != nil {
		t.Fatal(err)
	}
	shelves := []*shelf{newShelf(t, "."), newShelf(t, "../rules/testdata")}
	rows := 0
	for number, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, "| kind |") {
			continue
		}
		rows++
		for _, problem := range checkKind(shelves, line) {
			t.Errorf("%s:%d: %s", kindsFile, number+1, problem)
		}
	}
	if rows < 250 {
		t.Errorf("the tables have %d rows: some are not read", rows)
	}
}

func TestKindsCheckFindsMistakes(t *testing.T) {
	shelves := []*shelf{newShelf(t, ".")}
	const good = "| A total | `minimum: 30` | us-ga-pharmacist | Half an hour is missing |"
	if found := checkKind(shelves, good); len(found) > 0 {
		t.Fatal(found)
	}
	for _, test := range []struct{ old, new, want string }{
		{"us-ga-pharmacist", "us-ga-chemist", "no program us-ga-chemist"},
		{"Half an hour", "Half a day", "us-ga-pharmacist has no scenario"},
		{"Half an hour is missing", "–", "only notes and what is not expressible need no scenario"},
		{"Half an hour is missing", "Everything exactly at the edge", "us-ga-pharmacist has no scenario"}, // that of another program
		{"minimum: 30", "minimum: 31", `has no "minimum: 31"`},
		{"`minimum: 30`", "minimums", "the construct quotes nothing"},
		{" | Half an hour is missing", "", "must have four cells"},
		{"`minimum: 30`", "`minimum: 30` without grace", "us-ga-pharmacist has grace"},
		{"`minimum: 30`", "notes", "must have no scenario"},
	} {
		row := strings.Replace(good, test.old, test.new, 1)
		if found := strings.Join(checkKind(shelves, row), "\n"); !strings.Contains(found, test.want) {
			t.Errorf("%s\ngot %q, want %q", row, found, test.want)
		}
	}
}

// findProgram returns the first shelf that has the program, and the program.
func findProgram(shelves []*shelf, id string) (*shelf, *rules.Program) {
	for _, s := range shelves {
		if p, ok := s.programs.Program(ce.ProgramID(id)); ok {
			return s, p
		}
	}
	return nil, nil
}

var quotedConstruct, absentConstruct = regexp.MustCompile("`([^`]+)`"), regexp.MustCompile("` without ([a-z-]+)$")

func checkKind(shelves []*shelf, line string) (problems []string) {
	cells := strings.Split(strings.Trim(line, "| "), " | ")
	if len(cells) != 4 {
		return []string{"must have four cells"}
	}
	kind, construct, id, name := cells[0], cells[1], cells[2], cells[3]
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf(kind+": "+format, args...))
	}
	home, program := findProgram(shelves, id)
	if home == nil {
		add("no program %s", id)
		return problems
	}
	proves := func(s scenario.Scenario) bool { return s.Name == name && s.Program() == program.ID }
	onPaper := construct == "notes" || strings.HasPrefix(construct, "not expressible, because ")
	switch {
	case onPaper && name != "–":
		add("must have no scenario")
	case onPaper && len(program.Notes) == 0:
		add("%s has no notes", id)
	case !onPaper && name == "–":
		add("only notes and what is not expressible need no scenario")
	case !onPaper && !slices.ContainsFunc(home.scenarios, proves):
		add("%s has no scenario %q", id, name)
	}
	quotes := quotedConstruct.FindAllStringSubmatch(construct, -1)
	if !onPaper && len(quotes) == 0 {
		add("the construct quotes nothing")
	}
	written := home.written(program, name)
	for _, quote := range quotes {
		if !strings.Contains(written, quote[1]) {
			add("%s has no %q", id, quote[1])
		}
	}
	if absent := absentConstruct.FindStringSubmatch(construct); absent != nil && strings.Contains(home.written(program, ""), " "+absent[1]+": ") {
		add("%s has %s", id, absent[1])
	}
	return problems
}

// written returns the files of the program with single blanks, so that what is quoted may be broken into lines there.
func (s *shelf) written(p *rules.Program, name string) string {
	files := []string{path.Join("programs", string(p.ID)+".yaml"), path.Join("bodies", string(p.Body)+".yaml")}
	for i := range s.scenarios {
		if s.scenarios[i].Program() == p.ID && s.scenarios[i].Name == name {
			files = append(files, path.Join("scenarios", s.scenarios[i].File))
		}
	}
	var all strings.Builder
	for _, file := range files {
		text, _ := fs.ReadFile(s.fsys, file) // each was read before
		all.WriteString(strings.Join(strings.Fields(string(text)), " ") + " ")
	}
	return all.String()
}
