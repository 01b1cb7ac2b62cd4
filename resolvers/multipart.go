package resolvers

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
	"accrue/graph/scalar"
	"accrue/identity"
)

// maxFiles is how many files may come with one request.
const maxFiles = 5

// IsMultipart reports whether the request is one with files, as the GraphQL multipart request specification has it:
// https://github.com/jaydenseric/graphql-multipart-request-spec
func IsMultipart(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "multipart/form-data"
}

// files are those that came with a request, on this machine's disk until they are closed.
type files []file

type file struct {
	content *os.File
	name    string
	size    int64
	paths   []string // of the variables at which it stands
}

func (f files) close() {
	for _, one := range f {
		_ = one.content.Close()
		_ = os.Remove(one.content.Name())
	}
}

// readMultipart returns the `operations`, or nil when the request has been refused. What is no file is read up to the limit of
// bodies, and each file up to its own and not beyond.
//
// gqlgen's own transport takes files of any size together, trusts the paths in the `map`, and answers differently from this package.
func readMultipart(w http.ResponseWriter, r *http.Request, limits Limits) (operations []byte, came files) {
	if _, ok := identity.ViewerFrom(r.Context()); !ok {
		// Nothing that a stranger may ask takes a file, so none is received.
		hangUp(w)
		Refuse(w, http.StatusUnauthorized, string(errSignIn.Code), errSignIn.Text)
		return nil, nil
	}
	if limits.File <= 0 {
		hangUp(w)
		Refuse(w, http.StatusUnsupportedMediaType, codeBadRequest, "This server takes no files.")
		return nil, nil
	}
	allowUpload(w, limits)
	parts, err := r.MultipartReader()
	if err != nil {
		Refuse(w, http.StatusBadRequest, codeBadRequest, "The request is no multipart form that can be read.")
		return nil, nil
	}
	form := form{parts: parts, left: limits.Body, file: limits.File}
	operations, err = form.read()
	if err != nil {
		form.refuse(w, err)
		return nil, form.came
	}
	return operations, form.came
}

// allowUpload lets the files of the request arrive in the time that there is for them, and the answer after it.
func allowUpload(w http.ResponseWriter, limits Limits) {
	now := time.Now()
	// A connection that knows no deadlines, such as a test's, needs none.
	controller := http.NewResponseController(w)
	_ = controller.SetReadDeadline(now.Add(limits.Upload))
	_ = controller.SetWriteDeadline(now.Add(limits.Upload + limits.Time + 10*time.Second))
}

// hangUp has the connection closed after the answer, so that nobody goes on sending what is not read.
func hangUp(w http.ResponseWriter) { w.Header().Set("Connection", "close") }

// form is a multipart request as it is read.
type form struct {
	parts *multipart.Reader
	left  int64 // bytes of what is no file
	file  int64 // bytes of one file
	came  files
}

// Errors of requests with files.
var (
	errPartTooLarge = errors.New("resolvers: a part is too large")
	errFileTooLarge = errors.New("resolvers: a file is too large")
	errTooManyFiles = errors.New("resolvers: too many files")
	errForm         = errors.New("resolvers: not the form of the specification")
)

func (f *form) refuse(w http.ResponseWriter, err error) {
	hangUp(w)
	switch {
	case errors.Is(err, errFileTooLarge):
		Refuse(w, http.StatusRequestEntityTooLarge, string(ce.CodeInvalidInput), "A file is larger than "+ce.FileSize(f.file)+", and none that large is kept. Send a smaller photo, or fewer pages.")
	case errors.Is(err, errTooManyFiles):
		Refuse(w, http.StatusRequestEntityTooLarge, string(ce.CodeTooComplex), "A request may bring "+strconv.Itoa(maxFiles)+" files; send the others in another.")
	case errors.Is(err, errPartTooLarge):
		refuseTooLarge(w)
	case errors.Is(err, errForm):
		Refuse(w, http.StatusBadRequest, codeBadRequest, "Send the parts `operations`, `map` and then each file that the `map` names, as the GraphQL multipart request specification has it.")
	default:
		refuseCutOff(w)
	}
}

func (f *form) read() (operations []byte, err error) {
	if operations, err = f.text("operations"); err != nil {
		return nil, err
	}
	text, err := f.text("map")
	if err != nil {
		return nil, err
	}
	var paths map[string][]string
	if json.Unmarshal(text, &paths) != nil {
		return nil, errForm
	}
	if len(paths) > maxFiles {
		return nil, errTooManyFiles
	}
	for {
		part, err := f.parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at := paths[part.FormName()]
		delete(paths, part.FormName())
		if len(at) == 0 {
			return nil, errForm
		}
		if err := f.keep(part, at); err != nil {
			return nil, err
		}
	}
	if len(paths) > 0 {
		return nil, errForm
	}
	return operations, nil
}

// text reads the part that must come next.
func (f *form) text(name string) ([]byte, error) {
	part, err := f.parts.NextPart()
	if errors.Is(err, io.EOF) || err == nil && part.FormName() != name {
		return nil, errForm
	}
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(part, f.left+1))
	if f.left -= int64(len(text)); f.left < 0 {
		return nil, errPartTooLarge
	}
	return text, err
}

// keep writes a file to the disk, so that one that is cut off never gets any further, and memory holds none of it.
func (f *form) keep(part *multipart.Part, paths []string) error {
	content, err := os.CreateTemp("", "accrue-upload-*")
	if err != nil {
		return err
	}
	f.came = append(f.came, file{content: content, name: part.FileName(), paths: paths})
	size, err := io.Copy(content, io.LimitReader(part, f.file+1))
	if size > f.file {
		return errFileTooLarge
	}
	f.came[len(f.came)-1].size = size
	return err
}

// put sets the variables at which the files stand, and reports whether that could be done: each has null there.
func (f files) put(variables map[string]any) bool {
	for _, one := range f {
		for _, path := range one.paths {
			// Each place reads for itself.
			upload := scalar.Upload{Name: one.name, Size: one.size, Content: io.NewSectionReader(one.content, 0, one.size)}
			if !putAt(variables, strings.Split(path, "."), upload) {
				return false
			}
		}
	}
	return true
}

func putAt(variables map[string]any, path []string, upload scalar.Upload) bool {
	if len(path) < 2 || path[0] != "variables" {
		return false
	}
	var value any = variables
	for i, name := range path[1:] {
		last := i == len(path)-2
		switch within := value.(type) {
		case map[string]any:
			there, ok := within[name]
			if !ok || last && there != nil {
				return false
			}
			if last {
				within[name] = upload
			}
			value = there
		case []any:
			at, err := strconv.Atoi(name)
			if err != nil || at < 0 || at >= len(within) || last && within[at] != nil {
				return false
			}
			value = within[at]
			if last {
				within[at] = upload
			}
		default:
			return false
		}
	}
	return true
}
