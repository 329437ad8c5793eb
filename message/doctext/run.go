package doctext

import "slices"

// The reasons for which text is not printed.
const (
	flagDeleted = 1 << iota // a deletion that is tracked
	flagHidden
)

// run is a stretch of the main stream whose characters have such a property.
type run struct {
	start, end int64
	flags      uint8
}

// The properties of characters that are looked at ([MS-DOC] section 2.6.1).
const (
	sprmDeleted = 0x0800
	sprmHidden  = 0x083c
)

const pageSize = 512 // of a page of formatted runs

// properties returns the runs that are not printed, in order. plc lists the pages
// that describe runs: places in the stream, then the numbers of the pages.
func (d *document) properties(plc []byte) []run {
	count := (len(plc) - 4) / 8
	var runs []run
	read := make([]bool, len(d.main)/pageSize) // each page once, however often it is listed
	for i := range max(count, 0) {
		number := int(u32(plc, 4*(count+1)+4*i) & (1<<22 - 1))
		if number < len(read) && !read[number] {
			read[number] = true
			runs = appendRuns(runs, d.main[number*pageSize:][:pageSize])
		}
	}
	slices.SortFunc(runs, func(a, b run) int { return int(a.start - b.start) })
	return runs
}

// appendRuns appends the runs of one page: places, then for each run where its
// properties stand, in units of two bytes; the last byte is their number.
func appendRuns(runs []run, page []byte) []run {
	count := int(page[pageSize-1])
	if 4*(count+1)+count > pageSize-1 {
		return runs
	}
	for i := range count {
		at := 2 * int(page[4*(count+1)+i])
		if at == 0 || at >= pageSize-1 {
			continue
		}
		end := min(at+1+int(page[at]), pageSize-1)
		if flags := unprinted(page[at+1 : end]); flags != 0 {
			r := run{int64(u32(page, 4*i)), int64(u32(page, 4*i+4)), flags}
			if r.start < r.end {
				runs = append(runs, r)
			}
		}
	}
	return runs
}

// unprinted returns the flags that a list of properties sets.
func unprinted(list []byte) uint8 {
	var flags uint8
	for len(list) >= 3 {
		code := u16(list, 0)
		list = list[2:]
		switch {
		case code == sprmDeleted && list[0]&1 != 0:
			flags |= flagDeleted
		case code == sprmHidden && list[0]&1 != 0:
			flags |= flagHidden
		}
		size := [...]int{1, 1, 2, 4, 2, 2, 0, 3}[code>>13]
		if size == 0 {
			size = 1 + int(list[0])
		}
		list = list[min(size, len(list)):]
	}
	return flags
}

// runsIn returns the runs that touch a stretch of the stream. Runs do not overlap
// in documents that programs write; in others some may be missed, and their text
// is then taken for printed.
func (d *document) runsIn(start, end int64) []run {
	first, _ := slices.BinarySearchFunc(d.marked, start, func(r run, at int64) int { return int(r.end - at - 1) })
	last := first
	for last < len(d.marked) && d.marked[last].start < end {
		last++
	}
	return d.marked[first:last]
}
