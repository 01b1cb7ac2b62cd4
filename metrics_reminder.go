package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"accrue/ce"
	"accrue/notify"
	"accrue/tracker"
)

// reminderMetrics tells how reminders are doing. What all servers share is read from the database when it is asked for.
type reminderMetrics struct {
	tracker *tracker.Tracker
	push    *notify.Push // nil where nothing is pushed
	log     *slog.Logger

	issued, overdue, lag, deliveries, deliveryLag, held, rate *prometheus.Desc
}

// reminderMetricsTime bounds the reading of what is asked for.
const reminderMetricsTime = 5 * time.Second

func newReminderMetrics(s *services, log *slog.Logger) *reminderMetrics {
	return &reminderMetrics{
		tracker: s.tracker, push: s.push, log: log,
		issued:      prometheus.NewDesc("accrue_reminders_issued_total", "Notifications of reminders that this server has issued.", nil, nil),
		overdue:     prometheus.NewDesc("accrue_reminders_overdue", "Professionals of whom something is due to be told and is not, up to 10,000.", nil, nil),
		lag:         prometheus.NewDesc("accrue_reminders_lag_seconds", "For how long the first of them has been waiting.", nil, nil),
		deliveries:  prometheus.NewDesc("accrue_deliveries", "Deliveries of notifications by channel and state.", []string{"channel", "state"}, nil),
		deliveryLag: prometheus.NewDesc("accrue_deliveries_lag_seconds", "For how long the first pending delivery has been due, below 0 while it is not.", []string{"channel"}, nil),
		held:        prometheus.NewDesc("accrue_push_held_seconds", "For how long this server pushes nothing, since Firebase asked for it or cannot be reached.", nil, nil),
		rate:        prometheus.NewDesc("accrue_push_rate", "Messages a second that this server may push now.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (m *reminderMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{m.issued, m.overdue, m.lag, m.deliveries, m.deliveryLag, m.held, m.rate} {
		out <- desc
	}
}

// Collect implements prometheus.Collector. While the database does not answer, what it would tell is missing.
func (m *reminderMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), reminderMetricsTime)
	defer cancel()
	out <- prometheus.MustNewConstMetric(m.issued, prometheus.CounterValue, float64(m.tracker.Issued()))
	if m.push != nil {
		out <- prometheus.MustNewConstMetric(m.held, prometheus.GaugeValue, m.push.Held().Seconds())
		out <- prometheus.MustNewConstMetric(m.rate, prometheus.GaugeValue, m.push.Sender.Rate())
	}
	if err := m.collect(ctx, out); err != nil {
		m.log.WarnContext(ctx, "metrics of reminders", "error", err)
	}
}

func (m *reminderMetrics) collect(ctx context.Context, out chan<- prometheus.Metric) error {
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	overdue, lag, err := m.tracker.Overdue(ctx)
	if err != nil {
		return err
	}
	gauge(m.overdue, float64(overdue))
	gauge(m.lag, lag.Seconds())
	for _, channel := range ce.Channels {
		pending, failed, lag, err := m.tracker.Undelivered(ctx, channel)
		if err != nil {
			return err
		}
		gauge(m.deliveries, float64(pending), string(channel), string(ce.DeliveryPending))
		gauge(m.deliveries, float64(failed), string(channel), string(ce.DeliveryFailed))
		gauge(m.deliveryLag, lag.Seconds(), string(channel))
	}
	return nil
}
