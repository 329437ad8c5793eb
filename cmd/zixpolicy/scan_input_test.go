package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/zixpolicy/zixpolicy/message"
)

// readStdin returns the messages of standard input.
func readStdin(r io.Reader, limit int64, lines bool) (items []item) {
	input{stdin: r, limit: limit, lines: lines, yield: func(i item) bool {
		items = append(items, i)
		return true
	}}.readAll([]string{"-"})
	return items
}

func TestReadMessages(t *testing.T) {
	const from = "From a@b Mon Nov 23 10:00:00 2026\n"
	for name, c := range map[string]struct {
		text  string
		limit int64
		want  []string // NAME|RAW
	}{
		"message":                 {"To: b\n\nx\n", 99, []string{"-|To: b\n\nx\n"}},
		"empty":                   {"", 99, []string{"-|"}},
		"beyond the limit":        {"To: b\n\n0123456789", 10, []string{"-|To: b\n\n0123"[:2+11]}},
		"mbox of one":             {from + "To: b\n\nx\n", 99, []string{"-|To: b\n\nx\n"}},
		"mbox":                    {from + "A: 1\n\nx\n\n" + from + "A: 2\n\ny\n", 99, []string{"-:1|A: 1\n\nx\n\n", "-:2|A: 2\n\ny\n"}},
		"mbox with CRLF":          {from + "A: 1\r\n\r\nx\r\n\r\n" + from + "A: 2\r\n", 99, []string{"-:1|A: 1\r\n\r\nx\r\n\r\n", "-:2|A: 2\r\n"}},
		"quoted separators":       {from + "\n>From x\n>>From y\n> From z\n", 99, []string{"-|\nFrom x\n>From y\n> From z\n"}},
		"separator without blank": {from + "A: 1\n\nx\n" + from + "y\n", 99, []string{"-|A: 1\n\nx\n" + from + "y\n"}},
		"only a separator":        {from, 99, []string{"-|"}},
		"mbox beyond the limit":   {from + "0123456789\n\n" + from + "ab\n", 4, []string{"-:1|01234", "-:2|ab\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, i := range readStdin(strings.NewReader(c.text), c.limit, false) {
				if i.err != nil {
					t.Fatal(i.err)
				}
				got = append(got, i.name+"|"+string(i.raw))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadLines(t *testing.T) {
	long := strings.Repeat("x", 200<<10)
	var got []string
	for _, i := range readStdin(strings.NewReader("a\r\n\n"+long+"\nlast"), 100<<10, true) {
		body, ok := strings.CutPrefix(string(i.raw), lineHeader)
		if !ok {
			t.Fatalf("%s has no header: %.80q", i.name, i.raw)
		}
		got = append(got, i.name+"|"+body)
	}
	if want := []string{"-:1|a", "-:2|", "-:3|" + long[:100<<10+1], "-:4|last"}; !slices.Equal(got, want) {
		t.Errorf("got %.60q", got)
	}
}

func TestReadErrorsAreReported(t *testing.T) {
	broken := errors.New("broken")
	for _, lines := range []bool{false, true} {
		for _, text := range []string{"To: b\n\nx", "From a@b Mon Nov 23 10:00:00 2026\nTo: b\n\nx"} {
			items := readStdin(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), 99, lines)
			if last := items[len(items)-1]; !errors.Is(last.err, broken) {
				t.Errorf("lines %v, %q: last item has error %v", lines, text, last.err)
			}
		}
	}
}

func TestInOrderKeepsTheOrder(t *testing.T) {
	const n = 1000
	next := 0
	err := inOrder(context.Background(), 8,
		func(yield func(item) bool) {
			for i := range n {
				yield(item{name: fmt.Sprint(i)})
			}
		},
		func(i item) string { return i.name },
		func(name string) error {
			if name != fmt.Sprint(next) {
				return fmt.Errorf("%s comes after %d", name, next-1)
			}
			next++
			return nil
		})
	if err != nil || next != n {
		t.Errorf("%d results, %v", next, err)
	}
}

func TestInOrderStopsReading(t *testing.T) {
	enough := errors.New("enough")
	var read atomic.Int64
	ended := make(chan struct{})
	err := inOrder(context.Background(), 2,
		func(yield func(item) bool) {
			defer close(ended)
			for yield(item{}) {
				read.Add(1)
			}
		},
		func(item) int { return 0 },
		func(int) error { return enough })
	if err != enough {
		t.Errorf("returned %v", err)
	}
	<-ended
	if n := read.Load(); n > 100 {
		t.Errorf("read %d items after it was to stop", n)
	}
}

func TestRecipientsOf(t *testing.T) {
	for _, c := range []struct {
		header message.Header
		want   []string
	}{
		{nil, []string{someone}},
		{message.Header{{Name: "To", Value: `"Doe, J" <j@ext.example>, K <k@ext.example>`}, {Name: "CC", Value: "J@EXT.example, l@ext.example"}},
			[]string{"j@ext.example", "k@ext.example", "l@ext.example"}},
		{message.Header{{Name: "To", Value: "undisclosed-recipients:;"}}, []string{someone}},
		{message.Header{{Name: "To", Value: "Doe, J <j@ext.example>; k@ext.example"}}, []string{"j@ext.example", "k@ext.example"}},
		{message.Header{{Name: "To", Value: "a@ext.example"}, {Name: "To", Value: "b@ext.example"}}, []string{"a@ext.example", "b@ext.example"}},
		{message.Header{{Name: "To", Value: `"odd user"@ext.example`}}, []string{`"odd user"@ext.example`}},
	} {
		if got := recipientsOf(c.header); !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.header, got, c.want)
		}
	}
}

func TestPrintableKeepsLength(t *testing.T) {
	for text, want := range map[string]string{
		"plain é\n\t": "plain é\n\t", "\x1b[31m": "?[31m", "a\u009bb": "a??b", "\x00\r\x7f": "???",
	} {
		if got := printable(text); got != want {
			t.Errorf("printable(%q) = %q, want %q", text, got, want)
		}
	}
}
