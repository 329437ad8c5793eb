package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message"
)

// item is one message on its way to be judged.
type item struct {
	name string
	raw  []byte // at most one byte more than the limit of a message
	err  error  // why it could not be read
}

// input finds messages in what the command line names.
type input struct {
	stdin io.Reader
	limit int64 // bytes of one message; what lies beyond is not read
	lines bool  // every line is a message's plain-text body
	yield func(item) bool

	buffer *bufio.Reader // of the file being read
}

// errStop ends a walk whose consumer has had enough.
var errStop = errors.New("stopped")

// checkOperands returns an error if an operand does not exist.
func checkOperands(operands []string) error {
	for _, operand := range operands {
		if operand == "-" {
			continue
		}
		if _, err := os.Stat(operand); err != nil {
			return err
		}
	}
	return nil
}

// readAll yields the messages of every operand, in order.
func (in input) readAll(operands []string) {
	in.buffer = bufio.NewReaderSize(nil, 64<<10)
	for _, operand := range operands {
		if err := in.readOperand(operand); err != nil {
			return
		}
	}
}

// readOperand yields the messages of "-", a file, or every file below a directory.
// It returns errStop, or nil.
func (in input) readOperand(operand string) error {
	if operand == "-" {
		return in.readFrom("-", in.stdin)
	}
	return filepath.WalkDir(operand, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return in.put(item{name: path, err: err})
		case entry.IsDir():
			if entry.Name() == "tmp" && isMaildir(filepath.Dir(path)) {
				return filepath.SkipDir // messages that are still being delivered
			}
			return nil
		case path != operand && isMaildir(filepath.Dir(path)):
			return nil // an index or a list of flags: messages are in cur and new
		case path != operand && entry.Type()&^fs.ModeSymlink != 0:
			return nil // a pipe or a socket in a folder is no message
		}
		return in.readFile(path)
	})
}

// isMaildir reports whether a folder is a maildir: messages are in cur and new then.
func isMaildir(dir string) bool {
	for _, name := range []string{"cur", "new", "tmp"} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (in input) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return in.put(item{name: path, err: err})
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil // a symbolic link to a folder, which is not followed
	}
	return in.readFrom(path, f)
}

// readFrom yields the messages of one file.
func (in input) readFrom(name string, r io.Reader) error {
	in.buffer.Reset(r)
	if in.lines {
		return in.readLines(name)
	}
	if start, _ := in.buffer.Peek(len("From ")); string(start) == "From " {
		return in.readMbox(name)
	}
	raw, err := io.ReadAll(io.LimitReader(in.buffer, in.limit+1))
	return in.put(item{name: name, raw: asMessage(name, raw), err: err})
}

// asMessage returns a file that is no message as the attachment of an empty one.
// Text on standard input is the body of a message without a header.
func asMessage(name string, raw []byte) []byte {
	switch {
	case !message.IsDocument(raw):
		return raw
	case name != "-":
		return message.OfDocument(filepath.Base(name), raw)
	case utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0:
		return raw
	}
	return message.OfDocument("", raw)
}

func (in input) put(i item) error {
	if !in.yield(i) {
		return errStop
	}
	return nil
}

// lineHeader stands before a line to make it a message.
const lineHeader = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

// readLines yields each line as a message, "FILE:3" for the third.
func (in input) readLines(name string) error {
	for n := 1; ; n++ {
		raw, err := in.appendLine([]byte(lineHeader), int64(len(lineHeader))+in.limit+1)
		if len(raw) == len(lineHeader) && err == io.EOF {
			return nil
		}
		i := item{name: fmt.Sprintf("%s:%d", name, n), raw: bytes.TrimRight(raw, "\r\n")}
		if len(i.raw) < len(lineHeader) { // an empty line: the header's own end stays
			i.raw = raw[:len(lineHeader)]
		}
		if err != nil && err != io.EOF {
			i.err = err
			return in.put(i)
		}
		if err := in.put(i); err != nil {
			return err
		}
	}
}

// appendLine appends the next line with its line end to dst, unless dst would have
// more than limit bytes then: what is beyond is passed over.
func (in input) appendLine(dst []byte, limit int64) ([]byte, error) {
	for {
		chunk, err := in.buffer.ReadSlice('\n')
		if room := max(limit-int64(len(dst)), 0); int64(len(chunk)) > room {
			chunk = chunk[:room]
		}
		dst = append(dst, chunk...)
		if err != bufio.ErrBufferFull {
			return dst, err
		}
	}
}

// separator is a line that begins a message of an mbox file (RFC 4155): the time
// and year keep a body's sentence that begins with "From" from being one.
var separator = regexp.MustCompile(`^From [^\r\n]*\d\d:\d\d[^\r\n]* \d{4}`)

// readMbox yields the messages of an mbox file. A file with one message gives it
// the file's own name, others are "FILE:3" for the third.
func (in input) readMbox(name string) error {
	var previous *item
	for n := 1; ; n++ {
		raw, err := in.readMboxMessage()
		i := &item{name: fmt.Sprintf("%s:%d", name, n), raw: raw}
		if err != nil && err != io.EOF {
			i.err = err
		}
		if previous != nil {
			if err := in.put(*previous); err != nil {
				return err
			}
		}
		if err != nil {
			if n == 1 {
				i.name = name
			}
			return in.put(*i)
		}
		previous = i
	}
}

// readMboxMessage reads the separator line and the message after it, whose quoted
// lines lose one ">". It returns io.EOF with the last message.
func (in input) readMboxMessage() (raw []byte, err error) {
	if raw, err = in.appendLine(nil, 0); err != nil {
		return raw, err
	}
	for blank := false; ; {
		next, _ := in.buffer.Peek(256)
		if blank && bytes.HasPrefix(next, []byte("From ")) && separator.Match(next) {
			return raw, nil
		}
		blank = bytes.HasPrefix(next, []byte("\n")) || bytes.HasPrefix(next, []byte("\r\n"))
		if bytes.HasPrefix(next, []byte(">")) && bytes.HasPrefix(bytes.TrimLeft(next, ">"), []byte("From ")) {
			in.buffer.Discard(1)
		}
		if raw, err = in.appendLine(raw, in.limit+1); err != nil {
			return raw, err
		}
	}
}

// inOrder calls work for every item that read yields, on several goroutines, and
// then done for each result in the order of the items. It stops early if done
// returns an error or ctx ends, and returns that error.
func inOrder[R any](ctx context.Context, workers int, read func(yield func(item) bool),
	work func(item) R, done func(R) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type job struct {
		item   item
		result chan R
	}
	queue := make(chan job)            // to the workers
	order := make(chan job, 2*workers) // the same jobs, to done
	for range workers {
		go func() {
			for j := range queue {
				j.result <- work(j.item)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(queue)
		read(func(i item) bool {
			j := job{i, make(chan R, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return false
			}
			queue <- j // a worker will come: results never block
			return true
		})
	}()
	for j := range order {
		select {
		case r := <-j.result:
			if err := done(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
