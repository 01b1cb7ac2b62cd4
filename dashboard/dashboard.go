package dashboard

import (
	"embed"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"accrue/asset"
)

//go:embed all:dist
var build embed.FS

// policyFor allows what the server itself serves, requests to the other hosts, and nothing else. Styles are set by the app's script where they
// follow from data, which needs no inline styles.
func policyFor(hosts []string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src " +
		strings.Join(append([]string{"'self'"}, hosts...), " ") + "; " +
		"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// routes are the first parts of the paths of the app's pages, all of which are index.html. src/app.tsx has their other ends.
var routes = map[string]bool{
	"": true, "sign-in": true, "sign-up": true, "forgot-password": true, "certifications": true, "credits": true, "deadlines": true,
	"files": true, "inbox": true, "organizations": true, "programs": true, "settings": true,
}

// hashed is where the files stand whose names hold a hash of their content.
const hashed = "/assets/"

// textName is how the files of the texts are named, in one language each.
var textName = regexp.MustCompile(`^/assets/text-([a-z]+)-[\w-]+\.js$`)

// Handler serves the app's files, and its page at the paths that it knows, to whoever asks for HTML; other paths are 404. Files whose
// names hold their hash may be kept for ever; the page and the rest are asked for each time. The page may send requests to the hosts, given
// like https://identitytoolkit.googleapis.com/v1/, besides the server itself. With the page goes the name of the texts in the reader's language, which
// the app would else ask for only once its first script has come.
func Handler(hosts ...string) http.Handler {
	dist, err := fs.Sub(build, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	served := make(map[string]asset.File)
	err = fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(dist, name)
		served["/"+name] = asset.New(name, content)
		return err
	})
	if err != nil {
		panic(err) // the files are embedded
	}
	page, policy, texts := served["/index.html"], policyFor(hosts), textsIn(served)
	delete(served, "/index.html")

	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		file, found := served[r.URL.Path]
		if !found && isPage(r) {
			file, found = page, true
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Link", "<"+texts.nameFor(r.Header.Get("Accept-Language"))+">; rel=modulepreload")
			w.Header().Set("Vary", "Accept-Language")
		}
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(r.URL.Path, hashed) {
			w.Header().Set("Cache-Control", asset.Forever)
		}
		file.Serve(w, r)
	})
	return mux
}

// texts are the paths of the texts by language.
type texts map[string]string

func textsIn(served map[string]asset.File) texts {
	found := texts{}
	for name := range served {
		if match := textName.FindStringSubmatch(name); match != nil {
			found[match[1]] = name
		}
	}
	return found
}

// nameFor is the path for who accepts the languages, chosen as the app does: the first that there is, else English.
func (t texts) nameFor(accepted string) string {
	tags, _, _ := language.ParseAcceptLanguage(accepted) // none where it can't be read
	for _, tag := range tags {
		base, _ := tag.Base()
		if name, found := t[base.String()]; found {
			return name
		}
	}
	return t["en"]
}

// isPage reports whether the request is for a page of the app.
func isPage(r *http.Request) bool {
	if r.URL.Path == "/" {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return first != "" && routes[first] && strings.Contains(r.Header.Get("Accept"), "text/html")
}
