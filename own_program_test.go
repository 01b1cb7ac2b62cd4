package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// ownProgram is the text of a small program with so many versions, which ask for 30 hours, then 31 and so on.
func ownProgram(name string, versions int) string {
	text := "name: " + name + `
own-body:
  name: Example Guild
  units:
    - {id: own.hour, symbol: h, name: hour, plural: hours, minutes: 60}
unit: own.hour
sources:
  - {id: letter, title: Letter of the guild, confidence: MEDIUM}
cycle: {length: 2 years, ends: 2027-12-31, source: letter}
versions:
  - source: letter
    requirements: [{id: total, title: Total, minimum: 30, source: letter}]
`
	for i := 1; i < versions; i++ {
		text += fmt.Sprintf("  - from: %d-01-01\n    source: letter\n    requirements: [{id: total, title: Total, minimum: %d, source: letter}]\n", 2025+i, 30+i)
	}
	return text
}

// padded is the text with a comment that makes it so many bytes long.
func padded(text string, length int) string {
	return text + "# " + strings.Repeat("x", length-len(text)-3) + "\n"
}

const (
	createProgram = `mutation($id: ID, $text: String!) { createProgram(input: {id: $id, text: $text}) { program { id revision } } }`
	updateProgram = `mutation($id: ID!, $revision: Int!, $text: String!) { updateProgram(input: {id: $id, revision: $revision, text: $text}) { program { revision } } }`
	removeProgram = `mutation($id: ID!, $revision: Int!) { removeProgram(input: {id: $id, revision: $revision}) { removedProgramId } }`
)

// change asks for a change of a program and returns the code of the answer.
func (a *api) change(t testing.TB, query, id string, revision int, text string) string {
	t.Helper()
	variables := map[string]any{"text": text, "revision": revision}
	if id != "" {
		variables["id"] = id
	}
	_, answer := a.ask(t, "jordan", query, variables)
	return codeOf(t, answer)
}

func TestLimitsOfOwnPrograms(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Fatalf("%s: code %q, want %q", what, got, want)
		}
	}
	t.Run("of one text", func(t *testing.T) {
		text := ownProgram("Long", 1)
		expect("64 kB", a.change(t, createProgram, uuid(900), 0, padded(text, ce.MaxProgramTextLength)), "")
		expect("a byte more", a.change(t, createProgram, "", 0, padded(text, ce.MaxProgramTextLength+1)), "INVALID_INPUT")
		expect("a byte more in an update", a.change(t, updateProgram, uuid(900), 1, padded(text, ce.MaxProgramTextLength+1)), "INVALID_INPUT")
		_, answer := a.ask(t, "jordan", `mutation($text: String!) { validateProgram(input: {text: $text}) { problems { line message } } }`,
			map[string]any{"text": padded(text, ce.MaxProgramTextLength+1)})
		if got := at(t, answer, "data", "validateProgram", "problems", 0, "message"); got != "must be at most 64 kB long" {
			t.Errorf("validated: %v", got)
		}
		expect("4000 lines", a.change(t, createProgram, uuid(901), 0, text+strings.Repeat("\n", ce.MaxProgramLines-1-strings.Count(text, "\n"))), "")
		expect("a line more", a.change(t, createProgram, "", 0, text+strings.Repeat("\n", ce.MaxProgramLines-strings.Count(text, "\n"))), "INVALID_INPUT")
		expect("50 versions", a.change(t, createProgram, uuid(902), 0, ownProgram("Versions", 50)), "")
		expect("51 versions", a.change(t, createProgram, "", 0, ownProgram("Versions", 51)), "INVALID_INPUT")
		for _, id := range []int{900, 901, 902} {
			expect("remove", a.change(t, removeProgram, uuid(id), 1, ""), "")
		}
	})
	t.Run("of all texts together", func(t *testing.T) {
		text := padded(ownProgram("Long", 1), ce.MaxProgramTextLength)
		room := ce.MaxProgramTextsSum / ce.MaxProgramTextLength
		for i := range room - 1 {
			expect("create", a.change(t, createProgram, uuid(100+i), 0, text), "")
		}
		expect("update, the last that has room", a.change(t, updateProgram, uuid(100), 1, strings.Replace(text, "Long", "Last", 1)), "")
		expect("one more", a.change(t, createProgram, "", 0, ownProgram("Short", 1)), "LIMIT_EXCEEDED")
		expect("one more by an update", a.change(t, updateProgram, uuid(101), 1, ownProgram("Short", 1)), "LIMIT_EXCEEDED")
		expect("a repeated request", a.change(t, createProgram, uuid(101), 0, text), "")
		for i := range room - 1 {
			revision := 1
			if i == 0 {
				revision = 2
			}
			expect("remove", a.change(t, removeProgram, uuid(100+i), revision, ""), "")
		}
	})
	t.Run("of programs and of texts of one", func(t *testing.T) {
		for i := range ce.MaxOwnPrograms {
			expect("create", a.change(t, createProgram, uuid(300+i), 0, ownProgram("Many", 1)), "")
		}
		expect("one more", a.change(t, createProgram, "", 0, ownProgram("Many", 1)), "LIMIT_EXCEEDED")
		expect("a repeated request", a.change(t, createProgram, uuid(300), 0, ownProgram("Many", 1)), "")
		for i := 1; i < ce.MaxProgramTexts; i++ {
			expect("update", a.change(t, updateProgram, uuid(300), i, ownProgram(fmt.Sprint("Many ", i), 1)), "")
		}
		expect("one text more", a.change(t, updateProgram, uuid(300), ce.MaxProgramTexts, ownProgram("Many more", 1)), "LIMIT_EXCEEDED")
		expect("remove", a.change(t, removeProgram, uuid(301), 1, ""), "")
		expect("room again", a.change(t, createProgram, "", 0, ownProgram("Many", 1)), "")
		_, answer := a.ask(t, "", `{ programs { totalCount } }`, nil)
		others := int(at(t, answer, "data", "programs", "totalCount").(float64))
		_, answer = a.ask(t, "jordan", `{ programs(first: 40) { totalCount pageInfo { endCursor } } }`, nil)
		if got := at(t, answer, "data", "programs", "totalCount"); got != float64(ce.MaxOwnPrograms+others) {
			t.Errorf("%v programs", got)
		}
		_, answer = a.ask(t, "jordan", `query($after: String) { programs(first: 100, after: $after) { nodes { own } } }`,
			map[string]any{"after": at(t, answer, "data", "programs", "pageInfo", "endCursor")})
		rest := at(t, answer, "data", "programs", "nodes").([]any)
		if len(rest) != ce.MaxOwnPrograms-40+others || !at(t, rest, 9, "own").(bool) || at(t, rest, 10).(map[string]any)["own"] != false {
			t.Errorf("the second page: %s", indented(rest))
		}
	})
}

// A certification that is added while its program is removed is not left without rules.
func TestOwnProgramIsHeldOrRemoved(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.person(t, "jordan")
		outcomes := map[string]int{}
		for i := range 40 {
			id := uuid(i)
			if code := a.change(t, createProgram, id, 0, ownProgram("Raced", 1)); code != "" {
				t.Fatal(code)
			}
			var group sync.WaitGroup
			var added, removed string
			group.Go(func() {
				_, answer := a.ask(t, "jordan", `mutation { addCertification(input: {programId: "`+id+`"}) { certification { id } } }`, nil)
				added = codeOf(t, answer)
			})
			group.Go(func() { removed = a.change(t, removeProgram, id, 1, "") })
			group.Wait()
			outcomes[added+" "+removed]++
			_, answer := a.ask(t, "jordan", `{ me { certifications(first: 100) { nodes { program { name } standing { outcome } } } } }`, nil)
			if answer["errors"] != nil {
				t.Fatalf("added %q, removed %q: %s", added, removed, indented(answer))
			}
		}
		if outcomes[" CONFLICT"]+outcomes["INVALID_INPUT "] != 40 {
			t.Errorf("outcomes of adding and removing: %v", outcomes)
		}
	})
}

// What a process that died has left undone after a change of an own program, the sweep does.
func TestSweepAfterAChangeOfAnOwnProgram(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		jordan := ce.ProfessionalID(a.person(t, "jordan").id)
		handle := store.Professional(jordan)
		unfinished := func() int {
			t.Helper()
			found, err := store.System().Unfinished(t.Context(), a.clock.Now().Add(time.Hour), 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		required := func() string {
			t.Helper()
			standings, err := handle.Standings(t.Context())
			if err != nil || len(standings) != 1 {
				t.Fatal(standings, err)
			}
			return standings[ce.CertificationID(uuid(1))].Requirements[0].Required.String()
		}
		for _, code := range []string{
			a.change(t, createProgram, uuid(9), 0, ownProgram("Removed", 1)),
			a.change(t, removeProgram, uuid(9), 1, ""),
			a.change(t, createProgram, uuid(2), 0, ownProgram("Kept", 1)),
			a.change(t, updateProgram, uuid(2), 1, ownProgram("Kept and renamed", 1)),
		} {
			if code != "" {
				t.Fatal(code)
			}
		}
		_, answer := a.ask(t, "jordan", `mutation { addCertification(input: {id: "`+uuid(1)+`", programId: "`+uuid(2)+`"}) { certification { id } } }`, nil)
		if answer["errors"] != nil || unfinished() != 0 || required() != "30" {
			t.Fatalf("before: %s, %d unfinished, %s required", indented(answer), unfinished(), required())
		}
		if code := a.change(t, updateProgram, uuid(2), 2, ownProgram("Kept", 2)); code != "" || unfinished() != 0 || required() != "31" {
			t.Fatalf("updated: %s, %d unfinished, %s required", code, unfinished(), required())
		}

		_, err := handle.OwnPrograms().Update(t.Context(), ce.ProgramID(uuid(2)), func(p *ce.OwnProgram) error {
			p.Texts = append(p.Texts, ce.ProgramText{Text: strings.Replace(ownProgram("Kept", 2), "minimum: 31", "minimum: 32", 1), CreatedAt: a.clock.Now()})
			return nil
		})
		if err != nil || unfinished() != 1 || required() != "31" {
			t.Fatalf("changed: %v, %d unfinished, %s required", err, unfinished(), required())
		}
		_, answer = a.ask(t, "jordan", `{ me { certifications { nodes { standing { requirements { required } } } } deadlines { nodes { remaining } } } }`, nil)
		if got := at(t, answer, "data", "me", "certifications", "nodes", 0, "standing", "requirements", 0, "required"); got != "32" {
			t.Errorf("read before the sweep: %v", got)
		}
		if got := at(t, answer, "data", "me", "deadlines", "nodes", 0, "remaining"); got != "32" {
			t.Errorf("deadline read before the sweep: %v", got)
		}
		if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if unfinished() != 0 || required() != "32" {
			t.Errorf("swept: %d unfinished, %s required", unfinished(), required())
		}
	})
}

func TestOwnProgramsAreErasedWithTheAccount(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		handle := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
		if code := a.change(t, createProgram, uuid(1), 0, ownProgram("Erased", 1)); code != "" {
			t.Fatal(code)
		}
		held, err := handle.ReadCertifications(t.Context())
		if err != nil || len(held.OwnPrograms.Items) != 1 {
			t.Fatal(held, err)
		}
		_, answer := a.ask(t, "jordan", `mutation($password: String!) { deleteAccount(input: {confirm: true, password: $password}) { __typename } }`, map[string]any{"password": passwordOf("jordan")})
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		held, err = handle.ReadCertifications(t.Context())
		if err != nil || len(held.OwnPrograms.Items) != 0 {
			t.Errorf("after the erasure: %v, %v", held, err)
		}
		_, answer = a.ask(t, "sam", createProgram, map[string]any{"id": uuid(1), "text": ownProgram("Anew", 1)})
		if answer["errors"] != nil {
			t.Errorf("the id is still taken: %s", indented(answer))
		}
	})
}
