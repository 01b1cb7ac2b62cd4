package main

//go:generate go tool gqlgen generate
//go:generate gofmt -r "graphql.MarshalSliceConcurrently -> marshalSlice" -w graph
