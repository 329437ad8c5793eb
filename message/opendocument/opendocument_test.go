package opendocument

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
func read(content []byte) collect.Found {
	depth := 0
	open := func(f *collect.File) {
		if depth++; depth == 1 {
			Read(f)
		} else {
			f.Text("content " + string(f.Content))
		}
	}
	return collect.Run(context.Background(), collect.Limits{Unpacked: 8 << 20}, open, func(root *collect.File) { root.Nested("f", content) })
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

// content is a document of that kind.
func content(kind, styles, body string) string {
	return `<office:document-content><office:automatic-styles>` + styles + `</office:automatic-styles><office:body><office:` + kind + `>` + body +
		`</office:` + kind + `></office:body></office:document-content>`
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, styles, body, want string }{
		{"spans join", "", `<text:p>123-<text:span>45</text:span>-6789</text:p>`, "123-45-6789"},
		{"white space", "", "<text:p>a \n  b<text:s text:c=\"3\"/>c<text:tab/>d<text:line-break/>e</text:p><text:h>f</text:h>", "a b   c\td\ne\nf"},
		{"deleted where it stood", "", `<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info/><text:p>6789</text:p></text:deletion></text:changed-region></text:tracked-changes>` +
			`<text:p>123-45-<text:change text:change-id="c1"/>0000</text:p>`, "123-45-0000\n[123-45-67890000]"},
		{"added", "", `<text:tracked-changes><text:changed-region text:id="c1"><text:insertion/></text:changed-region><text:changed-region text:id="c2"><text:deletion><text:p>6789</text:p></text:deletion></text:changed-region></text:tracked-changes>` +
			`<text:p>123-45-<text:change text:change-id="c2"/><text:change-start text:change-id="c1"/>0000<text:change-end text:change-id="c1"/></text:p>`, "123-45-0000\n[123-45-6789]"},
		{"deleted from nowhere", "", `<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>a</text:p>`, "a\n[gone]"},
		{"hidden by style", `<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>`, `<text:p>12<text:span text:style-name="T1">x</text:span>3</text:p>`, "123\n[12x3]"},
		{"hidden section", "", `<text:section text:display="none"><text:p>x</text:p></text:section><text:p>y</text:p>`, "\ny\n[x]"},
		{"styles are no text", `<number:number-style><number:text>noise</number:text></number:number-style>`, `<text:p>a</text:p>`, "a"},
		{"table", "", `<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>SSN</text:p></table:table-cell></table:table-row>` +
			`<table:table-row><table:table-cell><text:p>Ann</text:p></table:table-cell><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>`, "Name\tSSN\nAnn\t1"},
		{"text box in a paragraph", "", `<text:p>out<draw:frame><draw:text-box><text:p>in</text:p></draw:text-box></draw:frame>side</text:p>`, "in\noutside"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts(read(archive(t, "content.xml", content("text", tt.styles, tt.body))))["f"]; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestSections(t *testing.T) {
	got := texts(read(archive(t,
		"mimetype", "application/vnd.oasis.opendocument.text",
		"content.xml", content("text", "", `<text:p>body<office:annotation><dc:creator>Ann</dc:creator><text:p>remark</text:p></office:annotation>`+
			`<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note> end</text:p>`+
			`<text:p><text:a xlink:href="http://x.example">link</text:a><draw:frame><svg:desc>a chart</svg:desc></draw:frame></text:p>`),
		"styles.xml", `<office:document-styles><office:master-styles><style:master-page><style:header><text:p>head</text:p></style:header><style:footer><text:p>foot</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`,
		"meta.xml", `<office:document-meta><office:meta><dc:title>Report</dc:title><meta:user-defined meta:name="Case">42</meta:user-defined></office:meta></office:document-meta>`,
		"Object 1/content.xml", content("chart", "", `<text:p>embedded</text:p>`),
		"Pictures/a.png", "\x89PNG",
	)))
	for path, want := range map[string]string{
		"f": "body1 end\nlinka chart\nembedded", "f#comments": "Ann\nremark", "f#notes": "note", "f#header": "head", "f#footer": "foot",
		"f#properties": "title: Report\nCase: 42", "f#links": "[http://x.example]", "f/Pictures_a.png": "content \x89PNG",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

func TestSheets(t *testing.T) {
	found := read(archive(t, "content.xml", content("spreadsheet",
		`<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>`,
		`<table:table table:name="Data"><table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="1"/><table:table-column/>`+
			`<table:table-row><table:table-cell office:value-type="string"><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>Born</text:p></table:table-cell><table:table-cell><text:p>SSN</text:p></table:table-cell></table:table-row>`+
			`<table:table-row><table:table-cell><text:p>Ann</text:p><text:p>Lee</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="1980-01-01"/><table:table-cell office:value-type="float" office:value="1"><text:p>000-00-0001</text:p></table:table-cell></table:table-row>`+
			`<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>`+
			`<table:table-row table:visibility="filter"><table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>9</text:p></table:table-cell></table:table-row>`+
			`</table:table><table:table table:name="Secret" table:style-name="ta2"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`)))
	got := texts(found)
	if want := "Name\t[Born]\tSSN\nAnn Lee\t[1980-01-01]\t000-00-0001\n\n[\t\t9\n]"; got["f#sheet1"] != want {
		t.Errorf("sheet is %q, want %q", got["f#sheet1"], want)
	}
	if s := got["f#sheet2"]; len(s) > 1000 || !strings.HasPrefix(s, "[x\tx") || !strings.HasSuffix(s, "]") {
		t.Errorf("repeated and hidden: %.80q, %d bytes", s, len(s))
	}
	if got["f#sheets"] != "Data\nSecret" {
		t.Errorf("sheets %q", got["f#sheets"])
	}
	for _, p := range found.Parts {
		if p.Path == "f#sheet1" && (len(p.Tables) != 1 || !slices.Equal(p.Tables[0].Columns, []string{"Name", "Born", "SSN"})) {
			t.Errorf("tables %+v", p.Tables)
		}
	}
}

func TestSlides(t *testing.T) {
	got := texts(read(archive(t, "content.xml", content("presentation",
		`<style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>`,
		`<draw:page draw:name="page1"><draw:frame><draw:text-box><text:p>one</text:p></draw:text-box></draw:frame><presentation:notes><text:p>speak</text:p></presentation:notes></draw:page>`+
			`<draw:page draw:name="Summary" draw:style-name="dp2"><text:p>two</text:p></draw:page>`))))
	for path, want := range map[string]string{"f#slide1": "one", "f#slide2": "[two]", "f#notes1": "speak", "f#names": "[Summary]"} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

func TestEncryptedPackageIsOneDefect(t *testing.T) {
	found := read(archive(t, "META-INF/manifest.xml",
		`<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`,
		"content.xml", "\x01\x02\x03garbage"))
	if len(found.Defects) != 1 || found.Defects[0].Kind != collect.DefectEncrypted {
		t.Errorf("defects %v", found.Defects)
	}
}

func TestMalformedIsReadAndADefect(t *testing.T) {
	found := read(archive(t, "content.xml", "<office:document-content><text:p>123-45-6789"))
	if got := texts(found)["f"]; got != "123-45-6789" || len(found.Defects) != 1 || found.Defects[0].Kind != collect.DefectCorrupt {
		t.Errorf("%q, defects %v", got, found.Defects)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(content("text", "", `<text:p>a<office:annotation><text:p>b</text:p></office:annotation></text:p><table:table><table:table-row><table:table-cell>`))
	f.Add(content("spreadsheet", "", `<table:table><table:table-row table:number-rows-repeated="99999999"><table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p>`))
	f.Add(content("presentation", "", `<draw:page><presentation:notes></draw:page></text:p></table:table-cell></table:table>`))
	seeds, _ := filepath.Glob("../../../shared/corpus/att-textract/od?/*.od?")
	for _, name := range seeds {
		archived, err := zip.OpenReader(name)
		if err != nil {
			continue
		}
		if r, err := archived.Open("content.xml"); err == nil {
			var source bytes.Buffer
			if _, err := source.ReadFrom(r); err == nil && source.Len() < 32<<10 {
				f.Add(source.String())
			}
		}
		_ = archived.Close()
	}
	if _, err := os.Stat("../../../shared/corpus"); err == nil && len(seeds) == 0 {
		f.Fatal("the corpus is here and none of its documents")
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, p := range read(archive(t, "content.xml", source)).Parts {
			if strings.HasPrefix(p.Path, "f/") {
				continue
			}
			if !utf8.ValidString(p.Text) {
				t.Errorf("%s: %q", p.Path, p.Text)
			}
			for _, table := range p.Tables {
				if table.Start >= table.End || table.End > len(p.Text) {
					t.Fatalf("%s: table %+v of %d bytes", p.Path, table, len(p.Text))
				}
			}
		}
	})
}
