package factsfile

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// spec is a facts file as it is written. Everything is text or a list, so that all mistakes are told at once, each with its line.
type spec struct {
	Holder        holderSpec        `yaml:"holder"`
	Certification certificationSpec `yaml:"certification"`
	Credits       []creditSpec      `yaml:"credits"`
}

type holderSpec struct {
	TimeZone text       `yaml:"timeZone"`
	Facts    []factSpec `yaml:"facts"`
}

type certificationSpec struct {
	ID          text          `yaml:"id"`
	Number      text          `yaml:"number"`
	IssuedOn    text          `yaml:"issuedOn"`
	ExpiresOn   text          `yaml:"expiresOn"`
	TimeZone    text          `yaml:"timeZone"`
	TrackedFrom text          `yaml:"trackedFrom"`
	Facts       []factSpec    `yaml:"facts"`
	Renewals    []renewalSpec `yaml:"renewals"`
}

type factSpec struct {
	QuestionID text `yaml:"questionId"`
	Value      text `yaml:"value"`
	Since      text `yaml:"since"`
}

type renewalSpec struct {
	Cycle     text `yaml:"cycle"`
	RenewedOn text `yaml:"renewedOn"`
	ExpiresOn text `yaml:"newExpiresOn"`
	Number    text `yaml:"number"`
}

type creditSpec struct {
	ID             text   `yaml:"id"`
	Title          text   `yaml:"title"`
	CompletedOn    text   `yaml:"completedOn"`
	Minutes        text   `yaml:"minutes"`
	Amount         text   `yaml:"amount"`
	Unit           text   `yaml:"unit"`
	Provider       text   `yaml:"provider"`
	Format         text   `yaml:"format"`
	Role           text   `yaml:"role"`
	Topics         []text `yaml:"topics"`
	Approvals      []text `yaml:"approvals"`
	Notes          text   `yaml:"notes"`
	Certifications []text `yaml:"certificationIds"`
}

// text is a scalar exactly as it is written: YAML itself would read the licence number 0123 as 83 and the title 1.50 as 1.5.
type text string

// UnmarshalYAML takes the text of the node; null leaves it empty.
func (t *text) UnmarshalYAML(node ast.Node) error {
	switch node := node.(type) {
	case *ast.StringNode:
		*t = text(node.Value)
	case *ast.LiteralNode:
		*t = text(node.Value.Value)
	case *ast.NullNode:
		*t = ""
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		*t = text(node.GetToken().Value)
	default:
		return &yaml.UnexpectedNodeTypeError{Actual: node.Type(), Expected: ast.StringType, Token: node.GetToken()}
	}
	return nil
}
