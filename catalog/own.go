package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"accrue/ce"
	"accrue/rules"
)

// ownFile is a professional's own program as it is written: a program that may bring its body along. docs/own-programs.md
// is the manual for its authors.
type ownFile struct {
	rules.Spec `yaml:",inline"`
	OwnBody    *ownBodyFile `yaml:"own-body"`
}

// ownBodyFile is a body that one own program knows.
type ownBodyFile struct {
	Name     string     `yaml:"name"`
	TimeZone string     `yaml:"time-zone"`
	Units    []unitFile `yaml:"units"`
}

// Problem is one thing that is wrong with the text of an own program.
type Problem struct {
	Line int      // from 1; 0 where the text as a whole is wrong
	Path []string // through the fields of the text: "versions", "0", "from"; empty where no single field is to blame
	Text string   // what would be right
}

// ownText is the name by which errors of this package call a text without a file.
const ownText = "text"

// CompileOwn reads the text of an own program, which goes by the id. Either it names a body of the catalog, or the body
// stands in the text; then the body's id is the program's, and its units, written "own.hour", begin with that. There is a
// program when no problem is found.
func (c *Catalog) CompileOwn(id ce.ProgramID, text string) (*rules.Program, []Problem) {
	var own ownFile
	doc, problems := decodeOwn(id, text, &own)
	if problems != nil {
		return nil, problems
	}
	var found ce.Problems
	if own.ID != "" {
		found.Add("must be left out: an own program gets its id when it is created", "id")
	}
	own.ID = string(id)
	body := c.ownBody(&found, id, &own)
	if err := found.Err(); err != nil {
		return nil, doc.found(err)
	}
	if own.Verified == "" {
		own.Verified = "no"
	}
	program, err := rules.Compile(own.Spec, body)
	if err != nil {
		return nil, doc.found(err)
	}
	return program, nil
}

// decodeOwn reads a text strictly, with the ids of its own units made those of the program.
func decodeOwn(id ce.ProgramID, text string, into any) (*Document, []Problem) {
	doc, values, problems := parseOwn(text)
	if problems != nil {
		return nil, problems
	}
	names := unitNames{}
	if body, ok := values["own-body"].(map[string]any); ok {
		units, _ := body["units"].([]any)
		for _, unit := range units {
			if unit, ok := unit.(map[string]any); ok {
				name, _ := unit["id"].(string)
				if ownUnit.MatchString(name) {
					names[name] = ownUnitID(id, name)
				}
			}
		}
	}
	ast.Walk(names, doc.root)
	if err := yaml.NodeToValue(doc.root, into, yaml.Strict()); err != nil {
		return nil, placed(programs.syntax(ownText, err))
	}
	return doc, nil
}

// parseOwn reads a text with its values, whatever their names.
func parseOwn(text string) (*Document, map[string]any, []Problem) {
	if err := ce.CheckProgramText(text); err != nil {
		return nil, nil, []Problem{{Text: err.Error()}}
	}
	var values map[string]any
	doc, err := decode(ownText, []byte(text), &values)
	if err != nil {
		return nil, nil, placed(err)
	}
	odd := &oddKey{}
	ast.Walk(odd, doc.root)
	if odd.node != nil {
		return nil, nil, []Problem{{Line: line(odd.node), Text: fmt.Sprintf("%q is not a field here; see docs/rules.md for those that are", odd.node)}}
	}
	return doc, values, nil
}

// oddKey finds the first key that is no word. The library that decodes does not take it for an unknown field.
type oddKey struct{ node ast.Node }

func (o *oddKey) Visit(node ast.Node) ast.Visitor {
	if pair, ok := node.(*ast.MappingValueNode); ok && o.node == nil {
		if _, word := pair.Key.(*ast.StringNode); !word {
			o.node = pair.Key
		}
	}
	return o
}

var ownUnit = regexp.MustCompile(`^own\.[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// ownUnitID is the id of a unit that the text calls by the name.
func ownUnitID(id ce.ProgramID, name string) string {
	return string(id) + strings.TrimPrefix(name, "own")
}

// unitNames replaces the names of own units by their ids wherever a text uses them.
type unitNames map[string]string

func (names unitNames) Visit(node ast.Node) ast.Visitor {
	if text, ok := node.(*ast.StringNode); ok && names[text.Value] != "" {
		text.Value = names[text.Value]
	}
	return names
}

// ownBody returns the body that the text names or holds.
func (c *Catalog) ownBody(problems *ce.Problems, id ce.ProgramID, own *ownFile) rules.Body {
	read := own.OwnBody
	if read == nil {
		body, ok := c.bodies[ce.BodyID(own.Body)]
		if !ok {
			problems.Add("must be the id of a body in the catalog; for any other write own-body instead, with its name and units", "body")
		}
		return body
	}
	if own.Body != "" {
		problems.Add("must be left out where own-body is given", "body")
	}
	own.Body = string(id)
	body := rules.Body{ID: ce.BodyID(id), Name: read.Name, TimeZone: read.TimeZone}
	problems.Check(checkName(read.Name), "own-body", "name")
	if read.TimeZone != "" {
		_, err := ce.LoadZone(read.TimeZone)
		problems.Check(err, "own-body", "time-zone")
	}
	if len(read.Units) == 0 || len(read.Units) > maxUnits {
		problems.Add(fmt.Sprintf("must have 1 to %d entries", maxUnits), "own-body", "units")
		return body
	}
	taken := map[string]bool{}
	for i, u := range read.Units {
		path := func(field string) []any { return []any{"own-body", "units", i, field} }
		if !strings.HasPrefix(u.ID, string(id)+".") {
			problems.Add(`must be "own." and a word of small letters, digits and hyphens, such as own.hour`, path("id")...)
		}
		if taken[u.ID] {
			problems.Add("is the id of another unit", path("id")...)
		}
		taken[u.ID] = true
		problems.Check(checkName(u.Symbol), path("symbol")...)
		problems.Check(checkName(u.Name), path("name")...)
		problems.Check(checkName(u.Plural), path("plural")...)
		unit, err := u.unit()
		problems.Check(err, path("minutes")...)
		body.Units = append(body.Units, unit)
	}
	return body
}

func checkName(text string) error {
	if text == "" {
		return errors.New("must be given")
	}
	_, err := ce.Line(text, ce.MaxNameLength)
	return err
}

// found places problems with fields in the text.
func (d *Document) found(err error) []Problem {
	var invalid ce.Invalid
	if !errors.As(err, &invalid) {
		return []Problem{{Text: err.Error()}}
	}
	problems := make([]Problem, len(invalid))
	for i, one := range invalid {
		problems[i] = Problem{Path: one.Path, Text: one.Text}
		if len(one.Path) > 0 {
			problems[i].Line = d.line(one.Path)
		}
	}
	return problems
}

// placed takes the line out of an error of decode or syntax: "text:3: what is wrong".
func placed(err error) []Problem {
	text := strings.TrimPrefix(err.Error(), ownText+":")
	number, rest, _ := strings.Cut(text, ":")
	if line, err := strconv.Atoi(number); err == nil {
		return []Problem{{Line: line, Text: strings.TrimSpace(rest)}}
	}
	return []Problem{{Text: strings.TrimSpace(text)}}
}

// HoursText writes the simplest program in the rule language. The program must be clean.
func HoursText(p ce.HoursProgram) (string, error) {
	quoted := [2]string{}
	for i, text := range []string{p.Name, p.Body} {
		line, err := yaml.MarshalWithOptions(text, yaml.JSON())
		if err != nil {
			return "", err
		}
		quoted[i] = strings.TrimSpace(string(line))
	}
	length := "1 year"
	if p.Years != 1 {
		length = fmt.Sprintf("%d years", p.Years)
	}
	return fmt.Sprintf(hoursText, quoted[0], quoted[1], p.MinutesPerHour, length, p.EndsOn, p.Amount), nil
}

const hoursText = `name: %s
own-body:
  name: %s
  units:
    - {id: own.hour, symbol: h, name: hour, plural: hours, minutes: %d}
unit: own.hour
sources:
  - {id: holder, title: What the holder of the certification stated, confidence: LOW}
cycle:
  length: %s
  ends: %s
  source: holder
versions:
  - source: holder
    requirements:
      - id: total
        title: Total
        minimum: %s
        source: holder
`
