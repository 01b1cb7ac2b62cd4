package mongodb

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"accrue/ce"
	"accrue/storage"
)

// sessionDocument is a storage.Session.
type sessionDocument struct {
	ID           string            `bson:"_id"`
	Professional ce.ProfessionalID `bson:"professional"`
	Secret       []byte            `bson:"secret"`
	Generation   int               `bson:"generation"`
	RotatedAt    time.Time         `bson:"rotatedAt"`
	ExpiresAt    time.Time         `bson:"expiresAt"`
	Version      int               `bson:"version"`
	CreatedAt    time.Time         `bson:"createdAt"`
}

func newSession(s storage.Session) sessionDocument {
	s.Secret = slices.Clone(s.Secret)
	s.RotatedAt, s.ExpiresAt, s.CreatedAt = instant(s.RotatedAt), instant(s.ExpiresAt), instant(s.CreatedAt)
	return sessionDocument(s)
}

func (d sessionDocument) session() storage.Session {
	d.Secret = slices.Clone(d.Secret)
	return storage.Session(d)
}

func (d sessionDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}}
}

// CreateSession implements storage.Identity.
func (i *identity) CreateSession(ctx context.Context, session storage.Session) error {
	session.Version = 1
	_, err := i.sessions.InsertOne(ctx, newSession(session))
	return opaque(err)
}

// UpdateSession implements storage.Identity.
func (i *identity) UpdateSession(ctx context.Context, id string, change func(*storage.Session) error) (out storage.Session, err error) {
	err = update(ctx, i.sessions, bson.D{{Key: "_id", Value: id}}, func(current sessionDocument) (any, error) {
		session := current.session()
		if err := change(&session); errors.Is(err, storage.ErrUnchanged) {
			out = current.session()
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		next := newSession(session)
		next.ID, next.Professional, next.CreatedAt = current.ID, current.Professional, current.CreatedAt
		next.Version = current.Version + 1
		out = next.session()
		return next, nil
	})
	if err != nil {
		return storage.Session{}, err
	}
	return out, nil
}

// RevokeSession implements storage.Identity.
func (i *identity) RevokeSession(ctx context.Context, id string) error {
	_, err := i.sessions.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
	return opaque(err)
}

// RevokeSessions implements storage.Identity.
func (i *identity) RevokeSessions(ctx context.Context, professional ce.ProfessionalID, except string) error {
	_, err := i.sessions.DeleteMany(ctx, bson.D{
		{Key: "professional", Value: professional}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: except}}},
	})
	return opaque(err)
}
