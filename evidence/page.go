package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"accrue/ce"
	"accrue/scan/read"
	"accrue/tracker"
)

// PagePattern is where a [PageHandler] stands.
const PagePattern = "/evidence/{link}/pages/{page}"

// PagePath is the path of a picture of a page, counted from 0, of the file that the link admits to: turned clockwise by so many quarter turns, and
// with no side longer than side, in pixels.
func PagePath(link string, page, turn, side int) string {
	arguments := url.Values{"side": {strconv.Itoa(side)}}
	if turn != 0 {
		arguments.Set("turn", strconv.Itoa(turn))
	}
	return fmt.Sprintf("%s/pages/%d?%s", Path(link), page, arguments.Encode())
}

// Pictures makes pictures of pages, see read.Reader.
type Pictures interface {
	Image(ctx context.Context, file io.ReaderAt, size int64, page, turn, maxSide int) (image.Image, error)
}

// quality is that of a JPEG in which small print can be read.
const quality = 85

// PageHandler serves pictures of pages at PagePattern, as JPEG, to whoever has a link to the file, by the rules of [Handler]. A file of which no picture can be
// made is 422.
func PageHandler(t *tracker.Tracker, pictures Pictures, limit time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel, ok := begin(w, r, limit)
		if !ok {
			return
		}
		defer cancel()
		page, noPage := strconv.ParseUint(r.PathValue("page"), 10, 16)
		side, noSide := number(r, "side", 1200, tracker.MinPictureSide, tracker.MaxPictureSide)
		turn, noTurn := number(r, "turn", 0, 0, 3)
		if err := errors.Join(noPage, noSide, noTurn); err != nil {
			http.Error(w, "There is no such picture.", http.StatusNotFound)
			return
		}
		picture, err := picture(ctx, t, pictures, r.PathValue("link"), int(page), turn, side)
		var refused *read.Error
		switch {
		case errors.As(err, &refused) && refused.Reason == read.ReasonNoSuchPage:
			http.Error(w, refused.Text, http.StatusNotFound)
			return
		case errors.As(err, &refused):
			http.Error(w, refused.Text, http.StatusUnprocessableEntity)
			return
		case err != nil:
			fail(ctx, w, err, log)
			return
		}
		header := w.Header()
		private(header)
		header.Set("Content-Type", string(ce.MediaJPEG))
		header.Set("Content-Disposition", "inline")
		header.Set("Content-Security-Policy", sandboxed)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(picture))
	})
}

// number reads a parameter of the address within bounds.
func number(r *http.Request, name string, standard, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return standard, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s must be %d to %d", name, least, most)
	}
	return n, nil
}

func picture(ctx context.Context, tracker *tracker.Tracker, pictures Pictures, link string, page, turn, side int) ([]byte, error) {
	_, content, err := tracker.EvidenceContent(ctx, link)
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(content)
	if err = errors.Join(err, content.Close()); err != nil {
		return nil, err
	}
	shown, err := pictures.Image(ctx, bytes.NewReader(file), int64(len(file)), page, turn, side)
	if err != nil {
		return nil, err
	}
	var written bytes.Buffer
	err = jpeg.Encode(&written, shown, &jpeg.Options{Quality: quality})
	return written.Bytes(), err
}
