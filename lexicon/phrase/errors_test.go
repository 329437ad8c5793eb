package phrase

import (
	"errors"
	"strings"
	"testing"
)

func TestCompileSaysWhichPhraseIsWrongAndWhy(t *testing.T) {
	tests := []struct{ name, phrase, reason string }{
		{"empty", "", "needs a letter or digit"},
		{"blank", " \t", "needs a letter or digit"},
		{"only punctuation", "--", "needs a letter or digit"},
		{"only question marks", "?? ?", "needs a letter or digit"},
		{"question mark and star", "?*", "needs a letter or digit"},
		{"leading star", "*itis", "cannot begin a word"},
		{"leading star on a later word", "lab *result", "cannot begin a word"},
		{"star alone", "patient * id", "needs a letter before it"},
		{"star in a word", "dia*tes", "only at the end of a word"},
		{"two stars", "dia**", "needs a letter before it"},
		{"star between ideographs", "糖*尿", "only at the end of a word"},
		{"full-width star first", "＊itis", "cannot begin a word"},
		{"too many words", strings.Repeat("a ", 33), "more than 32 words"},
		{"too long", strings.Repeat("a", 1025), "longer than 1024 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile([]Phrase{{Text: "fine"}, {Text: test.phrase}})
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("Compile(%q) = %v", test.phrase, err)
			}
			if e.Index != 1 || !strings.Contains(e.Reason, test.reason) || !strings.HasPrefix(err.Error(), "phrase 1: ") {
				t.Errorf("Compile(%q) = %v, want reason %q", test.phrase, err, test.reason)
			}
		})
	}
}
