package main

import (
	"strings"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

// Deadlines of one's own are read with every change, so that their number has a limit, which what repeats keeps, too.
func TestOwnDeadlinesHaveALimit(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	for i := range ce.MaxOwnDeadlines {
		add := `mutation { addDeadline(input: {id: "` + uuid(i) + `", title: "Fee", dueOn: "2027-01-31", repeats: {every: 1, unit: MONTHS}}) { deadline { id } } }`
		if _, answer := a.ask(t, "jordan", add, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
	}
	for name, mutation := range map[string]string{
		"one more":          `addDeadline(input: {title: "Fee", dueOn: "2027-01-31"}) { deadline { id } }`,
		"one that repeats":  `completeDeadline(input: {id: "` + uuid(0) + `", version: 1}) { next { id } }`,
		"and says of which": `completeDeadline(input: {id: "` + uuid(1) + `", version: 1, nextDueOn: "2027-03-01"}) { next { id } }`,
	} {
		if _, answer := a.ask(t, "jordan", "mutation { "+mutation+" }", nil); codeOf(t, answer) != "LIMIT_EXCEEDED" {
			t.Errorf("%s: %s", name, indented(answer))
		}
	}
	_, answer := a.ask(t, "jordan", `{ node(id: "`+uuid(0)+`") { ... on Deadline { status own { version } } } }`, nil)
	if at(t, answer, "data", "node", "status") != "UPCOMING" {
		t.Errorf("the one whose next was refused: %s", indented(answer))
	}
	for name, mutation := range map[string]string{
		"repeated": `addDeadline(input: {id: "` + uuid(7) + `", title: "Fee", dueOn: "2027-01-31", repeats: {every: 1, unit: MONTHS}}) { deadline { id } }`,
		"changed":  `updateDeadline(input: {id: "` + uuid(7) + `", version: 1, title: "Annual fee"}) { deadline { id } }`,
		"removed":  `removeDeadline(input: {id: "` + uuid(8) + `", version: 1}) { removedDeadlineId }`,
	} {
		if _, answer := a.ask(t, "jordan", "mutation { "+mutation+" }", nil); answer["errors"] != nil {
			t.Errorf("%s: %s", name, indented(answer))
		}
	}
	if _, answer := a.ask(t, "jordan", `mutation { completeDeadline(input: {id: "`+uuid(0)+`", version: 1}) { next { dueOn } } }`, nil); answer["errors"] != nil ||
		at(t, answer, "data", "completeDeadline", "next", "dueOn") != "2027-02-28" {
		t.Errorf("with room: %s", indented(answer))
	}
}

// A phone whose answer is lost says again, many times at once, that a deadline was done: one follows.
func TestOneDeadlineFollows(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		add := `mutation { addDeadline(input: {id: "` + uuid(1) + `", title: "Fee", dueOn: "2027-01-31", repeats: {every: 1, unit: YEARS}}) { deadline { id } } }`
		if _, answer := a.ask(t, "jordan", add, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		done := make(chan string)
		for range 8 {
			go func() {
				_, answer := a.ask(t, "jordan", `mutation { completeDeadline(input: {id: "`+uuid(1)+`", version: 1}) { deadline { own { version } } next { dueOn } } }`, nil)
				done <- indented(answer)
			}()
		}
		first := <-done
		for range 7 {
			if answer := <-done; answer != first || !strings.Contains(answer, `"dueOn": "2028-01-31"`) {
				t.Errorf("answers differ:\n%s\n%s", first, answer)
			}
		}
		_, answer := a.ask(t, "jordan", `{ me { deadlines(includeDone: true) { nodes { id } } } }`, nil)
		if n := len(at(t, answer, "data", "me", "deadlines", "nodes").([]any)); n != 2 {
			t.Errorf("%d deadlines", n)
		}
	})
}
