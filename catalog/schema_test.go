package catalog

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"accrue/rules"
)

const programSchema, bodySchema = "program.schema.json", "body.schema.json"

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(converted))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestSchemasAcceptEveryFile(t *testing.T) {
	for kind, file := range map[string]string{"bodies": bodySchema, "programs": programSchema} {
		schema := compileSchema(t, file)
		for _, folder := range []string{".", "../rules/testdata"} {
			names, err := filepath.Glob(filepath.Join(folder, kind, "*.yaml"))
			if err != nil || len(names) == 0 {
				t.Fatalf("no %s in %s: %v", kind, folder, err)
			}
			for _, name := range names {
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if err := validate(t, schema, text); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

// What is wrong here the loader refuses too.
func TestSchemasRefuseMistakes(t *testing.T) {
	const body = `id: example
name: Example body
units:
  - {id: example.hour, symbol: h, name: hour, plural: hours, minutes: 60, source: https://example.com/rules}
`
	const program = `id: example-card
name: Example card
body: example
verified: no
unit: example.hour
sources:
  - {id: rules, title: The rules, url: https://example.com/rules, date: 2026-01-01, confidence: HIGH}
questions:
  - {id: retired, prompt: Are you retired?, type: boolean}
topics:
  - {id: ethics, name: Ethics}
cycle:
  length: 1 year
  ends: "issue + 1 year, end of month"
  source: rules
versions:
  - source: rules
    values:
      - {credits: {topics: [ethics]}, multiply: 3/2, source: rules}
    rounding: {step: 0.5, direction: down, source: rules}
    requirements:
      - id: total
        title: Total
        minimum: 30
        cases:
          - {when: {question: retired, is: [yes]}, amount: none}
        source: rules
        inside:
          - {id: ethics, title: Ethics, minimum: 1/2 of total, credits: {topics: [ethics]}, source: rules}
    carry: {of: total, most: 10, source: rules}
`
	tests := []struct{ file, old, new string }{
		{programSchema, "minimum: 30", "minimun: 30"},
		{programSchema, "minimum: 30", "minimum: -30"},
		{programSchema, "minimum: 30", "minimum: thirty"},
		{programSchema, "minimum: 30", "minimum: 3 credits"},
		{programSchema, "minimum: 30", "minimum: {per: 1 month, from: issue, to: cycle-end}"},
		{programSchema, "minimum: 30", "minimum: {amount: 2, per: 1 month}"},
		{programSchema, "minimum: 30", "maximum: 30"}, // what is inside belongs to minimums
		{programSchema, "minimum: 30", "minimum: 30\n        never: {topics: [ethics]}"},
		{programSchema, "        minimum: 30\n", ""},
		{programSchema, "minimum: 30", "minimum: 30\n        each: week"},
		{programSchema, "minimum: 30", "minimum: 30\n        due: cycle-end"},
		{programSchema, "minimum: 30", "minimum: 30\n        force: weak"},
		{programSchema, "minimum: 30", "minimum: 30\n        within: {from: issue, to: cycle-end, before: cycle-end}"},
		{programSchema, "minimum: 30", "minimum: 30\n        within: {from: yesterday night}"},
		{programSchema, "credits: {topics: [ethics]}, source", "credits: {}, source"},
		{programSchema, "credits: {topics: [ethics]}, source", "credits: {subjects: [ethics]}, source"},
		{programSchema, "is: [yes]", "as: [yes]"},
		{programSchema, "question: retired, is: [yes]", "question: retired"},
		{programSchema, "question: retired, is: [yes]", "question: retired, is: [yes], day: issue, from: cycle-start"},
		{programSchema, "question: retired, is: [yes]", "cycle: {every: 2, numbers: [1]}"},
		{programSchema, "amount: none", "amount: nothing"},
		{programSchema, "multiply: 3/2, ", ""},
		{programSchema, "multiply: 3/2", "multiply: 3/0"},
		{programSchema, "multiply: 3/2", "multiply: 3/2, worth: 3"},
		{programSchema, "direction: down", "direction: away"},
		{programSchema, "length: 1 year", "length: one year"},
		{programSchema, "issue + 1 year, end of month", "issue + 1 year, end of week"},
		{programSchema, "type: boolean", "type: truth"},
		{programSchema, "type: boolean", "type: choice"},
		{programSchema, "verified: no", "verified: perhaps"},
		{programSchema, "confidence: HIGH", "confidence: high"},
		{programSchema, "of: total, ", ""},
		{programSchema, "of: total, ", "of: total, share: equally, "},
		{programSchema, "        source: rules\n        inside", "        inside"},
		{programSchema, "id: example-card", "id: Example Card"},
		{bodySchema, "minutes: 60", "minutes: 0"},
		{bodySchema, "minutes: 60", "hours: 1"},
		{bodySchema, "id: example.hour", "id: hour"},
		{bodySchema, "symbol: h, ", ""},
		{bodySchema, "https://", ""},
		{bodySchema, "name: Example body\n", ""},
	}
	schemas := map[string]*jsonschema.Schema{programSchema: compileSchema(t, programSchema), bodySchema: compileSchema(t, bodySchema)}
	if err := read(body, program); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{programSchema: program, bodySchema: body} {
		if err := validate(t, schemas[file], []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range tests {
		body, program := body, program
		text := &program
		if test.file == bodySchema {
			text = &body
		}
		good := *text
		if *text = strings.Replace(good, test.old, test.new, 1); *text == good {
			t.Fatalf("%q replaces nothing", test.old)
		}
		if validate(t, schemas[test.file], []byte(*text)) == nil {
			t.Errorf("%s accepts %q", test.file, test.new)
		}
		if read(body, program) == nil {
			t.Errorf("the loader accepts %q", test.new)
		}
	}
}

// The schemas have the keys of the types into which files are read, no more and no fewer, and allow no others.
func TestSchemasHaveTheKeysOfSpecs(t *testing.T) {
	for file, spec := range map[string]reflect.Type{
		programSchema: reflect.TypeFor[rules.Spec](), bodySchema: reflect.TypeFor[bodyFile](),
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var root map[string]any
		if err := json.Unmarshal(text, &root); err != nil {
			t.Fatal(err)
		}
		w := schemaWalk{t: t, file: file, definitions: root["$defs"].(map[string]any), done: map[reflect.Type]bool{}, used: map[string]bool{}}
		w.compare(spec, root, spec.Name())
		for name := range w.definitions {
			if !w.used[name] {
				t.Errorf("%s: nothing refers to %s", file, name)
			}
		}
	}
}

type schemaWalk struct {
	t           *testing.T
	file        string
	definitions map[string]any
	done        map[reflect.Type]bool
	used        map[string]bool
}

func (w *schemaWalk) compare(spec reflect.Type, schema map[string]any, path string) {
	for spec.Kind() == reflect.Pointer || spec.Kind() == reflect.Slice {
		spec = spec.Elem()
	}
	mappings := w.mappings(schema, map[string]bool{})
	if spec.Kind() != reflect.Struct {
		if len(mappings) > 0 {
			w.t.Errorf("%s: %s is no mapping in files", w.file, path)
		}
		return
	}
	if len(mappings) == 0 {
		w.t.Errorf("%s: %s has no keys in the schema", w.file, path)
	}
	first := !w.done[spec] // a type may stand inside itself
	w.done[spec] = true
	for _, mapping := range mappings {
		if mapping["additionalProperties"] != false {
			w.t.Errorf("%s: %s allows unknown keys", w.file, path)
		}
		properties := mapping["properties"].(map[string]any)
		var fields []string
		for i := range spec.NumField() {
			key := spec.Field(i).Tag.Get("yaml")
			fields = append(fields, key)
			if inner, ok := properties[key].(map[string]any); ok && first {
				w.compare(spec.Field(i).Type, inner, path+"."+key)
			}
		}
		keys := slices.Sorted(maps.Keys(properties))
		if slices.Sort(fields); !slices.Equal(keys, fields) {
			w.t.Errorf("%s: %s has the keys\n%v\nfiles have\n%v", w.file, path, keys, fields)
		}
	}
}

// mappings returns the schemas of mappings among which the schema lets choose, those of a list's entries for a list.
func (w *schemaWalk) mappings(schema map[string]any, seen map[string]bool) (found []map[string]any) {
	if name, ok := strings.CutPrefix(text(schema["$ref"]), "#/$defs/"); ok && !seen[name] {
		seen[name], w.used[name] = true, true
		found = append(found, w.mappings(w.definitions[name].(map[string]any), seen)...)
	}
	if schema["properties"] != nil {
		return append(found, schema)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		found = append(found, w.mappings(items, seen)...)
	}
	choices, _ := schema["anyOf"].([]any)
	for _, choice := range choices {
		found = append(found, w.mappings(choice.(map[string]any), seen)...)
	}
	return found
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
