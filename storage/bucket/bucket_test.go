package bucket

import (
	"strings"
	"testing"

	"accrue/storage"
	"accrue/storage/storagetest"
)

func TestFolder(t *testing.T) {
	storagetest.RunFiles(t, func(t *testing.T) storage.Files {
		folder, err := OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := folder.Close(); err != nil {
				t.Error(err)
			}
		})
		return folder
	})
}

// A key never leads out of the folder.
func TestFolderKeepsWithin(t *testing.T) {
	folder, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	for _, key := range []string{"../out", "a/../../out", "/etc/passwd"} {
		if err := folder.Write(t.Context(), key, "", strings.NewReader("x")); err == nil {
			t.Errorf("%s was written", key)
		}
		if _, err := folder.Open(t.Context(), key); err == nil {
			t.Errorf("%s was read", key)
		}
	}
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]string{
		"file:///var/lib/accrue/files":                     "",
		"gs://bucket":                                      "",
		"s3://bucket":                                      "",
		"s3://bucket?region=eu-central-1":                  "",
		"s3://bucket?endpoint=https://s3.example.com:9000": "",
		"":                                    "must be an address",
		"files":                               "must be an address",
		"file://host/files":                   "must be an address",
		"file:files":                          "must be an address",
		"file:///files?x=1":                   "must be an address",
		"gs://":                               "must be an address",
		"gs://bucket/folder":                  "must be an address",
		"gs://bucket?region=x":                "must be an address",
		"s3://bucket?x=1":                     "must be an address",
		"s3://bucket#x":                       "must be an address",
		"s3://key:a-secret@bucket":            "must hold no credentials",
		"s3://bucket?endpoint=s3.example.com": "must name an endpoint",
		"s3://bucket?endpoint=https://key:a-secret@s3.example": "must name an endpoint",
		"https://bucket.example.com":                           "must be an address",
		"s3://%zz":                                             "must be an address",
	} {
		err := Check(address)
		switch {
		case err == nil && want != "", err != nil && (want == "" || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", address, err, want)
		case err != nil && strings.Contains(err.Error(), "a-secret"):
			t.Errorf("%q: %v says too much", address, err)
		}
	}
}
