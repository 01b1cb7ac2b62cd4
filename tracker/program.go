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

// Program is a program as a viewer sees it: one of the catalog, one of her own, or one that an organisation shares.
type Program struct {
	*rules.Program
	text         string // "" for one of the catalog
	revision     int
	organization ce.OrganizationID
}

// IsOwn reports whether the viewer wrote it herself.
func (p Program) IsOwn() bool { return p.revision > 0 && p.organization == "" }

// Text returns the text, "" for a program of the catalog.
func (p Program) Text() string { return p.text }

// Revision returns how many texts the program has had, nil for one of the catalog.
func (p Program) Revision() *int {
	if p.revision == 0 {
		return nil
	}
	return &p.revision
}

// OrganizationID returns which organisation shares it, nil for any other program.
func (p Program) OrganizationID() *ce.OrganizationID {
	if p.organization == "" {
		return nil
	}
	return &p.organization
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

// programs are all that the certifications of one professional can be of, with their units: the catalog's, her own, and those that
// her certifications carry along. It is a rules.Units and a rules.Programs.
type programs struct {
	tracker *Tracker
	own     []ce.OwnProgram
	held    []ce.Certification
	// approvers are the organisations without whose approval what she logs does not count for programs of theirs.
	approvers []ce.Approver
}

// find returns the program, or NOT_FOUND.
func (p programs) find(id ce.ProgramID) (Program, error) {
	if program, ok := p.tracker.catalog.Program(id); ok {
		return Program{Program: program}, nil
	}
	if i := indexOfOwn(p.own, id); i >= 0 {
		return p.tracker.compiled(&p.own[i])
	}
	var newest *ce.Certification
	for i := range p.held {
		if c := &p.held[i]; c.Program == id && c.Shared != nil && (newest == nil || newest.Shared.Revision < c.Shared.Revision) {
			newest = c
		}
	}
	if newest == nil {
		return Program{}, notFound("program")
	}
	return p.tracker.shared(id, newest.Shared)
}

// of returns the program of a certification. Programs are never taken out of the catalog while certifications name
// them, and own ones cannot be removed, so that it is an internal error when there is none.
func (p programs) of(certification *ce.Certification) (*rules.Program, error) {
	if certification.Shared != nil {
		program, err := p.tracker.shared(certification.Program, certification.Shared)
		return program.Program, err
	}
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

// Unit implements rules.Units. The id of a unit that is not the catalog's begins with that of its program.
func (p programs) Unit(id ce.UnitID) (ce.Unit, bool) {
	if unit, ok := p.tracker.catalog.Unit(id); ok {
		return unit, true
	}
	owner, _, _ := strings.Cut(string(id), ".")
	if program, err := p.find(ce.ProgramID(owner)); err == nil {
		if i := slices.IndexFunc(program.Units, func(u ce.Unit) bool { return u.ID == id }); i >= 0 {
			return program.Units[i], true
		}
	}
	return ce.Unit{}, false
}

// programs are those of the catalog and those that were read.
func (t *Tracker) programs(held storage.Held) programs {
	return programs{t, held.OwnPrograms.Items, held.Items, held.Approvers}
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
		all = matching(v.listed(ctx, held.OwnPrograms.Items), search)
	}
	if own == nil || !*own {
		all = append(all, v.Tracker.Programs(search)...)
	}
	return all, nil
}

// Program returns a program of the catalog, one of the viewer's own, one that a certification of hers carries along, or one of an
// organization of which she is a member.
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
	program, err := programs.find(id)
	if ce.CodeOf(err) != ce.CodeNotFound {
		return program, err
	}
	_, shared, err := v.sharedProgram(ctx, id)
	if err != nil {
		return Program{}, err
	}
	return v.compiled(&shared)
}

// Units returns where the units are found: in the catalog, or, where that does not have all of them, in those of the viewer's
// programs, too, that are not the catalog's.
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

// listed returns the programs by name, without those that this server can no longer read.
func (t *Tracker) listed(ctx context.Context, own []ce.OwnProgram) []Program {
	programs := make([]Program, 0, len(own))
	for i := range own {
		program, err := t.compiled(&own[i])
		if err != nil { // the others can be listed all the same
			t.log.ErrorContext(ctx, "list programs", "error", err)
			continue
		}
		programs = append(programs, program)
	}
	slices.SortFunc(programs, func(a, b Program) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return programs
}

func indexOfOwn(own []ce.OwnProgram, id ce.ProgramID) int {
	return slices.IndexFunc(own, func(p ce.OwnProgram) bool { return p.ID == id })
}
