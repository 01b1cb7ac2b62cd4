package resolvers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"accrue/ce"
)

// overHTTP puts the rules of GraphQL over HTTP, and the limits of a request, round gqlgen's
// transports: https://graphql.github.io/graphql-over-http/draft/
func overHTTP(next http.Handler, limits Limits) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			if r.URL.Query().Get("query") == "" {
				Refuse(w, http.StatusBadRequest, codeBadRequest, "Send a `query`, see the schema.")
				return
			}
		case http.MethodPost:
			if !readBody(w, r, limits.Body) {
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			Refuse(w, http.StatusMethodNotAllowed, codeBadRequest, "Send a GET or POST request.")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), limits.Time)
		defer cancel()
		answer := &answerWriter{ResponseWriter: w}
		next.ServeHTTP(answer, r.WithContext(ctx))
		answer.finish()
	})
}

// readBody reads the body within the limit and checks that it is a request at all: gqlgen would take any
// length, and repeat in its answer what it cannot read.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) bool {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || mediaType != "application/json" || charset != "" && charset != "utf-8" {
		Refuse(w, http.StatusUnsupportedMediaType, codeBadRequest, "Send the request as application/json in UTF-8.")
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		Refuse(w, http.StatusRequestEntityTooLarge, string(ce.CodeTooComplex), "This request is larger than the server takes.")
		return false
	}
	if err != nil {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The request did not arrive whole; send it again.")
		return false
	}
	var request struct {
		Query      *string         `json:"query"`
		Variables  json.RawMessage `json:"variables"`
		Extensions json.RawMessage `json:"extensions"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The request must be a JSON object with a `query`.")
		return false
	}
	if request.Query == nil || *request.Query == "" || !isMap(request.Variables) || !isMap(request.Extensions) {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The request must have a `query`, a text; `variables` and `extensions` are objects.")
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

// isMap reports whether an optional part of a request is absent, null or an object.
func isMap(part json.RawMessage) bool {
	return len(part) == 0 || part[0] == '{' || string(part) == "null"
}

// Refuse answers a request that never became an operation, in the form of a GraphQL answer.
func Refuse(w http.ResponseWriter, status int, code, text string) {
	body, err := json.Marshal(map[string]any{"errors": []any{
		map[string]any{"message": text, "extensions": map[string]any{"code": code}},
	}})
	if err != nil {
		panic("resolvers: an answer that cannot be written: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// answerWriter corrects what gqlgen's transports answer to requests that are refused: with the media type
// application/json these are well-formed answers (200), and none of them has an entry "data".
type answerWriter struct {
	http.ResponseWriter
	refusal bytes.Buffer
	status  int // of a refusal; 0 while the answer is none
}

func (w *answerWriter) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.status = status
}

func (w *answerWriter) Write(p []byte) (int, error) {
	if w.status != 0 {
		return w.refusal.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

func (w *answerWriter) finish() {
	if w.status == 0 {
		return
	}
	mediaType, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	switch {
	case w.status == http.StatusUnprocessableEntity && mediaType == "application/json":
		w.status = http.StatusOK
	case w.status == http.StatusNotAcceptable:
		// A mutation by GET.
		w.status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", http.MethodPost)
	}
	body := w.refusal.Bytes()
	if refusal, ok := bytes.CutSuffix(body, []byte(`,"data":null}`)); ok {
		body = append(refusal, '}')
	}
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(body)
}
