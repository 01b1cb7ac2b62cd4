package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// accountDocument is a storage.Account; its _id is the e-mail address.
type accountDocument struct {
	Email        string            `bson:"_id"`
	Professional ce.ProfessionalID `bson:"professional"`
	PasswordHash string            `bson:"passwordHash"`
	ProfileID    ce.ProfessionalID `bson:"profileId"`
	Profile      profileDocument   `bson:"profile"`
	Version      int               `bson:"version"`
	CreatedAt    time.Time         `bson:"createdAt"`
}

func newAccount(a storage.Account) accountDocument {
	return accountDocument{
		Email: a.Email, Professional: a.Professional, PasswordHash: a.PasswordHash,
		ProfileID: a.Profile.ID, Profile: newProfile(a.Profile), Version: a.Version, CreatedAt: instant(a.CreatedAt),
	}
}

func (d accountDocument) account() storage.Account {
	return storage.Account{
		Email: d.Email, Professional: d.Professional, PasswordHash: d.PasswordHash,
		Profile: d.Profile.profile(d.ProfileID), Version: d.Version, CreatedAt: d.CreatedAt,
	}
}

func (d accountDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.Email}, {Key: "version", Value: d.Version}}
}

// CreateAccount implements storage.Identity.
func (i *identity) CreateAccount(ctx context.Context, account storage.Account) error {
	account.Version = 1
	_, err := i.accounts.InsertOne(ctx, newAccount(account))
	return opaque(err)
}

// AccountByEmail implements storage.Identity.
func (i *identity) AccountByEmail(ctx context.Context, email string) (storage.Account, error) {
	return i.account(ctx, bson.D{{Key: "_id", Value: email}})
}

// AccountOf implements storage.Identity.
func (i *identity) AccountOf(ctx context.Context, professional ce.ProfessionalID) (storage.Account, error) {
	return i.account(ctx, bson.D{{Key: "professional", Value: professional}})
}

func (i *identity) account(ctx context.Context, filter bson.D) (storage.Account, error) {
	var document accountDocument
	if err := i.accounts.FindOne(ctx, filter).Decode(&document); err != nil {
		return storage.Account{}, opaque(err)
	}
	return document.account(), nil
}

// UpdateAccount implements storage.Identity.
func (i *identity) UpdateAccount(ctx context.Context, email string, change func(*storage.Account) error) (out storage.Account, err error) {
	err = update(ctx, i.accounts, bson.D{{Key: "_id", Value: email}}, func(current accountDocument) (any, error) {
		account := current.account()
		if err := change(&account); errors.Is(err, storage.ErrUnchanged) {
			out = current.account()
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		next := newAccount(account)
		next.Email, next.Professional, next.CreatedAt = current.Email, current.Professional, current.CreatedAt
		next.Version = current.Version + 1
		out = next.account()
		return next, nil
	})
	if err != nil {
		return storage.Account{}, err
	}
	return out, nil
}
