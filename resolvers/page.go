package resolvers

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/storage"
)

// Sizes of pages.
const (
	defaultPage = 20
	maxPage     = 100
)

func pageSize(first *int) int {
	if first == nil {
		return defaultPage
	}
	return *first
}

// pageOf reads the arguments of a list. A cursor is the place of an item in the list's order, so it
// holds good when items are added or removed.
func pageOf[K any](first *int, after *string) (storage.Page[K], error) {
	page := storage.Page[K]{First: pageSize(first)}
	if page.First < 1 || page.First > maxPage {
		return page, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"first"}, Text: fmt.Sprintf("must be from 1 to %d", maxPage)}
	}
	if after == nil {
		return page, nil
	}
	page.After = new(K)
	text, err := base64.RawURLEncoding.DecodeString(*after)
	if err != nil || json.Unmarshal(text, page.After) != nil {
		return page, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"after"}, Text: "must be a cursor that this list gave"}
	}
	return page, nil
}

func cursor(key any) string {
	text, err := json.Marshal(key)
	if err != nil {
		panic("resolvers: a cursor that cannot be written: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// connection is the parts of one page of a list.
type connection[N any] struct {
	nodes   []*N
	cursors []string
	info    *model.PageInfo
}

func connect[N any](nodes []*N, more bool, key func(*N) any) connection[N] {
	c := connection[N]{nodes: nodes, cursors: make([]string, len(nodes)), info: &model.PageInfo{HasNextPage: more}}
	for i, node := range nodes {
		c.cursors[i] = cursor(key(node))
	}
	if n := len(nodes); n > 0 {
		c.info.StartCursor, c.info.EndCursor = &c.cursors[0], &c.cursors[n-1]
	}
	return c
}

// cut takes a page out of a whole list, whose order compare gives: positive when an item comes after the key.
func cut[N, K any](items []N, page storage.Page[K], compare func(*N, K) int) (out []N, more bool) {
	if page.After != nil {
		i := 0
		for i < len(items) && compare(&items[i], *page.After) <= 0 {
			i++
		}
		items = items[i:]
	}
	if len(items) > page.First {
		return items[:page.First], true
	}
	return items, false
}

func edges[N, E any](c connection[N], edge func(cursor string, node *N) *E) []*E {
	out := make([]*E, len(c.nodes))
	for i := range c.nodes {
		out[i] = edge(c.cursors[i], c.nodes[i])
	}
	return out
}

func pointers[T any](items []T) []*T {
	out := make([]*T, len(items))
	for i := range items {
		out[i] = &items[i]
	}
	return out
}
