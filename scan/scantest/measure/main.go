// Measure prints how well the certificates of scan/testdata are understood: the share of right fields for text PDFs,
// clean scans and photos apart, of layouts that the rules were written with and of those held back, and how right the
// confidences are.
//
//	go run ./scan/scantest/measure          reads the files, which takes minutes and wants Tesseract
//	go run ./scan/scantest/measure -kept    takes what was read when it was last kept
//
// While working on the rules: -wrong lists what is wrong in tuning, -part, -kind and -layout choose what is looked at, -named
// tells the account's name. After a change of the rules or of the set: -keep keeps what is read, and -fit fits the
// confidences anew, on what is not held.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/read"
	"accrue/scan/scantest"
)

// today is when the set was made.
var today = ce.MustDate(2026, 11, 25)

type options struct {
	kept, keep, wrong, named, fit bool
	folder, part, kind, layout    string
}

func main() {
	var o options
	flag.BoolVar(&o.kept, "kept", false, "take the readings that are kept")
	flag.BoolVar(&o.keep, "keep", false, "keep the readings")
	flag.BoolVar(&o.wrong, "wrong", false, "list the fields of the tuning part that are wrong")
	flag.BoolVar(&o.named, "named", false, "tell the account's name")
	flag.BoolVar(&o.fit, "fit", false, "fit the confidences on what is not held, and write scan/calibration.json")
	flag.StringVar(&o.folder, "folder", "scan/testdata", "folder of the files")
	flag.StringVar(&o.part, "part", "", "only this part")
	flag.StringVar(&o.kind, "kind", "", "only files of this kind: text, clean or photo")
	flag.StringVar(&o.layout, "layout", "", "only this layout")
	flag.Parse()
	if err := o.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	all, err := scantest.Samples(o.folder)
	if err != nil {
		return err
	}
	samples := slices.DeleteFunc(all, func(s scantest.Sample) bool {
		return o.part != "" && s.Part != o.part || o.kind != "" && s.Kind != o.kind || o.layout != "" && s.Layout != o.layout
	})
	var readings map[string]scan.Document
	if o.kept {
		readings, err = scantest.Readings(o.folder)
	} else {
		readings, err = readAll(ctx, samples)
	}
	if err != nil {
		return err
	}
	if o.keep {
		if err := scantest.Keep(o.folder, readings); err != nil {
			return err
		}
	}
	var results []scantest.Result
	var observations []scantest.Observation
	for i := range samples {
		s := &samples[i]
		document, ok := readings[s.Key()]
		if !ok {
			return fmt.Errorf("%s has not been read: use -keep", s.Path)
		}
		known := scan.Options{Today: today}
		if o.named {
			known.Name = s.Participant
		}
		got := scan.Recognize(document, known)[0]
		results = append(results, scantest.Score(s, got)...)
		if s.Part != scantest.Held {
			observations = append(observations, scantest.Observe(s, got)...)
		}
	}
	if o.fit {
		return writeCurves(scantest.Fit(observations))
	}
	if o.wrong {
		for _, r := range results {
			if !r.Right && r.Sample.Part == scantest.Tuning && slices.Contains(scantest.Fields, r.Field) {
				fmt.Printf("%-40s %-8s %-12s got %q, want %q (%.2f)\n", filepath.Base(r.Sample.Path), r.Sample.Kind, r.Field, r.Got, r.Want, r.Confidence)
			}
		}
	}
	fmt.Print(scantest.Report(results))
	return nil
}

func readAll(ctx context.Context, samples []scantest.Sample) (map[string]scan.Document, error) {
	reader, err := read.New(read.Options{Workers: 1})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	readings := map[string]scan.Document{}
	for i := range samples {
		document, err := readFile(ctx, reader, samples[i].Path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", samples[i].Path, err)
		}
		readings[samples[i].Key()] = document
	}
	return readings, nil
}

func readFile(ctx context.Context, reader *read.Reader, path string) (scan.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return scan.Document{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return scan.Document{}, err
	}
	return reader.Read(ctx, f, info.Size())
}

func writeCurves(curves map[string]scantest.Curve) error {
	data, err := json.MarshalIndent(curves, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile("scan/calibration.json", append(data, '\n'), 0o644)
}
