package grid

import (
	"slices"
	"strings"
	"testing"
)

// fill makes a grid of rows; "#" before a cell says that it is a number.
func fill(room int64, rows ...string) *Grid {
	g := New(room)
	for _, row := range rows {
		for column, cell := range strings.Split(row, "|") {
			text, value := strings.CutPrefix(cell, "#")
			g.Add(column, text, value, false)
		}
		g.EndRow(false)
	}
	return g
}

// columns returns the headers of each table and what of the text it covers.
func columns(s Sheet) []string {
	var all []string
	for _, t := range s.Tables {
		all = append(all, strings.Join(t.Columns, ",")+"="+strings.ReplaceAll(s.Text[t.Start:t.End], "\n", "/"))
	}
	return all
}

func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows []string
		want []string
	}{
		{"first row", []string{"Name|SSN", "Ann|#1"}, []string{"Name,SSN=Ann\t1/"}},
		{"no headers", []string{"#1|#2", "#3|#4"}, nil},
		{"below a title", []string{"Staff", "Name|SSN", "Ann|#1"}, []string{"Name,SSN=Ann\t1/"}},
		{"one column", []string{"SSN", "#1"}, []string{"SSN=1/"}},
		{"two rows", []string{"Person|Social Security|", "Name||Date", "Ann|#1|#2"}, []string{"Person Name,Social Security,Date=Ann\t1\t2/"}},
		{"rows of words are no headers", []string{"Name|City", "Ann|Bath", "Bob|York"}, []string{"Name,City=Ann\tBath/Bob\tYork/"}},
		{"a second table", []string{"Name|SSN", "Ann|#1", "", "Phone|Fax", "#2|#3"}, []string{"Name,SSN=Ann\t1//Phone\tFax/", "Phone,Fax=2\t3/"}},
		{"headers go on below an empty row", []string{"Name|SSN", "Ann|#1", "", "Bob|#2"}, []string{"Name,SSN=Ann\t1//Bob\t2/"}},
		{"numbers are no headers", []string{"Name|123-45-6789", "Ann|#1"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := columns(fill(1<<20, tt.rows...).Sheet()); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestColumnsAreAligned(t *testing.T) {
	g := New(1 << 20)
	g.Add(5, "A", false, false)
	g.Add(900, "B", false, false)
	g.EndRow(false)
	g.Add(900, "1", true, false)
	if text := g.Sheet().Text; text != "A\tB\n\t1\n" {
		t.Errorf("text %q", text)
	}
}

func TestSparseRowsAreNotPadded(t *testing.T) {
	g := New(1 << 20)
	for column := range 10_000 {
		g.Add(column, "x", false, false)
	}
	g.EndRow(false)
	for range 10_000 {
		g.Add(9_999, "1", true, false)
		g.EndRow(false)
	}
	if s := g.Sheet(); len(s.Text) > 100_000 || s.Tables != nil {
		t.Errorf("%d bytes, %d tables", len(s.Text), len(s.Tables))
	}
}

func TestHiddenCellsAndRows(t *testing.T) {
	g := New(1 << 20)
	g.Add(0, "a", false, false)
	g.Add(1, "b", false, true)
	g.Add(2, "c", false, false)
	g.EndRow(false)
	g.Add(0, "d", false, false)
	g.EndRow(true)
	s := g.Sheet()
	var hidden []string
	for _, m := range s.Marks {
		hidden = append(hidden, s.Text[m.Start:m.End])
	}
	if !slices.Equal(hidden, []string{"b", "d\n"}) {
		t.Errorf("hidden %q of %q", hidden, s.Text)
	}
}

func TestRoomIsKept(t *testing.T) {
	g := New(10)
	for g.Add(0, "xxxx", false, false) {
		g.EndRow(false)
	}
	if n := len(g.Sheet().Text); n > 20 || !g.Full() {
		t.Errorf("%d bytes", n)
	}
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"socialSecurityNumber": "social Security Number", "tax_id": "tax id", "SSN": "SSN", "PatientSSN": "Patient SSN",
		"SSNNumber": "SSN Number", "Überfall": "Überfall", "ids": "ids", "": "",
	} {
		if got := Words(name); got != want {
			t.Errorf("Words(%q) = %q, want %q", name, got, want)
		}
	}
}
