package ce

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Code says what kind of error a caller has met. Clients decide by it, so a
// code never changes its meaning.
type Code string

// The codes of errors that a caller can cause or act on.
const (
	CodeInvalidInput    Code = "INVALID_INPUT"   // Path names the field
	CodeUnauthenticated Code = "UNAUTHENTICATED" // sign in (again)
	CodeForbidden       Code = "FORBIDDEN"       // known to the caller, yet not allowed
	CodeNotFound        Code = "NOT_FOUND"       // absent, or not for this caller to see
	CodeConflict        Code = "CONFLICT"        // changed since it was read, or the id is taken
	CodeLimitExceeded   Code = "LIMIT_EXCEEDED"  // too many of something that is kept
	CodeRateLimited     Code = "RATE_LIMITED"    // too many requests; RetryAfter says when to come back
	CodeTooComplex      Code = "TOO_COMPLEX"     // the request asks for too much at once
	CodeUnavailable     Code = "UNAVAILABLE"     // nothing was decided; the same request may be sent again
	CodeInternal        Code = "INTERNAL"        // everything else; the text says nothing of the cause
)

// Error is an error fit to be shown: Text is written for the person who meets
// it and holds nothing internal. Err, when there is one, is for the log only.
type Error struct {
	Code Code
	// Path leads to the field that is wrong, from the input's root: "facts", "0", "value".
	// It is empty when no single field is to blame.
	Path []string
	Text string
	// RetryAfter is how long to wait before the same request can succeed; 0 when waiting does not help.
	RetryAfter time.Duration
	Err        error
}

func (e *Error) Error() string {
	text := string(e.Code)
	if len(e.Path) > 0 {
		text += " " + strings.Join(e.Path, ".")
	}
	text += ": " + e.Text
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with a text for people.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of err: that of the first [Error] in its chain, the
// empty code for nil, and CodeInternal for any other error.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Problems collects what is wrong with an input, each problem with the path of
// its field, so that a form can show all of them at once. The zero value is
// ready to use.
type Problems struct {
	found []*Error
}

// Add records a problem at the path: strings are field names, ints are places in a list.
func (p *Problems) Add(text string, path ...any) {
	p.found = append(p.found, &Error{Code: CodeInvalidInput, Path: pathOf(path), Text: text})
}

// Check records err, if it is one, at the path. Paths that err brings along are appended.
func (p *Problems) Check(err error, path ...any) {
	if err == nil {
		return
	}
	var many Invalid
	var one *Error
	switch {
	case errors.As(err, &many):
		for _, e := range many {
			p.found = append(p.found, &Error{Code: CodeInvalidInput, Path: append(pathOf(path), e.Path...), Text: e.Text})
		}
	case errors.As(err, &one):
		p.found = append(p.found, &Error{Code: CodeInvalidInput, Path: append(pathOf(path), one.Path...), Text: one.Text})
	default:
		p.Add(err.Error(), path...)
	}
}

// Err returns nil when nothing was recorded, else an [Invalid] with the problems in the order of their recording.
func (p *Problems) Err() error {
	if len(p.found) == 0 {
		return nil
	}
	return Invalid(p.found)
}

func pathOf(path []any) []string {
	out := make([]string, len(path))
	for i, part := range path {
		switch part := part.(type) {
		case int:
			out[i] = strconv.Itoa(part)
		default:
			out[i] = fmt.Sprint(part)
		}
	}
	return out
}

// Invalid is the list of problems of one input; it has at least one.
type Invalid []*Error

func (e Invalid) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives the problems one by one, so that CodeOf finds INVALID_INPUT.
func (e Invalid) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}
