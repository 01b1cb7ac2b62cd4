package mail

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Limits of a queue.
const (
	maxWaiting  = 1000 // letters at once; more are not taken
	maxSending  = 4    // of them being written or sent
	giveUpAfter = 10 * time.Minute
	firstPause  = 5 * time.Second // between attempts; it doubles, shortened at random by up to half
	maxPause    = 2 * time.Minute
)

// ErrNothing is for a letter's writer to return: there is nothing to send.
var ErrNothing = errors.New("mail: nothing to send")

// What becomes of a letter.
const (
	Sent    = "sent"    // the mail server took it
	Refused = "refused" // the mail server will never take it
	GaveUp  = "gave-up" // neither happened in time
	Dropped = "dropped" // too many were waiting, or the server stopped
)

// Queue sends letters in the background. They wait in memory only.
type Queue struct {
	send    func(context.Context, Message) error
	observe func(kind, outcome string)
	log     *slog.Logger

	running context.Context // ends when what is left is dropped
	drop    context.CancelFunc
	closing chan struct{} // closed when the server stops
	sending chan struct{} // holds one item for each letter being written or sent
	mu      sync.Mutex    // guards what follows
	closed  bool
	waiting int
	ended   sync.Cond // some letter is done
}

// NewQueue returns a queue that sends by send, see [Sender.Send]. Observe is told what became of each letter.
func NewQueue(send func(context.Context, Message) error, observe func(kind, outcome string), log *slog.Logger) *Queue {
	q := &Queue{
		send: send, observe: observe, log: log,
		closing: make(chan struct{}), sending: make(chan struct{}, maxSending),
	}
	q.ended.L = &q.mu
	q.running, q.drop = context.WithCancel(context.Background())
	return q
}

// Post has a letter of the kind written and sent soon, and returns at once. An attempt that fails is repeated for ten
// minutes; write too, until it succeeds or returns [ErrNothing]. It returns false, and has dropped the letter, when too many
// wait or the queue is closed.
func (q *Queue) Post(kind string, write func(context.Context) (Message, error)) bool {
	q.mu.Lock()
	taken := !q.closed && q.waiting < maxWaiting
	if taken {
		q.waiting++
	}
	q.mu.Unlock()
	if !taken {
		q.observe(kind, Dropped)
		q.log.Warn("a letter is dropped: too many wait, or the server is stopping", "kind", kind)
		return false
	}
	go func() {
		q.deliver(kind, write)
		q.mu.Lock()
		q.waiting--
		q.mu.Unlock()
		q.ended.Broadcast()
	}()
	return true
}

// Close takes no more letters, gives each that waits one more attempt, and drops what is left when the context ends.
func (q *Queue) Close(ctx context.Context) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		close(q.closing)
	}
	defer context.AfterFunc(ctx, q.drop)()
	for q.waiting > 0 {
		q.ended.Wait()
	}
	q.drop()
}

func (q *Queue) deliver(kind string, write func(context.Context) (Message, error)) {
	ctx, cancel := context.WithTimeout(q.running, giveUpAfter)
	defer cancel()
	var message Message
	written := false
	attempt := func() error {
		select {
		case q.sending <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		defer func() { <-q.sending }()
		if !written {
			var err error
			if message, err = write(ctx); err != nil {
				return err
			}
			written = true
		}
		return q.send(ctx, message)
	}
	pause := firstPause
	var cause error // of the last attempt that ended by itself
	for attempts := 1; ; attempts++ {
		last := q.isClosing()
		err := attempt()
		if ctx.Err() == nil || cause == nil {
			cause = err
		}
		var failed *Failure
		outcome := ""
		switch {
		case errors.Is(err, ErrNothing):
			return
		case err == nil:
			outcome = Sent
		case errors.As(err, &failed) && failed.Permanent:
			outcome = Refused
		case q.running.Err() != nil, last:
			outcome = Dropped
		case ctx.Err() != nil:
			outcome = GaveUp
		}
		if outcome != "" {
			q.observe(kind, outcome)
			if outcome != Sent {
				q.log.Warn("a letter is not sent", "kind", kind, "outcome", outcome, "attempts", attempts, "error", cause)
			}
			return
		}
		level := slog.LevelDebug
		if attempts == 1 {
			level = slog.LevelWarn
		}
		q.log.Log(ctx, level, "a letter is not sent yet; this is tried again", "kind", kind, "attempts", attempts, "error", cause)
		timer := time.NewTimer(pause - rand.N(pause/2))
		select {
		case <-timer.C:
		case <-q.closing:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
		}
		pause = min(2*pause, maxPause)
	}
}

func (q *Queue) isClosing() bool {
	select {
	case <-q.closing:
		return true
	default:
		return false
	}
}
