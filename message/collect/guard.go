package collect

import (
	"fmt"
	"time"
)

// read hands the file to the reader of its format. One that reports nothing at
// all has not read it, whatever it thinks.
func (f *File) read() {
	before := f.c.reports()
	f.run(f.c.open)
	if len(f.Content) > 0 && f.c.reports() == before && !f.opaque {
		f.Defect(DefectUnsupported, "its reader found nothing in it")
	}
}

// run calls a reader and turns its panic into a defect of this file.
func (f *File) run(read func(*File)) {
	defer func() {
		if r := recover(); r != nil {
			f.Defect(DefectCorrupt, fmt.Sprintf("its reader failed (%T)", r))
		}
	}()
	read(f)
}

// Guard calls a reader that may not look at [File.Err] (foreign code) so that it
// cannot hold up the message: one that does not end in time is abandoned, and
// whatever it reports afterwards is dropped.
func (f *File) Guard(read func(*File)) {
	if f.c.guarded {
		f.run(read)
		return
	}
	f.c.guarded = true
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(read)
	}()
	select {
	case <-done:
	case <-f.c.ctx.Done():
		select {
		case <-done:
		case <-time.After(grace):
			f.c.seal()
			return
		}
	}
	f.c.guarded = false
}
