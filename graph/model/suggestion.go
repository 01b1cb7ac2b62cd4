package model

import (
	"accrue/ce"
	"accrue/rules"
)

// Suggestion shows a rules.Suggestion.
type Suggestion struct {
	rules.Suggestion
	Unit *ce.Unit
}

// NewSuggestions shows suggestions whose amounts are in the unit.
func NewSuggestions(unit ce.Unit, suggestions []rules.Suggestion) []*Suggestion {
	out := make([]*Suggestion, len(suggestions))
	for i := range suggestions {
		out[i] = &Suggestion{suggestions[i], &unit}
	}
	return out
}

// Total is rounded up.
func (s *Suggestion) Total() ce.Amount { return s.Suggestion.Total.Shown(true) }

// Activities are in the suggestion's order.
func (s *Suggestion) Activities() []*SuggestedActivity {
	out := make([]*SuggestedActivity, len(s.Suggestion.Activities))
	for i, activity := range s.Suggestion.Activities {
		out[i] = &SuggestedActivity{activity, s.Unit}
	}
	return out
}

// SuggestedActivity shows a rules.SuggestedActivity.
type SuggestedActivity struct {
	rules.SuggestedActivity
	Unit *ce.Unit
}

// Amount is rounded up.
func (a *SuggestedActivity) Amount() ce.Amount { return a.SuggestedActivity.Amount.Shown(true) }

// Format is nil where the program does not tell formats apart.
func (a *SuggestedActivity) Format() *ce.Term { return optional(a.SuggestedActivity.Format) }

// Role is nil where the program does not tell roles apart.
func (a *SuggestedActivity) Role() *ce.Term { return optional(a.SuggestedActivity.Role) }
