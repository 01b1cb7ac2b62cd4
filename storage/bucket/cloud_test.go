package bucket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"google.golang.org/api/option"

	"accrue/storage"
	"accrue/storage/storagetest"
)

func TestS3(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "a-key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
	open := func(bucket string) (storage.Files, error) {
		return openS3(t.Context(), bucket, "eu-central-1", server.URL, server.Client().Transport)
	}
	storagetest.RunFiles(t, func(t *testing.T) storage.Files {
		files, err := open("files")
		if err != nil {
			t.Fatal(err)
		}
		return files
	})
	if _, err := open("others"); err == nil || !strings.Contains(err.Error(), "none of that name") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

func TestGoogle(t *testing.T) {
	cloud := &cloud{contents: map[string][]byte{}, parts: map[string]*part{}}
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	open := func(bucket string) (storage.Files, error) {
		return openGoogle(t.Context(), bucket, option.WithEndpoint(server.URL+"/storage/v1/"), option.WithoutAuthentication())
	}
	storagetest.RunFiles(t, func(t *testing.T) storage.Files {
		files, err := open("files")
		if err != nil {
			t.Fatal(err)
		}
		return files
	})
	if _, err := open("others"); err == nil || !strings.Contains(err.Error(), "cannot be used") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

// cloud is as much of Google Cloud Storage's JSON API as the server uses, with one bucket, files:
// https://docs.cloud.google.com/storage/docs/json_api/v1
type cloud struct {
	mu       sync.Mutex
	contents map[string][]byte
	parts    map[string]*part // of uploads that come in several requests
}

type part struct {
	name    string
	content []byte
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut off
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name, isObject := strings.CutPrefix(r.URL.Path, "/storage/v1/b/files/o/")
	content, there := c.contents[name]
	switch query := r.URL.Query(); {
	case strings.HasPrefix(r.URL.Path, "/upload/storage/v1/b/files/o"):
		c.upload(w, r, body)
	case r.URL.Path == "/storage/v1/b/files/o" && r.Method == http.MethodGet:
		c.list(w, query.Get("prefix"), query.Get("pageToken"))
	case !isObject || !there:
		http.Error(w, `{"error": {"code": 404}}`, http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(c.contents, name)
		w.WriteHeader(http.StatusNoContent)
	case query.Get("alt") == "media":
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	default:
		c.write(w, map[string]any{"name": name, "size": strconv.Itoa(len(content))})
	}
}

func (c *cloud) upload(w http.ResponseWriter, r *http.Request, body []byte) {
	var object struct{ Name string }
	switch query := r.URL.Query(); {
	case query.Get("upload_id") != "":
		upload := c.parts[query.Get("upload_id")]
		upload.content = append(upload.content, body...)
		if strings.HasSuffix(r.Header.Get("Content-Range"), "/*") {
			w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", len(upload.content)-1))
			w.Header().Set("X-Http-Status-Code-Override", "308")
			w.WriteHeader(http.StatusOK)
			return
		}
		c.contents[upload.name] = upload.content
	case query.Get("uploadType") == "resumable":
		if json.Unmarshal(body, &object) != nil {
			http.Error(w, "no object", http.StatusBadRequest)
			return
		}
		id := strconv.Itoa(len(c.parts))
		c.parts[id] = &part{name: object.Name}
		w.Header().Set("Location", "http://"+r.Host+r.URL.Path+"?uploadType=resumable&upload_id="+id)
		return
	default:
		_, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		form := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
		first, err := form.NextPart()
		if err == nil {
			err = json.NewDecoder(first).Decode(&object)
		}
		var content []byte
		if err == nil {
			if first, err = form.NextPart(); err == nil {
				content, err = io.ReadAll(first)
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		c.contents[object.Name] = content
	}
	c.write(w, map[string]any{"name": object.Name})
}

// list gives two objects a page.
func (c *cloud) list(w http.ResponseWriter, prefix, after string) {
	var items []any
	next := ""
	for _, name := range slices.Sorted(maps.Keys(c.contents)) {
		if !strings.HasPrefix(name, prefix) || name <= after {
			continue
		}
		if len(items) == 2 {
			next = items[1].(map[string]any)["name"].(string)
			break
		}
		items = append(items, map[string]any{"name": name, "updated": time.Now().UTC().Format(time.RFC3339Nano)})
	}
	c.write(w, map[string]any{"items": items, "nextPageToken": next})
}

func (c *cloud) write(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
