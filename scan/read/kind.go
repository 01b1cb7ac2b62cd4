package read

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// kind is a type of file that is read, as its first bytes show it. Names and declared types are not believed.
type kind string

const (
	kindPDF  kind = "PDF"
	kindJPEG kind = "JPEG"
	kindPNG  kind = "PNG"
	kindWebP kind = "WebP"
	kindHEIC kind = "HEIC"
)

// The brands of HEIF pictures coded by HEVC, ISO/IEC 23008-12 annex B. AVIF (brand avif) is another codec.
var heicBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx"}

// kindOf tells a file's type from its first bytes. A file counts as what starts it: bytes of another type behind are
// left alone, since each decoder reads its own.
func kindOf(file []byte) (kind, error) {
	switch {
	case len(file) == 0:
		return "", refuse(ReasonEmpty, nil, "The file is empty.")
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return kindPDF, nil
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return kindJPEG, nil
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG, nil
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return kindWebP, nil
	case isHEIC(file):
		return kindHEIC, nil
	}
	return "", refuse(ReasonUnsupported, nil, "This type of file cannot be read. Please send a PDF or a picture (JPEG, PNG, WebP or HEIC).")
}

// isHEIC looks for a HEIC brand in the box that starts every file of ISO/IEC 14496-12.
func isHEIC(file []byte) bool {
	if len(file) < 16 || string(file[4:8]) != "ftyp" {
		return false
	}
	size := min(int64(binary.BigEndian.Uint32(file)), int64(len(file)), 256)
	for at := int64(8); at+4 <= size; at += 4 {
		if at == 12 {
			continue // the version of the brand before it
		}
		brand := string(file[at : at+4])
		for _, one := range heicBrands {
			if strings.EqualFold(one, brand) {
				return true
			}
		}
	}
	return false
}
