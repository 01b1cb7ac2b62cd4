package scantest

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"accrue/scan"
)

// The readings of all files of the set are kept beside them: they take minutes to make, and need Tesseract.
const readingsFile = "readings.json.gz"

// Readings returns what was read in the files of the set, by part and name ("held/district-1.pdf"), when it was last kept.
func Readings(folder string) (map[string]scan.Document, error) {
	f, err := os.Open(filepath.Join(folder, readingsFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var readings map[string]scan.Document
	if err := json.NewDecoder(unpacked).Decode(&readings); err != nil {
		return nil, fmt.Errorf("%s: %w", readingsFile, err)
	}
	return readings, nil
}

// Keep writes what was read in the files of the set.
func Keep(folder string, readings map[string]scan.Document) error {
	for _, document := range readings {
		for _, page := range document.Pages {
			for _, reading := range page.Readings {
				for i := range reading.Words {
					w := &reading.Words[i]
					w.Box = scan.Box{X: short(w.Box.X), Y: short(w.Box.Y), Width: short(w.Box.Width), Height: short(w.Box.Height)}
					w.Confidence = short(w.Confidence)
				}
			}
		}
	}
	f, err := os.Create(filepath.Join(folder, readingsFile))
	if err != nil {
		return err
	}
	packed, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(packed).Encode(readings); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return f.Close()
}

// short leaves a tenth of a pixel of a page.
func short(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// Key returns the name of the sample among the readings.
func (s *Sample) Key() string {
	return filepath.Join(filepath.Base(filepath.Dir(s.Path)), filepath.Base(s.Path))
}
