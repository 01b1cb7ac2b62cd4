package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The measured population; every professional has 3 certifications and 40 credits.
var (
	rounds        = flag.Int("rounds", 3, "rounds, of which the median is printed")
	duration      = flag.Duration("time", 5*time.Second, "time of each measurement")
	professionals = flag.Int("professionals", 500, "people in the database")
	connections   = flag.Int("connections", 16, "connections that ask at the same time")
	bareDir       = flag.String("bare", "", "serve the bare handler from this folder (used by the benchmark itself)")
)

func main() {
	flag.Parse()
	run := leaveFirstCore
	switch {
	case *bareDir != "":
		run = func(ctx context.Context) error { return serveBare(ctx, *bareDir) }
	case os.Getenv(offFirstCore) != "":
		run = measure
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// offFirstCore is set in the environment of the benchmark once it keeps off the core of the servers.
const offFirstCore = "ACCRUE_BENCH_OFF_FIRST_CORE"

// leaveFirstCore runs the benchmark again on all cores but the first.
func leaveFirstCore(ctx context.Context) error {
	if runtime.NumCPU() < 2 {
		return fmt.Errorf("the server and those who ask need a processor core each; this machine has %d", runtime.NumCPU())
	}
	command := exec.CommandContext(ctx, "taskset", append([]string{"-c", fmt.Sprintf("1-%d", runtime.NumCPU()-1)}, os.Args...)...)
	command.Env = append(os.Environ(), offFirstCore+"=1")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}

// target is one server under measurement.
type target struct {
	name  string
	start func(dir string) *exec.Cmd
	write func(*population, int) request
	read  func(*population, int) request
	// results of the rounds
	writes, reads []result
}

func measure(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "accrue-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	server := filepath.Join(dir, "accrue")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", server, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("build the server: %w\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("making %d professionals with 3 certifications and 40 credits each …\n", *professionals)
	people, err := seed(ctx, dir, *professionals)
	if err != nil {
		return err
	}
	targets := []*target{
		{
			name: "accrue", write: (*population).logCredit, read: (*population).home,
			start: func(data string) *exec.Cmd {
				return pinned(server, "--data-dir", data, "--addr", "127.0.0.1:0", "--address-rate", "1000000000", "--viewer-rate", "1000000000")
			},
		},
		{
			name: "bare", write: (*population).bareWrite, read: (*population).bareRead,
			start: func(data string) *exec.Cmd { return pinned(self, "-bare", data) },
		},
	}
	for round := range *rounds {
		for _, t := range targets {
			data := filepath.Join(dir, fmt.Sprintf("%s-%d", t.name, round))
			if err := os.CopyFS(data, os.DirFS(filepath.Join(dir, t.name+"-seed"))); err != nil {
				return err
			}
			if err := t.measure(ctx, people, data); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			if err := os.RemoveAll(data); err != nil {
				return err
			}
		}
	}
	report(targets[0], targets[1])
	return nil
}

// pinned runs a command on the first core; what asks it keeps off that core.
func pinned(name string, args ...string) *exec.Cmd {
	return exec.Command("taskset", append([]string{"-c", "0", name}, args...)...)
}

func (t *target) measure(ctx context.Context, people *population, data string) error {
	command := t.start(data)
	// Where the server listens is the first address that it prints.
	stderr, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	defer func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	}()
	address := ""
	lines := bufio.NewScanner(stderr)
	for address == "" && lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "http://"); ok {
			address, _, _ = strings.Cut(rest, "/")
		} else if command.ProcessState != nil {
			break
		}
	}
	if address == "" {
		return fmt.Errorf("the server did not start: %s", lines.Text())
	}
	go func() {
		for lines.Scan() {
			continue
		}
	}()
	// Reads first: they leave the data as it was.
	reads, err := load(ctx, address, people, t.read)
	if err != nil {
		return err
	}
	writes, err := load(ctx, address, people, t.write)
	if err != nil {
		return err
	}
	t.reads, t.writes = append(t.reads, reads), append(t.writes, writes)
	return nil
}

func report(accrue, bare *target) {
	fmt.Printf("%d connections in a closed loop, %v each, median of %d rounds; server on one core, load on another\n\n", *connections, *duration, *rounds)
	fmt.Printf("%-34s %10s %10s %10s %7s\n", "", "requests/s", "p50", "p99", "ratio")
	for _, row := range []struct {
		name       string
		ours, hand []result
	}{
		{"logCredit, with its refresh", accrue.writes, bare.writes},
		{"home screen", accrue.reads, bare.reads},
	} {
		ours, hand := median(row.ours), median(row.hand)
		fmt.Printf("%-34s %10.0f %10v %10v %7.2f\n", row.name, ours.rate, ours.p50.Round(time.Microsecond), ours.p99.Round(time.Microsecond), ours.rate/hand.rate)
		fmt.Printf("%-34s %10.0f %10v %10v\n", "  the same by hand, without rules", hand.rate, hand.p50.Round(time.Microsecond), hand.p99.Round(time.Microsecond))
	}
}

func median(results []result) result {
	sorted := slices.Clone(results)
	slices.SortFunc(sorted, func(a, b result) int { return int(a.rate - b.rate) })
	return sorted[len(sorted)/2]
}
