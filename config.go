package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"accrue/ce"
	"accrue/notify"
	"accrue/notify/mail"
	"accrue/resolvers"
	"accrue/storage/bucket"
)

// Config is every setting: a flag, an environment variable, or both, checked at start. Each has its row in the README.
type Config struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Run the server (the default)."`
	Demo    demoCommand    `cmd:"" help:"Run the server on a fresh data folder with a small invented population."`
	Backup  backupCommand  `cmd:"" help:"Copy the embedded database to a file, while the server runs or not."`
	Restore restoreCommand `cmd:"" help:"Replace the embedded database by a backup; the server must not run."`
	Account accountCommand `cmd:"" help:"Look after local accounts."`

	Reminders remindersCommand `cmd:"" help:"Look after reminders that are late or could not be delivered."`

	Program  programCommand  `cmd:"" help:"Check and test rules, for their authors."`
	Evaluate evaluateCommand `cmd:"" help:"Say where a certification stands, from files and without a server."`
	Scan     scanCommand     `cmd:"" help:"Show what can be read in certificates, and how well it is."`
}

// Database says where facts are kept.
type Database struct {
	DataDir    string `name:"data-dir" env:"ACCRUE_DATA_DIR" default:"./data" help:"Folder of the embedded database." type:"path"`
	MongoDBURI string `name:"mongodb-uri" env:"MONGODB_URI" help:"Use MongoDB instead of the embedded database; the path names the database. Prefer the variable to the flag, which other users of the machine can see."`
}

// Server is how the server listens and what it bears.
type Server struct {
	Addr           string         `env:"ACCRUE_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	LogFormat      string         `env:"ACCRUE_LOG_FORMAT" enum:"text,json" default:"text" help:"Format of the log: text or json."`
	LogLevel       slog.Level     `env:"ACCRUE_LOG_LEVEL" default:"info" help:"Least level logged: debug, info, warn or error."`
	PublicURL      string         `name:"public-url" env:"ACCRUE_PUBLIC_URL" help:"Address by which people and clients reach the server, such as https://ce.example.com; mail needs it for its links; elsewhere, when absent, it is the one that a request was sent to."`
	TrustedProxies []netip.Prefix `env:"ACCRUE_TRUSTED_PROXIES" help:"Networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8."`
	AddressRate    int            `env:"ACCRUE_ADDRESS_RATE" default:"600" help:"Requests a minute from one address."`
	ViewerRate     int            `env:"ACCRUE_VIEWER_RATE" default:"600" help:"Requests a minute of one viewer."`
	MaxBody        int64          `env:"ACCRUE_MAX_BODY" default:"4194304" help:"Bytes of one request; a roster has up to 2 MB."`
	MaxDepth       int            `env:"ACCRUE_MAX_DEPTH" default:"15" help:"Levels of fields of one request."`
	MaxCost        int            `env:"ACCRUE_MAX_COST" default:"20000" help:"Cost of one request, about one for each field of the answer."`
	RequestTime    time.Duration  `env:"ACCRUE_REQUEST_TIME" default:"30s" help:"Time for one request."`
	ReminderSpread time.Duration  `env:"ACCRUE_REMINDER_SPREAD" default:"4m" help:"Time over which reminders of one hour are dealt out, at most 1h."`
	ReminderLink   string         `env:"ACCRUE_REMINDER_LINK" help:"Link that a reminder opens, of the web or of an app, with {notification} in it; when absent, the public URL with #notification={notification}."`
	InvitationLink string         `env:"ACCRUE_INVITATION_LINK" help:"Link by which people join an organization, of the web or of an app, with {code} in it; when absent, the public URL with #join={code}."`
	StopTime       time.Duration  `env:"ACCRUE_STOP_TIME" default:"20s" help:"Time for requests in flight when the server is told to stop."`
}

// Evidence says where uploaded files are kept and how many.
type Evidence struct {
	EvidenceURL  string        `name:"evidence-url" env:"ACCRUE_EVIDENCE_URL" help:"Where uploaded files are kept: file:///folder, gs://bucket or s3://bucket?region=…, with the credentials that the cloud's own tools find; off for taking none. When absent, the folder files in the data folder."`
	SingleServer bool          `name:"single-server" env:"ACCRUE_SINGLE_SERVER" help:"Say that no other server uses this MongoDB, so that files may be kept in a folder of this machine."`
	MaxFile      int64         `name:"max-file" env:"ACCRUE_MAX_FILE" default:"26214400" help:"Bytes of one uploaded file."`
	MaxFiles     int           `name:"max-files" env:"ACCRUE_MAX_FILES" default:"1000" help:"Uploaded files of one professional, at most 5000."`
	MaxFilesSize int64         `name:"max-files-size" env:"ACCRUE_MAX_FILES_SIZE" default:"2147483648" help:"Bytes of all uploaded files of one professional."`
	UploadTime   time.Duration `name:"upload-time" env:"ACCRUE_UPLOAD_TIME" default:"5m" help:"Time in which the files of a request must arrive."`
	ScansAtOnce  int           `name:"scans-at-once" env:"ACCRUE_SCANS_AT_ONCE" help:"Files that this server reads at the same time, each on one processor; half of the processors when absent."`
}

// Firebase says who keeps the accounts, and by whom push is sent.
type Firebase struct {
	ProjectID     string `name:"firebase-project-id" env:"FIREBASE_PROJECT_ID" help:"Take the ID tokens of this Firebase project instead of local accounts."`
	Credentials   string `name:"firebase-credentials" env:"FIREBASE_CREDENTIALS" help:"Service account of a Firebase project: the path of its key file, or its JSON. Push is sent with it. When absent, application default credentials with a project id, and else no push."`
	WebAPIKey     string `name:"firebase-web-api-key" env:"FIREBASE_WEB_API_KEY" help:"API key of a web app of the Firebase project, which is no secret: with it people sign in on the server's own pages."`
	AllowEmulator bool   `name:"allow-auth-emulator" env:"ACCRUE_ALLOW_AUTH_EMULATOR" help:"Accept the unsigned tokens of the Firebase Auth emulator named by FIREBASE_AUTH_EMULATOR_HOST. Never in production."`
}

// Push says how reminders are pushed.
type Push struct {
	Push        bool   `env:"ACCRUE_PUSH" default:"true" negatable:"" help:"Push reminders when there are credentials of Firebase."`
	PushRate    int    `name:"push-rate" env:"ACCRUE_PUSH_RATE" default:"600000" help:"Messages a minute that this server sends to Firebase Cloud Messaging at most. The default is the quota of a project, which many servers divide among them."`
	FCMEndpoint string `name:"fcm-endpoint" env:"FCM_ENDPOINT" help:"Where Firebase Cloud Messaging is, for tests: http only on this machine."`
}

// Mail says how mail is sent; without SMTPURL none is.
type Mail struct {
	SMTPURL string `name:"smtp-url" env:"SMTP_URL" help:"Send mail by this server, such as smtp://user:password@mail.example.com:587?tls=starttls. Prefer the variable to the flag, which other users of the machine can see."`
	From    string `name:"mail-from" env:"MAIL_FROM" help:"Sender of all mail, such as Accrue <accrue@example.com>; the name is what the mail calls this service."`

	VerificationLink  string `name:"mail-verification-link" env:"MAIL_VERIFICATION_LINK" help:"Link by which people confirm their e-mail address, with {token} in it; when absent, the public URL with #verify={token}."`
	PasswordResetLink string `name:"mail-password-reset-link" env:"MAIL_PASSWORD_RESET_LINK" help:"Link by which people choose a new password, with {token} in it; when absent, the public URL with #reset={token}."`
}

// Validate checks what no single flag can say of itself.
func (s *Server) Validate() error {
	for _, setting := range []struct {
		name  string
		value int64
	}{
		{"address-rate", int64(s.AddressRate)},
		{"viewer-rate", int64(s.ViewerRate)},
		{"max-body", s.MaxBody},
		{"max-depth", int64(s.MaxDepth)},
		{"max-cost", int64(s.MaxCost)},
		{"request-time", int64(s.RequestTime)},
	} {
		if setting.value <= 0 {
			return fmt.Errorf("--%s must be above 0", setting.name)
		}
	}
	if s.PublicURL != "" {
		public, err := url.Parse(s.PublicURL)
		if err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" ||
			strings.TrimSuffix(public.Path, "/") != "" || public.RawQuery != "" || public.Fragment != "" || public.User != nil {
			return errors.New("--public-url must be an address such as https://accrue.example.com, without a path")
		}
	}
	if s.ReminderLink != "" {
		if err := mail.CheckLink(s.ReminderLink, notify.LinkPlace); err != nil {
			return fmt.Errorf("--reminder-link %w", err)
		}
	}
	if s.InvitationLink != "" {
		if err := mail.CheckLink(s.InvitationLink, resolvers.CodePlace); err != nil {
			return fmt.Errorf("--invitation-link %w", err)
		}
	}
	if s.ReminderSpread < 0 || s.ReminderSpread > time.Hour {
		return errors.New("--reminder-spread must be from 0s to 1h")
	}
	if s.StopTime < 0 {
		return errors.New("--stop-time must not be below 0")
	}
	return nil
}

// reminderLink is the link that a reminder opens, "" for none.
func (s *Server) reminderLink() string {
	if s.ReminderLink == "" && s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/") + "/#notification=" + notify.LinkPlace
	}
	return s.ReminderLink
}

// invitationLink is the link by which people join an organization, "" for the address that a request was sent to.
func (s *Server) invitationLink() string {
	if s.InvitationLink == "" && s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/") + resolvers.OwnInvitationLink
	}
	return s.InvitationLink
}

// check finds settings that would do nothing without another.
func (f *Firebase) check() error {
	switch {
	case f.ProjectID != "":
		return nil
	case f.AllowEmulator:
		return errors.New("--allow-auth-emulator is set without --firebase-project-id")
	case f.WebAPIKey != "":
		return errors.New("--firebase-web-api-key is set without --firebase-project-id")
	}
	return nil
}

// Validate checks what no single flag can say of itself.
func (e *Evidence) Validate() error {
	for _, setting := range []struct {
		name  string
		value int64
	}{
		{"max-file", e.MaxFile},
		{"max-files", int64(e.MaxFiles)},
		{"max-files-size", e.MaxFilesSize},
		{"upload-time", int64(e.UploadTime)},
	} {
		if setting.value <= 0 {
			return fmt.Errorf("--%s must be above 0", setting.name)
		}
	}
	if e.MaxFiles > ce.MaxEvidence {
		return fmt.Errorf("--max-files must be at most %d", ce.MaxEvidence)
	}
	if e.EvidenceURL != "" && e.EvidenceURL != evidenceOff {
		if err := bucket.Check(e.EvidenceURL); err != nil {
			return fmt.Errorf("--evidence-url %w, or %s", err, evidenceOff)
		}
	}
	return nil
}
