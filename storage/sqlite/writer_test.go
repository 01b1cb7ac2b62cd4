package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

// TestFailedWrite shows that a write that fails half-way leaves nothing, and the others of its batch stay.
func TestFailedWrite(t *testing.T) {
	conn := connectNew(t)
	if err := conn.script("CREATE TABLE a (x)"); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("failure")
	insert := func(x int, outcome error) *task {
		return &task{ctx: t.Context(), do: func(c *connection) error {
			if _, err := c.exec("INSERT INTO a VALUES (?)", x); err != nil {
				return err
			}
			return outcome
		}}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	batch := []*task{insert(1, nil), insert(2, failure), insert(4, nil), insert(8, nil)}
	batch[3].ctx = over // its caller has gone while it waited
	w := &writer{conn: conn}
	if err := w.commit(batch); err != nil {
		t.Fatal(err)
	}
	if batch[0].err != nil || !errors.Is(batch[1].err, failure) || batch[2].err != nil {
		t.Errorf("answers: %v, %v, %v", batch[0].err, batch[1].err, batch[2].err)
	}
	if !errors.Is(batch[3].err, context.Canceled) {
		t.Errorf("answer to the one who has gone: %v", batch[3].err)
	}
	if sum := ask(t, conn, "SELECT sum(x) FROM a"); sum != 5 {
		t.Errorf("the sum of what was written is %d", sum)
	}
}

// A commit is left to the next sync only when all of it can be computed again.
func TestOnlyDerivedDataWaitsForTheNextSync(t *testing.T) {
	conn, err := connect(writing(filepath.Join(t.TempDir(), databaseName)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.close() }()
	const full, normal = 2, 1
	w := &writer{conn: conn}
	var during int64
	look := func(derived bool) *task {
		return &task{ctx: t.Context(), derived: derived, do: func(c *connection) error {
			during = ask(t, c, "PRAGMA synchronous")
			return nil
		}}
	}
	for _, test := range []struct {
		batch []*task
		want  int64
	}{
		{[]*task{look(false)}, full},
		{[]*task{look(true)}, normal},
		{[]*task{look(true), look(true)}, normal},
		{[]*task{look(true), look(false)}, full},
		{[]*task{look(true)}, normal},
		{[]*task{look(false)}, full},
	} {
		if err := w.commit(test.batch); err != nil {
			t.Fatal(err)
		}
		if during != test.want {
			t.Errorf("a batch of %d was committed at synchronous=%d, want %d", len(test.batch), during, test.want)
		}
	}
}
