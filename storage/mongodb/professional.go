package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// professionalDocument is a ce.Professional with her progress, or the mark that her erasure leaves.
type professionalDocument struct {
	ID       ce.ProfessionalID `bson:"_id"`
	Profile  profileDocument   `bson:",inline"`
	Sequence int64             `bson:"sequence"` // the number that was taken last
	MarkedAt *time.Time        `bson:"markedAt,omitempty"`
	// CalendarFeed is nil when there is none.
	CalendarFeed *calendarFeedDocument `bson:"calendarFeed,omitempty"`
	Member       bool                  `bson:"member,omitempty"`   // whether she was ever one of an organisation
	Requests     bool                  `bson:"requests,omitempty"` // whether credits of hers ever waited for approval
	// ErasedAt is when her erasure began: then she has no profile. ErasingSince is there until it is complete.
	ErasedAt     *time.Time `bson:"erasedAt,omitempty"`
	ErasingSince *time.Time `bson:"erasingSince,omitempty"`

	FoundBy []string `bson:"foundBy,omitempty"` // see SetFoundBy

	Preferences         *preferencesDocument `bson:"preferences,omitempty"` // nil when none were ever saved
	PreferencesMarkedAt *time.Time           `bson:"preferencesMarkedAt,omitempty"`
	Plan                planState            `bson:",inline"`
	News                newsState            `bson:",inline"`
}

// profileDocument is what a change of the profile sets. An account has one, too.
type profileDocument struct {
	Version      int       `bson:"version"`
	Name         string    `bson:"name"`
	Email        string    `bson:"email"`
	Verified     bool      `bson:"emailVerified"`
	TimeZone     string    `bson:"timeZone"`
	Locale       string    `bson:"locale"`
	SessionsFrom time.Time `bson:"sessionsFrom"`
	CreatedAt    time.Time `bson:"createdAt"`
	UpdatedAt    time.Time `bson:"updatedAt"`
}

func newProfile(p ce.Professional) profileDocument {
	return profileDocument{
		Version: p.Version, Name: p.Name, Email: p.Email, Verified: p.EmailVerified, TimeZone: p.TimeZone, Locale: p.Locale,
		SessionsFrom: instant(p.SessionsFrom), CreatedAt: instant(p.CreatedAt), UpdatedAt: instant(p.UpdatedAt),
	}
}

func (d profileDocument) profile(id ce.ProfessionalID) ce.Professional {
	return ce.Professional{
		ID: id, Version: d.Version, Name: d.Name, Email: d.Email, EmailVerified: d.Verified, TimeZone: d.TimeZone, Locale: d.Locale,
		SessionsFrom: d.SessionsFrom, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

var (
	present = bson.D{{Key: "$exists", Value: true}}
	absent  = bson.D{{Key: "$exists", Value: false}}
)

// living finds the professional unless she is erased.
func (p *professional) living() bson.D {
	return bson.D{{Key: "_id", Value: p.id}, {Key: "erasedAt", Value: absent}}
}

func (p *professional) document(ctx context.Context, filter bson.D) (professionalDocument, error) {
	var document professionalDocument
	err := p.store.professionals.FindOne(ctx, filter).Decode(&document)
	return document, opaque(err)
}

// Profile implements storage.Professional.
func (p *professional) Profile(ctx context.Context) (ce.Professional, error) {
	document, err := p.document(ctx, p.living())
	if err != nil {
		return ce.Professional{}, err
	}
	return document.Profile.profile(p.id), nil
}

// CreateProfile implements storage.Professional.
func (p *professional) CreateProfile(ctx context.Context, profile ce.Professional) (ce.Professional, error) {
	created := newProfile(profile)
	created.Version = 1
	out := created
	err := persist(ctx, func() (bool, error) {
		_, err := p.store.professionals.InsertOne(ctx, professionalDocument{ID: p.id, Profile: created})
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		there, err := p.document(ctx, bson.D{{Key: "_id", Value: p.id}})
		switch {
		case errors.Is(err, storage.ErrNotFound): // the mark of her erasure was purged just now
			return false, nil
		case err != nil:
			return false, err
		case there.ErasedAt == nil:
			out = there.Profile
			return true, nil
		case there.ErasingSince != nil || !there.ErasedAt.Before(created.CreatedAt):
			return false, storage.ErrRemoved
		}
		anew, err := p.store.professionals.UpdateOne(ctx,
			bson.D{{Key: "_id", Value: p.id}, {Key: "erasedAt", Value: there.ErasedAt}, {Key: "erasingSince", Value: absent}},
			bson.D{{Key: "$set", Value: created}, {Key: "$unset", Value: bson.D{{Key: "erasedAt", Value: ""}}}})
		if err != nil {
			return false, opaque(err)
		}
		return anew.MatchedCount == 1, nil
	})
	if err != nil {
		return ce.Professional{}, err
	}
	return out.profile(p.id), nil
}

// profileChange is a changed profile with its mark.
type profileChange struct {
	Profile  profileDocument `bson:",inline"`
	MarkedAt time.Time       `bson:"markedAt"`
}

// UpdateProfile implements storage.Professional. It sets the profile's fields one by one, so that the sequence
// number in the same document may move meanwhile.
func (p *professional) UpdateProfile(ctx context.Context, change func(*ce.Professional) error) (out ce.Professional, err error) {
	err = persist(ctx, func() (bool, error) {
		current, err := p.document(ctx, p.living())
		if err != nil {
			return false, err
		}
		profile := current.Profile.profile(p.id)
		if err := change(&profile); errors.Is(err, storage.ErrUnchanged) {
			out = current.Profile.profile(p.id)
			return true, nil
		} else if err != nil {
			return false, err
		}
		next := newProfile(profile)
		next.Version, next.CreatedAt = current.Profile.Version+1, current.Profile.CreatedAt
		out = next.profile(p.id)
		result, err := p.store.professionals.UpdateOne(ctx,
			append(p.living(), bson.E{Key: "version", Value: current.Profile.Version}),
			bson.D{{Key: "$set", Value: profileChange{Profile: next, MarkedAt: next.UpdatedAt}}})
		if err != nil {
			return false, opaque(err)
		}
		return result.MatchedCount == 1, nil
	})
	if err != nil {
		return ce.Professional{}, err
	}
	return out, nil
}

// Begin implements storage.Professional.
func (p *professional) Begin(ctx context.Context) (storage.Turn, error) {
	var document professionalDocument
	err := p.store.professionals.FindOneAndUpdate(ctx, p.living(),
		bson.D{{Key: "$inc", Value: bson.D{{Key: "sequence", Value: int64(1)}}}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&document)
	if err != nil {
		return storage.Turn{}, opaque(err)
	}
	turn := storage.Turn{
		Sequence: document.Sequence, Profile: document.Profile.profile(p.id),
		Preferences: document.Preferences.preferences(), Told: document.Plan.told(), Member: document.Member, Requests: document.Requests,
	}
	if document.MarkedAt != nil {
		turn.Marks = []storage.Mark{{Kind: storage.MarkedProfile, ID: string(p.id), Version: document.Profile.Version}}
	}
	if document.PreferencesMarkedAt != nil {
		turn.Marks = append(turn.Marks, storage.Mark{Kind: storage.MarkedPreferences, ID: string(p.id), Version: document.Preferences.Version})
	}
	return turn, nil
}
