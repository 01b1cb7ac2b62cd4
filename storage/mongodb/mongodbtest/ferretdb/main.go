// Command ferretdb is the database of the MongoDB store's tests: FerretDB on SQLite files in a temporary folder, behind a
// proxy that passes one request at a time, so that each command is atomic as on MongoDB.
//
// It writes the URI of the proxy to its standard output, serves until its standard input ends, and removes the
// folder. So it never outlives the test that started it. It is a module of its own, so that nothing of it is in Accrue's.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	// An interrupt reaches the test, too; it ends there, and then the input ends here.
	signal.Ignore(os.Interrupt)
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(stdin io.Reader, stdout io.Writer) error {
	folder, err := os.MkdirTemp(memory(), "accrue-ferretdb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	socket := filepath.Join(folder, "socket")
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: "file:" + data + "/",
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Run(ctx) }()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		go (&proxy{upstream: socket}).serve(listener)
		fmt.Fprintf(stdout, "mongodb://%s\n", listener.Addr())
		_, err = io.Copy(io.Discard, stdin)
	}
	stop()
	<-stopped
	return err
}

// memory is a folder that is kept in memory, where the system has one; else "".
func memory() string {
	const folder = "/dev/shm"
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		return folder
	}
	return ""
}
