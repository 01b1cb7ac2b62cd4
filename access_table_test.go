package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	graphql "github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const accessFile = "testdata/access.txt"

// accessTable is what the file lists; its beginning says what stands where.
type accessTable struct {
	beginning string
	sections  []*accessSection
}

// accessSection are rows to which one rule applies.
type accessSection struct {
	rule  string
	of    string // a type, or HTTP
	where string // a request with _ for the field, "" for a root field
	notes []string
	rows  []*accessRow
}

// accessRow is a request for fields that are told alike. For HTTP the field is the pattern as server.go writes it.
type accessRow struct {
	fields []string
	rest   string   // the request from the field on
	told   []string // for each column; nil for a row without answers
}

var (
	accessHeading = regexp.MustCompile(`^== (.+?): (\S+)(?: in (.+))?$`)
	accessGap     = regexp.MustCompile(` {2,}`)
)

// readAccess reads the file.
func readAccess(t *testing.T) *accessTable {
	t.Helper()
	text, err := os.ReadFile(accessFile)
	if err != nil {
		t.Fatal(err)
	}
	table := &accessTable{}
	var section *accessSection
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		heading := accessHeading.FindStringSubmatch(line)
		switch {
		case heading != nil:
			section = &accessSection{rule: heading[1], of: heading[2], where: heading[3]}
			table.sections = append(table.sections, section)
		case section == nil:
			table.beginning += line + "\n"
		case strings.HasPrefix(line, "#"):
			section.notes = append(section.notes, line)
		case strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), columns[0].title):
		default:
			parts := accessGap.Split(strings.TrimRight(line, " "), -1)
			row := &accessRow{fields: strings.Fields(parts[0])}
			if section.of == "HTTP" {
				row.fields = parts[:1]
			}
			parts = parts[1:]
			if len(parts) >= len(columns) {
				row.told, parts = parts[:len(columns)], parts[len(columns):]
			}
			if len(parts) > 1 || strings.HasPrefix(line, " ") {
				t.Fatalf("%s:%d: a row is a field, the answers, and the rest of the request, with two spaces or more between them and nowhere else", accessFile, n+1)
			}
			row.rest = strings.Join(parts, "")
			section.rows = append(section.rows, row)
		}
	}
	return table
}

// write writes the file, with the answers under one another.
func (table *accessTable) write(t *testing.T) {
	t.Helper()
	var text strings.Builder
	text.WriteString(strings.TrimSpace(table.beginning) + "\n")
	for _, section := range table.sections {
		text.WriteString("\n== " + section.rule + ": " + section.of)
		if section.where != "" {
			text.WriteString(" in " + section.where)
		}
		text.WriteString("\n")
		for _, note := range section.notes {
			text.WriteString(note + "\n")
		}
		lines := [][]string{{""}}
		for _, column := range columns {
			lines[0] = append(lines[0], column.title)
		}
		for _, row := range section.rows {
			told := row.told
			if told == nil { // not run
				told = slices.Repeat([]string{"?"}, len(columns))
			}
			lines = append(lines, slices.Concat([]string{strings.Join(row.fields, " ")}, told, []string{row.rest}))
		}
		widths := make([]int, len(columns)+1)
		for _, line := range lines {
			for i := range widths {
				widths[i] = max(widths[i], len(line[i]))
			}
		}
		for _, line := range lines {
			for i, width := range widths {
				line[i] += strings.Repeat(" ", width-len(line[i]))
			}
			text.WriteString(strings.TrimRight(strings.Join(line, "  "), " ") + "\n")
		}
	}
	if err := os.WriteFile(accessFile, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// request is the request for a field, whose answer stands at "it".
func (s *accessSection) request(field, rest string) string {
	switch s.of {
	case "HTTP":
		return rest
	case "Query", "Mutation", "Subscription":
		return strings.ToLower(s.of) + " { it: " + field + " " + rest + " }"
	}
	return "query { " + strings.Replace(s.where, "_", "it: "+field+" "+rest, 1) + " }"
}

// root names the root field by which a row's fields are got.
func (s *accessSection) root(row *accessRow) string {
	switch s.of {
	case "HTTP", "Query", "Mutation", "Subscription":
		return s.of + "." + row.fields[0]
	}
	return "Query." + s.where[:strings.IndexAny(s.where, "( {")]
}

// compare compares what is told with what the file has.
func (r *accessRow) compare(t *testing.T, cells []string) {
	t.Helper()
	name := strings.Join(r.fields, " ")
	if r.told == nil {
		t.Errorf("%s %s has no answers in %s yet: run `go test . -run TestAccess -update`, and read them", name, r.rest, accessFile)
		return
	}
	for i, cell := range cells {
		if cell != r.told[i] {
			t.Errorf("%s %s: %s is told %s, where %s has %s", name, r.rest, columns[i].title, cell, accessFile, r.told[i])
		}
	}
}

// covers wants rows for every root field, every field of an organization's types, and every address of the server.
func (table *accessTable) covers(t *testing.T, s *graphql.Schema) {
	t.Helper()
	rows, selected := map[string]bool{}, map[string]bool{}
	for _, section := range table.sections {
		for _, row := range section.rows {
			for _, field := range row.fields {
				name := section.of + "." + field
				rows[name] = true
				if open := section.rule == "open"; open && !slices.Contains(openFields, name) {
					t.Errorf("%s is tried as open to strangers, and is not among openFields in access_test.go", name)
				}
				if section.of == "HTTP" {
					continue
				}
				request := strings.ReplaceAll(section.request(field, row.rest), "$version", "1")
				document, errs := gqlparser.LoadQueryWithRules(s, accessName.ReplaceAllString(request, `"x"`), rules.NewDefaultRules())
				if errs != nil {
					t.Errorf("%s %s: %v", name, row.rest, errs)
					continue
				}
				selects(document.Operations[0].SelectionSet, selected)
			}
		}
	}
	for _, field := range openFields {
		if !rows[field] {
			t.Errorf("%s is among openFields in access_test.go, and has no row in %s", field, accessFile)
		}
	}
	const add = "%s has no row in %s. Write one that reaches what is jordan's or the organization's, under a heading `== rule: %s` with the rule that must hold; " +
		"the file's beginning says how. Then run `go test . -run TestAccess -update` and read what each is told."
	for _, root := range []*graphql.Definition{s.Query, s.Mutation, s.Subscription} {
		for _, field := range root.Fields {
			if name := root.Name + "." + field.Name; !rows[name] && !strings.HasPrefix(field.Name, "__") {
				t.Errorf(add, name, accessFile, root.Name)
			}
		}
	}
	for _, of := range organizationTypes(s) {
		for _, field := range of.Fields {
			name := of.Name + "." + field.Name
			if part := accessPart.MatchString(of.Name); part && !selected[name] {
				t.Errorf("%s is selected by no row in %s: add it to the request of one that gets a %s", name, accessFile, of.Name)
			} else if !part && !rows[name] {
				t.Errorf(add, name, accessFile, of.Name+" in … { _ }")
			}
		}
	}
	for _, pattern := range routes(t) {
		if !rows["HTTP."+pattern] && pattern != `"/graphql"` {
			t.Errorf(add, "The address "+pattern, accessFile, "HTTP")
		}
	}
}

// accessPart are the types that are only parts of an answer to one field.
var accessPart = regexp.MustCompile(`(Payload|Connection|Edge)$`)

func selects(set graphql.SelectionSet, selected map[string]bool) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *graphql.Field:
			selected[selection.ObjectDefinition.Name+"."+selection.Name] = true
			selects(selection.SelectionSet, selected)
		case *graphql.InlineFragment:
			selects(selection.SelectionSet, selected)
		}
	}
}

// organizationTypes are those that an organization, its members and its invitations have, and a professional by herself has not; and the answers to
// mutations that have one of them or stand beside them.
func organizationTypes(s *graphql.Schema) (types []*graphql.Definition) {
	first := []string{"Organization", "Member", "Invitation", "InvitationPreview"}
	personal := map[string]bool{}
	for _, name := range first {
		personal[name] = true // not to be passed through
	}
	reach(s, "Professional", personal)
	reach(s, "Program", personal)
	for _, name := range first {
		delete(personal, name)
	}
	theirs := map[string]bool{}
	for name := range personal {
		theirs[name] = true
	}
	for _, name := range first {
		reach(s, name, theirs)
	}
	files := map[string]bool{}
	for name := range theirs {
		if !personal[name] {
			files[s.Types[name].Position.Src.Name] = true
		}
	}
	for name, of := range s.Types {
		answers := strings.HasSuffix(name, "Payload") && (files[of.Position.Src.Name] || slices.ContainsFunc(of.Fields, func(f *graphql.FieldDefinition) bool {
			return theirs[f.Type.Name()] && !personal[f.Type.Name()]
		}))
		if of.Kind == graphql.Object && (theirs[name] && !personal[name] || answers) {
			types = append(types, of)
		}
	}
	slices.SortFunc(types, func(a, b *graphql.Definition) int { return strings.Compare(a.Name, b.Name) })
	return types
}

// reach adds the type, and those that its fields lead to, to those that were reached.
func reach(s *graphql.Schema, name string, reached map[string]bool) {
	of := s.Types[name]
	if of.Kind != graphql.Object || reached[name] {
		return
	}
	reached[name] = true
	for _, field := range of.Fields {
		reach(s, field.Type.Name(), reached)
	}
}

// routes are the addresses that the server answers, as server.go writes them.
func routes(t *testing.T) (patterns []string) {
	t.Helper()
	text, err := os.ReadFile("server.go")
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "server.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(f.Sel.Name, "Handle") && len(call.Args) == 2 {
				if on, ok := f.X.(*ast.Ident); ok && on.Name == "mux" {
					patterns = append(patterns, string(text[call.Args[0].Pos()-1:call.Args[0].End()-1]))
				}
			}
		}
		return true
	})
	if len(patterns) == 0 {
		t.Fatal("server.go has no routes")
	}
	return patterns
}

// schema is the API's, from its source.
func schema(t *testing.T) *graphql.Schema {
	t.Helper()
	files, err := filepath.Glob("graph/schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatal("no schema", err)
	}
	var sources []*graphql.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &graphql.Source{Name: file, Input: string(text)})
	}
	return gqlparser.MustLoadSchema(sources...)
}
