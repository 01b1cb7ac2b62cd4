package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"accrue/catalog"
	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
	"accrue/storage/bucket"
	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/sqlite"
	"accrue/tracker"
)

// stores are the databases that every test of the API runs on.
var stores = map[string]func(t testing.TB) storage.Store{
	"sqlite": func(t testing.TB) storage.Store {
		store, err := sqlite.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	},
	"mongodb": func(t testing.TB) storage.Store {
		store, err := mongodb.Open(t.Context(), mongodbtest.URI(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	},
}

func onEachStore(t *testing.T, test func(t *testing.T, store storage.Store)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// clock is a clock that stands until it is set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// api is a server of its own, asked over HTTP.
type api struct {
	url     string
	handler http.Handler
	clock   *clock
	tracker *tracker.Tracker
	people  map[string]*person
	letters *letterbox
	files   *bucket.Folder
	sent    map[string]string // the contents of uploaded files by their names
	codes   []string          // of invitations, in the order in which they were answered
}

// person is somebody with an account.
type person struct{ id, accessToken, refreshToken string }

// testRates leave room for what tests ask in a minute.
var testServer = Server{AddressRate: 100_000, ViewerRate: 100_000, MaxBody: 1 << 20, MaxDepth: 15, MaxCost: 20_000, RequestTime: 30 * time.Second}

func newAPI(t testing.TB, store storage.Store) *api { return newAPIOf(t, store, testServer) }

var testEvidence = Evidence{MaxFile: 25 << 20, MaxFiles: 1000, MaxFilesSize: 2 << 30, UploadTime: time.Minute}

// newAPIOf is newAPI with settings of its own.
func newAPIOf(t testing.TB, store storage.Store, settings Server) *api {
	t.Helper()
	return newAPIBy(t, store, serveCommand{Server: settings, Evidence: testEvidence})
}

// loadCatalog reads the catalog once for all servers, which only read it.
var loadCatalog = sync.OnceValues(catalog.Load)

// newAPIBy is newAPI with the settings of the command.
func newAPIBy(t testing.TB, store storage.Store, command serveCommand) *api {
	t.Helper()
	programs, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	a := &api{
		clock:   &clock{now: time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)},
		people:  map[string]*person{},
		letters: &letterbox{},
		sent:    map[string]string{},
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	a.tracker = tracker.New(store, programs, a.clock.Now, log)
	accounts, err := identity.NewAccounts(t.Context(), store, identity.Options{Now: a.clock.Now, Mail: a.letters})
	if err != nil {
		t.Fatal(err)
	}
	if a.files, err = bucket.OpenFolder(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.files.Close() })
	a.tracker.Keep(a.files, command.limits())
	a.tracker.Write(a.letters)
	services := &services{store: store, files: a.files, accounts: accounts, authenticator: accounts, sessions: accounts, tracker: a.tracker, metrics: newMetrics()}
	if command.MaxPages > 0 {
		a.read(t, services, &command, log)
	}
	a.handler = command.handler(services, log)
	server := httptest.NewServer(a.handler)
	t.Cleanup(server.Close)
	a.url = server.URL + "/graphql"
	return a
}

// read reads what is uploaded until the test ends.
func (a *api) read(t testing.TB, s *services, command *serveCommand, log *slog.Logger) {
	t.Helper()
	if err := command.startReading(s, log); err != nil {
		t.Fatal(err)
	}
	s.scanner.Now = a.clock.Now
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.scanner.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		_ = s.reader.Close()
	})
}

// ask sends a request as the viewer ("" for a stranger) and returns the status and the answer.
func (a *api) ask(t testing.TB, viewer, query string, variables any) (int, map[string]any) {
	t.Helper()
	token := ""
	if viewer != "" {
		token = a.person(t, viewer).accessToken
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return a.send(t, token, body)
}

// mutate has the viewer do something, which succeeds, and returns the payload of one of the mutations.
func (a *api) mutate(t testing.TB, viewer, mutation string) map[string]any {
	t.Helper()
	_, answer := a.ask(t, viewer, "mutation { "+mutation+" }", nil)
	if answer["errors"] != nil {
		t.Fatal(mutation, indented(answer))
	}
	for _, payload := range answer["data"].(map[string]any) {
		return payload.(map[string]any)
	}
	return nil
}

func (a *api) send(t testing.TB, token string, body []byte) (int, map[string]any) {
	t.Helper()
	return a.post(t, token, a.url, "application/json", bytes.NewReader(body))
}

// sendFile sends a request with a file, which stands at input.file of the variables.
func (a *api) sendFile(t testing.TB, token string, operations []byte, name, content string) (int, map[string]any) {
	t.Helper()
	return a.sendFileAt(t, token, operations, "variables.input.file", name, content)
}

func (a *api) sendFileAt(t testing.TB, token string, operations []byte, path, name, content string) (int, map[string]any) {
	t.Helper()
	a.sent[name] = content
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := form.WriteField("operations", string(operations))
	fields = errors.Join(fields, form.WriteField("map", `{"0": ["`+path+`"]}`))
	part, err := form.CreateFormFile("0", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err := errors.Join(fields, err, form.Close()); err != nil {
		t.Fatal(err)
	}
	return a.post(t, token, a.url, form.FormDataContentType(), &body)
}

func (a *api) post(t testing.TB, token, url, contentType string, body io.Reader) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("status %d, no JSON: %s", response.StatusCode, text)
	}
	return response.StatusCode, answer
}

// person returns the account of that name; at first it is made, by signing up.
func (a *api) person(t testing.TB, name string) *person {
	t.Helper()
	if p := a.people[name]; p != nil {
		return p
	}
	_, answer := a.ask(t, "", `mutation($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken professional { id } } }`,
		map[string]any{"input": map[string]any{
			"email": name + "@example.com", "password": passwordOf(name), "name": strings.ToUpper(name[:1]) + name[1:], "timeZone": "America/New_York",
		}})
	session := at(t, answer, "data", "signUp").(map[string]any)
	p := &person{
		id:           at(t, session, "professional", "id").(string),
		accessToken:  session["accessToken"].(string),
		refreshToken: session["refreshToken"].(string),
	}
	a.people[name] = p
	return p
}

func passwordOf(name string) string { return "the password of " + name }

// renew gives everybody a new session, after the clock was set.
func (a *api) renew(t testing.TB) {
	t.Helper()
	for name, p := range a.people {
		_, answer := a.ask(t, "", `mutation($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }`,
			map[string]any{"input": map[string]any{"email": name + "@example.com", "password": passwordOf(name)}})
		session := at(t, answer, "data", "signIn").(map[string]any)
		p.accessToken, p.refreshToken = session["accessToken"].(string), session["refreshToken"].(string)
	}
}

// at follows the path into an answer.
func at(t testing.TB, value any, path ...any) any {
	t.Helper()
	for _, part := range path {
		switch part := part.(type) {
		case string:
			object, ok := value.(map[string]any)
			if !ok || object[part] == nil {
				t.Fatalf("no %v in %s", path, indented(value))
			}
			value = object[part]
		case int:
			list, ok := value.([]any)
			if !ok || part >= len(list) {
				t.Fatalf("no %v in %s", path, indented(value))
			}
			value = list[part]
		}
	}
	return value
}

// codeOf returns the code of the answer's first error, "" when it has none.
func codeOf(t testing.TB, answer map[string]any) string {
	t.Helper()
	if answer["errors"] == nil {
		return ""
	}
	return at(t, answer, "errors", 0, "extensions", "code").(string)
}

func indented(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return text.String()
}

var update = flag.Bool("update", false, "write the answers into the case files")

// TestCases runs the conversations in testdata/cases, each on a fresh server on each store. A case is a txtar
// archive. A file whose name has a colon is a request: before the colon the viewer, who signs up at her first
// appearance ("nobody" is a stranger), after it what the request is about. It may be followed by "variables" and by "file" with the name
// of an upload, which stands at input.file of the variables, and is followed by "answer". A file "now" sets the clock, one "sweep" lets the server sweep, and one "remind" lets it tell what is due. What is different in each run stands in the answers as
// <name> for a professional's id, <file of name> for evidence's, <name in n> for a membership of the organization uuid(900+n), <name posted n> for a credit of the posting uuid(800+n), <code n> for the code of
// the nth invitation, and <token>; <verification>, <reset> and <invitation> are the tokens of the last mails.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			onEachStore(t, func(t *testing.T, store storage.Store) { runCase(t, store, file) })
		})
	}
}

func runCase(t *testing.T, store storage.Store, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := newAPI(t, store)
	for i := 0; i < len(archive.Files); i++ {
		step := archive.Files[i]
		if step.Name == "now" {
			now, err := time.Parse(time.RFC3339, strings.TrimSpace(string(step.Data)))
			if err != nil {
				t.Fatal(err)
			}
			a.clock.Set(now)
			a.renew(t)
			continue
		}
		if step.Name == "sweep" {
			if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if step.Name == "remind" {
			if err := a.tracker.Issue(t.Context()); err != nil {
				t.Fatal(err)
			}
			continue
		}
		viewer, _, ok := strings.Cut(step.Name, ": ")
		if !ok {
			t.Fatalf("%s: a request needs a viewer and a name: %q", file, step.Name)
		}
		viewer = strings.TrimPrefix(viewer, "nobody")
		var variables json.RawMessage
		if i+1 < len(archive.Files) && archive.Files[i+1].Name == "variables" {
			i++
			variables = json.RawMessage(a.reveal(archive.Files[i].Data))
		}
		var answer map[string]any
		if i+1 < len(archive.Files) && strings.HasPrefix(archive.Files[i+1].Name, "file ") {
			i++
			operations, err := json.Marshal(map[string]any{"query": string(step.Data), "variables": variables})
			if err != nil {
				t.Fatal(err)
			}
			token := ""
			if viewer != "" {
				token = a.person(t, viewer).accessToken
			}
			_, answer = a.sendFile(t, token, operations, strings.TrimPrefix(archive.Files[i].Name, "file "), string(archive.Files[i].Data))
		} else {
			_, answer = a.ask(t, viewer, string(step.Data), variables)
		}
		inOrder(answer)
		got := a.hide(indented(answer))
		if *update {
			if i+1 == len(archive.Files) || archive.Files[i+1].Name != "answer" {
				archive.Files = append(archive.Files[:i+1], append([]txtar.File{{Name: "answer"}}, archive.Files[i+1:]...)...)
			}
			i++
			archive.Files[i].Data = []byte(got)
			continue
		}
		if i+1 == len(archive.Files) || archive.Files[i+1].Name != "answer" {
			t.Fatalf("%s: no answer after %q", file, step.Name)
		}
		i++
		if diff := cmp.Diff(string(archive.Files[i].Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// inOrder sorts the errors of an answer by where they are: fields of a query are resolved side by side.
func inOrder(answer any) {
	if answer, ok := answer.(map[string]any); ok {
		if errors, ok := answer["errors"].([]any); ok {
			slices.SortStableFunc(errors, func(a, b any) int {
				return strings.Compare(indented(a.(map[string]any)["path"]), indented(b.(map[string]any)["path"]))
			})
		}
	}
}

// hide replaces what is different in each run by names.
func (a *api) hide(text string) string {
	for name, p := range a.people {
		text = strings.NewReplacer(p.id, "<"+name+">", p.accessToken, "<token>", p.refreshToken, "<token>").Replace(text)
		for file := range a.sent {
			text = strings.ReplaceAll(text, a.evidenceID(name, file), "<"+file+" of "+name+">")
		}
		for n := 1; n <= 2; n++ {
			text = strings.ReplaceAll(text, a.memberID(name, n), fmt.Sprintf("<%s in %d>", name, n))
			text = strings.ReplaceAll(text, a.postedID(uuid(800+n), name), fmt.Sprintf("<%s posted %d>", name, n))
		}
	}
	for _, found := range invitationCode.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(a.codes, found[1]) {
			a.codes = append(a.codes, found[1])
		}
	}
	for i, code := range a.codes {
		text = strings.ReplaceAll(text, code, fmt.Sprintf("<code %d>", i+1))
	}
	text = invitationAddress.ReplaceAllString(text, "<server>/#join=")
	text = evidenceAddress.ReplaceAllString(text, "<link>")
	return calendarAddress.ReplaceAllString(text, "<calendar feed>")
}

var calendarAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/calendar/[A-Za-z0-9_-]{43}\.ics`)

var (
	invitationCode    = regexp.MustCompile(`"code": "([A-Za-z0-9_-]{43})"`)
	invitationAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/#join=`)
)

// memberID is the id of the person's membership of the organization whose id is uuid(900+n).
func (a *api) memberID(person string, n int) string {
	return string(ce.NewMemberID(ce.OrganizationID(uuid(900+n)), ce.ProfessionalID(a.people[person].id)))
}

// postedID is the id of the person's credit of the posting.
func (a *api) postedID(posting, person string) string {
	return string(ce.NewPostedCreditID(ce.PostingID(posting), ce.ProfessionalID(a.people[person].id)))
}

// evidenceAddress is found before or after the ids in it are hidden.
var evidenceAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/evidence/[^"]+`)

// evidenceID is the id of the file that was sent under the name, as evidence of the person.
func (a *api) evidenceID(person, file string) string {
	return string(ce.NewEvidenceID(ce.ProfessionalID(a.people[person].id), ce.Digest(a.sent[file])))
}

func (a *api) reveal(text []byte) []byte {
	if a.letters != nil {
		text = []byte(a.letters.reveal(string(text)))
	}
	for name, p := range a.people {
		text = []byte(strings.NewReplacer("<"+name+">", p.id, "<token of "+name+">", p.refreshToken).Replace(string(text)))
		for file := range a.sent {
			text = bytes.ReplaceAll(text, []byte("<"+file+" of "+name+">"), []byte(a.evidenceID(name, file)))
		}
		for n := 1; n <= 2; n++ {
			text = bytes.ReplaceAll(text, fmt.Appendf(nil, "<%s in %d>", name, n), []byte(a.memberID(name, n)))
			text = bytes.ReplaceAll(text, fmt.Appendf(nil, "<%s posted %d>", name, n), []byte(a.postedID(uuid(800+n), name)))
		}
	}
	for i, code := range a.codes {
		text = bytes.ReplaceAll(text, fmt.Appendf(nil, "<code %d>", i+1), []byte(code))
	}
	return text
}

// uuid makes ids that are the same in each run.
func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
