package read

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// isolate prepares the command to run in a process group of its own, which is killed as one when the command's
// context ends and when the server dies.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// limit bounds what the running process may use, beside the time that its context gives it. The kernel holds it to that even
// if the server is gone. What little the process does before is loading its own program.
func limit(pid int, limits processLimits) error {
	for resource, value := range map[int]uint64{
		unix.RLIMIT_AS:    limits.memory,
		unix.RLIMIT_CPU:   uint64(limits.time.Seconds()) + 1,
		unix.RLIMIT_FSIZE: limits.output,
		unix.RLIMIT_CORE:  0,
	} {
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: value, Max: value}, nil); err != nil {
			return err
		}
	}
	return nil
}
