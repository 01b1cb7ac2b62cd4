package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"accrue/notify/fcm/fcmtest"
	"accrue/storage/mongodb/mongodbtest"
)

// binary builds the server once for all tests that need it as a process of its own.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "accrue-test-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "accrue")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

func TestMain(m *testing.M) {
	// Servers under test are set up by the tests alone.
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if name == "MONGODB_URI" || name == "SMTP_URL" || name == "FCM_ENDPOINT" || strings.HasPrefix(name, "MAIL_") || name == "GOOGLE_APPLICATION_CREDENTIALS" ||
			strings.HasPrefix(name, "ACCRUE_") || strings.HasPrefix(name, "FIREBASE_") || strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name)
		}
	}
	code := m.Run()
	if file, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// process is a running server.
type process struct {
	*api
	command *exec.Cmd
	log     *lockedBuffer
	ended   chan struct{}
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

var apiURL = regexp.MustCompile(`http://[0-9.:]+/graphql`)

// start runs the server with the arguments and environment and waits until it listens.
func start(t testing.TB, environment []string, arguments ...string) *process {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{api: &api{people: map[string]*person{}}, log: &lockedBuffer{}, ended: make(chan struct{})}
	p.command = exec.Command(file, append(arguments, "--addr", "127.0.0.1:0")...)
	p.command.Env = append(os.Environ(), environment...)
	output, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	listens := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(io.TeeReader(output, p.log))
		for lines.Scan() {
			if url := apiURL.FindString(lines.Text()); url != "" {
				listens <- url
			}
		}
		_ = p.command.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() { p.kill() })
	select {
	case p.url = <-listens:
	case <-p.ended:
		t.Fatalf("the server ended: %s", p.log)
	case <-time.After(time.Minute):
		t.Fatalf("the server does not listen: %s", p.log)
	}
	return p
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		t.Fatal("the server does not stop")
	}
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the server ended with %d: %s", code, p.log)
	}
}

// firstSession is the main job: two certifications and one credit that counts for both.
var firstSession = []string{
	`mutation { addCertification(input: {id: "` + uuid(1) + `", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id timeZone cycle { startsOn } } } }`,
	`mutation { addCertification(input: {id: "` + uuid(2) + `", programId: "iia-cia", issuedOn: "2016-09-30", facts: [{questionId: "status", value: "practising"}]}) { certification { id } } }`,
	`mutation { logCredit(input: {id: "` + uuid(3) + `", title: "Internal audit conference", completedOn: "` + daysAgo(1) + `", minutes: 800, topics: ["technical"], role: "participant"}) {
		credit { title uses { counted certification { id } } } certifications { id standing { outcome requirements { id required earned remaining } } } } }`,
}

const wholeScreen = `{ me { name timeZone
	certifications { nodes { id program { name } standing { asOf outcome phase requirements { id title outcome required earned remaining explanation } } } }
	credits { nodes { id version title completedOn minutes topics uses { counted explanation } } }
	deadlines { nodes { id kind dueOn endsAt status remaining title } } } }`

// daysAgo returns a day of this year where possible: the figures of the session must not change over New Year's Eve.
func daysAgo(n int) string {
	return time.Now().UTC().AddDate(0, 0, -n).Format(time.DateOnly)
}

func (p *process) session(t *testing.T) {
	t.Helper()
	for _, query := range firstSession {
		if status, answer := p.ask(t, "jordan", query, nil); status != http.StatusOK || answer["errors"] != nil {
			t.Fatal(status, indented(answer))
		}
	}
}

func TestAnAnsweredWriteSurvivesKill(t *testing.T) {
	data := t.TempDir()
	p := start(t, nil, "--data-dir", data)
	p.session(t)
	_, before := p.ask(t, "jordan", wholeScreen, nil)
	p.kill()

	again := start(t, nil, "--data-dir", data)
	again.people = p.people
	if _, after := again.ask(t, "jordan", wholeScreen, nil); indented(after) != indented(before) {
		t.Errorf("before the kill:\n%s\nafter:\n%s", indented(before), indented(after))
	}
	if title := at(t, before, "data", "me", "credits", "nodes", 0, "title"); title != "Internal audit conference" {
		t.Error(title)
	}
	again.stop(t)
}

func TestBothDatabasesAnswerAlike(t *testing.T) {
	embedded := start(t, []string{"MONGODB_URI="}, "--data-dir", t.TempDir())
	mongo := start(t, []string{"MONGODB_URI=" + mongodbtest.URI(t), "ACCRUE_EVIDENCE_URL=off"})
	embedded.session(t)
	mongo.session(t)
	for _, query := range []string{wholeScreen, `{ node(id: "` + uuid(1) + `") { ... on Certification { cycles { nodes { id startsOn earnBy } } standing { credits { nodes { reported counted parts { requirementId amount } } } } } } }`} {
		_, want := embedded.ask(t, "jordan", query, nil)
		if _, got := mongo.ask(t, "jordan", query, nil); indented(got) != indented(want) {
			t.Errorf("embedded:\n%s\nMongoDB:\n%s", indented(want), indented(got))
		}
	}
}

func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	data := t.TempDir()
	p := start(t, nil, "--data-dir", data)
	p.session(t)
	file, _ := binary()
	out, err := exec.Command(file, "--data-dir", data, "--addr", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "another Accrue server is using the data folder") {
		t.Errorf("%v: %s", err, out)
	}
	if _, answer := p.ask(t, "jordan", wholeScreen, nil); answer["errors"] != nil {
		t.Error(indented(answer))
	}
}

func TestBackupAndRestoreFromTheCommandLine(t *testing.T) {
	data, backup := t.TempDir(), filepath.Join(t.TempDir(), "accrue-backup.db")
	p := start(t, nil, "--data-dir", data)
	p.session(t)
	_, before := p.ask(t, "jordan", wholeScreen, nil)
	file, _ := binary()
	run := func(arguments ...string) (string, error) {
		out, err := exec.Command(file, arguments...).CombinedOutput()
		return string(out), err
	}
	if out, err := run("backup", "--data-dir", data, backup); err != nil {
		t.Fatal(err, out)
	}
	if out, err := run("restore", "--data-dir", data, backup); err == nil {
		t.Errorf("restored under a running server: %s", out)
	}
	if _, answer := p.ask(t, "jordan", `mutation { deleteCredit(input: {id: "`+uuid(3)+`", version: 1}) { deletedCreditId } }`, nil); answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	p.stop(t)
	if out, err := run("restore", "--data-dir", data, backup); err != nil {
		t.Fatal(err, out)
	}
	again := start(t, nil, "--data-dir", data)
	again.people = p.people
	if _, after := again.ask(t, "jordan", wholeScreen, nil); indented(after) != indented(before) {
		t.Errorf("before:\n%s\nafter the restore:\n%s", indented(before), indented(after))
	}
}

func TestResetPasswordFromTheCommandLine(t *testing.T) {
	data := t.TempDir()
	p := start(t, nil, "--data-dir", data)
	old := p.person(t, "jordan")
	p.stop(t)
	file, _ := binary()
	command := exec.Command(file, "account", "reset-password", "--data-dir", data, "jordan@example.com")
	command.Stdin = strings.NewReader("the operator's choice\n")
	if out, err := command.CombinedOutput(); err != nil || strings.Contains(string(out), "choice") {
		t.Fatal(err, string(out))
	}
	again := start(t, nil, "--data-dir", data)
	if status, answer := again.send(t, old.accessToken, []byte(`{"query":"{ me { id } }"}`)); codeOf(t, answer) != "UNAUTHENTICATED" {
		t.Errorf("the old token: %d %v", status, answer)
	}
	_, answer := again.ask(t, "", `mutation { signIn(input: {email: "jordan@example.com", password: "the operator's choice"}) { professional { name } } }`, nil)
	if at(t, answer, "data", "signIn", "professional", "name") != "Jordan" {
		t.Error(indented(answer))
	}
}

func TestDemo(t *testing.T) {
	p := start(t, nil, "demo")
	_, answer := p.ask(t, "", `mutation { signIn(input: {email: "jordan@example.com", password: "continuing education"}) {
		professional { name certifications { nodes { program { name } standing { outcome requirements { id earned } } } } deadlines { nodes { title } } } } }`, nil)
	if held := at(t, answer, "data", "signIn", "professional", "certifications", "nodes").([]any); len(held) != 2 {
		t.Error(indented(answer))
	}
	for _, email := range []string{"priya", "sam"} {
		_, answer := p.ask(t, "", `mutation { signIn(input: {email: "`+email+`@example.com", password: "continuing education"}) { professional { deadlines { nodes { title } } } } }`, nil)
		if deadlines := at(t, answer, "data", "signIn", "professional", "deadlines", "nodes").([]any); len(deadlines) == 0 {
			t.Error(indented(answer))
		}
	}
	p.stop(t)
}

func TestOperation(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir(), "--log-format", "json", "--log-level", "debug")
	p.session(t)
	base := strings.TrimSuffix(p.url, "/graphql")
	guide, err := os.ReadFile("docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ready", "/metrics": `accrue_graphql_field_seconds_count{code="",field="Mutation.logCredit"} 1`, "/": "<!doctype html>",
	} {
		response, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || !strings.Contains(strings.ToLower(string(body)), strings.ToLower(want)) {
			t.Errorf("%s: status %d, no %q in %.4000s", path, response.StatusCode, want, body)
		}
		for _, metric := range regexp.MustCompile(`(?m)^# TYPE (accrue_\w+)`).FindAllStringSubmatch(string(body), -1) {
			if !bytes.Contains(guide, []byte("`"+metric[1]+"`")) {
				t.Errorf("docs/operating.md does not tell of %s", metric[1])
			}
		}
	}
	p.stop(t)
	log := p.log.String()
	for _, secret := range []string{"jordan@example.com", passwordOf("jordan"), p.people["jordan"].accessToken, p.people["jordan"].refreshToken, "Internal audit conference"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log, `"request":"`) {
		t.Error("the log has no request ids")
	}
}

// A request whose body is still on its way when the server is told to stop is answered, and then the server ends.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	token := p.person(t, "jordan").accessToken
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(p.url, "http://"), "/graphql"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	body := `{"query":"mutation { logCredit(input: {title: \"In flight\", completedOn: \"` + daysAgo(1) + `\", minutes: 50}) { credit { title } } }"}`
	_, err = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: accrue\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", token, len(body))
	if err != nil {
		t.Fatal(err)
	}
	// The server says that it goes on once it has begun to read the body.
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatal(err, line)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		// It takes no new connections from the moment that it stops.
		other, err := net.Dial("tcp", conn.RemoteAddr().String())
		if err != nil {
			break
		}
		_ = other.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server takes new connections for a minute after it was told to stop")
		}
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(answer), `"title":"In flight"`) {
		t.Errorf("%v: status %d: %s", err, response.StatusCode, answer)
	}
	<-p.ended
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the server ended with %d: %s", code, p.log)
	}
}

func TestTracesAreSentWhereAnExporterIsConfigured(t *testing.T) {
	received := make(chan []byte, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && r.URL.Path == "/v1/traces" {
			received <- body
		}
	}))
	defer collector.Close()
	p := start(t, []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}, "--data-dir", t.TempDir())
	token := p.person(t, "jordan").accessToken
	p.stop(t)
	close(received)
	var all []byte
	for body := range received {
		all = append(all, body...)
	}
	for _, want := range []string{"service.name", "accrue", "http.response.status_code"} {
		if !bytes.Contains(all, []byte(want)) {
			t.Errorf("the traces hold no %q", want)
		}
	}
	for _, secret := range []string{token, "jordan@example.com", passwordOf("jordan")} {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("the traces hold %q", secret)
		}
	}
}

// pushEnvironment has a server push to the endpoint under test, with these credentials.
func pushEnvironment(endpoint *fcmtest.Server, credentials string) []string {
	return []string{"FIREBASE_CREDENTIALS=" + credentials, "FCM_ENDPOINT=" + endpoint.Endpoint()}
}

// logs waits until the log holds the text.
func (p *process) logs(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(p.log.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log does not say %q: %s", text, p.log)
		}
	}
}

// secretsOf are the parts of a service account's key file that no log may hold.
func secretsOf(t *testing.T, credentials string) []string {
	t.Helper()
	var file map[string]string
	if err := json.Unmarshal([]byte(credentials), &file); err != nil {
		t.Fatal(err)
	}
	return []string{strings.Split(file["private_key"], "\n")[1], file["private_key_id"], file["client_email"]}
}

// A server that may push says so at its start, and a test arrives within seconds, whichever way the credentials are given.
func TestPushOfAProcess(t *testing.T) {
	arrived := make(chan fcmtest.Received, 10)
	endpoint := fcmtest.Start(t, fcmtest.Options{Taken: func(r fcmtest.Received) { arrived <- r }})
	file := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(file, []byte(endpoint.Credentials()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, credentials := range map[string]string{"JSON": endpoint.Credentials(), "a file": file} {
		t.Run(name, func(t *testing.T) {
			p := start(t, pushEnvironment(endpoint, credentials), "--data-dir", t.TempDir(), "--log-level", "debug")
			token := fcmtest.Token("phone of " + name)
			p.mutate(t, "jordan", `registerDevice(input: {token: "`+token+`", platform: ANDROID}) { device { id } }`)
			p.mutate(t, "jordan", `sendTestNotification(input: {}) { notification { id } }`)
			select {
			case got := <-arrived:
				if got.Token != token {
					t.Errorf("it arrives at %.20s", got.Token)
				}
			case <-time.After(30 * time.Second):
				t.Fatalf("the test does not arrive: %s", p.log)
			}
			p.logs(t, "Firebase lets this server push")
			p.stop(t)
			log := p.log.String()
			if !strings.Contains(log, "push: on, by Firebase Cloud Messaging") {
				t.Errorf("the log does not say that push is on: %s", log)
			}
			for _, secret := range append(secretsOf(t, endpoint.Credentials()), token, "ya29.", "jordan@example.com") {
				if strings.Contains(log, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

// Credentials that are none keep the server from starting, in a sentence; an account that lost its key, or its right, does not.
func TestPushThatIsRefused(t *testing.T) {
	endpoint := fcmtest.Start(t, fcmtest.Options{})
	binary, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for credentials, want := range map[string]string{
		"absent.json":                 "the credentials of Firebase cannot be read",
		`{"type": "a-secret"}`:        "not those of a service account",
		endpoint.Credentials()[:1000]: "the credentials of Firebase are not JSON",
		`{"type": "service_account"}`: "no private key that can be read",
	} {
		command := exec.CommandContext(t.Context(), binary, "--addr", "127.0.0.1:0")
		command.Dir = t.TempDir()
		command.Env = append([]string{"HOME=" + command.Dir}, pushEnvironment(endpoint, credentials)...)
		out, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) || strings.Contains(string(out), "a-secret") || strings.Contains(string(out), "PRIVATE KEY") {
			t.Errorf("%v: %s", err, out)
		}
	}

	endpoint.Disable(true)
	p := start(t, pushEnvironment(endpoint, endpoint.Credentials()), "--data-dir", t.TempDir())
	p.mutate(t, "jordan", `registerDevice(input: {token: "`+fcmtest.Token("phone")+`", platform: ANDROID}) { device { id } }`)
	p.mutate(t, "jordan", `sendTestNotification(input: {}) { notification { id } }`)
	p.logs(t, "push cannot be sent now; it is tried again")
	p.logs(t, "push is held")
	_, answer := p.ask(t, "jordan", `{ me { notifications(first: 1) { nodes { push { state attempts } } } } }`, nil)
	if push := at(t, answer, "data", "me", "notifications", "nodes", 0, "push"); at(t, push, "state") != "PENDING" || at(t, push, "attempts") != 0.0 {
		t.Errorf("%v", push)
	}
	p.stop(t)
	for _, secret := range append(secretsOf(t, endpoint.Credentials()), fcmtest.Token("phone")) {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(p.log.String(), "invalid_grant") {
		t.Errorf("the log does not say why: %s", p.log)
	}
}
