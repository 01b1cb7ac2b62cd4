package identity_test

import (
	"context"
	"testing"

	"accrue/storage"
	"accrue/storage/sqlite"
)

// openStore returns an empty store.
func openStore(t testing.TB) storage.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // some tests close it themselves
	return store
}
