package graphiql

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"accrue/asset"
)

//go:embed page
var files embed.FS

// Path is where the page stands.
const Path = "/graphiql"

// assets is the path below which index.html names its files; Handler adds their tag.
const assets = Path + "/"

// policy allows what the page brings along and nothing else. GraphiQL and its editor make style
// elements and style attributes as they run, so styles may be inline; scripts may not. The
// fonts are data inside GraphiQL's style sheet.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; " +
	"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page at Path and its files below; other paths are 404. The files'
// paths hold a tag of their content, so browsers may keep them for ever; the page itself is
// asked for each time.
func Handler() http.Handler {
	names, err := fs.Glob(files, "page/*")
	if err != nil {
		panic(err) // only the pattern can be wrong
	}
	served := make(map[string]asset.File)
	var index []byte
	var tagged []string // pairs of a quoted address in index.html and the one with the tag
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
		file := asset.New(base, content)
		address := assets + file.Tag + "/" + base
		served[address] = file
		tagged = append(tagged, `"`+assets+base+`"`, `"`+address+`"`)
	}
	page := asset.New("index.html", []byte(strings.NewReplacer(tagged...).Replace(string(index))))

	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		page.Serve(w, r)
	})
	mux.Handle("GET "+assets+"{$}", http.RedirectHandler(Path, http.StatusMovedPermanently))
	mux.HandleFunc("GET "+assets, func(w http.ResponseWriter, r *http.Request) {
		file, found := served[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", asset.Forever)
		file.Serve(w, r)
	})
	return mux
}
