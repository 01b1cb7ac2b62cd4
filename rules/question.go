package rules

import (
	"slices"
	"strings"

	"accrue/ce"
)

// issueQuestion asks for the certification's day of issue.
func issueQuestion() ce.Question {
	return ce.Question{ID: IssuedOn, Prompt: promptIssuedOn, Type: ce.QuestionDate, Target: ce.TargetIssuedOn}
}

// expiryQuestion asks for the certification's stated expiry.
func expiryQuestion() ce.Question {
	return ce.Question{ID: ExpiresOn, Prompt: promptExpiresOn, Type: ce.QuestionDate, Target: ce.TargetExpiresOn}
}

// questions returns those of the bits, in the program's order.
func (p *Program) questions(asks uint64) []ce.Question {
	var list []ce.Question
	for place := range p.Questions {
		q := &p.Questions[place]
		asked := place < maxAsked && asks&(1<<place) != 0 && q.Target == ce.TargetFact
		asked = asked || q.ID == IssuedOn && asks&asksIssue != 0 || q.ID == ExpiresOn && asks&asksExpiry != 0
		if asked {
			list = append(list, *q)
		}
	}
	return list
}

// reserved reports whether the question is one that needs no place in a program's file: what a body grants to one
// holder, and what was carried over.
func reserved(id ce.QuestionID) bool {
	return IsGrant(id) || id == IssuedOn || id == ExpiresOn
}

// IsGrant reports whether the question is one that a program need not ask: its answer is what the body grants to one holder, or what was
// carried over.
func IsGrant(id ce.QuestionID) bool {
	return id == extension || id == carriedOver || strings.HasPrefix(string(id), string(waiver("")))
}

// grantQuestion returns such a question of the program.
func (p *Program) grantQuestion(id ce.QuestionID) (ce.Question, bool) {
	switch id {
	case extension:
		return ce.Question{ID: id, Type: ce.QuestionDate, Target: ce.TargetFact}, true
	case carriedOver:
		return ce.Question{ID: id, Type: ce.QuestionNumber, Target: ce.TargetFact}, true
	}
	requirement, ok := strings.CutPrefix(string(id), string(waiver("")))
	if !ok {
		return ce.Question{}, false
	}
	for v := range p.Versions {
		for i := range p.Versions[v].tree.rules {
			if string(p.Versions[v].tree.rules[i].id) == requirement {
				return ce.Question{ID: id, Type: waiverType, Target: ce.TargetFact}, true
			}
		}
	}
	return ce.Question{}, false
}

// waiverType is answered by true or by an amount.
const waiverType ce.QuestionType = "WAIVER"

// creditQuestion asks for a field of these credits.
func (p *Program) creditQuestion(field int, credits []ce.CreditID) ce.Question {
	q := ce.Question{
		ID: ce.QuestionID("credit-" + fieldPaths[field]), Prompt: creditPrompts[field],
		Type: ce.QuestionTerms, Target: fieldTargets[field], Credits: credits,
	}
	if field == formats || field == roles {
		q.Type = ce.QuestionChoice
	}
	for _, v := range p.words[field].vocables {
		q.Choices = append(q.Choices, ce.Choice{ID: string(v.ID), Name: v.Name})
	}
	return q
}

// CheckFacts checks that each fact answers one of the program's questions in the question's form, and writes
// the values in their normal form: true or false, a day as 2026-11-22, a decimal, the id of a choice, or ids
// of choices in the question's order with commas between them. Its errors are [ce.Invalid] with paths such as "0", "value".
func CheckFacts(p *Program, facts []ce.Fact) error {
	var problems ce.Problems
	for i := range facts {
		fact := &facts[i]
		question, ok := p.Question(fact.Question)
		if !ok {
			if question, ok = p.grantQuestion(fact.Question); ok && fact.Since.IsZero() {
				problems.Add("must be given: it says for which cycle this holds", i, "since")
			}
		}
		switch {
		case !ok:
			problems.Add("is not a question of this program", i, "questionId")
			continue
		case question.Target == ce.TargetIssuedOn:
			problems.Add("is answered by the certification's issuedOn", i, "questionId")
			continue
		case question.Target == ce.TargetExpiresOn:
			problems.Add("is answered by the certification's expiresOn", i, "questionId")
			continue
		}
		value, err := normal(&question, strings.TrimSpace(fact.Value))
		problems.Check(err, i, "value")
		if err == nil {
			fact.Value = value
		}
	}
	return problems.Err()
}

func normal(q *ce.Question, value string) (string, error) {
	switch q.Type {
	case waiverType:
		if amount, err := ce.ParseAmount(value); err == nil && amount.Sign() >= 0 {
			return amount.String(), nil
		}
		if value != "true" {
			return "", ce.Errorf(ce.CodeInvalidInput, "must be true, or the amount asked instead")
		}
		return value, nil
	case ce.QuestionBoolean:
		if value = strings.ToLower(value); value != "true" && value != "false" {
			return "", ce.Errorf(ce.CodeInvalidInput, "must be true or false")
		}
		return value, nil
	case ce.QuestionDate:
		day, err := ce.ParseDate(value)
		return day.String(), err
	case ce.QuestionNumber:
		amount, err := ce.ParseAmount(value)
		return amount.String(), err
	case ce.QuestionChoice:
		if !slices.ContainsFunc(q.Choices, func(c ce.Choice) bool { return c.ID == value }) {
			return "", ce.Errorf(ce.CodeInvalidInput, "must be one of: %s", choiceIDs(q))
		}
		return value, nil
	}
	given := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	var kept []string
	for _, choice := range q.Choices {
		if slices.Contains(given, choice.ID) {
			kept = append(kept, choice.ID)
		}
	}
	for _, id := range given {
		if !slices.Contains(kept, id) {
			return "", ce.Errorf(ce.CodeInvalidInput, "must be any of these, with commas between them: %s", choiceIDs(q))
		}
	}
	return strings.Join(kept, ","), nil
}

func choiceIDs(q *ce.Question) string {
	ids := make([]string, len(q.Choices))
	for i, choice := range q.Choices {
		ids[i] = choice.ID
	}
	return strings.Join(ids, ", ")
}
