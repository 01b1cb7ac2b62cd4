package identity_test

import (
	"errors"
	"testing"

	"accrue/ce"
)

// wantRefusal fails the test unless err is of the code and, where one is given, has the text.
func wantRefusal(t testing.TB, err error, code ce.Code, text string) {
	t.Helper()
	var refusal *ce.Error
	if !errors.As(err, &refusal) {
		t.Errorf("the error is %v, not %s", err, code)
		return
	}
	if refusal.Code != code || text != "" && refusal.Text != text {
		t.Errorf("the error is %v, not %s %q", err, code, text)
	}
}
