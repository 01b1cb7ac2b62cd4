package read

import (
	"context"
	"errors"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// pdfiumMemory bounds the memory of one PDF, in pages of WebAssembly: 192 MiB.
const pdfiumMemory = 192 << 20 >> 16

// pdf is PDFium, compiled when the first PDF comes.
type pdf struct {
	cacheDir string
	workers  int

	lock    sync.Mutex
	started *pdfiumStart
}

// pdfiumStart is one try to start PDFium; its fields may be read when done is closed.
type pdfiumStart struct {
	done  chan struct{}
	pool  pdfium.Pool
	cache wazero.CompilationCache
	err   error

	opening sync.Mutex // one instance is made at a time
	parent  handover
}

// handover is the context from which the pool derives those of its instances. While an instance is made, it is the context of the
// instance's file, so that the instance ends with it. (Killing an instance that is at work is a data race in the pool.)
type handover struct {
	lock    sync.Mutex
	current context.Context
}

func (h *handover) give(ctx context.Context) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.current = ctx
}

func (h *handover) get() context.Context {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.current
}

func (h *handover) Deadline() (time.Time, bool) { return h.get().Deadline() }
func (h *handover) Done() <-chan struct{}       { return h.get().Done() }
func (h *handover) Err() error                  { return h.get().Err() }
func (h *handover) Value(key any) any           { return h.get().Value(key) }

// instance returns an instance that ends with ctx.
func (s *pdfiumStart) instance(ctx context.Context) (pdfium.Pdfium, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.parent.give(ctx)
	defer s.parent.give(context.Background())
	return s.pool.GetInstanceWithContext(ctx)
}

// start returns PDFium. Compiling takes seconds and goes on when ctx ends, for those who come later; after a failure the next
// caller tries again.
func (p *pdf) start(ctx context.Context) (*pdfiumStart, error) {
	p.lock.Lock()
	s := p.started
	if s == nil {
		s = &pdfiumStart{done: make(chan struct{})}
		p.started = s
		go func() {
			defer close(s.done)
			if s.err = s.compile(p.cacheDir, p.workers); s.err != nil {
				p.lock.Lock()
				p.started = nil
				p.lock.Unlock()
			}
		}()
	}
	p.lock.Unlock()
	select {
	case <-s.done:
		return s, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *pdfiumStart) compile(cacheDir string, workers int) error {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling). // PDFium's setjmp needs it
		WithMemoryLimitPages(pdfiumMemory).
		// Loops ask whether they may go on. That costs half of the speed and more, and is what lets a file be given up, and
		// Go's collector stop the world while a page is drawn.
		WithCloseOnContextDone(true)
	if cacheDir != "" {
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			s.cache = cache
			config = config.WithCompilationCache(cache)
		}
	}
	var err error
	s.parent.give(context.Background())
	s.pool, err = webassembly.Init(webassembly.Config{
		Context:       &s.parent,
		MaxTotal:      workers,
		FSConfig:      wazero.NewFSConfig(), // the library's default is the whole file system
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	debug.FreeOSMemory() // of compiling, about 300 MB
	return err
}

func (p *pdf) close() error {
	p.lock.Lock()
	s := p.started
	p.lock.Unlock()
	if s == nil {
		return nil
	}
	<-s.done
	if s.err != nil {
		return nil
	}
	err := s.pool.Close()
	if s.cache != nil {
		err = errors.Join(err, s.cache.Close(context.Background()))
	}
	return err
}

// pdfFile is an open PDF in an instance of PDFium of its own, so that nothing of it is left for the next.
type pdfFile struct {
	pdfium.Pdfium
	document references.FPDF_DOCUMENT
	pages    int
	end      context.CancelFunc // ends the instance, whatever it is doing; later calls on it fail
}

// open opens a PDF, which ends with ctx. Close it.
func (r *Reader) open(ctx context.Context, file []byte) (*pdfFile, error) {
	started, err := r.pdf.start(ctx)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	instance, err := started.instance(ctx)
	if err != nil {
		end()
		return nil, err
	}
	f := &pdfFile{Pdfium: instance, end: end}

	opened, err := f.OpenDocument(&requests.OpenDocument{File: &file})
	if err != nil {
		f.close()
		return nil, refusal(err)
	}
	f.document = opened.Document
	count, err := f.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: f.document})
	if err != nil {
		f.close()
		return nil, refusal(err)
	}
	f.pages = count.PageCount
	switch {
	case f.pages <= 0:
		err = refuse(ReasonEmpty, nil, "The PDF has no pages.")
	case f.pages > r.options.MaxPages:
		err = refuse(ReasonTooManyPages, nil, "The PDF has %d pages and may have %d. Please send only those of the certificate.", f.pages, r.options.MaxPages)
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// close frees the instance. It is killed, since closing a document in order would run code over what the file has made of it.
func (f *pdfFile) close() {
	f.end()
	_ = f.Kill()
}

// refusal says what an error of PDFium means for the file.
func refusal(err error) *Error {
	for _, encrypted := range []error{pdfiumerrors.ErrPassword, pdfiumerrors.ErrSecurity} {
		if errors.Is(err, encrypted) {
			return refuse(ReasonEncrypted, err, "The PDF is protected by a password. Please send it without one, or a photo of the certificate.")
		}
	}
	for _, broken := range []error{pdfiumerrors.ErrFile, pdfiumerrors.ErrFormat, pdfiumerrors.ErrPage, pdfiumerrors.ErrUnknown, pdfiumerrors.ErrSuccess, pdfiumerrors.ErrUnexpected} {
		if errors.Is(err, broken) {
			return damaged(err)
		}
	}
	return tooComplex(err) // the sandbox stopped it: memory, or time
}
