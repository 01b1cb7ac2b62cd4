package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A setting that cannot be is refused before anything is served, with a sentence that names it.
func TestSettingsAreCheckedAtStart(t *testing.T) {
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	taken := start(t, nil, "--data-dir", t.TempDir())
	noFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(noFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name      string
		setting   string // a flag, or variables with their values
		complaint string
	}{
		{"an address without port", "--addr=localhost", "missing port"},
		{"a port too high", "--addr=127.0.0.1:65536", "invalid port"},
		{"a port that is taken", "--addr=" + strings.TrimSuffix(strings.TrimPrefix(taken.url, "http://"), "/graphql"), "in use"},
		{"a data folder that is a file", "--data-dir=" + noFolder, "the data folder cannot be made"},
		{"a data folder that cannot be", "--data-dir=" + filepath.Join(noFolder, "data"), "the data folder cannot be made"},
		{"a MongoDB without a database", "ACCRUE_EVIDENCE_URL=off\nMONGODB_URI=mongodb://user:a-secret@127.0.0.1:1/", "names no database"},
		{"no MongoDB", "ACCRUE_EVIDENCE_URL=off\nMONGODB_URI=mongodb://user:a-secret@127.0.0.1:1/accrue?serverSelectionTimeoutMS=100", "does not answer"},
		{"another database", "ACCRUE_EVIDENCE_URL=off\nMONGODB_URI=postgres://user:a-secret@127.0.0.1/accrue", "is not valid"},
		{"Firebase without credentials", "FIREBASE_PROJECT_ID=demo-accrue", "needs credentials"},
		{"credentials that are not there", "FIREBASE_CREDENTIALS=key.json", "cannot be read"},
		{"credentials that are none", `FIREBASE_CREDENTIALS={"private_key": "a-secret"}`, "not those of a service account"},
		{"an endpoint of FCM without push", "FCM_ENDPOINT=http://127.0.0.1:9099/v1", "push is off, since FIREBASE_CREDENTIALS names no service account"},
		{"reminders dealt out over too long", "ACCRUE_REMINDER_SPREAD=61m", "--reminder-spread must be from 0s to 1h"},
		{"no pace", "--push-rate=0", "--push-rate must be above 0"},
		{"a reminder's link without a place", "ACCRUE_REMINDER_LINK=https://app.example.com/", "must hold {notification}"},
		{"a reminder's link that runs", "ACCRUE_REMINDER_LINK=javascript:{notification}", "must not be a link of the kind javascript"},
		{"an invitation's link without a place", "ACCRUE_INVITATION_LINK=https://app.example.com/", "must hold {code}"},
		{"an invitation's link that runs", "ACCRUE_INVITATION_LINK=javascript:{code}", "must not be a link of the kind javascript"},
		{"a web app without Firebase", "FIREBASE_WEB_API_KEY=AIza", "--firebase-web-api-key is set without --firebase-project-id"},
		{"the emulator without Firebase", "--allow-auth-emulator", "without --firebase-project-id"},
		{"a mail server that is none", "SMTP_URL=https://user:a-secret@mail.example.com", "--smtp-url must look like smtp://"},
		{"a mail server that no URL can name", "SMTP_URL=smtp://user:a-secret@%zz", "--smtp-url must look like smtp://"},
		{"a password for all to read", "SMTP_URL=smtp://user:a-secret@mail.example.com?tls=none", "unencrypted"},
		{"mail from nobody", "SMTP_URL=smtp://user:a-secret@mail.example.com", "--mail-from must be an e-mail address"},
		{"a sender without a mail server", "MAIL_FROM=accrue@example.com", "--mail-from is set without --smtp-url"},
		{"a link without a mail server", "MAIL_VERIFICATION_LINK=https://ce.example.com/{token}", "--mail-verification-link is set without --smtp-url"},
		{"another link without a mail server", "MAIL_PASSWORD_RESET_LINK=https://ce.example.com/{token}", "--mail-password-reset-link is set without --smtp-url"},
		{"files nowhere", "ACCRUE_EVIDENCE_URL=ftp://files.example.com", "--evidence-url must be an address such as"},
		{"a bucket with a password", "ACCRUE_EVIDENCE_URL=s3://key:a-secret@bucket", "--evidence-url must hold no credentials"},
		{"files of a single server", "MONGODB_URI=mongodb://user:a-secret@127.0.0.1:1/accrue", "ACCRUE_SINGLE_SERVER=true"},
		{"a folder for several servers", "MONGODB_URI=mongodb://user:a-secret@127.0.0.1:1/accrue\nACCRUE_EVIDENCE_URL=file:///files", "ACCRUE_SINGLE_SERVER=true"},
		{"files in a file", "ACCRUE_EVIDENCE_URL=file://" + noFolder, "the folder for files cannot be made"},
		{"no file", "--max-file=0", "--max-file must be above 0"},
		{"no files", "--max-files=0", "--max-files must be above 0"},
		{"too many files", "--max-files=5001", "--max-files must be at most 5000"},
		{"no bytes of files", "--max-files-size=-1", "--max-files-size must be above 0"},
		{"no time for files", "--upload-time=0s", "--upload-time must be above 0"},
		{"an unknown log format", "--log-format=xml", "--log-format must be one of"},
		{"an unknown log level", "ACCRUE_LOG_LEVEL=loud", "--log-level"},
		{"a network that is none", "--trusted-proxies=10.0.0.0/99", "--trusted-proxies"},
		{"a public address that is none", "--public-url=accrue.example.com", "--public-url must be an address"},
		{"a public address with a path", "ACCRUE_PUBLIC_URL=https://accrue.example.com/api", "--public-url must be an address"},
		{"no requests of an address", "--address-rate=0", "--address-rate must be above 0"},
		{"no requests of a viewer", "--viewer-rate=-1", "--viewer-rate must be above 0"},
		{"a negative body", "ACCRUE_MAX_BODY=-1", "--max-body must be above 0"},
		{"a negative depth", "--max-depth=-15", "--max-depth must be above 0"},
		{"a depth that is no number", "--max-depth=deep", "--max-depth: expected"},
		{"no cost", "--max-cost=0", "--max-cost must be above 0"},
		{"no time", "--request-time=0s", "--request-time must be above 0"},
		{"a time without unit", "ACCRUE_REQUEST_TIME=5", "missing unit"},
		{"a negative time to stop", "--stop-time=-1s", "--stop-time must not be below 0"},
		{"traces to nowhere", "OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318", "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL"},
		{"an unknown flag", "--port=8080", "unknown flag --port"},
		{"an unknown command", "server", "unexpected argument server"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var arguments, environment []string
			if name, _, ok := strings.Cut(test.setting, "="); ok && name == strings.ToUpper(name) {
				environment = append(environment, strings.Split(test.setting, "\n")...)
			} else {
				arguments = append(arguments, test.setting)
			}
			if !strings.HasPrefix(test.setting, "--addr=") {
				environment = append(environment, "ACCRUE_ADDR=127.0.0.1:0")
			}
			command := exec.CommandContext(t.Context(), file, arguments...)
			command.Dir = t.TempDir()
			command.Env = append([]string{"HOME=" + command.Dir, "PATH=" + os.Getenv("PATH")}, environment...)
			out, err := command.CombinedOutput()
			if err == nil || !strings.Contains(string(out), test.complaint) {
				t.Errorf("ended with %v, no %q in: %s", err, test.complaint, out)
			}
			if strings.Contains(string(out), "Accrue listens") || strings.Contains(string(out), "a-secret") {
				t.Errorf("says too much: %s", out)
			}
		})
	}
}

var row = regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `([A-Z_]+)` \\|(.*?)\\| .+ \\|$")

// Each setting of the server has its row in the README, with its variable and its default.
func TestSettingsAreInTheREADME(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string][2]string{}
	for _, found := range row.FindAllStringSubmatch(string(readme), -1) {
		told[found[1]] = [2]string{found[2], strings.Trim(found[3], " `")}
	}
	parser, err := kong.New(&Config{})
	if err != nil {
		t.Fatal(err)
	}
	real := map[string][2]string{}
	for _, command := range parser.Model.Children {
		if command.Name != "serve" {
			continue
		}
		for _, flag := range command.Flags {
			fallback := flag.Default
			switch {
			case flag.Name == "firebase-credentials":
				fallback = "GOOGLE_APPLICATION_CREDENTIALS" // Google's, with a project id
			case flag.IsBool() && flag.Default == "true":
				fallback = "yes"
			case flag.IsBool():
				fallback = "no"
			}
			real[flag.Name] = [2]string{strings.Join(flag.Envs, ","), fallback}
		}
	}
	if !reflect.DeepEqual(told, real) {
		t.Errorf("the README tells of\n%v\nand the server has\n%v", told, real)
	}
}
