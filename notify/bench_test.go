package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/storage"
	"accrue/storage/sqlite"
)

var endpoint = regexp.MustCompile(`FCM_ENDPOINT=(\S+)`)

// elsewhere starts an endpoint of FCM in another process, and returns where it is and the file of its credentials.
func elsewhere(b *testing.B, latency time.Duration) (address, credentials string) {
	b.Helper()
	dir := b.TempDir()
	binary, credentials := filepath.Join(dir, "fcmserver"), filepath.Join(dir, "key.json")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "accrue/notify/fcm/fcmtest/cmd/fcmserver").CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
	command := exec.Command(binary, "-addr", "127.0.0.1:0", "-quiet", "-latency", latency.String(), "-credentials", credentials)
	out, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = command.Process.Kill() // it runs until then
		_ = command.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	found := endpoint.FindStringSubmatch(line)
	if found == nil {
		b.Fatal(err, line)
	}
	return found[1], credentials
}

// fill stores so many notifications, each of a professional of her own with one certification, three deadlines and a phone, all of them
// due to be pushed now.
func fill(b *testing.B, store storage.Store, count int, now time.Time) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(128) // whose writes share commits
	for i := range count {
		group.Go(func() error {
			id := ce.ProfessionalID(ce.NewUUID())
			handle := store.Professional(id)
			_, err := handle.CreateProfile(b.Context(), ce.Professional{ID: id, TimeZone: "America/New_York", Locale: "en", CreatedAt: now, UpdatedAt: now})
			if err != nil {
				return err
			}
			token := fcmtest.Token(fmt.Sprint(i))
			_, err = handle.RegisterDevice(b.Context(), ce.Device{ID: ce.NewDeviceID(token), Token: token, Platform: ce.PlatformAndroid, SeenAt: now, CreatedAt: now})
			if err != nil {
				return err
			}
			turn, err := handle.Begin(b.Context())
			if err != nil {
				return err
			}
			standing := ce.Standing{Certification: ce.CertificationID(ce.NewUUID())}
			n := ce.Notification{
				ID: ce.NotificationID(ce.NewUUID()), Kind: ce.NotificationReminder, On: ce.DateOf(now, time.UTC), CreatedAt: now,
				Push: ce.Delivery{State: ce.DeliveryPending, NextAt: now}, Email: ce.Delivery{State: ce.DeliveryNone},
			}
			for _, kind := range []ce.DeadlineKind{ce.DeadlineEarn, ce.DeadlineReport, ce.DeadlineRenew} {
				deadline := ce.Deadline{
					ID: ce.NewDeadlineID(standing.Certification, "2026", kind, ""), Certification: standing.Certification, Kind: kind,
					DueOn: ce.DateOf(now, time.UTC).AddDays(30), Status: ce.DeadlineUpcoming, Title: "title-renew\tCertified Internal Auditor",
				}
				standing.Deadlines = append(standing.Deadlines, deadline)
				n.Items = append(n.Items, ce.NotificationItem{
					Deadline: deadline.ID, Certification: deadline.Certification, Program: "Certified Internal Auditor", Kind: kind,
					DueOn: deadline.DueOn, Step: 30, Status: deadline.Status, Title: deadline.Title,
				})
			}
			if _, err := handle.SaveDerived(b.Context(), storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}}); err != nil {
				return err
			}
			return handle.CreateNotification(b.Context(), n)
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// processorTime is how much of the processors this process has used, which other processes hardly change.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// sendAlone is the processor's time of one message for the SDK with its HTTP, and nothing else.
func sendAlone(b *testing.B, sender *fcm.Sender, count int) time.Duration {
	b.Helper()
	message := fcm.Build(fcm.Push{
		Notification: &ce.Notification{ID: "alone", Kind: ce.NotificationTest}, Device: &ce.Device{Token: fcmtest.Token("alone"), Platform: ce.PlatformAndroid}, At: morning,
	})
	began := processorTime(b)
	var group errgroup.Group
	group.SetLimit(2048)
	for range count {
		group.Go(func() error {
			if outcome := sender.Send(b.Context(), message); outcome.Result != fcm.Sent {
				return fmt.Errorf("%+v", outcome)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return (processorTime(b) - began) / time.Duration(count)
}

// BenchmarkDeliver claims, builds, sends and records, on SQLite, to an endpoint in another process and with the pace lifted.
// Run it with -benchtime 100000x; what is stored first is not counted.
func BenchmarkDeliver(b *testing.B) {
	for _, latency := range []time.Duration{0, 150 * time.Millisecond} {
		b.Run(fmt.Sprintf("latency=%v", latency), func(b *testing.B) {
			store, err := sqlite.Open(b.Context(), b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			now := morning
			fill(b, store, b.N, now)
			address, credentials := elsewhere(b, latency)
			log := slog.New(slog.DiscardHandler)
			sender, err := fcm.New(b.Context(), fcm.Config{Credentials: credentials, Endpoint: address, PerMinute: -1, Timeout: time.Minute, Log: log})
			if err != nil {
				b.Fatal(err)
			}
			defer sender.Close()
			if err := sender.Check(b.Context()); err != nil {
				b.Fatal(err)
			}
			alone := sendAlone(b, sender, min(b.N, 20_000))
			var sent, other atomic.Int64
			worker := notify.Worker{
				Store: store.System(), AtOnce: 2048, Now: func() time.Time { return now }, Log: log,
				Channel: &notify.Push{Sender: sender, Link: "https://app.example.com/n/{notification}", Log: log, Unregister: func(context.Context, ce.ProfessionalID, ce.DeviceID) error { return nil }},
				Observe: func(outcome, code string) {
					if outcome == string(notify.Sent) {
						sent.Add(1)
					} else {
						other.Add(1)
					}
				},
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			b.ResetTimer()
			began := processorTime(b)
			worker.Deliver(b.Context())
			b.StopTimer()
			each := float64((processorTime(b) - began).Microseconds()) / float64(b.N)
			b.ReportMetric(each, "cpu-µs/msg")
			b.ReportMetric(float64(alone.Microseconds())/each, "share-of-SDK")
			runtime.ReadMemStats(&after)
			if sent.Load() != int64(b.N) || other.Load() != 0 {
				b.Fatalf("%d of %d were sent, %d met something else", sent.Load(), b.N, other.Load())
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
			b.ReportMetric(float64(after.Sys-before.Sys)/(1<<20), "MiB-grown")
		})
	}
}
