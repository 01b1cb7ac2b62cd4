package tracker

import (
	"log/slog"
	"testing"
	"time"

	"accrue/catalog"
	"accrue/ce"
	"accrue/storage/sqlite"
)

// That an identity provider has seen the e-mail address verified is taken over at first sight and later, once, and for that
// address alone; it is never taken back.
func TestAVerifiedAddressIsHeeded(t *testing.T) {
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	programs, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	tracker := New(store, programs, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	see := func(id, email string, verified bool) ce.Professional {
		t.Helper()
		viewer := Viewer{Professional: ce.ProfessionalID(id), SignedInAt: now, Profile: ce.Professional{Email: email, EmailVerified: verified, Locale: "en"}}
		profile, err := tracker.View(viewer).Professional(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return profile
	}
	for _, step := range []struct {
		id, email      string
		verified, want bool
		version        int
	}{
		{"jordan", "jordan@example.com", false, false, 1},
		{"jordan", "other@example.com", true, false, 1},
		{"jordan", "jordan@example.com", true, true, 2},
		{"jordan", "jordan@example.com", true, true, 2},
		{"jordan", "jordan@example.com", false, true, 2},
		{"sam", "sam@example.com", true, true, 1},
	} {
		got := see(step.id, step.email, step.verified)
		if got.EmailVerified != step.want || got.Version != step.version {
			t.Errorf("%+v: verified %v, version %d", step, got.EmailVerified, got.Version)
		}
	}
}
