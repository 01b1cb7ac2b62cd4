// Package scalar writes and reads the scalars of the schema. What is empty in
// package ce (no day, no text) is null in the API.
package scalar

import (
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"accrue/ce"
)

// Node is anything with an id; see the interface of that name in the schema.
type Node any

func wrong(text string) error {
	return ce.Errorf(ce.CodeInvalidInput, "%s", text)
}

// MarshalString writes a text; the empty text, which means that none was given, as null.
func MarshalString(text string) graphql.Marshaler {
	if text == "" {
		return graphql.Null
	}
	return graphql.MarshalString(text)
}

// UnmarshalString reads a text. Numbers and booleans are refused, as the specification asks.
func UnmarshalString(v any) (string, error) {
	if text, ok := v.(string); ok {
		return text, nil
	}
	return "", wrong("must be a string")
}

// MarshalID writes an id.
func MarshalID(id string) graphql.Marshaler { return MarshalString(id) }

// UnmarshalID reads an id, which clients may send as a string or a whole number.
func UnmarshalID(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case int:
		return strconv.Itoa(v), nil
	}
	return "", wrong("must be an id")
}

// MarshalDate writes a day as 2026-11-22; no day as null.
func MarshalDate(d ce.Date) graphql.Marshaler { return MarshalString(d.String()) }

// UnmarshalDate reads a day of the calendar.
func UnmarshalDate(v any) (ce.Date, error) {
	text, ok := v.(string)
	if !ok {
		return ce.Date{}, wrong("must be a day of the calendar, written like \"2026-11-22\"")
	}
	d, err := ce.ParseDate(text)
	if err != nil {
		return ce.Date{}, wrong(err.Error())
	}
	return d, nil
}

// instantFormat is RFC 3339 to the millisecond.
const instantFormat = "2006-01-02T15:04:05.000Z07:00"

// MarshalDateTime writes an instant in UTC to the millisecond.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return MarshalString(t.UTC().Format(instantFormat))
}

// UnmarshalDateTime reads an instant in RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	if text, ok := v.(string); ok {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, wrong("must be an instant, written like \"2026-11-22T17:30:00Z\"")
}

// MarshalTimeOfDay writes a time as 09:00.
func MarshalTimeOfDay(t ce.TimeOfDay) graphql.Marshaler { return MarshalString(t.String()) }

// UnmarshalTimeOfDay reads a time of the day.
func UnmarshalTimeOfDay(v any) (ce.TimeOfDay, error) {
	text, _ := v.(string)
	t, err := ce.ParseTimeOfDay(text)
	if err != nil {
		return 0, wrong(err.Error())
	}
	return t, nil
}

// MarshalDecimal writes an amount as a decimal string.
func MarshalDecimal(a ce.Amount) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(a.String())) })
}

// UnmarshalDecimal reads a decimal from a string, or from a whole number. Numbers with a point are refused,
// since what a client computes in binary is not exact.
func UnmarshalDecimal(v any) (ce.Amount, error) {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return ce.Amount{}, wrong("must be an exact decimal as a string, such as \"1.5\"")
		}
	case int64:
		text = strconv.FormatInt(v, 10)
	case int:
		text = strconv.Itoa(v)
	default:
		return ce.Amount{}, wrong("must be an exact decimal as a string, such as \"1.5\"")
	}
	a, err := ce.ParseAmount(text)
	if err != nil {
		return ce.Amount{}, wrong(err.Error())
	}
	return a, nil
}
