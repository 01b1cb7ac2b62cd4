package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"modernc.org/sqlite"

	"accrue/ce"
)

// connection is one connection with its prepared statements. It is used by one goroutine at a time.
//
// It speaks to the driver without database/sql, whose own pool, locks and conversions cost
// as much as the statements, most of which touch a few rows.
type connection struct {
	driver     driver.Conn
	statements map[string]statement
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// connect opens a connection; the settings are part of the name.
func connect(name string) (*connection, error) {
	conn, err := new(sqlite.Driver).Open(name)
	if err != nil {
		return nil, err
	}
	return &connection{driver: conn, statements: make(map[string]statement)}, nil
}

func (c *connection) close() error {
	var errs []error
	for _, statement := range c.statements {
		errs = append(errs, statement.Close())
	}
	return errors.Join(append(errs, c.driver.Close())...)
}

func (c *connection) prepare(query string) (statement, error) {
	if prepared, ok := c.statements[query]; ok {
		return prepared, nil
	}
	prepared, err := c.driver.Prepare(query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = prepared.(statement)
	return prepared.(statement), nil
}

// exec runs a statement and returns how many rows it changed. Statements are bounded by their
// limits and keys, so none is interrupted: that would cost a goroutine for each.
func (c *connection) exec(query string, args ...any) (changed int64, err error) {
	prepared, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := prepared.ExecContext(context.Background(), values(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// script runs several statements without keeping them.
func (c *connection) script(text string) error {
	prepared, err := c.driver.Prepare(text)
	if err != nil {
		return err
	}
	_, err = prepared.(statement).ExecContext(context.Background(), nil)
	return errors.Join(err, prepared.Close())
}

// errStop is for the function given to query to return when it needs no more rows.
var errStop = errors.New("stop")

// query calls each with every row. The row is only valid during the call, its texts and records stay.
func (c *connection) query(each func(row) error, query string, args ...any) (err error) {
	prepared, err := c.prepare(query)
	if err != nil {
		return err
	}
	rows, err := prepared.QueryContext(context.Background(), values(args))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := make(row, len(rows.Columns()))
	for {
		if err := rows.Next(found); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := each(found); errors.Is(err, errStop) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// first calls found with the first row and reports whether there was one.
func (c *connection) first(found func(row) error, query string, args ...any) (bool, error) {
	ok := false
	err := c.query(func(r row) error {
		ok = true
		if err := found(r); err != nil {
			return err
		}
		return errStop
	}, query, args...)
	return ok, err
}

// exists reports whether the query finds anything.
func (c *connection) exists(query string, args ...any) (bool, error) {
	return c.first(func(row) error { return nil }, query, args...)
}

func values(args []any) []driver.NamedValue {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: value(arg)}
	}
	return named
}

// epoch is the day 0 of the database.
var epoch = ce.MustDate(1970, time.January, 1)

func value(arg any) driver.Value {
	switch arg := arg.(type) {
	case nil, string, []byte, int64:
		return arg
	case int:
		return int64(arg)
	case bool:
		if arg {
			return int64(1)
		}
		return int64(0)
	case ce.ProfessionalID:
		return string(arg)
	case ce.Date:
		if arg.IsZero() {
			return nil
		}
		return int64(epoch.DaysUntil(arg))
	case time.Time:
		if arg.IsZero() {
			return nil
		}
		return arg.UnixMilli()
	}
	panic(fmt.Sprintf("sqlite: no column holds a %T", arg))
}

// row is one row of an answer. Its methods take the place of a column.
type row []driver.Value

func (r row) text(i int) string {
	text, _ := r[i].(string)
	return text
}

func (r row) number(i int) int64 {
	number, _ := r[i].(int64)
	return number
}

func (r row) blob(i int) []byte {
	blob, _ := r[i].([]byte)
	return blob
}

// instant is the zero time where nothing is stored.
func (r row) instant(i int) time.Time {
	if r[i] == nil {
		return time.Time{}
	}
	return time.UnixMilli(r.number(i)).UTC()
}
