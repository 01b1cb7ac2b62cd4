package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestCommands runs the scripts in testdata/commands with the built binary, whose folder is $BIN. In their folder are example-card and
// example-board in own, a program and its body that the catalog does not have: copies of the Georgia pharmacist's under other ids;
// long.yaml is too long; the PDFs are those of scan, each of several certificates, and of scan/read.
func TestCommands(t *testing.T) {
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/commands",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("BIN", filepath.Dir(file))
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			env.Setenv("PATH", filepath.Dir(file)+string(filepath.ListSeparator)+env.Getenv("PATH"))
			rename := strings.NewReplacer("us-ga-board-of-pharmacy", "example-board", "us-ga-pharmacist", "example-card", "Georgia pharmacist", "Example card")
			own := filepath.Join(env.WorkDir, "own")
			if err := os.MkdirAll(own, 0o755); err != nil {
				return err
			}
			for from, to := range map[string]string{
				"catalog/programs/us-ga-pharmacist.yaml":      "example-card.yaml",
				"catalog/bodies/us-ga-board-of-pharmacy.yaml": "example-board.yaml",
				"catalog/scenarios/us-ga-pharmacist.txt":      "example-card.txt",
			} {
				text, err := os.ReadFile(from)
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(own, to), []byte(rename.Replace(string(text))), 0o644); err != nil {
					return err
				}
			}
			for _, name := range []string{"read/testdata/certificate.pdf", "read/testdata/encrypted.pdf", "testdata/several/two-people.pdf", "testdata/several/one-person.pdf"} {
				content, err := os.ReadFile(filepath.Join("scan", name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, filepath.Base(name)), content, 0o644); err != nil {
					return err
				}
			}
			return os.WriteFile(filepath.Join(env.WorkDir, "long.yaml"), make([]byte, 300_000), 0o644)
		},
	})
}
