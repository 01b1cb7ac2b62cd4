package rules

import (
	"accrue/ce"
)

// The fields of a credit by whose terms rules select.
const (
	topics = iota
	formats
	roles
	approvals
	fieldCount
)

var (
	fieldPaths   = [fieldCount]string{"topics", "formats", "roles", "approvals"}
	fieldTargets = [fieldCount]ce.QuestionTarget{ce.TargetTopics, ce.TargetFormat, ce.TargetRole, ce.TargetApprovals}
)

// vocabulary gives each term of one field a bit. Terms that no rule uses have none.
type vocabulary struct {
	bits     map[ce.Term]uint64
	vocables []Vocable
}

// terms is what a credit states, field by field.
type terms struct {
	bits   [fieldCount]uint64
	stated [fieldCount]bool
}

func (p *Program) terms(c *ce.Credit) terms {
	var t terms
	t.many(p, topics, c.Topics)
	t.many(p, approvals, c.Approvals)
	t.one(p, formats, c.Format)
	t.one(p, roles, c.Role)
	return t
}

func (t *terms) many(p *Program, field int, list []ce.Term) {
	t.stated[field] = list != nil
	for _, term := range list {
		t.bits[field] |= p.words[field].bits[term]
	}
}

func (t *terms) one(p *Program, field int, term ce.Term) {
	t.stated[field] = term != ""
	if term != "" {
		t.bits[field] = p.words[field].bits[term]
	}
}

// truth is what is known of a statement.
type truth int8

const (
	no truth = iota
	maybe
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// selection picks credits: at least one of the terms in each field that has any, and none that except picks.
type selection struct {
	bits   [fieldCount]uint64
	except *selection
}

func (s *selection) picks(t *terms) truth {
	found := yes
	for field, bits := range s.bits {
		switch {
		case bits == 0:
		case !t.stated[field]:
			found = maybe
		case t.bits[field]&bits == 0:
			return no
		}
	}
	if s.except != nil {
		found = min(found, yes-s.except.picks(t))
	}
	return found
}

// unstated adds the fields that the selection asks for and the credit does not state.
func (s *selection) unstated(t *terms, fields *[fieldCount]bool) {
	for field, bits := range s.bits {
		if bits != 0 && !t.stated[field] {
			fields[field] = true
		}
	}
	if s.except != nil {
		s.except.unstated(t, fields)
	}
}
