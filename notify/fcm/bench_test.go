package fcm_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
	"accrue/rules/wording"
)

// serveVariable makes the test binary an endpoint with this latency, so that it is another process than the sender.
const serveVariable = "ACCRUE_TEST_FCM_LATENCY"

func TestMain(m *testing.M) {
	if latency := os.Getenv(serveVariable); latency != "" {
		if err := serveFCM(latency); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

type served struct{ Endpoint, Credentials string }

func serveFCM(latency string) error {
	delay, err := time.ParseDuration(latency)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := fcmtest.New("http://"+listener.Addr().String(), fcmtest.Options{Latency: delay, Forget: true})
	if err := json.NewEncoder(os.Stdout).Encode(served{server.Endpoint(), server.Credentials()}); err != nil {
		return err
	}
	return server.Serve().Serve(listener)
}

// elsewhere starts an endpoint in another process.
func elsewhere(b *testing.B, latency time.Duration) served {
	b.Helper()
	binary, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	command := exec.CommandContext(b.Context(), binary)
	command.Env = append(os.Environ(), serveVariable+"="+latency.String())
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = command.Process.Kill() // it may have ended with the context
		_ = command.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		b.Fatal(err)
	}
	var s served
	if err := json.Unmarshal(line, &s); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkSend builds and sends messages to an endpoint in another process, with the pace lifted.
func BenchmarkSend(b *testing.B) {
	for _, c := range []struct {
		latency time.Duration
		senders int // for each processor
	}{{0, 32}, {0, 128}, {150 * time.Millisecond, 1500}} {
		b.Run(fmt.Sprintf("latency=%v/senders=%dx", c.latency, c.senders), func(b *testing.B) {
			at := elsewhere(b, c.latency)
			sender, err := fcm.New(b.Context(), fcm.Config{
				Credentials: at.Credentials, Endpoint: at.Endpoint, PerMinute: -1, Timeout: time.Minute, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				b.Fatal(err)
			}
			defer sender.Close()
			if err := sender.Check(b.Context()); err != nil {
				b.Fatal(err)
			}
			n, d := reminder(day(2026, time.December, 1), earn()), device(ce.PlatformAndroid)
			b.SetParallelism(c.senders)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					m := fcm.Build(fcm.Push{Notification: n, Device: d, Language: wording.English, Link: deepLink, At: time.Unix(1_796_000_000, 0)})
					if o := sender.Send(b.Context(), m); o.Result != fcm.Sent {
						b.Errorf("%+v", o)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	many := reminder(day(2026, time.December, 1))
	for range 200 {
		many.Items = append(many.Items, earn())
	}
	for name, n := range map[string]*ce.Notification{"1": reminder(day(2026, time.December, 1), earn()), "200": many} {
		b.Run("deadlines="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fcm.Build(fcm.Push{Notification: n, Device: device(ce.PlatformIOS), Link: deepLink})
			}
		})
	}
}
