package graphiql

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
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
	page := get("/graphiql").Body.String()
	found := 0
	for _, match := range reference.FindAllStringSubmatch(page, -1) {
		if match[1] == "data:," || match[1] == "/" {
			continue
		}
		found++
		response := get(match[1])
		if response.Code != http.StatusOK {
			t.Errorf("%s: %d", match[1], response.Code)
		}
		if got := response.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", match[1], got)
		}
	}
	if found != 7 {
		t.Errorf("the page names %d files, want 7", found)
	}
}

func TestNothingComesFromElsewhere(t *testing.T) {
	for _, name := range []string{"index.html", "start.js", "start.css"} {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "//cdn") || regexp.MustCompile(`https?://`).Match(content) {
			t.Errorf("%s names another host", name)
		}
	}
	style, err := files.ReadFile("page/graphiql.min.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, loaded := range regexp.MustCompile(`url\(["']?([^)]{0,20})|@import`).FindAllSubmatch(style, -1) {
		if !bytes.HasPrefix(loaded[1], []byte("data:")) {
			t.Errorf("the style sheet loads %s", loaded[0])
		}
	}
}

func TestPageRunsNoInlineScript(t *testing.T) {
	response := get("/graphiql")
	policy := response.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'; script-src 'self';") || strings.Contains(policy, "http") {
		t.Errorf("policy %q", policy)
	}
	page := response.Body.String()
	if regexp.MustCompile(`<script[^>]*>[^<]|\son[a-z]+=|javascript:`).MatchString(page) {
		t.Error("index.html holds a script of its own")
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	for _, path := range []string{"/graphiql/", "/graphiql/graphiql.min.js", "/graphiql/0000/graphiql.min.js", "/graphiql/../graphiql.go", "/other"} {
		if response := get(path); response.Code == http.StatusOK {
			t.Errorf("%s: %d", path, response.Code)
		}
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, Path, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// The operations of the first session must be valid in the schema that the server has.
func TestFirstSessionFitsTheSchema(t *testing.T) {
	names, err := filepath.Glob("../graph/schema/*.graphqls")
	if err != nil || len(names) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(content)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	script, err := files.ReadFile("page/start.js")
	if err != nil {
		t.Fatal(err)
	}
	operations := regexp.MustCompile("(?s)[`\"]((?:\n# \\d|mutation |\\{ me ).*?)[`\"]").FindAllSubmatch(script, -1)
	if len(operations) != 7+3 {
		t.Errorf("found %d operations, want the 7 steps and the page's own 3", len(operations))
	}
	for _, operation := range operations {
		if _, err := gqlparser.LoadQueryWithRules(schema, string(operation[1]), nil); err != nil {
			t.Errorf("%s\n%v", operation[1], err)
		}
	}
}

// The files that were not written here are the npm packages' own.
func TestCopiedFilesAreThePackages(t *testing.T) {
	const packages = "assets/node_modules/"
	if _, err := os.Stat(packages); err != nil {
		t.Fatalf("graphiql/%s is not installed: run scripts/test-setup", packages)
	}
	for copied, original := range map[string]string{
		"graphiql.min.js":             "graphiql/graphiql.min.js",
		"graphiql.min.css":            "graphiql/graphiql.min.css",
		"react.production.min.js":     "react/umd/react.production.min.js",
		"react-dom.production.min.js": "react-dom/umd/react-dom.production.min.js",
	} {
		want, err := os.ReadFile(packages + original)
		if err != nil {
			t.Fatal(err)
		}
		got, err := files.ReadFile("page/" + copied)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not the package's: run scripts/graphiql-assets", copied)
		}
	}
	licences := exec.Command("node", "licences.mjs")
	licences.Dir = "assets"
	want, err := licences.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := files.ReadFile("page/licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("licences.txt is not up to date: run scripts/graphiql-assets")
	}
}
