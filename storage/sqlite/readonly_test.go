package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// A store that only reads sees what a server beside it has written, and what one that was killed has left.
func TestOpenReadOnly(t *testing.T) {
	dir := t.TempDir()
	server, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	id := ce.ProfessionalID(ce.NewUUID())
	at := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	if _, err := server.Professional(id).CreateProfile(t.Context(), ce.Professional{Name: "Jordan", Locale: "en", CreatedAt: at, UpdatedAt: at}); err != nil {
		t.Fatal(err)
	}
	sees := func(dir string) {
		t.Helper()
		store, err := OpenReadOnly(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if profile, err := store.Professional(id).Profile(t.Context()); err != nil || profile.Name != "Jordan" {
			t.Errorf("the profile is %v: %v", profile, err)
		}
		_, err = store.Professional(id).UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Name = "never"; return nil })
		if !errors.Is(err, errReadOnly) {
			t.Errorf("a write: %v", err)
		}
		if _, err := store.System().RetryDeliveries(t.Context(), ce.ChannelPush, []ce.NotificationID{"x"}, at); !errors.Is(err, errReadOnly) {
			t.Errorf("a retry: %v", err)
		}
		for range 2 {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := store.Professional(id).Profile(t.Context()); !errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("closed: %v", err)
		}
	}
	sees(dir)
	killed := t.TempDir()
	for _, name := range []string{databaseName, databaseName + "-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(killed, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sees(killed)
	if _, err := server.Professional(id).UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Locale = "es"; return nil }); err != nil {
		t.Errorf("the server's next write: %v", err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	sees(dir)
}

func TestOpenReadOnlyRefuses(t *testing.T) {
	refuses := func(dir, want string) {
		t.Helper()
		if store, err := OpenReadOnly(t.Context(), dir); err == nil {
			_ = store.Close()
			t.Errorf("opened, want %q", want)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
		if store, err := OpenCurrent(t.Context(), dir); err == nil {
			_ = store.Close()
			t.Errorf("opened for writing, want %q", want)
		}
	}
	refuses(t.TempDir(), "there is no database in")
	for version, want := range map[int]string{versions() - 1: "by an older Accrue", versions() + 1: "by a newer Accrue"} {
		dir := t.TempDir()
		store, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.writer.conn.script(fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		refuses(dir, want)
	}
}
