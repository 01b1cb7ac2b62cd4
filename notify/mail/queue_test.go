package mail

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/notify/mail/mailtest"
)

// post is a queue whose mail server is a function, with what it was seen to do.
type post struct {
	*Queue
	log      strings.Builder
	mu       sync.Mutex
	outcomes map[string]int
}

func newPost(send func(context.Context, Message) error) *post {
	p := &post{outcomes: map[string]int{}}
	p.Queue = NewQueue(send, func(kind, outcome string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.outcomes[kind+" "+outcome]++
	}, slog.New(slog.NewTextHandler(&p.log, nil)))
	return p
}

func (p *post) want(t *testing.T, outcomes map[string]int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if diff := cmp.Diff(outcomes, p.outcomes); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func writes(message Message) func(context.Context) (Message, error) {
	return func(context.Context) (Message, error) { return message, nil }
}

var errBusy = &Failure{reason: "busy"}

func TestQueueTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var attempts []time.Duration
		var ids []string
		p := newPost(func(_ context.Context, m Message) error {
			attempts, ids = append(attempts, time.Since(start)), append(ids, m.ID)
			if len(attempts) < 4 {
				return errBusy
			}
			return nil
		})
		written := 0
		p.Post("verification", func(context.Context) (Message, error) {
			if written++; written < 3 {
				return Message{}, errors.New("the database is away")
			}
			return Message{ID: "id"}, nil
		})
		time.Sleep(giveUpAfter)
		synctest.Wait()
		if written != 3 || len(attempts) != 4 {
			t.Fatalf("written %d times, sent at %v", written, attempts)
		}
		// Two writings failed, after which came pauses of up to 5 and 10 seconds.
		for i, longest := range []time.Duration{15 * time.Second, 35 * time.Second, 75 * time.Second, 155 * time.Second} {
			if attempts[i] > longest || attempts[i] < longest/2 || ids[i] != "id" {
				t.Errorf("attempt %d came at %v, with the id %s", i, attempts[i], ids[i])
			}
		}
		p.want(t, map[string]int{"verification sent": 1})
		p.Close(t.Context())
	})
}

func TestQueueGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := 0
		p := newPost(func(_ context.Context, m Message) error {
			if m.To == "" {
				refused++
				return errRecipient
			}
			return errBusy
		})
		p.Post("verification", writes(Message{}))
		p.Post("password-reset", writes(Message{To: "jordan@example.com"}))
		p.Post("reminder", func(context.Context) (Message, error) { return Message{}, ErrNothing })
		time.Sleep(giveUpAfter - time.Second)
		synctest.Wait()
		p.want(t, map[string]int{"verification refused": 1})
		time.Sleep(2 * time.Second)
		synctest.Wait()
		p.want(t, map[string]int{"verification refused": 1, "password-reset gave-up": 1})
		if refused != 1 {
			t.Errorf("what was refused for good was tried %d times", refused)
		}
		if log := p.log.String(); strings.Contains(log, "jordan") || !strings.Contains(log, "busy") {
			t.Errorf("the log: %s", log)
		}
		p.Close(t.Context())
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		sending, most := 0, 0
		var mu sync.Mutex
		p := newPost(func(context.Context, Message) error {
			mu.Lock()
			sending++
			most = max(most, sending)
			mu.Unlock()
			<-release
			mu.Lock()
			sending--
			mu.Unlock()
			return nil
		})
		for i := range maxWaiting + 2 {
			if taken := p.Post("verification", writes(Message{})); taken != (i < maxWaiting) {
				t.Fatalf("letter %d taken: %v", i, taken)
			}
		}
		synctest.Wait()
		close(release)
		synctest.Wait()
		if most != maxSending {
			t.Errorf("%d were sent at once, want %d", most, maxSending)
		}
		p.want(t, map[string]int{"verification sent": maxWaiting, "verification dropped": 2})
		if !p.Post("verification", writes(Message{})) {
			t.Error("there is no room after all were sent")
		}
		p.Close(t.Context())
	})
}

func TestQueueCloses(t *testing.T) {
	t.Run("after one more attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			attempts := 0
			p := newPost(func(context.Context, Message) error {
				attempts++
				return errBusy
			})
			p.Post("verification", writes(Message{}))
			synctest.Wait()
			closed := time.Now()
			p.Close(t.Context())
			if attempts != 2 || !time.Now().Equal(closed) {
				t.Errorf("%d attempts, closed after %v", attempts, time.Since(closed))
			}
			if p.Post("verification", writes(Message{})) {
				t.Error("a closed queue takes a letter")
			}
			p.want(t, map[string]int{"verification dropped": 2})
		})
	})
	t.Run("dropping what hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPost(func(ctx context.Context, _ Message) error {
				<-ctx.Done()
				return ctx.Err()
			})
			for range 2 * maxSending {
				p.Post("verification", writes(Message{}))
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			start := time.Now()
			p.Close(ctx)
			if took := time.Since(start); took != 20*time.Second {
				t.Errorf("closing took %v", took)
			}
			p.want(t, map[string]int{"verification dropped": 2 * maxSending})
		})
	})
}

func TestQueueOnARealServer(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	p := newPost(senderTo(t, server.Address, "smtp", "", "").Send)
	for range 50 {
		p.Post("verification", writes(sample()))
	}
	for range 50 {
		server.Wait(t)
	}
	p.Close(t.Context())
	p.want(t, map[string]int{"verification sent": 50})
	server.Empty(t)
}
