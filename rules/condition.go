package rules

import (
	"slices"
	"strings"

	"accrue/ce"
)

// condition is something true or false of a holder in a cycle.
type condition struct {
	op       operator
	below    []*condition
	question int      // place in the program
	answers  []string // of opAnswer
	from, to *ce.Amount
	day      *dayRule
	window   *windowRule
	number   NumberSpec
	programs []ce.ProgramID
	issued   *windowRule
	renewed  *windowRule
}

type operator int8

const (
	opAll operator = iota
	opAny
	opNot
	opAnswer
	opNumber
	opDay
	opCycle
	opHolds
	opThroughout
)

// condition reads a condition; nil gives nil.
func (c *compiler) condition(spec *ConditionSpec, depth int, path []any) *condition {
	if spec == nil {
		return nil
	}
	read := &condition{}
	if depth > maxDepth {
		c.Add("is nested too deep", path...)
		return read
	}
	if c.conditionCount++; c.conditionCount > maxConditions {
		if c.conditionCount == maxConditions+1 {
			c.Add("has too many conditions around it", path...)
		}
		return read
	}
	given := 0
	if spec.All != nil {
		given++
		read.op, read.below = opAll, c.conditions(spec.All, depth, at(path, "all"))
	}
	if spec.Any != nil {
		given++
		read.op, read.below = opAny, c.conditions(spec.Any, depth, at(path, "any"))
	}
	if spec.Not != nil {
		given++
		read.op, read.below = opNot, []*condition{c.condition(spec.Not, depth+1, at(path, "not"))}
	}
	if spec.Question != "" || spec.Is != nil {
		given++
		c.answerCondition(spec, read, path)
	}
	if spec.Number != "" {
		given++
		c.numberCondition(spec, read, path)
	}
	if spec.Day != "" {
		given++
		read.op, read.day = opDay, c.day(spec.Day, anyBase, at(path, "day")...)
		read.window = c.window(&WindowSpec{From: spec.From, To: spec.To, Before: spec.Before}, anyBase, path...)
	}
	if spec.Cycle != nil {
		given++
		read.op, read.number = opCycle, *spec.Cycle
		c.asked |= asksIssue
		if (spec.Cycle.Every > 0) == (len(spec.Cycle.Numbers) > 0) || spec.Cycle.Every < 0 || spec.Cycle.After < 0 || len(spec.Cycle.Numbers) > maxList {
			c.Add("must have every (a number of cycles) or numbers (a list of them)", at(path, "cycle")...)
		}
	}
	if spec.Holds != nil || spec.Issued != nil || spec.Renewed != nil {
		given++
		c.holdsCondition(spec, read, path)
	}
	if spec.Throughout != nil {
		given++
		read.op, read.below = opThroughout, []*condition{c.condition(spec.Throughout, depth+1, at(path, "throughout"))}
		read.window = c.window(&WindowSpec{From: spec.From, To: spec.To, Before: spec.Before}, anyBase, path...)
		if depth > 2 {
			c.Add("is nested too deep", path...)
		}
	}
	if given != 1 {
		c.Add("must have exactly one of all, any, not, question with is, number, day, cycle, holds and throughout", path...)
	}
	if read.op != opDay && read.op != opThroughout && read.op != opNumber && (spec.From != "" || spec.To != "" || spec.Before != "") {
		c.Add("from, to and before go with day, number and throughout only", path...)
	}
	return read
}

func (c *compiler) conditions(list []ConditionSpec, depth int, path []any) []*condition {
	if !c.limit(len(list), path...) {
		return nil
	}
	if len(list) == 0 {
		c.Add("must have at least one entry", path...)
	}
	read := make([]*condition, len(list))
	for i := range list {
		read[i] = c.condition(&list[i], depth+1, at(path, i))
	}
	return read
}

func (c *compiler) question(id string, kinds []ce.QuestionType, path []any) int {
	place := slices.IndexFunc(c.program.Questions, func(q ce.Question) bool { return string(q.ID) == id })
	if place < 0 {
		c.Add("must be the id of one of the program's questions", path...)
		return 0
	}
	if kind := c.program.Questions[place].Type; !slices.Contains(kinds, kind) {
		c.Add("must be a question of another type: this one is "+strings.ToLower(string(kind)), path...)
	}
	c.asked |= 1 << place
	return place
}

func (c *compiler) answerCondition(spec *ConditionSpec, read *condition, path []any) {
	read.op = opAnswer
	if len(c.program.Questions) == 0 {
		c.Add("must be the id of one of the program's questions", at(path, "question")...)
		return
	}
	read.question = c.question(spec.Question, []ce.QuestionType{ce.QuestionBoolean, ce.QuestionChoice, ce.QuestionTerms}, at(path, "question"))
	question := &c.program.Questions[read.question]
	if len(spec.Is) == 0 || len(spec.Is) > maxWords {
		c.Add("must be a list of answers", at(path, "is")...)
		return
	}
	for i, answer := range spec.Is {
		known := false
		if question.Type == ce.QuestionBoolean {
			answer, known = map[string]string{"yes": "true", "no": "false"}[answer], answer == "yes" || answer == "no"
		} else {
			known = slices.ContainsFunc(question.Choices, func(choice ce.Choice) bool { return choice.ID == answer })
		}
		if !known {
			c.Add("must be one of the question's answers (yes or no, or the id of a choice)", at(path, "is", i)...)
		}
		read.answers = append(read.answers, answer)
	}
}

func (c *compiler) numberCondition(spec *ConditionSpec, read *condition, path []any) {
	read.op = opNumber
	read.question = c.question(spec.Number, []ce.QuestionType{ce.QuestionNumber}, at(path, "number"))
	read.from, read.to = c.optionalAmount(spec.From, at(path, "from")), c.optionalAmount(spec.To, at(path, "to"))
	if spec.From == "" && spec.To == "" || spec.Before != "" {
		c.Add("must have from or to, which are amounts", path...)
	}
}

func (c *compiler) holdsCondition(spec *ConditionSpec, read *condition, path []any) {
	read.op = opHolds
	if len(spec.Holds) == 0 || len(spec.Holds) > maxWords {
		c.Add("must be a list of ids of programs", at(path, "holds")...)
	}
	for i, id := range spec.Holds {
		c.id(id, at(path, "holds", i)...)
		read.programs = append(read.programs, ce.ProgramID(id))
	}
	read.issued = c.window(spec.Issued, anyBase, at(path, "issued")...)
	read.renewed = c.window(spec.Renewed, anyBase, at(path, "renewed")...)
}

// holds says whether the condition holds; a nil condition does. What is asked on the way is noted in the holder.
func (k *condition) holds(h *holder) truth {
	if k == nil {
		return yes
	}
	switch k.op {
	case opAll:
		// What comes after something unknown is not asked before that is answered, yet may decide.
		found := yes
		for _, b := range k.below {
			asks := h.asks
			this := b.holds(h)
			if found == maybe {
				h.asks = asks
			}
			if found = min(found, this); found == no {
				break
			}
		}
		return found
	case opAny:
		found := no
		for _, b := range k.below {
			if found = max(found, b.holds(h)); found == yes {
				break
			}
		}
		return found
	case opNot:
		return yes - k.below[0].holds(h)
	case opAnswer:
		return k.answered(h)
	case opNumber:
		amount, ok := h.numberAnswer(k.question)
		if !ok {
			return maybe
		}
		return truthOf((k.from == nil || amount.Cmp(*k.from) >= 0) && (k.to == nil || amount.Cmp(*k.to) <= 0))
	case opDay:
		return h.within(k.window, k.day.in(h))
	case opCycle:
		return k.numbered(h)
	case opHolds:
		return k.held(h)
	}
	return k.always(h)
}

func (k *condition) answered(h *holder) truth {
	value, ok := h.answer(k.question)
	if !ok {
		return maybe
	}
	if h.program.Questions[k.question].Type != ce.QuestionTerms {
		return truthOf(slices.Contains(k.answers, value))
	}
	for term := range strings.SplitSeq(value, ",") {
		if slices.Contains(k.answers, term) {
			return yes
		}
	}
	return no
}

func (k *condition) numbered(h *holder) truth {
	n := h.number
	if n == 0 {
		h.asks |= asksIssue
		return maybe
	}
	if k.number.Every > 0 {
		return truthOf(n > k.number.After && (n-k.number.After)%k.number.Every == 0)
	}
	return truthOf(slices.Contains(k.number.Numbers, n))
}

// held looks among the holder's other certifications: what she does not track here is not held as far as is known.
func (k *condition) held(h *holder) truth {
	found := no
	for i := range h.others {
		other := &h.others[i]
		if !slices.Contains(k.programs, other.Program) {
			continue
		}
		this := no
		if k.issued == nil && k.renewed == nil {
			this = yes
		}
		if k.issued != nil {
			this = max(this, h.within(k.issued, h.orUnknown(other.IssuedOn)))
		}
		for _, r := range other.Renewals {
			if k.renewed != nil && !r.RenewedOn.After(h.today) {
				this = max(this, h.within(k.renewed, exactly(r.RenewedOn)))
			}
		}
		found = max(found, this)
	}
	return found
}

// always asks for each day of the window: answers change only where a fact begins to hold, so it is enough to ask
// on the first day, and before and on each such day, and on the last.
func (k *condition) always(h *holder) truth {
	sure, _ := h.window(k.window)
	if sure.to.After(h.today) {
		sure.to = h.today
	}
	if sure.to.Before(sure.from) {
		return yes
	}
	days := []ce.Date{sure.from, sure.to}
	for i := range h.cert.Facts {
		since := h.cert.Facts[i].Since
		for _, day := range []ce.Date{since.AddDays(-1), since} {
			if !since.IsZero() && sure.has(day) {
				days = append(days, day)
			}
		}
	}
	found := yes
	for _, day := range days {
		then := *h
		then.today, then.start, then.end = day, earlier(h.start, day), later(h.end, day)
		found = min(found, k.below[0].holds(&then))
		h.asks |= then.asks
	}
	return found
}

// depends reports whether the condition looks at today itself, so that its answer may change on any day.
func (k *condition) depends(base dayBase) bool {
	if k == nil {
		return false
	}
	return k.day.depends(base) || k.window.depends(base) || k.issued.depends(base) || k.renewed.depends(base) ||
		k.op == opThroughout && base == baseToday ||
		slices.ContainsFunc(k.below, func(b *condition) bool { return b.depends(base) })
}
