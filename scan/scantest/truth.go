package scantest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// Parts of the set, see the package's comment.
const (
	Tuning      = "tuning"
	Calibration = "calibration"
	Held        = "held"
)

// Kinds of files.
const (
	Text  = "text"  // a PDF with a text layer
	Clean = "clean" // a page from a flatbed scanner: a picture, or a PDF that is nothing but one
	Photo = "photo" // a page taken by a phone
)

// Truth is what a certificate says. What it does not say is empty.
type Truth struct {
	Layout string `json:"layout"`
	Part   string `json:"part"`
	Kind   string `json:"kind"`
	// Producer is the program that made the PDF.
	Producer string `json:"producer"`

	Title       string `json:"title"`
	Provider    string `json:"provider"`
	Participant string `json:"participant"`
	// Days as 2026-11-22. Of one whose order of day and month nothing tells CompletedOn is empty and OpenDay has both readings.
	CompletedOn string   `json:"completedOn,omitempty"`
	OpenDay     []string `json:"openDay,omitempty"`
	StartedOn   string   `json:"startedOn,omitempty"`
	IssuedOn    string   `json:"issuedOn,omitempty"`
	ExpiresOn   string   `json:"expiresOn,omitempty"`

	Amounts      []Amount   `json:"amounts,omitempty"`
	Topics       []string   `json:"topics,omitempty"`
	Format       string     `json:"format,omitempty"`
	Number       string     `json:"number,omitempty"`
	Approvals    []Approval `json:"approvals,omitempty"`
	Verification string     `json:"verification,omitempty"`
}

// Amount is an amount as the certificate has it.
type Amount struct {
	Amount string `json:"amount"`
	Unit   string `json:"unit"`
	// Share is "AWARDED", "PART" or "MAXIMUM".
	Share string `json:"share"`
	Topic string `json:"topic,omitempty"`
}

// Approval is a number that an accreditor gave.
type Approval struct {
	Accreditor string `json:"accreditor"`
	Number     string `json:"number"`
}

// Sample is one file of the set.
type Sample struct {
	Truth
	// Path leads to the file; the truth stands beside it under the same name with .json.
	Path string
}

// Samples reads the truths below the folder, in the order of their paths.
func Samples(folder string) ([]Sample, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*.json"))
	if err != nil {
		return nil, err
	}
	samples := make([]Sample, 0, len(paths))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		sample := Sample{Path: strings.TrimSuffix(path, ".json")}
		if err := json.Unmarshal(data, &sample.Truth); err != nil {
			return nil, err
		}
		samples = append(samples, sample)
	}
	return samples, nil
}
