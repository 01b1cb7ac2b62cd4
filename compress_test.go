package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask sends the request by a client that unpacks nothing by itself.
func ask(t *testing.T, request *http.Request, headers ...string) *http.Response {
	t.Helper()
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := (&http.Transport{DisableCompression: true}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func TestAnswersAreCompressed(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	body := `{"query":"{ __schema { types { name description fields { name description } } } }"}`
	post := func(headers ...string) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		return ask(t, request, append(headers, "Content-Type", "application/json")...)
	}
	plain, err := io.ReadAll(post().Body)
	if err != nil {
		t.Fatal(err)
	}
	response := post("Accept-Encoding", "gzip")
	if response.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(response.Header.Values("Vary"), " "), "Accept-Encoding") {
		t.Fatalf("headers %v", response.Header)
	}
	packed, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := gzip.NewReader(strings.NewReader(string(packed)))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(reader)
	if err != nil || string(unpacked) != string(plain) {
		t.Errorf("what was unpacked is not what is sent without compression: %v", err)
	}
	if !json.Valid(plain) || len(packed)*3 > len(plain) {
		t.Errorf("%d bytes became %d", len(plain), len(packed))
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
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+test.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		response := ask(t, request, "Accept", test.accept, "Accept-Encoding", test.encoding)
		if got := response.Header.Get("Content-Encoding"); got != test.want {
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
	response := ask(t, request, "Accept", "text/event-stream", "Accept-Encoding", "gzip")
	if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || line != "event: next\n" {
		t.Errorf("%q, %v", line, err)
	}
}
