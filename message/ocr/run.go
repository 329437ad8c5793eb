package ocr

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// errTooLong says that a program printed more than it may.
var errTooLong = errors.New("ocr: the output is too long")

// errFailed says that a program did not succeed. What it said may quote the
// picture and is not kept.
var errFailed = errors.New("ocr: the program failed")

// drain is how long to wait for output once the program's processes are killed.
const drain = time.Second

// run runs the program over a picture and returns what it prints, limit bytes at
// most.
func (c *Command) run(ctx context.Context, picture []byte, limit int64) (out []byte, err error) {
	if err := c.acquire(ctx); err != nil {
		return nil, err
	}
	defer func() { <-c.slots }()
	dir, err := os.MkdirTemp("", "zixpolicy-ocr-") // mode 0700
	if err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); err == nil && removeErr != nil {
			err = fmt.Errorf("ocr: %w", removeErr)
		}
	}()
	file := filepath.Join(dir, "picture")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	return c.start(ctx, dir, file, limit)
}

// start starts the program and waits for it and for all that it started.
func (c *Command) start(ctx context.Context, dir, file string, limit int64) ([]byte, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	args := make([]string, len(c.args))
	for i, arg := range c.args {
		args[i] = strings.ReplaceAll(arg, Placeholder, file)
	}
	cmd := exec.CommandContext(ctx, c.path, args...)
	cmd.Dir = dir
	cmd.Env = environment(dir)
	cmd.WaitDelay = drain
	out := &bounded{limit: limit, full: stop}
	cmd.Stdout = out
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("ocr: %w", err)
	}
	restrict(cmd.Process.Pid)
	err := cmd.Wait()
	killGroup(cmd) // what the program has left running
	switch {
	case out.over:
		return nil, errTooLong
	case err != nil:
		return nil, errFailed
	}
	return out.kept, nil
}

// environment is what the program gets to know of ours: where programs and
// language data are. OCR is kept to one thread, for messages are read in parallel.
func environment(dir string) []string {
	env := []string{"HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1"}
	for _, name := range [...]string{"PATH", "TESSDATA_PREFIX"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// bounded keeps what is written to it up to a limit; beyond, it calls full. It has
// no method but Write: io.Copy would read past the limit by a ReadFrom.
type bounded struct {
	kept  []byte
	limit int64
	over  bool
	full  func()
}

// Write never fails, so that the program is ended by full and not by a signal of
// a closed pipe.
func (b *bounded) Write(p []byte) (int, error) {
	if int64(len(b.kept)+len(p)) > b.limit {
		b.over = true
		b.full()
		return len(p), nil
	}
	b.kept = append(b.kept, p...)
	return len(p), nil
}
