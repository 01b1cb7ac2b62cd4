package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Contents that begin as files of their types do.
const (
	aPDF  = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
	aJPEG = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
	aPNG  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	aWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L"
	aHEIC = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
)

const uploading = `mutation($input: UploadEvidenceInput!) { uploadEvidence(input: $input) { known evidence { id version fileName mediaType size pages url credits { id } } } }`

// upload sends a file by GraphQL and returns the answer.
func (a *api) upload(t *testing.T, viewer, name, content, credit string) map[string]any {
	t.Helper()
	input := map[string]any{"file": nil}
	if credit != "" {
		input["creditId"] = credit
	}
	operations, err := json.Marshal(map[string]any{"query": uploading, "variables": map[string]any{"input": input}})
	if err != nil {
		t.Fatal(err)
	}
	_, answer := a.sendFile(t, a.person(t, viewer).accessToken, operations, name, content)
	return answer
}

// uploaded is upload of a file that is taken; it returns the evidence.
func (a *api) uploaded(t *testing.T, viewer, name, content, credit string) map[string]any {
	t.Helper()
	answer := a.upload(t, viewer, name, content, credit)
	return at(t, answer, "data", "uploadEvidence", "evidence").(map[string]any)
}

// put sends a file without GraphQL.
func (a *api) put(t *testing.T, viewer, parameters string, content io.Reader) (int, map[string]any) {
	t.Helper()
	token := ""
	if viewer != "" {
		token = a.person(t, viewer).accessToken
	}
	return a.post(t, token, strings.TrimSuffix(a.url, "/graphql")+"/evidence?"+parameters, "application/octet-stream", content)
}

func (a *api) logCredits(t *testing.T, viewer string, ids ...string) {
	t.Helper()
	for _, id := range ids {
		a.mutate(t, viewer, `logCredit(input: {id: "`+id+`", title: "A course", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`)
	}
}

// kept returns the keys of all contents.
func (a *api) kept(t *testing.T) (keys []string) {
	t.Helper()
	if err := a.files.List(t.Context(), "", func(file storage.FileInfo) error { keys = append(keys, file.Key); return nil }); err != nil {
		t.Fatal(err)
	}
	return keys
}

func (a *api) wantKept(t *testing.T, what string, want int) {
	t.Helper()
	if keys := a.kept(t); len(keys) != want {
		t.Errorf("%s: %d contents are kept, want %d: %v", what, len(keys), want, keys)
	}
}

// evidenceIDs returns the ids in the viewer's list.
func (a *api) evidenceIDs(t *testing.T, viewer string) (ids []string) {
	t.Helper()
	_, answer := a.ask(t, viewer, `{ me { evidence(first: 100) { nodes { id } } } }`, nil)
	for _, node := range at(t, answer, "data", "me", "evidence", "nodes").([]any) {
		ids = append(ids, node.(map[string]any)["id"].(string))
	}
	return ids
}

func TestUploadTypes(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	for mediaType, content := range map[string]string{
		"application/pdf": aPDF, "image/jpeg": aJPEG, "image/png": aPNG, "image/webp": aWebP, "image/heic": aHEIC,
	} {
		// The name says otherwise and counts for nothing.
		evidence := a.uploaded(t, "jordan", "x.html", content, "")
		if evidence["mediaType"] != mediaType {
			t.Errorf("%v is taken for %v", mediaType, evidence["mediaType"])
		}
	}
	kept := len(a.kept(t))
	for what, content := range map[string]string{
		"HTML":         "<!doctype html><script>alert(1)</script>",
		"SVG":          `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`,
		"GIF":          "GIF89a\x01\x00\x01\x00",
		"ZIP":          "PK\x03\x04",
		"text":         "a certificate",
		"AVIF":         "\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif",
		"a video":      "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42",
		"half a type":  "\x89PN",
		"a late PDF":   "<html>" + aPDF,
		"half a RIFF":  "RIFF\x1a\x00\x00\x00WAVE",
		"only a brand": "\x00\x00\x00\x08ftyp",
	} {
		answer := a.upload(t, "jordan", "certificate.pdf", content, "")
		if code := codeOf(t, answer); code != "INVALID_INPUT" || !strings.Contains(indented(answer), "This type of file is not taken") {
			t.Errorf("%s: %s", what, indented(answer))
		}
	}
	answer := a.upload(t, "jordan", "certificate.pdf", "", "")
	if codeOf(t, answer) != "INVALID_INPUT" || !strings.Contains(indented(answer), "The file is empty.") || fmt.Sprint(at(t, answer, "errors", 0, "extensions", "path")) != "[file]" {
		t.Errorf("empty: %s", indented(answer))
	}
	a.wantKept(t, "after refused ones", kept)
}

func TestEvidenceLivesAsLongAsItIsUsed(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		one, two, three := uuid(1), uuid(2), uuid(3)
		a.logCredits(t, "jordan", one, two, three)
		a.logCredits(t, "sam", uuid(9))

		first := a.uploaded(t, "jordan", `C:\scans\Ethics.pdf`, aPDF, one)
		if first["fileName"] != "Ethics.pdf" || first["pages"] != nil || first["size"] != float64(len(aPDF)) || len(first["credits"].([]any)) != 1 {
			t.Error(indented(first))
		}
		again := a.upload(t, "jordan", "again.pdf", aPDF, two)
		if at(t, again, "data", "uploadEvidence", "known") != true {
			t.Error("not known", indented(again))
		}
		evidence := at(t, again, "data", "uploadEvidence", "evidence").(map[string]any)
		if evidence["id"] != first["id"] || evidence["fileName"] != "Ethics.pdf" || evidence["version"] != 2.0 || len(evidence["credits"].([]any)) != 2 {
			t.Error("the same again is another:", indented(evidence))
		}
		a.wantKept(t, "the same again", 1)
		others := a.uploaded(t, "sam", "mine.pdf", aPDF, uuid(9))
		if others["id"] == first["id"] {
			t.Error("two people share evidence")
		}
		a.wantKept(t, "the same of another", 2)
		id := first["id"].(string)

		// Each call may be repeated.
		for range 2 {
			attached := a.mutate(t, "jordan", `attachEvidence(input: {id: "`+id+`", creditId: "`+three+`"}) { evidence { version credits { id } } credit { evidence { id } } }`)
			if got := at(t, attached, "credit", "evidence", 0, "id"); got != id || at(t, attached, "evidence", "version") != 3.0 {
				t.Error(indented(attached))
			}
		}
		for range 2 {
			detached := a.mutate(t, "jordan", `detachEvidence(input: {id: "`+id+`", creditId: "`+two+`"}) { evidence { version credits { id } } credit { id evidence { id } } }`)
			if at(t, detached, "evidence", "version") != 4.0 || len(at(t, detached, "credit", "evidence").([]any)) != 0 {
				t.Error(indented(detached))
			}
		}
		for range 2 {
			a.mutate(t, "jordan", `deleteCredit(input: {id: "`+one+`", version: 1}) { deletedCreditId }`)
		}
		if ids := a.evidenceIDs(t, "jordan"); len(ids) != 1 {
			t.Error("with one use left there is", ids)
		}
		a.wantKept(t, "with one use left", 2)
		a.mutate(t, "jordan", `deleteCredit(input: {id: "`+three+`", version: 1}) { deletedCreditId }`)
		if ids := a.evidenceIDs(t, "jordan"); len(ids) != 0 {
			t.Error("after the last use there is", ids)
		}
		a.wantKept(t, "after the last use", 1)
		for range 2 {
			detached := a.mutate(t, "jordan", `detachEvidence(input: {id: "`+id+`", creditId: "`+two+`"}) { evidence { id } credit { id } }`)
			if detached["evidence"] != nil {
				t.Error("detached from what is gone", indented(detached))
			}
		}

		// What was removed comes back with the file.
		back := a.uploaded(t, "jordan", "back.pdf", aPDF, two)
		if back["id"] != id || back["version"].(float64) <= 4 || back["fileName"] != "back.pdf" {
			t.Error("back:", indented(back))
		}
		detached := a.mutate(t, "jordan", `detachEvidence(input: {id: "`+id+`", creditId: "`+two+`"}) { evidence { id } credit { id } }`)
		if detached["evidence"] != nil {
			t.Error("the last use detached leaves", indented(detached))
		}
		a.wantKept(t, "detached from its last", 1)

		// A file that proves nothing yet stays until it is removed.
		free := a.uploaded(t, "jordan", "", aPNG, "")
		if free["fileName"] != nil || free["pages"] != 1.0 {
			t.Error(indented(free))
		}
		_, stale := a.ask(t, "jordan", `mutation { removeEvidence(input: {id: "`+free["id"].(string)+`", version: 7}) { removedEvidenceId } }`, nil)
		if code := codeOf(t, stale); code != "CONFLICT" {
			t.Error("another version:", code)
		}
		for range 2 {
			a.mutate(t, "jordan", `removeEvidence(input: {id: "`+free["id"].(string)+`", version: 1}) { removedEvidenceId }`)
		}
		a.wantKept(t, "removed", 1)
		if ids := a.evidenceIDs(t, "sam"); len(ids) != 1 {
			t.Error("the other's is gone")
		}
	})
}

func TestUploadOfTheSameAtOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.logCredits(t, "jordan", uuid(1), uuid(2), uuid(3))
		ids := make([]string, uploadsAtOnce-1)
		done := make(chan struct{})
		for i := range ids {
			go func() {
				defer func() { done <- struct{}{} }()
				_, answer := a.put(t, "jordan", "creditId="+uuid(i+1), strings.NewReader(aPDF))
				ids[i] = fmt.Sprint(answer["evidence"].(map[string]any)["id"])
			}()
		}
		for range ids {
			<-done
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 1 {
			t.Error("several evidence of one file", ids)
		}
		a.wantKept(t, "one", 1)
		_, answer := a.ask(t, "jordan", `{ me { credits { nodes { evidence { id credits { id } } } } } }`, nil)
		for i := range 3 {
			if credits := at(t, answer, "data", "me", "credits", "nodes", i, "evidence", 0, "credits").([]any); len(credits) != 3 {
				t.Error(indented(answer))
			}
		}
	})
}

func TestUploadLimits(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		evidence := testEvidence
		evidence.MaxFile, evidence.MaxFiles, evidence.MaxFilesSize = 1000, 3, 2500
		a := newAPIBy(t, store, serveCommand{Server: testServer, Evidence: evidence})
		a.logCredits(t, "jordan", uuid(1))
		sized := func(size int, mark string) string { return aPDF + mark + strings.Repeat("x", size-len(aPDF)-len(mark)) }
		refused := func(what string, status int, answer map[string]any, code, text string, wanted int) {
			t.Helper()
			if got := codeOf(t, answer); got != code || status != wanted || !strings.Contains(indented(answer), text) {
				t.Errorf("%s: status %d, %s", what, status, indented(answer))
			}
		}

		a.uploaded(t, "jordan", "1.pdf", sized(1000, "1"), "")
		for what, content := range map[string]io.Reader{
			"announced":     strings.NewReader(sized(1001, "2")),
			"not announced": iotest.OneByteReader(strings.NewReader(sized(1001, "2"))),
		} {
			status, answer := a.put(t, "jordan", "", content)
			refused("a byte too many, "+what, status, answer, "INVALID_INPUT", "larger than 1000 bytes", http.StatusUnprocessableEntity)
		}
		operations := []byte(`{"query": "` + strings.ReplaceAll(uploading, `"`, `\"`) + `", "variables": {"input": {"file": null}}}`)
		status, answer := a.sendFile(t, a.person(t, "jordan").accessToken, operations, "2.pdf", sized(1001, "2"))
		refused("a byte too many by GraphQL", status, answer, "INVALID_INPUT", "larger than 1000 bytes", http.StatusRequestEntityTooLarge)
		a.wantKept(t, "too large", 1)

		a.uploaded(t, "jordan", "2.pdf", sized(1000, "2"), "")
		status, answer = a.put(t, "jordan", "", strings.NewReader(sized(501, "3")))
		refused("a byte too many together", status, answer, "LIMIT_EXCEEDED", "2.4 kB together", http.StatusUnprocessableEntity)
		a.uploaded(t, "jordan", "3.pdf", sized(500, "3"), "")
		if at(t, a.upload(t, "jordan", "again.pdf", sized(1000, "1"), uuid(1)), "data", "uploadEvidence", "known") != true {
			t.Error("at the limit what is kept already is refused")
		}
		status, answer = a.put(t, "jordan", "", strings.NewReader(aJPEG))
		refused("a file too many", status, answer, "LIMIT_EXCEEDED", "You have 3 files", http.StatusUnprocessableEntity)
		a.wantKept(t, "all", 3)
		a.uploaded(t, "sam", "1.pdf", sized(1000, "1"), "")
	})
}

func TestLimitsOfAttaching(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.logCredits(t, "jordan", uuid(0))
	for i := range ce.MaxEvidenceOfCredit {
		a.uploaded(t, "jordan", "x.pdf", fmt.Sprint(aPDF, i), uuid(0))
	}
	answer := a.upload(t, "jordan", "x.pdf", aPDF, uuid(0))
	if codeOf(t, answer) != "LIMIT_EXCEEDED" || !strings.Contains(indented(answer), "This credit has 20 files") {
		t.Error("a file too many:", indented(answer))
	}
	a.wantKept(t, "the refused one is not kept", ce.MaxEvidenceOfCredit)
	if at(t, a.upload(t, "jordan", "x.pdf", aPDF+"0", uuid(0)), "data", "uploadEvidence", "known") != true {
		t.Error("one that it has already is refused")
	}

	file := a.uploaded(t, "jordan", "x.pdf", aPDF, "")["id"].(string)
	for i := range ce.MaxEvidenceCredits + 1 {
		a.logCredits(t, "jordan", uuid(100+i))
		_, answer := a.ask(t, "jordan", `mutation { attachEvidence(input: {id: "`+file+`", creditId: "`+uuid(100+i)+`"}) { evidence { id } } }`, nil)
		if code := codeOf(t, answer); (code == "LIMIT_EXCEEDED") != (i == ce.MaxEvidenceCredits) {
			t.Fatal(i, indented(answer))
		}
	}
}

func TestStrangersReachNoEvidence(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.logCredits(t, "jordan", uuid(1))
		a.logCredits(t, "sam", uuid(2))
		file := a.uploaded(t, "jordan", "x.pdf", aPDF, uuid(1))
		mine := a.uploaded(t, "sam", "x.png", aPNG, uuid(2))
		id := file["id"].(string)
		for _, request := range []string{
			`{ node(id: "` + id + `") { id } }`,
			`mutation { attachEvidence(input: {id: "` + id + `", creditId: "` + uuid(2) + `"}) { evidence { id } } }`,
			`mutation { attachEvidence(input: {id: "` + mine["id"].(string) + `", creditId: "` + uuid(1) + `"}) { evidence { id } } }`,
			`mutation { detachEvidence(input: {id: "` + id + `", creditId: "` + uuid(2) + `"}) { evidence { id } } }`,
			`mutation { detachEvidence(input: {id: "` + id + `", creditId: "` + uuid(1) + `"}) { evidence { id } } }`,
			`mutation { removeEvidence(input: {id: "` + id + `", version: 1}) { removedEvidenceId } }`,
		} {
			if _, answer := a.ask(t, "sam", request, nil); codeOf(t, answer) != "NOT_FOUND" {
				t.Error(request, indented(answer))
			}
		}
		answer := a.upload(t, "sam", "y.pdf", aPDF+"y", uuid(1))
		if codeOf(t, answer) != "NOT_FOUND" || fmt.Sprint(at(t, answer, "errors", 0, "extensions", "path")) != "[creditId]" {
			t.Error("for another's credit:", indented(answer))
		}
		a.wantKept(t, "refused before it is kept", 2)
		_, found := a.ask(t, "jordan", `{ node(id: "`+id+`") { ... on Evidence { fileName credits { id } } } }`, nil)
		if at(t, found, "data", "node", "fileName") != "x.pdf" || len(at(t, found, "data", "node", "credits").([]any)) != 1 {
			t.Error(indented(found))
		}

		// Strangers send nothing at all.
		status, refused := a.put(t, "", "", strings.NewReader(aPDF))
		if status != http.StatusUnauthorized || codeOf(t, refused) != "UNAUTHENTICATED" {
			t.Error(status, indented(refused))
		}
		status, refused = a.sendFile(t, "", []byte(`{"query": "{ programs { totalCount } }", "variables": {"input": {"file": null}}}`), "x.pdf", aPDF)
		if status != http.StatusUnauthorized || codeOf(t, refused) != "UNAUTHENTICATED" {
			t.Error(status, indented(refused))
		}
	})
}

func TestLinksToEvidence(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		file := a.uploaded(t, "jordan", "Größe \"1\".html", aPDF, "")
		link := file["url"].(string)
		type answer struct {
			StatusCode int
			Header     http.Header
		}
		get := func(t *testing.T, link string, headers ...string) (answer, string) {
			t.Helper()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(headers); i += 2 {
				request.Header.Set(headers[i], headers[i+1])
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			text, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			return answer{response.StatusCode, response.Header}, string(text)
		}
		response, text := get(t, link)
		if response.StatusCode != http.StatusOK || text != aPDF {
			t.Errorf("status %d: %s", response.StatusCode, text)
		}
		for name, want := range map[string]string{
			"Content-Type":                 "application/pdf",
			"Content-Disposition":          `inline; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%221%22.html.pdf`,
			"X-Content-Type-Options":       "nosniff",
			"Cache-Control":                "private, no-store",
			"Cross-Origin-Resource-Policy": "cross-origin",
			"Accept-Ranges":                "bytes",
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("policy %q", policy)
		}
		response, text = get(t, link, "Range", "bytes=1-3")
		if response.StatusCode != http.StatusPartialContent || text != aPDF[1:4] {
			t.Errorf("a range: status %d: %s", response.StatusCode, text)
		}
		response, _ = get(t, link, "Range", "bytes=100000-")
		if response.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("a range beyond: status %d", response.StatusCode)
		}
		picture := a.uploaded(t, "jordan", "", aPNG, "")
		response, _ = get(t, picture["url"].(string))
		if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
			t.Errorf("policy %q", policy)
		}
		if name := response.Header.Get("Content-Disposition"); name != "inline; filename=evidence.png" {
			t.Errorf("a file without name is %s", name)
		}

		missing := func(what, link string) {
			t.Helper()
			if response, text := get(t, link); response.StatusCode != http.StatusNotFound || strings.Contains(text, "%PDF") {
				t.Errorf("%s: status %d: %s", what, response.StatusCode, text)
			}
		}
		base, token, _ := strings.Cut(link, "/evidence/")
		parts := strings.Split(token, ".")
		change := func(i int, to string) string {
			changed := slices.Clone(parts)
			changed[i] = to
			return base + "/evidence/" + strings.Join(changed, ".")
		}
		missing("another's", change(0, a.person(t, "sam").id))
		missing("another file", change(1, picture["id"].(string)))
		missing("a later end", change(2, "zzzzzzz"))
		missing("no signature", change(3, ""))
		missing("another signature", change(3, strings.Repeat("A", 43)))
		missing("nothing", base+"/evidence/")
		missing("far too long", base+"/evidence/"+strings.Repeat("a.", 10_000))
		request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		deleted, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = deleted.Body.Close()
		if deleted.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("deleting: status %d", deleted.StatusCode)
		}

		begun := a.clock.Now()
		a.clock.Set(begun.Add(15*time.Minute - time.Second))
		if response, _ := get(t, link); response.StatusCode != http.StatusOK {
			t.Errorf("after less than 15 minutes: status %d", response.StatusCode)
		}
		a.clock.Set(begun.Add(15 * time.Minute))
		missing("after 15 minutes", link)
		a.clock.Set(begun)
		a.mutate(t, "jordan", `removeEvidence(input: {id: "`+file["id"].(string)+`", version: 1}) { removedEvidenceId }`)
		missing("removed", link)
	})
}

// An upload that breaks off leaves nothing, however it was sent.
func TestUploadThatIsCutOff(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		host := strings.TrimSuffix(strings.TrimPrefix(a.url, "http://"), "/graphql")
		token := a.person(t, "jordan").accessToken
		body := aPDF + strings.Repeat("x", 100_000)
		var form bytes.Buffer
		writer := multipart.NewWriter(&form)
		part, err := writer.CreateFormFile("0", "x.pdf")
		if err == nil {
			_, err = io.WriteString(part, body)
		}
		if err != nil {
			t.Fatal(err)
		}
		multi := `--` + writer.Boundary() + "\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + `{"query": "` + uploading + `", "variables": {"input": {"file": null}}}` +
			"\r\n--" + writer.Boundary() + "\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n" + `{"0": ["variables.input.file"]}` + "\r\n" + form.String()
		for what, request := range map[string]string{
			"direct":    "POST /evidence HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 200000\r\n\r\n" + body,
			"chunked":   "POST /evidence HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + body[:0x1000] + "\r\n800",
			"multipart": "POST /graphql HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\nContent-Type: " + writer.FormDataContentType() + "\r\nContent-Length: 900000\r\n\r\n" + multi,
		} {
			connection, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.WriteString(connection, request)
			// Only this direction ends: the answer says that all is over on the server.
			err = errors.Join(err, connection.(*net.TCPConn).CloseWrite())
			answer, _ := io.ReadAll(connection)
			_ = connection.Close()
			if err != nil {
				t.Error(what, err)
			}
			if text := string(answer); strings.Contains(text, " 200 ") || strings.Contains(text, " 201 ") {
				t.Errorf("%s: %s", what, text)
			}
			a.wantKept(t, what, 0)
		}
		if ids := a.evidenceIDs(t, "jordan"); len(ids) != 0 {
			t.Error("there is", ids)
		}
	})
}

// Requests that are not of the specification's form are refused with a word, and leave nothing.
func TestMultipartForms(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	operations := `{"query": "` + uploading + `", "variables": {"input": {"file": null}}}`
	type part struct{ name, file, text string }
	operation, where, file := part{"operations", "", operations}, part{"map", "", `{"0": ["variables.input.file"]}`}, part{"0", "x.pdf", aPDF}
	several := []part{operation, {"map", "", `{"0": ["variables.input.file"], "1": ["a"], "2": ["a"], "3": ["a"], "4": ["a"], "5": ["a"]}`}}
	mapped := func(to string) []part { return []part{operation, {"map", "", to}, file} }
	for what, test := range map[string]struct {
		parts  []part
		status int
		text   string
	}{
		"as it should be":       {[]part{operation, where, file}, 200, `"known": false`},
		"no parts":              {nil, 400, "Send the parts"},
		"another order":         {[]part{where, operation, file}, 400, "Send the parts"},
		"no map":                {[]part{operation, file}, 400, "Send the parts"},
		"no file":               {[]part{operation, where}, 400, "Send the parts"},
		"a file not in the map": {[]part{operation, where, file, {"1", "y.pdf", aPDF}}, 400, "Send the parts"},
		"a file twice":          {[]part{operation, where, file, file}, 400, "Send the parts"},
		"a map that is none":    {mapped(`["variables.input.file"]`), 400, "Send the parts"},
		"a place that is none":  {mapped(`{"0": ["variables.input.other"]}`), 400, "The `map` must say"},
		"a place with a value":  {mapped(`{"0": ["variables.input"]}`), 400, "The `map` must say"},
		"a place in a list":     {mapped(`{"0": ["variables.input.0"]}`), 400, "The `map` must say"},
		"a place below null":    {mapped(`{"0": ["variables.input.file.x"]}`), 400, "The `map` must say"},
		"the variables":         {mapped(`{"0": ["variables"]}`), 400, "The `map` must say"},
		"the query":             {mapped(`{"0": ["query"]}`), 400, "The `map` must say"},
		"one place twice":       {mapped(`{"0": ["variables.input.file", "variables.input.file"]}`), 400, "The `map` must say"},
		"too many files":        {several, 413, "may bring 5 files"},
		"no JSON":               {[]part{{"operations", "", "{"}, where, file}, 400, "must be a JSON object"},
		"far too long":          {[]part{{"operations", "", strings.Repeat("x", 2<<20)}, where, file}, 413, "larger than the server takes"},
		"a map far too long":    {[]part{operation, {"map", "", strings.Repeat("x", 2<<20)}, file}, 413, "larger than the server takes"},
	} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for _, part := range test.parts {
			var w io.Writer
			var err error
			if part.file != "" {
				w, err = form.CreateFormFile(part.name, part.file)
			} else {
				w, err = form.CreateFormField(part.name)
			}
			if err == nil {
				_, err = io.WriteString(w, part.text)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		_ = form.Close()
		status, answer := a.post(t, a.person(t, "jordan").accessToken, a.url, form.FormDataContentType(), &body)
		if status != test.status || !strings.Contains(indented(answer), test.text) {
			t.Errorf("%s: status %d: %s", what, status, indented(answer))
		}
	}
	a.wantKept(t, "all", 1)
	status, answer := a.post(t, a.person(t, "jordan").accessToken, a.url, "multipart/form-data", strings.NewReader("x"))
	if status != http.StatusBadRequest {
		t.Errorf("without a boundary: status %d: %s", status, indented(answer))
	}
	if _, answer := a.ask(t, "jordan", uploading, map[string]any{"input": map[string]any{"file": "x"}}); codeOf(t, answer) != "INVALID_INPUT" || !strings.Contains(indented(answer), "multipart request") {
		t.Error("a file that is none:", indented(answer))
	}
}

// Several files come with one request, each where the map says.
func TestSeveralUploadsInOneRequest(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := errors.Join(
		form.WriteField("operations", `{"query": "mutation($a: UploadEvidenceInput!, $b: Upload!) { a: uploadEvidence(input: $a) { evidence { fileName } } b: uploadEvidence(input: {file: $b}) { evidence { fileName } } }", "variables": {"a": {"file": null}, "b": null}}`),
		form.WriteField("map", `{"x": ["variables.b"], "y": ["variables.a.file"]}`))
	for name, content := range map[string]string{"x": aPDF, "y": aPNG} {
		part, failed := form.CreateFormFile(name, name)
		if failed == nil {
			_, failed = io.WriteString(part, content)
		}
		err = errors.Join(err, failed)
	}
	if err := errors.Join(err, form.Close()); err != nil {
		t.Fatal(err)
	}
	_, answer := a.post(t, a.person(t, "jordan").accessToken, a.url, form.FormDataContentType(), &body)
	if at(t, answer, "data", "a", "evidence", "fileName") != "y" || at(t, answer, "data", "b", "evidence", "fileName") != "x" {
		t.Error(indented(answer))
	}
	a.wantKept(t, "both", 2)
}

// A viewer has a few uploads under way at a time, and others have theirs.
func TestUploadsAtOnce(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.person(t, "jordan")
	a.person(t, "sam")
	release := make(chan struct{})
	arrived, done := make(chan struct{}, 1000), make(chan int)
	for range uploadsAtOnce {
		go func() {
			status := http.StatusTooManyRequests
			for status == http.StatusTooManyRequests { // one of those below was there before it
				held := &heldReader{text: strings.NewReader(aPDF + strings.Repeat("x", 1<<20)), arrived: arrived, release: release}
				status, _ = a.put(t, "jordan", "", held)
			}
			done <- status
		}()
	}
	for range uploadsAtOnce {
		<-arrived
	}
	// They have been sent, yet may not all have been received: what is refused is the one that comes when they have.
	for tries := 0; ; tries++ {
		if tries > 1000 {
			t.Fatal("nothing is refused")
		}
		status, answer := a.put(t, "jordan", "", strings.NewReader(aPDF))
		if status == http.StatusTooManyRequests {
			if codeOf(t, answer) != "RATE_LIMITED" {
				t.Error(indented(answer))
			}
			break
		}
	}
	if status, answer := a.put(t, "sam", "", strings.NewReader(aPDF)); status != http.StatusCreated {
		t.Error("another's", indented(answer))
	}
	close(release)
	for range uploadsAtOnce {
		if status := <-done; status != http.StatusCreated && status != http.StatusOK {
			t.Error("status", status)
		}
	}
	if status, answer := a.put(t, "jordan", "", strings.NewReader(aPNG)); status != http.StatusCreated {
		t.Error("after them", indented(answer))
	}
}

// heldReader gives its text, says so, and ends when it is released.
type heldReader struct {
	text             io.Reader
	arrived, release chan struct{}
}

func (r *heldReader) Read(p []byte) (int, error) {
	n, err := r.text.Read(p)
	if errors.Is(err, io.EOF) {
		r.arrived <- struct{}{}
		<-r.release
	}
	return n, err
}

// What a dead process left behind is removed, and nothing else.
func TestFilesThatNothingNeeds(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		file := a.uploaded(t, "jordan", "x.pdf", aPDF, "")
		jordan := a.person(t, "jordan").id
		write := func(key string) string {
			t.Helper()
			if err := a.files.Write(t.Context(), key, ce.MediaPDF, strings.NewReader(aPDF)); err != nil {
				t.Fatal(err)
			}
			return key
		}
		orphan := write(jordan + "/" + ce.NewUUID()) // written, and then the process died before the fact
		unfinished := write(jordan + "/" + ce.NewUUID() + ".unfinished")
		foreign := write("backups/2026.tar")
		unknown := write(ce.NewUUID() + "/" + ce.NewUUID()) // of another database
		sweep := func(want int) {
			t.Helper()
			if removed, err := a.tracker.SweepFiles(t.Context()); err != nil || removed != want {
				t.Errorf("removed %d, want %d: %v", removed, want, err)
			}
		}
		a.clock.Set(time.Now().Add(23 * time.Hour)) // files are as old as they are, whatever the test's clock says
		sweep(0)
		a.clock.Set(time.Now().Add(25 * time.Hour))
		sweep(2)
		keys := a.kept(t)
		for _, gone := range []string{orphan, unfinished} {
			if slices.Contains(keys, gone) {
				t.Error("still there:", gone)
			}
		}
		for _, stays := range []string{foreign, unknown} {
			if !slices.Contains(keys, stays) {
				t.Error("gone:", stays)
			}
		}
		a.renew(t)
		if len(keys) != 3 || len(a.evidenceIDs(t, "jordan")) != 1 {
			t.Error("left are", keys)
		}

		// The fact was removed, and then the process died before the content.
		id := ce.EvidenceID(file["id"].(string))
		if err := store.Professional(ce.ProfessionalID(jordan)).Evidence().Remove(t.Context(), id, a.clock.Now(), func(ce.Evidence) error { return nil }); err != nil {
			t.Fatal(err)
		}
		sweep(1)
		a.wantKept(t, "not ours", 2)
	})
}

// A credit was deleted, and then the process died before its evidence was detached: the refresh that is left to do does that, too.
func TestEvidenceOfACreditThatWasDeletedHalfway(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		a.logCredits(t, "jordan", uuid(1), uuid(2))
		both := a.uploaded(t, "jordan", "x.pdf", aPDF, uuid(1))["id"].(string)
		a.mutate(t, "jordan", `attachEvidence(input: {id: "`+both+`", creditId: "`+uuid(2)+`"}) { evidence { id } }`)
		a.uploaded(t, "jordan", "y.pdf", aPNG, uuid(1))
		handle := store.Professional(ce.ProfessionalID(a.person(t, "jordan").id))
		if err := handle.Credits().Remove(t.Context(), ce.CreditID(uuid(1)), a.clock.Now(), func(ce.Credit) error { return nil }); err != nil {
			t.Fatal(err)
		}
		a.wantKept(t, "died", 2)
		if err := a.tracker.Sweep(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if ids := a.evidenceIDs(t, "jordan"); len(ids) != 1 || ids[0] != both {
			t.Error("left is", ids)
		}
		a.wantKept(t, "finished", 1)
		_, answer := a.ask(t, "jordan", `{ node(id: "`+both+`") { ... on Evidence { credits { id } } } }`, nil)
		if credits := at(t, answer, "data", "node", "credits").([]any); len(credits) != 1 {
			t.Error(indented(answer))
		}
	})
}

// A content that is gone comes back with the file.
func TestUploadHealsALostFile(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		file := a.uploaded(t, "jordan", "x.pdf", aPDF, "")
		for _, key := range a.kept(t) {
			if err := a.files.Remove(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
		response, err := http.Get(file["url"].(string))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Error("a lost file has status", response.StatusCode)
		}
		again := a.uploaded(t, "jordan", "x.pdf", aPDF, "")
		response, err = http.Get(again["url"].(string))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if again["id"] != file["id"] || response.StatusCode != http.StatusOK {
			t.Error("again it has status", response.StatusCode)
		}
		a.wantKept(t, "once", 1)
	})
}

func TestErasureRemovesFiles(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		link := a.uploaded(t, "jordan", "x.pdf", aPDF, "")["url"].(string)
		a.uploaded(t, "jordan", "y.png", aPNG, "")
		a.uploaded(t, "sam", "x.pdf", aPDF, "")
		jordan := a.person(t, "jordan").id
		a.mutate(t, "jordan", `deleteAccount(input: {confirm: true, password: "`+passwordOf("jordan")+`"}) { deletedProfessionalId }`)
		a.wantKept(t, "the other's", 1)
		response, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Error("a link to what was erased has status", response.StatusCode)
		}
		// One whose files could not be reached then is looked after later, whatever their age.
		if err := a.files.Write(t.Context(), jordan+"/"+ce.NewUUID(), ce.MediaPDF, strings.NewReader(aPDF)); err != nil {
			t.Fatal(err)
		}
		a.clock.Set(time.Now().Add(time.Second))
		if removed, err := a.tracker.SweepFiles(t.Context()); err != nil || removed != 1 {
			t.Errorf("removed %d: %v", removed, err)
		}
		a.wantKept(t, "the other's still", 1)
	})
}

func TestEvidenceList(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		if ids := a.evidenceIDs(t, "jordan"); len(ids) != 0 {
			t.Error("at first", ids)
		}
		var want []string
		begun := a.clock.Now()
		for i := range 5 {
			a.clock.Set(begun.Add(time.Duration(i) * time.Second))
			want = append(want, a.uploaded(t, "jordan", "x.pdf", fmt.Sprint(aPDF, i), "")["id"].(string))
		}
		slices.Reverse(want)
		var got []string
		after := "null"
		for range 3 {
			_, answer := a.ask(t, "jordan", `{ me { evidence(first: 2, after: `+after+`) { edges { node { id } } pageInfo { endCursor hasNextPage } } } }`, nil)
			for _, edge := range at(t, answer, "data", "me", "evidence", "edges").([]any) {
				got = append(got, at(t, edge, "node", "id").(string))
			}
			after = `"` + at(t, answer, "data", "me", "evidence", "pageInfo", "endCursor").(string) + `"`
			if more := at(t, answer, "data", "me", "evidence", "pageInfo", "hasNextPage").(bool); more != (len(got) < 5) {
				t.Error("more is", more, "after", len(got))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("listed %v, want %v", got, want)
		}
	})
}

func TestServerWithoutFiles(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	a.tracker.Keep(nil, testEvidence.limits())
	status, answer := a.put(t, "jordan", "", strings.NewReader(aPDF))
	if status != http.StatusForbidden || codeOf(t, answer) != "FORBIDDEN" {
		t.Error(status, indented(answer))
	}
	if ids := a.evidenceIDs(t, "jordan"); len(ids) != 0 {
		t.Error(ids)
	}
}
