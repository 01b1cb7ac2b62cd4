package sqlite

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the numbered steps from an empty file to this program's version.
var migrations, _ = fs.Sub(embedded, "migrations") // the name is valid, which is all that can fail

// versions is how many migrations there are: the version of this program's tables.
func versions() int {
	names, _ := fs.Glob(migrations, "*.sql") // the pattern is valid, which is all that can fail
	return len(names)
}

// application tells Accrue's databases from others (PRAGMA application_id).
const application = 1097032562

// migrate brings the database to the version of the last step, each step in a transaction of its own.
// A database of a newer version, or of another program, is refused and not touched.
func migrate(c *connection, steps fs.FS) error {
	names, err := fs.Glob(steps, "*.sql")
	if err != nil {
		return err
	}
	version, err := check(c, len(names))
	if err != nil {
		return err
	}
	for number := version + 1; number <= len(names); number++ {
		name := names[number-1]
		if want := fmt.Sprintf("%04d", number); len(name) < 4 || path.Base(name)[:4] != want {
			return fmt.Errorf("migration %s is missing", want)
		}
		text, err := fs.ReadFile(steps, name)
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\n;PRAGMA user_version = %d;\nCOMMIT;", text, number)
		if err := c.script(step); err != nil {
			_ = c.script("ROLLBACK") // fails where the script never began
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}

// check returns the database's version, 0 for an empty one, unless it is newer than known or another program's.
func check(c *connection, known int) (version int, err error) {
	number := func(query string) (n int) {
		if err == nil {
			_, err = c.first(func(r row) error { n = int(r.number(0)); return nil }, query)
		}
		return n
	}
	version = number("PRAGMA user_version")
	owner := number("PRAGMA application_id")
	tables := number("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return 0, err
	case version == 0 && tables == 0:
		return 0, nil
	case owner != application:
		return 0, errors.New("it is not a database of Accrue")
	case version > known:
		return 0, fmt.Errorf("it was written by a newer Accrue (version %d of its tables; this one knows %d); install that one", version, known)
	}
	return version, nil
}
