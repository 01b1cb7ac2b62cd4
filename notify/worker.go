package notify

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"accrue/ce"
	"accrue/storage"
)

const (
	// lease is for how long a claim lasts. Sending ends leaseMargin before, which leaves time to record it.
	lease       = 45 * time.Second
	leaseMargin = 15 * time.Second
	// pollEvery is how often a worker that has nothing to do looks for more.
	pollEvery = 2 * time.Second
	// maxPoll is how long it waits while nothing can be sent.
	maxPoll = time.Minute
	// maxClaimed is how many are claimed at once.
	maxClaimed = 512
	// claimers is how many claims are made at the same time.
	claimers = 2
	// stopTime is how long what is being sent may take when the worker is told to stop.
	stopTime = 5 * time.Second
	// recordTime bounds one attempt to record; the pauses between attempts grow from the first to the last.
	recordTime       = 10 * time.Second
	firstRecordPause = 100 * time.Millisecond
	lastRecordPause  = 5 * time.Second
)

// The outcomes that a worker reports beside the states of deliveries.
const (
	OutcomeRetry     = "RETRY"      // it is tried again later
	OutcomePostponed = "POSTPONED"  // to the end of the recipient's quiet hours, or since nothing can be sent
	OutcomeLeaseLost = "LEASE_LOST" // another worker has it, or it is gone
)

// Worker delivers by one channel.
type Worker struct {
	Store   storage.System
	Channel Channel
	// AtOnce is how many are delivered at the same time: at most as many as the channel can send within a minute or so.
	AtOnce int
	// Observe is told what became of each claimed delivery: its state or one of the outcomes above, and why, "" for no reason.
	Observe func(outcome, code string)
	Now     func() time.Time
	Log     *slog.Logger
}

// Run delivers what is due until the context ends, then finishes what is being sent.
func (w *Worker) Run(ctx context.Context) {
	r := w.newRound(ctx)
	defer r.finish()
	for r.claimAll(); wait(ctx, min(max(w.Channel.Held(), pollEvery), maxPoll)); {
		r.claimAll()
	}
}

// Deliver delivers all that is due now, and returns when it is done or the context ends.
func (w *Worker) Deliver(ctx context.Context) {
	r := w.newRound(ctx)
	defer r.finish()
	r.claimAll()
}

// round is the deliveries that one worker has under way.
type round struct {
	*Worker
	ctx     context.Context // ends when the worker is told to stop
	sending context.Context // ends some time later
	cancel  context.CancelFunc
	room    *semaphore.Weighted
	most    int // that are claimed together
	under   sync.WaitGroup
}

func (w *Worker) newRound(ctx context.Context) *round {
	r := &round{Worker: w, ctx: ctx, room: semaphore.NewWeighted(int64(w.AtOnce)), most: min(maxClaimed, (w.AtOnce+3)/4)}
	r.sending, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return r
}

// finish waits for what is under way, not for long when the worker is told to stop.
func (r *round) finish() {
	stop := context.AfterFunc(r.ctx, func() { time.AfterFunc(stopTime, r.cancel) })
	r.under.Wait()
	stop()
	r.cancel()
}

// claimAll begins to deliver all that is due. While one claim waits for the database, another is being made.
func (r *round) claimAll() {
	var claiming sync.WaitGroup
	for range claimers {
		claiming.Go(func() {
			for r.next() > 0 {
			}
		})
	}
	claiming.Wait()
}

// next claims some of what is due as soon as there is room for it, and begins to deliver it. It returns how many, none when the
// context ended.
func (r *round) next() int {
	if r.room.Acquire(r.ctx, int64(r.most)) != nil {
		return 0
	}
	claimed, until := r.claim(r.ctx, r.most)
	for i := range claimed {
		r.under.Go(func() {
			defer r.room.Release(1)
			r.deliver(r.ctx, r.sending, &claimed[i], until)
		})
	}
	r.room.Release(int64(r.most - len(claimed)))
	return len(claimed)
}

// claim claims what is due, nothing while nothing can be sent, and returns until when it may be sent: by this machine's own
// clock, whose jumps do not count.
func (w *Worker) claim(ctx context.Context, most int) ([]storage.ClaimedDelivery, time.Time) {
	if w.Channel.Held() > 0 {
		return nil, time.Time{}
	}
	now := w.Now()
	until := time.Now().Add(lease - leaseMargin)
	claimed, err := w.Store.ClaimDeliveries(ctx, w.Channel.Name(), now, now.Add(lease), most)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "claim deliveries", "channel", w.Channel.Name(), "error", err)
		}
		return nil, time.Time{}
	}
	return claimed, until
}

// deliver delivers one, and records what became of it.
func (w *Worker) deliver(ctx, sending context.Context, claimed *storage.ClaimedDelivery, until time.Time) {
	before := *claimed.Content.By(claimed.Channel)
	if ctx.Err() != nil {
		w.record(ctx, claimed, &before, OutcomePostponed)
		return
	}
	telling, instead := decide(claimed, w.Now())
	if instead != nil {
		outcome := string(instead.State)
		if instead.State == ce.DeliveryPending {
			outcome = OutcomePostponed
		}
		w.record(ctx, claimed, instead, outcome)
		return
	}
	timed, cancel := context.WithDeadline(sending, until)
	defer cancel()
	attempt := w.Channel.Deliver(timed, telling)
	next := after(before, attempt, w.Now())
	outcome := string(next.State)
	switch {
	case next.State == ce.DeliveryPending && attempt.Counts:
		outcome = OutcomeRetry
	case next.State == ce.DeliveryPending:
		outcome = OutcomePostponed
		if ctx.Err() != nil && !attempt.Reached {
			next.NextAt = before.NextAt // another server may do it at once
		}
	}
	w.record(ctx, claimed, next, outcome)
}

// record records what became of a delivery, and does not give up while the worker runs: what was sent and is not recorded
// is sent again.
func (w *Worker) record(ctx context.Context, claimed *storage.ClaimedDelivery, next *ce.Delivery, outcome string) {
	for pause := firstRecordPause; ; pause = min(2*pause, lastRecordPause) {
		timed, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		err := w.Store.FinishDelivery(timed, claimed.DeliveryClaim, *next)
		cancel()
		switch {
		case err == nil:
			w.Observe(outcome, next.Code)
			return
		case errors.Is(err, storage.ErrLeaseLost):
			w.Observe(OutcomeLeaseLost, next.Code)
			return
		}
		w.Log.ErrorContext(ctx, "a delivery is not recorded yet; this is tried again", "channel", claimed.Channel,
			"notification", claimed.Notification, "state", next.State, "error", err)
		if !wait(ctx, pause+rand.N(pause)) {
			w.Observe(OutcomeLeaseLost, next.Code)
			return
		}
	}
}

// wait waits for so long, or returns false when the context ends.
func wait(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
