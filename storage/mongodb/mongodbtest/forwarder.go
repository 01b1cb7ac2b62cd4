package mongodbtest

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Forwarder stands between a store and its database and can cut them apart.
type Forwarder struct {
	target, address string

	lock     sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
	// What CutWhen was told.
	cutAt      []byte
	answerLost bool
}

// Forward returns a forwarder to the database that the URI names, and the URI that leads through it.
func Forward(t testing.TB, uri string) (*Forwarder, string) {
	t.Helper()
	parsed, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	f := &Forwarder{target: parsed.Host, address: "127.0.0.1:0", open: map[net.Conn]bool{}}
	f.Restore(t)
	t.Cleanup(f.Cut)
	parsed.Host = f.address
	query := parsed.Query()
	query.Set("directConnection", "true")
	parsed.RawQuery = query.Encode()
	return f, parsed.String()
}

// Restore lets connections through again, at the same address.
func (f *Forwarder) Restore(t testing.TB) {
	t.Helper()
	listener, err := net.Listen("tcp", f.address)
	if err != nil {
		t.Fatal(err)
	}
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

// Cut ends all connections and takes no more.
func (f *Forwarder) Cut() {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.listener.Close()
	for conn := range f.open {
		conn.Close()
	}
	clear(f.open)
}

// CutWhen has the forwarder cut everything when a client sends the text: before it is passed on or, with answerLost, when its
// answer comes.
func (f *Forwarder) CutWhen(sent string, answerLost bool) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.cutAt, f.answerLost = []byte(sent), answerLost
}

func (f *Forwarder) serve(client net.Conn) {
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
				f.Cut()
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
			f.Cut()
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
