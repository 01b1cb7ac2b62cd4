package bucket

import (
	"context"
	"errors"
	"io"
)

// partSize is in which parts contents go to a cloud: as much as is in memory for each upload under way.
const partSize = 5 << 20

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// watched remembers why reading failed, so that it is told from what fails in a cloud.
type watched struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// or returns why reading failed or, where it did not, the other error.
func (w *watched) or(err error) error {
	if err != nil && w.err != nil {
		return w.err
	}
	return err
}

// ranged reads a content of a cloud from wherever it was sought to, and asks for it when it is read.
type ranged struct {
	size, at int64
	open     func(from int64) (io.ReadCloser, error)
	body     io.ReadCloser // nil until it is read
}

// Read implements io.Reader.
func (r *ranged) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.body == nil {
		body, err := r.open(r.at)
		if err != nil {
			return 0, err
		}
		r.body = body
	}
	n, err := r.body.Read(p)
	r.at += int64(n)
	if errors.Is(err, io.EOF) && r.at < r.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Seek implements io.Seeker.
func (r *ranged) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("bucket: sought to before the beginning")
	}
	if offset != r.at {
		if err := r.Close(); err != nil {
			return 0, err
		}
		r.at = offset
	}
	return offset, nil
}

// Close implements io.Closer.
func (r *ranged) Close() error {
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}
