package mongodb

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// ClearMarks implements storage.Professional with one command for each collection among the marks.
func (p *professional) ClearMarks(ctx context.Context, marks []storage.Mark) error {
	var profile, certifications, credits []mongo.WriteModel
	for _, mark := range marks {
		switch mark.Kind {
		case storage.MarkedProfile:
			if ce.ProfessionalID(mark.ID) == p.id {
				profile = append(profile, clearMark(mark, bson.D{{Key: "_id", Value: p.id}}))
			}
		case storage.MarkedPreferences:
			if ce.ProfessionalID(mark.ID) == p.id {
				profile = append(profile, mongo.NewUpdateOneModel().
					SetFilter(bson.D{{Key: "_id", Value: p.id}, {Key: "preferences.version", Value: mark.Version}}).
					SetUpdate(bson.D{{Key: "$unset", Value: bson.D{{Key: "preferencesMarkedAt", Value: ""}}}}))
			}
		case storage.MarkedCertification:
			certifications = append(certifications, clearMark(mark, p.certifications().filter(ce.CertificationID(mark.ID))))
		case storage.MarkedCredit:
			credits = append(credits, clearMark(mark, p.credits().filter(ce.CreditID(mark.ID))))
		case storage.MarkedOwnProgram:
			certifications = append(certifications, clearMark(mark, p.ownPrograms().filter(ce.ProgramID(mark.ID))))
		case storage.MarkedOwnDeadline:
			certifications = append(certifications, clearMark(mark, p.ownDeadlines().filter(ce.DeadlineID(mark.ID))))
		}
	}
	for _, kind := range []struct {
		collection *mongo.Collection
		updates    []mongo.WriteModel
	}{{p.store.professionals, profile}, {p.store.certifications, certifications}, {p.store.credits, credits}} {
		if len(kind.updates) == 0 {
			continue
		}
		if _, err := kind.collection.BulkWrite(ctx, kind.updates); err != nil {
			return opaque(err)
		}
	}
	return nil
}

func clearMark(mark storage.Mark, filter bson.D) mongo.WriteModel {
	return mongo.NewUpdateOneModel().
		SetFilter(append(filter, bson.E{Key: "version", Value: mark.Version})).
		SetUpdate(bson.D{{Key: "$unset", Value: bson.D{{Key: "markedAt", Value: ""}}}})
}
