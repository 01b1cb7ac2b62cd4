package rules

import (
	"slices"

	"accrue/ce"
)

// collect makes the entries: the credits that may lie in some window, and what was carried over.
func (e *evaluation) collect() {
	span := e.earning[bestCase]
	for i := range e.items {
		w := e.items[i].window[bestCase]
		span = window{earlier(span.from, w.from), later(span.to, w.to)}
	}
	in := e.in
	convert := converter{program: in.Program, units: in.Units}
	if e.version.looksAtEvents() {
		e.numberEvents()
	}
	first, end := e.completedIn(span)
	e.entries = make([]entry, 0, end-first+len(e.carriedIn))
	for i := first; i < end; i++ {
		had := len(e.entries)
		e.add(&in.Credits[e.order[i]], &convert)
		for k := had; k < len(e.entries) && e.events != nil; k++ {
			e.entries[k].event = e.events[i]
		}
	}
	for i := range e.carriedIn {
		e.entries = append(e.entries, e.carriedIn[i].entry(e))
	}
	if len(e.carriedIn) > 0 {
		slices.SortStableFunc(e.entries, func(a, b entry) int { return newestFirst(&a, &b) })
	}
	if e.version.repeats {
		e.markRepeats()
	}
	for k := range e.entries {
		entry := &e.entries[k]
		e.version.appraise(entry, &e.holder)
		entry.overused = e.overused(entry)
	}
	e.version.roundTogether(e.entries)
	e.takeUsed()
}

// add appends the entries of a credit: its portions, and what they leave of it.
func (e *evaluation) add(credit *ce.Credit, convert *converter) {
	reported, ok := convert.convert(credit.Amount, credit.Unit)
	whole := entry{credit: credit, terms: e.program.terms(credit), reported: reported, share: reported, foreign: !ok, excluded: -1, doubted: -1}
	rest := reported
	for i := len(credit.Portions) - 1; i >= 0; i-- {
		portion := whole
		portion.portion = i + 1
		portion.reported, _ = convert.convert(credit.Portions[i].Amount, credit.Unit)
		portion.reported = ce.Min(portion.reported, rest)
		portion.terms.many(e.program, topics, credit.Portions[i].Topics)
		rest = rest.Sub(portion.reported)
		e.entries = append(e.entries, portion)
	}
	whole.reported = rest
	if rest.Sign() > 0 || len(credit.Portions) == 0 || !ok {
		e.entries = append(e.entries, whole)
	}
}

// markRepeats finds the second and later credits of the same title and provider.
func (e *evaluation) markRepeats() {
	type mark struct{ ever, cycle bool }
	seen := make([]mark, len(e.events))      // by event
	marks := make(map[*ce.Credit]mark)       // of the credits that repeat others
	for i := len(e.order) - 1; i >= 0; i-- { // the earliest first
		credit := &e.in.Credits[e.order[i]]
		same := &seen[e.events[i]]
		inCycle := e.earning[bestCase].has(credit.CompletedOn)
		if same.ever {
			marks[credit] = mark{true, inCycle && same.cycle}
		}
		same.ever, same.cycle = true, same.cycle || inCycle
	}
	for k := range e.entries {
		entry := &e.entries[k]
		if m, repeats := marks[entry.credit]; repeats {
			entry.repeatsCycle, entry.repeatsEver = m.cycle, m.ever
		}
	}
}

// numberEvents numbers the events of the credits in order.
func (e *evaluation) numberEvents() {
	if e.events != nil {
		return
	}
	e.events = make([]int, len(e.order))
	numbers := make(map[event]int, len(e.order))
	for i, place := range e.order {
		same := eventOf(&e.in.Credits[place])
		number, known := numbers[same]
		if !known {
			number = len(numbers)
			numbers[same] = number
		}
		e.events[i] = number
	}
}

// overused reports whether the credit may be used for fewer certifications of the body than it might serve, so that
// the holder must choose.
func (e *evaluation) overused(entry *entry) bool {
	if entry.carried || len(e.in.Others) == 0 {
		return false
	}
	for i := range e.program.sharing {
		rule := &e.program.sharing[i]
		if rule.credits.picks(entry, &e.holder) == no {
			continue
		}
		uses := 1
		for k := range e.in.Others {
			other := &e.in.Others[k]
			if entry.credit.AllowsCertification(other.ID) && e.sameBody(other.Program) {
				uses++
			}
		}
		return uses > rule.uses
	}
	return false
}

func (e *evaluation) sameBody(id ce.ProgramID) bool {
	if id == e.program.ID {
		return true
	}
	if e.in.Programs == nil {
		return false
	}
	p, ok := e.in.Programs.Program(id)
	return ok && p.Body == e.program.Body
}

// classify finds which items each entry belongs to.
func (e *evaluation) classify() {
	for k := range e.entries {
		entry := &e.entries[k]
		var last *rule
		picked := no
		h := e.holder
		for i := range e.items {
			it := &e.items[i]
			if !it.rule.isLeaf() || it.truth == no {
				continue
			}
			if it.rule != last {
				last = it.rule
				if it.rule.never {
					picked = it.rule.excludes(entry, &h)
				} else {
					picked = it.rule.picks(entry, &h)
				}
			}
			if picked == no {
				continue
			}
			day := entry.credit.CompletedOn
			in := truthOf(it.window[bestCase].has(day)) // 2 or 0
			if in == yes && !it.window[worstCase].has(day) {
				in = maybe
			}
			shown := it.window[shownCase].has(day)
			if it.rule.never {
				if belongs := min(picked, in, it.truth); belongs == yes {
					if entry.excluded < 0 {
						entry.excluded = i
					}
				} else if belongs == maybe && entry.doubted < 0 {
					entry.doubted = i
				}
				continue
			}
			belongs := min(picked, in)
			if entry.overused {
				belongs = min(belongs, maybe)
			}
			switch belongs {
			case yes:
				entry.sure |= it.bit
			case maybe:
				entry.maybe |= it.bit
			}
			if picked == yes && shown && !entry.overused {
				entry.shown |= it.bit
			}
		}
		if entry.excluded >= 0 || entry.foreign {
			entry.sure, entry.maybe, entry.shown, entry.doubted = 0, 0, 0, -1
		}
	}
	for i := range e.items {
		e.items[i].asks |= e.asksOf(&e.items[i])
	}
}

// asksOf returns the questions on which the days of the item's window and its selections depend.
func (e *evaluation) asksOf(it *item) uint64 {
	if !it.rule.isLeaf() || it.truth != yes {
		return 0
	}
	h := e.holder
	h.asks = 0
	if it.rule.within != nil {
		h.window(it.rule.within)
	} else {
		e.frame.earning(&h)
	}
	return h.asks
}

// excludes says whether a rule that lets credits never count is about the entry: what a credit does not state it is
// taken not to be.
func (r *rule) excludes(e *entry, h *holder) truth {
	found := yes
	for _, s := range r.selections[:len(r.selections)-1] {
		found = min(found, s.picks(e, h))
	}
	return min(found, r.selections[len(r.selections)-1].states(e, h))
}
