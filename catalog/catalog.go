package catalog

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"accrue/ce"
	"accrue/rules"
)

//go:embed bodies/*.yaml programs/*.yaml
var files embed.FS

// Catalog is the programs and bodies that Accrue knows. It is never changed after it was read.
type Catalog struct {
	programs []*rules.Program
	byID     map[ce.ProgramID]*rules.Program
	bodies   map[ce.BodyID]rules.Body
	units    map[ce.UnitID]ce.Unit
	hash     string
}

// Load reads the catalog that is built into the binary. An error names the file and the line.
func Load() (*Catalog, error) { return Read(files) }

// Read reads a catalog from the folders bodies and programs of a file system; each file's name is the id of what it holds.
func Read(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{
		byID:   map[ce.ProgramID]*rules.Program{},
		bodies: map[ce.BodyID]rules.Body{},
		units:  map[ce.UnitID]ce.Unit{ce.UnitMinute: ce.Minute()},
	}
	if err := each(fsys, "bodies/*.yaml", c.readBody); err != nil {
		return nil, err
	}
	if err := each(fsys, "programs/*.yaml", c.readProgram); err != nil {
		return nil, err
	}
	c.sort()
	return c, nil
}

// sort puts the programs in their order, once all are there.
func (c *Catalog) sort() {
	slices.SortFunc(c.programs, func(a, b *rules.Program) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	sum := sha256.New()
	for _, p := range c.programs {
		_, _ = fmt.Fprintln(sum, p.ID, p.Hash) // a hash takes all
	}
	c.hash = hex.EncodeToString(sum.Sum(nil)[:16])
}

// Hash identifies the text of all programs.
func (c *Catalog) Hash() string { return c.hash }

func each(fsys fs.FS, pattern string, read func(file string, text []byte) error) error {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if err := read(name, text); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) readProgram(file string, text []byte) error {
	p, err := c.Compile(file, text)
	if err != nil {
		return err
	}
	if want := string(p.ID) + ".yaml"; path.Base(file) != want {
		return fmt.Errorf("%s: the file must have the name %s, after the program's id", file, want)
	}
	c.byID[p.ID] = p
	c.programs = append(c.programs, p)
	return nil
}

// Compile reads the text of a program whose body is in the catalog. Errors name the file as given, the line and
// what would be right.
func (c *Catalog) Compile(file string, text []byte) (*rules.Program, error) {
	var spec rules.Spec
	doc, err := decode(file, text, &spec)
	if err != nil {
		return nil, err
	}
	body, ok := c.bodies[ce.BodyID(spec.Body)]
	if !ok {
		return nil, doc.problem([]string{"body"}, "must be the id of a body in the catalog")
	}
	p, err := rules.Compile(spec, body)
	if err != nil {
		return nil, doc.Problems(err)
	}
	return p, nil
}

// Program returns the program with the id.
func (c *Catalog) Program(id ce.ProgramID) (*rules.Program, bool) {
	p, ok := c.byID[id]
	return p, ok
}

// Programs returns all programs by name, then id. The list must not be changed.
func (c *Catalog) Programs() []*rules.Program { return c.programs }

// Unit returns the unit of any body, or the minute.
func (c *Catalog) Unit(id ce.UnitID) (ce.Unit, bool) {
	u, ok := c.units[id]
	return u, ok
}
