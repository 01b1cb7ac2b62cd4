//go:build !linux

package read

import "os/exec"

// isolate does nothing here: the process itself is killed when the command's context ends.
func isolate(*exec.Cmd) {}

// limit does nothing here: time is limited by the command's context and output by its reader; memory is not limited.
func limit(int, processLimits) error { return nil }
