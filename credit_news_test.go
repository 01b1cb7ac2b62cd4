package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/storage"
)

// approving has olga found an organization that approves credits, of which nina is a member who holds its program.
func (a *api) approving(t *testing.T) {
	t.Helper()
	a.found(t, "olga")
	if code := a.share(t, "olga", uuid(1), 0, ownProgram("Shared", 1)); code != "" {
		t.Fatal(code)
	}
	a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
	a.mutate(t, "nina", fmt.Sprintf(`addCertification(input: {id: %q, programId: %q}) { certification { id } }`, uuid(100), uuid(1)))
	a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: 1, approvesCredits: true}) { organization { version } }`, uuid(901)))
}

// logDrill has nina log the n-th drill.
func (a *api) logDrill(t *testing.T, n int) {
	t.Helper()
	a.mutate(t, "nina", fmt.Sprintf(`logCredit(input: {id: %q, title: "Drill %d", completedOn: "2026-11-20", minutes: 60}) { credit { id } }`, uuid(1000+n), n))
}

// decide has olga decide about the n-th drill.
func (a *api) decide(t *testing.T, n, version int, outcome, more string) {
	t.Helper()
	a.mutate(t, "olga", fmt.Sprintf(`reviewCredit(input: {organizationId: %q, memberId: %q, creditId: %q, version: %d, outcome: %s%s}) { credit { state } }`,
		uuid(901), a.memberID("nina", 1), uuid(1000+n), version, outcome, more))
}

// news returns what the person's inbox says of credits, newest first: the hour of UTC, and what happened in which order.
func (a *api) news(t *testing.T, person string) []string {
	t.Helper()
	_, answer := a.ask(t, person, `{ me { notifications(first: 100) { nodes { kind createdAt items { title } credits { creditId title organizationName event reason } push { state } email { state } } } } }`, nil)
	lines := []string{}
	for _, node := range at(t, answer, "data", "me", "notifications", "nodes").([]any) {
		if at(t, node, "kind") != "CREDITS" {
			continue
		}
		line := at(t, node, "createdAt").(string)[:16] + "Z"
		for _, one := range at(t, node, "credits").([]any) {
			line += fmt.Sprintf(" %v %v", at(t, one, "event"), at(t, one, "title"))
			if reason := one.(map[string]any)["reason"]; reason != nil {
				line += fmt.Sprintf(" (%v)", reason)
			}
		}
		lines = append(lines, line+fmt.Sprintf(" %v %v", at(t, node, "push", "state"), at(t, node, "email", "state")))
	}
	return lines
}

// What organizations do with credits is told in one message where it happens within minutes, in the inbox, on the phone and by e-mail, in the language of who is told; never in
// her quiet hours, not again within the hour, and in the inbox alone where she wants that.
func TestNewsOfCredits(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		c := newCarrier(t, store, 2)
		for _, server := range c.servers {
			server.tracker.Spread(0)
		}
		c.set(time.Date(2026, time.November, 22, 12, 0, 0, 0, c.zone))
		c.approving(t)
		c.register(t, "nina", "pixel", ce.PlatformAndroid, "America/New_York")
		c.mutate(t, "nina", `updateReminderPreferences(input: {version: 0, channels: [PUSH, EMAIL], language: "es", ladder: []}) { reminderPreferences { muteCredits } }`)
		c.mutate(t, "nina", `resendVerification { sent }`)
		verifications := c.letters.to(storage.MailVerification, "nina@example.com")
		c.mutate(t, "nina", `verifyEmail(input: {token: "`+verifications[len(verifications)-1].Token+`"}) { emailVerified }`)
		for n := range 8 {
			c.logDrill(t, n)
		}
		minutes := func(n int) {
			t.Helper()
			c.set(c.clock.Now().Add(time.Duration(n) * time.Minute))
			c.renew(t)
			c.work(t) // the one server may issue what the other has just looked for
			c.work(t)
		}
		expect := func(what string, inbox []string, pushed ...string) {
			t.Helper()
			same(t, what+": the inbox", inbox, c.news(t, "nina"))
			got := []string{}
			for _, p := range c.takePushed() {
				got = append(got, says(p, []string{"pixel"}))
			}
			same(t, what+": the phone", pushed, got)
		}

		c.decide(t, 0, 1, "APPROVED", "")
		minutes(2)
		c.decide(t, 1, 1, "REFUSED", `, reason: "No certificate.\nPlease add it."`)
		minutes(2)
		c.decide(t, 2, 1, "REFUSED", `, reason: "Which day?"`)
		expect("gathered", nil)
		c.set(c.clock.Now().Add(time.Minute))
		c.decide(t, 2, 2, "APPROVED", "")
		minutes(0)
		told := []string{"2026-11-22T17:05Z APPROVED Drill 0 REFUSED Drill 1 (No certificate.\nPlease add it.) APPROVED Drill 2 SENT SENT"}
		arrived := c.pushed
		expect("three at once", told,
			"pixel: 3 créditos tuyos han cambiado: St. Example aprobó un crédito tuyo: Drill 0; St. Example no aprobó un crédito tuyo: Drill 1; St. Example aprobó un crédito tuyo: Drill 2")
		_, answer := c.ask(t, "nina", `{ me { notifications(first: 1) { nodes { id } } } }`, nil)
		id := at(t, answer, "data", "me", "notifications", "nodes", 0, "id").(string)
		if diff := cmp.Diff(map[string]any{
			fcm.KeyNotification: id, fcm.KeyKind: "CREDITS", fcm.KeyCredits: strings.Join([]string{uuid(1000), uuid(1001), uuid(1002)}, ","),
			fcm.KeyLink: "https://ce.example.com/#notification=" + id,
		}, arrived[0].Message["data"]); diff != "" {
			t.Errorf("the data (-want +got):\n%s", diff)
		}
		if got := at(t, arrived[0].Message, "android", "notification", "channel_id"); got != fcm.CreditsChannel {
			t.Errorf("the channel is %v", got)
		}
		letter := c.mails.Wait(t)
		text, _ := letter.Parts(t)
		if letter.Subject(t) != "3 créditos tuyos han cambiado" || !strings.Contains(text, "St. Example no aprobó un crédito tuyo: Drill 1\nCompletado el 20 de noviembre de 2026.\nMotivo: No certificate.") ||
			letter.Header.Get("List-Unsubscribe") == "" {
			t.Errorf("%q:\n%s", letter.Subject(t), text)
		}

		c.decide(t, 3, 1, "APPROVED", "")
		minutes(10)
		expect("within the hour", told)
		minutes(49)
		expect("still within the hour", told)
		minutes(1)
		told = append([]string{"2026-11-22T18:05Z APPROVED Drill 3 SENT SENT"}, told...)
		expect("after the hour", told, "pixel: St. Example aprobó un crédito tuyo: Drill 3: Completado el 20 de noviembre de 2026.")
		if letter := c.mails.Wait(t); letter.Subject(t) != "St. Example aprobó un crédito tuyo: Drill 3" {
			t.Errorf("%q", letter.Subject(t))
		}

		c.set(time.Date(2026, time.November, 22, 20, 58, 0, 0, c.zone))
		c.renew(t)
		c.decide(t, 4, 1, "REFUSED", `, reason: "Too short."`)
		minutes(5)
		c.set(time.Date(2026, time.November, 23, 3, 0, 0, 0, c.zone))
		minutes(0)
		c.decide(t, 5, 1, "APPROVED", "")
		minutes(299)
		expect("in the quiet hours", told)
		minutes(1)
		told = append([]string{"2026-11-23T13:00Z REFUSED Drill 4 (Too short.) APPROVED Drill 5 SENT SENT"}, told...)
		expect("in the morning", told, "pixel: 2 créditos tuyos han cambiado: St. Example no aprobó un crédito tuyo: Drill 4; St. Example aprobó un crédito tuyo: Drill 5")
		c.mails.Wait(t)

		c.mutate(t, "nina", `updateReminderPreferences(input: {version: 1, detail: DISCREET}) { reminderPreferences { detail } }`)
		c.decide(t, 6, 1, "REFUSED", `, reason: "Too long."`)
		minutes(60)
		told = append([]string{"2026-11-23T14:00Z REFUSED Drill 6 (Too long.) SENT SENT"}, told...)
		expect("discreet", told, "pixel: Novedades sobre tus créditos: Abre la aplicación para leerlas.")
		if letter := c.mails.Wait(t); !strings.HasPrefix(letter.Subject(t), "Novedades de ") {
			t.Errorf("%q", letter.Subject(t))
		}

		// Switched off while a message is on its way, and before the next.
		c.decide(t, 7, 1, "APPROVED", "")
		c.set(c.clock.Now().Add(time.Hour))
		c.renew(t)
		if err := c.tracker.Issue(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.mutate(t, "nina", `updateReminderPreferences(input: {version: 2, muteCredits: true}) { reminderPreferences { muteCredits } }`)
		minutes(0)
		told = append([]string{"2026-11-23T15:00Z APPROVED Drill 7 NONE NONE"}, told...)
		expect("switched off meanwhile", told)
		c.decide(t, 6, 2, "APPROVED", "")
		minutes(60)
		told = append([]string{"2026-11-23T16:00Z APPROVED Drill 6 NONE NONE"}, told...)
		expect("switched off", told)
		c.mails.Empty(t)
		same(t, "the manager", nil, c.news(t, "olga"))
	})
}

// Postings, what is taken back, and ends of disputes are told to those whom they concern, but not to a manager what she did herself; and stay told when the organization is gone.
func TestNewsOfPostings(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.found(t, "olga")
		a.join(t, "nina", a.invite(t, "olga", "maxUses: 1"))
		wait := func() {
			t.Helper()
			a.clock.Set(a.clock.Now().Add(time.Hour))
			a.renew(t)
			if err := a.tracker.Issue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		members := []string{a.memberID("nina", 1), a.memberID("olga", 1)}
		for n, title := range []string{"Fire drill", "Lifting"} {
			_, answer := a.ask(t, "olga", postCredits, drill(map[string]any{"id": uuid(801 + n), "title": title, "memberIds": members}))
			if answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
			a.clock.Set(a.clock.Now().Add(time.Second)) // news is in the order in which it happened
		}
		wait()
		credit := func(n int) string { return a.postedID(uuid(800+n), "nina") }
		version := func(n int) int {
			t.Helper()
			c, err := store.Professional(ce.ProfessionalID(a.people["nina"].id)).Credits().Get(t.Context(), ce.CreditID(credit(n)))
			if err != nil {
				t.Fatal(err)
			}
			return c.Version
		}
		for n := 1; n <= 2; n++ {
			a.mutate(t, "nina", fmt.Sprintf(`disputeCredit(input: {id: %q, version: %d, reason: "I was ill."}) { credit { id } }`, credit(n), version(n)))
		}
		for n, outcome := range []string{"UPHELD", "WITHDRAWN"} {
			a.mutate(t, "olga", fmt.Sprintf(`resolveDispute(input: {postingId: %q, memberId: %q, outcome: %s, reason: "Reason %d"}) { postedMember { state } }`, uuid(801+n), a.memberID("nina", 1), outcome, n))
			a.clock.Set(a.clock.Now().Add(time.Second))
		}
		wait()
		a.mutate(t, "nina", fmt.Sprintf(`disputeCredit(input: {id: %q, version: %d, reason: "I was ill."}) { credit { id } }`, credit(1), version(1)))
		a.mutate(t, "nina", fmt.Sprintf(`withdrawDispute(input: {id: %q, version: %d}) { credit { id } }`, credit(1), version(1)))
		wait()
		a.mutate(t, "olga", `withdrawPosting(input: {id: "`+uuid(801)+`", version: 1, reason: "Another day."}) { posting { version } }`)
		wait()
		a.mutate(t, "olga", fmt.Sprintf(`deleteOrganization(input: {id: %q, version: 1, confirm: true}) { deletedOrganizationId }`, uuid(901)))
		wait()
		same(t, "nina", []string{
			"2026-11-22T21:00Z WITHDRAWN Fire drill (Another day.) NONE NONE",
			"2026-11-22T19:00Z UPHELD Fire drill (Reason 0) WITHDRAWN Lifting (Reason 1) NONE NONE",
			"2026-11-22T18:00Z POSTED Fire drill POSTED Lifting NONE NONE",
		}, a.news(t, "nina"))
		same(t, "olga", nil, a.news(t, "olga"))
	})
}

// issueNextDay tells, a day later, what is due by then.
func (a *api) issueNextDay(t *testing.T) {
	t.Helper()
	a.clock.Set(a.clock.Now().Add(24 * time.Hour))
	a.renew(t)
	if err := a.tracker.Issue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestReviewCutShort kills the server at each of its writes while a manager decides; the sweep of another finishes it, and the member is told once.
func TestReviewCutShort(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		d := dying{store, &atomic.Int64{}}
		d.left.Store(1 << 40)
		a := newAPI(t, d)
		a.approving(t)
		cutShort := true
		for cut := 0; cutShort; cut++ {
			if cut > 20 {
				t.Fatal("it never ends")
			}
			a.logDrill(t, cut)
			d.left.Store(int64(cut))
			_, answer := a.ask(t, "olga", fmt.Sprintf(`mutation { reviewCredit(input: {organizationId: %q, memberId: %q, creditId: %q, version: 1, outcome: REFUSED, reason: "No."}) { credit { state } } }`,
				uuid(901), a.memberID("nina", 1), uuid(1000+cut)), nil)
			cutShort = d.left.Load() < 0
			d.left.Store(1 << 40)
			want := 1
			if answer["errors"] != nil {
				if cut > 0 {
					t.Error(indented(answer))
				}
				want = 0
			}
			for range 2 { // what was known already is told before the sweep adds it again
				a.issueNextDay(t)
				if err := a.tracker.Sweep(t.Context(), time.Minute); err != nil {
					t.Fatal(err)
				}
			}
			told := 0
			for _, line := range a.news(t, "nina") {
				told += strings.Count(line, fmt.Sprintf("REFUSED Drill %d (No.)", cut))
			}
			if told != want {
				t.Errorf("cut at write %d: told %d times, want %d", cut, told, want)
			}
		}
	})
}
