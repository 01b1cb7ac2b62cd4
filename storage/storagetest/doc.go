// Package storagetest is the exact meaning of package storage, as tests that
// every store passes: [Run] for all that one open store shows, [RunReopen] for what
// must survive closing it.
//
// It tests behaviour, never speed, and nothing that only one database has.
package storagetest
