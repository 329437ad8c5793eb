package collect

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// grace is how long a run may outlive its deadline before it is abandoned.
// Readers look at the deadline often; only one stuck in foreign code needs it.
const grace = 250 * time.Millisecond

// errLeaves says that the message has more leaves than the limit.
var errLeaves = errors.New("too many parts")

// maxDefects bounds the defects of one message; one more says that there were others.
const maxDefects = 500

// Collector holds what was found so far. Its methods and those of its Files may
// be called from one goroutine while another seals it.
type Collector struct {
	ctx    context.Context
	limits Limits
	open   func(*File)

	mu       sync.Mutex
	found    Found
	taken    map[string]int // paths in use, with the highest ~suffix given out
	text     int64          // bytes of text so far
	unpacked int64          // bytes unpacked so far
	leaves   int
	over     uint8 // which of the limits that are reported once was reported
	guarded  bool  // whether a reader runs under Guard
	sealed   bool
}

// Found is what a message was found to hold.
type Found struct {
	Parts       []Part
	Attachments []Attachment
	Defects     []Defect
}

// The limits that are reported once for the whole message.
const (
	overText = 1 << iota
	overLeaves
	overTime
	overDefects
)

// Run calls read with a new Collector's root file and returns what it found, at
// the latest when the limits' time (or ctx) is over. open reads a file that
// another one contains. Both run on the caller's goroutine and must look at
// [File.Err]; what may not do so belongs into [File.Guard].
func Run(ctx context.Context, limits Limits, open, read func(*File)) Found {
	limits = limits.WithDefaults()
	ctx, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	c := &Collector{ctx: ctx, limits: limits, open: open}
	root := &File{c: c}
	root.run(read)
	return c.seal()
}

// seal returns what was found; nothing is added any more.
func (c *Collector) seal() Found {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		c.once(overTime, Defect{Kind: DefectTimeout, Detail: "reading took too long"})
	}
	c.sealed = true
	return c.found
}

// once records a defect that is reported one time only.
func (c *Collector) once(flag uint8, d Defect) {
	if c.over&flag == 0 {
		c.over |= flag
		c.found.Defects = append(c.found.Defects, d)
	}
}

func (c *Collector) defect(d Defect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.sealed:
	case len(c.found.Defects) >= maxDefects:
		c.once(overDefects, Defect{Part: d.Part, Kind: DefectTooMany, Detail: "more defects than are listed"})
	default:
		c.found.Defects = append(c.found.Defects, d)
	}
}

// reports returns how much was reported so far.
func (c *Collector) reports() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.found.Parts) + len(c.found.Attachments) + len(c.found.Defects)
}

// done returns why nothing more is to be read, nil if there is no reason, and
// records the timeout the first time.
func (c *Collector) done(path string) error {
	err := c.ctx.Err()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil && !c.sealed:
		c.once(overTime, Defect{Part: path, Kind: DefectTimeout, Detail: "reading took too long"})
	case err == nil && c.over&overLeaves != 0:
		err = errLeaves
	}
	return err
}

// leaf counts one more leaf and reports whether there may be one.
func (c *Collector) leaf(path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sealed {
		return false
	}
	if c.leaves >= c.limits.Parts {
		c.once(overLeaves, Defect{Part: path, Kind: DefectTooMany, Detail: "more than " + strconv.Itoa(c.limits.Parts) + " parts"})
		return false
	}
	c.leaves++
	return true
}

// part adds a text, cut at the text limit.
func (c *Collector) part(p Part) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sealed {
		return
	}
	left := c.limits.Text - c.text
	if int64(len(p.Text)) > left {
		p.Text = cut(p.Text, int(left))
		p.Marks = cutMarks(p.Marks, len(p.Text))
		p.Tables = cutTables(p.Tables, len(p.Text))
		c.once(overText, Defect{Part: p.Path, Kind: DefectTooLarge, Detail: "more text than " + strconv.FormatInt(c.limits.Text, 10) + " bytes"})
	}
	c.text += int64(len(p.Text))
	c.found.Parts = append(c.found.Parts, p)
}

// cut returns the longest prefix of s of at most n bytes that ends between two
// characters.
func cut(s string, n int) string {
	if n <= 0 {
		return ""
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n])
}

func cutMarks(marks []Mark, n int) []Mark {
	var kept []Mark
	for _, m := range marks {
		if m.Start < n {
			m.End = min(m.End, n)
			kept = append(kept, m)
		}
	}
	return kept
}

// take returns path, or path with the first free ~suffix, and takes it.
func (c *Collector) take(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, used := c.taken[path]
	if !used {
		if c.taken == nil {
			c.taken = make(map[string]int, 8)
		}
		c.taken[path] = 1
		return path
	}
	for {
		n++
		candidate := path + "~" + strconv.Itoa(n)
		if _, used := c.taken[candidate]; !used {
			c.taken[path] = n
			c.taken[candidate] = 1
			return candidate
		}
	}
}
