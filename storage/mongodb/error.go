package mongodb

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/storage"
)

// opaque converts an error of the driver: to the contract's where it has one, else to one for the
// log. The text of a duplicate key is left out, since the key may be an e-mail address.
func opaque(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mongo.ErrNoDocuments):
		return storage.ErrNotFound
	case mongo.IsDuplicateKeyError(err):
		return storage.ErrConflict
	}
	return fmt.Errorf("mongodb: %w", err)
}
