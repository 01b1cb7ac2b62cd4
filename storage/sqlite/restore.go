package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// The files that SQLite keeps beside a database.
var companions = []string{"-wal", "-shm"}

// Restore puts a copy of the backup in the place of the folder's database, which is kept beside it as
// accrue.db.before-restore- and the time of its last change. It refuses while a server uses the folder, and changes
// nothing when the file is not a sound database of Accrue. The folder always has one whole
// database: the old one until the new one takes its name.
func Restore(ctx context.Context, file, dir string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	copied, err := temporary(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(copied)) }()
	if err := copyFile(file, copied); err != nil {
		return fmt.Errorf("the backup cannot be copied: %w", err)
	}
	if err := verify(copied); err != nil {
		return fmt.Errorf("%s cannot be restored: %w", file, err)
	}
	target := filepath.Join(dir, databaseName)
	if err := keep(target); err != nil {
		return fmt.Errorf("the present database cannot be kept: %w", err)
	}
	if err := os.Rename(copied, target); err != nil {
		return err
	}
	return flush(dir)
}

// keep gives the present database, if there is one, a second name, and takes away the companions, which
// would be taken for the new database's.
func keep(database string) error {
	info, err := os.Stat(database)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	// A server that was killed left writes in the log; opening and closing brings them into the file. If
	// that fails, the database is damaged, and the log is kept as it is.
	if conn, err := connect(writing(database)); err == nil {
		_, _ = conn.exec("PRAGMA wal_checkpoint(TRUNCATE)")
		_ = conn.close()
	}
	kept, err := linkNew(database, database+".before-restore-"+info.ModTime().UTC().Format("20060102T150405Z"))
	if err != nil {
		return err
	}
	for _, companion := range companions {
		if err := os.Link(database+companion, kept+companion); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := flush(filepath.Dir(database)); err != nil {
		return err
	}
	for _, companion := range companions {
		if err := remove(database + companion); err != nil {
			return err
		}
	}
	return flush(filepath.Dir(database))
}

// linkNew gives the file a second name that nothing has yet: the one given, or with a number behind it.
func linkNew(file, name string) (string, error) {
	for n := 1; ; n++ {
		free := name
		if n > 1 {
			free += "-" + strconv.Itoa(n)
		}
		if err := os.Link(file, free); !errors.Is(err, os.ErrExist) {
			return free, err
		}
	}
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Sync(), target.Close())
}
