package catalog

import (
	"strings"
	"testing"

	"accrue/ce"
)

func TestWith(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	count := len(c.Programs())
	program, body := File{"own/card.yaml", []byte(goodProgram)}, File{"own/example.yaml", []byte(goodBody)}
	if !body.IsBody() || program.IsBody() || program.Body() != "example" || body.Body() != "" || program.Requirements() != 1 {
		t.Error("a body or a program is taken for the other, or a requirement is not counted")
	}
	more, err := c.With(program, body)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := more.Program("example-card")
	if !ok || len(more.Programs()) != count+1 || !more.HasBody("example") {
		t.Error("the program or the body is not in the catalog")
	}
	if _, ok := more.Unit("example.hour"); !ok {
		t.Error("the body's unit is not in the catalog")
	}
	if _, ok := c.Program("example-card"); ok || len(c.Programs()) != count || c.HasBody("example") {
		t.Error("the catalog was changed")
	}

	// The same again, with another title: each takes the place of what was there.
	again, err := more.With(body, File{"card.yaml", []byte(strings.Replace(goodProgram, "title: Total", "title: Sum", 1))})
	if err != nil {
		t.Fatal(err)
	}
	if q, _ := again.Program("example-card"); q == p || len(again.Programs()) != count+1 {
		t.Error("the program did not take the other's place")
	}

	_, err = c.With(program, program, File{"no.yaml", []byte("id: no")}, File{"other.yaml", []byte(goodBody)})
	for _, want := range []string{
		"own/card.yaml:3: body must be the id of a body in the catalog",
		"no.yaml:1: body must be the id of a body in the catalog",
		"other.yaml:1: id must be the file's name without .yaml",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if _, err := c.With(body, program, program); err == nil || err.Error() != "own/card.yaml: has the id of the program in own/card.yaml" {
		t.Error(err)
	}
}

// Requirements that lie inside others count, too, and nothing else of a version does.
func TestRequirementsAreCounted(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Programs() {
		text, err := files.ReadFile("programs/" + string(p.ID) + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		file := File{string(p.ID), text}
		_, versions, _ := strings.Cut(string(text), "\nversions:")
		if got, want := file.Requirements(), strings.Count(versions, "title:"); got != want {
			t.Errorf("%s: %d requirements, want %d", p.ID, got, want)
		}
		if file.Body() != p.Body || !c.HasBody(p.Body) || c.HasBody(ce.BodyID("nobody")) {
			t.Errorf("%s: body %q", p.ID, file.Body())
		}
	}
}
