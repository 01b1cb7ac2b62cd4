package catalog_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

const guideFile = "../docs/rules.md"

var (
	inlineExample = regexp.MustCompile("`([^`]+)`\\s\\(([a-z0-9]+(?:-[a-z0-9]+)+)\\)")
	blockExample  = regexp.MustCompile("(?s)```yaml\n# from ([a-z0-9-]+)\n(.*?)```")
)

// Each example of the guide that names a program stands so in its file or its body's.
func TestGuideQuotesPrograms(t *testing.T) {
	text, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	shelves := []*shelf{newShelf(t, "."), newShelf(t, "../rules/testdata")}
	count := 0
	check := func(id, example string) {
		count++
		home, program := findProgram(shelves, id)
		if home == nil {
			t.Errorf("there is no program %s, of which the guide quotes %q", id, example)
			return
		}
		written := home.written(program, "")
		for part := range strings.SplitSeq(strings.Join(strings.Fields(example), " "), "…") {
			if !strings.Contains(written, strings.TrimSpace(part)) {
				t.Errorf("%s has no %q", id, part)
			}
		}
	}
	for _, found := range inlineExample.FindAllStringSubmatch(string(text), -1) {
		check(found[2], found[1])
	}
	for _, found := range blockExample.FindAllStringSubmatch(string(text), -1) {
		check(found[1], found[2])
	}
	if count < 70 {
		t.Errorf("the guide has %d examples: some are not read", count)
	}
}

// The guide names each key that a program or a body may have.
func TestGuideNamesEveryKey(t *testing.T) {
	guide, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```.*?```|`[^`]+`").FindAllString(string(guide), -1)
	shown := strings.Join(code, "\n")
	for _, file := range []string{"program.schema.json", "body.schema.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		for key := range schemaKeys(schema, map[string]bool{}) {
			if !strings.Contains(shown, "`"+key+"`") && !strings.Contains(shown, key+":") {
				t.Errorf("the guide does not name %s", key)
			}
		}
	}
}

// schemaKeys collects the names of all properties in the schema.
func schemaKeys(value any, found map[string]bool) map[string]bool {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if properties, ok := inner.(map[string]any); ok && name == "properties" {
				for key := range properties {
					found[key] = true
				}
			}
			schemaKeys(inner, found)
		}
	case []any:
		for _, inner := range value {
			schemaKeys(inner, found)
		}
	}
	return found
}
