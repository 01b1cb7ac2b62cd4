package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Forever is the Cache-Control of what stands at a path that names its content.
const Forever = "public, max-age=31536000, immutable"

// contentTypes are those of the embedded files; the machine's own table might call a script text/plain.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// File is one embedded file as it is served.
type File struct {
	Content []byte
	// Tag names the content in the letters of a path.
	Tag         string
	contentType string
	compressed  func() ([]byte, error) // gzip of Content, made when first asked for
}

// New returns the file, whose type the end of its name tells. It panics on an end that it does not know: files are embedded.
func New(name string, content []byte) File {
	contentType, known := contentTypes[path.Ext(name)]
	if !known {
		panic("asset: no content type for " + name)
	}
	sum := sha256.Sum256(content)
	return File{
		Content:     content,
		Tag:         base64.RawURLEncoding.EncodeToString(sum[:12]),
		contentType: contentType,
		compressed:  sync.OnceValues(func() ([]byte, error) { return compress(content) }),
	}
}

// Serve answers with the file, or says that the browser has it already. Cache-Control is the caller's to set.
func (f File) Serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Content-Type", f.contentType)
	header.Add("Vary", "Accept-Encoding")
	header.Set("ETag", `"`+f.Tag+`"`)
	if r.Header.Get("If-None-Match") == header.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.Content
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && f.shrinks() {
		if smaller, err := f.compressed(); err == nil {
			header.Set("Content-Encoding", "gzip")
			body = smaller
		}
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	// A failed write means that the browser has gone, or asked by HEAD.
	_, _ = w.Write(body)
}

// shrinks reports whether the file's format leaves anything to compress.
func (f File) shrinks() bool {
	return f.contentType != "image/png" && f.contentType != "font/woff2"
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
