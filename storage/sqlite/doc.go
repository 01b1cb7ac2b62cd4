// Package sqlite is the embedded store: one SQLite database in a folder that
// one server owns.
//
// It owns the file, its settings, its migrations, backup and restore. What the methods mean is
// written in package storage.
//
// # Writing
//
// One goroutine writes, over one connection. It runs all writes that wait in one transaction, each in
// a savepoint of its own, and answers them after the commit, so that concurrent writes share the wait for
// the disk. synchronous=FULL makes an answered write survive the loss of power; only what can be
// computed again is left to the next sync (see writer.settle). A
// change function never runs there: the fact is read, changed in the caller's goroutine and
// written under a version check, again and again until no other write came between.
//
// # Reading
//
// A pool of connections that cannot write reads what was committed last.
//
// # Rows
//
// What is looked up or sorted by has a column; everything else of a fact, a standing or a
// deadline is one record (see record.go), since in this database a row's cost is its number of columns.
//
// # Sequence numbers
//
// They live in memory, since only this process has workers for the folder. Their upper half is the
// number of times that the database was opened, which is kept in it, so they go on
// growing after a restart. See sequence.go.
package sqlite
