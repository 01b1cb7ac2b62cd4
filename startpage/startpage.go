package startpage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed page
var files embed.FS

// assets is the path below which index.html names its files; Handler adds their hash.
const assets = "/start/"

// policy allows what the page brings along and nothing else. GraphiQL and its editor make style
// elements and style attributes as they run, so styles may be inline; scripts may not. The
// fonts are data inside GraphiQL's style sheet.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; " +
	"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// contentTypes are those of the embedded files; the machine's own table might call a script text/plain.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
}

// file is one embedded file as it is served.
type file struct {
	content     []byte
	contentType string
	tag         string                 // ETag
	compressed  func() ([]byte, error) // gzip of content, made when first asked for
}

// Handler serves the page at "/" and its files below "/start/"; other paths are 404. The files'
// paths hold the hash of their content, so browsers may keep them for ever; the page itself is
// asked for each time.
func Handler() http.Handler {
	names, err := fs.Glob(files, "page/*")
	if err != nil {
		panic(err) // only the pattern can be wrong
	}
	served := make(map[string]file)
	var index []byte
	var hashes []string // pairs of a quoted address in index.html and the one with the hash
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			panic(err) // the file is embedded
		}
		base := path.Base(name)
		if base == "index.html" {
			index = content
			continue
		}
		f := newFile(base, content)
		hashed := assets + strings.Trim(f.tag, `"`) + "/" + base
		served[hashed] = f
		hashes = append(hashes, `"`+assets+base+`"`, `"`+hashed+`"`)
	}
	page := newFile("index.html", []byte(strings.NewReplacer(hashes...).Replace(string(index))))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		page.serve(w, r)
	})
	mux.HandleFunc("GET "+assets, func(w http.ResponseWriter, r *http.Request) {
		f, found := served[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		f.serve(w, r)
	})
	return mux
}

func newFile(name string, content []byte) file {
	sum := sha256.Sum256(content)
	return file{
		content:     content,
		contentType: contentTypes[path.Ext(name)],
		tag:         `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
		compressed:  sync.OnceValues(func() ([]byte, error) { return compress(content) }),
	}
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Content-Type", f.contentType)
	header.Set("Vary", "Accept-Encoding")
	header.Set("ETag", f.tag)
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.content
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if smaller, err := f.compressed(); err == nil {
			header.Set("Content-Encoding", "gzip")
			body = smaller
		}
	}
	header.Set("Content-Length", fmt.Sprint(len(body)))
	// A failed write means that the browser has gone, or asked by HEAD.
	_, _ = w.Write(body)
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
