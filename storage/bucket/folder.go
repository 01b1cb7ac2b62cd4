package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"accrue/ce"
	"accrue/storage"
)

// Folder is a storage.Files in a folder of this machine. A key's slashes lead through folders, which stay when they are empty.
type Folder struct {
	root *os.Root
}

var _ storage.Files = (*Folder)(nil)

// OpenFolder opens the folder and makes it when it is absent. Only the owner of the process may look into what is made.
func OpenFolder(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("the folder for files cannot be made: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("the folder for files cannot be opened: %w", err)
	}
	return &Folder{root}, nil
}

// unfinished is what the name of a content ends with while it is written. What a dead process left of one is listed like any other.
const unfinished = ".unfinished"

// Write implements storage.Files. The content takes its name when all of it is on the disk.
func (f *Folder) Write(ctx context.Context, key string, _ ce.MediaType, content io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := filepath.FromSlash(key)
	if err := f.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := f.root.OpenFile(name+unfinished, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, reader{ctx, content})
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = f.root.Rename(name+unfinished, name)
	}
	if err != nil {
		return errors.Join(err, f.remove(name+unfinished))
	}
	// The names, too, must survive a power cut: the content's in its folder, and the folder's.
	return errors.Join(f.flush(filepath.Dir(name)), f.flush("."))
}

func (f *Folder) flush(folder string) error {
	opened, err := f.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

// Open implements storage.Files.
func (f *Folder) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := f.root.Open(filepath.FromSlash(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, storage.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Remove implements storage.Files.
func (f *Folder) Remove(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return f.remove(filepath.FromSlash(key))
}

func (f *Folder) remove(name string) error {
	if err := f.root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// List implements storage.Files. It walks through the folder to which the prefix leads.
func (f *Folder) List(ctx context.Context, prefix string, visit func(storage.FileInfo) error) error {
	start := "."
	if i := strings.LastIndexByte(prefix, '/'); i > 0 {
		start = prefix[:i]
	}
	return fs.WalkDir(f.root.FS(), start, func(key string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed meanwhile, or never there
			return nil
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasPrefix(key, prefix):
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return visit(storage.FileInfo{Key: key, WrittenAt: info.ModTime()})
	})
}

// Close implements storage.Files.
func (f *Folder) Close() error { return f.root.Close() }
