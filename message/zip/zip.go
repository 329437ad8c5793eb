// Package zip reads zip archives (PKWARE's APPNOTE.TXT 6.3.10) as a suspicious
// person would: what the central directory lists, what local headers say
// different, entries that no directory lists, and the bytes that belong to
// neither.
//
// Programs differ in which of the two headers of an entry they believe, and some
// read an archive from its front, some from its end. So both are compared, and
// wherever they lead to different content both readings are made.
package zip

import (
	"slices"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Read reads the zip archive f.
func Read(f *collect.File) { read(f, true) }

// ReadTail reads the zip archive that the file f, which is something else as
// well, ends with. What stands before the archive is not read.
func ReadTail(f *collect.File) { read(f, false) }

func read(f *collect.File, head bool) {
	a := &archive{file: f, content: f.Content}
	listed := a.directory()
	a.eachListed(listed)
	a.eachGap(head)
	a.texts()
}

// archive is the state of reading one archive.
type archive struct {
	file     *collect.File
	content  []byte
	taken    []span // what of content was read, or is known to carry nothing else
	folders  []string
	comments []string
	full     bool // a limit of the whole message is reached
}

// span is content[start:end].
type span struct{ start, end int64 }

func (a *archive) take(start, end int64) {
	a.taken = append(a.taken, span{start, min(end, int64(len(a.content)))})
}

// stop reports whether no more is to be read.
func (a *archive) stop() bool { return a.full || a.file.Err() != nil }

// texts adds what a program lists of the archive beside its files. An archive of
// nothing reads as an empty text.
func (a *archive) texts() {
	if len(a.content) == endLength && len(a.taken) > 0 {
		a.file.Text("")
	}
	for _, t := range []struct {
		section string
		lines   []string
	}{{"folders", a.folders}, {"comment", a.comments}} {
		if len(t.lines) > 0 {
			a.file.Section(t.section, joinLines(t.lines))
		}
	}
}

// eachListed reads the entries of the central directory, in its order. Entries
// whose bytes overlap are how small archives unpack to petabytes; only the first
// of them is read.
func (a *archive) eachListed(listed []entry) {
	overlapping := a.overlapping(listed)
	for i := range listed {
		if a.stop() {
			return
		}
		e := &listed[i]
		if overlapping[i] {
			a.file.Unread(&collect.File{Name: e.fileName()}, collect.DefectBomb, "its bytes are those of another entry, too")
			continue
		}
		a.listed(e)
	}
}

// overlapping returns, by index, the entries that begin before the end of an
// earlier one.
func (a *archive) overlapping(listed []entry) map[int]bool {
	order := make([]int, len(listed))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case listed[i].offset < listed[j].offset:
			return -1
		case listed[i].offset > listed[j].offset:
			return 1
		}
		return 0
	})
	var found map[int]bool
	end := int64(-1)
	for _, i := range order {
		if listed[i].offset < end {
			if found == nil {
				found = make(map[int]bool)
			}
			found[i] = true
			continue
		}
		// At least a local header stands there, however long its name is.
		end = listed[i].offset + localLength + listed[i].packed
	}
	return found
}
