package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// Unpack reads a file that is packed inside f from r, within the limits, and
// then treats it as [File.Nested] does. packed is its size in the packed form;
// 0 if unknown, then f's own size counts. It returns false when the reader
// should stop unpacking f: a limit of the whole message is reached.
func (f *File) Unpack(name string, packed int64, r io.Reader) bool {
	return f.UnpackFile(&File{Name: name}, packed, r)
}

// UnpackFile is Unpack for a child whose exported fields the caller has set. A
// child of which nothing could be unpacked is listed as [File.Unread].
func (f *File) UnpackFile(child *File, packed int64, r io.Reader) bool {
	content, err := f.Expand(packed, r)
	switch {
	case err != nil && (len(content) == 0 || errors.Is(err, errBomb)):
		f.Unread(child, defectOf(err), err.Error())
	default:
		if err != nil {
			f.DefectIn(SafeName(child.Name), defectOf(err), err.Error())
		}
		child.Content = content
		f.Attach(child)
	}
	return f.Err() == nil && !errors.Is(err, errUnpacked)
}

// Unread lists child as a file attached to f of which no more than its name
// could be read, and the defect that says why.
func (f *File) Unread(child *File, kind DefectKind, detail string) {
	child.Content = nil
	if child.Type == "" {
		child.Type = "application/octet-stream"
	}
	if f.list(child) {
		child.Defect(kind, detail)
	}
}

// The errors of Expand that are limits of ours.
var (
	errBomb     = errors.New("unpacks to far more than its packed size")
	errUnpacked = errors.New("more unpacked bytes than the limit")
)

// Refusal is an error by which a decompressor, read through [File.Expand], says
// what kind of defect it met. Its text never quotes the message.
type Refusal struct {
	Kind   DefectKind
	Detail string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Detail }

func defectOf(err error) DefectKind {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Kind
	case errors.Is(err, errBomb):
		return DefectBomb
	case errors.Is(err, errUnpacked):
		return DefectTooLarge
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return DefectTimeout
	case errors.Is(err, io.ErrUnexpectedEOF):
		return DefectTruncated
	}
	return DefectCorrupt
}

// Room returns how much may come out of packed bytes of f: what [File.Expand]
// allows. A decompressor needs no larger window, whatever its header demands.
func (f *File) Room(packed int64) int64 {
	if packed <= 0 {
		packed = int64(len(f.Content))
	}
	return min(f.c.limits.Ratio*packed+1<<20, max(f.UnpackedLeft(), 0))
}

// Expand reads r to its end within the limits on unpacked bytes and returns what
// was read before any error. packed is as for Unpack.
func (f *File) Expand(packed int64, r io.Reader) ([]byte, error) {
	if packed <= 0 {
		packed = int64(len(f.Content))
	}
	limit := f.c.limits.Ratio*packed + 1<<20
	var out bytes.Buffer
	chunk := make([]byte, 32<<10)
	for {
		if err := f.Err(); err != nil {
			return out.Bytes(), err
		}
		n, err := r.Read(chunk)
		if n > 0 && !f.spend(int64(n)) {
			return out.Bytes(), errUnpacked
		}
		out.Write(chunk[:n])
		switch {
		case int64(out.Len()) > limit:
			return nil, errBomb
		case err == io.EOF:
			return out.Bytes(), nil
		case err != nil:
			return out.Bytes(), fmt.Errorf("cannot be unpacked: %w", foreign(err))
		}
	}
}

// foreign keeps of an error of a library what callers branch on, and drops its
// text, which could quote the message.
func foreign(err error) error {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return errors.New("damaged data")
}

func (f *File) spend(n int64) bool {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	f.c.unpacked += n
	return f.c.unpacked <= f.c.limits.Unpacked
}
