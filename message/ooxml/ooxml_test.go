package ooxml

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// archive packs files, given as name and content in turn.
func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read reads a document; the files in it are only listed.
func read(content []byte, limits collect.Limits) collect.Found {
	depth := 0
	open := func(f *collect.File) {
		if depth++; depth == 1 {
			Read(f)
		} else {
			f.Text("content " + string(f.Content))
		}
	}
	return collect.Run(context.Background(), limits, open, func(root *collect.File) { root.Nested("f", content) })
}

// texts returns the texts of a document by path, what is hidden in brackets.
func texts(found collect.Found) map[string]string {
	all := map[string]string{}
	for _, p := range found.Parts {
		text := p.Text
		for _, m := range slices.Backward(p.Marks) {
			text = text[:m.Start] + "[" + text[m.Start:m.End] + "]" + text[m.End:]
		}
		all[p.Path] = text
	}
	return all
}

func word(body string) string {
	return `<w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`
}

func TestWordText(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"runs join", `<w:p><w:r><w:t>123-</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>45-6789</w:t></w:r></w:p>`, "123-45-6789"},
		{"paragraphs", `<w:p><w:r><w:t>a</w:t></w:r></w:p> <w:p><w:r><w:t>b</w:t><w:tab/><w:t>c</w:t><w:br/><w:t>d</w:t></w:r></w:p>`, "a\nb\tc\nd"},
		{"tab stops are no text", `<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>`, "a"},
		{"tracked changes", `<w:p><w:r><w:t>SSN 123-45-</w:t></w:r><w:del w:author="A"><w:r><w:delText>6789</w:delText></w:r></w:del><w:ins><w:r><w:t>0000</w:t></w:r></w:ins></w:p>`,
			"SSN 123-45-0000\n[SSN 123-45-6789]"},
		{"hidden text", `<w:p><w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r><w:r><w:t>3</w:t></w:r></w:p>`, "123\n[12x3]"},
		{"hidden no more", `<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>x</w:t></w:r></w:p>`, "x"},
		{"text box", `<w:p><w:r><w:t>out</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>in</w:t></w:r></w:p></w:txbxContent></mc:Choice>` +
			`<mc:Fallback><w:txbxContent><w:p><w:r><w:t>in</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>side</w:t></w:r></w:p>`, "in\noutside"},
		{"fallback that says more", `<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>a</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>secret</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`, "a\n[secret]"},
		{"text where none belongs", `stray<w:p><w:foo>9</w:foo></w:p>`, "[stray\n9]"},
		{"table", `<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Name</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>SSN</w:t></w:r></w:p></w:tc></w:tr>` +
			`<w:tr><w:tc><w:p><w:r><w:t>Ann</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>123456789</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>`, "Name\tSSN\nAnn\t123456789"},
		{"symbols", `<w:p><w:r><w:sym w:font="Symbol" w:char="F031"/><w:t>2</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>3</w:t></w:r></w:p>`, "12-3"},
		{"nothing left open", `<w:p><w:r><w:t>a`, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			content := archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", word(tt.body))
			if got := texts(read(content, collect.Limits{}))["f"]; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestWordSections(t *testing.T) {
	p := func(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }
	got := texts(read(archive(t,
		"word/document.xml", word(p("body")+`<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "http://x.example"</w:instrText><w:fldChar/></w:r><wp:docPr id="1" name="Picture 1" descr="a chart"/></w:p>`),
		"word/odd/name.xml", "<w:hdr>"+p("head")+"</w:hdr>", "word/footer1.xml", "<w:ftr>"+p("foot")+"</w:ftr>",
		"word/footnotes.xml", "<w:footnotes><w:footnote>"+p("note")+"</w:footnote></w:footnotes>",
		"word/comments.xml", `<w:comments><w:comment w:author="Ann">`+p("remark")+"</w:comment></w:comments>",
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="r1" Type="x/hyperlink" Target="mailto:a@b.example" TargetMode="External"/></Relationships>`,
		"docProps/core.xml", "<cp:coreProperties><dc:title>Report</dc:title></cp:coreProperties>",
		"docProps/custom.xml", `<Properties><property name="Case"><vt:lpwstr>42</vt:lpwstr></property></Properties>`,
		"word/embeddings/oleObject1.bin", "\xd0\xcf\x11\xe0data", "customXml/item1.xml", "<data>custom</data>",
	), collect.Limits{}))
	for path, want := range map[string]string{
		"f": "body", "f#header": "head", "f#footer": "foot", "f#footnotes": "note", "f#comments": "remark", "f#alt": "a chart",
		"f#fields": `[HYPERLINK "http://x.example"]`, "f#links": "[mailto:a@b.example]", "f#names": "[Ann]", "f#properties": "title: Report\nCase: 42",
		"f/word_embeddings_oleObject1.bin": "content \xd0\xcf\x11\xe0data", "f/customXml_item1.xml": "content <data>custom</data>",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

// excel is a workbook with that first sheet.
func excel(t testing.TB, sheet string) []byte {
	return archive(t,
		"xl/workbook.xml", `<workbook><sheets><sheet name="Data" r:id="r1"/><sheet name="Secret" state="hidden" r:id="r2"/></sheets><definedNames><definedName name="key">"123-45-6789"</definedName></definedNames></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="t/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="t/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000\-00\-0000"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml", `<sst><si><t>Name</t></si><si><r><t>So</t></r><r><t>cial</t></r><rPh><t>yomi</t></rPh></si><si><t>unused</t></si></sst>`,
		"xl/worksheets/sheet1.xml", `<worksheet>`+sheet+`</worksheet>`,
		"xl/worksheets/sheet2.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>inside</t></is></c></row></sheetData></worksheet>`)
}

func TestSheets(t *testing.T) {
	got := texts(read(excel(t, `<cols><col min="3" max="3" hidden="1"/></cols><sheetData>`+
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Born</t></is></c></row>`+
		`<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="B2" s="1"><v>12345678</v></c><c r="C2" s="2"><v>29221</v></c></row>`+
		`<row r="5" hidden="1"><c r="B5"><v>1.23456789E8</v></c></row></sheetData>`+
		`<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Secret &amp;&amp; Co</oddHeader></headerFooter>`), collect.Limits{}))
	for path, want := range map[string]string{
		"f#sheet1":          "Name\tSocial\t[Born]\nab\t012-34-5678\t[1980-01-01]\n\n[\t123456789\n]",
		"f#sheet2":          "[inside\n]",
		"f#sheet1-formulas": `["a"&"b"]`,
		"f#sheet1-notes":    "Secret & Co",
		"f#sheets":          "Data\nSecret\nkey\t\"123-45-6789\"\n",
		"f#readings":        "[yomi\n]",
		"f#strings":         "[unused\n]",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

func TestSheetsHaveHeaders(t *testing.T) {
	found := read(excel(t, `<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="inlineStr"><is><t>Ann</t></is></c><c><v>5</v></c></row></sheetData>`), collect.Limits{})
	for _, p := range found.Parts {
		if p.Path == "f#sheet1" && (len(p.Tables) != 1 || !slices.Equal(p.Tables[0].Columns, []string{"Name", "Social"}) || p.Text[p.Tables[0].Start:p.Tables[0].End] != "Ann\t5\n") {
			t.Errorf("tables %+v of %q", p.Tables, p.Text)
		}
	}
}

func TestSlides(t *testing.T) {
	slide := func(attributes, s string) string {
		return `<p:sld ` + attributes + `><p:sp><p:nvSpPr><p:cNvPr id="1" name="Title 1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>` + s + `</a:t></a:r></a:p></p:txBody></p:sp>` +
			`<p:sp><p:nvSpPr><p:cNvPr id="2" name="secret.png" hidden="1"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>shape</a:t></a:r></a:p></p:txBody></p:sp></p:sld>`
	}
	got := texts(read(archive(t, "ppt/slides/slide2.xml", slide(`show="0"`, "two"), "ppt/slides/slide1.xml", slide("", "one"),
		"ppt/notesSlides/notesSlide1.xml", `<p:notes><a:p><a:r><a:t>speak</a:t></a:r></a:p></p:notes>`,
		"ppt/comments/comment1.xml", `<p:cmLst><p:cm><p:text>remark</p:text></p:cm></p:cmLst>`), collect.Limits{}))
	for path, want := range map[string]string{
		"f#slide1": "one\n\n[shape]", "f#slide2": "[two\n\nshape]", "f#notes1": "speak", "f#comments": "remark", "f#alt": "secret.png",
	} {
		if strings.ReplaceAll(got[path], "\n\n", "\n") != strings.ReplaceAll(want, "\n\n", "\n") {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

func TestDefects(t *testing.T) {
	strings1 := `<sst><si><t>` + strings.Repeat("x", 10_000) + `</t></si></sst>`
	cells := `<worksheet><row>` + strings.Repeat(`<c t="s"><v>0</v></c>`, 10_000) + `</row></worksheet>`
	corrupt := archive(t, "word/document.xml", word("<w:p><w:r><w:t>hello</w:t></w:r></w:p>"))
	for _, tt := range []struct {
		name    string
		content []byte
		limits  collect.Limits
		want    collect.DefectKind
	}{
		{"not well-formed", archive(t, "word/document.xml", "<w:document><w:p>"), collect.Limits{}, collect.DefectCorrupt},
		{"entities of its own", archive(t, "word/document.xml", `<!DOCTYPE x [<!ENTITY a "b">]>`+word("")), collect.Limits{}, collect.DefectCorrupt},
		{"one string in many cells", archive(t, "xl/sharedStrings.xml", strings1, "xl/worksheets/sheet1.xml", cells), collect.Limits{Text: 1 << 20}, collect.DefectTooLarge},
		{"a bomb", archive(t, "word/document.xml", word(strings.Repeat(" ", 20<<20))), collect.Limits{Ratio: 10}, collect.DefectBomb},
		{"no directory", corrupt[:len(corrupt)-30], collect.Limits{}, collect.DefectTruncated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := read(tt.content, tt.limits)
			if !slices.ContainsFunc(found.Defects, func(d collect.Defect) bool { return d.Kind == tt.want }) {
				t.Errorf("defects %v, want %s", found.Defects, tt.want)
			}
		})
	}
	if found := read(corrupt[:len(corrupt)-30], collect.Limits{}); !strings.Contains(texts(found)["f/word_document.xml"], "hello") {
		t.Errorf("without a directory nothing is read: %v", texts(found))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(archive(f, "[Content_Types].xml", "<Types/>", "word/document.xml", word(`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:del><w:r><w:delText>x</w:delText></w:r></w:del>`)))
	f.Add(excel(f, `<sheetData><row r="1"><c r="B1" s="1"><v>123456789</v></c></row></sheetData>`))
	for _, format := range []string{"docx", "xlsx", "pptx"} {
		seeds, _ := filepath.Glob("../../../shared/corpus/att-textract/" + format + "/standardized*")
		for _, name := range seeds {
			if content, err := os.ReadFile(name); err == nil {
				f.Add(content)
			}
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, p := range read(content, collect.Limits{Unpacked: 4 << 20}).Parts {
			if !strings.HasPrefix(p.Path, "f/") {
				check(t, p)
			}
		}
	})
}

// FuzzParts reads one part of each kind, without the zip archive around it.
func FuzzParts(f *testing.F) {
	f.Add(word(`<w:p><mc:AlternateContent><mc:Fallback><w:tbl></mc:Fallback></mc:AlternateContent></w:p></w:tbl></w:tc>`))
	f.Add(`<worksheet><c r="ZZZZZ9" t="s"><v>-1</v></c><row r="-5"/><col hidden="1" min="-1" max="99999999"/></worksheet>`)
	f.Add(`<sst><si><t>a</t></si></si></sst>`)
	f.Add(`<sld><tc gridSpan="99999"/><tr/><p><p><p></sld>`)
	f.Fuzz(func(t *testing.T, source string) {
		for _, p := range read(archive(t, "x.xml", source), collect.Limits{}).Parts {
			check(t, p)
		}
	})
}

// check holds that a part is text and its marks and tables lie in it.
func check(t *testing.T, p collect.Part) {
	t.Helper()
	if !utf8.ValidString(p.Text) && p.Kind != collect.KindName && p.Path != "f/x.xml" {
		t.Errorf("%s: text %q", p.Path, p.Text)
	}
	for _, m := range p.Marks {
		if m.Start > m.End || m.End > len(p.Text) {
			t.Fatalf("%s: mark %+v of %d bytes", p.Path, m, len(p.Text))
		}
	}
	for _, table := range p.Tables {
		if table.Start >= table.End || table.End > len(p.Text) {
			t.Fatalf("%s: table %+v of %d bytes", p.Path, table, len(p.Text))
		}
	}
}
