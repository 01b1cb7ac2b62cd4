package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb"
	"accrue/storage/mongodb/mongodbtest"
	"accrue/storage/sqlite"
)

// newReadingAPI is newAPI with what is uploaded being read, by the real programs, until the test ends.
func newReadingAPI(t *testing.T, store storage.Store) *api {
	t.Helper()
	return newAPIBy(t, store, serveCommand{Server: testServer, Evidence: testEvidence, Scanning: Scanning{OCRLanguages: []string{"eng"}, MaxPages: 20}})
}

// guided returns the operation of that name in the guide to scanning.
func guided(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("docs/scanning.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, fence := range regexp.MustCompile("(?ms)^```graphql\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if strings.Contains(fence[1], " "+name+"(") {
			return fence[1]
		}
	}
	t.Fatalf("the guide has no %s", name)
	return ""
}

// scanned waits until the file is read and returns it.
func (a *api) scanned(t *testing.T, viewer, id string) map[string]any {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		_, answer := a.ask(t, viewer, `query($id: ID!) { node(id: $id) { ... on Evidence { status } } }`, map[string]any{"id": id})
		if at(t, answer, "data", "node", "status") != "WAITING" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the file is not read")
		}
	}
	_, answer := a.ask(t, viewer, guided(t, "Read"), map[string]any{"id": id})
	if answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	return at(t, answer, "data", "node").(map[string]any)
}

func sample(t *testing.T, name string) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("scan", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// earned returns what counts towards the requirement of the viewer's only certification.
func (a *api) earned(t *testing.T, viewer, requirement string) string {
	t.Helper()
	_, answer := a.ask(t, viewer, `{ me { certifications { nodes { standing { requirements { id earned } } } } } }`, nil)
	for _, one := range at(t, answer, "data", "me", "certifications", "nodes", 0, "standing", "requirements").([]any) {
		if one.(map[string]any)["id"] == requirement {
			return one.(map[string]any)["earned"].(string)
		}
	}
	t.Fatalf("no requirement %s in %s", requirement, indented(answer))
	return ""
}

// A pharmacist sends a photo, looks at what was read, corrects one field, and sees where her licence stands.
func TestFromPhotoToStanding(t *testing.T) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			a := newReadingAPI(t, store)
			a.mutate(t, "amelie", `addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-pharmacist", issuedOn: "2019-05-02", expiresOn: "2026-12-31"}) { certification { id } }`)
			if before := a.earned(t, "amelie", "total"); before != "0" {
				t.Fatalf("%s hours before anything is logged", before)
			}
			photo := sample(t, "tuning/pharmacy-statement-4.jpg")
			file := a.uploaded(t, "amelie", "IMG_0021.jpg", photo, "")["id"].(string)
			read := a.scanned(t, "amelie", file)
			if read["status"] != "SCANNED" {
				t.Fatal(indented(read))
			}
			certificate := at(t, read, "scan", "certificates", 0)
			draft := at(t, certificate, "draft").(map[string]any)
			if draft["completedOn"] != "2026-09-26" || draft["amount"] != "2" || at(t, draft, "unit", "id") != "us-ga-board-of-pharmacy.hour" {
				t.Errorf("the draft is %s", indented(draft))
			}
			if title := at(t, certificate, "title", "chosen", "value"); title != "Preventing Medication Errors: Law and Practice" {
				t.Errorf("the title is %v", title)
			}
			box := at(t, certificate, "title", "chosen", "box").(map[string]any)
			if box["width"].(float64) <= 0 || box["x"].(float64)+box["width"].(float64) > 1 {
				t.Errorf("the title's box is %v", box)
			}
			if match := at(t, certificate, "nameMatch"); match != "DIFFERENT" && match != "UNKNOWN" {
				t.Errorf("the name of another is %v", match) // the account has a given name only
			}
			if counted := at(t, draft, "certifications", 0, "use", "counted"); counted != "2" {
				t.Errorf("the preview counts %v", counted)
			}
			if earned := a.earned(t, "amelie", "total"); earned != "0" {
				t.Fatalf("%s hours count before anybody confirmed them", earned)
			}
			a.wantPicture(t, at(t, read, "scan", "pages", 0, "imageUrl").(string))

			confirm := map[string]any{"input": map[string]any{"evidenceId": file, "credit": map[string]any{
				"title": draft["title"], "provider": draft["provider"], "completedOn": draft["completedOn"],
				"amount": "3", "unit": "us-ga-board-of-pharmacy.hour", "topics": draft["topics"],
			}}}
			confirming := guided(t, "Confirm")
			_, answer := a.ask(t, "amelie", confirming, confirm)
			if answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
			credit := at(t, answer, "data", "confirmScan", "credit", "id")
			if proof := at(t, answer, "data", "confirmScan", "credit", "evidence", 0, "id"); proof != file {
				t.Errorf("the credit is proven by %v", proof)
			}
			if earned := a.earned(t, "amelie", "total"); earned != "3" {
				t.Errorf("%s hours count, want the corrected 3", earned)
			}
			_, again := a.ask(t, "amelie", confirming, confirm)
			if at(t, again, "data", "confirmScan", "credit", "id") != credit || a.earned(t, "amelie", "total") != "3" {
				t.Errorf("confirmed again: %s", indented(again))
			}
			confirm["input"].(map[string]any)["credit"].(map[string]any)["amount"] = "4"
			if _, other := a.ask(t, "amelie", confirming, confirm); codeOf(t, other) != "CONFLICT" {
				t.Errorf("confirmed otherwise: %s", indented(other))
			}
			read = a.scanned(t, "amelie", file)
			if at(t, read, "scan", "certificates", 0, "credit", "id") != credit {
				t.Errorf("the certificate does not name its credit: %s", indented(read))
			}
			if same := at(t, read, "scan", "certificates", 0, "draft").(map[string]any)["duplicates"].([]any); len(same) != 0 {
				t.Errorf("the credit of the certificate is taken for another: %v", same)
			}
			wantCorrection(t, store, file)

			// Who detaches the file keeps it detached, whatever becomes of the credit later.
			a.mutate(t, "amelie", `detachEvidence(input: {id: "`+file+`", creditId: "`+credit.(string)+`"}) { credit { id } }`)
			_, answer = a.ask(t, "amelie", `{ node(id: "`+credit.(string)+`") { ... on Credit { version } } }`, nil)
			version, _ := json.Marshal(at(t, answer, "data", "node", "version"))
			a.mutate(t, "amelie", `updateCredit(input: {id: "`+credit.(string)+`", version: `+string(version)+`, notes: "a note"}) { credit { id } }`)
			_, answer = a.ask(t, "amelie", `{ node(id: "`+credit.(string)+`") { ... on Credit { evidence { id } } } }`, nil)
			if left := at(t, answer, "data", "node", "evidence").([]any); len(left) != 0 {
				t.Errorf("the file is attached again: %v", left)
			}
		})
	}
}

// wantCorrection looks for the one field that was corrected among those that were kept.
func wantCorrection(t *testing.T, store storage.Store, file string) {
	t.Helper()
	found := 0
	err := store.System().VisitConfirmations(t.Context(), time.Time{}, func(of ce.Scan) error {
		if string(of.Evidence) != file {
			return nil
		}
		for _, confirmed := range of.Confirmations {
			found++
			for _, field := range confirmed.Fields {
				want := ce.FieldKept
				if field.Field == "amount" {
					want = ce.FieldCorrected
					if field.Read != "2 us-ga-board-of-pharmacy.hour" || field.Confidence < 50 {
						t.Errorf("the corrected field is %+v", field)
					}
				}
				if field.Outcome() != want {
					t.Errorf("%s: %s, want %s: %+v", field.Field, field.Outcome(), want, field)
				}
			}
		}
		return nil
	})
	if err != nil || found != 1 {
		t.Errorf("%d confirmations are kept: %v", found, err)
	}
}

// wantPicture fetches a picture of a page without signing in.
func (a *api) wantPicture(t *testing.T, url string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "\xff\xd8\xff") {
		t.Errorf("the picture of the page: %d, %d bytes, %v", response.StatusCode, len(body), err)
	}
	if policy := response.Header.Get("Content-Security-Policy"); policy != "default-src 'none'; sandbox" {
		t.Errorf("the picture may do %q", policy)
	}
}

// A server that is killed while it reads a file leaves it to the next, on each database.
func TestAScanSurvivesKill(t *testing.T) {
	for name, settings := range map[string]struct {
		environment []string
		open        func(t *testing.T, data string) (storage.Store, error)
	}{
		"sqlite":  {nil, func(t *testing.T, data string) (storage.Store, error) { return sqlite.OpenReadOnly(t.Context(), data) }},
		"mongodb": {[]string{"MONGODB_URI=" + mongodbtest.URI(t), "ACCRUE_SINGLE_SERVER=true"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			if settings.open == nil {
				settings.open = func(t *testing.T, _ string) (storage.Store, error) {
					return mongodb.OpenCurrent(t.Context(), strings.TrimPrefix(settings.environment[0], "MONGODB_URI="))
				}
			}
			p := start(t, settings.environment, "--data-dir", data, "--scans-at-once", "1")
			p.sent = map[string]string{}
			var files []string
			for _, photo := range []string{"tuning/pharmacy-statement-4.jpg", "tuning/law-eligible-4.jpg", "tuning/cpe-webinar-4.jpg"} {
				files = append(files, p.uploaded(t, "jordan", "photo.jpg", sample(t, photo), "")["id"].(string))
			}
			store, err := settings.open(t, data)
			if err != nil {
				t.Fatal(err)
			}
			underWay := func() (count int) {
				summaries, err := store.Professional(ce.ProfessionalID(p.people["jordan"].id)).ScanSummaries(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, summary := range summaries {
					if summary.Status == ce.ScanWaiting && summary.Attempts > 0 {
						count++
					}
				}
				return count
			}
			for end := time.Now().Add(time.Minute); underWay() == 0; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("no file is being read")
				}
			}
			p.kill()
			if underWay() != 1 {
				t.Fatal("no file was being read when the server was killed")
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			again := start(t, settings.environment, "--data-dir", data)
			again.people = p.people
			for _, file := range files {
				read := again.scanned(t, "jordan", file)
				if read["status"] != "SCANNED" || at(t, read, "scan", "certificates", 0, "title", "chosen", "value") == "" {
					t.Errorf("after the restart: %s", indented(read))
				}
			}
		})
	}
}

// What cannot be read says why, and keeps nothing from being read after it.
func TestScansThatFail(t *testing.T) {
	store := stores["sqlite"](t)
	a := newReadingAPI(t, store)
	for name, want := range map[string]struct{ content, reason string }{
		"damaged":   {aPDF, "DAMAGED"},
		"encrypted": {testFile(t, "encrypted.pdf"), "ENCRYPTED"},
		"cut off":   {sample(t, "tuning/cpe-webinar-4.jpg")[:20_000], "DAMAGED"},
	} {
		id := a.uploaded(t, "jordan", name, want.content, "")["id"].(string)
		read := a.scanned(t, "jordan", id)
		if read["status"] != "FAILED" || at(t, read, "scan", "problem", "reason") != want.reason || at(t, read, "scan", "problem", "text") == "" {
			t.Errorf("%s: %s", name, indented(read))
		}
		_, answer := a.ask(t, "jordan", guided(t, "Confirm"), map[string]any{"input": map[string]any{"evidenceId": id, "credit": map[string]any{
			"title": "A course", "completedOn": "2026-11-01", "minutes": 50,
		}}})
		if codeOf(t, answer) != "CONFLICT" {
			t.Errorf("%s: confirmed: %s", name, indented(answer))
		}
	}
	// The phone has read what this server cannot open.
	id := a.evidenceIDs(t, "jordan")[0]
	for _, one := range a.evidenceIDs(t, "jordan") {
		if read := a.scanned(t, "jordan", one); at(t, read, "scan", "problem", "reason") == "ENCRYPTED" {
			id = one
		}
	}
	_, answer := a.ask(t, "jordan", guided(t, "Recognised"), map[string]any{"input": map[string]any{"id": id, "recognizedText": phoneText}})
	if answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	read := a.scanned(t, "jordan", id)
	certificate := at(t, read, "scan", "certificates", 0)
	if title := at(t, certificate, "title", "chosen"); at(t, title, "value") != "Safe Handling of Hazardous Medications" || at(t, title, "source") != "DEVICE" {
		t.Errorf("by the phone's text: %s", indented(read))
	}
	if at(t, certificate, "completedOn", "chosen", "value") != "2026-03-14" {
		t.Errorf("by the phone's text: %s", indented(read))
	}
}

// phoneText is a certificate as a phone recognises it.
var phoneText = func() []any {
	var lines []any
	for i, text := range []string{
		"Certificate of Completion", "This is to certify that", "Jordan Lee", "has successfully completed", "Safe Handling of Hazardous Medications",
		"Provided by Example Academy of Nursing", "Date completed: March 14, 2026", "2.5 contact hours",
	} {
		lines = append(lines, map[string]any{"text": text, "x": 500, "y": 300 + 300*i, "width": 60 * len(text), "height": 120, "confidence": 0.98})
	}
	return []any{map[string]any{"width": 3024, "height": 4032, "lines": lines}}
}()

func TestRecognizedTextHasLimits(t *testing.T) {
	a := newReadingAPI(t, stores["sqlite"](t))
	id := a.uploaded(t, "jordan", "photo.jpg", sample(t, "tuning/cpe-webinar-4.jpg"), "")["id"].(string)
	line := func(text string) map[string]any {
		return map[string]any{"text": text, "x": 1, "y": 1, "width": 5, "height": 1}
	}
	page := func(width float64, lines ...map[string]any) map[string]any {
		return map[string]any{"width": width, "height": 100, "lines": append([]map[string]any{}, lines...)}
	}
	many := func(n int, one map[string]any) []map[string]any { return slices.Repeat([]map[string]any{one}, n) }
	wide := line("x")
	wide["x"], wide["width"], wide["confidence"] = -1e300, 1e308, 1e308
	for name, test := range map[string]struct {
		pages []map[string]any
		code  string
	}{
		"21 pages":              {many(21, page(100)), "INVALID_INPUT"},
		"501 lines":             {[]map[string]any{page(100, many(501, line("x"))...)}, "INVALID_INPUT"},
		"a long line":           {[]map[string]any{page(100, line(strings.Repeat("x", 1001)))}, "INVALID_INPUT"},
		"no width":              {[]map[string]any{page(0, line("x"))}, "INVALID_INPUT"},
		"more than is kept":     {many(20, page(100, many(500, line("a b c d e f g"))...)), "INVALID_INPUT"},
		"boxes beyond the page": {[]map[string]any{page(1e-300, wide)}, ""},
		"blank lines":           {[]map[string]any{page(100, line(" \t "), line(""))}, ""},
	} {
		_, answer := a.ask(t, "jordan", guided(t, "Recognised"), map[string]any{"input": map[string]any{"id": id, "recognizedText": test.pages}})
		if code := codeOf(t, answer); code != test.code {
			t.Errorf("%s: %q, want %q: %s", name, code, test.code, indented(answer))
		}
	}
	if read := a.scanned(t, "jordan", id); read["status"] != "SCANNED" {
		t.Errorf("it is read all the same: %s", indented(read))
	}
}

// What was logged before is found, whoever logged it and however its amount is counted.
func TestDraftsFindWhatWasLogged(t *testing.T) {
	a := newReadingAPI(t, stores["sqlite"](t))
	a.mutate(t, "amelie", `addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-pharmacist", issuedOn: "2019-05-02", expiresOn: "2026-12-31"}) { certification { id } }`)
	for i, credit := range []string{
		`title: "Preventing medication errors - law & practice", completedOn: "2026-09-26", minutes: 120`, // the same, typed
		`title: "Preventing Medication Errors: Law and Practice", completedOn: "2026-09-28", minutes: 120`,
		`title: "Preventing Medication Errors: Law and Practice", completedOn: "2025-09-26", minutes: 120`, // a year before
		`title: "Opioid stewardship", completedOn: "2026-09-26", minutes: 60`,                              // of the same day
		`title: "Preventing Medication Errors: Law and Practice", completedOn: "2026-09-26", amount: "2", unit: "us-ga-board-of-pharmacy.hour"`,
	} {
		a.mutate(t, "amelie", `logCredit(input: {id: "`+uuid(10+i)+`", `+credit+`}) { credit { id } }`)
	}
	id := a.uploaded(t, "amelie", "photo.jpg", sample(t, "tuning/pharmacy-statement-4.jpg"), "")["id"].(string)
	read := a.scanned(t, "amelie", id)
	var found []string
	for _, duplicate := range at(t, read, "scan", "certificates", 0, "draft", "duplicates").([]any) {
		found = append(found, fmt.Sprint(at(t, duplicate, "credit", "id"), " ", at(t, duplicate, "same")))
	}
	if want := []string{uuid(14) + " true", uuid(10) + " false", uuid(11) + " false"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	// Its evidence goes, and so does what was read in it.
	a.mutate(t, "amelie", `removeEvidence(input: {id: "`+id+`", version: 1}) { removedEvidenceId }`)
	if _, answer := a.ask(t, "amelie", guided(t, "Read"), map[string]any{"id": id}); answer["data"].(map[string]any)["node"] != nil {
		t.Errorf("after its removal: %s", indented(answer))
	}
}

// Each certificate of a file has a draft, and is confirmed by itself.
func TestSeveralCertificatesInOneFile(t *testing.T) {
	a := newReadingAPI(t, stores["sqlite"](t))
	id := a.uploaded(t, "jordan", "export.pdf", sample(t, "several/one-person.pdf"), "")["id"].(string)
	read := a.scanned(t, "jordan", id)
	if n := len(at(t, read, "scan", "certificates").([]any)); n != 3 || read["pages"] != 3.0 {
		t.Fatalf("%d certificates: %s", n, indented(read))
	}
	for i := range 3 {
		draft := at(t, read, "scan", "certificates", i, "draft").(map[string]any)
		_, answer := a.ask(t, "jordan", guided(t, "Confirm"), map[string]any{"input": map[string]any{"evidenceId": id, "certificate": i, "credit": map[string]any{
			"title": draft["title"], "provider": draft["provider"], "completedOn": draft["completedOn"], "minutes": 60,
		}}})
		if answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
	}
	read = a.scanned(t, "jordan", id)
	seen := map[any]bool{}
	for i := range 3 {
		seen[at(t, read, "scan", "certificates", i, "credit", "title")] = true
	}
	if len(seen) != 3 {
		t.Errorf("the credits are %v", seen)
	}
	if _, answer := a.ask(t, "jordan", guided(t, "Confirm"), map[string]any{"input": map[string]any{"evidenceId": id, "certificate": 3, "credit": map[string]any{
		"title": "A course", "completedOn": "2026-11-01", "minutes": 60,
	}}}); codeOf(t, answer) != "INVALID_INPUT" {
		t.Errorf("a fourth: %s", indented(answer))
	}
}

func testFile(t *testing.T, name string) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("scan", "read", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}
