package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"accrue/ce"
	"accrue/storage/sqlite"
)

// TestMain makes this binary the process that TestKill kills, when the variable names a folder.
func TestMain(m *testing.M) {
	if dir := os.Getenv("ACCRUE_TEST_WRITE_TO"); dir != "" {
		writeForever(dir)
	}
	os.Exit(m.Run())
}

// writeForever prints the id of the professional and then of each credit, once it is answered.
func writeForever(dir string) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, dir)
	if err != nil {
		panic(err)
	}
	id := ce.ProfessionalID(ce.NewUUID())
	handle := store.Professional(id)
	if _, err := handle.CreateProfile(ctx, ce.Professional{Locale: "en", CreatedAt: instant}); err != nil {
		panic(err)
	}
	fmt.Println(id)
	for n := 0; ; n++ {
		credit, err := handle.Credits().Create(ctx, someCredit(n), "digest")
		if err != nil {
			panic(err)
		}
		fmt.Println(credit.ID)
	}
}

func TestKill(t *testing.T) {
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "ACCRUE_TEST_WRITE_TO="+dir)
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for scanner := bufio.NewScanner(output); scanner.Scan(); {
		lines = append(lines, scanner.Text())
		if len(lines) == 30 {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "accrue.db-wal")); err != nil || info.Size() == 0 {
		t.Errorf("the child left no write-ahead log to recover from: %v", err)
	}
	handle := open(t, dir).Professional(ce.ProfessionalID(lines[0]))
	for _, line := range lines[1:] {
		if len(line) != 36 {
			continue // cut off by the kill
		}
		if _, err := handle.Credits().Get(t.Context(), ce.CreditID(line)); err != nil {
			t.Errorf("an answered write is lost: %v", err)
		}
	}
	read, err := handle.ReadCredits(t.Context())
	if err != nil || len(read.Marks) != len(read.Items) {
		t.Errorf("%d credits carry %d marks, %v", len(read.Items), len(read.Marks), err)
	}
}

func TestRestoreAfterKillKeepsTheLog(t *testing.T) {
	// A copy of a folder whose server runs is what a killed one leaves.
	dir, killed := t.TempDir(), t.TempDir()
	store := open(t, dir)
	handle := newProfessional(t, store)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := sqlite.Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	credit := logCredit(t, handle)
	for _, name := range []string{"accrue.db", "accrue.db-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(killed, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := sqlite.Restore(t.Context(), file, killed); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(killed, "accrue.db.before-restore-*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if _, err := openFile(t, kept[0]).Professional(idOf(t, handle)).Credits().Get(t.Context(), credit); err != nil {
		t.Errorf("the kept database lacks what was in the log: %v", err)
	}
	count, err := open(t, killed).Professional(idOf(t, handle)).CountCredits(t.Context())
	if err != nil || count != 0 {
		t.Errorf("the restored database has %d credits, %v", count, err)
	}
}
