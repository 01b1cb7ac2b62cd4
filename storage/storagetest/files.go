package storagetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// RunFiles checks the files that open returns against the contract. Open is called once; the place may hold other contents, since all
// that RunFiles writes has new keys. It does not close the files.
func RunFiles(t *testing.T, open func(t *testing.T) storage.Files) {
	files := open(t)
	read := func(t *testing.T, key string) []byte {
		t.Helper()
		content, err := files.Open(t.Context(), key)
		succeed(t, err)
		text, err := io.ReadAll(content)
		succeed(t, err)
		succeed(t, content.Close())
		return text
	}
	list := func(t *testing.T, prefix string) (keys []string) {
		t.Helper()
		succeed(t, files.List(t.Context(), prefix, func(file storage.FileInfo) error {
			if age := time.Since(file.WrittenAt); age < -time.Minute || age > time.Hour {
				t.Errorf("%s was written %s ago", file.Key, age)
			}
			keys = append(keys, file.Key)
			return nil
		}))
		return keys
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 800_000) // more than one part of an upload has

	t.Run("write, read, remove", func(t *testing.T) {
		for _, content := range [][]byte{[]byte("small"), large} {
			key := ce.NewUUID() + "/" + ce.NewUUID()
			_, err := files.Open(t.Context(), key)
			fails(t, "before", err, storage.ErrNotFound)
			succeed(t, files.Write(t.Context(), key, ce.MediaPDF, bytes.NewReader(content)))
			if !bytes.Equal(read(t, key), content) {
				t.Errorf("%d bytes are not read as they were written", len(content))
			}
			for range 2 {
				succeed(t, files.Remove(t.Context(), key))
			}
			_, err = files.Open(t.Context(), key)
			fails(t, "removed", err, storage.ErrNotFound)
		}
	})
	t.Run("seek", func(t *testing.T) {
		key := ce.NewUUID() + "/" + ce.NewUUID()
		succeed(t, files.Write(t.Context(), key, ce.MediaPDF, bytes.NewReader(large)))
		content, err := files.Open(t.Context(), key)
		succeed(t, err)
		size, err := content.Seek(0, io.SeekEnd)
		succeed(t, err)
		same(t, "size", size, int64(len(large)), nil)
		for _, at := range []int64{5, 0, size - 3} {
			_, err = content.Seek(at, io.SeekStart)
			succeed(t, err)
			part := make([]byte, 3)
			_, err = io.ReadFull(content, part)
			succeed(t, err)
			same(t, "part", string(part), string(large[at:at+3]), nil)
		}
		if n, err := content.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("after the end %d bytes, %v", n, err)
		}
		succeed(t, content.Close())
	})
	t.Run("what is cut off is not kept", func(t *testing.T) {
		cut := errors.New("cut off")
		for _, before := range []int{0, 100, len(large)} {
			folder := ce.NewUUID() + "/"
			err := files.Write(t.Context(), folder+"a", ce.MediaPDF, io.MultiReader(bytes.NewReader(large[:before]), iotest.ErrReader(cut)))
			fails(t, "Write", err, cut)
			ctx, cancel := context.WithCancel(t.Context())
			content := io.MultiReader(bytes.NewReader(large[:before]), readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF }))
			if before > 0 {
				if err := files.Write(ctx, folder+"b", ce.MediaPDF, io.MultiReader(content, strings.NewReader("x"))); !errors.Is(err, context.Canceled) {
					t.Errorf("a context that ends: %v", err)
				}
			}
			cancel()
			same(t, "keys", list(t, folder), []string(nil), loose)
			_, err = files.Open(t.Context(), folder+"a")
			fails(t, "Open", err, storage.ErrNotFound)
		}
	})
	t.Run("list", func(t *testing.T) {
		one, other := ce.NewUUID()+"/", ce.NewUUID()+"/"
		same(t, "nothing", list(t, one), []string(nil), loose)
		var want []string
		for _, name := range []string{"b", "a", "c"} {
			succeed(t, files.Write(t.Context(), one+name, ce.MediaPNG, strings.NewReader("x")))
			succeed(t, files.Write(t.Context(), other+name, ce.MediaPNG, strings.NewReader("x")))
			want = append(want, one+name)
		}
		slices.Sort(want)
		same(t, "listed", list(t, one), want, nil)
		all := list(t, "")
		if !slices.IsSorted(all) || !slices.Contains(all, other+"a") || !slices.Contains(all, one+"c") {
			t.Errorf("all are %v", all)
		}
		stop := errors.New("stop")
		seen := 0
		err := files.List(t.Context(), one, func(storage.FileInfo) error { seen++; return stop })
		fails(t, "stopped", err, stop)
		same(t, "seen", seen, 1, nil)
		succeed(t, files.List(t.Context(), one, func(file storage.FileInfo) error { return files.Remove(t.Context(), file.Key) }))
		same(t, "removed while they were listed", list(t, one), []string(nil), loose)
	})
	t.Run("at once", func(t *testing.T) {
		folder := ce.NewUUID() + "/"
		together(writers, func(i int) {
			key := folder + string(rune('a'+i))
			if err := files.Write(t.Context(), key, ce.MediaPDF, strings.NewReader(key)); err != nil {
				t.Error(err)
			}
		})
		for _, key := range list(t, folder) {
			same(t, key, string(read(t, key)), key, nil)
		}
		same(t, "keys", len(list(t, folder)), writers, nil)
	})
	t.Run("cancelled", func(t *testing.T) {
		key := ce.NewUUID() + "/" + ce.NewUUID()
		succeed(t, files.Write(t.Context(), key, ce.MediaPDF, strings.NewReader("x")))
		over, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range map[string]func() error{
			"Write":  func() error { return files.Write(over, key, ce.MediaPDF, strings.NewReader("never")) },
			"Open":   func() error { _, err := files.Open(over, key); return err },
			"Remove": func() error { return files.Remove(over, key) },
			"List":   func() error { return files.List(over, "", func(storage.FileInfo) error { return nil }) },
		} {
			fails(t, name, call(), context.Canceled)
		}
		same(t, "content", string(read(t, key)), "x", nil)
	})
}

type readerFunc func([]byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
