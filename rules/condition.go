package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"accrue/ce"
)

// condition is something true or false of a holder in a cycle.
type condition struct {
	op       operator
	below    []*condition
	question int   // place in the program
	answers  []int // places in answersTo(question)
	inYear   bool  // the window is the rule's year, not the cycle
	from, to int   // months of the cycle, counted from 0, to exclusive; both 0 for the whole window
	repeats  *selection
}

type operator int8

const (
	opAll operator = iota
	opAny
	opNot
	opAnswer
	opIssuedIn
	opIssuedAfter
	opRepeats
)

// answersTo returns the answers that conditions can tell apart, the first being the one assumed for what is
// shown while the answer is unknown.
func answersTo(q *ce.Question) []string {
	if q.Type == ce.QuestionBoolean {
		return []string{"false", "true"}
	}
	ids := make([]string, len(q.Choices))
	for i, choice := range q.Choices {
		ids[i] = choice.ID
	}
	return ids
}

var monthsPattern = regexp.MustCompile(`^([0-9]{1,3})-([0-9]{1,3})$`)

// condition reads a condition; nil gives nil. Repeats are allowed where the answer may stay open.
func (c *compiler) condition(spec *ConditionSpec, r *rule, depth int, repeats bool, path []any) *condition {
	if spec == nil {
		return nil
	}
	read := &condition{}
	if depth > maxDepth {
		c.Add("is nested too deep", path...)
		return read
	}
	given := 0
	if spec.All != nil {
		given++
		read.op, read.below = opAll, c.conditions(spec.All, r, depth, repeats, at(path, "all"))
	}
	if spec.Any != nil {
		given++
		read.op, read.below = opAny, c.conditions(spec.Any, r, depth, repeats, at(path, "any"))
	}
	if spec.Not != nil {
		given++
		read.op, read.below = opNot, []*condition{c.condition(spec.Not, r, depth+1, repeats, at(path, "not"))}
	}
	if spec.Question != "" || spec.Is != nil {
		given++
		c.answerCondition(spec, read, path)
	}
	if spec.Issued != nil {
		given++
		c.issuedCondition(spec.Issued, read, r, at(path, "issued"))
	}
	if spec.Repeats != nil {
		given++
		read.op, read.repeats = opRepeats, c.selection(spec.Repeats, 0, at(path, "repeats"))
		if !repeats {
			c.Add("is for the when of other rules only", at(path, "repeats")...)
		}
	}
	if given != 1 {
		c.Add("must have exactly one of all, any, not, question, issued and repeats", path...)
	}
	return read
}

func (c *compiler) conditions(list []ConditionSpec, r *rule, depth int, repeats bool, path []any) []*condition {
	if !c.limit(len(list), path...) {
		return nil
	}
	if len(list) == 0 {
		c.Add("must have at least one entry", path...)
	}
	read := make([]*condition, len(list))
	for i := range list {
		read[i] = c.condition(&list[i], r, depth+1, repeats, at(path, i))
	}
	return read
}

func (c *compiler) answerCondition(spec *ConditionSpec, read *condition, path []any) {
	read.op = opAnswer
	read.question = slices.IndexFunc(c.program.Questions, func(q ce.Question) bool { return string(q.ID) == spec.Question })
	if read.question < 0 {
		c.Add("must be the id of one of the program's questions", at(path, "question")...)
		read.question = 0
		return
	}
	question := &c.program.Questions[read.question]
	if question.Type != ce.QuestionBoolean && question.Type != ce.QuestionChoice {
		c.Add("must be a boolean or a choice: others cannot be conditions yet", at(path, "question")...)
		return
	}
	if len(spec.Is) == 0 || len(spec.Is) > maxWords {
		c.Add("must be a list of answers", at(path, "is")...)
		return
	}
	answers := answersTo(question)
	for i, answer := range spec.Is {
		if question.Type == ce.QuestionBoolean {
			answer = map[string]string{"yes": "true", "no": "false"}[answer]
		}
		place := slices.Index(answers, answer)
		if place < 0 {
			c.Add("must be one of the question's answers (yes or no, or the id of a choice)", at(path, "is", i)...)
		}
		read.answers = append(read.answers, place)
	}
	if !slices.Contains(c.tree.asks, read.question) {
		c.tree.asks = append(c.tree.asks, read.question)
	}
}

func (c *compiler) issuedCondition(spec *IssuedSpec, read *condition, r *rule, path []any) {
	c.tree.asksIssue = true
	window, field := spec.In, "in"
	if read.op = opIssuedIn; spec.After != "" {
		read.op, window, field = opIssuedAfter, spec.After, "after"
	}
	switch {
	case (spec.In == "") == (spec.After == ""):
		c.Add("must have exactly one of in and after", path...)
	case window == "year" && r.each:
		read.inYear = true
	case window == "year":
		c.Add("can be year in a rule with each: calendar-year only", at(path, field)...)
	case window != "cycle":
		c.Add("must be cycle or year", at(path, field)...)
	}
	if spec.Months == "" {
		return
	}
	parts := monthsPattern.FindStringSubmatch(spec.Months)
	if parts != nil {
		read.from, _ = strconv.Atoi(parts[1])
		read.to, _ = strconv.Atoi(parts[2])
		read.from--
	}
	if limit := 12 * c.program.calendar.years; parts == nil || read.op != opIssuedIn || read.inYear || read.from < 0 || read.to <= read.from || read.to > limit {
		c.Add(fmt.Sprintf("must be months of the cycle such as 7-18, from 1 to %d, together with in: cycle", limit), at(path, "months")...)
		return
	}
	for _, month := range []int{read.from, read.to} {
		if !slices.Contains(c.tree.months, month) {
			c.tree.months = append(c.tree.months, month)
		}
	}
}

// holder is what conditions are asked of: one way of answering everything that is unknown.
type holder struct {
	answers []int // for each question of the program, the place of its answer; 0 where it has no part in conditions
	issued  ce.Date
	frame   frame
	window  window // of the rule's year
	repeats func(*selection) truth
}

func (k *condition) holds(h *holder) truth {
	switch k.op {
	case opAll:
		found := yes
		for _, b := range k.below {
			found = min(found, b.holds(h))
		}
		return found
	case opAny:
		found := no
		for _, b := range k.below {
			found = max(found, b.holds(h))
		}
		return found
	case opNot:
		return yes - k.below[0].holds(h)
	case opAnswer:
		return truthOf(slices.Contains(k.answers, h.answers[k.question]))
	case opRepeats:
		return h.repeats(k.repeats)
	}
	from, to := h.frame.start, h.frame.end
	if k.inYear {
		from, to = h.window.from, h.window.to
	}
	if k.to > 0 {
		from, to = h.frame.start.AddMonths(k.from), h.frame.start.AddMonths(k.to).AddDays(-1)
	}
	if k.op == opIssuedAfter {
		return truthOf(h.issued.After(to))
	}
	return truthOf(!h.issued.Before(from) && !h.issued.After(to))
}

// repeatsOf says whether two of the credits that the selection picks have the same title and provider, letter
// case and surrounding blanks aside, and which entries leave it open by what they do not state.
func repeatsOf(s *selection, entries []entry) (found truth, open []int) {
	type named struct {
		title, provider string
		entry           int
		picked          truth
	}
	var list []named
	for i := range entries {
		if picked := s.picks(&entries[i].terms); picked != no {
			credit := entries[i].credit
			list = append(list, named{fold(credit.Title), fold(credit.Provider), i, picked})
		}
	}
	slices.SortFunc(list, func(a, b named) int {
		return cmp.Or(strings.Compare(a.title, b.title), strings.Compare(a.provider, b.provider), int(b.picked)-int(a.picked), a.entry-b.entry)
	})
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if a.title != b.title || a.provider != b.provider {
			continue
		}
		// The surer ones come first among equals, so the second of them tells of the pair.
		if b.picked == yes {
			return yes, nil
		}
		found = maybe
		for _, one := range []named{a, b} {
			if one.picked == maybe && (len(open) == 0 || open[len(open)-1] != one.entry) {
				open = append(open, one.entry)
			}
		}
	}
	slices.Sort(open)
	return found, open
}

// fold makes texts equal that differ in letter case and surrounding blanks only.
func fold(text string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, strings.TrimSpace(text))
}
