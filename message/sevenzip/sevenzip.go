// Package sevenzip reads 7z archives (7zFormat.txt of the LZMA SDK).
//
// The decoders are those of well-kept libraries. The headers are read here,
// because each count and each dictionary size in them is a demand for memory,
// and no library bounds them.
package sevenzip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

const (
	signature       = "7z\xbc\xaf\x27\x1c"
	signatureLength = 32
	maxCandidates   = 100 // places that a program in front of an archive may look like one
)

var le = binary.LittleEndian

// Read reads the 7z archive f.
func Read(f *collect.File) {
	start, ok := find(f.Content)
	if !ok {
		f.Defect(collect.DefectCorrupt, "no header with the checksum that it must have")
		return
	}
	if start > 0 {
		f.Attach(&collect.File{Path: "unlisted", Content: f.Content[:start]})
	}
	content := f.Content[start:]
	end := signatureLength + le.Uint64(content[12:]) + le.Uint64(content[20:])
	if le.Uint64(content[12:]) > uint64(len(content)) || le.Uint64(content[20:]) > uint64(len(content)) || end > uint64(len(content)) {
		f.Defect(collect.DefectTruncated, "the archive ends before its header does")
		return
	}
	a := &archive{file: f, streams: content[signatureLength : signatureLength+le.Uint64(content[12:])]}
	a.read(content[signatureLength+le.Uint64(content[12:]) : end])
	if tail := bytes.Trim(content[end:], "\x00"); len(tail) > 0 {
		f.Attach(&collect.File{Path: "trailing", Content: tail})
	}
}

// find returns where the archive starts: at once, or behind a program.
func find(content []byte) (start int, ok bool) {
	for range maxCandidates {
		i := bytes.Index(content[start:], []byte(signature))
		if i < 0 || len(content)-start-i < signatureLength {
			return 0, false
		}
		start += i
		if crc32.ChecksumIEEE(content[start+12:start+signatureLength]) == le.Uint32(content[start+8:]) {
			return start, true
		}
		start++
	}
	return 0, false
}

// archive is the state of reading one archive.
type archive struct {
	file    *collect.File
	streams []byte // the packed streams
}

// maxEncoded bounds how often a header may be packed.
const maxEncoded = 4

// read reads the archive with the given header.
func (a *archive) read(raw []byte) {
	if len(raw) == 0 {
		a.file.Text("")
		return
	}
	for range maxEncoded {
		h, err := parseHeader(raw)
		if err != nil {
			a.file.Defect(collect.DefectCorrupt, "a damaged header")
			return
		}
		if !h.encoded {
			a.files(h)
			return
		}
		if raw, err = a.decodeHeader(h); err != nil {
			a.file.Failed("", err)
			return
		}
	}
	a.file.Defect(collect.DefectBomb, "a header packed too often")
}

// decodeHeader unpacks a header that is packed itself.
func (a *archive) decodeHeader(h *header) ([]byte, error) {
	if len(h.folders) != 1 {
		return nil, errHeader
	}
	r, packed, err := a.open(&h.folders[0])
	if err != nil {
		return nil, err
	}
	return a.file.Expand(packed, io.LimitReader(r, h.folders[0].size()))
}

// files reads every file of the archive, folder by folder: a folder is a stream
// of files packed as one.
func (a *archive) files(h *header) {
	next := 0
	name := func() string {
		for ; next < len(h.files); next++ {
			if !h.files[next].empty {
				next++
				return h.files[next-1].name
			}
		}
		return ""
	}
	for i := range h.folders {
		if !a.folder(&h.folders[i], name) {
			return
		}
	}
	a.empty(h, next)
}

// empty reads the names of the files and folders that have no content.
func (a *archive) empty(h *header, next int) {
	var names []byte
	for i, f := range h.files {
		switch {
		case f.empty:
			names = append(append(names, f.name...), '\n')
		case i >= next:
			a.file.Unread(&collect.File{Name: f.name}, collect.DefectCorrupt, "a file without a stream")
		}
		if a.file.Err() != nil {
			return
		}
	}
	if len(names) > 0 {
		a.file.Section("folders", string(bytes.TrimSuffix(names, []byte("\n"))))
	}
	if len(h.files) == 0 && len(h.folders) == 0 {
		a.file.Text("")
	}
}

// folder reads the files of a folder; false if no more is to be read at all.
func (a *archive) folder(fo *folder, name func() string) bool {
	r, packed, err := a.open(fo)
	for i := range fo.files {
		if a.file.Err() != nil {
			return false
		}
		child := &collect.File{Name: name()}
		if err != nil {
			a.refuse(child, err)
			continue
		}
		content := &summed{r: r, left: fo.files[i].size}
		if !a.file.UnpackFile(child, packed, content) {
			return false
		}
		switch {
		case content.left > 0: // cut short, with a defect; what follows cannot be found
			err = &collect.Refusal{Kind: collect.DefectCorrupt, Detail: "stands behind a file that cannot be unpacked"}
		case fo.files[i].hasSum && fo.files[i].sum != content.sum:
			child.Defect(collect.DefectCorrupt, "its checksum is not what the archive says")
		}
	}
	return true
}

// refuse lists a file whose folder cannot be unpacked.
func (a *archive) refuse(child *collect.File, err error) {
	var refusal *collect.Refusal
	if errors.As(err, &refusal) {
		a.file.Unread(child, refusal.Kind, refusal.Detail)
		return
	}
	a.file.Unread(child, collect.DefectCorrupt, "its packed stream is not there")
}

// summed reads one file of a folder and takes its checksum.
type summed struct {
	r    io.Reader
	left int64
	sum  uint32
}

// Read implements io.Reader.
func (s *summed) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	s.left -= int64(n)
	if err == io.EOF && s.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
