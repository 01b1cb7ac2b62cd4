package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// The benchmarks ask the handler of one professional with 3 certifications and 40 credits, without a
// network; `make bench` compares the whole server with one written by hand.

const benchHome = `{ me {
  id name email timeZone
  certifications(first: 10) { nodes {
    id number program { id name }
    standing { outcome phase cycle { startsOn earnBy endsOn } requirements { id title outcome required earned remaining } }
  } }
  credits(first: 20) { nodes { id title provider completedOn minutes topics } pageInfo { hasNextPage endCursor } }
} }`

const benchLogCredit = `mutation($input: LogCreditInput!) { logCredit(input: $input) {
  credit { id version title completedOn minutes }
  certifications { id standing { outcome requirements { id outcome required earned remaining } } }
} }`

func benchCredit(i int) map[string]any {
	return map[string]any{"input": map[string]any{
		"title": "Course " + strconv.Itoa(i), "provider": "Chattahoochee Academy", "completedOn": "2026-10-" + strconv.Itoa(10+i%20),
		"minutes": 50 + i%3*50, "topics": []string{"technical"}, "role": "participant", "format": "live-online",
	}}
}

func benchmarkAPI(b *testing.B) (a *api, post func(query string, variables any)) {
	a = newAPI(b, stores["sqlite"](b))
	for _, program := range []string{"us-ga-cpa", "iia-cia", "us-ga-pharmacist"} {
		a.ask(b, "jordan", `mutation { addCertification(input: {programId: "`+program+`", issuedOn: "2012-03-02"}) { certification { id } } }`, nil)
	}
	for i := range 40 {
		a.ask(b, "jordan", benchLogCredit, benchCredit(i))
	}
	token := a.person(b, "jordan").accessToken
	return a, func(query string, variables any) { a.serve(b, token, query, variables) }
}

// serve has the handler answer a request, and returns how long it took.
func (a *api) serve(b *testing.B, token, query string, variables any) time.Duration {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	begun := time.Now()
	a.handler.ServeHTTP(answer, request)
	took := time.Since(begun)
	if answer.Code != http.StatusOK || bytes.Contains(answer.Body.Bytes(), []byte(`"errors"`)) {
		b.Fatal(answer.Code, answer.Body)
	}
	return took
}

func BenchmarkHome(b *testing.B) {
	_, post := benchmarkAPI(b)
	b.ReportAllocs()
	for b.Loop() {
		post(benchHome, nil)
	}
}

func BenchmarkLogCredit(b *testing.B) {
	_, post := benchmarkAPI(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		post(benchLogCredit, benchCredit(i))
	}
}
