package mongodb

import (
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/storage"
)

// TestDuplicatesAmongOtherErrors shows that documents which a shard did not take are not passed over for others that are there already.
func TestDuplicatesAmongOtherErrors(t *testing.T) {
	of := func(codes ...int) (err mongo.BulkWriteException) {
		for _, code := range codes {
			err.WriteErrors = append(err.WriteErrors, mongo.BulkWriteError{WriteError: mongo.WriteError{Code: code}})
		}
		return err
	}
	const unreachable = 6
	unsure := of(duplicateKeyCode)
	unsure.WriteConcernError = &mongo.WriteConcernError{Code: unreachable}
	for name, test := range map[string]struct {
		err      error
		conflict bool
	}{
		"duplicates":    {of(duplicateKeyCode, duplicateKeyCode), true},
		"others":        {of(unreachable), false},
		"both":          {of(duplicateKeyCode, unreachable), false},
		"not confirmed": {unsure, false},
		"one document":  {mongo.WriteException{WriteErrors: []mongo.WriteError{{Code: duplicateKeyCode}}}, true},
	} {
		if got := errors.Is(opaque(test.err), storage.ErrConflict); got != test.conflict {
			t.Errorf("%s: it is a conflict: %t", name, got)
		}
	}
}
