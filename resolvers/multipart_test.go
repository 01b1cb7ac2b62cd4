package resolvers

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"os"
	"strings"
	"testing"
)

// Whatever form arrives, it is read or refused, within its limits, and no file stays on the disk.
func FuzzForm(f *testing.F) {
	const begin = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n"
	whole := begin + `{"variables": {"input": {"file": null}, "list": [null]}}` + "\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n" +
		`{"0": ["variables.input.file", "variables.list.0"]}` + "\r\n--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a.pdf\"\r\n\r\n%PDF-\r\n--x--\r\n"
	f.Add(whole)
	f.Add(strings.Replace(whole, "variables.list.0", "variables.list.-1", 1))
	f.Add(strings.Replace(whole, "variables.list.0", "variables..", 1))
	f.Add(strings.Replace(whole, "%PDF-", strings.Repeat("x", 200), 1))
	f.Add(whole[:len(whole)-20])
	f.Add(begin)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		t.Setenv("TMPDIR", dir)
		form := form{parts: multipart.NewReader(strings.NewReader(text), "x"), left: 1000, file: 100}
		operations, err := form.read()
		if err == nil {
			var request struct{ Variables map[string]any }
			if json.NewDecoder(bytes.NewReader(operations)).Decode(&request) == nil {
				form.came.put(request.Variables)
			}
		}
		for _, file := range form.came {
			if file.size > 100 {
				t.Errorf("a file of %d bytes", file.size)
			}
		}
		form.came.close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Error("left on the disk:", left, err)
		}
	})
}
