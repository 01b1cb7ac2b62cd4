package tracker

import (
	"context"

	"accrue/ce"
	"accrue/rules"
)

// Suggestions returns the smallest sets of activities that would complete the certification's current cycle, and the unit
// in which they are, see rules.Suggest.
func (v *View) Suggestions(ctx context.Context, certification ce.Certification) ([]rules.Suggestion, ce.Unit, error) {
	held, err := v.held(ctx)
	if err != nil {
		return nil, ce.Unit{}, err
	}
	credits, err := v.allCredits(ctx)
	if err != nil {
		return nil, ce.Unit{}, err
	}
	in, err := v.Tracker.programs(held).input(&certification, held.Items, credits, v.today(&certification), "")
	if err != nil {
		return nil, ce.Unit{}, err
	}
	suggestions, err := rules.Suggest(in)
	return suggestions, in.Program.Unit, err
}
