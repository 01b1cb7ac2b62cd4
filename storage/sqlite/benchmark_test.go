package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/sqlite"
)

var instant = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// population is what the benchmarks run over: so many professionals with 3 certifications and 40 credits each.
const population = 500

// connections is how many callers the benchmarks have at once.
const connections = 16

type member struct {
	id             ce.ProfessionalID
	certifications []ce.CertificationID
}

func populate(b *testing.B, store *sqlite.Store) []member {
	members := make([]member, population)
	together(b, population, func(ctx context.Context, i int) error {
		m := member{id: ce.ProfessionalID(ce.NewUUID())}
		handle := store.Professional(m.id)
		if _, err := handle.CreateProfile(ctx, ce.Professional{Name: "Jordan", Email: "jordan@example.com", TimeZone: "America/New_York", Locale: "en", CreatedAt: instant}); err != nil {
			return err
		}
		for range 3 {
			certification, err := handle.Certifications().Create(ctx, someCertification(), "digest")
			if err != nil {
				return err
			}
			m.certifications = append(m.certifications, certification.ID)
		}
		for n := range 40 {
			if _, err := handle.Credits().Create(ctx, someCredit(n), "digest"); err != nil {
				return err
			}
		}
		members[i] = m
		return refresh(ctx, handle, m, i)
	})
	return members
}

// together calls f for 0 to n-1 from as many goroutines as there are connections.
func together(b *testing.B, n int, f func(ctx context.Context, i int) error) {
	b.Helper()
	var next atomic.Int64
	errs := make(chan error, connections)
	for range connections {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					errs <- nil
					return
				}
				if err := f(b.Context(), i); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	for range connections {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}

func someCertification() ce.Certification {
	return ce.Certification{
		ID: ce.CertificationID(ce.NewUUID()), Program: "us-ga-cpa", Number: "CPA 12345", TimeZone: "America/New_York",
		IssuedOn: ce.MustDate(2015, time.June, 1), ExpiresOn: ce.MustDate(2027, time.December, 31),
		Facts:     []ce.Fact{{Question: "active", Value: "true"}, {Question: "attest", Value: "true", Since: ce.MustDate(2020, time.January, 1)}},
		CreatedAt: instant, UpdatedAt: instant,
	}
}

func someCredit(n int) ce.Credit {
	return ce.Credit{
		ID: ce.CreditID(ce.NewUUID()), Title: "Annual update on accounting and auditing", Provider: "Example Academy",
		CompletedOn: ce.MustDate(2026, time.January, 1).AddDays(n % 50), Amount: ce.Fraction(3, 2), Unit: "us-ga-board-of-accountancy.cpe-credit",
		Format: "live-online", Role: "participant", Topics: []ce.Term{"accounting-and-auditing", "ethics"}, Approvals: []ce.Term{"nasba"},
		Notes: "Certificate is in the folder.", CreatedAt: instant, UpdatedAt: instant,
	}
}

func someStanding(certification ce.CertificationID, n int) ce.Standing {
	standing := ce.Standing{
		Certification: certification, Program: "us-ga-cpa", AsOf: ce.MustDate(2026, time.March, 1), Outcome: ce.NotMet, Phase: ce.Open,
		Cycle:     &ce.Cycle{Key: "2026", StartsOn: ce.MustDate(2026, time.January, 1), EarnBy: ce.MustDate(2027, time.December, 31), EndsOn: ce.MustDate(2027, time.December, 31)},
		ChangesOn: ce.MustDate(2027, time.January, 1), ProgramHash: "0123456789abcdef",
	}
	for i := range 10 {
		required, earned, remaining := ce.Int(80), ce.Int(int64(n)), ce.Int(int64(80-n))
		standing.Requirements = append(standing.Requirements, ce.RequirementStanding{
			ID: ce.RequirementID(fmt.Sprint("requirement-", i)), ParentID: "all", Kind: ce.KindMinimum, Force: ce.Binding,
			Title: "Accounting and auditing", Outcome: ce.NotMet, Required: &required, Earned: &earned, Remaining: &remaining,
			Unit: "us-ga-board-of-accountancy.cpe-credit", Explanation: "16 of the 80 hours must be in accounting and auditing; 12 are there.",
			Source: &ce.Source{ID: "rule", Title: "Georgia Rule 20-11-.02", URL: "https://example.com/rules/20-11-.02", Date: "2024", Confidence: ce.ConfidenceHigh},
		})
	}
	for i := range 4 {
		remaining := ce.Int(int64(n))
		requirement := ce.RequirementID(fmt.Sprint("requirement-", i))
		standing.Deadlines = append(standing.Deadlines, ce.Deadline{
			ID: ce.NewDeadlineID(certification, "2026", ce.DeadlineAnnual, requirement), Certification: certification, Cycle: "2026", Kind: ce.DeadlineAnnual,
			Requirement: requirement, DueOn: ce.MustDate(2026, time.December, 31), TimeZone: "America/New_York", Status: ce.DeadlineUpcoming,
			Remaining: &remaining, Unit: "us-ga-board-of-accountancy.cpe-credit", Title: "20 hours each year",
		})
	}
	return standing
}

func refresh(ctx context.Context, handle storage.Professional, m member, n int) error {
	turn, err := handle.Begin(ctx)
	if err != nil {
		return err
	}
	certifications, err := handle.ReadCertifications(ctx)
	if err != nil {
		return err
	}
	credits, err := handle.ReadCredits(ctx)
	if err != nil {
		return err
	}
	derived := storage.Derived{Sequence: turn.Sequence}
	for _, certification := range m.certifications {
		derived.Standings = append(derived.Standings, someStanding(certification, n))
	}
	if _, err := handle.SaveDerived(ctx, derived); err != nil {
		return err
	}
	return handle.ClearMarks(ctx, append(certifications.Marks, credits.Marks...))
}

func openPopulated(b *testing.B) (*sqlite.Store, []member) {
	store := open(b, b.TempDir())
	return store, populate(b, store)
}

// BenchmarkLogCredit is a logged credit with its refresh: a fact is written, all facts are read, and all that is derived is saved.
func BenchmarkLogCredit(b *testing.B) {
	store, members := openPopulated(b)
	b.ReportAllocs()
	b.ResetTimer()
	together(b, b.N, func(ctx context.Context, i int) error {
		m := members[i%population]
		handle := store.Professional(m.id)
		if _, err := handle.Credits().Create(ctx, someCredit(i), "digest"); err != nil {
			return err
		}
		return refresh(ctx, handle, m, i%80)
	})
}

func BenchmarkReadCredits(b *testing.B) {
	store, members := openPopulated(b)
	b.ReportAllocs()
	b.ResetTimer()
	together(b, b.N, func(ctx context.Context, i int) error {
		_, err := store.Professional(members[i%population].id).ReadCredits(ctx)
		return err
	})
}

// BenchmarkHome is what the home screen reads.
func BenchmarkHome(b *testing.B) {
	store, members := openPopulated(b)
	b.ReportAllocs()
	b.ResetTimer()
	together(b, b.N, func(ctx context.Context, i int) error {
		handle := store.Professional(members[i%population].id)
		if _, err := handle.Profile(ctx); err != nil {
			return err
		}
		if _, err := handle.ReadCertifications(ctx); err != nil {
			return err
		}
		if _, err := handle.Standings(ctx); err != nil {
			return err
		}
		if _, err := handle.ListDeadlines(ctx, storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 20}); err != nil {
			return err
		}
		_, err := handle.ListCredits(ctx, storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 20})
		return err
	})
}

func BenchmarkSaveDerived(b *testing.B) {
	for name, changing := range map[string]int{"changed": 80, "unchanged": 1} {
		b.Run(name, func(b *testing.B) {
			store, members := openPopulated(b)
			b.ReportAllocs()
			b.ResetTimer()
			together(b, b.N, func(ctx context.Context, i int) error {
				m := members[i%population]
				derived := storage.Derived{Sequence: int64(i) + 1<<40}
				for _, certification := range m.certifications {
					derived.Standings = append(derived.Standings, someStanding(certification, i/population%changing))
				}
				_, err := store.Professional(m.id).SaveDerived(ctx, derived)
				return err
			})
		})
	}
}

// BenchmarkByHand is what BenchmarkLogCredit is measured against: the same reads and one plain insert, written by hand over
// database/sql on one writing and several reading connections, with nothing derived.
func BenchmarkByHand(b *testing.B) {
	file := filepath.Join(b.TempDir(), "hand.db")
	const settings = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)"
	writer, err := sql.Open("sqlite", "file:"+file+settings)
	if err != nil {
		b.Fatal(err)
	}
	defer writer.Close()
	writer.SetMaxOpenConns(1)
	if _, err := writer.Exec(`CREATE TABLE professionals (id TEXT PRIMARY KEY, name TEXT, email TEXT, time_zone TEXT, locale TEXT, version INTEGER);
		CREATE TABLE certifications (id TEXT PRIMARY KEY, professional TEXT, program TEXT, number TEXT, issued_on TEXT, expires_on TEXT, time_zone TEXT, version INTEGER);
		CREATE INDEX certifications_professional ON certifications (professional);
		CREATE TABLE credits (id TEXT PRIMARY KEY, professional TEXT, title TEXT, provider TEXT, completed_on TEXT, amount TEXT, unit TEXT, format TEXT, role TEXT,
			topics TEXT, approvals TEXT, notes TEXT, version INTEGER, created_at INTEGER, updated_at INTEGER);
		CREATE INDEX credits_professional ON credits (professional, completed_on, id);`); err != nil {
		b.Fatal(err)
	}
	reader, err := sql.Open("sqlite", "file:"+file+settings+"&_pragma=query_only(1)")
	if err != nil {
		b.Fatal(err)
	}
	defer reader.Close()
	reader.SetMaxOpenConns(4)
	reader.SetMaxIdleConns(4)
	prepare := func(db *sql.DB, query string) *sql.Stmt {
		prepared, err := db.Prepare(query)
		if err != nil {
			b.Fatal(err)
		}
		return prepared
	}
	insert := prepare(writer, "INSERT INTO credits VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
	profile := prepare(reader, "SELECT id, name, email, time_zone, locale, version FROM professionals WHERE id = ?")
	certifications := prepare(reader, "SELECT id, program, number, issued_on, expires_on, time_zone, version FROM certifications WHERE professional = ?")
	credits := prepare(reader, "SELECT id, title, provider, completed_on, amount, unit, format, role, topics, approvals, notes, version, created_at, updated_at FROM credits WHERE professional = ? ORDER BY completed_on DESC, id DESC")
	log := func(ctx context.Context, id string, n int) error {
		_, err := insert.ExecContext(ctx, ce.NewUUID(), id, "Annual update on accounting and auditing", "Example Academy", ce.MustDate(2026, time.January, 1).AddDays(n%50).String(),
			"1.5", "us-ga-board-of-accountancy.cpe-credit", "live-online", "participant", `["accounting-and-auditing","ethics"]`, `["nasba"]`, "Certificate is in the folder.", 1, 1, 1)
		return err
	}
	members := make([]string, population)
	if _, err := writer.Exec("PRAGMA synchronous=OFF"); err != nil {
		b.Fatal(err)
	}
	for i := range members {
		members[i] = ce.NewUUID()
		if _, err := writer.Exec("INSERT INTO professionals VALUES (?, 'Jordan', 'jordan@example.com', 'America/New_York', 'en', 1)", members[i]); err != nil {
			b.Fatal(err)
		}
		for range 3 {
			if _, err := writer.Exec("INSERT INTO certifications VALUES (?, ?, 'us-ga-cpa', 'CPA 12345', '2015-06-01', '2027-12-31', 'America/New_York', 1)", ce.NewUUID(), members[i]); err != nil {
				b.Fatal(err)
			}
		}
		for n := range 40 {
			if err := log(b.Context(), members[i], n); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := writer.Exec("PRAGMA synchronous=FULL"); err != nil {
		b.Fatal(err)
	}
	scan := func(ctx context.Context, query *sql.Stmt, id string, into ...any) error {
		rows, err := query.QueryContext(ctx, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	b.ReportAllocs()
	b.ResetTimer()
	together(b, b.N, func(ctx context.Context, i int) error {
		id := members[i%population]
		if err := log(ctx, id, i); err != nil {
			return err
		}
		var s [11]string
		var n [3]int64
		if err := scan(ctx, profile, id, &s[0], &s[1], &s[2], &s[3], &s[4], &n[0]); err != nil {
			return err
		}
		if err := scan(ctx, certifications, id, &s[0], &s[1], &s[2], &s[3], &s[4], &s[5], &n[0]); err != nil {
			return err
		}
		return scan(ctx, credits, id, &s[0], &s[1], &s[2], &s[3], &s[4], &s[5], &s[6], &s[7], &s[8], &s[9], &s[10], &n[0], &n[1], &n[2])
	})
}
