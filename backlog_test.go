package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/sqlite"
)

// commandOn runs the binary on one database and returns what it prints, also where it fails.
type commandOn func(t *testing.T, arguments ...string) (output string, ok bool)

// onEachDatabase runs the test with a store that a server would have open, and with the commands beside it.
func onEachDatabase(t *testing.T, test func(t *testing.T, store storage.Store, run commandOn, embedded bool)) {
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	runWith := func(environment string) commandOn {
		return func(t *testing.T, arguments ...string) (string, bool) {
			t.Helper()
			command := exec.Command(file, append([]string{"reminders"}, arguments...)...)
			command.Env = append(os.Environ(), environment)
			out, err := command.CombinedOutput()
			return string(out), err == nil
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		store, err := sqlite.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		test(t, store, runWith("ACCRUE_DATA_DIR="+dir), true)
	})
	t.Run("mongodb", func(t *testing.T) {
		uri := mongodbtest.URI(t)
		store, err := mongodb.Open(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		test(t, store, runWith("MONGODB_URI="+uri), false)
	})
}

// An operator sees what waits and what has failed, has it tried again, and the next delivery finds it.
func TestBacklogFromTheCommandLine(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	shown := func(at time.Time) string { return at.Format(time.RFC3339) }
	owner := ce.ProfessionalID(uuid(100))
	onEachDatabase(t, func(t *testing.T, store storage.Store, run commandOn, embedded bool) {
		handle := store.Professional(owner)
		_, err := handle.CreateProfile(t.Context(), ce.Professional{Name: "Jordan Lee", Email: "jordan@example.com", Locale: "en", CreatedAt: now, UpdatedAt: now})
		if err != nil {
			t.Fatal(err)
		}
		succeed := func(arguments ...string) string {
			t.Helper()
			out, ok := run(t, arguments...)
			if !ok || strings.Contains(out, "Jordan") || strings.Contains(out, "example.com") {
				t.Errorf("%v: ok is %v: %s", arguments, ok, out)
			}
			return out
		}
		expect := func(what, got string, want ...string) {
			t.Helper()
			var lines []string
			for line := range strings.Lines(got) {
				lines = append(lines, strings.Join(strings.Fields(line), " "))
			}
			if diff := cmp.Diff(want, lines); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		noPlan := func(before time.Time) string {
			return "No plan of reminders was due before " + shown(before) + " and is not issued."
		}
		at := shown(ago(0))
		expect("nothing", succeed("list", "--due-before", at), "No such delivery was due before "+at+".", "", noPlan(ago(0)))

		none := ce.Delivery{State: ce.DeliveryNone}
		failed := func(code string, hours int) ce.Delivery {
			return ce.Delivery{State: ce.DeliveryFailed, Attempts: 5, NextAt: ago(hours), Code: code}
		}
		for n, delivery := range []struct {
			created     int
			push, email ce.Delivery
		}{
			{created: 10, push: failed("UNAVAILABLE", 9), email: failed("550", 3)},
			{created: 8, push: ce.Delivery{State: ce.DeliveryPending, NextAt: ago(7), Attempts: 1, Code: "INTERNAL"}, email: none},
			{created: 500, push: failed("UNAVAILABLE", 499), email: none},
			{created: 6, push: failed("INVALID_ARGUMENT", 5), email: ce.Delivery{State: ce.DeliverySent, SentAt: ago(6)}},
			{created: 0, push: ce.Delivery{State: ce.DeliveryPending, NextAt: ago(-1)}, email: none},
		} {
			err := handle.CreateNotification(t.Context(), ce.Notification{
				ID: ce.NotificationID(uuid(n + 1)), Kind: ce.NotificationTest, On: ce.DateOf(now, time.UTC), CreatedAt: ago(delivery.created),
				Push: delivery.push, Email: delivery.email,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		turn, err := handle.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := handle.SaveDerived(t.Context(), storage.Derived{Sequence: turn.Sequence, Plan: ce.Plan{NextAt: ago(2)}}); err != nil {
			t.Fatal(err)
		}

		line := func(n int, channel ce.Channel, state ce.DeliveryState, attempts int, code string, due, created int) string {
			return fmt.Sprintf("%s %s %s %d %s %s %s %s", shown(ago(due)), channel, state, attempts, code, shown(ago(created)), uuid(n), owner)
		}
		head := []string{"Deliveries due before " + at + ", soonest first:", "DUE CHANNEL STATE ATTEMPTS CODE CREATED NOTIFICATION PROFESSIONAL"}
		tail := []string{"", "Plans of reminders due before " + at + " and not issued, soonest first:", "DUE PROFESSIONAL", shown(ago(2)) + " " + string(owner)}
		old := line(3, ce.ChannelPush, ce.DeliveryFailed, 5, "UNAVAILABLE", 499, 500)
		first := line(1, ce.ChannelPush, ce.DeliveryFailed, 5, "UNAVAILABLE", 9, 10)
		waits := line(2, ce.ChannelPush, ce.DeliveryPending, 1, "INTERNAL", 7, 8)
		invalid := line(4, ce.ChannelPush, ce.DeliveryFailed, 5, "INVALID_ARGUMENT", 5, 6)
		mailed := line(1, ce.ChannelEmail, ce.DeliveryFailed, 5, "550", 3, 10)
		list := func(what string, deliveries []string, arguments ...string) {
			t.Helper()
			want := append(append(append([]string{}, head...), deliveries...), tail...)
			expect(what, succeed(append([]string{"list", "--due-before", at}, arguments...)...), want...)
		}
		list("all", []string{old, first, waits, invalid, mailed})
		list("by mail", []string{mailed}, "--channel", "email")
		list("pending", []string{waits}, "--state", "pending")
		list("failed by push", []string{old, first, invalid}, "--state", "failed", "--channel", "push")
		list("for a reason", []string{old, first}, "--code", "UNAVAILABLE")
		list("up to a limit", []string{old, first, "There are more; --limit shows up to 10000."}, "--limit", "2")
		out := succeed("list", "--due-before", shown(ago(-2)))
		if !strings.Contains(out, uuid(5)) || strings.Contains(out, "Plans of reminders due before "+shown(ago(-2))) {
			t.Errorf("what is due in an hour is listed, and no plan is overdue before its time: %s", out)
		}
		day := ce.DateOf(now, time.UTC).AddDays(-19)
		expect("before a day", succeed("list", "--due-before", day.String(), "--channel", "push"),
			"Deliveries due before "+day.String()+"T00:00:00Z, soonest first:", head[1], old, "", noPlan(day.Start(time.UTC)))
		var answer struct {
			Deliveries     []map[string]any
			MoreDeliveries bool
			OverduePlans   []map[string]any
		}
		if err := json.Unmarshal([]byte(succeed("list", "--json", "--channel", "email")), &answer); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]map[string]any{{
			"notificationId": uuid(1), "professionalId": string(owner), "channel": "EMAIL", "state": "FAILED", "attempts": 5.0, "code": "550",
			"dueAt": shown(ago(3)), "createdAt": shown(ago(10)),
		}}, answer.Deliveries); diff != "" || answer.MoreDeliveries || len(answer.OverduePlans) != 1 {
			t.Errorf("JSON (-want +got):\n%s\n%v", diff, answer)
		}

		if embedded {
			if out, ok := run(t, "retry"); ok || !strings.Contains(out, "another Accrue server is using the data folder") {
				t.Errorf("beside the server: ok is %v: %s", ok, out)
			}
			list("nothing was changed", []string{old, first, waits, invalid, mailed})
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
		}
		expect("of another reason", succeed("retry", "--code", "NONE"), "No delivery is tried again.")
		expect("due earlier", succeed("retry", "--due-before", shown(ago(400))),
			"No delivery is tried again.", "Left: 1 delivery of notifications older than 72 hours, which are not delivered any more.")
		expect("for a reason", succeed("retry", "--code", "UNAVAILABLE"),
			"To be tried again: 1 delivery (1 by PUSH).", "Left: 1 delivery of notifications older than 72 hours, which are not delivered any more.")
		expect("all that are left", succeed("retry"),
			"To be tried again: 2 deliveries (1 by PUSH, 1 by EMAIL).", "Left: 1 delivery of notifications older than 72 hours, which are not delivered any more.")
		out, ok := run(t, "retry", uuid(3), uuid(1), uuid(9))
		if ok || !strings.Contains(out, "To be tried again: 1 delivery (1 by PUSH).") || strings.Contains(out, uuid(3)) ||
			!strings.Contains(out, uuid(1)+": there is no such notification, or no such delivery of it has failed") || !strings.Contains(out, uuid(9)+": there is") {
			t.Errorf("by ids: ok is %v: %s", ok, out)
		}
		list("none is failed any more", []string{waits})
		expect("again", succeed("retry"), "No delivery is tried again.")
	})
}

// More than a batch, and what fails again meanwhile is not tried for ever.
func TestRetryInBatches(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		now := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
		handle := store.Professional(ce.ProfessionalID(uuid(1)))
		if _, err := handle.CreateProfile(t.Context(), ce.Professional{Name: "Jordan Lee", Locale: "en", CreatedAt: now, UpdatedAt: now}); err != nil {
			t.Fatal(err)
		}
		const many = backlogPage + 3
		for n := range many {
			err := handle.CreateNotification(t.Context(), ce.Notification{
				ID: ce.NotificationID(uuid(1000 + n)), Kind: ce.NotificationTest, CreatedAt: now, Email: ce.Delivery{State: ce.DeliveryNone},
				Push: ce.Delivery{State: ce.DeliveryFailed, NextAt: now.Add(-time.Hour)},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var out strings.Builder
		command := retryRemindersCommand{}
		if err := command.retryAll(t.Context(), failing{store.System(), t}, now, &out); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("To be tried again: %d deliveries (%d by PUSH).\n", many, many); out.String() != want {
			t.Errorf("told %q, want %q", out.String(), want)
		}
	})
}

// failing fails at once whatever it is to try again.
type failing struct {
	storage.System
	t *testing.T
}

func (f failing) RetryDeliveries(ctx context.Context, channel ce.Channel, ids []ce.NotificationID, at time.Time) (int, error) {
	n, err := f.System.RetryDeliveries(ctx, channel, ids, at)
	if err != nil {
		return n, err
	}
	claimed, err := f.ClaimDeliveries(ctx, channel, at, at.Add(time.Minute), len(ids))
	for _, one := range claimed {
		outcome := *one.Content.By(channel)
		outcome.State = ce.DeliveryFailed
		if err := f.FinishDelivery(ctx, one.DeliveryClaim, outcome); err != nil {
			f.t.Error(err)
		}
	}
	return n, err
}

func TestLimitsOfRetry(t *testing.T) {
	for count, ok := range map[int]bool{0: true, 1: true, maxRetriedBy: true, maxRetriedBy + 1: false} {
		command := retryRemindersCommand{}
		for n := range count {
			command.IDs = append(command.IDs, strings.ToUpper(uuid(n)))
		}
		if err := command.Validate(); (err == nil) != ok {
			t.Errorf("%d ids: %v", count, err)
		} else if ok && count > 0 && command.IDs[0] != uuid(0) {
			t.Errorf("an id in capitals stays %s", command.IDs[0])
		}
	}
}
