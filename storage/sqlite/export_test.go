package sqlite

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Plans returns how SQLite runs each statement that was prepared so far, by statement.
func (s *Store) Plans(ctx context.Context) (map[string][]string, error) {
	statements := map[string]bool{}
	gather := func(c *connection) error {
		for query := range c.statements {
			statements[query] = true
		}
		return nil
	}
	if err := s.write(ctx, gather); err != nil {
		return nil, err
	}
	for range cap(s.readers) { // which are handed out in turn
		if err := s.read(ctx, gather); err != nil {
			return nil, err
		}
	}
	plans := map[string][]string{}
	err := s.write(ctx, func(c *connection) error {
		for _, query := range slices.Sorted(maps.Keys(statements)) {
			err := c.query(func(r row) error {
				plans[query] = append(plans[query], r.text(3))
				return nil
			}, "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return plans, err
}
