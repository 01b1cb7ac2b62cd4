package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"

	_ "modernc.org/sqlite"

	"accrue/ce"
	"accrue/storage"
	"accrue/tracker"
)

// bareDSN has the settings of the embedded store.
const bareDSN = "file:%s?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-16000)&_txlock=immediate"

const bareSchema = `
CREATE TABLE professionals (id TEXT PRIMARY KEY, name TEXT, email TEXT, time_zone TEXT);
CREATE TABLE certifications (id TEXT PRIMARY KEY, professional TEXT, program TEXT, number TEXT, issued_on TEXT, time_zone TEXT);
CREATE INDEX certifications_professional ON certifications (professional);
CREATE TABLE standings (certification TEXT PRIMARY KEY, professional TEXT, outcome TEXT, phase TEXT, starts_on TEXT, earn_by TEXT, requirements TEXT);
CREATE INDEX standings_professional ON standings (professional);
CREATE TABLE credits (id TEXT PRIMARY KEY, professional TEXT, completed_on TEXT, title TEXT, provider TEXT, minutes INTEGER, format TEXT, role TEXT, topics TEXT);
CREATE INDEX credits_professional ON credits (professional, completed_on);
`

// bareStore is what somebody would write who needs these two screens and nothing else.
type bareStore struct{ *sql.DB }

func createBare(ctx context.Context, dir string) (bareStore, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return bareStore{}, err
	}
	db, err := sql.Open("sqlite", fmt.Sprintf(bareDSN, filepath.Join(dir, "bare.db")))
	if err != nil {
		return bareStore{}, err
	}
	_, err = db.ExecContext(ctx, bareSchema)
	return bareStore{db}, err
}

// copy takes over what the viewer has.
func (b bareStore) copy(ctx context.Context, view *tracker.View) error {
	profile, err := view.Professional(ctx)
	if err != nil {
		return err
	}
	tx, err := b.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	insert := func(query string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, query, args...)
		}
	}
	insert("INSERT INTO professionals VALUES (?, ?, ?, ?)", string(profile.ID), profile.Name, profile.Email, profile.TimeZone)
	certifications, listErr := view.Certifications(ctx)
	if listErr != nil {
		return listErr
	}
	for _, c := range certifications {
		insert("INSERT INTO certifications VALUES (?, ?, ?, ?, ?, ?)", string(c.ID), string(profile.ID), string(c.Program), c.Number, c.IssuedOn.String(), c.TimeZone)
		standing, err := view.Standing(ctx, c, ce.Date{}, "")
		if err != nil {
			return err
		}
		insert("INSERT INTO standings VALUES (?, ?, ?, ?, ?, ?, ?)", string(c.ID), string(profile.ID), string(standing.Outcome), string(standing.Phase),
			standing.Cycle.StartsOn.String(), standing.Cycle.EarnBy.String(), string(mustJSON(bareRequirements(standing))))
	}
	credits, listErr := view.ListCredits(ctx, storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 100})
	if listErr != nil {
		return listErr
	}
	for _, c := range credits.Items {
		insert("INSERT INTO credits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", string(c.ID), string(profile.ID), c.CompletedOn.String(), c.Title, c.Provider,
			50, string(c.Format), string(c.Role), string(mustJSON(c.Topics)))
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

type bareRequirement struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Outcome   string `json:"outcome"`
	Required  string `json:"required"`
	Earned    string `json:"earned"`
	Remaining string `json:"remaining"`
}

func bareRequirements(standing ce.Standing) []bareRequirement {
	text := func(a *ce.Amount) string {
		if a == nil {
			return ""
		}
		return a.String()
	}
	var out []bareRequirement
	for _, r := range standing.Requirements {
		out = append(out, bareRequirement{string(r.ID), r.Title, string(r.Outcome), text(r.Required), text(r.Earned), text(r.Remaining)})
	}
	return out
}

func (p *population) bareRead(i int) request {
	return request{path: "/home", token: p.ids[i%len(p.ids)]}
}

func (p *population) bareWrite(i int) request {
	return request{path: "/credits", token: p.ids[i%len(p.ids)], body: mustJSON(creditInput(i))}
}

// bareServer answers the two requests with prepared statements: one connection writes, four read.
type bareServer struct {
	insert                                                 *sql.Stmt
	professional, certifications, standings, credits, page *sql.Stmt
}

func serveBare(ctx context.Context, dir string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	name := fmt.Sprintf(bareDSN, filepath.Join(dir, "bare.db"))
	writer, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", name+"&_pragma=query_only(1)")
	if err != nil {
		return err
	}
	readers.SetMaxOpenConns(4)
	readers.SetMaxIdleConns(4)
	var s bareServer
	prepare := func(db *sql.DB, statement **sql.Stmt, query string) {
		if err == nil {
			*statement, err = db.PrepareContext(ctx, query)
		}
	}
	prepare(writer, &s.insert, "INSERT INTO credits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
	prepare(readers, &s.professional, "SELECT id, name, email, time_zone FROM professionals WHERE id = ?")
	prepare(readers, &s.certifications, "SELECT id, program, number, issued_on, time_zone FROM certifications WHERE professional = ?")
	prepare(readers, &s.standings, "SELECT certification, outcome, phase, starts_on, earn_by, requirements FROM standings WHERE professional = ?")
	prepare(readers, &s.credits, "SELECT id, completed_on, title, provider, minutes, format, role, topics FROM credits WHERE professional = ? ORDER BY completed_on DESC")
	prepare(readers, &s.page, "SELECT id, completed_on, title, provider, minutes, format, role, topics FROM credits WHERE professional = ? ORDER BY completed_on DESC LIMIT 20")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /home", s.home)
	mux.HandleFunc("POST /credits", s.logCredit)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "http://%s/\n", listener.Addr())
	server := &http.Server{Handler: mux}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	_ = server.Serve(listener)
	return nil
}

type bareCertification struct {
	ID           string          `json:"id"`
	Program      string          `json:"program"`
	Number       string          `json:"number"`
	IssuedOn     string          `json:"issuedOn"`
	TimeZone     string          `json:"timeZone"`
	Outcome      string          `json:"outcome"`
	Phase        string          `json:"phase"`
	StartsOn     string          `json:"startsOn"`
	EarnBy       string          `json:"earnBy"`
	Requirements json.RawMessage `json:"requirements"`
}

type bareCredit struct {
	ID          string   `json:"id"`
	CompletedOn string   `json:"completedOn"`
	Title       string   `json:"title"`
	Provider    string   `json:"provider"`
	Minutes     int      `json:"minutes"`
	Format      string   `json:"format"`
	Role        string   `json:"role"`
	Topics      []string `json:"topics"`
}

type bareHome struct {
	ID             string              `json:"id"`
	Name           string              `json:"name"`
	Email          string              `json:"email"`
	TimeZone       string              `json:"timeZone"`
	Certifications []bareCertification `json:"certifications"`
	Credits        []bareCredit        `json:"credits"`
}

func viewer(r *http.Request) string { return r.Header.Get("Authorization")[len("Bearer "):] }

// read reads the profile, the certifications with their standings, and credits.
func (s *bareServer) read(ctx context.Context, id string, credits *sql.Stmt) (bareHome, error) {
	var home bareHome
	if err := s.professional.QueryRowContext(ctx, id).Scan(&home.ID, &home.Name, &home.Email, &home.TimeZone); err != nil {
		return home, err
	}
	err := each(ctx, s.certifications, id, func(rows *sql.Rows) error {
		var c bareCertification
		home.Certifications = append(home.Certifications, c)
		last := &home.Certifications[len(home.Certifications)-1]
		return rows.Scan(&last.ID, &last.Program, &last.Number, &last.IssuedOn, &last.TimeZone)
	})
	if err != nil {
		return home, err
	}
	err = each(ctx, s.standings, id, func(rows *sql.Rows) error {
		var certification, requirements string
		var c bareCertification
		if err := rows.Scan(&certification, &c.Outcome, &c.Phase, &c.StartsOn, &c.EarnBy, &requirements); err != nil {
			return err
		}
		for i := range home.Certifications {
			if held := &home.Certifications[i]; held.ID == certification {
				held.Outcome, held.Phase, held.StartsOn, held.EarnBy, held.Requirements = c.Outcome, c.Phase, c.StartsOn, c.EarnBy, json.RawMessage(requirements)
			}
		}
		return nil
	})
	if err != nil {
		return home, err
	}
	err = each(ctx, credits, id, func(rows *sql.Rows) error {
		var c bareCredit
		var topics string
		if err := rows.Scan(&c.ID, &c.CompletedOn, &c.Title, &c.Provider, &c.Minutes, &c.Format, &c.Role, &topics); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(topics), &c.Topics); err != nil {
			return err
		}
		home.Credits = append(home.Credits, c)
		return nil
	})
	return home, err
}

func each(ctx context.Context, statement *sql.Stmt, id string, scan func(*sql.Rows) error) error {
	rows, err := statement.QueryContext(ctx, id)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *bareServer) home(w http.ResponseWriter, r *http.Request) {
	home, err := s.read(r.Context(), viewer(r), s.page)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(home)
}

// logCredit reads what the rules would need, though it has none, and inserts the credit.
func (s *bareServer) logCredit(w http.ResponseWriter, r *http.Request) {
	var credit bareCredit
	if err := json.NewDecoder(r.Body).Decode(&credit); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	home, err := s.read(r.Context(), viewer(r), s.credits)
	if err == nil {
		_, err = s.insert.ExecContext(r.Context(), credit.ID, home.ID, credit.CompletedOn, credit.Title, credit.Provider, credit.Minutes,
			credit.Format, credit.Role, string(mustJSON(credit.Topics)))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"credit": credit, "certifications": home.Certifications})
}
