package sqlite

import (
	"context"
	"os"
	"slices"
	"sync"
)

const (
	maxBatch = 128
	// Above this size of the write-ahead log, the writer waits for the readers of the moment so that the log can
	// start anew. SQLite does that by itself only in a moment without readers, which may never come.
	maxLog = 32 << 20
)

// writer runs all writes of a store, in batches that share a commit.
type writer struct {
	conn    *connection
	log     string // the write-ahead log's file
	limit   int64  // of the log's size, before it is shortened
	relaxed bool   // whether commits are left to the next sync, see settle
	queue   chan *task
	ended   chan struct{}
	lock    sync.RWMutex // held for reading while a task enters the queue
	stopped bool
}

// task is one write.
type task struct {
	ctx     context.Context
	do      func(*connection) error
	derived bool // what it writes can be computed again
	single  bool // it is a single statement, which undoes itself when it fails
	err     error
	done    chan struct{}
}

func newWriter(conn *connection, log string) *writer {
	w := &writer{conn: conn, log: log, limit: maxLog, queue: make(chan *task, maxBatch), ended: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) write(t *task) error {
	t.done = make(chan struct{})
	if err := w.enter(t); err != nil {
		return err
	}
	<-t.done
	return t.err
}

func (w *writer) enter(t *task) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	w.lock.RLock()
	defer w.lock.RUnlock()
	if w.stopped {
		return errClosed
	}
	select {
	case w.queue <- t:
		return nil
	case <-t.ctx.Done():
		return t.ctx.Err()
	}
}

// stop lets the queue run empty and returns when the last write is answered. It reports false when it was stopped before.
func (w *writer) stop() bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.stopped {
		return false
	}
	w.stopped = true
	close(w.queue)
	<-w.ended
	return true
}

func (w *writer) run() {
	defer close(w.ended)
	var batch []*task
	for {
		first, open := <-w.queue
		if !open {
			return
		}
		batch = w.waiting(append(batch[:0], first))
		err := w.commit(batch)
		for _, t := range batch {
			if t.err == nil {
				t.err = err
			}
			close(t.done)
		}
		w.shorten()
	}
}

// waiting adds to the batch what is in the queue already.
func (w *writer) waiting(batch []*task) []*task {
	for len(batch) < maxBatch {
		select {
		case t, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, t)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the tasks in one transaction. Its error concerns all that have none of their own.
func (w *writer) commit(batch []*task) error {
	if err := w.settle(batch); err != nil {
		return err
	}
	if _, err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, t := range batch {
		if t.err = t.ctx.Err(); t.err != nil {
			continue
		}
		if err := w.try(t); err != nil {
			w.rollback()
			return err
		}
	}
	if _, err := w.conn.exec("COMMIT"); err != nil {
		w.rollback()
		return err
	}
	return nil
}

// settle has the commit synced to the disk unless the whole batch is derived data. The log is synced in order, so
// what a power cut may take of such commits is the last of them: standings together with the clearing of their marks, which
// then still tell that a refresh is due. Each fact's commit is synced, and all before it.
func (w *writer) settle(batch []*task) error {
	relaxed := !slices.ContainsFunc(batch, func(t *task) bool { return !t.derived })
	if relaxed == w.relaxed {
		return nil
	}
	mode := "PRAGMA synchronous = FULL"
	if relaxed {
		mode = "PRAGMA synchronous = NORMAL"
	}
	// Not prepared once and kept: the setting takes effect when the statement is prepared.
	if err := w.conn.script(mode); err != nil {
		return err
	}
	w.relaxed = relaxed
	return nil
}

// try runs one task in a savepoint, so that its failing undoes nothing of the others. Its error concerns the transaction.
func (w *writer) try(t *task) error {
	if t.single {
		t.err = t.do(w.conn)
		return nil
	}
	if _, err := w.conn.exec("SAVEPOINT task"); err != nil {
		return err
	}
	if t.err = t.do(w.conn); t.err != nil {
		if _, err := w.conn.exec("ROLLBACK TO task"); err != nil {
			return err
		}
	}
	_, err := w.conn.exec("RELEASE task")
	return err
}

// rollback ends the transaction. SQLite may have done so already, and if it cannot, the next BEGIN fails and tells.
func (w *writer) rollback() { _, _ = w.conn.exec("ROLLBACK") }

// shorten starts the write-ahead log anew when it has grown too long. Its failing is no harm, since the log
// works at any length; the next try is after as much growth again.
func (w *writer) shorten() {
	if w.size() <= w.limit {
		return
	}
	_, _ = w.conn.exec("PRAGMA wal_checkpoint(TRUNCATE)")
	w.limit = w.size() + maxLog
}

func (w *writer) size() int64 {
	info, err := os.Stat(w.log)
	if err != nil {
		return 0
	}
	return info.Size()
}
