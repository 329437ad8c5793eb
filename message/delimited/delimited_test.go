package delimited

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func read(source string, limits collect.Limits) collect.Found {
	return collect.Run(context.Background(), limits, Read, func(root *collect.File) { root.Nested("f", []byte(source)) })
}

// main returns the text of the file itself.
func main(t *testing.T, found collect.Found) collect.Part {
	t.Helper()
	for _, p := range found.Parts {
		if p.Path == "f" {
			return p
		}
	}
	t.Fatalf("no text in %+v", found)
	return collect.Part{}
}

func TestRowsAreLines(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"commas", "a,b\n1,2\n", "a\tb\n1\t2\n"},
		{"semicolons", "a;b\n1,5;2\n", "a\tb\n1,5\t2\n"},
		{"bars", "a|b|c\n1|2|3", "a\tb\tc\n1\t2\t3\n"},
		{"quoted", "a,b\n\"x, \"\"y\"\"\",2\n", "a\tb\nx, \"y\"\t2\n"},
		{"line ends in a cell", "a,b\r\n\"1\r\n2\",3\r\n", "a\tb\n1 2\t3\n"},
		{"tabs in a cell", "a,b\n1\t2,3\n", "a\tb\n1 2\t3\n"},
		{"a mark that does not close", "a,b\n\"x,2\ny,3\n", "a\tb\n\"x\t2\ny\t3\n"},
		{"a column without cells", "a,,b\n1,,2\n", "a\tb\n1\t2\n"},
		{"an empty cell", "a,b,c\n1,,3\n", "a\tb\tc\n1\t\t3\n"},
		{"said so", "sep=#\na#b\n1#2\n", "a\tb\n1\t2\n"},
		{"rows of different lengths", "a,b\n1,2,3\n", "a\tb\n1\t2\t3\n"},
		{"no table", "just a line", "just a line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := main(t, read(tt.source, collect.Limits{})).Text; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestColumnsHaveHeaders(t *testing.T) {
	p := main(t, read("Name,taxID\nAnn,123456789\nBob,234567891\n", collect.Limits{}))
	if len(p.Tables) != 1 || !slices.Equal(p.Tables[0].Columns, []string{"Name", "tax ID"}) {
		t.Fatalf("tables %+v", p.Tables)
	}
	if rows := p.Text[p.Tables[0].Start:p.Tables[0].End]; rows != "Ann\t123456789\nBob\t234567891\n" {
		t.Errorf("rows %q", rows)
	}
}

func TestMoreThanTheLimitIsADefect(t *testing.T) {
	found := read(strings.Repeat("aaaa,bbbb\n", 100), collect.Limits{Text: 50})
	if len(found.Defects) == 0 || found.Defects[0].Kind != collect.DefectTooLarge {
		t.Errorf("defects %v", found.Defects)
	}
}

func TestSparseRowsStaySmall(t *testing.T) {
	row := strings.Repeat(",", 20_000) + "x\n"
	found := read("a,b\n"+strings.Repeat("1,2\n", 10)+strings.Repeat(row, 200), collect.Limits{})
	if n := len(main(t, found).Text); n > 100_000 {
		t.Errorf("%d bytes of text", n)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\"\"b\";c\n\n;;\n", "sep=,\n\"", "a\tb\r\n1\t\"\n2\"\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p := main(t, read(source+"x", collect.Limits{}))
		if !utf8.ValidString(p.Text) || strings.Contains(p.Text, "\r") {
			t.Errorf("text %q", p.Text)
		}
		for _, table := range p.Tables {
			if table.Start >= table.End || table.End > len(p.Text) || p.Text[table.Start-1] != '\n' {
				t.Fatalf("table %+v in %q", table, p.Text)
			}
		}
	})
}
