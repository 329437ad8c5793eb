package collect

import (
	"fmt"
	"io"
)

// Bounded returns a reader of r that fails where [File.Expand] would, for readers of
// formats that need not hold what they unpack. packed is as for Expand; [KindOf]
// says which defect an error is.
func (f *File) Bounded(packed int64, r io.Reader) io.Reader {
	if packed <= 0 {
		packed = int64(len(f.Content))
	}
	return &bounded{file: f, r: r, left: f.c.limits.Ratio*packed + 1<<20}
}

// KindOf returns the kind of defect that an error of [File.Expand] or of a reader
// made by [File.Bounded] is.
func KindOf(err error) DefectKind { return defectOf(err) }

// bounded is a reader within the limits of a file.
type bounded struct {
	file *File
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.file.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	switch {
	case n > 0 && !b.file.spend(int64(n)):
		return 0, errUnpacked
	case b.left < 0:
		return 0, errBomb
	case err != nil && err != io.EOF:
		return n, fmt.Errorf("cannot be unpacked: %w", foreign(err))
	}
	return n, err
}
