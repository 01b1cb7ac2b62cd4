package scan

import (
	_ "embed"
	"encoding/json"
	"math"
)

// threshold is the confidence below which a field stays empty: half of such values would be wrong.
const threshold = 0.5

// surest is the highest confidence given. What is wrong is wrong for all certificates of a layout, so that a layout is one
// observation; of the dozens that the rules were not written with, about one in thirty surprises even where all speaks for a value.
const surest = 0.97

// curve turns signs into a share of right values: 1 / (1 + e^-x) of the weighted sum x. Its weights are fitted, by
// the command in scantest/measure.
type curve struct {
	Bias    float64    `json:"bias"`
	Weights [4]float64 `json:"weights"` // of evidence, margin, legibility, and being read in a picture
}

//go:embed calibration.json
var calibrationFile []byte

var curves = mustCurves(calibrationFile)

func mustCurves(data []byte) map[string]curve {
	var read map[string]curve
	if err := json.Unmarshal(data, &read); err != nil {
		panic(err) // the file is part of the program
	}
	return read
}

// uncalibrated is what signs of fields are without calibration.
var uncalibrated = curve{Bias: -1.5, Weights: [4]float64{0.5, 0.3, 0.5, 0}}

func confidence(field string, s signs) float64 {
	c, ok := curves[field]
	if !ok {
		c = uncalibrated
	}
	x := c.Bias
	for i, sign := range s.list() {
		x += c.Weights[i] * sign
	}
	return min(1/(1+math.Exp(-x)), surest)
}

// mostEvidence is where more evidence says no more.
const mostEvidence = 12
