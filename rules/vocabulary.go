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
	t.stated[field], t.bits[field] = list != nil, 0
	for _, term := range list {
		t.bits[field] |= p.words[field].bits[term]
	}
}

func (t *terms) one(p *Program, field int, term ce.Term) {
	t.stated[field], t.bits[field] = term != "", 0
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
