package resolvers

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"accrue/ce"
	"accrue/storage"
)

// presenter turns any error into one that may be shown: the code and text of a ce.Error, what gqlgen says of a request that is no
// valid GraphQL, and for everything else a fixed text. What is not shown is logged, under the request's id.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := &gqlerror.Error{Path: graphql.GetPath(ctx)}
		var parsed *gqlerror.Error
		if errors.As(err, &parsed) {
			shown.Locations = parsed.Locations
			if parsed.Path != nil {
				shown.Path = parsed.Path
			}
			if parsed.Err == nil {
				// Of gqlgen's own making: the request is to blame, and the text says where.
				shown.Message, shown.Extensions = parsed.Message, parsed.Extensions
				present(shown, protocolCode(parsed), parsed.Message)
				return shown
			}
		}
		var invalid ce.Invalid
		var known *ce.Error
		switch {
		case errors.As(err, &invalid):
			presentInvalid(shown, invalid)
		case errors.As(err, &known) && known.Code != ce.CodeInternal:
			present(shown, known.Code, known.Text)
			if path := inputPath(known, shown.Path); len(path) > 0 {
				shown.Extensions["path"] = path
			}
			if known.RetryAfter > 0 {
				shown.Extensions["retryAfterSeconds"] = int(known.RetryAfter.Seconds() + 0.999)
			}
			if known.Err != nil {
				log.WarnContext(ctx, "request refused", "code", known.Code, "error", known.Err)
			}
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, storage.ErrUnavailable):
			log.WarnContext(ctx, "request not finished", "error", err)
			present(shown, ce.CodeUnavailable, unavailable)
		default:
			log.ErrorContext(ctx, "request failed", "error", err)
			text := "Something went wrong on our side."
			if known != nil {
				text = known.Text
			}
			present(shown, ce.CodeInternal, text)
		}
		if id := RequestFrom(ctx).ID; id != "" && shown.Extensions["code"] == string(ce.CodeInternal) {
			shown.Extensions["requestId"] = id
		}
		return shown
	}
}

// inputPath is the path of the field that is wrong: the error's own or, where a scalar refused what it read, the one
// at which it stands in the input.
func inputPath(err *ce.Error, at ast.Path) []string {
	if err.Code != ce.CodeInvalidInput || len(err.Path) > 0 {
		return err.Path
	}
	var path []string
	for i, part := range at {
		if part == ast.PathName("input") && path == nil {
			path = []string{}
		} else if path != nil {
			path = append(path, strings.TrimPrefix(at[i:i+1].String(), "."))
		}
	}
	return path
}

const unavailable = "The server cannot finish this just now. Send the same request again, with the same id."

func present(shown *gqlerror.Error, code ce.Code, text string) {
	shown.Message = text
	if shown.Extensions == nil {
		shown.Extensions = map[string]any{}
	}
	shown.Extensions["code"] = string(code)
}

// presentInvalid shows all problems of an input at once: the first as the error, each with its path.
func presentInvalid(shown *gqlerror.Error, invalid ce.Invalid) {
	problems := make([]map[string]any, len(invalid))
	for i, problem := range invalid {
		problems[i] = map[string]any{"path": problem.Path, "message": problem.Text}
	}
	text := invalid[0].Text
	if len(invalid[0].Path) > 0 {
		text = strings.Join(invalid[0].Path, ".") + ": " + text
	}
	present(shown, ce.CodeInvalidInput, text)
	shown.Extensions["path"] = invalid[0].Path
	shown.Extensions["problems"] = problems
}

// Codes of requests that are refused before any field is resolved.
const (
	codeBadRequest = "BAD_REQUEST"
	codeComplexity = "COMPLEXITY_LIMIT_EXCEEDED" // gqlgen's; ours is TOO_COMPLEX
)

// protocolCode translates gqlgen's codes into those of the contract.
func protocolCode(err *gqlerror.Error) ce.Code {
	switch code, _ := err.Extensions["code"].(string); code {
	case codeComplexity:
		return ce.CodeTooComplex
	case "":
		return ce.CodeInvalidInput
	default:
		return ce.Code(code)
	}
}

// recovered turns a panic into an internal error; the log has the rest.
func recovered(ctx context.Context, cause any) error {
	return &panicError{cause: cause, stack: stack()}
}
