// Accrue is the open backend for apps that track continuing-education credits.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"
	_ "time/tzdata" // deadlines need time zones on machines that have none installed

	"github.com/alecthomas/kong"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"golang.org/x/sync/errgroup"

	"accrue/calendar"
	"accrue/catalog"
	"accrue/ce"
	"accrue/dashboard"
	"accrue/evidence"
	"accrue/graphiql"
	"accrue/identity"
	"accrue/notify"
	"accrue/notify/mail"
	"accrue/resolvers"
	"accrue/scan/read"
	"accrue/scan/worker"
	"accrue/storage"
	"accrue/storage/mongodb"
	"accrue/storage/sqlite"
	"accrue/tracker"
	"accrue/unsubscribe"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var config Config
	command := kong.Parse(&config,
		kong.Name("accrue"),
		kong.Description("The open backend for apps that track continuing-education credits."),
		kong.ShortUsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	command.FatalIfErrorf(command.Run())
}

// serveCommand runs the server.
type serveCommand struct {
	Database
	Server
	Firebase
	Push
	Mail
	Evidence
	Scanning
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context) error {
	if err := c.Firebase.check(); err != nil {
		return err
	}
	if err := c.Push.check(c.pushOff()); err != nil {
		return err
	}
	if err := c.Evidence.check(&c.Database); err != nil {
		return err
	}
	return c.serve(ctx, nil)
}

// services is what the server is made of.
type services struct {
	store         storage.Store
	files         storage.Files      // nil where none are kept
	reader        *read.Reader       // of files; nil where none are kept
	scanner       *worker.Worker     // nil where none are kept
	accounts      *identity.Accounts // nil with Firebase
	post          *post              // nil where no mail is sent
	push          *notify.Push       // nil where nothing is pushed
	metrics       *metrics
	authenticator identity.Authenticator
	sessions      sessions              // in cookies; nil with Firebase without a web app
	webApp        *identity.FirebaseApp // nil with local accounts, or without one
	stopping      context.Context       // ends when the server stops, for what would go on; nil when that is never
	tracker       *tracker.Tracker
}

// serve opens everything, lets prepare act on it before the first request, and serves until the context ends.
func (c *serveCommand) serve(ctx context.Context, prepare func(context.Context, *services) error) error {
	log := c.logger()
	slog.SetDefault(log)
	mailing, err := c.Mail.check(c.PublicURL)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// What lives longer than a request is little: collecting less often costs a few dozen megabytes and saves a
		// tenth of the processor's time.
		debug.SetGCPercent(400)
	}
	stopTracing, err := startTracing(ctx)
	if err != nil {
		return err
	}
	defer stopTracing()
	// What serves requests outlives the signal to stop, until the requests in flight are answered.
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s, err := c.open(running, mailing, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := s.close(); err != nil {
			log.Error("close the database", "error", err)
		}
	}()
	if prepare != nil {
		if err := prepare(running, s); err != nil {
			return err
		}
	}

	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr %s cannot be listened on: %w", c.Addr, err)
	}
	s.metrics.registry.MustRegister(newReminderMetrics(s, log))
	stopping, stop := context.WithCancel(running)
	defer stop()
	s.stopping = stopping
	server := &http.Server{
		Handler:           c.handler(s, log),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       c.RequestTime,
		WriteTimeout:      c.RequestTime + 10*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return running },
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(stop)
	c.announce(listener.Addr(), mailing, log)
	announceReading(s.reader, log)

	var sweeping sync.WaitGroup
	sweeping.Go(func() { s.tracker.Run(running) })
	sweeping.Go(func() { s.tracker.Remind(running) })
	sweeping.Go(func() { s.tracker.Live(running) })
	sweeping.Go(func() { s.tracker.TidyFiles(running) })
	if s.scanner != nil {
		s.metrics.registry.MustRegister(newScanMetrics(s, log))
		sweeping.Go(func() { s.scanner.Run(running) })
	}
	if s.push != nil {
		sweeping.Go(func() { s.deliver(running, s.push, c.pushesAtOnce(), log) })
		sweeping.Go(func() { greetFirebase(running, s.push.Sender, log) })
	}
	if s.post != nil {
		sweeping.Go(func() { s.deliver(running, c.newEmail(s, log), lettersAtOnce, log) })
		sweeping.Go(func() { s.post.greet(running, log) })
	}
	group, serving := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-serving.Done()
		log.Info("stopping; requests in flight are finished")
		deadline, cancel := context.WithTimeout(running, c.StopTime)
		defer cancel()
		err := server.Shutdown(deadline)
		if s.post != nil {
			s.post.queue.Close(deadline)
		}
		return err
	})
	err = group.Wait()
	cancel()
	sweeping.Wait()
	return err
}

// deliver delivers by the channel until the context ends.
func (s *services) deliver(ctx context.Context, channel notify.Channel, atOnce int, log *slog.Logger) {
	worker := notify.Worker{
		Store: s.store.System(), Channel: channel, AtOnce: atOnce, Now: time.Now, Log: log,
		Observe: func(outcome, code string) { s.metrics.delivery(channel.Name(), outcome, code) },
	}
	worker.Run(ctx)
}

// open opens the store and builds the services on it.
func (c *serveCommand) open(ctx context.Context, mailing *mailSettings, log *slog.Logger) (*services, error) {
	programs, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	store, err := c.Database.open(ctx)
	if err != nil {
		return nil, err
	}
	s := &services{store: store, tracker: tracker.New(store, programs, time.Now, log), metrics: newMetrics()}
	files, err := c.openFiles(ctx)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	if files != nil {
		s.files = files
		s.tracker.Keep(files, c.limits())
		if err := c.startReading(s, log); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	var options identity.Options
	if mailing != nil {
		s.post = newPost(mailing, s.metrics, log)
		s.post.invitation = c.invitationLink()
		options.Mail = s.post
		s.tracker.Write(s.post)
	}
	if err := c.accounts(ctx, s, options); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.push, err = c.newPush(ctx, store, log); err != nil {
		return nil, errors.Join(err, s.close())
	}
	var channels []ce.Channel
	if s.push != nil {
		channels = append(channels, ce.ChannelPush)
	}
	if s.post != nil {
		channels = append(channels, ce.ChannelEmail)
	}
	s.tracker.Deliver(channels...)
	s.tracker.Spread(c.ReminderSpread)
	return s, nil
}

// close releases what the services stand on.
func (s *services) close() error {
	err := s.store.Close()
	if s.reader != nil {
		err = errors.Join(err, s.reader.Close())
	}
	if s.files != nil {
		err = errors.Join(err, s.files.Close())
	}
	return err
}

func (d *Database) open(ctx context.Context) (storage.Store, error) {
	if d.MongoDBURI != "" {
		return d.mongoDB(ctx, mongodb.Open)
	}
	return sqlite.Open(ctx, d.DataDir)
}

// openBeside opens the database for reading, while servers use it or not.
func (d *Database) openBeside(ctx context.Context) (storage.Store, error) {
	if d.MongoDBURI != "" {
		return d.mongoDB(ctx, mongodb.OpenCurrent)
	}
	return sqlite.OpenReadOnly(ctx, d.DataDir)
}

// openToRetry opens a database that is there for a change that servers need not know of: MongoDB beside them. The embedded one is
// written by nobody but who has locked its folder: else a restore could exchange the file under the writer's hands.
func (d *Database) openToRetry(ctx context.Context) (storage.Store, error) {
	if d.MongoDBURI != "" {
		return d.mongoDB(ctx, mongodb.OpenCurrent)
	}
	return sqlite.OpenCurrent(ctx, d.DataDir)
}

func (d *Database) mongoDB(ctx context.Context, open func(context.Context, string, ...mongodb.Option) (*mongodb.Store, error)) (storage.Store, error) {
	store, err := open(ctx, d.MongoDBURI)
	if errors.Is(err, storage.ErrUnavailable) {
		return nil, fmt.Errorf("the MongoDB that MONGODB_URI names does not answer: %w", err)
	} else if err != nil {
		return nil, err
	}
	return store, nil
}

// accounts sets who recognises viewers: local accounts, unless Firebase keeps them.
func (c *serveCommand) accounts(ctx context.Context, s *services, options identity.Options) error {
	if c.ProjectID == "" {
		accounts, err := identity.NewAccounts(ctx, s.store, options)
		s.authenticator, s.accounts, s.sessions = accounts, accounts, accounts
		return err
	}
	firebase, err := identity.NewFirebase(ctx, identity.FirebaseConfig{
		ProjectID:     c.ProjectID,
		Credentials:   c.Credentials,
		AllowEmulator: c.AllowEmulator,
		WebAPIKey:     c.WebAPIKey,
		Referrer:      c.PublicURL,
	})
	if err != nil {
		return err
	}
	s.authenticator = firebase
	if s.webApp = firebase.WebApp(); s.webApp != nil {
		s.sessions = firebase
	}
	return nil
}

// handler routes requests.
func (c *serveCommand) handler(s *services, log *slog.Logger) http.Handler {
	limits := resolvers.Limits{Body: c.MaxBody, Depth: c.MaxDepth, Cost: c.MaxCost, Time: c.RequestTime, Upload: c.UploadTime}
	if s.files != nil {
		limits.File = c.MaxFile
	}
	config := resolvers.Config{
		Tracker:      s.tracker,
		Accounts:     s.accounts,
		CalendarPath: calendar.Path,
		EvidencePath: evidence.Path,
		PagePath:     evidence.PagePath,
		Authenticate: s.authenticator.Authenticate,
		Firebase:     s.webApp,
		Stopping:     s.stopping,
		Limits:       limits,
		Log:          log,
		Observe:      s.metrics.field,

		InvitationLink: c.invitationLink(),
	}
	if s.sessions != nil {
		config.Refresh = s.sessions.Refresh
	}
	var signIn []string // where pages sign people in
	if s.webApp != nil {
		signIn = append(signIn, s.webApp.URL+"/v1/")
	}
	requests := []middleware{
		compress,
		http.NewCrossOriginProtection().Handler,
		limitAddress(c.AddressRate),
		keepInCookies(s.sessions),
		authenticate(s.authenticator),
		limitViewer(c.ViewerRate),
		limitUploads(uploadsAtOnce),
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", chain(resolvers.NewHandler(config), requests...))
	mux.Handle(resolvers.UploadPath, chain(resolvers.NewUploadHandler(config), requests...))
	mux.Handle(resolvers.MemberListPattern, chain(resolvers.NewMemberListHandler(config), requests...))
	// Links to files are in pages of any origin, and only read.
	mux.Handle(evidence.Pattern, chain(evidence.Handler(s.tracker, c.UploadTime, log), limitAddress(c.AddressRate)))
	if s.scanner != nil {
		mux.Handle(evidence.PagePattern, chain(evidence.PageHandler(s.tracker, s.reader, c.RequestTime, log), limitAddress(c.AddressRate)))
	}
	mux.Handle(calendar.Pattern, chain(calendar.Handler(s.tracker, c.RequestTime, log), limitAddress(c.AddressRate)))
	// Mail providers send their POST from anywhere; the secret in the address is all that admits, so other origins can do no harm.
	mux.Handle(unsubscribe.Pattern, chain(unsubscribe.Handler(s.tracker, c.RequestTime, log), limitAddress(c.AddressRate)))
	mux.Handle(graphiql.Path, graphiql.Handler())
	mux.Handle(graphiql.Path+"/", graphiql.Handler())
	mux.Handle("/", dashboard.Handler(signIn...))
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := s.store.Ping(ctx); err != nil {
			log.WarnContext(r.Context(), "not ready", "error", err)
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ready")
	})
	handler := chain(mux, identify(c.TrustedProxies, c.PublicURL), record(s.metrics), harden)
	if !tracingConfigured() {
		return handler
	}
	return otelhttp.NewHandler(handler, "http", otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path == "/graphql" }))
}

// announce says where the server listens and what is switched off for want of configuration.
func (c *serveCommand) announce(address net.Addr, mailing *mailSettings, log *slog.Logger) {
	log.Info("Accrue listens", "url", "http://"+address.String()+"/", "api", "http://"+address.String()+"/graphql")
	if c.MongoDBURI != "" {
		log.Info("database: MongoDB")
	} else {
		log.Info("database: embedded; set MONGODB_URI to use MongoDB", "folder", c.DataDir)
	}
	switch c.EvidenceURL {
	case evidenceOff:
		log.Info("files: off; set ACCRUE_EVIDENCE_URL to take certificates")
	case "":
		log.Info("files: in the data folder; set ACCRUE_EVIDENCE_URL to keep them elsewhere")
	default:
		log.Info("files: in a bucket", "url", c.EvidenceURL)
	}
	if off := c.pushOff(); off != "" {
		log.Info("push: off, since " + off + "; reminders are in the inbox")
	} else {
		log.Info("push: on, by Firebase Cloud Messaging", "messages a minute", c.PushRate)
	}
	switch {
	case c.ProjectID == "":
		log.Info("accounts: local, with e-mail and password; set FIREBASE_PROJECT_ID to use Firebase")
	case c.WebAPIKey == "":
		log.Info("accounts: Firebase, by apps only; set FIREBASE_WEB_API_KEY to let people sign in on this server's pages", "project", c.ProjectID)
	case c.AllowEmulator:
		log.Warn("accounts: Firebase, with the emulator allowed: tokens may be unsigned", "project", c.ProjectID)
	default:
		log.Info("accounts: Firebase", "project", c.ProjectID)
	}
	switch {
	case mailing == nil:
		log.Info("mail: off; set SMTP_URL, MAIL_FROM and ACCRUE_PUBLIC_URL to send reminders, to verify e-mail addresses and to let people replace forgotten passwords")
	case mailing.server.Security == mail.Plain:
		log.Warn("mail: on, unencrypted, which is for a mail server on this machine only", "server", mailing.server.Address())
	default:
		log.Info("mail: on", "server", mailing.server.Address())
	}
	if !tracingConfigured() {
		log.Info("traces: off; set OTEL_EXPORTER_OTLP_ENDPOINT to send them")
	}
	if host, _, err := net.SplitHostPort(c.Addr); err == nil && host != "localhost" && !strings.HasPrefix(host, "127.") && host != "::1" {
		log.Warn("the server is reachable from other machines; put TLS in front of it")
	}
}

func (s *Server) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(requestLog{slog.NewJSONHandler(os.Stderr, options)})
	}
	return slog.New(requestLog{slog.NewTextHandler(os.Stderr, options)})
}
