// The command fcmserver serves Firebase Cloud Messaging on this machine, for trying push by hand. It writes the key
// file of a service account, says how to start the server with it, and prints each message that it accepts.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"accrue/notify/fcm/fcmtest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fcmserver:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	addr := flag.String("addr", "127.0.0.1:9099", "address to listen on; stay on this machine")
	project := flag.String("project", "demo-accrue", "id of the Firebase project")
	credentials := flag.String("credentials", "fcm-credentials.json", "file to write the service account's key to")
	latency := flag.Duration("latency", 0, "how long each answer takes")
	fail := flag.Float64("fail", 0, "share of sends, from 0 to 1, that fail at random: 500, 503, 429, a page, a broken connection")
	quiet := flag.Bool("quiet", false, "print and keep no messages, for load")
	device := flag.String("token", "", "print a device's token of this name, and end")
	flag.Parse()
	if *device != "" {
		fmt.Println(fcmtest.Token(*device))
		return nil
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	server := fcmtest.New("http://"+listener.Addr().String(), fcmtest.Options{
		ProjectID: *project, Latency: *latency, Forget: *quiet, FailShare: *fail,
		FailWith: []fcmtest.Fault{
			fcmtest.Internal(), fcmtest.Unavailable(time.Second), fcmtest.QuotaExceeded(time.Second), fcmtest.Page(http.StatusBadGateway), fcmtest.Reset(),
			fcmtest.Reset().Taken(),
		},
		Taken: func(r fcmtest.Received) {
			if text, err := json.MarshalIndent(r.Message, "", "  "); err == nil && !*quiet {
				fmt.Println(string(text))
			}
		},
	})
	if err := os.WriteFile(*credentials, []byte(server.Credentials()), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "FCM_ENDPOINT=%s FIREBASE_CREDENTIALS=%s\n", server.Endpoint(), *credentials)
	serving := server.Serve()
	context.AfterFunc(ctx, func() { _ = serving.Close() }) // ends Serve
	if err := serving.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
