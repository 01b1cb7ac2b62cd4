package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Backup writes the database of the folder into a new file that can be restored or opened by itself. A
// server may go on writing meanwhile: the backup holds every write that was answered before
// it began. It refuses to overwrite a file, and leaves none when it fails.
func Backup(ctx context.Context, dir, file string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := exists(dir); err != nil {
		return err
	}
	source := filepath.Join(dir, databaseName)
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("the file %s exists; choose another name", file)
	}
	copied, err := temporary(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(copied)) }()
	conn, err := connect(uri(source, "mode=ro", "busy_timeout(5000)"))
	if err != nil {
		return err
	}
	_, err = check(conn, versions())
	if err == nil {
		_, err = conn.exec("VACUUM INTO ?", copied)
	}
	if err := errors.Join(err, conn.close()); err != nil {
		return fmt.Errorf("the database cannot be copied: %w", err)
	}
	if err := verify(copied); err != nil {
		return fmt.Errorf("the backup is not sound: %w", err)
	}
	if err := flush(copied); err != nil {
		return err
	}
	// A link, unlike a renaming, never replaces a file that came into being meanwhile.
	if err := os.Link(copied, file); err != nil {
		return err
	}
	return flush(filepath.Dir(file))
}

// temporary makes an empty file in the folder and returns its name.
func temporary(dir string) (string, error) {
	file, err := os.CreateTemp(dir, ".accrue-*.db")
	if err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

// remove removes the file, if it is there.
func remove(file string) error {
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// flush makes a file's content, or a folder's names, safe on the disk.
func flush(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// verify reads a whole database file and checks that it is sound, Accrue's, and of a known version. The file must be in
// nobody's use.
func verify(file string) error {
	conn, err := connect(uri(file, "mode=ro&immutable=1"))
	if err != nil {
		return err
	}
	return errors.Join(examine(conn), conn.close())
}

func examine(c *connection) error {
	version, err := check(c, versions())
	if err != nil {
		return err
	}
	if version == 0 {
		return errors.New("it is not a database of Accrue")
	}
	var problems []string
	err = c.query(func(r row) error {
		if text := r.text(0); text != "ok" {
			problems = append(problems, text)
		}
		return nil
	}, "PRAGMA integrity_check(10)")
	if err == nil && len(problems) > 0 {
		err = errors.New(strings.Join(problems, "; "))
	}
	return err
}
