package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/storage"
)

// signingKeyDocument is a storage.SigningKey.
type signingKeyDocument struct {
	ID         string    `bson:"_id"`
	PrivateKey []byte    `bson:"privateKey"`
	CreatedAt  time.Time `bson:"createdAt"`
}

// SigningKeys implements storage.Identity.
func (i *identity) SigningKeys(ctx context.Context) ([]storage.SigningKey, error) {
	cursor, err := i.signingKeys.Find(ctx, bson.D{}, inOneBatch().SetSort(bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []signingKeyDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	return each(documents, func(d signingKeyDocument) storage.SigningKey { return storage.SigningKey(d) }), nil
}

// AddSigningKey implements storage.Identity.
func (i *identity) AddSigningKey(ctx context.Context, key storage.SigningKey) error {
	key.CreatedAt = instant(key.CreatedAt)
	_, err := i.signingKeys.InsertOne(ctx, signingKeyDocument(key))
	return opaque(err)
}

// RemoveSigningKey implements storage.Identity.
func (i *identity) RemoveSigningKey(ctx context.Context, id string) error {
	_, err := i.signingKeys.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
	return opaque(err)
}
