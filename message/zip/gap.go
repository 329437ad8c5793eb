package zip

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// eachGap reads what the directory does not list: entries with a local header
// only, and bytes that belong to nothing. head is false if what stands before
// the first entry is read by others.
func (a *archive) eachGap(head bool) {
	slices.SortFunc(a.taken, func(x, y span) int { return cmp.Compare(x.start, y.start) })
	pos := int64(0)
	for _, s := range append(slices.Clone(a.taken), span{int64(len(a.content)), int64(len(a.content))}) {
		if a.stop() {
			return
		}
		if s.start > pos && (head || pos > 0) {
			a.gap(pos, s.start)
		}
		pos = max(pos, s.end)
	}
}

// gap reads content[pos:end].
func (a *archive) gap(pos, end int64) {
	for from := pos; from < end && !a.stop(); {
		i := bytes.Index(a.content[from:end], []byte(localSignature))
		if i < 0 {
			break
		}
		at := from + int64(i)
		from = at + int64(len(localSignature))
		if e, data, ok := localHeader(a.content[:end], at); ok && plausible(&e) {
			a.loose(pos, at)
			from = a.hidden(&e, data, end)
			pos = from
		}
	}
	a.loose(pos, end)
}

// plausible reports whether a local header is one, and not four bytes of
// something else that look like its signature.
func plausible(e *entry) bool {
	return len(e.name) > 0 && len(e.name) < 4096 && bytes.IndexByte(e.name, 0) < 0 && (e.method <= 20 || e.method >= 90 && e.method <= methodAES)
}

// hidden reads an entry that the directory does not list, and returns where it
// ends.
func (a *archive) hidden(e *entry, data, end int64) int64 {
	if isFolder(e) && e.flags&flagDescriptor == 0 {
		a.folders = append(a.folders, e.fileName())
		return data
	}
	a.file.DefectIn(collect.SafeName(e.fileName()), collect.DefectCorrupt, "an entry that the directory does not list")
	if e.flags&flagDescriptor == 0 || e.packed > 0 {
		a.unpack(e, data)
		return min(data+e.packed, end)
	}
	// Only the data says where it ends; or the next record does.
	next := nextRecord(a.content[data:end])
	if e.method == methodDeflate && !e.encrypted() {
		child := &collect.File{Name: e.fileName()}
		s := newStream(e, a.content[data:end], 0)
		a.full = !a.file.UnpackFile(child, int64(next), s)
		if s.ended {
			return end - int64(s.left())
		}
		return data + int64(next)
	}
	e.packed = int64(next)
	child := &collect.File{Name: e.fileName()}
	if s := newStream(e, a.content[data:data+e.packed], a.file.Room(e.packed)); s != nil && !e.encrypted() {
		a.full = !a.file.UnpackFile(child, e.packed, s)
	} else {
		a.unpack(e, data)
	}
	return data + e.packed
}

// nextRecord returns where the next record starts, or the end.
func nextRecord(content []byte) int {
	next := len(content)
	for _, signature := range [...]string{descriptorSignature, localSignature, directorySignature, end64Signature, endSignature} {
		if i := bytes.Index(content[:next], []byte(signature)); i >= 0 {
			next = i
		}
	}
	return next
}

// loose reads bytes that belong to no entry: a program in front of the archive,
// something appended to it. Data descriptors and padding are nothing.
func (a *archive) loose(start, end int64) {
	piece := a.content[start:end]
	if len(piece) >= 12 && start > 0 {
		piece = afterDescriptor(piece)
	}
	if piece = bytes.Trim(piece, "\x00"); len(piece) == 0 || a.stop() || structural(piece) {
		return
	}
	if start == 0 && end == int64(len(a.content)) {
		a.file.Defect(collect.DefectCorrupt, "nothing of a zip archive but its signature")
		return
	}
	a.file.Attach(&collect.File{Path: "unlisted", Content: piece})
}

// afterDescriptor returns what follows a data descriptor.
func afterDescriptor(piece []byte) []byte {
	switch {
	case bytes.HasPrefix(piece, []byte(descriptorSignature)) && len(piece) >= 24 && isZero(piece[12:16]) && isZero(piece[20:24]):
		return piece[24:] // ZIP64
	case bytes.HasPrefix(piece, []byte(descriptorSignature)) && len(piece) >= 16:
		return piece[16:]
	case len(piece) == 12 || len(piece) == 20:
		return nil // without a signature
	}
	return piece
}

// structural reports whether a piece is the spanning marker or a record that
// carries no content.
func structural(piece []byte) bool {
	return string(piece) == descriptorSignature || string(piece) == "PK00" || len(piece) < 4
}

func isZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
