package chaos

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary builds the server once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "accrue-chaos-")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "accrue")
	out, err := exec.Command("go", "build", "-o", file, "accrue").CombinedOutput()
	if err != nil {
		_, _ = os.Stderr.Write(out)
	}
	return file, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// server is a running server.
type server struct {
	command *exec.Cmd
	ended   chan struct{}
	log     strings.Builder
}

// begin starts a server with nothing but the environment given.
func begin(t *testing.T, environment []string) *server {
	file, err := binary()
	if err != nil {
		t.Error(err)
		return nil
	}
	s := &server{command: exec.Command(file), ended: make(chan struct{})}
	s.command.Env = append([]string{"HOME=" + os.TempDir(), "PATH=" + os.Getenv("PATH")}, environment...)
	s.command.Stderr = &s.log
	if err := s.command.Start(); err != nil {
		t.Error(err)
		return nil
	}
	go func() {
		_ = s.command.Wait() // it is killed
		close(s.ended)
		if !s.command.ProcessState.Exited() {
			return
		}
		t.Errorf("a server ended by itself: %s", s.log.String())
	}()
	return s
}

// live lets the server live for so long, at most until the context ends.
func (s *server) live(ctx context.Context, length time.Duration) {
	if s == nil {
		return
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ended:
	case <-ctx.Done():
	}
}

// kill ends the server as a power cut would.
func (s *server) kill() {
	if s == nil {
		return
	}
	_ = s.command.Process.Kill() // it may have ended
	<-s.ended
}
