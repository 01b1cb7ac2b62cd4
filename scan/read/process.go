package read

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// processLimits is what one run of a program may use.
type processLimits struct {
	time   time.Duration // of the wall clock, and of the processor
	memory uint64        // bytes of addresses
	output uint64        // bytes on standard output, and of each file
}

// errTooMuch says that a program was stopped because it used more than its limits.
var errTooMuch = errors.New("the program used more time, memory or output than it is given")

// run starts the program, gives it input and returns its standard output. The program sees none of the
// server's environment, which may hold secrets. Errors: that of ctx, errTooMuch, or what went wrong with the program's
// first words about it, which are for the log.
func run(ctx context.Context, limits processLimits, environment []string, input io.Reader, program string, arguments ...string) ([]byte, error) {
	limited, cancel := context.WithTimeoutCause(ctx, limits.time, errTooMuch)
	defer cancel()
	cmd := exec.CommandContext(limited, program, arguments...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}, environment...)
	cmd.Stdin = input
	output := &bounded{room: int(limits.output)}
	words := &bounded{room: 1000, lossy: true}
	cmd.Stdout, cmd.Stderr = output, words
	cmd.WaitDelay = time.Second // for a child of the program that keeps its output open
	limitErr, err := start(cmd, limits)
	if err != nil {
		return nil, err
	}
	if limitErr != nil {
		cancel()
	}
	err = cmd.Wait()
	switch {
	case err == nil:
		return output.kept.Bytes(), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limitErr != nil:
		return nil, fmt.Errorf("limit %s: %w", program, limitErr)
	case limited.Err() != nil || output.full || !cmd.ProcessState.Exited(): // killed, by us or by the kernel
		return nil, errTooMuch
	}
	return nil, fmt.Errorf("%s: %w: %s", program, err, bytes.TrimSpace(words.kept.Bytes()))
}

// bounded keeps what is written to it, up to its room; then it fails, or forgets the rest if it is lossy.
type bounded struct {
	kept  bytes.Buffer // not embedded: its ReadFrom would go round Write
	room  int
	lossy bool
	full  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) <= b.room {
		b.room -= len(p)
		return b.kept.Write(p)
	}
	if !b.lossy {
		b.full = true
		return 0, errTooMuch
	}
	b.kept.Write(p[:b.room])
	b.room = 0
	return len(p), nil
}
