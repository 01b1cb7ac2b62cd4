// Package mongodbtest gives tests a MongoDB database of their own: on the server that the
// environment variable MONGO_TEST_URI names, or else on FerretDB, which it builds from the module in the folder
// ferretdb and starts once for each test binary.
//
// FerretDB speaks MongoDB's wire protocol and passes for it in behaviour, never in speed: it reads whole
// collections. A test that gets no database fails; none is skipped.
package mongodbtest

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// RealServer is the URI of a MongoDB server to test with, "" when there is none.
func RealServer() string { return os.Getenv("MONGO_TEST_URI") }

// URI returns the URI of a database that no other test uses and that is empty. It is dropped when the test ends.
func URI(t testing.TB) string {
	t.Helper()
	name := "accrue_test_" + strings.ToLower(rand.Text())
	if named := RealServer(); named != "" {
		uri := withDatabase(named, name)
		t.Cleanup(func() { drop(t, uri, name) })
		return uri
	}
	server, err := start()
	if err != nil {
		t.Fatalf("no FerretDB to test with: %v", err)
	}
	return server.uri + "/" + name
}

// withDatabase puts the name in the place of the URI's path. Whoever signs in with the URI is still looked up where the
// URI says, or in admin.
func withDatabase(uri, name string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	rest, query, _ := strings.Cut(rest, "?")
	hosts, path, _ := strings.Cut(rest, "/")
	if strings.Contains(hosts, "@") && !strings.Contains(query, "authSource=") {
		source := "admin"
		if path != "" {
			source = path
		}
		query = strings.TrimPrefix(query+"&authSource="+url.QueryEscape(source), "&")
	}
	if query != "" {
		query = "?" + query
	}
	return scheme + "://" + hosts + "/" + name + query
}

func drop(t testing.TB, uri, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err == nil {
		defer func() { _ = client.Disconnect(ctx) }()
		err = client.Database(name).Drop(ctx)
	}
	if err != nil {
		t.Errorf("dropping the test's database: %v", err)
	}
}

// process is a running FerretDB. It ends when its standard input closes, and so, in any case, with this process.
type process struct {
	uri     string // without a database
	command *exec.Cmd
	stdin   io.Closer // kept, since it closes when nothing refers to it
}

// start runs FerretDB the first time that it is called.
var start = sync.OnceValues(run)

// run builds FerretDB, which the Go build cache remembers, starts it and waits until it listens.
func run() (*process, error) {
	_, file, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(file) {
		return nil, errors.New("the source folder is not known; build the tests without -trimpath")
	}
	complaints, err := os.CreateTemp("", "accrue-ferretdb-")
	if err != nil {
		return nil, err
	}
	defer complaints.Close()
	defer os.Remove(complaints.Name())

	command := exec.Command("go", "run", "-C", filepath.Join(filepath.Dir(file), "ferretdb"), "-buildvcs=false", ".")
	command.Env = append(os.Environ(), "GOWORK=off")
	command.Stderr = complaints
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		text, _ := os.ReadFile(complaints.Name())
		return nil, fmt.Errorf("%w: %s", errors.Join(err, command.Wait()), text)
	}
	return &process{uri: strings.TrimSpace(line), command: command, stdin: stdin}, nil
}
