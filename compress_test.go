package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// packed sends requests, and unpacks no answers.
var packed = &http.Client{Transport: &http.Transport{DisableCompression: true}}

// ask sends the request, and returns the head of the answer and its body as it was sent.
func ask(t *testing.T, request *http.Request, accept, encoding string) (http.Header, string) {
	t.Helper()
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", encoding)
	response, err := packed.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Header, string(body)
}

func TestAnswersAreCompressed(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	post := func(encoding string) (http.Header, string) {
		body := strings.NewReader(`{"query":"{ __schema { types { name description fields { name description } } } }"}`)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url, body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		return ask(t, request, "", encoding)
	}
	_, plain := post("")
	header, short := post("gzip")
	if header.Get("Content-Encoding") != "gzip" || !slices.Contains(header.Values("Vary"), "Accept-Encoding") {
		t.Fatalf("headers %v", header)
	}
	reader, err := gzip.NewReader(strings.NewReader(short))
	if err != nil {
		t.Fatal(err)
	}
	if unpacked, err := io.ReadAll(reader); err != nil || string(unpacked) != plain {
		t.Errorf("what was unpacked is not what is sent without compression: %v", err)
	}
	if !json.Valid([]byte(plain)) || len(short)*3 > len(plain) {
		t.Errorf("%d bytes became %d", len(plain), len(short))
	}
}

func TestWhatIsNotCompressed(t *testing.T) {
	server := httptest.NewServer(compress(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		_, _ = fmt.Fprint(w, strings.Repeat("Harbor Hospital ", 10))
		if r.URL.Query().Has("long") {
			_, _ = fmt.Fprint(w, strings.Repeat("Harbor Hospital ", 100))
		}
	})))
	defer server.Close()
	for _, test := range []struct{ name, query, accept, encoding, want string }{
		{"a long answer", "?long&type=application/json", "", "gzip", "gzip"},
		{"a list for a spreadsheet", "?long&type=text/csv", "", "gzip", "gzip"},
		{"a short answer", "?type=application/json", "", "gzip", ""},
		{"for a client that unpacks nothing", "?long&type=application/json", "", "", ""},
		{"for one that wants none", "?long&type=application/json", "", "gzip;q=0", ""},
		{"a file", "?long&type=image/png", "", "gzip", ""},
		{"events", "?long&type=text/event-stream", "text/event-stream", "gzip", ""},
		{"what takes events", "?long&type=application/json", "Text/Event-Stream, application/json", "gzip", ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+test.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		header, _ := ask(t, request, test.accept, test.encoding)
		if got := header.Get("Content-Encoding"); got != test.want {
			t.Errorf("%s: Content-Encoding %q, want %q", test.name, got, test.want)
		}
	}
}

// An event is sent when it happens, and not kept until there are enough to compress.
func TestEventsAreNotHeldBack(t *testing.T) {
	read := make(chan struct{})
	server := httptest.NewServer(compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintln(w, "event: next")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-read
	})))
	defer server.Close()
	defer close(read)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := packed.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || line != "event: next\n" {
		t.Errorf("%q, %v", line, err)
	}
}
