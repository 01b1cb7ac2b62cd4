package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/sqlite"
)

// newProfessional stores a professional and returns her handle.
func newProfessional(t testing.TB, store *sqlite.Store) storage.Professional {
	t.Helper()
	handle := store.Professional(ce.ProfessionalID(ce.NewUUID()))
	if _, err := handle.CreateProfile(t.Context(), ce.Professional{Name: "Jordan", Locale: "en", CreatedAt: instant, UpdatedAt: instant}); err != nil {
		t.Fatal(err)
	}
	return handle
}

func logCredit(t testing.TB, handle storage.Professional) ce.CreditID {
	t.Helper()
	credit, err := handle.Credits().Create(t.Context(), someCredit(0), "digest")
	if err != nil {
		t.Fatal(err)
	}
	return credit.ID
}

func idOf(t testing.TB, handle storage.Professional) ce.ProfessionalID {
	t.Helper()
	profile, err := handle.Profile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return profile.ID
}

// openFile opens a copy of a database file as a store of its own.
func openFile(t *testing.T, file string) *sqlite.Store {
	t.Helper()
	dir := t.TempDir()
	content, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "accrue.db"), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

// names lists a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestBackupWhileWritesGoOn(t *testing.T) {
	dir, target := t.TempDir(), t.TempDir()
	store := open(t, dir)
	handle := newProfessional(t, store)
	ctx, stop := context.WithCancel(t.Context())
	var lock sync.Mutex
	var answered []ce.CreditID
	first := make(chan struct{}, 4)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				credit, err := handle.Credits().Create(ctx, someCredit(n), "digest")
				if err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Error(err)
					}
					return
				}
				lock.Lock()
				answered = append(answered, credit.ID)
				lock.Unlock()
				if n == 20 {
					first <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		<-first
	}
	lock.Lock()
	before := answered[:len(answered):len(answered)]
	lock.Unlock()
	file := filepath.Join(target, "backup.db")
	err := sqlite.Backup(t.Context(), dir, file)
	stop()
	group.Wait()
	if err != nil {
		t.Fatal(err)
	}
	lock.Lock()
	defer lock.Unlock()
	if len(answered) == len(before) {
		t.Error("nothing was written during the backup")
	}
	copied := openFile(t, file).Professional(idOf(t, handle))
	for _, id := range before {
		if _, err := copied.Credits().Get(t.Context(), id); err != nil {
			t.Errorf("a credit that was answered before the backup began: %v", err)
		}
	}
	if all := names(t, target); len(all) != 1 {
		t.Errorf("the backup left %v", all)
	}
}

func TestBackupWithoutAServer(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	handle := newProfessional(t, store)
	id, credit := idOf(t, handle), logCredit(t, handle)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := sqlite.Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	if _, err := openFile(t, file).Professional(id).Credits().Get(t.Context(), credit); err != nil {
		t.Error(err)
	}
}

func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Backup(t.Context(), dir, file); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("over a file: %v", err)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
		t.Errorf("the file is now %q, %v", content, err)
	}
	empty := t.TempDir()
	if err := sqlite.Backup(t.Context(), empty, filepath.Join(empty, "b.db")); err == nil || !strings.Contains(err.Error(), "no database") {
		t.Errorf("of nothing: %v", err)
	}
	if all := names(t, empty); len(all) != 0 {
		t.Errorf("a failed backup left %v", all)
	}
}

func TestRestore(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "backup.db")
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	handle := newProfessional(t, store)
	id := idOf(t, handle)
	old := logCredit(t, handle)
	if err := sqlite.Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	recent := logCredit(t, handle)
	if err := sqlite.Restore(t.Context(), file, dir); err == nil || !strings.Contains(err.Error(), "another Accrue server") {
		t.Errorf("while a server runs: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), file, dir); err != nil {
		t.Fatal(err)
	}
	has := func(store *sqlite.Store, credit ce.CreditID) bool {
		t.Helper()
		_, err := store.Professional(id).Credits().Get(t.Context(), credit)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Error(err)
		}
		return err == nil
	}
	kept, err := filepath.Glob(filepath.Join(dir, "accrue.db.before-restore-*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("the old database is kept as %v, %v", kept, err)
	}
	if before := openFile(t, kept[0]); !has(before, old) || !has(before, recent) {
		t.Error("the old database is not whole")
	}
	restored := open(t, dir)
	if !has(restored, old) || has(restored, recent) {
		t.Error("the restored database is not the backup")
	}
}

func TestRestoreIntoAnEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	store := open(t, dir)
	handle := newProfessional(t, store)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := sqlite.Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if err := sqlite.Restore(t.Context(), file, fresh); err != nil {
		t.Fatal(err)
	}
	idOf(t, open(t, fresh).Professional(idOf(t, handle)))
}

func TestRestoreRefusesWhatIsNotSound(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	handle := newProfessional(t, store)
	id := idOf(t, handle)
	for range 50 {
		logCredit(t, handle)
	}
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := errors.Join(sqlite.Backup(t.Context(), dir, file), store.Close()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := names(t, dir)
	newer := bytes.Clone(sound)
	newer[63] = 99 // the last byte of user_version, see https://www.sqlite.org/fileformat.html#the_database_header
	foreign := bytes.Clone(sound)
	foreign[68] ^= 1 // application_id
	damaged := bytes.Clone(sound)
	for i := 3 * 4096; i < len(damaged); i += 4096 {
		copy(damaged[i:], bytes.Repeat([]byte{0xff}, 64))
	}
	for name, content := range map[string][]byte{
		"nothing": nil, "garbage": bytes.Repeat([]byte("garbage "), 2000), "cut off": sound[:len(sound)/2],
		"newer": newer, "foreign": foreign, "damaged": damaged,
	} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := sqlite.Restore(t.Context(), file, dir); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	if err := sqlite.Restore(t.Context(), filepath.Join(dir, "absent"), dir); err == nil {
		t.Error("an absent file was restored")
	}
	if now := names(t, dir); strings.Join(now, " ") != strings.Join(files, " ") {
		t.Errorf("the folder holds %v, before %v", now, files)
	}
	count, err := open(t, dir).Professional(id).CountCredits(t.Context())
	if err != nil || count != 50 {
		t.Errorf("%d credits, %v", count, err)
	}
}
