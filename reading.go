package main

import (
	"log/slog"
	"runtime"
	"time"

	"accrue/ce"
	"accrue/scan/read"
	"accrue/scan/worker"
	"accrue/tracker"
)

// startReading lets the files that are kept be read. Run of the scanner does it.
func (c *serveCommand) startReading(s *services, log *slog.Logger) error {
	options := c.options()
	options.MaxBytes, options.Workers = c.MaxFile, c.atOnce()
	var err error
	if s.reader, err = read.New(options); err != nil {
		return err
	}
	s.scanner = &worker.Worker{
		Store: s.store, Files: s.files, Reader: s.reader, AtOnce: options.Workers, Now: time.Now, Log: log,
		Observe: s.metrics.scan,
	}
	s.tracker.Scan(tracker.Scanning{Wake: s.scanner.Wake, Observe: s.metrics.confirmed})
	return nil
}

// atOnce is how many files are read at the same time: as many as leave half of the processors to requests, unless it is set.
func (c *serveCommand) atOnce() int {
	if c.ScansAtOnce > 0 {
		return c.ScansAtOnce
	}
	return max(runtime.GOMAXPROCS(0)/2, 1)
}

// announceReading says what is not read for want of programs.
func announceReading(reader *read.Reader, log *slog.Logger) {
	if reader == nil {
		return
	}
	for _, program := range reader.Programs() {
		if program.Missing == "" {
			log.Info("reading certificates: " + program.Purpose + " by " + program.Name)
		} else {
			log.Warn("reading certificates: no "+program.Purpose, "program", program.Name, "missing", program.Missing)
		}
	}
}

func (m *metrics) scan(outcome, reason string, took time.Duration) {
	m.scans.WithLabelValues(outcome, reason).Observe(took.Seconds())
}

func (m *metrics) confirmed(fields []ce.ConfirmedField) {
	for i := range fields {
		m.scannedFields.WithLabelValues(fields[i].Field, string(fields[i].Outcome())).Inc()
	}
}
