package tracker

import (
	"strings"

	"accrue/ce"
	"accrue/rules"
)

// Programs returns the programs in whose name, body or jurisdiction each word of the search occurs,
// without regard to case, by name. They are open to anyone.
func (t *Tracker) Programs(search string) []*rules.Program {
	words := strings.Fields(strings.ToLower(search))
	var out []*rules.Program
	for _, program := range t.catalog.Programs() {
		text := strings.ToLower(program.Name + " " + program.BodyName + " " + program.Jurisdiction + " " + string(program.ID))
		if containsAll(text, words) {
			out = append(out, program)
		}
	}
	return out
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Program returns a program. Programs are open to anyone.
func (t *Tracker) Program(id ce.ProgramID) (*rules.Program, error) {
	if program, ok := t.catalog.Program(id); ok {
		return program, nil
	}
	return nil, notFound("program")
}

// Unit returns the unit, and whether there is one of that id: a body's, or minutes.
func (t *Tracker) Unit(id ce.UnitID) (ce.Unit, bool) {
	return t.catalog.Unit(id)
}
