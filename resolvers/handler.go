package resolvers

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"accrue/graph"
	"accrue/identity"
	"accrue/tracker"
)

// Limits of one request.
type Limits struct {
	Body  int64         // bytes
	Depth int           // levels of fields
	Cost  int           // see price
	Time  time.Duration // from the first byte of the operation to the answer
	// File is the bytes of one uploaded file, Upload the time in which the files of a request must arrive, which is beside Time. With no
	// File none is taken.
	File   int64
	Upload time.Duration
}

// DefaultLimits are generous to any screen of an app and close to what one server can bear from many.
var DefaultLimits = Limits{Body: 4 << 20, Depth: 15, Cost: 20_000, Time: 30 * time.Second, File: 25 << 20, Upload: 5 * time.Minute}

// Limits of what a request may be made of, beyond those of its body.
const (
	maxTokens     = 5_000 // of a document
	parsedQueries = 1_000 // documents that are kept parsed
)

// Config is what the handler is made from.
type Config struct {
	Tracker *tracker.Tracker
	// Accounts are the local accounts; nil where an identity provider keeps them.
	Accounts *identity.Accounts
	// CalendarPath returns the path of the calendar feed with the secret.
	CalendarPath func(secret string) string
	// EvidencePath returns the path of the content that the link admits to.
	EvidencePath func(link string) string
	// PagePath returns the path of a picture of a page, counted from 0, of the file that the link admits to, with that many quarter turns and
	// no side longer than side.
	PagePath func(link string, page, turn, side int) string
	// Authenticate finds out whose access token it is: subscriptions that go on ask again.
	Authenticate func(ctx context.Context, token string) (identity.Viewer, error)
	// Firebase is how web pages sign people in where Firebase keeps the accounts; nil when they cannot.
	Firebase *identity.FirebaseApp
	// Refresh gives a new session for a refresh token, for sessions in cookies; nil where there are none.
	Refresh func(ctx context.Context, refreshToken string) (identity.Session, error)
	// Stopping ends when the server stops, which ends subscriptions; nil when that is never.
	Stopping context.Context
	// InvitationLink leads to where people join by an invitation, with its code in the place of CodePlace; "" for the server's own
	// address with OwnInvitationLink.
	InvitationLink string
	Limits         Limits
	Log            *slog.Logger
	// Observe is told of each root field that was answered, e.g. "Mutation.logCredit", with the
	// code of its error, "" for none. It may be nil.
	Observe func(field, code string, elapsed time.Duration)
}

// NewHandler returns the HTTP handler of the API, as the GraphQL-over-HTTP specification describes it. Whoever
// calls it has put the viewer into the request's context (see [WithViewer]), and may add a [Request].
func NewHandler(config Config) http.Handler {
	resolver := &Resolver{
		tracker: config.Tracker, accounts: config.Accounts,
		calendarPath: config.CalendarPath, evidencePath: config.EvidencePath, pagePath: config.PagePath, invitationTemplate: config.InvitationLink,
		authenticate: config.Authenticate, firebase: config.Firebase, refresh: config.Refresh, present: presenter(config.Log),
	}
	executable := graph.Config{Resolvers: resolver}
	price(&executable.Complexity)

	server := handler.New(graph.NewExecutableSchema(executable))
	server.AddTransport(overWebSocket(config))
	server.AddTransport(overHTTP{config.Limits, config.Stopping})
	server.SetQueryCache(lru.New[*ast.QueryDocument](parsedQueries))
	server.SetParserTokenLimit(maxTokens)
	server.Use(extension.Introspection{})
	server.Use(extension.FixedComplexityLimit(config.Limits.Cost))
	server.Use(depthLimit(config.Limits.Depth))
	server.SetErrorPresenter(resolver.present)
	server.SetRecoverFunc(recovered)
	server.AroundOperations(onlySubscriptions)
	server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(resolver.withCaller(ctx))
	})
	if config.Observe != nil {
		server.AroundRootFields(observe(config.Observe))
	}
	return server
}

var rootOf = map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation", ast.Subscription: "Subscription"}

func observe(tell func(field, code string, elapsed time.Duration)) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		start := time.Now()
		answer := next(ctx)
		field := graphql.GetRootFieldContext(ctx)
		code := ""
		for _, err := range graphql.GetErrors(ctx) {
			if len(err.Path) > 0 && err.Path[0] == ast.PathName(field.Field.Alias) {
				code, _ = err.Extensions["code"].(string)
			}
		}
		tell(rootOf[graphql.GetOperationContext(ctx).Operation.Operation]+"."+field.Field.Name, code, time.Since(start))
		return answer
	}
}
