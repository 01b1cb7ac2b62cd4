package read

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// heif converts HEIC pictures by libheif's program. A process of its own bounds what a decoder written in C may do.
type heif struct {
	program string
	missing string // why there is none
}

func findHEIF(program string) heif {
	if program == "" {
		program = "heif-convert"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return heif{missing: program + " is not installed; on Debian: apt-get install libheif-examples"}
	}
	return heif{program: path}
}

var heifLimits = processLimits{time: 15 * time.Second, memory: 1 << 30, output: 64 << 20}

// jpeg converts the picture. libheif has turned it upright, as the file's properties say.
func (h *heif) jpeg(ctx context.Context, file []byte) ([]byte, error) {
	if h.missing != "" {
		return nil, refuse(ReasonHEICUnavailable, nil, "HEIC pictures cannot be read here. Please send the picture as JPEG, or a PDF.")
	}
	// heif-convert reads and writes files only.
	dir, err := os.MkdirTemp("", "accrue-heic-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	from, to := filepath.Join(dir, "in.heic"), filepath.Join(dir, "out.jpg")
	if err := os.WriteFile(from, file, 0o600); err != nil {
		return nil, err
	}
	if _, err := run(ctx, heifLimits, nil, nil, h.program, "--quality", "92", from, to); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == errTooMuch { //nolint:errorlint // run returns it as it is
			return nil, tooComplex(err)
		}
		return nil, damaged(err)
	}
	converted, err := os.ReadFile(to)
	if os.IsNotExist(err) { // the file has several pictures, which are numbered
		converted, err = os.ReadFile(filepath.Join(dir, "out-1.jpg"))
	}
	if os.IsNotExist(err) {
		return nil, damaged(err)
	}
	return converted, err
}
