package rules

import (
	"accrue/ce"
)

// giveBack lets the cycle have of the credits after its end only what it needs: the rest is the next one's. It starts with
// the latest.
func (e *evaluation) giveBack() error {
	end := e.frame.end
	if !e.earning[bestCase].to.After(end) || e.frame.calendar.earn == nil {
		return nil
	}
	g := giver{evaluation: e}
	for k := range e.entries {
		if entry := &e.entries[k]; entry.credit.CompletedOn.After(end) && entry.value.Sign() != 0 {
			g.late = append(g.late, k)
		}
	}
	if len(g.late) == 0 {
		return nil
	}
	if err := g.giveAll(); err != nil {
		return err
	}
	return e.run()
}

// giver gives credits back as long as the cycle stands as it did with all of them.
type giver struct {
	*evaluation
	late []int  // entries, the latest first
	want string // the state to keep
	pass *pass  // of the last try
}

func (g *giver) giveAll() (err error) {
	if _, err = g.keeps(); err != nil {
		return err
	}
	g.want = g.pass.state()
	if given, err := g.give(g.late); given || err != nil {
		return err
	}
	bundle := 1 + (len(g.late)-1)/maxGivenBack
	for at, run := 0, 1; at < len(g.late); {
		part := g.late[at:min(at+run*bundle, len(g.late))]
		given, err := g.give(part)
		switch {
		case err != nil:
			return err
		case given:
			at, run = at+len(part), 2*run
		case run > 1:
			run = 1
		default:
			if err := g.giveSome(part); err != nil {
				return err
			}
			at += len(part)
		}
	}
	return nil
}

// keeps evaluates the worst case, and reports whether it stands as before.
func (g *giver) keeps() (bool, error) {
	var err error
	if g.pass, err = g.evaluation.pass(worstCase); err != nil {
		return false, err
	}
	return g.pass.state() == g.want, nil
}

// give gives the entries back if they are not needed.
func (g *giver) give(entries []int) (bool, error) {
	type worth struct{ value, best ce.Amount }
	before := make([]worth, len(entries))
	for i, k := range entries {
		entry := &g.entries[k]
		before[i] = worth{entry.value, entry.best}
		entry.value, entry.best = ce.Amount{}, ce.Amount{}
	}
	keeps, err := g.keeps()
	if !keeps {
		for i, k := range entries {
			g.entries[k].value, g.entries[k].best = before[i].value, before[i].best
		}
	}
	return keeps, err
}

// giveSome gives back what is not needed of an entry that is; the last try was without it.
func (g *giver) giveSome(entries []int) error {
	if len(entries) > 1 {
		return nil
	}
	var need ce.Amount
	for i := range g.items {
		it := &g.items[i]
		if it.rule.kind == ce.KindMinimum && it.applies(worstCase) && it.rule.amount.count == countNot {
			need = ce.Max(need, g.pass.result.required[i].Sub(g.pass.result.earned[i]))
		}
	}
	entry := &g.entries[entries[0]]
	if need.Cmp(entry.value) >= 0 && need.Cmp(entry.best) >= 0 {
		return nil
	}
	value, best := entry.value, entry.best
	entry.value, entry.best = ce.Min(value, need), ce.Min(best, need)
	keeps, err := g.keeps()
	if !keeps {
		entry.value, entry.best = value, best
	}
	return err
}

// state tells which items are met, and how far the others are, as a text that can be compared.
func (p *pass) state() string {
	buf := make([]byte, 0, len(p.items)+16)
	for _, met := range p.result.met {
		buf = append(buf, '0'+byte(count(met)))
	}
	return string(buf) + p.result.shortfall.String()
}

// takeUsed takes from the entries what the cycle before used of them.
func (e *evaluation) takeUsed() {
	if e.before == nil {
		return
	}
	before := e.before
	reach := before.earning[bestCase]
	if reach.to.Before(e.earning[bestCase].from) {
		return
	}
	for k := range e.entries {
		entry := &e.entries[k]
		if entry.carried || !reach.has(entry.credit.CompletedOn) || !entry.credit.CompletedOn.After(before.frame.end) {
			continue
		}
		for b := range before.entries {
			used := &before.entries[b]
			if used.credit == entry.credit && used.portion == entry.portion {
				entry.value = ce.Max(entry.value.Sub(used.value), ce.Amount{})
				entry.best = ce.Max(entry.best.Sub(used.value), ce.Amount{})
			}
		}
	}
}
