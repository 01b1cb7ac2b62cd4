package scantest

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// Photograph makes a page look as if a phone had taken it: turned a little, in perspective, under uneven light with
// the shadow of a hand, a little out of focus and noisy.
func Photograph(page image.Image, random *rand.Rand, longSide int) *image.RGBA {
	bounds := page.Bounds()
	w, h := float64(bounds.Dx()), float64(bounds.Dy())
	scale := float64(longSide) / math.Max(w, h)
	width, height := int(w*scale*1.1), int(h*scale*1.1)
	around := func(x float64) float64 { return (random.Float64()*2 - 1) * x }

	angle := around(0.045)
	sin, cos := math.Sincos(angle)
	corner := func(x, y float64) [2]float64 {
		x, y = x*w*scale*0.94, y*h*scale*0.94
		return [2]float64{
			float64(width)/2 + x*cos - y*sin + around(0.022*float64(width)),
			float64(height)/2 + x*sin + y*cos + around(0.022*float64(height)),
		}
	}
	quad := [4][2]float64{corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)}
	back := homography(quad, [4][2]float64{{0, 0}, {w, 0}, {w, h}, {0, h}})

	desk := color.RGBA{uint8(90 + random.IntN(60)), uint8(70 + random.IntN(50)), uint8(55 + random.IntN(40)), 255}
	lightX, lightY := around(0.25), around(0.25)
	shadowAt, shadowSlope := 0.6+random.Float64()*0.35, around(0.5)
	tint := [3]float64{1, 0.985 + around(0.012), 0.95 + around(0.04)}

	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			u, v := back.apply(float64(x), float64(y))
			fx, fy := float64(x)/float64(width)-0.5, float64(y)/float64(height)-0.5
			light := 0.9 + lightX*fx + lightY*fy
			// The shadow's edge is soft.
			edge := fx + 0.5 + shadowSlope*fy - shadowAt
			light *= 1 - 0.28/(1+math.Exp(-edge*40))
			noise := around(3.5)
			c := [3]float64{float64(desk.R), float64(desk.G), float64(desk.B)}
			if u >= 1 && v >= 1 && u < w-2 && v < h-2 {
				c = soft(page, bounds.Min.X+int(u), bounds.Min.Y+int(v), u-math.Floor(u), v-math.Floor(v))
			}
			pixel := out.Pix[out.PixOffset(x, y):]
			for i := range 3 {
				pixel[i] = uint8(min(max(c[i]*light*tint[i]+noise, 0), 255))
			}
			pixel[3] = 255
		}
	}
	return out
}

// soft samples between four pixels.
func soft(page image.Image, x, y int, fx, fy float64) (out [3]float64) {
	for _, p := range []struct {
		x, y int
		part float64
	}{{x, y, (1 - fx) * (1 - fy)}, {x + 1, y, fx * (1 - fy)}, {x, y + 1, (1 - fx) * fy}, {x + 1, y + 1, fx * fy}} {
		r, g, b, _ := page.At(p.x, p.y).RGBA()
		out[0] += float64(r>>8) * p.part
		out[1] += float64(g>>8) * p.part
		out[2] += float64(b>>8) * p.part
	}
	return out
}

// matrix maps points of one plane to another.
type matrix [9]float64

func (m matrix) apply(x, y float64) (float64, float64) {
	w := m[6]*x + m[7]*y + m[8]
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}

// homography returns the map that takes the four points to the other four, by Gaussian elimination.
func homography(from, to [4][2]float64) matrix {
	var rows [8][9]float64
	for i := range 4 {
		x, y, u, v := from[i][0], from[i][1], to[i][0], to[i][1]
		rows[2*i] = [9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u}
		rows[2*i+1] = [9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v}
	}
	for i := range 8 {
		best := i
		for j := i + 1; j < 8; j++ {
			if math.Abs(rows[j][i]) > math.Abs(rows[best][i]) {
				best = j
			}
		}
		rows[i], rows[best] = rows[best], rows[i]
		for j := range 8 {
			if j == i {
				continue
			}
			factor := rows[j][i] / rows[i][i]
			for k := i; k < 9; k++ {
				rows[j][k] -= factor * rows[i][k]
			}
		}
	}
	var m matrix
	for i := range 8 {
		m[i] = rows[i][8] / rows[i][i]
	}
	m[8] = 1
	return m
}
