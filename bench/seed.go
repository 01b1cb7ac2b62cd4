package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"accrue/catalog"
	"accrue/ce"
	"accrue/identity"
	"accrue/storage/sqlite"
	"accrue/tracker"
)

// population is the people who ask.
type population struct {
	ids, tokens []string
	homeBody    []byte
}

// The programs that everybody holds.
var held = []ce.ProgramID{"us-ga-cpa", "iia-cia", "us-ga-pharmacist"}

// seed makes the people through the use cases, into dir/accrue-seed, and the same rows for the bare handler into dir/bare-seed.
func seed(ctx context.Context, dir string, count int) (*population, error) {
	store, err := sqlite.Open(ctx, filepath.Join(dir, "accrue-seed"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	programs, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	accounts, err := identity.NewAccounts(ctx, store, identity.Options{})
	if err != nil {
		return nil, err
	}
	use := tracker.New(store, programs, time.Now, slog.New(slog.DiscardHandler))
	bare, err := createBare(ctx, filepath.Join(dir, "bare-seed"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = bare.Close() }()

	people := &population{}
	for i := range count {
		session, err := accounts.SignUp(ctx, identity.SignUp{
			Email: fmt.Sprintf("person%d@example.com", i), Password: "continuing education",
			Name: "Person " + strconv.Itoa(i), TimeZone: "America/New_York",
		}, "")
		if err != nil {
			return nil, err
		}
		viewer, err := accounts.Authenticate(ctx, session.AccessToken)
		if err != nil {
			return nil, err
		}
		view := use.View(tracker.Viewer{Professional: viewer.Professional, SignedInAt: viewer.SignedInAt, Profile: viewer.Profile})
		for _, program := range held {
			if _, err := view.AddCertification(ctx, tracker.NewCertification{
				Program: program, Number: strconv.Itoa(i), IssuedOn: ce.MustDate(2012, time.March, 2), TimeZone: "America/New_York",
			}); err != nil {
				return nil, err
			}
		}
		for n := range 40 {
			if _, err := view.LogCredit(ctx, credit(n)); err != nil {
				return nil, err
			}
		}
		if err := bare.copy(ctx, view); err != nil {
			return nil, err
		}
		people.ids = append(people.ids, string(viewer.Professional))
		people.tokens = append(people.tokens, session.AccessToken)
	}
	people.homeBody = mustJSON(map[string]any{"query": homeQuery})
	return people, nil
}

// credit is the n-th credit of a person: an hour or two in the months before today.
func credit(n int) tracker.NewCredit {
	return tracker.NewCredit{
		Title: "Course " + strconv.Itoa(n), Provider: "Chattahoochee Academy",
		CompletedOn: ce.EarliestDate(time.Now()).AddDays(-n * 7 % 300),
		Amount:      ce.Int(int64(50 + n%3*50)), Unit: ce.UnitMinute,
		Format: "live-online", Role: "participant", Topics: []ce.Term{"technical"},
	}
}

const logCreditQuery = `mutation($input: LogCreditInput!) {
  logCredit(input: $input) {
    credit { id version title completedOn minutes }
    certifications { id standing { outcome requirements { id outcome required earned remaining } } }
  }
}`

const homeQuery = `{
  me {
    id name email timeZone
    certifications(first: 10) { nodes {
      id number program { id name }
      standing { outcome phase cycle { startsOn earnBy endsOn } requirements { id title outcome required earned remaining } }
    } }
    credits(first: 20) { nodes { id title provider completedOn minutes topics } pageInfo { hasNextPage endCursor } }
  }
}`

func (p *population) logCredit(i int) request {
	return request{path: "/graphql", token: p.tokens[i%len(p.tokens)], body: mustJSON(map[string]any{
		"query":     logCreditQuery,
		"variables": map[string]any{"input": creditInput(i)},
	})}
}

func creditInput(i int) map[string]any {
	c := credit(i % 40)
	return map[string]any{
		"id": ce.NewUUID(), "title": c.Title, "provider": c.Provider, "completedOn": c.CompletedOn.String(),
		"minutes": 50, "topics": []string{"technical"}, "role": "participant", "format": "live-online",
	}
}

func (p *population) home(i int) request {
	return request{path: "/graphql", token: p.tokens[i%len(p.tokens)], body: p.homeBody}
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
