package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/gofrs/flock"

	"accrue/ce"
	"accrue/storage"
)

const (
	databaseName = "accrue.db"
	lockName     = "accrue.lock"
)

// Store is the database of one folder.
type Store struct {
	lock      *flock.Flock     // nil with a store that only reads
	writer    *writer          // likewise
	readers   chan *connection // those that are free
	closed    chan struct{}
	closing   sync.Once // of a store that only reads
	sequences sequences
}

var _ storage.Store = (*Store)(nil)

// Open opens the database in the folder, making both when they are absent, and brings it up
// to this program's version. It fails when another server uses the folder.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	store, err := open(filepath.Join(dir, databaseName))
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	store.lock = lock
	return store, nil
}

// OpenCurrent is Open for a command: the database must be there, and of this program's version.
func OpenCurrent(ctx context.Context, dir string) (*Store, error) {
	store, err := OpenReadOnly(ctx, dir)
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		return nil, err
	}
	return Open(ctx, dir)
}

// exists fails unless the folder has a database.
func exists(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, databaseName)); err != nil {
		return fmt.Errorf("there is no database in %s: %w", dir, err)
	}
	return nil
}

// OpenReadOnly opens the database in the folder for reading, whether a server uses it or not: it sees every write that was
// answered, and waits for no other. Every write fails. The database must be of this program's version, to which only Open
// brings it.
func OpenReadOnly(ctx context.Context, dir string) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := exists(dir); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, databaseName)
	conn, err := connect(uri(file, "mode=ro", "busy_timeout(5000)"))
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", file, err)
	}
	version, err := check(conn, versions())
	if err == nil && version < versions() {
		err = fmt.Errorf("it was written by an older Accrue (version %d of its tables; this one works with %d); start the server of this version first", version, versions())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s: %w", file, err), conn.close())
	}
	store := &Store{readers: make(chan *connection, 1), closed: make(chan struct{})}
	store.readers <- conn
	return store, nil
}

// lockFolder makes the folder if it is absent and takes it for this process.
func lockFolder(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	switch ok, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("the data folder %s cannot be locked: %w", dir, err)
	case !ok:
		return nil, fmt.Errorf("another Accrue server is using the data folder %s; stop it, or choose another folder", dir)
	}
	return lock, nil
}

func open(file string) (*Store, error) {
	conn, err := connect(writing(file))
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", file, err)
	}
	var starts int64
	err = migrate(conn, migrations)
	if err == nil {
		starts, err = countStart(conn)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s: %w", file, err), conn.close())
	}
	store := &Store{
		readers:   make(chan *connection, max(4, runtime.NumCPU())),
		closed:    make(chan struct{}),
		sequences: newSequences(starts),
	}
	for range cap(store.readers) {
		reader, err := connect(reading(file))
		if err != nil {
			return nil, errors.Join(err, closeAll(store.readers, len(store.readers)), conn.close())
		}
		store.readers <- reader
	}
	store.writer = newWriter(conn, file+"-wal")
	return store, nil
}

// writing is the name under which the writer opens the file.
func writing(file string) string {
	return uri(file, "mode=rwc", "journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(5000)", "wal_autocheckpoint(4000)", "cache_size(-16000)")
}

// reading is the name under which a reader opens the file.
func reading(file string) string {
	return uri(file, "mode=rw", "busy_timeout(5000)", "query_only(1)", "cache_size(-8000)")
}

// uri names a file with the options of https://www.sqlite.org/uri.html and settings for the connection.
func uri(file, options string, pragmas ...string) string {
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()}
	name.RawQuery = options + "&" + url.Values{"_pragma": pragmas}.Encode()
	return name.String()
}

// Professional returns the handle of one professional.
func (s *Store) Professional(id ce.ProfessionalID) storage.Professional {
	return professional{store: s, id: id}
}

// Identity returns the handle for sign-in data.
func (s *Store) Identity() storage.Identity { return identity{s} }

// System returns the handle for workers and operators.
func (s *Store) System() storage.System { return system{s} }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.read(ctx, func(c *connection) error {
		_, err := c.exists("SELECT 1 FROM server")
		return err
	})
}

var errClosed = fmt.Errorf("sqlite: the store is closed: %w", storage.ErrUnavailable)

// read runs do on a free reader.
func (s *Store) read(ctx context.Context, do func(*connection) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case conn := <-s.readers:
		defer func() { s.readers <- conn }()
		return do(conn)
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed:
		return errClosed
	}
}

// write runs do as one atomic step and returns once it is safe on the disk. When do returns
// an error, nothing is written.
func (s *Store) write(ctx context.Context, do func(*connection) error) error {
	return s.queue(&task{ctx: ctx, do: do})
}

// writeOne is write for a single statement, and returns how many rows that changed.
func (s *Store) writeOne(ctx context.Context, query string, args ...any) (changed int64, err error) {
	err = s.writer.write(&task{ctx: ctx, single: true, do: func(c *connection) (err error) {
		changed, err = c.exec(query, args...)
		return err
	}})
	return changed, err
}

// writeDerived is write for what can be computed again. It is in the database, for a process that is killed too, and a
// power cut may undo it together with all such writes after it.
func (s *Store) writeDerived(ctx context.Context, do func(*connection) error) error {
	return s.queue(&task{ctx: ctx, do: do, derived: true})
}

var errReadOnly = errors.New("sqlite: the store was opened for reading only")

func (s *Store) queue(t *task) error {
	if s.writer == nil {
		return errReadOnly
	}
	return s.writer.write(t)
}

// Close waits for the reads and writes under way and closes the database. Closing again does nothing.
func (s *Store) Close() error {
	if s.writer == nil {
		return s.closeReading()
	}
	if !s.writer.stop() {
		return nil
	}
	close(s.closed)
	return errors.Join(closeAll(s.readers, cap(s.readers)), s.writer.conn.close(), s.lock.Unlock())
}

// closeReading is Close for a store that only reads.
func (s *Store) closeReading() (err error) {
	s.closing.Do(func() {
		close(s.closed)
		err = closeAll(s.readers, cap(s.readers))
	})
	return err
}

func closeAll(conns chan *connection, n int) error {
	var errs []error
	for range n {
		errs = append(errs, (<-conns).close())
	}
	return errors.Join(errs...)
}
