package corpus

import (
	"testing"
	"unicode/utf8"
)

func TestListsNestAndTextsHaveTheirSize(t *testing.T) {
	if _, err := Dir(); err != nil {
		t.Skip(err)
	}
	long, err := Phrases(20000)
	if err != nil {
		t.Fatal(err)
	}
	short, err := Phrases(50)
	if err != nil {
		t.Fatal(err)
	}
	for i := range short {
		if short[i] != long[i] {
			t.Fatalf("phrase %d is %q in the short list and %q in the long one", i, short[i], long[i])
		}
	}
	texts, err := Texts(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if n := len(text.Content); n > 1<<20 || n < 1<<20-utf8.UTFMax {
			t.Errorf("%s text has %d bytes", text.Name, n)
		}
		if isASCII(text.Content) != (text.Name == "clean" || text.Name == "hits") {
			t.Errorf("%s text is of the wrong kind", text.Name)
		}
	}
}
