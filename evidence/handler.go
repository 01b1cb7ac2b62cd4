package evidence

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/tracker"
)

// Pattern is where a [Handler] stands.
const Pattern = "/evidence/{link...}"

// Path is the path of the content that the link admits to.
func Path(link string) string { return "/evidence/" + link }

// served is how a type of file is served.
type served struct {
	extensions []string // of its names, the usual one first
	// inline files are shown by the browser itself, others saved.
	inline bool
	policy string
}

// Policies by which browsers let a file do nothing.
const (
	sandboxed = "default-src 'none'; sandbox"
	// Chromium shows no PDF in a sandbox. Its viewer and those of others run no script of a PDF as the page's.
	viewed = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
)

var types = map[ce.MediaType]served{
	ce.MediaPDF:  {[]string{".pdf"}, true, viewed},
	ce.MediaJPEG: {[]string{".jpg", ".jpeg", ".jpe", ".jfif"}, true, sandboxed},
	ce.MediaPNG:  {[]string{".png"}, true, sandboxed},
	ce.MediaWebP: {[]string{".webp"}, true, sandboxed},
	ce.MediaHEIC: {[]string{".heic", ".heif"}, true, sandboxed},
}

// Handler serves contents at Pattern, whole or in ranges, to GET and HEAD that need nothing but the address. What is unknown, too old or
// removed is 404 alike. Nothing between keeps it, and no link reaches the log. The limit is the time for one answer.
func Handler(tracker *tracker.Tracker, limit time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel, ok := begin(w, r, limit)
		if !ok {
			return
		}
		defer cancel()
		file, content, err := tracker.EvidenceContent(ctx, r.PathValue("link"))
		if err != nil {
			fail(ctx, w, err, log)
			return
		}
		defer func() { _ = content.Close() }()
		as := types[file.MediaType]
		header := w.Header()
		header.Set("Content-Type", contentType(&file))
		header.Set("Content-Disposition", disposition(&file))
		header.Set("Content-Security-Policy", cmp.Or(as.policy, sandboxed))
		private(header)
		http.ServeContent(w, r, "", time.Time{}, content)
	})
}

// begin refuses methods that do more than read, and bounds the time for one answer, which nobody on the way keeps.
func begin(w http.ResponseWriter, r *http.Request, limit time.Duration) (ctx context.Context, cancel context.CancelFunc, ok bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This address can only be read.", http.StatusMethodNotAllowed)
		return nil, nil, false
	}
	w.Header().Set("Cache-Control", "private, no-store")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(limit + 10*time.Second))
	ctx, cancel = context.WithTimeout(r.Context(), limit)
	return ctx, cancel, true
}

// private lets pages of any origin show the answer, since the link admits, in a frame of their own, too, and no search engine keep it.
func private(header http.Header) {
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Del("X-Frame-Options")
	header.Set("X-Robots-Tag", "noindex")
}

// contentType is the type that the file was found to be when it came; one that this server does not know is not to be shown.
func contentType(file *ce.Evidence) string {
	if _, ok := types[file.MediaType]; !ok {
		return "application/octet-stream"
	}
	return string(file.MediaType)
}

// disposition says whether the file is shown, and the name under which it is saved, which ends as its type does.
func disposition(file *ce.Evidence) string {
	as, name := types[file.MediaType], file.FileName
	if name == "" {
		name = "evidence"
	}
	if len(as.extensions) > 0 && !slices.Contains(as.extensions, strings.ToLower(path.Ext(name))) {
		name += as.extensions[0]
	}
	how := "attachment"
	if as.inline {
		how = "inline"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": name})
}

func fail(ctx context.Context, w http.ResponseWriter, err error, log *slog.Logger) {
	if ce.CodeOf(err) == ce.CodeNotFound {
		http.Error(w, "There is no such file, or the link is too old.", http.StatusNotFound)
		return
	}
	level := slog.LevelError
	if errors.Is(err, storage.ErrUnavailable) || ctx.Err() != nil {
		level = slog.LevelWarn
	}
	log.Log(ctx, level, "file not served", "error", err)
	w.Header().Set("Retry-After", "60")
	http.Error(w, "The file cannot be had just now; try again.", http.StatusServiceUnavailable)
}
