package sqlite

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"accrue/ce"
)

// steps is a made-up set of migrations, as many as asked for.
func steps(n int) fstest.MapFS {
	all := []string{
		"PRAGMA application_id = 1097032562; CREATE TABLE a (x); INSERT INTO a VALUES (1);",
		"ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1;",
		"CREATE TABLE b (z); INSERT INTO b SELECT y + 1 FROM a;",
	}
	files := fstest.MapFS{}
	for i := range n {
		files["000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(all[i])}
	}
	return files
}

func connectNew(t *testing.T) *connection {
	t.Helper()
	conn, err := connect(writing(filepath.Join(t.TempDir(), "accrue.db")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func ask(t *testing.T, c *connection, query string) (answer int64) {
	t.Helper()
	ok, err := c.first(func(r row) error { answer = r.number(0); return nil }, query)
	if err != nil || !ok {
		t.Errorf("%s: %v %v", query, ok, err)
	}
	return answer
}

func TestMigrate(t *testing.T) {
	for from := range 4 {
		conn := connectNew(t)
		for _, n := range []int{from, 3, 3} {
			if err := migrate(conn, steps(n)); err != nil {
				t.Fatalf("from %d to %d: %v", from, n, err)
			}
		}
		if got := ask(t, conn, "SELECT z FROM b"); got != 3 {
			t.Errorf("from %d: z is %d", from, got)
		}
		if got := ask(t, conn, "PRAGMA user_version"); got != 3 {
			t.Errorf("from %d: version %d", from, got)
		}
	}
}

func TestMigrateRefusesNewerAndForeign(t *testing.T) {
	conn := connectNew(t)
	if err := migrate(conn, steps(3)); err != nil {
		t.Fatal(err)
	}
	if err := migrate(conn, steps(2)); err == nil || !strings.Contains(err.Error(), "newer Accrue") {
		t.Errorf("a newer database: %v", err)
	}
	foreign := connectNew(t)
	if err := foreign.script("CREATE TABLE other (x)"); err != nil {
		t.Fatal(err)
	}
	if err := migrate(foreign, steps(1)); err == nil || !strings.Contains(err.Error(), "not a database of Accrue") {
		t.Errorf("another program's database: %v", err)
	}
}

func TestMigrationIsAllOrNothing(t *testing.T) {
	conn := connectNew(t)
	broken := steps(2)
	broken["0002_step.sql"].Data = []byte("UPDATE a SET x = 7; UPDATE absent SET x = 1;")
	if err := migrate(conn, broken); err == nil {
		t.Fatal("the broken step succeeded")
	}
	if version, x := ask(t, conn, "PRAGMA user_version"), ask(t, conn, "SELECT x FROM a"); version != 1 || x != 1 {
		t.Errorf("version %d, x %d", version, x)
	}
	if err := migrate(conn, steps(3)); err != nil {
		t.Errorf("mended: %v", err)
	}
	gap := steps(3)
	delete(gap, "0002_step.sql")
	if err := migrate(connectNew(t), gap); err == nil || !strings.Contains(err.Error(), "0002 is missing") {
		t.Errorf("a gap: %v", err)
	}
}

// A database that holds data of the first version is brought up to date and keeps them.
func TestOpenAnOlderDatabase(t *testing.T) {
	dir := t.TempDir()
	first, err := fs.ReadFile(migrations, "0001_start.sql")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := connect(writing(filepath.Join(dir, databaseName)))
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(conn, fstest.MapFS{"0001_start.sql": &fstest.MapFile{Data: first}}); err != nil {
		t.Fatal(err)
	}
	profile := ce.Professional{ID: ce.ProfessionalID(ce.NewUUID()), Version: 1, Name: "Robin Vale"}
	if _, err := conn.exec("INSERT INTO professionals (id, version, record) VALUES (?, 1, ?)", profile.ID, encodeProfile(profile)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.exec("INSERT INTO standings (professional, certification, record) VALUES (?, 'c', ?)", profile.ID, encodeStanding(&ce.Standing{Certification: "c"})); err != nil {
		t.Fatal(err)
	}
	if err := conn.close(); err != nil {
		t.Fatal(err)
	}
	store, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	handle := store.Professional(profile.ID)
	if found, err := handle.Profile(t.Context()); err != nil || found.Name != profile.Name {
		t.Errorf("profile: %+v, %v", found, err)
	}
	own := ce.OwnProgram{ID: ce.ProgramID(ce.NewUUID()), Texts: []ce.ProgramText{{Text: "name: Example card"}}}
	if _, err := handle.OwnPrograms().Create(t.Context(), own, "digest"); err != nil {
		t.Errorf("own program: %v", err)
	}
	// What has no plan yet is due to be derived anew.
	if due, err := store.System().DueStandings(t.Context(), ce.MustDate(2000, time.January, 1), 10); err != nil || len(due) != 1 {
		t.Errorf("due are %v, %v", due, err)
	}
	if _, err := handle.OwnDeadlines().Create(t.Context(), ce.OwnDeadline{ID: ce.DeadlineID(ce.NewUUID()), Title: "CPR card"}, "digest"); err != nil {
		t.Errorf("own deadline: %v", err)
	}
	if version := ask(t, store.writer.conn, "PRAGMA user_version"); version != int64(versions()) {
		t.Errorf("version %d", version)
	}
}
