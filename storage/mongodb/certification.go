package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// certificationDocument is a ce.Certification.
type certificationDocument struct {
	Header    factHeader         `bson:",inline"`
	Program   ce.ProgramID       `bson:"program"`
	Number    string             `bson:"number"`
	IssuedOn  ce.Date            `bson:"issuedOn"`
	ExpiresOn ce.Date            `bson:"expiresOn"`
	TimeZone  string             `bson:"timeZone"`
	Facts     []answerDocument   `bson:"facts"`
	Renewals  []renewalDocument  `bson:"renewals"`
	Shared    *sharedDocument    `bson:"shared,omitempty"`
	Entries   []logEntryDocument `bson:"entries,omitempty"`
}

// sharedDocument is a ce.SharedProgram, with the program's id, by which those are found that carry it along.
type sharedDocument struct {
	Program      ce.ProgramID      `bson:"program"`
	Organization ce.OrganizationID `bson:"organization"`
	Revision     int               `bson:"revision"`
	Text         string            `bson:"text"`
	// Approval says whether the organisation approves credits, so that who reads the certification need not ask. It is absent while that is not known: each write of
	// the certification leaves it out, and whoever reads it next asks.
	Approval *bool `bson:"approval,omitempty"`
}

func newShared(c *ce.Certification) *sharedDocument {
	if c.Shared == nil {
		return nil
	}
	return &sharedDocument{Program: c.Program, Organization: c.Shared.Organization, Revision: c.Shared.Revision, Text: c.Shared.Text}
}

func (d *sharedDocument) shared() *ce.SharedProgram {
	if d == nil {
		return nil
	}
	return &ce.SharedProgram{Organization: d.Organization, Revision: d.Revision, Text: d.Text}
}

// answerDocument is a ce.Fact.
type answerDocument struct {
	Question ce.QuestionID     `bson:"question"`
	Value    string            `bson:"value"`
	Since    ce.Date           `bson:"since"`
	Recorded *recordedDocument `bson:"recorded,omitempty"`
}

// recordedDocument is a ce.Recorded.
type recordedDocument struct {
	Organization     ce.OrganizationID `bson:"organization"`
	OrganizationName string            `bson:"organizationName"`
	Reason           string            `bson:"reason"`
	At               time.Time         `bson:"at"`
}

func newAnswer(f ce.Fact) answerDocument {
	answer := answerDocument{Question: f.Question, Value: f.Value, Since: f.Since}
	if f.Recorded != nil {
		recorded := recordedDocument(*f.Recorded)
		recorded.At = instant(recorded.At)
		answer.Recorded = &recorded
	}
	return answer
}

func (d answerDocument) fact() ce.Fact {
	fact := ce.Fact{Question: d.Question, Value: d.Value, Since: d.Since}
	if d.Recorded != nil {
		recorded := ce.Recorded(*d.Recorded)
		fact.Recorded = &recorded
	}
	return fact
}

// renewalDocument is a ce.Renewal.
type renewalDocument struct {
	Cycle         ce.CycleKey `bson:"cycle"`
	RenewedOn     ce.Date     `bson:"renewedOn"`
	ExpiresOn     ce.Date     `bson:"expiresOn"`
	Number        string      `bson:"number"`
	RecordedAt    time.Time   `bson:"recordedAt"`
	NumberBefore  string      `bson:"numberBefore"`
	ExpiresBefore ce.Date     `bson:"expiresBefore"`
}

func newCertification(c ce.Certification) certificationDocument {
	return certificationDocument{
		Header:  newHeader(string(c.ID), c.Professional, c.Version, c.CreatedAt, c.UpdatedAt),
		Program: c.Program, Number: c.Number, IssuedOn: c.IssuedOn, ExpiresOn: c.ExpiresOn, TimeZone: c.TimeZone,
		Facts: each(c.Facts, newAnswer),
		Renewals: each(c.Renewals, func(r ce.Renewal) renewalDocument {
			r.RecordedAt = instant(r.RecordedAt)
			return renewalDocument(r)
		}),
		Shared:  newShared(&c),
		Entries: each(c.Entries, newLogEntry),
	}
}

func (d certificationDocument) fact() ce.Certification {
	return ce.Certification{
		ID: ce.CertificationID(d.Header.ID), Professional: d.Header.Professional, Version: d.Header.Version,
		Program: d.Program, Number: d.Number, IssuedOn: d.IssuedOn, ExpiresOn: d.ExpiresOn, TimeZone: d.TimeZone,
		Facts:     each(d.Facts, answerDocument.fact),
		Renewals:  each(d.Renewals, func(r renewalDocument) ce.Renewal { return ce.Renewal(r) }),
		Shared:    d.Shared.shared(),
		Entries:   each(d.Entries, logEntryDocument.entry),
		CreatedAt: d.Header.CreatedAt, UpdatedAt: d.Header.UpdatedAt,
	}
}

func (d certificationDocument) header() factHeader { return d.Header }

func (d certificationDocument) asRead() bson.D { return d.Header.asRead() }

func (d certificationDocument) with(h factHeader) certificationDocument {
	d.Header = h
	return d
}

func (p *professional) certifications() facts[ce.CertificationID, ce.Certification, certificationDocument] {
	return facts[ce.CertificationID, ce.Certification, certificationDocument]{
		collection: p.store.certifications, owner: p.id, kind: storage.MarkedCertification, document: newCertification,
	}
}

// Certifications implements storage.Professional.
func (p *professional) Certifications() storage.Facts[ce.CertificationID, ce.Certification] {
	return p.certifications()
}

// ReadCertifications implements storage.Professional with one command, for which own programs and deadlines are in the same
// collection; with others where organisations approve credits of whose programs she holds certifications, or where that is not known.
func (p *professional) ReadCertifications(ctx context.Context) (storage.Held, error) {
	var held storage.Held
	var asking approving
	err := p.each(ctx, p.store.certifications, bson.D{{Key: "createdAt", Value: 1}, {Key: "_id", Value: 1}}, func(cursor *mongo.Cursor) error {
		switch kind, _ := cursor.Current.Lookup("kind").StringValueOK(); storage.MarkedKind(kind) {
		case storage.MarkedOwnProgram:
			return p.ownPrograms().add(&held.OwnPrograms, cursor)
		case storage.MarkedOwnDeadline:
			return p.ownDeadlines().add(&held.OwnDeadlines, cursor)
		}
		asking.add(cursor.Current)
		return p.certifications().add(&held.Marked, cursor)
	})
	if err == nil {
		held.Approvers, err = p.approvers(ctx, asking)
	}
	return held, err
}
