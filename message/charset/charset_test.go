package charset

import (
	"testing"
	"unicode/utf8"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, content, declared, want string
		known                         bool
	}{
		{"ASCII", "abc", "", "abc", true},
		{"ASCII under an unknown label", "abc", "x-martian", "abc", true},
		{"UTF-8", "M\xc3\xbcller", "utf-8", "Müller", true},
		{"UTF-8 under no label", "M\xc3\xbcller", "", "Müller", true},
		{"UTF-8 under a wrong label", "M\xc3\xbcller", "iso-8859-1", "Müller", true},
		{"Latin-1", "M\xfcller", "ISO-8859-1", "Müller", true},
		{"Latin-1 is Windows-1252", "\x80 5", "iso-8859-1", "€ 5", true},
		{"Latin-1 under UTF-8", "M\xfcller", "utf-8", "Müller", true},
		{"Latin-1 under ASCII", "M\xfcller", "us-ascii", "Müller", true},
		{"both mixed", "M\xc3\xbcller M\xfcller", "utf-8", "Müller Müller", true},
		{"unknown label", "M\xfcller", "x-martian", "Müller", false},
		{"quoted label", "M\xfcller", `"iso-8859-1"`, "Müller", true},
		{"Cyrillic", "\xf0\xd2\xc9", "koi8-r", "При", true},
		{"Windows-1251 by code page", "\xcf\xf0\xe8", "cp1251", "При", true},
		{"Shift JIS", "\x90\xa2\x8a\x45", "shift_jis", "世界", true},
		{"EUC-JP", "\xc0\xa4\xb3\xa6", "euc-jp", "世界", true},
		{"ISO-2022-JP", "\x1b$B@$3&\x1b(B", "iso-2022-jp", "世界", true},
		{"ISO-2022-JP under no label", "\x1b$B@$3&\x1b(B", "", "世界", true},
		{"Big5", "\xa5\x40\xac\xc9", "big5", "世界", true},
		{"GB 2312", "\xca\xc0\xbd\xe7", "gb2312", "世界", true},
		{"HZ", "~{J@=g~}", "hz-gb-2312", "世界", true},
		{"EUC-KR", "\xbc\xbc\xb0\xe8", "ks_c_5601-1987", "세계", true},
		{"ISO-2022-KR", "\x1b$)C\x0e<<0h\x0f!", "iso-2022-kr", "세계!", true},
		{"UTF-7", "M+APw-ller +- 1+AC0-2", "utf-7", "Müller + 1-2", true},
		{"UTF-7 that is not", "a+b=c", "utf-7", "a+b=c", true},
		{"UTF-16 with a mark", "\xff\xfea\x00\xfc\x00", "", "aü", true},
		{"UTF-16BE", "\x00a\x00\xfc", "utf-16be", "aü", true},
		{"UTF-16LE under no label", "a\x00b\x00c\x00d\x00", "", "abcd", true},
		{"UTF-8 with a mark", "\xef\xbb\xbfa\xc3\xbc", "", "aü", true},
		{"UTF-32LE with a mark", "\xff\xfe\x00\x00a\x00\x00\x00", "", "a", true},
		{"EBCDIC", "\xf1\xf2\xf3", "ibm037", "123", true},
		{"malformed multi-byte", "\x90", "shift_jis", "\uFFFD", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, known := Decode([]byte(tt.content), tt.declared)
			if got != tt.want || known != tt.known {
				t.Errorf("got %q, known %v; want %q, known %v", got, known, tt.want, tt.known)
			}
		})
	}
}

// FuzzDecode checks that every label and content decode to valid UTF-8.
func FuzzDecode(f *testing.F) {
	for _, label := range []string{"", "utf-8", "utf-7", "utf-16", "iso-2022-jp", "iso-2022-kr", "gb18030", "big5", "ibm037", "hz", "x-martian"} {
		f.Add([]byte("a\x80\x1b$B+AGE-\x00~{J\x0e\xff\xfe"), label)
	}
	f.Fuzz(func(t *testing.T, content []byte, label string) {
		if got, _ := Decode(content, label); !utf8.ValidString(got) {
			t.Errorf("%q as %q: invalid UTF-8 %q", content, label, got)
		}
	})
}
