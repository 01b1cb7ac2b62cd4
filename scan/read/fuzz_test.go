package read

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"accrue/ce"
	"accrue/scan"
)

func FuzzKind(f *testing.F) {
	for _, seed := range []string{"", "%PDF-1.7", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF\x00\x00\x00\x00WEBP", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "\x00\x00\x00\x00ftyp"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		k, err := mediaTypeOf(content)
		if (k == "") != (err != nil) {
			t.Errorf("%q %v", k, err)
		}
	})
}

func FuzzOrientation(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		tiff := exif(order, 6)
		f.Add(jpegWithEXIF([]byte{0xff, 0xd8, 0xff, 0xda}, tiff))
		f.Add(pngWithEXIF(pngHeader(3, 3), tiff))
		f.Add(append(binary.LittleEndian.AppendUint32([]byte("RIFF\x00\x00\x00\x00WEBPEXIF"), uint32(len(tiff))), tiff...))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, k := range []ce.MediaType{ce.MediaJPEG, ce.MediaPNG, ce.MediaWebP, ce.MediaHEIC} {
			if o := orientation(content, k); o < 1 || o > 8 {
				t.Errorf("%s: %d", k, o)
			}
		}
		progressive(content)
	})
}

func FuzzTSV(f *testing.F) {
	f.Add([]byte("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"+
		"5\t1\t1\t1\t1\t1\t10\t20\t30\t10\t96.5\tMaya\n5\t1\t1\t1\t1\t2\t45\t20\t40\t10\t91\tOkafor\n5\t1\t2\t1\t1\t1\t200\t21\t40\t10\t-1\t \n"), 300, 200)
	f.Add([]byte("5\t1\t1\t1\t1\t1\t-9\t9999999999999999999\t3\t1\tNaN\tx\n5\t1\t1\t1\t1\t1\t-9\t-3\t300000\t1\t250\tx\xff\n"), 1, 1)
	f.Add([]byte("Rotate: 90\nOrientation confidence: 5.91\n"), 1, 1)
	f.Fuzz(func(t *testing.T, table []byte, width, height int) {
		if width < 1 || height < 1 {
			return
		}
		words := arrange(parseTSV(table, width, height))
		check(t, &scan.Document{Pages: []scan.Page{{Readings: []scan.Reading{{Words: words}}}}})
		if turn := parseOrientation(table); turn < 0 || turn > 3 {
			t.Error(turn)
		}
	})
}

// FuzzRead reads what becomes of files, without OCR: any is read or refused, in time.
func FuzzRead(f *testing.F) {
	f.Add(onePage(landscape+fonts, drawn(sample...)))
	f.Add(onePage("/MediaBox[0 0 595 842]/Rotate 90"+fonts, "0 1 -1 0 595 0 cm "+drawn(sample...)))
	f.Add(manyPages(3))
	f.Add(laughing())
	f.Add(jpegHeader(10, 10, true))
	f.Add(pngHeader(10, 10))
	f.Add(asPNG(f, rendered(f, 64)))
	f.Add(asJPEG(f, rendered(f, 64)))
	r := newReader(f, Options{Tesseract: "no-tesseract", HEIFConvert: "no-heif-convert", PageTime: time.Second, FileTime: 2 * time.Second, MaxPixels: 1_000_000})
	f.Fuzz(func(t *testing.T, content []byte) {
		document, err := r.Read(context.Background(), bytes.NewReader(content), int64(len(content)))
		check(t, &document)
		if refused := new(Error); err != nil && !errors.As(err, &refused) {
			t.Errorf("%v, code %s", err, ce.CodeOf(err))
		}
	})
}
