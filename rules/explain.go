package rules

import (
	"strconv"
	"strings"

	"accrue/ce"
)

// All texts that an evaluation makes are made here, from the rule and the numbers, as messages whose templates are
// in package wording.

const (
	promptIssuedOn  = "On which day were you first licensed or certified?"
	promptExpiresOn = "Which day of expiry does your licence or certificate state?"
	promptUses      = "For which of your certifications of this body shall the activities be used?"
)

var creditPrompts = [fieldCount]string{
	"Which of these topics do the activities have?",
	"How were the activities held?",
	"What was your part in the activities?",
	"Which of these approvals do the activities have?",
}

// say makes a message of values: texts, amounts, days and numbers.
func say(id string, values ...any) ce.Message {
	m := ce.Message{ID: id, Values: make([]string, len(values))}
	for i, value := range values {
		switch value := value.(type) {
		case string:
			m.Values[i] = value
		case ce.Amount:
			m.Values[i] = value.String()
		case ce.Date:
			m.Values[i] = value.String()
		case int:
			m.Values[i] = strconv.Itoa(value)
		}
	}
	return m
}

func explanation(messages ...ce.Message) ce.Text { return ce.NewText(messages...) }

// words writes amounts in a program's unit.
type words struct{ unit ce.Unit }

// amount writes "1 CPE credit", "1.5 CPE credits".
func (w words) amount(a ce.Amount) string { return a.String() + " " + w.name(a) }

func (w words) name(a ce.Amount) string { return w.unit.NameFor(a) }

var countNames = map[counted][2]string{
	countActivities: {"activity", "activities"}, countTopics: {"topic", "topics"}, countFormats: {"format", "formats"},
	countRoles: {"role", "roles"}, countProviders: {"provider", "providers"},
}

// asked writes what an item asks: an amount, or a number of something.
func (w words) asked(it *item, a ce.Amount) string {
	names, isCount := countNames[it.rule.amount.count]
	switch {
	case !isCount:
		return w.amount(a)
	case a.Equal(ce.Int(1)):
		return "1 " + names[0]
	}
	return a.String() + " " + names[1]
}

// title is the rule's title, with the year where the rule is one of a single year.
func (it *item) title() string {
	if it.year == 0 {
		return it.rule.title
	}
	return it.rule.title + " " + strconv.Itoa(it.year)
}

// explain says why the requirement stands as it does.
func (e *evaluation) explain(i int, outcome ce.Outcome) ce.Text {
	messages := e.reason(i, outcome)
	if note := e.items[i].rule.note; note != "" {
		messages = append(messages, say("text", note))
	}
	return explanation(messages...)
}

func (e *evaluation) reason(i int, outcome ce.Outcome) []ce.Message {
	it := &e.items[i]
	var list []ce.Message
	switch {
	case it.waived:
		return []ce.Message{say("waived")}
	case !it.applies(shownCase) && it.none[shownCase]:
		list = append(list, say("nothing-asked"))
	case !it.applies(shownCase):
		list = append(list, say("not-applicable"))
	default:
		list = e.ownReason(i, outcome)
	}
	if outcome == ce.Undetermined && it.asks != 0 && (it.rule.kind != ce.KindOther || it.truth != yes) {
		list = append(list, say("answer-missing"))
	}
	return list
}

func (e *evaluation) ownReason(i int, outcome ce.Outcome) []ce.Message {
	it := &e.items[i]
	met := it.met[shownCase]
	switch it.rule.kind {
	case ce.KindMinimum:
		return e.minimumReason(i)
	case ce.KindMaximum:
		return e.maximumReason(i)
	case ce.KindAtLeast:
		return []ce.Message{say("at-least", it.found[shownCase].met, it.rule.atLeast)}
	case ce.KindOther:
		return []ce.Message{say("text", it.rule.why)}
	case ce.KindCondition:
		switch {
		case met:
			return []ce.Message{say("condition-met")}
		case outcome == ce.Undetermined:
			return []ce.Message{say("condition-unknown")}
		case it.due != e.earnBy() && !it.due.IsZero() && !it.due.Before(e.in.AsOf):
			return []ce.Message{say("condition-by", it.due)}
		}
		return []ce.Message{say("condition-not-met")}
	}
	if met {
		return []ce.Message{say("all-met")}
	}
	return []ce.Message{say("all-not-met")}
}

func (e *evaluation) minimumReason(i int) []ce.Message {
	it := &e.items[i]
	earned, required := it.earned[shownCase], it.required[shownCase]
	if it.met[shownCase] {
		return []ce.Message{say("minimum-met", earned, e.words.asked(it, required))}
	}
	id := "minimum-more"
	if e.in.AsOf.After(it.due) {
		id = "minimum-missing"
	}
	list := []ce.Message{say(id, earned, e.words.asked(it, required), it.remaining().Shown(true), it.due)}
	if parts := e.ofWhich(i); parts != "" {
		id = "of-which"
		if e.need(i).Cmp(it.remaining()) > 0 {
			id = "inside"
		}
		list = append(list, say(id, parts))
	}
	if best := it.earned[bestCase]; best.Cmp(earned) > 0 {
		list = append(list, say("minimum-may", best))
	}
	return list
}

// ofWhich lists what of the rest is asked for by the minimums directly inside.
func (e *evaluation) ofWhich(i int) string {
	var parts []string
	for k := i + 1; k < len(e.items); k++ {
		it := &e.items[k]
		if it.parent == i && it.rule.kind == ce.KindMinimum && it.year == 0 && it.rule.force == ce.Binding && it.rule.amount.count == countNot &&
			it.applies(shownCase) && !it.met[shownCase] {
			parts = append(parts, it.remaining().Shown(true).String()+" "+it.title())
		}
	}
	return strings.Join(parts, ", ")
}

func (e *evaluation) maximumReason(i int) []ce.Message {
	it := &e.items[i]
	if it.rule.never {
		excluded := map[ce.CreditID]bool{}
		for k := range e.entries {
			if x := e.entries[k].excluded; x >= 0 && e.items[x].rule == it.rule {
				excluded[e.entries[k].credit.ID] = true
			}
		}
		return []ce.Message{say("never", len(excluded))}
	}
	asked, counts := it.required[shownCase], it.earned[shownCase]
	if it.rule.amount.count != countNot {
		return []ce.Message{say("maximum-activities", asked, e.words.asked(it, counts))}
	}
	id := "maximum"
	switch it.rule.each {
	case eachDay:
		id = "maximum-day"
	case eachMonth:
		id = "maximum-month"
	case eachEvent, eachActivity:
		id = "maximum-event"
	case eachProvider:
		id = "maximum-provider"
	}
	if it.stated.Cmp(counts) > 0 {
		return []ce.Message{say(id+"-over", asked, e.program.Unit.Plural, counts, it.stated)}
	}
	return []ce.Message{say(id, asked, e.program.Unit.Plural, counts)}
}

// explainer says of credits what became of them.
type explainer struct {
	*evaluation
	pass    *pass
	written map[uint64]string // of sets of leaves, see titles
}

func (e *evaluation) newExplainer() *explainer {
	return &explainer{evaluation: e, pass: e.passes[shownCase], written: map[uint64]string{}}
}

func (x *explainer) foreign() ce.Text {
	return explanation(say("use-foreign", x.program.Unit.Plural))
}

// use explains the credit whose entries lie from first to before end.
func (x *explainer) use(first, end int, reported, counted ce.Amount) ce.Text {
	if one := &x.entries[first]; one.excluded >= 0 && end == first+1 {
		return explanation(say("use-excluded", x.items[one.excluded].title()))
	}
	var served uint64
	for i := range x.items {
		it := &x.items[i]
		for k := first; k < end && it.bit&x.minimum != 0; k++ {
			if x.pass.members[k]&it.bit != 0 && x.pass.counted[it.rule.slot][k].Sign() > 0 {
				served |= it.bit
			}
		}
	}
	shown := reported.String() + " " + x.words.name(reported)
	list := []ce.Message{say("use-nothing", counted, shown)}
	if counted.Sign() > 0 {
		list = []ce.Message{say("use", counted, shown, x.titles(served))}
	}
	if !counted.Equal(reported) {
		list = append(list, x.rest(first, end, reported, counted)...)
	}
	unknown := false
	for k := first; k < end; k++ {
		unknown = unknown || x.entries[k].maybe&x.minimum != 0 || !x.known(k)
	}
	if unknown {
		list = append(list, say("use-may"))
	}
	return explanation(list...)
}

// titles writes the titles of the leaves, in the program's order.
func (x *explainer) titles(leaves uint64) string {
	if text, known := x.written[leaves]; known {
		return text
	}
	var titles []string
	for i := range x.items {
		if x.items[i].bit&leaves != 0 {
			titles = append(titles, x.items[i].title())
		}
	}
	text := strings.Join(titles, ", ")
	x.written[leaves] = text
	return text
}

// rest says why not the whole of a credit counted.
func (x *explainer) rest(first, end int, reported, counted ce.Amount) (list []ce.Message) {
	var value, full ce.Amount
	serves, overused, dropped, doubted := false, false, -1, -1
	var members uint64
	for k := first; k < end; k++ {
		entry := &x.entries[k]
		value = value.Add(entry.value)
		full = full.Add(x.pass.full[k])
		members |= x.pass.members[k]
		serves = serves || x.pass.members[k]&x.minimum != 0
		overused = overused || entry.overused
		if entry.excluded < 0 && x.pass.cut[k] >= 0 {
			dropped = x.pass.cut[k]
		}
		doubted = max(doubted, entry.doubted)
	}
	switch {
	case overused:
		return append(list, say("use-overused"))
	case doubted >= 0:
		return append(list, say("use-doubted", x.items[doubted].title()))
	case dropped >= 0:
		return append(list, x.limit("use-limit", &x.items[dropped]))
	case !serves:
		return append(list, say("use-serves-nothing"))
	}
	if !value.Equal(reported) {
		rounding := x.version.rounding
		switch {
		case value.Cmp(reported) < 0 && rounding != nil && rounding.of == "" && len(x.version.values) == 0:
			list = append(list, say("use-steps", rounding.step, rounding.direction))
		default:
			list = append(list, say("use-worth", x.words.amount(value)))
		}
	}
	if counted.Cmp(value) >= 0 {
		return list
	}
	id := "use-limit"
	for i := range x.items {
		it := &x.items[i]
		if members&it.bit&x.maximum != 0 && (it.full || it.rule.each.grouped()) {
			list = append(list, x.limit(id, it))
			id = "use-limit-also"
		}
	}
	return list
}

func (x *explainer) limit(id string, it *item) ce.Message {
	return say(id, it.title(), it.required[shownCase])
}
