package collect

// Table is a stretch of a text whose lines are rows of cells, the cells of a row set
// apart by tabs. Columns are the headers of its columns, which speak for every cell
// below them: a number in a column called "SSN" has a cue beside it, however far
// down it stands.
type Table struct {
	Start, End int      // byte offsets; both at the beginning of a line or the end of the text
	Columns    []string // by the number of tabs before the cell; "" where there is no header
}

// Tables adds a text with tables in it at path#name; at the file's own path if name
// is empty. The tables do not overlap and stand in order.
func (f *File) Tables(name, text string, tables []Table, marks ...Mark) {
	switch {
	case name == "":
		f.add(f.own(), text, marks, tables)
	case f.c.leaf(f.Path):
		f.add(f.c.take(f.Path+"#"+name), text, marks, tables)
	}
}

func cutTables(tables []Table, n int) []Table {
	var kept []Table
	for _, t := range tables {
		if t.Start < n {
			t.End = min(t.End, n)
			kept = append(kept, t)
		}
	}
	return kept
}
