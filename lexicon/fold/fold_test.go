package fold

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFoldMakesAlikeWhatReadersSeeAlike(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Patient ID", "Patient ID"},
		{"empty", "", ""},
		{"full width", "ＤＯＢ：１２", "DOB:12"},
		{"ligature", "ﬁnance oﬀice", "finance office"},
		{"mathematical letters", "𝐝𝐢𝐚𝐛𝐞𝐭𝐞𝐬", "diabetes"},
		{"circled", "①②", "12"},
		{"superscript", "m²", "m2"},
		{"case beyond ASCII", "ÉCOLE Straße ΣΊΣΥΦΟΣ", "éCOLE Strasse σίσυφοσ"},
		{"capital sharp s", "STRAẞE", "STRAssE"},
		{"dotted capital I", "İstanbul", "istanbul"},
		{"Kelvin sign keeps its case", "\u212A", "K"},
		{"Cherokee either case", "Ꭰꭰ", "ᎠᎠ"},
		{"Deseret", "𐐀", "𐐨"},
		{"soft hyphen", "dia\u00ADbetes", "diabetes"},
		{"zero-width", "S\u200BS\u200DN\uFEFF", "SSN"},
		{"nul", "dia\x00betes", "diabetes"},
		{"tags", "id\U000E0041\U000E007F", "id"},
		{"dashes", "078‐05‑1120 a–b—c−d", "078-05-1120 a-b-c-d"},
		{"quotes", "‘a’ “b” patient’s «c»", `'a' "b" patient's "c"`},
		{"acute accent as apostrophe", "patient´s", "patient's"},
		{"spaces", "a\u00A0b\u2009c\u3000d", "a b c d"},
		{"line breaks", "a\u2028b\u0085c\u2029d", "a\nb\nc\n\nd"},
		{"digits", "١٢٣ १२३ 𝟙𝟚", "123 123 12"},
		{"composed", "cafe\u0301 CAFE\u0301", "café CAFé"},
		{"mark kept apart from plain", "año ano", "año ano"},
		{"struck through", "d\u0336i\u0336e\u0336", "die"},
		{"stacked accents", "a\u0300\u0301\u0302\u0303b", "àb"},
		{"hyphen hidden before mark", "e\u00AD\u0301", "é"},
		{"Arabic vowel points", "مُحَمَّد", "محمد"},
		{"Hebrew points stay", "שָׁלוֹם", "שָׁלוֹם"},
		{"decomposed Hangul", "\u1112\u1161\u11AB", "한"},
		{"decomposed Hangul by compatibility", "\u1112\u3161", "흐"},
		{"half-width Kana", "ｶﾞ", "ガ"},
		{"ideographic full stop", "病。院", "病. 院"},
		{"ellipsis", "a…b", "a...b"},
		{"invalid byte", "a\xFFb", "a\uFFFDb"},
		{"truncated character", "\xE2\x80diabetes", "\uFFFD\uFFFDdiabetes"},
		{"invalid byte before mark", "a\xFF\u0301b", "a\uFFFDb"},
		{"look-alike stays", "ра", "ра"},
		{"huge ligature stays", "\uFDFA", "\uFDFA"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := String(test.in); got != test.want {
				t.Errorf("Fold(%+q) = %+q, want %+q", test.in, got, test.want)
			}
			checkFold(t, test.in)
		})
	}
}

func TestOriginalShowsWhereTextStands(t *testing.T) {
	tests := []struct{ in, find, want string }{
		{"the dia\u00ADbetes.", "diabetes", "dia\u00ADbetes"},
		{"\u200Bid\u200B", "id", "id"},
		{"«Straße» 9", "Strasse", "Straße"},
		{"«Straße» 9", "Stras", "Straß"},
		{"«Straße» 9", "9", "9"},
		{"x ＳＳＮ y", "SSN", "ＳＳＮ"},
		{"x cafe\u0301 y", "café", "cafe\u0301"},
		{"x e\u0301\u00AD y", "é", "e\u0301"},
		{"Ünïted Stätes", "stätes", "Stätes"},
		{"a\xFFdob\xFE", "dob", "dob"},
		{"½ cup", "2", "½"},
	}
	var b Buffer
	for _, test := range tests {
		f := b.Fold(test.in)
		at := strings.Index(strings.ToLower(f.Content), strings.ToLower(test.find))
		if at < 0 {
			t.Errorf("%+q not in %+q", test.find, f.Content)
			continue
		}
		start, end := f.Original(at, at+len(test.find))
		if got := test.in[start:end]; got != test.want {
			t.Errorf("%+q in %+q came from %+q, want %+q", test.find, test.in, got, test.want)
		}
	}
}

func TestFoldDoesNotAllocateInSteadyState(t *testing.T) {
	var b Buffer
	for _, s := range []string{
		strings.Repeat("Patient ID 4471-22, ", 100),
		strings.Repeat("Straße cafe\u0301 ＳＳＮ “dia\u00ADbetes” 糖尿病 𝐝𝐢𝐚 ", 100),
	} {
		b.Fold(s)
		if n := testing.AllocsPerRun(10, func() { b.Fold(s) }); n != 0 {
			t.Errorf("%v allocations for %.20q", n, s)
		}
	}
}

// checkFold holds for every text: folding is idempotent, and offsets are in order, in
// range and on boundaries of characters.
func checkFold(t *testing.T, s string) {
	t.Helper()
	var b Buffer
	f := b.Fold(s)
	folded := strings.Clone(f.Content)
	if !utf8.ValidString(folded) {
		t.Fatalf("Fold(%+q) = %+q is not UTF-8", s, folded)
	}
	previous := 0
	for i, r := range folded {
		end := i + utf8.RuneLen(r)
		from, to := f.Original(i, end)
		if from > to || to > len(s) || from < 0 {
			t.Fatalf("%+q: [%d:%d] came from [%d:%d]", s, i, end, from, to)
		}
		if from < previous {
			t.Fatalf("%+q: [%d:%d] came from [%d:%d], before %d", s, i, end, from, to, previous)
		}
		if !boundary(s, from) || !boundary(s, to) {
			t.Fatalf("%+q: [%d:%d] came from [%d:%d], inside a character", s, i, end, from, to)
		}
		if from == to {
			t.Fatalf("%+q: [%d:%d] came from nothing at %d", s, i, end, from)
		}
		previous = from
	}
	if again := String(folded); again != folded {
		t.Fatalf("%+q folds to %+q, and that to %+q", s, folded, again)
	}
}

// boundary reports whether no valid character of s has i inside it.
func boundary(s string, i int) bool {
	for back := 1; back < utf8.UTFMax && back <= i; back++ {
		r, size := utf8.DecodeRuneInString(s[i-back:])
		if size > back && r != utf8.RuneError {
			return false
		}
	}
	return true
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{
		"Patient ID", "dia\u00ADbetes", "cafe\u0301", "Straße", "ＳＳＮ", "한\u11AB", "\u1112\u1161\u11AB", "ｶﾞ",
		"a\xFF\u0301", "\u0345\u0308", "\uFDFA\u0301", "שָׁלוֹם", "\u0E33\u0E48", "𝐝\u0336", "a\u034F\u0301", "\u1E9B\u0323",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}
