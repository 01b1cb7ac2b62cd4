package ce

import (
	"encoding/binary"
	"slices"
	"strings"
)

// MediaType is what a file is, by its content.
type MediaType string

// The media types of evidence.
const (
	MediaPDF  MediaType = "application/pdf"
	MediaJPEG MediaType = "image/jpeg"
	MediaPNG  MediaType = "image/png"
	MediaWebP MediaType = "image/webp"
	MediaHEIC MediaType = "image/heic"
)

// MediaTypeStart is how many of a file's first bytes tell its type.
const MediaTypeStart = 512

// heicBrands are those of pictures coded by HEVC, ISO/IEC 23008-12 annex B. AVIF is another codec.
var heicBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx"}

// MediaTypeOf tells a file's type by its first bytes, MediaTypeStart of them or all, "" for one that is not taken. Names and declared types
// are not believed: whoever sends HTML as picture.png must not have it shown as either. A file counts as what starts it: bytes of another
// type behind are left alone, since each decoder reads its own.
func MediaTypeOf(start string) MediaType {
	switch {
	case strings.HasPrefix(start, "%PDF-"):
		return MediaPDF
	case strings.HasPrefix(start, "\xff\xd8\xff"):
		return MediaJPEG
	case strings.HasPrefix(start, "\x89PNG\r\n\x1a\n"):
		return MediaPNG
	case len(start) >= 12 && start[:4] == "RIFF" && start[8:12] == "WEBP":
		return MediaWebP
	case isHEIC(start):
		return MediaHEIC
	}
	return ""
}

// isHEIC looks for a brand in the box that every file of ISO/IEC 14496-12 begins with.
func isHEIC(start string) bool {
	if len(start) < 16 || start[4:8] != "ftyp" {
		return false
	}
	end := min(int64(binary.BigEndian.Uint32([]byte(start[:4]))), int64(len(start)), 256)
	for at := int64(8); at+4 <= end; at += 4 {
		if at != 12 && slices.Contains(heicBrands, start[at:at+4]) { // what stands at 12 is the first brand's version
			return true
		}
	}
	return false
}
