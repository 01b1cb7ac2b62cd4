package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"accrue/storage"
)

// scanMetrics tells how many files wait to be read, which all servers share and is read from the database when it is asked for.
type scanMetrics struct {
	store        storage.Store
	log          *slog.Logger
	waiting, lag *prometheus.Desc
}

// scanMetricsTime bounds the reading of what is asked for.
const scanMetricsTime = 5 * time.Second

func newScanMetrics(s *services, log *slog.Logger) *scanMetrics {
	return &scanMetrics{
		store: s.store, log: log,
		waiting: prometheus.NewDesc("accrue_scans_waiting", "Files that wait to be read, or are being read.", nil, nil),
		lag:     prometheus.NewDesc("accrue_scans_lag_seconds", "For how long the first of them could have been read.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *scanMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- m.waiting
	out <- m.lag
}

// Collect implements prometheus.Collector. While the database does not answer, what it would tell is missing.
func (m *scanMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scanMetricsTime)
	defer cancel()
	count, since, err := m.store.System().WaitingScans(ctx)
	if err != nil {
		m.log.WarnContext(ctx, "metrics of scans", "error", err)
		return
	}
	lag := time.Duration(0)
	if count > 0 {
		lag = max(time.Since(since), 0)
	}
	out <- prometheus.MustNewConstMetric(m.waiting, prometheus.GaugeValue, float64(count))
	out <- prometheus.MustNewConstMetric(m.lag, prometheus.GaugeValue, lag.Seconds())
}
