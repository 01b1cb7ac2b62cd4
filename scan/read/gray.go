package read

import (
	"image"
	"math"
	"slices"
)

// weights say how much red, green and blue count for a grey, of 256.
type weights struct{ red, green, blue int }

var (
	luma     = weights{77, 150, 29} // ITU-R BT.601
	redOnly  = weights{red: 256}
	blueOnly = weights{blue: 256}
)

func gray(picture *image.RGBA, w weights) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, picture.Rect.Dx(), picture.Rect.Dy()))
	for y := range picture.Rect.Dy() {
		from := picture.Pix[y*picture.Stride:]
		to := out.Pix[y*out.Stride:][:out.Rect.Dx()]
		for x := range to {
			to[x] = uint8((int(from[4*x])*w.red + int(from[4*x+1])*w.green + int(from[4*x+2])*w.blue) >> 8)
		}
	}
	return out
}

// tight returns the pixels row by row without gaps.
func tight(picture *image.Gray) []byte {
	width := picture.Rect.Dx()
	if picture.Stride == width {
		return picture.Pix
	}
	out := make([]byte, 0, width*picture.Rect.Dy())
	for y := range picture.Rect.Dy() {
		out = append(out, picture.Pix[y*picture.Stride:][:width]...)
	}
	return out
}

func inverted(picture *image.Gray) *image.Gray {
	return mapped(picture, func(v uint8) uint8 { return 255 - v })
}

func mapped(picture *image.Gray, f func(uint8) uint8) *image.Gray {
	var table [256]uint8
	for v := range table {
		table[v] = f(uint8(v))
	}
	out := image.NewGray(image.Rect(0, 0, picture.Rect.Dx(), picture.Rect.Dy()))
	for y := range out.Rect.Dy() {
		from := picture.Pix[y*picture.Stride:]
		to := out.Pix[y*out.Stride:][:out.Rect.Dx()]
		for x := range to {
			to[x] = table[from[x]]
		}
	}
	return out
}

// quantiles returns the greys below which the shares of all pixels lie.
func quantiles(picture *image.Gray, shares ...float64) []uint8 {
	var counts [256]int
	for y := range picture.Rect.Dy() {
		for _, v := range picture.Pix[y*picture.Stride:][:picture.Rect.Dx()] {
			counts[v]++
		}
	}
	total := picture.Rect.Dx() * picture.Rect.Dy()
	out := make([]uint8, len(shares))
	for i, share := range shares {
		below := 0
		for v, count := range counts {
			if below += count; float64(below) > share*float64(total) || v == 255 {
				out[i] = uint8(v)
				break
			}
		}
	}
	return out
}

// stretched spreads the greys between the darkest and the lightest over the whole range.
func stretched(picture *image.Gray) *image.Gray {
	ends := quantiles(picture, 0.005, 0.995)
	low, high := int(ends[0]), int(ends[1])
	if high <= low {
		return picture
	}
	return mapped(picture, func(v uint8) uint8 { return uint8(min(max((int(v)-low)*255/(high-low), 0), 255)) })
}

// localContrast takes each pixel's surroundings for paper, so that shadows and colours of the ground go and what is darker stays.
func localContrast(picture *image.Gray) *image.Gray {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	// sums[y][x] is the sum of all pixels above and left of it, so that the mean of a window takes four look-ups.
	sums := make([]uint32, (width+1)*(height+1))
	for y := range height {
		row := uint32(0)
		for x, v := range picture.Pix[y*picture.Stride:][:width] {
			row += uint32(v)
			sums[(y+1)*(width+1)+x+1] = sums[y*(width+1)+x+1] + row
		}
	}
	const reach = 25 // pixels, more than a letter is high at the size of OCR
	out := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		top, bottom := max(0, y-reach), min(height, y+reach+1)
		for x := range width {
			left, right := max(0, x-reach), min(width, x+reach+1)
			sum := sums[bottom*(width+1)+right] - sums[top*(width+1)+right] - sums[bottom*(width+1)+left] + sums[top*(width+1)+left]
			mean := int(sum) / ((bottom - top) * (right - left))
			out.Pix[y*out.Stride+x] = uint8(min(max(255+(int(picture.Pix[y*picture.Stride+x])-mean)*3+20, 0), 255))
		}
	}
	return out
}

// unevenlyLit reports whether the ground of the page is much lighter in some places than in others.
func unevenlyLit(picture *image.Gray) bool {
	const (
		block = 16
		much  = 1.3
	)
	small := shrink(picture, 480)
	var grounds []int // the ground of each block: lighter than what is written on it
	for y := 0; y+block <= small.Rect.Dy(); y += block {
		for x := 0; x+block <= small.Rect.Dx(); x += block {
			var found [256]int
			for row := range block {
				for _, v := range small.Pix[(y+row)*small.Stride+x:][:block] {
					found[v]++
				}
			}
			ground, lighter := 255, 0
			for ; ground > 0 && lighter < block*block/4; ground-- {
				lighter += found[ground]
			}
			grounds = append(grounds, ground)
		}
	}
	if len(grounds) == 0 {
		return false
	}
	slices.Sort(grounds)
	low, high := grounds[len(grounds)/10], grounds[len(grounds)*9/10]
	return float64(high) > much*float64(max(low, 1))
}

// written tells whether anything in the picture may be text: a few rows with several strong edges each. Frames have few
// edges in a row, and noise is gone when the picture is made smaller.
func written(picture *image.Gray) bool {
	small := shrink(picture, 1300)
	width, found := small.Rect.Dx(), 0
	for y := range small.Rect.Dy() {
		edges := 0
		row := small.Pix[y*small.Stride:][:width]
		for x := 1; x < width; x++ {
			if d := int(row[x]) - int(row[x-1]); d > 24 || d < -24 {
				edges++
			}
		}
		if edges >= 12 {
			found++
		}
	}
	return found >= 4
}

// skew returns by how many degrees lines fall to the right, -6 to 6: the angle at which rows of pixels differ most from
// each other, since then lines and the gaps between them lie in rows. On a page that lies on its side the columns do.
// It returns 0 where no angle stands out.
func skew(picture *image.Gray) float64 {
	small := localContrast(shrink(picture, 800))
	width, height := small.Rect.Dx(), small.Rect.Dy()
	type point struct{ x, y float64 }
	var dark []point
	for y := range height {
		for x, v := range small.Pix[y*small.Stride:][:width] {
			if v < 128 {
				dark = append(dark, point{float64(x), float64(y)})
			}
		}
	}
	counts := make([]float64, 2*(width+height))
	sharpness := func(degrees float64, sideways bool) float64 {
		clear(counts)
		tan := math.Tan(degrees * math.Pi / 180)
		for _, p := range dark {
			row := p.y - p.x*tan
			if sideways {
				row = p.x + p.y*tan
			}
			counts[int(row)+(width+height)/2]++
		}
		sum := 0.0
		for _, n := range counts {
			sum += n * n
		}
		return sum
	}
	most, angle, level := 0.0, 0.0, 0.0
	for _, sideways := range []bool{false, true} {
		for degrees := -6.0; degrees <= 6; degrees += 0.5 {
			if s := sharpness(degrees, sideways); s > most {
				most, angle, level = s, degrees, sharpness(0, sideways)
			}
		}
	}
	if most < 1.05*level {
		return 0
	}
	return angle
}

// shrink makes the longer side side pixels long, by the mean of the pixels that become one. Smaller pictures stay.
func shrink(picture *image.Gray, side int) *image.Gray {
	factor := (max(picture.Rect.Dx(), picture.Rect.Dy()) + side - 1) / side
	if factor <= 1 {
		return picture
	}
	out := image.NewGray(image.Rect(0, 0, picture.Rect.Dx()/factor, picture.Rect.Dy()/factor))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := 0
			for dy := range factor {
				for _, v := range picture.Pix[(y*factor+dy)*picture.Stride+x*factor:][:factor] {
					sum += int(v)
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / (factor * factor))
		}
	}
	return out
}

// rows returns the rows from top to bottom, sharing the picture's pixels.
func rows(picture *image.Gray, top, bottom int) *image.Gray {
	return &image.Gray{Pix: picture.Pix[top*picture.Stride : bottom*picture.Stride], Stride: picture.Stride, Rect: image.Rect(0, 0, picture.Rect.Dx(), bottom-top)}
}
