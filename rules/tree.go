package rules

import (
	"accrue/ce"
)

// tree is a version's requirements, ready for evaluation.
type tree struct {
	rules    []rule // parents before children, in the program's order
	rounding *rounding
	asks     []int // the questions, by place in the program, on which conditions depend
	// asksIssue says that conditions depend on the day of issue, and months which months of the cycle they tell apart.
	asksIssue bool
	months    []int   // the first month, counted from 0, of each part that they tell apart
	goals     [][]int // see alternatives
}

type rounding struct {
	step      ce.Amount
	direction string
}

func (r *rounding) apply(a ce.Amount) ce.Amount {
	switch {
	case r == nil:
		return a
	case r.direction == "up":
		return a.Ceil(r.step)
	case r.direction == "down":
		return a.Floor(r.step)
	}
	return a.Round(r.step)
}

// rule is one requirement of a tree.
type rule struct {
	id     ce.RequirementID
	title  string
	kind   ce.RequirementKind
	force  ce.Force
	source *ce.Source
	note   string

	parent     int // -1 at the top
	end        int // the rules below it are those between it and end
	selections []*selection
	amount     quantity
	cases      []kase
	when       *condition // nil: always
	holds      *condition // of a CONDITION
	each       bool       // in each calendar year
	never      bool
	atLeast    int
	why        string // of an OTHER
}

// years returns how many items the rules of single years add to a cycle.
func (t *tree) years(f frame) (n int) {
	for i := range t.rules {
		if t.rules[i].each {
			n += f.end.Year() - f.start.Year()
		}
	}
	return n
}

func (r *rule) isLeaf() bool { return r.kind == ce.KindMinimum || r.kind == ce.KindMaximum }

// picks says whether the rule is about a credit with those terms.
func (r *rule) picks(t *terms) truth {
	found := yes
	for _, s := range r.selections {
		found = min(found, s.picks(t))
	}
	return found
}

// quantity is a fixed amount, or a share of what an earlier rule requires.
type quantity struct {
	amount ce.Amount
	of     int // -1 for a fixed amount
	none   bool
}

// kase is a case: a quantity that holds under a condition.
type kase struct {
	when   *condition
	amount quantity
	source *ce.Source
}

// maxAlternatives is how many ways of choosing among alternatives are tried.
const maxAlternatives = 64

// alternatives returns the ways of choosing which minimums to aim for: each is a list of rules. There is one
// way for each combination of "at least n of" choices; it stops soon after maxAlternatives.
func (t *tree) alternatives() [][]int { return t.ways(0, len(t.rules), [][]int{nil}) }

// ways extends each of the lists by the minimums of the rules from first to before end.
func (t *tree) ways(first, end int, lists [][]int) [][]int {
	for i := first; i < end && len(lists) <= maxAlternatives; i = t.rules[i].end {
		r := &t.rules[i]
		if r.force == ce.Advisory {
			continue
		}
		if r.kind == ce.KindMinimum {
			for k := range lists {
				lists[k] = append(lists[k][:len(lists[k]):len(lists[k])], i)
			}
		}
		if r.kind != ce.KindAtLeast {
			lists = t.ways(i+1, r.end, lists)
			continue
		}
		lists = t.choose(i+1, r.end, r.atLeast, lists)
	}
	return lists
}

// choose extends the lists by each choice of n of the rules that lie side by side from first to before end.
func (t *tree) choose(first, end, n int, lists [][]int) [][]int {
	switch {
	case n == 0 || len(lists) > maxAlternatives:
		return lists
	case first >= end:
		return nil
	}
	r := &t.rules[first]
	with := t.choose(r.end, end, n-1, t.one(first, lists))
	return append(with, t.choose(r.end, end, n, lists)...)
}

func (t *tree) one(i int, lists [][]int) [][]int {
	copied := make([][]int, len(lists))
	copy(copied, lists)
	return t.ways(i, t.rules[i].end, copied)
}
