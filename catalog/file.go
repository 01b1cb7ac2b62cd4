package catalog

import (
	"errors"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/rules"
)

// File is a body or a program that is not built in.
type File struct {
	Name string // for errors; a body's must be its id with .yaml
	Text []byte
}

var unitsLine, bodyLine = regexp.MustCompile(`(?m)^units[ \t]*:`), regexp.MustCompile(`(?m)^body[ \t]*:[ \t]*["']?([a-z0-9.-]+)`)

// IsBody reports whether the file holds a body: a line of it begins with units, which no program has.
func (f *File) IsBody() bool { return unitsLine.Match(f.Text) }

// Body returns the id of the body that the file, a program, names; "" when it names none.
func (f *File) Body() ce.BodyID {
	if found := bodyLine.FindSubmatch(f.Text); found != nil {
		return ce.BodyID(found[1])
	}
	return ""
}

// Requirements returns how many requirements the versions of a program have in all, those inside others among them.
// The file must be one that compiles.
func (f *File) Requirements() int {
	var top map[string]any
	if _, err := decode(f.Name, f.Text, &top); err != nil {
		return 0
	}
	return requirementsIn(top["versions"])
}

// requirementsIn counts what has an id and a title: nothing else of a version has both.
func requirementsIn(value any) int {
	count := 0
	switch value := value.(type) {
	case map[string]any:
		if value["id"] != nil && value["title"] != nil {
			count++
		}
		for _, inner := range value {
			count += requirementsIn(inner)
		}
	case []any:
		for _, inner := range value {
			count += requirementsIn(inner)
		}
	}
	return count
}

// HasBody reports whether the catalog has the body.
func (c *Catalog) HasBody(id ce.BodyID) bool {
	_, ok := c.bodies[id]
	return ok
}

// With returns a catalog that has the bodies and programs of the files, too. Each takes the place of one with its id, and a
// program may be of a body among the files. An error tells all that is wrong with the files, one problem a line.
func (c *Catalog) With(files ...File) (*Catalog, error) {
	more := &Catalog{
		programs: slices.Clone(c.programs), byID: maps.Clone(c.byID), bodies: maps.Clone(c.bodies), units: maps.Clone(c.units),
	}
	var found []error
	for _, f := range files {
		if f.IsBody() {
			more.dropUnits(ce.BodyID(strings.TrimSuffix(path.Base(f.Name), ".yaml")))
			found = append(found, more.readBody(f.Name, f.Text))
		}
	}
	given := map[ce.ProgramID]string{}
	for _, f := range files {
		if f.IsBody() {
			continue
		}
		p, err := more.Compile(f.Name, f.Text)
		if err == nil && given[p.ID] != "" {
			err = errors.New(f.Name + ": has the id of the program in " + given[p.ID])
		}
		if err != nil {
			found = append(found, err)
			continue
		}
		given[p.ID] = f.Name
		more.put(p)
	}
	if err := errors.Join(found...); err != nil {
		return nil, err
	}
	return more, nil
}

// dropUnits makes room for another body with the id.
func (c *Catalog) dropUnits(id ce.BodyID) {
	for _, unit := range c.bodies[id].Units {
		delete(c.units, unit.ID)
	}
}

func (c *Catalog) put(p *rules.Program) {
	c.programs = slices.DeleteFunc(c.programs, func(old *rules.Program) bool { return old.ID == p.ID })
	c.programs = append(c.programs, p)
	c.sort()
	c.byID[p.ID] = p
}
