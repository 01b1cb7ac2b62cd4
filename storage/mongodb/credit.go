package mongodb

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// creditDocument is a ce.Credit. What tells it from a tombstone in the index is that it has completedOn.
type creditDocument struct {
	Header         factHeader           `bson:",inline"`
	Title          string               `bson:"title"`
	Provider       string               `bson:"provider"`
	CompletedOn    ce.Date              `bson:"completedOn"`
	Amount         ce.Amount            `bson:"amount"`
	Unit           ce.UnitID            `bson:"unit"`
	Format         ce.Term              `bson:"format"`
	Role           ce.Term              `bson:"role"`
	Topics         []ce.Term            `bson:"topics"`
	Approvals      []ce.Term            `bson:"approvals"`
	Notes          string               `bson:"notes"`
	Certifications []ce.CertificationID `bson:"certifications"`
	Portions       []portionDocument    `bson:"portions"`
	ScannedFrom    ce.EvidenceID        `bson:"scannedFrom,omitempty"`
	Posted         *postedDocument      `bson:"posted,omitempty"` // nil when she entered it herself
	Reviews        []reviewDocument     `bson:"reviews,omitempty"`
	Entries        []logEntryDocument   `bson:"entries,omitempty"`
}

// postedDocument is a ce.Posted.
type postedDocument struct {
	Organization ce.OrganizationID `bson:"organization"`
	Posting      ce.PostingID      `bson:"posting"`
	At           time.Time         `bson:"at"`
	Revision     int               `bson:"revision"`
	Dispute      *disputeDocument  `bson:"dispute,omitempty"`
}

func newPosted(p ce.Posted) *postedDocument {
	if p == (ce.Posted{}) {
		return nil
	}
	return &postedDocument{Organization: p.Organization, Posting: p.Posting, At: instant(p.At), Revision: p.Revision, Dispute: newDispute(p.Dispute)}
}

func (d *postedDocument) posted() ce.Posted {
	if d == nil {
		return ce.Posted{}
	}
	return ce.Posted{Organization: d.Organization, Posting: d.Posting, At: d.At, Revision: d.Revision, Dispute: d.Dispute.dispute()}
}

// portionDocument is a ce.Portion.
type portionDocument struct {
	Amount ce.Amount `bson:"amount"`
	Topics []ce.Term `bson:"topics"`
}

func newCredit(c ce.Credit) creditDocument {
	return creditDocument{
		Header: newHeader(string(c.ID), c.Professional, c.Version, c.CreatedAt, c.UpdatedAt),
		Title:  c.Title, Provider: c.Provider, CompletedOn: c.CompletedOn, Amount: c.Amount, Unit: c.Unit, Format: c.Format, Role: c.Role,
		Topics: slices.Clone(c.Topics), Approvals: slices.Clone(c.Approvals), Notes: c.Notes, Certifications: slices.Clone(c.Certifications),
		Portions: each(c.Portions, func(p ce.Portion) portionDocument { return portionDocument(p) }), ScannedFrom: c.ScannedFrom, Posted: newPosted(c.Posted),
		Reviews: each(c.Reviews, newReview), Entries: each(c.Entries, newLogEntry),
	}
}

func (d creditDocument) fact() ce.Credit {
	return ce.Credit{
		ID: ce.CreditID(d.Header.ID), Professional: d.Header.Professional, Version: d.Header.Version,
		Title: d.Title, Provider: d.Provider, CompletedOn: d.CompletedOn, Amount: d.Amount, Unit: d.Unit, Format: d.Format, Role: d.Role,
		Topics: slices.Clone(d.Topics), Approvals: slices.Clone(d.Approvals), Notes: d.Notes, Certifications: slices.Clone(d.Certifications),
		Portions:    each(d.Portions, func(p portionDocument) ce.Portion { return ce.Portion(p) }),
		ScannedFrom: d.ScannedFrom, Posted: d.Posted.posted(), Reviews: each(d.Reviews, reviewDocument.review), Entries: each(d.Entries, logEntryDocument.entry),
		CreatedAt: d.Header.CreatedAt, UpdatedAt: d.Header.UpdatedAt,
	}
}

func (d creditDocument) header() factHeader { return d.Header }

func (d creditDocument) asRead() bson.D { return d.Header.asRead() }

func (d creditDocument) with(h factHeader) creditDocument {
	d.Header = h
	return d
}

func (p *professional) credits() facts[ce.CreditID, ce.Credit, creditDocument] {
	return facts[ce.CreditID, ce.Credit, creditDocument]{
		collection: p.store.credits, owner: p.id, kind: storage.MarkedCredit, document: newCredit,
	}
}

// Credits implements storage.Professional.
func (p *professional) Credits() storage.Facts[ce.CreditID, ce.Credit] { return p.credits() }

var newestFirst = bson.D{{Key: "completedOn", Value: -1}, {Key: "_id", Value: -1}}

// ReadCredits implements storage.Professional.
func (p *professional) ReadCredits(ctx context.Context) (storage.Marked[ce.Credit], error) {
	var found storage.Marked[ce.Credit]
	err := p.each(ctx, p.store.credits, newestFirst, func(cursor *mongo.Cursor) error { return p.credits().add(&found, cursor) })
	return found, err
}

// ListCredits implements storage.Professional.
func (p *professional) ListCredits(ctx context.Context, filter storage.CreditFilter, page storage.Page[storage.CreditKey]) (storage.Slice[ce.Credit], error) {
	if !utf8.ValidString(filter.Text) {
		return storage.Slice[ce.Credit]{}, nil // no stored text holds such bytes, and the wire protocol does not take them
	}
	return readPage(ctx, p.store.credits, p.creditFilter(filter, page.After), newestFirst, nil, page.First, creditDocument.fact)
}

// creditFilter finds the credits that pass the filter and follow the key.
func (p *professional) creditFilter(filter storage.CreditFilter, after *storage.CreditKey) bson.D {
	days := bson.D{{Key: "$gte", Value: filter.From}} // no day is "", and a tombstone has none at all
	until := filter.Until
	if after != nil && (until.IsZero() || after.CompletedOn.Before(until)) {
		until = after.CompletedOn
	}
	if !until.IsZero() {
		days = append(days, bson.E{Key: "$lte", Value: until})
	}
	query := bson.D{{Key: "professional", Value: p.id}, {Key: "completedOn", Value: days}}
	if after != nil {
		query = append(query, bson.E{Key: "$nor", Value: bson.A{bson.D{
			{Key: "completedOn", Value: after.CompletedOn}, {Key: "_id", Value: bson.D{{Key: "$gte", Value: after.ID}}},
		}}})
	}
	if filter.Certification != "" {
		// Null finds the credits that are not narrowed.
		query = append(query, bson.E{Key: "certifications", Value: bson.D{{Key: "$in", Value: bson.A{nil, filter.Certification}}}})
	}
	if filter.Topic != "" {
		query = append(query, bson.E{Key: "topics", Value: filter.Topic})
	}
	if filter.Text != "" {
		pattern := bson.Regex{Pattern: quote(filter.Text), Options: "i"}
		query = append(query, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "title", Value: pattern}}, bson.D{{Key: "provider", Value: pattern}}, bson.D{{Key: "notes", Value: pattern}},
		}})
	}
	return query
}

// quote makes a pattern that finds the text itself. The wire protocol ends a pattern at a NUL.
func quote(text string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), "\x00", `\x00`)
}

// CountCredits implements storage.Professional.
func (p *professional) CountCredits(ctx context.Context) (int, error) {
	n, err := p.store.credits.CountDocuments(ctx, p.creditFilter(storage.CreditFilter{}, nil))
	return int(n), opaque(err)
}
