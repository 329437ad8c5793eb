// Package tar reads tar archives of every dialect: V7, USTAR, PAX, GNU, star.
package tar

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Read reads the tar archive f: the content of its files, the names of folders,
// where links lead, and what stands behind its end.
func Read(f *collect.File) {
	packed := bytes.NewReader(f.Content)
	archive := tar.NewReader(packed)
	var others []string // what is not a file with content
	entries := 0
	for ; ; entries++ {
		if f.Err() != nil {
			return
		}
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			failed(f, err)
			break
		}
		if comment := header.PAXRecords["comment"]; comment != "" {
			others = keep(others, comment)
		}
		if header.Size == 0 && header.Typeflag != tar.TypeReg {
			others = keep(others, strings.TrimSpace(header.Name+" "+header.Linkname))
			continue
		}
		// A sparse file has holes, which come out as zeros: the ratio bounds them.
		if !f.Unpack(valid(header.Name), 0, archive) {
			break
		}
	}
	if len(others) > 0 {
		f.Section("others", strings.Join(others, "\n"))
	}
	trailing(f, packed)
	if entries == 0 {
		f.Text("")
	}
}

// maxOthers bounds the names that are kept of what is not a file with content.
const maxOthers = 100_000

func keep(list []string, text string) []string {
	if len(list) >= maxOthers {
		return list
	}
	return append(list, valid(text))
}

// valid makes a name of an old archive, which may be in any character set, UTF-8.
func valid(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

func failed(f *collect.File, err error) {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		f.Defect(collect.DefectTruncated, "the archive ends before its last file does")
		return
	}
	f.Defect(collect.DefectCorrupt, "a damaged tar header")
}

// trailing reads what stands behind the two blocks that end an archive. Another
// archive may: some programs go on.
func trailing(f *collect.File, packed *bytes.Reader) {
	if f.Err() != nil || packed.Len() == int(packed.Size()) {
		return
	}
	if tail := bytes.TrimLeft(f.Content[len(f.Content)-packed.Len():], "\x00"); len(tail) > 0 {
		f.Attach(&collect.File{Path: "trailing", Content: tail})
	}
}
