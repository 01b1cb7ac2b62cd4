package read

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"runtime"
	"sync"
	"time"

	"accrue/ce"
	"accrue/scan"
)

// Options are the settings of a reader. The zero value has a sensible one for each.
type Options struct {
	MaxBytes  int64         // of a file; 0 means 20 MiB
	MaxPages  int           // of a PDF; 0 means 20
	MaxPixels int           // of a picture; 0 means 50 million. Formats that need much memory for a pixel get fewer
	PageTime  time.Duration // for one page; 0 means 20 seconds. What a page has when OCR's time is over is its result
	FileTime  time.Duration // for all of a file; 0 means 60 seconds
	Workers   int           // files read at once, others wait; 0 means one for each processor

	// Languages are those that OCR expects, best first, as Tesseract names them; empty means eng.
	Languages []string
	// Tesseract and HEIFConvert are the programs; empty means those in the PATH.
	Tesseract, HEIFConvert string

	// CacheDir is a folder for the compiled reader of PDFs, which makes the first PDF after a start faster by
	// seconds. It is made when it is missing, and done without where it cannot be. Code in it is run: nobody else may
	// write there. Empty means none.
	CacheDir string
}

func (o *Options) complete() error {
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"MaxBytes", o.MaxBytes},
		{"MaxPages", int64(o.MaxPages)},
		{"MaxPixels", int64(o.MaxPixels)},
		{"PageTime", int64(o.PageTime)},
		{"FileTime", int64(o.FileTime)},
		{"Workers", int64(o.Workers)},
	} {
		if limit.value < 0 {
			return fmt.Errorf("%s must not be below 0", limit.name)
		}
	}
	setDefault(&o.MaxBytes, 20<<20)
	setDefault(&o.MaxPages, 20)
	setDefault(&o.MaxPixels, 50_000_000)
	setDefault(&o.PageTime, 20*time.Second)
	setDefault(&o.FileTime, time.Minute)
	setDefault(&o.Workers, runtime.GOMAXPROCS(0))
	if len(o.Languages) == 0 {
		o.Languages = []string{"eng"}
	}
	if o.MaxBytes > math.MaxInt32 {
		return errors.New("MaxBytes must be below 2 GiB")
	}
	return nil
}

func setDefault[T comparable](setting *T, value T) {
	var zero T
	if *setting == zero {
		*setting = value
	}
}

// Reader reads files. Its methods may be called at once by many.
type Reader struct {
	options   Options
	tesseract tesseract
	heif      heif
	pdf       pdf
	slots     chan struct{} // one for each file that is being read
	decoding  sync.Mutex    // pictures are decoded one at a time, since that takes the most memory

	closing context.Context // ends when Close is called
	end     context.CancelFunc
}

// New returns a reader. It looks for Tesseract, its languages, and heif-convert; [Reader.Programs] says what was found.
// PDFium is made ready when the first PDF comes. An error means that an option cannot be.
func New(options Options) (*Reader, error) {
	if err := options.complete(); err != nil {
		return nil, err
	}
	ocr, err := findTesseract(options.Tesseract, options.Languages)
	if err != nil {
		return nil, err
	}
	closing, end := context.WithCancel(context.Background())
	return &Reader{
		options:   options,
		tesseract: ocr,
		heif:      findHEIF(options.HEIFConvert),
		pdf:       pdf{cacheDir: options.CacheDir, workers: options.Workers},
		slots:     make(chan struct{}, options.Workers),
		closing:   closing,
		end:       end,
	}, nil
}

// Program is a program that a reader uses and does without where it is missing.
type Program struct {
	Name    string // "Tesseract", "heif-convert"
	Purpose string // what cannot be read without it
	Missing string // how to get it, or why it cannot be used; empty when it is there
}

// Programs says which programs the reader found when it was made, always in the same order.
func (r *Reader) Programs() []Program {
	return []Program{
		{Name: "Tesseract", Purpose: "text in pictures and in scanned PDFs", Missing: r.tesseract.missing},
		{Name: "heif-convert", Purpose: "HEIC pictures", Missing: r.heif.missing},
	}
}

// Close ends what is being read, waits for that, and frees what the reader holds. Reading after it gives [ErrClosed].
func (r *Reader) Close() error {
	if r.closing.Err() != nil {
		return nil
	}
	r.end()
	for range cap(r.slots) {
		r.slots <- struct{}{}
	}
	return r.pdf.close()
}

// Read returns the text and the codes of each page of a file of so many bytes. Where nothing is written, or only OCR
// could read it and there is none, pages have no readings.
//
// It waits while Options.Workers other files are being read. Errors: an [*Error] that says why this file is not read,
// [ErrClosed], the error of ctx, or that of file.
func (r *Reader) Read(ctx context.Context, file io.ReaderAt, size int64) (scan.Document, error) {
	var document scan.Document
	err := r.use(ctx, file, size, func(ctx context.Context, bytes []byte, k ce.MediaType) (err error) {
		if k == ce.MediaPDF {
			document, err = r.readPDF(ctx, bytes)
			return err
		}
		picture, err := r.decode(ctx, bytes, k, ocrSide)
		if err == nil {
			page := scan.Page{Width: float64(picture.Rect.Dx()), Height: float64(picture.Rect.Dy())}
			err = r.recognise(ctx, picture, &page)
			document.Pages = []scan.Page{page}
		}
		return err
	})
	if err != nil {
		return scan.Document{}, err
	}
	for i := range document.Pages {
		page := &document.Pages[i]
		// Empty lists, not absent ones, also as JSON.
		page.Readings = append([]scan.Reading{}, page.Readings...)
		page.Codes = append([]scan.Code{}, page.Codes...)
	}
	return document, nil
}

// Image returns a picture of a page, counted from 0, as its file shows it, turned clockwise by turn quarter turns
// (see scan.Page.Turn). No side is longer than maxSide, which may be 16 to 4,096 pixels; small pictures are not
// enlarged. It is opaque, on white. Errors are those of [Reader.Read], and NO_SUCH_PAGE.
func (r *Reader) Image(ctx context.Context, file io.ReaderAt, size int64, page, turn, maxSide int) (image.Image, error) {
	if maxSide < 16 || maxSide > 4096 {
		return nil, fmt.Errorf("no image has sides of %d pixels at most", maxSide)
	}
	var picture *image.RGBA
	err := r.use(ctx, file, size, func(ctx context.Context, bytes []byte, k ce.MediaType) (err error) {
		switch {
		case k == ce.MediaPDF:
			picture, err = r.renderPDF(ctx, bytes, page, maxSide)
		case page != 0:
			err = noSuchPage()
		default:
			picture, err = r.decode(ctx, bytes, k, maxSide)
		}
		if err == nil {
			picture = turned(picture, turn)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return picture, nil
}

func noSuchPage() *Error {
	return refuse(ReasonNoSuchPage, nil, "The file does not have this page.")
}

// errFileTime says that a file's time is over.
var errFileTime = errors.New("the time for a file is over")

// use calls do with the file's bytes and type, when its turn has come, with a context that ends with the file's time.
func (r *Reader) use(ctx context.Context, file io.ReaderAt, size int64, do func(context.Context, []byte, ce.MediaType) error) (err error) {
	if size > r.options.MaxBytes {
		return refuse(ReasonTooLarge, nil, "The file is too large: it may have %d MB at most.", r.options.MaxBytes/1e6)
	}
	if err := r.take(ctx); err != nil {
		return err
	}
	defer func() { <-r.slots }()

	bytes, err := io.ReadAll(io.NewSectionReader(file, 0, size))
	if err != nil {
		return err
	}
	k, err := mediaTypeOf(bytes)
	if err != nil {
		return err
	}
	if k == ce.MediaPDF {
		// Compiling PDFium is not of the file's time: who sends the first PDF after a start is not to blame for it.
		if _, err := r.pdf.start(ctx); err != nil {
			return err
		}
	}
	limited, cancel := context.WithTimeoutCause(ctx, r.options.FileTime, errFileTime)
	defer cancel()
	defer context.AfterFunc(r.closing, cancel)()
	defer func() {
		// The decoders are libraries of others: a file must not end the server.
		if panicked := recover(); panicked != nil {
			err = damaged(fmt.Errorf("panic: %v", panicked))
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			err = ctx.Err()
		case r.closing.Err() != nil:
			err = ErrClosed
		case limited.Err() != nil:
			err = tooComplex(context.Cause(limited))
		}
	}()
	return do(limited, bytes, k)
}

// take waits for a slot.
func (r *Reader) take(ctx context.Context) error {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-r.closing.Done():
		return ErrClosed
	}
	if r.closing.Err() != nil { // both were ready
		<-r.slots
		return ErrClosed
	}
	return nil
}
