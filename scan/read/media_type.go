package read

import "accrue/ce"

// mediaTypeOf tells a file's type, and refuses those that are not read.
func mediaTypeOf(file []byte) (ce.MediaType, error) {
	mediaType := ce.MediaTypeOf(string(file[:min(len(file), ce.MediaTypeStart)]))
	switch {
	case len(file) == 0:
		return "", refuse(ReasonEmpty, nil, "The file is empty.")
	case mediaType == "":
		return "", refuse(ReasonUnsupported, nil, "This type of file cannot be read. Please send a PDF or a picture (JPEG, PNG, WebP or HEIC).")
	}
	return mediaType, nil
}
