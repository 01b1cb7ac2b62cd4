package ce

import "testing"

// Whatever a file begins with, its type is told without reading past it, and only one that is taken.
func FuzzMediaTypeOf(f *testing.F) {
	for _, start := range []string{
		"", "%PDF-1.7", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF\x00\x00\x00\x00WEBP", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
		"\xff\xff\xff\xffftypmif1", "\x00\x00\x00\x08ftyp", "<!doctype html>",
	} {
		f.Add(start)
	}
	f.Fuzz(func(t *testing.T, start string) {
		mediaType := MediaTypeOf(start)
		if len(start) < 3 && mediaType != "" || mediaType != MediaTypeOf(start+"\x00") && mediaType != "" {
			t.Errorf("%q is %q", start, mediaType)
		}
	})
}
