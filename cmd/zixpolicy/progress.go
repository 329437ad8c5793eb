package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// progress shows on standard error how far a long run has come: a bar that is drawn
// anew where it is a terminal, else a line every few seconds.
type progress struct {
	w        io.Writer
	terminal bool
	now      func() time.Time
	total    int64 // bytes; 0: not known
	started  time.Time
	drawn    time.Time // when it was last shown
	done     int64     // bytes
}

// How often progress is shown.
const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 5 * time.Second
)

// newProgress returns the progress of a run over so many bytes.
func newProgress(w io.Writer, total int64) *progress {
	p := &progress{w: w, terminal: isTerminal(w), now: time.Now, total: total}
	p.started = p.now()
	p.drawn = p.started
	return p
}

// isTerminal reports whether a person looks at what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// add notes that so many more bytes are done, and shows note if it is time to.
func (p *progress) add(bytes int64, note func() string) {
	p.done += bytes
	every := lineEvery
	if p.terminal {
		every = barEvery
	}
	now := p.now()
	if now.Sub(p.drawn) < every {
		return
	}
	p.drawn = now
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s%s%s", p.bar(), note(), p.left(now))
	} else {
		fmt.Fprintf(p.w, "%s%s%s\n", p.percent(), note(), p.left(now))
	}
}

// end removes the bar.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// share returns how much is done, from 0 to 1. Sizes are those of files, which are
// not quite those of the messages in them, so that it is bounded.
func (p *progress) share() float64 {
	return min(float64(p.done)/float64(p.total), 1)
}

func (p *progress) percent() string {
	if p.total <= 0 {
		return ""
	}
	return fmt.Sprintf("%3.0f %%  ", 100*p.share())
}

func (p *progress) bar() string {
	if p.total <= 0 {
		return ""
	}
	const width = 30
	full := int(width * p.share())
	return p.percent() + "[" + strings.Repeat("█", full) + strings.Repeat("·", width-full) + "]  "
}

// left says how long the rest will take if it goes on like this.
func (p *progress) left(now time.Time) string {
	share := p.share()
	if p.total <= 0 || share <= 0 || share >= 1 {
		return ""
	}
	rest := time.Duration(float64(now.Sub(p.started)) * (1 - share) / share)
	return fmt.Sprintf(", %s left", rest.Round(time.Second))
}

// sizeOf returns the bytes in what the command line names, 0 if that is not known.
func sizeOf(operands []string) (total int64) {
	for _, operand := range operands {
		if operand == "-" {
			return 0
		}
		_ = filepath.WalkDir(operand, func(_ string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil // whoever reads it reports what is wrong with it
			}
			if info, err := entry.Info(); err == nil {
				total += info.Size()
			}
			return nil
		})
	}
	return total
}
