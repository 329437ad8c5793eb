package rtf

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// read reads a file; the files in it are only listed.
func read(content string) collect.Found {
	depth := 0
	open := func(f *collect.File) {
		if depth++; depth == 1 {
			Read(f)
		} else {
			f.Text("content " + string(f.Content))
		}
	}
	return collect.Run(context.Background(), collect.Limits{}, open, func(root *collect.File) { root.Nested("f", []byte(content)) })
}

// texts returns the texts of a file by path, what is hidden in brackets.
func texts(found collect.Found) map[string]string {
	all := map[string]string{}
	for _, p := range found.Parts {
		text := p.Text
		for i := len(p.Marks) - 1; i >= 0; i-- {
			m := p.Marks[i]
			text = text[:m.Start] + "[" + text[m.Start:m.End] + "]" + text[m.End:]
		}
		all[p.Path] = text
	}
	return all
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"formatting joins", `{\rtf1 {\b 123}-{\i 45}-\fs20 6789}`, "123-45-6789"},
		{"line ends in the file", "{\\rtf1 12\r\n3-45\n-6789}", "123-45-6789"},
		{"paragraphs", `{\rtf1 a\par b\line c\tab d\~e\_f}`, "a\nb\nc\td\u00a0e-f"},
		{"code page", `{\rtf1\ansicpg1251 \'cf\'f0}`, "Пр"},
		{"font's character set", `{\rtf1{\fonttbl{\f0 Arial;}{\f1\fcharset128 MS;}}\f1 \'93\'fa\f0 x}`, "日x"},
		{"bytes of one character in two forms", `{\rtf1\ansicpg932 \'83A}`, "ア"},
		{"unicode", `{\rtf1\uc1 \u8364?\u-10179?\u-8704?.}`, "€😀."},
		{"unicode with two bytes to skip", `{\rtf1\uc2 \u8364\'80\'80x}`, "€x"},
		{"unicode with nothing to skip", `{\rtf1\uc0 \u49\u50 3}`, "123"},
		{"skip is the group's", `{\rtf1{\uc0 \u49}\u50?3}`, "123"},
		{"symbol font", `{\rtf1{\fonttbl{\f2\fcharset2 Symbol;}}\f2 \u-4047?23}`, "123"},
		{"hidden", `{\rtf1 123-{\v 99}45-6789\par}`, "123-45-6789\n[123-9945-6789]"},
		{"hidden ends", `{\rtf1 \v x\v0 y\plain z}`, "yz\n[xyz]"},
		{"deleted and added", `{\rtf1 123-45-{\deleted 6789}{\revised 0000}}`, "123-45-0000\n[123-45-6789]"},
		{"soft hyphens", `{\rtf1 123\-45}`, "12345"},
		{"unknown destinations", `{\rtf1 a{\*\secret 123-45-6789}b}`, "ab"},
		{"machine destinations", `{\rtf1{\colortbl;\red0;}{\*\generator x;}{\stylesheet{\s0 Normal;}}a}`, "a"},
		{"table", `{\rtf1\trowd\cellx100\cellx200 Name\intbl\cell SSN\cell\row\trowd Ann\intbl\cell 123456789\cell\row\pard after}`,
			"Name\tSSN\nAnn\t123456789\nafter"},
		{"escapes", `{\rtf1 \{\}\\}`, `{}\`},
		{"not closed", `{\rtf1 {\b a`, "a"},
		{"closed too often", `{\rtf1 a}}}`, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts(read(tt.source))["f"]; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestSections(t *testing.T) {
	got := texts(read(`{\rtf1{\info{\title Report}{\author Ann}}{\header head}{\footer foot}body{\footnote note}` +
		`{\*\annotation remark}{\field{\*\fldinst HYPERLINK "http://x.example"}{\fldrslt link}}{\*\unheard 123-45-6789} end\par}`))
	for path, want := range map[string]string{
		"f": "bodylink end", "f#properties": "title: Report\nauthor: Ann", "f#header": "head", "f#footer": "foot", "f#footnotes": "note",
		"f#comments": "remark", "f#fields": `[HYPERLINK "http://x.example"]`, "f#unknown": "[123-45-6789]",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

func TestTablesHaveHeaders(t *testing.T) {
	found := read(`{\rtf1\trowd Name\intbl\cell SSN\cell\row\trowd Ann\intbl\cell 123456789\cell\row\pard x}`)
	for _, p := range found.Parts {
		if p.Path == "f" && (len(p.Tables) != 1 || strings.Join(p.Tables[0].Columns, ",") != "Name,SSN" || p.Text[p.Tables[0].Start:p.Tables[0].End] != "Ann\t123456789\n") {
			t.Errorf("tables %+v of %q", p.Tables, p.Text)
		}
	}
}

// object1 is an OLE 1.0 object with that data.
func object1(class, data string) string {
	sized := func(s string) string { return string([]byte{byte(len(s)), 0, 0, 0}) + s }
	return hex.EncodeToString([]byte("\x01\x05\x00\x00\x02\x00\x00\x00" + sized(class+"\x00") + sized("") + sized("") + sized(data)))
}

func TestObjectsAreHandedOn(t *testing.T) {
	packaged := "\x02\x00a.txt\x00C:\\a.txt\x00\x00\x00\x03\x00\x04\x00\x00\x00C:\\\x00\x05\x00\x00\x00hello"
	for _, tt := range []struct{ name, source, path, want string }{
		{"object", `{\rtf1{\object\objemb{\*\objclass Foo}{\*\objdata ` + object1("Foo", "data") + `}}}`, "f/object", "content data"},
		{"packaged file", `{\rtf1{\object{\*\objdata ` + object1("Package", packaged) + `}}}`, "f/a.txt", "content hello"},
		{"damaged object", `{\rtf1{\object{\*\objdata ` + hex.EncodeToString([]byte("xx\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1y")) + `}}}`, "f/object", "content \xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1y"},
		{"picture", `{\rtf1{\pict\pngblip 8950 4e47}}`, "f/picture", "content \x89PNG"},
		{"picture in bytes", "{\\rtf1{\\pict\\pngblip\\bin4 {}}\\}}", "f/picture", "content {}}\\"},
		{"bytes anywhere", "{\\rtf1 a\\bin3 x}yb}", "f/bin", "content x}y"},
		{"what follows", "{\\rtf1 a}PK secret", "f/after", "content PK secret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts(read(tt.source))[tt.path]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDefects(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		want         collect.DefectKind
	}{
		{"not closed", `{\rtf1 a`, collect.DefectTruncated},
		{"bytes missing", `{\rtf1 a\bin999 x}`, collect.DefectTruncated},
		{"too deep", `{\rtf1 ` + strings.Repeat("{", 20_000) + "a" + strings.Repeat("}", 20_000) + "}", collect.DefectTooDeep},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := read(tt.source)
			if len(found.Defects) != 1 || found.Defects[0].Kind != tt.want {
				t.Errorf("defects %v", found.Defects)
			}
		})
	}
	if found := read(`{\rtf1 fine}`); len(found.Defects) != 0 {
		t.Errorf("defects %v", found.Defects)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{\rtf1\ansicpg1252{\fonttbl{\f0\fcharset128 A;}}\f0\uc1\trowd a\'93\'fa\cell\row\pard\u-10179?\u-8704?{\*\x y}{\v z}}`)
	f.Add(`{\rtf1{\object{\*\objdata ` + object1("Package", "\x02\x00a\x00b\x00") + `}}{\pict\bin3 abc}`)
	seeds, _ := filepath.Glob("../../../shared/corpus/att-textract/rtf/*.rtf")
	for _, name := range seeds {
		if content, err := os.ReadFile(name); err == nil {
			f.Add(string(content))
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, p := range read(source).Parts {
			if p.Path == "f" && (!utf8.ValidString(p.Text) || strings.Contains(p.Text, "\r")) {
				t.Errorf("text %q", p.Text)
			}
			for _, table := range p.Tables {
				if table.Start >= table.End || table.End > len(p.Text) {
					t.Fatalf("table %+v of %d bytes", table, len(p.Text))
				}
			}
		}
	})
}
