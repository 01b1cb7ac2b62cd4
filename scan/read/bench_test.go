package read

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
)

func benchmark(b *testing.B, content []byte) {
	b.Helper()
	read := func() {
		if _, err := shared.Read(context.Background(), bytes.NewReader(content), int64(len(content))); err != nil {
			b.Fatal(err)
		}
	}
	read() // PDFium is compiled
	for b.Loop() {
		read()
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/file")
}

func BenchmarkTextPDF(b *testing.B) { benchmark(b, file(b, "certificate.pdf")) }

func BenchmarkScannedPDF(b *testing.B) { benchmark(b, pictured(b, rendered(b, 2400), "")) }

// A photo of 12 megapixels.
func BenchmarkPhoto(b *testing.B) { benchmark(b, asJPEG(b, photographed(rendered(b, 2400), 1))) }

func BenchmarkHEIC(b *testing.B) { benchmark(b, file(b, "certificate.heic")) }

// BenchmarkMemory reads 200 files of all kinds, however many times it is told to run, and reports how much memory the process has
// at their end, how much more than after the first ten, and how much it ever had.
func BenchmarkMemory(b *testing.B) {
	files := [][]byte{
		file(b, "certificate.pdf"), file(b, "certificate.webp"), file(b, "encrypted.pdf"),
		asJPEG(b, photographed(rendered(b, 2400), 1)), pictured(b, rendered(b, 2400), ""),
	}
	before := 0
	for i := range 200 {
		content := files[i%len(files)]
		_, _ = shared.Read(context.Background(), bytes.NewReader(content), int64(len(content)))
		if i == 10 {
			before = memory(b, "VmRSS")
		}
	}
	for b.Loop() { // a benchmark must; it forgets what was reported before
	}
	b.ReportMetric(float64(memory(b, "VmRSS")), "MB")
	b.ReportMetric(float64(memory(b, "VmRSS")-before), "MB-more")
	b.ReportMetric(float64(memory(b, "VmHWM")), "MB-peak")
}

// memory returns a figure of Linux about this process, in megabytes.
func memory(b *testing.B, name string) int {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n / 1000
		}
	}
	b.Fatal("no " + name)
	return 0
}
