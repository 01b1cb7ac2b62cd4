package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// tracingConfigured reports whether OpenTelemetry's own variables name an exporter.
func tracingConfigured() bool {
	return slices.ContainsFunc(exporterVariables, func(name string) bool { return os.Getenv(name) != "" })
}

// exporterVariables are OpenTelemetry's own: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
var exporterVariables = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// checkExporter refuses an address that the exporter would take and then never reach.
func checkExporter(name, value string) error {
	if value == "" {
		return nil
	}
	if parsed, err := url.Parse(value); err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return fmt.Errorf("%s must be a URL such as http://127.0.0.1:4318", name)
	}
	return nil
}

// startTracing sends traces to the configured exporter and returns how to stop. Without one it does nothing.
func startTracing(ctx context.Context) (stop func(), err error) {
	if !tracingConfigured() {
		return func() {}, nil
	}
	for _, name := range exporterVariables {
		if err := checkExporter(name, os.Getenv(name)); err != nil {
			return nil, err
		}
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { slog.Warn("traces cannot be sent", "error", err) }))
	service, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "accrue")), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(service))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			slog.Warn("traces that could not be sent", "error", err)
		}
	}, nil
}
