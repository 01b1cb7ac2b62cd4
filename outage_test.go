package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
)

// A database that goes away in the midst of a request, before what was sent or its answer arrives, is told as
// UNAVAILABLE; once it is back, the same request succeeds and the credit is there once.
func TestADatabaseThatGoesAwayAndComesBack(t *testing.T) {
	for _, test := range []struct {
		name       string
		answerLost bool
	}{{"request lost", false}, {"answer lost", true}} {
		t.Run(test.name, func(t *testing.T) {
			cable, uri := mongodbtest.Forward(t, mongodbtest.URI(t))
			store, err := mongodb.Open(t.Context(), uri+"&serverSelectionTimeoutMS=1000")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			a := newAPI(t, store)
			a.person(t, "jordan")
			if ready := a.ready(t); ready != http.StatusOK {
				t.Fatalf("/readyz: %d", ready)
			}
			const log = `mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { version title } } }`
			input := map[string]any{"input": map[string]any{"id": uuid(7), "title": "Cut here", "completedOn": "2026-11-01", "minutes": 50}}

			cable.CutWhen("Cut here", test.answerLost)
			status, answer := a.ask(t, "jordan", log, input)
			if codeOf(t, answer) != "UNAVAILABLE" || status != http.StatusOK {
				t.Fatalf("cut off: status %d: %s", status, indented(answer))
			}
			if text := at(t, answer, "errors", 0, "message").(string); !strings.Contains(text, "Send the same request again") {
				t.Error(text)
			}
			if _, answer := a.ask(t, "jordan", `{ me { name } }`, nil); codeOf(t, answer) != "UNAVAILABLE" {
				t.Errorf("while it is away: %s", indented(answer))
			}
			if ready := a.ready(t); ready != http.StatusServiceUnavailable {
				t.Errorf("/readyz while it is away: %d", ready)
			}

			cable.Restore(t)
			_, answer = a.ask(t, "jordan", log, input)
			if answer["errors"] != nil || at(t, answer, "data", "logCredit", "credit", "version").(float64) != 1 {
				t.Errorf("sent again: %s", indented(answer))
			}
			_, answer = a.ask(t, "jordan", `{ me { credits { nodes { title } } } }`, nil)
			if credits := at(t, answer, "data", "me", "credits", "nodes").([]any); len(credits) != 1 {
				t.Errorf("there are %d credits, want 1", len(credits))
			}
			if ready := a.ready(t); ready != http.StatusOK {
				t.Errorf("/readyz when it is back: %d", ready)
			}
		})
	}
}

// ready returns the status of /readyz.
func (a *api) ready(t *testing.T) int {
	t.Helper()
	response, err := http.Get(strings.TrimSuffix(a.url, "/graphql") + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestARequestThatTakesTooLong(t *testing.T) {
	saved := testServer
	defer func() { testServer = saved }()
	store := stores["sqlite"](t)
	jordan := newAPI(t, store).person(t, "jordan")
	testServer.RequestTime = time.Nanosecond
	_, answer := newAPI(t, store).send(t, jordan.accessToken, []byte(`{"query":"{ me { id } }"}`))
	if codeOf(t, answer) != "UNAVAILABLE" {
		t.Errorf("after a nanosecond: %s", indented(answer))
	}
}

func TestNotesThatAreTooLong(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	log := func(length int) map[string]any {
		_, answer := a.ask(t, "jordan", `mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { notes } } }`, map[string]any{
			"input": map[string]any{"title": "Long", "completedOn": "2026-11-01", "minutes": 50, "notes": string(bytes.Repeat([]byte("n"), length))},
		})
		return answer
	}
	refused := log(51_000)
	if codeOf(t, refused) != "INVALID_INPUT" || at(t, refused, "errors", 0, "extensions", "path", 0) != "notes" {
		t.Errorf("51 kB of notes: %s", indented(refused["errors"]))
	}
	_, answer := a.ask(t, "jordan", `{ me { credits { nodes { id } } } }`, nil)
	if credits := at(t, answer, "data", "me", "credits", "nodes").([]any); len(credits) != 0 {
		t.Error("something was stored")
	}
	if answer := log(50_000); answer["errors"] != nil {
		t.Errorf("50 kB of notes: %s", indented(answer["errors"]))
	}
}
