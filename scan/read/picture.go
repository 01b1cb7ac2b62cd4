package read

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/webp"

	"accrue/ce"
	"accrue/scan"
)

// formats are asked for by type, not by image.Decode, which believes whoever has registered last.
var formats = map[ce.MediaType]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	ce.MediaJPEG: {jpeg.DecodeConfig, jpeg.Decode},
	ce.MediaPNG:  {png.DecodeConfig, png.Decode},
	ce.MediaWebP: {webp.DecodeConfig, webp.Decode},
}

// decode returns a picture, upright as its camera was held, opaque on white, with no side longer than maxSide.
func (r *Reader) decode(ctx context.Context, file []byte, k ce.MediaType, maxSide int) (*image.RGBA, error) {
	turn := orientation(file, k)
	if k == ce.MediaHEIC {
		converted, err := r.heif.jpeg(ctx, file)
		if err != nil {
			return nil, err
		}
		file, k = converted, ce.MediaJPEG
	}
	format := formats[k]
	config, err := format.config(bytes.NewReader(file))
	if err != nil {
		return nil, damaged(err)
	}
	// A picture's memory is known before it is decoded, from its first bytes; 4 bytes are what most have for a pixel.
	pixels := int64(config.Width) * int64(config.Height)
	if pixels == 0 {
		return nil, damaged(nil)
	}
	maxPixels := min(int64(r.options.MaxPixels), int64(r.options.MaxPixels)*4/pixelSize(file, k, config.ColorModel))
	if pixels > maxPixels {
		return nil, refuse(ReasonTooLarge, nil, "The picture is too large: it has %d million pixels and may have %d million.",
			(pixels+500_000)/1_000_000, maxPixels/1_000_000)
	}

	r.decoding.Lock()
	defer r.decoding.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	picture, err := format.decode(bytes.NewReader(file))
	if err != nil {
		return nil, damaged(err)
	}
	return upright(fit(picture, maxSide), turn), nil
}

// pixelSize returns how many bytes decoding needs for a pixel at most.
func pixelSize(file []byte, k ce.MediaType, model color.Model) int64 {
	switch {
	case k == ce.MediaJPEG && progressive(file):
		return 15 // all coefficients are kept until the end, as 32-bit numbers, beside the picture
	case k == ce.MediaPNG && (model == color.RGBA64Model || model == color.NRGBA64Model):
		return 8
	}
	return 4
}

// progressive tells whether a JPEG is coded in several scans, by the marker SOF2 before its picture.
func progressive(file []byte) bool {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		switch file[at+1] {
		case 0xff: // a fill byte
			at++
			continue
		case 0xc2:
			return true
		case 0xda, 0xc0, 0xc1:
			return false
		}
		at += 2 + int(binary.BigEndian.Uint16(file[at+2:]))
	}
	return false
}

// fit copies the picture onto white, made smaller where a side is longer than maxSide.
func fit(picture image.Image, maxSide int) *image.RGBA {
	from := picture.Bounds()
	width, height := from.Dx(), from.Dy()
	if longer := max(width, height); longer > maxSide {
		width, height = max(1, width*maxSide/longer), max(1, height*maxSide/longer)
	}
	to := image.NewRGBA(image.Rect(0, 0, width, height))
	operator := draw.Src
	if opaque, ok := picture.(interface{ Opaque() bool }); !ok || !opaque.Opaque() {
		draw.Draw(to, to.Rect, image.White, image.Point{}, draw.Src)
		operator = draw.Over
	}
	if to.Rect.Size() == from.Size() {
		draw.Draw(to, to.Rect, picture, from.Min, operator)
	} else {
		draw.ApproxBiLinear.Scale(to, to.Rect, picture, from, operator, nil)
	}
	return to
}

// upright turns and mirrors a picture by its EXIF orientation.
func upright(picture *image.RGBA, orientation int) *image.RGBA {
	if orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7 {
		mirror(picture)
	}
	quarters := map[int]int{3: 2, 4: 2, 5: 3, 6: 1, 7: 1, 8: 3}
	return turned(picture, quarters[orientation])
}

// mirror swaps left and right in place.
func mirror(picture *image.RGBA) {
	for y := range picture.Rect.Dy() {
		row := picture.Pix[y*picture.Stride:][:picture.Rect.Dx()*4]
		for l, r := 0, len(row)-4; l < r; l, r = l+4, r-4 {
			left, right := [4]byte(row[l:]), [4]byte(row[r:])
			copy(row[l:], right[:])
			copy(row[r:], left[:])
		}
	}
}

// turned returns the picture turned clockwise by quarter turns; the picture itself when there are none.
func turned(picture *image.RGBA, quarters int) *image.RGBA {
	quarters &= 3
	if quarters == 0 {
		return picture
	}
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	if quarters != 2 {
		out = image.NewRGBA(image.Rect(0, 0, height, width))
	}
	for y := range height {
		row := picture.Pix[y*picture.Stride:]
		for x := range width {
			var at int
			switch quarters {
			case 1:
				at = x*out.Stride + (height-1-y)*4
			case 2:
				at = (height-1-y)*out.Stride + (width-1-x)*4
			case 3:
				at = (width-1-x)*out.Stride + y*4
			}
			copy(out.Pix[at:at+4], row[x*4:x*4+4])
		}
	}
	return out
}

// straightened returns the picture turned about its centre so that lines which fall by so many degrees are level. Its
// size stays: corners are lost, and what comes into view is white.
func straightened(picture *image.RGBA, degrees float64) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, picture.Rect.Dx(), picture.Rect.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(out.Rect.Dx())/2, float64(out.Rect.Dy())/2
	draw.ApproxBiLinear.Transform(out, f64.Aff3{cos, sin, cx - cx*cos - cy*sin, -sin, cos, cy + cx*sin - cy*cos}, picture, picture.Rect, draw.Src, nil)
	return out
}

// askew returns where a box of a straightened picture of this size was before.
func askew(b scan.Box, degrees, width, height float64) scan.Box {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	x, y := (b.X+b.Width/2-0.5)*width, (b.Y+b.Height/2-0.5)*height
	x, y = (x*cos-y*sin)/width+0.5, (x*sin+y*cos)/height+0.5
	return boxOf(x-b.Width/2, y-b.Height/2, x+b.Width/2, y+b.Height/2)
}
