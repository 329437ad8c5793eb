package message

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
	"time"
)

// archived packs files, given as name and content in turn.
func archived(files ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// hostileDocuments are documents built to cost more than they weigh.
var hostileDocuments = []struct {
	name  string
	build func() []byte
	want  DefectKind // "" if it is read whole
}{
	{"paragraphs in paragraphs", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document>"+strings.Repeat("<w:p><w:r>", 2<<20))
	}, DefectCorrupt},
	{"tables in tables", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document>"+strings.Repeat("<w:tbl><w:tr><w:tc><w:p><w:t>x</w:t></w:p>", 300_000))
	}, DefectCorrupt},
	{"fallbacks that repeat a long choice", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document><mc:AlternateContent>"+strings.Repeat("<w:p><w:t>a line of some length</w:t></w:p>", 100_000)+
			"<mc:Fallback>"+strings.Repeat("<w:p><w:t>z</w:t></w:p>", 100_000)+"</mc:Fallback></mc:AlternateContent></w:document>")
	}, ""},
	{"one long string in every cell", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("x", 30_000)+"</t></si></sst>",
			"xl/worksheets/sheet1.xml", "<worksheet><row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 100_000)+"</row></worksheet>")
	}, DefectTooLarge},
	{"a cell at the end of each row", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "xl/worksheets/sheet1.xml", "<worksheet><row>"+strings.Repeat("<c><v>1</v></c>", 16_000)+"</row>"+
			strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 200_000)+"</worksheet>")
	}, ""},
	{"headers over every row", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "xl/worksheets/sheet1.xml", "<worksheet><row>"+strings.Repeat(`<c t="str"><v>a</v></c>`, 16_000)+"</row>"+
			strings.Repeat(`<row/><row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>`, 100_000)+"</worksheet>")
	}, ""},
	{"hidden columns without end", func() []byte {
		return archived("[Content_Types].xml", "<Types/>", "xl/worksheets/sheet1.xml", "<worksheet>"+strings.Repeat(`<col hidden="1" min="1" max="16384"/>`, 300_000)+
			"<row>"+strings.Repeat("<c><v>1</v></c>", 16_000)+"</row></worksheet>")
	}, ""},
	{"a million slides", func() []byte {
		return archived("content.xml", "<office:document-content><office:presentation>"+strings.Repeat("<draw:page><text:p>x</text:p></draw:page>", 1_000_000), "META-INF/manifest.xml", "<manifest/>")
	}, DefectCorrupt},
	{"one deletion in many places", func() []byte {
		return archived("content.xml", `<office:document-content><text:tracked-changes><text:changed-region text:id="c"><text:deletion><text:p>`+strings.Repeat("x", 100_000)+
			`</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>`+strings.Repeat(`<text:change text:change-id="c"/>`, 100_000)+"</text:p></office:document-content>",
			"META-INF/manifest.xml", "<manifest/>")
	}, ""},
	{"repeated cells in repeated rows", func() []byte {
		return archived("content.xml", `<office:document-content><office:spreadsheet><table:table>`+
			strings.Repeat(`<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>123456789</text:p></table:table-cell></table:table-row>`, 20_000)+
			"</table:table></office:spreadsheet></office:document-content>", "META-INF/manifest.xml", "<manifest/>")
	}, ""},
	{"groups without end", func() []byte { return []byte("{\\rtf1 " + strings.Repeat("{\\b ", 5<<20)) }, DefectTooDeep},
	{"paragraphs that look for their table", func() []byte { return []byte("{\\rtf1\\trowd x\\cell " + strings.Repeat("\\pard\\b\\i", 2<<20)) }, DefectTruncated},
	{"JSON nested without end", func() []byte { return []byte("[" + strings.Repeat(`{"a":[`, 2<<20) + "]") }, ""},
	{"a row of commas", func() []byte { return []byte("a,b\n" + strings.Repeat("1,", 8<<20) + "\n") }, ""},
	{"quotation marks", func() []byte { return []byte("a,b\n" + strings.Repeat("\"x,", 2<<20)) }, ""},
}

func TestHostileDocumentsAreBounded(t *testing.T) {
	for _, tt := range hostileDocuments {
		t.Run(tt.name, func(t *testing.T) {
			content := tt.build()
			raw := lines("Content-Type: application/octet-stream; name=a", "Content-Disposition: attachment", "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString(content))
			limits := Limits{Time: 20 * time.Second, Ratio: 1 << 20}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			m := Read(context.Background(), Envelope{}, raw, limits)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes in %v, %d MiB allocated, %d parts, %d defects", len(content), took, allocated>>20, len(m.Parts), len(m.Defects))
			if took > limits.Time+5*time.Second {
				t.Errorf("took %v", took)
			}
			if allocated > 2<<30 {
				t.Errorf("allocated %d MiB", allocated>>20)
			}
			switch {
			case tt.want != "" && !hasDefect(m, tt.want):
				t.Errorf("defects %+v, want %s", m.Defects, tt.want)
			case tt.want == "" && len(m.Defects) > 0:
				t.Errorf("defects %+v", m.Defects)
			}
			checkComplete(t, m)
		})
	}
}
