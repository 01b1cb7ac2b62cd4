package asset_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"accrue/asset"
)

func get(file asset.File, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	file.Serve(w, r)
	return w
}

func TestHeaders(t *testing.T) {
	file := asset.New("start.js", []byte("let it = 'be'"))
	header := get(file).Header()
	for name, want := range map[string]string{
		"Content-Type":                 "text/javascript; charset=utf-8",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Vary":                         "Accept-Encoding",
		"Cross-Origin-Resource-Policy": "same-origin",
		"ETag":                         `"` + file.Tag + `"`,
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	again := get(file, "If-None-Match", header.Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again with its ETag: %d", again.Code)
	}
}

func TestCompressed(t *testing.T) {
	response := get(asset.New("index.html", []byte("<!doctype html>")), "Accept-Encoding", "br, gzip")
	if got := response.Header().Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding %q", got)
	}
	reader, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil || string(content) != "<!doctype html>" {
		t.Errorf("%q, %v", content, err)
	}
	if response := get(asset.New("figtree.woff2", []byte("wOF2")), "Accept-Encoding", "gzip"); response.Header().Get("Content-Encoding") != "" {
		t.Error("a font was compressed again")
	}
}
