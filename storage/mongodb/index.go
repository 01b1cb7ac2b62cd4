package mongodb

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// The names of the collections.
const (
	professionalsCollection   = "professionals"
	certificationsCollection  = "certifications" // with own programs and deadlines
	creditsCollection         = "credits"
	evidenceCollection        = "evidence"
	scansCollection           = "scans"
	standingsCollection       = "standings"
	deadlinesCollection       = "deadlines"
	devicesCollection         = "devices"
	notificationsCollection   = "notifications"
	accountsCollection        = "accounts"
	sessionsCollection        = "sessions"
	mailTokensCollection      = "mail_tokens"
	signingKeysCollection     = "signing_keys"
	organizationsCollection   = "organizations"
	membersCollection         = "members"
	invitationsCollection     = "invitations"
	organizationLogCollection = "organization_log"
	programsCollection        = "organization_programs"
	postingsCollection        = "postings"
	postedCreditsCollection   = "posted_credits"
	reviewRequestsCollection  = "review_requests"
	creditNewsCollection      = "credit_news"
	attemptsCollection        = "attempts"
	leasesCollection          = "leases"
	metaCollection            = "meta"
)

// index is one declared index. A sparse one holds only the documents that have the field.
type index struct {
	collection string
	keys       bson.D
	sparse     bool
}

// indexes are all indexes besides those on _id. None is unique.
var indexes = []index{
	{collection: professionalsCollection, keys: bson.D{{Key: "markedAt", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "erasingSince", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "erasedAt", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: secretHashField, Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "foundBy", Value: 1}}, sparse: true},
	{collection: certificationsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: certificationsCollection, keys: bson.D{{Key: "markedAt", Value: 1}}, sparse: true},
	{collection: certificationsCollection, keys: bson.D{{Key: "removedAt", Value: 1}}, sparse: true},
	{collection: certificationsCollection, keys: bson.D{{Key: "shared.program", Value: 1}, {Key: "shared.revision", Value: 1}}, sparse: true},
	{collection: certificationsCollection, keys: bson.D{{Key: "shared.organization", Value: 1}}, sparse: true},
	{collection: creditsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "completedOn", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: creditsCollection, keys: bson.D{{Key: "markedAt", Value: 1}}, sparse: true},
	{collection: creditsCollection, keys: bson.D{{Key: "removedAt", Value: 1}}, sparse: true},
	{collection: evidenceCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: evidenceCollection, keys: bson.D{{Key: "removedAt", Value: 1}}, sparse: true},
	{collection: scansCollection, keys: bson.D{{Key: "professional", Value: 1}}},
	{collection: scansCollection, keys: bson.D{{Key: "dueAt", Value: 1}}, sparse: true},
	{collection: scansCollection, keys: bson.D{{Key: "confirmedAt", Value: 1}}, sparse: true},
	{collection: standingsCollection, keys: bson.D{{Key: "changesOn", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "preferencesMarkedAt", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "nextAt", Value: 1}}, sparse: true},
	{collection: professionalsCollection, keys: bson.D{{Key: "issuingSince", Value: 1}}, sparse: true},
	{collection: devicesCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "seenAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: devicesCollection, keys: bson.D{{Key: "seenAt", Value: 1}}},
	{collection: notificationsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: notificationsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "unread", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: notificationsCollection, keys: bson.D{{Key: "createdAt", Value: 1}}},
	{collection: notificationsCollection, keys: bson.D{{Key: "push.state", Value: 1}, {Key: "push.dueAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: notificationsCollection, keys: bson.D{{Key: "email.state", Value: 1}, {Key: "email.dueAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: standingsCollection, keys: bson.D{{Key: "rules", Value: 1}}},
	{collection: organizationsCollection, keys: bson.D{{Key: "owners", Value: 1}}},
	{collection: organizationsCollection, keys: bson.D{{Key: "deletedAt", Value: 1}}, sparse: true},
	{collection: organizationsCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "sortName", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "groups", Value: 1}, {Key: "sortName", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "endsAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "groups", Value: 1}, {Key: "endsAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "riskFrom", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "groups", Value: 1}, {Key: "riskFrom", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "listings.program", Value: 1}, {Key: "sortName", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "listings.program", Value: 1}, {Key: "endsAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "listings.program", Value: 1}, {Key: "riskFrom", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "derivedAt", Value: -1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "current", Value: 1}, {Key: "role", Value: 1}, {Key: "joinedAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: membersCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: membersCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "current", Value: 1}, {Key: "joinedAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: invitationsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "open", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: invitationsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: invitationsCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: invitationsCollection, keys: bson.D{{Key: "secretHash", Value: 1}}},
	{collection: invitationsCollection, keys: bson.D{{Key: "expiresAt", Value: 1}}},
	{collection: programsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: programsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: programsCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: programsCollection, keys: bson.D{{Key: "changedAt", Value: 1}}, sparse: true},
	{collection: programsCollection, keys: bson.D{{Key: "removedAt", Value: 1}}, sparse: true},
	{collection: postingsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: postingsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "postedBy", Value: 1}, {Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: postingsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: postingsCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "posting", Value: 1}, {Key: "place", Value: 1}}},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "posting", Value: 1}, {Key: "state", Value: 1}}},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "posting", Value: 1}, {Key: "disputedAt", Value: 1}}},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "disputedAt", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "unfinishedSince", Value: 1}}, sparse: true},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "pendingSince", Value: 1}}, sparse: true},
	{collection: postedCreditsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "unfinishedSince", Value: 1}}},
	{collection: reviewRequestsCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "createdAt", Value: 1}, {Key: "credit._id", Value: 1}}},
	{collection: reviewRequestsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "sequence", Value: 1}}},
	{collection: professionalsCollection, keys: bson.D{{Key: "newsAt", Value: 1}}, sparse: true},
	{collection: creditNewsCollection, keys: bson.D{{Key: "professional", Value: 1}, {Key: "told", Value: 1}, {Key: "at", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: creditNewsCollection, keys: bson.D{{Key: "at", Value: 1}}},
	{collection: organizationLogCollection, keys: bson.D{{Key: "organization", Value: 1}, {Key: "at", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: accountsCollection, keys: bson.D{{Key: "professional", Value: 1}}},
	{collection: sessionsCollection, keys: bson.D{{Key: "professional", Value: 1}}},
	{collection: sessionsCollection, keys: bson.D{{Key: "expiresAt", Value: 1}}},
	{collection: mailTokensCollection, keys: bson.D{{Key: "professional", Value: 1}}},
	{collection: mailTokensCollection, keys: bson.D{{Key: "expiresAt", Value: 1}}},
	{collection: signingKeysCollection, keys: bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: attemptsCollection, keys: bson.D{{Key: "resetAt", Value: 1}}},
}

// createIndexes creates those that are missing, one by one, so that each can be there already.
func createIndexes(ctx context.Context, database *mongo.Database) error {
	for _, index := range indexes {
		model := mongo.IndexModel{Keys: index.keys}
		if index.sparse {
			model.Options = options.Index().SetSparse(true)
		}
		if _, err := database.Collection(index.collection).Indexes().CreateOne(ctx, model); err != nil {
			return fmt.Errorf("creating an index of %s: %w", index.collection, opaque(err))
		}
	}
	return nil
}
