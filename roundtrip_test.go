package main

import (
	"sync"
	"testing"

	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
)

// commands records what is sent to MongoDB.
type commands struct {
	mu    sync.Mutex
	names []string
}

func (c *commands) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names = append(c.names, name)
}

// take returns what was sent since it was last called.
func (c *commands) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := c.names
	c.names = nil
	return names
}

// A phone waits for each round trip between server and database, so their number must not grow with what a professional has.
func TestRoundTrips(t *testing.T) {
	var sent commands
	store, err := mongodb.Open(t.Context(), mongodbtest.URI(t), mongodb.OnCommand(sent.add))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	a := newAPI(t, store)
	request := func(query string) {
		t.Helper()
		if _, answer := a.ask(t, "jordan", query, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
	}
	add := func(program string) {
		t.Helper()
		request(`mutation { addCertification(input: {programId: "` + program + `", issuedOn: "2012-03-02"}) { certification { id } } }`)
	}
	count := func(what string, most int, query string, variables any) map[string]any {
		t.Helper()
		sent.take()
		_, answer := a.ask(t, "jordan", query, variables)
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if names := sent.take(); len(names) > most || len(names) == 0 {
			t.Errorf("%s: %d round trips, at most %d: %v", what, len(names), most, names)
		}
		return answer
	}
	home := `{ me { name certifications(first: 10) { nodes { id program { name } cycle { earnBy }
		standing { outcome requirements { title earned required } } deadlines { nodes { title } } } }
		credits(first: 20) { nodes { id title completedOn } } deadlines { nodes { dueOn title certification { id } } } } }`
	most := 8
	log := func(i int, narrowed bool, unit string) {
		t.Helper()
		input := benchCredit(i)
		if narrowed {
			_, answer := a.ask(t, "jordan", `{ me { certifications { nodes { id } } } }`, nil)
			input["input"].(map[string]any)["certificationIds"] = []any{at(t, answer, "data", "me", "certifications", "nodes", 0, "id")}
		}
		if unit != "" {
			fields := input["input"].(map[string]any)
			delete(fields, "minutes")
			fields["amount"], fields["unit"] = "1.5", unit
		}
		count("logCredit", most, `mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { id uses { counted } }
			certifications { standing { outcome requirements { earned } credits { nodes { counted } } } deadlines { nodes { remaining } } } } }`, input)
	}
	add("us-ga-cpa")
	log(0, false, "")
	log(1, true, "")
	count("home screen", 6, home, nil)
	for _, program := range []string{"iia-cia", "us-ga-pharmacist", "us-ga-cpa", "iia-cia"} {
		add(program)
	}
	for i := range 150 {
		log(2+i, i == 149, "")
	}
	count("home screen", 6, home, nil)
	count("the inbox", 3, `{ me { unreadCount notifications(first: 20) { nodes { id createdAt readAt items { title } } } } }`, nil)
	count("what is planned", 7, `{ me { certifications { nodes { reminders { nodes { at deadline { title } } } } } reminderPreferences { ladder } } }`, nil)
	preview := `query($input: LogCreditInput!) { previewCredit(input: $input) { certifications { certification { program { name } }
		before { outcome credits { nodes { counted } } } after { outcome credits { nodes { counted credit { title uses { counted } } } } }
		use { counted credit { title } } changes { requirementId before { earned } after { earned } } } } }`
	count("preview of a new credit", 6, preview, benchCredit(1000))
	input := benchCredit(1001)
	_, answer := a.ask(t, "jordan", `{ me { credits(first: 1) { nodes { id } } } }`, nil)
	input["input"].(map[string]any)["id"] = at(t, answer, "data", "me", "credits", "nodes", 0, "id")
	count("preview of a change", 6, preview, input)
	count("credits with their uses", 6, `{ me { credits(first: 20) { nodes { title uses { counted explanation certification { program { name } } } } } } }`, nil)

	request(`mutation { createProgram(input: {id: "` + uuid(3) + `", name: "Yoga teacher", hours: {amount: "30", years: 2, endsOn: "2027-12-31"}}) { program { id } } }`)
	log(200, false, "")
	add(uuid(3))
	log(201, false, "")
	log(202, true, "")
	log(203, false, uuid(3)+".hour")
	count("home screen with an own program", 6, home, nil)

	a.found(t, "jordan")
	most++ // a member's overview is saved, too
	request(`mutation { createProgram(input: {id: "` + uuid(5) + `", organizationId: "` + uuid(901) + `", name: "Fire safety", hours: {amount: "2", years: 1, endsOn: "2027-12-31"}}) { program { id } } }`)
	log(205, false, "")
	add(uuid(5))
	log(206, true, "")
	log(207, false, uuid(5)+".hour")
	count("home screen with a program of an organization", 6, home, nil)

	request(`mutation { addDeadline(input: {id: "` + uuid(4) + `", title: "CPR card", dueOn: "2027-12-31", repeats: {every: 2, unit: YEARS}}) { deadline { id } } }`)
	log(204, false, "")
	count("home screen with an own deadline", 6, home, nil)
	count("deadlines with their snoozes", 5, `{ me { deadlines(first: 100) { nodes { id snoozedUntil } } } }`, nil)
	count("snoozeDeadline", 12, `mutation { snoozeDeadline(input: {id: "`+uuid(4)+`", until: "2027-12-01"}) { deadline { title snoozedUntil } } }`, nil)
	address := a.subscribe(t, "jordan")
	calendarOf(t, address)
	sent.take()
	calendarOf(t, address)
	if names := sent.take(); len(names) > 6 {
		t.Errorf("calendar: %d round trips, at most 6: %v", len(names), names)
	}
	count("completeDeadline", 12, `mutation { completeDeadline(input: {id: "`+uuid(4)+`", version: 1}) { deadline { status } next { dueOn } } }`, nil)

	count("members of an organization", 4, `{ organization(id: "`+uuid(901)+`") { members(filter: {outcome: AT_RISK, search: "jo", program: "iia-cia"}, orderBy: RISK, first: 50) {
		nodes { name role groups { name } outcome nextDeadline { dueOn title } standings { program { name } outcome dueOn missing { title } } } pageInfo { endCursor } } } }`, nil)
	count("summary of an organization", 5, `{ organization(id: "`+uuid(901)+`") { summary { members byOutcome { members } byProgram { members } a: dueWithin(days: 30) b: dueWithin(days: 90) } } }`, nil)
	input = benchCredit(2000)
	count("logCredit of a member", 9, `mutation($input: LogCreditInput!) { logCredit(input: $input) { credit { id } } }`, input)
}
