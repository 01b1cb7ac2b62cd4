package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// share has the owner create a program of the organization uuid(901), or the next text of it where the revision is not 0.
func (a *api) share(t *testing.T, owner, id string, revision int, text string) string {
	t.Helper()
	query := `mutation($id: ID, $text: String!) { createProgram(input: {id: $id, organizationId: "` + uuid(901) + `", text: $text}) { program { id } } }`
	variables := map[string]any{"id": id, "text": text}
	if revision > 0 {
		query, variables["revision"] = updateProgram, revision
	}
	_, answer := a.ask(t, owner, query, variables)
	return codeOf(t, answer)
}

// required is what the standing that is stored for the certification asks for.
func required(t *testing.T, store storage.Store, professional, certification string) string {
	t.Helper()
	standings, err := store.Professional(ce.ProfessionalID(professional)).Standings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	standing, ok := standings[ce.CertificationID(certification)]
	if !ok {
		t.Fatalf("no standing of %s", certification)
	}
	return standing.Requirements[0].Required.String()
}

// What an organisation changes of its program reaches all who hold it, more than one round of the sweep takes, and also who added it just
// then, by a process that died.
func TestAChangedProgramReachesItsHolders(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		if code := a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1)); code != "" {
			t.Fatal(code)
		}
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		const many = 60
		for i := range many {
			a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(100+i), uuid(1)))
		}
		a.mutate(t, "olga", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(200), uuid(1)))
		nina, olga := a.person(t, "nina").id, a.person(t, "olga").id
		program, err := store.Organization(ce.OrganizationID(uuid(901))).Program(t.Context(), ce.ProgramID(uuid(1)))
		if err != nil {
			t.Fatal(err)
		}
		late := ce.Certification{
			ID: ce.CertificationID(uuid(201)), Program: program.ID, TimeZone: "UTC", Shared: program.Shared(), CreatedAt: a.clock.Now(), UpdatedAt: a.clock.Now(),
		}
		if code := a.share(t, "olga", uuid(1), 1, ownProgram("Shared", 2)); code != "" {
			t.Fatal(code)
		}
		if got := required(t, store, nina, uuid(100)); got != "30" {
			t.Fatalf("before the sweep: %s", got)
		}
		sweep := func() {
			t.Helper()
			if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		for i := range many {
			if got := required(t, store, nina, uuid(100+i)); got != "31" {
				t.Fatalf("after the sweep: %s", got)
			}
		}
		if got := required(t, store, olga, uuid(200)); got != "31" {
			t.Fatalf("at another holder: %s", got)
		}
		if changed, err := store.System().ChangedPrograms(t.Context(), 10); err != nil || len(changed) != 0 {
			t.Fatalf("still to be handed on: %v, %v", changed, err)
		}
		if _, err := store.Professional(ce.ProfessionalID(nina)).Certifications().Create(t.Context(), late, "digest"); err != nil {
			t.Fatal(err)
		}
		sweep() // it finds the mark of the certification, and in the refresh that the program has changed since
		sweep()
		if got := required(t, store, nina, uuid(201)); got != "31" {
			t.Errorf("of who came late: %s", got)
		}
	})
}

func TestAProgramOutlivesItsOrganization(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1))
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(2), uuid(1)))
		if code := a.share(t, "olga", uuid(1), 1, ownProgram("Shared", 2)); code != "" {
			t.Fatal(code)
		}
		a.mutate(t, "olga", fmt.Sprintf(`deleteOrganization(input: {id: %q, version: 1, confirm: true}) { deletedOrganizationId }`, uuid(901)))
		if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if changed, err := store.System().ChangedPrograms(t.Context(), 10); err != nil || len(changed) != 0 {
			t.Fatalf("still to be handed on: %v, %v", changed, err)
		}
		a.mutate(t, "nina", fmt.Sprintf(`updateCertification(input: {id: %q, version: 1, number: "7"}) { certification { id } }`, uuid(2)))
		if got := required(t, store, a.person(t, "nina").id, uuid(2)); got != "30" {
			t.Errorf("required: %s", got)
		}
	})
}

func TestLimitsOfOrganizationPrograms(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.found(t, "olga")
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Fatalf("%s: code %q, want %q", what, got, want)
		}
	}
	t.Run("programs", func(t *testing.T) {
		for i := range ce.MaxOwnPrograms {
			expect("create", a.share(t, "olga", uuid(100+i), 0, ownProgram("Many", 1)), "")
		}
		expect("one more", a.share(t, "olga", uuid(99), 0, ownProgram("Many", 1)), "LIMIT_EXCEEDED")
		expect("a repeated request", a.share(t, "olga", uuid(100), 0, ownProgram("Many", 1)), "")
		expect("one of her own", a.change(t, createProgram, uuid(98), 0, ownProgram("Mine", 1)), "")
		for i := 1; i < ce.MaxProgramTexts; i++ {
			expect("update", a.share(t, "olga", uuid(100), i, ownProgram(fmt.Sprint("Many ", i), 1)), "")
		}
		expect("one text more", a.share(t, "olga", uuid(100), ce.MaxProgramTexts, ownProgram("Many more", 1)), "LIMIT_EXCEEDED")
		for i := range ce.MaxOwnPrograms {
			revision := 1
			if i == 0 {
				revision = ce.MaxProgramTexts
			}
			a.mutate(t, "olga", fmt.Sprintf(`removeProgram(input: {id: %q, revision: %d}) { removedProgramId }`, uuid(100+i), revision))
		}
	})
	t.Run("texts", func(t *testing.T) {
		text := padded(ownProgram("Long", 1), ce.MaxProgramTextLength)
		room := ce.MaxProgramTextsSum / ce.MaxProgramTextLength
		expect("a text too long", a.share(t, "olga", uuid(200), 0, text+"x"), "INVALID_INPUT")
		for i := range room {
			expect("create", a.share(t, "olga", uuid(200+i), 0, text), "")
		}
		expect("one more", a.share(t, "olga", uuid(199), 0, ownProgram("Short", 1)), "LIMIT_EXCEEDED")
		expect("one more by an update", a.share(t, "olga", uuid(200), 1, strings.Replace(text, "Long", "Last", 1)), "LIMIT_EXCEEDED")
		add := func(i int) string {
			return a.refused(t, "olga", fmt.Sprintf(`addCertification(input: {programId: %q}) { certification { id } }`, uuid(200+i%room)))
		}
		for i := range room {
			expect("add a certification", add(i), "")
		}
		expect("one certification more", add(0), "LIMIT_EXCEEDED")
	})
}

// What an organisation recorded is in its log, also when the process dies before it is written there.
func TestRecordedFactsAreLogged(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1))
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(2), uuid(1)))
		organization := store.Organization(ce.OrganizationID(uuid(901)))
		facts := store.Professional(ce.ProfessionalID(a.person(t, "nina").id)).Certifications()
		logged := func() (reasons []string) {
			t.Helper()
			slice, err := organization.ListLog(t.Context(), storage.Page[storage.LogKey]{First: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range slice.Items {
				if entry.Action == ce.LogFactsRecorded {
					reasons = append(reasons, entry.Reason)
				}
			}
			return reasons
		}
		die := func(reason string) {
			t.Helper()
			a.clock.Set(a.clock.Now().Add(time.Second))
			_, err := facts.Update(t.Context(), ce.CertificationID(uuid(2)), func(c *ce.Certification) error {
				c.Entries = append(c.Entries, ce.LogEntry{
					ID: ce.LogEntryID(ce.NewUUID()), Organization: ce.OrganizationID(uuid(901)), At: a.clock.Now(), Action: ce.LogFactsRecorded, Reason: reason,
				})
				c.UpdatedAt = a.clock.Now()
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		die("first")
		if got := logged(); len(got) != 0 {
			t.Fatalf("before the sweep: %v", got)
		}
		if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(logged()); got != "[first]" {
			t.Fatalf("after the sweep: %v", got)
		}
		die("second")
		a.clock.Set(a.clock.Now().Add(time.Second))
		_, answer := a.ask(t, "olga", `mutation($member: ID!) { recordFacts(input: {memberId: $member, certificationId: "`+uuid(2)+`", version: 3, reason: "third",
			facts: [{questionId: "waived.total", value: "true", since: "2026-11-01"}]}) { version } }`, map[string]any{"member": a.memberID("nina", 1)})
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if got := fmt.Sprint(logged()); got != "[third second first]" {
			t.Errorf("after another recorded: %v", got)
		}
		c, err := facts.Get(t.Context(), ce.CertificationID(uuid(2)))
		if err != nil || len(c.Entries) != 1 || c.Entries[0].Reason != "third" {
			t.Errorf("kept with the certification: %v, %v", c.Entries, err)
		}
	})
}

func TestLimitOfRecordedFacts(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.found(t, "olga")
	a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1))
	a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
	a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(2), uuid(1)))
	day := ce.MustDate(2025, time.January, 1)
	record := func(version, count int) string {
		facts := make([]any, count)
		for i := range facts {
			facts[i] = map[string]any{"questionId": "waived.total", "value": "1", "since": day.String()}
			day = day.AddDays(1)
		}
		_, answer := a.ask(t, "olga", `mutation($member: ID!, $version: Int!, $facts: [FactInput!]!) {
			recordFacts(input: {memberId: $member, certificationId: "`+uuid(2)+`", version: $version, facts: $facts, reason: "Many"}) { version } }`,
			map[string]any{"member": a.memberID("nina", 1), "version": version, "facts": facts})
		return codeOf(t, answer)
	}
	for i := range ce.MaxFacts / ce.MaxRecordedFacts {
		if code := record(1+i, ce.MaxRecordedFacts); code != "" {
			t.Fatalf("%d: %s", i, code)
		}
	}
	if code := record(1+ce.MaxFacts/ce.MaxRecordedFacts, 1); code != "LIMIT_EXCEEDED" {
		t.Errorf("one more: %q", code)
	}
}

// A program of her own cannot pass for one that her organisation shares: no id of those is to be had, before or after she holds one.
func TestNobodyTakesTheIDOfASharedProgram(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		if code := a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1)); code != "" {
			t.Fatal(code)
		}
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		create := func(who string) string {
			_, answer := a.ask(t, who, createProgram, map[string]any{"id": uuid(1), "text": ownProgram("Shared", 1)})
			return codeOf(t, answer)
		}
		for _, who := range []string{"sam", "nina", "olga"} {
			if code := create(who); code != "CONFLICT" {
				t.Errorf("%s is told %q", who, code)
			}
		}
		a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(2), uuid(1)))
		a.mutate(t, "olga", fmt.Sprintf(`removeProgram(input: {id: %q, revision: 1}) { removedProgramId }`, uuid(1)))
		if code := create("nina"); code != "CONFLICT" {
			t.Errorf("after it was removed nina is told %q", code)
		}
	})
}
