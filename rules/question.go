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
		switch {
		case !ok:
			problems.Add("is not a question of this program", i, "questionId")
			continue
		case question.Target == ce.TargetIssuedOn:
			problems.Add("is answered by the certification's issuedOn", i, "questionId")
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
