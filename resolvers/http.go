package resolvers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"accrue/ce"
)

// overHTTP takes GET and POST requests as the GraphQL-over-HTTP specification describes them, within the limits:
// https://graphql.github.io/graphql-over-http/draft/
//
// gqlgen's own transports read bodies of any length, repeat them in their answers when they cannot
// be read, and differ from the specification in their statuses and in an entry "data" of requests that were refused.
type overHTTP struct {
	limits   Limits
	stopping context.Context // see Config.Stopping
}

// Supports takes whatever no transport before it took, so that everything gets an answer.
func (overHTTP) Supports(*http.Request) bool { return true }

// Do answers one request.
func (o overHTTP) Do(w http.ResponseWriter, r *http.Request, execute graphql.GraphExecutor) {
	params, files := read(w, r, o.limits)
	defer files.close()
	if params == nil {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), o.limits.Time)
	defer cancel()
	answer := answerer{w: w, plain: !accepts(r, graphqlJSON)}
	operation, refused := execute.CreateOperationContext(ctx, params)
	if refused != nil {
		answer.write(answer.refusal(), execute.DispatchError(graphql.WithOperationContext(ctx, operation), refused), false)
		return
	}
	if r.Method != http.MethodPost && operation.Operation.Operation != ast.Query {
		w.Header().Set("Allow", http.MethodPost)
		Refuse(w, http.StatusMethodNotAllowed, codeBadRequest, "Send mutations by POST.")
		return
	}
	if operation.Operation.Operation == ast.Subscription {
		if !accepts(r, eventStream) {
			Refuse(w, http.StatusNotAcceptable, codeBadRequest, "Subscribe by WebSocket, or with `Accept: text/event-stream`.")
			return
		}
		o.stream(w, r, execute, operation)
		return
	}
	respond, ctx := execute.DispatchOperation(ctx, operation)
	response := respond(ctx)
	if response == nil { // the time was over before the first field
		Refuse(w, http.StatusServiceUnavailable, string(ce.CodeUnavailable), unavailable)
		return
	}
	answer.write(http.StatusOK, response, true)
}

// read returns what the request asks, or nil when it has been refused, and the files that came with it, which are to be closed in any
// case.
func read(w http.ResponseWriter, r *http.Request, limits Limits) (*graphql.RawParams, files) {
	params := &graphql.RawParams{Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	defer func() { params.ReadTime.End = graphql.Now() }()
	var request struct {
		Query         *string         `json:"query"`
		OperationName *string         `json:"operationName"`
		Variables     json.RawMessage `json:"variables"`
		Extensions    json.RawMessage `json:"extensions"`
	}
	var came files
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		arguments := r.URL.Query()
		query, name := arguments.Get("query"), arguments.Get("operationName")
		request.Query, request.OperationName = &query, &name
		request.Variables, request.Extensions = json.RawMessage(arguments.Get("variables")), json.RawMessage(arguments.Get("extensions"))
	case http.MethodPost:
		var body []byte
		if IsMultipart(r) {
			body, came = readMultipart(w, r, limits)
		} else {
			body = readBody(w, r, limits.Body)
		}
		if body == nil {
			return nil, came
		}
		if err := json.Unmarshal(body, &request); err != nil {
			Refuse(w, http.StatusBadRequest, codeBadRequest, "The request must be a JSON object with a `query`.")
			return nil, came
		}
	default:
		w.Header().Set("Allow", "GET, POST")
		Refuse(w, http.StatusMethodNotAllowed, codeBadRequest, "Send a GET or POST request.")
		return nil, came
	}
	if request.Query == nil || *request.Query == "" ||
		!readObject(request.Variables, &params.Variables) || !readObject(request.Extensions, &params.Extensions) {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The request must have a `query`, a text; `variables` and `extensions` are objects.")
		return nil, came
	}
	if !came.put(params.Variables) {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The `map` must say for each file at which variables it stands, as in {\"0\": [\"variables.input.file\"]}; there the `operations` have null.")
		return nil, came
	}
	params.Query, params.OperationName = *request.Query, given(request.OperationName)
	return params, came
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) []byte {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || mediaType != plainJSON || charset != "" && charset != "utf-8" {
		Refuse(w, http.StatusUnsupportedMediaType, codeBadRequest, "Send the request as application/json in UTF-8.")
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		refuseTooLarge(w)
		return nil
	}
	if err != nil {
		refuseCutOff(w)
		return nil
	}
	return body
}

func refuseTooLarge(w http.ResponseWriter) {
	Refuse(w, http.StatusRequestEntityTooLarge, string(ce.CodeTooComplex), "This request is larger than the server takes.")
}

func refuseCutOff(w http.ResponseWriter) {
	Refuse(w, http.StatusBadRequest, codeBadRequest, "The request did not arrive whole; send it again.")
}

// readObject reads an optional part of a request, with its numbers as they were written.
func readObject(text json.RawMessage, into *map[string]any) bool {
	if len(text) == 0 {
		return true
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into) == nil
}

// The media types of answers.
const (
	plainJSON   = "application/json"
	graphqlJSON = "application/graphql-response+json"
)

// accepts reports whether the client named the media type among those that it takes.
func accepts(r *http.Request, mediaType string) bool {
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if kind, params, err := mime.ParseMediaType(accepted); err == nil && kind == mediaType {
			quality, err := strconv.ParseFloat(params["q"], 64)
			return err != nil || quality > 0
		}
	}
	return false
}

// answerer writes an answer.
type answerer struct {
	w     http.ResponseWriter
	plain bool // as application/json, to clients that know no other: then the status is 200 for whatever is well-formed
}

// refusal is the status for a request whose operation was not begun.
func (a answerer) refusal() int {
	if a.plain {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

func (a answerer) write(status int, response *graphql.Response, data bool) {
	var body bytes.Buffer
	body.Grow(len(response.Data) + 64)
	body.WriteByte('{')
	if len(response.Errors) > 0 {
		text, err := json.Marshal(response.Errors)
		if err != nil {
			panic("resolvers: an error that cannot be written: " + err.Error())
		}
		body.WriteString(`"errors":`)
		body.Write(text)
		if data {
			body.WriteByte(',')
		}
	}
	if data {
		body.WriteString(`"data":`)
		if response.Data == nil {
			body.WriteString("null")
		}
		body.Write(response.Data)
	}
	body.WriteByte('}')
	mediaType := graphqlJSON
	if a.plain {
		mediaType = plainJSON
	}
	a.w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	a.w.WriteHeader(status)
	_, _ = a.w.Write(body.Bytes())
}

// Refuse answers a request that never became an operation, in the form of a GraphQL answer.
func Refuse(w http.ResponseWriter, status int, code, text string) {
	refuseWith(w, status, &gqlerror.Error{Message: text, Extensions: map[string]any{"code": code}})
}

func refuseWith(w http.ResponseWriter, status int, err *gqlerror.Error) {
	answerer{w: w, plain: true}.write(status, &graphql.Response{Errors: gqlerror.List{err}}, false)
}
