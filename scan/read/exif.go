package read

import (
	"bytes"
	"encoding/binary"

	"accrue/ce"
)

// orientationTag is the tag 0x0112 of TIFF 6.0, which EXIF uses to say how a camera was held.
const orientationTag = 0x0112

// orientation says how a picture is to be turned to be upright, 1 to 8 as EXIF numbers them; 1, as it is, also when the
// file does not say or says it wrongly. HEIC files need no turning: their decoder has done it.
func orientation(file []byte, k ce.MediaType) int {
	var exif []byte
	switch k {
	case ce.MediaJPEG:
		exif = exifOfJPEG(file)
	case ce.MediaPNG:
		exif = exifOfPNG(file)
	case ce.MediaWebP:
		exif = exifOfWebP(file)
	}
	return orientationOfTIFF(bytes.TrimPrefix(exif, exifPrefix))
}

var exifPrefix = []byte("Exif\x00\x00")

// exifOfJPEG returns what the first APP1 segment with EXIF has, nil when there is none before the picture itself.
func exifOfJPEG(file []byte) []byte {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker := file[at+1]
		if marker == 0xff { // a fill byte
			at++
			continue
		}
		if marker == 0xda || marker == 0xd9 { // the picture starts, or the file ends
			return nil
		}
		size := int(binary.BigEndian.Uint16(file[at+2:]))
		if size < 2 || at+2+size > len(file) {
			return nil
		}
		segment := file[at+4 : at+2+size]
		if marker == 0xe1 && bytes.HasPrefix(segment, exifPrefix) {
			return segment
		}
		at += 2 + size
	}
	return nil
}

// exifOfPNG returns what the chunk eXIf has; nil when there is none.
func exifOfPNG(file []byte) []byte {
	for at := 8; at+8 <= len(file); {
		size := int64(binary.BigEndian.Uint32(file[at:]))
		if size > int64(len(file)-at-8) {
			return nil
		}
		if string(file[at+4:at+8]) == "eXIf" {
			return file[at+8 : at+8+int(size)]
		}
		at += 8 + int(size) + 4 // a checksum follows
	}
	return nil
}

// exifOfWebP returns what the chunk EXIF has; nil when there is none.
func exifOfWebP(file []byte) []byte {
	for at := 12; at+8 <= len(file); {
		size := int64(binary.LittleEndian.Uint32(file[at+4:]))
		if size > int64(len(file)-at-8) {
			return nil
		}
		if string(file[at:at+4]) == "EXIF" {
			return file[at+8 : at+8+int(size)]
		}
		at += 8 + int(size+size%2) // chunks have even lengths
	}
	return nil
}

// orientationOfTIFF looks in the first directory only, where EXIF has the tag of the main picture.
func orientationOfTIFF(tiff []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		const short = 3
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == short {
			if value := int(order.Uint16(entries[8:])); value >= 1 && value <= 8 {
				return value
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
