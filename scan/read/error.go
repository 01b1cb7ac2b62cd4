package read

import (
	"fmt"

	"accrue/ce"
)

// Reason says why a file was not read. Clients may decide by it, so a reason never changes its meaning.
type Reason string

// The reasons.
const (
	ReasonEmpty           Reason = "EMPTY"            // no bytes, or a PDF without pages
	ReasonUnsupported     Reason = "UNSUPPORTED"      // not a type of file that is read
	ReasonHEICUnavailable Reason = "HEIC_UNAVAILABLE" // a HEIC picture, and heif-convert is not installed
	ReasonEncrypted       Reason = "ENCRYPTED"        // a PDF that opens only with a password
	ReasonTooLarge        Reason = "TOO_LARGE"        // too many bytes, pixels or characters
	ReasonTooManyPages    Reason = "TOO_MANY_PAGES"   // more pages than Options.MaxPages
	ReasonTooComplex      Reason = "TOO_COMPLEX"      // reading took more time or memory than a file is given
	ReasonDamaged         Reason = "DAMAGED"          // the file breaks off or contradicts itself
	ReasonNoSuchPage      Reason = "NO_SUCH_PAGE"     // an image was asked of a page that the file does not have
)

// Error says that a file is not to be read, which trying again does not change. Its chain holds a [*ce.Error] with code
// INVALID_INPUT and the text for the person who sent the file; what a library said about the file is for the log only.
type Error struct {
	Reason  Reason
	Text    string // for people
	Details error  // for the log; may be nil
}

func (e *Error) Error() string {
	text := string(e.Reason) + ": " + e.Text
	if e.Details != nil {
		text += ": " + e.Details.Error()
	}
	return text
}

// Unwrap gives the error that an answer may show.
func (e *Error) Unwrap() error {
	return &ce.Error{Code: ce.CodeInvalidInput, Text: e.Text, Err: e.Details}
}

// ErrClosed says that the reader was closed.
var ErrClosed = &ce.Error{Code: ce.CodeUnavailable, Text: "Files cannot be read now. Please try again later."}

func refuse(reason Reason, details error, format string, args ...any) *Error {
	return &Error{Reason: reason, Text: fmt.Sprintf(format, args...), Details: details}
}

func damaged(details error) *Error {
	return refuse(ReasonDamaged, details, "The file is damaged. Please send it again, or a photo of the certificate.")
}

func tooComplex(details error) *Error {
	return refuse(ReasonTooComplex, details, "The file takes too long to read. Please send a photo of the certificate instead.")
}
