package mongodb

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/storagetest"
)

// openTest opens the database and closes it when the test ends.
func openTest(t *testing.T, uri string, opts ...Option) *Store {
	t.Helper()
	store, err := Open(t.Context(), uri, opts...)
	succeed(t, err)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

func TestReopen(t *testing.T) {
	uri := mongodbtest.URI(t)
	storagetest.RunReopen(t, func(t *testing.T) storage.Store {
		store, err := Open(t.Context(), uri)
		succeed(t, err)
		return store
	})
}

var now = time.Date(2026, time.March, 1, 9, 30, 15, 123_000_000, time.UTC)

// newProfessional stores a professional.
func newProfessional(t *testing.T, store *Store) (ce.ProfessionalID, storage.Professional) {
	t.Helper()
	id := ce.ProfessionalID(ce.NewUUID())
	handle := store.Professional(id)
	_, err := handle.CreateProfile(t.Context(), ce.Professional{Name: "Robin Vale", Email: "robin@example.com", Locale: "en", CreatedAt: now, UpdatedAt: now})
	succeed(t, err)
	return id, handle
}

func newTestCertification() ce.Certification {
	return ce.Certification{
		ID: ce.CertificationID(ce.NewUUID()), Program: "us-ga-cpa", TimeZone: "America/New_York", IssuedOn: ce.MustDate(2020, time.May, 4),
		Renewals:  []ce.Renewal{{Cycle: "2024", RenewedOn: ce.MustDate(2025, time.December, 30), RecordedAt: now}},
		CreatedAt: now, UpdatedAt: now,
	}
}

func newTestCredit() ce.Credit {
	return ce.Credit{
		ID: ce.CreditID(ce.NewUUID()), Title: "Ethics", CompletedOn: ce.MustDate(2026, time.February, 3), Amount: ce.Fraction(3, 2), Unit: ce.UnitMinute,
		Topics: []ce.Term{"ethics"}, CreatedAt: now, UpdatedAt: now,
	}
}

func newTestOwnProgram() ce.OwnProgram {
	return ce.OwnProgram{
		ID: ce.ProgramID(ce.NewUUID()), Texts: []ce.ProgramText{{Text: "name: Example card", CreatedAt: now}},
		CreatedAt: now, UpdatedAt: now,
	}
}

func newTestOwnDeadline() ce.OwnDeadline {
	return ce.OwnDeadline{
		ID: ce.DeadlineID(ce.NewUUID()), Title: "CPR card", DueOn: ce.MustDate(2027, time.May, 4), TimeZone: "America/New_York",
		Repeats: ce.Repetition{Every: 2, Unit: ce.RepeatYears, From: ce.MustDate(2027, time.May, 4)}, CreatedAt: now, UpdatedAt: now,
	}
}

func derivedFor(certification ce.CertificationID, sequence int64) storage.Derived {
	third := ce.Fraction(1, 3)
	return storage.Derived{Sequence: sequence, Standings: []ce.Standing{{
		Certification: certification, Program: "us-ga-cpa", AsOf: ce.MustDate(2026, time.March, 1), Outcome: ce.NotMet, Phase: ce.Open,
		Requirements: []ce.RequirementStanding{{ID: "total", Kind: ce.KindMinimum, Force: ce.Binding, Title: "80 hours", Outcome: ce.NotMet, Remaining: &third}},
		ChangesOn:    ce.MustDate(2027, time.January, 1),
		Deadlines: []ce.Deadline{{
			ID: ce.NewDeadlineID(certification, "2026", ce.DeadlineEarn, ""), Certification: certification, Cycle: "2026",
			Kind: ce.DeadlineEarn, DueOn: ce.MustDate(2026, time.December, 31), TimeZone: "America/New_York", Status: ce.DeadlineUpcoming, Remaining: &third,
		}},
	}}}
}

func TestForms(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	_, handle := newProfessional(t, store)
	certification, err := handle.Certifications().Create(t.Context(), newTestCertification(), "digest")
	succeed(t, err)
	credit, err := handle.Credits().Create(t.Context(), newTestCredit(), "digest")
	succeed(t, err)
	program, err := handle.OwnPrograms().Create(t.Context(), newTestOwnProgram(), "digest")
	succeed(t, err)
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	succeed(t, saveDerived(t.Context(), handle, derivedFor(certification.ID, turn.Sequence)))

	raw := func(collection string, id any) bson.Raw {
		t.Helper()
		raw, err := store.credits.Database().Collection(collection).FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Raw()
		succeed(t, err)
		return raw
	}
	for _, test := range []struct {
		document bson.Raw
		path     string
		want     string
	}{
		{raw("credits", credit.ID), "completedOn", `"2026-02-03"`},
		{raw("credits", credit.ID), "amount", `"3/2"`},
		{raw("credits", credit.ID), "createdAt", `{"$date":{"$numberLong":"1772357415123"}}`},
		{raw("credits", credit.ID), "markedAt", `{"$date":{"$numberLong":"1772357415123"}}`},
		{raw("credits", credit.ID), "approvals", `null`},
		{raw("certifications", certification.ID), "expiresOn", `""`},
		{raw("certifications", certification.ID), "renewals.0.renewedOn", `"2025-12-30"`},
		{raw("certifications", program.ID), "kind", `"own-program"`},
		{raw("certifications", program.ID), "texts.0.text", `"name: Example card"`},
		{raw("certifications", program.ID), "texts.0.createdAt", `{"$date":{"$numberLong":"1772357415123"}}`},
		{raw("standings", turn.Profile.ID), "changesOn", `"2027-01-01"`},
		{raw("standings", turn.Profile.ID), "standings.0.requirements.0.remaining", `"1/3"`},
		{raw("deadlines", turn.Profile.ID), "deadlines.0.dueOn", `"2026-12-31"`},
	} {
		value, err := test.document.LookupErr(strings.Split(test.path, ".")...)
		succeed(t, err)
		if got := value.String(); got != test.want {
			t.Errorf("%s is %s, want %s", test.path, got, test.want)
		}
	}

	succeed(t, handle.Credits().Remove(t.Context(), credit.ID, now, func(ce.Credit) error { return nil }))
	elements, err := raw("credits", credit.ID).Elements()
	succeed(t, err)
	var keys []string
	for _, element := range elements {
		keys = append(keys, element.Key())
	}
	want := []string{"_id", "professional", "version", "digest", "markedAt", "removedAt"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("a tombstone's fields (-want +got):\n%s", diff)
	}
}

func TestTwoServers(t *testing.T) {
	uri := mongodbtest.URI(t)
	var opened sync.WaitGroup
	stores := make([]*Store, 4)
	for i := range stores {
		opened.Go(func() {
			store, err := Open(context.Background(), uri)
			if err != nil {
				t.Errorf("open: %v", err)
			}
			stores[i] = store
		})
	}
	opened.Wait()
	if t.Failed() {
		return
	}
	for _, store := range stores {
		defer store.Close()
	}
	id, _ := newProfessional(t, stores[0])
	const each = 10
	var lock sync.Mutex
	var numbers []int64
	var taken int
	var group sync.WaitGroup
	for _, store := range stores {
		group.Go(func() {
			for range each {
				turn, err := store.Professional(id).Begin(t.Context())
				if err != nil {
					t.Errorf("begin: %v", err)
				}
				lock.Lock()
				numbers = append(numbers, turn.Sequence)
				lock.Unlock()
			}
			if _, err := store.System().AcquireLease(t.Context(), "sweep", now, now.Add(time.Minute)); err == nil {
				lock.Lock()
				taken++
				lock.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(numbers)
	if n := len(slices.Compact(numbers)); n != each*len(stores) {
		t.Errorf("%d numbers were given %d times", n, each*len(stores))
	}
	if taken != 1 {
		t.Errorf("the lease was taken %d times", taken)
	}
}

func TestTextOfAnyBytes(t *testing.T) {
	store := openTest(t, mongodbtest.URI(t))
	_, handle := newProfessional(t, store)
	_, err := handle.Credits().Create(t.Context(), newTestCredit(), "digest")
	succeed(t, err)
	for text, want := range map[string]int{"THIC": 1, "eth\x00ics": 0, "\xff": 0, "[": 0, ".*": 0, "\\": 0} {
		slice, err := handle.ListCredits(t.Context(), storage.CreditFilter{Text: text}, storage.Page[storage.CreditKey]{First: 5})
		succeed(t, err)
		if len(slice.Items) != want {
			t.Errorf("%q finds %d, want %d", text, len(slice.Items), want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, test := range []struct{ name, uri, want string }{
		{"no database", "mongodb://user:secret@127.0.0.1:1", "add its name"},
		{"no database but options", "mongodb://user:secret@127.0.0.1:1/?w=1", "add its name"},
		{"no URI", "secret", "add its name"},
		{"another scheme", "http://user:secret@127.0.0.1:1/accrue", "not valid"},
		{"bad option", "mongodb://user:secret@127.0.0.1:1/accrue?tls=secret", "not valid"},
		{"bad password", "mongodb://user:secret%zz@127.0.0.1:1/accrue", "not valid"},
		{"no server", "mongodb://user:secret@127.0.0.1:1/accrue?serverSelectionTimeoutMS=50", "mongodb: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(t.Context(), test.uri)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error is %v, want one with %q", err, test.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

// saveDerived saves what was derived, whatever number was taken last.
func saveDerived(ctx context.Context, handle storage.Professional, derived storage.Derived) error {
	_, err := handle.SaveDerived(ctx, derived)
	return err
}
