package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"accrue/storage"
)

// A preview and the log agree: in what they refuse, and in what the credit changes. The preview stores nothing.
func TestPreviewAgreesWithTheLog(t *testing.T) {
	const (
		fields  = ` { certifications { certification { program { id } } after { outcome requirements { id outcome earned remaining explanation } credits { nodes { counted explanation credit { title } } } } } } }`
		preview = `query($input: LogCreditInput!) { previewCredit(input: $input)` + fields
		log     = `mutation($input: LogCreditInput!) { logCredit(input: $input) { certifications { program { id } standing { outcome requirements { id outcome earned remaining explanation } credits { nodes { counted explanation credit { title } } } } } } }`
		stored  = `{ me { version certifications { nodes { version standing { requirements { id earned } } deadlines { nodes { id remaining } } } } credits { nodes { id version title } } deadlines { nodes { id remaining } } } }`
	)
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		for _, query := range []string{
			`mutation { addCertification(input: {id: "` + uuid(1) + `", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } } }`,
			`mutation { addCertification(input: {id: "` + uuid(2) + `", programId: "iia-cia", issuedOn: "2016-09-30"}) { certification { id } } }`,
			`mutation { logCredit(input: {id: "` + uuid(3) + `", title: "Tax update", completedOn: "2026-10-05", minutes: 400, topics: ["technical"]}) { credit { id } } }`,
		} {
			if _, answer := a.ask(t, "jordan", query, nil); answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
		}
		_, before := a.ask(t, "jordan", stored, nil)
		unchanged := func(after string) {
			t.Helper()
			if _, now := a.ask(t, "jordan", stored, nil); indented(now) != indented(before) {
				t.Fatalf("something was stored by %s:\n%s", after, cmp.Diff(indented(before), indented(now)))
			}
		}
		for _, bad := range []map[string]any{
			{"id": "1", "title": "", "completedOn": "2026-11-01"},
			{"title": " ", "completedOn": "2026-11-23", "minutes": 0},
			{"title": "Two", "completedOn": "2026-11-01", "minutes": 50, "amount": "1", "unit": "iia.cpe-hour"},
			{"title": "Two", "completedOn": "2026-11-01", "amount": "1"},
			{"title": "Two", "completedOn": "2026-11-01", "amount": "1000000000000", "unit": "iia.cpe-hour"},
			{"title": "Two", "completedOn": "2026-11-31", "minutes": 50},
			{"title": "Two", "completedOn": "2026-11-01", "amount": "1", "unit": "nobody.hour", "topics": []string{"a", "!"}},
			{"title": "Two", "completedOn": "2026-11-01", "amount": "1", "unit": "nobody.hour"},
			{"title": "Two", "completedOn": "2026-11-01", "minutes": 50, "certificationIds": []string{uuid(1), uuid(9)}},
		} {
			_, refused := a.ask(t, "jordan", log, map[string]any{"input": bad})
			_, answer := a.ask(t, "jordan", preview, map[string]any{"input": bad})
			for _, field := range []string{"message", "extensions"} {
				want := at(t, refused, "errors", 0, field)
				if diff := cmp.Diff(want, at(t, answer, "errors", 0, field)); diff != "" {
					t.Errorf("%v: %s (-log +preview):\n%s", bad, field, diff)
				}
			}
		}
		unchanged("previews that were refused")

		input := map[string]any{"input": map[string]any{
			"id": uuid(4), "title": "Ethics of audit", "completedOn": "2026-11-02", "minutes": 100, "topics": []string{"ethics"}, "role": "participant",
		}}
		_, previewed := a.ask(t, "jordan", preview, input)
		unchanged("a preview")
		_, logged := a.ask(t, "jordan", log, input)
		for i := range 2 {
			want := at(t, logged, "data", "logCredit", "certifications", i, "standing")
			if diff := cmp.Diff(want, at(t, previewed, "data", "previewCredit", "certifications", i, "after")); diff != "" {
				t.Errorf("certification %d (-logged +previewed):\n%s", i, diff)
			}
		}
	})
}
