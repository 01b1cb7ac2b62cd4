package identitytest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// Project is the project of the emulator; a name with demo- keeps it off the network.
	Project = "demo-accrue"

	startTimeout = 2 * time.Minute
	stopTimeout  = 15 * time.Second
)

// Emulator is a running Firebase Auth emulator.
type Emulator struct {
	// Host is the value for FIREBASE_AUTH_EMULATOR_HOST.
	Host string
	t    testing.TB
}

// User is a user of the emulator with the tokens that a client would hold.
type User struct {
	ID           string `json:"localId"`
	IDToken      string `json:"idToken"`
	RefreshToken string `json:"refreshToken"`
}

// StartEmulator starts an emulator for the test and stops it at the test's end. The
// test fails, naming what to run, when the emulator is not installed.
func StartEmulator(t testing.TB) *Emulator {
	t.Helper()
	program := filepath.Join(folder(t), "node_modules", "firebase-tools", "lib", "bin", "firebase.js")
	if _, err := os.Stat(program); err != nil {
		t.Fatal("the Firebase Auth emulator is not installed: run scripts/test-setup")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is not installed: run scripts/test-setup")
	}
	home := t.TempDir()
	auth, hub, logging := freePort(t), freePort(t), freePort(t)
	config := fmt.Sprintf(`{"emulators":{"auth":{"host":"127.0.0.1","port":%d},"hub":{"host":"127.0.0.1","port":%d},
		"logging":{"host":"127.0.0.1","port":%d},"ui":{"enabled":false},"singleProjectMode":true}}`, auth, hub, logging)
	if err := os.WriteFile(filepath.Join(home, "firebase.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(node, program, "emulators:start", "--only", "auth", "--project", Project)
	command.Dir = home
	command.Env = []string{"CI=1", "HOME=" + home, "PATH=" + os.Getenv("PATH")}
	run(t, command, "All emulators ready")
	return &Emulator{Host: fmt.Sprintf("127.0.0.1:%d", auth), t: t}
}

// run starts the command, waits until it prints the text, and ends it with the test.
func run(t testing.TB, command *exec.Cmd, ready string) {
	t.Helper()
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer // read only once done is closed
	isReady, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewScanner(output)
		for seen := false; lines.Scan(); {
			said.Write(append(lines.Bytes(), '\n'))
			if !seen && strings.Contains(lines.Text(), ready) {
				seen = true
				close(isReady)
			}
		}
		_ = command.Wait()
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		select {
		case <-done:
		case <-time.After(stopTimeout):
			_ = command.Process.Kill()
			<-done
		}
	})
	select {
	case <-isReady:
	case <-done:
		t.Fatalf("the emulator ended before it was ready:\n%s", said.String())
	case <-time.After(startTimeout):
		t.Fatalf("the emulator was not ready within %v", startTimeout)
	}
}

// SignUp makes a user of the project with the e-mail address and a password.
func (e *Emulator) SignUp(email string) User {
	e.t.Helper()
	var user User
	e.post("/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any", "",
		map[string]any{"email": email, "password": "correct horse", "returnSecureToken": true}, &user)
	return user
}

// Update changes what the server holds of the user, as an administrator: "disableUser", "validSince" and others.
func (e *Emulator) Update(id string, fields map[string]any) {
	e.t.Helper()
	fields["localId"] = id
	e.post("/identitytoolkit.googleapis.com/v1/projects/"+Project+"/accounts:update", "owner", fields, nil)
}

// Delete deletes the user, as an administrator.
func (e *Emulator) Delete(id string) {
	e.t.Helper()
	e.post("/identitytoolkit.googleapis.com/v1/projects/"+Project+"/accounts:delete", "owner", map[string]any{"localId": id}, nil)
}

func (e *Emulator) post(path, bearer string, body map[string]any, answer any) {
	e.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		e.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+e.Host+path, bytes.NewReader(encoded))
	if err != nil {
		e.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		e.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		e.t.Fatalf("emulator: %s: %s", response.Status, content)
	}
	if answer != nil {
		if err := json.Unmarshal(content, answer); err != nil {
			e.t.Fatal(err)
		}
	}
}

// folder returns the folder of the emulator's package.json.
func folder(t testing.TB) string {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, "identity", "identitytest", "emulator")
		}
		if filepath.Dir(root) == root {
			t.Fatal("found no go.mod above the test")
		}
		root = filepath.Dir(root)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
