package chaos

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"accrue/catalog"
	"accrue/ce"
	"accrue/notify/fcm/fcmtest"
	"accrue/storage"
	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/sqlite"
	"accrue/tracker"
)

var long = flag.Bool("long", false, "many reminders and many kills, which takes minutes")

// goneShare is the share of devices whose app is gone.
const goneShare = 0.02

// faults are what a fifth of the messages meets. Some are taken before it happens, and the server does not know.
var faults = []fcmtest.Fault{
	fcmtest.Internal(), fcmtest.Internal(), fcmtest.Internal(), fcmtest.Page(http.StatusBadGateway), fcmtest.Reset(), fcmtest.Half(),
	fcmtest.Reset().Taken(), fcmtest.Internal().Taken(), fcmtest.Unavailable(time.Second), fcmtest.QuotaExceeded(time.Second),
}

// plan is one run.
type plan struct {
	people, reminders int // the reminders are each's: one message tells her of all
	servers, kills    int
	longest           time.Duration // that a server lives before it is killed
	// failing is for how long Firebase goes on failing after the last kill. Were it for ever, the last of many reminders would be tried
	// after half an hour, as it should.
	failing  time.Duration
	patience time.Duration // within which all must be done after that
}

func TestOneServerOnSQLite(t *testing.T) {
	t.Parallel()
	p := plan{people: 300, reminders: 1, servers: 1, kills: 4, longest: time.Second, patience: 4 * time.Minute}
	if *long {
		p = plan{people: 20_000, reminders: 1, servers: 1, kills: 12, longest: 6 * time.Second, failing: time.Minute, patience: 10 * time.Minute}
	}
	dir := t.TempDir()
	p.run(t, []string{"ACCRUE_DATA_DIR=" + dir, "MONGODB_URI="}, func() (storage.Store, error) { return sqlite.Open(t.Context(), dir) },
		func() (storage.Store, error) { return sqlite.OpenReadOnly(t.Context(), dir) })
}

func TestManyServersOnMongoDB(t *testing.T) {
	t.Parallel()
	p := plan{people: 100, reminders: 2, servers: 3, kills: 6, longest: 2 * time.Second, patience: 4 * time.Minute}
	if *long {
		// The server of the tests reads whole collections to find a few documents, so its time grows with the square of the people.
		p = plan{people: 250, reminders: 4, servers: 3, kills: 24, longest: 5 * time.Second, failing: time.Minute, patience: 10 * time.Minute}
		if mongodbtest.RealServer() != "" {
			p.people, p.reminders = 20_000, 1
		}
	}
	uri := mongodbtest.URI(t)
	open := func() (storage.Store, error) { return mongodb.Open(t.Context(), uri) }
	p.run(t, []string{"MONGODB_URI=" + uri, "ACCRUE_EVIDENCE_URL=off"}, open, open)
}

// person is who is to be told.
type person struct {
	id   ce.ProfessionalID
	gone bool // her app is
}

func (p plan) run(t *testing.T, environment []string, open, watch func() (storage.Store, error)) {
	people := map[string]person{} // by the token of the device
	store, err := open()
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{reminders: p.reminders, messages: map[string][]message{}}
	fcm := fcmtest.Start(t, fcmtest.Options{FailShare: 0.2, FailWith: faults, Forget: true, Taken: w.saw})
	for _, one := range p.fill(t, store) {
		token := fcmtest.Token(string(one.id))
		people[token] = one
		if one.gone {
			fcm.Unregister(token)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if w.store, err = watch(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.store.Close() }()
	w.people = people

	environment = append(environment, "FIREBASE_CREDENTIALS="+fcm.Credentials(), "FCM_ENDPOINT="+fcm.Endpoint(), "ACCRUE_REMINDER_SPREAD=0s", "ACCRUE_ADDR=127.0.0.1:0")
	began := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var servers, killed sync.WaitGroup
	kills := make(chan struct{}, p.kills) // holds one item for each kill that is left
	for range p.kills {
		kills <- struct{}{}
	}
	close(kills)
	for range p.servers {
		killed.Add(1)
		servers.Go(func() {
			for range kills {
				s := begin(t, environment)
				s.live(ctx, time.Duration(rand.Int64N(int64(p.longest))))
				s.kill()
			}
			killed.Done()
			s := begin(t, environment) // the last one lives
			s.live(ctx, time.Hour)
			s.kill()
		})
	}
	killed.Wait()
	time.AfterFunc(p.failing, func() { fcm.Fail(0) })
	p.wait(t, w)
	stop()
	servers.Wait()
	w.judge(t)
	t.Logf("%d reminders of %d people, %d kills: %d messages in %v", p.people*p.reminders, p.people, p.kills, w.count(), time.Since(began).Round(time.Second))
}

// fill has reminders be due today to each of so many people, as it is when they add a deadline in the app the day before.
func (p plan) fill(t *testing.T, store storage.Store) []person {
	t.Helper()
	programs, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	zone := zoneOfDay(time.Now())
	loc, err := ce.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().Add(-24 * time.Hour)
	entering := tracker.New(store, programs, func() time.Time { return yesterday }, slog.New(slog.DiscardHandler))
	people := make([]person, p.people)
	var group errgroup.Group
	group.SetLimit(32)
	for i := range people {
		people[i] = person{id: ce.ProfessionalID(ce.NewUUID()), gone: rand.Float64() < goneShare}
		group.Go(func() error {
			view := entering.View(tracker.Viewer{
				Professional: people[i].id, SignedInAt: yesterday, Profile: ce.Professional{ID: people[i].id, TimeZone: zone, Locale: "en"},
			})
			_, err := view.UpdateReminderPreferences(t.Context(), tracker.ReminderPreferencesUpdate{
				Hour: given(ce.TimeOfDay(0)), QuietFrom: given(ce.TimeOfDay(0)), QuietUntil: given(ce.TimeOfDay(0)), Ladder: given([]int{7}),
			})
			if err != nil {
				return err
			}
			_, err = view.RegisterDevice(t.Context(), ce.Device{Token: fcmtest.Token(string(people[i].id)), Platform: ce.PlatformAndroid})
			if err != nil {
				return err
			}
			for k := range p.reminders {
				_, err := view.AddDeadline(t.Context(), tracker.NewDeadline{
					ID: ce.DeadlineID(ce.NewUUID()), Title: fmt.Sprint("Licence fee ", k), DueOn: ce.DateOf(time.Now(), loc).AddDays(7), TimeZone: zone,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return people
}

func given[T any](value T) tracker.Change[T] { return tracker.Change[T]{Given: true, Value: value} }

// zoneOfDay is a zone in which the day neither began nor ends within six hours of the instant.
func zoneOfDay(now time.Time) string {
	switch hour := now.UTC().Hour(); {
	case hour < 6:
		return "Etc/GMT-8" // eight hours east
	case hour >= 18:
		return "Etc/GMT+8"
	}
	return "Etc/GMT"
}

// wait waits until nothing is left to be told or sent.
func (p plan) wait(t *testing.T, w *witness) {
	ctx, cancel := context.WithTimeout(t.Context(), p.failing+p.patience)
	defer cancel()
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		untold, pending, err := w.left(ctx)
		if err == nil && untold == 0 && pending == 0 {
			return
		}
		select {
		case <-ctx.Done():
			t.Errorf("%d are still to be told, %d reminders wait to be pushed: %v", untold, pending, err)
			return
		case <-ticker.C:
		}
	}
}
