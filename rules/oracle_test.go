package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
)

// The oracle says of a small program what docs/rules.md says of it, by trying every allocation of the credits in
// every completion of what is unknown. It shares nothing with the engine but the words of the specs.

// oracleRule is one requirement. Amounts are whole hours.
type oracleRule struct {
	id       string
	minimum  bool
	atLeast  int // else so many of the rules below
	parent   int
	topics   uint8 // 0: all credits
	amount   int
	num, den int // a share of what another minimum requires, or counts; num 0 for none
	of       int
	counted  bool
	each     string // of a maximum: "", day or event
	when     *oracleFact
	cases    []oracleCase
	apart    []int
}

// oracleFact is a condition: the answer to a question.
type oracleFact struct {
	question int
	yes      bool
}

func (f *oracleFact) holds(facts uint8) bool {
	return f == nil || (facts>>f.question&1 == 1) == f.yes
}

type oracleCase struct {
	when   oracleFact
	amount int // -1: none
}

type oracleCredit struct {
	hours, day, event int
	topics            uint8
	unstated          bool
}

const oracleQuestions = 2

// oracle is one case.
type oracle struct {
	rules   []oracleRule
	credits []oracleCredit
	facts   uint8
	unknown uint8 // the facts that are not answered
}

// met says of each requirement what is possible in one completion; a bit for each rule.
type verdict struct {
	applies uint16
	// Met in every, or in some, of the allocations that are equally good.
	always, some uint16
	whole        bool
}

// hour is how many units an hour has on a grid: shares with a denominator of up to 4 are whole.
func hour(grid int) int { return 12 * grid }

// world is one completion.
type world struct {
	*oracle
	grid    int
	topics  []uint8
	facts   uint8
	applies []bool
	need    []int
	members [][]bool // of each leaf
	slot    []int    // of each leaf
	outer   []int    // of each slot
	apart   [][2]int
	serves  []bool
	goals   []int
	// While it searches:
	parts  [][]int // of each credit, by slot
	sums   []int
	groups map[[2]int]int
	best   []int
	always uint16
	some   uint16
	found  bool
}

func (o *oracle) in(topics []uint8, facts uint8, grid int) *world {
	n := len(o.rules)
	w := &world{
		oracle: o, grid: grid, topics: topics, facts: facts, applies: make([]bool, n), need: make([]int, n),
		members: make([][]bool, n), slot: make([]int, n), outer: []int{0}, serves: make([]bool, len(o.credits)),
	}
	for i := range o.rules {
		w.applies[i], w.need[i] = w.asks(i)
		w.members[i] = make([]bool, len(o.credits))
		for k := range o.credits {
			w.members[i][k] = w.picks(i, k)
			w.serves[k] = w.serves[k] || w.members[i][k] && o.rules[i].minimum && w.applies[i]
		}
	}
	w.makeSlots()
	return w
}

// asks says whether the rule asks something, and how much.
func (w *world) asks(i int) (bool, int) {
	r := &w.rules[i]
	if r.parent >= 0 && !w.applies[r.parent] || !r.when.holds(w.facts) {
		return false, 0
	}
	for _, c := range r.cases {
		if c.when.holds(w.facts) {
			return c.amount >= 0, c.amount * hour(w.grid)
		}
	}
	switch {
	case r.counted: // known only with the allocation
		return w.applies[r.of], 0
	case r.num > 0:
		return w.applies[r.of], w.need[r.of] * r.num / r.den
	}
	return true, r.amount * hour(w.grid)
}

func (w *world) picks(i, k int) bool {
	for ; i >= 0; i = w.rules[i].parent {
		if t := w.rules[i].topics; t != 0 && t&w.topics[k] == 0 {
			return false
		}
	}
	return true
}

// makeSlots gives each minimum that stands apart a share of the credits of its own.
func (w *world) makeSlots() {
	own := map[int]int{}
	for i := range w.rules {
		for _, j := range w.rules[i].apart {
			for _, r := range []int{i, j} {
				if own[r] == 0 {
					own[r] = len(own) + 1
					w.outer = append(w.outer, 0)
				}
			}
			w.apart = append(w.apart, [2]int{own[i], own[j]})
		}
	}
	for i := range w.rules {
		if p := w.rules[i].parent; p >= 0 {
			w.slot[i] = w.slot[p]
		}
		if s := own[i]; s > 0 {
			w.outer[s], w.slot[i] = w.slot[i], s
		}
	}
}

// search tries all allocations and keeps what the best ones say.
func (w *world) search(goals []int) {
	w.goals, w.found, w.always, w.some = goals, false, 0, 0
	w.parts = make([][]int, len(w.credits))
	for k := range w.parts {
		w.parts[k] = make([]int, len(w.outer))
	}
	w.sums, w.groups = make([]int, len(w.rules)), map[[2]int]int{}
	w.credit(0)
}

// limited reports whether it could matter that less of the credit counts.
func (w *world) limited(k int) bool {
	for i := range w.rules {
		r := &w.rules[i]
		if w.applies[i] && r.atLeast == 0 && (!r.minimum && w.members[i][k] || r.minimum && r.counted && w.members[r.of][k]) {
			return true
		}
	}
	return false
}

func (w *world) credit(k int) {
	if k == len(w.credits) {
		w.judge()
		return
	}
	value := w.credits[k].hours * hour(w.grid)
	if !w.serves[k] {
		value = 0
	}
	least := value
	if w.limited(k) {
		least = 0
	}
	for t := value; t >= least; t -= 12 {
		w.parts[k][0] = t
		w.share(k, 1)
	}
}

// share tries all parts of the credit that serve the slots from s on.
func (w *world) share(k, s int) {
	if s == len(w.outer) {
		w.count(k)
		return
	}
	concerns := false // else it makes no difference
	for i := range w.rules {
		concerns = concerns || w.slot[i] == s && w.members[i][k]
	}
	most := w.parts[k][w.outer[s]]
	for _, pair := range w.apart {
		for side, other := range pair {
			if other == s && pair[1-side] < s {
				most = min(most, w.parts[k][0]-w.parts[k][pair[1-side]])
			}
		}
	}
	if len(w.outer) > 3 && s == 3 && len(w.apart) == 3 { // all three apart from each other
		most = min(most, w.parts[k][0]-w.parts[k][1]-w.parts[k][2])
	}
	least := 0
	if !concerns {
		most = 0
	}
	for part := most; part >= least; part -= 12 {
		w.parts[k][s] = part
		w.share(k, s+1)
	}
}

// count adds the credit to the sums, and goes on where no maximum is passed.
func (w *world) count(k int) {
	sums := slices.Clone(w.sums)
	fits := true
	var changed [][2]int
	for i := range w.rules {
		r := &w.rules[i]
		if !w.applies[i] || r.atLeast > 0 || !w.members[i][k] {
			continue
		}
		part := w.parts[k][w.slot[i]]
		w.sums[i] += part
		if r.minimum || r.counted {
			continue
		}
		key := [2]int{i, 0}
		switch r.each {
		case "day":
			key[1] = w.credits[k].day
		case "event":
			key[1] = w.credits[k].event
		}
		w.groups[key] += part
		changed = append(changed, [2]int{i, key[1]}, [2]int{part, 0})
		fits = fits && w.groups[key] <= w.need[i]
	}
	if fits {
		w.credit(k + 1)
	}
	for i := 0; i < len(changed); i += 2 {
		w.groups[changed[i]] -= changed[i+1][0]
	}
	w.sums = sums
}

// judge ranks an allocation.
func (w *world) judge() {
	need := func(i int) int {
		r := &w.rules[i]
		if r.counted && len(r.cases) == 0 {
			return w.sums[r.of] * r.num / r.den
		}
		return w.need[i]
	}
	var met uint16
	for i := range w.rules {
		r := &w.rules[i]
		switch {
		case !w.applies[i] || r.atLeast > 0:
		case r.minimum && w.sums[i] >= need(i):
			met |= 1 << i
		case !r.minimum && r.counted && w.sums[i] > need(i):
			return // not allowed
		}
	}
	rank := make([]int, 1, len(w.goals)+2)
	for _, i := range w.goals {
		short := max(0, need(i)-w.sums[i])
		rank[0] += short
		rank = append(rank, short)
	}
	total := 0
	for k := range w.parts {
		total -= w.parts[k][0]
	}
	rank = append(rank, total)
	order := 1
	if w.found {
		order = slices.Compare(w.best, rank)
	}
	switch {
	case order > 0:
		w.best, w.always, w.some, w.found = rank, w.met(met), w.met(met), true
	case order == 0:
		w.always, w.some = w.always&w.met(met), w.some|w.met(met)
	}
}

// met adds the alternatives to the minimums that are met, and maximums.
func (w *world) met(minimums uint16) uint16 {
	met := minimums
	for i := len(w.rules) - 1; i >= 0; i-- {
		r := &w.rules[i]
		switch {
		case r.atLeast > 0:
			n := 0
			for j := range w.rules {
				if w.rules[j].parent == i && w.satisfied(j, met) && w.applies[j] {
					n++
				}
			}
			if n >= r.atLeast {
				met |= 1 << i
			}
		case !r.minimum:
			met |= 1 << i
		}
	}
	return met
}

// satisfied reports whether the rule is met with all inside it.
func (w *world) satisfied(i int, met uint16) bool {
	if !w.applies[i] {
		return true
	}
	if met>>i&1 == 0 {
		return false
	}
	for j := range w.rules {
		if w.rules[j].parent == i && w.rules[i].atLeast == 0 && !w.satisfied(j, met) {
			return false
		}
	}
	return true
}

// ways returns the minimums to aim at, one list for each way of choosing among alternatives.
func (o *oracle) ways() [][]int {
	lists := [][]int{nil}
	for i := range o.rules {
		r := &o.rules[i]
		if r.atLeast == 0 {
			if r.minimum && o.choice(i) < 0 {
				for l := range lists {
					lists[l] = append(slices.Clone(lists[l]), i)
				}
			}
			continue
		}
		var options []int
		for j := range o.rules {
			if o.rules[j].parent == i {
				options = append(options, j)
			}
		}
		var grown [][]int
		for _, list := range lists {
			for set := range 1 << len(options) {
				chosen := slices.Clone(list)
				n := 0
				for b, option := range options {
					if set>>b&1 == 1 {
						n++
						for j := option; j < len(o.rules) && (j == option || o.below(j, option)); j++ {
							if o.rules[j].minimum {
								chosen = append(chosen, j)
							}
						}
					}
				}
				if n == r.atLeast {
					grown = append(grown, chosen)
				}
			}
		}
		lists = grown
	}
	for _, list := range lists {
		slices.Sort(list)
	}
	return lists
}

func (o *oracle) below(j, above int) bool {
	for j = o.rules[j].parent; j >= 0; j = o.rules[j].parent {
		if j == above {
			return true
		}
	}
	return false
}

// choice returns the alternatives in which the rule lies, or -1.
func (o *oracle) choice(i int) int {
	for i = o.rules[i].parent; i >= 0; i = o.rules[i].parent {
		if o.rules[i].atLeast > 0 {
			return i
		}
	}
	return -1
}

// verdict says what is right in one completion.
func (o *oracle) verdict(topics []uint8, facts uint8, grid int) verdict {
	w := o.in(topics, facts, grid)
	v := verdict{}
	for i := range w.applies {
		if w.applies[i] {
			v.applies |= 1 << i
		}
	}
	first := true
	for _, way := range o.ways() {
		goals := slices.DeleteFunc(way, func(i int) bool { return !w.applies[i] })
		w.search(goals)
		whole := true
		for i := range o.rules {
			if o.rules[i].parent < 0 {
				whole = whole && w.satisfied(i, w.always)
			}
		}
		switch {
		case first || whole && !v.whole:
			v.always, v.some, v.whole, first = w.always, w.some, whole, false
		case whole == v.whole:
			v.always, v.some = v.always&w.always, v.some|w.some
		}
	}
	return v
}

// outcomes joins the verdicts of all completions: what may be said of each requirement, and of the whole last.
func (o *oracle) outcomes(grid int) (allowed [][]ce.Outcome) {
	n := len(o.rules)
	type seen struct{ applies, not, met, unmet bool }
	all := make([]seen, n+1)
	for i := range all {
		all[i] = seen{true, true, true, true}
	}
	topics := make([]uint8, len(o.credits))
	worlds := 0
	visit := func(facts uint8) {
		worlds++
		v := o.verdict(topics, facts, grid)
		for i := range n {
			applies := v.applies>>i&1 == 1
			all[i].applies = all[i].applies && applies
			all[i].not = all[i].not && !applies
			all[i].met = all[i].met && (!applies || v.some>>i&1 == 1)
			all[i].unmet = all[i].unmet && applies && v.always>>i&1 == 0
		}
		all[n].not = false
		all[n].met, all[n].unmet = all[n].met && v.whole, all[n].unmet && !v.whole
	}
	var complete func(k int, facts, open uint8)
	complete = func(k int, facts, open uint8) {
		switch {
		case open != 0:
			bit := open & -open
			complete(k, facts|bit, open&^bit)
			complete(k, facts&^bit, open&^bit)
		case k == len(o.credits):
			visit(facts)
		case o.credits[k].unstated:
			for topics[k] = range uint8(8) {
				complete(k+1, facts, 0)
			}
		default:
			topics[k] = o.credits[k].topics
			complete(k+1, facts, 0)
		}
	}
	complete(0, o.facts, o.unknown)
	allowed = make([][]ce.Outcome, n+1)
	for i, s := range all {
		if s.not {
			allowed[i] = []ce.Outcome{ce.NotApplicable}
			if worlds > 1 { // met wherever it applies, though it never does
				allowed[i] = append(allowed[i], ce.Met, ce.Undetermined)
			}
			continue
		}
		if s.met {
			allowed[i] = append(allowed[i], ce.Met)
		}
		if s.unmet {
			allowed[i] = append(allowed[i], ce.NotMet)
		}
		if worlds > 1 {
			allowed[i] = append(allowed[i], ce.Undetermined)
		}
	}
	return allowed
}

// spec writes the rules as a program.
func (o *oracle) spec() Spec {
	spec := smallSpec(o.rulesBelow(-1)...)
	for q := range oracleQuestions {
		spec.Questions = append(spec.Questions, Question{ID: fmt.Sprintf("q%d", q), Prompt: "?", Type: "boolean"})
	}
	return spec
}

func (f *oracleFact) spec() *ConditionSpec {
	if f == nil {
		return nil
	}
	return &ConditionSpec{Question: fmt.Sprintf("q%d", f.question), Is: []string{map[bool]string{true: "yes", false: "no"}[f.yes]}}
}

func (o *oracle) rulesBelow(parent int) (list []RuleSpec) {
	for i := range o.rules {
		r := &o.rules[i]
		if r.parent != parent {
			continue
		}
		spec := RuleSpec{ID: r.id, Title: r.id, Source: "s", When: r.when.spec(), Each: r.each}
		if r.topics != 0 {
			spec.Credits = &Selection{Topics: topicNames(r.topics)}
		}
		for _, j := range r.apart {
			spec.ApartFrom = append(spec.ApartFrom, o.rules[j].id)
		}
		for _, c := range r.cases {
			amount := "none"
			if c.amount >= 0 {
				amount = fmt.Sprint(c.amount)
			}
			spec.Cases = append(spec.Cases, CaseSpec{When: c.when.spec(), Amount: &AmountSpec{Amount: amount}})
		}
		below := o.rulesBelow(i)
		amount := &AmountSpec{Amount: fmt.Sprint(r.amount)}
		if r.num > 0 {
			amount.Amount = fmt.Sprintf("%d/%d of %s", r.num, r.den, map[bool]string{true: "counted "}[r.counted]+o.rules[r.of].id)
		}
		switch {
		case r.atLeast > 0:
			spec.AtLeast, spec.Of = r.atLeast, below
		case r.minimum:
			spec.Minimum, spec.Inside = amount, below
		default:
			spec.Maximum = amount
		}
		list = append(list, spec)
	}
	return list
}

func topicNames(mask uint8) []string {
	names := []string{}
	for i, topic := range []string{"a", "b", "c"} {
		if mask>>i&1 == 1 {
			names = append(names, topic)
		}
	}
	return names
}

// input writes the facts and the credits.
func (o *oracle) input(p *Program) Input {
	in := Input{Program: p, AsOf: ce.MustDate(2026, time.June, 1)}
	for q := range oracleQuestions {
		if o.unknown>>q&1 == 0 {
			in.Certification.Facts = append(in.Certification.Facts, ce.Fact{Question: ce.QuestionID(fmt.Sprintf("q%d", q)), Value: fmt.Sprint(o.facts>>q&1 == 1)})
		}
	}
	for k, c := range o.credits {
		credit := ce.Credit{
			ID: ce.CreditID(fmt.Sprint(k)), Title: fmt.Sprint("event ", c.event), CompletedOn: in.AsOf.AddDays(-c.day), Amount: ce.Int(int64(c.hours)), Unit: "body.hour",
		}
		if !c.unstated {
			credit.Topics = []ce.Term{}
			for _, name := range topicNames(c.topics) {
				credit.Topics = append(credit.Topics, ce.Term(name))
			}
		}
		in.Credits = append(in.Credits, credit)
	}
	return in
}

// What a program may have, and what may be unknown.
const (
	withNested = 1 << iota
	withApart
	withGroups
	withShares
	withCounted
	withAlternatives
	withTopics
	withFacts
	oracleFeatures = iota
)

func drawRules(r *rand.Rand, features int) (list []oracleRule) {
	has := func(feature int) bool { return features&feature != 0 }
	topics := func(all int) uint8 {
		if r.IntN(4) < all {
			return 0
		}
		return uint8(1 + r.IntN(7))
	}
	when := func(rule *oracleRule) {
		if !has(withFacts) {
			return
		}
		switch r.IntN(4) {
		case 0:
			rule.when = &oracleFact{r.IntN(oracleQuestions), r.IntN(2) == 0}
		case 1:
			if rule.num == 0 && rule.atLeast == 0 {
				for range 1 + r.IntN(2) {
					rule.cases = append(rule.cases, oracleCase{oracleFact{r.IntN(oracleQuestions), r.IntN(2) == 0}, r.IntN(5) - 1})
				}
			}
		}
	}
	// free keeps shares of what counts apart from each other in slots, where no grid has all that can come of it.
	free := func() bool {
		return !has(withApart) || !slices.ContainsFunc(list, func(rule oracleRule) bool { return rule.counted })
	}
	add := func(rule oracleRule, name string) int {
		rule.id = fmt.Sprintf("%s%d", name, len(list))
		when(&rule)
		list = append(list, rule)
		return len(list) - 1
	}
	minimum := func(parent int) int {
		rule := oracleRule{minimum: true, parent: parent, topics: topics(1), amount: r.IntN(5)}
		var bases []int
		for i := range list {
			if list[i].minimum {
				bases = append(bases, i)
			}
		}
		if len(bases) > 0 && (has(withShares) && r.IntN(2) == 0 || has(withCounted) && r.IntN(3) == 0) {
			rule.num, rule.den, rule.of = 1, 2+r.IntN(2), bases[r.IntN(len(bases))]
			rule.counted = has(withCounted) && r.IntN(2) == 0 && free()
		}
		return add(rule, "min")
	}
	maximum := func(parent int) {
		rule := oracleRule{parent: parent, topics: topics(1), amount: r.IntN(5)}
		switch {
		case has(withGroups) && r.IntN(2) == 0:
			rule.each = []string{"day", "event"}[r.IntN(2)]
		case has(withCounted) && r.IntN(2) == 0 && free():
			var bases []int
			for i := range list {
				if list[i].minimum {
					bases = append(bases, i)
				}
			}
			if len(bases) > 0 {
				rule.num, rule.den, rule.of, rule.counted = 1, 2+r.IntN(2), bases[r.IntN(len(bases))], true
			}
		}
		add(rule, "max")
	}
	for range 1 + r.IntN(3) {
		i := minimum(-1)
		if has(withNested) && r.IntN(2) == 0 {
			for range 1 + r.IntN(2) {
				if r.IntN(3) > 0 {
					minimum(i)
				} else {
					maximum(i)
				}
			}
		}
	}
	if has(withAlternatives) {
		options := 2 + r.IntN(2)
		i := add(oracleRule{atLeast: 1 + r.IntN(options-1), parent: -1}, "choice")
		for range options {
			minimum(i)
		}
	}
	for range r.IntN(3) {
		maximum(-1)
	}
	if has(withApart) {
		drawApart(r, list)
	}
	return list
}

// drawApart lets minimums stand apart that are not around each other.
func drawApart(r *rand.Rand, list []oracleRule) {
	o := &oracle{rules: list}
	apart := 0
	for i := range list {
		for j := range i {
			if list[i].minimum && list[j].minimum && !o.below(i, j) && apart < 2 && list[i].parent == -1 && list[j].parent == -1 && r.IntN(2) == 0 {
				list[i].apart = append(list[i].apart, j)
				apart++
			}
		}
	}
}

func drawCase(r *rand.Rand, rules []oracleRule, features int) *oracle {
	o := &oracle{rules: rules, facts: uint8(r.IntN(1 << oracleQuestions))}
	if features&withFacts != 0 {
		o.unknown = uint8(r.IntN(1 << oracleQuestions))
	}
	open := 0
	for range r.IntN(4) {
		c := oracleCredit{hours: r.IntN(4), day: r.IntN(2), event: r.IntN(2), topics: uint8(r.IntN(8))}
		if features&withTopics != 0 && open < 2 && r.IntN(2) == 0 {
			c.unstated = true
			open++
		}
		o.credits = append(o.credits, c)
	}
	return o
}

// disagreement says where the engine says what the oracle does not allow.
func (o *oracle) disagreement(s *ce.Standing, allowed [][]ce.Outcome) string {
	var wrong []string
	byID := map[string]ce.Outcome{}
	for _, r := range s.Requirements {
		byID[string(r.ID)] = r.Outcome
	}
	for i := range o.rules {
		if got := byID[o.rules[i].id]; !slices.Contains(allowed[i], got) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, right would be %v", o.rules[i].id, got, allowed[i]))
		}
	}
	if last := allowed[len(o.rules)]; !slices.Contains(last, s.Outcome) {
		wrong = append(wrong, fmt.Sprintf("the whole is %s, right would be %v", s.Outcome, last))
	}
	return strings.Join(wrong, "; ")
}

// cost bounds the work of the oracle.
func (o *oracle) cost() int {
	slots := 0
	for i := range o.rules {
		slots += len(o.rules[i].apart)
	}
	cost := 1 << (3 * len(slices.DeleteFunc(slices.Clone(o.credits), func(c oracleCredit) bool { return !c.unstated })))
	for _, c := range o.credits {
		n := 2*c.hours + 1
		for range slots {
			cost *= 1 + c.hours
		}
		cost *= n
	}
	return cost
}

// oracleCases is how many are compared.
const oracleCases = 200_000

func TestOutcomesAgainstOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(20261231, 1))
	cases := map[ce.Outcome]int{}
	compiled, failed, vague := 0, 0, 0
	n := 0
	for n < oracleCases {
		features := 0
		for range r.IntN(4) {
			features |= 1 << r.IntN(oracleFeatures)
		}
		rules := drawRules(r, features)
		p, err := Compile((&oracle{rules: rules}).spec(), hourBody())
		if err != nil { // a maximum below its minimum
			continue
		}
		compiled++
		for range 4 {
			o := drawCase(r, rules, features)
			if o.cost() > 20_000 {
				continue
			}
			n++
			s, err := Evaluate(o.input(p))
			if err != nil {
				t.Fatal(err)
			}
			cases[s.Outcome]++
			allowed := o.outcomes(2)
			wrong := o.disagreement(&s, allowed)
			vague += count(s.Outcome == ce.Undetermined && len(allowed[len(rules)]) > 1)
			for _, grid := range []int{3, 4, 6} { // a finer grid finds what the first one misses
				if wrong != "" {
					wrong = o.disagreement(&s, o.outcomes(grid))
				}
			}
			if wrong != "" {
				t.Errorf("features %08b: %s\n%+v\n%+v facts %b unknown %b", features, wrong, rules, o.credits, o.facts, o.unknown)
				if failed++; failed == 5 {
					t.FailNow()
				}
			}
		}
	}
	t.Logf("%d cases under %d programs: %v; in %d of them more could be known", n, compiled, cases, vague)
}
