package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/read"
)

// Scanning says how evidence is read.
type Scanning struct {
	OCRLanguages []string `name:"ocr-languages" env:"ACCRUE_OCR_LANGUAGES" default:"eng" help:"Languages of certificates as Tesseract names them, most frequent first, such as eng,spa."`
	MaxPages     int      `name:"max-pages" env:"ACCRUE_MAX_PAGES" default:"20" help:"Pages of a file that is read, at most 100."`
}

// options are those of a reader of evidence. The compiled reader of PDFs is kept in the user's cache folder, where there is one.
func (s *Scanning) options() read.Options {
	options := read.Options{Languages: s.OCRLanguages, MaxPages: s.MaxPages}
	if cache, err := os.UserCacheDir(); err == nil {
		options.CacheDir = filepath.Join(cache, "accrue", "pdfium")
	}
	return options
}

// Validate implements kong's check after parsing.
func (s *Scanning) Validate() error {
	if s.MaxPages < 1 || s.MaxPages > 100 {
		return errors.New("--max-pages must be 1 to 100")
	}
	return nil
}

// scanCommand is about what is read in certificates.
type scanCommand struct {
	Files  scanFilesCommand  `cmd:"" default:"withargs" help:"Show what can be read in certificates, from files and without a server (the default)."`
	Report scanReportCommand `cmd:"" help:"Show how often people kept, corrected or filled in what was read in their certificates; while the server runs or not."`
}

// scanFilesCommand reads evidence from files, without a server.
type scanFilesCommand struct {
	Scanning
	Files []string `arg:"" name:"file" help:"PDFs or pictures of certificates: JPEG, PNG, WebP or HEIC."`
	Name  string   `help:"Name of the person whose certificates they are, to be compared with the participant's."`
	Text  bool     `help:"Print all text and codes that can be read, instead of what they say; with --json, beside it."`
	JSON  bool     `name:"json" help:"Print JSON instead of a text: one file a line, in the order given, with a scan for each certificate in it."`
}

// Run prints what each certificate in each file says of an activity, with the confidence of each field. Files that cannot be read do not stop the others, and make the command fail.
func (c *scanFilesCommand) Run(ctx context.Context) error {
	reader, err := read.New(c.options())
	if err != nil {
		return err
	}
	for _, program := range reader.Programs() {
		if program.Missing != "" {
			fmt.Fprintf(os.Stderr, "Without %s no %s: %s\n", program.Name, program.Purpose, program.Missing)
		}
	}
	failed := 0
	for _, name := range c.Files {
		document, err := readFile(ctx, reader, name)
		if err == nil {
			err = c.print(name, &document)
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), reader.Close())
		}
		if err != nil {
			failed++
			fmt.Fprintln(os.Stderr, fileProblem(name, err))
		}
	}
	if err := reader.Close(); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be read", failed, len(c.Files))
	}
	return nil
}

// fileProblem says what is wrong with a file in one line.
func fileProblem(name string, err error) string {
	var shown *ce.Error
	var path *os.PathError
	switch {
	case errors.As(err, &shown):
		return name + ": " + shown.Text
	case errors.As(err, &path):
		return path.Error() // names the file
	}
	return name + ": " + err.Error()
}

func readFile(ctx context.Context, reader *read.Reader, name string) (scan.Document, error) {
	file, err := os.Open(name)
	if err != nil {
		return scan.Document{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return scan.Document{}, err
	}
	if !info.Mode().IsRegular() {
		return scan.Document{}, errors.New("not a file")
	}
	return reader.Read(ctx, file, info.Size())
}

// print writes what one file says.
func (c *scanFilesCommand) print(name string, document *scan.Document) error {
	if c.Text && !c.JSON {
		return printDocument(os.Stdout, name, document)
	}
	found := scan.Recognize(*document, scan.Options{Name: c.Name, Today: ce.LatestDate(time.Now())})
	if !c.JSON {
		return printScans(os.Stdout, name, found)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if !c.Text {
		document = nil
	}
	return encoder.Encode(struct {
		File  string      `json:"file"`
		Scans []scan.Scan `json:"scans"`
		*scan.Document
	}{name, found, document})
}

// printDocument writes the lines of each reading and the codes, page by page.
func printDocument(w io.Writer, name string, document *scan.Document) error {
	var text strings.Builder
	for i, page := range document.Pages {
		fmt.Fprintf(&text, "%s, page %d of %d\n", name, i+1, len(document.Pages))
		if len(page.Readings) == 0 {
			text.WriteString("  no text\n")
		}
		for _, reading := range page.Readings {
			fmt.Fprintf(&text, "  %s\n", reading.Source)
			for start := 0; start < len(reading.Words); {
				end := start
				text.WriteString("   ")
				for ; end < len(reading.Words) && reading.Words[end].Line == reading.Words[start].Line; end++ {
					text.WriteString(" " + reading.Words[end].Text)
				}
				text.WriteString("\n")
				start = end
			}
		}
		for _, code := range page.Codes {
			fmt.Fprintf(&text, "  %s %q\n", code.Kind, code.Text)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
