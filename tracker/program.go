package tracker

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// Program is a program as a viewer sees it: one of the catalog, or one of her own.
type Program struct {
	*rules.Program
	own *ce.OwnProgram // nil for one of the catalog
}

// IsOwn reports whether the viewer wrote it herself.
func (p Program) IsOwn() bool { return p.own != nil }

// Text returns the text of an own program, "" for one of the catalog.
func (p Program) Text() string {
	if p.own == nil {
		return ""
	}
	return p.own.Text()
}

// Revision returns how many texts an own program has had, nil for one of the catalog.
func (p Program) Revision() *int {
	if p.own == nil {
		return nil
	}
	n := len(p.own.Texts)
	return &n
}

// Programs returns the programs of the catalog in whose name, body or jurisdiction each word of the search occurs,
// without regard to case, by name. They are open to anyone.
func (t *Tracker) Programs(search string) []Program {
	all := make([]Program, len(t.catalog.Programs()))
	for i, program := range t.catalog.Programs() {
		all[i] = Program{Program: program}
	}
	return matching(all, search)
}

func matching(programs []Program, search string) []Program {
	words := strings.Fields(strings.ToLower(search))
	return slices.DeleteFunc(programs, func(p Program) bool {
		text := strings.ToLower(p.Name + " " + p.BodyName + " " + p.Jurisdiction + " " + string(p.ID))
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
}

// Program returns a program of the catalog. They are open to anyone.
func (t *Tracker) Program(id ce.ProgramID) (Program, error) {
	return programs{tracker: t}.find(id)
}

// programs are all that one professional can hold certifications of, with their units: the catalog's and her own. It
// is a rules.Units and a rules.Programs.
type programs struct {
	tracker *Tracker
	own     []ce.OwnProgram
}

// find returns the program, or NOT_FOUND.
func (p programs) find(id ce.ProgramID) (Program, error) {
	if program, ok := p.tracker.catalog.Program(id); ok {
		return Program{Program: program}, nil
	}
	i := indexOfOwn(p.own, id)
	if i < 0 {
		return Program{}, notFound("program")
	}
	return p.tracker.compiled(&p.own[i])
}

// of returns the program of a certification. Programs are never taken out of the catalog while certifications name
// them, and own ones cannot be removed, so that it is an internal error when there is none.
func (p programs) of(certification *ce.Certification) (*rules.Program, error) {
	program, err := p.find(certification.Program)
	if ce.CodeOf(err) == ce.CodeNotFound {
		err = ce.Errorf(ce.CodeInternal, "The rules of this certification are not installed on this server.")
	}
	return program.Program, err
}

// Program implements rules.Programs.
func (p programs) Program(id ce.ProgramID) (*rules.Program, bool) {
	program, err := p.find(id)
	return program.Program, err == nil
}

// Unit implements rules.Units. The id of an own program's unit begins with the program's.
func (p programs) Unit(id ce.UnitID) (ce.Unit, bool) {
	if unit, ok := p.tracker.catalog.Unit(id); ok {
		return unit, true
	}
	owner, _, _ := strings.Cut(string(id), ".")
	if i := indexOfOwn(p.own, ce.ProgramID(owner)); i >= 0 {
		if program, err := p.tracker.compiled(&p.own[i]); err == nil {
			if i := slices.IndexFunc(program.Units, func(u ce.Unit) bool { return u.ID == id }); i >= 0 {
				return program.Units[i], true
			}
		}
	}
	return ce.Unit{}, false
}

// programs are those of the catalog and those that were read.
func (t *Tracker) programs(held storage.Held) programs {
	return programs{t, held.OwnPrograms.Items}
}

func (v *View) programs(ctx context.Context) (programs, error) {
	held, err := v.held(ctx)
	return v.Tracker.programs(held), err
}

// programOf returns the program of a certification.
func (v *View) programOf(ctx context.Context, certification *ce.Certification) (*rules.Program, error) {
	if program, ok := v.catalog.Program(certification.Program); ok {
		return program, nil
	}
	programs, err := v.programs(ctx)
	if err != nil {
		return nil, err
	}
	return programs.of(certification)
}

// Programs returns the viewer's own programs (own is true), those of the catalog (false), or first hers and then
// those (nil), each by name and only what the search finds, see Tracker.Programs.
func (v *View) Programs(ctx context.Context, search string, own *bool) ([]Program, error) {
	var all []Program
	if own == nil || *own {
		held, err := v.held(ctx)
		if err != nil {
			return nil, err
		}
		for i := range held.OwnPrograms.Items {
			program, err := v.compiled(&held.OwnPrograms.Items[i])
			if err != nil { // the others can be listed all the same
				v.log.ErrorContext(ctx, "list own programs", "error", err)
				continue
			}
			all = append(all, program)
		}
		slices.SortFunc(all, func(a, b Program) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		all = matching(all, search)
	}
	if own == nil || !*own {
		all = append(all, v.Tracker.Programs(search)...)
	}
	return all, nil
}

// Program returns a program of the catalog or one of the viewer's own.
func (v *View) Program(ctx context.Context, id ce.ProgramID) (Program, error) {
	if program, ok := v.catalog.Program(id); ok {
		return Program{Program: program}, nil
	}
	if _, err := ce.ParseUUID(string(id)); err != nil {
		return Program{}, notFound("program")
	}
	programs, err := v.programs(ctx)
	if err != nil {
		return Program{}, err
	}
	return programs.find(id)
}

// Units returns where the units are found: in the catalog, or, where that does not have all of them, in the viewer's own
// programs, too.
func (v *View) Units(ctx context.Context, ids ...ce.UnitID) (rules.Units, error) {
	missing := slices.ContainsFunc(ids, func(id ce.UnitID) bool {
		_, ok := v.catalog.Unit(id)
		return id != "" && !ok
	})
	if !missing {
		return v.catalog, nil
	}
	return v.programs(ctx)
}

func indexOfOwn(own []ce.OwnProgram, id ce.ProgramID) int {
	return slices.IndexFunc(own, func(p ce.OwnProgram) bool { return p.ID == id })
}
