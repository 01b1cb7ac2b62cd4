package tracker

import (
	"encoding/binary"
	"strings"

	"accrue/ce"
)

// sniffed is how many of a file's first bytes tell its type.
const sniffed = 512

// heicBrands are those of pictures coded by HEVC, ISO/IEC 23008-12 annex B. AVIF is another codec.
var heicBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx"}

// mediaTypeOf tells a file's type by its first bytes, "" for one that is not taken. Names and declared types are not believed: whoever
// sends HTML as picture.png must not have it shown as either.
func mediaTypeOf(start string) ce.MediaType {
	switch {
	case strings.HasPrefix(start, "%PDF-"):
		return ce.MediaPDF
	case strings.HasPrefix(start, "\xff\xd8\xff"):
		return ce.MediaJPEG
	case strings.HasPrefix(start, "\x89PNG\r\n\x1a\n"):
		return ce.MediaPNG
	case len(start) >= 12 && start[:4] == "RIFF" && start[8:12] == "WEBP":
		return ce.MediaWebP
	case isHEIC(start):
		return ce.MediaHEIC
	}
	return ""
}

// isHEIC looks for a brand in the box that every file of ISO/IEC 14496-12 begins with.
func isHEIC(start string) bool {
	if len(start) < 12 || start[4:8] != "ftyp" {
		return false
	}
	end := min(int(binary.BigEndian.Uint32([]byte(start[:4]))), len(start))
	for at := 8; at+4 <= end; at += 4 {
		for _, brand := range heicBrands {
			if at != 12 && start[at:at+4] == brand { // what stands at 12 is the first brand's version
				return true
			}
		}
	}
	return false
}
