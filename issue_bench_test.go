package main

import (
	"fmt"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// BenchmarkIssue issues a reminder to each of many professionals, on SQLite.
func BenchmarkIssue(b *testing.B) {
	store := stores["sqlite"](b)
	a := newAPI(b, store)
	now := a.clock.Now()
	for range b.N {
		id := ce.ProfessionalID(ce.NewUUID())
		handle := store.Professional(id)
		profile := ce.Professional{ID: id, TimeZone: "America/New_York", Locale: "en", CreatedAt: now, UpdatedAt: now}
		if _, err := handle.CreateProfile(b.Context(), profile); err != nil {
			b.Fatal(err)
		}
		certification := ce.Certification{ID: ce.CertificationID(ce.NewUUID()), Program: "iia-cia", TimeZone: "America/New_York", CreatedAt: now, UpdatedAt: now}
		if _, err := handle.Certifications().Create(b.Context(), certification, "digest"); err != nil {
			b.Fatal(err)
		}
		turn, err := handle.Begin(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		standing := ce.Standing{Certification: certification.ID}
		plan := ce.Plan{NextAt: now, TimeZone: profile.TimeZone}
		for _, kind := range []ce.DeadlineKind{ce.DeadlineEarn, ce.DeadlineReport, ce.DeadlineRenew} {
			due := ce.DateOf(now, time.UTC).AddDays(30)
			deadline := ce.Deadline{
				ID: ce.NewDeadlineID(certification.ID, "2026", kind, ""), Certification: certification.ID, Kind: kind,
				DueOn: due, Status: ce.DeadlineUpcoming, Title: "title-renew\tCertified Internal Auditor",
			}
			standing.Deadlines = append(standing.Deadlines, deadline)
			plan.Items = append(plan.Items, ce.PlannedReminder{Deadline: deadline.ID, Certification: certification.ID, Step: 30, At: now, DueOn: due})
		}
		if _, err := handle.SaveDerived(b.Context(), storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}, Plan: plan}); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	if err := a.tracker.Issue(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if got := a.tracker.Issued(); got != int64(b.N) {
		b.Fatal(fmt.Sprint(got, " issued of ", b.N))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reminders/s")
}
