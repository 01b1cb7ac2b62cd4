package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/notify/mail/mailtest"
	"accrue/storage"
	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
)

// carrier is servers that share the work on one store, with what they deliver to. The first of them is asked.
type carrier struct {
	*api
	servers  []*api
	workers  [][]notify.Worker // of each server
	endpoint *fcmtest.Server
	mails    *mailtest.Server
	zone     *time.Location // in which hours are told

	mu     sync.Mutex
	pushed []pushed
	taken  func() // called when a message arrives, before its sender knows; nil for nothing
}

// pushed is a message that arrived, and when by the servers' clock.
type pushed struct {
	at time.Time
	fcmtest.Received
}

func newCarrier(t *testing.T, store storage.Store, servers int) *carrier {
	t.Helper()
	newYork, err := ce.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := &carrier{zone: newYork, mails: mailtest.New(t, mailtest.Options{NoTLS: true})}
	c.endpoint = fcmtest.Start(t, fcmtest.Options{Taken: func(r fcmtest.Received) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.pushed = append(c.pushed, pushed{c.clock.Now(), r})
		if c.taken != nil {
			c.taken()
		}
	}})
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	for range servers {
		a := newAPI(t, store)
		a.tracker.Deliver(ce.ChannelPush, ce.ChannelEmail)
		command := serveCommand{
			Server:   Server{PublicURL: "https://ce.example.com"},
			Firebase: Firebase{Credentials: c.endpoint.Credentials()},
			Push:     Push{Push: true, PushRate: 600_000, FCMEndpoint: c.endpoint.Endpoint()},
			Mail:     Mail{SMTPURL: "smtp://" + c.mails.Address + "?tls=none", From: "Example Credits <credits@example.org>"},
		}
		settings, err := command.Mail.check(command.PublicURL)
		if err != nil {
			t.Fatal(err)
		}
		push, err := command.newPush(t.Context(), store, log)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(push.Sender.Close)
		var workers []notify.Worker
		for _, channel := range []notify.Channel{push, command.newEmail(&services{tracker: a.tracker, post: newPost(settings, newMetrics(), log)}, log)} {
			workers = append(workers, notify.Worker{
				Store: store.System(), Channel: channel, AtOnce: 4, Now: a.clock.Now, Observe: func(string, string) {}, Log: log,
			})
		}
		c.servers, c.workers = append(c.servers, a), append(c.workers, workers)
	}
	c.api = c.servers[0]
	return c
}

// set sets the clock of all servers.
func (c *carrier) set(now time.Time) {
	for _, server := range c.servers {
		server.clock.Set(now)
	}
}

// work has every server issue and deliver what is due now, all at once.
func (c *carrier) work(t *testing.T) {
	t.Helper()
	var working sync.WaitGroup
	for i, server := range c.servers {
		working.Go(func() {
			if err := server.tracker.Issue(t.Context()); err != nil {
				t.Error(err)
			}
			for w := range c.workers[i] {
				c.workers[i][w].Deliver(t.Context())
			}
		})
	}
	working.Wait()
}

// pass lets days go by until noon of the day: work is done in the night, before nine, at nine, when all that is dealt out from then on is due,
// and in the evening.
func (c *carrier) pass(t *testing.T, until ce.Date) {
	t.Helper()
	day := ce.DateOf(c.clock.Now(), c.zone)
	for ; !day.After(until); day = day.AddDays(1) {
		for _, clock := range []int{3 * 60, 8*60 + 59, 9 * 60, 9*60 + 4, 21 * 60} {
			now := day.At(ce.TimeOfDay(clock), c.zone)
			if !now.After(c.clock.Now()) || day == until && clock > 12*60 {
				continue
			}
			c.set(now)
			c.work(t)
			if clock == 3*60 {
				if err := c.tracker.Sweep(t.Context(), time.Minute); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	c.renew(t)
}

// do has the viewer do something, at the time that it is.
func (c *carrier) do(t *testing.T, viewer, mutation string) {
	t.Helper()
	c.renew(t)
	c.mutate(t, viewer, mutation)
}

// register registers a device by its name.
func (c *carrier) register(t *testing.T, viewer, name string, platform ce.Platform, zone string) {
	t.Helper()
	c.do(t, viewer, fmt.Sprintf(`registerDevice(input: {token: "%s", platform: %s, timeZone: "%s"}) { device { id } }`, fcmtest.Token(name), platform, zone))
}

// take returns what arrived since the last time, sorted: the day, the device, the title, and each line of the body. It fails the test
// for what arrived at another time than at nine or up to four minutes later.
func (c *carrier) take(t *testing.T, devices ...string) []string {
	t.Helper()
	lines := []string{}
	for _, p := range c.takePushed() {
		at := p.at.In(c.zone)
		if minutes := at.Hour()*60 + at.Minute(); minutes < 9*60 || minutes > 9*60+4 {
			t.Errorf("a message arrives at %v", at)
		}
		lines = append(lines, fmt.Sprintf("%s %s", at.Format(time.DateOnly), says(p, devices)))
	}
	slices.Sort(lines)
	return lines
}

func (c *carrier) takePushed() []pushed {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.pushed
	c.pushed = nil
	return taken
}

// says is the device, of those named, the title and the body of a message.
func says(p pushed, devices []string) string {
	device := "somebody's device"
	if i := slices.IndexFunc(devices, func(name string) bool { return fcmtest.Token(name) == p.Token }); i >= 0 {
		device = devices[i]
	}
	shown := p.Message["notification"].(map[string]any)
	return fmt.Sprintf("%s: %v: %s", device, shown["title"], strings.ReplaceAll(fmt.Sprint(shown["body"]), "\n", "; "))
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// What two phones receive of a certification that is due in 91 days, until it is renewed and after: exactly these messages, shortly
// after nine where their owner lives, the clocks going back meanwhile.
func TestPushOfACycle(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		c := newCarrier(t, store, 2)
		c.set(time.Date(2026, time.October, 1, 10, 30, 0, 0, c.zone))
		c.register(t, "jordan", "iphone", ce.PlatformIOS, "America/New_York")
		c.register(t, "jordan", "pixel", ce.PlatformAndroid, "America/New_York")
		c.do(t, "jordan", `createProgram(input: {id: "`+uuid(1)+`", name: "Yoga teacher", hours: {amount: "30", years: 1, endsOn: "2026-12-31"}}) { program { id } }`)
		c.do(t, "jordan", `addCertification(input: {id: "`+uuid(2)+`", programId: "`+uuid(1)+`", issuedOn: "2020-03-02"}) { certification { id } }`)
		log := func(hours int, day string) {
			t.Helper()
			c.do(t, "jordan", fmt.Sprintf(`logCredit(input: {title: "Course", completedOn: "%s", amount: "%d", unit: "%s.hour"}) { credit { id } }`, day, hours, uuid(1)))
		}
		// expect passes the time until noon of the day and compares what both phones show meanwhile.
		expect := func(what, until string, want ...string) []pushed {
			t.Helper()
			c.pass(t, dateOf(t, until))
			c.mu.Lock()
			arrived := slices.Clone(c.pushed)
			c.mu.Unlock()
			var both []string
			for _, line := range want {
				day, text := line[:10], line[11:]
				both = append(both, day+" iphone: "+text, day+" pixel: "+text)
			}
			same(t, what, both, c.take(t, "iphone", "pixel"))
			return arrived
		}

		expect("the day before the ladder begins", "2026-10-01")
		first := expect("90 days before", "2026-10-20",
			"2026-10-02 2 deadlines, the first in 90 days: Yoga teacher: earn 30 more hours (31 December 2026); Yoga teacher: renew (31 December 2026)")
		for _, p := range first {
			c.wholeMessage(t, p, 1)
		}
		second := expect("on the day on which the clocks go back", "2026-11-15",
			"2026-11-01 Yoga teacher: earn 30 more hours: Due in 60 days, on 31 December 2026.")
		if got := second[0].at; got.Before(time.Date(2026, time.November, 1, 14, 0, 0, 0, time.UTC)) {
			t.Errorf("it arrives at %v", got)
		}
		for _, p := range second {
			c.wholeMessage(t, p, 2)
		}
		log(20, "2026-11-15")
		expect("a month before", "2026-12-10",
			"2026-12-01 2 deadlines, the first in 30 days: Yoga teacher: earn 10 more hours (31 December 2026); Yoga teacher: renew (31 December 2026)")
		log(10, "2026-12-10")
		c.do(t, "jordan", `unregisterDevice(input: {token: "`+fcmtest.Token("pixel")+`"}) { unregisteredDeviceId }`)
		c.pass(t, dateOf(t, "2026-12-18"))
		same(t, "what is earned is silent, and so is a phone that signed out",
			[]string{"2026-12-17 iphone: Yoga teacher: renew: Due in 14 days, on 31 December 2026. Done already? Record it, and the reminders stop."}, c.take(t, "iphone", "pixel"))
		c.do(t, "jordan", `recordRenewal(input: {certificationId: "`+uuid(2)+`", version: 1, renewedOn: "2026-12-18", newExpiresOn: "2027-12-31"}) { certification { id } }`)
		expect("renewed", "2027-01-15")
	})
}

// wholeMessage looks at what a message holds beside its text, where so many notifications are unread.
func (c *carrier) wholeMessage(t *testing.T, p pushed, unread int) {
	t.Helper()
	_, answer := c.ask(t, "jordan", `{ me { notifications(first: 100) { nodes { id items { deadlineId certificationId } } } } }`, nil)
	nodes := at(t, answer, "data", "me", "notifications", "nodes").([]any)
	node := nodes[len(nodes)-unread]
	id := at(t, node, "id").(string)
	var deadlines []string
	for _, item := range at(t, node, "items").([]any) {
		deadlines = append(deadlines, at(t, item, "deadlineId").(string))
	}
	want := map[string]any{
		fcm.KeyNotification: id, fcm.KeyKind: "REMINDER", fcm.KeyDeadlines: strings.Join(deadlines, ","), fcm.KeyCertifications: uuid(2),
		fcm.KeyLink: "https://ce.example.com/#notification=" + id,
	}
	if diff := cmp.Diff(want, p.Message["data"]); diff != "" {
		t.Errorf("the data (-want +got):\n%s", diff)
	}
	tag := fcm.Tag(ce.NotificationID(id))
	if p.Token == fcmtest.Token("iphone") {
		if aps := at(t, p.Message, "apns", "payload", "aps"); at(t, aps, "badge") != float64(unread) || at(t, aps, "thread-id") != fcm.Channel {
			t.Errorf("%v", aps)
		}
		if got := at(t, p.Message, "apns", "headers", "apns-collapse-id"); got != tag {
			t.Errorf("the collapse id is %v, want %s", got, tag)
		}
	} else if android := at(t, p.Message, "android"); at(t, android, "collapse_key") != tag || at(t, android, "notification", "tag") != tag || at(t, android, "notification", "channel_id") != fcm.Channel {
		t.Errorf("%v", android)
	}
}

// A phone tells what is told to whoever signed in on it last, in her language and with as much detail as she wants.
func TestPushIsHersAlone(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		c := newCarrier(t, store, 1)
		c.set(time.Date(2026, time.November, 20, 12, 0, 0, 0, c.zone))
		for n, person := range []string{"jordan", "priya", "sam"} {
			c.addDue(t, person, 10*n+1, "2026-12-05")
		}
		c.register(t, "jordan", "shared", ce.PlatformIOS, "America/New_York")
		c.register(t, "jordan", "pixel", ce.PlatformAndroid, "America/New_York")
		c.register(t, "sam", "sam's", ce.PlatformWeb, "America/New_York")
		c.do(t, "priya", `updateReminderPreferences(input: {version: 0, language: "es", ladder: [14, 3]}) { reminderPreferences { version } }`)
		c.do(t, "sam", `updateReminderPreferences(input: {version: 0, detail: DISCREET, ladder: [14, 3]}) { reminderPreferences { version } }`)

		// The phone changes hands after the reminder was issued and before it is delivered.
		c.set(time.Date(2026, time.November, 21, 9, 0, 0, 0, c.zone))
		if err := c.tracker.Issue(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.register(t, "priya", "shared", ce.PlatformIOS, "America/New_York")
		c.pass(t, dateOf(t, "2026-11-21"))
		devices := []string{"shared", "pixel", "sam's"}
		same(t, "in other hands", []string{
			"2026-11-21 pixel: 2 deadlines, the first in 14 days: Yoga teacher: earn 30 more hours (5 December 2026); Yoga teacher: renew (5 December 2026)",
			"2026-11-21 sam's: 2 deadlines, the first in 14 days: Open the app to see what is due.",
			"2026-11-21 shared: 2 plazos, el primero dentro de 14 días: Yoga teacher: te faltan 30 horas (5 de diciembre de 2026); Yoga teacher: renueva (5 de diciembre de 2026)",
		}, c.take(t, devices...))

		// A test arrives at once, at night as well, and says nothing of anybody.
		c.set(time.Date(2026, time.November, 21, 23, 0, 0, 0, c.zone))
		c.do(t, "priya", `sendTestNotification(input: {}) { notification { id } }`)
		c.work(t)
		arrived := c.takePushed()
		if len(arrived) != 1 || says(arrived[0], devices) != "shared: Notificación de prueba: Los recordatorios de tus plazos llegan a este dispositivo." {
			t.Errorf("the test: %v", arrived)
		}

		c.do(t, "priya", `unregisterDevice(input: {token: "`+fcmtest.Token("shared")+`"}) { unregisteredDeviceId }`)
		c.do(t, "jordan", `unregisterDevice(input: {token: "`+fcmtest.Token("shared")+`"}) { unregisteredDeviceId }`) // not hers any more
		c.pass(t, dateOf(t, "2026-12-02"))
		for _, line := range c.take(t, devices...) {
			if strings.Contains(line, "shared") || strings.Contains(line, "sam's") && strings.Contains(line, "Yoga") {
				t.Error(line)
			}
		}
		for person, want := range map[string]string{"jordan": "SENT", "priya": "NONE", "sam": "SENT"} {
			_, answer := c.ask(t, person, `{ me { notifications(first: 1) { nodes { push { state } email { state } } } } }`, nil)
			node := at(t, answer, "data", "me", "notifications", "nodes", 0)
			if at(t, node, "push", "state") != want || at(t, node, "email", "state") != "NONE" {
				t.Errorf("%s: %s", person, indented(node))
			}
		}
		c.mails.Empty(t)
	})
}

// Whoever chose e-mail gets letters once the address is known to be hers, and none after the link in one of them.
func TestLettersOfReminders(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		c := newCarrier(t, store, 1)
		c.set(time.Date(2026, time.November, 18, 12, 0, 0, 0, c.zone))
		c.addDue(t, "jordan", 1, "2026-11-29")
		c.do(t, "jordan", `updateReminderPreferences(input: {version: 0, channels: [EMAIL], ladder: [10, 9, 8, 7]}) { reminderPreferences { version } }`)
		state := func() (string, string) {
			t.Helper()
			_, answer := c.ask(t, "jordan", `{ me { notifications(first: 1) { nodes { on email { state } } } } }`, nil)
			node := at(t, answer, "data", "me", "notifications", "nodes", 0)
			return at(t, node, "on").(string), at(t, node, "email", "state").(string)
		}
		c.pass(t, dateOf(t, "2026-11-19"))
		c.mails.Empty(t)
		if day, got := state(); day != "2026-11-19" || got != "NONE" {
			t.Errorf("before the address is verified, on %s, it is %s by e-mail", day, got)
		}

		c.mutate(t, "jordan", `resendVerification { sent }`)
		verifications := c.letters.to(storage.MailVerification, "jordan@example.com")
		c.mutate(t, "jordan", `verifyEmail(input: {token: "`+verifications[len(verifications)-1].Token+`"}) { emailVerified }`)
		c.pass(t, dateOf(t, "2026-11-20"))
		letter := c.mails.Wait(t)
		text, _ := letter.Parts(t)
		if day, got := state(); day != "2026-11-20" || got != "SENT" {
			t.Errorf("on %s it is %s by e-mail", day, got)
		}
		if letter.To[0] != "jordan@example.com" || letter.Subject(t) != "2 deadlines are coming up" || !strings.Contains(text, "Yoga teacher\nYoga teacher: renew\nDue on 29 November 2026, in 9 days.") {
			t.Errorf("%q to %v:\n%s", letter.Subject(t), letter.To, text)
		}
		found := tokenLink.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("no link in\n%s", text)
		}
		link, secret := found[1], found[2]
		if want := "<" + link + secret + ">"; letter.Header.Get("List-Unsubscribe") != want || !strings.HasPrefix(link, "https://ce.example.com/unsubscribe/") {
			t.Errorf("List-Unsubscribe is %s, want %s", letter.Header.Get("List-Unsubscribe"), want)
		}
		here := strings.TrimSuffix(c.url, "/graphql") + strings.TrimPrefix(link+secret, "https://ce.example.com")
		if response, page := oneClick(t, here, oneClickBody); response.StatusCode != http.StatusOK {
			t.Errorf("status %d: %s", response.StatusCode, page)
		}
		if got := c.channels(t, "jordan"); got != "2 [] 09:00" {
			t.Errorf("reminded by %s", got)
		}
		c.pass(t, dateOf(t, "2026-11-23"))
		c.mails.Empty(t)
		if day, got := state(); day != "2026-11-22" || got != "NONE" {
			t.Errorf("after it, on %s, it is %s by e-mail", day, got)
		}
		if got := c.takePushed(); len(got) != 0 {
			t.Errorf("pushed: %v", got)
		}
	})
}

// Two hundred certifications that are all due on one day are one message to each of twenty devices, below FCM's limit, in which every
// deadline is named or counted. Three servers work at once.
func TestPushOfManyDeadlines(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		c := newCarrier(t, store, 3)
		now := c.clock.Now()
		platforms := []ce.Platform{ce.PlatformIOS, ce.PlatformAndroid, ce.PlatformWeb}
		for n := range ce.MaxDevices {
			c.register(t, "jordan", fmt.Sprint("device", n), platforms[n%3], "America/New_York")
		}
		handle := store.Professional(ce.ProfessionalID(c.person(t, "jordan").id))
		var standings []ce.Standing
		plan := ce.Plan{NextAt: now, TimeZone: "America/New_York"}
		due := ce.DateOf(now, c.zone).AddDays(30)
		for range ce.MaxCertifications {
			certification := ce.Certification{ID: ce.CertificationID(ce.NewUUID()), Program: "iia-cia", TimeZone: "America/New_York", CreatedAt: now, UpdatedAt: now}
			if _, err := handle.Certifications().Create(t.Context(), certification, "digest"); err != nil {
				t.Fatal(err)
			}
			deadline := ce.Deadline{
				ID: ce.NewDeadlineID(certification.ID, "2026", ce.DeadlineRenew, ""), Certification: certification.ID, Kind: ce.DeadlineRenew,
				DueOn: due, Status: ce.DeadlineUpcoming, Title: "title-renew\tCertified Internal Auditor",
			}
			standings = append(standings, ce.Standing{Certification: certification.ID, Deadlines: []ce.Deadline{deadline}})
			plan.Items = append(plan.Items, ce.PlannedReminder{Deadline: deadline.ID, Certification: certification.ID, Step: 30, At: now, DueOn: due})
		}
		turn, err := handle.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := handle.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Standings: standings, Plan: plan}); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			c.work(t)
			c.set(c.clock.Now().Add(time.Minute))
		}
		arrived := c.takePushed()
		reached := map[string]bool{}
		for _, p := range arrived {
			reached[p.Token] = true
			data := at(t, p.Message, "data").(map[string]any)
			more := 0
			if _, err := fmt.Sscan(fmt.Sprint(data[fcm.KeyMore]), &more); err != nil {
				t.Fatal(err, data)
			}
			named := strings.Split(data[fcm.KeyDeadlines].(string), ",")
			if len(named)+more != ce.MaxCertifications || len(named) < 10 {
				t.Errorf("%d deadlines are named and %d counted", len(named), more)
			}
			if title := at(t, p.Message, "notification", "title"); title != "200 deadlines, the first in 30 days" {
				t.Error(title)
			}
		}
		if len(arrived) != ce.MaxDevices || len(reached) != ce.MaxDevices {
			t.Errorf("%d messages to %d devices", len(arrived), len(reached))
		}
	})
}

// The database goes away when a message was sent and is not recorded yet, and comes back: nobody is told twice.
func TestDeliveringWhileTheDatabaseGoesAway(t *testing.T) {
	cable, uri := mongodbtest.Forward(t, mongodbtest.URI(t))
	store, err := mongodb.Open(t.Context(), uri+"&serverSelectionTimeoutMS=200")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	c := newCarrier(t, store, 1)
	c.set(time.Date(2026, time.November, 20, 12, 0, 0, 0, c.zone))
	c.addDue(t, "jordan", 1, "2026-12-05")
	c.register(t, "jordan", "pixel", ce.PlatformAndroid, "America/New_York")
	c.set(time.Date(2026, time.November, 21, 9, 0, 0, 0, c.zone))
	if err := c.tracker.Issue(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.set(c.clock.Now().Add(4 * time.Minute))

	// Away before anything is claimed: nothing happens, and what failed is no reason to end.
	cable.Cut()
	c.workers[0][0].Deliver(t.Context())
	if got := c.takePushed(); len(got) != 0 {
		t.Fatalf("pushed without a claim: %v", got)
	}
	cable.Restore(t)
	for store.Ping(t.Context()) != nil { // until the driver has noticed
		time.Sleep(time.Millisecond)
	}

	back := make(chan struct{})
	c.taken = func() {
		cable.Cut()
		go func() {
			defer close(back)
			for store.Ping(t.Context()) == nil { // until the cut is felt
				time.Sleep(time.Millisecond)
			}
			cable.Restore(t)
		}()
	}
	c.workers[0][0].Deliver(t.Context())
	<-back
	c.taken = nil
	c.set(c.clock.Now().Add(time.Hour))
	c.work(t)
	if got := c.takePushed(); len(got) != 1 {
		t.Errorf("pushed %d times", len(got))
	}
	c.renew(t)
	_, answer := c.ask(t, "jordan", `{ me { notifications(first: 10) { nodes { push { state attempts } } } } }`, nil)
	if push := at(t, answer, "data", "me", "notifications", "nodes", 0, "push"); at(t, push, "state") != "SENT" || at(t, push, "attempts") != 1.0 {
		t.Errorf("%v", push)
	}
}
