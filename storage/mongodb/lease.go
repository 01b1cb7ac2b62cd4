package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/storage"
)

// leaseDocument is a storage.Lease.
type leaseDocument struct {
	Name      string    `bson:"_id"`
	Token     string    `bson:"token"`
	ExpiresAt time.Time `bson:"expiresAt"`
}

// AcquireLease implements storage.System.
func (s *system) AcquireLease(ctx context.Context, name string, now, until time.Time) (storage.Lease, error) {
	lease := leaseDocument{Name: name, Token: rand.Text(), ExpiresAt: instant(until)}
	_, err := s.leases.ReplaceOne(ctx,
		bson.D{{Key: "_id", Value: name}, {Key: "expiresAt", Value: bson.D{{Key: "$lte", Value: instant(now)}}}},
		lease, options.Replace().SetUpsert(true))
	if err = opaque(err); errors.Is(err, storage.ErrConflict) {
		err = storage.ErrLeaseLost
	}
	if err != nil {
		return storage.Lease{}, err
	}
	return storage.Lease(lease), nil
}

// RenewLease implements storage.System.
func (s *system) RenewLease(ctx context.Context, lease storage.Lease, until time.Time) (storage.Lease, error) {
	lease.ExpiresAt = instant(until)
	result, err := s.leases.UpdateOne(ctx, holder(lease),
		bson.D{{Key: "$set", Value: bson.D{{Key: "expiresAt", Value: lease.ExpiresAt}}}})
	if err != nil {
		return storage.Lease{}, opaque(err)
	}
	if result.MatchedCount == 0 {
		return storage.Lease{}, storage.ErrLeaseLost
	}
	return lease, nil
}

// ReleaseLease implements storage.System.
func (s *system) ReleaseLease(ctx context.Context, lease storage.Lease) error {
	result, err := s.leases.DeleteOne(ctx, holder(lease))
	if err != nil {
		return opaque(err)
	}
	if result.DeletedCount == 0 {
		return storage.ErrLeaseLost
	}
	return nil
}

func holder(lease storage.Lease) bson.D {
	return bson.D{{Key: "_id", Value: lease.Name}, {Key: "token", Value: lease.Token}}
}
