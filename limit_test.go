package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestLimitsOfARequest(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	// Each round is three levels.
	nested := func(rounds int) string {
		return strings.Repeat("{ deadlines(first: 1) { nodes { certification ", rounds) + "{ id }" + strings.Repeat(" } } }", rounds)
	}
	for _, test := range []struct{ name, query, code string }{
		{"thirty levels", "{ me { certifications(first: 1) { nodes " + nested(9) + " } } }", "TOO_COMPLEX"},
		{"thirty levels by fragments", "{ me { certifications(first: 1) { nodes { ...a } } } } fragment a on Certification " + nested(4) + " ", "TOO_COMPLEX"},
		{"a page of everything", `{ me { certifications(first: 100) { nodes { standing { requirements { id title } credits(first: 100) { nodes { explanation } } } } } } }`, "TOO_COMPLEX"},
		{"many aliases", "{" + strings.Repeat(" x: me { credits(first: 100) { nodes { id title notes } } }", 2) + aliases(80) + "}", "TOO_COMPLEX"},
		{"many previews", "{" + previews(80) + "}", "TOO_COMPLEX"},
		{"many texts of programs", "mutation {" + validations(50) + "}", "TOO_COMPLEX"},
		{"a fragment in itself", `{ me { ...a } } fragment a on Professional { ...a }`, "GRAPHQL_VALIDATION_FAILED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, answer := a.ask(t, "jordan", test.query, nil); codeOf(t, answer) != test.code {
				t.Errorf("code %q, want %q", codeOf(t, answer), test.code)
			} else if text := at(t, answer, "errors", 0, "message").(string); strings.HasPrefix(test.name, "thirty") && !strings.Contains(text, "deeper than the 15 levels") {
				t.Errorf("not refused for its depth: %s", text)
			}
		})
	}
	t.Run("a document of a million tokens", func(t *testing.T) {
		_, answer := a.ask(t, "jordan", "{ me { "+strings.Repeat("id ", 100_000)+"} }", nil)
		if answer["errors"] == nil {
			t.Error("was answered")
		}
	})
	t.Run("introspection is within the limits", func(t *testing.T) {
		of := "kind name"
		for range 7 {
			of += " ofType { kind name"
		}
		of += strings.Repeat(" }", 7)
		_, answer := a.ask(t, "", "{ __schema { types { name fields { name args { type { "+of+" } } type { "+of+" } } } } }", nil)
		if answer["errors"] != nil {
			t.Error(indented(answer["errors"]))
		}
	})
}

func validations(n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(" v" + strconv.Itoa(i) + `: validateProgram(input: {text: "x"}) { problems { message } }`)
	}
	return text.String()
}

func aliases(n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(" a" + strconv.Itoa(i) + ": me { credits(first: 100) { nodes { id title notes } } }")
	}
	return text.String()
}

func previews(n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(" a" + strconv.Itoa(i) + `: previewCredit(input: {title: "x", completedOn: "2026-11-01", minutes: 50}) { certifications { changes { requirementId } } }`)
	}
	return text.String()
}

func TestBodies(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	huge := append([]byte(`{"query":"{ me { id } }","variables":{"x":"`), bytes.Repeat([]byte("x"), 100<<20)...)
	for _, test := range []struct {
		name, contentType string
		body              []byte
		status            int
	}{
		{"a hundred megabytes", "application/json", huge, http.StatusRequestEntityTooLarge},
		{"no JSON", "application/json", []byte("{"), http.StatusBadRequest},
		{"no object", "application/json", []byte("[]"), http.StatusBadRequest},
		{"no query", "application/json", []byte("{}"), http.StatusBadRequest},
		{"a query that is no text", "application/json", []byte(`{"query":7}`), http.StatusBadRequest},
		{"variables that are no object", "application/json", []byte(`{"query":"{ me { id } }","variables":[]}`), http.StatusBadRequest},
		{"a form", "application/x-www-form-urlencoded", []byte("query={me{id}}"), http.StatusUnsupportedMediaType},
		{"another charset", "application/json; charset=latin1", []byte(`{"query":"{ me { id } }"}`), http.StatusUnsupportedMediaType},
		{"a query", "application/json; charset=utf-8", []byte(`{"query":"{ __typename }"}`), http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, err := http.Post(a.url, test.contentType, bytes.NewReader(test.body))
			if err != nil {
				// A server may stop reading and answer before all was sent; the connection then breaks.
				if test.status != http.StatusRequestEntityTooLarge {
					t.Fatal(err)
				}
				return
			}
			defer func() { _ = response.Body.Close() }()
			if response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
			var answer map[string]any
			if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
				t.Errorf("no JSON: %v", err)
			}
		})
	}
}

// The rules of https://graphql.github.io/graphql-over-http/draft/ that clients meet.
func TestGraphQLOverHTTP(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	const plain, graphql = "application/json", "application/graphql-response+json"
	for _, test := range []struct {
		name, method, query, accept string
		status                      int
		data                        bool // whether the answer has an entry "data"
	}{
		{"a query by GET", "GET", "{ __typename }", graphql, 200, true},
		{"a mutation by GET", "GET", `mutation { signOut(input: {refreshToken: "x"}) { signedOut } }`, graphql, 405, false},
		{"no query by GET", "GET", "", graphql, 400, false},
		{"PUT", "PUT", "{ __typename }", graphql, 405, false},
		{"a query", "POST", "{ __typename }", graphql, 200, true},
		{"an error of a field", "POST", "{ me { id } }", graphql, 200, true},
		{"a syntax error", "POST", "{", graphql, 400, false},
		{"a syntax error, plain", "POST", "{", plain, 200, false},
		{"an unknown field", "POST", "{ shoeSize }", graphql, 400, false},
		{"an unknown field, plain", "POST", "{ shoeSize }", plain, 200, false},
		{"a missing variable", "POST", "query($id: ID!) { node(id: $id) { id } }", graphql, 400, false},
		{"a missing variable, plain", "POST", "query($id: ID!) { node(id: $id) { id } }", plain, 200, false},
		{"too costly, plain", "POST", "{ me { credits(first: 100) { nodes { uses { certification { standing { credits(first: 100) { nodes { explanation } } } } } } } } }", plain, 200, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequest(test.method, a.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.method == "GET" {
				query := request.URL.Query()
				if test.query != "" {
					query.Set("query", test.query)
				}
				request.URL.RawQuery = query.Encode()
			} else {
				body, err := json.Marshal(map[string]string{"query": test.query})
				if err != nil {
					t.Fatal(err)
				}
				if request, err = http.NewRequest(test.method, a.url, bytes.NewReader(body)); err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", plain)
			}
			request.Header.Set("Accept", test.accept)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			var answer map[string]any
			if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
				t.Fatal(err)
			}
			if _, data := answer["data"]; response.StatusCode != test.status || data != test.data {
				t.Errorf("status %d, want %d; data %v, want %v: %v", response.StatusCode, test.status, data, test.data, answer)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	jordan := a.person(t, "jordan")
	query := []byte(`{"query":"{ me { id } }"}`)
	if status, answer := a.send(t, jordan.accessToken, query); status != 200 || answer["errors"] != nil {
		t.Fatal(status, answer)
	}
	middle := len(jordan.accessToken) / 2
	tampered := jordan.accessToken[:middle] + string(jordan.accessToken[middle]^1) + jordan.accessToken[middle+1:]
	for name, token := range map[string]string{"tampered": tampered, "nonsense": "nonsense", "a refresh token": jordan.refreshToken} {
		if status, answer := a.send(t, token, query); status != http.StatusUnauthorized || codeOf(t, answer) != "UNAUTHENTICATED" {
			t.Errorf("%s: status %d: %v", name, status, answer)
		}
	}
	a.clock.Set(a.clock.Now().Add(time.Hour))
	if status, answer := a.send(t, jordan.accessToken, query); status != http.StatusUnauthorized || codeOf(t, answer) != "UNAUTHENTICATED" {
		t.Errorf("expired: status %d: %v", status, answer)
	}
	_, answer := a.ask(t, "", `mutation($token: String!) { refreshSession(input: {refreshToken: $token}) { accessToken } }`, map[string]any{"token": jordan.refreshToken})
	fresh := at(t, answer, "data", "refreshSession", "accessToken").(string)
	if status, answer := a.send(t, fresh, query); status != 200 || answer["errors"] != nil {
		t.Errorf("refreshed: status %d: %v", status, answer)
	}
}

func TestAHundredWrongPasswords(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.person(t, "jordan")
	signIn := func(password string) map[string]any {
		_, answer := a.ask(t, "", `mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }`,
			map[string]any{"input": map[string]any{"email": "jordan@example.com", "password": password}})
		return answer
	}
	codes := map[string]int{}
	for range 100 {
		codes[codeOf(t, signIn("wrong"))]++
	}
	if codes["UNAUTHENTICATED"] > 10 || codes["UNAUTHENTICATED"]+codes["RATE_LIMITED"] != 100 {
		t.Errorf("answers: %v", codes)
	}
	limited := signIn(passwordOf("jordan"))
	if codeOf(t, limited) != "RATE_LIMITED" || at(t, limited, "errors", 0, "extensions", "retryAfterSeconds").(float64) <= 0 {
		t.Errorf("the right password while limited: %v", limited)
	}
	a.clock.Set(a.clock.Now().Add(time.Hour))
	if answer := signIn(passwordOf("jordan")); answer["errors"] != nil {
		t.Errorf("the right password an hour later: %v", answer)
	}
}

func TestRates(t *testing.T) {
	for name, test := range map[string]struct {
		limits  Server
		viewer  string
		refused bool // whether somebody else at the same address is refused as well
	}{
		"of an address": {limits: Server{AddressRate: 5, ViewerRate: 100_000}, refused: true},
		"of a viewer":   {limits: Server{AddressRate: 100_000, ViewerRate: 5}, viewer: "jordan"},
	} {
		t.Run(name, func(t *testing.T) {
			saved := testServer
			defer func() { testServer = saved }()
			store := stores["sqlite"](t)
			people := newAPI(t, store)
			people.person(t, "jordan")
			people.person(t, "sam")
			testServer.AddressRate, testServer.ViewerRate = test.limits.AddressRate, test.limits.ViewerRate
			a := newAPI(t, store)
			a.people = people.people
			refused := false
			for range 12 {
				status, answer := a.ask(t, test.viewer, `{ __typename }`, nil)
				if refused = status == http.StatusTooManyRequests; refused {
					if codeOf(t, answer) != "RATE_LIMITED" {
						t.Error(answer)
					}
					break
				}
			}
			if !refused {
				t.Error("twelve requests a minute were answered where five are allowed")
			}
			if status, _ := a.ask(t, "sam", `{ __typename }`, nil); status == http.StatusTooManyRequests != test.refused {
				t.Errorf("somebody else: status %d", status)
			}
		})
	}
}
