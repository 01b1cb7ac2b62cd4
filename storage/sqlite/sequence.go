package sqlite

import (
	"errors"
	"hash/maphash"
	"sync/atomic"

	"accrue/ce"
)

// sequences gives out the professionals' sequence numbers. Their upper half counts the
// starts of the database, the lower one what was given since, so none repeats after a restart.
//
// The counters are fewer than the professionals and shared by some, which makes a number jump, or look
// overtaken when it is not: the refresh then runs once more. That is rare and harmless, and
// memory stays bounded.
type sequences struct {
	seed     maphash.Seed
	counters []atomic.Int64
}

func newSequences(starts int64) sequences {
	s := sequences{seed: maphash.MakeSeed(), counters: make([]atomic.Int64, 1<<16)}
	for i := range s.counters {
		s.counters[i].Store(starts << 32)
	}
	return s
}

func (s *sequences) of(id ce.ProfessionalID) *atomic.Int64 {
	return &s.counters[maphash.String(s.seed, string(id))%uint64(len(s.counters))]
}

// countStart counts this opening of the database and returns how many there were.
func countStart(c *connection) (starts int64, err error) {
	if _, err := c.exec("UPDATE server SET starts = starts + 1"); err != nil {
		return 0, err
	}
	ok, err := c.first(func(r row) error { starts = r.number(0); return nil }, "SELECT starts FROM server")
	if err == nil && !ok {
		err = errors.New("the count of starts is missing")
	}
	return starts, err
}
