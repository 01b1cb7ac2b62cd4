package read

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// held is a script that becomes the program once it is told to: a process can be limited only when it is there, and the limits stay with it.
const held = `read -r _ <&3 && exec 3<&- && exec "$0" "$@"`

// start starts the command in a process group of its own, which is killed as one when the command's context ends and when the server
// dies, and limits it before its program runs. LimitErr says that it could not be limited, and then it does nothing.
func start(cmd *exec.Cmd, limits processLimits) (limitErr, err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	waits, tell, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer tell.Close()
	cmd.ExtraFiles = []*os.File{waits}
	cmd.Args = append([]string{"sh", "-c", held, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	err = errors.Join(cmd.Start(), waits.Close())
	if err != nil {
		return nil, err
	}
	if err := limit(cmd.Process.Pid, limits); err != nil {
		return err, nil
	}
	_, err = tell.WriteString("\n")
	return err, nil
}

// limit bounds what the running process may use, beside the time that its context gives it. The kernel holds it to that even
// if the server is gone.
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
