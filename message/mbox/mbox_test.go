package mbox

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/format"
)

func readBox(content string) []string {
	found := collect.Run(context.Background(), collect.Limits{},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content = []byte(content); Read(root) })
	var texts []string
	for _, p := range found.Parts {
		texts = append(texts, p.Text)
	}
	return texts
}

const one = "From a@example.com Mon Jan  1 00:00:00 2024\nSubject: one\n\nfirst\n"

func TestEachMessageIsRead(t *testing.T) {
	two := strings.ReplaceAll(one, "one", "two")
	for _, tt := range []struct {
		name, box string
		is        bool
		want      []string
	}{
		{"two", one + "\n" + two, true, []string{"Subject: one\n\nfirst\n\n", "Subject: two\n\nfirst\n"}},
		{"CRLF", strings.ReplaceAll(one+"\n"+two, "\n", "\r\n"), true, []string{"Subject: one\r\n\r\nfirst\r\n\r\n", "Subject: two\r\n\r\nfirst\r\n"}},
		{"one", one, false, []string{"Subject: one\n\nfirst\n"}},
		{"a line of text that starts so", one + "\nFrom here on it is text\nand more text\n", false, []string{"Subject: one\n\nfirst\n\nFrom here on it is text\nand more text\n"}},
		{"a line without an empty one before it", one + two, false, []string{"Subject: one\n\nfirst\n" + two}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := format.LooksMbox([]byte(tt.box)); got != tt.is {
				t.Errorf("a mailbox: %v, want %v", got, tt.is)
			}
			if got := readBox(tt.box); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzRead holds that nothing of a mailbox is lost but the lines between messages.
func FuzzRead(f *testing.F) {
	f.Add(one + "\n" + one)
	f.Fuzz(func(t *testing.T, box string) {
		if len(box) > 1<<14 || strings.ToValidUTF8(box, "") != box {
			return
		}
		rest := box
		for _, text := range readBox(box) {
			i := strings.Index(rest, text)
			if i < 0 || i > 0 && !strings.HasPrefix(rest, "From ") || strings.Count(rest[:i], "\n") > 1 {
				t.Fatalf("of %q, %q was not read", box, rest)
			}
			rest = rest[i+len(text):]
		}
	})
}
