package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// Each piece of news is a document, by its id. When it is to be told, and who has claimed it, is in the professional's document: there the notification is put in the write
// that decides it, as an issue is, and copied to its collection after. Until that is done the news is due at the end of the claim, and whoever claims it next finishes it first.

// newsDocument is a ce.CreditNews.
type newsDocument struct {
	ID               ce.CreditNewsID   `bson:"_id"`
	Credit           ce.CreditID       `bson:"credit"`
	Title            string            `bson:"title"`
	CompletedOn      ce.Date           `bson:"completedOn"`
	Organization     ce.OrganizationID `bson:"organization"`
	OrganizationName string            `bson:"organizationName"`
	Event            ce.CreditEvent    `bson:"event"`
	Reason           string            `bson:"reason,omitempty"`
	At               time.Time         `bson:"at"`
}

func newNews(n ce.CreditNews) newsDocument {
	n.At = instant(n.At)
	return newsDocument(n)
}

// keptNews is news as it is kept, told or not.
type keptNews struct {
	News         newsDocument      `bson:",inline"`
	Professional ce.ProfessionalID `bson:"professional"`
	Told         bool              `bson:"told"`
}

// newsState is what a professional's document has of her news.
type newsState struct {
	NewsAt     *time.Time       `bson:"newsAt,omitempty"` // when it is due; while it is claimed, the end of the claim
	NewsClaim  string           `bson:"newsClaim,omitempty"`
	NewsToldAt *time.Time       `bson:"newsToldAt,omitempty"`
	Telling    *tellingDocument `bson:"telling,omitempty"`
}

// tellingDocument is a notification on its way to its collection, with the news that is told then.
type tellingDocument struct {
	Notification notificationDocument `bson:"notification"`
	News         []ce.CreditNewsID    `bson:"news"`
}

// AddCreditNews implements storage.Professional. The document comes first; whoever is cut short after it repeats this.
func (p *professional) AddCreditNews(ctx context.Context, due time.Time, news ce.CreditNews) error {
	_, err := p.store.creditNews.InsertOne(ctx, keptNews{News: newNews(news), Professional: p.id})
	if err = opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
		return err
	}
	result, err := p.store.professionals.UpdateOne(ctx, p.living(), bson.D{
		{Key: "$min", Value: bson.D{{Key: "newsAt", Value: instant(due)}}}, {Key: "$unset", Value: bson.D{{Key: "newsClaim", Value: ""}}},
	})
	if err != nil || result.MatchedCount == 1 {
		return opaque(err)
	}
	return p.undoUnlessLiving(ctx, p.store.creditNews, string(news.ID))
}

// finishTelling brings the notification of news to its collection, and remembers what is told; nil for none.
func (p *professional) finishTelling(ctx context.Context, telling *tellingDocument) error {
	if telling == nil {
		return nil
	}
	if err := p.insertNotification(ctx, telling.Notification); err != nil {
		return err
	}
	_, err := p.store.creditNews.UpdateMany(ctx, bson.D{in("_id", telling.News), {Key: "professional", Value: p.id}}, bson.D{{Key: "$set", Value: bson.D{{Key: "told", Value: true}}}})
	if err != nil {
		return opaque(err)
	}
	result, err := p.store.professionals.UpdateOne(ctx, bson.D{{Key: "_id", Value: p.id}, {Key: "telling.notification._id", Value: telling.Notification.ID}},
		bson.D{{Key: "$unset", Value: bson.D{{Key: "telling", Value: ""}}}})
	if err != nil || result.MatchedCount == 1 {
		return opaque(err)
	}
	// Somebody else finished it, or she was erased meanwhile.
	if err := p.undoUnlessLiving(ctx, p.store.notifications, telling.Notification.ID); !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return nil
}

// ClaimCreditNews implements storage.System.
func (s *system) ClaimCreditNews(ctx context.Context, now, until time.Time, limit int) ([]storage.ClaimedCreditNews, error) {
	if limit <= 0 {
		return nil, nil
	}
	due := bson.E{Key: "newsAt", Value: bson.D{{Key: "$lte", Value: instant(now)}}}
	var found []professionalDocument
	cursor, err := s.professionals.Find(ctx, bson.D{due}, inOneBatch().SetSort(bson.D{{Key: "newsAt", Value: 1}}).SetLimit(int64(limit)).
		SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err == nil {
		err = cursor.All(ctx, &found)
	}
	if err != nil {
		return nil, opaque(err)
	}
	var claimed []storage.ClaimedCreditNews
	for _, one := range found {
		token := rand.Text()
		var document professionalDocument
		err := opaque(s.professionals.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: one.ID}, due},
			bson.D{{Key: "$set", Value: bson.D{{Key: "newsAt", Value: instant(until)}, {Key: "newsClaim", Value: token}}}},
			options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&document))
		if errors.Is(err, storage.ErrNotFound) { // somebody else was faster
			continue
		}
		if err != nil {
			return nil, err
		}
		owner := &professional{store: (*Store)(s), id: one.ID}
		if err := owner.finishTelling(ctx, document.News.Telling); err != nil {
			return nil, err
		}
		news, err := owner.untold(ctx)
		if err != nil {
			return nil, err
		}
		claimed = append(claimed, storage.ClaimedCreditNews{
			CreditNewsClaim: storage.CreditNewsClaim{Professional: one.ID, Token: token}, Profile: document.Profile.profile(one.ID),
			Preferences: document.Preferences.preferences(), News: news, ToldAt: given(document.News.NewsToldAt),
		})
	}
	return claimed, nil
}

// untold reads the first news that was not told.
func (p *professional) untold(ctx context.Context) ([]ce.CreditNews, error) {
	var documents []newsDocument
	cursor, err := p.store.creditNews.Find(ctx, bson.D{{Key: "professional", Value: p.id}, {Key: "told", Value: false}},
		inOneBatch().SetSort(bson.D{{Key: "at", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(ce.MaxCreditNews))
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	return each(documents, func(d newsDocument) ce.CreditNews { return ce.CreditNews(d) }), opaque(err)
}

// TellCreditNews implements storage.System.
func (s *system) TellCreditNews(ctx context.Context, claim storage.CreditNewsClaim, told storage.ToldCreditNews) error {
	owner := &professional{store: (*Store)(s), id: claim.Professional}
	claimed := append(owner.living(), bson.E{Key: "newsClaim", Value: claim.Token})
	write := func(update bson.D) error {
		result, err := s.professionals.UpdateOne(ctx, claimed, update)
		if err != nil {
			return opaque(err)
		}
		if result.MatchedCount == 0 {
			return storage.ErrLeaseLost
		}
		return nil
	}
	if told.Notification != nil {
		telling := tellingDocument{Notification: newNotification(*told.Notification), News: told.News}
		telling.Notification.Professional = claim.Professional
		if err := write(bson.D{{Key: "$set", Value: bson.D{{Key: "telling", Value: telling}, {Key: "newsToldAt", Value: telling.Notification.CreatedAt}}}}); err != nil {
			return err
		}
		if err := owner.finishTelling(ctx, &telling); err != nil {
			return err
		}
	}
	release := bson.D{{Key: "$unset", Value: bson.D{{Key: "newsClaim", Value: ""}, {Key: "newsAt", Value: ""}}}}
	if !told.NextAt.IsZero() {
		release = bson.D{{Key: "$unset", Value: bson.D{{Key: "newsClaim", Value: ""}}}, {Key: "$set", Value: bson.D{{Key: "newsAt", Value: instant(told.NextAt)}}}}
	}
	err := write(release)
	if told.Notification != nil && errors.Is(err, storage.ErrLeaseLost) { // it is told, and there is more
		return nil
	}
	return err
}
