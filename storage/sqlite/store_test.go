package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"accrue/storage"
	"accrue/storage/sqlite"
	"accrue/storage/storagetest"
)

func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	var store *sqlite.Store
	storagetest.Run(t, func(t *testing.T) storage.Store {
		store = open(t, dir)
		return store
	})
	plans, err := store.Plans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for query, plan := range plans {
		for _, step := range plan {
			if table := scan.FindStringSubmatch(step); table != nil && !small[table[1]] {
				t.Errorf("no index serves %s: %s", query, step)
			}
		}
	}
}

// small are the tables that are read from beginning to end: of the server and its keys there are a few rows, and of marks as many as there
// are refreshes under way.
var small = map[string]bool{"server": true, "sqlite_master": true, "signing_keys": true, "marks": true}

// scan is a step that reads a table from its beginning to its end.
var scan = regexp.MustCompile(`^SCAN (\w+)$`)

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	storagetest.RunReopen(t, func(t *testing.T) storage.Store { return open(t, dir) })
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := store.Ping(t.Context()); err == nil {
		t.Error("the closed store answers")
	}
	if err := store.Professional("p").Erase(t.Context(), instant); err == nil {
		t.Error("the closed store writes")
	}
	goleak.VerifyNone(t, before)
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder?#%", "data")
	open(t, dir)
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "accrue.db")); err != nil {
		t.Error(err)
	}
	_, err = sqlite.Open(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "another Accrue server is using the data folder "+dir) {
		t.Errorf("second start: %v", err)
	}
}

func TestForeignDatabase(t *testing.T) {
	{
		name, content := "garbage", strings.Repeat("garbage ", 1000)
		dir := t.TempDir()
		file := filepath.Join(dir, "accrue.db")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sqlite.Open(t.Context(), dir); err == nil {
			t.Errorf("%s was opened", name)
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != content {
			t.Errorf("%s was touched: %v", name, err)
		}
	}
}

// TestLogStaysShort writes and reads without a pause; the write-ahead log must be used again all the same.
func TestLogStaysShort(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir)
	handle := newProfessional(t, store)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for ctx.Err() == nil {
				if _, err := handle.ReadCredits(ctx); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	const notes, count = 50 << 10, 1200 // 60 MB
	writers := newProfessional(t, store)
	var writing sync.WaitGroup
	for range 16 {
		writing.Go(func() {
			for n := range count / 16 {
				credit := someCredit(n)
				credit.Notes = strings.Repeat("x", notes)
				if _, err := writers.Credits().Create(t.Context(), credit, "digest"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	stop()
	group.Wait()
	info, err := os.Stat(filepath.Join(dir, "accrue.db-wal"))
	if err != nil || info.Size() > notes*count*2/3 {
		t.Errorf("after %d bytes the log has %d, %v", notes*count, info.Size(), err)
	}
}
