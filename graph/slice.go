package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// marshalSlice marshals the elements one after the other, where gqlgen's own function starts a goroutine for each: they
// read nothing that is not there already or read once for all, so that goroutines gain nothing and cost more than the elements.
func marshalSlice(ctx context.Context, length int, _ int64, _ bool, marshalElement func(context.Context, int) graphql.Marshaler) graphql.Array {
	array := make(graphql.Array, length)
	for i := range array {
		array[i] = marshalOne(graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i}), i, marshalElement)
	}
	return array
}

// marshalOne turns a panic into an error of the element.
func marshalOne(ctx context.Context, i int, marshalElement func(context.Context, int) graphql.Marshaler) (element graphql.Marshaler) {
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, cause))
			element = graphql.Null
		}
	}()
	return marshalElement(ctx, i)
}
