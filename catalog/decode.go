package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"accrue/ce"
)

// MaxFileSize is how long the file of a body or program may be, in bytes.
const MaxFileSize = 256 << 10

// Limits of a file, checked before it is parsed: what is deeper is no program.
const (
	maxIndent   = 120 // columns
	maxBrackets = 30  // open at a time
)

// Format is a kind of files in YAML.
type Format struct {
	MaxSize int    // of a file, in bytes
	Manual  string // the page that tells which fields there are
}

// Document is a file that was parsed, to find the lines of its fields.
type Document struct {
	file string
	root ast.Node
}

// programs is the format of bodies and programs.
var programs = Format{MaxFileSize, "docs/rules.md"}

func decode(file string, text []byte, into any) (*Document, error) {
	return programs.Decode(file, text, into)
}

// Decode reads the one document of a file into a value. Unknown keys, keys given twice, anchors, aliases, merges
// and tags are refused, and so is what is too long or nested too deep. Errors name the file and the line.
func (f Format) Decode(file string, text []byte, into any) (*Document, error) {
	if err := f.prescan(file, text); err != nil {
		return nil, err
	}
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, f.syntax(file, err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: must hold one YAML document", file)
	}
	doc := &Document{file, parsed.Docs[0].Body}
	refused := &refusal{}
	ast.Walk(refused, doc.root)
	if refused.node != nil {
		return nil, fmt.Errorf("%s:%d: anchors, aliases, merges and tags are not allowed; write the value out", file, line(refused.node))
	}
	if err := yaml.NodeToValue(doc.root, into, yaml.Strict()); err != nil {
		return nil, f.syntax(file, err)
	}
	return doc, nil
}

// prescan refuses a text that is too long or nested too deep for a parser to be trusted with.
func (f Format) prescan(file string, text []byte) error {
	if len(text) > f.MaxSize {
		return fmt.Errorf("%s: must be at most %d kB long", file, f.MaxSize>>10)
	}
	brackets, number := 0, 0
	for row := range strings.Lines(string(text)) {
		number++
		if len(row)-len(strings.TrimLeft(row, " \t-?:")) > maxIndent {
			return fmt.Errorf("%s:%d: is nested too deep", file, number)
		}
		brackets += strings.Count(row, "[") + strings.Count(row, "{")
		if brackets > maxBrackets {
			return fmt.Errorf("%s:%d: has too many brackets open", file, number)
		}
		brackets = max(0, brackets-strings.Count(row, "]")-strings.Count(row, "}"))
	}
	return nil
}

// refusal finds the first node that makes a text mean more than it says.
type refusal struct{ node ast.Node }

func (r *refusal) Visit(node ast.Node) ast.Visitor {
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		if r.node == nil {
			r.node = node
		}
	}
	if r.node != nil {
		return nil
	}
	return r
}

// syntax turns an error of the YAML library into one with file and line.
func (f Format) syntax(file string, err error) error {
	var placed yaml.Error
	if !errors.As(err, &placed) {
		return fmt.Errorf("%s: %w", file, err)
	}
	text := placed.GetMessage()
	if unknown, ok := strings.CutPrefix(text, "unknown field "); ok {
		text = unknown + " is not a field here; see " + f.Manual + " for those that are"
	}
	if token := placed.GetToken(); token != nil && token.Position != nil {
		return fmt.Errorf("%s:%d: %s", file, token.Position.Line, text)
	}
	return fmt.Errorf("%s: %s", file, text)
}

// Problems turns what is wrong with the value, a [ce.Invalid] with paths through the fields as they are written, into errors
// with file and line, one a line.
func (d *Document) Problems(err error) error {
	var invalid ce.Invalid
	if !errors.As(err, &invalid) {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	found := make([]error, len(invalid))
	for i, one := range invalid {
		found[i] = d.problem(one.Path, one.Text)
	}
	return errors.Join(found...)
}

func (d *Document) problem(path []string, text string) error {
	if len(path) == 0 {
		return fmt.Errorf("%s: %s", d.file, text)
	}
	return fmt.Errorf("%s:%d: %s %s", d.file, d.line(path), strings.Join(path, "."), text)
}

// line returns the line of the field, or of the nearest one around it that is there.
func (d *Document) line(path []string) int {
	node := d.root
	for _, part := range path {
		next := child(node, part)
		if next == nil {
			break
		}
		node = next
	}
	return line(node)
}

func child(node ast.Node, part string) ast.Node {
	switch node := node.(type) {
	case *ast.MappingNode:
		for _, pair := range node.Values {
			if pair.Key.String() == part {
				return pair.Value
			}
		}
	case *ast.SequenceNode:
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(node.Values) {
			return node.Values[i]
		}
	}
	return nil
}

func line(node ast.Node) int {
	if mapping, ok := node.(*ast.MappingNode); ok && len(mapping.Values) > 0 {
		node = mapping.Values[0].Key
	}
	if token := node.GetToken(); token != nil && token.Position != nil {
		return token.Position.Line
	}
	return 1
}
