package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// mailTokenDocument is a storage.MailToken.
type mailTokenDocument struct {
	ID           string              `bson:"_id"`
	Purpose      storage.MailPurpose `bson:"purpose"`
	Professional ce.ProfessionalID   `bson:"professional"`
	Holds        string              `bson:"holds"`
	ExpiresAt    time.Time           `bson:"expiresAt"`
	CreatedAt    time.Time           `bson:"createdAt"`
}

// CreateMailToken implements storage.Identity.
func (i *identity) CreateMailToken(ctx context.Context, token storage.MailToken) error {
	token.ExpiresAt, token.CreatedAt = instant(token.ExpiresAt), instant(token.CreatedAt)
	_, err := i.mailTokens.InsertOne(ctx, mailTokenDocument(token))
	return opaque(err)
}

// MailToken implements storage.Identity.
func (i *identity) MailToken(ctx context.Context, id string) (storage.MailToken, error) {
	var document mailTokenDocument
	if err := i.mailTokens.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&document); err != nil {
		return storage.MailToken{}, opaque(err)
	}
	return storage.MailToken(document), nil
}
