package model

import "accrue/ce"

// CalendarFeed shows a ce.CalendarFeed.
type CalendarFeed struct {
	ce.CalendarFeed
	URL string // "" where the secret is not known
}
