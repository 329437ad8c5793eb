package grid

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The lengths, in bytes, and the digits that a header may have.
const (
	maxHeader       = 200
	maxHeaderDigits = 4
)

// label reports whether a cell's text may be the header of a column: words, with no
// more digits than a year has.
func label(text []byte) bool {
	if len(text) > maxHeader {
		return false
	}
	letters, digits := 0, 0
	for _, r := range string(text) {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r == '@':
			return false
		}
	}
	return letters > 0 && digits <= maxHeaderDigits
}

// maxHeaders bounds the headers of one grid, over all its tables.
const maxHeaders = 1 << 18

// heading is the row after which columns have these headers.
type heading struct {
	row     int
	columns []string // by rank
}

// headers finds the rows that are headers: at the top of the sheet, and below empty
// rows. A column keeps its header until it gets another one.
func (w *writer) headers() {
	top := true
	var columns []string
	for i := 0; i < len(w.grid.rows); i++ {
		first, end := w.span(i)
		switch {
		case first == end:
			top = true
		case !top:
		case end-first == 1 && w.cellsIn(i+1) > 1: // a title
		case len(w.headings)*len(w.grid.used) > maxHeaders:
			return // the last ones go on
		case w.labels(i):
			top = false
			columns = w.named(columns, i)
			if w.continues(i) {
				i++
				columns = w.joined(columns, i)
			}
			w.headings = append(w.headings, heading{i, columns})
		default:
			top = false
		}
	}
}

// span returns the cells of row i.
func (w *writer) span(i int) (first, end int) {
	if i > 0 {
		first = w.grid.rows[i-1].end
	}
	return first, w.grid.rows[i].end
}

func (w *writer) cellsIn(i int) int {
	if i >= len(w.grid.rows) {
		return 0
	}
	first, end := w.span(i)
	return end - first
}

// labels reports whether all cells of row i may be headers.
func (w *writer) labels(i int) bool {
	first, end := w.span(i)
	for _, c := range w.grid.cells[first:end] {
		if c.value {
			return false
		}
	}
	return first < end
}

// continues reports whether the headers in row i go on in the next one: where it has
// headers only, some of them in columns that have none yet.
func (w *writer) continues(i int) bool {
	if i+2 >= len(w.grid.rows) || !w.labels(i+1) {
		return false
	}
	above := map[int32]bool{}
	first, end := w.span(i)
	for _, c := range w.grid.cells[first:end] {
		above[c.column] = true
	}
	first, end = w.span(i + 1)
	for _, c := range w.grid.cells[first:end] {
		if !above[c.column] {
			return true
		}
	}
	return false
}

// named returns columns with the headers in row i in place of older ones.
func (w *writer) named(columns []string, i int) []string {
	named := make([]string, len(w.grid.used))
	copy(named, columns)
	w.eachHeader(i, func(rank int, text string) { named[rank] = text })
	return named
}

// joined adds the headers in row i to those above.
func (w *writer) joined(columns []string, i int) []string {
	w.eachHeader(i, func(rank int, text string) {
		columns[rank] = strings.TrimSpace(columns[rank] + " " + text)
	})
	return columns
}

func (w *writer) eachHeader(i int, visit func(rank int, text string)) {
	first, end := w.span(i)
	for n := first; n < end; n++ {
		visit(w.grid.used[int(w.grid.cells[n].column)], Words(string(w.grid.cellText(n))))
	}
}

// Words returns a name in the writing of programs as words: "taxId" and "tax_id" are
// "tax id".
func Words(name string) string {
	var out strings.Builder
	var before rune
	for i, r := range name {
		switch {
		case r == '_':
			r = ' '
		case unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsUpper(before) && lowerNext(name[i+utf8.RuneLen(r):])):
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		before = r
	}
	return out.String()
}

// lowerNext reports whether at least two lower-case letters come next: the D of
// "SSNsOf" begins no word.
func lowerNext(rest string) bool {
	n := 0
	for _, r := range rest {
		if !unicode.IsLower(r) {
			break
		}
		n++
	}
	return n >= 2
}
