package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"accrue/ce"
)

// metrics is what the server counts, for /metrics.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	fields   *prometheus.HistogramVec
	letters  *prometheus.CounterVec

	deliveries *prometheus.CounterVec

	scans         *prometheus.HistogramVec
	scannedFields *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "accrue_http_request_seconds", Help: "Time of HTTP requests by method and status.", Buckets: prometheus.DefBuckets,
		}, []string{"method", "status"}),
		fields: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "accrue_graphql_field_seconds", Help: "Time of root fields by the code of their error, empty for none.", Buckets: prometheus.DefBuckets,
		}, []string{"field", "code"}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "accrue_mail_letters_total", Help: "Letters by kind and by what became of them.",
		}, []string{"kind", "outcome"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "accrue_deliveries_total", Help: "Deliveries that this server has claimed, by channel, by what became of them, and by why.",
		}, []string{"channel", "outcome", "code"}),
		scans: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "accrue_scan_seconds", Help: "Time of reading files by what became of it, and by why.", Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 30, 60},
		}, []string{"outcome", "reason"}),
		scannedFields: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "accrue_scanned_fields_total", Help: "Fields of confirmed certificates: read and kept, read and corrected, or filled in since nothing was proposed.",
		}, []string{"field", "outcome"}),
	}
	m.registry.MustRegister(m.requests, m.fields, m.letters, m.deliveries, m.scans, m.scannedFields, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// knownMethods bounds the values of a label that clients choose.
var knownMethods = map[string]bool{http.MethodGet: true, http.MethodPost: true, http.MethodHead: true, http.MethodOptions: true}

func (m *metrics) request(method string, status int, elapsed time.Duration) {
	if !knownMethods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(method, statusText(status)).Observe(elapsed.Seconds())
}

func (m *metrics) field(field, code string, elapsed time.Duration) {
	m.fields.WithLabelValues(field, code).Observe(elapsed.Seconds())
}

func (m *metrics) letter(kind, outcome string) {
	m.letters.WithLabelValues(kind, outcome).Inc()
}

func (m *metrics) delivery(channel ce.Channel, outcome, code string) {
	m.deliveries.WithLabelValues(string(channel), outcome, code).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
