package mongodb

import (
	"errors"
	"fmt"
	"net"
	"slices"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

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
	case isDuplicate(err):
		return storage.ErrConflict
	case isUnavailable(err):
		return fmt.Errorf("mongodb: %w: %w", storage.ErrUnavailable, err)
	}
	return fmt.Errorf("mongodb: %w", err)
}

// isDuplicate reports whether all that is wrong is that what was inserted is there already. Of many, others may have failed for other reasons.
func isDuplicate(err error) bool {
	var many mongo.BulkWriteException
	if errors.As(err, &many) && slices.ContainsFunc(many.ErrorCodes(), func(code int) bool { return code != duplicateKeyCode }) {
		return false
	}
	return mongo.IsDuplicateKeyError(err)
}

const duplicateKeyCode = 11000

// The codes of a server that is starting, stopping or no longer the primary:
// https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-discovery-and-monitoring.md
var notPrimaryCodes = []int{91, 189, 10058, 10107, 11600, 11602, 13435, 13436}

// isUnavailable reports whether the server was not reached, did not answer in time, or is not the one to ask at the moment.
func isUnavailable(err error) bool {
	if mongo.IsTimeout(err) || mongo.IsNetworkError(err) || errors.Is(err, mongo.ErrClientDisconnected) {
		return true
	}
	var selection topology.ServerSelectionError
	var network net.Error
	if errors.As(err, &selection) || errors.As(err, &network) {
		return true
	}
	var server mongo.ServerError
	if errors.As(err, &server) {
		for _, code := range notPrimaryCodes {
			if server.HasErrorCode(code) {
				return true
			}
		}
	}
	return false
}
