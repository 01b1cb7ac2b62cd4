package mongodb

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// forwarder stands between a store and its database and can cut them apart.
type forwarder struct {
	target, address string

	lock     sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
	// cutAt has the forwarder cut everything when a client sends these bytes: before they are passed, or, with
	// answerLost, when the answer comes.
	cutAt      []byte
	answerLost bool
}

// forward returns a forwarder to the database, and the URI that leads through it.
func forward(t *testing.T, uri string) (*forwarder, string) {
	t.Helper()
	parsed, err := url.Parse(uri)
	succeed(t, err)
	f := &forwarder{target: parsed.Host, address: "127.0.0.1:0", open: map[net.Conn]bool{}}
	f.restore(t)
	t.Cleanup(f.cut)
	parsed.Host = f.address
	query := parsed.Query()
	query.Set("directConnection", "true")
	parsed.RawQuery = query.Encode()
	return f, parsed.String()
}

// restore lets connections through again, at the same address.
func (f *forwarder) restore(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", f.address)
	succeed(t, err)
	f.lock.Lock()
	defer f.lock.Unlock()
	f.listener, f.address, f.cutAt = listener, listener.Addr().String(), nil
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go f.serve(client)
		}
	}()
}

// cut ends all connections and takes no more.
func (f *forwarder) cut() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.listener.Close()
	for conn := range f.open {
		conn.Close()
	}
	clear(f.open)
}

// cutWhen arms the forwarder.
func (f *forwarder) cutWhen(sent string, answerLost bool) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.cutAt, f.answerLost = []byte(sent), answerLost
}

func (f *forwarder) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", f.target)
	if err != nil {
		return
	}
	defer server.Close()
	f.lock.Lock()
	f.open[client], f.open[server] = true, true
	f.lock.Unlock()

	var last sync.Mutex
	var doomed bool
	go func() {
		defer client.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				return
			}
			last.Lock()
			now := doomed
			last.Unlock()
			if now {
				f.cut()
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		f.lock.Lock()
		hit, answerLost := f.cutAt != nil && bytes.Contains(buffer[:n], f.cutAt), f.answerLost
		f.lock.Unlock()
		if hit && !answerLost {
			f.cut()
			return
		}
		if hit {
			last.Lock()
			doomed = true
			last.Unlock()
		}
		if _, err := io.Copy(server, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
	}
}

// TestOutage cuts the database off in the midst of a request, before the request or its answer arrives. Nothing is
// half written, the same request may be sent again, and the store works again without being opened anew.
func TestOutage(t *testing.T) {
	for _, test := range []struct {
		name       string
		answerLost bool
	}{{"request lost", false}, {"answer lost", true}} {
		t.Run(test.name, func(t *testing.T) {
			uri := mongodbtest.URI(t)
			cable, through := forward(t, uri)
			store := openTest(t, through)
			beside := openTest(t, uri)
			id, handle := newProfessional(t, store)
			credit := newTestCredit()
			credit.Title = "cut here"

			cable.cutWhen(credit.Title, test.answerLost)
			_, err := create(t, handle, credit)
			isOpaque(t, "Create", err)
			_, err = beside.Professional(id).Credits().Get(t.Context(), credit.ID)
			if test.answerLost {
				succeed(t, err)
			} else if !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the credit whose request was lost: %v", err)
			}

			short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			isOpaque(t, "Ping", store.Ping(short))
			_, err = handle.Begin(short)
			isOpaque(t, "Begin", err)

			cable.restore(t)
			created, err := handle.Credits().Create(t.Context(), credit, "digest")
			succeed(t, err)
			if created.Version != 1 || created.Title != credit.Title {
				t.Errorf("created again: %+v", created)
			}
			succeed(t, store.Ping(t.Context()))
			read, err := beside.Professional(id).ReadCredits(t.Context())
			succeed(t, err)
			if len(read.Items) != 1 || len(read.Marks) != 1 {
				t.Errorf("there are %d credits with %d marks, want one with its mark", len(read.Items), len(read.Marks))
			}
		})
	}
}

// create has the time to fail, and no more.
func create(t *testing.T, handle storage.Professional, credit ce.Credit) (ce.Credit, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	return handle.Credits().Create(ctx, credit, "digest")
}

// isOpaque checks that err says nothing of the outcome.
func isOpaque(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s succeeded without a database", what)
	}
	for _, known := range []error{storage.ErrNotFound, storage.ErrConflict, storage.ErrRemoved, storage.ErrOvertaken, storage.ErrLeaseLost, storage.ErrUnchanged} {
		if errors.Is(err, known) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
