package dashboard

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func get(path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

var reference = regexp.MustCompile(`(?:src|href)="([^"]*)"`)

func TestPageNamesOnlyFilesThatAreServed(t *testing.T) {
	page := get("/").Body.String()
	found := 0
	for _, match := range reference.FindAllStringSubmatch(page, -1) {
		found++
		response := get(match[1])
		if response.Code != http.StatusOK {
			t.Errorf("%s: %d", match[1], response.Code)
		}
		want := "no-cache"
		if strings.HasPrefix(match[1], hashed) {
			want = "public, max-age=31536000, immutable"
		}
		if got := response.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", match[1], got, want)
		}
	}
	if !strings.Contains(page, `<script type="module" async fetchpriority="high" crossorigin src="/assets/begin-`) {
		t.Error("the page does not run src/begin.ts before the app has loaded")
	}
	if found != 8 {
		t.Errorf("the page names %d files, want 8", found)
	}
}

func TestPolicy(t *testing.T) {
	response := get("/")
	policy := response.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
	if regexp.MustCompile(`<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:|https?://`).MatchString(response.Body.String()) {
		t.Error("index.html holds a script or style of its own, or names another host")
	}
}

// The page may send requests where people sign in, and load nothing from there.
func TestPolicyWithAnotherHost(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	w := httptest.NewRecorder()
	Handler("https://accounts.example.com/v1/").ServeHTTP(w, r)
	want := strings.Replace(get("/").Header().Get("Content-Security-Policy"), "connect-src 'self'", "connect-src 'self' https://accounts.example.com/v1/", 1)
	if got := w.Header().Get("Content-Security-Policy"); got != want || strings.Count(got, "https:") != 1 {
		t.Errorf("policy %q, want %q", got, want)
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	const html = "text/html,application/xhtml+xml"
	for _, test := range []struct {
		path, accept string
		status       int
	}{
		{"/", "", 200},
		{"/credits", html, 200},
		{"/certifications/0197/x", html, 200},
		{"/credits", "application/json", 404},
		{"/credits", "", 404},
		{"/creditsx", html, 404},
		{"/index.html", html, 404},
		{"/assets/", html, 404},
		{"/assets/index.js", html, 404},
		{"/src/main.tsx", html, 404},
		{"/worker.js", "", 200},
		{"/licences.txt", html, 200},
	} {
		if response := get(test.path, "Accept", test.accept); response.Code != test.status {
			t.Errorf("%s for %q: %d, want %d", test.path, test.accept, response.Code, test.status)
		}
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /: %d", w.Code)
	}
}

// The server gives the page at each path that the app knows, and at no other.
func TestRoutesAreThoseOfTheApp(t *testing.T) {
	app, err := os.ReadFile("src/app.tsx")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"": true, "sign-in": true}
	for _, match := range regexp.MustCompile(`<Route path="/([^"/]*)`).FindAllSubmatch(app, -1) {
		known[string(match[1])] = true
	}
	if diff := cmp.Diff(known, routes); diff != "" {
		t.Error("the app's paths (-app +server):\n", diff)
	}
}

// The texts in the reader's language are on their way before the app has asked for them.
func TestTextsComeWithThePage(t *testing.T) {
	for accepted, want := range map[string]string{
		"":                        "en",
		"en-GB,en;q=0.9":          "en",
		"es-MX,es;q=0.9,en;q=0.8": "es",
		"fr-FR, es;q=0.5":         "es",
		"tlh":                     "en",
		"ca, en;q=0.5":            "en",
		"ca":                      "en",
		"*":                       "en",
		"en;q=nothing":            "en",
	} {
		response := get("/", "Accept-Language", accepted)
		link := response.Header().Get("Link")
		match := regexp.MustCompile(`^<(/assets/text-` + want + `-[^>]+)>; rel=modulepreload$`).FindStringSubmatch(link)
		if match == nil {
			t.Errorf("%q: Link %q, want the texts in %s", accepted, link, want)
		} else if file := get(match[1]); file.Code != http.StatusOK {
			t.Errorf("%s: %d", match[1], file.Code)
		}
		if vary := response.Header().Values("Vary"); !slices.Contains(vary, "Accept-Language") || !slices.Contains(vary, "Accept-Encoding") {
			t.Errorf("Vary %q", vary)
		}
	}
}

// budget is the bytes that a phone loads, compressed, before the app shows itself: what the page names, and all of the font.
const budget = 100_000

func TestFirstLoadIsWithinTheBudget(t *testing.T) {
	link, _, _ := strings.Cut(strings.TrimPrefix(get("/").Header().Get("Link"), "<"), ">")
	first := []string{"/", link}
	for _, match := range reference.FindAllStringSubmatch(get("/").Body.String(), -1) {
		first = append(first, match[1])
	}
	fonts, err := fs.Glob(build, "dist/assets/*.woff2")
	if err != nil {
		t.Fatal(err)
	}
	for _, font := range fonts {
		if name := strings.TrimPrefix(font, "dist"); !slices.Contains(first, name) {
			first = append(first, name)
		}
	}
	total := 0
	for _, name := range first {
		total += get(name, "Accept-Encoding", "gzip").Body.Len()
	}
	t.Logf("%d bytes", total)
	if total > budget {
		t.Errorf("the first load is %d bytes, above %d", total, budget)
	}
}

// What is embedded is what the sources make.
func TestBuildIsUpToDate(t *testing.T) {
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatal("dashboard/node_modules is not installed: run scripts/test-setup")
	}
	documents := t.TempDir()
	run(t, "node", "generate.mjs", documents)
	for _, name := range listed(t, documents) {
		if !bytes.Equal(read(t, filepath.Join(documents, name)), read(t, filepath.Join("src", name))) {
			t.Errorf("src/%s is not up to date: run npm run generate in dashboard", name)
		}
	}
	run(t, "node", "node_modules/typescript/bin/tsc")
	fresh := filepath.Join(t.TempDir(), "dist")
	run(t, "node", "node_modules/vite/bin/vite.js", "build", "--outDir", fresh, "--emptyOutDir")
	if diff := cmp.Diff(listed(t, "dist"), listed(t, fresh)); diff != "" {
		t.Fatal("dist is not up to date: run npm run generate in dashboard (-dist +fresh):\n", diff)
	}
	for _, name := range listed(t, "dist") {
		if !bytes.Equal(read(t, filepath.Join("dist", name)), read(t, filepath.Join(fresh, name))) {
			t.Errorf("dist/%s is not up to date: run npm run generate in dashboard", name)
		}
	}
}

func run(t *testing.T, name string, arguments ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(arguments, " "), err, out)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func listed(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}
