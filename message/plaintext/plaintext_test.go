package plaintext

import (
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func TestLinesHaveOneLineEnd(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nb\r\n": "a\nb\n", "a\nb": "a\nb", "a\rb": "a\nb", "a\r\r\nb": "a\nb", "": "", "\r\n\r\na": "\n\na",
	} {
		if got := Lines(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFlowedLinesAreJoined(t *testing.T) {
	tests := []struct {
		name, text string
		delsp      bool
		want       string
	}{
		{"soft break", "one \ntwo\nthree", false, "one two\nthree"},
		{"delsp", "123-45 \n-6789", true, "123-45-6789"},
		{"stuffed space", " >not a quote\n From here", false, ">not a quote\nFrom here"},
		{"quoted", "> one \n> two\nthree", false, "> one two\nthree"},
		{"quote depth ends a paragraph", "one \n> two", false, "one \n> two"},
		{"signature line is no soft break", "one\n-- \nAnn", false, "one\n-- \nAnn"},
		{"soft break at the end", "one ", false, "one "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Unflow(tt.text, tt.delsp); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMarks(t *testing.T) {
	tests := []struct {
		name, text string
		kind       collect.MarkKind
		want       []string // the marked stretches
	}{
		{"quoted lines", "new\n> old\n> older\nnew\n>again\n", collect.MarkQuoted, []string{"> old\n> older\n", ">again\n"}},
		{"forwarded", "see\n-----Original Message-----\nFrom: x\nold", collect.MarkQuoted, []string{"-----Original Message-----\nFrom: x\nold"}},
		{"Outlook", "see\nFrom: x\nSent: y\nold\n", collect.MarkQuoted, []string{"From: x\nSent: y\nold\n"}},
		{"Notes", "see\n---------------------- Forwarded by A on 1/1 --------\nold", collect.MarkQuoted, []string{"---------------------- Forwarded by A on 1/1 --------\nold"}},
		{"from in prose", "From: here to there\nis far", collect.MarkQuoted, nil},
		{"rule of dashes", "a\n----------\nb", collect.MarkQuoted, nil},
		{"signature", "text\n-- \nAnn\nMaine\n", collect.MarkSignature, []string{"-- \nAnn\nMaine\n"}},
		{"signature before history", "text\n-- \nAnn\n-----Original Message-----\nold", collect.MarkSignature, []string{"-- \nAnn\n"}},
		{"too long for a signature", "text\n-- \n" + strings.Repeat("line\n", 30), collect.MarkSignature, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range Marks(tt.text) {
				if m.Kind == tt.kind {
					got = append(got, tt.text[m.Start:m.End])
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("marked %q, want %q", got, tt.want)
			}
		})
	}
}
