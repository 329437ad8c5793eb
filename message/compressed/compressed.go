// Package compressed reads files that are one compressed stream: gzip (RFC 1952),
// bzip2, xz, Zstandard (RFC 8878) and compress(1). What comes out is read as a
// file of its own, named as the program that unpacks it would.
package compressed

import (
	"bytes"
	"path"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// maxWindow bounds what a decompressor may keep of what it has written. The
// programs themselves do not ask for more unless they are told to.
const maxWindow = 64 << 20

// inner returns the file that f unpacks to, as yet without content: the name
// without its last extension.
func inner(f *collect.File) *collect.File {
	base, extension := f.Name, path.Ext(f.Name)
	switch strings.ToLower(extension) {
	case ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".taz":
		base = strings.TrimSuffix(base, extension) + ".tar"
	case ".gz", ".bz2", ".xz", ".zst", ".z", ".bz", ".lzma":
		base = strings.TrimSuffix(base, extension)
	}
	if base == "" {
		return &collect.File{Path: "content"}
	}
	return &collect.File{Name: base}
}

// trailing reads what stands behind the end of the stream, unless it is padding.
func trailing(f *collect.File, tail []byte) {
	if len(bytes.Trim(tail, "\x00")) > 0 && f.Err() == nil {
		f.Attach(&collect.File{Path: "trailing", Content: tail})
	}
}
