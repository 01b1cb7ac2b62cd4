package tracker

import (
	"encoding/json"

	"accrue/ce"
)

// Change is what an update does to one field: nothing (the zero value), or a
// new value, which is the field's empty value when the field is cleared.
type Change[T any] struct {
	Given bool
	Value T
}

// Apply sets the field if a value was given.
func (c Change[T]) Apply(field *T) {
	if c.Given {
		*field = c.Value
	}
}

// digest identifies the content of a creating request, so that a repeated one is known to be the same.
func digest(content any) string {
	text, err := json.Marshal(content)
	if err != nil {
		panic("tracker: a request that cannot be written as JSON: " + err.Error())
	}
	return ce.Digest(string(text))
}
