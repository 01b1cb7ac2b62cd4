package graph

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// An element that panics is null and an error; the others are there, in their order.
func TestMarshalSlice(t *testing.T) {
	ctx := graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, func(context.Context, any) error {
		return errors.New("recovered")
	})
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{}})
	array := marshalSlice(ctx, 3, 0, false, func(ctx context.Context, i int) graphql.Marshaler {
		if at := graphql.GetFieldContext(ctx).Index; *at != i {
			t.Errorf("element %d is told that it is %d", i, *at)
		}
		if i == 1 {
			panic("broken")
		}
		return graphql.MarshalInt(i)
	})
	var text strings.Builder
	array.MarshalGQL(&text)
	if text.String() != "[0,null,2]" {
		t.Errorf("got %s", &text)
	}
	if problems := graphql.GetErrors(ctx); len(problems) != 1 || problems[0].Message != "recovered" {
		t.Errorf("errors: %v", problems)
	}
}
