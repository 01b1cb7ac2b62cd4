package mongodb

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"accrue/ce"
	"accrue/storage"
)

// How long the store waits unless the URI says otherwise.
const (
	commandTimeout = 10 * time.Second // for one command whose context has no deadline
	selectTimeout  = 5 * time.Second  // for a server that can take the command
	closeTimeout   = 10 * time.Second // for commands under way when the store closes
)

// Store is a storage.Store in one MongoDB database.
type Store struct {
	client *mongo.Client

	professionals, certifications  *mongo.Collection
	credits, evidence, scans       *mongo.Collection
	standings, deadlines           *mongo.Collection
	devices, notifications         *mongo.Collection
	accounts, sessions, mailTokens *mongo.Collection
	signingKeys, attempts, leases  *mongo.Collection
	organizations, organizationLog *mongo.Collection
	members, invitations, programs *mongo.Collection
	postings, postedCredits        *mongo.Collection
	reviewRequests, creditNews     *mongo.Collection
}

var _ storage.Store = (*Store)(nil)

// Option changes how Open connects.
type Option func(*options.ClientOptions)

// OnCommand has f called with the name of each command ("find", "insert" …) when it is sent, from
// several goroutines at once: one call is one round trip.
func OnCommand(f func(name string)) Option {
	return monitor(func(_ context.Context, e *event.CommandStartedEvent) { f(e.CommandName) })
}

func monitor(started func(context.Context, *event.CommandStartedEvent)) Option {
	return func(o *options.ClientOptions) { o.SetMonitor(&event.CommandMonitor{Started: started}) }
}

// Open connects to the database that the path of the URI names ("mongodb://host:27017/accrue"), brings its
// schema up to date and creates missing indexes. Several servers may do so at once. It fails
// when the database does not answer, or was written by a newer version. No error names the URI, which may hold a password.
func Open(ctx context.Context, uri string, opts ...Option) (*Store, error) {
	return open(uri, opts, func(database *mongo.Database) error {
		if err := migrate(ctx, database, migrations); err != nil {
			return err
		}
		return createIndexes(ctx, database)
	})
}

// OpenCurrent is Open for a command that works beside running servers of any version: it changes neither schema nor
// indexes, and fails unless the database has the schema of this version.
func OpenCurrent(ctx context.Context, uri string, opts ...Option) (*Store, error) {
	return open(uri, opts, func(database *mongo.Database) error { return current(ctx, database) })
}

// open connects, and prepares or checks the database.
func open(uri string, opts []Option, prepare func(*mongo.Database) error) (*Store, error) {
	name, err := databaseName(uri)
	if err != nil {
		return nil, err
	}
	client, err := connect(uri, opts)
	if err != nil {
		return nil, err
	}
	database := client.Database(name)
	s := &Store{
		client:         client,
		professionals:  database.Collection(professionalsCollection),
		certifications: database.Collection(certificationsCollection),
		credits:        database.Collection(creditsCollection),
		evidence:       database.Collection(evidenceCollection),
		scans:          database.Collection(scansCollection),
		standings:      database.Collection(standingsCollection),
		deadlines:      database.Collection(deadlinesCollection),
		devices:        database.Collection(devicesCollection),
		notifications:  database.Collection(notificationsCollection),
		accounts:       database.Collection(accountsCollection),
		sessions:       database.Collection(sessionsCollection),
		mailTokens:     database.Collection(mailTokensCollection),
		signingKeys:    database.Collection(signingKeysCollection),
		attempts:       database.Collection(attemptsCollection),
		leases:         database.Collection(leasesCollection),

		organizations:   database.Collection(organizationsCollection),
		organizationLog: database.Collection(organizationLogCollection),
		members:         database.Collection(membersCollection),
		invitations:     database.Collection(invitationsCollection),
		programs:        database.Collection(programsCollection),
		postings:        database.Collection(postingsCollection),
		postedCredits:   database.Collection(postedCreditsCollection),
		reviewRequests:  database.Collection(reviewRequestsCollection),
		creditNews:      database.Collection(creditNewsCollection),
	}
	if err := prepare(database); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func connect(uri string, opts []Option) (*mongo.Client, error) {
	o := options.Client().ApplyURI(uri)
	if err := o.Validate(); err != nil {
		// The driver's text may quote the URI; that of a failed look-up names only the host.
		if failed := (*net.DNSError)(nil); errors.As(err, &failed) {
			return nil, failed
		}
		return nil, errors.New("the MongoDB URI is not valid; it must look like mongodb://host:27017/accrue")
	}
	o.SetAppName("accrue").SetRegistry(registry).
		SetWriteConcern(writeconcern.Majority()).SetRetryWrites(true).
		SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()).SetRetryReads(true)
	if o.Timeout == nil {
		o.SetTimeout(commandTimeout)
	}
	if o.ServerSelectionTimeout == nil {
		o.SetServerSelectionTimeout(selectTimeout)
	}
	for _, option := range opts {
		option(o)
	}
	client, err := mongo.Connect(o)
	return client, opaque(err)
}

// databaseName returns the path of the URI. The hosts may be several, which net/url does not read.
func databaseName(uri string) (string, error) {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(path)
	if err != nil || name == "" {
		return "", errors.New("the MongoDB URI names no database; add its name to the end of the path, as in mongodb://host:27017/accrue")
	}
	return name, nil
}

// Professional implements storage.Store.
func (s *Store) Professional(id ce.ProfessionalID) storage.Professional {
	return &professional{store: s, id: id}
}

// Identity implements storage.Store.
func (s *Store) Identity() storage.Identity { return (*identity)(s) }

// System implements storage.Store.
func (s *Store) System() storage.System { return (*system)(s) }

// Ping implements storage.Store.
func (s *Store) Ping(ctx context.Context) error {
	return opaque(s.client.Ping(ctx, readpref.Primary()))
}

// Close implements storage.Store.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return opaque(s.client.Disconnect(ctx))
}

// professional is a storage.Professional.
type professional struct {
	store *Store
	id    ce.ProfessionalID
}

// identity is a storage.Identity.
type identity Store

// system is a storage.System.
type system Store
