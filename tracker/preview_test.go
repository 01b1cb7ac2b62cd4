package tracker

import (
	"fmt"
	"testing"
	"time"

	"accrue/catalog"
	"accrue/ce"
	"accrue/storage"
)

// A preview refuses one credit too many, as logging it does; changing one that is there is no credit more.
func TestPreviewOfOneCreditTooMany(t *testing.T) {
	programs, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	credits := make([]ce.Credit, ce.MaxCredits)
	for i := range credits {
		credits[i] = ce.Credit{
			ID: ce.CreditID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i)), Title: "Course",
			CompletedOn: ce.MustDate(2026, time.October, 1), Amount: ce.Int(50), Unit: ce.UnitMinute,
		}
	}
	view := &View{Tracker: &Tracker{catalog: programs, now: func() time.Time { return now }}, read: &reading{}}
	view.read.profile.set(ce.Professional{TimeZone: "America/New_York"})
	view.read.held.set(storage.Held{Marked: storage.Marked[ce.Certification]{
		Items: []ce.Certification{{ID: "00000000-0000-4000-9000-000000000001", Program: "us-ga-cpa", TimeZone: "America/New_York"}},
	}})
	in := NewCredit{ID: credits[7].ID, Title: "Longer course", CompletedOn: ce.MustDate(2026, time.October, 1), Amount: ce.Int(100), Unit: ce.UnitMinute}

	view.read.credits.set(credits)
	if preview, err := view.PreviewCredit(t.Context(), in); err != nil || len(preview.Certifications) != 1 || preview.Certifications[0].Use == nil {
		t.Errorf("changing one of as many as there may be: %v", err)
	}
	in.ID = ""
	if _, err := view.PreviewCredit(t.Context(), in); ce.CodeOf(err) != ce.CodeLimitExceeded {
		t.Errorf("one too many: %v", err)
	}
	view.read.credits.set(credits[1:])
	if _, err := view.PreviewCredit(t.Context(), in); err != nil {
		t.Errorf("the last one: %v", err)
	}
}
