//go:build unix

package tracker

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// BenchmarkPlan plans for one professional; see BenchmarkReference for the machine's measure.
func BenchmarkPlan(b *testing.B) {
	for _, certifications := range []int{5, ce.MaxCertifications} {
		b.Run(fmt.Sprintf("certifications=%d", certifications), func(b *testing.B) {
			in := planning{preferences: ce.DefaultReminderPreferences(), timeZone: "America/New_York", now: instantOf("2026-01-01T12:00:00Z")}
			for n := range certifications {
				in.standings = append(in.standings, earning(standingDue(ce.CertificationID(ce.NewUUID()), "2026-06-30", "2026-07-01", "2026-12-31", "2027-01-31"), "2025-01-01", int64(n%10), 40))
			}
			b.ReportAllocs()
			items := 0
			for b.Loop() {
				items = len(in.plan().Items)
			}
			b.ReportMetric(float64(items), "items/op")
		})
	}
}

// BenchmarkReference is a fixed piece of work, to compare the others with on any machine.
func BenchmarkReference(b *testing.B) {
	data := make([]byte, 1<<20)
	for b.Loop() {
		sha256.Sum256(data)
	}
}

// BenchmarkPlanMany plans for ever more professionals, one after the other as refreshes do, and keeps no plan. Costs are
// processor time, that of collecting garbage included; "s" alone is time on the wall. "sha256/professional" is the cost of one
// beside that of hashing 1 MiB, taken all along, to compare machines. "ratio" is the cost of one in a size beside that in the
// first: 1 where the cost of all grows as their number does. "peak-MiB" is the most that the heap held, what waits for the collector
// included, and so depends on when that gets its turn. With -short the last size is left out.
func BenchmarkPlanMany(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	people := somePeople(1000)
	for i := range people {
		people[i].plan() // what is slow only at first is no part of it
	}
	data := make([]byte, 1<<20)
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	first := 0.0
	for _, size := range sizes {
		b.Run(fmt.Sprintf("professionals=%d", size), func(b *testing.B) {
			var planning, hashing time.Duration
			var hashed, items int
			var peak uint64
			runtime.GC()
			for b.Loop() {
				for begin := 0; begin < size; begin += len(people) {
					start := processorTime(b)
					for n := range people {
						// The refreshes of a day: the hour is to come for some and past for others.
						people[n].now = people[n].now.Truncate(24 * time.Hour).Add(time.Duration((begin+n)%(24*60)) * time.Minute)
						items += len(people[n].plan().Items)
						if n%20 == 0 {
							metrics.Read(heap)
							peak = max(peak, heap[0].Value.Uint64())
						}
					}
					planned := processorTime(b)
					for range 4 {
						sha256.Sum256(data)
						hashed++
					}
					planning, hashing = planning+planned-start, hashing+processorTime(b)-planned
				}
			}
			all := float64(size * b.N)
			cost := planning.Seconds() / all
			if first == 0 {
				first = cost
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
			b.ReportMetric(planning.Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(cost*1e6, "cpu-µs/professional")
			b.ReportMetric(float64(items)/all, "items/professional")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			b.ReportMetric(cost/(hashing.Seconds()/float64(hashed)), "sha256/professional")
			b.ReportMetric(cost/first, "ratio")
		})
	}
}

// processorTime is what the process has used of all processors.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// somePeople are n professionals with 1 to 5 certifications, always the same ones.
func somePeople(n int) []planning {
	random := rand.New(rand.NewPCG(1, 2))
	zones := []string{"America/New_York", "America/Los_Angeles", "America/Phoenix", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata", ""}
	now := instantOf("2026-01-01T00:00:00Z")
	today := ce.DateOf(now, time.UTC)
	people := make([]planning, n)
	for i := range people {
		p := &people[i]
		*p = planning{
			preferences: ce.DefaultReminderPreferences(), timeZone: zones[random.IntN(len(zones))], now: now,
			zones: map[ce.CertificationID]*time.Location{}, told: storage.Told{Steps: map[ce.DeadlineID]storage.ToldStep{}},
		}
		p.preferences.Hour = ce.TimeOfDay(random.IntN(24) * 60)
		for range 1 + random.IntN(5) {
			id := ce.CertificationID(fmt.Sprintf("%08x-0000-4000-8000-%012x", random.Uint32(), i))
			p.zones[id] = ce.ZoneOrUTC(p.timeZone)
			var days []string
			for range 1 + random.IntN(5) {
				days = append(days, today.AddDays(random.IntN(730)-10).String())
			}
			standing := standingDue(id, days...)
			standing.ChangesOn = today.AddDays(1 + random.IntN(300))
			if random.IntN(3) > 0 {
				standing = earning(standing, "2025-01-01", int64(random.IntN(40)), int64(1+random.IntN(40)))
			}
			if first := &standing.Deadlines[0]; random.IntN(2) == 0 {
				p.told.Steps[first.ID] = storage.ToldStep{Step: 60, DueOn: first.DueOn}
			}
			p.standings = append(p.standings, standing)
		}
		if random.IntN(4) == 0 {
			p.own = append(p.own, ce.Deadline{ID: ce.DeadlineID(fmt.Sprintf("%08x-0000-4000-9000-%012x", random.Uint32(), i)), Kind: ce.DeadlineOther, DueOn: today.AddDays(random.IntN(365)), Status: ce.DeadlineUpcoming})
		}
	}
	return people
}
