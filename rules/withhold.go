package rules

import (
	"cmp"
	"slices"

	"accrue/ce"
)

// withholding evaluates without the withheld credits, and says of those that might serve a requirement why they do not count. Which ones might is found by
// an evaluation of all credits.
func (in *Input) withholding() (ce.Standing, error) {
	counting := in.counting()
	standing, _, err := counting.evaluate()
	if err != nil {
		return ce.Standing{}, err
	}
	possible, e, err := in.evaluate()
	if err != nil || e == nil {
		return standing, err
	}
	serves, completedOn := e.serving(), make(map[ce.CreditID]ce.Date, len(in.Credits))
	for i := range in.Credits {
		completedOn[in.Credits[i].ID] = in.Credits[i].CompletedOn
	}
	for _, use := range possible.Uses {
		review, withheld := in.Withheld[use.Credit]
		if !withheld {
			continue
		}
		if serves[use.Credit] {
			use.Review, use.Counted, use.Parts = review.State, new(ce.Amount), nil
			use.Explanation = explanation(say("use-waits", review.OrganizationName))
			if review.State == ce.ReviewRefused {
				use.Explanation = explanation(say("use-refused", review.OrganizationName, review.Reason))
			}
		}
		standing.Uses = append(standing.Uses, use)
	}
	slices.SortStableFunc(standing.Uses, func(a, b ce.CreditUse) int {
		return cmp.Or(completedOn[b.Credit].Compare(completedOn[a.Credit]), cmp.Compare(b.Credit, a.Credit))
	})
	return standing, nil
}

// counting returns the input without the withheld credits.
func (in *Input) counting() Input {
	counting := *in
	counting.Withheld = nil
	if len(in.Withheld) > 0 {
		counting.Credits = slices.DeleteFunc(slices.Clone(in.Credits), func(c ce.Credit) bool {
			_, withheld := in.Withheld[c.ID]
			return withheld
		})
	}
	return counting
}

// serving returns the credits of which something may serve a requirement, whatever limits leave of it.
func (e *evaluation) serving() map[ce.CreditID]bool {
	serving := map[ce.CreditID]bool{}
	for k := range e.entries {
		entry := &e.entries[k]
		if (entry.sure|entry.maybe|entry.shown)&e.minimum != 0 && !entry.carried {
			serving[entry.credit.ID] = true
		}
	}
	return serving
}
