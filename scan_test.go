package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
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
