package fcm

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// DefaultPerMinute is FCM's default quota of a project.
	DefaultPerMinute = 600_000
	// DefaultRamp is how long the pace takes to reach its height.
	DefaultRamp = 3 * time.Minute

	rampStep = time.Second
	rampFrom = 20 // the pace begins at a twentieth
)

// pace lets sends through so that in no minute more begin than allowed, few at the start and more during the ramp.
type pace struct {
	limiter *rate.Limiter // nil when the pace is lifted
	full    float64       // sends a second once the ramp is over
	ramp    time.Duration
	now     func() time.Time
	begins  atomic.Int64 // the start of the ramp, in Unix nanoseconds; 0 before the first send
	next    atomic.Int64 // when the limit is to be moved
}

func newPace(perMinute int, ramp time.Duration, now func() time.Time) *pace {
	p := &pace{ramp: ramp, now: now}
	if perMinute < 0 {
		return p
	}
	// A bucket of so many lets through in a minute what flows in and what it held, together the quota.
	burst := max(perMinute/6000, 1)
	p.full = max(float64(perMinute-burst), 0.5) / 60
	p.limiter = rate.NewLimiter(rate.Limit(p.full), burst)
	return p
}

// wait returns when the next send may begin, or the context's error.
func (p *pace) wait(ctx context.Context) error {
	if p.limiter == nil {
		return ctx.Err()
	}
	now := p.now()
	p.begins.CompareAndSwap(0, now.UnixNano())
	if next := p.next.Load(); now.UnixNano() >= next && p.next.CompareAndSwap(next, p.move(now)) {
		p.limiter.SetLimit(p.limit(now))
	}
	return p.limiter.Wait(ctx)
}

// move returns when the limit is to be moved again.
func (p *pace) move(now time.Time) int64 {
	if now.Sub(time.Unix(0, p.begins.Load())) >= p.ramp {
		return math.MaxInt64
	}
	return now.Add(rampStep).UnixNano()
}

func (p *pace) limit(now time.Time) rate.Limit {
	elapsed := now.Sub(time.Unix(0, p.begins.Load()))
	if elapsed >= p.ramp {
		return rate.Limit(p.full)
	}
	share := max(float64(elapsed)/float64(p.ramp), 1.0/rampFrom)
	return rate.Limit(p.full * share)
}

// rate is how many sends a second it lets through now; infinite when it is lifted.
func (p *pace) rate(now time.Time) float64 {
	if p.limiter == nil {
		return math.Inf(1)
	}
	if p.begins.Load() == 0 {
		return p.full / rampFrom
	}
	return float64(p.limit(now))
}

// restart begins the ramp anew at the instant.
func (p *pace) restart(at time.Time) {
	p.begins.Store(at.UnixNano())
	p.next.Store(0)
}
